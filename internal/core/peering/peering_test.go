package peering_test

import (
	"strings"
	"testing"

	"skein/internal/core/peering"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// world is a site with an admin, a member and two remote accounts, and another site.
type world struct {
	*peering.Service
	db                 *store.DB
	admin, member      skein.Viewer
	elsewhere, visitor skein.Viewer
	evil, sub          skein.ID
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{Service: &peering.Service{DB: db}, db: db}
		w.Start()
		site, other := db.NewID(), db.NewID()
		w.admin, w.member = skein.Viewer{Site: site, Account: db.NewID()}, skein.Viewer{Site: site, Account: db.NewID()}
		w.elsewhere, w.visitor = skein.Viewer{Site: site, Account: db.NewID()}, skein.Viewer{Site: site}
		w.evil, w.sub = db.NewID(), db.NewID()
		for id, domain := range map[skein.ID]string{site: "elm.example", other: "oak.example"} {
			err := db.Update(t.Context(), id, func(tx *store.Tx) error {
				if _, err := tx.InsertSite(&skein.Site{ID: id, Domain: domain, Base: "https://" + domain, Name: domain, Joining: skein.JoinOpen, CreatedAt: tx.Now()}, nil); err != nil {
					return err
				}
				people := map[skein.ID]skein.Role{w.elsewhere.Account: skein.Admin}
				if id == site {
					people = map[skein.ID]skein.Role{w.admin.Account: skein.Admin, w.member.Account: skein.Member}
					for id, uri := range map[skein.ID]string{w.evil: "https://evil.test/u/1", w.sub: "https://a.b.evil.test/u/2"} {
						domain, _, _ := strings.Cut(strings.TrimPrefix(uri, "https://"), "/")
						a := &skein.Account{ID: id, Kind: skein.Person, Username: "x", Domain: domain, URI: uri, URL: uri, Inbox: uri + "/inbox", CreatedAt: tx.Now()}
						if err := tx.InsertAccount(a); err != nil {
							return err
						}
					}
				}
				for id, role := range people {
					name := "p" + id.String()
					a := &skein.Account{ID: id, Local: true, Kind: skein.Person, Username: name, URI: "https://" + domain + "/" + name, CreatedAt: tx.Now()}
					if err := tx.InsertAccount(a); err != nil {
						return err
					}
					u := &skein.User{Account: id, Site: tx.Site(), Email: name + "@mail.test", Role: role, CreatedAt: tx.Now(), ConfirmedAt: tx.Now(), ApprovedAt: tx.Now()}
					if err := tx.InsertPerson(u, name, u.Email); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		fn(t, w)
	})
}

func (w *world) account(t *testing.T, id skein.ID) (a *skein.Account) {
	t.Helper()
	if err := w.db.View(t.Context(), w.admin.Site, func(tx *store.Tx) (err error) { a, err = tx.Account(id); return err }); err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) apply(t *testing.T, domain string) {
	t.Helper()
	for range 2 { // jobs may run twice
		if err := w.Apply(t.Context(), skein.PeerChanged{Site: w.admin.Site, Domain: domain}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnlyAdminsDecideAboutPeers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, who := range map[string]skein.Viewer{"a member": w.member, "another site's admin": w.elsewhere, "a visitor": w.visitor} {
			if _, err := w.Set(t.Context(), who, skein.PeerPolicy{Domain: "evil.test", Severity: skein.Suspended}); skein.KindOf(err) != skein.Denied {
				t.Errorf("%s sets: %v", name, err)
			}
			if err := w.Remove(t.Context(), who, "evil.test"); skein.KindOf(err) != skein.Denied {
				t.Errorf("%s removes: %v", name, err)
			}
			if _, err := w.List(t.Context(), who); skein.KindOf(err) != skein.Denied {
				t.Errorf("%s lists: %v", name, err)
			}
			if _, err := w.Import(t.Context(), who, strings.NewReader("evil.test\n"), peering.Import{}); skein.KindOf(err) != skein.Denied {
				t.Errorf("%s imports: %v", name, err)
			}
		}
		for _, domain := range []string{"elm.example", "example", "no host", ""} {
			if _, err := w.Set(t.Context(), w.admin, skein.PeerPolicy{Domain: domain}); skein.KindOf(err) != skein.Invalid {
				t.Errorf("policy for %q: %v", domain, err)
			}
		}
	})
}

// What a policy did to accounts ends with it, what a moderator did stays.
func TestLiftingLiftsOnlyItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		set := func(s skein.Severity) {
			t.Helper()
			if _, err := w.Set(t.Context(), w.admin, skein.PeerPolicy{Domain: " *.EVIL.test ", Severity: s}); err != nil {
				t.Fatal(err)
			}
			w.apply(t, "evil.test")
		}
		silence := func() {
			err := w.db.Update(t.Context(), w.admin.Site, func(tx *store.Tx) error {
				a, err := tx.Account(w.sub)
				if err != nil {
					return err
				}
				a.SilencedAt = tx.Now()
				return tx.UpdateAccount(a)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		silence()
		for _, s := range []skein.Severity{skein.Suspended, skein.Limited, skein.Suspended, skein.Unrestricted} {
			set(s)
			for _, id := range []skein.ID{w.evil, w.sub} {
				a := w.account(t, id)
				if got, want := !a.SuspendedAt.IsZero(), s == skein.Suspended; got != want {
					t.Errorf("severity %d: %s suspended = %v", s, a.Domain, got)
				}
				if got, want := !a.SilencedAt.IsZero(), s == skein.Limited || id == w.sub; got != want {
					t.Errorf("severity %d: %s limited = %v", s, a.Domain, got)
				}
			}
		}
		set(skein.Suspended)
		if err := w.Remove(t.Context(), w.admin, "evil.test"); err != nil {
			t.Fatal(err)
		}
		w.apply(t, "evil.test")
		if a := w.account(t, w.evil); a.Gone() {
			t.Error("a lifted policy goes on")
		}
		if p, err := w.Policy(t.Context(), w.admin.Site, "evil.test"); err != nil || p.Severity != skein.Unrestricted {
			t.Errorf("policy after it was lifted: %+v, %v", p, err)
		}
	})
}

func TestBlockListThereAndBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := "\ufeff#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n" +
			"evil.test,suspend,TRUE,true,\"spam, all of it\",false\n" +
			"loud.test,silence,false,false,,true\n" +
			"no host,suspend,false,false,,false\n" +
			"odd.test,kick,false,false,,false\n" +
			"elm.example,suspend,false,false,,false\n"
		report := func(how peering.Import) string {
			t.Helper()
			rows, err := w.Import(t.Context(), w.admin, strings.NewReader(list), how)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range rows {
				out = append(out, string(r.Outcome))
				if r.Outcome == peering.Bad && (r.Fault == "" || r.Line < 4) {
					t.Errorf("a bad line is reported as %+v", r)
				}
			}
			return strings.Join(out, " ")
		}
		if got, want := report(peering.Import{DryRun: true}), "added added bad bad bad"; got != want {
			t.Errorf("a dry run says %q, want %q", got, want)
		}
		if all, err := w.List(t.Context(), w.admin); err != nil || len(all) != 0 {
			t.Errorf("after a dry run: %d policies, %v", len(all), err)
		}
		if _, err := w.Set(t.Context(), w.admin, skein.PeerPolicy{Domain: "loud.test", Severity: skein.Suspended, PrivateComment: "we know why"}); err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"added kept bad bad bad", "same kept bad bad bad"} {
			if got := report(peering.Import{}); got != want {
				t.Errorf("import %d says %q, want %q", i, got, want)
			}
		}
		if got, want := report(peering.Import{Overwrite: true}), "same changed bad bad bad"; got != want {
			t.Errorf("an overwriting import says %q, want %q", got, want)
		}
		if _, err := w.Import(t.Context(), w.admin, strings.NewReader("#domain\nfriend.test\n"), peering.Import{Allow: true}); err != nil {
			t.Fatal(err)
		}
		var blocks, allows strings.Builder
		if err := w.Export(t.Context(), w.admin, &blocks, false); err != nil {
			t.Fatal(err)
		}
		if err := w.Export(t.Context(), w.admin, &allows, true); err != nil {
			t.Fatal(err)
		}
		want := "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n" +
			"evil.test,suspend,true,true,\"spam, all of it\",false\nloud.test,silence,false,false,,true\n"
		if blocks.String() != want {
			t.Errorf("exported blocks:\n%swant\n%s", blocks.String(), want)
		}
		if got, want := allows.String(), "#domain\nfriend.test\n"; got != want {
			t.Errorf("exported allow list: %q, want %q", got, want)
		}
		p, err := w.Policy(t.Context(), w.admin.Site, "loud.test")
		if err != nil || p.PrivateComment != "we know why" {
			t.Errorf("the list took a private comment away: %+v, %v", p, err)
		}
	})
}
