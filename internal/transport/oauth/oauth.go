// Package oauth is the door of a site: signing up and in, links from letters, and the questions of apps that want to act
// for somebody (OAuth 2, RFC 6749). Its pages work without JavaScript. Who may do what the core decides.
package oauth

import (
	"context"
	"crypto/rand"
	"embed"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/kit/limit"
	"skein/internal/kit/web"
	"skein/internal/kit/words"
	"skein/internal/skein"
)

// Service serves the doors of all sites. Fill the fields; the zero value of the optional ones is fit for use.
type Service struct {
	Identity *identity.Service
	Sites    *site.Service
	Log      *slog.Logger
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed

	// Limit counts what comes from one address; nil: no limits, for networks of tests.
	Limit *limit.Limiter

	// Dress returns the paths of stylesheets and of what there is of a font; nil: there are none.
	Dress func(font string) (css, fonts []string)
	// Door returns the path of the script for passkeys, empty or nil when there is none.
	Door func() string

	// Letters is the folder in which somebody who tries the program out finds the letters that it would send; empty: they are
	// sent, or none of a visitor's business.
	Letters string
}

// call is one request to one site.
type call struct {
	context.Context
	s    *Service
	w    http.ResponseWriter
	r    *http.Request
	site *skein.Site

	device string // what tells the browser from others; see by

	grant *skein.Grant // of the browser's session, nil: nobody is signed in; see session
	asked bool
}

// routes are all the paths of the door, by method and path.
var routes = map[string]func(*call){
	"GET /signin":       (*call).signInPage,
	"POST /signin":      (*call).signIn,
	"GET /signin/step":  to("/signin"),
	"POST /signin/step": (*call).step,

	"GET /signin/passkey":  to("/signin"),
	"POST /signin/passkey": (*call).signInPasskey,
	"GET /recover":         (*call).recoverPage,
	"POST /recover":        (*call).recover,
	"GET /recover/begin":   (*call).beginRecoveryPage,
	"POST /recover/begin":  (*call).beginRecovery,
	"GET /recover/new":     (*call).recoveredPage,
	"POST /recover/new":    (*call).recovered,
	"GET /recover/stop":    (*call).stopPage,
	"POST /recover/stop":   (*call).stopRecovery,

	"GET /signin/as":    to("/signin"),
	"POST /signin/as":   (*call).goOnAs,
	"GET /signout":      (*call).signOutPage,
	"POST /signout":     (*call).signOut,
	"GET /signup":       (*call).signUpPage,
	"POST /signup":      (*call).signUp,
	"GET /signup/wait":  (*call).waitPage,
	"POST /signup/wait": (*call).resend,
	"GET /confirm":      (*call).confirmPage,
	"POST /confirm":     (*call).confirm,
	"GET /reset":        (*call).resetPage,
	"POST /reset":       (*call).reset,
	"GET /reset/new":    (*call).newPasswordPage,
	"POST /reset/new":   (*call).newPassword,
	"GET /setup":        (*call).setupPage,
	"POST /setup":       (*call).setup,
	"GET /security":     (*call).securityPage,
	"POST /security":    (*call).security,

	"GET /oauth/authorize":        (*call).authorizePage,
	"POST /oauth/authorize":       (*call).authorize,
	"DELETE /oauth/authorize":     (*call).deny,
	"GET /oauth/authorize/native": (*call).codePage,
	"POST /oauth/token":           (*call).token,
	"POST /oauth/revoke":          (*call).revoke,
	"GET /oauth/userinfo":         (*call).userinfo,
	"POST /oauth/userinfo":        (*call).userinfo,

	"GET /.well-known/oauth-authorization-server": (*call).metadata,

	// What other software links to.
	"GET /.well-known/change-password":   to("/security"),
	"GET /oauth/authorized_applications": to("/security"),
	"GET /auth/edit":                     to("/security"),
	"GET /auth/sign_in":                  to("/signin"),
	"GET /auth/sign_up":                  to("/signup"),
	"GET /auth/password/new":             to("/reset"),
	"GET /auth/confirmation/new":         to("/signup/wait"),
}

// paths are the paths of routes, each with its methods.
var paths = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for route := range routes {
		method, path, _ := strings.Cut(route, " ")
		m[path] = append(m[path], method)
	}
	return m
})

// Routes lists all that is answered here, as "GET /signin"; invitations are beside it.
func Routes() []string { return slices.Sorted(maps.Keys(routes)) }

// shared are the paths that web clients of other origins call; they never see a cookie (T124).
var shared = map[string]bool{"/oauth/token": true, "/oauth/revoke": true, "/oauth/userinfo": true,
	"/.well-known/oauth-authorization-server": true, "/.well-known/change-password": true}

// Owns tells whether a path is answered here.
func (s *Service) Owns(path string) bool {
	return len(paths()[path]) > 0 || strings.HasPrefix(path, allowedApps) || strings.HasPrefix(path, "/join/") || strings.HasPrefix(path, "/invite/")
}

