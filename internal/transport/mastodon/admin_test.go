package mastodon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/moderation"
	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// with adds somebody with a role, and returns a token that may all.
func (w *town) with(s *skein.Site, name string, role skein.Role) (skein.ID, string) {
	w.t.Helper()
	id := w.person(s, name)
	w.must(w.db.Update(context.Background(), s.ID, func(tx *store.Tx) error { return tx.SetRole(id, role) }))
	return id, w.token(s, id)
}

// T152: for every route that looks after the site, each role: the one that may not is refused, whatever it asks for; for the
// one that may, what another site has is not there.
func TestT152_RolesByRoute(t *testing.T) {
	w := newTown(t)
	tokens := map[skein.Role]string{}
	for _, role := range skein.Roles {
		_, tokens[role] = w.with(w.site, "the_"+string(role), role)
	}
	foreign := w.person(w.other, "oskar").String()
	seen := 0
	for _, r := range Routes() {
		if strings.Contains(r.Path, "/admin/") != (r.Rights != 0) {
			t.Errorf("%s %s: rights %b", r.Method, r.Path, r.Rights)
		}
		if r.Rights == 0 {
			continue
		}
		seen++
		for _, s := range r.Scopes {
			if !strings.HasPrefix(s, "admin:") {
				t.Errorf("%s %s is open with the scope %s", r.Method, r.Path, s)
			}
		}
		for _, role := range skein.Roles {
			for _, id := range []string{"4242", foreign} {
				got := w.ask(w.site, r.Method, strings.Replace(filled(r), "4242", id, 1), tokens[role], `{}`)
				if !role.May(r.Rights) {
					if got.status != http.StatusForbidden || string(got.body) != `{"error":"This action is not allowed"}` {
						t.Errorf("%s %s as %s: %d %s", r.Method, r.Path, role, got.status, got.body)
					}
					continue
				}
				if got.status == http.StatusForbidden || got.status >= 500 || strings.Contains(r.Path, "{id}") && got.status != 404 && got.status != 422 && got.status != 400 {
					t.Errorf("%s %s as %s: %d %s", r.Method, r.Path, role, got.status, got.body)
				}
			}
		}
	}
	if seen < 18 {
		t.Errorf("%d routes ask for rights", seen)
	}
}

// act does something to an account as somebody who may.
func (w *town) act(want int, token string, id skein.ID, form url.Values) {
	w.t.Helper()
	if got := w.ask(w.site, "POST", "/api/v1/admin/accounts/"+id.String()+"/action", token, form); got.status != want || want == 200 && string(got.body) != "{}" {
		w.t.Fatalf("%v: got %d %s, want %d", form, got.status, got.body, want)
	}
}

func kind(s string) url.Values { return url.Values{"type": {s}} }

