package social

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func TestPostLimits(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		for _, c := range []struct {
			name string
			d    Draft
			ok   bool
		}{
			{"empty", Draft{Text: " \n "}, false},
			{"warning alone becomes the text", Draft{Warning: "hm"}, true},
			{"as long as it may be", Draft{Text: strings.Repeat("ä", skein.MaxText)}, true},
			{"one more", Draft{Text: strings.Repeat("ä", skein.MaxText), Warning: "x"}, false},
			{"links count as 23", Draft{Text: "https://elm.example/" + strings.Repeat("x", 2*skein.MaxText)}, true},
			{"megabytes", Draft{Text: strings.Repeat("x", 1<<20)}, false},
			{"unknown visibility", Draft{Text: "x", Visibility: 7}, false},
		} {
			v, err := w.CreatePost(t.Context(), ann, c.d)
			if c.ok != (err == nil) || err != nil && skein.KindOf(err) != skein.Invalid {
				t.Errorf("%s: %v", c.name, err)
			}
			if c.name == "warning alone becomes the text" && err == nil && (v.Post.Text != "hm" || v.Post.Warning != "") {
				t.Errorf("%s: %+v", c.name, v.Post)
			}
		}
	})
}

// Whoever is not let in, is gone, or belongs to another site writes nothing.
func TestOnlyOnesOwnPeopleWrite(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, far := w.person("ann"), w.personOf(w.other, "far")
		dan := w.person("dan")
		v := w.write(ann, Draft{Text: "hi"})
		w.set(dan.Account, func(a *skein.Account) { a.SuspendedAt = w.DB.Now() })
		peer := w.peer("cat", "fern.example")
		for name, who := range map[string]skein.Viewer{
			"a visitor": {Site: w.site}, "another site": {Site: w.other, Account: ann.Account}, "somebody elsewhere": {Site: w.site, Account: far.Account},
			"somebody suspended": dan, "a peer's account": {Site: w.site, Account: peer},
		} {
			if _, err := w.CreatePost(t.Context(), who, Draft{Text: "x"}); err == nil {
				t.Errorf("%s writes", name)
			}
			if _, err := w.EditPost(t.Context(), who, v.Post.ID, Edit{Text: new(string)}); err == nil {
				t.Errorf("%s edits", name)
			}
			if _, err := w.DeletePost(t.Context(), who, v.Post.ID); err == nil {
				t.Errorf("%s deletes", name)
			}
			for what, do := range w.reactions() {
				if _, err := do(t.Context(), who, v.Post.ID); err == nil {
					t.Errorf("%s: %s", name, what)
				}
			}
		}
		if got := w.stored(v.Post.ID); got.Text != "hi" || got.LikeCount != 0 || got.BoostCount != 0 {
			t.Errorf("the post is %+v", got)
		}
	})
}

func (w *town) reactions() map[string]func(context.Context, skein.Viewer, skein.ID) (*View, error) {
	return map[string]func(context.Context, skein.Viewer, skein.ID) (*View, error){
		"like": w.Like, "unlike": w.Unlike, "bookmark": w.Bookmark, "unbookmark": w.Unbookmark, "pin": w.Pin, "unpin": w.Unpin,
		"mute": w.MuteThread, "unmute": w.UnmuteThread, "unboost": w.Unboost,
		"boost": func(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
			return w.Boost(ctx, who, id, skein.Public)
		},
		"reply": func(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
			return w.CreatePost(ctx, who, Draft{Text: "re", ReplyTo: id})
		},
	}
}

func TestLimitedPeopleStayOutOfPublicTimelines(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		loud := w.write(ann, Draft{Text: "before"})
		w.set(ann.Account, func(a *skein.Account) { a.SilencedAt = w.DB.Now() })
		v := w.write(ann, Draft{Text: "after"})
		if v.Post.Visibility != skein.Unlisted {
			t.Errorf("visibility = %d", v.Post.Visibility)
		}
		list, err := w.Public(t.Context(), bob, PublicFilter{}, Page{Limit: 20})
		if err != nil || len(list) != 0 {
			t.Errorf("public: %q, %v", texts(list), err)
		}
		w.follows(bob.Account, ann.Account)
		list, _ = w.Public(t.Context(), bob, PublicFilter{}, Page{Limit: 20})
		wantTexts(t, "public, to a follower", texts(list), "before")
		boost, err := w.Boost(t.Context(), ann, w.write(bob, Draft{Text: "x"}).Post.ID, skein.Public)
		if err != nil || boost.Post.Visibility != skein.Unlisted {
			t.Errorf("boost: %v, %v", boost, err)
		}
		_ = loud
	})
}

