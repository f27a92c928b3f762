package social

import (
	"context"
	"fmt"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// spreadMoves runs what a move leads to until nothing is left, each job twice, and answers how many there were.
func (w *town) spreadMoves() (n int) {
	w.t.Helper()
	for {
		_, jobs := w.events()
		again := false
		for _, j := range jobs {
			if j.Kind != "spread-move" {
				continue
			}
			again = true
			n++
			for range 2 {
				if err := w.SpreadMove(w.t.Context(), eventOf[skein.MoveSpread](w.t, j)); err != nil {
					w.t.Fatal(err)
				}
			}
		}
		if !again {
			return n
		}
	}
}

// However many follow an account that moved: in batches, all of them go over, each once, with what they chose to see; but
// for who blocks the new one.
func TestMoveOfManyFollowers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		old, target := w.peer("old", "oak.example"), w.peer("new", "pine.example")
		var people []skein.Viewer
		for i := range 2*moveBatch + 3 {
			people = append(people, w.person(fmt.Sprintf("p%d", i)))
		}
		w.update(w.site, func(tx *store.Tx) error {
			for _, p := range people {
				if _, err := tx.InsertFollow(&skein.Follow{Account: p.Account, Target: old, Accepted: true, Languages: []string{"de"}}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, p := range people[:moveBatch+1] {
			if err := errOf(w.SetNote(t.Context(), p, old, "old friend")); err != nil {
				t.Fatal(err)
			}
		}
		cross := people[4]
		if err := errOf(w.Block(t.Context(), cross, target)); err != nil {
			t.Fatal(err)
		}
		w.set(target, func(a *skein.Account) { a.Extra.AlsoKnownAs = []string{"https://oak.example/users/old"} })
		w.events()
		if err := w.ReceiveMove(t.Context(), w.site, old, target); err != nil {
			t.Fatal(err)
		}
		if n := w.spreadMoves(); n < 3 {
			t.Errorf("%d jobs for %d followers", n, len(people))
		}
		for i, p := range people {
			a, b := w.relation(p, old), w.relation(p, target)
			if p == cross {
				if !a.Following || b.Requested {
					t.Errorf("who blocks the new one: %+v, %+v", a, b)
				}
				continue
			}
			if a.Following || !b.Requested || b.ShowBoosts || len(b.Languages) != 1 {
				t.Fatalf("follower %d: %+v, %+v", i, a, b)
			}
			if got := b.Note != ""; got != (i < moveBatch+1) {
				t.Fatalf("follower %d: note %q", i, b.Note)
			}
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

// Nobody but its owner names an account's aliases, moves it or takes a move back: no visitor, nobody of another site.
func TestOnlyOwnersMove(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		w.FindAccount = func(ctx context.Context, site skein.ID, uri string) (*skein.Account, error) {
			return w.account(bob.Account), nil
		}
		w.FreshAccount = w.FindAccount
		for name, who := range map[string]skein.Viewer{"a visitor": {Site: w.site}, "somebody of another site": {Site: w.other, Account: ann.Account}} {
			sure := skein.Sure{Account: who.Account, At: w.DB.Now()}
			if err := errOf(w.AddAlias(t.Context(), who, "bob@elm.example")); err == nil {
				t.Errorf("%s adds an alias", name)
			}
			if err := errOf(w.RemoveAlias(t.Context(), who, "x")); err == nil {
				t.Errorf("%s removes an alias", name)
			}
			if err := errOf(w.MoveAccount(t.Context(), who, sure, "bob@elm.example")); err == nil {
				t.Errorf("%s moves", name)
			}
			if err := w.UndoMove(t.Context(), who); err == nil {
				t.Errorf("%s takes a move back", name)
			}
		}
		if err := w.ReceiveMove(t.Context(), w.site, ann.Account, bob.Account); err == nil {
			t.Error("a peer moves one of ours")
		}
		if err := errOf(w.AddAlias(t.Context(), ann, "bob@elm.example")); err != nil {
			t.Fatal(err)
		}
		if a, err := w.RemoveAlias(t.Context(), ann, w.account(bob.Account).URI); err != nil || len(a.Extra.AlsoKnownAs) != 0 {
			t.Errorf("removed: %v, %v", a, err)
		}
	})
}

// What a peer's server does not show to visitors, visitors do not see here, wherever they look; people of the site do.
func TestPostsHiddenFromTheOpenWeb(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		yes, no := true, false
		for _, c := range []struct {
			public, unlisted *bool
			visibility       skein.Visibility
			want             bool
		}{
			{nil, nil, skein.Public, true}, {nil, nil, skein.Unlisted, true}, {&yes, &no, skein.Public, false},
			{&yes, &no, skein.Unlisted, true}, {&no, &yes, skein.Unlisted, false}, {&no, &yes, skein.Public, true},
		} {
			p := remote(fmt.Sprintf("bob%d", w.DB.NewID()), "oak.example")
			p.Extra.HidesPublic, p.Extra.HidesUnlisted = c.public, c.unlisted
			a, err := w.ReceiveAccount(t.Context(), w.site, p)
			if err != nil {
				t.Fatal(err)
			}
			post := w.receive(a.ID, Incoming{URI: a.URI + "/1", HTML: "x", Visibility: c.visibility, Relevant: true})
			visitor := skein.Viewer{Site: w.site}
			_, err = w.Post(t.Context(), visitor, post.ID)
			if (err == nil) != c.want {
				t.Errorf("%+v: a visitor sees it: %v", c, err)
			}
			list, err := w.AccountPosts(t.Context(), visitor, a.ID, AccountFilter{}, Page{Limit: 5})
			if err != nil || (len(list) == 1) != c.want {
				t.Errorf("%+v: a visitor's list has %d: %v", c, len(list), err)
			}
			if err := errOf(w.Post(t.Context(), ann, post.ID)); err != nil {
				t.Errorf("%+v: somebody of the site: %v", c, err)
			}
		}
	})
}
