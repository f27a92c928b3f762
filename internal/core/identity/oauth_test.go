package identity_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

const callback = "https://app.example/cb"

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func TestT134_RedirectToTheLetter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		app, _, err := w.CreateApp(t.Context(), w.elm.ID, identity.NewApp{Name: "Reader", Scopes: []string{"read"},
			RedirectURIs: []string{callback, "http://127.0.0.1:8000/cb", "http://[::1]/cb", "http://localhost:9000/cb", "reader://cb", identity.OOB}})
		if err != nil {
			t.Fatal(err)
		}
		for uri, want := range map[string]bool{
			callback:                             true,
			"reader://cb":                        true,
			identity.OOB:                         true,
			"http://127.0.0.1:8000/cb":           true,
			"http://127.0.0.1:51234/cb":          true,
			"http://127.0.0.1/cb":                true,
			"http://[::1]:51234/cb":              true,
			"http://localhost:9000/cb":           true,
			"http://localhost:9001/cb":           false,
			"http://127.0.0.1:8000/cb/more":      false,
			"http://127.0.0.2:8000/cb":           false,
			"https://127.0.0.1:8000/cb":          false,
			"http://127.0.0.1:8000@evil.test/cb": false,
			"https://app.example/cb/":            false,
			"https://app.example/cb?x=1":         false,
			"https://app.example/cb#x":           false,
			"https://app.example/CB":             false,
			"https://app.example.evil/cb":        false,
			"https://app.example@evil/cb":        false,
			"http://app.example/cb":              false,
			"https://app.example":                false,
			"https://*.example/cb":               false,
			"javascript:alert(1)":                false,
			"//app.example/cb":                   false,
			"":                                   false,
		} {
			err := identity.CheckRequest(app, uri, []string{"read"}, "")
			if got := err == nil; got != want || !got && !errors.Is(err, identity.ErrRedirect) {
				t.Errorf("%q: %v, want good = %v", uri, err, want)
			}
		}
		for _, bad := range []string{"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "/cb", "cb",
			"https://", "https://app.example/#frag", "https://user@app.example/", "https://app.example/ x", "https:\\\\app.example"} {
			if _, _, err := w.CreateApp(t.Context(), w.elm.ID, identity.NewApp{Name: "x", RedirectURIs: []string{bad}}); skein.KindOf(err) != skein.Invalid {
				t.Errorf("register %q: %v, want it refused", bad, err)
			}
		}
	})
}

func TestT135_CodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		app, secretOfApp := w.app(w.elm, "read", "write")
		other, secretOfOther := w.app(w.elm, "read", "write")
		code := func() string {
			t.Helper()
			c, err := w.Authorize(t.Context(), viewer(u), app, callback, []string{"read"}, "")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		try := func(in identity.Exchange) (string, error) {
			token, g, _, err := w.Exchange(t.Context(), w.elm.ID, in)
			if err == nil && (g.Viewer != viewer(u) || strings.Join(g.Scopes, " ") != "read") {
				t.Errorf("grant = %+v", g)
			}
			return token, err
		}
		good := identity.Exchange{Code: code(), ClientID: app.ClientID, ClientSecret: secretOfApp, RedirectURI: callback}
		swapped := good
		swapped.ClientID, swapped.ClientSecret = other.ClientID, secretOfOther
		if _, err := try(swapped); !errors.Is(err, identity.ErrGrant) {
			t.Errorf("another client: %v", err)
		}
		wrong := good
		wrong.ClientSecret = secretOfOther
		if _, err := try(wrong); !errors.Is(err, identity.ErrClient) {
			t.Errorf("wrong secret: %v", err)
		}
		none := good
		none.ClientSecret = ""
		if _, err := try(none); !errors.Is(err, identity.ErrClient) {
			t.Errorf("no secret and no PKCE: %v", err)
		}
		token, err := try(good)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ByToken(t.Context(), w.elm.ID, token); err != nil {
			t.Fatal(err)
		}
		if _, err := try(good); !errors.Is(err, identity.ErrGrant) {
			t.Errorf("a second time: %v", err)
		}
		wantKind(t, "the token of the first time, after the second", second(w.ByToken(t.Context(), w.elm.ID, token)), skein.Unauthorized)

		late := good
		late.Code = code()
		w.pass(10*time.Minute + time.Second)
		if _, err := try(late); !errors.Is(err, identity.ErrGrant) {
			t.Errorf("after ten minutes: %v", err)
		}
		elsewhere := good
		elsewhere.Code, elsewhere.RedirectURI = code(), "https://app.example/other"
		if _, err := try(elsewhere); !errors.Is(err, identity.ErrGrant) {
			t.Errorf("another redirect: %v", err)
		}
		site := good
		site.Code = code()
		if _, _, _, err := w.Exchange(t.Context(), w.oak.ID, site); !errors.Is(err, identity.ErrClient) {
			t.Errorf("on another site: %v", err)
		}
	})
}

