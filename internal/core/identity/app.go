package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"skein/internal/kit/password"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// OOB is the redirect address of apps that cannot be redirected to: the code is shown to be copied.
const OOB = "urn:ietf:wg:oauth:2.0:oob"

// NewApp is what a client tells of itself.
type NewApp struct {
	Name, Website string
	RedirectURIs  []string
	Scopes        []string // empty: read
}

// Bounds of what a client tells of itself: anybody may register one (T96).
const (
	maxAppName  = 60
	maxWebsite  = 2000
	maxURIs     = 20
	maxURIBytes = 2000
)

// CreateApp registers a client. The secret is seen this once; its hash is kept.
func (s *Service) CreateApp(ctx context.Context, site skein.ID, in NewApp) (*skein.App, string, error) {
	app := &skein.App{
		ID: s.DB.NewID(), Site: site, ClientID: rand.Text() + rand.Text()[:17],
		Name: text.DisplayName(in.Name, 10*maxAppName), Website: strings.TrimSpace(in.Website),
		RedirectURIs: in.RedirectURIs, Scopes: in.Scopes, CreatedAt: s.DB.Now(),
	}
	if len(app.Scopes) == 0 {
		app.Scopes = []string{"read"}
	}
	if err := checkApp(app); err != nil {
		return nil, "", err
	}
	secret, hash := password.Token()
	err := s.DB.Update(ctx, site, func(tx *store.Tx) error { return tx.InsertApp(app, hash) })
	if err != nil {
		return nil, "", err
	}
	return app, secret, nil
}

func checkApp(app *skein.App) error {
	switch n := utf8.RuneCountInString(app.Name); {
	case n == 0:
		return skein.Errorf(skein.Invalid, "Validation failed: Application name can't be blank")
	case n > maxAppName:
		return skein.Errorf(skein.Invalid, "Validation failed: Application name is too long (maximum is %d characters)", maxAppName)
	}
	if w := app.Website; w != "" {
		if u, err := url.Parse(w); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(w) > maxWebsite {
			return skein.Errorf(skein.Invalid, "Validation failed: Website is not a valid URL")
		}
	}
	if len(app.RedirectURIs) == 0 {
		return skein.Errorf(skein.Invalid, "Validation failed: Redirect URI can't be blank")
	}
	if len(app.RedirectURIs) > maxURIs {
		return skein.Errorf(skein.Invalid, "Validation failed: Redirect URI has more than %d addresses", maxURIs)
	}
	for _, uri := range app.RedirectURIs {
		if !validRedirect(uri) {
			return skein.Errorf(skein.Invalid, "Validation failed: Redirect URI must be an absolute URI.")
		}
	}
	for _, scope := range app.Scopes {
		if !known[scope] {
			return skein.Errorf(skein.Invalid, "Validation failed: Scopes doesn't match configured on the server.")
		}
	}
	return nil
}

// validRedirect tells whether an address may be redirected to at all: absolute, without a fragment (RFC 6749 3.1.2),
// without a name that hides the host, and in no scheme that runs in the page.
func validRedirect(uri string) bool {
	if uri == OOB {
		return true
	}
	if uri == "" || len(uri) > maxURIBytes || !utf8.ValidString(uri) || strings.ContainsAny(uri, "\\#") ||
		strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r >= 0x7f && r < 0xa0 }) {
		return false
	}
	u, err := url.Parse(uri)
	if err != nil || u.User != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "", "data", "javascript", "vbscript", "blob", "about", "file", "filesystem":
		return false
	case "http", "https":
		return u.Host != "" && u.Opaque == ""
	}
	return u.Opaque != "" || u.Host != "" || u.Path != "" || strings.HasSuffix(uri, "://")
}

// matchRedirect tells whether an app may be redirected to an address: one of those it registered, to the letter. Only the
// port of an app on this very machine is free, since it takes one when it runs (RFC 8252 7.3, T134).
func matchRedirect(app *skein.App, uri string) bool {
	if !validRedirect(uri) {
		return false
	}
	if slices.Contains(app.RedirectURIs, uri) {
		return true
	}
	got, ok := withoutPort(uri)
	return ok && slices.ContainsFunc(app.RedirectURIs, func(r string) bool {
		want, ok := withoutPort(r)
		return ok && got == want
	})
}

// withoutPort returns an http address on the loopback interface without its port, and false for all others.
func withoutPort(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" {
		return "", false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || ip != netip.AddrFrom4([4]byte{127, 0, 0, 1}) && ip != netip.IPv6Loopback() {
		return "", false
	}
	host, rest, _ := strings.Cut(strings.TrimPrefix(uri, "http://"), "/")
	if port := u.Port(); port != "" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return host + "/" + rest, true
}

// App returns a client of a site.
func (s *Service) App(ctx context.Context, site, id skein.ID) (app *skein.App, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		app, err = tx.App(id)
		return err
	})
	return app, err
}

// AppByClientID returns a client of a site by its client_id.
func (s *Service) AppByClientID(ctx context.Context, site skein.ID, clientID string) (*skein.App, error) {
	a, err := s.client(ctx, site, clientID)
	if err != nil {
		return nil, err
	}
	return &a.App, nil
}

func (s *Service) client(ctx context.Context, site skein.ID, clientID string) (a *store.AppSecret, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.AppByClientID(clientID)
		return err
	})
	return a, err
}

// hasSecret compares without telling by its time how much was right.
func hasSecret(a *store.AppSecret, secret string) bool {
	return secret != "" && subtle.ConstantTimeCompare(a.SecretHash, password.TokenHash(secret)) == 1
}

// Allowed is an app that somebody let act for them.
type Allowed struct {
	App    *skein.App
	Scopes []string // of all its tokens together
	Token  *store.Token
}

// AllowedApps lists the apps that may act for somebody, the latest first.
func (s *Service) AllowedApps(ctx context.Context, who skein.Viewer) (list []Allowed, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		tokens, err := tx.Tokens(who.Account)
		if err != nil {
			return err
		}
		list = list[:0]
		at := map[skein.ID]int{}
		var ids []skein.ID
		for _, t := range tokens {
			i, ok := at[t.App]
			if !ok {
				i = len(list)
				at[t.App] = i
				ids = append(ids, t.App)
				list = append(list, Allowed{Token: t})
			}
			for _, scope := range t.Scopes {
				if !slices.Contains(list[i].Scopes, scope) {
					list[i].Scopes = append(list[i].Scopes, scope)
				}
			}
		}
		apps, err := tx.Apps(ids)
		for _, a := range apps {
			list[at[a.ID]].App = a
		}
		list = slices.DeleteFunc(list, func(a Allowed) bool { return a.App == nil })
		return err
	})
	return list, err
}

// RevokeApp takes back what somebody allowed an app; it ends at once, with its streams (T140).
func (s *Service) RevokeApp(ctx context.Context, who skein.Viewer, app skein.ID) error {
	if who.Visitor() {
		return errNobody
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		hashes, err := tx.DeleteTokensOfApp(who.Account, app)
		if err != nil {
			return err
		}
		if len(hashes) == 0 {
			return skein.ErrNotFound
		}
		s.revokeLater(tx, who.Account, nil, hashes)
		return nil
	})
}
