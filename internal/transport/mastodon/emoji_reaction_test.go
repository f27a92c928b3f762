package mastodon

import (
	"net/url"
	"testing"
)

// Reactions with an emoji, as Pleroma's family and glitch-soc's apps see them.
func TestEmojiReactions(t *testing.T) {
	w := newTown(t)
	ann, bob, eve := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob")), w.token(w.other, w.person(w.other, "eve"))
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"hi"}`)["id"].(string)
	path := "/api/v1/pleroma/statuses/" + id + "/reactions"
	party := path + "/" + url.PathEscape("🎉")
	for range 2 {
		p := w.do(200, "PUT", party, bob, nil)
		for _, name := range []string{"emoji_reactions", "reactions"} {
			list := p[name].([]any)
			if r := list[0].(map[string]any); len(list) != 1 || r["name"] != "🎉" || r["count"] != 1.0 || r["me"] != true || r["url"] != nil {
				t.Errorf("%s: %v", name, list)
			}
		}
		if p["favourites_count"] != 0.0 || p["favourited"] != false {
			t.Errorf("a reaction is a like: %v", p)
		}
	}
	if l, _ := w.list(path, ann); len(l) != 1 || l[0]["me"] != false || len(l[0]["accounts"].([]any)) != 1 {
		t.Errorf("reactors: %v", l)
	}
	if l, _ := w.list(party, ""); len(l) != 1 {
		t.Errorf("of one emoji: %v", l)
	}
	if l, _ := w.list(path+"/"+url.PathEscape("👍"), ""); len(l) != 0 {
		t.Errorf("of another: %v", l)
	}
	w.do(422, "PUT", path+"/good", bob, nil)
	w.do(401, "PUT", party, "", nil)
	for method, at := range map[string]string{"GET": path, "PUT": party, "DELETE": party} {
		if r := w.ask(w.other, method, at, eve, nil); r.status != 404 {
			t.Errorf("%s from another site: %d", method, r.status)
		}
	}
	if p := w.do(200, "DELETE", party, bob, nil); p["emoji_reactions"] != nil || p["reactions"] != nil {
		t.Errorf("taken back: %v", p)
	}
}
