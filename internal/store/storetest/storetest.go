// Package storetest runs a test on both engines: SQLite in a temporary folder, and PostgreSQL in a schema of its own.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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

// URL returns where to open an empty database of an engine: sqlite or postgres.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return filepath.Join(t.TempDir(), "skein.db")
	}
	server := os.Getenv("SKEIN_TEST_POSTGRES")
	if server == "" || server == "off" {
		t.Fatal("These tests need PostgreSQL: run them with `scripts/postgres go test ...`, or set SKEIN_TEST_POSTGRES to the URL of a database (off: leave PostgreSQL out).")
	}
	pool, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	schema := "test_" + strings.ToLower(rand.Text()[:12])
	if _, err := pool.ExecContext(t.Context(), `CREATE SCHEMA "`+schema+`"`); err != nil {
		t.Fatalf("reach the test server: %v", err)
	}
	t.Cleanup(func() {
		pool, err := sql.Open("pgx", server)
		if err != nil {
			return
		}
		defer pool.Close()
		_, _ = pool.ExecContext(context.Background(), `DROP SCHEMA "`+schema+`" CASCADE`)
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}