// However often and however parallel a client repeats a post: there is one.
func TestIdempotencyKey(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		ids := make([]skein.ID, 16)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				v, err := w.CreatePost(t.Context(), ann, Draft{Text: "once", IdempotencyKey: "k"})
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = v.Post.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("posts %v", ids)
			}
		}
		if n := w.account(ann.Account).PostCount; n != 1 {
			t.Errorf("%d posts", n)
		}
		if v, err := w.CreatePost(t.Context(), bob, Draft{Text: "mine", IdempotencyKey: "k"}); err != nil || v.Post.ID == ids[0] {
			t.Errorf("another's key: %v, %v", v, err)
		}
		w.ahead.Add(int64(6 * 24 * time.Hour))
		if err := w.Tidy(t.Context()); err != nil {
			t.Error(err)
		}
		if v, err := w.CreatePost(t.Context(), ann, Draft{Text: "once", IdempotencyKey: "k"}); err != nil || v.Post.ID != ids[0] {
			t.Errorf("from a phone that was off for days: %v, %v", v, err)
		}
		w.ahead.Add(int64(2 * 24 * time.Hour))
		if v, err := w.CreatePost(t.Context(), ann, Draft{Text: "again", IdempotencyKey: "k"}); err != nil || v.Post.ID == ids[0] {
			t.Errorf("a week later: %v, %v", v, err)
		}
		if err := w.Tidy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A key that a failed post used is free again.
func TestIdempotencyKeyOfAFailure(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		_, err := w.CreatePost(t.Context(), ann, Draft{Text: "re", ReplyTo: 12345, IdempotencyKey: "k"})
		wantKind(t, "reply to nothing", err, skein.NotFound)
		if _, err := w.CreatePost(t.Context(), ann, Draft{Text: "re", IdempotencyKey: "k"}); err != nil {
			t.Error(err)
		}
	})
}

func TestUnknownHandlesAreLookedUp(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		var mu sync.Mutex
		asked := 0
		w.FindAccount = func(ctx context.Context, site skein.ID, handle string) (*skein.Account, error) {
			mu.Lock()
			asked++
			mu.Unlock()
			name, domain, _ := strings.Cut(handle, "@")
			if name == "none" {
				return nil, skein.ErrNotFound
			}
			return w.ReceiveAccount(ctx, site, remote(name, domain))
		}
		v := w.write(ann, Draft{Text: "@cat@fern.example @none@fern.example @nobody"})
		if len(v.Post.Mentions) != 1 || v.Post.Mentions[0].Acct() != "cat@fern.example" || asked != 2 {
			t.Errorf("mentions %+v after %d look-ups", v.Post.Mentions, asked)
		}
		asked = 0
		var b strings.Builder
		for i := range 40 {
			b.WriteString(" @none@p" + string(rune('a'+i%26)) + strings.Repeat("x", i) + ".example")
		}
		w.write(ann, Draft{Text: b.String()})
		if asked != maxLookups {
			t.Errorf("T81: %d look-ups", asked)
		}
	})
}

func TestBlockedPeopleAreNotAddressed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		w.blocks(ann.Account, bob.Account)
		w.blocks(cat.Account, ann.Account)
		v := w.write(ann, Draft{Text: "@bob @cat", Visibility: skein.Direct})
		if len(v.Post.Mentions) != 1 || v.Post.Mentions[0].Account != cat.Account {
			t.Errorf("mentions %+v", v.Post.Mentions)
		}
		if got := w.noteKinds(cat) + w.noteKinds(bob); got != "" {
			t.Errorf("T173: told %s", got)
		}
		_, err := w.Post(t.Context(), bob, v.Post.ID)
		wantKind(t, "bob reads", err, skein.NotFound)
	})
}

