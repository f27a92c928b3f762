package social

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// What a peer lists of our people changes a bounded number of things (T195): a list of too many who do not follow is void,
// and for the others a few are told at once.
func TestT195_ListOfManyWhoDoNotFollow(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.peer("bob", "fern.example")
		w.follow(ann, skein.Viewer{Site: w.site, Account: bob})
		w.update(w.site, func(tx *store.Tx) error {
			f, err := tx.FollowBetween(ann.Account, bob)
			if err != nil {
				return err
			}
			_, err = tx.AcceptFollow(f)
			return err
		})
		// As many as are looked for, of whom some are there.
		var uris []string
		w.update(w.site, func(tx *store.Tx) error {
			for i := range maxUnknownFollowers + 1 {
				uri := fmt.Sprintf("https://elm.example/ap/users/x%d", i)
				uris = append(uris, uri)
				if i > maxFollowsEnded+20 {
					continue
				}
				if err := tx.InsertAccount(&skein.Account{Local: true, Kind: skein.Person, Username: fmt.Sprint("x", i), URI: uri}); err != nil {
					return err
				}
			}
			return nil
		})
		ended := func() int { // since the last time

			names, _ := w.events()
			return len(slices.DeleteFunc(names, func(n string) bool { return n != "ended" }))
		}
		match := func(uris []string) int {
			t.Helper()
			ended()
			if err := w.MatchFollowers(t.Context(), w.site, bob, FollowerList{URIs: uris, At: w.DB.Now().Add(time.Minute)}); err != nil {
				t.Fatal(err)
			}
			return ended()
		}
		if n := match(uris); n != 0 || !w.relation(ann, bob).Following {
			t.Errorf("a list with too many who do not follow: %d told, ann follows: %v", n, w.relation(ann, bob).Following)
		}
		if n := match(uris[:maxUnknownFollowers]); n != maxFollowsEnded || w.relation(ann, bob).Following {
			t.Errorf("%d told of those who do not follow, want %d; ann follows: %v", n, maxFollowsEnded, w.relation(ann, bob).Following)
		}
	})
}
