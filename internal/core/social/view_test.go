package social

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// T154, T155, T164: whoever may not read a post meets its text on no way in. Each way is tried by each sort of reader
// against each visibility, and what comes back is searched for the text.
func TestT154_T155_T164_NoWayToWhatIsHidden(t *testing.T) {
	const sentinel = "s3ntinel"
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		follower, named, blocked, blocker, muter := w.person("follower"), w.person("named"), w.person("blocked"), w.person("blocker"), w.person("muter")
		stranger, asker, far := w.person("stranger"), w.person("asker"), w.personOf(w.other, "far")
		friend := w.person("friend") // whose boosts and answers everybody follows
		for _, r := range []skein.Viewer{follower, blocked, muter} {
			w.follows(r.Account, ann.Account)
		}
		all := []skein.Viewer{follower, named, blocked, blocker, muter, stranger, asker}
		for _, r := range all {
			w.follows(r.Account, friend.Account)
			if err := w.KeepFeed(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{Account: asker.Account, Target: ann.Account}) // not accepted
			return err
		})
		boost := map[skein.Visibility]skein.ID{}
		posts := map[skein.Visibility]*View{}
		for v := skein.Public; v <= skein.Direct; v++ {
			posts[v] = w.write(ann, Draft{Text: sentinel + " @named #" + sentinel, Visibility: v})
			// Everybody had done something with it before access ended; and somebody answered.
			w.update(w.site, func(tx *store.Tx) error {
				for _, r := range all {
					if err := tx.InsertBookmark(r.Account, posts[v].Post.ID); err != nil {
						return err
					}
					if _, err := tx.InsertLike(&store.Like{Account: r.Account, Post: posts[v].Post.ID}); err != nil {
						return err
					}
				}
				_, _, err := tx.InsertPin(ann.Account, posts[v].Post.ID, 9)
				return err
			})
			if v <= skein.Unlisted {
				b, err := w.Boost(t.Context(), friend, posts[v].Post.ID, skein.Public)
				if err != nil {
					t.Fatal(err)
				}
				boost[v] = b.Post.ID
				w.spread(b.Post.ID)
			}
		}
		w.blocks(ann.Account, blocked.Account)
		w.blocks(blocker.Account, ann.Account)
		w.update(w.site, func(tx *store.Tx) error {
			return tx.SetMute(muter.Account, ann.Account, true, tx.Now().AddDate(1, 0, 0))
		})

		type reader struct {
			name  string
			who   skein.Viewer
			reads []skein.Visibility // by name
			shown bool               // and in lists
		}
		public := []skein.Visibility{skein.Public, skein.Unlisted}
		readers := []reader{
			{"a visitor", skein.Viewer{Site: w.site}, public, true},
			{"a stranger", stranger, public, true},
			{"somebody who asked to follow", asker, public, true},
			{"a follower", follower, []skein.Visibility{0, 1, 2}, true},
			{"somebody named", named, []skein.Visibility{0, 1, 2, 3}, true},
			{"somebody blocked", blocked, nil, false},
			{"somebody who blocks", blocker, public, false},
			{"somebody who mutes", muter, []skein.Visibility{0, 1, 2}, false},
			{"another site's visitor", skein.Viewer{Site: w.other}, nil, false},
			{"another site's person", far, nil, false},
			{"another site's person of the same ID", skein.Viewer{Site: w.other, Account: follower.Account}, nil, false},
			{"the author's ID on another site", skein.Viewer{Site: w.other, Account: ann.Account}, nil, false},
		}
		page := Page{Limit: 40}
		lists := map[string]func(ctx context.Context, who skein.Viewer) ([]*View, error){
			"home": func(ctx context.Context, who skein.Viewer) ([]*View, error) { return w.Home(ctx, who, page) },
			"public": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.Public(ctx, who, PublicFilter{}, page)
			},
			"local": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.Public(ctx, who, PublicFilter{Local: true}, page)
			},
			"tag": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.Tag(ctx, who, TagFilter{Tag: sentinel}, page)
			},
			"friend's": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.AccountPosts(ctx, who, friend.Account, AccountFilter{}, page)
			},
		}
		pages := map[string]func(ctx context.Context, who skein.Viewer) ([]*View, error){ // asked for by name: mutes do not count
			"profile": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.AccountPosts(ctx, who, ann.Account, AccountFilter{}, page)
			},
			"profile, pins": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.AccountPosts(ctx, who, ann.Account, AccountFilter{Pinned: true}, page)
			},
			"profile, tag": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.AccountPosts(ctx, who, ann.Account, AccountFilter{Tag: sentinel}, page)
			},
			"likes": func(ctx context.Context, who skein.Viewer) ([]*View, error) { return items(w.Likes(ctx, who, page)) },
			"bookmarks": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return items(w.Bookmarks(ctx, who, page))
			},
			"several by IDs": func(ctx context.Context, who skein.Viewer) ([]*View, error) {
				return w.Posts(ctx, who, []skein.ID{posts[0].Post.ID, posts[1].Post.ID, posts[2].Post.ID, posts[3].Post.ID, boost[0], boost[1]})
			},
		}
		check := func(r reader, way string, list []*View, named bool) {
			for _, v := range list {
				for v.Original != nil {
					v = v.Original
				}
				if !strings.Contains(v.Post.Text, sentinel) {
					continue
				}
				if !slices.Contains(r.reads, v.Post.Visibility) || !named && !r.shown {
					t.Errorf("%s meets the post of visibility %d in %s", r.name, v.Post.Visibility, way)
				}
			}
		}
		for _, r := range readers {
			for way, read := range lists {
				list, _ := read(t.Context(), r.who)
				check(r, way, list, false)
			}
			for way, read := range pages {
				list, _ := read(t.Context(), r.who)
				check(r, way, list, true)
			}
			for v, p := range posts {
				id, may := p.Post.ID, slices.Contains(r.reads, v)
				what := fmt.Sprintf("%s, visibility %d", r.name, v)
				one, err := w.Post(t.Context(), r.who, id)
				if may != (err == nil) || may == (one == nil) {
					t.Errorf("%s: post: %v", what, err)
				}
				list, err := w.Shown(t.Context(), r.who, []skein.ID{id})
				if err != nil || len(list) == 1 != (may && r.shown) {
					t.Errorf("%s: live: %d, %v", what, len(list), err)
				}
				revisions, _, err := w.History(t.Context(), r.who, id)
				if may != (err == nil) || may == (revisions == nil) {
					t.Errorf("%s: history: %v", what, err)
				}
				_, _, err = w.Thread(t.Context(), r.who, id)
				if may != (err == nil) {
					t.Errorf("%s: thread: %v", what, err)
				}
				for _, by := range []func(context.Context, skein.Viewer, skein.ID, Page) ([]Row[*skein.Account], error){w.LikedBy, w.BoostedBy} {
					rows, err := by(t.Context(), r.who, id, page)
					if may != (err == nil) || !may && rows != nil {
						t.Errorf("%s: who did: %v", what, err)
					}
				}
				if may {
					continue
				}
				before := w.stored(id)
				for way, do := range w.reactions() {
					got, err := do(t.Context(), r.who, id)
					if way == "reply" && err == errVisitor && got == nil {
						continue // who is nobody here writes nothing, whatever it answers
					}
					if err != skein.ErrNotFound || got != nil {
						t.Errorf("%s: %s answers %v, %v", what, way, got, err)
					}
				}
				if after := w.stored(id); after.LikeCount != before.LikeCount || after.BoostCount != before.BoostCount || after.ReplyCount != before.ReplyCount {
					t.Errorf("%s: counts changed", what)
				}
			}
			for v, id := range boost {
				if _, err := w.Post(t.Context(), r.who, id); slices.Contains(r.reads, v) != (err == nil) {
					t.Errorf("%s: boost of visibility %d: %v", r.name, v, err)
				}
			}
		}
		// A hidden post in the middle of a thread: those around it are shown, it is not.
		mid := w.write(ann, Draft{Text: sentinel, Visibility: skein.Followers})
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.InsertPost(&skein.Post{ID: tx.NewID(), Author: friend.Account, Local: true, URI: "https://elm.example/below", Text: "below",
				ReplyTo: mid.Post.ID, ReplyToAuthor: ann.Account, Thread: mid.Post.ID, CreatedAt: tx.Now()})
			return err
		})
		list, err := w.AccountPosts(t.Context(), stranger, friend.Account, AccountFilter{NoBoosts: true}, page)
		if err != nil || len(list) != 1 {
			t.Fatalf("%q, %v", texts(list), err)
		}
		up, _, err := w.Thread(t.Context(), stranger, list[0].Post.ID)
		if err != nil || len(up) != 0 {
			t.Errorf("a stranger sees above: %q, %v", texts(up), err)
		}
		up, _, _ = w.Thread(t.Context(), follower, list[0].Post.ID)
		wantTexts(t, "a follower sees above", texts(up), sentinel)
	})
}

