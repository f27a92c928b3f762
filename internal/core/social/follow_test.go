package social

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func TestFollowLocal(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		for range 2 { // the second time changes nothing
			r, err := w.Follow(t.Context(), ann, bob.Account, FollowOptions{})
			if err != nil || !r.Following || !r.ShowBoosts || r.Notify || r.Requested {
				t.Fatalf("follow: %+v, %v", r, err)
			}
		}
		if a, b := w.account(ann.Account), w.account(bob.Account); a.FollowingCount != 1 || b.FollowerCount != 1 {
			t.Errorf("counts: %d following, %d followers, want 1 and 1", a.FollowingCount, b.FollowerCount)
		}
		w.tell()
		if got := w.noteKinds(bob); got != "follow of ann" {
			t.Errorf("notifications: %s", got)
		}
		no, yes, languages := false, true, []string{"de", "pt-br"}
		r, err := w.Follow(t.Context(), ann, bob.Account, FollowOptions{ShowBoosts: &no, Notify: &yes, Languages: &languages})
		if err != nil || r.ShowBoosts || !r.Notify || !slices.Equal(r.Languages, []string{"de", "pt-BR"}) {
			t.Errorf("options: %+v, %v", r, err)
		}
		for range 2 {
			if r, err = w.Unfollow(t.Context(), ann, bob.Account); err != nil || r.Following {
				t.Errorf("unfollow: %+v, %v", r, err)
			}
		}
		if a, b := w.account(ann.Account), w.account(bob.Account); a.FollowingCount != 0 || b.FollowerCount != 0 {
			t.Errorf("counts after the end: %d, %d", a.FollowingCount, b.FollowerCount)
		}
		if got := w.noteKinds(bob); got != "" {
			t.Errorf("a follow that ended is still told: %s", got)
		}
		w.wantEvents()
	})
}

func TestFollowLockedWaits(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		w.set(bob.Account, func(a *skein.Account) { a.Locked = true })
		w.follow(ann, bob)
		w.follow(eve, bob)
		if r := w.relation(ann, bob.Account); r.Following || !r.Requested {
			t.Errorf("waiting: %+v", r)
		}
		if r := w.relation(bob, ann.Account); r.FollowedBy || !r.RequestedBy {
			t.Errorf("the other side: %+v", r)
		}
		w.tell()
		if got := w.noteKinds(bob); got != "follow_request of eve, follow_request of ann" {
			t.Errorf("notifications: %s", got)
		}
		rows, err := w.FollowRequests(t.Context(), bob, Page{Limit: 10})
		if err != nil || names(rows) != "eve ann" {
			t.Errorf("requests: %s, %v", names(rows), err)
		}
		if n, err := w.FollowRequestCount(t.Context(), bob, 40); err != nil || n != 2 {
			t.Errorf("count of requests: %d, %v", n, err)
		}
		// A stranger answers for nobody.
		_, err = w.AcceptFollow(t.Context(), eve, ann.Account)
		wantKind(t, "answer for another", err, skein.NotFound)

		if r, err := w.AcceptFollow(t.Context(), bob, ann.Account); err != nil || !r.FollowedBy {
			t.Errorf("accept: %+v, %v", r, err)
		}
		if r, err := w.RefuseFollow(t.Context(), bob, eve.Account); err != nil || r.FollowedBy || r.RequestedBy {
			t.Errorf("refuse: %+v, %v", r, err)
		}
		// Refusing does not end what was accepted.
		if r, err := w.RefuseFollow(t.Context(), bob, ann.Account); err != nil || !r.FollowedBy {
			t.Errorf("refuse late: %+v, %v", r, err)
		}
		if b := w.account(bob.Account); b.FollowerCount != 1 {
			t.Errorf("followers: %d, want 1", b.FollowerCount)
		}
		if got := w.noteKinds(bob); got != "follow of ann" && got != "" {
			t.Errorf("answered requests are still told: %s", got)
		}
		if r, err := w.RemoveFollower(t.Context(), bob, ann.Account); err != nil || r.FollowedBy {
			t.Errorf("remove: %+v, %v", r, err)
		}
		w.wantEvents()
	})
}

