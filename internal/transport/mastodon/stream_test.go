package mastodon

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// serve puts a town behind a real server, whose every host is the first site.
func serve(t *testing.T) (*town, string) {
	t.Helper()
	w := newTown(t)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { w.api.ServeSite(out, r, w.site) }))
	s.Config.ReadTimeout, s.Config.WriteTimeout = timeouts, timeouts
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(w.api.Close) // first: the server waits for its streams
	return w, s.URL
}

// timeouts are the server's, for everything but streams.
const timeouts = 2 * time.Second

// heard is one event, from either transport.
type heard struct {
	Stream  []string `json:"stream"`
	Event   string   `json:"event"`
	Payload string   `json:"payload"`
	Error   string   `json:"error"`
	Status  int      `json:"status"`
}

func (h heard) object(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(h.Payload), &m); err != nil {
		t.Fatalf("payload of %s: %v: %s", h.Event, err, h.Payload)
	}
	return m
}

// ear is an open stream.
type ear struct {
	t      *testing.T
	events chan heard
	conn   *websocket.Conn
	code   chan websocket.StatusCode
}

func (e *ear) next() heard {
	e.t.Helper()
	select {
	case h, ok := <-e.events:
		if !ok {
			e.t.Fatal("the stream ended")
		}
		return h
	case <-time.After(5 * time.Second):
		e.t.Fatal("nothing came")
	}
	return heard{}
}

// want expects an event, and no other before it.
func (e *ear) want(event string, inPayload string) heard {
	e.t.Helper()
	h := e.next()
	if h.Event != event || !strings.Contains(h.Payload, inPayload) {
		e.t.Fatalf("heard %s %.300s %s, want %s with %s", h.Event, h.Payload, h.Error, event, inPayload)
	}
	return h
}

func (e *ear) say(msg string) {
	e.t.Helper()
	if err := e.conn.Write(e.t.Context(), websocket.MessageText, []byte(msg)); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ear) closed(want websocket.StatusCode) {
	e.t.Helper()
	select {
	case code := <-e.code:
		if code != want {
			e.t.Errorf("closed with %d, want %d", code, want)
		}
	case <-time.After(5 * time.Second):
		e.t.Error("the socket stays open")
	}
}

func dial(t *testing.T, server, query string, h http.Header, protocols ...string) (*ear, *http.Response, error) {
	t.Helper()
	conn, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server, "http")+"/api/v1/streaming"+query,
		&websocket.DialOptions{HTTPHeader: h, Subprotocols: protocols})
	if err != nil {
		return nil, resp, err
	}
	conn.SetReadLimit(1 << 20)
	e := &ear{t: t, events: make(chan heard, 100), conn: conn, code: make(chan websocket.StatusCode, 1)}
	go func() {
		for {
			_, b, err := conn.Read(context.Background())
			if err != nil {
				e.code <- websocket.CloseStatus(err)
				close(e.events)
				return
			}
			var h heard
			if err := json.Unmarshal(b, &h); err != nil {
				h.Error = err.Error()
			}
			e.events <- h
		}
	}()
	t.Cleanup(func() { _ = conn.CloseNow() })
	return e, resp, nil
}

