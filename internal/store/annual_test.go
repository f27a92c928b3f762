package store_test

import (
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// A year is wanted once, counted once, and waits until it was read.
func TestAnnual(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const ann, bob = skein.ID(7), skein.ID(8)
		err := db.Update(t.Context(), 1, func(tx *store.Tx) error {
			for i, want := range []bool{true, false} {
				if isNew, err := tx.WantAnnual(ann, 2026); err != nil || isNew != want {
					t.Errorf("wanted %d times: %v %v", i+1, isNew, err)
				}
			}
			if a, err := tx.Annual(ann, 2026); err != nil || a.Counted != nil {
				t.Errorf("before it is counted: %+v %v", a, err)
			}
			if ok, err := tx.ReadAnnual(ann, 2026); err != nil || ok {
				t.Errorf("read before it is counted: %v %v", ok, err)
			}
			for _, n := range []int{3, 4} {
				c := &skein.AnnualCount{Manner: skein.Oracle, Months: [12]skein.AnnualMonth{{Posts: n}}}
				if isNew, err := tx.SetAnnual(ann, 2026, c); err != nil || isNew != (n == 3) {
					t.Errorf("counted: %v %v", isNew, err)
				}
			}
			list, err := tx.UnreadAnnuals(ann)
			if err != nil || len(list) != 1 || list[0].Counted.Months[0].Posts != 3 {
				t.Errorf("unread: %+v %v", list, err)
			}
			if list, err := tx.UnreadAnnuals(bob); err != nil || len(list) != 0 {
				t.Errorf("somebody else's: %+v %v", list, err)
			}
			if ok, err := tx.ReadAnnual(ann, 2026); err != nil || !ok {
				t.Errorf("read: %v %v", ok, err)
			}
			if list, err := tx.UnreadAnnuals(ann); err != nil || len(list) != 0 {
				t.Errorf("unread after it was read: %+v %v", list, err)
			}
			above, below := skein.YearIDs(2026, 0)
			if list, err := tx.PostsBetween(ann, above, below, 10); err != nil || len(list) != 0 {
				t.Errorf("posts: %v %v", list, err)
			}
			if from, to, err := tx.FollowsBetween(ann, above, below); err != nil || from+to != 0 {
				t.Errorf("follows: %d %d %v", from, to, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.View(t.Context(), 2, func(tx *store.Tx) error {
			if _, err := tx.Annual(ann, 2026); skein.KindOf(err) != skein.NotFound {
				t.Errorf("on another site: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
