package fedtest

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/kit/password"
	"skein/internal/kit/web"
	"skein/internal/server"
	"skein/internal/skein"
	"skein/internal/transport/mastodon"
	"skein/internal/transport/oauth"
)

// hostile is what nobody in their senses sends, sent to every address there is, through the front door.
type hostile struct {
	*Net
	t         *testing.T
	db        *sql.DB // a second look at the file, to see whether something was changed
	logged    *lines
	seen      int // requests
	mine, not *Person
	cookie    string
	ids       []string
}

// lines keeps what the server complains about.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.text.String()
	l.text.Reset()
	return s
}

func newHostile(t *testing.T) *hostile {
	h := &hostile{t: t, logged: &lines{}}
	dir := t.TempDir()
	h.Net = start(t, server.Config{Place: server.Place{Data: dir}, Log: slog.New(slog.NewTextHandler(h.logged, &slog.HandlerOptions{Level: slog.LevelError})),
		Password: password.New(password.Options{Params: password.Cheap()})}, []string{"elm.example", "oak.example"})
	ann, bob, oskar := h.Person("ann", "elm.example"), h.Person("bob", "elm.example"), h.Person("oskar", "oak.example")
	h.mine, h.not = ann, bob
	session, err := h.Server.Identity.Begin(t.Context(), ann.Site.ID, idOf(t, ann.ID), identity.Browser{Agent: "test", Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	h.cookie = web.SessionName(ann.Site.Base) + "=" + session
	h.ids = []string{ann.Post("mine", "public"), bob.Post("for nobody", "direct"), oskar.Post("elsewhere", "public"), bob.ID, oskar.ID,
		"4242", "0", "-1", "abc", "99999999999999999999", "9223372036854775807", "%00", "%ff", "1e3", "+5", strings.Repeat("1", 3000)}
	h.Settle()
	h.db, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "skein.db")+"?_pragma=query_only(1)&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	h.db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = h.db.Close() })
	return h
}

// version changes whenever anybody else has written.
func (h *hostile) version() (v int) {
	if err := h.db.QueryRow("PRAGMA data_version").Scan(&v); err != nil {
		h.t.Fatal(err)
	}
	return v
}

// state is a fingerprint of each table that people's acts change.
func (h *hostile) state() map[string]uint64 {
	h.t.Helper()
	rows, err := h.db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			h.t.Fatal(err)
		}
		names = append(names, s)
	}
	rows.Close()
	out := map[string]uint64{}
	for _, name := range names {
		// When somebody was last here is noted by reading too; full-text tables go with the posts.
		if name == "session" || name == "token" || strings.HasPrefix(name, "job") || strings.Contains(name, "search") || strings.Contains(name, "fts") {
			continue
		}
		rows, err := h.db.Query("SELECT * FROM " + name)
		if err != nil {
			continue // a virtual table's own
		}
		cols, _ := rows.Columns()
		vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		var sum uint64
		for rows.Next() {
			if err := rows.Scan(ptrs...); err != nil {
				h.t.Fatal(err)
			}
			f := fnv.New64a()
			for i := range vals {
				if cols[i] == "seen_at" || cols[i] == "used_at" {
					continue
				}
				fmt.Fprintf(f, "%v\x00", vals[i])
			}
			sum += f.Sum64()
		}
		rows.Close()
		out[name] = sum
	}
	return out
}

// attempt is one request.
type attempt struct {
	method, path, kind, body string
	headers                  []string
}

func (a attempt) String() string {
	return fmt.Sprintf("%s %.120s [%s] %.160q %.80v", a.method, a.path, a.kind, a.body, a.headers)
}

