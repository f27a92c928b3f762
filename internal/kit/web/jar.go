package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A browser may be signed in to several accounts of one site. Each has a session in a cookie of its own, named after the
// account; one more cookie, which is no secret and which the app may write, names the account that a page is loaded for.
// What the app sends says by a header for which account it is, so that two tabs may show two accounts.

// SessionAge is how long browsers keep the session cookies.
const SessionAge = 365 * 24 * time.Hour

// MostAccounts is how many accounts one browser may be signed in to: browsers and servers bound what cookies weigh.
const MostAccounts = 10

// AccountHeader names the account that a request is for. It only chooses among the sessions that came along.
const AccountHeader = "Skein-Account"

// SessionName is the name of the cookie of a session whose account its name does not tell, and how the names of the others
// begin. The prefix __Host- makes browsers refuse a cookie that is not Secure or that another host of the domain has set;
// over http they refuse the prefix itself, so a site on http does without (T123).
// https://www.rfc-editor.org/rfc/rfc6265#section-4.1.3
func SessionName(base string) string { return prefix(base) + "session" }

// ChosenName is the name of the cookie that names the account that pages are loaded for.
func ChosenName(base string) string { return prefix(base) + "account" }

// DeviceName is the name of the cookie that tells a browser from others which say the same of themselves. It opens nothing.
func DeviceName(base string) string { return prefix(base) + "device" }

// Device returns what tells the browser from others, empty if nothing does.
func Device(r *http.Request, base string) string {
	if c, err := r.Cookie(DeviceName(base)); err == nil && len(c.Value) >= 20 && len(c.Value) <= 100 {
		return c.Value
	}
	return ""
}

// SetDevice gives the browser what tells it from others.
func SetDevice(w http.ResponseWriter, base, value string) {
	http.SetCookie(w, cookie(base, DeviceName(base), value, int(SessionAge/time.Second)))
}

func prefix(base string) string {
	if Secure(base) {
		return "__Host-"
	}
	return ""
}

// Held is a session that a browser holds.
type Held struct {
	Account string // whose it is by the name of its cookie; empty: the cookie does not tell
	Token   string
}

// Sessions lists the sessions that came with a request. Whose they really are only their tokens tell.
func Sessions(r *http.Request, base string) []Held {
	var list []Held
	name := SessionName(base)
	for _, c := range r.Cookies() {
		rest, ok := strings.CutPrefix(c.Name, name)
		if !ok || c.Value == "" || len(c.Value) > 256 || len(list) == 2*MostAccounts {
			continue
		}
		id, named := strings.CutPrefix(rest, "-")
		switch {
		case rest == "":
			list = append(list, Held{"", c.Value})
		case named && isID(id) && !slices.ContainsFunc(list, func(h Held) bool { return h.Account == id }):
			list = append(list, Held{id, c.Value})
		}
	}
	slices.SortStableFunc(list, func(a, b Held) int { // one that tells no account comes last
		return cmp.Or(cmp.Compare(empty(a.Account), empty(b.Account)), cmp.Compare(len(a.Account), len(b.Account)), cmp.Compare(a.Account, b.Account))
	})
	return list
}

func empty(s string) int {
	if s == "" {
		return 1
	}
	return 0
}

// isID tells whether a text is written as our IDs are.
func isID(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == s
}

// Wanted returns the account that a request says it is for, empty if it says none. A socket says it in its address, since
// browsers cannot set headers on those.
func Wanted(r *http.Request) string {
	if id := r.Header.Get(AccountHeader); id != "" {
		return id
	}
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return r.URL.Query().Get("account")
	}
	return ""
}

// Session returns the session token that counts for a request, empty if there is none: of the account that it names, else
// of the one that pages are loaded for, else any. Whoever believes it compares what it opens with Wanted (Meant does).
func Session(r *http.Request, base string) string {
	list := Sessions(r, base)
	find := func(account string) string {
		if i := slices.IndexFunc(list, func(h Held) bool { return h.Account == account }); i >= 0 {
			return list[i].Token
		}
		return ""
	}
	if want := Wanted(r); want != "" {
		return cmp.Or(find(want), find(""))
	}
	if id := Chosen(r, base); id != "" {
		if token := find(id); token != "" {
			return token
		}
	}
	if token := find(""); token != "" || len(list) == 0 {
		return token
	}
	return list[0].Token
}

// Chosen returns the account that pages are loaded for by the browser's choice, empty if it made none.
func Chosen(r *http.Request, base string) string {
	if c, err := r.Cookie(ChosenName(base)); err == nil && isID(c.Value) {
		return c.Value
	}
	return ""
}

// Meant tells whether a request may be for an account: it names that one, or none.
func Meant(r *http.Request, account string) bool {
	want := Wanted(r)
	return want == "" || want == account
}

// SetSession gives the browser the session of an account, beside those of others that it has, and makes it the one that
// pages are loaded for. It is for this host alone, never for scripts, and not sent along with what other sites send here,
// but when somebody follows a link.
func SetSession(w http.ResponseWriter, base, account, token string) {
	KeepSession(w, base, account, token)
	Choose(w, base, account)
}

// KeepSession gives the browser the session of an account, without choosing it.
func KeepSession(w http.ResponseWriter, base, account, token string) {
	http.SetCookie(w, cookie(base, SessionName(base)+"-"+account, token, int(SessionAge/time.Second)))
}

// Choose says for which account pages are loaded.
func Choose(w http.ResponseWriter, base, account string) {
	c := cookie(base, ChosenName(base), account, int(SessionAge/time.Second))
	c.HttpOnly = false // the app chooses as well, by the tab that is looked at; it is no secret and opens nothing
	http.SetCookie(w, c)
}

// ClearSession takes a session from the browser; the account is empty for one whose cookie does not tell.
func ClearSession(w http.ResponseWriter, base, account string) {
	name := SessionName(base)
	if account != "" {
		name += "-" + account
	}
	http.SetCookie(w, cookie(base, name, "", -1))
}

// Leave takes the session of an account from the browser; pages are then loaded for one that is left.
func Leave(w http.ResponseWriter, r *http.Request, base, account string) {
	ClearSession(w, base, account)
	if Chosen(r, base) != account {
		return
	}
	for _, h := range Sessions(r, base) {
		if h.Account != "" && h.Account != account {
			Choose(w, base, h.Account)
			return
		}
	}
	ClearChoice(w, base)
}

// ClearChoice takes the choice of an account from the browser.
func ClearChoice(w http.ResponseWriter, base string) {
	c := cookie(base, ChosenName(base), "", -1)
	c.HttpOnly = false
	http.SetCookie(w, c)
}

func cookie(base, name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name:     name,
		Value:    value,
		Path:     "/",
		MaxAge:   age,
		Secure:   Secure(base),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
}
