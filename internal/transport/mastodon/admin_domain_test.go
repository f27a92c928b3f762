package mastodon

import (
	"context"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// What is held against a server is made, changed and taken back, and is carried out on its accounts (T176).
func TestT176_AdminDomainBlocks(t *testing.T) {
	w := newTown(t)
	_, admin := w.with(w.site, "ada", skein.Admin)
	_, mod := w.with(w.site, "mona", skein.Moderator)
	const path = "/api/v1/admin/domain_blocks"
	far := &skein.Account{Kind: skein.Person, Username: "far", Domain: "sub.evil.test", URI: "https://sub.evil.test/u/1", URL: "https://sub.evil.test/u/1", Inbox: "https://sub.evil.test/i", CreatedAt: time.Now()}
	w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error { return tx.InsertAccount(far) }))
	state := func() (limited, suspended bool) {
		w.calm()
		w.must(w.db.View(context.Background(), w.site.ID, func(tx *store.Tx) error {
			a, err := tx.Account(far.ID)
			if err == nil {
				limited, suspended = !a.SilencedAt.IsZero(), !a.SuspendedAt.IsZero()
			}
			return err
		}))
		return limited, suspended
	}

	w.do(403, "POST", path, mod, `{"domain":"evil.test"}`)
	b := w.do(200, "POST", path, admin, `{"domain":"EVIL.test","private_comment":"spam","obfuscate":true}`)
	id := b["id"].(string)
	if b["severity"] != "silence" || b["domain"] != "evil.test" || b["private_comment"] != "spam" || b["public_comment"] != nil || b["obfuscate"] != true ||
		b["digest"] != "9834f30f8b807769d8d40e882f51d93a6db8b3f785357b3b7086326fbd575a53" {
		t.Errorf("made: %v", b)
	}
	if limited, suspended := state(); !limited || suspended {
		t.Errorf("silence: limited %v, suspended %v", limited, suspended)
	}

	for _, c := range []struct{ what, body, with string }{
		{"the same again", `{"domain":"evil.test","severity":"suspend"}`, "evil.test"},
		{"one below, no stricter", `{"domain":"sub.evil.test","severity":"silence"}`, ""},
		{"one below, milder", `{"domain":"x.evil.test","severity":"noop"}`, "evil.test"},
	} {
		want := 422
		if c.with == "" { // as strict in all: Mastodon takes that
			want = 200
		}
		got := w.do(want, "POST", path, admin, c.body)
		if c.with == "" {
			w.do(200, "DELETE", path+"/"+got["id"].(string), admin, nil)
			continue
		}
		if held, _ := got["existing_domain_block"].(map[string]any); held["domain"] != c.with || held["id"] != id || !strings.Contains(got["error"].(string), c.with) {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	w.do(422, "POST", path, admin, `{"domain":"elm.example"}`)
	w.do(422, "POST", path, admin, `{"domain":"bad.test","severity":"hard"}`)
	w.do(422, "POST", path, admin, `{}`)

	if b = w.do(200, "PUT", path+"/"+id, admin, `{"severity":"suspend","public_comment":"spam"}`); b["severity"] != "suspend" || b["obfuscate"] != true || b["public_comment"] != "spam" || b["id"] != id {
		t.Errorf("changed: %v", b)
	}
	if _, suspended := state(); !suspended {
		t.Error("a suspended server's account is not")
	}
	for _, d := range []string{"b.test", "c.test"} {
		w.do(200, "POST", path, admin, `{"domain":"`+d+`","severity":"noop","reject_media":true}`)
	}
	list, header := w.list(path+"?limit=2", admin)
	if len(list) != 2 || list[0]["domain"] != "c.test" || !strings.Contains(header.Get("Link"), "max_id="+list[1]["id"].(string)) {
		t.Errorf("listed: %v %s", list, header.Get("Link"))
	}
	if list, _ = w.list(path+"?max_id="+list[1]["id"].(string), admin); len(list) != 1 || list[0]["id"] != id {
		t.Errorf("the next page: %v", list)
	}
	// Another site decides for itself.
	stranger := w.person(w.other, "oskar")
	w.must(w.db.Update(context.Background(), w.other.ID, func(tx *store.Tx) error { return tx.SetRole(stranger, skein.Owner) }))
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		if got := w.ask(w.other, method, path+"/"+id, w.token(w.other, stranger), nil); got.status != 404 {
			t.Errorf("%s from another site: %d", method, got.status)
		}
	}
	w.do(200, "DELETE", path+"/"+id, admin, nil)
	w.do(404, "GET", path+"/"+id, admin, nil)
	if limited, suspended := state(); limited || suspended {
		t.Error("what was taken back still holds")
	}
	log, err := w.api.Reports.AuditLog(context.Background(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, social.Page{Limit: 50})
	w.must(err)
	if len(log) == 0 || log[0].Action != "forget" || log[0].Kind != "peer" || log[0].Name != "evil.test" {
		t.Errorf("the audit log: %+v", log)
	}
}

// The list of allowed servers is apart from what is held against them, though both are of one server.
func TestAdminDomainAllows(t *testing.T) {
	w := newTown(t)
	_, admin := w.with(w.site, "ada", skein.Admin)
	const allows, blocks = "/api/v1/admin/domain_allows", "/api/v1/admin/domain_blocks"
	a := w.do(200, "POST", allows, admin, `{"domain":"good.test"}`)
	id := a["id"].(string)
	if again := w.do(200, "POST", allows, admin, `{"domain":"good.test"}`); again["id"] != id {
		t.Errorf("allowed twice: %v, %v", a, again)
	}
	if list, _ := w.list(blocks, admin); len(list) != 0 {
		t.Errorf("an allowed server is listed as blocked: %v", list)
	}
	w.do(404, "GET", blocks+"/"+id, admin, nil)
	w.do(422, "POST", blocks, admin, `{"domain":"good.test","severity":"noop"}`)
	w.do(200, "POST", blocks, admin, `{"domain":"good.test"}`)
	w.do(200, "DELETE", blocks+"/"+id, admin, nil)
	if list, _ := w.list(allows, admin); len(list) != 1 || list[0]["domain"] != "good.test" {
		t.Errorf("allowed: %v", list)
	}
	w.do(200, "POST", blocks, admin, `{"domain":"good.test"}`)
	w.do(200, "DELETE", allows+"/"+id, admin, nil)
	w.do(404, "GET", allows+"/"+id, admin, nil)
	if list, _ := w.list(blocks, admin); len(list) != 1 || list[0]["severity"] != "silence" {
		t.Errorf("blocked still: %v", list)
	}
}
