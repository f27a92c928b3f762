package social

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// T191: counts are the number of rows, however often and in whatever order people do and undo.
func TestT191_CountsAreRows(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		v := w.write(ann, Draft{Text: "x"})
		id := v.Post.ID
		boost := func(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
			return w.Boost(ctx, who, id, skein.Public)
		}
		people := []skein.Viewer{ann, w.person("bob"), w.person("cat")}
		for _, who := range people {
			for _, do := range []func(context.Context, skein.Viewer, skein.ID) (*View, error){w.Unlike, w.Unboost, w.Like, w.Like, boost, boost, w.Bookmark, w.Bookmark} {
				if _, err := do(t.Context(), who, id); err != nil {
					t.Fatal(err)
				}
			}
		}
		if p := w.stored(id); p.LikeCount != 3 || p.BoostCount != 3 {
			t.Errorf("%d likes, %d boosts", p.LikeCount, p.BoostCount)
		}
		var wg sync.WaitGroup
		for _, who := range people {
			for range 4 {
				wg.Go(func() {
					if _, err := w.Unlike(t.Context(), who, id); err != nil {
						t.Error(err)
					}
				})
				wg.Go(func() {
					if _, err := w.Unboost(t.Context(), who, id); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if p := w.stored(id); p.LikeCount != 0 || p.BoostCount != 0 {
			t.Errorf("%d likes, %d boosts", p.LikeCount, p.BoostCount)
		}
		if a := w.account(ann.Account); a.PostCount != 1 {
			t.Errorf("ann has %d posts", a.PostCount)
		}
	})
}

func TestBoost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		v := w.write(ann, Draft{Text: "x"})
		b, err := w.Boost(t.Context(), bob, v.Post.ID, skein.Direct)
		if err != nil {
			t.Fatal(err)
		}
		base := "https://elm.example"
		if want := fmt.Sprintf("%s/ap/users/%d/statuses/%d", base, bob.Account, b.Post.ID); b.Post.URI != want || b.Post.Visibility != skein.Followers {
			t.Errorf("boost %+v", b.Post)
		}
		if b.Original == nil || b.Original.Post.ID != v.Post.ID || !b.Original.Marks.Boosted || !b.Marks.Boosted || b.Author.ID != bob.Account {
			t.Errorf("view %+v", b)
		}
		again, err := w.Boost(t.Context(), bob, b.Post.ID, skein.Public) // of the boost
		if err != nil || again.Post.ID != b.Post.ID {
			t.Errorf("again: %+v, %v", again, err)
		}
		liked, err := w.Like(t.Context(), bob, b.Post.ID)
		if err != nil || liked.Post.ID != b.Post.ID || !liked.Original.Marks.Liked || liked.Original.Post.LikeCount != 1 {
			t.Errorf("a like of a boost: %+v, %v", liked, err)
		}
		own := w.write(ann, Draft{Text: "mine", Visibility: skein.Followers})
		if b, err := w.Boost(t.Context(), ann, own.Post.ID, skein.Public); err != nil || b.Post.Visibility != skein.Followers {
			t.Errorf("T162: %+v, %v", b, err)
		}
		// The boost goes with the post.
		if _, err := w.DeletePost(t.Context(), ann, v.Post.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Post(t.Context(), bob, b.Post.ID)
		wantKind(t, "boost of what was deleted", err, skein.NotFound)
		if n := w.account(bob.Account).PostCount; n != 0 {
			t.Errorf("bob has %d posts", n)
		}
	})
}

