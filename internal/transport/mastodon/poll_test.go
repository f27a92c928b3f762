package mastodon

import (
	"net/url"
	"testing"
)

// The life of a poll through the API, as an app sees it: mastodon-api.md 3.13 and 4.8.
func TestLifeOfAPoll(t *testing.T) {
	w := newTown(t)
	ann, bob, eve := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob")), w.token(w.other, w.person(w.other, "eve"))
	p := w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"Which?"}, "poll[options][]": {"tea", "coffee"},
		"poll[expires_in]": {"86400"}, "poll[multiple]": {"true"}}).object(t)
	id := p["id"].(string)
	asked := p["poll"].(map[string]any)
	if asked["id"] != id || asked["voted"] != true || asked["multiple"] != true || asked["expired"] != false || asked["expires_at"] == nil {
		t.Errorf("new poll: %v", asked)
	}
	path := "/api/v1/polls/" + id
	if got := w.do(200, "GET", path, "", nil); got["voted"] != nil || got["own_votes"] != nil {
		t.Errorf("to a visitor: %v", got)
	}
	if got := w.do(200, "GET", path, bob, nil); got["voted"] != false || len(got["own_votes"].([]any)) != 0 {
		t.Errorf("to a reader: %v", got)
	}
	w.do(422, "POST", path+"/votes", ann, `{"choices":[0]}`) // one's own
	w.do(422, "POST", path+"/votes", bob, `{"choices":[2]}`)
	w.do(422, "POST", path+"/votes", bob, `{}`)
	w.do(401, "POST", path+"/votes", "", `{"choices":[0]}`)
	got := w.do(200, "POST", path+"/votes", bob, `{"choices":["1","0"]}`)
	if got["voted"] != true || got["votes_count"] != 2.0 || got["voters_count"] != 1.0 || len(got["own_votes"].([]any)) != 2 {
		t.Errorf("voted: %v", got)
	}
	w.do(422, "POST", path+"/votes", bob, `{"choices":[0]}`)
	if r := w.ask(w.other, "POST", path+"/votes", eve, `{"choices":[0]}`); r.status != 404 {
		t.Errorf("from another site: %d", r.status)
	}
	secret := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"?","visibility":"direct","poll":{"options":["a","b"],"expires_in":"300","hide_totals":true}}`)["id"].(string)
	w.do(404, "GET", "/api/v1/polls/"+secret, bob, nil)
	w.do(404, "POST", "/api/v1/polls/"+secret+"/votes", bob, `{"choices":[0]}`)
	hidden := w.do(200, "GET", "/api/v1/polls/"+secret, ann, nil)
	if o := hidden["options"].([]any)[0].(map[string]any); o["votes_count"] != nil {
		t.Errorf("hidden: %v", hidden)
	}
	plain := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"no poll"}`)
	w.do(404, "GET", "/api/v1/polls/"+plain["id"].(string), ann, nil)
	for _, bad := range []string{`{"options":["a"],"expires_in":300}`, `{"options":["a","b"],"expires_in":299}`, `{"options":["a","b"],"expires_in":99999999999999999}`,
		`{"options":["a","a"],"expires_in":300}`, `{"options":["a","b"]}`} {
		w.do(422, "POST", "/api/v1/statuses", ann, `{"status":"x","poll":`+bad+`}`)
	}
	edited := w.do(200, "PUT", "/api/v1/statuses/"+id, ann, `{"status":"Which?","poll":{"options":["tea","water"],"expires_in":600}}`)
	if e := edited["poll"].(map[string]any); e["votes_count"] != 0.0 || edited["edited_at"] == nil {
		t.Errorf("edited: %v", edited)
	}
	list, _ := w.list("/api/v1/statuses/"+id+"/history", "")
	if len(list) != 2 || list[0]["poll"].(map[string]any)["options"].([]any)[1].(map[string]any)["title"] != "coffee" {
		t.Errorf("history: %v", list)
	}
	if gone := w.do(200, "PUT", "/api/v1/statuses/"+id, ann, `{"status":"Never mind"}`); gone["poll"] != nil {
		t.Errorf("without a poll: %v", gone)
	}
}