func TestFollowRemoteWaitsForAccept(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		if _, err := w.Follow(t.Context(), ann, zoe, FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		e := eventOf[skein.FollowAsked](t, w.wantEvents("asked")[0])
		uri := fmt.Sprintf("https://elm.example/ap/users/%d/follows/%d", ann.Account, e.Follow)
		if e.Account != ann.Account || e.Target != zoe || w.uriOf(ann.Account, zoe) != uri {
			t.Errorf("asked: %+v, URI %s", e, w.uriOf(ann.Account, zoe))
		}
		if r := w.relation(ann, zoe); r.Following || !r.Requested {
			t.Errorf("before the answer: %+v", r)
		}
		if err := w.ReceiveAccept(t.Context(), w.site, zoe, uri, 0); err != nil {
			t.Fatal(err)
		}
		if r := w.relation(ann, zoe); !r.Following {
			t.Errorf("after the answer: %+v", r)
		}
		if a, z := w.account(ann.Account), w.account(zoe); a.FollowingCount != 1 || z.FollowerCount != 1 {
			t.Errorf("counts: %d, %d", a.FollowingCount, z.FollowerCount)
		}
		if _, err := w.Unfollow(t.Context(), ann, zoe); err != nil {
			t.Fatal(err)
		}
		if e := eventOf[skein.FollowEnded](t, w.wantEvents("ended")[0]); e.URI != uri {
			t.Errorf("ended: %+v", e)
		}
	})
}

func (w *town) uriOf(account, target skein.ID) (uri string) {
	w.t.Helper()
	w.update(w.site, func(tx *store.Tx) error {
		f, err := tx.FollowBetween(account, target)
		if err == nil {
			uri = f.URI
		}
		return err
	})
	return uri
}

func TestT52_OnlyTheFolloweeAnswers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe, mal := w.person("ann"), w.peer("zoe", "far.example"), w.peer("mal", "evil.example")
		if _, err := w.Follow(t.Context(), ann, zoe, FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		uri := w.uriOf(ann.Account, zoe)
		for _, say := range []func() error{
			func() error { return w.ReceiveAccept(t.Context(), w.site, mal, uri, 0) },
			func() error { return w.ReceiveAccept(t.Context(), w.site, mal, uri, ann.Account) },
			func() error { return w.ReceiveAccept(t.Context(), w.site, mal, "", ann.Account) },
			func() error { return w.ReceiveReject(t.Context(), w.site, mal, uri, ann.Account) },
			func() error { return w.ReceiveAccept(t.Context(), w.other, zoe, uri, ann.Account) },
			func() error { return w.ReceiveAccept(t.Context(), w.site, zoe, uri+"9", ann.Account) },
			func() error { return w.ReceiveAccept(t.Context(), w.site, zoe, "", 0) },
			func() error { return w.ReceiveAccept(t.Context(), w.site, zoe, "x", 0) },
		} {
			if err := say(); err != nil {
				t.Error(err)
			}
			if r := w.relation(ann, zoe); r.Following || !r.Requested {
				t.Errorf("a third party answered: %+v", r)
			}
		}
		if err := w.ReceiveAccept(t.Context(), w.site, mal, "", ann.Account); err != nil || w.relation(ann, mal).Following {
			t.Error("an answer to a follow that nobody asked for made one")
		}
	})
}

func TestT53_AcceptAfterTheEndDoesNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		w.Follow(t.Context(), ann, zoe, FollowOptions{})
		first := w.uriOf(ann.Account, zoe)
		w.Unfollow(t.Context(), ann, zoe)
		w.Follow(t.Context(), ann, zoe, FollowOptions{})
		if err := w.ReceiveAccept(t.Context(), w.site, zoe, first, ann.Account); err != nil {
			t.Fatal(err)
		}
		if r := w.relation(ann, zoe); r.Following {
			t.Error("the answer to an ended follow counts for a later one")
		}
		second := w.uriOf(ann.Account, zoe)
		w.ReceiveReject(t.Context(), w.site, zoe, second, 0)
		w.ReceiveAccept(t.Context(), w.site, zoe, second, ann.Account)
		if r := w.relation(ann, zoe); r.Following || r.Requested {
			t.Errorf("Accept after Reject: %+v", r)
		}
	})
}