// T152: nobody decides about their equals or about who stands higher, the owner stays, and what was decided is written down.
func TestT152_NobodyDecidesAboutEquals(t *testing.T) {
	w := newTown(t)
	ids, tokens := map[skein.Role]skein.ID{}, map[skein.Role]string{}
	for _, role := range skein.Roles {
		ids[role], tokens[role] = w.with(w.site, "the_"+string(role), role)
	}
	second, _ := w.with(w.site, "second", skein.Moderator)
	for _, by := range skein.Roles[:3] {
		for _, about := range skein.Roles {
			for _, measure := range []string{"none", "disable", "sensitive", "silence", "suspend"} {
				if by == about || !by.Over(about) {
					w.act(403, tokens[by], ids[about], kind(measure))
				}
			}
			for _, undo := range []string{"enable", "unsilence", "unsuspend", "unsensitive", "approve", "reject"} {
				if !by.Over(about) {
					w.do(403, "POST", "/api/v1/admin/accounts/"+ids[about].String()+"/"+undo, tokens[by], nil)
				}
			}
		}
	}
	w.act(403, tokens[skein.Moderator], second, kind("silence"))
	w.act(200, tokens[skein.Admin], second, kind("silence"))
	w.act(200, tokens[skein.Moderator], ids[skein.Member], kind("sensitive"))
	w.act(403, tokens[skein.Owner], w.site.Actor, kind("suspend"))

	// Roles are given on the ladder too, and an owner is neither made nor unmade.
	ctx := context.Background()
	as := func(role skein.Role) skein.Viewer { return skein.Viewer{Site: w.site.ID, Account: ids[role]} }
	operator := skein.Viewer{Site: w.site.ID, Account: w.site.Actor}
	for _, c := range []struct {
		what string
		who  skein.Viewer
		whom skein.ID
		role skein.Role
		want skein.Kind
	}{
		{"a moderator makes an admin", as(skein.Moderator), ids[skein.Member], skein.Admin, skein.Denied},
		{"a moderator raises themselves", as(skein.Moderator), ids[skein.Moderator], skein.Admin, skein.Denied},
		{"an admin makes an admin", as(skein.Admin), ids[skein.Member], skein.Admin, skein.Denied},
		{"an admin unmakes the owner", as(skein.Admin), ids[skein.Owner], skein.Member, skein.Denied},
		{"an owner makes an owner", as(skein.Owner), ids[skein.Member], skein.Owner, skein.Denied},
		{"the operator unmakes the owner", operator, ids[skein.Owner], skein.Member, skein.Denied},
		{"a stranger", skein.Viewer{Site: w.site.ID}, ids[skein.Member], skein.Admin, skein.Unauthorized},
		{"somebody of another site", skein.Viewer{Site: w.other.ID, Account: ids[skein.Owner]}, ids[skein.Member], skein.Admin, skein.Denied},
	} {
		if _, err := w.api.Reports.SetRole(ctx, c.who, c.whom, c.role); skein.KindOf(err) != c.want {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if _, err := w.api.Reports.SetRole(ctx, as(skein.Admin), ids[skein.Member], skein.Moderator); err != nil {
		t.Error(err)
	}
	log, err := w.api.Reports.AuditLog(ctx, operator, social.Page{Limit: 50})
	w.must(err)
	var got []string
	for _, d := range log {
		got = append(got, fmt.Sprint(d.By == ids[skein.Admin], " ", d.Action, " ", d.Name, " ", d.Target == second))
	}
	want := []string{"true role the_member false", "false sensitize the_member false", "true limit second true"}
	if !slices.Equal(got, want) {
		t.Errorf("the audit log says %q, want %q", got, want)
	}
	if _, err := w.api.Reports.AuditLog(ctx, skein.Viewer{Site: w.site.ID, Account: w.person(w.site, "nosy")}, social.Page{Limit: 50}); skein.KindOf(err) != skein.Denied {
		t.Errorf("a member reads the audit log: %v", err)
	}
}

// T140: somebody who is locked out or suspended is signed out that moment.
func TestT140_MeasuresSignOut(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	for _, measure := range []string{"disable", "suspend"} {
		ann := w.person(w.site, "ann_"+measure)
		token, cookie := w.token(w.site, ann), w.session(w.site, ann)
		live := w.hub.Subscribe(social.TopicAccess(ann))
		w.act(200, mod, ann, kind(measure))
		if got := w.get("/api/v1/accounts/verify_credentials", token); got.status != 401 {
			t.Errorf("%s: the token still works: %d", measure, got.status)
		}
		if got := w.ask(w.site, "GET", "/api/v1/accounts/verify_credentials", "", nil, "Cookie", cookie); got.status != 401 {
			t.Errorf("%s: the session still works: %d", measure, got.status)
		}
		select {
		case <-live.C():
		case <-time.After(2 * time.Second):
			t.Errorf("%s: open streams are not told", measure)
		}
		if _, err := w.api.Identity.Begin(context.Background(), w.site.ID, ann, identity.Browser{Agent: "", Address: ""}); skein.KindOf(err) != skein.Denied {
			t.Errorf("%s: they sign in again: %v", measure, err)
		}
		undo := map[string]string{"disable": "enable", "suspend": "unsuspend"}[measure]
		if got := w.do(200, "POST", "/api/v1/admin/accounts/"+ann.String()+"/"+undo, mod, nil); got["disabled"] != false || got["suspended"] != false {
			t.Errorf("%s: %v", undo, got)
		}
		if _, err := w.api.Identity.Begin(context.Background(), w.site.ID, ann, identity.Browser{Agent: "", Address: ""}); err != nil {
			t.Errorf("after %s: %v", undo, err)
		}
	}
}

// Sensitive, limited, suspended: each with what it does, and taken back (T177). Follows do not come back (T182).
func TestT177_T182_MeasuresAndTheirEnd(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	ann, bob, cat := w.person(w.site, "ann"), w.person(w.site, "bob"), w.person(w.site, "cat")
	at, bt, ct := w.token(w.site, ann), w.token(w.site, bob), w.token(w.site, cat)
	w.do(200, "POST", "/api/v1/accounts/"+ann.String()+"/follow", bt, nil)
	w.do(200, "POST", "/api/v1/accounts/"+cat.String()+"/follow", at, nil)
	id := w.do(200, "POST", "/api/v1/statuses", at, `{"status":"hello"}`)["id"].(string)
	path := "/api/v1/statuses/" + id
	public := func() int { list, _ := w.list("/api/v1/timelines/public", ct); return len(list) }
	undo := func(what string) map[string]any {
		t.Helper()
		return w.do(200, "POST", "/api/v1/admin/accounts/"+ann.String()+"/"+what, mod, nil)
	}

	w.act(200, mod, ann, kind("sensitive"))
	if w.get(path, ct).object(t)["sensitive"] != true || w.get(path, "").object(t)["sensitive"] != true || w.get(path, at).object(t)["sensitive"] != false {
		t.Error("what somebody posts is not shown as sensitive to others, or is to them")
	}
	if got := undo("unsensitive"); got["sensitized"] != false || w.get(path, ct).object(t)["sensitive"] != false {
		t.Errorf("unsensitive: %v", got)
	}

	w.act(200, mod, ann, kind("silence"))
	if public() != 0 || w.get(path, ct).status != 200 {
		t.Error("a limited account is shown to strangers in lists, or not when it is asked for by name")
	}
	if list, _ := w.list("/api/v1/timelines/public", bt); len(list) != 1 {
		t.Error("a limited account is not shown to its followers")
	}
	if got := undo("unsilence"); got["silenced"] != false || public() != 1 {
		t.Errorf("unsilence: %v", got)
	}

	w.act(200, mod, ann, kind("suspend"))
	for _, token := range []string{"", bt, ct, mod} {
		if got := w.get(path, token); got.status != 404 {
			t.Errorf("a post of a suspended account: %d", got.status)
		}
		if got := w.get("/api/v1/accounts/"+ann.String(), token).object(t); got["suspended"] != true || got["display_name"] != "" {
			t.Errorf("a suspended account is shown as %v", got)
		}
	}
	if public() != 0 {
		t.Error("a suspended account stands in the public timeline")
	}
	follows := func() (n int) {
		for _, of := range []skein.ID{bob, cat} {
			w.must(w.db.View(context.Background(), w.site.ID, func(tx *store.Tx) error {
				list, err := tx.FollowsOf(of, "", 10)
				n += len(list)
				return err
			}))
		}
		return n
	}
	w.wait("follows end", func() bool { return follows() == 0 })
	if got := undo("unsuspend"); got["suspended"] != false || w.get(path, ct).status != 200 || public() != 1 {
		t.Errorf("unsuspend: %v", got)
	}
	if n := follows(); n != 0 {
		t.Errorf("%d follows came back", n)
	}

	// Only what is suspended can be removed for good, and that is not taken back; the name stays taken.
	_, admin := w.with(w.site, "ada", skein.Admin)
	w.do(403, "DELETE", "/api/v1/admin/accounts/"+ann.String(), admin, nil)
	w.act(200, mod, ann, kind("suspend"))
	w.do(403, "DELETE", "/api/v1/admin/accounts/"+ann.String(), mod, nil)
	w.do(200, "DELETE", "/api/v1/admin/accounts/"+ann.String(), admin, nil)
	w.do(403, "POST", "/api/v1/admin/accounts/"+ann.String()+"/unsuspend", admin, nil)
	if got := w.do(200, "GET", "/api/v1/admin/accounts/"+ann.String(), admin, nil); got["suspended"] != true || got["email"] != nil {
		t.Errorf("what is left: %v", got)
	}
	w.must(w.db.View(context.Background(), w.site.ID, func(tx *store.Tx) error {
		if taken, err := tx.NameTaken("ann", "ann"); err != nil || !taken {
			t.Errorf("the name is free: %v", err)
		}
		return nil
	}))
}

// wait lets jobs be done.
func (w *town) wait(what string, done func() bool) {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s: not in 5 seconds", what)
		}
	}
}

