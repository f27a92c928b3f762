package social

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
)

// heard returns what a subscription got so far.
func heard(s *stream.Subscription) (list []string) {
	for {
		select {
		case e := <-s.C():
			l := e.Data.(Live)
			list = append(list, fmt.Sprintf("%s %d", l.Kind, l.Post))
		default:
			slices.Sort(list)
			return list
		}
	}
}

// What happens reaches those who watch, once, and nobody else.
func TestLiveEvents(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		w.follows(bob.Account, ann.Account)
		w.follows(cat.Account, ann.Account)
		w.blocks(ann.Account, cat.Account)
		for _, who := range []skein.Viewer{ann, bob, cat} {
			if err := w.KeepFeed(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		subs := map[string]*stream.Subscription{}
		for name, topic := range map[string]string{"ann": TopicUser(ann.Account), "bob": TopicUser(bob.Account), "cat": TopicUser(cat.Account),
			"public": TopicPublic(w.site), "local": TopicLocal(w.site), "remote": TopicRemote(w.site), "tag": TopicTag(w.site, "moss"),
			"local tag": TopicLocalTag(w.site, "moss"), "other": TopicPublic(w.other)} {
			subs[name] = w.Hub.Subscribe(topic)
			defer subs[name].Close()
		}
		expect := func(what string, want map[string]string) {
			t.Helper()
			for name, s := range subs {
				if got := fmt.Sprint(heard(s)); got != "["+want[name]+"]" {
					t.Errorf("%s: %s hears %s, want [%s]", what, name, got, want[name])
				}
			}
		}
		v := w.write(ann, Draft{Text: "#moss"})
		is := func(kind LiveKind) string { return fmt.Sprintf("%s %d", kind, v.Post.ID) }
		all := func(s string) map[string]string {
			return map[string]string{"ann": s, "bob": s, "public": s, "local": s, "tag": s, "local tag": s}
		}
		expect("a post", all(is(LivePost)))
		text := "#moss and more"
		if _, err := w.EditPost(t.Context(), ann, v.Post.ID, Edit{Text: &text}); err != nil {
			t.Fatal(err)
		}
		if err := w.SpreadEdit(t.Context(), skein.PostEdited{Site: w.site, Post: v.Post.ID, Content: true}); err != nil {
			t.Fatal(err)
		}
		expect("an edit", all(is(LiveEdit)))
		if _, err := w.DeletePost(t.Context(), ann, v.Post.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.SpreadDelete(t.Context(), skein.PostDeleted{Site: w.site, Post: v.Post.ID, Local: true, Listed: true, Tags: []string{"moss"}}); err != nil {
			t.Fatal(err)
		}
		expect("a deletion", all(is(LiveDelete)))
		v = w.write(ann, Draft{Text: "#moss quiet", Visibility: skein.Followers})
		expect("for followers", map[string]string{"ann": is(LivePost), "bob": is(LivePost)})
		w.ahead.Add(int64(7 * time.Hour))
		w.spread(v.Post.ID)
		expect("the same again", nil)
	})
}

func TestNotificationsOfPosts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, bell, foe := w.person("ann"), w.person("bob"), w.person("bell"), w.person("foe")
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{Account: bell.Account, Target: ann.Account, Accepted: true, Notify: true})
			return err
		})
		w.blocks(foe.Account, ann.Account)
		v := w.write(ann, Draft{Text: "@bob @foe"})
		w.spread(v.Post.ID) // twice
		w.write(ann, Draft{Text: "re", ReplyTo: w.write(bob, Draft{Text: "x"}).Post.ID})
		w.write(ann, Draft{Text: "@bell named", Visibility: skein.Unlisted})
		w.write(ann, Draft{Text: "secret", Visibility: skein.Direct})
		b, err := w.Boost(t.Context(), bob, v.Post.ID, skein.Public)
		if err != nil {
			t.Fatal(err)
		}
		w.spread(b.Post.ID)
		if _, err := w.Like(t.Context(), bob, v.Post.ID); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.SpreadLike(t.Context(), skein.PostLiked{Site: w.site, Post: v.Post.ID, Account: bob.Account}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.SpreadLike(t.Context(), skein.PostLiked{Site: w.site, Post: v.Post.ID, Account: bell.Account}); err != nil { // taken back
			t.Fatal(err)
		}
		for _, c := range []struct {
			who  skein.Viewer
			want string
		}{
			{bob, "mention of ann"},
			{foe, ""},
			{bell, "mention of ann, post of ann"},
			{ann, "like of bob, boost of bob"},
		} {
			if got := w.noteKinds(c.who); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
		}
		if _, err := w.MuteThread(t.Context(), bob, v.Post.ID); err != nil {
			t.Fatal(err)
		}
		w.write(ann, Draft{Text: "@bob again", ReplyTo: v.Post.ID})
		if got := w.noteKinds(bob); got != "mention of ann" {
			t.Errorf("a muted conversation: %q", got)
		}
	})
}

// What is old when it comes is no news.
func TestOldPostsAreNoNews(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		cat := w.peer("cat", "fern.example")
		w.follows(ann.Account, cat)
		if err := w.KeepFeed(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		for i, age := range []time.Duration{time.Hour, 3 * 24 * time.Hour, 30 * 24 * time.Hour} {
			p := w.receive(cat, Incoming{URI: fmt.Sprint("https://fern.example/", i), HTML: fmt.Sprint("<p>", i, "</p>"), CreatedAt: w.DB.Now().Add(-age),
				Mentions: []skein.ID{ann.Account}, Named: []skein.ID{ann.Account}})
			w.spread(p.ID)
		}
		wantTexts(t, "home", w.home(ann), "<p>0</p>", "<p>1</p>")
		if got := w.noteKinds(ann); got != "mention of cat, mention of cat" {
			t.Errorf("told %q", got)
		}
	})
}
