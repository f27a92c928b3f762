package social

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/skein"
)

// talks tells what somebody reads: the others, the last post, and a star when it is unread.
func (w *town) talks(who skein.Viewer) []string {
	w.t.Helper()
	rows, err := w.Talks(w.t.Context(), who, Page{Limit: 20})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		if r.Cursor != r.Item.Post.Post.ID {
			w.t.Errorf("cursor %v of a conversation whose last post is %v", r.Cursor, r.Item.Post.Post.ID)
		}
		var people []string
		for _, a := range r.Item.People {
			people = append(people, a.Acct())
		}
		slices.Sort(people)
		line := strings.Join(people, " ") + ": " + r.Item.Post.Post.Text + r.Item.Post.Post.HTML[:0]
		if r.Item.Post.Post.Text == "" {
			line += r.Item.Post.Post.HTML
		}
		if r.Item.Unread {
			line += " *"
		}
		out = append(out, line)
	}
	return out
}

func wantLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// openDoors has people hold nothing back.
func (w *town) openDoors(people ...skein.Viewer) {
	w.t.Helper()
	for _, who := range people {
		w.policy(who, func(*skein.NotificationPolicy) {})
	}
}

// What a stranger writes to somebody alone makes no conversation until they are let through; then all of it does, once, and what
// comes later comes at once. Who writes has it from the beginning.
func TestConversationsOfThoseHeldBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann, bob := w.person("ann"), w.person("bob")
		one := w.write(bob, Draft{Text: "@ann psst", Visibility: skein.Direct})
		w.write(bob, Draft{Text: "@ann here", Visibility: skein.Direct, ReplyTo: one.Post.ID})
		wantLines(t, "held back", w.talks(ann))
		wantLines(t, "the writer", w.talks(bob), "ann: @ann here")
		requests, err := w.NoteRequests(ctx, ann, Page{Limit: 5})
		if err != nil || len(requests) != 1 {
			t.Fatalf("%d requests, %v", len(requests), err)
		}
		if err := w.AcceptNoteRequests(ctx, ann, []skein.ID{requests[0].ID}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // jobs may run twice
			if err := w.MergeHeld(ctx, skein.HeldAccepted{Site: w.site, Account: ann.Account, Actors: []skein.ID{bob.Account}}); err != nil {
				t.Fatal(err)
			}
		}
		wantLines(t, "accepted", w.talks(ann), "bob: @ann here *")
		w.write(bob, Draft{Text: "@ann hello again", Visibility: skein.Direct})
		wantLines(t, "later", w.talks(ann), "bob: @ann hello again *", "bob: @ann here *")
		w.policy(ann, func(p *skein.NotificationPolicy) { p.NotFollowing = skein.VerdictDrop })
		w.write(w.person("eve"), Draft{Text: "@ann buy this", Visibility: skein.Direct})
		wantLines(t, "dropped", w.talks(ann), "bob: @ann hello again *", "bob: @ann here *")
	})
}

// Two pieces of one thread, each with a conversation of the same people, become one when what is between them arrives.
func TestConversationsJoinWithTheirThreads(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		w.openDoors(ann)
		gil := w.peer("gil", "oak.example")
		receive := func(n int, parent string) *skein.Post {
			t.Helper()
			p, err := w.ReceivePost(t.Context(), w.site, gil, Incoming{URI: fmt.Sprintf("https://oak.example/%d", n), HTML: fmt.Sprintf("<p>%d</p>", n),
				Visibility: skein.Direct, Mentions: []skein.ID{ann.Account}, Named: []skein.ID{ann.Account}, ReplyToURI: parent})
			if err != nil {
				t.Fatal(err)
			}
			w.spread(p.ID)
			return p
		}
		receive(1, "")
		receive(3, "https://oak.example/2")
		wantLines(t, "in pieces", w.talks(ann), "gil@oak.example: <p>3</p> *", "gil@oak.example: <p>1</p> *")
		receive(2, "https://oak.example/1")
		wantLines(t, "joined", w.talks(ann), "gil@oak.example: <p>2</p> *")
		w.write(ann, Draft{Text: "@gil@oak.example yes", Visibility: skein.Direct, ReplyTo: receive(4, "https://oak.example/3").ID})
		wantLines(t, "answered", w.talks(ann), "gil@oak.example: @gil@oak.example yes")
		list, err := w.Messages(t.Context(), ann, Page{Limit: 9})
		if err != nil || len(list) != 5 {
			t.Errorf("messages: %q, %v", texts(list), err)
		}
	})
}

