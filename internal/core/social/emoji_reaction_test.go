package social

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// reacted is what is shown of the reactions to a post.
func (w *town) reacted(id skein.ID) string {
	var b strings.Builder
	for _, r := range w.stored(id).Extra.Reactions {
		fmt.Fprintf(&b, "%s %d ", r.Emoji, r.Count)
	}
	return strings.TrimSpace(b.String())
}

func (w *town) wantReacted(what string, id skein.ID, want string) {
	w.t.Helper()
	if got := w.reacted(id); got != want {
		w.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// T191: reactions are counted by rows, each account and emoji once, and never as likes; only emoji are.
func TestT191_ReactionsCountOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, far := w.person("ann"), w.person("bob"), w.personOf(w.other, "far")
		w.update(w.site, func(tx *store.Tx) error {
			return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.example/blob.png"})
		})
		id := w.write(ann, Draft{Text: "hi"}).Post.ID
		secret := w.write(ann, Draft{Text: "psst", Visibility: skein.Followers}).Post.ID
		for _, c := range []struct {
			name  string
			who   skein.Viewer
			post  skein.ID
			emoji string
			want  skein.Kind
		}{
			{"a stranger", bob, secret, "👍", skein.NotFound},
			{"a visitor", skein.Viewer{Site: w.site}, id, "👍", skein.Unauthorized},
			{"another site", skein.Viewer{Site: w.other, Account: far.Account}, id, "👍", skein.NotFound},
			{"a word", bob, id, "good", skein.Invalid},
			{"two", bob, id, "👍👍", skein.Invalid},
			{"an unknown code", bob, id, ":none:", skein.Invalid},
			{"a code of elsewhere", bob, id, "blob@fern.example", skein.Invalid},
		} {
			if _, err := w.ReactEmoji(t.Context(), c.who, c.post, c.emoji); err == nil || skein.KindOf(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		react := func(who skein.Viewer, emoji string) *View {
			t.Helper()
			v, err := w.ReactEmoji(t.Context(), who, id, emoji)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		react(bob, "❤")
		react(bob, "❤️")
		react(ann, "❤️")
		if v := react(bob, ":blob:"); len(v.Marks.Reactions) != 2 || v.Marks.Liked || v.Post.LikeCount != 0 {
			t.Errorf("marks %+v, likes %d", v.Marks, v.Post.LikeCount)
		}
		w.wantReacted("all", id, "❤️ 2 blob 1")
		for range 2 {
			if _, err := w.UnreactEmoji(t.Context(), bob, id, "❤"); err != nil {
				t.Fatal(err)
			}
		}
		w.wantReacted("taken back", id, "❤️ 1 blob 1")
		_, by, err := w.Reactors(t.Context(), bob, id)
		if err != nil || len(by["blob"]) != 1 || by["blob"][0].Username != "bob" {
			t.Errorf("reactors: %v, %v", by, err)
		}
		w.blocks(ann.Account, bob.Account)
		if _, _, err := w.Reactors(t.Context(), bob, id); skein.KindOf(err) != skein.NotFound {
			t.Errorf("to somebody blocked: %v", err)
		}
		if _, err := w.ReactEmoji(t.Context(), bob, id, "👍"); skein.KindOf(err) != skein.NotFound {
			t.Errorf("of somebody blocked: %v", err)
		}
	})
}

// T184: a peer's reaction that was taken back before it came stays away; one account makes so many and no more (T191).
func TestT184_ReactionTakenBackBeforeItComes(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		id := w.write(ann, Draft{Text: "hi"}).Post.ID
		cat := w.peer("cat", "fern.example")
		n := 0
		receive := func(uri, emoji, url string) {
			t.Helper()
			if err := w.ReceiveReaction(t.Context(), w.site, cat, id, "https://fern.example/"+uri, emoji, url); err != nil {
				t.Fatal(err)
			}
		}
		undo := func(uri, emoji string) {
			t.Helper()
			if uri != "" {
				uri = "https://fern.example/" + uri
			}
			if err := w.ReceiveUnreaction(t.Context(), w.site, cat, id, uri, emoji); err != nil {
				t.Fatal(err)
			}
		}
		undo("1", "👍")
		receive("1", "👍", "")
		w.wantReacted("undone before", id, "")
		receive("2", "👍", "")
		receive("3", "blob@fern.example", "https://fern.example/blob.png")
		w.wantReacted("two", id, "👍 1 blob@fern.example 1")
		if v, err := w.ReactEmoji(t.Context(), ann, id, "blob@fern.example"); err != nil || v.Post.Extra.Reactions[0].Count != 2 {
			t.Errorf("one of ours joins: %v", err)
		}
		undo("3", "")
		undo("", "👍")
		receive("3", "blob@fern.example", "https://fern.example/blob.png")
		w.wantReacted("undone after", id, "blob@fern.example 1")
		for i := range 30 {
			n++
			receive(fmt.Sprint("many/", n), string(rune(0x1F600+i)), "")
		}
		if got := len(w.stored(id).Extra.Reactions); got != maxReactions+1 {
			t.Errorf("%d kinds of reaction", got)
		}
		w.update(w.site, func(tx *store.Tx) error {
			for {
				if more, err := tx.Purge(cat, 7); err != nil || !more {
					return err
				}
			}
		})
		w.wantReacted("of somebody who is gone", id, "blob@fern.example 1")
	})
}

// T177: nobody shows a picture in the name of another host, replaces the one that is there, or brings pictures where the
// site takes none from its peer.
func TestT177_PicturesOfReactions(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.Peers = func(context.Context, skein.ID) (*skein.PeerRules, error) {
			return skein.NewPeerRules([]*skein.PeerPolicy{{Domain: "weed.example", RejectMedia: true}}, false), nil
		}
		id := w.write(w.person("ann"), Draft{Text: "hi"}).Post.ID
		cat, dan, eve, cow := w.peer("cat", "fern.example"), w.peer("dan", "moss.example"), w.peer("eve", "weed.example"), w.peer("cow", "fern.example")
		receive := func(from skein.ID, emoji, url string) {
			t.Helper()
			if err := w.ReceiveReaction(t.Context(), w.site, from, id, "", emoji, url); err != nil {
				t.Fatal(err)
			}
		}
		receive(dan, "blob@fern.example", "https://moss.example/evil.png")
		w.wantReacted("in the name of another host", id, "blob@moss.example 1")
		if err := w.ReceiveUnreaction(t.Context(), w.site, dan, id, "", "blob@fern.example"); err != nil {
			t.Fatal(err)
		}
		w.wantReacted("taken back as it was sent", id, "")

		receive(eve, "blob@weed.example", "https://weed.example/blob.png")
		w.wantReacted("of a peer whose pictures nobody wants", id, "")
		receive(cat, "blob@fern.example", "https://fern.example/blob.png")
		receive(cow, "blob@fern.example", "https://fern.example/zzz.png")
		receive(dan, "blob@fern.example", "https://moss.example/zzz.png")
		receive(eve, "blob@fern.example", "https://weed.example/zzz.png")
		w.wantReacted("one that is there already", id, "blob@fern.example 4")
		if err := w.ReceiveUnreaction(t.Context(), w.site, cat, id, "", "blob@fern.example"); err != nil {
			t.Fatal(err)
		}
		if got := w.stored(id).Extra.Reactions[0].URL; got != "https://fern.example/blob.png" {
			t.Errorf("the picture is %s now", got)
		}
	})
}