func (h *hostile) send(a attempt) *httptest.ResponseRecorder {
	ctx, stop := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer stop()
	u := h.mine.Site.Base
	r, err := http.NewRequestWithContext(ctx, "GET", u+"/", strings.NewReader(a.body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Method, r.RequestURI, r.RemoteAddr, r.Host = a.method, a.path, "192.0.2.1:1234", "elm.example"
	if r.URL, err = r.URL.Parse(a.path); err != nil {
		return nil // no client can ask for that, and Go's server answers 400 before us
	}
	if a.body == "" {
		r.Body = http.NoBody
	}
	if a.kind != "" {
		r.Header.Set("Content-Type", a.kind)
	}
	for i := 0; i+1 < len(a.headers); i += 2 {
		r.Header.Add(a.headers[i], a.headers[i+1])
	}
	w := httptest.NewRecorder()
	h.Server.Handler().ServeHTTP(w, r)
	h.seen++
	return w
}

// forPrograms are the addresses whose errors programs read.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/oauth/token" || path == "/oauth/revoke" || path == "/oauth/userinfo"
}

// try sends a request and holds the answer against the rules.
func (h *hostile) try(a attempt) int {
	h.t.Helper()
	before := h.version()
	w := h.send(a)
	if w == nil {
		return 400
	}
	path, _, _ := strings.Cut(a.path, "?")
	if w.Code >= 500 {
		h.t.Errorf("%v: %d %.300s\n%.1500s", a, w.Code, w.Body, h.logged.take())
	} else if s := h.logged.take(); s != "" {
		h.t.Errorf("%v: %d, and the log says %.1500s", a, w.Code, s)
	}
	if w.Code >= 400 && forPrograms(path) && a.method != "HEAD" && !strings.HasPrefix(w.Body.String(), `{"error":"`) {
		h.t.Errorf("%v: %d without a sentence: %.300q", a, w.Code, w.Body)
	}
	if w.Code >= 400 && a.method != "GET" && h.version() != before {
		// Work that an earlier request caused may fall into this moment: once more, in peace.
		h.Settle()
		was := h.state()
		if again := h.send(a); again.Code < 400 {
			return w.Code
		}
		h.Settle()
		for name, sum := range h.state() {
			if sum != was[name] {
				h.t.Errorf("%v: refused with %d, and table %s has changed", a, w.Code, name)
			}
		}
	}
	return w.Code
}

// people are those as whom each request is tried.
func (h *hostile) people() map[string][]string {
	return map[string][]string{
		"visitor": nil,
		"person":  {"Authorization", "Bearer " + h.mine.Token},
		"cookie":  {"Cookie", h.cookie, "Sec-Fetch-Site", "same-origin"},
		"forged":  {"Cookie", h.cookie, "Origin", "https://evil.example"},
		"broken":  {"Authorization", "Bearer \x7f" + strings.Repeat("x", 5000), "Cookie", "a=\xff; b"},
	}
}

var names = []string{"status", "spoiler_text", "visibility", "language", "in_reply_to_id", "media_ids", "poll", "scheduled_at", "sensitive",
	"quoted_status_id", "quote_approval_policy", "id", "ids", "limit", "max_id", "min_id", "since_id", "offset", "q", "type", "url", "acct", "domain", "comment",
	"duration", "notifications", "reblogs", "notify", "languages", "display_name", "note", "fields_attributes", "source", "locked", "bot", "avatar",
	"home", "timeline", "types", "exclude_types", "client_name", "redirect_uris", "scopes", "website", "username", "email", "password", "agreement", "locale",
	"reason", "any", "all", "none", "subscription", "data", "grouped_types", "resolve", "following", "local", "account_id", "account_ids",
	"grant_type", "client_id", "client_secret", "redirect_uri", "code", "scope", "token", "state", "response_type", "resource", "rel", "format", "do", "name",
	"old", "sure", "joining", "invite", "page", "cursor"}

// all gives every name the same value, in JSON.
func all(value string) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = `"` + n + `":` + value
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// form gives every name the same value, as a form.
func form(suffix, value string) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n + suffix + "=" + value
	}
	return strings.Join(parts, "&")
}

const (
	asJSON  = "application/json"
	asForm  = "application/x-www-form-urlencoded"
	asParts = "multipart/form-data; boundary=x"
)