// Every order of what happens to one outgoing follow, and every order of one incoming, ends in the same state.
func TestT184_OrdersConverge(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		n := 0
		for _, order := range permutations("Accept", "Undo", "Reject") {
			n++
			ann, zoe := w.person(fmt.Sprint("ann", n)), w.peer(fmt.Sprint("zoe", n), "far.example")
			w.Follow(t.Context(), ann, zoe, FollowOptions{})
			uri := w.uriOf(ann.Account, zoe)
			for _, step := range append(order, order...) {
				var err error
				switch step {
				case "Accept":
					err = w.ReceiveAccept(t.Context(), w.site, zoe, uri, ann.Account)
				case "Reject":
					err = w.ReceiveReject(t.Context(), w.site, zoe, uri, ann.Account)
				case "Undo":
					_, err = w.Unfollow(t.Context(), ann, zoe)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			r, a, z := w.relation(ann, zoe), w.account(ann.Account), w.account(zoe)
			if r.Following || r.Requested || a.FollowingCount != 0 || z.FollowerCount != 0 {
				t.Errorf("outgoing, %v: %+v, counts %d and %d", order, r, a.FollowingCount, z.FollowerCount)
			}
		}
		for _, order := range append(permutations("Follow", "Undo"), permutations("Follow", "Follow", "Undo", "Block")...) {
			n++
			ann, zoe := w.person(fmt.Sprint("ann", n)), w.peer(fmt.Sprint("zoe", n), "far.example")
			uri := fmt.Sprint("https://far.example/follows/", n)
			for _, step := range order {
				var err error
				switch step {
				case "Follow":
					err = w.ReceiveFollow(t.Context(), w.site, zoe, ann.Account, uri)
				case "Undo":
					err = w.ReceiveUnfollow(t.Context(), w.site, zoe, ann.Account, uri)
				case "Block":
					err = w.ReceiveBlock(t.Context(), w.site, zoe, ann.Account, uri+"/block")
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			r, a, z := w.relation(ann, zoe), w.account(ann.Account), w.account(zoe)
			if r.FollowedBy || a.FollowerCount != 0 || z.FollowingCount != 0 {
				t.Errorf("incoming, %v: %+v, counts %d and %d", order, r, a.FollowerCount, z.FollowingCount)
			}
			if slices.Contains(order, "Block") != r.BlockedBy {
				t.Errorf("incoming, %v: blocked by = %v", order, r.BlockedBy)
			}
		}
		for _, order := range permutations("Block", "Unblock") {
			n++
			ann, zoe := w.person(fmt.Sprint("ann", n)), w.peer(fmt.Sprint("zoe", n), "far.example")
			for _, step := range append(order, order...) {
				if step == "Block" {
					w.ReceiveBlock(t.Context(), w.site, zoe, ann.Account, fmt.Sprint("https://far.example/block/", n))
				} else {
					w.ReceiveUnblock(t.Context(), w.site, zoe, ann.Account, fmt.Sprint("https://far.example/block/", n))
				}
			}
			if order[0] == "Unblock" && w.relation(ann, zoe).BlockedBy {
				t.Error("a block that was taken back before it came stands")
			}
		}
	})
}

func permutations(items ...string) [][]string {
	if len(items) <= 1 {
		return [][]string{items}
	}
	var all [][]string
	for i := range items {
		rest := slices.Delete(slices.Clone(items), i, i+1)
		for _, p := range permutations(rest...) {
			all = append(all, append([]string{items[i]}, p...))
		}
	}
	return all
}

// A follow that was given a new name is not ended by the late undo of its old one.
func TestT184_UndoOfAnOldFollow(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		w.ReceiveFollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/1")
		w.ReceiveFollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/2")
		if err := w.ReceiveUnfollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/1"); err != nil {
			t.Fatal(err)
		}
		if !w.relation(ann, zoe).FollowedBy {
			t.Error("the undo of an old follow ended the new one")
		}
		// Servers that name the follow anew in the undo are understood, and those that give its URI only.
		w.ReceiveUnfollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/made-up")
		if w.relation(ann, zoe).FollowedBy {
			t.Error("an undo of another name was not understood")
		}
		w.ReceiveFollow(t.Context(), w.site, zoe, ann.Account, "https://far.example/3")
		w.ReceiveUnfollow(t.Context(), w.site, zoe, 0, "https://far.example/3")
		if w.relation(ann, zoe).FollowedBy {
			t.Error("an undo by URI was not understood")
		}
	})
}

