package social

import (
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// tellOf notifies as the effects do and answers whether it was news.
func (w *town) tellOf(n skein.Notification) (isNew bool) {
	w.t.Helper()
	w.update(w.site, func(tx *store.Tx) (err error) {
		isNew, err = w.notify(tx, n)
		return err
	})
	return isNew
}

func TestT98_OneNotificationForEach(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		post := w.post(ann.Account, skein.Public)
		sub := w.Hub.Subscribe(TopicUser(ann.Account))
		defer sub.Close()
		told := 0
		for range 20 {
			for _, n := range []skein.Notification{
				{Account: ann.Account, Kind: skein.NotifyLike, Actor: bob.Account, Post: post},
				{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: post},
				{Account: ann.Account, Kind: skein.NotifyFollow, Actor: bob.Account},
			} {
				if w.tellOf(n) {
					told++
				}
			}
			w.follow(bob, ann)
			w.Unfollow(t.Context(), bob, ann.Account)
		}
		if told != 3 || len(sub.C()) != 3 {
			t.Errorf("told %d times, %d live events, want 3", told, len(sub.C()))
		}
		e := (<-sub.C()).Data.(Live)
		if e.Kind != LiveNotification || e.Notification == 0 {
			t.Errorf("live event: %+v", e)
		}
		// Within one batch too.
		w.update(w.site, func(tx *store.Tx) error {
			n := skein.Notification{Account: ann.Account, Kind: skein.NotifyBoost, Actor: bob.Account, Post: post}
			if got, err := w.notifyAll(tx, []skein.Notification{n, n}); err != nil || got != 1 {
				t.Errorf("batch: %d, %v", got, err)
			}
			return nil
		})
		// A follow another day is news again; a mention never is.
		w.ahead.Store(int64(25 * time.Hour))
		if !w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyFollow, Actor: bob.Account}) {
			t.Error("a follow another day is no news")
		}
		if w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: post}) {
			t.Error("a mention is told twice")
		}
	})
}

func TestWhoIsNotified(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, oak, zoe := w.person("ann"), w.person("bob"), w.personOf(w.other, "oak"), w.peer("zoe", "far.example")
		post := w.post(ann.Account, skein.Public)
		like := func(reader, actor skein.ID) skein.Notification {
			return skein.Notification{Account: reader, Kind: skein.NotifyLike, Actor: actor, Post: post}
		}
		for _, c := range []struct {
			what string
			n    skein.Notification
		}{
			{"of oneself", like(ann.Account, ann.Account)},
			{"a peer's account", like(zoe, bob.Account)},
			{"of another site's account", like(ann.Account, oak.Account)},
			{"another site's account", like(oak.Account, ann.Account)},
			{"of nobody", like(ann.Account, 5)},
		} {
			if w.tellOf(c.n) {
				t.Errorf("told %s", c.what)
			}
		}
		w.set(zoe, func(a *skein.Account) { a.SilencedAt = time.Now() })
		if w.tellOf(like(ann.Account, zoe)) {
			t.Error("told of somebody limited")
		}
		w.Follow(t.Context(), ann, zoe, FollowOptions{})
		w.ReceiveAccept(t.Context(), w.site, zoe, "", ann.Account)
		other := w.post(ann.Account, skein.Public)
		if !w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: zoe, Post: other}) {
			t.Error("not told of somebody limited whom one follows")
		}
		if _, err := w.MuteThread(t.Context(), ann, post); err != nil {
			t.Fatal(err)
		}
		if w.tellOf(like(ann.Account, bob.Account)) {
			t.Error("told of a muted conversation")
		}
		w.set(bob.Account, func(a *skein.Account) { a.SuspendedAt = time.Now() })
		if w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: bob.Account, Post: other}) {
			t.Error("told of somebody suspended")
		}
	})
}

