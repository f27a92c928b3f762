package site_test

import (
	"context"
	"testing"
	"time"

	"skein/internal/core/site"
	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

func service(t *testing.T, db *store.DB) *site.Service {
	s := &site.Service{DB: db}
	s.Start()
	return s
}

func create(t *testing.T, s *site.Service, url string) *skein.Site {
	t.Helper()
	st, _, err := s.Create(t.Context(), site.New{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// person makes somebody who may act.
func person(t *testing.T, db *store.DB, st *skein.Site, name string, role skein.Role) skein.Viewer {
	t.Helper()
	id := db.NewID()
	if err := db.Update(t.Context(), st.ID, func(tx *store.Tx) error {
		if err := tx.InsertAccount(&skein.Account{ID: id, Local: true, Kind: skein.Person, Username: name, URI: st.URL("/" + name), URL: st.URL("/@" + name), PostCount: 3}); err != nil {
			return err
		}
		now := tx.Now()
		return tx.InsertPerson(&skein.User{Account: id, Role: role, CreatedAt: now, ConfirmedAt: now, ApprovedAt: now, SeenAt: now}, name, name)
	}); err != nil {
		t.Fatal(err)
	}
	return skein.Viewer{Site: st.ID, Account: id}
}

// A site comes with its instance actor and key, and is not open to all unless somebody says so (T213).
func TestCreate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		if _, err := s.ByHost(t.Context(), "elm.example:8443"); skein.KindOf(err) != skein.NotFound {
			t.Fatalf("before: %v", err)
		}
		st, token, err := s.Create(t.Context(), site.New{URL: "https://Elm.Example:8443/", Name: " Elm "})
		if err != nil {
			t.Fatal(err)
		}
		if st.Domain != "elm.example:8443" || st.Base != "https://elm.example:8443" || st.Name != "Elm" || st.Joining != skein.JoinApproval {
			t.Errorf("site = %+v", st)
		}
		got, err := s.ByHost(t.Context(), "ELM.example:8443")
		if err != nil || got.ID != st.ID {
			t.Errorf("by host, just after: %+v, %v", got, err)
		}
		if err := db.View(t.Context(), st.ID, func(tx *store.Tx) error {
			a, err := tx.Account(st.Actor)
			if err != nil {
				return err
			}
			if a.Kind != skein.Application || a.Username != "elm.example" || a.URI != "https://elm.example:8443/actor" ||
				a.Inbox != "https://elm.example:8443/actor/inbox" || a.SharedInbox != "https://elm.example:8443/inbox" {
				t.Errorf("instance actor = %+v", a)
			}
			if _, err := tx.ActorKeys(st.Actor); skein.KindOf(err) != skein.NotFound {
				t.Errorf("a key was made before it is needed: %v", err)
			}
			ok, err := tx.HasSetup(password.TokenHash(token))
			if !ok {
				t.Error("the set-up token does not fit")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		other, err := s.NewSetup(t.Context(), st.ID)
		if err != nil || other == token {
			t.Errorf("another set-up link: %v", err)
		}
	})
}

// One canonical form of a domain, and each once (T54).
func TestT199_DomainsAreTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		create(t, s, "https://bücher.example")
		for _, url := range []string{"https://xn--bcher-kva.example", "https://BÜCHER.example.", "https://bücher.example:443", "http://bücher.example"} {
			if _, _, err := s.Create(t.Context(), site.New{URL: url}); skein.KindOf(err) != skein.Conflict {
				t.Errorf("%s: %v, want conflict", url, err)
			}
		}
		for _, url := range []string{"", "elm.example", "ftp://elm.example", "https://elm.example/path", "https://elm.example?x", "https://elm.example#x",
			"https://user@elm.example", "https://", "https://elm.example:80", "http://elm.example:443", "https://elm.example:0", "https://el m.example"} {
			if _, _, err := s.Create(t.Context(), site.New{URL: url}); skein.KindOf(err) != skein.Invalid {
				t.Errorf("%q: %v, want invalid", url, err)
			}
		}
	})
}

func TestT25_SiteByHost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, demo := create(t, s, "https://elm.example"), create(t, s, "http://elm.localhost:8080")
		for host, want := range map[string]skein.ID{
			"elm.example": elm.ID, "ELM.example": elm.ID, "elm.example.": elm.ID, "elm.example:443": elm.ID,
			"elm.localhost:8080": demo.ID, "elm.localhost": 0, "elm.example:8080": 0, "oak.example": 0, "": 0,
			"192.0.2.1": 0, "elm.example@evil.example": 0, "elm.example\x00": 0, "elm.example:": 0,
		} {
			got, err := s.ByHost(t.Context(), host)
			switch {
			case want == 0 && skein.KindOf(err) != skein.NotFound:
				t.Errorf("%q: %+v, %v, want not found", host, got, err)
			case want != 0 && (err != nil || got.ID != want):
				t.Errorf("%q: %+v, %v, want %d", host, got, err, want)
			}
		}
		if list, err := s.All(t.Context()); err != nil || len(list) != 2 {
			t.Errorf("all = %v, %v", list, err)
		}
	})
}