func TestReplies(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		root := w.write(ann, Draft{Text: "root"})
		re := w.write(bob, Draft{Text: "re", ReplyTo: root.Post.ID})
		if re.Post.ReplyTo != root.Post.ID || re.Post.ReplyToAuthor != ann.Account || re.Post.Thread != root.Post.ID {
			t.Errorf("reply %+v", re.Post)
		}
		w.write(bob, Draft{Text: "quiet", ReplyTo: root.Post.ID, Visibility: skein.Followers})
		boost, err := w.Boost(t.Context(), bob, root.Post.ID, skein.Public)
		if err != nil {
			t.Fatal(err)
		}
		toBoost := w.write(bob, Draft{Text: "re boost", ReplyTo: boost.Post.ID})
		if toBoost.Post.ReplyTo != root.Post.ID {
			t.Errorf("a reply to a boost answers %d", toBoost.Post.ReplyTo)
		}
		if n := w.stored(root.Post.ID).ReplyCount; n != 2 {
			t.Errorf("T62: %d replies are counted, want the two public ones", n)
		}
		hidden := w.write(ann, Draft{Text: "hidden", Visibility: skein.Followers})
		_, err = w.CreatePost(t.Context(), bob, Draft{Text: "re", ReplyTo: hidden.Post.ID})
		wantKind(t, "reply to what is hidden", err, skein.NotFound)
		if n := w.stored(hidden.Post.ID).ReplyCount; n != 0 {
			t.Errorf("%d replies", n)
		}
	})
}

func TestDirectPostsAreNotCounted(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		v := w.write(ann, Draft{Text: "x", Visibility: skein.Direct})
		if a := w.account(ann.Account); a.PostCount != 0 || !a.LastPostAt.IsZero() {
			t.Errorf("counts %d, last %v", a.PostCount, a.LastPostAt)
		}
		if _, err := w.DeletePost(t.Context(), ann, v.Post.ID); err != nil {
			t.Fatal(err)
		}
		if a := w.account(ann.Account); a.PostCount != 0 {
			t.Errorf("counts %d", a.PostCount)
		}
	})
}

func TestEditKeepsHistory(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		v := w.write(ann, Draft{Text: "one @bob #a", Visibility: skein.Followers})
		w.ahead.Add(int64(time.Minute))
		text, same, yes := "two @cat #b", "one @bob #a", true

		if v, err := w.EditPost(t.Context(), ann, v.Post.ID, Edit{Text: &same}); err != nil || !v.Post.EditedAt.IsZero() {
			t.Errorf("an edit that changes nothing: %v, %v", v, err)
		}
		if v, err := w.EditPost(t.Context(), ann, v.Post.ID, Edit{Sensitive: &yes}); err != nil || !v.Post.EditedAt.IsZero() || !v.Post.Sensitive {
			t.Errorf("an edit of what is not content: %v, %v", v, err)
		}
		e, err := w.EditPost(t.Context(), ann, v.Post.ID, Edit{Text: &text, Warning: new(string)})
		if err != nil {
			t.Fatal(err)
		}
		if e.Post.EditedAt.IsZero() || e.Post.Text != text || e.Post.Visibility != skein.Followers || e.Post.Tags[0].Name != "b" {
			t.Errorf("edited %+v", e.Post)
		}
		if len(e.Post.Mentions) != 2 || e.Post.Mentions[0].Account != cat.Account || e.Post.Mentions[0].Silent || !e.Post.Mentions[1].Silent {
			t.Errorf("T189: mentions %+v", e.Post.Mentions)
		}
		for range 2 {
			if err := w.SpreadEdit(t.Context(), skein.PostEdited{Site: w.site, Post: v.Post.ID, Content: true, Mentioned: []skein.ID{cat.Account}}); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.noteKinds(cat); got != "mention of ann" {
			t.Errorf("T189: cat is told %q", got)
		}
		for _, who := range []skein.Viewer{bob, cat} {
			if _, err := w.Post(t.Context(), who, v.Post.ID); err != nil {
				t.Errorf("whoever could read it still can: %v", err)
			}
		}
		list, now, err := w.History(t.Context(), ann, v.Post.ID)
		if err != nil || len(list) != 2 || list[0].Text != same || list[1].Text != text || now.Post.Text != text {
			t.Fatalf("history %+v, %v", list, err)
		}
		if !list[0].CreatedAt.Equal(v.Post.CreatedAt.Truncate(time.Millisecond)) || !list[1].CreatedAt.Equal(e.Post.EditedAt) {
			t.Errorf("times %v, %v", list[0].CreatedAt, list[1].CreatedAt)
		}
	})
}

