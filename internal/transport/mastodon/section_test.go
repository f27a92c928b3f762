package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/limit"
	"skein/internal/skein"
	"skein/internal/store"
)

// mastodon-api.md 1: how a call may be written, and what every answer has.
func TestSection1_Conventions(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	post := func(text string) string {
		return w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"`+text+`"}`)["id"].(string)
	}
	id := post("first")
	for name, c := range map[string]struct {
		method, path string
		body         any
		headers      []string
		status       int
		contains     string
	}{
		"token in the header":         {"GET", "/api/v1/timelines/home", nil, []string{"Authorization", "Bearer " + ann}, 200, "first"},
		"scheme in small letters":     {"GET", "/api/v1/timelines/home", nil, []string{"Authorization", "bearer " + ann}, 200, "first"},
		"token in the query":          {"GET", "/api/v1/timelines/home?access_token=" + ann, nil, nil, 200, "first"},
		"token in a form":             {"POST", "/api/v1/statuses", url.Values{"access_token": {ann}, "status": {"by form"}}, nil, 200, "by form"},
		"token in JSON":               {"POST", "/api/v1/statuses", `{"access_token":"` + ann + `","status":"by JSON"}`, nil, 200, "by JSON"},
		"another scheme is no token":  {"GET", "/api/v1/timelines/home", nil, []string{"Authorization", "Basic " + ann}, 401, "The access token is invalid"},
		"a write by the query":        {"POST", "/api/v1/statuses?status=by+query&access_token=" + ann, nil, nil, 200, "by query"},
		"body and query are merged":   {"POST", "/api/v1/statuses?visibility=unlisted&status=lost", `{"status":"wins"}`, []string{"Authorization", "Bearer " + ann}, 200, `"visibility":"unlisted"`},
		"unknown parameters":          {"GET", "/api/v1/timelines/home?nonsense[a][]=1&utf8=x", nil, []string{"Authorization", "Bearer " + ann}, 200, "first"},
		"PATCH is PUT":                {"PATCH", "/api/v1/statuses/" + id, `{"status":"first again"}`, []string{"Authorization", "Bearer " + ann}, 200, "first again"},
		"PUT is PATCH":                {"PUT", "/api/v1/accounts/update_credentials", url.Values{"display_name": {"Ann B"}}, []string{"Authorization", "Bearer " + ann}, 200, "Ann B"},
		"DELETE by the query":         {"DELETE", "/api/v1/domain_blocks?domain=a.example", nil, []string{"Authorization", "Bearer " + ann}, 200, "{}"},
		"DELETE by the body":          {"DELETE", "/api/v1/domain_blocks", `{"domain":"a.example"}`, []string{"Authorization", "Bearer " + ann}, 200, "{}"},
		"no suffix is known":          {"GET", "/api/v1/instance.json", nil, nil, 404, `{"error":"Not Found"}`},
		"a body that is no form":      {"POST", "/api/v1/statuses", "{", []string{"Authorization", "Bearer " + ann}, 400, `"error"`},
		"a parameter that is missing": {"GET", "/api/v1/timelines/link", nil, nil, 400, "param is missing or the value is empty or invalid: url"},
	} {
		got := w.ask(w.site, c.method, c.path, "", c.body, c.headers...)
		if got.status != c.status || !strings.Contains(string(got.body), c.contains) {
			t.Errorf("%s: %d %.300s, want %d %s", name, got.status, got.body, c.status, c.contains)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", name, kind)
		}
	}
	for _, c := range []struct{ path, token, cache string }{
		{"/api/v1/timelines/public", "", "max-age=15, public, stale-while-revalidate=30, stale-if-error=86400"},
		{"/api/v1/timelines/public", ann, "private, no-store"}, {"/api/v1/timelines/home", ann, "private, no-store"},
		{"/api/v2/instance", "", "max-age=300, public"}, {"/api/v2/instance", ann, "max-age=300, public"}, {"/api/v1/instance/rules", ann, "max-age=300, public"},
		{"/api/v1/custom_emojis", "", "max-age=300, public"}, {"/api/v1/accounts/1", "", "private, no-store"},
	} {
		if got := w.get(c.path, c.token).header.Get("Cache-Control"); got != c.cache {
			t.Errorf("%s: Cache-Control %q, want %q", c.path, got, c.cache)
		}
	}
	exposed := w.get("/api/v2/instance", "").header.Get("Access-Control-Expose-Headers")
	for _, h := range []string{"Link", "Mastodon-Async-Refresh", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"} {
		if !strings.Contains(exposed, h) {
			t.Errorf("%s is not exposed", h)
		}
	}
}

// mastodon-api.md 2: people who may not act yet, or any more, read why.
func TestSection2_PeopleWhoMayNot(t *testing.T) {
	w := newTown(t)
	for text, change := range map[string]func(u *skein.User){
		"Your login is missing a confirmed e-mail address": func(u *skein.User) { u.ConfirmedAt = time.Time{} },
		"Your login is currently pending approval":         func(u *skein.User) { u.ApprovedAt = time.Time{} },
		"Your login is currently disabled":                 func(u *skein.User) { u.DisabledAt = time.Now() },
	} {
		id := w.person(w.site, fmt.Sprintf("p%d", len(text)))
		token := w.token(w.site, id)
		w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
			u, err := tx.Person(id)
			if err != nil {
				return err
			}
			change(&u.User)
			return tx.UpdatePerson(&u.User, u.Email)
		}))
		if got := w.get("/api/v1/timelines/home", token); got.status != 403 || string(got.body) != `{"error":"`+text+`"}` {
			t.Errorf("%s: %d %s", text, got.status, got.body)
		}
		if got := w.get("/api/v1/emails/check_confirmation", token); got.status != 200 {
			t.Errorf("%s: the confirmation: %d %s", text, got.status, got.body)
		}
	}
}

// mastodon-api.md 5: where a list goes on, and with which parameters.
func TestSection5_Pagination(t *testing.T) {
	w := newTown(t)
	a := w.person(w.site, "ann")
	ann := w.token(w.site, a)
	var ids []string // the newest first
	for i := range 5 {
		id := w.do(200, "POST", "/api/v1/statuses", ann, fmt.Sprintf(`{"status":"post %d #tree"}`, i))["id"].(string)
		ids = append([]string{id}, ids...)
	}
	base := w.site.Base
	for _, c := range []struct{ path, want, link string }{
		{"/api/v1/timelines/public?limit=2", "0 1", `<` + base + `/api/v1/timelines/public?limit=2&max_id=1>; rel="next", <` + base + `/api/v1/timelines/public?limit=2&min_id=0>; rel="prev"`},
		{"/api/v1/timelines/public?limit=-2", "0 1", ""},
		{"/api/v1/timelines/public?limit=9999&local=true", "0 1 2 3 4", `<` + base + `/api/v1/timelines/public?limit=9999&local=true&max_id=4>; rel="next", <` + base + `/api/v1/timelines/public?limit=9999&local=true&min_id=0>; rel="prev"`},
		{"/api/v1/timelines/tag/tree?limit=1&any[]=oak&any[]=elm", "0", `<` + base + `/api/v1/timelines/tag/tree?any%5B%5D=oak&any%5B%5D=elm&limit=1&max_id=0>; rel="next", <` + base + `/api/v1/timelines/tag/tree?any%5B%5D=oak&any%5B%5D=elm&limit=1&min_id=0>; rel="prev"`},
		{"/api/v1/timelines/home?max_id=1&limit=2", "2 3", ""},
		{"/api/v1/timelines/home?since_id=4&limit=2", "0 1", ""},          // from the newest
		{"/api/v1/timelines/home?min_id=4&limit=2", "2 3", ""},            // directly above
		{"/api/v1/timelines/home?min_id=4&since_id=1&limit=2", "2 3", ""}, // min_id wins
		{"/api/v1/timelines/home?min_id=4&max_id=1&limit=5", "2 3", ""},   // and may have an upper end
		{"/api/v1/accounts/" + a.String() + "/statuses?since_id=2", "0 1", ""}, {"/api/v1/timelines/home?max_id=4", "", "none"},
	} {
		real, link := c.path, c.link
		for i, id := range ids {
			for _, p := range []string{"max_id=", "min_id=", "since_id="} {
				for _, end := range []string{"&", ">", "$"} {
					real = strings.ReplaceAll(real+"$", p+fmt.Sprint(i)+end, p+id+end)
					real = strings.TrimSuffix(real, "$")
					link = strings.ReplaceAll(link, p+fmt.Sprint(i)+end, p+id+end)
				}
			}
		}
		list, h := w.list(real, ann)
		var got []string
		for _, id := range idsOf(list) {
			for i := range ids {
				if ids[i] == id {
					got = append(got, fmt.Sprint(i))
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.path, got, c.want)
		}
		if c.link == "none" && h.Get("Link") != "" || c.link != "none" && c.link != "" && h.Get("Link") != link {
			t.Errorf("%s: Link %s\nwant %s", c.path, h.Get("Link"), link)
		}
	}
	// An ID that nothing has any more is compared like any other.
	w.do(200, "DELETE", "/api/v1/statuses/"+ids[2], ann, nil)
	if list, _ := w.list("/api/v1/timelines/home?max_id="+ids[2], ann); len(list) != 2 {
		t.Errorf("below a post that is gone: %v", idsOf(list))
	}
	if got := w.get("/api/v1/timelines/home?limit=1&access_token="+ann, ""); strings.Contains(got.header.Get("Link"), ann) {
		t.Error("the Link repeats the token")
	}
}

// mastodon-api.md 6: clients show these texts, and a few match on them. What takes a fault of ours to see is put to the place
// where errors become answers.
func TestSection6_Errors(t *testing.T) {
	w := newTown(t)
	ann, app := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, 0, "read", "write")
	reader := w.token(w.site, w.person(w.site, "bob"), "read:lists")
	for name, c := range map[string]struct {
		method, path, token string
		body                any
		status              int
		text                string
	}{
		"a parameter is missing":   {"GET", "/api/v2/search", ann, nil, 400, "param is missing or the value is empty or invalid: q"},
		"no token":                 {"GET", "/api/v1/timelines/home", "", nil, 401, "The access token is invalid"},
		"a token of nobody":        {"GET", "/api/v1/timelines/public", "x", nil, 401, "The access token is invalid"},
		"a token of too little":    {"GET", "/api/v1/timelines/home", reader, nil, 403, "This action is outside the authorized scopes"},
		"not a moderator":          {"GET", "/api/v1/admin/reports", ann, nil, 403, "This action is not allowed"},
		"no such record":           {"GET", "/api/v1/accounts/1", "", nil, 404, "Record not found"},
		"no such route":            {"GET", "/api/v1/nothing", ann, nil, 404, "Not Found"},
		"a file of nobody":         {"POST", "/api/v1/media", ann, "{}", 422, "Validation failed: File can't be blank"},
		"an app, where people are": {"GET", "/api/v1/timelines/home", app, nil, 422, "This method requires an authenticated user"},
	} {
		got := w.ask(w.site, c.method, c.path, c.token, c.body)
		if want := `{"error":` + strconv.Quote(c.text) + `}`; got.status != c.status || string(got.body) != want {
			t.Errorf("%s: %d %s, want %d %s", name, got.status, got.body, c.status, want)
		}
		challenge := got.header.Get("WWW-Authenticate")
		if want := `Bearer realm="Doorkeeper", error="invalid_token", error_description="` + c.text + `"`; c.status == 401 && challenge != want {
			t.Errorf("%s: WWW-Authenticate %s, want %s", name, challenge, want)
		}
	}
	got := w.ask(w.site, "POST", "/api/v1/statuses", ann, "{}")
	if want := `{"error":"Validation failed: Text can't be blank","details":{"status":[{"error":"ERR_BLANK","description":"can't be blank"}]}}`; got.status != 422 || string(got.body) != want {
		t.Errorf("nothing to say: %d %s, want 422 %s", got.status, got.body, want)
	}
	for _, c := range []struct {
		err    error
		status int
		body   string
	}{
		{skein.ErrNotFound, 404, `{"error":"Record not found"}`},
		{skein.Errorf(skein.Conflict, "Conflict during update, please try again"), 409, `{"error":"Conflict during update, please try again"}`},
		{skein.Errorf(skein.Gone, "Gone"), 410, `{"error":"Gone"}`},
		{errTooMany, 429, `{"error":"Too many requests"}`},
		{errors.New("disk on fire"), 500, `{"error":"Internal Server Error"}`},
		{skein.Errorf(skein.Internal, "disk on fire"), 500, `{"error":"Internal Server Error"}`},
		{skein.Errorf(skein.Busy, "Remote data could not be fetched"), 503, `{"error":"Remote data could not be fetched"}`},
		{fmt.Errorf("read: %w", context.DeadlineExceeded), 503, `{"error":"There was a temporary problem serving your request, please try again"}`},
	} {
		out := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "https://elm.example/api/v1/x", nil)
		(&call{Context: r.Context(), api: w.api, w: out, r: r, site: w.site}).fail(c.err)
		if out.Code != c.status || out.Body.String() != c.body || out.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%v: %d %s %s, want %d %s", c.err, out.Code, out.Body, out.Header().Get("Cache-Control"), c.status, c.body)
		}
	}
}

// mastodon-api.md 7: each bucket of the table, by whom it counts, what it answers, and that its end comes.
func TestSection7_RateLimits(t *testing.T) {
	w := newTown(t)
	now := time.Unix(1_800_000_123, 0)
	a := w.person(w.site, "ann")
	ann, bob, app := w.token(w.site, a), w.token(w.site, w.person(w.site, "bob")), w.token(w.site, 0)
	second := w.token(w.site, a, "read")
	family := map[string]struct {
		max    int
		window time.Duration
		byIP   bool
		routes string
	}{
		"media":     {150, 30 * time.Minute, false, "POST /api/v2/media, POST /api/v1/media"}, // decision 31
		"deletions": {30, 30 * time.Minute, false, "DELETE /api/v1/statuses/{id}, POST /api/v1/statuses/{id}/unreblog"},
		"sign-ups":  {5, 30 * time.Minute, true, "POST /api/v1/accounts"},
		"apps":      {5, 10 * time.Minute, true, "POST /api/v1/apps"},
		"statuses":  {300, 3 * time.Hour, false, "POST /api/v1/statuses, PUT /api/v1/statuses/{id}, POST /api/v1/statuses/{id}/reblog"},
		"follows":   {400, 24 * time.Hour, false, "POST /api/v1/accounts/{id}/follow, POST /api/v1/tags/{name}/follow"},
		"reports":   {400, 24 * time.Hour, false, "POST /api/v1/reports"},
	}
	visitor := "api/visitor/" + w.site.ID.String() + "/" + limit.IPKey(limit.ClientIP(mustRequest(t), nil))
	spend := func(key string, max int, window time.Duration) {
		for range max {
			w.api.Limit.Take(key, max, window)
		}
	}
	refused := func(what string, got result, max int, window time.Duration) {
		t.Helper()
		reset := time.Unix((now.Unix()/int64(window/time.Second)+1)*int64(window/time.Second), 0).UTC().Format("2006-01-02T15:04:05.000000Z")
		if got.status != http.StatusTooManyRequests || string(got.body) != `{"error":"Too many requests"}` || got.header.Get("X-RateLimit-Limit") != fmt.Sprint(max) ||
			got.header.Get("X-RateLimit-Remaining") != "0" || got.header.Get("X-RateLimit-Reset") != reset {
			t.Errorf("%s: %d %s limit %q remaining %q reset %q, want reset %s", what, got.status, got.body, got.header.Get("X-RateLimit-Limit"), got.header.Get("X-RateLimit-Remaining"), got.header.Get("X-RateLimit-Reset"), reset)
		}
	}
	fresh := func() { w.api.Limit = limit.New(func() time.Time { return now }) }
	for _, r := range Routes() {
		name := ""
		for n, f := range family {
			for one := range strings.SplitSeq(f.routes, ", ") {
				if one == r.Name() {
					name = n
				}
			}
		}
		if name == "" {
			continue
		}
		f := family[name]
		fresh()
		token := ann
		if r.Auth == AppOnly {
			token = app
		}
		key := "api/" + name + "/" + a.String()
		if f.byIP {
			key = "api/" + name + strings.TrimPrefix(visitor, "api/visitor")
		}
		if got := w.ask(w.site, r.Method, filled(r), token, nil); got.status == http.StatusTooManyRequests || got.header.Get("X-RateLimit-Remaining") == "" {
			t.Errorf("%s: at once: %d %v", r.Name(), got.status, got.header)
		}
		spend(key, f.max, f.window)
		refused(r.Name(), w.ask(w.site, r.Method, filled(r), token, nil), f.max, f.window)
		if !f.byIP {
			if got := w.ask(w.site, r.Method, filled(r), bob, nil); got.status == http.StatusTooManyRequests {
				t.Errorf("%s: somebody else pays for it", r.Name())
			}
		}
		if got := w.get("/api/v1/preferences", ann); got.status != 200 {
			t.Errorf("%s: other calls: %d", r.Name(), got.status)
		}
		now = now.Add(f.window)
		if got := w.ask(w.site, r.Method, filled(r), token, nil); got.status == http.StatusTooManyRequests {
			t.Errorf("%s: after the window: %d", r.Name(), got.status)
		}
	}
	const five = 5 * time.Minute
	fresh()
	spend("api/user/"+a.String(), 1500, five)
	refused("one person by all tokens", w.get("/api/v1/preferences", ann), 1500, five)
	refused("another token of theirs", w.get("/api/v1/timelines/home", second), 1500, five)
	fresh()
	for range 300 {
		w.get("/api/v1/instance/rules", "") // the token is not even looked at
	}
	refused("an address", w.get("/api/v1/timelines/public", ""), 300, five)
	if got := w.get("/api/v1/preferences", ann); got.status != 200 {
		t.Errorf("a person behind it: %d", got.status)
	}
	for _, param := range []string{"page", "min_id", "max_id", "since_id"} {
		fresh()
		spend("api/page/"+a.String(), 300, 15*time.Minute)
		refused("paging by "+param, w.get("/api/v1/timelines/home?"+param+"=1", ann), 300, 15*time.Minute)
		if got := w.get("/api/v1/timelines/home", ann); got.status != 200 {
			t.Errorf("the first page: %d", got.status)
		}
	}
}

func mustRequest(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "https://elm.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:1234" // httptest's own
	return r
}
