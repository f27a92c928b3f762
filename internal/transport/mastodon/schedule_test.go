package mastodon

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// mastodon-api.md 3.13: posts that wait, through the front door.
func TestScheduledStatuses(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann), w.token(w.site, bob)
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(stampForm) }
	parent := w.do(200, "POST", "/api/v1/statuses", mine, `{"status":"parent"}`)["id"].(string)
	body := fmt.Sprintf(`{"status":"later","scheduled_at":%q,"in_reply_to_id":%q,"visibility":"private","spoiler_text":"cw","language":"de",
		"quote_approval_policy":"followers","poll":{"options":["a","b"],"expires_in":"3600","multiple":true}}`, at(time.Hour), parent)
	for range 2 {
		r := w.ask(w.site, "POST", "/api/v1/statuses", mine, body, "Idempotency-Key", "k")
		if r.status != http.StatusOK || !strings.Contains(string(r.body), `"params"`) {
			t.Fatalf("schedule: got %d %s", r.status, r.body)
		}
	}
	w.do(422, "POST", "/api/v1/statuses", mine, fmt.Sprintf(`{"status":"soon","scheduled_at":%q}`, at(time.Minute)))
	if s := w.do(200, "POST", "/api/v1/statuses", mine, fmt.Sprintf(`{"status":"now","scheduled_at":%q}`, at(-time.Hour))); s["content"] == nil {
		t.Errorf("a time that is past: got %v", s)
	}
	list, h := w.list("/api/v1/scheduled_statuses", mine)
	if len(list) != 1 || !strings.Contains(h.Get("Link"), "min_id=") {
		t.Fatalf("waiting: %v, Link %q", list, h.Get("Link"))
	}
	p := list[0]["params"].(map[string]any)
	poll, _ := p["poll"].(map[string]any)
	if p["text"] != "later" || p["in_reply_to_id"] != parent || p["visibility"] != "private" || p["spoiler_text"] != "cw" || p["language"] != "de" ||
		p["quote_approval_policy"] != "followers" || poll["expires_in"] != 3600.0 || poll["multiple"] != true || p["with_rate_limit"] != false {
		t.Errorf("params: %v", p)
	}
	for _, null := range []string{"scheduled_at", "idempotency", "allowed_mentions", "media_ids", "quoted_status_id"} {
		if v, there := p[null]; !there || v != nil {
			t.Errorf("%s: got %v, there: %v; want null", null, v, there)
		}
	}
	one := "/api/v1/scheduled_statuses/" + list[0]["id"].(string)
	w.do(200, "GET", one, mine, nil)
	w.do(404, "GET", one, his, nil)
	w.do(404, "DELETE", one, his, nil)
	w.do(422, "PUT", one, mine, fmt.Sprintf(`{"scheduled_at":%q}`, at(time.Minute)))
	w.do(422, "PUT", one, mine, `{}`)
	next := at(3 * time.Hour)
	if s := w.do(200, "PUT", one, mine, fmt.Sprintf(`{"scheduled_at":%q}`, next)); s["scheduled_at"] != next {
		t.Errorf("moved: got %v, want %v", s["scheduled_at"], next)
	}
	w.do(200, "DELETE", one, mine, nil)
	w.do(404, "GET", one, mine, nil)

	got := w.do(422, "POST", "/api/v1/statuses", mine, `{"status":"@bob hello","allowed_mentions":[]}`)
	if list, _ := got["unexpected_accounts"].([]any); len(list) != 1 || list[0].(map[string]any)["acct"] != "bob" {
		t.Errorf("unexpected mention: %v", got)
	}
	w.do(200, "POST", "/api/v1/statuses", mine, fmt.Sprintf(`{"status":"@bob hello","allowed_mentions":["%d"]}`, bob))
}
