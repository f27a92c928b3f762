package federation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// pins returns how many posts an account pinned, and which hashtags are on its profile.
func (w *world) pins(a *skein.Account) (n int, tags string) {
	w.t.Helper()
	err := w.DB.View(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		list, err := tx.Pins(a.ID)
		if err != nil {
			return err
		}
		n = len(list)
		names, err := tx.FeaturedTags(a.ID)
		for _, f := range names {
			tags += f.Tag.Name + " "
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n, strings.TrimSpace(tags)
}

// pinner is an actor with a collection of pins.
func (p *peer) pinner(name string) string {
	uri := p.actor(name)
	p.serve("/users/"+name, strings.Replace(p.actorDoc(name), `"type":"Person"`,
		`"type":"Person","featured":"$/users/`+name+`/featured","featuredTags":"$/users/`+name+`/tags"`, 1))
	return uri
}

// T192: only its owner changes a profile's pins, only with own posts, and not without end.
func TestT192_PinsOfOthers(t *testing.T) {
	w := newWorld(t)
	p, evil := w.peer("oak.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	bob, mal := w.meets(p.pinner("bob")), w.meets(evil.pinner("mal"))
	w.follows(w.ann, bob)
	w.follows(w.ann, mal)
	for i := range 22 {
		p.send("bob", createNote("bob", fmt.Sprint(i), ""))
	}
	evil.send("mal", createNote("mal", "1", ""))
	add := func(kind, target, object string) string {
		noteCount++
		return fmt.Sprintf(`{"id":"$/activities/%d","type":"%s","target":"%s","object":%s}`, noteCount, kind, target, object)
	}
	evil.send("mal", add("Add", p.base+"/users/bob/featured", `"`+p.base+`/notes/1"`)) // another's profile
	evil.send("mal", add("Add", "$/users/mal/featured", `"`+p.base+`/notes/1"`))       // another's post
	evil.send("mal", add("Add", "$/users/mal/featured", `"`+w.ann.URI+`/statuses/1"`)) // none at all
	evil.send("mal", add("Add", "$/users/mal/else", `"$/notes/1"`))                    // no collection that we know
	for _, a := range []*skein.Account{bob, mal} {
		if n, _ := w.pins(a); n != 0 {
			t.Errorf("%s has %d pins", a.Username, n)
		}
	}
	for i := range 22 {
		p.send("bob", add("Add", "$/users/bob/featured", fmt.Sprintf(`"$/notes/%d"`, i)))
	}
	p.send("bob", add("Add", "$/users/bob/featured", `{"type":"Hashtag","name":"#Fjord","href":"$/tags/fjord"}`))
	if n, tags := w.pins(bob); n != 20 || tags != "fjord" {
		t.Errorf("%d pins, hashtags %q; want 20 and fjord", n, tags)
	}
	evil.send("mal", add("Remove", p.base+"/users/bob/featured", `"`+p.base+`/notes/1"`))
	evil.send("mal", add("Remove", "$/users/mal/featured", `["`+p.base+`/notes/1",{"type":"Hashtag","name":"#fjord"}]`))
	if n, tags := w.pins(bob); n != 20 || tags != "fjord" {
		t.Errorf("%d pins, hashtags %q after others took them down", n, tags)
	}
	p.send("bob", add("Remove", "$/users/bob/featured", `["$/notes/1",{"type":"Hashtag","name":"#fjord"}]`))
	if n, tags := w.pins(bob); n != 19 || tags != "" {
		t.Errorf("%d pins, hashtags %q after their owner took some down", n, tags)
	}
}

// Counts that a post's server tells are shown when they are more than what is known here, and never less (T66, T191).
func TestCountsThatAPeerTells(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	bob := w.meets(p.actor("bob"))
	w.follows(w.ann, bob)
	told := func(likes, shares, replies string) string {
		return fmt.Sprintf(`"likes":{"type":"Collection","totalItems":%s},"shares":{"type":"Collection","totalItems":%s},
			"replies":{"type":"Collection","totalItems":%s},"context":"$/contexts/1"`, likes, shares, replies)
	}
	p.send("bob", createNote("bob", "1", told("41", "-3", "1e300")))
	post := w.stored(p.base + "/notes/1")
	if post == nil || post.LikesShown() != 41 || post.BoostsShown() != 0 || post.RepliesShown() < 0 || post.Extra.Context != p.base+"/contexts/1" {
		t.Fatalf("got %+v", post)
	}
	if _, err := w.Social.Like(t.Context(), w.viewer(w.ann), post.ID); err != nil {
		t.Fatal(err)
	}
	shown := func() [2]int {
		p := w.stored(post.URI)
		return [2]int{p.LikesShown(), p.BoostsShown()}
	}
	if got, want := shown(), [2]int{42, 0}; got != want {
		t.Errorf("liked here: %v, want %v", got, want)
	}
	if _, err := w.Social.Like(t.Context(), w.viewer(w.ann), post.ID); err != nil {
		t.Fatal(err)
	}
	if got, want := shown(), [2]int{42, 0}; got != want {
		t.Errorf("liked twice: %v, want %v", got, want)
	}
	// An update without an edit brings new counts, and leaves the text.
	update := strings.Replace(createNote("bob", "1", told("0", "7", "2")), `"Create"`, `"Update"`, 1)
	p.send("bob", strings.Replace(update, "hello", "other", 1))
	post = w.stored(p.base + "/notes/1")
	if post.LikesShown() != 1 || post.BoostsShown() != 7 || post.RepliesShown() != 2 || post.LikeCount != 1 || post.HTML != "<p>hello</p>" {
		t.Errorf("after the update: likes %d boosts %d replies %d, %q", post.LikesShown(), post.BoostsShown(), post.RepliesShown(), post.HTML)
	}
	// What people here do is seen in what was told, until that is told anew.
	for _, step := range []struct {
		do   func(context.Context, skein.Viewer, skein.ID) error
		want [2]int
	}{
		{func(ctx context.Context, who skein.Viewer, id skein.ID) error {
			_, err := w.Social.Boost(ctx, who, id, skein.Public)
			return err
		}, [2]int{1, 8}},
		{func(ctx context.Context, who skein.Viewer, id skein.ID) error {
			_, err := w.Social.Unboost(ctx, who, id)
			return err
		}, [2]int{1, 7}},
		{func(ctx context.Context, who skein.Viewer, id skein.ID) error {
			_, err := w.Social.Unlike(ctx, who, id)
			return err
		}, [2]int{0, 7}},
	} {
		if err := step.do(t.Context(), w.viewer(w.ann), post.ID); err != nil {
			t.Fatal(err)
		}
		if got := shown(); got != step.want {
			t.Errorf("likes and boosts shown: %v, want %v", got, step.want)
		}
	}
}