func TestT136_PKCE(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		app, secretOfApp := w.app(w.elm, "read")
		verifier := strings.Repeat("v", 43)
		for _, c := range []struct {
			rule, challenge, verifier, secret string
			want                              error
		}{
			{"right", challengeOf(verifier), verifier, secretOfApp, nil},
			{"right, without a secret", challengeOf(verifier), verifier, "", nil},
			{"no verifier", challengeOf(verifier), "", secretOfApp, identity.ErrGrant},
			{"another's verifier", challengeOf(verifier), strings.Repeat("w", 43), secretOfApp, identity.ErrGrant},
			{"the challenge as verifier (plain)", challengeOf(verifier), challengeOf(verifier), secretOfApp, identity.ErrGrant},
			{"short verifier", challengeOf("v"), "v", secretOfApp, identity.ErrGrant},
			{"a stray verifier", "", verifier, secretOfApp, nil},
			{"a stray verifier is no secret", "", verifier, "", identity.ErrClient},
		} {
			code, err := w.Authorize(t.Context(), viewer(u), app, callback, []string{"read"}, c.challenge)
			if err != nil {
				t.Fatalf("%s: %v", c.rule, err)
			}
			_, _, _, err = w.Exchange(t.Context(), w.elm.ID, identity.Exchange{Code: code, ClientID: app.ClientID, ClientSecret: c.secret,
				RedirectURI: callback, Verifier: c.verifier})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.rule, err, c.want)
			}
		}
		for _, bad := range []string{"short", strings.Repeat("=", 43), verifier + "x"} {
			if _, err := w.Authorize(t.Context(), viewer(u), app, callback, []string{"read"}, bad); !errors.Is(err, identity.ErrChallenge) {
				t.Errorf("challenge %q: %v", bad, err)
			}
		}
	})
}

