package fedtest

import (
	"encoding/json"
	"strings"
	"testing"

	"skein/internal/core/moderation"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// reports are the open reports of a site.
func (n *Net) reports(domain string) []*skein.Report {
	n.t.Helper()
	list, err := n.Server.Reports.Reports(n.t.Context(), n.operator(domain), moderation.ReportFilter{Open: true}, social.Page{Limit: 40})
	if err != nil {
		n.t.Fatal(err)
	}
	var rows []*skein.Report
	for _, o := range list {
		rows = append(rows, o.Report)
	}
	return rows
}

// operator is who runs a site, on the command line.
func (n *Net) operator(domain string) skein.Viewer {
	return skein.Viewer{Site: n.Sites[domain].ID, Account: n.Sites[domain].Actor}
}

// Somebody reports a post of another site: the moderators of their own site see all of it, and so do those of the other one
// when it is forwarded; but those learn from no word who reported (T178).
func TestT178_ForwardedReportsTellNoNames(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, mod := n.Person("annabel", "elm.example"), n.Moderator("mona", "elm.example")
		bob, far := n.Person("bob", "oak.example"), n.Moderator("farmod", "oak.example")
		ann.Follow(bob)
		post, direct := bob.Post("something bad", "public"), bob.Post("nothing to see", "direct")
		n.Settle()
		here := At(ann.Timeline("/api/v1/timelines/home")[0], "id").(string)
		target := ann.Find("bob@oak.example")
		body := `{"account_id":"` + target + `","status_ids":["` + here + `","` + direct + `"],"comment":"look at this","forward":true}`
		got := ann.Do("POST", "/api/v1/reports", body)
		if At(got, "category") != "other" || At(got, "forwarded") != true || At(got, "status_ids", 0) != here || At(got, "status_ids", 1) != nil ||
			At(got, "target_account", "acct") != "bob@oak.example" {
			t.Errorf("answered %v", got)
		}
		n.Settle()
		for _, m := range []*Person{mod, far} {
			list := m.Do("GET", "/api/v1/notifications?types[]=admin.report", "").([]any)
			if len(list) != 1 || At(list[0], "report", "comment") != "look at this" {
				t.Fatalf("%s is told %v", m.Name, list)
			}
			if grouped := m.Do("GET", "/api/v2/notifications?types[]=admin.report", ""); At(grouped, "notification_groups", 0, "report", "id") == nil {
				t.Errorf("%s: grouped without the report: %v", m.Name, grouped)
			}
		}
		if list := bob.Do("GET", "/api/v1/notifications", "").([]any); len(list) != 1 { // the follow
			t.Errorf("who is reported hears of it: %v", list)
		}
		there := n.reports("oak.example")
		if len(there) != 1 || len(there[0].Posts) != 1 || there[0].Posts[0].String() != post {
			t.Fatalf("arrived: %+v", there)
		}
		opened, err := n.Server.Reports.Open(t.Context(), n.operator("oak.example"), there[0].ID)
		if err != nil || opened.Reporter.Account.Kind != skein.Application {
			t.Errorf("the sender is %+v, %v", opened, err)
		}
		if b, _ := json.Marshal(opened.Report); strings.Contains(string(b), "annabel") || strings.Contains(string(b), ann.ID) {
			t.Errorf("it tells who reported: %s", b)
		}
		// Without a tick nothing leaves.
		ann.Do("POST", "/api/v1/reports", `{"account_id":"`+target+`","comment":"again","rule_ids":[]}`)
		n.Settle()
		if len(n.reports("oak.example")) != 1 || len(n.reports("elm.example")) != 2 {
			t.Error("a report left that was not to")
		}
		// What is wrong is refused, and what the reporter cannot see is not there.
		for body, want := range map[string]int{
			`{}`:                              404,
			`{"account_id":"4242"}`:           404,
			`{"account_id":"` + bob.ID + `"}`: 404, // another site's name for them
			`{"account_id":"` + target + `","category":"dislike"}`:                          422,
			`{"account_id":"` + target + `","category":"violation","rule_ids":["7"]}`:       422,
			`{"account_id":"` + target + `","comment":"` + strings.Repeat("x", 1001) + `"}`: 422,
		} {
			if status, v := ann.Try("POST", "/api/v1/reports", body); status != want {
				t.Errorf("%.80s: %d %v, want %d", body, status, v, want)
			}
		}
		if _, err := n.Server.Reports.Settle(t.Context(), n.operator("elm.example"), there[0].ID, true); skein.KindOf(err) != skein.NotFound {
			t.Errorf("a report of another site is resolved: %v", err)
		}
		if _, err := n.Server.Reports.Settle(t.Context(), n.operator("oak.example"), there[0].ID, true); err != nil || len(n.reports("oak.example")) != 0 {
			t.Errorf("resolved: %v", err)
		}
		// Who is no moderator any more reads none.
		if err := n.Server.DB.Update(t.Context(), mod.Site.ID, func(tx *store.Tx) error {
			p, err := tx.Person(mod.viewer().Account)
			if err != nil {
				return err
			}
			p.Role = skein.Member
			return tx.UpdatePerson(&p.User, p.Email)
		}); err != nil {
			t.Fatal(err)
		}
		if list := mod.Do("GET", "/api/v1/notifications?types[]=admin.report", "").([]any); len(list) != 0 {
			t.Errorf("a former moderator reads %v", list)
		}
	})
}

// T178: a site may keep its people's blocks to itself.
func TestT178_BlocksStayAtHome(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
		ann.Follow(bob)
		bob.Follow(ann)
		off := false
		if _, err := n.Server.Sites.Update(t.Context(), ann.Site.ID, site.Settings{FederateBlocks: &off}); err != nil {
			t.Fatal(err)
		}
		blocked := func() any {
			at := bob.Do("GET", "/api/v1/accounts/relationships?id[]="+bob.Find("ann@elm.example"), "")
			return At(at, 0, "blocked_by")
		}
		id := ann.Find("bob@oak.example")
		bob.Find("ann@elm.example")
		ann.Do("POST", "/api/v1/accounts/"+id+"/block", "")
		n.Settle()
		if blocked() != false {
			t.Error("the block was told though the site keeps it")
		}
		ann.Do("POST", "/api/v1/accounts/"+id+"/unblock", "")
		on := true
		if _, err := n.Server.Sites.Update(t.Context(), ann.Site.ID, site.Settings{FederateBlocks: &on}); err != nil {
			t.Fatal(err)
		}
		ann.Do("POST", "/api/v1/accounts/"+id+"/block", "")
		n.Settle()
		if got := At(bob.Do("GET", "/api/v1/accounts/relationships?id[]="+findByURI(t, bob, ann), ""), 0, "blocked_by"); got != true {
			t.Error("the block was not told")
		}
	})
}

// findByURI is the ID under which somebody's site knows another, whoever blocks whom.
func findByURI(t *testing.T, p, other *Person) (id string) {
	t.Helper()
	err := p.Net.Server.DB.View(t.Context(), p.Site.ID, func(tx *store.Tx) error {
		a, err := tx.AccountByURI(other.Site.URL("/ap/users/" + other.ID))
		if err == nil {
			id = a.ID.String()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