func TestPins(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		for i := range skein.MaxPins + 1 {
			v := w.write(ann, Draft{Text: fmt.Sprint(i)})
			got, err := w.Pin(t.Context(), ann, v.Post.ID)
			if i == skein.MaxPins {
				wantKind(t, "one too many", err, skein.Invalid)
			} else if err != nil || !got.Marks.Pinned {
				t.Errorf("pin: %+v, %v", got, err)
			}
			if _, err := w.Pin(t.Context(), bob, v.Post.ID); skein.KindOf(err) != skein.Invalid {
				t.Errorf("T192: bob pins ann's: %v", err)
			}
		}
		list, err := w.AccountPosts(t.Context(), bob, ann.Account, AccountFilter{Pinned: true}, Page{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "pinned", texts(list), "4", "3", "2", "1", "0")
		if _, err := w.Unpin(t.Context(), ann, list[0].Post.ID); err != nil {
			t.Fatal(err)
		}
		// T192: of a peer's person only their own posts, and not without end.
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "fern.example")
		for i := range 25 {
			p, err := w.ReceivePost(t.Context(), w.site, cat, Incoming{URI: fmt.Sprint("https://fern.example/", i), Relevant: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, who := range []skein.ID{cat, dan} {
				if err := w.ReceivePin(t.Context(), w.site, who, p.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		for who, want := range map[skein.ID]int{cat: 20, dan: 0} {
			list, err := w.AccountPosts(t.Context(), bob, who, AccountFilter{Pinned: true}, Page{Limit: 40})
			if err != nil || len(list) != want {
				t.Errorf("%d pins, %v", len(list), err)
			}
		}
	})
}

func TestWhoLikesAndBoosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat, dan := w.person("ann"), w.person("bob"), w.person("cat"), w.person("dan")
		id := w.write(ann, Draft{Text: "x"}).Post.ID
		for _, who := range []skein.Viewer{bob, cat, dan} {
			if _, err := w.Like(t.Context(), who, id); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Boost(t.Context(), who, id, skein.Public); err != nil {
				t.Fatal(err)
			}
		}
		w.blocks(bob.Account, cat.Account)
		w.blocks(dan.Account, bob.Account)
		for name, by := range map[string]func(context.Context, skein.Viewer, skein.ID, Page) ([]Row[*skein.Account], error){"likes": w.LikedBy, "boosts": w.BoostedBy} {
			for _, c := range []struct {
				who  skein.Viewer
				want string
			}{{ann, "dan cat bob"}, {skein.Viewer{Site: w.site}, "dan cat bob"}, {bob, "bob"}} {
				rows, err := by(t.Context(), c.who, id, Page{Limit: 20})
				if err != nil || names(rows) != c.want {
					t.Errorf("%s: %q, want %q; %v", name, names(rows), c.want, err)
				}
			}
			rows, _ := by(t.Context(), ann, id, Page{Limit: 1})
			rows, err := by(t.Context(), ann, id, Page{Limit: 1, Max: rows[0].Cursor})
			if err != nil || names(rows) != "cat" {
				t.Errorf("%s, second page: %q, %v", name, names(rows), err)
			}
		}
	})
}

func TestOwnLists(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		var ids []skein.ID
		for i := range 5 {
			ids = append(ids, w.write(ann, Draft{Text: fmt.Sprint(i)}).Post.ID)
		}
		for _, i := range []int{3, 0, 4} { // the order counts in which it was done
			if _, err := w.Like(t.Context(), bob, ids[i]); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Bookmark(t.Context(), bob, ids[i]); err != nil {
				t.Fatal(err)
			}
		}
		for name, read := range map[string]func(context.Context, skein.Viewer, Page) ([]Row[*View], error){"likes": w.Likes, "bookmarks": w.Bookmarks} {
			rows, err := read(t.Context(), bob, Page{Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			list, _ := items(rows, nil)
			wantTexts(t, name, texts(list), "4", "0")
			list, _ = items(read(t.Context(), bob, Page{Limit: 2, Max: rows[1].Cursor}))
			wantTexts(t, name+", second page", texts(list), "3")
			list, _ = items(read(t.Context(), bob, Page{Limit: 1, Min: rows[1].Cursor}))
			wantTexts(t, name+", back", texts(list), "4")
			if list, _ := items(read(t.Context(), ann, Page{Limit: 2})); len(list) != 0 {
				t.Errorf("%s of another: %q", name, texts(list))
			}
			_, err = read(t.Context(), skein.Viewer{Site: w.site}, Page{Limit: 2})
			wantKind(t, name+" of a visitor", err, skein.Unauthorized)
		}
	})
}

// Readers who did or block very much see the same as others.
func TestMarksOfTheBusy(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, dan := w.person("ann"), w.person("bob"), w.person("dan")
		var ids []skein.ID
		for i := range 150 {
			ids = append(ids, w.write(ann, Draft{Text: fmt.Sprint(i)}).Post.ID)
		}
		w.update(w.site, func(tx *store.Tx) error {
			for i, id := range ids {
				if _, err := tx.InsertLike(&store.Like{Account: bob.Account, Post: id}); err != nil {
					return err
				}
				if _, err := tx.InsertBlock(&store.Block{Account: bob.Account, Target: skein.ID(i + 1)}); err != nil {
					return err
				}
			}
			_, err := tx.InsertBlock(&store.Block{Account: bob.Account, Target: dan.Account})
			return err
		})
		w.write(dan, Draft{Text: "hidden"})
		list, err := w.Public(t.Context(), bob, PublicFilter{}, Page{Limit: 20})
		if err != nil || len(list) != 20 {
			t.Fatalf("%q, %v", texts(list), err)
		}
		for _, v := range list {
			if !v.Marks.Liked || v.Post.Text == "hidden" {
				t.Errorf("%q, liked %v", v.Post.Text, v.Marks.Liked)
			}
		}
	})
}
