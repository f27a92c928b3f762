package oauth_test

import (
	"context"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/kit/limit"
	"skein/internal/kit/mail"
	"skein/internal/kit/password"
	"skein/internal/kit/queue"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
	"skein/internal/transport/oauth"
)

const secret = "correct horse"

// house is two sites with their doors.
type house struct {
	t        *testing.T
	db       *store.DB
	door     *oauth.Service
	sites    *site.Service
	identity *identity.Service
	letters  []mail.Message
	elm, oak *skein.Site
	setup    string
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, build(t, db)) })
}

func build(t *testing.T, db *store.DB) *house {
	h := &house{t: t, db: db}
	q := queue.New(queue.Config{Store: db.Shared()})
	db.SetQueue(q)
	key := func() (string, string, error) { return "private", "public", nil }
	h.sites = &site.Service{DB: db}
	h.sites.Start()
	h.identity = &identity.Service{DB: db, Mail: h, NewKey: key, Site: h.sites.ByID,
		Password: password.New(password.Options{Params: password.Cheap()})}
	h.identity.Start()
	queue.On(q, "send-mail", h.identity.SendMail)
	var err error
	if h.elm, h.setup, err = h.sites.Create(t.Context(), site.New{URL: "https://elm.example", Name: "Elm <b>", Joining: skein.JoinOpen}); err != nil {
		t.Fatal(err)
	}
	if h.oak, _, err = h.sites.Create(t.Context(), site.New{URL: "http://oak.localhost:8080"}); err != nil {
		t.Fatal(err)
	}
	h.door = &oauth.Service{Identity: h.identity, Sites: h.sites, Dress: func(string) (css, fonts []string) {
		return []string{"/assets/main.css"}, []string{"/assets/type.woff2"}
	}}
	return h
}

func (h *house) Send(_ context.Context, m mail.Message) error {
	h.letters = append(h.letters, m)
	return nil
}

// link sends the letters that are due and returns the path of the link in the last.
func (h *house) link() string {
	h.t.Helper()
	h.letters = nil
	now := time.Now()
	jobs, err := h.db.Shared().ClaimJobs(h.t.Context(), "", "test", now, now.Add(time.Minute), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		var e skein.MailDue
		if err := json.Unmarshal(j.Payload, &e); err != nil {
			h.t.Fatal(err)
		}
		if err := h.identity.SendMail(h.t.Context(), e); err != nil {
			h.t.Fatal(err)
		}
		if err := h.db.Shared().SettleJobs(h.t.Context(), []int64{j.ID}, nil); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, m := range h.letters {
		if u := regexp.MustCompile(`https?://[^/\s]+(/\S*token=\S+)`).FindStringSubmatch(m.Text); u != nil {
			return u[1]
		}
	}
	return ""
}

func (h *house) member(st *skein.Site, name string) *skein.User {
	h.t.Helper()
	u, err := h.identity.SignUp(h.t.Context(), st.ID, identity.SignUp{Username: name, Email: name + "@mail.example", Password: secret, Confirmed: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h *house) app(scopes string, redirects ...string) (*skein.App, string) {
	h.t.Helper()
	if len(redirects) == 0 {
		redirects = []string{"https://app.example/cb?x=1"}
	}
	a, secret, err := h.identity.CreateApp(h.t.Context(), h.elm.ID, identity.NewApp{Name: "Reader <script>", Website: "https://app.example",
		RedirectURIs: redirects, Scopes: identity.ParseScopes(scopes)})
	if err != nil {
		h.t.Fatal(err)
	}
	return a, secret
}

// browser keeps cookies for one site.
type browser struct {
	*house
	site   *skein.Site
	cookie string
}

func (h *house) browser(st *skein.Site) *browser { return &browser{house: h, site: st} }

func (b *browser) do(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	w := httptest.NewRecorder()
	if !b.door.Owns(r.URL.Path) {
		b.t.Fatalf("%s is not the door's", r.URL.Path)
	}
	b.door.ServeSite(w, r, b.site)
	jar := map[string]string{}
	for _, c := range r.Cookies() {
		jar[c.Name] = c.Value
	}
	for _, c := range w.Result().Cookies() {
		if jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(jar, c.Name)
		}
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(jar)) {
		pairs = append(pairs, name+"="+jar[name])
	}
	b.cookie = strings.Join(pairs, "; ")
	return w
}

// token is the session that pages are loaded with.
func (b *browser) token() string {
	r := httptest.NewRequest("GET", b.site.Base, nil)
	r.Header.Set("Cookie", b.cookie)
	return web.Session(r, b.site.Base)
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(httptest.NewRequest("GET", b.site.Base+path, nil))
}

// post sends a form as a page of the site would.
func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", b.site.Base+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

func (b *browser) signIn(name string) {
	b.t.Helper()
	if w := b.post("/signin", "name", name, "password", secret); w.Code != http.StatusSeeOther || b.cookie == "" {
		b.t.Fatalf("sign in as %s: %d %s", name, w.Code, w.Body)
	}
}

// sees checks where an answer leads.
func sees(t *testing.T, what string, w *httptest.ResponseRecorder, code int, location string) {
	t.Helper()
	if w.Code != code || w.Header().Get("Location") != location {
		t.Errorf("%s: %d to %q, want %d to %q\n%s", what, w.Code, w.Header().Get("Location"), code, location, w.Body)
	}
}

func has(t *testing.T, what string, w *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(w.Body.String(), p) {
			t.Errorf("%s: no %q in\n%s", what, p, w.Body)
		}
	}
}

// hiddenFields reads what a form of a page carries along.
func hiddenFields(body string) (pairs []string) {
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		pairs = append(pairs, m[1], html.UnescapeString(m[2]))
	}
	return pairs
}

func TestSignUpConfirmSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(h.elm)
		page := b.get("/signup")
		has(t, "sign-up page", page, `name="username"`, `autocomplete="username"`, `autocomplete="new-password"`, `type="email"`, `name="agreement"`)

		w := b.post("/signup", "username", "bo bo", "email", "bo@mail.example", "password", secret)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a bad form: %d", w.Code)
		}
		has(t, "a bad form", w, `value="bo bo"`, `value="bo@mail.example"`, `aria-invalid="true"`, `aria-describedby="username-after username-hint username-error"`,
			`id="username-error"`, `id="agreement-error"`, `role="alert"`)
		if strings.Contains(w.Body.String(), secret) {
			t.Error("the page repeats the password")
		}

		// T142: what is not on the form is not taken from it.
		w = b.post("/signup", "username", "bo", "email", "bo@mail.example", "password", secret, "agreement", "1", "role", "owner", "confirmed", "true", "Confirmed", "true", "Role", "owner")
		sees(t, "a good form", w, http.StatusSeeOther, "/signup/wait")
		has(t, "wait", b.get("/signup/wait"), "bo@mail.example", "Send it again")
		sees(t, "sign in while waiting", b.get("/signin"), http.StatusSeeOther, "/signup/wait")
		link := h.link()
		if !strings.HasPrefix(link, "/confirm?token=") {
			t.Fatalf("link = %q", link)
		}
		has(t, "confirm page", h.browser(h.elm).get(link), "bo@mail.example", "Yes, confirm")
		_, token, _ := strings.Cut(link, "=")
		sees(t, "confirm", b.post("/confirm", "token", token), http.StatusSeeOther, "/")
		if w := b.post("/confirm", "token", token); w.Code != http.StatusNotFound {
			t.Errorf("confirm twice: %d", w.Code)
		}
		sees(t, "wait after all", b.get("/signup/wait"), http.StatusSeeOther, "/")

		sees(t, "sign out", b.post("/signout"), http.StatusSeeOther, "/signin?note=out")
		if strings.Contains(b.cookie, "session") {
			t.Errorf("cookie after signing out: %s", b.cookie)
		}
		w = b.post("/signin", "name", "bo", "password", "wrong horse", "return_to", "/notifications")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="/notifications"`) {
			t.Errorf("wrong password: %d\n%s", w.Code, w.Body)
		}
		unknown := b.post("/signin", "name", "nobody", "password", "wrong horse", "return_to", "/notifications")
		if got, want := strings.ReplaceAll(unknown.Body.String(), `"nobody"`, `"bo"`), w.Body.String(); got != want || unknown.Code != w.Code {
			t.Errorf("T145: unknown name and wrong password look different")
		}
		sees(t, "right password", b.post("/signin", "name", "bo", "password", secret, "return_to", "/notifications"), http.StatusSeeOther, "/notifications")
	})
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(h.elm, "ada")
		b, other := h.browser(h.elm), h.browser(h.elm)
		other.signIn("ada")
		for _, email := range []string{"ada@mail.example", "nobody@mail.example"} { // T145
			sees(t, "ask for "+email, b.post("/reset", "email", email), http.StatusSeeOther, "/reset?sent=1")
		}
		has(t, "wrong address", b.post("/reset", "email", "ada"), "typing mistake", `value="ada"`)
		link := h.link()
		if len(h.letters) != 1 || !strings.HasPrefix(link, "/reset/new?token=") {
			t.Fatalf("letters = %+v", h.letters)
		}
		has(t, "form", b.get(link), `autocomplete="new-password"`, "ada@mail.example")
		_, token, _ := strings.Cut(link, "=")
		has(t, "short", b.post("/reset/new", "token", token, "password", "short"), "8 characters or more")
		if w := b.post("/reset/new", "token", token, "password", secret+"er"); w.Header().Get("Location") != "/signin?note=reset" {
			t.Errorf("reset: %d %s", w.Code, w.Body)
		}
		has(t, "after", b.get("/signin?note=reset"), "Sign in with the new one")
		if w := b.get(link); w.Code != http.StatusNotFound {
			t.Errorf("the link again: %d", w.Code)
		}
		sees(t, "T140: the other browser", other.get("/security"), http.StatusSeeOther, "/signin?return_to=%2Fsecurity")
	})
}

func TestT211_Setup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(h.elm)
		if w := b.get("/setup?token=wrong"); w.Code != http.StatusNotFound {
			t.Errorf("a wrong link: %d", w.Code)
		}
		path := "/setup?token=" + h.setup
		if w := h.browser(h.oak).get(path); w.Code != http.StatusNotFound {
			t.Errorf("the link on another site: %d", w.Code)
		}
		has(t, "page", b.get(path), `name="name"`, `value="approval"`, `autocomplete="new-password"`)
		w := b.post("/setup", "token", h.setup, "name", "", "username", "ada", "email", "ada@mail.example", "password", secret)
		has(t, "bad form", w, "Give the site a name.", "Choose who may sign up.", `value="ada"`)
		form := []string{"token", h.setup, "name", "Elm", "username", "ada", "email", "ada@mail.example", "password", secret, "joining", "invite"}
		sees(t, "good form", b.post("/setup", form...), http.StatusSeeOther, "/")
		if w := h.browser(h.elm).post("/setup", form...); w.Code != http.StatusNotFound {
			t.Errorf("a second owner: %d", w.Code)
		}
		st, err := h.sites.ByID(t.Context(), h.elm.ID)
		if err != nil || st.Name != "Elm" || st.Joining != skein.JoinInvite || st.Owner == 0 {
			t.Errorf("site = %+v, %v", st, err)
		}
		if w := b.get("/security"); w.Code != http.StatusOK {
			t.Errorf("the owner is not signed in: %d", w.Code)
		}
	})
}

func TestJoining(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	set := func(j skein.Joining) {
		st, err := h.sites.Update(t.Context(), h.elm.ID, site.Settings{Joining: &j})
		if err != nil {
			t.Fatal(err)
		}
		h.elm = st
	}
	u := h.member(h.elm, "ada")
	invite, err := h.sites.Invite(t.Context(), skein.Viewer{Site: h.elm.ID, Account: u.Account}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	sees(t, "an invitation", h.browser(h.elm).get("/join/"+invite.Code), http.StatusSeeOther, "/signup?invite="+invite.Code)
	for _, c := range []struct {
		joining      skein.Joining
		path         string
		status       int
		reason, sign bool
	}{
		{skein.JoinOpen, "/signup", 200, false, true},
		{skein.JoinApproval, "/signup", 200, true, true},
		{skein.JoinApproval, "/signup?invite=" + invite.Code, 200, false, true},
		{skein.JoinInvite, "/signup", 403, false, false},
		{skein.JoinInvite, "/signup?invite=" + invite.Code, 200, false, true},
		{skein.JoinInvite, "/signup?invite=wrong", 404, false, false},
		{skein.JoinClosed, "/signup", 403, false, false},
		{skein.JoinClosed, "/signup?invite=" + invite.Code, 403, false, false},
	} {
		set(c.joining)
		w := h.browser(h.elm).get(c.path)
		if w.Code != c.status || strings.Contains(w.Body.String(), `name="reason"`) != c.reason || strings.Contains(w.Body.String(), `name="username"`) != c.sign {
			t.Errorf("%s %s: %d\n%s", c.joining, c.path, w.Code, w.Body)
		}
	}
	set(skein.JoinClosed)
	if w := h.browser(h.elm).post("/signup", "username", "bo", "email", "bo@mail.example", "password", secret, "agreement", "1"); w.Code != http.StatusForbidden {
		t.Errorf("sign up on a closed site: %d", w.Code)
	}
	set(skein.JoinOpen)
	b := h.browser(h.elm)
	// T151: a field that nobody sees.
	sees(t, "a machine", b.post("/signup", "username", "bot1234", "email", "bot@mail.example", "password", secret, "agreement", "1", "website", "https://spam.test"), http.StatusSeeOther, "/signup/wait")
	if b.cookie != "" || h.link() != "" {
		t.Error("the machine has an account")
	}
	r := httptest.NewRequest("GET", h.elm.Base+"/invite/"+invite.Code, nil)
	r.Header.Set("Accept", "application/json")
	has(t, "a program asks about an invitation", b.do(r), `"instance_api_url":"https://elm.example/api/v2/instance"`)
	r = httptest.NewRequest("GET", h.elm.Base+"/invite/wrong", nil)
	r.Header.Set("Accept", "application/json")
	if w := b.do(r); w.Code != http.StatusUnauthorized {
		t.Errorf("a wrong one: %d", w.Code)
	}
}

// Every page of the door has its headers, and every writing form refuses other origins.
func TestT120_T121_T122_HeadersAndOrigins(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	for _, path := range []string{"/signin", "/signup", "/signup/wait", "/confirm?token=x", "/reset", "/reset/new?token=x", "/setup?token=x", "/oauth/authorize"} {
		hd := h.browser(h.elm).get(path).Header()
		csp := hd.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "form-action 'self'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "private, no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Access-Control-Allow-Credentials": "", "Access-Control-Allow-Origin": ""} {
			if got := hd.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
	}
	b := h.browser(h.elm)
	b.signIn("ada")
	cookie := b.cookie
	for _, path := range []string{"/signin", "/signout", "/signup", "/signup/wait", "/confirm", "/reset", "/reset/new", "/setup", "/security", "/oauth/authorize"} {
		for _, from := range []string{"", "https://evil.test", "null", "http://elm.example"} {
			for _, method := range []string{"POST", "DELETE", "PUT", "PATCH"} {
				r := httptest.NewRequest(method, h.elm.Base+path, strings.NewReader("name=ada&do=sessions"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if from != "" {
					r.Header.Set("Origin", from)
				}
				r.Header.Set("X-HTTP-Method-Override", "GET")
				if from == "http://elm.example" {
					r.Header.Set("Sec-Fetch-Site", "cross-site")
				}
				if w := b.do(r); w.Code != http.StatusForbidden && w.Code != http.StatusMethodNotAllowed {
					t.Errorf("%s %s from %q: %d", method, path, from, w.Code)
				}
			}
		}
	}
	if b.cookie != cookie || b.get("/security").Code != http.StatusOK {
		t.Error("one of them signed ada out")
	}
}

// A new session at each sign-in, whatever cookie came along; the old one ends (T150).
func TestT123_SessionIsRotated(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	h.member(h.oak, "ada")
	b := h.browser(h.elm)
	b.cookie = "__Host-session=fixed-by-somebody"
	b.signIn("ada")
	first := b.cookie
	if strings.Contains(first, "fixed-by-somebody") || !strings.Contains(first, "; __Host-session-") {
		t.Errorf("cookie = %s", first)
	}
	b.signIn("ada")
	if b.cookie == first {
		t.Error("the same session after signing in again")
	}
	old := h.browser(h.elm)
	old.cookie = first
	if w := old.get("/security"); w.Code != http.StatusSeeOther {
		t.Errorf("the session before: %d", w.Code)
	}
	plain := h.browser(h.oak)
	plain.signIn("ada")
	if !strings.Contains(plain.cookie, "; session-") {
		t.Errorf("cookie on http: %s", plain.cookie)
	}
	plain.cookie = "session=" + b.token() // T197
	if w := plain.get("/security"); w.Code != http.StatusSeeOther {
		t.Errorf("elm's session on oak: %d", w.Code)
	}
}

func TestT125_ReturnTo(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	for to, want := range map[string]string{"/@ada": "/@ada", "//evil.test": "/", `/\evil.test`: "/", "https://evil.test": "/", "/%2F%2Fevil.test": "/", "/signout": "/", "": "/"} {
		b := h.browser(h.elm)
		sees(t, to, b.post("/signin", "name", "ada", "password", secret, "return_to", to), http.StatusSeeOther, want)
		sees(t, to+", signed in", b.get("/signin?return_to="+url.QueryEscape(to)), http.StatusSeeOther, want)
	}
}

func TestT143_FormsAreCountedByAddress(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	h.door.Limit = limit.New(func() time.Time { return now })
	h.door.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}
	h.member(h.elm, "ada")
	b := h.browser(h.elm)
	try := func(path, client, claimed string) int {
		r := httptest.NewRequest("POST", h.elm.Base+path, strings.NewReader("name=nobody&password=wrong+horse&email=x"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.RemoteAddr = client
		r.Header.Set("X-Forwarded-For", claimed)
		r.Header.Set("X-Real-IP", claimed)
		return b.do(r).Code
	}
	for _, path := range []string{"/signin", "/signup", "/reset", "/signup/wait"} {
		for i := range 25 {
			// Somebody at one address who claims to come from many, and a /64 of addresses.
			if code := try(path, "[2001:db8::"+string(rune('a'+i%6))+"]:1234", "203.0.113."+string(rune('1'+i%9))); code != http.StatusUnprocessableEntity {
				t.Fatalf("%s, try %d: %d", path, i, code)
			}
		}
		if code := try(path, "[2001:db8::ffff]:1", "203.0.113.77"); code != http.StatusTooManyRequests {
			t.Errorf("%s, try 26: %d, want 429", path, code)
		}
		if code := try(path, "[2001:db8:1::1]:1", ""); code != http.StatusUnprocessableEntity {
			t.Errorf("%s from elsewhere: %d", path, code)
		}
		if code := try(path, "192.0.2.1:1", "2001:db8::1"); code != http.StatusTooManyRequests {
			t.Errorf("%s through our proxy: %d, want 429", path, code)
		}
	}
}

func TestSecurityPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.member(h.elm, "ada")
		eve := h.member(h.elm, "eve")
		app, _ := h.app("read write")
		token, err := h.identity.NewToken(t.Context(), h.elm.ID, u.Account, app.ID, []string{"read"})
		if err != nil {
			t.Fatal(err)
		}
		b, other, stranger := h.browser(h.elm), h.browser(h.elm), h.browser(h.elm)
		b.signIn("ada")
		other.signIn("ada")
		stranger.signIn("eve")
		has(t, "page", b.get("/security"), "Reader &lt;script&gt;", "This one", "Sign out all others", `autocomplete="current-password"`)
		list, err := h.identity.Sessions(t.Context(), skein.Viewer{Site: h.elm.ID, Account: eve.Account})
		if err != nil {
			t.Fatal(err)
		}
		b.post("/security", "do", "session", "id", list[0].ID.String())
		if w := stranger.get("/security"); w.Code != http.StatusOK {
			t.Error("T141: ada ended eve's session")
		}
		sees(t, "sign the others out", b.post("/security", "do", "sessions"), http.StatusSeeOther, "/security?done=sessions")
		if w := other.get("/security"); w.Code != http.StatusSeeOther {
			t.Errorf("the other browser: %d", w.Code)
		}
		disallow := func(b *browser, from string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("DELETE", h.elm.Base+"/oauth/authorized_applications/"+app.ID.String(), nil)
			r.Header.Set("Sec-Fetch-Site", from)
			return b.do(r)
		}
		stranger.post("/security", "do", "app", "id", app.ID.String())
		disallow(stranger, "same-origin")
		if w := disallow(b, "cross-site"); w.Code != http.StatusForbidden {
			t.Errorf("T122: another site revokes an app: %d", w.Code)
		}
		if _, err := h.identity.ByToken(t.Context(), h.elm.ID, token); err != nil {
			t.Error("T141: eve revoked ada's app")
		}
		sees(t, "revoke an app", disallow(b, "same-origin"), http.StatusSeeOther, "/security?done=app")
		sees(t, "revoke it again", b.post("/security", "do", "app", "id", app.ID.String()), http.StatusSeeOther, "/security?done=app")
		if _, err := h.identity.ByToken(t.Context(), h.elm.ID, token); err == nil {
			t.Error("its token still works")
		}
		has(t, "wrong password", b.post("/security", "do", "password", "old", "wrong", "password", "new password"), "not your password", `id="old-error"`)
		has(t, "short password", b.post("/security", "do", "password", "old", secret, "password", "short"), "8 characters or more", `id="password-error"`)
		before := b.cookie
		sees(t, "change", b.post("/security", "do", "password", "old", secret, "password", "new password"), http.StatusSeeOther, "/security?done=password")
		if b.cookie == before {
			t.Error("the session is not renewed")
		}
		has(t, "after", b.get("/security?done=password"), "Your password is changed")
		sees(t, "change of address", b.post("/security", "do", "email", "sure", "new password", "email", "lovelace@mail.example"), http.StatusSeeOther, "/security?done=email")
	})
}

func TestRedirectsThatOthersExpect(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	b := h.browser(h.elm)
	for from, to := range map[string]string{"/auth/sign_in": "/signin", "/auth/sign_up": "/signup", "/auth/password/new": "/reset",
		"/.well-known/change-password": "/security", "/auth/sign_in?x=1": "/signin?x=1"} {
		sees(t, from, b.get(from), http.StatusFound, to)
	}
	// mastodon-api.md 1: what is well known may be read from everywhere.
	if got := b.get("/.well-known/change-password").Header().Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("change-password: Access-Control-Allow-Origin %q", got)
	}
	if b.door.Owns("/") || b.door.Owns("/@ada") || b.door.Owns("/api/v1/apps") || b.door.Owns("/signinx") {
		t.Error("the door takes what is not its own")
	}
	r := httptest.NewRequest("HEAD", h.elm.Base+"/signin", nil)
	if w := b.do(r); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
	has(t, "T131: the site's name is text", b.get("/signin"), "Elm &lt;b&gt;")
}