func TestNotificationsOfTheReaderOnly(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		w.follow(bob, ann)
		w.follow(eve, ann)
		w.tell()
		seen := w.post(bob.Account, skein.Public)
		hidden := w.post(bob.Account, skein.Direct) // which ann may not read
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: hidden})
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: seen})
		list := func(f NoteFilter, p Page) []*Note {
			t.Helper()
			notes, err := w.Notifications(t.Context(), ann, f, p)
			if err != nil {
				t.Fatal(err)
			}
			return notes
		}
		all := list(NoteFilter{}, Page{Limit: 10})
		if len(all) != 3 || all[0].Post == nil || all[0].Post.Post.ID != seen || all[0].Account.ID != bob.Account || all[1].Post != nil {
			t.Fatalf("all: %d", len(all))
		}
		for _, c := range []struct {
			what string
			f    NoteFilter
			p    Page
			want int
		}{
			{"mentions", NoteFilter{Kinds: []skein.NotificationKind{skein.NotifyMention}}, Page{Limit: 10}, 1},
			{"no follows", NoteFilter{Not: []skein.NotificationKind{skein.NotifyFollow}}, Page{Limit: 10}, 1},
			{"nothing", NoteFilter{Kinds: []skein.NotificationKind{}}, Page{Limit: 10}, 0},
			{"of eve", NoteFilter{Account: eve.Account}, Page{Limit: 10}, 1},
			{"older", NoteFilter{}, Page{Max: all[0].Notification.ID, Limit: 10}, 2},
			{"newer", NoteFilter{}, Page{Min: all[2].Notification.ID, Limit: 1}, 1},
		} {
			if got := list(c.f, c.p); len(got) != c.want {
				t.Errorf("%s: %d, want %d", c.what, len(got), c.want)
			}
		}
		// Others neither read nor remove them.
		id := all[0].Notification.ID
		for _, who := range []skein.Viewer{bob, {Site: w.other, Account: ann.Account}} {
			_, err := w.Notification(t.Context(), who, id)
			wantKind(t, "read another's", err, skein.NotFound)
		}
		wantKind(t, "dismiss another's", w.DismissNotification(t.Context(), bob, id), skein.NotFound)
		if n, err := w.UnreadNotifications(t.Context(), ann, NoteFilter{}, 100); err != nil || n != 3 { // a stranger's private mention is held back
			t.Errorf("unread: %d, %v", n, err)
		}
		if _, err := w.SetMarkers(t.Context(), ann, map[string]skein.ID{"notifications": all[1].Notification.ID}); err != nil {
			t.Fatal(err)
		}
		if n, err := w.UnreadNotifications(t.Context(), ann, NoteFilter{}, 1); err != nil || n != 1 {
			t.Errorf("unread after the marker: %d, %v", n, err)
		}
		if note, err := w.Notification(t.Context(), ann, id); err != nil || note.Post.Post.ID != seen {
			t.Errorf("one: %+v, %v", note, err)
		}
		if err := w.DismissNotification(t.Context(), ann, id); err != nil {
			t.Fatal(err)
		}
		_, err := w.Notification(t.Context(), ann, id)
		wantKind(t, "dismissed", err, skein.NotFound)
		if err := w.ClearNotifications(t.Context(), ann); err != nil || w.noteKinds(ann) != "" {
			t.Errorf("clear: %v, %s", err, w.noteKinds(ann))
		}
	})
}

func TestMarkers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		for i, last := range []skein.ID{50, 70, 60} {
			list, err := w.SetMarkers(t.Context(), ann, map[string]skein.ID{"home": last, "nonsense": 1})
			if err != nil || len(list) != 1 || list[0].LastRead != last || list[0].Version != i+1 {
				t.Errorf("set: %+v, %v", list, err)
			}
		}
		w.SetMarkers(t.Context(), ann, map[string]skein.ID{"home": 80, "notifications": 9})
		list, err := w.Markers(t.Context(), ann, []string{"home", "notifications", "nonsense"})
		if err != nil || len(list) != 2 {
			t.Errorf("read: %+v, %v", list, err)
		}
		for _, who := range []skein.Viewer{bob, {Site: w.other, Account: ann.Account}} {
			if list, err := w.Markers(t.Context(), who, []string{"home"}); err != nil || len(list) != 0 {
				t.Errorf("another's: %+v, %v", list, err)
			}
		}
	})
}
