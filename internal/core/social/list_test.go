package social

import (
	"slices"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func (w *town) list(who skein.Viewer, replies string, exclusive bool, members ...skein.ID) skein.ID {
	w.t.Helper()
	title := "list " + replies
	l, err := w.CreateList(w.t.Context(), who, ListDraft{Title: &title, Replies: &replies, Exclusive: &exclusive})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.AddToList(w.t.Context(), who, l.ID, members); err != nil {
		w.t.Fatal(err)
	}
	return l.ID
}

func (w *town) listed(who skein.Viewer, list skein.ID) []string {
	w.t.Helper()
	posts, err := w.ListTimeline(w.t.Context(), who, list, Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts(posts)
}

// The rules of a list (mastodon-api.md, section 13), told twice: to lists that are read while the posts come, and to lists
// that are filled later. Both must show the same.
func TestListRules(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		me, ann, bob := w.person("me"), w.person("ann"), w.person("bob")
		cat, gus, hal := w.person("cat"), w.person("gus"), w.person("hal") // followed; cat is in no list
		zoe, dan := w.person("zoe"), w.person("dan")
		for _, who := range []skein.Viewer{ann, bob, cat} {
			w.follows(me.Account, who.Account)
		}
		w.update(w.site, func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{Account: me.Account, Target: gus.Account, Accepted: true}) // without boosts
			if err == nil {
				_, err = tx.InsertFollow(&skein.Follow{Account: me.Account, Target: hal.Account, Accepted: true, ShowBoosts: true, Languages: []string{"en"}})
			}
			if err == nil {
				_, err = tx.InsertFollow(&skein.Follow{Account: me.Account, Target: dan.Account}) // asked only
			}
			return err
		})
		w.blocks(me.Account, w.person("eve").Account)
		kinds := []string{"followed", "list", "none"}
		var kept, filled []skein.ID
		for range 2 {
			for _, kind := range kinds {
				id := w.list(me, kind, false, ann.Account, bob.Account, gus.Account, hal.Account, dan.Account, me.Account)
				if len(kept) < len(kinds) {
					kept = append(kept, id)
					w.listed(me, id)
				} else {
					filled = append(filled, id)
				}
			}
		}
		post := func(who skein.Viewer, d Draft) skein.ID { t.Helper(); return w.write(who, d).Post.ID }
		boost := func(who skein.Viewer, id skein.ID) {
			t.Helper()
			v, err := w.Boost(t.Context(), who, id, skein.Public)
			if err != nil {
				t.Fatal(err)
			}
			w.spread(v.Post.ID)
		}
		first := post(ann, Draft{Text: "ann's"})
		strange, cats := post(zoe, Draft{Text: "zoe's"}), post(cat, Draft{Text: "cat's"})
		mine := post(me, Draft{Text: "mine"})
		post(dan, Draft{Text: "dan's, who has not said yes"})
		post(ann, Draft{Text: "a message @me", Visibility: skein.Direct})
		post(ann, Draft{Text: "for followers", Visibility: skein.Followers})
		post(ann, Draft{Text: "ann to herself", ReplyTo: first})
		post(bob, Draft{Text: "bob to ann", ReplyTo: first})
		post(bob, Draft{Text: "bob to cat", ReplyTo: cats})
		post(bob, Draft{Text: "bob to zoe", ReplyTo: strange})
		post(bob, Draft{Text: "bob to me", ReplyTo: mine})
		boost(ann, strange)
		boost(bob, strange) // was there lately
		boost(gus, cats)    // boosts are off
		post(hal, Draft{Text: "in English", Language: "en"})
		post(hal, Draft{Text: "in German", Language: "de"})
		post(ann, Draft{Text: "names somebody blocked @eve"})
		want := [][]string{
			{"in English", "~zoe's<p>zoe&#39;s</p>", "bob to me", "bob to cat", "bob to ann", "ann to herself", "for followers", "mine", "ann's"},
			{"in English", "~zoe's<p>zoe&#39;s</p>", "bob to me", "bob to ann", "ann to herself", "for followers", "mine", "ann's"},
			{"in English", "~zoe's<p>zoe&#39;s</p>", "bob to me", "ann to herself", "for followers", "mine", "ann's"},
		}
		for i, kind := range kinds {
			wantTexts(t, "kept "+kind, w.listed(me, kept[i]), want[i]...)
			wantTexts(t, "filled "+kind, w.listed(me, filled[i]), want[i]...)
		}
		none := "none"
		if _, err := w.UpdateList(t.Context(), me, kept[0], ListDraft{Replies: &none}); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "of another rule now", w.listed(me, kept[0]), want[2]...)
	})
}

