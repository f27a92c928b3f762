package mastodon

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Lists through the front door: mastodon-api.md 3.7.
func TestLists(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann), w.token(w.site, bob)
	w.do(200, "POST", fmt.Sprintf("/api/v1/accounts/%d/follow", bob), mine, nil)
	for _, bad := range []string{`{}`, `{"title":" "}`, `{"title":"` + strings.Repeat("x", 257) + `"}`, `{"title":"x","replies_policy":"all"}`} {
		w.do(422, "POST", "/api/v1/lists", mine, bad)
	}
	l := w.do(200, "POST", "/api/v1/lists", mine, `{"title":"Friends"}`)
	if l["title"] != "Friends" || l["replies_policy"] != "list" || l["exclusive"] != false {
		t.Errorf("a new list is %v", l)
	}
	at := "/api/v1/lists/" + l["id"].(string)
	members, timeline := at+"/accounts", "/api/v1/timelines/list/"+l["id"].(string)
	l = w.do(200, "PUT", at, mine, `{"replies_policy":"followed","exclusive":true}`)
	if l["title"] != "Friends" || l["replies_policy"] != "followed" || l["exclusive"] != true {
		t.Errorf("changed, it is %v", l)
	}
	body := fmt.Sprintf(`{"account_ids":["%d"]}`, bob)
	w.do(404, "POST", members, mine, `{"account_ids":["4242"]}`)
	w.do(404, "POST", members, mine, `{"account_ids":["bob"]}`)
	w.do(200, "POST", members, mine, body)
	w.do(422, "POST", members, mine, body)
	if list, _ := w.list(members+"?limit=0", mine); len(list) != 1 || list[0]["acct"] != "bob" {
		t.Errorf("members: %v", list)
	}
	if list, h := w.list(members+"?limit=1", mine); len(list) != 1 || !strings.Contains(h.Get("Link"), "max_id=") {
		t.Errorf("a page of members: %v, Link %q", list, h.Get("Link"))
	}
	if list, _ := w.list(fmt.Sprintf("/api/v1/accounts/%d/lists", bob), mine); len(list) != 1 || list[0]["id"] != l["id"] {
		t.Errorf("lists with bob: %v", list)
	}
	if list, _ := w.list(fmt.Sprintf("/api/v1/accounts/%d/lists", bob), his); len(list) != 0 {
		t.Errorf("bob's own lists with bob: %v", list)
	}
	w.do(200, "POST", "/api/v1/statuses", his, `{"status":"for the list"}`)
	if list, h := w.list(timeline, mine); len(list) != 1 || !strings.Contains(h.Get("Link"), "min_id=") {
		t.Errorf("timeline: %v, Link %q", list, h.Get("Link"))
	}
	for _, path := range []string{at, members, timeline} {
		w.do(404, "GET", path, his, nil)
	}
	w.do(404, "PUT", at, his, `{"title":"his"}`)
	w.do(404, "DELETE", at, his, nil)
	w.do(404, "POST", members, his, body)
	w.do(404, "DELETE", members, his, body)
	w.do(200, "DELETE", members+fmt.Sprintf("?account_ids[]=%d", bob), mine, nil)
	if list, _ := w.list(members, mine); len(list) != 0 {
		t.Errorf("members: %v", list)
	}
	w.do(200, "DELETE", at, mine, nil)
	w.do(404, "GET", at, mine, nil)
}

// Whose list it is hears what comes into it, with their own marks, over both transports; others get 401.
func TestListStream(t *testing.T) {
	w, server := serve(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann), w.token(w.site, bob)
	w.do(200, "POST", fmt.Sprintf("/api/v1/accounts/%d/follow", bob), mine, nil)
	id := w.do(200, "POST", "/api/v1/lists", mine, `{"title":"Friends"}`)["id"].(string)
	w.do(200, "POST", "/api/v1/lists/"+id+"/accounts", mine, fmt.Sprintf(`{"account_ids":["%d"]}`, bob))

	for _, list := range []string{id, "4242", "none"} {
		r := w.get("/api/v1/streaming/list?list="+list, his)
		if r.status != http.StatusUnauthorized {
			t.Errorf("events of list %s: got %d %s", list, r.status, r.body)
		}
	}
	if _, resp, err := dial(t, server, "?stream=list&list="+id, http.Header{"Authorization": {"Bearer " + his}}); err == nil || resp == nil || resp.StatusCode != 401 {
		t.Errorf("a socket on another's list: %v, %v", resp, err)
	}
	socket, events := mustDial(t, server, mine, "?stream=list&list="+id), listen(t, server, mine, "list?list="+id)
	post := w.do(200, "POST", "/api/v1/statuses", his, `{"status":"heard"}`)["id"].(string)
	for _, e := range []*ear{socket, events} {
		h := e.want("update", `"favourited":false`)
		if e == socket && (len(h.Stream) != 2 || h.Stream[0] != "list" || h.Stream[1] != id) {
			t.Errorf("stream: got %v", h.Stream)
		}
	}
	w.do(200, "PUT", "/api/v1/statuses/"+post, his, `{"status":"heard again"}`)
	for _, e := range []*ear{socket, events} {
		e.want("status.update", "heard again")
	}
	w.do(200, "DELETE", "/api/v1/statuses/"+post, his, nil)
	for _, e := range []*ear{socket, events} {
		e.want("delete", post)
	}
	other := mustDial(t, server, his, "")
	other.say(`{"type":"subscribe","stream":"list","list":"` + id + `"}`)
	if h := other.next(); h.Status != http.StatusUnauthorized {
		t.Errorf("to subscribe to another's list: got %+v", h)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_ = other.conn.Write(ctx, websocket.MessageText, []byte(`{"type":"unsubscribe","stream":"list"}`))
	if h := other.next(); h.Status != http.StatusBadRequest {
		t.Errorf("no list named: got %+v", h)
	}
}
