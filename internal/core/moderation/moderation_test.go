package moderation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/core/social"
	"skein/internal/kit/mail"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// world is a site with somebody of each role, two of each but the owner; and another site with an owner.
type world struct {
	*moderation.Service
	t        *testing.T
	db       *store.DB
	site     *skein.Site
	people   map[string]skein.ID // owner, admin, admin2, ...
	operator skein.Viewer
	stranger skein.Viewer // the owner of the other site
	signedIn map[skein.ID]bool
	fails    error // what signing out fails with
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{t: t, db: db, people: map[string]skein.ID{}, signedIn: map[skein.ID]bool{}}
		sites := func(ctx context.Context, id skein.ID) (st *skein.Site, err error) {
			err = db.View(ctx, id, func(tx *store.Tx) error { st, err = tx.SiteRow(); return err })
			return st, err
		}
		soc := &social.Service{DB: db, Site: sites}
		soc.Start()
		w.Service = &moderation.Service{
			DB: db, Social: soc, Site: sites,
			SignOut: func(_ *store.Tx, id skein.ID) error { w.signedIn[id] = false; return w.fails },
			Admit: func(tx *store.Tx, id skein.ID) error {
				p, err := tx.Person(id)
				if err == nil {
					p.ApprovedAt = tx.Now()
					err = tx.UpdatePerson(&p.User, p.Email)
				}
				return err
			},
			Dismiss: func(tx *store.Tx, id skein.ID) error { return tx.DeleteUnborn(id) },
		}
		w.Start()
		w.site = w.add("elm.example")
		other := w.add("oak.example")
		w.operator = skein.Viewer{Site: w.site.ID, Account: w.site.Actor}
		w.stranger = skein.Viewer{Site: w.site.ID, Account: w.person(other.ID, "oona", skein.Owner, time.Now())}
		for _, role := range skein.Roles {
			w.people[string(role)] = w.person(w.site.ID, string(role), role, time.Now())
			if role != skein.Owner {
				w.people[string(role)+"2"] = w.person(w.site.ID, string(role)+"2", role, time.Now())
			}
		}
		w.update(func(tx *store.Tx) error {
			s, err := tx.SiteRow()
			if err == nil {
				s.Owner = w.people["owner"]
				err = tx.UpdateSite(s)
			}
			return err
		})
		fn(t, w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) update(fn func(tx *store.Tx) error) {
	w.t.Helper()
	w.must(w.db.Update(w.t.Context(), w.site.ID, fn))
}

func (w *world) add(domain string) *skein.Site {
	w.t.Helper()
	s := &skein.Site{ID: w.db.NewID(), Domain: domain, Base: "https://" + domain, Name: domain, Joining: skein.JoinOpen, CreatedAt: time.Now()}
	w.must(w.db.Update(w.t.Context(), s.ID, func(tx *store.Tx) error {
		s.Actor = tx.NewID()
		if _, err := tx.InsertSite(s, nil); err != nil {
			return err
		}
		return tx.InsertAccount(&skein.Account{ID: s.Actor, Local: true, Kind: skein.Application, Username: domain, URI: s.Base + "/actor", CreatedAt: tx.Now()})
	}))
	return s
}

func (w *world) person(site skein.ID, name string, role skein.Role, ready time.Time) skein.ID {
	w.t.Helper()
	a := &skein.Account{Local: true, Kind: skein.Person, Username: name, URI: fmt.Sprintf("https://elm.example/%d/%s", site, name), CreatedAt: time.Now()}
	w.must(w.db.Update(w.t.Context(), site, func(tx *store.Tx) error {
		if err := tx.InsertAccount(a); err != nil {
			return err
		}
		email := name + "@mail.test"
		return tx.InsertPerson(&skein.User{Account: a.ID, Site: site, Email: email, Role: role, CreatedAt: tx.Now(), ConfirmedAt: time.Now(), ApprovedAt: ready}, name, email)
	}))
	w.signedIn[a.ID] = true
	return a.ID
}

func (w *world) as(name string) skein.Viewer {
	return skein.Viewer{Site: w.site.ID, Account: w.people[name]}
}

// report is one about somebody.
func (w *world) report(about skein.ID) skein.ID {
	w.t.Helper()
	r := &skein.Report{Account: w.people["member2"], Target: about, Category: skein.ReportSpam}
	w.update(func(tx *store.Tx) error { _, err := tx.InsertReport(r); return err })
	return r.ID
}

// trail is what was written down: lines of the audit log and strikes.
func (w *world) trail(account skein.ID) (deeds []string, strikes int) {
	w.t.Helper()
	log, err := w.AuditLog(w.t.Context(), w.operator, social.Page{Limit: 1000})
	w.must(err)
	for _, d := range log {
		deeds = append(deeds, d.Action)
	}
	list, err := w.Strikes(w.t.Context(), w.operator, account, 1000)
	w.must(err)
	slices.Reverse(deeds)
	return deeds, len(list)
}

func (w *world) account(id skein.ID) (a *skein.Account) {
	w.t.Helper()
	w.must(w.db.View(w.t.Context(), w.site.ID, func(tx *store.Tx) (err error) { a, err = tx.Account(id); return err }))
	return a
}

// deed is one thing that somebody may want to do about somebody.
type deed struct {
	what  string
	needs skein.Rights
	do    func(w *world, who skein.Viewer, whom skein.ID) error
}

func undone(fn func(*moderation.Service, context.Context, skein.Viewer, skein.ID) (*moderation.Person, error)) func(*world, skein.Viewer, skein.ID) error {
	return func(w *world, who skein.Viewer, whom skein.ID) error {
		_, err := fn(w.Service, w.t.Context(), who, whom)
		return err
	}
}

func reported(fn func(w *world, who skein.Viewer, report skein.ID) error) func(*world, skein.Viewer, skein.ID) error {
	return func(w *world, who skein.Viewer, whom skein.ID) error { return fn(w, who, w.report(whom)) }
}

func deeds() []deed {
	list := []deed{
		{"enable", skein.ManageUsers, undone((*moderation.Service).Enable)},
		{"unlimit", skein.ManageUsers, undone((*moderation.Service).Unlimit)},
		{"unsensitize", skein.ManageUsers, undone((*moderation.Service).Unsensitize)},
		{"unsuspend", skein.ManageUsers, undone((*moderation.Service).Unsuspend)},
		{"resolve", skein.ManageReports, reported(func(w *world, who skein.Viewer, r skein.ID) error {
			_, err := w.Settle(w.t.Context(), who, r, true)
			return err
		})},
		{"assign", skein.ManageReports, reported(func(w *world, who skein.Viewer, r skein.ID) error {
			_, err := w.Assign(w.t.Context(), who, r, true)
			return err
		})},
		{"recategorize", skein.ManageReports, reported(func(w *world, who skein.Viewer, r skein.ID) error {
			_, err := w.Recategorize(w.t.Context(), who, r, skein.ReportOther, nil)
			return err
		})},
	}
	for _, m := range skein.Measures {
		list = append(list, deed{string(m), skein.ManageUsers, func(w *world, who skein.Viewer, whom skein.ID) error {
			return w.Judge(w.t.Context(), who, moderation.Sentence{Account: whom, Measure: m})
		}})
	}
	return list
}

// T152: who may do what to whom. Everything that can be decided about a person or a report about them is tried by everybody
// about everybody: only who has the right and stands above may, and only the operator about the owner; nothing is written down
// of what was refused.
func TestT152_WhoMayDoWhatToWhom(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		viewers := map[string]skein.Viewer{"visitor": {Site: w.site.ID}, "stranger": w.stranger, "operator": w.operator}
		for name := range w.people {
			viewers[name] = w.as(name)
		}
		roleOf := func(name string) skein.Role {
			for _, r := range skein.Roles {
				if name == string(r) || name == string(r)+"2" {
					return r
				}
			}
			return ""
		}
		written := 0
		for _, by := range []string{"visitor", "stranger", "member", "moderator", "admin", "owner", "operator"} {
			for whom, id := range w.people {
				for _, d := range deeds() {
					role, about := roleOf(by), roleOf(whom)
					allowed := by == "operator" || role.May(d.needs) && role.Over(about)
					if !allowed {
						want := skein.Denied
						if by == "visitor" {
							want = skein.Unauthorized
						}
						if err := d.do(w, viewers[by], id); skein.KindOf(err) != want || err == nil {
							t.Errorf("%s: %s about %s: %v", by, d.what, whom, err)
						}
						continue
					}
					if by == "operator" && about != skein.Owner {
						continue // as anybody above them
					}
					err := d.do(w, viewers[by], id)
					if by == "operator" && (d.what == "disable" || d.what == "suspend") {
						if skein.KindOf(err) != skein.Conflict { // the site would be nobody's
							t.Errorf("the operator: %s about the owner: %v", d.what, err)
						}
						continue
					}
					if err != nil {
						t.Errorf("%s: %s about %s: %v", by, d.what, whom, err)
					}
					written++
					if d.what == "disable" || d.what == "suspend" {
						w.must(deeds()[0].do(w, w.operator, id))
						w.must(deeds()[3].do(w, w.operator, id))
						written += 2
					}
				}
			}
		}
		if log, _ := w.trail(w.people["member"]); len(log) != written {
			t.Errorf("%d lines in the audit log of %d deeds", len(log), written)
		}
	})
}

