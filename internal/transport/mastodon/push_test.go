package mastodon

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/push/pushtest"
	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
)

func subscribe(d *pushtest.Device, w *town, token string, standard bool, more string) map[string]any {
	w.t.Helper()
	body, _ := json.Marshal(d.Subscription(standard))
	p := w.do(200, "POST", "/api/v1/push/subscription", token, `{"subscription":`+string(body)+`,"data":{"alerts":{"mention":true,"favourite":"1","follow":false}`+more+`}}`)
	d.Served = p["server_key"].(string)
	return p
}

func pushTown(t *testing.T) *town {
	w := newTown(t)
	w.api.Fetch = fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(w.api.Fetch.Close)
	return w
}

// TestPushesSpeakWhatTheirReaderChose: the language of an account is that of its pushes, and what is none is refused.
func TestPushesSpeakWhatTheirReaderChose(t *testing.T) {
	w := pushTown(t)
	ann, bob := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob"))
	d := pushtest.New(t)
	subscribe(d, w, ann, true, "")
	w.do(422, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"locale":"no language"}`)
	for locale, title := range map[string]string{"ar": "ذكرك \u2068bob\u2069", "de": "bob hat dich erwähnt", "sv": "bob mentioned you"} {
		w.do(200, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"locale":"`+locale+`"}`)
		w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann in `+locale+`"}`)
		if got := d.Next(); got["title"] != title || got["preferred_locale"] != locale {
			t.Errorf("%s: %v", locale, got)
		}
	}
}

// mastodon-api.md 11: both encodings, and the fields of the payload.
func TestPush(t *testing.T) {
	w := pushTown(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(404, "GET", "/api/v1/push/subscription", ann, nil)
	for _, standard := range []bool{true, false} {
		d := pushtest.New(t)
		p := subscribe(d, w, ann, standard, "")
		alerts := p["alerts"].(map[string]any)
		if p["standard"] != standard || p["policy"] != "all" || alerts["mention"] != true || alerts["favourite"] != true || alerts["follow"] != false {
			t.Errorf("subscription: %v", p)
		}
		if key := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any)["vapid"].(map[string]any)["public_key"]; key != d.Served {
			t.Errorf("the instance shows %v, the subscription %v", key, d.Served)
		}
		w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann <b>Hello</b> & welcome"}`)
		got := d.Next()
		list, _ := w.list("/api/v1/notifications?limit=1", ann)
		for k, want := range map[string]any{"access_token": ann, "preferred_locale": "en", "notification_id": list[0]["id"],
			"notification_type": "mention", "title": "bob mentioned you", "body": "@ann <b>Hello</b> & welcome"} {
			if got[k] != want {
				t.Errorf("payload: %s is %v, want %v", k, got[k], want)
			}
		}
		if icon, _ := got["icon"].(string); !strings.HasPrefix(icon, "https://") || len(got) != 7 {
			t.Errorf("payload: %v", got)
		}
		if standard { // the push service may end it too
			end, _ := d.End.Load().(string)
			path := strings.TrimPrefix(end, w.site.Base)
			w.do(404, "DELETE", path[:len(path)-3]+"AAA", "", nil)
			w.do(204, "DELETE", path, "", nil)
			w.do(404, "GET", "/api/v1/push/subscription", ann, nil)
		}
	}
	w.do(200, "PUT", "/api/v1/push/subscription", ann, `{"data":{"alerts":{"reblog":true}},"policy":"followed"}`)
	if p := w.do(200, "GET", "/api/v1/push/subscription", ann, nil); p["policy"] != "followed" || len(p["alerts"].(map[string]any)) != 1 {
		t.Errorf("changed: %v", p)
	}
	w.do(200, "DELETE", "/api/v1/push/subscription", ann, nil)
	w.do(404, "GET", "/api/v1/push/subscription", ann, nil)
}

