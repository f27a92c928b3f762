package mastodon

import (
	"net/url"
	"testing"

	"skein/internal/core/site"
	"skein/internal/skein"
)

// Announcements through the front door: list, read state, reactions, and what user streams tell of them.
func TestAnnouncements(t *testing.T) {
	w, server := serve(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	ear := mustDial(t, server, ann, "?stream=user")
	local := mustDial(t, server, ann, "?stream=public:local")
	hidden := w.do(200, "POST", "/api/v1/statuses", w.token(w.site, w.person(w.site, "bob")), `{"status":"psst","visibility":"private"}`)["url"].(string)
	open := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"hi"}`)
	ear.want("update", open["id"].(string))
	local.want("update", open["id"].(string))
	a, err := w.api.Sites.Announce(t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor},
		site.Announced{Text: "See " + open["url"].(string) + " and " + hidden + " @ann #news"})
	w.must(err)
	told := ear.want("announcement", a.ID.String()).object(t)
	list, _ := w.list("/api/v1/announcements", ann)
	if len(list) != 1 || list[0]["id"] != told["id"] || list[0]["read"] != false || list[0]["content"] != told["content"] || list[0]["starts_at"] != nil {
		t.Fatalf("list: %v", list)
	}
	if posts := list[0]["statuses"].([]any); len(posts) != 1 || posts[0].(map[string]any)["id"] != open["id"] {
		t.Errorf("posts that the reader may see: %v", posts)
	}
	if m := list[0]["mentions"].([]any); len(m) != 1 || m[0].(map[string]any)["acct"] != "ann" {
		t.Errorf("mentions: %v", m)
	}
	path := "/api/v1/announcements/" + a.ID.String()
	party := path + "/reactions/" + url.PathEscape("🎉")
	w.do(200, "PUT", party, ann, nil)
	if r := ear.want("announcement.reaction", a.ID.String()).object(t); r["name"] != "🎉" || r["count"] != 1.0 {
		t.Errorf("told of a reaction: %v", r)
	}
	w.do(200, "POST", path+"/dismiss", ann, nil)
	list, _ = w.list("/api/v1/announcements", ann)
	if r := list[0]["reactions"].([]any); list[0]["read"] != true || len(r) != 1 || r[0].(map[string]any)["me"] != true {
		t.Errorf("after reading and reacting: %v", list[0])
	}
	w.do(200, "DELETE", party, ann, nil)
	if r := ear.want("announcement.reaction", a.ID.String()).object(t); r["count"] != 0.0 {
		t.Errorf("told of a reaction that is gone: %v", r)
	}
	w.do(422, "PUT", path+"/reactions/nothing", ann, nil)
	w.do(422, "GET", "/api/v1/announcements", "", nil)
	w.do(401, "PUT", party, "", nil)
	eve := w.token(w.other, w.person(w.other, "eve"))
	for method, at := range map[string]string{"POST": path + "/dismiss", "PUT": party, "DELETE": party} {
		if r := w.ask(w.other, method, at, eve, nil); r.status != 404 {
			t.Errorf("%s from another site: %d", method, r.status)
		}
	}
	w.must(w.api.Sites.RemoveAnnouncement(t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, a.ID))
	ear.want("announcement.delete", a.ID.String())
	if list, _ = w.list("/api/v1/announcements", ann); len(list) != 0 {
		t.Errorf("what was removed is shown: %v", list)
	}
	last := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"bye"}`)
	local.want("update", last["id"].(string)) // and nothing of announcements before it
}

// announce tells the site something and returns the ID.
func (w *town) announce(text string) string {
	w.t.Helper()
	a, err := w.api.Sites.Announce(w.t.Context(), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}, site.Announced{Text: text})
	w.must(err)
	return a.ID.String()
}
