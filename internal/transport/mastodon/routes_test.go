package mastodon

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// filled is a route's path with names that nothing has.
func filled(r Route) string {
	return strings.NewReplacer("{id}", "4242", "{name}", "nosuchtag", "{key}", "ungrouped-4242", "{quoting}", "4243",
		"{item}", "4243", "{year}", "2024", "{date}", "2024-01-01", "{rest...}", "accounts").Replace(r.Path)
}

func isStream(r Route) bool { return strings.HasPrefix(r.Path, "/api/v1/streaming") && r.Auth == User }

// T137: no route without a declared scope, but the few that Mastodon has without.
func TestT137_EveryRouteDeclaresItsScope(t *testing.T) {
	free := map[string]bool{"GET /api/v1/announcements": true, "GET /api/v1/accounts/{id}/identity_proofs": true, "GET /api/v1/donation_campaigns": true}
	known := map[string]bool{}
	for _, s := range identity.Scopes {
		known[s] = true
	}
	for _, r := range Routes() {
		if r.Auth == User && len(r.Scopes) == 0 && !free[r.Method+" "+r.Path] {
			t.Errorf("%s %s asks for no scope", r.Method, r.Path)
		}
		if r.Method != http.MethodGet && r.Auth == Public && r.Path != "/api/v1/accounts/{id}/email_subscriptions" {
			t.Errorf("%s %s lets visitors write", r.Method, r.Path)
		}
		for _, s := range r.Scopes {
			if !known[s] {
				t.Errorf("%s %s asks for %q, which is no scope", r.Method, r.Path, s)
			}
		}
	}
}

// T137, T141, T196, T197: who may not, for every route.
func TestT137_T141_T196_T197_AuthMatrix(t *testing.T) {
	w := newTown(t)
	ann := w.person(w.site, "ann")
	strange := w.token(w.other, w.person(w.other, "oskar"))
	waiting := w.token(w.site, w.add(w.site, "wanda", time.Time{}))
	app := w.token(w.site, 0)
	for _, r := range Routes() {
		if r.Auth == Open {
			continue
		}
		name, path := r.Method+" "+r.Path, filled(r)
		want := func(what string, got result, status int, text string) {
			t.Helper()
			if got.status != status || !strings.Contains(string(got.body), text) {
				t.Errorf("%s, %s: got %d %s, want %d %s", name, what, got.status, got.body, status, text)
			}
		}
		// A token of another site, or of nobody, is none at all.
		for _, token := range []string{strange, "nonsense"} {
			got := w.ask(w.site, r.Method, path, token, nil)
			want("foreign token", got, 401, "The access token is invalid")
			if got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: 401 without WWW-Authenticate", name)
			}
		}
		if r.Auth != Public {
			if len(r.Scopes) == 0 && r.Auth == User {
				want("no token", w.ask(w.site, r.Method, path, "", nil), 422, "This method requires an authenticated user")
			} else {
				want("no token", w.ask(w.site, r.Method, path, "", nil), 401, "The access token is invalid")
			}
		}
		if len(r.Scopes) > 0 {
			var wrong []string
			for _, s := range identity.Scopes {
				if (strings.Contains(s, ":") || s == "profile" || s == "push") && s != "admin:read" && s != "admin:write" &&
					!identity.Allows(&skein.Grant{Token: 1, Scopes: []string{s}}, r.Scopes...) {
					wrong = append(wrong, s)
				}
			}
			want("every other scope", w.ask(w.site, r.Method, path, w.token(w.site, ann, wrong...), nil), 403, "outside the authorized scopes")
		}
		switch r.Auth {
		case User:
			want("app token", w.ask(w.site, r.Method, path, app, nil), 422, "This method requires an authenticated user")
		case AppOnly:
			want("user token", w.ask(w.site, r.Method, path, w.token(w.site, ann), nil), 403, "not allowed")
		}
		if r.Auth == User && !r.Unready {
			want("unconfirmed", w.ask(w.site, r.Method, path, waiting, nil), 403, "Your login is missing a confirmed e-mail address")
		}
	}
}

