package social

import (
	"fmt"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

func TestT173_BlockParts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann := w.person("ann")
		// The other one is a neighbour or far away, and either may be the one who blocks.
		for i, c := range []struct {
			remote, reverse bool
			events          []string
		}{
			{false, false, nil},
			{false, true, nil},
			{true, false, []string{"ended", "answered", "blocked"}},
			{true, true, nil},
		} {
			var bob skein.Viewer
			if c.remote {
				bob = skein.Viewer{Site: w.site, Account: w.peer(fmt.Sprint("bob", i), "far.example")}
				w.Follow(t.Context(), ann, bob.Account, FollowOptions{})
				w.ReceiveAccept(t.Context(), w.site, bob.Account, w.uriOf(ann.Account, bob.Account), 0)
				w.ReceiveFollow(t.Context(), w.site, bob.Account, ann.Account, fmt.Sprint("https://far.example/f/", i))
			} else {
				bob = w.person(fmt.Sprint("bob", i))
				w.follow(ann, bob)
				w.follow(bob, ann)
			}
			w.tell()
			if r := w.relation(ann, bob.Account); !r.Following || !r.FollowedBy {
				t.Fatalf("%+v: before: %+v", c, r)
			}
			for range 2 {
				var err error
				switch {
				case c.reverse && c.remote:
					err = w.ReceiveBlock(t.Context(), w.site, bob.Account, ann.Account, fmt.Sprint("https://far.example/b/", i))
				case c.reverse:
					_, err = w.Block(t.Context(), bob, ann.Account)
				default:
					_, err = w.Block(t.Context(), ann, bob.Account)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			w.wantEvents(c.events...)
			r := w.relation(ann, bob.Account)
			if r.Following || r.FollowedBy || r.Blocking == c.reverse || r.BlockedBy != c.reverse {
				t.Errorf("%+v: after: %+v", c, r)
			}
			if a, b := w.account(ann.Account), w.account(bob.Account); a.FollowerCount+a.FollowingCount+b.FollowerCount+b.FollowingCount != 0 {
				t.Errorf("%+v: counts: %+v, %+v", c, a, b)
			}
			if got := w.noteKinds(ann); got != "" {
				t.Errorf("%+v: notifications stay: %s", c, got)
			}
			// Whatever one does, the other is not told.
			post := w.post(ann.Account, skein.Public)
			for _, n := range []skein.Notification{
				{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: post},
				{Account: ann.Account, Kind: skein.NotifyLike, Actor: bob.Account, Post: post},
				{Account: ann.Account, Kind: skein.NotifyFollow, Actor: bob.Account},
				{Account: bob.Account, Kind: skein.NotifyMention, Actor: ann.Account, Post: post},
			} {
				w.update(w.site, func(tx *store.Tx) error {
					isNew, err := w.notify(tx, n)
					if isNew {
						t.Errorf("%+v: told: %+v", c, n)
					}
					return err
				})
			}
			if c.remote {
				if err := w.ReceiveFollow(t.Context(), w.site, bob.Account, ann.Account, "https://far.example/again"); err != nil {
					t.Fatal(err)
				}
				if a := eventOf[skein.FollowAnswered](t, w.wantEvents("answered")[0]); a.Accepted {
					t.Errorf("%+v: a follow was accepted", c)
				}
			} else if _, err := w.Follow(t.Context(), bob, ann.Account, FollowOptions{}); skein.KindOf(err) != skein.Denied {
				t.Errorf("%+v: follow: %v", c, err)
			}
			if got := w.found(ann, fmt.Sprint("bob", i)); got != "" {
				t.Errorf("%+v: found: %s", c, got)
			}
		}
	})
}

// post stores a post of somebody, past the rules.
func (w *town) post(author skein.ID, v skein.Visibility, tags ...string) skein.ID {
	w.t.Helper()
	id := w.DB.NewID()
	p := &skein.Post{ID: id, Author: author, Local: true, URI: fmt.Sprint("https://elm.example/ap/posts/", id), HTML: "<p>hi</p>",
		Visibility: v, CreatedAt: w.DB.Now()}
	for _, name := range tags {
		normal, err := tagName(name)
		if err != nil {
			w.t.Fatal(err)
		}
		p.Tags = append(p.Tags, skein.Tag{Name: normal, Display: name})
	}
	w.update(w.site, func(tx *store.Tx) error {
		_, err := tx.InsertPost(p)
		return err
	})
	return id
}