// Who is in an exclusive list is read there and not at home: when they write, when a home timeline is made anew, and from the
// moment on that this changes.
func TestExclusiveListsKeepOutOfHome(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		me, later, ann, bob := w.person("me"), w.person("later"), w.person("ann"), w.person("bob")
		ctx := t.Context()
		var lists []skein.ID
		for _, who := range []skein.Viewer{me, later} {
			w.follows(who.Account, ann.Account)
			w.follows(who.Account, bob.Account)
			lists = append(lists, w.list(who, "list", false, ann.Account, who.Account))
		}
		w.home(me)
		w.write(ann, Draft{Text: "1"})
		w.write(bob, Draft{Text: "2"})
		w.write(me, Draft{Text: "3"})
		exclusive := func(is bool) {
			t.Helper()
			if _, err := w.UpdateList(ctx, me, lists[0], ListDraft{Exclusive: &is}); err != nil {
				t.Fatal(err)
			}
		}
		exclusive(true)
		wantTexts(t, "exclusive now", w.home(me), "3", "2")
		w.write(ann, Draft{Text: "4"})
		w.write(me, Draft{Text: "5"})
		wantTexts(t, "home", w.home(me), "5", "3", "2")
		wantTexts(t, "list", w.listed(me, lists[0]), "5", "4", "3", "1")

		yes := true
		if _, err := w.UpdateList(ctx, later, lists[1], ListDraft{Exclusive: &yes}); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "a home timeline that is made now", w.home(later), "2")

		exclusive(false)
		wantTexts(t, "exclusive no longer", w.home(me), "5", "4", "3", "2", "1")
		exclusive(true)
		if err := w.RemoveFromList(ctx, me, lists[0], []skein.ID{ann.Account}); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "taken out", w.home(me), "5", "4", "3", "2", "1")
		wantTexts(t, "taken out of the list", w.listed(me, lists[0]), "5", "3")
		if err := w.AddToList(ctx, me, lists[0], []skein.ID{ann.Account}); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "put in", w.home(me), "5", "3", "2")
		if err := w.DeleteList(ctx, me, lists[0]); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "there is no list", w.home(me), "5", "4", "3", "2", "1")
	})
}

func TestListMembersAreThoseWhomOneFollows(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		me, ann, bob, zoe := w.person("me"), w.person("ann"), w.person("bob"), w.person("zoe")
		gil := w.peer("gil", "oak.example")
		w.follow(me, ann)
		w.follow(me, bob)
		if _, err := w.Follow(ctx, me, gil, FollowOptions{}); err != nil { // asked
			t.Fatal(err)
		}
		id := w.list(me, "list", false, ann.Account, bob.Account, gil)
		members := func() string {
			t.Helper()
			rows, err := w.ListMembers(ctx, me, id, Page{Limit: 40})
			if err != nil {
				t.Fatal(err)
			}
			return names(rows)
		}
		wantKind(t, "a stranger", w.AddToList(ctx, me, id, []skein.ID{zoe.Account}), skein.Invalid)
		wantKind(t, "twice", w.AddToList(ctx, me, id, []skein.ID{me.Account, ann.Account}), skein.Invalid)
		wantKind(t, "nobody", w.AddToList(ctx, me, id, []skein.ID{4242}), skein.NotFound)
		wantKind(t, "another site's", w.AddToList(ctx, me, id, []skein.ID{w.personOf(w.other, "oda").Account}), skein.NotFound)
		if got, want := members(), "gil@oak.example bob ann"; got != want {
			t.Errorf("members: got %q, want %q", got, want)
		}
		w.listed(me, id)
		w.write(ann, Draft{Text: "ann's"})
		w.write(bob, Draft{Text: "bob's"})
		if _, err := w.Unfollow(ctx, me, ann.Account); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Unfollow(ctx, me, gil); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "unfollowed", w.listed(me, id), "bob's")
		if got, want := members(), "bob"; got != want {
			t.Errorf("members: got %q, want %q", got, want)
		}
		with, err := w.ListsWith(ctx, me, bob.Account)
		if err != nil || len(with) != 1 || with[0].ID != id {
			t.Errorf("lists with bob: got %v, %v", with, err)
		}
	})
}