// Every route answers what makes no sense with 4xx, or overlooks it, and never with 5xx (T66, T68, T93).
func TestT66_T68_T93_BadInputNeverBreaks(t *testing.T) {
	w := newTown(t)
	token := w.token(w.site, w.person(w.site, "ann"))
	names := []string{"status", "spoiler_text", "visibility", "language", "in_reply_to_id", "media_ids", "poll", "scheduled_at",
		"sensitive", "id", "ids", "limit", "max_id", "min_id", "since_id", "offset", "q", "type", "url", "acct", "domain", "comment",
		"duration", "notifications", "display_name", "note", "fields_attributes", "source", "home", "timeline", "types",
		"client_name", "redirect_uris", "scopes", "username", "email", "password", "languages", "any", "subscription", "data"}
	values := []string{`{"a":{"b":1}}`, `[[1],{"a":2}]`, `1e999`, `-0`, `99999999999999999999999999`, `"\ud800\u0000x"`, `""`, `null`, `true`, `-1`}
	bodies := []string{`{`, `[1]`, `"x"`, `{"a":1,"a":2}`, strings.Repeat(`{"a":`, 50) + `1` + strings.Repeat(`}`, 50), "\ufeff{}", "\xff\xfe{\x00}\x00"}
	for _, v := range values {
		var parts []string
		for _, n := range names {
			parts = append(parts, `"`+n+`":`+v)
		}
		bodies = append(bodies, "{"+strings.Join(parts, ",")+"}")
	}
	var queries []string
	for _, v := range []string{"abc", "-1", "1e999", "0", "99999999999999999999", "%00%ff", ""} {
		var parts, arrays, maps []string
		for _, n := range names {
			parts = append(parts, n+"="+v)
			arrays = append(arrays, n+"[]="+v)
			maps = append(maps, n+"[a][b]="+v)
		}
		queries = append(queries, strings.Join(parts, "&"), strings.Join(arrays, "&"), strings.Join(maps, "&"))
	}
	queries = append(queries, "a=1&a[b]=2", "a[=1", "a[b]c=1", "%zz=1", strings.Repeat("id[]=1&", 1900), strings.Repeat("a[b]", 100)+"=1")
	for _, r := range Routes() {
		if isStream(r) {
			continue
		}
		check := func(what string, got result) {
			t.Helper()
			if got.status >= 500 {
				t.Errorf("%s %s with %.80s: got %d %s", r.Method, r.Path, what, got.status, got.body)
			}
			if got.status >= 400 && !strings.Contains(string(got.body), `{"error":"`) {
				t.Errorf("%s %s with %.80s: %d without a sentence: %s", r.Method, r.Path, what, got.status, got.body)
			}
		}
		path := filled(r)
		if r.Method == http.MethodGet {
			for _, q := range queries {
				check(q, w.get(path+"?"+q, token))
			}
		} else {
			for _, b := range bodies {
				check(b, w.ask(w.site, r.Method, path, token, b))
			}
			check(queries[0], w.ask(w.site, r.Method, path+"?"+queries[0], token, nil))
		}
		if strings.Contains(r.Path, "{id}") {
			for _, id := range []string{"0", "-1", "abc", "99999999999999999999", "%00", "1e3", "+5"} {
				got := w.ask(w.site, r.Method, strings.Replace(path, "4242", id, 1), token, nil)
				check(id, got)
				if got.status < 400 {
					t.Errorf("%s %s: %q is an id: %d %s", r.Method, r.Path, id, got.status, got.body)
				}
			}
		}
	}
	if w.logged.Len() > 0 {
		t.Errorf("logged: %.2000s", w.logged)
	}
}

