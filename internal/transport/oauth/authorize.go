package oauth

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// request is what an app asks for (RFC 6749 4.1.1).
type request struct {
	app       *skein.App
	redirect  string
	scopes    []string
	state     string
	challenge string
	mode      string // how the answer goes back: query (also empty), fragment or form_post
	force     bool   // show the page even if the answer is known
}

// names are the parameters of a request. None may stand twice: who reads the first and who reads the last would see two
// requests (RFC 6749 3.1, T134).
var names = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
	"force_login", "response_mode"}

// fault is an error that the app is told of, at its own address.
type fault struct{ code, text string }

// read understands a request. What is wrong with client or address is said to the person in front of the screen, and the
// browser goes nowhere (T134); all else is told to the app.
func (c *call) read(v url.Values) (q *request, f *fault, ok bool) {
	stop := func(status int, text string) (*request, *fault, bool) {
		c.notice(status, c.t("This app can't be let in"), text+" "+c.t("Go back to the app and try again; if it happens again, tell those who make it."), "", "")
		return nil, nil, false
	}
	for _, name := range names {
		if len(v[name]) > 1 {
			return stop(http.StatusBadRequest, c.t("Its request says {name} twice.", "name", name))
		}
	}
	app, err := c.s.Identity.AppByClientID(c, c.site.ID, v.Get("client_id"))
	if skein.KindOf(err) == skein.NotFound {
		return stop(http.StatusBadRequest, c.t("It isn't registered with {site}.", "site", c.site.Domain))
	}
	if err != nil {
		c.failed("app", err)
		return nil, nil, false
	}
	q = &request{app: app, redirect: v.Get("redirect_uri"), scopes: identity.ParseScopes(v.Get("scope")), state: v.Get("state"),
		challenge: v.Get("code_challenge"), mode: v.Get("response_mode"), force: truthy(v.Get("force_login"))}
	err = identity.CheckRequest(app, q.redirect, q.scopes, q.challenge)
	if errors.Is(err, identity.ErrRedirect) {
		return stop(http.StatusBadRequest, c.t("It asks to send you to an address that it didn't register."))
	}
	switch {
	case v.Get("response_type") == "":
		f = &fault{"invalid_request", "Missing required parameter: response_type."}
	case v.Get("response_type") != "code":
		f = &fault{"unsupported_response_type", "The authorization server does not support this response type."}
	case !slices.Contains([]string{"", "query", "fragment", "form_post"}, v.Get("response_mode")), v.Get("response_mode") == "form_post" && !web.IsPage(q.redirect):
		q.mode = ""
		f = &fault{"unsupported_response_mode", "The authorization server does not support this response mode."}
	case errors.Is(err, identity.ErrScope):
		f = &fault{"invalid_scope", err.Error()}
	// With PKCE only S256 will do; a method without a challenge is a broken PKCE, not none (RFC 7636 4.4.1, T136).
	case v.Has("code_challenge") && q.challenge == "", v.Has("code_challenge_method") && q.challenge == "",
		errors.Is(err, identity.ErrChallenge):
		f = &fault{"invalid_request", "The code challenge is missing or malformed."}
	case q.challenge != "" && v.Get("code_challenge_method") != "S256":
		f = &fault{"invalid_request", "The code_challenge_method must be S256."}
	case err != nil:
		c.failed("authorization request", err)
		return nil, nil, false
	}
	return q, f, true
}

// truthy reads a flag as forms write it. mastodon-api.md 8
func truthy(s string) bool {
	return s != "" && !slices.Contains([]string{"0", "false", "f", "off"}, strings.ToLower(s))
}

// reply sends the browser back to the app with an answer, in the way that the app asked for
// (OAuth 2.0 Multiple Response Types 2.1, OAuth 2.0 Form Post Response Mode).
func (c *call) reply(q *request, pairs ...string) {
	if q.redirect == identity.OOB {
		if pairs[0] == "code" {
			c.found("/oauth/authorize/native?code=" + url.QueryEscape(pairs[1]))
			return
		}
		c.notice(http.StatusBadRequest, c.t("The app was not let in"), pairs[len(pairs)-1], "/", c.t("To the front page"))
		return
	}
	if q.state != "" {
		pairs = append(pairs, "state", q.state)
	}
	if q.mode == "form_post" {
		// Pages here run no scripts, so that somebody presses the button.
		p := c.page(c.t("Back to {site}", "site", q.app.Name))
		p.Action, p.Submit = q.redirect, c.t("Go on")
		for i := 0; i < len(pairs); i += 2 {
			p.Hidden = append(p.Hidden, hidden{pairs[i], pairs[i+1]})
		}
		c.render(http.StatusOK, "form", p, true)
		return
	}
	var b strings.Builder
	b.WriteString(q.redirect)
	sep := "?"
	if strings.Contains(q.redirect, "?") {
		sep = "&"
	}
	if q.mode == "fragment" {
		sep = "#"
	}
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString(sep + pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
		sep = "&"
	}
	c.found(b.String())
}

// found redirects to an address as it stands: http.Redirect would tidy it.
func (c *call) found(to string) {
	web.SecurityHeaders(c.w.Header(), web.ConsentPolicy())
	c.w.Header().Set("Location", to)
	c.w.WriteHeader(http.StatusFound)
}

func (c *call) tell(q *request, f *fault) {
	c.reply(q, "error", f.code, "error_description", f.text)
}

// consentData is the page that asks whether an app may act for somebody.
type consentData struct {
	*page
	App    *skein.App
	Host   string // where the answer goes, for people; empty: nowhere, a code is shown
	User   string
	Asks   []string
	Bind   string
	Params []hidden
}

