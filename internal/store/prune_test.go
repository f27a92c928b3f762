package store_test

import (
	"net/netip"
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

// What has run out goes in steps that others can write between, however much there is; what has not stays.
func TestPruneBlocksGoesInSteps(t *testing.T) {
	const step = 5000
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at := skein.EmailDomainBlock{Domain: "mail.example"}
		if err := db.Update(t.Context(), 1, func(tx *store.Tx) error {
			if _, err := tx.InsertSite(&skein.Site{ID: 1, Domain: "elm.example", Base: "https://elm.example", CreatedAt: tx.Now()}, nil); err != nil {
				return err
			}
			if _, err := tx.InsertEmailDomain(&at); err != nil {
				return err
			}
			for i := range step + 2 {
				b := skein.IPBlock{Network: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 32), Severity: skein.IPNoSignUp}
				if i > 0 {
					b.ExpiresAt = tx.Now().Add(-time.Second)
				}
				if _, err := tx.InsertIPBlock(&b); err != nil {
					return err
				}
			}
			return tx.CountEmailTries([]skein.ID{at.ID}, "192.0.2.1")
		}); err != nil {
			t.Fatal(err)
		}
		rounds := 0
		if err := db.Repeat(t.Context(), func(tx *store.Tx) (bool, error) {
			rounds++
			return tx.PruneBlocks()
		}); err != nil || rounds != 2 {
			t.Errorf("%d rounds, want 2: %v", rounds, err)
		}
		if err := db.View(t.Context(), 1, func(tx *store.Tx) error {
			blocks, err := tx.IPBlocks()
			if err != nil || len(blocks) != 1 || !blocks[0].ExpiresAt.IsZero() {
				t.Errorf("%d blocks are left", len(blocks))
			}
			tries, err := tx.EmailTries([]skein.ID{at.ID})
			if len(tries) != 1 {
				t.Errorf("tries of today: %v", tries)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
