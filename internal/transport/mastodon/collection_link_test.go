package mastodon

import (
	"fmt"
	"testing"

	"skein/internal/skein"
)

// A post shows the collections that it links to, to those who may see them; an edit is looked at again.
func TestPostsShowLinkedCollections(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann), w.token(w.site, bob)
	w.change(bob, func(a *skein.Account) { a.Discoverable = true })
	made := w.do(200, "POST", "/api/v1/collections", mine, fmt.Sprintf(`{"name":"Gardeners","discoverable":true,"account_ids":[%q]}`, bob))["collection"].(map[string]any)
	id := made["id"].(string)
	if made["url"] != "https://elm.example/collections/"+id {
		t.Fatalf("its page: %v", made["url"])
	}
	post := w.do(200, "POST", "/api/v1/statuses", mine, fmt.Sprintf(`{"status":"meet them: %s"}`, made["url"]))
	path := "/api/v1/statuses/" + post["id"].(string)
	shown := func(what string, p map[string]any) {
		t.Helper()
		list, _ := p["tagged_collections"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["id"] != id || list[0].(map[string]any)["item_count"] != 1.0 {
			t.Errorf("%s: %v", what, p["tagged_collections"])
		}
	}
	shown("when it is written", post)
	shown("to another", w.do(200, "GET", path, his, nil))
	shown("to a visitor", w.do(200, "GET", path, "", nil))
	shown("in a list", func() map[string]any { list, _ := w.list("/api/v1/timelines/public", his); return list[0] }())
	w.do(200, "PUT", path, mine, `{"status":"nothing any more"}`)
	w.calm()
	if list := w.do(200, "GET", path, his, nil)["tagged_collections"].([]any); len(list) != 0 {
		t.Errorf("after the edit: %v", list)
	}
	if got := w.ask(w.site, "GET", "/api/v1_alpha/collections/"+id, his, nil); got.status != 200 || got.header.Get("Deprecation") == "" {
		t.Errorf("on the old path: %d, Deprecation %q", got.status, got.header.Get("Deprecation"))
	}
	if got := w.ask(w.site, "GET", "/api/v1_alpha/timelines/public", his, nil); got.status != 404 {
		t.Errorf("what never was: %d", got.status)
	}
}