// A decision is carried out as a whole or not at all: what it does, the strike, the line in the log, the letter and the reports
// that it settles are one transaction.
func TestDecisionIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		whom := w.people["member"]
		report := w.report(whom)
		s := moderation.Sentence{Account: whom, Measure: skein.Suspend, Report: report, Text: "enough", Tell: true}
		w.fails = errors.New("the disk is full")
		if err := w.Judge(t.Context(), w.as("moderator"), s); !errors.Is(err, w.fails) {
			t.Fatalf("judged: %v", err)
		}
		log, strikes := w.trail(whom)
		r, err := w.Open(t.Context(), w.operator, report)
		w.must(err)
		if len(log) != 0 || strikes != 0 || !w.account(whom).SuspendedAt.IsZero() || !r.ActionTakenAt.IsZero() {
			t.Errorf("of a decision that failed there are %v, %d strikes, suspended %v, settled %v", log, strikes, w.account(whom).SuspendedAt, r.ActionTakenAt)
		}
		if list, err := w.TestEmail(t.Context(), w.as("admin"), "member@mail.test"); err != nil || len(list) != 0 {
			t.Errorf("and the mailbox is blocked: %v %v", list, err)
		}
		w.fails = nil
		w.must(w.Judge(t.Context(), w.as("moderator"), s))
		log, strikes = w.trail(whom)
		if r, err = w.Open(t.Context(), w.operator, report); err != nil || !slices.Equal(log, []string{"suspend"}) || strikes != 1 ||
			w.account(whom).SuspendedAt.IsZero() || r.ActionBy != w.people["moderator"] || w.signedIn[whom] {
			t.Errorf("decided: %v, %d strikes, %+v, signed in %v, %v", log, strikes, r.Report, w.signedIn[whom], err)
		}
	})
}

