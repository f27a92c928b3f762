package social

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// groupsOf returns a page of somebody's groups, each as key=count by who.
func (w *town) groupsOf(who skein.Viewer, f NoteFilter, grouped []skein.NotificationKind, p Page) ([]*NoteGroup, string) {
	w.t.Helper()
	list, err := w.NoteGroups(w.t.Context(), who, f, grouped, p)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, g := range list {
		var names []string
		for _, a := range g.Sample {
			names = append(names, a.Username)
		}
		out = append(out, fmt.Sprintf("%s=%d:%s", g.Newest.Notification.Kind, g.Count, strings.Join(names, ",")))
	}
	return list, strings.Join(out, " ")
}

// mastodon-api.md 4.13: likes, boosts, follows and sign-ups are told together, for twelve hours from the first on.
func TestGroupsOfNotifications(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		first, second := w.post(ann.Account, skein.Public), w.post(ann.Account, skein.Public)
		var fans []skein.Viewer
		for i := range 30 {
			fans = append(fans, w.person(fmt.Sprintf("fan%d", i)))
		}
		like := func(i int, post skein.ID) {
			t.Helper()
			if _, err := w.Like(t.Context(), fans[i], post); err != nil {
				t.Fatal(err)
			}
			w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: fans[i].Account, Post: post})
		}
		like(0, first)
		like(1, first)
		like(2, second)
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: fans[0].Account, Post: second})
		like(3, first)
		groups, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 10})
		if got != "like=3:fan3,fan1,fan0 mention=1:fan0 like=1:fan2" {
			t.Fatalf("groups: %s", got)
		}
		if g := groups[0]; g.Low >= g.Top || !strings.HasPrefix(g.Key, "favourite-"+first.String()+"-") || groups[1].Key != "ungrouped-"+groups[1].Top.String() {
			t.Errorf("keys: %s %d %d, %s", g.Key, g.Low, g.Top, groups[1].Key)
		}
		// Pages hold no group twice, though the first spans them all.
		if _, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 2, Max: groups[0].Cursor}); got != "mention=1:fan0 like=1:fan2" {
			t.Errorf("second page: %s", got)
		}
		if _, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 2, Min: groups[1].Cursor}); got != "like=3:fan3,fan1,fan0" {
			t.Errorf("upwards: %s", got)
		}
		// A client that cannot group likes gets each.
		if _, got := w.groupsOf(ann, NoteFilter{}, []skein.NotificationKind{skein.NotifyFollow}, Page{Limit: 10}); got != "like=1:fan3 mention=1:fan0 like=1:fan2 like=1:fan1 like=1:fan0" {
			t.Errorf("ungrouped: %s", got)
		}
		if n, err := w.UnreadGroups(t.Context(), ann, NoteFilter{}, nil, 100); n != 3 || err != nil {
			t.Errorf("unread groups: %d, %v", n, err)
		}
		// By one account: the groups that it is in, wherever in them.
		if _, got := w.groupsOf(ann, NoteFilter{Account: fans[0].Account}, nil, Page{Limit: 10}); got != "mention=1:fan0 like=3:fan3,fan1,fan0" {
			t.Errorf("of one account: %s", got)
		}
		if n, err := w.UnreadGroups(t.Context(), ann, NoteFilter{Account: fans[0].Account}, nil, 100); n != 2 || err != nil {
			t.Errorf("unread groups of one account: %d, %v", n, err)
		}
		// What is taken back is not told of, and the group lives on; so it does when its newest is dismissed.
		if _, err := w.Unlike(t.Context(), fans[3], first); err != nil {
			t.Fatal(err)
		}
		if err := w.DismissNotification(t.Context(), ann, groups[0].Top); err != nil {
			t.Fatal(err)
		}
		if _, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 10}); got != "mention=1:fan0 like=1:fan2 like=2:fan1,fan0" {
			t.Errorf("without its head: %s", got)
		}
		if _, err := w.Block(t.Context(), ann, fans[1].Account); err != nil { // who is the head now
			t.Fatal(err)
		}
		if _, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 10}); got != "mention=1:fan0 like=1:fan2 like=1:fan0" {
			t.Errorf("after a block: %s", got)
		}
		// Hours later they join, half a day later they begin anew; who liked twice moves over.
		w.ahead.Store(int64(11 * time.Hour))
		like(4, second)
		w.ahead.Store(int64(26 * time.Hour))
		like(5, second)
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: fans[2].Account, Post: second})
		groups, got = w.groupsOf(ann, NoteFilter{Kinds: []skein.NotificationKind{skein.NotifyLike}}, nil, Page{Limit: 10})
		if got != "like=2:fan2,fan5 like=1:fan4 like=1:fan0" || groups[0].Key == groups[1].Key {
			t.Errorf("later: %s", got)
		}
		// Many: the sample is small, the count whole, the page one row of heads.
		third := w.post(ann.Account, skein.Public)
		for i := 6; i < 30; i++ {
			like(i, third)
		}
		like(0, third)
		groups, _ = w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 1})
		if g := groups[0]; g.Count != 25 || len(g.Sample) != maxSample || g.Sample[0].Username != "fan0" {
			t.Errorf("many: %d, %d shown", g.Count, len(g.Sample))
		}
		key := groups[0].Key
		rows, err := w.GroupPeople(t.Context(), ann, key, Page{Limit: 20})
		if err != nil || len(rows) != 20 {
			t.Fatalf("people: %d, %v", len(rows), err)
		}
		if rows, err = w.GroupPeople(t.Context(), ann, key, Page{Limit: 20, Max: rows[19].Cursor}); err != nil || len(rows) != 5 {
			t.Errorf("more people: %d, %v", len(rows), err)
		}
		for _, who := range []skein.Viewer{fans[9], {Site: w.other, Account: ann.Account}} { // T141
			_, err := w.NoteGroup(t.Context(), who, key)
			wantKind(t, "another's group", err, skein.NotFound)
			_, err = w.GroupPeople(t.Context(), who, key, Page{Limit: 5})
			wantKind(t, "people of another's group", err, skein.NotFound)
		}
		wantKind(t, "dismiss another's group", w.DismissGroup(t.Context(), fans[9], key), skein.NotFound)
		if err := w.DismissGroup(t.Context(), ann, key); err != nil {
			t.Fatal(err)
		}
		_, err = w.NoteGroup(t.Context(), ann, key)
		wantKind(t, "a dismissed group", err, skein.NotFound)
	})
}