func items(rows []Row[*View], err error) ([]*View, error) {
	var list []*View
	for _, r := range rows {
		list = append(list, r.Item)
	}
	return list, err
}

// The view follows every change at once, though posts and accounts come from a cache.
func TestCacheIsNeverBehind(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		v := w.write(ann, Draft{Text: "x"})
		id := v.Post.ID
		look := func() *View {
			t.Helper()
			v, err := w.Post(t.Context(), bob, id)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		first, again := look(), look()
		if first.Post != again.Post || first.Post.Load == 0 || first.Author != again.Author {
			t.Errorf("an unchanged post is loaded twice")
		}
		if v, err := w.Like(t.Context(), bob, id); err != nil || v.Post.LikeCount != 1 || !v.Marks.Liked || v.Post.Load == first.Post.Load {
			t.Errorf("after a like: %+v, %v", v.Post, err)
		}
		if first.Post.LikeCount != 0 {
			t.Error("a shared post was changed")
		}
		if v, _ := w.Unlike(t.Context(), bob, id); v.Post.LikeCount != 0 || v.Marks.Liked {
			t.Errorf("after it was taken back: %+v", v.Post)
		}
		if _, err := w.Boost(t.Context(), bob, id, skein.Public); err != nil || look().Post.BoostCount != 1 || !look().Marks.Boosted {
			t.Errorf("after a boost: %+v, %v", look().Post, err)
		}
		w.write(bob, Draft{Text: "re", ReplyTo: id})
		if look().Post.ReplyCount != 1 {
			t.Errorf("after a reply: %+v", look().Post)
		}
		w.set(ann.Account, func(a *skein.Account) { a.DisplayName = "Ann!" })
		if look().Author.DisplayName != "Ann!" {
			t.Error("an old name")
		}
		w.set(ann.Account, func(a *skein.Account) { a.SuspendedAt = w.DB.Now() })
		_, err := w.Post(t.Context(), bob, id)
		wantKind(t, "a post of somebody suspended", err, skein.NotFound)
	})
}

