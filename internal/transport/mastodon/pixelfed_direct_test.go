package mastodon

import (
	"fmt"
	"strings"
	"testing"
)

// Two people chat in Pixelfed's app: what one writes is a direct post to the other alone, and nobody else reads or takes back
// any of it.
func TestPixelfedChat(t *testing.T) {
	w := newTown(t)
	annID, bobID, eveID := w.person(w.site, "ann"), w.person(w.site, "bob"), w.person(w.site, "eve")
	ann, bob, eve := w.token(w.site, annID), w.token(w.site, bobID), w.token(w.site, eveID)
	// Direct posts of strangers wait among the requests, until the one they are for lets them in.
	w.do(200, "POST", "/api/v1/accounts/"+annID.String()+"/follow", bob, nil)
	w.do(200, "POST", "/api/v1/accounts/"+bobID.String()+"/follow", ann, nil)
	thread := func(token string, with any) map[string]any {
		return w.do(200, "GET", fmt.Sprintf("/api/v1.1/direct/thread?pid=%v", with), token, nil)
	}
	if got := thread(ann, bobID); got["username"] != "bob" || len(got["messages"].([]any)) != 0 || got["created_at"] != nil || got["isLocal"] != true {
		t.Errorf("before anything is said: %v", got)
	}
	if list := w.ask(w.site, "POST", "/api/v1.1/direct/lookup", ann, `{"q":"bo"}`); list.text(t, "0.id") != bobID.String() || list.at(t, "0.local") != true {
		t.Errorf("looked up: %s", list.body)
	}
	first := w.do(200, "POST", "/api/pixelfed/v1/direct/thread/send", ann, fmt.Sprintf(`{"to_id":"%s","message":"hello there","type":"text"}`, bobID))
	if first["text"] != "hello there" || first["isAuthor"] != true || first["seen"] != false {
		t.Errorf("sent: %v", first)
	}
	w.calm()
	post := w.do(200, "GET", "/api/v1/statuses/"+first["id"].(string), bob, nil)
	if post["visibility"] != "direct" || !strings.Contains(post["content"].(string), "@") {
		t.Errorf("as a post: %v", post)
	}
	got := thread(bob, annID)
	if m := got["messages"].([]any); len(m) != 1 || at(m[0], "text") != "hello there" || at(m[0], "isAuthor") != false || at(m[0], "seen") != false ||
		got["lastMessage"] != "hello there" || at(m[0], "timeAgo") == "" {
		t.Fatalf("received: %v", got)
	}
	if r := w.ask(w.site, "POST", "/api/v1.1/direct/thread/read", bob, fmt.Sprintf(`{"pid":"%s"}`, annID)); r.status != 200 || r.text(t, "0") != first["id"] {
		t.Errorf("read: %d %s", r.status, r.body)
	}
	if m := thread(bob, annID)["messages"].([]any); at(m[0], "seen") != true {
		t.Errorf("after it is read: %v", m)
	}
	r := w.upload(w.site, "POST", "/api/v1.1/direct/thread/media", bob, map[string][]byte{"file": photo(t, 60, 40)}, map[string]string{"to_id": annID.String()})
	if r.status != 200 || r.text(t, "type") != "photo" || r.text(t, "text") != "" || !strings.Contains(r.text(t, "media"), "sig=") || r.text(t, "carousel.0.mime") != "image/jpeg" {
		t.Errorf("a picture: %d %s", r.status, r.body)
	}
	w.calm()
	m := thread(ann, bobID)["messages"].([]any)
	if len(m) != 2 || at(m[0], "type") != "photo" || at(m[1], "id") != first["id"] {
		t.Errorf("both: %v", m)
	}
	if p := w.do(200, "GET", "/api/v1/statuses/"+at(m[0], "id").(string), ann, nil); p["in_reply_to_id"] != first["id"] {
		t.Errorf("it answers: %v", p["in_reply_to_id"])
	}
	// A third has no part in it, nor has what all three say.
	w.do(200, "POST", "/api/v1/statuses", eve, `{"status":"@ann @bob all of us","visibility":"direct"}`)
	w.calm()
	if len(thread(ann, bobID)["messages"].([]any)) != 2 || len(thread(eve, bobID)["messages"].([]any)) != 0 {
		t.Error("a talk of three stands in the chat of two")
	}
	w.do(422, "POST", "/api/v1.1/direct/thread/send", ann, fmt.Sprintf(`{"to_id":"%s","message":"what @eve does not know"}`, bobID))
	w.do(404, "DELETE", "/api/v1.1/direct/thread/message?id="+first["id"].(string), bob, nil)
	w.do(404, "DELETE", "/api/v1.1/direct/thread/message?id="+first["id"].(string), eve, nil)
	public := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"for all"}`)["id"].(string)
	w.do(404, "DELETE", "/api/v1.1/direct/thread/message?id="+public, ann, nil)
	w.do(200, "POST", "/api/v1.1/direct/thread/mute", bob, fmt.Sprintf(`{"id":"%s"}`, annID))
	if thread(bob, annID)["muted"] != true || thread(ann, bobID)["muted"] != false {
		t.Error("muted for one of them")
	}
	w.do(200, "POST", "/api/v1.1/direct/thread/unmute", bob, fmt.Sprintf(`{"id":"%s"}`, annID))
	w.do(404, "POST", "/api/v1.1/direct/thread/mute", eve, fmt.Sprintf(`{"id":"%s"}`, bobID))
	w.do(200, "DELETE", "/api/v1.1/direct/thread/message?id="+first["id"].(string), ann, nil)
	w.calm()
	if m := thread(bob, annID)["messages"].([]any); len(m) != 1 {
		t.Errorf("taken back: %v", m)
	}
	far := w.token(w.other, w.person(w.other, "oskar"))
	for _, call := range [][2]string{{"GET", "direct/thread?pid=" + annID.String()}, {"POST", "direct/thread/send?message=x&to_id=" + annID.String()}, {"POST", "direct/thread/read?pid=" + annID.String()}} {
		if r := w.ask(w.other, call[0], "/api/v1.1/"+call[1], far, nil); r.status != 404 {
			t.Errorf("%s of another site's account: %d %s", call[1], r.status, r.body)
		}
	}
	// Who blocks somebody is written to by them no more.
	w.do(200, "POST", fmt.Sprintf("/api/v1/accounts/%s/block", bobID), ann, nil)
	w.do(200, "POST", "/api/v1.1/direct/thread/send", bob, fmt.Sprintf(`{"to_id":"%s","message":"why?"}`, eveID))
	if r := w.ask(w.site, "POST", "/api/v1.1/direct/thread/send", bob, fmt.Sprintf(`{"to_id":"%s","message":"why?"}`, annID)); r.status/100 == 2 {
		w.calm()
		if len(thread(ann, bobID)["messages"].([]any)) != 0 {
			t.Error("who is blocked comes through")
		}
	}
}

// What Pixelfed's app shows of the person: their own alone.
func TestPixelfedSelf(t *testing.T) {
	w := newTown(t)
	annID, bobID := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, annID), w.token(w.site, bobID)
	w.session(w.site, annID)
	if list, _ := w.list("/api/v1.1/accounts/login-activity", ann); len(list) != 1 || list[0]["ip"] != "192.0.2.1" {
		t.Errorf("signed in: %v", list)
	}
	if list, _ := w.list("/api/v1.1/accounts/login-activity", bob); len(list) != 0 {
		t.Errorf("bob's: %v", list)
	}
	// What is not for every client that may read something.
	for _, path := range []string{"login-activity", "two-factor", "apps-and-applications"} {
		w.do(403, "GET", "/api/v1.1/accounts/"+path, w.token(w.site, annID, "read:accounts", "read:statuses", "write"), nil)
	}
	if list, _ := w.list("/api/v1.1/accounts/apps-and-applications", bob); len(list) != 1 || list[0]["name"] != "Tests" || list[0]["current_session"] != true {
		t.Errorf("bob's apps: %v", list)
	}
	settings := w.do(200, "GET", "/api/pixelfed/v1/app/settings", ann, nil)
	if settings["id"] != annID.String() || settings["updated_at"] != nil || at(settings, "common", "appearance", "theme") != "system" {
		t.Errorf("at first: %v", settings)
	}
	w.do(200, "POST", "/api/pixelfed/v1/app/settings", ann, `{"common":{"appearance":{"theme":"dark"},"timelines":{"show_public":true}}}`)
	settings = w.do(200, "GET", "/api/pixelfed/v1/app/settings", ann, nil)
	if settings["updated_at"] == nil || at(settings, "common", "appearance", "theme") != "dark" || at(settings, "common", "timelines", "show_public") != true ||
		at(settings, "common", "media", "hide_public_behind_cw") != true {
		t.Errorf("set: %v", settings)
	}
	w.do(422, "POST", "/api/pixelfed/v1/app/settings", ann, `{"common":{"appearance":{"theme":"pink"}}}`)
	if got := w.do(200, "GET", "/api/v1.1/app/settings", bob, nil); at(got, "common", "appearance", "theme") != "system" {
		t.Errorf("bob's: %v", got)
	}
	r := w.upload(w.site, "POST", "/api/v1/accounts/update_credentials?_pe=1", ann, map[string][]byte{"avatar": photo(t, 50, 50)}, map[string]string{"display_name": "Ann"})
	if r.status != 200 || r.text(t, "display_name") != "Ann" || !strings.Contains(r.text(t, "avatar"), "/media/p") {
		t.Errorf("a picture by POST: %d %s", r.status, r.body)
	}
	if got := w.do(200, "DELETE", "/api/v1.1/accounts/avatar", ann, nil); !strings.HasSuffix(got["avatar"].(string), "missing.png") {
		t.Errorf("removed: %v", got["avatar"])
	}
	if got := w.do(200, "GET", "/api/v1.2/stories/carousel", ann, nil); len(got["nodes"].([]any)) != 0 {
		t.Errorf("stories: %v", got)
	}
	w.do(404, "GET", "/api/v1.1/collections/accounts/77", ann, nil)
}