func mustDial(t *testing.T, server, token, query string) *ear {
	t.Helper()
	e, _, err := dial(t, server, query, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func listen(t *testing.T, server, token, path string) *ear {
	t.Helper()
	e, _ := listenAs(t, server, token, path, "")
	return e
}

// listenAs is listen of a client that says which event it heard last, and may hang up.
func listenAs(t *testing.T, server, token, path, last string) (*ear, func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, "GET", server+"/api/v1/streaming/"+path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != cacheNever {
		b, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s: %d %s %s", path, resp.StatusCode, resp.Header, b)
	}
	in := bufio.NewReader(resp.Body)
	if first, err := in.ReadString('\n'); first != ":)\n" {
		t.Fatalf("first line %q, %v", first, err)
	}
	e := &ear{t: t, events: make(chan heard, 100)}
	go func() {
		defer close(e.events)
		var h heard
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			switch line = strings.TrimSuffix(line, "\n"); {
			case strings.HasPrefix(line, "event: "):
				h.Event = line[7:]
			case strings.HasPrefix(line, "data: "):
				h.Payload = line[6:]
			case line == "" && h.Event != "":
				e.events <- h
				h = heard{}
			}
		}
	}()
	return e, cancel
}

// mastodon-api.md 10: what each stream carries, over both transports.
func TestStreams(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)

	for name, open := range map[string]func() (user, local, tag *ear){
		"events": func() (user, local, tag *ear) {
			return listen(t, server, bob, "user"), listen(t, server, bob, "public/local"), listen(t, server, bob, "hashtag?tag=Tree")
		},
		"sockets": func() (user, local, tag *ear) {
			tag = mustDial(t, server, bob, "")
			tag.say(`{"type":"subscribe","stream":"hashtag","tag":"Tree"}`)
			tag.say(`{"type":"subscribe","stream":"hashtag"}`)
			if h := tag.next(); h.Error != "Missing tag name parameter" || h.Status != 400 {
				t.Errorf("no tag: %+v", h)
			}
			return mustDial(t, server, bob, "?stream=user"), mustDial(t, server, bob, "?stream=public:local"), tag
		},
	} {
		t.Run(name, func(t *testing.T) {
			user, local, tag := open()
			id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"a \"quoted\"\n#Tree"}`)["id"].(string)
			got := user.want("update", id)
			if p := got.object(t); p["favourited"] != false || p["filtered"] == nil || !strings.Contains(p["content"].(string), "quoted") {
				t.Errorf("home: %v", p)
			}
			if p := local.want("update", id).object(t); p["favourited"] != nil {
				t.Errorf("public payload is not anonymous: %v", p)
			}
			h := tag.want("update", id)
			if name == "sockets" && (!slices.Equal(h.Stream, []string{"hashtag", "Tree"}) || !slices.Equal(got.Stream, []string{"user"})) {
				t.Errorf("stream names %v %v", h.Stream, got.Stream)
			}
			secret := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"followers #Tree","visibility":"private"}`)["id"].(string)
			user.want("update", secret)
			w.do(200, "PUT", "/api/v1/statuses/"+id, ann, `{"status":"edited #Tree"}`)
			for _, e := range []*ear{user, local, tag} { // and nothing of the private post before it
				e.want("status.update", "edited")
			}
			mention := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"@bob hi","visibility":"direct"}`)["id"].(string)
			kinds := map[string]bool{}
			for range 2 {
				h := user.next()
				kinds[h.Event] = strings.Contains(h.Payload, mention)
			}
			if !kinds["update"] || !kinds["notification"] {
				t.Errorf("mention: %v", kinds)
			}
			w.do(200, "DELETE", "/api/v1/statuses/"+id, ann, nil)
			for _, e := range []*ear{user, local, tag} {
				if h := e.want("delete", ""); h.Payload != id {
					t.Errorf("deleted %s, want %s", h.Payload, id)
				}
			}
		})
	}
}

func TestStreamAuth(t *testing.T) {
	w, server := serve(t)
	a := w.person(w.site, "ann")
	ann := w.token(w.site, a)
	for name, open := range map[string]func() (*ear, *http.Response, error){
		"header": func() (*ear, *http.Response, error) {
			return dial(t, server, "?stream=user", http.Header{"Authorization": {"Bearer " + ann}})
		},
		"query": func() (*ear, *http.Response, error) { return dial(t, server, "?stream=user&access_token="+ann, nil) },
		"protocol": func() (*ear, *http.Response, error) {
			return dial(t, server, "?stream=user", http.Header{"Origin": {"https://elk.example"}}, ann)
		},
		"cookie": func() (*ear, *http.Response, error) {
			return dial(t, server, "?stream=user", http.Header{"Cookie": {w.session(w.site, a)}, "Origin": {w.site.Base}})
		},
	} {
		e, resp, err := open()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "protocol" && resp.Header.Get("Sec-WebSocket-Protocol") != ann {
			t.Errorf("protocol is not echoed")
		}
		_ = e
	}
	cookie := w.session(w.site, a)
	for name, c := range map[string]struct {
		query  string
		header http.Header
		status int
	}{
		"nobody":                     {"", nil, 401},
		"nonsense":                   {"?access_token=x", nil, 401},
		"another site's":             {"?access_token=" + w.token(w.other, w.person(w.other, "oskar")), nil, 401}, // T197
		"an app's":                   {"?access_token=" + w.token(w.site, 0), nil, 422},
		"without scope":              {"?access_token=" + w.token(w.site, a, "write"), nil, 403},
		"notifications only":         {"?stream=user&access_token=" + w.token(w.site, a, "read:notifications"), nil, 403},
		"posts only":                 {"?stream=user:notification&access_token=" + w.token(w.site, a, "read:statuses"), nil, 403},
		"a cookie from elsewhere":    {"", http.Header{"Cookie": {cookie}, "Origin": {"https://evil.example"}}, 403}, // T122
		"a cookie from nowhere":      {"", http.Header{"Cookie": {cookie}}, 403},
		"a stream that there is not": {"?stream=everything&access_token=" + ann, nil, 400},
		"somebody's list":            {"?stream=list&list=5&access_token=" + ann, nil, 401},
	} {
		_, resp, err := dial(t, server, c.query, c.header)
		if err == nil || resp == nil || resp.StatusCode != c.status || resp.Header.Get("X-Error-Message") == "" {
			t.Errorf("%s: %v %v, want %d", name, resp, err, c.status)
		}
	}
	if r := w.get("/api/v1/streaming?stream=user", ann); r.status != 404 {
		t.Errorf("no upgrade: %d", r.status)
	}
	// A token for posts alone hears nothing of notifications.
	posts := mustDial(t, server, w.token(w.site, a, "read:statuses"), "?stream=user")
	bob := w.token(w.site, w.person(w.site, "bob"))
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"mine"}`)["id"].(string)
	posts.want("update", id)
}

