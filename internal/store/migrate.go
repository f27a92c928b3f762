package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

//go:embed schema
var schema embed.FS

// Schema is a sum over all migrations: databases with the same one have the same tables.
func Schema() string {
	all := sha256.New()
	_ = fs.WalkDir(schema, ".", func(name string, d fs.DirEntry, err error) error { // it lies in the binary: nothing can fail
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(schema, name)
			fmt.Fprintf(all, "%s %d\n%s", name, len(text), text)
		}
		return err
	})
	return hex.EncodeToString(all.Sum(nil))
}

// migrate runs the numbered files that the database has not seen, in order, each in a transaction. A file that was
// edited after it ran is refused. Two nodes that start together are kept apart by a lease row.
func (db *DB) migrate(ctx context.Context) error {
	dir := "schema/sqlite"
	if db.engine.postgres() {
		dir = "schema/postgres"
	}
	files, err := fs.Glob(schema, dir+"/*.sql")
	if err != nil {
		return err
	}
	setup := []string{
		`CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, run_at BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS migration_lease (id BIGINT PRIMARY KEY, until BIGINT NOT NULL)`,
		`INSERT INTO migration_lease (id, until) VALUES (1, 0) ON CONFLICT DO NOTHING`,
	}
	done := map[string]string{}
	if err := db.Update(ctx, 0, func(tx *Tx) error {
		if len(done) == 0 && db.migrated(tx, done) {
			return nil
		}
		for _, q := range setup {
			if _, err := tx.exec("prepare migrations", q); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		// Two nodes that create the tables at once: the second finds them at its next look.
		time.Sleep(200 * time.Millisecond)
		if later := db.lease(ctx); later != nil {
			return err
		}
	} else if err := db.lease(ctx); err != nil {
		return err
	}
	clear(done)
	if err := db.Update(ctx, 0, func(tx *Tx) error { db.migrated(tx, done); return nil }); err != nil {
		return err
	}
	for _, f := range files {
		text, err := fs.ReadFile(schema, f)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		checksum := hex.EncodeToString(sum[:])
		name := path.Base(f)
		if old, ok := done[name]; ok {
			if old != checksum {
				return fmt.Errorf("migration %s was edited after it ran on this database; restore the released file", name)
			}
			continue
		}
		if err := db.Update(ctx, 0, func(tx *Tx) error {
			for _, q := range statements(string(text)) {
				if _, err := tx.conn.ExecContext(ctx, q); err != nil {
					return fmt.Errorf("migration %s: %w", name, err)
				}
			}
			_, err := tx.exec("note migration",
				`INSERT INTO migration (name, checksum, run_at) VALUES ($1, $2, $3)`, name, checksum, ms(db.Now()))
			return err
		}); err != nil {
			return err
		}
	}
	return db.Update(ctx, 0, func(tx *Tx) error {
		_, err := tx.exec("end migrations", `UPDATE migration_lease SET until = 0 WHERE id = 1`)
		return err
	})
}

// migrated reads which files have run; false when there is no table yet.
func (db *DB) migrated(tx *Tx, done map[string]string) bool {
	probe := `SELECT name FROM sqlite_master WHERE name = 'migration'`
	if db.engine.postgres() {
		probe = `SELECT relname FROM pg_class WHERE oid = to_regclass('migration')`
	}
	if _, ok, err := value[string](tx, "migrations", probe); err != nil || !ok {
		return false
	}
	type row struct{ name, checksum string }
	list, err := many(tx, "migrations", func(r *row) []any { return []any{&r.name, &r.checksum} },
		`SELECT name, checksum FROM migration`)
	if err != nil {
		return false
	}
	for _, r := range list {
		done[r.name] = r.checksum
	}
	return true
}

// lease waits until no other node migrates.
func (db *DB) lease(ctx context.Context) error {
	for {
		var won bool
		err := db.Update(ctx, 0, func(tx *Tx) error {
			now := time.Now()
			n, err := tx.exec("lease migrations", `UPDATE migration_lease SET until = $1 WHERE id = 1 AND until < $2`,
				ms(now.Add(5*time.Minute)), ms(now))
			won = n == 1
			return err
		})
		if err != nil || won {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// statements splits a file at the semicolons that end a line; the files hold no others.
func statements(text string) []string {
	var list []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		if t := strings.TrimSpace(line); t == "" || strings.HasPrefix(t, "--") {
			continue
		}
		b.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			list = append(list, b.String())
			b.Reset()
		}
	}
	return list
}
