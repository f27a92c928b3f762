package social

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func (w *town) schedule(who skein.Viewer, d Draft, in time.Duration) *Scheduled {
	w.t.Helper()
	s, v, err := w.Schedule(w.t.Context(), who, d, w.DB.Now().Add(in))
	if err != nil || v != nil {
		w.t.Fatalf("schedule: %v, %v", v, err)
	}
	return s
}

// due runs the job of a post that waits, twice, as a queue may.
func (w *town) due(s *Scheduled) {
	w.t.Helper()
	for range 2 {
		if err := w.PublishDue(w.t.Context(), skein.PostDue{Site: w.site, Scheduled: s.ID, At: s.At}); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *town) written(who skein.Viewer) []string {
	w.t.Helper()
	list, err := w.AccountPosts(w.t.Context(), who, who.Account, AccountFilter{}, Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts(list)
}

func (w *town) waiting(who skein.Viewer) []*Scheduled {
	w.t.Helper()
	list, err := w.ScheduledPosts(w.t.Context(), who, Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// A post that waits is posted once at its time, as it was written; one that was moved or withdrawn is not.
func TestScheduledPostsComeOutOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		w.person("bob")
		ann := w.person("ann")
		parent := w.write(ann, Draft{Text: "parent"})
		w.events()
		one := w.schedule(ann, Draft{Text: "one @bob", Warning: "careful", Language: "de", Visibility: skein.Unlisted, ReplyTo: parent.Post.ID,
			Poll: &PollDraft{Options: []string{"a", "b"}, Lasts: time.Hour}, IdempotencyKey: "k"}, 10*time.Minute)
		wantTexts(t, "before its time", w.written(ann), "parent")
		again, _, err := w.Schedule(ctx, ann, Draft{Text: "one @bob", IdempotencyKey: "k"}, one.At)
		if err != nil || again.ID != one.ID || len(w.waiting(ann)) != 1 {
			t.Errorf("the same key: got %+v, %v", again, err)
		}
		w.ahead.Add(int64(10 * time.Minute))
		w.due(one)
		list, err := w.AccountPosts(ctx, ann, ann.Account, AccountFilter{}, Page{Limit: 9})
		if err != nil || len(list) != 2 || len(w.waiting(ann)) != 0 {
			t.Fatalf("at its time: %q, %d wait, %v", texts(list), len(w.waiting(ann)), err)
		}
		p := list[0].Post
		if p.Warning != "careful" || p.Language != "de" || p.Visibility != skein.Unlisted || p.ReplyTo != parent.Post.ID || p.Extra.Poll == nil || len(p.Mentions) != 1 {
			t.Errorf("published: %+v", p)
		}
		if ends := p.Extra.Poll.EndsAt.Sub(p.CreatedAt); ends < 59*time.Minute {
			t.Errorf("the poll ends %v after the post is out", ends)
		}
		_, v, err := w.Schedule(ctx, ann, Draft{Text: "one @bob", IdempotencyKey: "k"}, w.DB.Now().Add(time.Hour))
		if err != nil || v == nil || v.Post.ID != p.ID {
			t.Errorf("the same key, when it is out: %v, %v", v, err)
		}

		moved, gone := w.schedule(ann, Draft{Text: "moved"}, time.Hour), w.schedule(ann, Draft{Text: "gone"}, time.Hour)
		later, err := w.Reschedule(ctx, ann, moved.ID, moved.At.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Unschedule(ctx, ann, gone.ID); err != nil {
			t.Fatal(err)
		}
		w.ahead.Add(int64(time.Hour))
		w.due(moved)
		w.due(gone)
		if got := w.written(ann); len(got) != 2 {
			t.Errorf("moved and withdrawn: %q", got)
		}
		w.ahead.Add(int64(time.Hour))
		w.due(later)
		if got := w.written(ann); len(got) != 3 || got[0] != "moved" {
			t.Errorf("later: %q", got)
		}
	})
}

func TestScheduledPostsKeepTheRules(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		now := w.DB.Now()
		_, _, err := w.Schedule(ctx, ann, Draft{Text: "x"}, now.Add(4*time.Minute))
		wantKind(t, "too soon", err, skein.Invalid)
		_, _, err = w.Schedule(ctx, ann, Draft{}, now.Add(time.Hour))
		wantKind(t, "nothing to say", err, skein.Invalid)
		_, _, err = w.Schedule(ctx, ann, Draft{Text: "x", ReplyTo: 4242}, now.Add(time.Hour))
		wantKind(t, "an answer to nothing", err, skein.NotFound)
		_, _, err = w.Schedule(ctx, skein.Viewer{Site: w.site}, Draft{Text: "x"}, now.Add(time.Hour))
		wantKind(t, "a visitor", err, skein.Unauthorized)
		if len(w.written(ann))+len(w.waiting(ann)) != 0 {
			t.Errorf("left: %q, %v", w.written(ann), w.waiting(ann))
		}

		// What cannot be posted at its time stays, so that nothing is lost.
		parent := w.write(bob, Draft{Text: "bob's"})
		answer := w.schedule(ann, Draft{Text: "to bob", ReplyTo: parent.Post.ID}, time.Hour)
		own := w.schedule(cat, Draft{Text: "of cat"}, time.Hour)
		if _, err := w.DeletePost(ctx, bob, parent.Post.ID); err != nil {
			t.Fatal(err)
		}
		w.set(cat.Account, func(a *skein.Account) { a.SuspendedAt = w.DB.Now() })
		w.ahead.Add(int64(time.Hour))
		w.due(answer)
		w.due(own)
		if got := w.written(ann); len(got) != 0 || len(w.waiting(ann)) != 1 {
			t.Errorf("the parent is gone: %q, %d wait", got, len(w.waiting(ann)))
		}
		w.set(cat.Account, func(a *skein.Account) { a.SuspendedAt = time.Time{} })
		if got := w.written(cat); len(got) != 0 || len(w.waiting(cat)) != 1 {
			t.Errorf("the author was suspended: %q, %d wait", got, len(w.waiting(cat)))
		}
	})
}