// ServeSite answers a request to a site.
func (s *Service) ServeSite(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	const maxBody = 64 << 10
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	c := &call{Context: r.Context(), s: s, w: w, r: r, site: site}
	web.Private(w.Header())
	path, method := r.URL.Path, r.Method
	if shared[path] {
		c.cors()
		if method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	handle := routes[method+" "+path]
	switch {
	case handle != nil:
	case method == http.MethodGet && (strings.HasPrefix(path, "/join/") || strings.HasPrefix(path, "/invite/")):
		handle = (*call).invite
	case method == http.MethodDelete && strings.HasPrefix(path, allowedApps):
		handle = (*call).disallow
	case method == http.MethodGet && strings.HasPrefix(path, allowedApps): // after signing in for it
		handle = to("/security")
	default:
		w.Header().Set("Allow", strings.Join(append(paths()[path], "HEAD", "OPTIONS"), ", "))
		if shared[path] {
			c.json(http.StatusMethodNotAllowed, tokenError{"invalid_request", "Method Not Allowed"})
			return
		}
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	if !shared[path] && web.CheckOrigin(r) != nil { // T122
		c.notice(http.StatusForbidden, c.t("That didn't come from this site"),
			c.t("For your safety this form only works when it is sent from its own page. Please open the page again."), "/signin", c.t("Sign in"))
		return
	}
	handle(c)
}

func (c *call) cors() {
	h := c.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Add("Vary", "Origin")
	if c.r.Method != http.MethodOptions {
		return
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(paths()[c.r.URL.Path], ", "))
	if want := c.r.Header.Get("Access-Control-Request-Headers"); want != "" && len(want) < 1000 {
		h.Set("Access-Control-Allow-Headers", want)
	}
	h.Set("Access-Control-Max-Age", "7200")
}

// to redirects to another path of the site, query included.
func to(path string) func(*call) {
	return func(c *call) {
		if q := c.r.URL.RawQuery; q != "" {
			http.Redirect(c.w, c.r, path+"?"+q, http.StatusFound)
			return
		}
		http.Redirect(c.w, c.r, path, http.StatusFound)
	}
}

// see sends the browser on after a form was taken, so that a reload does not send it twice.
func (c *call) see(path string) { http.Redirect(c.w, c.r, path, http.StatusSeeOther) }

// session returns the grant of whoever is signed in in this browser, ready to act or not; nil: nobody.
func (c *call) session() *skein.Grant {
	if c.asked {
		return c.grant
	}
	c.asked = true
	token := web.Session(c.r, c.site.Base)
	if token == "" {
		return nil
	}
	if g := c.opens(token); g != nil && web.Meant(c.r, g.Viewer.Account.String()) {
		c.grant = g
	}
	return c.grant
}

func (c *call) log(what string, err error) {
	if c.s.Log != nil && c.Err() == nil {
		c.s.Log.Error("sign-in pages", "what", what, "err", err)
	}
}

// address is where the request came from, and agent what sent it.
func (c *call) address() string { return limit.ClientIP(c.r, c.s.Proxies).String() }
func (c *call) agent() string   { return c.r.UserAgent() }

// by is the browser that sent the request. One that nothing tells from others yet gets something that does when it enters.
func (c *call) by() identity.Browser {
	if c.device == "" {
		if c.device = web.Device(c.r, c.site.Base); c.device == "" {
			c.device = rand.Text()
		}
	}
	by := identity.Browser{Agent: c.agent(), Address: c.address(), Device: c.device}
	if g := c.session(); g != nil {
		by.Session = g.Session
	}
	return by
}

// Forms that one address may send in five minutes, each kind by itself (mastodon-api.md 7).
const (
	formsMost   = 25
	formsWindow = 5 * time.Minute
)

// tired tells whether an address has sent too many forms of a kind (T143, T146).
func (c *call) tired(kind string) bool {
	return c.over(kind, formsMost)
}

func (c *call) over(kind string, most int) bool {
	if c.s.Limit == nil {
		return false
	}
	key := "door/" + kind + "/" + c.site.ID.String() + "/" + limit.IPKey(limit.ClientIP(c.r, c.s.Proxies))
	return !c.s.Limit.Take(key, most, formsWindow).OK
}

// value returns a field of the form that was sent, never of the query.
func (c *call) value(name string) string {
	if err := c.r.ParseForm(); err != nil {
		return ""
	}
	return c.r.PostForm.Get(name)
}

//go:embed template
var files embed.FS

var templates = sync.OnceValue(func() map[string]*template.Template {
	all := map[string]*template.Template{} // by language
	for _, lang := range web.Languages {
		all[lang] = template.Must(template.New("").Funcs(words.In(lang).Funcs()).Funcs(template.FuncMap{"languages": web.LanguageList}).ParseFS(files, "template/*.html"))
	}
	return all
})