// What was taken back makes no group unread, even if its head stands, nor do those who were blocked since.
func TestUnreadGroupsHold(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		post := w.post(ann.Account, skein.Public)
		for _, who := range []skein.Viewer{bob, cat} {
			if _, err := w.Like(t.Context(), who, post); err != nil {
				t.Fatal(err)
			}
			w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: who.Account, Post: post})
		}
		count := func(what string, want int) {
			t.Helper()
			for _, grouped := range [][]skein.NotificationKind{nil, {skein.NotifyLike}} {
				if n, err := w.UnreadGroups(t.Context(), ann, NoteFilter{}, grouped, 100); n != want || err != nil {
					t.Errorf("%s: %d unread, %v, want %d", what, n, err, want)
				}
			}
		}
		count("two likes", 1)
		if _, err := w.Unlike(t.Context(), cat, post); err != nil {
			t.Fatal(err)
		}
		count("one is left", 1)
		if _, err := w.Block(t.Context(), ann, bob.Account); err != nil {
			t.Fatal(err)
		}
		count("none is left", 0)
	})
}

// Likes that come at once on several connections make one group with one head: what comes later joins it, and a page shows it once.
func TestOneHeadForAGroup(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		post := w.post(ann.Account, skein.Public)
		var fans []skein.Viewer
		for i := range 12 {
			fans = append(fans, w.person(fmt.Sprintf("fan%d", i)))
			if _, err := w.Like(t.Context(), fans[i], post); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for _, who := range fans {
			all.Go(func() {
				if err := w.DB.Update(t.Context(), w.site, func(tx *store.Tx) error {
					_, err := w.notify(tx, skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: who.Account, Post: post})
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n, err := w.UnreadGroups(t.Context(), ann, NoteFilter{}, nil, 100); n != 1 || err != nil {
			t.Errorf("%d heads, %v", n, err)
		}
		if _, got := w.groupsOf(ann, NoteFilter{}, nil, Page{Limit: 10}); !strings.HasPrefix(got, "like=12:") || strings.Contains(got, " ") {
			t.Errorf("groups: %s", got)
		}
	})
}

// T182: who was severed from whom is for the one who had the follows.
func TestT182_SeveranceForItsOwnerOnly(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, zoe := w.person("ann"), w.person("bob"), w.peer("zoe", "far.example")
		w.update(w.site, func(tx *store.Tx) error {
			id, err := tx.Sever("domain_block", "far.example", zoe, []*skein.Follow{{Account: ann.Account, Target: zoe}, {Account: zoe, Target: ann.Account}})
			if err != nil {
				return err
			}
			for _, who := range []skein.Viewer{ann, bob} { // bob, by a fault
				if _, err := w.notify(tx, skein.Notification{Account: who.Account, Kind: skein.NotifySevered, Actor: who.Account, About: id}); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := w.Notifications(t.Context(), ann, NoteFilter{}, Page{Limit: 5})
		if err != nil || len(list) != 1 || list[0].Severance == nil || list[0].Severance.Followers != 1 || list[0].Severance.Following != 1 {
			t.Errorf("ann: %+v, %v", list, err)
		}
		if list, err := w.Notifications(t.Context(), bob, NoteFilter{}, Page{Limit: 5}); err != nil || len(list) != 0 {
			t.Errorf("bob: %d, %v", len(list), err)
		}
	})
}
