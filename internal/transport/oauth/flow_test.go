package oauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"skein/internal/core/identity"
	"skein/internal/skein"
	"skein/internal/store/storetest"
)

const callback = "https://app.example/cb?x=1"

// query builds the address of the consent page; pairs with an empty value are left out.
func query(app *skein.App, pairs ...string) string {
	v := url.Values{"response_type": {"code"}, "client_id": {app.ClientID}, "redirect_uri": {callback}, "scope": {"read"}}
	for i := 0; i < len(pairs); i += 2 {
		if v.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	return "/oauth/authorize?" + v.Encode()
}

// program sends a form to one of the endpoints for programs and reads the answer.
func (h *house) program(path string, st *skein.Site, head http.Header, pairs ...string) (int, map[string]any) {
	h.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", st.Base+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, list := range head {
		r.Header[k] = list
	}
	return h.answer(r, st)
}

func (h *house) answer(r *http.Request, st *skein.Site) (int, map[string]any) {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.door.ServeSite(w, r, st)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		h.t.Fatalf("%s answers no JSON: %s", r.URL, w.Body)
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Access-Control-Allow-Credentials") != "" {
		h.t.Errorf("T124: %s: CORS headers %v", r.URL.Path, w.Header())
	}
	return w.Code, out
}

func codeIn(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	u, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != http.StatusFound || u.Query().Get("code") == "" {
		t.Fatalf("no code in %d %q\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
	return u.Query().Get("code")
}

func TestAuthorizationCodeFlow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(h.elm, "ada")
		app, secretOfApp := h.app("read write")
		b := h.browser(h.elm)
		path := query(app, "state", "a b&c")

		// A visitor signs in first and comes back.
		w := b.get(path)
		sees(t, "visitor", w, http.StatusSeeOther, "/signin?return_to="+url.QueryEscape(path))
		w = b.post("/signin", append(hiddenFields(b.get(w.Header().Get("Location")).Body.String()), "name", "ada", "password", secret)...)
		sees(t, "signed in", w, http.StatusSeeOther, path)

		w = b.get(path)
		has(t, "consent", w, "Reader &lt;script&gt;", "@ada", "app.example", "Read everything")
		if strings.Contains(w.Body.String(), "in your name") {
			t.Error("the page promises more than was asked for")
		}
		csp := w.Header().Get("Content-Security-Policy")
		if strings.Contains(csp, "form-action") || !strings.Contains(csp, "frame-ancestors 'none'") || w.Header().Get("Cross-Origin-Opener-Policy") != "" {
			t.Errorf("headers of the consent page: %v", w.Header())
		}
		form := hiddenFields(w.Body.String())

		w = b.post("/oauth/authorize", append(form, "decision", "no")...)
		if got := w.Header().Get("Location"); !strings.HasPrefix(got, callback+"&error=access_denied&") || !strings.HasSuffix(got, "&state=a+b%26c") {
			t.Errorf("denied: %q", got)
		}
		w = b.post("/oauth/authorize", append(form, "decision", "yes")...)
		code := codeIn(t, w)
		if got := w.Header().Get("Location"); got != callback+"&code="+code+"&state=a+b%26c" {
			t.Errorf("agreed: %q", got)
		}

		status, got := h.program("/oauth/token", h.elm, nil, "grant_type", "authorization_code", "code", code, "client_id", app.ClientID,
			"client_secret", secretOfApp, "redirect_uri", callback)
		if status != http.StatusOK || got["token_type"] != "Bearer" || got["scope"] != "read" || got["created_at"].(float64) < 1e9 {
			t.Fatalf("token: %d %v", status, got)
		}
		bearer := got["access_token"].(string)
		if g, err := h.identity.ByToken(t.Context(), h.elm.ID, bearer); err != nil || !identity.Allows(g, "read:statuses") || identity.Allows(g, "write:statuses") {
			t.Errorf("grant: %+v, %v", g, err)
		}
		// Asked for the same again: no page. For more, or by force: the page (T138).
		codeIn(t, b.get(path))
		for _, more := range []string{query(app, "scope", "read write"), query(app, "force_login", "true")} {
			if w := b.get(more); w.Code != http.StatusOK {
				t.Errorf("%s: %d", more, w.Code)
			}
		}
		for range 2 {
			if status, got := h.program("/oauth/revoke", h.elm, nil, "client_id", app.ClientID, "client_secret", secretOfApp, "token", bearer); status != http.StatusOK || len(got) != 0 {
				t.Errorf("revoke: %d %v", status, got)
			}
		}
		if _, err := h.identity.ByToken(t.Context(), h.elm.ID, bearer); err == nil {
			t.Error("a revoked token works")
		}
	})
}