// What is wrong with a decision is refused, and changes nothing.
func TestBadDecisions(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	r := w.do(200, "POST", "/api/v1/reports", w.token(w.site, ann), fmt.Sprintf(`{"account_id":"%d"}`, bob))
	for _, c := range []struct {
		want int
		form url.Values
	}{
		{422, nil},
		{422, kind("explode")},
		{422, url.Values{"type": {"none"}, "text": {strings.Repeat("x", 5001)}}},
		{404, url.Values{"type": {"none"}, "report_id": {"4242"}}},
		{404, url.Values{"type": {"none"}, "report_id": {r["id"].(string)}}}, // about somebody else
		{404, url.Values{"type": {"none"}, "warning_preset_id": {"1"}}},
	} {
		w.act(c.want, mod, ann, c.form)
	}
	list, err := w.api.Reports.Strikes(context.Background(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, ann, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("strikes: %v %v", list, err)
	}
}

// Reports from being made to being settled.
func TestReportsAreSettled(t *testing.T) {
	w := newTown(t)
	mona, mod := w.with(w.site, "mona", skein.Moderator)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	at, bt := w.token(w.site, ann), w.token(w.site, bob)
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
		s, err := tx.SiteRow()
		if err != nil {
			return err
		}
		s.Rules = []string{"Be kind.", "No spam."}
		return tx.UpdateSite(s)
	}))
	site, err := w.api.Sites.ByID(context.Background(), w.site.ID)
	w.must(err)
	w.site = site
	var posts []string
	for _, text := range []string{"buy this", "and that"} {
		posts = append(posts, w.do(200, "POST", "/api/v1/statuses", bt, fmt.Sprintf(`{"status":"@ann %s","visibility":"direct"}`, text))["id"].(string))
	}
	body := fmt.Sprintf(`{"account_id":"%d","status_ids":["%s"],"comment":"spam"}`, bob, posts[0])
	var ids []string
	for range 3 {
		ids = append(ids, w.do(200, "POST", "/api/v1/reports", at, body)["id"].(string))
	}
	list, header := w.list("/api/v1/admin/reports?limit=2", mod)
	if len(list) != 2 || list[0]["id"] != ids[2] || !strings.Contains(header.Get("Link"), "max_id="+ids[1]) {
		t.Fatalf("reports: %v %v", list, header["Link"])
	}
	// Of what was said in private the moderators see what was reported, and no more (T168).
	got := list[0]
	if shown := got["statuses"].([]any); len(shown) != 1 || shown[0].(map[string]any)["id"] != posts[0] {
		t.Errorf("shown: %v", got["statuses"])
	}
	if w.get("/api/v1/statuses/"+posts[0], mod).status != 404 {
		t.Error("a moderator reads a direct post without a report")
	}
	path := "/api/v1/admin/reports/" + ids[0]
	if got := w.do(200, "POST", path+"/assign_to_self", mod, nil); got["assigned_account"].(map[string]any)["id"] != mona.String() {
		t.Errorf("assigned: %v", got["assigned_account"])
	}
	if got := w.do(200, "POST", path+"/unassign", mod, nil); got["assigned_account"] != nil {
		t.Errorf("unassigned: %v", got["assigned_account"])
	}
	w.do(422, "PUT", path, mod, `{"category":"boring"}`)
	w.do(422, "PUT", path, mod, `{"category":"violation","rule_ids":["7"]}`)
	if got := w.do(200, "PUT", path, mod, `{"category":"violation","rule_ids":["2"]}`); got["category"] != "violation" ||
		got["rules"].([]any)[0].(map[string]any)["text"] != "No spam." {
		t.Errorf("recategorized: %v", got)
	}
	if got := w.do(200, "PUT", path, mod, `{"category":"spam"}`); got["category"] != "spam" || len(got["rules"].([]any)) != 0 {
		t.Errorf("recategorized: %v", got)
	}
	if got := w.do(200, "POST", path+"/resolve", mod, nil); got["action_taken"] != true || got["action_taken_by_account"].(map[string]any)["id"] != mona.String() {
		t.Errorf("resolved: %v", got)
	}
	if got := w.do(200, "POST", path+"/reopen", mod, nil); got["action_taken"] != false || got["action_taken_at"] != nil || got["action_taken_by_account"] != nil {
		t.Errorf("reopened: %v", got)
	}
	// A warning settles its report, anything else all about the account.
	w.act(200, mod, bob, url.Values{"type": {"none"}, "report_id": {ids[0]}, "text": {"Stop that."}})
	count := func(q string) int { l, _ := w.list("/api/v1/admin/reports?"+q, mod); return len(l) }
	if count("") != 2 || count("resolved=true") != 1 || count("resolved=true&unresolved=true") != 3 || count("target_account_id="+ann.String()) != 0 ||
		count("account_id="+ann.String()) != 2 {
		t.Error("a warning settles one report")
	}
	w.act(200, mod, bob, url.Values{"type": {"silence"}, "report_id": {ids[1]}})
	if count("") != 0 {
		t.Error("a measure settles all reports about the account")
	}
	strikes, err := w.api.Reports.Strikes(context.Background(), skein.Viewer{Site: w.site.ID, Account: mona}, bob, 10)
	if err != nil || len(strikes) != 2 || strikes[1].Text != "Stop that." || strikes[1].Posts[0].String() != posts[0] || strikes[0].Measure != skein.Limit {
		t.Errorf("strikes: %+v %v", strikes, err)
	}
	told, _ := w.list("/api/v1/notifications?types[]=moderation_warning", bt)
	if len(told) != 2 || told[1]["moderation_warning"].(map[string]any)["action"] != "none" || told[1]["moderation_warning"].(map[string]any)["text"] != "Stop that." ||
		told[0]["moderation_warning"].(map[string]any)["action"] != "silence" {
		t.Errorf("told: %v", told)
	}
	if w.get("/api/v1/statuses/"+posts[1], mod).status != 404 {
		t.Error("a moderator reads what was not reported")
	}
}

