package store_test

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

func TestPublicKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, shared := t.Context(), db.Shared()
		if _, err := shared.PublicKey(ctx, "k"); skein.KindOf(err) != skein.NotFound {
			t.Fatalf("an unknown key: %v", err)
		}
		at := time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)
		for _, k := range []store.PublicKey{
			{ID: "k", Owner: "o", PEM: "old", FetchedAt: at}, {ID: "k", Owner: "o", PEM: "new", FetchedAt: at.Add(time.Hour)}, {ID: "l", Owner: "p", Gone: true, FetchedAt: at},
		} {
			if err := shared.SetPublicKey(ctx, k); err != nil {
				t.Fatal(err)
			}
		}
		k, err := shared.PublicKey(ctx, "k")
		if err != nil || k.PEM != "new" || k.Gone || !k.FetchedAt.Equal(at.Add(time.Hour)) {
			t.Errorf("got %+v, %v", k, err)
		}
		if list, err := shared.PublicKeysOf(ctx, "o"); err != nil || len(list) != 1 {
			t.Errorf("got %v, %v", list, err)
		}
		if err := shared.RemovePublicKeys(ctx, "o"); err != nil {
			t.Fatal(err)
		}
		if _, err := shared.PublicKey(ctx, "k"); skein.KindOf(err) != skein.NotFound {
			t.Errorf("after its removal: %v", err)
		}
		if l, err := shared.PublicKey(ctx, "l"); err != nil || !l.Gone {
			t.Errorf("got %+v, %v", l, err)
		}
		for _, yes := range []bool{true, false, true} {
			if err := shared.SetRFC9421(ctx, "oak.test", yes); err != nil {
				t.Fatal(err)
			}
			if got, err := shared.SpeaksRFC9421(ctx, "oak.test"); err != nil || got != yes {
				t.Errorf("got %v, %v, want %v", got, err, yes)
			}
		}
		if got, err := shared.SpeaksRFC9421(ctx, "ash.test"); err != nil || got {
			t.Errorf("an unknown host: got %v, %v", got, err)
		}
		err = db.View(ctx, 1, func(tx *store.Tx) error {
			_, err := tx.PublicReplies(1, 2, true, 0, 10)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