// A loader whose snapshot began before a change does not put what it read.
func TestCacheRefusesWhatIsOld(t *testing.T) {
	c := newCache()
	p := &skein.Post{ID: 7}
	old := c.epoch.Load()
	c.forget(store.Change{Post: 7})
	put(c, c.posts, 7, p, old, time.Now())
	if _, ok := c.posts.Get(7); ok {
		t.Error("what was read before the change is kept")
	}
	put(c, c.posts, 7, p, c.epoch.Load(), time.Now())
	if e, ok := c.posts.Get(7); !ok || e.v != p {
		t.Error("what was read after it is not")
	}
}

// Page semantics of mastodon-api.md, section 5, on a list with hidden posts in between.
func TestPages(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		w.blocks(cat.Account, bob.Account)
		ids := []skein.ID{0}
		for i := 1; i <= 30; i++ {
			who := ann
			if i%3 == 0 {
				who = bob // hidden from cat
			}
			ids = append(ids, w.write(who, Draft{Text: fmt.Sprint(i)}).Post.ID)
		}
		read := func(who skein.Viewer, p Page) []string {
			t.Helper()
			list, err := w.Public(t.Context(), who, PublicFilter{}, p)
			if err != nil {
				t.Fatal(err)
			}
			return texts(list)
		}
		wantTexts(t, "newest", read(ann, Page{Limit: 3}), "30", "29", "28")
		wantTexts(t, "below", read(ann, Page{Max: ids[28], Limit: 3}), "27", "26", "25")
		wantTexts(t, "above, from the newest", read(ann, Page{Since: ids[20], Limit: 3}), "30", "29", "28")
		wantTexts(t, "above, the next ones", read(ann, Page{Min: ids[20], Limit: 3}), "23", "22", "21")
		wantTexts(t, "Min wins over Since", read(ann, Page{Min: ids[20], Since: ids[25], Limit: 2}), "22", "21")
		wantTexts(t, "between", read(ann, Page{Min: ids[20], Max: ids[22], Limit: 9}), "21")
		wantTexts(t, "below what never was", read(ann, Page{Max: ids[28] + 1, Limit: 1}), "28")
		wantTexts(t, "nothing", read(ann, Page{Since: ids[30], Limit: 3}))
		wantTexts(t, "filled up", read(cat, Page{Limit: 4}), "29", "28", "26", "25")
		wantTexts(t, "filled up, upwards", read(cat, Page{Min: ids[20], Limit: 4}), "26", "25", "23", "22")
		var walked []string
		for p := (Page{Limit: 4}); ; {
			list, err := w.Public(t.Context(), cat, PublicFilter{}, p)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			walked = append(walked, texts(list)...)
			p.Max = list[len(list)-1].Post.ID
		}
		if len(walked) != 20 {
			t.Errorf("walked over %d of 20: %q", len(walked), walked)
		}
	})
}