// bodies are pairs of content type and body.
func bodies() (list [][2]string) {
	add := func(kind string, bodies ...string) {
		for _, b := range bodies {
			list = append(list, [2]string{kind, b})
		}
	}
	deep := func(n int) string { return strings.Repeat(`{"status":`, n) + "1" + strings.Repeat("}", n) }
	add(asJSON, `{`, `[1]`, `"x"`, `null`, `{"status":"a","status":"b"}`, deep(50), strings.Repeat("[", 100_000), "\ufeff{}", "\xff\xfe{\x00}\x00", `{}{}`,
		`{"status":"`+strings.Repeat("ж", 200_000)+`"}`, `{"status":"`+strings.Repeat("x", 1<<20)+`"}`)
	for _, v := range []string{`{"a":{"b":1}}`, `[[1],{"a":2}]`, `1e999`, `-0`, `99999999999999999999999999`, `"\ud800\u0000x"`, `"\u202e\u0000"`, `""`, `null`, `true`, `-1`, `"-9223372036854775808"`} {
		add(asJSON, all(v))
	}
	for _, v := range []string{"abc", "-1", "0", "99999999999999999999", "%00%ff", "", "1e999"} {
		add(asForm, form("", v), form("[]", v), form("[a][b]", v))
	}
	add(asForm, "status=a&status=b", "a=1&a[b]=2", "a[=1", "%zz=1", strings.Repeat("id[]=1&", 3000), strings.Repeat("a[b]", 100)+"=1", "\x00\xff=\x00", "=&=&&")
	add(asParts, "", "--x", "--x\r\n\r\n", "--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhi\xff\x00\r\n--x--",
		"--x\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"../../x\"\r\nContent-Type: image/png\r\n\r\nnot a picture\r\n--x--")
	add("multipart/form-data", "--x--")
	add("multipart/form-data; boundary="+strings.Repeat("x", 300), "--x--")
	add("text/plain", "hello")
	add("application/xml", "<a/>")
	add("nonsense;;;=", "x")
	add("", "status=hello")
	add(asJSON, "")
	return list
}

// single are fields that one after another are wrong in a request that would be right without them.
var single = map[string][]string{
	"POST /api/v1/statuses":                     {"in_reply_to_id", "media_ids", "poll", "scheduled_at", "sensitive", "spoiler_text", "visibility", "language", "quoted_status_id", "status", "quote_approval_policy"},
	"PUT /api/v1/statuses/{id}":                 {"media_ids", "poll", "sensitive", "spoiler_text", "language", "status", "media_attributes"},
	"PATCH /api/v1/accounts/update_credentials": {"display_name", "note", "locked", "bot", "discoverable", "fields_attributes", "source", "avatar", "header", "hide_collections", "indexable", "attribution_domains"},
	"PATCH /api/v1/profile":                     {"display_name", "note", "locked", "bot", "discoverable", "fields_attributes", "source", "fields", "attribution_domains"},
	"POST /api/v1/apps":                         {"client_name", "redirect_uris", "scopes", "website"},
	"POST /api/v1/accounts":                     {"username", "email", "password", "agreement", "locale", "reason", "invite_code", "date_of_birth"},
	"POST /api/v1/accounts/{id}/follow":         {"reblogs", "notify", "languages"},
	"POST /api/v1/accounts/{id}/mute":           {"notifications", "duration"},
	"POST /api/v1/markers":                      {"home", "notifications"},
	"POST /api/v1/accounts/{id}/note":           {"comment"},
}

const valid = `"status":"hello","client_name":"x","redirect_uris":"urn:ietf:wg:oauth:2.0:oob","username":"newbie","email":"newbie@mail.test","password":"correct horse battery","agreement":true,"locale":"en","reason":"why not"`

func wrongField(field string) (list []string) {
	for _, v := range []string{`null`, `{}`, `[]`, `{"a":{"b":[1]}}`, `[null,{"x":1},"y",-1]`, `-1`, `1e400`, `99999999999999999999`, `"\u0000"`, `"` + strings.Repeat("x", 30_000) + `"`, `"https://[::1"`,
		`{"0":{"name":"` + strings.Repeat("n", 3000) + `","value":"\u0000"}}`, `{"last_read_id":"abc"}`, `{"options":["a","a"],"expires_in":-5}`, `"0000-00-00T00:00:00Z"`, `"99999-01-01"`, `"\ud800"`} {
		kept := []string{}
		for _, part := range strings.Split(valid, ",") {
			if !strings.HasPrefix(part, `"`+field+`"`) {
				kept = append(kept, part)
			}
		}
		list = append(list, "{"+strings.Join(append(kept, `"`+field+`":`+v), ",")+"}")
	}
	return list
}

func fill(path, id string) string {
	return strings.NewReplacer("{id}", id, "{name}", id, "{key}", id, "{quoting}", id, "{item}", id, "{year}", id, "{date}", id, "{rest...}", id).Replace(path)
}