// T140: what ends a token ends its streams.
func TestT140_RevocationClosesStreams(t *testing.T) {
	w, server := serve(t)
	a := w.person(w.site, "ann")
	app := w.do(200, "POST", "/api/v1/apps", "", `{"client_name":"x","redirect_uris":"urn:ietf:wg:oauth:2.0:oob","scopes":"read"}`)
	id, _ := skein.ParseID(app["id"].(string))
	token, err := w.api.Identity.NewToken(t.Context(), w.site.ID, a, id, []string{"read"})
	w.must(err)
	socket, events, other := mustDial(t, server, token, "?stream=user"), listen(t, server, token, "user"), mustDial(t, server, w.token(w.site, a), "?stream=user")
	w.must(w.api.Identity.Revoke(t.Context(), w.site.ID, app["client_id"].(string), app["client_secret"].(string), token))
	socket.closed(websocket.StatusPolicyViolation)
	select {
	case _, open := <-events.events:
		if open {
			t.Error("an event came")
		}
	case <-time.After(5 * time.Second):
		t.Error("the event stream stays open")
	}
	// The streams of another token go on.
	p := w.do(200, "POST", "/api/v1/statuses", w.token(w.site, a), `{"status":"still here"}`)
	other.want("update", p["id"].(string))
}

// T157: what may be seen is asked at each event.
func TestT157_EventsAreCheckedWhenSent(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob, cee := w.token(w.site, a), w.token(w.site, b), w.token(w.site, w.person(w.site, "cee"))
	socket := mustDial(t, server, bob, "?stream=public:local")
	socket.say(`{"type":"subscribe","stream":"user"}`)
	marker := func() { // what cee writes is heard, so everything before it would have been
		t.Helper()
		id := w.do(200, "POST", "/api/v1/statuses", cee, `{"status":"marker"}`)["id"].(string)
		socket.want("update", id)
	}
	marker()
	secret := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"psst","visibility":"private"}`)["id"].(string)
	id, _ := skein.ParseID(secret)
	// An event that should never have been sent, for a post that bob may not read.
	for _, topic := range []string{social.TopicUser(b), social.TopicLocal(w.site.ID)} {
		for _, kind := range []social.LiveKind{social.LivePost, social.LiveEdit} {
			w.hub.Publish(topic, string(kind), social.Live{Kind: kind, Post: id})
		}
	}
	marker()
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/mute", bob, nil)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"muted"}`)
	w.calm()
	marker()
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/unmute", bob, nil)
	w.do(200, "POST", "/api/v1/accounts/"+b.String()+"/block", ann, nil)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"blocked"}`)
	w.calm()
	marker()
}

// What a site decides while streams are open holds for them at once: parts of the network that get nothing, feeds that are not for
// everybody any more, and whole servers that somebody blocks.
func TestT157_StreamsEndWhenTheSiteSaysSo(t *testing.T) {
	w, server := serve(t)
	a := w.person(w.site, "ann")
	ann, owner := w.token(w.site, a), skein.Viewer{Site: w.site.ID, Account: w.site.Actor}
	ends := func(what string, e *ear) { // after what was under way
		t.Helper()
		late := time.After(5 * time.Second)
		for {
			select {
			case _, open := <-e.events:
				if !open {
					return
				}
			case <-late:
				t.Errorf("%s: the stream stays open", what)
				return
			}
		}
	}
	goesOn := func(e *ear) {
		t.Helper()
		id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"still here","visibility":"unlisted"}`)["id"].(string)
		for !strings.Contains(e.next().Payload, id) {
		}
	}
	set := func(f skein.Feeds) {
		t.Helper()
		_, err := w.api.Sites.Update(t.Context(), w.site.ID, site.Settings{Feeds: &f})
		w.must(err)
	}
	user := mustDial(t, server, ann, "?stream=user")
	remote, sse := mustDial(t, server, ann, "?stream=public:remote"), listen(t, server, ann, "public/local")
	set(skein.Feeds{LiveRemote: skein.FeedDisabled})
	remote.closed(websocket.StatusPolicyViolation)
	goesOn(user) // a feed that is not theirs was closed
	set(skein.Feeds{LiveRemote: skein.FeedDisabled, LiveLocal: skein.FeedDisabled})
	ends("the local feed", sse)

	events := listen(t, server, ann, "user")
	_, err := w.api.Reports.AddIPBlock(t.Context(), owner, skein.IPBlock{Network: netip.MustParsePrefix("203.0.113.0/24"), Severity: skein.IPNoAccess}, netip.Addr{})
	w.must(err)
	goesOn(user) // that was another part of the network
	goesOn(events)
	_, err = w.api.Reports.AddIPBlock(t.Context(), owner, skein.IPBlock{Network: netip.MustParsePrefix("127.0.0.0/8"), Severity: skein.IPNoAccess}, netip.Addr{})
	w.must(err)
	user.closed(websocket.StatusPolicyViolation)
	ends("the network of this machine", events)
}