// Every field of the entities is there (mastodon-api.md 4.31), for ours and for a peer's.
func TestAdminEntities(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	ann := w.person(w.site, "ann")
	w.session(w.site, ann)
	r := w.do(200, "POST", "/api/v1/reports", mod, fmt.Sprintf(`{"account_id":"%d"}`, ann))
	var far skein.ID
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
		a := &skein.Account{Kind: skein.Person, Username: "far", Domain: "pine.example", URI: "https://pine.example/far", Inbox: "https://pine.example/in"}
		err := tx.InsertAccount(a)
		far = a.ID
		return err
	}))
	keys := func(what string, m map[string]any, want string) {
		t.Helper()
		var got []string
		for k := range m {
			got = append(got, k)
		}
		slices.Sort(got)
		fields := strings.Fields(want)
		slices.Sort(fields)
		if !slices.Equal(got, fields) {
			t.Errorf("%s has %v, want %v", what, got, fields)
		}
	}
	const account = `id username domain created_at email ip ips locale invite_request role confirmed approved disabled sensitized silenced
		suspended account`
	local := w.do(200, "GET", "/api/v1/admin/accounts/"+ann.String(), mod, nil)
	keys("a local account", local, account)
	if local["email"] != "ann@mail.example" || local["ip"] != "192.0.2.1" || local["confirmed"] != true || local["approved"] != true || local["domain"] != nil ||
		local["role"].(map[string]any)["id"] != "-99" || local["account"].(map[string]any)["id"] != ann.String() {
		t.Errorf("a local account is %v", local)
	}
	keys("an address", local["ips"].([]any)[0].(map[string]any), "ip used_at")
	remote := w.do(200, "GET", "/api/v1/admin/accounts/"+far.String(), mod, nil)
	keys("a peer's account", remote, account)
	if remote["email"] != nil || remote["ip"] != nil || remote["role"] != nil || remote["locale"] != nil || remote["confirmed"] != false || remote["domain"] != "pine.example" {
		t.Errorf("a peer's account is %v", remote)
	}
	keys("a report", w.do(200, "GET", "/api/v1/admin/reports/"+r["id"].(string), mod, nil), `id action_taken action_taken_at category comment
		forwarded created_at updated_at account target_account assigned_account action_taken_by_account statuses rules`)
}