func TestT137_Scopes(t *testing.T) {
	grant := func(scopes ...string) *skein.Grant { return &skein.Grant{Token: 1, Scopes: scopes} }
	for _, c := range []struct {
		rule  string
		grant *skein.Grant
		asked []string
		want  bool
	}{
		{"nobody", nil, nil, false},
		{"no scope asked", grant(), nil, true},
		{"none given", grant(), []string{"read"}, false},
		{"the same", grant("read:statuses"), []string{"read:statuses"}, true},
		{"the parent", grant("read"), []string{"read:statuses"}, true},
		{"one of several", grant("profile"), []string{"read:accounts", "profile"}, true},
		{"the child for the parent", grant("read:statuses"), []string{"read"}, false},
		{"a sibling", grant("read:statuses"), []string{"read:accounts"}, false},
		{"read for write", grant("read"), []string{"write:statuses"}, false},
		{"read for admin", grant("read", "write"), []string{"admin:read:accounts"}, false},
		{"admin:read", grant("admin:read"), []string{"admin:read:accounts"}, true},
		{"admin:read for admin:write", grant("admin:read"), []string{"admin:write:accounts"}, false},
		{"admin:read for read", grant("admin:read"), []string{"read:accounts"}, false},
		{"follow", grant("follow"), []string{"write:mutes"}, true},
		{"follow, too much", grant("follow"), []string{"write:statuses"}, false},
		{"read and write are follow", grant("read", "write"), []string{"follow"}, true},
		{"write alone is not", grant("write"), []string{"follow"}, false},
		{"read for push", grant("read", "write", "follow"), []string{"push"}, false},
		{"read for profile", grant("read"), []string{"profile"}, false},
		{"a scope that nobody knows", grant("read", "crypto"), []string{"crypto"}, false},
		{"a prefix is no parent", grant("rea", "read:stat"), []string{"read:statuses"}, false},
		{"a session", &skein.Grant{Session: 1}, []string{"admin:write:accounts"}, true},
	} {
		if got := identity.Allows(c.grant, c.asked...); got != c.want {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestT137_NoMoreThanRegistered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		app, secretOfApp := w.app(w.elm, "read", "write:statuses")
		for _, c := range []struct {
			scopes string
			want   error
		}{
			{"read", nil}, {"read:statuses write:statuses", nil}, {"write", identity.ErrScope}, {"read write:media", identity.ErrScope},
			{"admin:read", identity.ErrScope}, {"crypto", identity.ErrScope}, {"", nil},
		} {
			list := identity.ParseScopes(c.scopes)
			if _, err := w.Authorize(t.Context(), viewer(u), app, callback, list, ""); !errors.Is(err, c.want) {
				t.Errorf("authorize %q: %v, want %v", c.scopes, err, c.want)
			}
			if _, _, _, err := w.ClientToken(t.Context(), w.elm.ID, app.ClientID, secretOfApp, list); !errors.Is(err, c.want) {
				t.Errorf("client token %q: %v, want %v", c.scopes, err, c.want)
			}
			if _, err := w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, list); !errors.Is(err, c.want) {
				t.Errorf("new token %q: %v, want %v", c.scopes, err, c.want)
			}
		}
		if _, _, err := w.CreateApp(t.Context(), w.elm.ID, identity.NewApp{Name: "x", RedirectURIs: []string{callback}, Scopes: []string{"crypto"}}); skein.KindOf(err) != skein.Invalid {
			t.Errorf("register an unknown scope: %v", err)
		}
	})
}

// What was allowed before need not be asked again; anything more must (T138).
func TestT138_GrowthIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u, other := w.member(w.elm, "ada", skein.Member), w.member(w.elm, "bo", skein.Member)
		app, _ := w.app(w.elm, "read", "write")
		if _, err := w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, []string{"read"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who    *skein.User
			scopes string
			want   bool
		}{{u, "read", true}, {u, "read:statuses", true}, {u, "write", false}, {u, "read write", false}, {other, "read", false}} {
			if got, err := w.Granted(t.Context(), viewer(c.who), app, strings.Fields(c.scopes)); err != nil || got != c.want {
				t.Errorf("%s for %d: %v, %v, want %v", c.scopes, c.who.Account, got, err, c.want)
			}
		}
	})
}

func TestRevokeByApp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		app, secretOfApp := w.app(w.elm, "read")
		other, secretOfOther := w.app(w.elm, "read")
		token, _ := w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, nil)
		if err := w.Revoke(t.Context(), w.elm.ID, other.ClientID, secretOfOther, token); !errors.Is(err, identity.ErrOwner) {
			t.Errorf("another's token: %v", err)
		}
		if err := w.Revoke(t.Context(), w.elm.ID, app.ClientID, "wrong", token); !errors.Is(err, identity.ErrClient) {
			t.Errorf("wrong secret: %v", err)
		}
		if _, err := w.ByToken(t.Context(), w.elm.ID, token); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.Revoke(t.Context(), w.elm.ID, app.ClientID, secretOfApp, token); err != nil {
				t.Errorf("revoke: %v", err)
			}
		}
		wantKind(t, "after", second(w.ByToken(t.Context(), w.elm.ID, token)), skein.Unauthorized)

		token, _ = w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, nil)
		if list, err := w.AllowedApps(t.Context(), viewer(u)); err != nil || len(list) != 1 || list[0].App.ID != app.ID {
			t.Errorf("apps = %+v, %v", list, err)
		}
		if err := w.RevokeApp(t.Context(), viewer(u), app.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "after the person revoked it", second(w.ByToken(t.Context(), w.elm.ID, token)), skein.Unauthorized)
	})
}