func TestReceiveFollow(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe := w.person("ann"), w.peer("zoe", "far.example")
		say := func(target skein.ID, uri string, want ...string) []skein.FollowAnswered {
			t.Helper()
			if err := w.ReceiveFollow(t.Context(), w.site, zoe, target, uri); err != nil {
				t.Fatal(err)
			}
			var answers []skein.FollowAnswered
			for _, j := range w.wantEvents(want...) {
				if j.Kind == "answered" {
					answers = append(answers, eventOf[skein.FollowAnswered](t, j))
				}
			}
			return answers
		}
		a := say(ann.Account, "https://far.example/1", "answered", "followed")[0]
		if !a.Accepted || a.Account != zoe || a.Target != ann.Account || a.URI != "https://far.example/1" {
			t.Errorf("answer: %+v", a)
		}
		if a := say(ann.Account, "https://far.example/2", "answered")[0]; !a.Accepted || a.URI != "https://far.example/2" {
			t.Errorf("second answer: %+v", a)
		}
		if n := w.account(ann.Account).FollowerCount; n != 1 {
			t.Errorf("followers: %d, want 1", n)
		}
		bob := w.person("bob")
		w.set(bob.Account, func(a *skein.Account) { a.Locked = true })
		say(bob.Account, "https://far.example/b", "followed")
		if _, err := w.AcceptFollow(t.Context(), bob, zoe); err != nil {
			t.Fatal(err)
		}
		if a := eventOf[skein.FollowAnswered](t, w.wantEvents("answered")[0]); !a.Accepted || a.URI != "https://far.example/b" {
			t.Errorf("answer of a person: %+v", a)
		}
		if _, err := w.RemoveFollower(t.Context(), bob, zoe); err != nil {
			t.Fatal(err)
		}
		if a := eventOf[skein.FollowAnswered](t, w.wantEvents("answered")[0]); a.Accepted {
			t.Errorf("dropped: %+v", a)
		}
		carl := w.person("carl")
		w.Block(t.Context(), carl, zoe)
		w.events()
		if a := say(carl.Account, "https://far.example/c", "answered")[0]; a.Accepted {
			t.Error("a blocked account was accepted")
		}
		dora := w.person("dora")
		w.BlockDomain(t.Context(), dora, "far.example")
		w.events()
		if a := say(dora.Account, "https://far.example/d", "answered")[0]; a.Accepted {
			t.Error("an account of a blocked peer was accepted")
		}
		eve := w.person("eve")
		w.set(zoe, func(a *skein.Account) { a.SilencedAt = time.Now() })
		say(eve.Account, "https://far.example/e", "followed")
		if !w.relation(eve, zoe).RequestedBy {
			t.Error("a limited account does not wait")
		}
		// Not ours to accept: somebody on another site, and nobody.
		if err := w.ReceiveFollow(t.Context(), w.other, zoe, ann.Account, "x"); err != nil {
			t.Error(err)
		}
		if err := w.ReceiveFollow(t.Context(), w.site, zoe, 1, "x"); err != nil {
			t.Error(err)
		}
		w.wantEvents()
	})
}

func TestMayFollow(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, oak := w.person("ann"), w.person("bob"), w.personOf(w.other, "oak")
		try := func(what string, who skein.Viewer, target skein.ID, want skein.Kind) {
			t.Helper()
			_, err := w.Follow(t.Context(), who, target, FollowOptions{})
			wantKind(t, what, err, want)
		}
		try("oneself", ann, ann.Account, skein.Denied)
		try("a visitor", skein.Viewer{Site: w.site}, bob.Account, skein.Unauthorized)
		try("somebody of another site", ann, oak.Account, skein.NotFound)
		try("with another site's account", skein.Viewer{Site: w.site, Account: oak.Account}, bob.Account, skein.Unauthorized)
		try("on another site", skein.Viewer{Site: w.other, Account: ann.Account}, oak.Account, skein.Unauthorized)
		try("nobody", ann, 7, skein.NotFound)
		try("as a peer's account", skein.Viewer{Site: w.site, Account: w.peer("zoe", "far.example")}, bob.Account, skein.Denied)
		w.Block(t.Context(), bob, ann.Account)
		try("who blocks", ann, bob.Account, skein.Denied)
		try("whom one blocks", bob, ann.Account, skein.Denied)
		moved, gone := w.peer("moved", "far.example"), w.peer("gone", "far.example")
		w.set(moved, func(a *skein.Account) { a.MovedTo = 5 })
		w.set(gone, func(a *skein.Account) { a.SuspendedAt = time.Now() })
		try("who moved", ann, moved, skein.Denied)
		try("who is suspended", ann, gone, skein.NotFound)
		far := w.peer("far", "blocked.example")
		w.BlockDomain(t.Context(), ann, "blocked.example")
		try("somebody of a blocked peer", ann, far, skein.Denied)
	})
}

