package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// homeName is the cookie in which a device keeps the server of who uses it, when they ask for it. It goes to the page that
// leads there alone.
const homeName = "home"

func homeCookie(site *skein.Site, host string, age int) *http.Cookie {
	return &http.Cookie{Name: homeName, Value: host, Path: "/authorize_interaction", MaxAge: age, Secure: web.Secure(site.Base), HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// interaction is where "follow from your server" leads: it shows a visitor the way to the server of their account. It is a
// link on a page and no redirect, so that no address here leads elsewhere by itself (T125), and because browsers hold
// form-action against what a form redirects to.
func (s *Service) interaction(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	d := struct {
		frame
		URI, From, Fault string
		Host, Onward     string // of the visitor's server
	}{frame: s.frame(r, site, saying(r).T("Go on with your account")+" · "+site.Name), URI: r.URL.Query().Get("uri"), From: r.URL.Query().Get("from")}
	d.NoIndex = true
	status := http.StatusOK
	ours := r.Header.Get("Sec-Fetch-Site") == "same-origin" // no page of others says where somebody has their account
	forget, host := r.URL.Query().Has("forget"), ""
	switch c, err := r.Cookie(homeName); {
	case forget && ours:
		http.SetCookie(w, homeCookie(site, "", -1))
	case d.From != "":
		_, host, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(d.From), "@"), "@")
		if !hostShape(host) {
			status, d.Fault = http.StatusUnprocessableEntity, saying(r).T("A handle has a name and a server, such as ada@elm.example.")
		} else if ours && r.URL.Query().Get("remember") != "" {
			http.SetCookie(w, homeCookie(site, host, int(web.SessionAge/time.Second)))
		}
	case err == nil && !forget:
		host = c.Value
	}
	if hostShape(host) {
		u := &url.URL{Scheme: "https", Host: host, Path: "/authorize_interaction", RawQuery: "uri=" + url.QueryEscape(d.URI)}
		d.Host, d.Onward = host, u.String()
	}
	s.render(w, r, site, status, "interaction", d)
}

// hostShape tells whether a text can be a host, with or without a port, and nothing else of a URL.
func hostShape(h string) bool {
	name, port, ok := strings.Cut(h, ":")
	if n, err := strconv.ParseUint(port, 10, 16); ok && (err != nil || n == 0) {
		return false
	}
	if len(h) > 253 || !strings.Contains(strings.Trim(name, "."), ".") {
		return false
	}
	for _, c := range name {
		if c != '-' && c != '.' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return true
}
