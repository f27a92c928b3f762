package social

import (
	"testing"

	"skein/internal/kit/push"
	"skein/internal/kit/seal"
	"skein/internal/skein"
	"skein/internal/store"
)

// T158: a subscription is its token's, and ends with it; what a job finds is what is so then.
func TestT158_PushEndsWithItsToken(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		box, err := seal.New(make([]byte, seal.Size))
		if err != nil {
			t.Fatal(err)
		}
		w.Seal = box
		ann, bob := w.person("ann"), w.person("bob")
		key, err := w.PushKey(t.Context(), w.site)
		if err != nil {
			t.Fatal(err)
		}
		token := &store.Token{ID: w.DB.NewID(), Account: ann.Account, CreatedAt: w.DB.Now()}
		w.update(w.site, func(tx *store.Tx) error { return tx.InsertToken(token, []byte("hash")) })
		g := &skein.Grant{Viewer: ann, Token: token.ID}
		in := skein.PushSubscription{Endpoint: "https://push.example/1", P256dh: key.Public(), Auth: make([]byte, 16), Policy: skein.PushAll,
			Alerts: map[skein.NotificationKind]bool{skein.NotifyLike: true}}
		var p *skein.PushSubscription
		for range 2 { // a new one takes the place of the old
			if p, err = w.Subscribe(t.Context(), g, "secret", in); err != nil {
				t.Fatal(err)
			}
		}
		post := w.post(ann.Account, skein.Public)
		if _, err := w.Like(t.Context(), bob, post); err != nil {
			t.Fatal(err)
		}
		w.tellOf(skein.Notification{Account: ann.Account, Kind: skein.NotifyLike, Actor: bob.Account, Post: post})
		list, err := w.Notifications(t.Context(), ann, NoteFilter{}, Page{Limit: 1})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d, %v", len(list), err)
		}
		due := skein.PushDue{Site: w.site, Notification: list[0].Notification.ID, Subscription: p.ID}
		got, err := w.Pushed(t.Context(), due)
		if err != nil || got == nil || got.Token != "secret" || string(got.To.P256dh) != string(key.Public()) {
			t.Fatalf("pushed: %+v, %v", got, err)
		}
		if err := (push.Target{Public: got.To.P256dh, Auth: got.To.Auth}).Check(); err != nil {
			t.Error(err)
		}
		other := due
		other.Site = w.other
		if got, err := w.Pushed(t.Context(), other); err != nil || got != nil {
			t.Errorf("on another site: %v, %v", got, err)
		}
		w.update(w.site, func(tx *store.Tx) error { return tx.DeleteToken(token.ID) })
		if got, err := w.Pushed(t.Context(), due); err != nil || got != nil {
			t.Errorf("after its token: %v, %v", got, err)
		}
		_, err = w.Subscription(t.Context(), g)
		wantKind(t, "a subscription without its token", err, skein.NotFound)
	})
}

// A browser has one address for all accounts that are signed in to in it: what its own sessions had there stays, what others
// had there ends (T158).
func TestT158_PushOfSeveralAccountsOfOneBrowser(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		box, err := seal.New(make([]byte, seal.Size))
		if err != nil {
			t.Fatal(err)
		}
		w.Seal = box
		key, err := w.PushKey(t.Context(), w.site)
		if err != nil {
			t.Fatal(err)
		}
		grant := func(name string) *skein.Grant {
			who := w.person(name)
			s := &skein.Session{ID: w.DB.NewID(), Account: who.Account, CreatedAt: w.DB.Now(), SeenAt: w.DB.Now()}
			w.update(w.site, func(tx *store.Tx) error { return tx.InsertSession(s, []byte(name)) })
			return &skein.Grant{Viewer: who, Session: s.ID}
		}
		ann, bob, cleo := grant("ann"), grant("bob"), grant("cleo")
		in := skein.PushSubscription{Endpoint: "https://push.example/1", P256dh: key.Public(), Auth: make([]byte, 16), Policy: skein.PushAll}
		subscribe := func(g *skein.Grant, beside ...skein.ID) {
			t.Helper()
			if _, err := w.Subscribe(t.Context(), g, "", in, beside...); err != nil {
				t.Fatal(err)
			}
		}
		has := func(g *skein.Grant) bool { _, err := w.Subscription(t.Context(), g); return err == nil }
		subscribe(ann)
		subscribe(bob, ann.Session, bob.Session)
		if !has(ann) || !has(bob) {
			t.Error("the second account of a browser ends the pushes of the first")
		}
		subscribe(cleo)
		if has(ann) || has(bob) || !has(cleo) {
			t.Error("who has the address now is not the only one who is told there")
		}
	})
}
