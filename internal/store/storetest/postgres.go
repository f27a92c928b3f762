package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"skein/internal/store"
)

// pgDatabase is a database of the test server that this process holds. To make one takes a hundred times as long as to
// empty one, so they are used again: by the next test, and by later processes of the same migrations.
type pgDatabase struct {
	url    string
	holder *sql.Conn // its lock says that the database is taken; the server lets go of it when this process ends
	inside *sql.DB
	tables []string
}

var (
	pgMu   sync.Mutex
	pgFree []*pgDatabase
)

// postgres returns the URL of an empty database, which others may have when the test has ended.
func postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("SKEIN_TEST_POSTGRES")
	if server == "" || server == "off" {
		t.Fatal("These tests need PostgreSQL: run them with `scripts/postgres go test ...`, or set SKEIN_TEST_POSTGRES to the URL of a database (off: leave PostgreSQL out).")
	}
	pgMu.Lock()
	var d *pgDatabase
	if n := len(pgFree); n > 0 {
		d, pgFree = pgFree[n-1], pgFree[:n-1]
	}
	pgMu.Unlock()
	var err error
	if d == nil {
		d, err = takeDatabase(t.Context(), server)
	}
	if err == nil {
		err = d.clean(t.Context())
	}
	if err != nil {
		t.Fatalf("a database of the test server: %v", err)
	}
	t.Cleanup(func() {
		pgMu.Lock()
		defer pgMu.Unlock()
		pgFree = append(pgFree, d)
	})
	return d.url
}

// takeDatabase takes the first database of these migrations that no other process holds.
func takeDatabase(ctx context.Context, server string) (*pgDatabase, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return nil, err
	}
	holder, err := pool.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	sum := store.Schema()[:8]
	space, err := strconv.ParseUint(sum, 16, 32)
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		var mine, there bool
		if err := holder.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1, $2)`, int32(space), n).Scan(&mine); err != nil {
			return nil, err
		}
		if !mine {
			continue
		}
		name := fmt.Sprintf("test_%s_%d", sum, n)
		if err := holder.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
			return nil, err
		}
		if !there {
			if _, err := holder.ExecContext(ctx, `CREATE DATABASE `+name); err != nil {
				return nil, err
			}
		}
		u.Path = "/" + name
		inside, err := sql.Open("pgx", u.String())
		if err != nil {
			return nil, err
		}
		inside.SetMaxOpenConns(1)
		d := &pgDatabase{url: u.String(), holder: holder, inside: inside}
		if there {
			return d, nil
		}
		return d, migrate(ctx, d.url)
	}
}

// clean deletes all rows but what the migrations left.
func (d *pgDatabase) clean(ctx context.Context) error {
	if d.tables == nil {
		rows, err := d.inside.QueryContext(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'migration%'`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return errors.Join(err, rows.Close())
			}
			d.tables = append(d.tables, name)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	if len(d.tables) == 0 {
		return nil // whoever made it did not come to the end of it: opening it does the rest
	}
	var ask strings.Builder
	for i, name := range d.tables {
		if i > 0 {
			ask.WriteString(" UNION ALL ")
		}
		fmt.Fprintf(&ask, `SELECT '%s' WHERE EXISTS (SELECT FROM %s)`, name, name)
	}
	rows, err := d.inside.QueryContext(ctx, ask.String())
	if err != nil {
		return err
	}
	empty := "SET session_replication_role = replica;" // no look at foreign keys: all rows go
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return errors.Join(err, rows.Close())
		}
		empty += "DELETE FROM " + name + ";"
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = d.inside.ExecContext(ctx, empty)
	return err
}
