package store_test

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// Films are claimed in turns, one of each person at a time, and again when a lease has ended.
func TestFilmsAreClaimedInTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		site := &skein.Site{ID: db.NewID(), Domain: "elm.example", Base: "https://elm.example", CreatedAt: db.Now(), Secret: []byte("x")}
		if err := db.Update(t.Context(), site.ID, func(tx *store.Tx) error {
			if _, err := tx.InsertSite(site, nil); err != nil {
				return err
			}
			for i, owner := range []skein.ID{7, 7, 7, 8} {
				if err := tx.InsertFilm(&store.Film{Media: skein.ID(i + 1), Account: owner, Key: "m"}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		now := db.Now()
		claim := func(at time.Time, node string) (id skein.ID) {
			t.Helper()
			if err := db.Update(t.Context(), 0, func(tx *store.Tx) error {
				id = 0
				f, err := tx.ClaimFilm(node, at, at.Add(time.Minute))
				if f != nil {
					id = f.Media
					if f.Site != site.ID || f.Key != "m" || f.Tries < 1 {
						t.Errorf("got %+v", f)
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return id
		}
		got := []skein.ID{claim(now, "a"), claim(now, "b"), claim(now, "a")}
		if got[0] != 1 || got[1] != 4 || got[2] != 0 {
			t.Errorf("claimed %v, want 1, 4 and none", got)
		}
		if id := claim(now.Add(2*time.Minute), "c"); id != 1 {
			t.Errorf("after the lease: %d", id)
		}
		if err := db.Update(t.Context(), 0, func(tx *store.Tx) error {
			if ours, err := tx.RenewFilm(1, "a", now); err != nil || ours {
				t.Errorf("who lost it renews it: %v, %v", ours, err)
			}
			if had, err := tx.RemoveFilm(1, "c"); err != nil || !had {
				t.Errorf("done: %v, %v", had, err)
			}
			if err := tx.ReleaseFilm(4, "b"); err != nil {
				return err
			}
			n, err := tx.Films(7)
			if n != 2 {
				t.Errorf("%d wait", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if id := claim(now.Add(2*time.Minute), "c"); id != 4 {
			t.Errorf("given back: %d", id)
		}
		if id := claim(now.Add(2*time.Minute), "c"); id != 2 {
			t.Errorf("the next of the first: %d", id)
		}
	})
}

func TestPicturesAreTheirOwners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		site := &skein.Site{ID: db.NewID(), Domain: "elm.example", Base: "https://elm.example", CreatedAt: db.Now(), Secret: []byte("x")}
		if err := db.Update(t.Context(), site.ID, func(tx *store.Tx) error {
			if _, err := tx.InsertSite(site, nil); err != nil {
				return err
			}
			if err := tx.InsertPictures(0, skein.MediaFile{Key: "p1", Type: "image/png", Bytes: 3}); err != nil {
				return err
			}
			if err := tx.RemovePictures(9, "p1"); err != nil { // somebody else's
				return err
			}
			f, err := tx.ServedPicture("p1")
			if err != nil || f.Type != "image/png" {
				t.Errorf("got %+v, %v", f, err)
			}
			known, err := tx.KnownPictures([]string{"p1", "p2"})
			if err != nil || len(known) != 1 {
				t.Errorf("known: %v, %v", known, err)
			}
			if err := tx.RemovePictures(0, "p1"); err != nil {
				return err
			}
			if _, err := tx.ServedPicture("p1"); skein.KindOf(err) != skein.NotFound {
				t.Errorf("removed: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
