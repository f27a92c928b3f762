package mastodon

import (
	"fmt"
	"strings"
	"testing"
)

// mastodon-api.md 14: clients switch things on by api_versions.mastodon, so it is the highest number all of whose features
// work. What each number promises is done here; to announce the next one, add it.
func TestSection14_EveryNumberUpToTheAnnouncedOneIsKept(t *testing.T) {
	w := newTown(t)
	bobID := w.person(w.site, "bob")
	annID := w.person(w.site, "ann")
	ann, bob := w.token(w.site, annID), w.token(w.site, bobID)
	r := w.upload(w.site, "PATCH", "/api/v1/accounts/update_credentials", bob, map[string][]byte{"avatar": photo(t, 500, 500)}, nil)
	if r.status != 200 {
		t.Fatalf("an avatar: %d %s", r.status, r.body)
	}
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"first"}`)["id"].(string)
	like := func(token, id string) { w.do(200, "POST", "/api/v1/statuses/"+id+"/favourite", token, nil) }
	like(bob, id)
	like(w.token(w.site, w.person(w.site, "cleo")), id)
	w.calm()

	promises := []struct {
		number int
		what   string
		kept   func() (got, want any)
	}{
		{2, "notifications in groups", func() (any, any) {
			g := w.do(200, "GET", "/api/v2/notifications?types[]=favourite", ann, nil)["notification_groups"].([]any)
			return g[0].(map[string]any)["notifications_count"], 2.0
		}},
		{3, "attribution_domains", func() (any, any) {
			me := w.do(200, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"attribution_domains":["news.example"]}`)
			return fmt.Sprint(me["source"].(map[string]any)["attribution_domains"]), "[news.example]"
		}},
		{4, "a file that no post has can be deleted", func() (any, any) {
			m := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 20, 20)}, nil).text(t, "id")
			w.do(200, "DELETE", "/api/v1/media/"+m, ann, nil)
			return w.get("/api/v1/media/"+m, ann).status, 404
		}},
		{5, "filters that blur", func() (any, any) {
			f := w.do(200, "POST", "/api/v2/filters", ann, `{"title":"spiders","context":["home"],"filter_action":"blur","keywords_attributes":[{"keyword":"spider"}]}`)
			return f["filter_action"], "blur"
		}},
		{6, "all of 4.4: entities have what came with it", func() (any, any) {
			app := w.do(200, "POST", "/api/v1/apps", "", `{"client_name":"a","redirect_uris":"urn:ietf:wg:oauth:2.0:oob"}`)
			site := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any)
			tag := w.do(200, "POST", "/api/v1/tags/trees/feature", ann, nil)
			return fmt.Sprint(app["client_secret_expires_at"], site["limited_federation"], site["media_attachments"].(map[string]any)["description_limit"] != nil,
				site["urls"].(map[string]any)["about"] != nil, tag["featuring"]), "0 false true true true"
		}},
		{7, "quotes", func() (any, any) {
			q := w.do(200, "POST", "/api/v1/statuses", bob, fmt.Sprintf(`{"status":"so true","quoted_status_id":%q,"quote_approval_policy":"nobody"}`, id))
			w.calm()
			seen := w.do(200, "GET", "/api/v1/statuses/"+q["id"].(string), ann, nil)
			quote := seen["quote"].(map[string]any)
			list, _ := w.list("/api/v1/statuses/"+id+"/quotes", ann)
			return fmt.Sprintln(quote["state"], quote["quoted_status"].(map[string]any)["id"], seen["quote_approval"].(map[string]any)["current_user"], len(list)),
				"accepted " + id + " denied 1\n"
		}},
		{8, "the raw profile, and how far the review of the year is", func() (any, any) {
			p := w.do(200, "PATCH", "/api/v1/profile", ann, `{"note":"*hi*","show_media":false}`)
			return fmt.Sprintln(p["note"], p["show_media"], w.do(200, "GET", "/api/v1/annual_reports/2020/state", ann, nil)["state"]), "*hi* false ineligible\n"
		}},
		{9, "what is to be seen on pictures, wherever they are", func() (any, any) {
			w.do(200, "PATCH", "/api/v1/profile", bob, `{"avatar_description":"Bob at sea"}`)
			like(bob, w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"second"}`)["id"].(string))
			w.calm()
			partial := w.do(200, "GET", "/api/v2/notifications?types[]=favourite&expand_accounts=partial_avatars", ann, nil)
			all := append(partial["accounts"].([]any), partial["partial_accounts"].([]any)...)
			for _, a := range all {
				if _, ok := a.(map[string]any)["avatar_description"]; !ok {
					return a, "an account with avatar_description"
				}
			}
			return w.do(200, "GET", "/api/v1/accounts/"+bobID.String(), "", nil)["avatar_description"], "Bob at sea"
		}},
		{10, "collections, and what a client shows that does not know a type", func() (any, any) {
			w.do(200, "PATCH", "/api/v1/profile", bob, `{"discoverable":true}`)
			w.do(200, "POST", "/api/v1/collections", ann, fmt.Sprintf(`{"name":"Sailors","account_ids":[%q]}`, bobID))
			w.calm()
			list := w.get("/api/v1/accounts/"+annID.String()+"/collections", ann)
			if !strings.Contains(string(list.body), `"Sailors"`) {
				return string(list.body), "the collection"
			}
			told, _ := w.list("/api/v1/notifications?types[]=added_to_collection&supported_types[]=mention", bob)
			return told[0]["fallback"].(map[string]any)["title"], "ann added you to a collection"
		}},
		{11, "pictures are described by update_credentials too", func() (any, any) {
			return w.do(200, "PATCH", "/api/v1/accounts/update_credentials", bob, `{"avatar_description":"Bob ashore"}`)["avatar_description"], "Bob ashore"
		}},
	}
	for _, p := range promises {
		if got, want := p.kept(); got != want {
			t.Errorf("%d, %s: got %v, want %v", p.number, p.what, got, want)
		}
	}
	said := w.do(200, "GET", "/api/v2/instance", "", nil)["api_versions"].(map[string]any)["mastodon"]
	if last := promises[len(promises)-1].number; said != float64(last) || len(promises) != last-1 {
		t.Errorf("announced %v, kept %d numbers up to %d", said, len(promises), last)
	}
}
