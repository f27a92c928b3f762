package mastodon

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// objects reads an answer that is a list.
func objects(t *testing.T, r result) (list []map[string]any) {
	t.Helper()
	r.json(t, &list)
	return list
}

// Numbers are counted from what really happened, once each, and only those who may see them do.
func TestMeasuresCountWhatHappened(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	_, mod := w.with(w.site, "mod", skein.Moderator)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine := w.token(w.site, ann, "read", "write", "admin:read", "admin:write")
	his := w.token(w.site, bob, "read", "write")
	first := w.do(200, "POST", "/api/v1/statuses", mine, `{"status":"about #Ferns","language":"de"}`)["id"].(string)
	w.do(200, "POST", "/api/v1/statuses", his, fmt.Sprintf(`{"status":"#ferns too","in_reply_to_id":%q,"language":"en"}`, first))
	for range 2 { // the second time nothing happens
		w.do(200, "POST", "/api/v1/statuses/"+first+"/favourite", his, nil)
		w.do(200, "POST", "/api/v1/statuses/"+first+"/reblog", his, nil)
	}
	w.do(200, "POST", "/api/v1/reports", his, fmt.Sprintf(`{"account_id":%q}`, ann.String()))
	w.do(200, "DELETE", "/api/v1/statuses/"+w.do(200, "POST", "/api/v1/statuses", mine, `{"status":"soon gone"}`)["id"].(string), mine, nil)
	peer := skein.ID(0)
	w.must(w.db.Update(ctx, w.site.ID, func(tx *store.Tx) error {
		a := &skein.Account{ID: tx.NewID(), Site: w.site.ID, Kind: skein.Person, Username: "pat", Domain: "far.example", URI: "https://far.example/pat", CreatedAt: tx.Now()}
		peer = a.ID
		return tx.InsertAccount(a)
	}))
	_, err := w.api.Social.ReceivePost(ctx, w.site.ID, peer, social.Incoming{URI: "https://far.example/1", HTML: "<p>hello</p>", Language: "fr", CreatedAt: time.Now(), Relevant: true})
	w.must(err)
	w.follow(mine, peer)
	w.must(w.db.Update(ctx, w.site.ID, func(tx *store.Tx) error { return tx.PersonSeen(ann) }))
	w.calm()

	today := time.Now().UTC().Format(time.DateOnly)
	tag := skein.NameID("ferns").String()
	ask := func(who, path, body string) []map[string]any {
		t.Helper()
		got := w.ask(w.site, "POST", path, who, body)
		if got.status != 200 {
			t.Fatalf("%s: %d %s", path, got.status, got.body)
		}
		return objects(t, got)
	}
	list := ask(mod, "/api/v1/admin/measures", fmt.Sprintf(`{"keys":["active_users","new_users","interactions","opened_reports","resolved_reports","nonsense",
		"tag_accounts","tag_uses","tag_servers","instance_accounts","instance_statuses","instance_follows","instance_followers","instance_reports","instance_media_attachments"],
		"start_at":%q,"end_at":%q,"tag_accounts":{"id":%q},"tag_uses":{"id":%q},"tag_servers":{"id":%q},
		"instance_accounts":{"domain":"far.example"},"instance_statuses":{"domain":"FAR.example"},"instance_follows":{"domain":"far.example"},
		"instance_followers":{"domain":"far.example"},"instance_reports":{"domain":"far.example"},"instance_media_attachments":{"domain":"elm.example"}}`,
		today, today, tag, tag, tag))
	want := map[string]string{"active_users": "", "new_users": "", "interactions": "3", "opened_reports": "1", "resolved_reports": "0",
		"tag_accounts": "2", "tag_uses": "2", "tag_servers": "1", "instance_accounts": "1", "instance_statuses": "1", "instance_follows": "0",
		"instance_followers": "0", "instance_reports": "0", "instance_media_attachments": "0"}
	if len(list) != len(want) {
		t.Errorf("got %d measures, want %d", len(list), len(want))
	}
	for _, m := range list {
		key := m["key"].(string)
		days := m["data"].([]any)
		if len(days) != 1 || !strings.HasPrefix(days[0].(map[string]any)["date"].(string), today) {
			t.Errorf("%s by day: %v", key, days)
			continue
		}
		if want[key] == "" { // how many there are depends on the town: but there are some
			if m["total"] == "0" || m["previous_total"] != "0" {
				t.Errorf("%s: %v", key, m)
			}
			continue
		}
		if _, has := m["previous_total"]; m["total"] != want[key] || days[0].(map[string]any)["value"] != want[key] || has == strings.HasPrefix(key, "instance_") {
			t.Errorf("%s: got %v, want %s", key, m, want[key])
		}
		if key == "instance_media_attachments" && (m["unit"] != "bytes" || m["human_value"] != "0 Bytes") {
			t.Errorf("%s: %v", key, m)
		}
	}
	// Our own server is named by its domain; what was removed counts no longer among what there is.
	own := ask(mod, "/api/v1/admin/measures", fmt.Sprintf(`{"keys":["instance_statuses"],"start_at":%q,"end_at":%q,"instance_statuses":{"domain":"elm.example"}}`, today, today))
	if own[0]["total"] != "3" || own[0]["data"].([]any)[0].(map[string]any)["value"] != "4" {
		t.Errorf("posts of our own: %v", own[0])
	}

	parts := func(list []map[string]any) map[string]string {
		out := map[string]string{}
		for _, d := range list {
			s := ""
			for _, p := range d["data"].([]any) {
				p := p.(map[string]any)
				s += fmt.Sprint(p["key"], "=", p["value"], " ")
			}
			out[d["key"].(string)] = s
		}
		return out
	}
	got := parts(ask(mod, "/api/v1/admin/dimensions", fmt.Sprintf(`{"keys":["servers","tag_servers","tag_languages","instance_accounts","instance_languages","sources","languages","space_usage","software_versions"],
		"start_at":%q,"end_at":%q,"tag_servers":{"id":%q},"tag_languages":{"id":%q},"instance_accounts":{"domain":"far.example"},"instance_languages":{"domain":"elm.example"}}`,
		today, today, tag, tag)))
	for key, want := range map[string]string{"servers": "elm.example=4 far.example=1 ", "tag_servers": "elm.example=2 ", "tag_languages": "de=1 en=1 ",
		"instance_accounts": "", "space_usage": "media=0 "} {
		if got[key] != want {
			t.Errorf("%s: got %q, want %q", key, got[key], want)
		}
	}
	if !strings.Contains(got["instance_languages"], "de=1 ") || !strings.HasPrefix(got["software_versions"], "skein=") || !strings.Contains(got["software_versions"], "sqlite=") {
		t.Errorf("got %v", got)
	}
	_, owner := w.with(w.site, "theowner", skein.Owner)
	if got := parts(ask(owner, "/api/v1/admin/dimensions", `{"keys":["space_usage"]}`)); !strings.HasPrefix(got["space_usage"], "sqlite=") {
		t.Errorf("to who looks after the machine: %v", got)
	}
	cohorts := ask(mod, "/api/v1/admin/retention", fmt.Sprintf(`{"start_at":%q,"end_at":%q,"frequency":"month"}`, today, today))
	if len(cohorts) != 1 || len(cohorts[0]["data"].([]any)) != 1 || cohorts[0]["frequency"] != "month" {
		t.Errorf("cohorts: %v", cohorts)
	}

	for body, status := range map[string]int{
		`{"start_at":"2026-01-01","end_at":"2026-01-02"}`:                                           400,
		`{"keys":["new_users"],"end_at":"2026-01-02"}`:                                              400,
		`{"keys":["tag_uses"],"start_at":"2026-01-01","end_at":"2026-01-02"}`:                       400,
		`{"keys":["instance_reports"],"start_at":"2026-01-01","end_at":"2026-01-02"}`:               400,
		`{"keys":["tag_uses"],"tag_uses":{"id":"7"},"start_at":"2026-01-01","end_at":"2026-01-02"}`: 404,
		`{"keys":["new_users"],"start_at":"soon","end_at":"2026-01-02"}`:                            422,
		`{"keys":["new_users"],"start_at":"2026-01-03","end_at":"2026-01-02"}`:                      422,
		`{"keys":["new_users"],"start_at":"0001-01-03","end_at":"2026-01-02"}`:                      422,
		`{"keys":["new_users"],"start_at":"2006-01-03","end_at":"2026-01-02"}`:                      422,
	} {
		if got := w.ask(w.site, "POST", "/api/v1/admin/measures", mod, body); got.status != status {
			t.Errorf("%s: got %d %s, want %d", body, got.status, got.body, status)
		}
	}
	if got := w.ask(w.site, "POST", "/api/v1/admin/measures", mine, `{"keys":["new_users"],"start_at":"2026-01-01","end_at":"2026-01-02"}`); got.status != 403 {
		t.Errorf("a member: %d %s", got.status, got.body)
	}
	// Another site counts its own.
	_, stranger := w.with(w.other, "stranger", skein.Moderator)
	other := objects(t, w.ask(w.other, "POST", "/api/v1/admin/measures", stranger, fmt.Sprintf(`{"keys":["interactions","opened_reports"],"start_at":%q,"end_at":%q}`, today, today)))
	if other[0]["total"] != "0" || other[1]["total"] != "0" {
		t.Errorf("on another site: %v", other)
	}
}