// T173: a block, from either side, ends membership; what a mute hides, a list does not show either, and it comes back.
func TestT173_ListsShowNobodyBlocked(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		me, ann, bob, cat := w.person("me"), w.person("ann"), w.person("bob"), w.person("cat")
		for _, who := range []skein.Viewer{ann, bob, cat} {
			w.follow(me, who)
		}
		id := w.list(me, "list", false, ann.Account, bob.Account, cat.Account)
		w.listed(me, id)
		eve := w.person("eve")
		boosted := w.write(eve, Draft{Text: "eve's"}).Post.ID
		v, err := w.Boost(ctx, cat, boosted, skein.Public)
		if err != nil {
			t.Fatal(err)
		}
		w.spread(v.Post.ID)
		w.write(ann, Draft{Text: "ann's"})
		w.write(bob, Draft{Text: "bob's"})
		w.write(cat, Draft{Text: "cat's"})
		wantTexts(t, "before", w.listed(me, id), "cat's", "bob's", "ann's", "~eve's<p>eve&#39;s</p>")
		if _, err := w.Mute(ctx, me, cat.Account, true, 0); err != nil {
			t.Fatal(err)
		}
		w.write(cat, Draft{Text: "cat's, unheard"})
		wantTexts(t, "muted", w.listed(me, id), "bob's", "ann's")
		if _, err := w.Unmute(ctx, me, cat.Account); err != nil {
			t.Fatal(err)
		}
		for blocker, blocked := range map[skein.Viewer]skein.Viewer{me: ann, bob: me} {
			if _, err := w.Block(ctx, blocker, blocked.Account); err != nil {
				t.Fatal(err)
			}
		}
		wantTexts(t, "blocked", w.listed(me, id), "cat's, unheard", "cat's", "~eve's<p>eve&#39;s</p>")
		if _, err := w.Block(ctx, me, eve.Account); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "a boost of somebody blocked", w.listed(me, id), "cat's, unheard", "cat's")
		rows, err := w.ListMembers(ctx, me, id, Page{Limit: 40})
		if err != nil || names(rows) != "cat" {
			t.Errorf("members: got %q, %v", names(rows), err)
		}
	})
}

func TestListsAreTheirOwners(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		me, ann := w.person("me"), w.person("ann")
		w.follow(me, ann)
		id := w.list(me, "list", false, ann.Account)
		title := "mine"
		for _, who := range []skein.Viewer{ann, {Site: w.site}, w.personOf(w.other, "oda"), {Site: w.other, Account: me.Account}} {
			want := skein.NotFound
			if who.Visitor() {
				want = skein.Unauthorized
			}
			_, err := w.List(ctx, who, id)
			wantKind(t, "read", err, want)
			_, err = w.ListTimeline(ctx, who, id, Page{Limit: 9})
			wantKind(t, "timeline", err, want)
			_, err = w.ListMembers(ctx, who, id, Page{Limit: 9})
			wantKind(t, "members", err, want)
			if !who.Visitor() && who.Site == w.other && who.Account == me.Account {
				continue // is nobody there
			}
			_, err = w.UpdateList(ctx, who, id, ListDraft{Title: &title})
			wantKind(t, "change", err, want)
			wantKind(t, "remove", w.DeleteList(ctx, who, id), want)
			wantKind(t, "add", w.AddToList(ctx, who, id, []skein.ID{ann.Account}), want)
			wantKind(t, "take out", w.RemoveFromList(ctx, who, id, []skein.ID{ann.Account}), want)
		}
		for i := 1; i < skein.MaxLists; i++ {
			if _, err := w.CreateList(ctx, me, ListDraft{Title: &title}); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.CreateList(ctx, me, ListDraft{Title: &title})
		wantKind(t, "one more than there may be", err, skein.Invalid)
	})
}

// What an account leaves goes with it: its lists, and its place in those of others. Timelines that nobody reads are given up.
func TestListsEnd(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		me, ann, bob := w.person("me"), w.person("ann"), w.person("bob")
		w.follow(me, ann)
		w.follow(me, bob)
		w.follow(ann, bob)
		of, hers := w.list(me, "list", false, ann.Account, bob.Account), w.list(ann, "list", false, bob.Account)
		w.listed(me, of)
		w.listed(ann, hers)
		w.write(ann, Draft{Text: "ann's"})
		w.write(bob, Draft{Text: "bob's"})
		w.update(w.site, func(tx *store.Tx) error {
			a, err := tx.Account(ann.Account)
			if err != nil {
				return err
			}
			return bury(tx, a)
		})
		if err := w.Purge(ctx, skein.Purge{Site: w.site, Account: ann.Account}); err != nil {
			t.Fatal(err)
		}
		wantTexts(t, "without ann", w.listed(me, of), "bob's")
		w.update(w.site, func(tx *store.Tx) error {
			lists, err := tx.Lists(ann.Account)
			members, err2 := tx.MemberIDs(of)
			left, err3 := tx.MemberIDs(hers)
			rows, err4 := tx.ListPosts(hers, store.Page{Limit: 9})
			if len(lists)+len(left)+len(rows) != 0 || !slices.Equal(members, []skein.ID{bob.Account}) {
				t.Errorf("left: lists %v, members %v and %v, posts %v", lists, members, left, rows)
			}
			for _, e := range []error{err, err2, err3, err4} {
				if e != nil {
					return e
				}
			}
			return nil
		})
		w.ahead.Add(int64(feedTime + time.Hour))
		v := w.write(bob, Draft{Text: "later"})
		if err := w.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		w.update(w.site, func(tx *store.Tx) error {
			rows, err := tx.ListPosts(of, store.Page{Limit: 9})
			if len(rows) != 0 {
				t.Errorf("kept though nobody reads it: %v, and %v", rows, v.Post.ID)
			}
			return err
		})
		wantTexts(t, "back", w.listed(me, of), "later", "bob's")
	})
}