// T158: nothing goes where it is not wanted any more.
func TestT158_WhatIsNotPushed(t *testing.T) {
	w := pushTown(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	d := pushtest.New(t)
	mention := func(text string) { w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann `+text+`"}`) }
	// due makes what was put into the queue run, and tells how often something was pushed.
	due := func() (n int) {
		t.Helper()
		w.calm()
		for len(d.Got) > 0 {
			<-d.Got
			n++
		}
		return n
	}
	subscribe(d, w, ann, true, "")
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil) // an alert that is off
	if n := due(); n != 0 {
		t.Errorf("an alert that is off is pushed %d times", n)
	}
	subscribe(d, w, ann, true, `,"policy":"followed"`)
	mention("by a stranger")
	if n := due(); n != 0 {
		t.Errorf("of somebody not followed: %d", n)
	}
	subscribe(d, w, ann, true, `,"policy":"follower"`)
	mention("by a follower")
	if n := due(); n != 1 {
		t.Errorf("of a follower: %d", n)
	}
	subscribe(d, w, ann, true, "")
	w.do(200, "PATCH", "/api/v2/notifications/policy", ann, `{"for_not_following":"filter"}`)
	mention("held back")
	if n := due(); n != 0 {
		t.Errorf("what is held back: %d", n)
	}
	w.do(200, "PATCH", "/api/v2/notifications/policy", ann, `{"for_not_following":"accept"}`)
	// What happened before a push is sent counts: the same job runs after each.
	mention("seen")
	if n := due(); n != 1 {
		t.Fatalf("pushed %d times", n)
	}
	var p *skein.PushSubscription
	var last *skein.Notification
	w.must(w.db.View(t.Context(), w.site.ID, func(tx *store.Tx) error {
		subs, err := tx.Pushes([]skein.ID{a})
		if err != nil {
			return err
		}
		p = subs[0]
		list, err := tx.Notifications(a, store.NotificationFilter{}, store.Page{Limit: 1})
		last = list[0]
		return err
	}))
	job := queue.Delivery{Site: int64(w.site.ID), Activity: int64(last.ID), Inbox: p.ID.String(), Host: "push/0/test"}
	again := func(what string, want int) {
		t.Helper()
		w.api.SendPush(t.Context(), job)
		if n := due(); n != want {
			t.Errorf("%s: pushed %d times, want %d", what, n, want)
		}
	}
	again("at least once", 1)
	w.do(200, "POST", "/api/v1/accounts/"+b.String()+"/mute", ann, nil)
	again("somebody muted since", 0)
	w.do(200, "POST", "/api/v1/accounts/"+b.String()+"/unmute", ann, nil)
	again("and unmuted", 1)
	// T180: nor what the reader's filters hide among notifications.
	filter := w.do(200, "POST", "/api/v2/filters", ann, `{"title":"x","context":["notifications"],"filter_action":"hide","keywords_attributes":[{"keyword":"seen"}]}`)
	again("filtered since", 0)
	w.do(200, "DELETE", "/api/v2/filters/"+filter["id"].(string), ann, nil)
	again("and not any more", 1)
	// A service in trouble is tried again, one that knows the subscription no longer ends it.
	d.Answer.Store(503)
	again("in trouble", 1)
	d.Answer.Store(500)
	again("with a fault", 1)
	job.Attempt = 5
	again("after five tries", 0)
	job.Attempt = 0
	w.do(200, "GET", "/api/v1/push/subscription", ann, nil)
	d.Answer.Store(410)
	again("gone", 1)
	w.do(404, "GET", "/api/v1/push/subscription", ann, nil)
	d.Answer.Store(201)
	again("after it ended", 0)
	// Another person on the same device takes it over; and with the token the rest ends.
	subscribe(d, w, ann, true, "")
	cat := w.token(w.site, w.person(w.site, "cat"))
	subscribe(d, w, cat, true, "")
	w.do(404, "GET", "/api/v1/push/subscription", ann, nil)
	mention("to the one before")
	if n := due(); n != 0 {
		t.Errorf("to the person before: %d", n)
	}
	subscribe(d, w, ann, true, "")
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error { return w.api.Identity.End(tx, a) }))
	mention("after the end")
	if n := due(); n != 0 {
		t.Errorf("after the tokens ended: %d", n)
	}
	w.must(w.db.View(t.Context(), w.site.ID, func(tx *store.Tx) error {
		left, err := tx.Pushes([]skein.ID{a})
		if len(left) != 0 {
			t.Errorf("%d subscriptions outlive their token", len(left))
		}
		return err
	}))
}