// The filters of both versions, each by itself; and what people type is no pattern and no SQL (T152).
func TestT152_AccountFilters(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	w.add(w.site, "wanda", time.Time{})
	w.session(w.site, ann)
	w.act(200, mod, bob, kind("suspend"))
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
		return tx.InsertAccount(&skein.Account{Kind: skein.Person, Username: "far", DisplayName: "Far Away", Domain: "pine.example", URI: "https://pine.example/far"})
	}))
	for path, want := range map[string]string{
		"v1/admin/accounts":                              "ann mona wanda",
		"v1/admin/accounts?remote=true":                  "far",
		"v1/admin/accounts?suspended=true":               "bob",
		"v1/admin/accounts?pending=true":                 "wanda",
		"v1/admin/accounts?staff=true":                   "mona",
		"v1/admin/accounts?username=AN":                  "ann",
		"v1/admin/accounts?username=%25":                 "",
		"v1/admin/accounts?username=_nn":                 "",
		"v1/admin/accounts?email=ann%40mail":             "ann",
		"v1/admin/accounts?email='%20OR%201=1--":         "",
		"v1/admin/accounts?ip=192.0.2.1":                 "ann",
		"v1/admin/accounts?ip=192.0.2.0/24":              "ann",
		"v1/admin/accounts?ip=192.0.3.0/24":              "",
		"v2/admin/accounts":                              "ann bob far mona wanda",
		"v2/admin/accounts?origin=remote":                "far",
		"v2/admin/accounts?origin=local&status=active":   "ann mona wanda",
		"v2/admin/accounts?status=suspended":             "bob",
		"v2/admin/accounts?permissions=staff":            "mona",
		"v2/admin/accounts?role_ids[]=1":                 "mona",
		"v2/admin/accounts?role_ids[]=17":                "",
		"v2/admin/accounts?display_name=far":             "far",
		"v2/admin/accounts?by_domain=pine.example":       "far",
		"v2/admin/accounts?by_domain=PINE.example":       "far",
		"v2/admin/accounts?by_domain=not%20a%20domain":   "",
		"v2/admin/accounts?invited_by=" + ann.String():   "",
		"v2/admin/accounts?status=disabled&origin=local": "",
	} {
		list, _ := w.list("/api/"+path, mod)
		var names []string
		for _, a := range list {
			names = append(names, a["username"].(string))
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"v1/admin/accounts?ip=here", "v2/admin/accounts?origin=mars", "v2/admin/accounts?status=sleepy", "v2/admin/accounts?permissions=all"} {
		w.do(422, "GET", "/api/"+path, mod, nil)
	}
	list, header := w.list("/api/v2/admin/accounts?limit=2", mod)
	next, _ := w.list("/api/v2/admin/accounts?limit=2&max_id="+list[1]["id"].(string), mod)
	if !strings.Contains(header.Get("Link"), `rel="next"`) || len(next) != 2 || next[0]["id"] == list[1]["id"] {
		t.Errorf("pages: %v, %v", header["Link"], next)
	}
}

