// Package storetest runs a test on both engines: SQLite in a temporary folder, and PostgreSQL in a database of its own.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"skein/internal/store"
)

// Each runs fn once on SQLite and once on PostgreSQL, each time with empty tables.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachClock(t, nil, fn)
}

// EachClock is Each with a clock.
func EachClock(t *testing.T, clock func() time.Time, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && os.Getenv("SKEIN_TEST_POSTGRES") == "off" {
				t.Log("left out: SKEIN_TEST_POSTGRES=off")
				return
			}
			fn(t, Open(t, store.Options{URL: URL(t, engine), Clock: clock, NoSync: true}))
		})
	}
}

// SQLite opens an empty SQLite database.
func SQLite(t testing.TB) *store.DB {
	return Open(t, store.Options{URL: URL(t, "sqlite"), NoSync: true})
}

// Open opens a database that is closed at the end of the test.
func Open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return db
}

// URL returns where to open a database of an engine, sqlite or postgres, in which all migrations have run and nothing else.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		path := filepath.Join(t.TempDir(), "skein.db")
		file, err := migratedFile()
		if err == nil {
			err = os.WriteFile(path, file, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	return postgres(t, func(ctx context.Context, pool *sql.DB, name string) error {
		making.Do(func() { template, makeErr = migratedDatabase(context.Background(), pool) })
		if makeErr != nil {
			return makeErr
		}
		_, err := pool.ExecContext(ctx, `CREATE DATABASE "`+name+`" TEMPLATE "`+template+`"`)
		return err
	})
}

// Empty is URL for a database in which nothing has run.
func Empty(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return filepath.Join(t.TempDir(), "skein.db")
	}
	return postgres(t, func(ctx context.Context, pool *sql.DB, name string) error {
		_, err := pool.ExecContext(ctx, `CREATE DATABASE "`+name+`"`)
		return err
	})
}

// postgres makes a database that is dropped at the end of the test, and returns its URL.
func postgres(t testing.TB, create func(ctx context.Context, pool *sql.DB, name string) error) string {
	t.Helper()
	server := os.Getenv("SKEIN_TEST_POSTGRES")
	if server == "" || server == "off" {
		t.Fatal("These tests need PostgreSQL: run them with `scripts/postgres go test ...`, or set SKEIN_TEST_POSTGRES to the URL of a database (off: leave PostgreSQL out).")
	}
	pool, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	name := "test_" + strings.ToLower(rand.Text()[:12])
	if err := create(t.Context(), pool, name); err != nil {
		t.Fatalf("make a database on the test server: %v", err)
	}
	t.Cleanup(func() { _, _ = pool.ExecContext(context.Background(), `DROP DATABASE "`+name+`" WITH (FORCE)`) })
	return at(server, name)
}

// at is the URL of a server with another database.
func at(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // the driver says what is wrong with it
	}
	u.Path = "/" + name
	return u.String()
}

// migratedFile is an SQLite database in which all migrations have run.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "skein.db")
	if err := migrate(context.Background(), path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) // closing has moved all of the log into it
})

var (
	making   sync.Once
	template string
	makeErr  error
)

// migratedDatabase is the name of a PostgreSQL database that others are copied from. It bears the sum of the migrations and
// stays on the server, for other tests and later runs.
func migratedDatabase(ctx context.Context, pool *sql.DB) (string, error) {
	name := "template_" + store.Schema()[:16]
	conn, err := pool.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()        // and with it the lock
	const lock = 0x736b65696e // one process makes it, the others wait
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, lock); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.ExecContext(context.Background(), `SELECT pg_advisory_unlock($1)`, lock) }()
	ready := false
	if err := conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&ready); err != nil || ready {
		return name, err
	}
	draft := name + "_draft"
	if _, err := conn.ExecContext(ctx, `DROP DATABASE IF EXISTS "`+draft+`" WITH (FORCE)`); err != nil {
		return "", err
	}
	if _, err := conn.ExecContext(ctx, `CREATE DATABASE "`+draft+`"`); err != nil {
		return "", err
	}
	if err := migrate(ctx, at(os.Getenv("SKEIN_TEST_POSTGRES"), draft)); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, `ALTER DATABASE "`+draft+`" RENAME TO "`+name+`"`)
	return name, err
}

// migrate opens a database once.
func migrate(ctx context.Context, url string) error {
	db, err := store.Open(ctx, store.Options{URL: url, NoSync: true})
	if err != nil {
		return err
	}
	return db.Close()
}
