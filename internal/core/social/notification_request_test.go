package social

import (
	"testing"
	"time"

	"skein/internal/skein"
)

func (w *town) policy(who skein.Viewer, change func(*skein.NotificationPolicy)) {
	w.t.Helper()
	if _, err := w.ChangeNotificationPolicy(w.t.Context(), who, func(p *skein.NotificationPolicy) {
		*p = skein.NotificationPolicy{}
		change(p)
	}); err != nil {
		w.t.Fatal(err)
	}
}

// mastodon-api.md 4.14: what a policy says, by how the two stand to each other.
func TestPolicyOfNotifications(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		friend, fan, old, bot, limited := w.person("friend"), w.person("fan"), w.person("old"), w.person("bot"), w.person("limited")
		w.set(bot.Account, func(a *skein.Account) { a.Kind = skein.Bot })
		w.set(limited.Account, func(a *skein.Account) { a.SilencedAt = time.Now() })
		w.follow(ann, friend)
		w.follow(old, ann)
		w.ahead.Store(int64(31 * 24 * time.Hour))
		w.follow(fan, ann) // just now
		young := w.person("young")
		for _, c := range []struct {
			what   string
			policy skein.NotificationPolicy
			held   []skein.Viewer
		}{
			{"nothing", skein.NotificationPolicy{}, nil},
			{"not following", skein.NotificationPolicy{NotFollowing: skein.VerdictFilter}, []skein.Viewer{fan, old, bot, limited, young}},
			{"not followers", skein.NotificationPolicy{NotFollowers: skein.VerdictFilter}, []skein.Viewer{friend, fan, bot, limited, young}},
			{"new accounts", skein.NotificationPolicy{NewAccounts: skein.VerdictFilter}, []skein.Viewer{young}},
			{"bots", skein.NotificationPolicy{Bots: skein.VerdictFilter}, []skein.Viewer{bot}},
			{"limited", skein.NotificationPolicy{LimitedAccounts: skein.VerdictFilter}, []skein.Viewer{limited}},
			{"the default", skein.DefaultPolicy, []skein.Viewer{limited}},
			{"drop outweighs", skein.NotificationPolicy{NotFollowing: skein.VerdictFilter, Bots: skein.VerdictDrop}, []skein.Viewer{fan, old, limited, young}},
		} {
			w.policy(ann, func(p *skein.NotificationPolicy) { *p = c.policy })
			held := map[skein.ID]bool{}
			for _, v := range c.held {
				held[v.Account] = true
			}
			for _, who := range []skein.Viewer{friend, fan, old, bot, limited, young} {
				post := w.post(who.Account, skein.Public)
				told := w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: who.Account, Post: post})
				dropped := c.policy.Bots == skein.VerdictDrop && who == bot
				if want := !held[who.Account] && !dropped; told != want {
					t.Errorf("%s: %s is told: %v, want %v", c.what, w.account(who.Account).Username, told, want)
				}
				all, err := w.Notifications(t.Context(), ann, NoteFilter{Held: true}, Page{Limit: 1})
				if err != nil || len(all) == 1 && all[0].Post.Post.ID == post == dropped {
					t.Errorf("%s: %s is stored: %v, %v", c.what, w.account(who.Account).Username, len(all), err)
				}
			}
		}
		// Not everything can be held back.
		w.policy(ann, func(p *skein.NotificationPolicy) { p.NotFollowing = skein.VerdictDrop })
		if !w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyEdit, Actor: young.Account, Post: w.post(young.Account, skein.Public)}) {
			t.Error("an edit of what was boosted is dropped")
		}
	})
}

// A private mention of a stranger is held back, but not the answer to one's own.
func TestPrivateMentionsAreAskedFor(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		mention := func(from, to skein.Viewer, text string, reply skein.ID) (skein.ID, bool) {
			t.Helper()
			v, err := w.CreatePost(t.Context(), from, Draft{Text: text, Visibility: skein.Direct, ReplyTo: reply})
			if err != nil {
				t.Fatal(err)
			}
			return v.Post.ID, w.tellOf(skein.Notification{Account: to.Account, Kind: skein.NotifyMention, Actor: from.Account, Post: v.Post.ID})
		}
		if _, told := mention(bob, ann, "@ann psst", 0); told {
			t.Error("a stranger's private mention comes")
		}
		asked, _ := mention(ann, bob, "@bob what?", 0)
		if _, told := mention(bob, ann, "@ann this", asked); !told {
			t.Error("an answer is held back")
		}
	})
}