// Who waits to be let in is let in or turned away, once.
func TestSignUpsAreDecided(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	wanda, wim, ann := w.add(w.site, "wanda", time.Time{}), w.add(w.site, "wim", time.Time{}), w.person(w.site, "ann")
	decide := func(want int, id skein.ID, what string) map[string]any {
		t.Helper()
		return w.do(want, "POST", "/api/v1/admin/accounts/"+id.String()+"/"+what, mod, nil)
	}
	if got := decide(200, wanda, "approve"); got["approved"] != true {
		t.Errorf("approved: %v", got)
	}
	decide(403, wanda, "approve")
	decide(403, ann, "reject")
	if got := decide(200, wim, "reject"); got["username"] != "wim" || got["approved"] != false {
		t.Errorf("rejected: %v", got)
	}
	w.do(404, "GET", "/api/v1/admin/accounts/"+wim.String(), mod, nil)
	if _, err := w.api.Reports.Approve(context.Background(), skein.Viewer{Site: w.other.ID, Account: w.other.Actor}, wanda); skein.KindOf(err) != skein.NotFound {
		t.Errorf("decided from another site: %v", err)
	}
	if _, err := w.api.Reports.People(context.Background(), skein.Viewer{Site: w.site.ID, Account: ann}, moderation.PeopleFilter{}, social.Page{Limit: 1}); skein.KindOf(err) != skein.Denied {
		t.Errorf("a member reads the list: %v", err)
	}
}

// mastodon-api.md 4.13: who lets people in hears that somebody joined, and nobody else does.
func TestStaffHearsOfSignUps(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	_, member := w.with(w.site, "mia", skein.Member)
	dora := w.add(w.site, "dora", time.Time{}) // waits to be let in
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.Emit(skein.SignedUp{Site: w.site.ID, Account: dora}) }))
	w.calm()
	list, _ := w.list("/api/v1/notifications", mod)
	if len(list) != 1 || list[0]["type"] != "admin.sign_up" || list[0]["account"].(map[string]any)["id"] != dora.String() {
		t.Errorf("a moderator hears %v", list)
	}
	if list, _ := w.list("/api/v1/notifications", member); len(list) != 0 {
		t.Errorf("a member hears %v", list)
	}
}