// A push service that does not answer holds up nobody else, and what waits for it is not written again and again. The first
// subscription of a site works at once, also when there was something to tell before.
func TestPushServicesWaitForThemselves(t *testing.T) {
	w := pushTown(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	eve := w.token(w.site, w.person(w.site, "eve"))
	mention := func() {
		w.do(200, "POST", "/api/v1/statuses", eve, `{"status":"@ann @bob hello"}`)
	}
	mention()
	w.calm()
	slow, quick := pushtest.New(t), pushtest.New(t)
	hung := make(chan struct{})
	asked := atomic.Int32{}
	silent := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked.Add(1)
		<-hung
	}))
	there, err := net.Listen("tcp", "127.0.0.2:0") // another host
	w.must(err)
	silent.Listener.Close()
	silent.Listener = there
	silent.Start()
	defer silent.Close()
	defer close(hung)
	slow.URL = silent.URL + "/send/1"
	subscribe(slow, w, ann, true, "")
	subscribe(quick, w, bob, true, "")
	const n = 12
	for range n {
		mention()
	}
	for range n {
		quick.Next()
	}
	state, err := w.db.Shared().QueueState(t.Context())
	for end := time.Now().Add(10 * time.Second); err == nil && state.Jobs > 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		state, err = w.db.Shared().QueueState(t.Context()) // the job that told the last of them is ending
	}
	if err != nil || state.Jobs != 0 || asked.Load() > 1 {
		t.Errorf("%d jobs and %d deliveries wait, the silent service was asked %d times: %v", state.Jobs, state.Deliveries, asked.Load(), err)
	}
}

// T13: an endpoint must be somewhere else, when it is registered and when something is sent.
func TestT13_PushGoesNowhereInside(t *testing.T) {
	w := pushTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	d := pushtest.New(t)
	subscribe(d, w, ann, true, "")
	w.api.Fetch = fetch.New(fetch.Config{}) // nothing inside may be reached now
	keys := `"keys":{"p256dh":"` + base64.RawURLEncoding.EncodeToString(d.Private.PublicKey().Bytes()) + `","auth":"` + base64.RawURLEncoding.EncodeToString(d.Auth) + `"}`
	for _, bad := range []string{"https://127.0.0.1/x", "https://localhost/x", "http://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest",
		"https://2130706433/", "ftp://push.example/", "https://push.example:22/", "javascript:alert(1)", "not a url"} {
		w.do(422, "POST", "/api/v1/push/subscription", ann, `{"subscription":{"endpoint":"`+bad+`",`+keys+`}}`)
	}
	w.do(422, "POST", "/api/v1/push/subscription", ann, `{"subscription":{"endpoint":"https://192.0.2.1/","keys":{"p256dh":"AAAA","auth":"AAAA"}}}`)
	w.do(400, "POST", "/api/v1/push/subscription", ann, `{}`)
	bob := w.token(w.site, w.person(w.site, "bob"))
	w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"@ann hi"}`)
	w.calm()
	if len(d.Got) != 0 {
		t.Error("a push went to an address inside")
	}
}

// T141: the subscription of a token is that token's only.
func TestT141_PushIsOfOneToken(t *testing.T) {
	w := pushTown(t)
	a := w.person(w.site, "ann")
	ann, other := w.token(w.site, a), w.token(w.site, a, "read", "push")
	subscribe(pushtest.New(t), w, ann, true, "")
	w.do(404, "GET", "/api/v1/push/subscription", other, nil)
	w.do(404, "PUT", "/api/v1/push/subscription", other, `{"data":{"alerts":{}}}`)
	w.do(200, "DELETE", "/api/v1/push/subscription", other, nil)
	w.do(200, "GET", "/api/v1/push/subscription", ann, nil)
}
