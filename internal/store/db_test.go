package store_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"skein/internal/store"
	"skein/internal/store/storetest"
)

func TestOpenTwiceKeepsTables(t *testing.T) {
	for engine, u := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "skein.db"), "postgres": storetest.URL(t, "postgres")} {
		t.Run(engine, func(t *testing.T) {
			for range 2 {
				db, err := store.Open(t.Context(), store.Options{URL: u})
				if err != nil {
					t.Fatal(err)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// After a clean stop all is in one file, which may be copied.
func TestCloseLeavesOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	db, err := store.Open(t.Context(), store.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		err := db.View(t.Context(), 0, func(tx *store.Tx) error { _, err := tx.Seen([]byte{1}); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// One caller's failure rolls back its own work and nobody else's, though they share a commit.
func TestUpdateRollsBackAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		boom := errors.New("boom")
		for i := range 100 {
			wg.Go(func() {
				err := db.Update(t.Context(), 0, func(tx *store.Tx) error {
					if err := tx.InsertDeliveries(tx.NewID(), 0, nil, nil); err != nil {
						return err
					}
					if err := tx.NoteSeen([]byte{byte(i)}); err != nil {
						return err
					}
					if i%2 == 1 {
						return boom
					}
					return nil
				})
				if want := i%2 == 1; errors.Is(err, boom) != want {
					t.Errorf("update %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i := range 100 {
			err := db.View(t.Context(), 0, func(tx *store.Tx) error {
				seen, err := tx.Seen([]byte{byte(i)})
				if err != nil {
					return err
				}
				if seen != (i%2 == 0) {
					t.Errorf("row %d: there = %v", i, seen)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