// Direct posts, ours and peers', stand in a conversation of each who takes part, by thread and people (mastodon-api.md 3.13).
func TestConversations(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		gil := w.peer("gil", "oak.example")
		w.openDoors(ann, bob, cat)
		direct := func(who skein.Viewer, text string, to skein.ID) *View {
			t.Helper()
			return w.write(who, Draft{Text: text, Visibility: skein.Direct, ReplyTo: to})
		}
		first := direct(ann, "@bob hello", 0)
		wantLines(t, "ann", w.talks(ann), "bob: @bob hello")
		wantLines(t, "bob", w.talks(bob), "ann: @bob hello *")
		w.spread(first.Post.ID) // a job may run twice
		answer := direct(bob, "@ann good day", first.Post.ID)
		wantLines(t, "ann is answered", w.talks(ann), "bob: @ann good day *")
		wantLines(t, "bob answered", w.talks(bob), "ann: @ann good day")
		direct(ann, "@bob another thread", 0)
		direct(bob, "@ann @cat others join", answer.Post.ID)
		direct(ann, "to myself", 0)
		wantLines(t, "ann has four", w.talks(ann), "ann: to myself", "bob cat: @ann @cat others join *", "bob: @bob another thread",
			"bob: @ann good day *")
		wantLines(t, "cat has one", w.talks(cat), "ann bob: @ann @cat others join *")
		in, err := w.ReceivePost(ctx, w.site, gil, Incoming{URI: "https://oak.example/1", HTML: "<p>from afar</p>", Visibility: skein.Direct,
			Mentions: []skein.ID{cat.Account, bob.Account}, Named: []skein.ID{cat.Account}, ReplyToURI: ""})
		if err != nil {
			t.Fatal(err)
		}
		w.spread(in.ID)
		wantLines(t, "a peer's", w.talks(cat), "gil@oak.example: <p>from afar</p> *", "ann bob: @ann @cat others join *")
		if got := w.talks(bob); len(got) != 3 {
			t.Errorf("bob may read it and is not named: got %q", got)
		}
		w.write(ann, Draft{Text: "@cat in public"})
		if got := w.talks(cat); len(got) != 2 {
			t.Errorf("a public post makes no conversation: got %q", got)
		}

		rows, err := w.Talks(ctx, ann, Page{Limit: 2})
		if err != nil || len(rows) != 2 {
			t.Fatalf("a page: %v, %v", rows, err)
		}
		next, err := w.Talks(ctx, ann, Page{Limit: 2, Max: rows[1].Cursor})
		if err != nil || len(next) != 2 || next[1].Item.Post.Post.ID != answer.Post.ID {
			t.Errorf("the next page: %v, %v", next, err)
		}
		id := next[1].Item.ID
		if v, err := w.MarkTalk(ctx, ann, id, false); err != nil || v.Unread {
			t.Errorf("read: %+v, %v", v, err)
		}
		if v, err := w.MarkTalk(ctx, ann, id, true); err != nil || !v.Unread {
			t.Errorf("unread: %+v, %v", v, err)
		}
		for _, who := range []skein.Viewer{bob, w.personOf(w.other, "oda")} {
			_, err := w.Talk(ctx, who, id)
			wantKind(t, "read another's", err, skein.NotFound)
			_, err = w.MarkTalk(ctx, who, id, false)
			wantKind(t, "mark another's", err, skein.NotFound)
			wantKind(t, "hide another's", w.HideTalk(ctx, who, id), skein.NotFound)
		}
		if err := w.HideTalk(ctx, ann, id); err != nil {
			t.Fatal(err)
		}
		if got := w.talks(ann); len(got) != 3 || len(w.talks(bob)) != 3 {
			t.Errorf("hidden: ann has %q", got)
		}
		direct(bob, "@ann still there?", answer.Post.ID)
		if got := w.talks(ann); got[0] != "bob: @ann still there? *" {
			t.Errorf("back: got %q", got)
		}
		list, err := w.Messages(ctx, ann, Page{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "messages", texts(list), "@ann still there?", "to myself", "@ann @cat others join", "@bob another thread")
	})
}