func TestT169_HiddenNetwork(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		w.follow(ann, bob)
		w.follow(eve, bob)
		w.follow(bob, ann)
		list := func(who skein.Viewer) string {
			t.Helper()
			a, err := w.Followers(t.Context(), who, bob.Account, Page{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			b, err := w.Following(t.Context(), who, bob.Account, Page{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return names(a) + "|" + names(b)
		}
		visitor := skein.Viewer{Site: w.site}
		for _, who := range []skein.Viewer{ann, bob, eve, visitor} {
			if got := list(who); got != "eve ann|ann" {
				t.Errorf("open: %s", got)
			}
		}
		w.set(bob.Account, func(a *skein.Account) { a.HideNetwork = true })
		for _, who := range []skein.Viewer{ann, eve, visitor} {
			if got := list(who); got != "|" {
				t.Errorf("hidden: %s", got)
			}
		}
		if got := list(bob); got != "eve ann|ann" {
			t.Errorf("hidden from the owner: %s", got)
		}
		w.set(bob.Account, func(a *skein.Account) { a.HideNetwork = false })
		w.Block(t.Context(), ann, eve.Account)
		if got := list(ann) + " " + list(eve); got != "ann|ann eve|" {
			t.Errorf("blocked either way: %s", got)
		}
		_, err := w.Followers(t.Context(), skein.Viewer{Site: w.other}, bob.Account, Page{Limit: 10})
		wantKind(t, "another site", err, skein.NotFound)
	})
}

func TestPagesOfFollowers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		for i := range 5 {
			w.follow(w.person(fmt.Sprint("p", i)), ann)
		}
		all, _ := w.Followers(t.Context(), ann, ann.Account, Page{Limit: 10})
		if names(all) != "p4 p3 p2 p1 p0" {
			t.Fatalf("all: %s", names(all))
		}
		for _, c := range []struct {
			p    Page
			want string
		}{
			{Page{Limit: 2}, "p4 p3"},
			{Page{Max: all[1].Cursor, Limit: 2}, "p2 p1"},
			{Page{Since: all[3].Cursor, Limit: 2}, "p4 p3"},
			{Page{Min: all[3].Cursor, Limit: 2}, "p3 p2"},
			{Page{Min: all[4].Cursor, Max: all[0].Cursor, Limit: 10}, "p3 p2 p1"},
		} {
			rows, err := w.Followers(t.Context(), ann, ann.Account, c.p)
			if err != nil || names(rows) != c.want {
				t.Errorf("%+v: %s, %v, want %s", c.p, names(rows), err, c.want)
			}
		}
	})
}

func TestT163_FollowerInboxes(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		w.follow(w.person("bob"), ann)
		for i, name := range []string{"zoe", "yan", "xia", "gone"} {
			id := w.peer(name, []string{"far.example", "far.example", "own.example", "gone.example"}[i])
			if name == "xia" {
				w.set(id, func(a *skein.Account) { a.SharedInbox = "" })
			}
			if err := w.ReceiveFollow(t.Context(), w.site, id, ann.Account, "https://far.example/"+name); err != nil {
				t.Fatal(err)
			}
			if name == "gone" {
				w.set(id, func(a *skein.Account) { a.SuspendedAt = time.Now() })
			}
		}
		// Who waits for a yes gets nothing.
		w.set(ann.Account, func(a *skein.Account) { a.Locked = true })
		w.ReceiveFollow(t.Context(), w.site, w.peer("new", "waits.example"), ann.Account, "https://waits.example/1")
		w.update(w.site, func(tx *store.Tx) error {
			list, err := tx.FollowerInboxes(ann.Account)
			var got []string
			for _, in := range list {
				got = append(got, in.Host+" "+in.URL)
			}
			slices.Sort(got)
			want := "far.example https://far.example/inbox|own.example https://own.example/users/xia/inbox"
			if strings.Join(got, "|") != want {
				t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
			}
			return err
		})
	})
}
