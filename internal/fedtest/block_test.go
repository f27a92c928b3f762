package fedtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"skein/internal/transport/mastodon"
)

// T174: what a blocked person writes comes to the blocker by no way around: not by boosts, quotes and threads of others, by
// lists, tags, searches, trends or notifications. Only who opens the very post or profile sees it, as in Mastodon.
func TestT174_NoWayAroundABlock(t *testing.T) {
	x := newMatrix(t)
	rae := x.person("rae")
	rae.Follow(x.ann)
	rae.Follow(x.bob)
	early := x.ann.Post("@rae sentinelearly #ringtag", "public") // before the block: also what was kept for her goes
	x.do(x.bob, "POST", "/api/v1/statuses/"+early+"/reblog", nil)
	rae.Do("POST", "/api/v1/tags/ringtag/follow", "")
	list := x.id(rae, "POST", "/api/v1/lists", m{"title": "both"})
	x.do(rae, "POST", "/api/v1/lists/"+list+"/accounts", m{"account_ids": []any{x.ann.ID, x.bob.ID}})
	x.n.Settle()
	x.do(rae, "POST", "/api/v1/accounts/"+x.ann.ID+"/block", nil)
	x.n.Settle()

	hearing := x.listen(t, []reader{{Person: rae}}, "?tag=ringtag&list="+list)
	x.write()
	late := x.ann.Post("@rae sentinellate #ringtag", "public")
	question := x.ann.Post("sentinelquestion of hers", "public")
	boost := x.id(x.bob, "POST", "/api/v1/statuses/"+late+"/reblog", nil)
	quote := x.id(x.bob, "POST", "/api/v1/statuses", m{"status": "look at this #ringtag", "quoted_status_id": late})
	above := x.id(x.bob, "POST", "/api/v1/statuses", m{"status": "a thread begins"})
	x.do(x.ann, "POST", "/api/v1/statuses", m{"status": "sentinelbelow @rae", "in_reply_to_id": above})
	below := x.id(x.bob, "POST", "/api/v1/statuses", m{"status": "an answer to her", "in_reply_to_id": question})
	x.do(x.cleo, "POST", "/api/v1/statuses/"+late+"/reblog", nil)
	x.n.Settle()

	x.tag = "ringtag"
	x.ids = map[string][]string{
		"statuses": {boost, quote, above, below}, "accounts": {x.bob.ID, x.cleo.ID, rae.ID}, "list": {list}, "lists": {list}, "polls": {quote},
		"notifications": {boost}, "conversations": {boost}, "groups": {"ungrouped-1"}, "scheduled_statuses": {boost}, "media": {boost},
	}
	x.posts = x.ids["statuses"]
	for _, route := range mastodon.Routes() {
		if route.Method != http.MethodGet || isStream(route) || route.Auth == mastodon.Open {
			continue
		}
		switch route.Path {
		case "/api/v1/statuses", "/api/v1/statuses/{id}", "/api/v1/statuses/{id}/history":
			continue // who opens a boost of it, opens it
		}
		for _, path := range x.paths(route) {
			queries := []m{nil, {"q": "sentinel", "limit": 40, "id": x.posts, "acct": "bob", "local": true}}
			if strings.HasSuffix(path, "/search") {
				queries = append(queries, m{"q": "sentinellate"}, m{"q": "sentinelearly in:library"}, m{"q": "from:ann", "type": "statuses"}, m{"q": "look"})
			}
			for _, q := range queries {
				if got := shownOf(x.send(rae, inJSON, http.MethodGet, path, q).body); bytes.Contains(got, []byte("sentinel")) {
					x.t.Errorf("who blocks reads at %s %v: %s", path, q, around(got, "sentinel"))
				}
			}
		}
	}
	// A quote of it stands, but says why it is empty.
	if got := At(x.do(rae, "GET", "/api/v1/statuses/"+quote, nil), "quote", "state"); got != "blocked_account" {
		t.Errorf("the quote's state is %v", got)
	}
	x.bob.Post("the end of it @rae #ringtag fin", "public")
	hearing.until(t, "fin")
	for _, e := range hearing.all {
		e.mu.Lock()
		for line := range bytes.Lines(e.heard) {
			if heard := shownOf(bytes.TrimPrefix(line, []byte("data: "))); bytes.Contains(heard, []byte("sentinel")) {
				t.Errorf("who blocks hears at %s: %s", e.channel, around(heard, "sentinel"))
			}
		}
		e.mu.Unlock()
	}
	// It is hidden, not gone.
	if got := x.send(x.cleo, inJSON, http.MethodGet, "/api/v1/timelines/tag/ringtag", nil); !bytes.Contains(got.body, []byte("sentinellate")) {
		t.Error("the post is shown to nobody")
	}
}

// shownOf is what a program shows of an answer: a quote of somebody whom the reader blocks comes with its text, by which the
// reader may uncover it, and with a state that says not to show it (mastodon-api.md 4, Quote).
func shownOf(body []byte) []byte {
	var v any
	body = bytes.ReplaceAll(body, []byte("sentineltag"), nil) // the name of a hashtag is nobody's text
	if json.Unmarshal(body, &v) != nil {
		return body
	}
	b, err := json.Marshal(withoutCovered(v))
	if err != nil {
		return body
	}
	return b
}

func withoutCovered(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withoutCovered(v[i])
		}
	case map[string]any:
		if v["state"] == "blocked_account" {
			delete(v, "quoted_status")
		}
		for k := range v {
			v[k] = withoutCovered(v[k])
		}
		if text, ok := v["payload"].(string); ok { // of a socket
			v["payload"] = string(shownOf([]byte(text)))
		}
	}
	return v
}

// around shows where a word stands.
func around(b []byte, word string) string {
	i := bytes.Index(b, []byte(word))
	return string(b[max(0, i-120):min(len(b), i+60)])
}