func TestRequestsOfNotifications(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve, cat := w.person("ann"), w.person("bob"), w.person("eve"), w.person("cat")
		w.policy(ann, func(p *skein.NotificationPolicy) { p.NotFollowing = skein.VerdictFilter })
		sub := w.Hub.Subscribe(TopicUser(ann.Account))
		defer sub.Close()
		var last skein.ID
		write := func(who skein.Viewer) bool {
			last = w.post(who.Account, skein.Public)
			return w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: who.Account, Post: last})
		}
		for _, who := range []skein.Viewer{bob, eve, cat, bob} {
			write(who)
		}
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyFollow, Actor: bob.Account})
		if got := w.noteKinds(ann); got != "" || len(sub.C()) != 0 {
			t.Fatalf("held back: %s, %d live events", got, len(sub.C()))
		}
		p, err := w.NotificationPolicy(t.Context(), ann)
		if err != nil || p.Senders != 3 || p.Held != 5 {
			t.Errorf("summary: %+v, %v", p, err)
		}
		list, err := w.NoteRequests(t.Context(), ann, Page{Limit: 10})
		if err != nil || len(list) != 3 || list[2].By.ID != bob.Account || list[2].Count != 3 || list[2].Last == nil || list[2].Last.Post.ID != last {
			t.Fatalf("requests: %d, %v", len(list), err)
		}
		id := map[skein.ID]skein.ID{}
		for _, q := range list {
			id[q.By.ID] = q.ID
		}
		// T141: nobody else reads or answers them.
		for _, who := range []skein.Viewer{bob, {Site: w.other, Account: ann.Account}} {
			_, err := w.NoteRequest(t.Context(), who, id[bob.Account])
			wantKind(t, "read another's request", err, skein.NotFound)
		}
		wantKind(t, "accept another's request", w.AcceptNoteRequests(t.Context(), bob, []skein.ID{id[bob.Account]}), skein.NotFound)
		wantKind(t, "dismiss another's request", w.DismissNoteRequests(t.Context(), bob, []skein.ID{id[bob.Account]}), skein.NotFound)
		// Accepted: what came comes to the rest, and what comes later comes at once.
		if err := w.AcceptNoteRequests(t.Context(), ann, []skein.ID{id[bob.Account]}); err != nil {
			t.Fatal(err)
		}
		if merging, err := w.Merging(t.Context(), ann); err != nil || !merging {
			t.Errorf("merging: %v, %v", merging, err)
		}
		for range 2 { // jobs may run twice
			if err := w.MergeHeld(t.Context(), skein.HeldAccepted{Site: w.site, Account: ann.Account, Actors: []skein.ID{bob.Account}}); err != nil {
				t.Fatal(err)
			}
		}
		if merging, err := w.Merging(t.Context(), ann); err != nil || merging {
			t.Errorf("still merging: %v, %v", merging, err)
		}
		if e := (<-sub.C()).Data.(Live); e.Kind != LiveMerged {
			t.Errorf("live event: %+v", e)
		}
		if got := w.noteKinds(ann); got != "mention of bob, mention of bob" {
			t.Errorf("merged: %s", got)
		}
		if n, err := w.UnreadNotifications(t.Context(), ann, NoteFilter{}, 100); err != nil || n != 2 { // the follow is none: bob does not follow
			t.Errorf("unread: %d, %v", n, err)
		}
		if !write(bob) || write(eve) {
			t.Error("the permission is not bob's alone")
		}
		// Dismissed: gone, but who sends more is held back anew.
		eves := []skein.ID{id[eve.Account], id[cat.Account], 5}
		if err := w.DismissNoteRequests(t.Context(), ann, eves); err != nil {
			t.Fatal(err)
		}
		if err := w.DropHeld(t.Context(), skein.HeldDismissed{Site: w.site, Account: ann.Account, Actors: []skein.ID{eve.Account, cat.Account}, Last: w.DB.NewID()}); err != nil {
			t.Fatal(err)
		}
		if p, err = w.NotificationPolicy(t.Context(), ann); err != nil || p.Senders != 0 || p.Held != 0 {
			t.Errorf("after dismissal: %+v, %v", p, err)
		}
		write(eve)
		if list, err = w.NoteRequests(t.Context(), ann, Page{Limit: 10}); err != nil || len(list) != 1 || list[0].Count != 1 {
			t.Errorf("anew: %d, %v", len(list), err)
		}
		// Of somebody blocked nothing stays.
		if _, err := w.Block(t.Context(), ann, eve.Account); err != nil {
			t.Fatal(err)
		}
		if list, err = w.NoteRequests(t.Context(), ann, Page{Limit: 10}); err != nil || len(list) != 0 {
			t.Errorf("blocked: %d, %v", len(list), err)
		}
	})
}