// What is decided twice is written down twice and has its effect once: nobody is suspended anew, follows that end are over, and
// what is taken back twice stays taken back.
func TestDecisionsRepeat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		whom := w.people["member"]
		judge := func(m skein.Measure) {
			t.Helper()
			w.must(w.Judge(t.Context(), w.as("moderator"), moderation.Sentence{Account: whom, Measure: m}))
		}
		w.update(func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{Account: w.people["member2"], Target: whom, Accepted: true, URI: "https://elm.example/follow/1"})
			return err
		})
		for _, m := range []skein.Measure{skein.Limit, skein.Sensitize, skein.Suspend} {
			judge(m)
		}
		first := *w.account(whom)
		for _, m := range []skein.Measure{skein.Limit, skein.Sensitize, skein.Suspend} {
			judge(m)
		}
		if again := w.account(whom); !again.SuspendedAt.Equal(first.SuspendedAt) || !again.SilencedAt.Equal(first.SilencedAt) || !again.SensitizedAt.Equal(first.SensitizedAt) {
			t.Errorf("since when: %+v, then %+v", first, again)
		}
		for range 2 { // jobs run at least once
			w.must(w.EndFollows(t.Context(), skein.AccountSuspended{Site: w.site.ID, Account: whom}))
		}
		if n := w.account(w.people["member2"]).FollowingCount; n != 0 {
			t.Errorf("%d follows are counted after they ended", n)
		}
		list, err := w.EmailBlocks(t.Context(), w.as("admin"), social.Page{Limit: 10})
		if err != nil || len(list) != 1 || list[0].Hash != mail.Hash("member@mail.test") || list[0].Account != whom {
			t.Errorf("mailboxes: %+v %v", list, err)
		}
		for range 2 {
			_, err := w.Unsuspend(t.Context(), w.as("moderator"), whom)
			w.must(err)
		}
		log, strikes := w.trail(whom)
		if want := []string{"limit", "sensitize", "suspend", "limit", "sensitize", "suspend", "unsuspend", "unsuspend"}; !slices.Equal(log, want) || strikes != 6 {
			t.Errorf("%d strikes, log %v", strikes, log)
		}
		// The end of follows that comes late, after all was taken back, ends nothing.
		w.update(func(tx *store.Tx) error {
			_, err := tx.InsertFollow(&skein.Follow{Account: w.people["member2"], Target: whom, Accepted: true, URI: "https://elm.example/follow/2"})
			return err
		})
		w.must(w.EndFollows(t.Context(), skein.AccountSuspended{Site: w.site.ID, Account: whom}))
		if n := w.account(w.people["member2"]).FollowingCount; n != 1 {
			t.Errorf("a follow of somebody who is back ended: %d", n)
		}
		// A report that is closed already is not closed again.
		report := w.report(whom)
		for range 2 {
			_, err := w.Settle(t.Context(), w.as("moderator"), report, true)
			w.must(err)
		}
		if log, _ := w.trail(whom); len(log) != 9 {
			t.Errorf("settling twice is written down as %v", log[8:])
		}
	})
}