// What is not there, what another site has and what the reader may not see are one and the same answer (T141, T154, T155, T196).
func TestT141_T154_T155_T196_UnseenIsUnknown(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	oskar := w.person(w.other, "oskar")
	at, bt := w.token(w.site, ann), w.token(w.site, bob)
	secret := w.do(200, "POST", "/api/v1/statuses", at, `{"status":"only me","visibility":"direct"}`)["id"].(string)
	r := w.ask(w.other, "POST", "/api/v1/statuses", w.token(w.other, oskar), `{"status":"there"}`)
	foreign := r.object(t)["id"].(string)
	for _, r := range Routes() {
		if !strings.HasPrefix(r.Path, "/api/v1/statuses/{id}") {
			continue
		}
		var answers []string
		for _, id := range []string{"4242", secret, foreign} {
			for _, token := range []string{bt, ""} {
				if token == "" && r.Auth != Public {
					continue
				}
				got := w.ask(w.site, r.Method, strings.Replace(filled(r), "4242", id, 1), token, nil)
				if got.status != 404 && got.status != 422 {
					t.Errorf("%s %s with %s: got %d %s", r.Method, r.Path, id, got.status, got.body)
				}
				answers = append(answers, string(got.body))
			}
		}
		for _, a := range answers {
			if a != answers[0] {
				t.Errorf("%s %s tells hidden from missing: %q", r.Method, r.Path, answers)
			}
		}
	}
	for _, r := range Routes() {
		if !strings.Contains(r.Path, "/accounts/{id}") && !strings.Contains(r.Path, "/follow_requests/{id}") || r.Auth == Open || r.Rights != 0 {
			continue
		}
		got := w.ask(w.site, r.Method, strings.Replace(r.Path, "{id}", oskar.String(), 1), at, nil)
		if got.status != 404 && got.status != 422 {
			t.Errorf("%s %s with an account of another site: %d %s", r.Method, r.Path, got.status, got.body)
		}
	}
}