func idOf(t *testing.T, s string) skein.ID {
	id, ok := skein.ParseID(s)
	if !ok {
		t.Fatalf("%q is no id", s)
	}
	return id
}

// Bad input to the client API is answered with 4xx in a sentence, and does nothing by halves.
func TestT66_T68_T93_HostileInputToClientAPI(t *testing.T) {
	h := newHostile(t)
	people, list := h.people(), bodies()
	for _, r := range mastodon.Routes() {
		stream := strings.HasPrefix(r.Path, "/api/v1/streaming") && r.Auth == mastodon.User
		for who, headers := range people {
			if stream && who != "visitor" && who != "broken" {
				continue // they would listen
			}
			for _, id := range h.ids {
				if !strings.Contains(r.Path, "{") && id != h.ids[0] {
					break
				}
				if who == "broken" && id != h.ids[0] {
					break
				}
				a := attempt{method: r.Method, path: fill(r.Path, id), headers: headers}
				h.try(a)
				if who == "person" && r.Method == "GET" {
					a.method = "HEAD"
					h.try(a)
				}
			}
			if who != "person" && who != "cookie" {
				h.try(attempt{method: r.Method, path: fill(r.Path, "4242"), kind: asJSON, body: "{", headers: headers})
				continue
			}
			for i, b := range list {
				if who == "cookie" && i%7 != 0 {
					continue
				}
				path := fill(r.Path, h.ids[0])
				if strings.Contains(r.Path, "accounts/{id}") {
					path = fill(r.Path, h.not.ID)
				}
				switch {
				case r.Method != "GET":
					h.try(attempt{r.Method, path, b[0], b[1], headers})
				case b[0] == asForm && len(b[1]) < 30_000:
					h.try(attempt{r.Method, path + "?" + strings.ReplaceAll(b[1], "\x00", "%00"), "", "", headers})
				}
			}
		}
		for _, field := range single[r.Method+" "+r.Path] {
			id := h.mine.Post("to be edited", "public")
			if strings.Contains(r.Path, "accounts/{id}") {
				id = h.not.ID
			}
			for _, b := range wrongField(field) {
				h.try(attempt{r.Method, fill(r.Path, id), asJSON, b, people["person"]})
			}
		}
	}
	for _, method := range []string{"TRACE", "CONNECT", "PROPFIND", "get", "", "OPTIONS", strings.Repeat("X", 500)} {
		for _, path := range []string{"/api/v1/statuses", "/api/v1/nothing", "/api/v1/statuses/1/", "/api//v1/statuses", "/api/v1/./statuses", "/api/v1/../v1/statuses", "/api/" + strings.Repeat("a/", 3000), "/oauth/token", "/"} {
			h.try(attempt{method: method, path: path, headers: people["person"]})
		}
	}
	h.stillThere()
}

// stillThere tells that what was tried was tried as somebody.
func (h *hostile) stillThere() {
	h.t.Helper()
	for _, who := range []string{"person", "cookie"} {
		if code := h.try(attempt{method: "GET", path: "/api/v1/accounts/verify_credentials", headers: h.people()[who]}); code != http.StatusOK {
			h.t.Errorf("the %s is not signed in any more: %d", who, code)
		}
	}
	h.t.Logf("%d requests", h.seen)
}

// Sign-in, tokens, and the pages around them.
func TestHostileInputToTheDoor(t *testing.T) {
	h := newHostile(t)
	people, list := h.people(), bodies()
	for _, route := range oauth.Routes() {
		method, path, _ := strings.Cut(route, " ")
		for who, headers := range people {
			if path == "/signout" && who == "cookie" {
				continue // it would be a visitor's from then on
			}
			for i, b := range list {
				if (who == "forged" || who == "broken") && i%9 != 0 {
					continue
				}
				if method == "GET" {
					if b[0] == asForm && len(b[1]) < 30_000 {
						h.try(attempt{method, path + "?" + strings.ReplaceAll(b[1], "\x00", "%00"), "", "", headers})
					}
					continue
				}
				h.try(attempt{method, path, b[0], b[1], headers})
			}
			h.try(attempt{method: method, path: path, headers: headers})
			h.try(attempt{method: "PATCH", path: path, headers: headers})
		}
	}
	for _, code := range []string{"", "x", "%00", "%ff", strings.Repeat("x", 5000), "a/b/c"} {
		for _, path := range []string{"/join/", "/invite/"} {
			h.try(attempt{method: "GET", path: path + code})
			h.try(attempt{method: "GET", path: path + code, headers: []string{"Accept", "application/json"}})
			h.try(attempt{method: "POST", path: path + code})
		}
	}
	h.stillThere()
}