func TestScheduledPostsAreLimited(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann := w.person("ann")
		day := w.DB.Now().UTC().Truncate(24 * time.Hour).Add(48 * time.Hour)
		add := func(at time.Time) {
			t.Helper()
			w.update(w.site, func(tx *store.Tx) error {
				return tx.SetScheduled(&skein.Scheduled{ID: tx.NewID(), Account: ann.Account, At: at, Draft: `{"Text":"x"}`})
			})
		}
		for range skein.MaxScheduledOfDay {
			add(day.Add(time.Hour))
		}
		_, _, err := w.Schedule(ctx, ann, Draft{Text: "x"}, day.Add(23*time.Hour))
		wantKind(t, "one more on that day", err, skein.Invalid)
		other := w.schedule(ann, Draft{Text: "x"}, day.Add(24*time.Hour).Sub(w.DB.Now()))
		_, err = w.Reschedule(ctx, ann, other.ID, day.Add(time.Minute))
		wantKind(t, "moved to that day", err, skein.Invalid)
		if _, err := w.Reschedule(ctx, ann, other.ID, day.Add(30*time.Hour)); err != nil {
			t.Errorf("moved within its own day: %v", err)
		}
		for i := skein.MaxScheduledOfDay + 1; i < skein.MaxScheduled; i++ {
			add(day.Add(time.Duration(i) * 24 * time.Hour))
		}
		_, _, err = w.Schedule(ctx, ann, Draft{Text: "x"}, day.Add(9000*time.Hour))
		wantKind(t, "one more than may wait", err, skein.Invalid)
	})
}

