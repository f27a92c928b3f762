// Package storetest runs a test on both engines: SQLite in a temporary folder, and PostgreSQL in a database of its own.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

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

// URL returns where to open a database of an engine, sqlite or postgres, in which migrations have run at most, and nothing
// else.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == "postgres" {
		return postgres(t)
	}
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

// migrate opens a database once.
func migrate(ctx context.Context, url string) error {
	db, err := store.Open(ctx, store.Options{URL: url, NoSync: true})
	if err != nil {
		return err
	}
	return db.Close()
}
