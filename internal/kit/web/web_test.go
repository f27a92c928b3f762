package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"skein/internal/kit/web"
)

func TestT125_LocalPath(t *testing.T) {
	for to, want := range map[string]bool{
		"/":                           true,
		"/settings":                   true,
		"/@ada@oak.example/117":       true,
		"/search?q=https://evil.test": true,
		"/oauth/authorize?client_id=x&redirect_uri=https%3A%2F%2Fapp.example%2F": true,
		"/tags/caf%C3%A9":               true,
		"":                              false,
		"settings":                      false,
		"//evil.test":                   false,
		"/\\evil.test":                  false,
		"\\/evil.test":                  false,
		"/\t/evil.test":                 false,
		"/\n/evil.test":                 false,
		" //evil.test":                  false,
		"/%2F%2Fevil.test":              false,
		"/%2Fevil.test":                 false,
		"/%5cevil.test":                 false,
		"/%255cevil.test":               false,
		"/%25252Fevil.test":             false,
		"/web/%5c%5cevil.test":          false,
		"/a//evil.test":                 false,
		"https:evil.test":               false,
		"https://evil.test":             false,
		"javascript:alert(1)":           false,
		"/%zz":                          false,
		"/%0d%0aSet-Cookie:x=1":         false,
		"/x\x00":                        false,
		"/" + strings.Repeat("x", 5000): false,
	} {
		if _, got := web.LocalPath(to); got != want {
			t.Errorf("LocalPath(%q) = %v, want %v", to, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//evil.test", "/%2F%2Fevil.test", "/\\evil", "/a?b//c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, to string) {
		p, ok := web.LocalPath(to)
		if !ok {
			return
		}
		r := httptest.NewRequest("GET", "https://elm.example/", nil)
		u, err := r.URL.Parse(p)
		if err != nil || u.Host != "elm.example" || u.Scheme != "https" {
			t.Errorf("%q leads to %v", to, u)
		}
	})
}

func TestT123_SessionCookie(t *testing.T) {
	for base, want := range map[string][]string{
		"https://elm.example": {"__Host-session-7=tok; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax",
			"__Host-account=7; Path=/; Max-Age=31536000; Secure; SameSite=Lax"},
		"http://elm.localhost:8080": {"session-7=tok; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
			"account=7; Path=/; Max-Age=31536000; SameSite=Lax"},
	} {
		w := httptest.NewRecorder()
		web.SetSession(w, base, "7", "tok")
		if got := w.Header()["Set-Cookie"]; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", base, got, want)
		}
		r := httptest.NewRequest("GET", base, nil)
		r.Header.Set("Cookie", strings.Split(want[0], ";")[0])
		if got := web.Session(r, base); got != "tok" {
			t.Errorf("%s: read back %q", base, got)
		}
		w = httptest.NewRecorder()
		web.ClearSession(w, base, "7")
		if got := w.Header().Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") || !strings.HasPrefix(got, web.SessionName(base)+"-7=") {
			t.Errorf("%s: cleared by %s", base, got)
		}
	}
	// The other name means nothing: a neighbour on a subdomain can set it.
	r := httptest.NewRequest("GET", "https://elm.example", nil)
	r.Header.Set("Cookie", "session=theirs; session-7=theirs; account=7")
	if got := web.Session(r, "https://elm.example"); got != "" {
		t.Errorf("a cookie without the prefix is taken on https: %q", got)
	}
}

// Which of several sessions counts: that of the account which the request names and no other, else of the one that was chosen.
func TestT123_SeveralSessions(t *testing.T) {
	const all = "__Host-session=old; __Host-session-7=seven; __Host-session-12=twelve; __Host-session-x=no; __Host-session-07=no; __Host-sessionx=no"
	for _, c := range []struct{ rule, cookies, header, query, want string }{
		{"chosen", all + "; __Host-account=12", "", "", "twelve"},
		{"named", all + "; __Host-account=12", "7", "", "seven"},
		{"named, not here: one whose account is not told may be it", all + "; __Host-account=12", "9", "", "old"},
		{"named, not here", "__Host-session-7=seven; __Host-account=7", "9", "", ""},
		{"chosen, not here", "__Host-session-7=seven; __Host-account=9", "", "", "seven"},
		{"nothing chosen", "__Host-session-12=twelve; __Host-session-7=seven", "", "", "seven"},
		{"nothing chosen, one that is not told", all, "", "", "old"},
		{"a choice that is no account", all + "; __Host-account=../7", "", "", "old"},
		{"a socket names it in its address", all + "; __Host-account=12", "", "?account=7", "seven"},
		{"none", "", "7", "", ""},
	} {
		r := httptest.NewRequest("GET", "https://elm.example/api/v1/streaming"+c.query, nil)
		r.Header.Set("Cookie", c.cookies)
		if c.header != "" {
			r.Header.Set(web.AccountHeader, c.header)
		}
		if got := web.Session(r, "https://elm.example"); c.query != "" && got != "twelve" {
			t.Errorf("%s: the address counts without a socket: %q", c.rule, got)
		}
		if c.query != "" {
			r.Header.Set("Upgrade", "websocket")
		}
		if got := web.Session(r, "https://elm.example"); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
	flood := httptest.NewRequest("GET", "https://elm.example", nil)
	for i := range 200 {
		flood.AddCookie(&http.Cookie{Name: fmt.Sprintf("__Host-session-%d", i+1), Value: "x"})
	}
	if n := len(web.Sessions(flood, "https://elm.example")); n > 2*web.MostAccounts {
		t.Errorf("%d sessions are looked at", n)
	}
}

func TestT122_CheckOrigin(t *testing.T) {
	for _, c := range []struct {
		rule, method, site, origin string
		want                       bool
	}{
		{"our page", "POST", "same-origin", "https://elm.example", true},
		{"our page, old browser", "POST", "", "https://elm.example", true},
		{"typed by the person", "POST", "none", "", true},
		{"another site", "POST", "cross-site", "https://evil.test", false},
		{"another site, old browser", "POST", "", "https://evil.test", false},
		{"a neighbour on a subdomain", "POST", "same-site", "https://x.elm.example", false},
		{"another port", "POST", "", "https://elm.example:8443", false},
		{"a sandboxed frame", "POST", "", "null", false},
		{"neither header", "POST", "", "", false},
		{"neither header, DELETE", "DELETE", "", "", false},
		{"reading", "GET", "cross-site", "", true},
		{"method override is no method", "POST", "cross-site", "https://evil.test", false},
	} {
		r := httptest.NewRequest(c.method, "https://elm.example/signout", nil)
		r.Header.Set("X-HTTP-Method-Override", "GET")
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if got := web.CheckOrigin(r) == nil; got != c.want {
			t.Errorf("%s: passes = %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestT120_Policies(t *testing.T) {
	for name, policy := range map[string]string{"page": web.PagePolicy("https://elm.example", "elm.example"), "consent": web.ConsentPolicy(), "api": web.APIPolicy} {
		for _, must := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, must) {
				t.Errorf("%s: no %s in %s", name, must, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", name, policy)
		}
		if got := strings.Contains(policy, "form-action"); got != (name != "consent") {
			t.Errorf("%s: form-action = %v", name, got)
		}
	}
	h := http.Header{}
	web.SecurityHeaders(h, web.PagePolicy("http://elm.localhost:8080", "elm.localhost:8080"))
	if !strings.Contains(h.Get("Content-Security-Policy"), "connect-src 'self' ws://elm.localhost:8080;") {
		t.Errorf("streams on http: %s", h.Get("Content-Security-Policy"))
	}
	for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy"} {
		if h.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}