// T99: an edit storm leaves a bounded history, and tells a booster once.
func TestT99_EditStorm(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		v := w.write(ann, Draft{Text: "0"})
		if _, err := w.Boost(t.Context(), bob, v.Post.ID, skein.Public); err != nil {
			t.Fatal(err)
		}
		for i := range 120 {
			text := strings.Repeat("x", i+1)
			if _, err := w.EditPost(t.Context(), ann, v.Post.ID, Edit{Text: &text}); err != nil {
				t.Fatal(err)
			}
			if err := w.SpreadEdit(t.Context(), skein.PostEdited{Site: w.site, Post: v.Post.ID, Content: true}); err != nil {
				t.Fatal(err)
			}
		}
		list, _, err := w.History(t.Context(), ann, v.Post.ID)
		if err != nil || len(list) != 101 {
			t.Errorf("%d revisions, %v", len(list), err)
		}
		if got := w.noteKinds(bob); got != "edit of ann" {
			t.Errorf("bob is told %q", got)
		}
	})
}

// What hangs on a post goes with it, and every count is right again.
func TestDeletePost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		cat := w.peer("cat", "fern.example")
		root := w.write(ann, Draft{Text: "root"})
		v := w.write(ann, Draft{Text: "doomed @bob #x", ReplyTo: root.Post.ID})
		id := v.Post.ID
		for _, do := range []func(context.Context, skein.Viewer, skein.ID) (*View, error){w.Like, w.Bookmark, w.reactions()["boost"], w.reactions()["reply"]} {
			if _, err := do(t.Context(), bob, id); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Pin(t.Context(), ann, id); err != nil {
			t.Fatal(err)
		}
		if err := w.ReceiveLike(t.Context(), w.site, cat, id, "https://fern.example/likes/1"); err != nil {
			t.Fatal(err)
		}
		text := "doomed now @bob"
		if _, err := w.EditPost(t.Context(), ann, id, Edit{Text: &text}); err != nil {
			t.Fatal(err)
		}
		gone, err := w.DeletePost(t.Context(), ann, id)
		if err != nil || gone.Post.Text != text || gone.Post.LikeCount != 2 {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		_, err = w.Post(t.Context(), ann, id)
		wantKind(t, "the author reads it", err, skein.NotFound)
		_, err = w.DeletePost(t.Context(), ann, id)
		wantKind(t, "deleted twice", err, skein.NotFound)
		if p := w.stored(root.Post.ID); p.ReplyCount != 0 {
			t.Errorf("root has %d replies", p.ReplyCount)
		}
		if a, b := w.account(ann.Account), w.account(bob.Account); a.PostCount != 1 || b.PostCount != 1 {
			t.Errorf("ann has %d posts, bob %d", a.PostCount, b.PostCount)
		}
		if got := w.noteKinds(bob); got != "" {
			t.Errorf("bob is still told %q", got)
		}
		wantTexts(t, "ann's home", w.home(ann), "root")
		if list, err := w.Likes(t.Context(), bob, Page{Limit: 5}); err != nil || len(list) != 0 {
			t.Errorf("likes %v, %v", list, err)
		}
		w.update(w.site, func(tx *store.Tx) error {
			if is, err := tx.Buried(v.Post.URI, "x"); err != nil || !is {
				t.Errorf("T183: buried %v, %v", is, err)
			}
			return nil
		})
	})
}
