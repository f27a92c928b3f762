package store_test

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// A mute that ended goes from the table; one that goes on, or has no end, stays. The other prunes say what they left, too.
func TestPrunesEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const ann, bob, eve, zoe = skein.ID(7), skein.ID(8), skein.ID(9), skein.ID(10)
		if err := db.Update(t.Context(), 1, func(tx *store.Tx) error {
			if _, err := tx.InsertSite(&skein.Site{ID: 1, Domain: "elm.example", Base: "https://elm.example", CreatedAt: tx.Now()}, nil); err != nil {
				return err
			}
			for target, until := range map[skein.ID]time.Time{bob: tx.Now().Add(-time.Hour), eve: tx.Now().Add(time.Hour), zoe: {}} {
				if err := tx.SetMute(ann, target, true, until); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for what, prune := range map[string]func(tx *store.Tx) (bool, error){
			"mutes": (*store.Tx).PruneMutes, "activities": (*store.Tx).PruneActivities, "keys": (*store.Tx).PruneActorKeys,
			"identity": func(tx *store.Tx) (bool, error) {
				return tx.PruneIdentity(tx.Now().Add(-time.Hour), tx.Now().Add(-time.Hour))
			},
		} {
			if err := db.Update(t.Context(), 0, func(tx *store.Tx) error {
				more, err := prune(tx)
				if more {
					t.Errorf("%s: there is more", what)
				}
				return err
			}); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := db.Update(t.Context(), 1, func(tx *store.Tx) error {
			for target, want := range map[skein.ID]bool{bob: false, eve: true, zoe: true} {
				if was, err := tx.DeleteMute(ann, target); err != nil || was != want {
					t.Errorf("mute of %d: %v, want %v, %v", target, was, want, err)
				}
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}
