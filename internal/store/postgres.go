package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// postgresEngine is one pool; the server serves many writers itself.
type postgresEngine struct {
	pool *sql.DB
}

func openPostgres(ctx context.Context, o Options) (engine, error) {
	pool, err := sql.Open("pgx", o.URL)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	n := max(16, 2*o.Readers)
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the PostgreSQL server: %w", err), pool.Close())
	}
	return &postgresEngine{pool: pool}, nil
}

func (e *postgresEngine) postgres() bool                     { return true }
func (e *postgresEngine) close() error                       { return e.pool.Close() }
func (e *postgresEngine) optimize(ctx context.Context) error { return nil } // autovacuum does it

func (e *postgresEngine) view(ctx context.Context, fn func(conn) error) error {
	tx, err := e.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := fn(postgresConn{tx}); err != nil {
		return err
	}
	return tx.Commit()
}

func (e *postgresEngine) update(ctx context.Context, fn func(conn) error) error {
	const tries = 8
	for try := 1; ; try++ {
		err := e.once(ctx, fn)
		if err == nil || try == tries || !retryable(err) {
			return err
		}
	}
}

func (e *postgresEngine) once(ctx context.Context, fn func(conn) error) error {
	tx, err := e.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := fn(postgresConn{tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// postgresConn is a transaction that makes texts fit for PostgreSQL, which takes neither NUL nor broken UTF-8, not even to
// look something up by it: what nobody can be called is not found, instead of an error of ours (T68).
type postgresConn struct{ tx *sql.Tx }

func (c postgresConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return c.tx.ExecContext(ctx, query, fit(args)...)
}

func (c postgresConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return c.tx.QueryContext(ctx, query, fit(args)...)
}

// fit returns the arguments with all texts as PostgreSQL can take them. What needs no change is not copied.
func fit(args []any) []any {
	out := args
	change := func(i int, v any) {
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i] = v
	}
	for i, a := range args {
		switch a := a.(type) {
		case string:
			if !fits(a) {
				change(i, fitted(a))
			}
		case []string:
			if slices.ContainsFunc(a, func(s string) bool { return !fits(s) }) {
				list := make([]string, len(a))
				for j, s := range a {
					list[j] = fitted(s)
				}
				change(i, list)
			}
		}
	}
	return out
}

func fits(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

func fitted(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// retryable tells whether the same transaction may succeed when run again: serialization failure, deadlock, or an ID
// that was taken.
func retryable(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	return e.Code == "40001" || e.Code == "40P01" ||
		e.Code == "23505" && strings.HasSuffix(e.ConstraintName, "_pkey")
}