// Who stays is counted by when they came: who was here later counts for all that lies between.
func TestRetention(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mod", skein.Moderator)
	at := func(day string) time.Time {
		x, err := time.Parse(time.DateOnly, day)
		w.must(err)
		return x.Add(7 * time.Hour)
	}
	for i, x := range [][2]string{{"2025-03-01", "2025-03-01"}, {"2025-03-01", "2025-03-03"}, {"2025-03-01", "2025-09-09"}, {"2025-03-02", "2025-03-02"}} {
		id := w.person(w.site, fmt.Sprint("p", i))
		w.must(w.db.Update(context.Background(), w.site.ID, func(tx *store.Tx) error {
			p, err := tx.Person(id)
			if err != nil {
				return err
			}
			p.CreatedAt, p.SeenAt = at(x[0]), at(x[1])
			if err := tx.DeletePerson(id); err != nil {
				return err
			}
			return tx.InsertPerson(&p.User, p.Username, p.Email)
		}))
	}
	list := objects(t, w.ask(w.site, "POST", "/api/v1/admin/retention", mod, `{"start_at":"2025-03-01","end_at":"2025-03-03","frequency":"day"}`))
	var got []string
	for _, c := range list {
		s := c["period"].(string)[8:10] + ":"
		for _, k := range c["data"].([]any) {
			k := k.(map[string]any)
			s += fmt.Sprintf(" %s %.2f", k["value"], k["rate"])
		}
		got = append(got, s)
	}
	if want := "01: 3 1.00 2 0.67 2 0.67, 02: 1 1.00 0 0.00, 03: 0 0.00"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	for _, body := range []string{`{"start_at":"2020-01-01","end_at":"2025-01-01"}`, `{"start_at":"2025-01-01","end_at":"2025-01-02","frequency":"hour"}`} {
		if got := w.ask(w.site, "POST", "/api/v1/admin/retention", mod, body); got.status != 422 {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}

func TestSizesAsPeopleReadThem(t *testing.T) {
	for n, want := range map[int64]string{0: "0 Bytes", 1023: "1023 Bytes", 1024: "1 KB", 1536: "1.5 KB", 1 << 20: "1 MB", 1<<20 - 1: "1 MB", 123 << 20: "123 MB", 5 << 30: "5 GB"} {
		if got := humanBytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

// Moderators say of each hashtag whether it is found, may trend, and may be in posts.
func TestHashtagsUnderReview(t *testing.T) {
	w := newTown(t)
	_, mod := w.with(w.site, "mod", skein.Moderator)
	mine := w.token(w.site, w.person(w.site, "ann"), "read", "write")
	w.do(200, "POST", "/api/v1/statuses", mine, `{"status":"#MossyStone #other"}`)
	w.calm()
	list, h := w.list("/api/v1/admin/tags?limit=1", mod)
	if len(list) != 1 || !strings.Contains(h.Get("Link"), `rel="next"`) {
		t.Errorf("a page: %v, Link %q", list, h.Get("Link"))
	}
	one := "/api/v1/admin/tags/" + skein.NameID("mossystone").String()
	got := w.do(200, "GET", one, mod, nil)
	if got["name"] != "MossyStone" || got["requires_review"] != true || got["listable"] != true || got["usable"] != true || got["trendable"] != false || len(got["history"].([]any)) != 7 {
		t.Errorf("before a review: %v", got)
	}
	w.do(422, "PUT", one, mod, `{"display_name":"Moss"}`)
	got = w.do(200, "PUT", one, mod, `{"display_name":"mossySTONE","listable":false,"usable":false,"trendable":true}`)
	if got["name"] != "mossySTONE" || got["requires_review"] != false || got["listable"] != false || got["usable"] != false || got["trendable"] != true {
		t.Errorf("after it: %v", got)
	}
	if found := w.do(200, "GET", "/api/v2/search?q=mossy&type=hashtags", mine, nil); len(found["hashtags"].([]any)) != 0 {
		t.Errorf("found though it is not listed: %v", found)
	}
	if got := w.do(422, "POST", "/api/v1/statuses", mine, `{"status":"again #mossystone"}`); !strings.Contains(fmt.Sprint(got["error"]), "disallowed hashtag: mossySTONE") {
		t.Errorf("a post with it: %v", got)
	}
	w.do(404, "GET", "/api/v1/admin/tags/12345", mod, nil)
	w.do(403, "GET", one, w.token(w.site, w.person(w.site, "bob")), nil)
	_, stranger := w.with(w.other, "stranger", skein.Moderator)
	if got := w.ask(w.other, "PUT", one, stranger, `{"usable":true}`); got.status != 404 {
		t.Errorf("another site: %d %s", got.status, got.body)
	}
}