// authorizePage asks. Somebody who has said yes to as much before is not asked again, unless the app wants it.
func (c *call) authorizePage() {
	q, f, ok := c.read(c.r.URL.Query())
	if !ok {
		return
	}
	if f != nil {
		c.tell(q, f)
		return
	}
	g := c.ready()
	if g == nil {
		return
	}
	if !q.force {
		granted, err := c.s.Identity.Granted(c, g.Viewer, q.app, q.scopes)
		if err != nil {
			c.failed("granted", err)
			return
		}
		if granted {
			c.agree(g, q)
			return
		}
	}
	c.consent(g, q)
}

func (c *call) consent(g *skein.Grant, q *request) {
	me, err := c.s.Identity.Account(c, g.Viewer)
	if err != nil {
		c.failed("own account", err)
		return
	}
	d := &consentData{page: c.page(c.t("Let {app} in?", "app", q.app.Name)), App: q.app, User: me.Username, Asks: c.asks(q.scopes), Bind: c.bind(q)}
	d.Host = c.t("another program on this device")
	if u, err := url.Parse(q.redirect); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		d.Host = u.Host
	}
	if q.redirect == identity.OOB {
		d.Host = ""
	}
	d.Action = "/oauth/authorize"
	for _, h := range []hidden{{"response_type", "code"}, {"client_id", q.app.ClientID}, {"redirect_uri", q.redirect},
		{"scope", strings.Join(q.scopes, " ")}, {"state", q.state}, {"code_challenge", q.challenge}, {"response_mode", q.mode}} {
		if h.Value != "" {
			d.Params = append(d.Params, h)
		}
	}
	if q.challenge != "" {
		d.Params = append(d.Params, hidden{"code_challenge_method", "S256"})
	}
	// Here, so that somebody else can be signed in for it.
	d.Links = []link{{c.t("Not you?"), "/signin?" + url.Values{"other": {"1"}, "return_to": {c.r.URL.RequestURI()}}.Encode(), c.t("Sign in as somebody else")}}
	c.render(http.StatusOK, "consent", d, true)
}

// bind ties a form to the session that was shown it, and to what it said there: a form of another session, or for more
// than was shown, is not taken (T138).
func (c *call) bind(q *request) string {
	mac := hmac.New(sha256.New, []byte(web.Session(c.r, c.site.Base)))
	for _, s := range []string{"consent", q.app.ClientID, q.redirect, strings.Join(q.scopes, " "), q.state, q.challenge, q.mode} {
		mac.Write([]byte(s))
		mac.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// authorize takes the answer of the page.
func (c *call) authorize() {
	if err := c.r.ParseForm(); err != nil {
		c.notice(http.StatusBadRequest, c.t("That form can't be read"), c.t("Please open the page again from the app."), "", "")
		return
	}
	q, f, ok := c.read(c.r.PostForm)
	if !ok {
		return
	}
	if f != nil {
		c.tell(q, f)
		return
	}
	g := c.ready()
	if g == nil {
		return
	}
	if subtle.ConstantTimeCompare([]byte(c.bind(q)), []byte(c.value("bind"))) != 1 {
		c.notice(http.StatusForbidden, c.t("This page is out of date"), c.t("You have signed in anew since it was opened. Please start again from the app."), "", "")
		return
	}
	if c.value("decision") != "yes" {
		c.tell(q, &denied)
		return
	}
	c.agree(g, q)
}

var denied = fault{"access_denied", "The resource owner or authorization server denied the request."}

func (c *call) agree(g *skein.Grant, q *request) {
	code, err := c.s.Identity.Authorize(c, g.Viewer, q.app, q.redirect, q.scopes, q.challenge)
	if err != nil {
		c.failed("authorize", err)
		return
	}
	c.reply(q, "code", code)
}

// deny is Mastodon's way to say no.
func (c *call) deny() {
	q, f, ok := c.read(c.r.URL.Query())
	if !ok {
		return
	}
	if f != nil {
		c.tell(q, f)
		return
	}
	if c.ready() != nil {
		c.tell(q, &denied)
	}
}

// codePage shows a code to whoever has to copy it into an app.
func (c *call) codePage() {
	p := c.page(c.t("Copy this code into the app"))
	p.Lead = c.t("It works once, within ten minutes. Give it to nobody but the app that you came from.")
	p.Fields = []field{{Name: "code", Label: c.t("Code"), Type: "code", Value: c.r.URL.Query().Get("code"), Max: 100}}
	c.render(http.StatusOK, "code", p, true)
}

// asks says in plain words what the scopes allow, the weightiest first.
func (c *call) asks(scopes []string) []string {
	var list []string
	for _, a := range scopeWords {
		if slices.Contains(scopes, a.scope) {
			list = append(list, c.t(a.words))
		}
	}
	for _, s := range scopes {
		parent, child, ok := cutLast(s)
		if !ok || slices.Contains(scopes, parent) {
			continue
		}
		child = strings.ReplaceAll(child, "_", " ")
		switch parent {
		case "read":
			list = append(list, c.t("See: {what}", "what", child))
		case "write":
			list = append(list, c.t("Change: {what}", "what", child))
		case "admin:read":
			list = append(list, c.t("See as a moderator: {what}", "what", child))
		case "admin:write":
			list = append(list, c.t("Change as a moderator: {what}", "what", child))
		}
	}
	return list
}

var scopeWords = []struct{ scope, words string }{
	{"admin:write", "Change everything that you may change as a moderator"},
	{"admin:read", "See everything that you see as a moderator"},
	{"write", "Post, follow, like and change your profile in your name"},
	{"follow", "Follow, mute and block people in your name"},
	{"read", "Read everything that you can read, also what is not public"},
	{"push", "Send notifications to this device"},
	{"profile", "See your name and picture"},
}

func cutLast(s string) (parent, child string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || s == "admin:read" || s == "admin:write" {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