// Who waits is let in or turned away once; a role that changes hands takes what it was told with it.
func TestT152_PendingAndRoles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		newcomer := w.person(w.site.ID, "newcomer", skein.Member, time.Time{})
		for name, want := range map[string]skein.Kind{"member": skein.Denied, "member2": skein.Denied} {
			if _, err := w.Approve(t.Context(), w.as(name), newcomer); skein.KindOf(err) != want {
				t.Errorf("%s lets somebody in: %v", name, err)
			}
		}
		if _, err := w.Approve(t.Context(), w.as("moderator"), newcomer); err != nil {
			t.Error(err)
		}
		if _, err := w.Reject(t.Context(), w.as("moderator"), newcomer); skein.KindOf(err) != skein.Denied {
			t.Errorf("turned away after being let in: %v", err)
		}
		for _, role := range []skein.Role{skein.Owner, "emperor", ""} {
			if _, err := w.SetRole(t.Context(), w.operator, newcomer, role); err == nil {
				t.Errorf("somebody is made %q", role)
			}
		}
		if _, err := w.SetRole(t.Context(), w.as("admin"), w.people["admin2"], skein.Member); skein.KindOf(err) != skein.Denied {
			t.Errorf("an admin unmakes another: %v", err)
		}
		// In the moment of losing the role it is lost.
		if _, err := w.SetRole(t.Context(), w.as("owner"), w.people["admin"], skein.Member); err != nil {
			t.Fatal(err)
		}
		if err := w.Judge(t.Context(), w.as("admin"), moderation.Sentence{Account: newcomer, Measure: skein.Warn}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a former admin decides: %v", err)
		}
		if _, err := w.IPBlocks(t.Context(), w.as("moderator"), social.Page{Limit: 1}); skein.KindOf(err) != skein.Denied {
			t.Errorf("a moderator reads what only admins decide: %v", err)
		}
		if _, err := w.EmailDomains(t.Context(), w.stranger, social.Page{Limit: 1}); skein.KindOf(err) != skein.Denied {
			t.Errorf("another site's owner reads it: %v", err)
		}
	})
}
