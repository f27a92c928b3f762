package oauth_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"skein/internal/core/identity"
	"skein/internal/skein"
	"skein/internal/store/storetest"
)

// The second step also stands before an app is let in, carries on where somebody wanted to go, and without it nobody is signed
// in (T147).
func TestT147_SecondStepPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(h.elm, "ada")
		who := skein.Viewer{Site: h.elm.ID, Account: ada.Account}
		token, err := h.identity.Begin(t.Context(), h.elm.ID, ada.Account, identity.Browser{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := h.identity.BySession(t.Context(), h.elm.ID, token)
		if err != nil {
			t.Fatal(err)
		}
		by := identity.Browser{Session: g.Session}
		if err := h.identity.Prove(t.Context(), who, secret, by); err != nil {
			t.Fatal(err)
		}
		set, err := h.identity.SetUpStep(t.Context(), who, "", by)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(strings.ReplaceAll(set.Secret, " ", ""), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		_, codes, err := h.identity.ConfirmStep(t.Context(), who, code, by)
		if err != nil {
			t.Fatal(err)
		}

		b := h.browser(h.elm)
		const to = "/oauth/authorize?client_id=x"
		w := b.post("/signin", "name", "ada", "password", secret, "return_to", to)
		has(t, "the second step", w, "One more step", `autocomplete="one-time-code"`, `value="/oauth/authorize?client_id=x"`)
		if strings.Contains(b.cookie, "session") {
			t.Fatalf("signed in by half: %s", b.cookie)
		}
		step := regexp.MustCompile(`name="step" value="([^"]+)"`).FindStringSubmatch(w.Body.String())
		if step == nil {
			t.Fatal("nothing to take the second step with")
		}
		if w := b.post("/signin/step", "step", step[1], "code", "123", "return_to", to); w.Code != http.StatusUnprocessableEntity || strings.Contains(b.cookie, "session") {
			t.Errorf("a wrong code: %d, %s", w.Code, b.cookie)
		}
		sees(t, "a recovery code", b.post("/signin/step", "step", step[1], "code", codes[0], "return_to", to), http.StatusSeeOther, to)
		if !strings.Contains(b.cookie, "session") {
			t.Errorf("not signed in: %s", b.cookie)
		}
		if w := b.post("/signin/step", "step", "made up", "code", codes[1]); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "current-password") {
			t.Errorf("a step that is made up: %d", w.Code)
		}
	})
}

// The pages of getting an account back say the same to everybody, and a link that is of no use leads to another (T145).
func TestT145_RecoverPages(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	b := h.browser(h.elm)
	h.member(h.elm, "ada")
	has(t, "recover", b.get("/recover"), "Get your account back")
	for _, who := range []string{"ada@mail.example", "nobody@mail.example"} {
		sees(t, who, b.post("/recover", "email", who), http.StatusSeeOther, "/recover?sent=1")
	}
	for _, path := range []string{"/recover/begin", "/recover/new", "/recover/stop"} {
		if w := b.get(path + "?token=made-up"); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
		if w := b.post(path, "token", "made-up"); w.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
}