// T122: a cookie writes only from pages of the same origin.
func TestT122_CookieWritesNeedTheOrigin(t *testing.T) {
	w := newTown(t)
	cookie := w.session(w.site, w.person(w.site, "ann"))
	for _, r := range Routes() {
		if r.Auth == Open || r.Auth == AppOnly || r.Method == http.MethodGet {
			continue
		}
		for _, headers := range [][]string{
			{"Cookie", cookie},
			{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"},
			{"Cookie", cookie, "Sec-Fetch-Site", "same-site"},
			{"Cookie", cookie, "Origin", "https://evil.example"},
			{"Cookie", cookie, "Origin", "null"},
		} {
			if got := w.ask(w.site, r.Method, filled(r), "", nil, headers...); got.status != 403 {
				t.Errorf("%s %s %v: got %d %s", r.Method, r.Path, headers[2:], got.status, got.body)
			}
		}
	}
	if got := w.ask(w.site, "POST", "/api/v1/statuses", "", `{"status":"hi"}`, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); got.status != 200 {
		t.Errorf("our own page cannot post: %d %s", got.status, got.body)
	}
	// GET changes nothing, whatever it claims to be.
	if got := w.ask(w.site, "GET", "/api/v1/statuses?status=hi&_method=post", "", nil, "Cookie", cookie, "X-HTTP-Method-Override", "POST"); got.status != 200 || string(got.body) != "[]" {
		t.Errorf("GET with a method override: %d %s", got.status, got.body)
	}
}

// T124, T161, T149 and section 1: the headers of every answer.
func TestT124_T149_T161_HeadersOfEveryRoute(t *testing.T) {
	w := newTown(t)
	token := w.token(w.site, w.person(w.site, "ann"))
	for _, r := range Routes() {
		if isStream(r) {
			continue
		}
		for _, token := range []string{"", token} {
			got := w.ask(w.site, r.Method, filled(r), token, nil, "Origin", "null", "Host", "evil.example", "X-Forwarded-Host", "evil.example")
			h := got.header
			for name, want := range map[string]string{
				"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "", "X-Content-Type-Options": "nosniff",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; form-action 'none'",
				"Vary":                    "Authorization, Origin, Cookie",
			} {
				if h.Get(name) != want {
					t.Errorf("%s %s: %s is %q", r.Method, r.Path, name, h.Get(name))
				}
			}
			if !strings.Contains(h.Get("Access-Control-Expose-Headers"), "Link") || h.Get("X-Request-Id") == "" {
				t.Errorf("%s %s: Link is not exposed, or no request ID", r.Method, r.Path)
			}
			public := got.status == 200 && r.Method == http.MethodGet && !r.Fresh && (r.Auth == Open || r.Auth == Public && token == "")
			if cache := h.Get("Cache-Control"); strings.Contains(cache, "public") != public || !public && cache != "private, no-store" {
				t.Errorf("%s %s with token %t: Cache-Control %q", r.Method, r.Path, token != "", cache)
			}
			if strings.Contains(string(got.body), "evil.example") {
				t.Errorf("%s %s: the answer repeats the Host", r.Method, r.Path)
			}
			if (h.Get("Deprecation") != "") == r.Deprecated.IsZero() {
				t.Errorf("%s %s: Deprecation %q", r.Method, r.Path, h.Get("Deprecation"))
			}
		}
	}
}

func TestUnknownRoutesAreJSON(t *testing.T) {
	w := newTown(t)
	for _, path := range []string{"/api/v1/nothing", "/api/", "/api", "/api/v1/search", "/api/v1/statuses/1/card", "/api//v1", "/api/v1/../v1", "/api/v1/admin", "/api/v1/admin/nothing", "/api/v2/admin/reports", "/api/" + strings.Repeat("a/", 100)} {
		got := w.get(path, "")
		if got.status != 404 || string(got.body) != `{"error":"Not Found"}` {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	got := w.ask(w.site, "DELETE", "/api/v1/timelines/home", "", nil)
	if got.status != 405 || got.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("DELETE home: %d, Allow %q", got.status, got.header.Get("Allow"))
	}
	pre := w.ask(w.site, "OPTIONS", "/api/v1/statuses", "", nil, "Origin", "https://phanpy.example", "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "authorization,idempotency-key")
	if pre.status != 204 || pre.header.Get("Access-Control-Allow-Headers") != "authorization,idempotency-key" ||
		!strings.Contains(pre.header.Get("Access-Control-Allow-Methods"), "PATCH") {
		t.Errorf("preflight: %d %v", pre.status, pre.header)
	}
	if got := w.ask(w.site, "PATCH", "/api/v1/statuses/1", "", nil); got.status != 401 {
		t.Errorf("PATCH is not PUT: %d", got.status)
	}
}

// mastodon-api.md 14: apps break on a 404 here.
func TestNever404(t *testing.T) {
	w := newTown(t)
	token := w.token(w.site, w.person(w.site, "ann"))
	for _, path := range []string{"/api/v1/preferences", "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links", "/api/v2/suggestions",
		"/api/v1/announcements", "/api/v1/custom_emojis", "/api/v1/filters", "/api/v2/filters", "/api/v1/markers", "/api/v1/followed_tags", "/api/v1/lists",
		"/api/v1/conversations", "/api/v1/instance/peers", "/api/v1/directory", "/api/v1/instance", "/api/v2/instance", "/api/v1/instance/activity",
		"/api/v1/instance/rules", "/api/v1/instance/extended_description", "/api/v1/instance/privacy_policy", "/api/v1/instance/languages",
		"/api/v1/instance/translation_languages", "/api/v1/notifications", "/api/v2/notifications",
		"/api/v2/notifications/policy", "/api/v1/notifications/policy", "/api/v1/notifications/requests", "/api/v1/scheduled_statuses",
		"/api/v1/featured_tags", "/api/v1/endorsements", "/api/v1/follow_requests", "/api/v1/blocks", "/api/v1/mutes", "/api/v1/domain_blocks",
		"/api/v1/favourites", "/api/v1/bookmarks", "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/x",
		"/api/v1/annual_reports", "/api/v1/profile", "/api/v1/apps/verify_credentials", "/api/v1/streaming/health", "/health"} {
		if got := w.get(path, token); got.status != 200 {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := w.get("/api/v1/push/subscription", token); got.status != 404 || string(got.body) != `{"error":"Record not found"}` {
		t.Errorf("push subscription: %d %s", got.status, got.body)
	}
	if got := w.get("/api/v1/donation_campaigns", token); got.status != 204 {
		t.Errorf("donation campaigns: %d %s", got.status, got.body)
	}
}
