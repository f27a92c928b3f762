package mastodon

import (
	"net/http"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// Auth is who may call a route.
type Auth int

// The kinds, as in mastodon-api.md 2.
const (
	Open    Auth = iota // anybody; a token is not even looked at
	Public              // anybody; a token makes the answer personal, and must be valid then
	App                 // any valid token
	AppOnly             // a token of a client program, not of a person
	User                // a person
)

// String names the kind, for the documentation.
func (a Auth) String() string {
	return [...]string{"anybody", "public", "app", "app only", "user"}[a]
}

// What people read who may not.
var (
	errNoToken  = &answered{http.StatusUnauthorized, "The access token is invalid"}
	errScope    = &answered{http.StatusForbidden, "This action is outside the authorized scopes"}
	errNoUser   = &answered{http.StatusUnprocessableEntity, "This method requires an authenticated user"}
	errVisitor  = &answered{http.StatusUnauthorized, "This method requires an authenticated user"}
	errDenied   = &answered{http.StatusForbidden, "This action is not allowed"}
	errNotFound = &answered{http.StatusNotFound, "Record not found"}
)

// authorize finds out who asks, and whether the route is for them.
func (a *API) authorize(c *call) error {
	route := c.route
	// Where visitors are shown nothing, all but the lobby is for people (mastodon-api.md 2).
	closed := c.site.Closed() && !route.Lobby && (route.Auth == Open || route.Auth == Public)
	if route.Auth == Open && !closed {
		return a.countVisitor(c)
	}
	token, err := bearer(c)
	if err != nil {
		if limited := a.countVisitor(c); limited != nil {
			return limited
		}
		return err
	}
	var g *skein.Grant
	switch {
	case token != "":
		c.private = true
		if err := a.tired(c); err != nil {
			return err
		}
		if g, err = a.Identity.ByTokenFrom(c, c.site.ID, token, c.address()); err != nil {
			return a.refused(c, err)
		}
	default:
		session := web.Session(c.r, c.site.Base)
		if session == "" {
			if web.Wanted(c.r) != "" {
				return a.notHere(c)
			}
			break
		}
		c.private = true
		if err := a.tired(c); err != nil {
			return err
		}
		g, err = a.Identity.BySession(c, c.site.ID, session)
		switch skein.KindOf(err) {
		case skein.Unauthorized, skein.NotFound, skein.Invalid:
			g = nil // an old cookie is no cookie
		default:
			if err != nil {
				return err
			}
		}
		if g != nil && !web.Meant(c.r, g.Viewer.Account.String()) {
			g = nil // of another account than the page shows
		}
		if g == nil && web.Wanted(c.r) != "" {
			return a.notHere(c)
		}
		if g != nil {
			c.cookie = true
			if web.CheckOrigin(c.r) != nil { // T122
				return errDenied
			}
		}
	}
	if g == nil {
		if err := a.countVisitor(c); err != nil {
			return err
		}
		switch {
		case closed:
			return errVisitor
		case route.Auth == Public:
			return nil
		case route.Auth == User && len(route.Scopes) == 0:
			return errNoUser
		}
		return errNoToken
	}
	c.grant = g
	if err := a.countGrant(c); err != nil {
		return err
	}
	if len(route.Scopes) > 0 && !identity.Allows(g, route.Scopes...) {
		return errScope
	}
	if g.Viewer.Account == 0 {
		switch {
		case closed:
			return errVisitor
		case route.Auth == User:
			return errNoUser
		}
		return nil
	}
	if route.Auth == AppOnly {
		return errDenied
	}
	ready := g.User == nil || g.User.Ready() == nil
	switch {
	case ready || route.Unready:
		if route.Browser && g.Session == 0 {
			return errDenied
		}
		c.who = skein.Viewer{Site: c.site.ID, Account: g.Viewer.Account}
		if route.Rights != 0 && (g.User == nil || !g.User.Role.May(route.Rights)) {
			return errDenied
		}
	case closed || route.Auth != Public:
		return g.User.Ready()
	}
	// On public routes somebody who may not act yet, or any more, is a visitor.
	return nil
}

// notHere answers a page that shows an account which this browser is signed in to no more: it is told, and never gets what
// another account or a visitor would read.
func (a *API) notHere(c *call) error {
	c.private = true
	if limited := a.countVisitor(c); limited != nil {
		return limited
	}
	return errNoToken
}

// refused counts a token that is none against the address it came from.
func (a *API) refused(c *call, err error) error {
	switch skein.KindOf(err) {
	case skein.Internal, skein.Busy:
		return err
	}
	if a.Limit != nil {
		if limited := a.take(c, perGuess, a.visitorKey(c)); limited != nil {
			return limited
		}
	}
	if skein.KindOf(err) == skein.Unauthorized {
		return err
	}
	return errNoToken
}

// bearer is the token of a request: in the header, else in the query or the form.
func bearer(c *call) (string, error) {
	if h := c.r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token), nil
		}
	}
	if c.route.Path == "/api/v1/streaming" {
		if token := socketProtocol(c.r); token != "" {
			return token, nil
		}
	}
	if c.r.Method == http.MethodGet && !strings.Contains(c.r.URL.RawQuery, "access_token") {
		return "", nil
	}
	if c.route.Files && multipartBody(c.r) {
		// Nobody's files are read before it is known whose they are: no token is looked for behind them.
		return c.r.URL.Query().Get("access_token"), nil
	}
	in, err := c.input()
	if err != nil {
		return "", err
	}
	if n := in.get("access_token"); n != nil && n.kind == isText {
		return n.text, nil
	}
	return "", nil
}