// T171: what waits is its author's alone.
func TestT171_ScheduledPostsAreTheirAuthors(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann := w.person("ann")
		s := w.schedule(ann, Draft{Text: "secret"}, time.Hour)
		for _, who := range []skein.Viewer{w.person("bob"), w.personOf(w.other, "oda")} {
			_, err := w.ScheduledPost(ctx, who, s.ID)
			wantKind(t, "read", err, skein.NotFound)
			_, err = w.Reschedule(ctx, who, s.ID, s.At.Add(time.Hour))
			wantKind(t, "move", err, skein.NotFound)
			wantKind(t, "withdraw", w.Unschedule(ctx, who, s.ID), skein.NotFound)
			if list := w.waiting(who); len(list) != 0 {
				t.Errorf("listed for %v: %v", who, list)
			}
		}
		if list := w.waiting(ann); len(list) != 1 || list[0].Draft.Text != "secret" {
			t.Errorf("for its author: %v", list)
		}
	})
}

func TestAllowedMentions(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		_, err := w.CreatePost(t.Context(), ann, Draft{Text: "@bob @cat @ann", Allowed: []skein.ID{bob.Account}})
		var e *Unexpected
		if !errors.As(err, &e) || fmt.Sprint(e.Accounts) != fmt.Sprint([]skein.ID{cat.Account}) {
			t.Errorf("cat is named: got %v", err)
		}
		if _, err := w.CreatePost(t.Context(), ann, Draft{Text: "@bob @ann", Allowed: []skein.ID{bob.Account}}); err != nil {
			t.Errorf("only bob is named: %v", err)
		}
	})
}

// The files of a post that waits are kept for it, and go free when it is thrown away.
func TestScheduledPostsKeepTheirFiles(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ann := w.person("ann")
		file := func() skein.ID {
			t.Helper()
			m := &skein.Media{ID: w.DB.NewID(), Account: ann.Account, State: skein.MediaReady, CreatedAt: w.DB.Now(), ExpiresAt: w.DB.Now().Add(time.Hour)}
			m.Shown = skein.Attachment{Media: m.ID, Type: "image/jpeg"}
			w.update(w.site, func(tx *store.Tx) error { return tx.InsertMedia(m) })
			return m.ID
		}
		one, two := file(), file()
		kept := w.schedule(ann, Draft{Media: []skein.ID{one}, IdempotencyKey: "k"}, 48*time.Hour)
		thrown := w.schedule(ann, Draft{Media: []skein.ID{two}}, 48*time.Hour)
		if again := w.schedule(ann, Draft{Media: []skein.ID{one}, IdempotencyKey: "k"}, 48*time.Hour); again.ID != kept.ID || len(again.Files) != 1 {
			t.Errorf("the same key: got %+v", again)
		}
		// Two at once are one, too.
		three := file()
		var both [2]*Scheduled
		var all sync.WaitGroup
		for i := range both {
			all.Go(func() {
				s, _, err := w.Schedule(ctx, ann, Draft{Media: []skein.ID{three}, IdempotencyKey: "at once"}, w.DB.Now().Add(72*time.Hour))
				if err != nil {
					t.Errorf("at once: %v", err)
				}
				both[i] = s
			})
		}
		all.Wait()
		if both[0] == nil || both[1] == nil || both[0].ID != both[1].ID {
			t.Errorf("at once: got %+v and %+v", both[0], both[1])
		}
		_, err := w.CreatePost(ctx, ann, Draft{Text: "x", Media: []skein.ID{one}})
		wantKind(t, "a file that is kept", err, skein.Invalid)
		_, _, err = w.Schedule(ctx, ann, Draft{Text: "x", Media: []skein.ID{one}}, w.DB.Now().Add(time.Hour))
		wantKind(t, "a file that is kept, for another that waits", err, skein.Invalid)
		if err := w.Unschedule(ctx, ann, thrown.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.CreatePost(ctx, ann, Draft{Text: "free", Media: []skein.ID{two}}); err != nil {
			t.Errorf("a file that is free again: %v", err)
		}
		w.ahead.Add(int64(48 * time.Hour))
		w.due(kept)
		list, err := w.AccountPosts(ctx, ann, ann.Account, AccountFilter{}, Page{Limit: 9})
		if err != nil || len(list) != 2 || len(list[0].Post.Attachments) != 1 || list[0].Post.Attachments[0].Media != one {
			t.Errorf("published: %q, %v", texts(list), err)
		}
	})
}