// What peers ask for, and the pages for people: the same addresses, by what is accepted.
func TestHostileInputToPeersAndPages(t *testing.T) {
	h := newHostile(t)
	paths := []string{"/.well-known/webfinger", "/.well-known/host-meta", "/.well-known/host-meta.json", "/.well-known/nodeinfo", "/nodeinfo/2.0", "/nodeinfo/2.1",
		"/inbox", "/actor/inbox", "/ap/users/{id}/inbox", "/actor", "/actor/outbox", "/users/{id}", "/ap/users/{id}", "/ap/users/{id}/outbox", "/ap/users/{id}/followers",
		"/ap/users/{id}/following", "/ap/users/{id}/collections/featured", "/ap/users/{id}/collections/tags", "/ap/users/" + h.mine.ID + "/statuses/{id}",
		"/ap/users/" + h.mine.ID + "/statuses/{id}/activity", "/ap/users/" + h.mine.ID + "/statuses/{id}/replies", "/ap/users/" + h.mine.ID + "/statuses/{id}/likes",
		"/ap/users/" + h.mine.ID + "/statuses/{id}/shares", "/@{id}", "/@ann/{id}", "/@{id}/" + h.ids[0], "/@{id}/followers", "/@{id}/following", "/@ann/{id}/embed", "/tags/{id}",
		"/about", "/rules", "/privacy", "/terms", "/manifest.webmanifest", "/robots.txt", "/", "/home", "/notifications", "/public", "/explore", "/search", "/settings",
		"/web/{id}", "/deck/{id}", "/share", "/assets/{id}", "/sw.js", "/favicon.ico", "/nothing/{id}", "/healthz", "/readyz", "/avatars/original/missing.png", "/{id}"}
	queries := []string{"", "?resource=acct:ann@elm.example", "?resource=acct:ann@oak.example", "?resource=%00%ff", "?resource=" + strings.Repeat("a", 5000), "?resource=http://[::1", "?page=true&max_id=abc",
		"?page=true&max_id=-1&min_id=99999999999999999999", "?page=%00", "?%zz", "?text=%ff%00&url=//evil.example", "?q=%00"}
	accepts := []string{"application/activity+json", "text/html", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "*/*;q=x,,;", ""}
	signature := `keyId="https://peer.invalid/actor#main-key",algorithm="hs2019",headers="(request-target) host date digest",signature="AAAA"`
	for _, path := range paths {
		for _, accept := range accepts {
			for _, id := range append(h.ids, "ann", "ann@elm.example", "ann@oak.example", "@@", "%2e%2e%2f", h.mine.ID) {
				if !strings.Contains(path, "{id}") && id != "ann" {
					continue
				}
				for _, headers := range [][]string{nil, {"Cookie", h.cookie}, {"Signature", signature, "Date", "nonsense"}} {
					h.try(attempt{method: "GET", path: fill(path, id), headers: append([]string{"Accept", accept}, headers...)})
				}
			}
			for _, q := range queries {
				h.try(attempt{method: "GET", path: fill(path, h.ids[0]) + q, headers: []string{"Accept", accept}})
			}
		}
		for _, method := range []string{"HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND", "POST"} {
			h.try(attempt{method: method, path: fill(path, h.mine.ID)})
		}
	}
	const activity = "application/activity+json"
	actor := `"actor":"https://peer.invalid/actor"`
	inbox := []string{"", "{", "[]", "null", "1", "\xff", strings.Repeat("[", 100_000), strings.Repeat(`{"object":`, 2000) + "1" + strings.Repeat("}", 2000), `{"type":"Create"}`,
		`{"type":["Create","Delete"],` + actor + `}`, `{"type":1,` + actor + `}`, `{"type":"Delete",` + actor + `,"object":"https://peer.invalid/actor"}`,
		`{"type":"Create",` + actor + `,"object":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, `{"id":"x","type":"Undo",` + actor + `,"object":null}`,
		`{"type":"Follow",` + actor + `,"object":{"id":1e999}}`, `{"type":"Create",` + actor + `,"published":"` + strings.Repeat("9", 100) + `"}`, strings.Repeat(" ", 1<<20+1)}
	for _, path := range []string{"/inbox", "/actor/inbox", "/ap/users/" + h.mine.ID + "/inbox", "/ap/users/4242/inbox"} {
		for _, body := range inbox {
			for _, headers := range [][]string{nil, {"Signature", "nonsense"}, {"Signature", signature}, {"Signature", signature, "Digest", "SHA-256=AAAA", "Date", time.Now().UTC().Format(http.TimeFormat)},
				{"Signature", "sig1=:AAAA:", "Signature-Input", `sig1=("@method" "@target-uri");created=1;keyid="https://peer.invalid/actor"`},
				{"Signature", "sig1=:" + strings.Repeat("A", 20_000) + ":", "Signature-Input", "sig1=(" + strings.Repeat(`"a" `, 3000) + ")"}} {
				code := h.try503(attempt{"POST", path, activity, body, headers})
				if code < 400 && !strings.Contains(body, `"Delete"`) {
					t.Errorf("%s takes %.80q with %.80v: %d", path, body, headers, code)
				}
			}
		}
	}
	t.Logf("%d requests", h.seen)
}

// try503 is try for an inbox, which may ask a peer to come back when its key cannot be had (T35).
func (h *hostile) try503(a attempt) int {
	w := h.send(a)
	if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
		h.t.Errorf("%v: %d %.300s", a, w.Code, w.Body)
	}
	if s := h.logged.take(); s != "" {
		h.t.Errorf("%v: %d, and the log says %.1000s", a, w.Code, s)
	}
	return w.Code
}

// T68: what PostgreSQL takes for no text is looked up by nobody's name all the same.
func TestT68_TextThatNoDatabaseTakes(t *testing.T) {
	Each(t, []string{"elm.example"}, func(t *testing.T, n *Net) {
		ann := n.Person("ann", "elm.example")
		for _, bad := range []string{"%00", "%ff", "a%00b", "%ed%a0%80"} {
			for _, path := range []string{"/@", "/users/", "/tags/", "/invite/", "/signup?invite=", "/confirm?token=", "/reset/new?token=", "/setup?token=",
				"/oauth/authorize?client_id=", "/.well-known/webfinger?resource=acct:", "/api/v1/accounts/lookup?acct=", "/api/v2/search?q=", "/api/v1/timelines/tag/",
				"/api/v1/tags/", "/api/v1/timelines/tag/x?any[]=", "/api/v1/accounts/search?q="} {
				for _, accept := range []string{"text/html", "application/activity+json"} {
					r := httptest.NewRequestWithContext(t.Context(), "GET", ann.Site.URL(path+bad), nil)
					r.Header.Set("Accept", accept)
					if strings.HasPrefix(path, "/api/") {
						r.Header.Set("Authorization", "Bearer "+ann.Token)
					}
					if w := n.Raw(r); w.Code >= 500 {
						t.Errorf("GET %s%s as %s: %d", path, bad, accept, w.Code)
					}
				}
			}
			for path, form := range map[string]string{"/signin": "name=X&password=X", "/reset": "email=X", "/signup/wait": "email=X", "/confirm": "token=X",
				"/oauth/token": "grant_type=authorization_code&code=X&client_id=X&client_secret=X&redirect_uri=X", "/oauth/revoke": "client_id=X&client_secret=X&token=X",
				"/signup": "username=X&email=X&password=X&invite=X&reason=X&agreement=1", "/api/v1/apps": "client_name=X&redirect_uris=urn:ietf:wg:oauth:2.0:oob&website=X&scopes=X"} {
				r := httptest.NewRequestWithContext(t.Context(), "POST", ann.Site.URL(path), strings.NewReader(strings.ReplaceAll(form, "X", bad)))
				r.Header.Set("Content-Type", asForm)
				if w := n.Raw(r); w.Code >= 500 {
					t.Errorf("POST %s with %s: %d", path, bad, w.Code)
				}
			}
		}
	})
}