func TestT138_FormIsBoundToItsSession(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	h.member(h.elm, "bo")
	app, _ := h.app("read write")
	b := h.browser(h.elm)
	b.signIn("ada")
	form := append(hiddenFields(b.get(query(app)).Body.String()), "decision", "yes")
	change := func(name, value string) []string {
		out := slices.Clone(form)
		for i := 0; i < len(out); i += 2 {
			if out[i] == name {
				out[i+1] = value
			}
		}
		return out
	}
	for what, f := range map[string][]string{"more scopes": change("scope", "read write"), "no proof": change("bind", ""), "another state": append(slices.Clone(form), "state", "x")} {
		if w := b.post("/oauth/authorize", f...); w.Code != http.StatusForbidden || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q", what, w.Code, w.Header().Get("Location"))
		}
	}
	b.signIn("bo")
	if w := b.post("/oauth/authorize", form...); w.Code != http.StatusForbidden {
		t.Errorf("ada's form in bo's session: %d", w.Code)
	}
	out := h.browser(h.elm)
	if w := out.post("/oauth/authorize", form...); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/signin?return_to=%2Foauth%2Fauthorize%3F") {
		t.Errorf("without a session: %d to %q", w.Code, w.Header().Get("Location"))
	}
}

// What is wrong with client or address stays here; all else goes to the app.
func TestT134_T136_BadRequests(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	app, _ := h.app("read")
	b := h.browser(h.elm)
	b.signIn("ada")
	challenge := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for _, path := range []string{
		query(app, "client_id", "nobody"), query(app, "client_id", ""),
		query(app, "redirect_uri", ""), query(app, "redirect_uri", "https://app.example.evil/cb"), query(app, "redirect_uri", "https://app.example/cb?x=1&y=2"),
		query(app, "redirect_uri", "javascript:alert(1)"),
		query(app) + "&redirect_uri=https%3A%2F%2Fevil.test", query(app) + "&client_id=x", query(app) + "&scope=write",
	} {
		if w := b.get(path); w.Code != http.StatusBadRequest || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q, want 400 and no redirect", path, w.Code, w.Header().Get("Location"))
		}
	}
	for path, want := range map[string]string{
		query(app, "response_type", "token"):                                      "unsupported_response_type",
		query(app, "response_type", ""):                                           "invalid_request",
		query(app, "scope", "write"):                                              "invalid_scope",
		query(app, "scope", "crypto"):                                             "invalid_scope",
		query(app, "code_challenge", challenge):                                   "invalid_request",
		query(app, "code_challenge", challenge, "code_challenge_method", "plain"): "invalid_request",
		query(app, "code_challenge", "short", "code_challenge_method", "S256"):    "invalid_request",
		query(app, "code_challenge_method", "S256"):                               "invalid_request",
		query(app) + "&code_challenge=&code_challenge_method=S256":                "invalid_request",
		query(app, "response_mode", "web_message"):                                "unsupported_response_mode",
		query(app, "state", "s", "scope", "write"):                                "invalid_scope",
	} {
		w := b.get(path)
		u, _ := url.Parse(w.Header().Get("Location"))
		if w.Code != http.StatusFound || u.Host != "app.example" || u.Query().Get("error") != want || u.Query().Get("error_description") == "" {
			t.Errorf("%s: %d to %q, want %s", path, w.Code, w.Header().Get("Location"), want)
		}
	}
	r := httptest.NewRequest("DELETE", h.elm.Base+query(app, "state", "s"), nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := b.do(r)
	if u, _ := url.Parse(w.Header().Get("Location")); u.Query().Get("error") != "access_denied" || u.Query().Get("state") != "s" {
		t.Errorf("DELETE: %d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestOutOfBand(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	h.member(h.elm, "ada")
	app, secretOfApp := h.app("read", identity.OOB, "reader://cb")
	b := h.browser(h.elm)
	b.signIn("ada")
	form := append(hiddenFields(b.get(query(app, "redirect_uri", identity.OOB)).Body.String()), "decision", "yes")
	w := b.post("/oauth/authorize", form...)
	code := codeIn(t, w)
	sees(t, "agreed", w, http.StatusFound, "/oauth/authorize/native?code="+code)
	has(t, "page", b.get("/oauth/authorize/native?code="+code), `value="`+code+`"`, "readonly")
	has(t, "page with anything", b.get("/oauth/authorize/native?code=%22%3E%3Cscript%3E"), "&#34;&gt;&lt;script&gt;")
	status, got := h.program("/oauth/token", h.elm, nil, "grant_type", "authorization_code", "code", code, "client_id", app.ClientID,
		"client_secret", secretOfApp, "redirect_uri", identity.OOB)
	if status != http.StatusOK {
		t.Errorf("token: %d %v", status, got)
	}
	w = b.post("/oauth/authorize", append(hiddenFields(b.get(query(app, "redirect_uri", "reader://cb", "force_login", "1")).Body.String()), "decision", "yes")...)
	if got := w.Header().Get("Location"); !strings.HasPrefix(got, "reader://cb?code=") {
		t.Errorf("an app's own scheme: %q", got)
	}
}

func TestTokenEndpoint(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.member(h.elm, "ada")
		who := skein.Viewer{Site: h.elm.ID, Account: u.Account}
		app, secretOfApp := h.app("read write:accounts")
		basic := func(id, secret string) http.Header {
			r := &http.Request{Header: http.Header{}}
			r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
			return r.Header
		}
		verifier := strings.Repeat("v", 50)
		sum := sha256.Sum256([]byte(verifier))
		challenge := base64.RawURLEncoding.EncodeToString(sum[:])
		code := func(challenge string) string {
			c, err := h.identity.Authorize(t.Context(), who, app, callback, []string{"read"}, challenge)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		id, sec := []string{"client_id", app.ClientID}, []string{"client_secret", secretOfApp}
		join := func(parts ...[]string) (out []string) {
			for _, p := range parts {
				out = append(out, p...)
			}
			return out
		}
		grant := func(c string) []string {
			return []string{"grant_type", "authorization_code", "code", c, "redirect_uri", callback}
		}
		for _, c := range []struct {
			rule   string
			head   http.Header
			form   []string
			status int
			code   string
		}{
			{"client_secret_post", nil, join(grant(code("")), id, sec), 200, ""},
			{"client_secret_basic", basic(app.ClientID, secretOfApp), grant(code("")), 200, ""},
			{"public client with PKCE", nil, join(grant(code(challenge)), id, []string{"code_verifier", verifier}), 200, ""},
			{"public client without", nil, join(grant(code("")), id), 401, "invalid_client"},
			{"T136: no verifier", nil, join(grant(code(challenge)), id, sec), 400, "invalid_grant"},
			{"wrong secret", nil, join(grant(code("")), id, []string{"client_secret", "wrong"}), 401, "invalid_client"},
			{"wrong secret, with PKCE", nil, join(grant(code(challenge)), id, []string{"client_secret", "wrong", "code_verifier", verifier}), 401, "invalid_client"},
			{"wrong secret in the header", basic(app.ClientID, "wrong"), grant(code("")), 401, "invalid_client"},
			{"unknown client", nil, join(grant(code("")), []string{"client_id", "x", "client_secret", "x"}), 401, "invalid_client"},
			{"unknown code", nil, join(grant("x"), id, sec), 400, "invalid_grant"},
			{"no code", nil, join([]string{"grant_type", "authorization_code"}, id, sec), 400, "invalid_request"},
			{"no grant type", nil, join(id, sec), 400, "invalid_request"},
			{"password grant", nil, join([]string{"grant_type", "password", "username", "ada", "password", secret}, id, sec), 400, "unsupported_grant_type"},
			{"a parameter twice", nil, join(grant(code("")), id, sec, id), 400, "invalid_request"},
			{"client credentials", nil, join([]string{"grant_type", "client_credentials", "scope", "read write:accounts"}, id, sec), 200, ""},
			{"client credentials, more than registered", nil, join([]string{"grant_type", "client_credentials", "scope", "write"}, id, sec), 400, "invalid_scope"},
			{"client credentials without a secret", nil, join([]string{"grant_type", "client_credentials"}, id), 401, "invalid_client"},
		} {
			status, got := h.program("/oauth/token", h.elm, c.head, c.form...)
			if status != c.status || c.code != "" && (got["error"] != c.code || got["error_description"] == "") {
				t.Errorf("%s: %d %v, want %d %s", c.rule, status, got, c.status, c.code)
			}
		}
		if status, _ := h.program("/oauth/token", h.oak, nil, join(grant(code("")), id, sec)...); status != http.StatusUnauthorized {
			t.Errorf("T197: on another site: %d", status)
		}
		body, _ := json.Marshal(map[string]any{"grant_type": "client_credentials", "client_id": app.ClientID, "client_secret": secretOfApp, "scope": []string{"read"}})
		r := httptest.NewRequest("POST", h.elm.Base+"/oauth/token", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		if status, got := h.answer(r, h.elm); status != http.StatusOK || got["scope"] != "read" {
			t.Errorf("JSON: %d %v", status, got)
		}
		r = httptest.NewRequest("POST", h.elm.Base+"/oauth/token", strings.NewReader("{"))
		r.Header.Set("Content-Type", "application/json")
		if status, got := h.answer(r, h.elm); status != http.StatusBadRequest || got["error"] != "invalid_request" {
			t.Errorf("broken JSON: %d %v", status, got)
		}
		other, secretOfOther := h.app("read")
		token, err := h.identity.NewToken(t.Context(), h.elm.ID, u.Account, app.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, got := h.program("/oauth/revoke", h.elm, nil, "client_id", other.ClientID, "client_secret", secretOfOther, "token", token); status != http.StatusForbidden || got["error"] != "unauthorized_client" {
			t.Errorf("revoke another's token: %d %v", status, got)
		}
	})
}

func TestUserinfoAndMetadata(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	u := h.member(h.elm, "ada")
	app, _ := h.app("profile read")
	token := func(scopes ...string) string {
		tok, err := h.identity.NewToken(t.Context(), h.elm.ID, u.Account, app.ID, scopes)
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	ask := func(st *skein.Site, bearer, cookie string) (int, map[string]any) {
		r := httptest.NewRequest("GET", st.Base+"/oauth/userinfo", nil)
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		r.Header.Set("Cookie", cookie)
		return h.answer(r, st)
	}
	good := token("profile")
	status, got := ask(h.elm, good, "")
	if status != http.StatusOK || got["iss"] != "https://elm.example/" || got["preferred_username"] != "ada" || got["profile"] != "https://elm.example/@ada" ||
		got["sub"] != "https://elm.example/ap/users/"+u.Account.String() {
		t.Errorf("userinfo: %d %v", status, got)
	}
	b := h.browser(h.elm)
	b.signIn("ada")
	for what, c := range map[string]struct {
		st             *skein.Site
		bearer, cookie string
		want           int
	}{
		"another scope": {h.elm, token("read"), "", 403}, "another site": {h.oak, good, "", 401}, "nothing": {h.elm, "", "", 401},
		"T124: a cookie": {h.elm, "", b.cookie, 401}, "a session as token": {h.elm, b.token(), "", 401},
	} {
		if status, got := ask(c.st, c.bearer, c.cookie); status != c.want {
			t.Errorf("%s: %d %v, want %d", what, status, got, c.want)
		}
	}
	r := httptest.NewRequest("GET", h.elm.Base+"/.well-known/oauth-authorization-server", nil)
	if _, got := h.answer(r, h.elm); got["issuer"] != "https://elm.example/" || got["token_endpoint"] != "https://elm.example/oauth/token" ||
		len(got["scopes_supported"].([]any)) != len(identity.Scopes) {
		t.Errorf("metadata: %v", got)
	}
	r = httptest.NewRequest("OPTIONS", h.elm.Base+"/oauth/token", nil)
	r.Header.Set("Origin", "https://phanpy.example")
	r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	w := httptest.NewRecorder()
	h.door.ServeSite(w, r, h.elm)
	if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Headers") != "authorization,content-type" || w.Header().Get("Access-Control-Allow-Methods") != "POST" {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}

// Somebody who is not confirmed or not let in yet gives nothing to apps.
func TestWhoWaitsCannotAgree(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	app, _ := h.app("read")
	b := h.browser(h.elm)
	b.post("/signup", "username", "bo", "email", "bo@mail.example", "password", secret, "agreement", "1")
	sees(t, "consent", b.get(query(app)), http.StatusSeeOther, "/signup/wait")
	sees(t, "security", b.get("/security"), http.StatusSeeOther, "/signup/wait")
}

// mastodon-api.md 9: the three ways in which an answer goes back, with yes and with no.
func TestResponseModes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(h.elm, "ada")
		app, _ := h.app("read")
		b := h.browser(h.elm)
		b.signIn("ada")
		answer := func(mode, decision string) *httptest.ResponseRecorder {
			page := b.get(query(app, "response_mode", mode, "state", "s&t", "force_login", "true"))
			return b.post("/oauth/authorize", append(hiddenFields(page.Body.String()), "decision", decision)...)
		}
		for decision, part := range map[string]string{"yes": "code=", "no": "error=access_denied"} {
			for mode, begin := range map[string]string{"": callback + "&", "query": callback + "&", "fragment": callback + "#"} {
				w := answer(mode, decision)
				if to := w.Header().Get("Location"); w.Code != http.StatusFound || !strings.HasPrefix(to, begin+part) || !strings.HasSuffix(to, "&state=s%26t") {
					t.Errorf("%s by %q: %d %s", decision, mode, w.Code, to)
				}
			}
			w := answer("form_post", decision)
			name, _, _ := strings.Cut(part, "=")
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `action="https://app.example/cb?x=1"`) || strings.Contains(w.Body.String(), "<script") ||
				!strings.Contains(w.Body.String(), `name="`+name+`"`) || !slices.Contains(hiddenFields(w.Body.String()), "s&t") {
				t.Errorf("%s by form_post: %d %s", decision, w.Code, w.Body)
			}
		}
	})
}
