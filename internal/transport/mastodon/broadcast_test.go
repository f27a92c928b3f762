package mastodon

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// An event of a public stream is drawn once for all who have nothing to do with its author; who blocks, mutes or filters is looked at
// by themselves, also when they did so a moment ago (T157).
func TestT157_PublicStreamsShareWhatAllSee(t *testing.T) {
	w, server := serve(t)
	a := w.person(w.site, "ann")
	ann := w.token(w.site, a)
	var ears []*ear
	var tokens []string
	for i := range 6 {
		tokens = append(tokens, w.token(w.site, w.person(w.site, fmt.Sprintf("reader%d", i))))
		ears = append(ears, mustDial(t, server, tokens[i], "?stream=public:local"))
	}
	post := func(text string) string {
		t.Helper()
		return w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"`+text+`"}`)["id"].(string)
	}
	first := post("first")
	for _, e := range ears {
		if p := e.want("update", first).object(t); p["favourited"] != nil || p["filtered"] == nil {
			t.Errorf("payload: %v", p)
		}
	}
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/mute", tokens[0], nil)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/block", tokens[1], nil)
	w.do(200, "POST", "/api/v2/filters", tokens[2], `{"title":"x","context":["public"],"filter_action":"warn","keywords_attributes":[{"keyword":"rain"}]}`)
	rain, sun := post("rain"), post("sun")
	w.calm()
	for i, e := range ears {
		if i < 2 {
			continue
		}
		for range 2 { // jobs that tell of posts may overtake each other
			p := e.want("update", "").object(t)
			filtered := len(p["filtered"].([]any))
			if want := p["id"] == rain && i == 2; want != (filtered == 1) || p["id"] != rain && p["id"] != sun {
				t.Errorf("reader %d: %v is filtered by %d", i, p["content"], filtered)
			}
		}
	}
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/unmute", tokens[0], nil)
	last := post("last")
	ears[0].want("update", last) // and nothing of what was muted before it
	if len(ears[1].events) != 0 {
		t.Errorf("who blocks heard %v", <-ears[1].events)
	}
}

// mastodon-api.md 10: who only listens to notifications hears of edits of posts that name them, and when such a post goes.
func TestEditsOnTheStreamOfNotifications(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	both := mustDial(t, server, bob, "?stream=user:notification")
	home := mustDial(t, server, bob, "?stream=user")
	cat := w.token(w.site, w.person(w.site, "cat"))
	away := mustDial(t, server, cat, "?stream=user") // named, and follows nobody
	post := func(text string) string {
		t.Helper()
		return w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"`+text+`"}`)["id"].(string)
	}
	other, named := post("not to bob"), post("@bob and @cat")
	both.want("notification", named)
	away.want("notification", named)
	edit := func(id, text string) {
		w.do(200, "PUT", "/api/v1/statuses/"+id, ann, `{"status":"`+text+`"}`)
		w.calm()
	}
	edit(other, "still not to bob")
	edit(named, "@bob and @cat, again")
	both.want("status.update", "again")
	w.do(200, "DELETE", "/api/v1/statuses/"+named, ann, nil)
	both.want("delete", named)
	away.want("delete", named) // the edit was none of a post at home
	seen := map[string]int{}
	for range 4 {
		h := home.next()
		seen[h.Event]++
	}
	if seen["update"] != 2 || seen["notification"] != 1 {
		t.Errorf("home: %v", seen)
	}
}

// An event stream that broke off goes on where it was, also for what the site announced meanwhile; that a client sends the id of an
// event, which it cannot know, changes nothing.
func TestEventStreamsResume(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	e, hangUp := listenAs(t, server, bob, "user", "")
	first := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"first"}`)["id"].(string)
	e.want("update", first)
	w.age(1)
	hangUp()
	w.resting(1)
	missed := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"missed"}`)["id"].(string)
	w.calm()
	announced := w.announce("The oven is hot.")
	w.calm()
	e, _ = listenAs(t, server, bob, "user", "17")
	e.want("update", missed)
	e.want("announcement", announced)
	w.resting(0)
	last := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"last"}`)["id"].(string)
	e.want("update", last)
}

// age waits until so many events were written, and makes them older than what may still be on its way.
func (w *town) age(n uint64) {
	w.t.Helper()
	for range 5000 {
		all := uint64(0)
		w.api.rests.mu.Lock()
		for _, list := range w.api.rests.live {
			for l := range list {
				l.out.mu.Lock()
				all += l.out.last
				l.out.recent = nil
				l.out.mu.Unlock()
			}
		}
		w.api.rests.mu.Unlock()
		if all >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	w.t.Fatal("nothing was written")
}

// Two connections that broke off missed the same: whoever comes back is told of it once.
func TestResumeTellsOnce(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	one, other := mustDial(t, server, bob, "?stream=user"), mustDial(t, server, bob, "?stream=user") // both: a later one would go on where the first stopped
	_, _ = one.conn.CloseNow(), other.conn.CloseNow()
	w.resting(2)
	missed := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"missed"}`)["id"].(string)
	w.calm()
	e := mustDial(t, server, bob, "?stream=user")
	e.want("update", missed)
	last := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"last"}`)["id"].(string)
	if h := e.want("update", last); strings.Contains(h.Payload, missed) {
		t.Error("told twice")
	}
}