// What is changed is seen at once, though it was remembered; and only on the site in question.
func TestUpdateIsSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, oak := create(t, s, "https://elm.example"), create(t, s, "https://oak.example")
		for _, h := range []string{"elm.example", "oak.example"} {
			if _, err := s.ByHost(t.Context(), h); err != nil {
				t.Fatal(err)
			}
		}
		name, rules, open := "Elm and friends", []string{" Be kind. ", ""}, skein.JoinOpen
		if _, err := s.Update(t.Context(), elm.ID, site.Settings{Name: &name, Rules: &rules, Joining: &open}); err != nil {
			t.Fatal(err)
		}
		got, _ := s.ByHost(t.Context(), "elm.example")
		if got.Name != name || len(got.Rules) != 1 || got.Rules[0] != "Be kind." || got.Joining != skein.JoinOpen {
			t.Errorf("by host = %+v", got)
		}
		if got, _ := s.ByID(t.Context(), elm.ID); got.Name != name {
			t.Errorf("by ID = %+v", got)
		}
		if got, _ := s.ByID(t.Context(), oak.ID); got.Name != "oak.example" {
			t.Errorf("the other site = %+v", got)
		}
		blank, never := "", skein.Joining("never")
		for _, in := range []site.Settings{{Name: &blank}, {Joining: &never}, {Contact: new("no address")}, {Languages: &[]string{"<b>"}}} {
			if _, err := s.Update(t.Context(), elm.ID, in); skein.KindOf(err) != skein.Invalid {
				t.Errorf("%+v: %v, want invalid", in, err)
			}
		}
		if _, err := s.Update(t.Context(), 12345, site.Settings{Name: &name}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("no such site: %v", err)
		}
		if _, err := s.Update(t.Context(), elm.ID, site.Settings{Suspended: new(true)}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.ByHost(t.Context(), "elm.example"); err != nil || got.SuspendedAt.IsZero() {
			t.Errorf("a closed site = %+v, %v", got, err)
		}
	})
}

func TestInvites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, oak := create(t, s, "https://elm.example"), create(t, s, "https://oak.example")
		ada, bo := person(t, db, elm, "ada", skein.Member), person(t, db, elm, "bo", skein.Member)
		in, err := s.Invite(t.Context(), ada, 1, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CheckInvite(t.Context(), elm.ID, in.Code); err != nil {
			t.Errorf("a fresh invite: %v", err)
		}
		for what, err := range map[string]error{
			"on another site":         second(s.CheckInvite(t.Context(), oak.ID, in.Code)),
			"ended by a stranger":     s.EndInvite(t.Context(), bo, in.ID),
			"ended from another site": s.EndInvite(t.Context(), skein.Viewer{Site: oak.ID, Account: ada.Account}, in.ID),
			"made on another site":    second(s.Invite(t.Context(), skein.Viewer{Site: oak.ID, Account: ada.Account}, 1, 0)),
		} {
			if skein.KindOf(err) != skein.NotFound {
				t.Errorf("%s: %v, want not found", what, err)
			}
		}
		if _, err := s.Invite(t.Context(), skein.Viewer{Site: elm.ID}, 1, 0); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("made by nobody: %v", err)
		}
		if list, _ := s.Invites(t.Context(), bo); len(list) != 0 {
			t.Errorf("a stranger sees %d invites", len(list))
		}
		if err := s.EndInvite(t.Context(), ada, in.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CheckInvite(t.Context(), elm.ID, in.Code); skein.KindOf(err) != skein.NotFound {
			t.Errorf("after it ended: %v", err)
		}
		closed := skein.JoinClosed
		if _, err := s.Update(t.Context(), elm.ID, site.Settings{Joining: &closed}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Invite(t.Context(), ada, 1, 0); skein.KindOf(err) != skein.Denied {
			t.Errorf("on a closed site: %v", err)
		}
	})
}

func TestStatsAndEmojis(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := service(t, db)
		elm, oak := create(t, s, "https://elm.example"), create(t, s, "https://oak.example")
		person(t, db, elm, "ada", skein.Member)
		if err := db.Update(t.Context(), elm.ID, func(tx *store.Tx) error {
			for _, h := range []string{"a.example", "b.example", "b.example", "c.example"} {
				id := tx.NewID()
				if err := tx.InsertAccount(&skein.Account{ID: id, Kind: skein.Person, Username: "u", Domain: h, URI: "https://" + h + "/" + id.String(), PostCount: 9}); err != nil {
					return err
				}
			}
			if err := tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.example/old.png"}); err != nil {
				return err
			}
			return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.example/blob.png"})
		}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Stats(t.Context(), elm.ID)
		if err != nil || got.Users != 1 || got.Posts != 3 || got.Peers != 3 || got.ActiveMonth != 1 {
			t.Errorf("stats = %+v, %v", got, err)
		}
		if list, _ := s.Peers(t.Context(), elm.ID); len(list) != 3 {
			t.Errorf("peers = %v", list)
		}
		if got, _ := s.Stats(t.Context(), oak.ID); got.Users != 0 || got.Posts != 0 || got.Peers != 0 {
			t.Errorf("the other site = %+v", got)
		}
		if list, err := s.Emojis(t.Context(), elm.ID); err != nil || len(list) != 1 || list[0].URL != "https://elm.example/blob.png" {
			t.Errorf("emoji = %+v, %v", list, err)
		}
		if list, _ := s.Emojis(t.Context(), oak.ID); len(list) != 0 {
			t.Errorf("emoji of the other site = %+v", list)
		}
	})
}

// Asking for hosts that nobody has costs one look at the database, not one for each request (T203).
func TestT203_UnknownHostsAreRemembered(t *testing.T) {
	db := storetest.SQLite(t)
	s := service(t, db)
	if _, err := s.ByHost(t.Context(), "nobody.example"); skein.KindOf(err) != skein.NotFound {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ByHost(ended, "nobody.example"); skein.KindOf(err) != skein.NotFound {
		t.Errorf("the second time: %v, want an answer without the database", err)
	}
}

func second[T any](_ T, err error) error { return err }
