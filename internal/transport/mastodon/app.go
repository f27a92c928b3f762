package mastodon

import (
	"net/http"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

type appForm struct {
	Name      string   `form:"client_name"`
	Redirects []string `form:"redirect_uris"` // one text with blanks between, or a list
	Scopes    string   `form:"scopes"`
	Website   string   `form:"website"`
}

// createApp: https://docs.joinmastodon.org/methods/apps/#create
func (a *API) createApp(c *call) (*CredentialApplication, error) {
	in, err := decode[appForm](c)
	if err != nil {
		return nil, err
	}
	var redirects []string
	for _, s := range in.Redirects {
		redirects = append(redirects, strings.Fields(s)...)
	}
	app, secret, err := a.Identity.CreateApp(c, c.site.ID, identity.NewApp{
		Name: in.Name, Website: in.Website, RedirectURIs: redirects, Scopes: identity.ParseScopes(in.Scopes),
	})
	if err != nil {
		return nil, err
	}
	key, err := a.vapid(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	return &CredentialApplication{Application: appEntity(app, key), ClientID: app.ClientID, ClientSecret: secret}, nil
}

func appEntity(app *skein.App, vapid string) Application {
	return Application{
		ID:           app.ID.String(),
		Name:         app.Name,
		Website:      orNull(app.Website),
		Scopes:       notNil(app.Scopes),
		RedirectURIs: notNil(app.RedirectURIs),
		RedirectURI:  strings.Join(app.RedirectURIs, "\n"),
		VapidKey:     vapid,
	}
}

// verifyApp: https://docs.joinmastodon.org/methods/apps/#verify_credentials
func (a *API) verifyApp(c *call) (*Application, error) {
	if c.grant.App == 0 {
		return nil, errNoToken // a browser session comes from no app
	}
	app, err := a.Identity.App(c, c.site.ID, c.grant.App)
	if err != nil {
		return nil, err
	}
	key, err := a.vapid(c, c.site.ID)
	if err != nil {
		return nil, err
	}
	e := appEntity(app, key)
	return &e, nil
}

type signUpForm struct {
	Username  string `form:"username"`
	Email     string `form:"email"`
	Password  string `form:"password"`
	Agreement bool   `form:"agreement"`
	Locale    string `form:"locale"`
	Reason    string `form:"reason"`
	Invite    string `form:"invite_code"`
	Born      string `form:"date_of_birth"`
	TimeZone  string `form:"time_zone"`
}

// signUp: https://docs.joinmastodon.org/methods/accounts/#create
func (a *API) signUp(c *call) (*Token, error) {
	in, err := decode[signUpForm](c)
	if err != nil {
		return nil, err
	}
	u, err := a.Identity.SignUp(c, c.site.ID, identity.SignUp{
		Username: in.Username, Email: in.Email, Password: in.Password, Agreement: in.Agreement,
		Locale: in.Locale, Reason: in.Reason, InviteCode: in.Invite, App: c.grant.App,
		Address: c.address(), Born: in.Born, TimeZone: in.TimeZone,
	})
	if err != nil {
		return nil, err
	}
	token, err := a.Identity.NewToken(c, c.site.ID, u.Account, c.grant.App, c.grant.Scopes)
	if err != nil {
		return nil, err
	}
	return &Token{AccessToken: token, TokenType: "Bearer", Scope: strings.Join(c.grant.Scopes, " "), CreatedAt: a.Clock().Unix()}, nil
}

// confirmEmail sends the confirmation mail again: https://docs.joinmastodon.org/methods/emails/#confirmation
func (a *API) confirmEmail(c *call) (empty, error) {
	email, err := c.text("email")
	if err != nil {
		return empty{}, err
	}
	u := c.grant.User
	switch {
	case u == nil || c.grant.App == 0 || u.App != c.grant.App:
		return empty{}, &answered{http.StatusForbidden, "This method is only available to the application the user originally signed-up with"}
	case !u.ConfirmedAt.IsZero():
		return empty{}, &answered{http.StatusForbidden, "This method is only available while the e-mail is awaiting confirmation"}
	}
	return empty{}, a.Identity.Resend(c, c.who, email)
}

// emailConfirmed answers with a bare true or false.
func (a *API) emailConfirmed(c *call) (bool, error) {
	return c.grant.User != nil && !c.grant.User.ConfirmedAt.IsZero(), nil
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
