package oauth_test

import (
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

// mastodon-api.md 9: the metadata document, and the scopes by their names.
func TestSection9_Metadata(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	_, got := h.answer(httptest.NewRequest("GET", h.elm.Base+"/.well-known/oauth-authorization-server", nil), h.elm)
	list := func(name string) (out []string) {
		values, _ := got[name].([]any)
		for _, v := range values {
			out = append(out, v.(string))
		}
		slices.Sort(out)
		return out
	}
	for name, want := range map[string]string{"issuer": "/", "authorization_endpoint": "/oauth/authorize", "token_endpoint": "/oauth/token", "revocation_endpoint": "/oauth/revoke",
		"userinfo_endpoint": "/oauth/userinfo", "app_registration_endpoint": "/api/v1/apps"} {
		if got[name] != "https://elm.example"+want {
			t.Errorf("%s: %v", name, got[name])
		}
	}
	if s, _ := got["service_documentation"].(string); !strings.HasPrefix(s, "https://") {
		t.Errorf("service_documentation: %v", got["service_documentation"])
	}
	scopes := []string{"profile", "read", "write", "follow", "push", "admin:read", "admin:write"}
	for parent, names := range map[string]string{
		"read":        "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses",
		"write":       "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes notifications reports statuses",
		"admin:read":  "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks",
		"admin:write": "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks",
	} {
		for name := range strings.FieldsSeq(names) {
			scopes = append(scopes, parent+":"+name)
		}
	}
	slices.Sort(scopes)
	// "none" too: who proves by PKCE that they asked for the code needs no secret.
	for name, want := range map[string][]string{"scopes_supported": scopes, "response_types_supported": {"code"}, "response_modes_supported": {"form_post", "fragment", "query"},
		"grant_types_supported": {"authorization_code", "client_credentials"}, "code_challenge_methods_supported": {"S256"},
		"token_endpoint_auth_methods_supported": {"client_secret_basic", "client_secret_post", "none"}} {
		if !slices.Equal(list(name), want) {
			t.Errorf("%s: %q, want %q", name, list(name), want)
		}
	}
}

// mastodon-api.md 9: what an app is told of the person who let it in: six things, of which each is there whoever it is.
func TestSection9_Userinfo(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	u := h.member(h.elm, "ada")
	app, _ := h.app("profile")
	bearer, err := h.identity.NewToken(t.Context(), h.elm.ID, u.Account, app.ID, []string{"profile"})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST"} {
		r := httptest.NewRequest(method, h.elm.Base+"/oauth/userinfo", nil)
		r.Header.Set("Authorization", "Bearer "+bearer)
		status, got := h.answer(r, h.elm)
		for name, want := range map[string]string{"iss": "https://elm.example/", "sub": "https://elm.example/ap/users/" + u.Account.String(), "name": "ada",
			"preferred_username": "ada", "profile": "https://elm.example/@ada", "picture": "https://elm.example/avatars/original/missing.png"} {
			if status != http.StatusOK || got[name] != want {
				t.Errorf("%s: %d, %s = %v, want %s", method, status, name, got[name], want)
			}
		}
	}
}

// mastodon-api.md 9: what an app may ask for, and what becomes of it.
func TestSection9_Requests(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	u := h.member(h.elm, "ada")
	who := skein.Viewer{Site: h.elm.ID, Account: u.Account}
	b := h.browser(h.elm)
	b.signIn("ada")
	// Each of the addresses that were registered, by its letters.
	app, secretOfApp := h.app("read write:statuses", "https://app.example/cb?x=1", "reader://cb", "http://localhost:3000/cb", identity.OOB)
	for _, to := range []string{"https://app.example/cb?x=1", "reader://cb", "http://localhost:3000/cb"} {
		w := b.post("/oauth/authorize", append(hiddenFields(b.get(query(app, "redirect_uri", to, "state", "s", "force_login", "1")).Body.String()), "decision", "yes")...)
		if got := w.Header().Get("Location"); w.Code != http.StatusFound || !strings.HasPrefix(got, to) || !strings.HasSuffix(got, "&state=s") {
			t.Errorf("%s: %d to %q", to, w.Code, got)
		}
	}
	for _, to := range []string{"reader://cb/", "READER://cb", "https://app.example/cb", "http://localhost:3001/cb", "https://app.example/cb?x=1 reader://cb"} {
		if w := b.get(query(app, "redirect_uri", to)); w.Code != http.StatusBadRequest || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q, want 400", to, w.Code, w.Header().Get("Location"))
		}
	}
	for _, to := range []string{"data:text/html,x", "javascript:alert(1)", "vbscript:x", "JavaScript:alert(1)"} {
		if _, _, err := h.identity.CreateApp(t.Context(), h.elm.ID, identity.NewApp{Name: "x", RedirectURIs: []string{to}}); skein.KindOf(err) != skein.Invalid {
			t.Errorf("registered %s: %v", to, err)
		}
	}
	for _, scope := range []string{"crypto", "read everything", "read:nothing"} {
		if _, _, err := h.identity.CreateApp(t.Context(), h.elm.ID, identity.NewApp{Name: "x", RedirectURIs: []string{identity.OOB}, Scopes: identity.ParseScopes(scope)}); skein.KindOf(err) != skein.Invalid {
			t.Errorf("registered for %s: %v", scope, err)
		}
	}
	// Nothing said is read; a part of what was registered is given; a verifier that nobody asked for does not matter.
	for scope, want := range map[string]string{"": "read", "read:statuses": "read:statuses", "read write:statuses": "read write:statuses", "write:statuses read": "write:statuses read"} {
		w := b.post("/oauth/authorize", append(hiddenFields(b.get(query(app, "redirect_uri", "reader://cb", "scope", scope, "force_login", "1")).Body.String()), "decision", "yes")...)
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		exchange := []string{"grant_type", "authorization_code", "code", to.Query().Get("code"), "client_id", app.ClientID, "client_secret", secretOfApp,
			"redirect_uri", "reader://cb", "code_verifier", strings.Repeat("v", 50)}
		status, got := h.program("/oauth/token", h.elm, nil, exchange...)
		if status != http.StatusOK || got["scope"] != want || got["refresh_token"] != nil || got["expires_in"] != nil {
			t.Errorf("scope %q: %d %v, want %s", scope, status, got, want)
		}
		if status, got := h.program("/oauth/token", h.elm, nil, exchange...); status != http.StatusBadRequest || got["error"] != "invalid_grant" {
			t.Errorf("a code again: %d %v", status, got)
		}
	}
	// A code is bound to the address that it was given to.
	code, err := h.identity.Authorize(t.Context(), who, app, "reader://cb", []string{"read"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if status, got := h.program("/oauth/token", h.elm, nil, "grant_type", "authorization_code", "code", code, "client_id", app.ClientID, "client_secret", secretOfApp,
		"redirect_uri", "http://localhost:3000/cb"); status != http.StatusBadRequest || got["error"] != "invalid_grant" {
		t.Errorf("another address: %d %v", status, got)
	}
	if status, got := h.program("/oauth/token", h.elm, nil, "grant_type", "client_credentials", "client_id", app.ClientID, "client_secret", secretOfApp); status != http.StatusOK ||
		got["scope"] != "read" || got["refresh_token"] != nil {
		t.Errorf("an app's own token: %d %v", status, got)
	}
}
