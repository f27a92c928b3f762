package mastodon

import (
	"context"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// foreign finds what another site has with somebody who may do everything there: nothing.
func (w *town) foreign(path string) {
	w.t.Helper()
	if w.tokens["foreign"] == "" {
		_, w.tokens["foreign"] = w.with(w.other, "oona", skein.Owner)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if got := w.ask(w.other, method, path, w.tokens["foreign"], nil); got.status != 404 {
			w.t.Errorf("%s %s from another site: %d %s", method, path, got.status, got.body)
		}
	}
}

// deeds are the newest lines of the audit log.
func (w *town) deeds(n int) string {
	w.t.Helper()
	log, err := w.api.Reports.AuditLog(context.Background(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, social.Page{Limit: n})
	w.must(err)
	var out []string
	for _, d := range log {
		out = append(out, d.Action+" "+d.Kind+" "+d.Name+" "+d.Detail)
	}
	return strings.Join(out, "; ")
}

// Providers of mail are blocked, listed with who tried, and freed again.
func TestAdminEmailDomainBlocks(t *testing.T) {
	w := newTown(t)
	_, admin := w.with(w.site, "ada", skein.Admin)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	const path = "/api/v1/admin/email_domain_blocks"
	w.do(403, "POST", path, mod, `{"domain":"trash.test"}`)
	b := w.do(200, "POST", path, admin, `{"domain":" @TRÄSH.test "}`)
	id := b["id"].(string)
	if b["domain"] != "xn--trsh-moa.test" || b["allow_with_approval"] != false || len(b["history"].([]any)) != 7 {
		t.Errorf("made: %v", b)
	}
	w.do(422, "POST", path, admin, `{"domain":"träsh.test"}`)
	for _, bad := range []string{`{}`, `{"domain":""}`, `{"domain":"no domain"}`, `{"domain":"192.0.2.1"}`, `{"domain":"trash.test:99"}`, `{"domain":"trash"}`, `{"domain":["a"]}`} {
		w.do(422, "POST", path, admin, bad)
	}
	wait := w.do(200, "POST", path, admin, `{"domain":"slow.test","allow_with_approval":"true"}`)
	if wait["allow_with_approval"] != true {
		t.Errorf("with approval: %v", wait)
	}
	app := w.token(w.site, 0)
	sign := func(want int, name, email string) map[string]any {
		t.Helper()
		return w.do(want, "POST", "/api/v1/accounts", app, `{"username":"`+name+`","email":"`+email+`","password":"correct horse","agreement":true,"locale":"en"}`)
	}
	got := sign(422, "bo", "bo@mail.xn--trsh-moa.test")
	if details, _ := got["details"].(map[string]any); details["email"].([]any)[0].(map[string]any)["error"] != "ERR_BLOCKED" {
		t.Errorf("refused with %v", got)
	}
	sign(200, "bo", "bo@slow.test")
	pending, _ := w.list("/api/v2/admin/accounts?status=pending", mod)
	if len(pending) != 1 || pending[0]["username"] != "bo" {
		t.Errorf("who waits: %v", pending)
	}
	list, header := w.list(path+"?limit=1", admin)
	if len(list) != 1 || list[0]["domain"] != "slow.test" || !strings.Contains(header.Get("Link"), "max_id="+list[0]["id"].(string)) {
		t.Errorf("listed: %v %v", list, header["Link"])
	}
	b = w.do(200, "GET", path+"/"+id, admin, nil)
	today, before := b["history"].([]any)[0].(map[string]any), b["history"].([]any)[1].(map[string]any)
	if today["uses"] != "1" || today["accounts"] != "1" || before["uses"] != "0" || len(today["day"].(string)) != 10 {
		t.Errorf("who tried: %v", b["history"])
	}
	w.foreign(path + "/" + id)
	w.do(200, "DELETE", path+"/"+id, admin, nil)
	w.do(404, "DELETE", path+"/"+id, admin, nil)
	sign(200, "cy", "cy@mail.xn--trsh-moa.test")
	if got, want := w.deeds(3), "unblock email_domain xn--trsh-moa.test ; block email_domain slow.test approval; block email_domain xn--trsh-moa.test "; got != want {
		t.Errorf("the audit log: %s, want %s", got, want)
	}
}

// Parts of the network are blocked, in one form whatever was typed, for a time; and nobody shuts out themselves.
func TestAdminIPBlocks(t *testing.T) {
	w := newTown(t)
	_, admin := w.with(w.site, "ada", skein.Admin)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	const path = "/api/v1/admin/ip_blocks"
	w.do(403, "POST", path, mod, `{"ip":"198.51.100.7","severity":"no_access"}`)
	b := w.do(200, "POST", path, admin, `{"ip":"198.51.100.7/24","severity":"sign_up_block","comment":" bots ","expires_in":"3600"}`)
	id := b["id"].(string)
	if b["ip"] != "198.51.100.0/24" || b["severity"] != "sign_up_block" || b["comment"] != "bots" || b["expires_at"] == nil {
		t.Errorf("made: %v", b)
	}
	for body, field := range map[string]string{
		`{"ip":"198.51.100.0/24","severity":"no_access"}`:            "ip", // taken
		`{"severity":"no_access"}`:                                   "ip",
		`{"ip":"192.0.2.7"}`:                                         "severity",
		`{"ip":"192.0.2.7","severity":"harsh"}`:                      "severity",
		`{"ip":"203.0.113.1","severity":"no_access","expires_in":0}`: "expires_in",
		`{"ip":"203.0.113.1","severity":"no_access","comment":"` + strings.Repeat("x", 501) + `"}`: "comment",
		`{"ip":"0.0.0.0/0","severity":"no_access"}`:                                                "ip",
		`{"ip":"::/0","severity":"no_access"}`:                                                     "ip",
		`{"ip":"192.0.2.0/24","severity":"no_access"}`:                                             "ip", // where the test asks from
		`{"ip":"::ffff:192.0.2.1","severity":"no_access"}`:                                         "ip",
	} {
		got := w.do(422, "POST", path, admin, body)
		if details, _ := got["details"].(map[string]any); details[field] == nil {
			t.Errorf("%.80s: %v", body, got)
		}
	}
	w.do(422, "POST", path, admin, `{"ip":"here","severity":"no_access"}`)
	w.do(422, "POST", path, admin, `{"ip":"203.0.113.1","severity":"no_access","expires_in":"soon"}`)
	own := w.do(200, "POST", path, admin, `{"ip":"192.0.2.0/24","severity":"sign_up_requires_approval"}`)
	w.do(422, "PUT", path+"/"+own["id"].(string), admin, `{"severity":"no_access"}`)
	if got := w.do(200, "GET", path+"/"+own["id"].(string), admin, nil); got["severity"] != "sign_up_requires_approval" {
		t.Errorf("changed though it was refused: %v", got)
	}
	w.do(422, "PUT", path+"/"+own["id"].(string), admin, `{"ip":"198.51.100.0/24"}`)
	if b = w.do(200, "PUT", path+"/"+id, admin, `{"severity":"no_access","expires_in":""}`); b["severity"] != "no_access" || b["expires_at"] != nil || b["comment"] != "bots" || b["id"] != id {
		t.Errorf("changed: %v", b)
	}
	six := w.do(200, "POST", path, admin, `{"ip":"2001:db8:1::5/48","severity":"no_access"}`)
	if six["ip"] != "2001:db8:1::/48" {
		t.Errorf("IPv6: %v", six)
	}
	rules, err := w.api.Reports.IPRules(context.Background(), w.site.ID)
	w.must(err)
	if again, err := w.api.Reports.IPRules(context.Background(), w.site.ID); err != nil || again != rules {
		t.Error("the rules are read anew for each request")
	}
	w.foreign(path + "/" + id)
	w.do(200, "DELETE", path+"/"+id, admin, nil)
	if again, err := w.api.Reports.IPRules(context.Background(), w.site.ID); err != nil || again == rules {
		t.Error("what was decided does not count at once")
	}
	list, _ := w.list(path, admin)
	if len(list) != 2 || list[0]["id"] != six["id"] {
		t.Errorf("listed: %v", list)
	}
	if got, want := w.deeds(2), "unblock ip 198.51.100.0/24 no access; block ip 2001:db8:1::/48 no access"; got != want {
		t.Errorf("the audit log: %s, want %s", got, want)
	}
}

// Mailboxes are blocked by hand and with a suspension (T181), found however they are spelt, and never shown.
func TestT181_AdminCanonicalEmailBlocks(t *testing.T) {
	w := newTown(t)
	ada, admin := w.with(w.site, "ada", skein.Admin)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	const path = "/api/v1/admin/canonical_email_blocks"
	const hash = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b" // of test@example.com
	w.do(403, "POST", path, mod, `{"email":"test@example.com"}`)
	b := w.do(200, "POST", path, admin, `{"email":"T.est+1@Example.com"}`)
	id := b["id"].(string)
	if b["canonical_email_hash"] != hash {
		t.Errorf("made: %v", b)
	}
	for _, bad := range []string{`{"email":"test@example.com"}`, `{"canonical_email_hash":"` + hash + `"}`, `{}`, `{"email":"nobody"}`, `{"canonical_email_hash":"abc"}`} {
		w.do(422, "POST", path, admin, bad)
	}
	other := w.do(200, "POST", path, admin, `{"canonical_email_hash":"`+strings.ToUpper(strings.Repeat("0a", 32))+`"}`)
	if other["canonical_email_hash"] != strings.Repeat("0a", 32) {
		t.Errorf("by its hash: %v", other)
	}
	// To look whether an address is blocked is to read (mastodon-api.md 3.19).
	test := func(token, email string) int {
		t.Helper()
		got := w.ask(w.site, "POST", path+"/test", token, `{"email":"`+email+`"}`)
		if got.status != 200 {
			return -got.status
		}
		var list []any
		got.json(t, &list)
		return len(list)
	}
	if n := test(w.token(w.site, ada, "admin:read:canonical_email_blocks"), "te.st@example.com"); n != 1 {
		t.Errorf("tested with the scope to read: %d", n)
	}
	if n := test(w.token(w.site, ada, "admin:write:canonical_email_blocks"), "te.st@example.com"); n != -403 {
		t.Errorf("tested with the scope to write: %d", n)
	}
	w.do(400, "POST", path+"/test", admin, `{}`)
	w.foreign(path + "/" + id)
	w.do(200, "DELETE", path+"/"+id, admin, nil)
	if n := test(admin, "test@example.com"); n != 0 {
		t.Errorf("%d blocks after the last one was removed", n)
	}

	// Who is suspended does not come back under another name, until that is taken back. What was blocked by hand stays.
	bob, cat := w.person(w.site, "bob"), w.person(w.site, "cat")
	w.do(200, "POST", path, admin, `{"email":"cat@mail.example"}`)
	for _, who := range []skein.ID{bob, cat} {
		w.act(200, mod, who, kind("suspend"))
		w.act(200, mod, who, kind("suspend"))
	}
	if test(admin, "b.ob@mail.example") != 1 || test(admin, "cat+2@mail.example") != 1 {
		t.Error("the mailbox of somebody who is suspended is free")
	}
	app := w.token(w.site, 0)
	again := `{"username":"bob2","email":"bob+2@mail.example","password":"correct horse","agreement":true,"locale":"en"}`
	w.do(422, "POST", "/api/v1/accounts", app, again)
	for _, who := range []skein.ID{bob, cat} {
		w.do(200, "POST", "/api/v1/admin/accounts/"+who.String()+"/unsuspend", mod, nil)
	}
	if test(admin, "bob@mail.example") != 0 || test(admin, "cat@mail.example") != 1 {
		t.Error("a suspension that was taken back leaves the mailbox blocked, or frees one that was blocked by hand")
	}
	w.act(200, mod, bob, kind("suspend"))
	w.do(200, "DELETE", "/api/v1/admin/accounts/"+bob.String(), admin, nil)
	if test(admin, "bob@mail.example") != 1 {
		t.Error("the mailbox is free once what the account left is removed")
	}
}

// Somebody who looks after the site no more is told no more of what only they may know, not even how much of it there is.
func TestFormerStaffHearsNothing(t *testing.T) {
	w := newTown(t)
	mona, mod := w.with(w.site, "mona", skein.Moderator)
	boss, _ := w.with(w.site, "boss", skein.Owner)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	w.do(200, "POST", "/api/v1/reports", w.token(w.site, ann), `{"account_id":"`+bob.String()+`"}`)
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.Emit(skein.SignedUp{Site: w.site.ID, Account: ann}) }))
	w.calm()
	count := func() (listed, grouped int, unread any) {
		list, _ := w.list("/api/v1/notifications", mod)
		groups := w.do(200, "GET", "/api/v2/notifications", mod, nil)["notification_groups"].([]any)
		return len(list), len(groups), w.do(200, "GET", "/api/v1/notifications/unread_count", mod, nil)["count"]
	}
	if l, g, u := count(); l != 2 || g != 2 || u != 2.0 {
		t.Fatalf("a moderator hears %d, %d, %v", l, g, u)
	}
	// Another way than ours took the role away: what is stored is not shown.
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.SetRole(mona, skein.Member) }))
	if l, g, _ := count(); l != 0 || g != 0 {
		t.Errorf("a former moderator hears %d, %d", l, g)
	}
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return tx.SetRole(mona, skein.Moderator) }))
	if _, err := w.api.Reports.SetRole(t.Context(), skein.Viewer{Site: w.site.ID, Account: boss}, mona, skein.Member); err != nil {
		t.Fatal(err)
	}
	if l, g, u := count(); l != 0 || g != 0 || u != 0.0 {
		t.Errorf("a former moderator hears %d, %d, %v", l, g, u)
	}
}
