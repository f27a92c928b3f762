package mastodon

import (
	"net/http"
	"strings"
	"testing"

	"skein/internal/kit/web"
)

// Two accounts in one browser: each call is made for the account that it names and no other, under the same guard against
// other origins; one that is not signed in here is nobody, not somebody else.
func TestT122_T123_SeveralAccounts(t *testing.T) {
	w := newTown(t)
	ann, bob := w.person(w.site, "ann"), w.person(w.site, "bob")
	jar := func(cookies ...string) string { return strings.Join(cookies, "; ") }
	named := func(cookie, account string) string {
		return strings.Replace(cookie, web.SessionName(w.site.Base)+"=", web.SessionName(w.site.Base)+"-"+account+"=", 1)
	}
	both := jar(named(w.session(w.site, ann), ann.String()), named(w.session(w.site, bob), bob.String()), web.ChosenName(w.site.Base)+"="+ann.String())
	ask := func(method, path, account, cookies string, headers ...string) result {
		h := append([]string{"Cookie", cookies, "Sec-Fetch-Site", "same-origin"}, headers...)
		if account != "" {
			h = append(h, web.AccountHeader, account)
		}
		body := any(nil)
		if method == "POST" {
			body = `{"status":"hi"}`
		}
		return w.ask(w.site, method, path, "", body, h...)
	}
	const me = "/api/v1/accounts/verify_credentials"
	for _, c := range []struct {
		rule, account, cookies string
		status                 int
		want                   string
	}{
		{"the chosen one", "", both, 200, ann.String()},
		{"the named one", bob.String(), both, 200, bob.String()},
		{"named and chosen", ann.String(), both, 200, ann.String()},
		{"nobody's", "4242", both, 401, ""},
		{"no account at all", "x; y", both, 401, ""},
		{"another's session under one's name", ann.String(), named(w.session(w.site, bob), ann.String()), 401, ""},
		{"a cookie that does not tell", bob.String(), w.session(w.site, bob), 200, bob.String()},
		{"a cookie that does not tell, of another", ann.String(), w.session(w.site, bob), 401, ""},
		{"an ended session", ann.String(), named("session=gone; __Host-session=gone", ann.String()), 401, ""},
	} {
		got := ask("GET", me, c.account, c.cookies)
		if got.status != c.status || c.want != "" && got.object(t)["id"] != c.want {
			t.Errorf("%s: %d %.100s, want %d for %s", c.rule, got.status, got.body, c.status, c.want)
		}
	}
	// What everybody may read is not read as a visitor, or as somebody else, either.
	if got := ask("GET", "/api/v1/timelines/public", "4242", both); got.status != 401 || got.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("a public list for nobody: %d %v", got.status, got.header)
	}
	// T122: naming an account opens no way around the origin.
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, {"Sec-Fetch-Site", ""}} {
		if got := ask("POST", "/api/v1/statuses", bob.String(), both, h...); got.status != http.StatusForbidden {
			t.Errorf("%v posts: %d", h, got.status)
		}
	}
	post := ask("POST", "/api/v1/statuses", bob.String(), both).object(t)
	if by := at(post, "account", "id"); by != bob.String() {
		t.Errorf("posted as %v, want bob", by)
	}
	// The browser's accounts are told to itself, whichever asks; an app's token learns nothing.
	got := ask("GET", "/api/skein/v1/browser/accounts", bob.String(), both)
	var list []map[string]any
	got.json(t, &list)
	if len(list) != 2 || at(list[0], "account", "id") != ann.String() || list[0]["current"] != false || list[1]["current"] != true {
		t.Errorf("accounts: %s", got.body)
	}
	if got := w.get("/api/skein/v1/browser/accounts", w.token(w.site, ann)); got.status != http.StatusForbidden {
		t.Errorf("an app asks: %d", got.status)
	}
}