// T90: caps on all sides, and slow readers are dropped with a code.
func TestT90_StreamsAreBounded(t *testing.T) {
	w, server := serve(t)
	a := w.person(w.site, "ann")
	ann := w.token(w.site, a)
	socket := mustDial(t, server, ann, "")
	for i := range maxFeeds + 1 {
		socket.say(fmt.Sprintf(`{"type":"subscribe","stream":"hashtag","tag":"tag%d"}`, i))
	}
	if h := socket.next(); h.Status != 429 {
		t.Errorf("too many hashtags: %+v", h)
	}
	socket.say(`{"type":"subscribe","stream":"hashtag","tag":"tag0"}`) // again: nothing happens
	socket.say(`{"type":"unsubscribe","stream":"hashtag","tag":"tag0"}`)
	socket.say(`{"type":"subscribe","stream":"user"}`)
	for _, bad := range []string{`{`, `[]`, `{"type":"subscribe","type":"x"}`, `"x"`} {
		socket.say(bad)
		if h := socket.next(); h.Status != 400 {
			t.Errorf("%s: %+v", bad, h)
		}
	}
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"alive"}`)["id"].(string)
	socket.want("update", id)

	giant := mustDial(t, server, ann, "")
	giant.say(`{"type":"` + strings.Repeat("x", 2*maxFrame) + `"}`)
	giant.closed(websocket.StatusMessageTooBig)

	chatty := mustDial(t, server, ann, "")
	for range maxCommands + 1 {
		if chatty.conn.Write(t.Context(), websocket.MessageText, []byte(`{}`)) != nil {
			break
		}
	}
	chatty.closed(websocket.StatusPolicyViolation)

	var open []*ear
	for len(open) < maxStreams+1 {
		e, resp, err := dial(t, server, "?access_token="+ann, nil)
		if err != nil {
			if resp == nil || resp.StatusCode != 429 {
				t.Fatalf("after %d sockets: %v", len(open), err)
			}
			break
		}
		open = append(open, e)
	}
	if len(open) == 0 || len(open) > maxStreams {
		t.Errorf("%d sockets of one person", len(open))
	}
}

// blocked is a wire whose other end does not read.
type blocked struct{ until chan struct{} }

func (b blocked) write(context.Context, frame) error { <-b.until; return nil }
func (b blocked) beat(context.Context) error         { return nil }

func TestT90_SlowListenersAreCutOff(t *testing.T) {
	w := newTown(t)
	a := w.person(w.site, "ann")
	token := w.token(w.site, a)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	g, err := w.api.Identity.ByToken(t.Context(), w.site.ID, token)
	w.must(err)
	c := &call{Context: t.Context(), api: w.api, r: r, site: w.site, grant: g, who: g.Viewer, route: &Route{}}
	wire := blocked{make(chan struct{})}
	l := newListener(c, wire)
	f, err := c.feedOf("user", "", "", false)
	w.must(err)
	w.must(l.add(t.Context(), f))
	done := make(chan error)
	go func() { done <- l.run(t.Context(), time.Hour, nil) }()
	for i := range 200 {
		w.hub.Publish(social.TopicUser(a), "delete", social.Live{Kind: social.LiveDelete, Post: skein.ID(i + 1)})
	}
	if l.sub.Err() == nil {
		t.Error("200 events wait for somebody who does not read")
	}
	close(wire.until)
	if err := <-done; err == nil {
		t.Error("the listener goes on")
	}
}

// Streams end with the server, with a code that says so.
func TestStreamsEndWithTheServer(t *testing.T) {
	w, server := serve(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	socket, events := mustDial(t, server, ann, "?stream=user"), listen(t, server, ann, "user")
	w.api.Close()
	socket.closed(websocket.StatusGoingAway)
	if _, open := <-events.events; open {
		t.Error("the event stream goes on")
	}
	if r := w.get("/api/v1/streaming/user", ann); r.status != 503 {
		t.Errorf("a new stream while closing: %d", r.status)
	}
}

func TestQuotedPayload(t *testing.T) {
	for _, s := range []string{`{"a":"b\"c\\d\n"}`, `123`, ``, `"\\"`} {
		var back string
		if err := json.Unmarshal(appendQuoted(nil, []byte(s)), &back); err != nil || back != s {
			t.Errorf("%s: %q, %v", s, back, err)
		}
	}
}

// The server's time limits are for requests, not for streams.
func TestStreamsOutliveTimeouts(t *testing.T) {
	w, server := serve(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	socket, events := mustDial(t, server, ann, "?stream=user"), listen(t, server, ann, "user")
	time.Sleep(timeouts + timeouts/2)
	id := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"still here"}`)["id"].(string)
	socket.want("update", id)
	events.want("update", id)
}

// early does something while a connection is being handed over to its socket.
type early struct {
	http.ResponseWriter
	do func()
}

func (e early) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	e.do()
	return http.NewResponseController(e.ResponseWriter).Hijack()
}

// What happens while a socket opens reaches it: who hears "101" believes to be listening.
func TestNothingIsLostWhileASocketOpens(t *testing.T) {
	w := newTown(t)
	a := w.person(w.site, "ann")
	ann := w.token(w.site, a)
	var id string
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.api.ServeSite(early{out, func() { id = w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"early"}`)["id"].(string) }}, r, w.site)
	}))
	t.Cleanup(s.Close)
	t.Cleanup(w.api.Close)
	e := mustDial(t, s.URL, ann, "?stream=user")
	e.want("update", id)
}
