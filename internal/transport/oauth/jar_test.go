package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store/storetest"
)

// whose tells for which account a browser's request counts.
func (b *browser) whose(account skein.ID) skein.ID {
	b.t.Helper()
	r := httptest.NewRequest("GET", b.site.Base, nil)
	r.Header.Set("Cookie", b.cookie)
	if account != 0 {
		r.Header.Set(web.AccountHeader, account.String())
	}
	g, err := b.identity.BySession(b.t.Context(), b.site.ID, web.Session(r, b.site.Base))
	if err != nil {
		return 0
	}
	return g.Viewer.Account
}

// Accounts are added beside others, each with a session of its own, and leave one by one (T123, T150).
func TestT150_SeveralAccounts(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	ada, bo, cy := h.member(h.elm, "ada"), h.member(h.elm, "bo"), h.member(h.elm, "cy")
	b := h.browser(h.elm)
	b.signIn("ada")
	first := b.token()
	has(t, "the form to add one", b.get("/signin?add=1"), `name="add"`, "Go on as <bdi>@ada</bdi>", "/signup?add=1")
	sees(t, "add bo", b.post("/signin", "name", "bo", "password", secret, "add", "1"), http.StatusSeeOther, "/")
	if got := b.whose(0); got != bo.Account {
		t.Errorf("pages are loaded for %v, want bo", got)
	}
	if b.whose(ada.Account) != ada.Account || b.whose(bo.Account) != bo.Account || b.whose(cy.Account) != 0 {
		t.Error("each account answers for itself, and nobody for cy")
	}
	// The same account again: a new session, the old one ends, the other stays.
	sees(t, "add ada again", b.post("/signin", "name", "ada", "password", secret, "add", "1"), http.StatusSeeOther, "/")
	if _, err := h.identity.BySession(t.Context(), h.elm.ID, first); err == nil {
		t.Error("T150: the session before lives on")
	}
	sees(t, "go on as bo", b.post("/signin/as", "account", bo.Account.String(), "return_to", "/notifications"), http.StatusSeeOther, "/notifications")
	if b.whose(0) != bo.Account {
		t.Error("going on as bo does nothing")
	}
	sees(t, "go on as somebody who is not signed in", b.post("/signin/as", "account", cy.Account.String()), http.StatusSeeOther, "/signin?add=1")
	// A page that was opened for one account does nothing for another.
	if w := b.post("/security", "do", "sessions", "account", ada.Account.String()); w.Code != http.StatusConflict {
		t.Errorf("ada's form sent as bo: %d", w.Code)
	}
	// Without "add" the account that was here is followed by the new one; others stay.
	sees(t, "cy in place of bo", b.post("/signin", "name", "cy", "password", secret), http.StatusSeeOther, "/")
	if b.whose(0) != cy.Account || b.whose(bo.Account) != 0 || b.whose(ada.Account) != ada.Account {
		t.Error("cy takes bo's place, and ada stays")
	}
	// One leaves: the one that is named, whichever was chosen.
	sees(t, "ada signs out", b.post("/signout", "account", ada.Account.String()), http.StatusSeeOther, "/")
	if b.whose(ada.Account) != 0 || b.whose(0) != cy.Account {
		t.Error("ada is gone and cy stays")
	}
	b.post("/signin", "name", "ada", "password", secret, "add", "1")
	sees(t, "the chosen one signs out", b.post("/signout"), http.StatusSeeOther, "/")
	if b.whose(0) != cy.Account {
		t.Error("pages are loaded for who is left")
	}
	b.post("/signin", "name", "ada", "password", secret, "add", "1")
	tokens := []string{b.token()}
	sees(t, "all sign out", b.post("/signout", "all", "1"), http.StatusSeeOther, "/signin?note=out")
	if strings.Contains(b.cookie, "session") || strings.Contains(b.cookie, "account") { // what tells the browser from others stays
		t.Errorf("left behind: %s", b.cookie)
	}
	if _, err := h.identity.BySession(t.Context(), h.elm.ID, tokens[0]); err == nil {
		t.Error("the session lives on")
	}
}

// What a browser brought along from before accounts had cookies of their own goes on, and is named when another is added.
func TestT123_OldCookieIsNamed(t *testing.T) {
	h := build(t, storetest.SQLite(t))
	ada, bo := h.member(h.elm, "ada"), h.member(h.elm, "bo")
	old, err := h.identity.Begin(t.Context(), h.elm.ID, ada.Account, identity.Browser{Agent: "", Address: ""})
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser(h.elm)
	b.cookie = "__Host-session=" + old
	if b.whose(0) != ada.Account || b.whose(ada.Account) != ada.Account {
		t.Error("the old cookie opens nothing")
	}
	b.post("/signin", "name", "bo", "password", secret, "add", "1")
	if b.whose(ada.Account) != ada.Account || b.whose(bo.Account) != bo.Account || strings.Contains(b.cookie, "session="+old) {
		t.Errorf("cookies: %s", b.cookie)
	}
	many := h.browser(h.elm)
	var pairs []string
	for i := range web.MostAccounts {
		pairs = append(pairs, "__Host-session-"+skein.ID(i+1).String()+"=x")
	}
	many.cookie = strings.Join(pairs, "; ")
	if w := many.post("/signin", "name", "bo", "password", secret, "add", "1"); w.Code != http.StatusConflict {
		t.Errorf("an account too many: %d", w.Code)
	}
}
