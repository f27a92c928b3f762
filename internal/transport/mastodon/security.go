package mastodon

import (
	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// What somebody does about signing in, in the web app: for browsers alone, since no app's token may change who can sign in.
// What cannot be taken back asks for the password, or for
// a proof that the session gave a few minutes ago (T150).

// Security is how somebody signs in, and where they are signed in.
type Security struct {
	Email    string           `json:"email"`
	Sessions []BrowserSession `json:"sessions"`
	Apps     []AllowedApp     `json:"apps"`

	PasskeysWork bool          `json:"passkeys_work"` // browsers do passkeys for this site
	Passkeys     []Passkey     `json:"passkeys"`
	SecondStep   SecondStep    `json:"second_step"`
	ProvenUntil  *stamp        `json:"proven_until"` // until then nothing asks for the password
	Recovery     *RecoveryWait `json:"recovery"`
}

// BrowserSession is a browser that is signed in.
type BrowserSession struct {
	ID        string `json:"id"`
	Agent     string `json:"agent"`
	Address   string `json:"address"`
	CreatedAt stamp  `json:"created_at"`
	UsedAt    stamp  `json:"used_at"`
	Current   bool   `json:"current"`
}

// AllowedApp is an app that may act for somebody.
type AllowedApp struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Website *string  `json:"website"`
	Scopes  []string `json:"scopes"`
	Since   stamp    `json:"since"`
	UsedAt  *stamp   `json:"used_at"`
}

// security tells how and where the person is signed in.
func (a *API) security(c *call) (*Security, error) {
	sessions, err := a.Identity.Sessions(c, c.who)
	if err != nil {
		return nil, err
	}
	apps, err := a.Identity.AllowedApps(c, c.who)
	if err != nil {
		return nil, err
	}
	out := &Security{Email: c.grant.User.Email, Sessions: make([]BrowserSession, 0, len(sessions)), Apps: make([]AllowedApp, 0, len(apps))}
	for _, s := range sessions {
		out.Sessions = append(out.Sessions, BrowserSession{ID: s.ID.String(), Agent: s.Agent, Address: s.Address, CreatedAt: stamp(s.CreatedAt),
			UsedAt: stamp(s.SeenAt), Current: s.ID == c.grant.Session})
	}
	for _, app := range apps {
		out.Apps = append(out.Apps, AllowedApp{ID: app.App.ID.String(), Name: app.App.Name, Website: orNull(app.App.Website),
			Scopes: app.Scopes, Since: stamp(app.Token.CreatedAt), UsedAt: when(app.Token.SeenAt)})
	}
	return out, a.factors(c, out)
}

// proven says in plain words that a password was not the person's own.
func proven(err error) error {
	if err == identity.ErrOldPassword {
		return skein.Errorf(skein.Denied, "This is not your password.")
	}
	return err
}

type passwordForm struct {
	Old string `form:"old_password"`
	New string `form:"password"`
}

// changePassword ends all other sessions and apps; this browser goes on with a new one.
func (a *API) changePassword(c *call) (empty, error) {
	in, err := decode[passwordForm](c)
	switch {
	case err != nil:
		return empty{}, err
	case in.New == "":
		return empty{}, missing("password")
	}
	token, err := a.Identity.ChangePassword(c, c.who, in.Old, in.New, c.browser())
	if err != nil {
		return empty{}, proven(err)
	}
	c.clearUnnamed()
	web.KeepSession(c.w, c.site.Base, c.who.Account.String(), token)
	return empty{}, nil
}

// clearUnnamed takes a cookie from the browser whose name does not tell its account, if it is of the one that asks.
func (c *call) clearUnnamed() {
	for _, h := range web.Sessions(c.r, c.site.Base) {
		if h.Account == "" && h.Token == web.Session(c.r, c.site.Base) {
			web.ClearSession(c.w, c.site.Base, "")
		}
	}
}

type emailForm struct {
	Email    string `form:"email"`
	Password string `form:"password"`
}

// changeEmail sends a link to the new address, which becomes the person's when it is opened.
func (a *API) changeEmail(c *call) (empty, error) {
	in, err := decode[emailForm](c)
	switch {
	case err != nil:
		return empty{}, err
	case in.Email == "":
		return empty{}, missing("email")
	}
	return empty{}, proven(a.Identity.ChangeEmail(c, c.who, in.Password, in.Email, c.browser()))
}

// endSession signs one browser out.
func (a *API) endSession(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Identity.EndSession(c, c.who, id)
}

// endSessions signs all other browsers out.
func (a *API) endSessions(c *call) (empty, error) {
	return empty{}, a.Identity.EndSessions(c, c.who, c.grant.Session)
}

// revokeApp takes back what was allowed to an app.
func (a *API) revokeApp(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Identity.RevokeApp(c, c.who, id)
}

type closeForm struct {
	Password string `form:"password"`
}

// closeAccount ends the person's own account for good.
func (a *API) closeAccount(c *call) (empty, error) {
	in, err := decode[closeForm](c)
	if err != nil {
		return empty{}, err
	}
	sure, err := a.Identity.ProvePassword(c, c.who, in.Password, c.browser())
	if err != nil {
		return empty{}, proven(err)
	}
	if err := a.Social.CloseAccount(c, c.who, sure); err != nil {
		return empty{}, err
	}
	c.clearUnnamed()
	web.Leave(c.w, c.r, c.site.Base, c.who.Account.String())
	return empty{}, nil
}

// browser is what is known of where a call comes from.
func (c *call) browser() identity.Browser {
	by := identity.Browser{Agent: c.r.UserAgent(), Address: c.address(), Device: web.Device(c.r, c.site.Base)}
	if c.grant != nil {
		by.Session = c.grant.Session
	}
	return by
}