// The last post of a conversation may be edited, name somebody more, and go.
func TestConversationsFollowTheirLastPost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		w.openDoors(bob, cat)
		one := w.write(ann, Draft{Text: "@bob one", Visibility: skein.Direct})
		two := w.write(ann, Draft{Text: "@bob two", Visibility: skein.Direct, ReplyTo: one.Post.ID})
		text := "@bob two, and @cat"
		if _, err := w.EditPost(ctx, ann, two.Post.ID, Edit{Text: &text}); err != nil {
			t.Fatal(err)
		}
		if err := w.SpreadEdit(ctx, skein.PostEdited{Site: w.site, Post: two.Post.ID, Content: true, Mentioned: []skein.ID{cat.Account}}); err != nil {
			t.Fatal(err)
		}
		wantLines(t, "edited", w.talks(bob), "ann: @bob two, and @cat *")
		wantLines(t, "named now", w.talks(cat), "ann bob: @bob two, and @cat *")
		if _, err := w.DeletePost(ctx, ann, two.Post.ID); err != nil {
			t.Fatal(err)
		}
		wantLines(t, "the last one is gone", w.talks(bob), "ann: @bob one *")
		wantLines(t, "the only one is gone", w.talks(cat))
		if _, err := w.DeletePost(ctx, ann, one.Post.ID); err != nil {
			t.Fatal(err)
		}
		wantLines(t, "all are gone", w.talks(ann))
	})
}

// T173: nobody who blocks or is blocked, mutes, or blocks the peer gets a conversation, and one from before is hidden.
func TestT173_ConversationsOfBlocked(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		me := w.person("me")
		gil := w.peer("gil", "oak.example")
		w.openDoors(me)
		n := 0
		fromGil := func() {
			t.Helper()
			n++
			in, err := w.ReceivePost(ctx, w.site, gil, Incoming{URI: fmt.Sprintf("https://oak.example/%d", n), HTML: "<p>from afar</p>",
				Visibility: skein.Direct, Mentions: []skein.ID{me.Account}, Named: []skein.ID{me.Account}})
			if err != nil {
				t.Fatal(err)
			}
			w.spread(in.ID)
		}
		fromGil()
		if got := w.talks(me); len(got) != 1 {
			t.Errorf("before: got %q", got)
		}
		if _, err := w.Mute(ctx, me, gil, true, 0); err != nil {
			t.Fatal(err)
		}
		fromGil()
		wantLines(t, "muted", w.talks(me))
		if _, err := w.Unmute(ctx, me, gil); err != nil {
			t.Fatal(err)
		}
		if got := w.talks(me); len(got) != 1 {
			t.Errorf("muted no longer: got %q", got)
		}
		if err := w.BlockDomain(ctx, me, "oak.example"); err != nil {
			t.Fatal(err)
		}
		fromGil()
		wantLines(t, "the peer is blocked", w.talks(me))
		if err := w.UnblockDomain(ctx, me, "oak.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Block(ctx, me, gil); err != nil {
			t.Fatal(err)
		}
		fromGil()
		wantLines(t, "blocked", w.talks(me))
	})
}
