package mastodon

import (
	"fmt"
	"strings"
	"testing"
)

// mastodon-api.md 3.13 and 10: conversations are listed, marked, hidden, and heard live.
func TestConversations(t *testing.T) {
	w, server := serve(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	mine, his := w.token(w.site, ann), w.token(w.site, bob)
	w.do(200, "PATCH", "/api/v2/notifications/policy", mine, `{"for_private_mentions":"accept"}`)
	socket := mustDial(t, server, mine, "?stream=direct")
	own := mustDial(t, server, his, "?stream=direct")
	post := w.do(200, "POST", "/api/v1/statuses", his, `{"status":"@ann a word","visibility":"direct"}`)["id"].(string)
	h := socket.want("conversation", `"unread":true`)
	own.want("conversation", `"unread":false`)
	c := h.object(t)
	who, last := c["accounts"].([]any), c["last_status"].(map[string]any)
	if len(h.Stream) != 1 || h.Stream[0] != "direct" || len(who) != 1 || who[0].(map[string]any)["acct"] != "bob" || last["id"] != post || last["favourited"] != false {
		t.Errorf("heard %v %s", h.Stream, h.Payload)
	}
	list, header := w.list("/api/v1/conversations", mine)
	if len(list) != 1 || list[0]["id"] != c["id"] || list[0]["unread"] != true || strings.Contains(header.Get("Link"), "max_id=") || !strings.Contains(header.Get("Link"), "min_id="+post) {
		t.Errorf("conversations: %v, Link %q", list, header.Get("Link"))
	}
	if _, header := w.list("/api/v1/conversations?limit=1", mine); !strings.Contains(header.Get("Link"), "max_id="+post) {
		t.Errorf("a full page: Link %q", header.Get("Link"))
	}
	if list, _ := w.list("/api/v1/conversations?max_id="+post, mine); len(list) != 0 {
		t.Errorf("older than the last: %v", list)
	}
	at := "/api/v1/conversations/" + c["id"].(string)
	if got := w.do(200, "POST", at+"/read", mine, nil); got["unread"] != false || got["last_status"] == nil {
		t.Errorf("read: %v", got)
	}
	if got := w.do(200, "POST", at+"/unread", mine, nil); got["unread"] != true {
		t.Errorf("unread: %v", got)
	}
	w.do(404, "POST", at+"/read", his, nil)
	w.do(404, "DELETE", at, his, nil)
	if list, _ := w.list("/api/v1/timelines/direct", mine); len(list) != 1 || list[0]["id"] != post {
		t.Errorf("direct posts: %v", list)
	}
	if list, _ := w.list(fmt.Sprintf("/api/v1/accounts/%d/statuses", bob), his); len(list) != 1 {
		t.Errorf("bob's posts: %v", list)
	}
	if list, _ := w.list(fmt.Sprintf("/api/v1/accounts/%d/statuses?exclude_direct=true", bob), his); len(list) != 0 {
		t.Errorf("bob's posts but direct ones: %v", list)
	}
	w.do(200, "DELETE", at, mine, nil)
	w.do(404, "DELETE", at, mine, nil)
	if list, _ := w.list("/api/v1/conversations", mine); len(list) != 0 {
		t.Errorf("hidden: %v", list)
	}
}