func TestT182_UnblockRestoresNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, zoe := w.person("ann"), w.person("bob"), w.peer("zoe", "far.example")
		w.follow(ann, bob)
		w.Block(t.Context(), bob, ann.Account)
		w.Block(t.Context(), bob, zoe)
		w.events()
		for range 2 {
			if r, err := w.Unblock(t.Context(), bob, ann.Account); err != nil || r.Blocking || r.FollowedBy {
				t.Errorf("unblock: %+v, %v", r, err)
			}
			w.Unblock(t.Context(), bob, zoe)
		}
		w.wantEvents("unblocked")
		if r := w.relation(ann, bob.Account); r.Following || r.BlockedBy {
			t.Errorf("the other side: %+v", r)
		}
	})
}

func TestMuteEnds(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		w.follow(bob, ann)
		w.tell()
		r, err := w.Mute(t.Context(), ann, bob.Account, true, time.Hour)
		if err != nil || !r.Muting || !r.MutingNotes || r.MutedUntil.IsZero() {
			t.Fatalf("mute: %+v, %v", r, err)
		}
		w.Mute(t.Context(), ann, eve.Account, false, 0)
		rows, err := w.MutedAccounts(t.Context(), ann, Page{Limit: 10})
		if err != nil || len(rows) != 2 || rows[1].Item.Username != "bob" || rows[1].Item.Until.IsZero() || !rows[0].Item.Until.IsZero() {
			t.Errorf("muted: %+v, %v", rows, err)
		}
		if got := w.noteKinds(ann); got != "" {
			t.Errorf("told of somebody muted: %s", got)
		}
		post := w.post(bob.Account, skein.Public)
		tell := func() (isNew bool) {
			w.update(w.site, func(tx *store.Tx) (err error) {
				isNew, err = w.notify(tx, skein.Notification{Account: ann.Account, Kind: skein.NotifyMention, Actor: bob.Account, Post: post})
				return err
			})
			return isNew
		}
		if tell() {
			t.Error("a muted account is told of")
		}
		w.ahead.Store(int64(2 * time.Hour))
		if r := w.relation(ann, bob.Account); r.Muting || r.MutingNotes {
			t.Errorf("after its time: %+v", r)
		}
		if rows, _ := w.MutedAccounts(t.Context(), ann, Page{Limit: 10}); len(rows) != 1 {
			t.Errorf("muted after its time: %+v", rows)
		}
		if !tell() {
			t.Error("a mute counts after its time")
		}
		if got := w.noteKinds(ann); got != "mention of bob, follow of bob" {
			t.Errorf("notifications: %s", got)
		}
		// Without notifications only posts are hidden.
		w.Mute(t.Context(), ann, bob.Account, false, 0)
		if r := w.relation(ann, bob.Account); !r.Muting || r.MutingNotes || !r.MutedUntil.IsZero() {
			t.Errorf("changed: %+v", r)
		}
		if got := w.noteKinds(ann); got != "mention of bob, follow of bob" {
			t.Errorf("notifications: %s", got)
		}
		if r, err := w.Unmute(t.Context(), ann, bob.Account); err != nil || r.Muting {
			t.Errorf("unmute: %+v, %v", r, err)
		}
		w.wantEvents()
	})
}

func TestDomainBlock(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, zoe, yan, far := w.person("ann"), w.peer("zoe", "far.example"), w.peer("yan", "far.example"), w.peer("far", "other.example")
		for i, id := range []skein.ID{zoe, yan, far} {
			if err := w.ReceiveFollow(t.Context(), w.site, id, ann.Account, fmt.Sprint("https://x.example/", i)); err != nil {
				t.Fatal(err)
			}
		}
		w.Follow(t.Context(), ann, zoe, FollowOptions{})
		w.Follow(t.Context(), ann, far, FollowOptions{})
		w.tell()
		for range 2 {
			if err := w.BlockDomain(t.Context(), ann, "FAR.example"); err != nil { // one form of it is stored (T54)
				t.Fatal(err)
			}
		}
		e := eventOf[skein.DomainBlocked](t, w.wantEvents("domain")[0])
		for range 2 {
			if err := w.SpreadDomainBlock(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		w.wantEvents("ended", "answered", "answered")
		if r := w.relation(ann, zoe); r.FollowedBy || r.Requested || !r.DomainBlocks || r.Blocking {
			t.Errorf("blocked peer: %+v", r)
		}
		if r := w.relation(ann, far); !r.FollowedBy || !r.Requested || r.DomainBlocks {
			t.Errorf("another peer: %+v", r)
		}
		if n := w.account(ann.Account).FollowerCount; n != 1 {
			t.Errorf("followers: %d, want 1", n)
		}
		if got := w.noteKinds(ann); got != "severed of ann, follow of far" {
			t.Errorf("notifications: %s", got)
		}
		rows, err := w.BlockedDomains(t.Context(), ann, Page{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Item != "far.example" {
			t.Errorf("blocked: %+v, %v", rows, err)
		}
		if err := w.UnblockDomain(t.Context(), ann, "far.example."); err != nil || w.relation(ann, zoe).DomainBlocks {
			t.Errorf("unblock: %v", err)
		}
		for _, bad := range []string{"", "elm.example", "far.example/x", "a b"} {
			wantKind(t, bad, w.BlockDomain(t.Context(), ann, bad), skein.Invalid)
		}
		for _, who := range []skein.Viewer{{Site: w.site}, {Site: w.other, Account: ann.Account}} {
			wantKind(t, "stranger", w.BlockDomain(t.Context(), who, "far.example"), skein.Unauthorized)
		}
	})
}

// What one may do, a visitor and somebody of another site may not (T141).
func TestT141_StrangersChangeNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, oak := w.person("ann"), w.person("bob"), w.personOf(w.other, "oak")
		pending := w.person("pending")
		w.update(w.site, func(tx *store.Tx) error {
			u, err := tx.Person(pending.Account)
			if err != nil {
				return err
			}
			u.ApprovedAt = time.Time{}
			return tx.UpdatePerson(&u.User, "p")
		})
		ctx := t.Context()
		type call func(who skein.Viewer, target skein.ID) error
		calls := map[string]call{
			"Follow": func(who skein.Viewer, id skein.ID) error {
				_, err := w.Follow(ctx, who, id, FollowOptions{})
				return err
			},
			"Unfollow":       func(who skein.Viewer, id skein.ID) error { _, err := w.Unfollow(ctx, who, id); return err },
			"RemoveFollower": func(who skein.Viewer, id skein.ID) error { _, err := w.RemoveFollower(ctx, who, id); return err },
			"AcceptFollow":   func(who skein.Viewer, id skein.ID) error { _, err := w.AcceptFollow(ctx, who, id); return err },
			"RefuseFollow":   func(who skein.Viewer, id skein.ID) error { _, err := w.RefuseFollow(ctx, who, id); return err },
			"Block":          func(who skein.Viewer, id skein.ID) error { _, err := w.Block(ctx, who, id); return err },
			"Unblock":        func(who skein.Viewer, id skein.ID) error { _, err := w.Unblock(ctx, who, id); return err },
			"Mute":           func(who skein.Viewer, id skein.ID) error { _, err := w.Mute(ctx, who, id, true, 0); return err },
			"Unmute":         func(who skein.Viewer, id skein.ID) error { _, err := w.Unmute(ctx, who, id); return err },
			"SetNote":        func(who skein.Viewer, id skein.ID) error { _, err := w.SetNote(ctx, who, id, "x"); return err },
		}
		for name, do := range calls {
			for _, c := range []struct {
				who    skein.Viewer
				target skein.ID
				want   skein.Kind
			}{
				{skein.Viewer{Site: w.site}, bob.Account, skein.Unauthorized},
				{skein.Viewer{Site: w.site, Account: oak.Account}, bob.Account, skein.Unauthorized},
				{skein.Viewer{Site: w.other, Account: ann.Account}, oak.Account, skein.Unauthorized},
				{ann, oak.Account, skein.NotFound},
				{ann, 12, skein.NotFound},
				{ann, pending.Account, skein.NotFound},
				{pending, ann.Account, skein.Denied},
			} {
				if err := do(c.who, c.target); skein.KindOf(err) != c.want {
					t.Errorf("%s by %+v of %d: %v, want kind %d", name, c.who, c.target, err, c.want)
				}
			}
		}
		visitor := skein.Viewer{Site: w.site}
		for name, do := range map[string]func() error{
			"Relations":           func() error { _, err := w.Relations(ctx, visitor, []skein.ID{bob.Account}); return err },
			"FollowRequests":      func() error { _, err := w.FollowRequests(ctx, visitor, Page{Limit: 1}); return err },
			"FollowRequestCount":  func() error { _, err := w.FollowRequestCount(ctx, visitor, 1); return err },
			"BlockedAccounts":     func() error { _, err := w.BlockedAccounts(ctx, visitor, Page{Limit: 1}); return err },
			"MutedAccounts":       func() error { _, err := w.MutedAccounts(ctx, visitor, Page{Limit: 1}); return err },
			"BlockedDomains":      func() error { _, err := w.BlockedDomains(ctx, visitor, Page{Limit: 1}); return err },
			"Notifications":       func() error { _, err := w.Notifications(ctx, visitor, NoteFilter{}, Page{Limit: 1}); return err },
			"Notification":        func() error { _, err := w.Notification(ctx, visitor, 1); return err },
			"DismissNotification": func() error { return w.DismissNotification(ctx, visitor, 1) },
			"ClearNotifications":  func() error { return w.ClearNotifications(ctx, visitor) },
			"UnreadNotifications": func() error { _, err := w.UnreadNotifications(ctx, visitor, NoteFilter{}, 1); return err },
			"Markers":             func() error { _, err := w.Markers(ctx, visitor, []string{"home"}); return err },
			"SetMarkers":          func() error { _, err := w.SetMarkers(ctx, visitor, map[string]skein.ID{"home": 1}); return err },
			"FollowTag":           func() error { return w.FollowTag(ctx, visitor, "go") },
			"UnfollowTag":         func() error { return w.UnfollowTag(ctx, visitor, "go") },
			"FollowedTags":        func() error { _, err := w.FollowedTags(ctx, visitor, Page{Limit: 1}); return err },
			"UpdateProfile":       func() error { _, _, err := w.UpdateProfile(ctx, visitor, Profile{}); return err },
		} {
			wantKind(t, name, do(), skein.Unauthorized)
		}
		if list, err := w.Relations(ctx, ann, []skein.ID{bob.Account, oak.Account, 9, bob.Account}); err != nil || len(list) != 1 {
			t.Errorf("relations: %+v, %v", list, err)
		}
		w.wantEvents()
	})
}

func TestNoteIsPrivate(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, eve := w.person("ann"), w.person("bob"), w.person("eve")
		if r, err := w.SetNote(t.Context(), ann, bob.Account, "from the choir\u202e "); err != nil || r.Note != "from the choir" {
			t.Errorf("note: %+v, %v", r, err)
		}
		if r := w.relation(eve, bob.Account); r.Note != "" {
			t.Errorf("another reads it: %+v", r)
		}
		if r := w.relation(bob, ann.Account); r.Note != "" {
			t.Errorf("whom it is about reads it: %+v", r)
		}
		if r, err := w.SetNote(t.Context(), ann, bob.Account, ""); err != nil || r.Note != "" {
			t.Errorf("removed: %+v, %v", r, err)
		}
		_, err := w.SetNote(t.Context(), ann, bob.Account, fmt.Sprintf("%02001d", 0))
		wantKind(t, "too long", err, skein.Invalid)
	})
}
