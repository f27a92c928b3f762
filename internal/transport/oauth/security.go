package oauth

import (
	"net/http"
	"strings"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// securityData is the page of one's own sign-in: password, address, browsers and apps.
type securityData struct {
	*page
	Password, Address *page
	Sessions          []sessionRow
	Apps              []appRow
}

type sessionRow struct {
	ID, Agent, Address string
	Seen               time.Time
	This               bool
}

type appRow struct {
	ID, Name, Website, Scopes string
	Since                     time.Time
}

// said are what the page says after something was done.
var said = map[string]string{
	"password": "Your password is changed. All other browsers and apps are signed out.",
	"email":    "We have sent a letter to the new address. It becomes yours when you open the link in it.",
	"session":  "That browser is signed out.",
	"sessions": "All other browsers are signed out.",
	"app":      "That app can no longer act for you.",
}

func (c *call) securityPage() {
	if c.ready() == nil {
		return
	}
	c.showSecurity(http.StatusOK, nil)
}

// ready returns the grant of somebody who may act, or leads them to where they can become one.
func (c *call) ready() *skein.Grant {
	g := c.session()
	switch {
	case g == nil:
		c.mustSignIn()
		return nil
	case identity.Ready(g) != nil:
		c.see("/signup/wait")
		return nil
	}
	// A form does what it says for whom it was shown, whichever account another tab chose since.
	if id := c.value("account"); c.r.Method == http.MethodPost && id != "" && id != g.Viewer.Account.String() {
		c.notice(http.StatusConflict, c.t("That was another account's page"), c.t("You have changed to another account since it was opened. Nothing was done."), c.r.URL.Path, c.t("Open it anew"))
		return nil
	}
	return g
}

// showSecurity renders the page; mend lets a form say what is wrong with it.
func (c *call) showSecurity(status int, mend func(d *securityData)) {
	g := c.session()
	d := &securityData{page: c.page(c.t("Signing in")), Password: c.page(c.t("Password")), Address: c.page(c.t("Email"))}
	d.Links = []link{{"", "/", c.t("Back to {site}", "site", c.site.Name)}}
	d.Note = c.t(said[c.r.URL.Query().Get("done")])
	d.Hidden = []hidden{{"account", g.Viewer.Account.String()}}
	d.Password.Hidden = append([]hidden{{"do", "password"}}, d.Hidden...)
	d.Password.Fields = []field{
		{Name: "old", Label: c.t("Old password"), Type: "password", Autocomplete: "current-password", Max: 1024},
		{Name: "password", Label: c.t("New password"), Type: "password", Autocomplete: "new-password", Max: 1024,
			Hint: c.t("At least 8 characters. Every other browser and app will be signed out.")},
	}
	d.Password.Owner = g.User.Email
	d.Password.Submit = c.t("Change password")
	d.Address.Hidden = append([]hidden{{"do", "email"}}, d.Hidden...)
	d.Address.Lead = c.t("Now: {address}", "address", g.User.Email)
	d.Address.Fields = []field{
		{Name: "email", Label: c.t("New email"), Type: "email", Autocomplete: "email", Max: 254, Plain: true, Value: c.value("email")},
		{Name: "sure", Label: c.t("Your password"), Type: "password", Autocomplete: "current-password", Max: 1024},
	}
	d.Address.Owner = g.User.Email
	d.Address.Submit = c.t("Change address")
	sessions, err := c.s.Identity.Sessions(c, g.Viewer)
	if err != nil {
		c.failed("sessions", err)
		return
	}
	for _, s := range sessions {
		d.Sessions = append(d.Sessions, sessionRow{ID: s.ID.String(), Agent: c.browser(s.Agent), Address: s.Address,
			Seen: s.SeenAt, This: s.ID == g.Session})
	}
	apps, err := c.s.Identity.AllowedApps(c, g.Viewer)
	if err != nil {
		c.failed("apps", err)
		return
	}
	for _, a := range apps {
		d.Apps = append(d.Apps, appRow{ID: a.App.ID.String(), Name: a.App.Name, Website: a.App.Website,
			Scopes: strings.Join(a.Scopes, " "), Since: a.Token.CreatedAt})
	}
	if mend != nil {
		mend(d)
	}
	c.show(status, "security", d)
}

// security does one of the things of the page, named by the field "do".
func (c *call) security() {
	g := c.ready()
	if g == nil {
		return
	}
	do := c.value("do")
	if (do == "password" || do == "email") && c.tired("security") {
		c.notice(http.StatusTooManyRequests, c.t("Please wait"), c.t(tooMany), "/security", c.t("Back"))
		return
	}
	id, _ := skein.ParseID(c.value("id"))
	var err error
	switch do {
	case "password":
		var token string
		token, err = c.s.Identity.ChangePassword(c, g.Viewer, c.value("old"), c.value("password"), c.by())
		if err == nil {
			c.renew(g.Viewer.Account, token)
		}
	case "email":
		err = c.s.Identity.ChangeEmail(c, g.Viewer, c.value("sure"), c.value("email"), c.by())
	case "session":
		err = c.s.Identity.EndSession(c, g.Viewer, id)
	case "sessions":
		err = c.s.Identity.EndSessions(c, g.Viewer, g.Session)
	case "app":
		err = c.s.Identity.RevokeApp(c, g.Viewer, id)
	default:
		err = skein.ErrNotFound
	}
	if err == nil || skein.KindOf(err) == skein.NotFound && (do == "session" || do == "app") { // gone already
		c.see("/security?done=" + do)
		return
	}
	if skein.KindOf(err) == skein.Internal || do != "password" && do != "email" {
		c.failed("security", err)
		return
	}
	c.showSecurity(statusOf[skein.KindOf(err)], func(d *securityData) {
		form, own := d.Password, "old"
		if do == "email" {
			form, own = d.Address, "sure"
		}
		if err == identity.ErrOldPassword {
			form.mark(own, c.t("This is not your password."))
			return
		}
		form.blame(c, err)
	})
}

// allowedApps begins the addresses at which the apps lie that somebody allowed something (mastodon-api.md 3.1).
const allowedApps = "/oauth/authorized_applications/"

// disallow takes back what somebody allowed an app, as the button of the page does.
func (c *call) disallow() {
	g := c.ready()
	if g == nil {
		return
	}
	id, _ := skein.ParseID(strings.TrimPrefix(c.r.URL.Path, allowedApps))
	if err := c.s.Identity.RevokeApp(c, g.Viewer, id); err != nil && skein.KindOf(err) != skein.NotFound { // gone already
		c.failed("security", err)
		return
	}
	c.see("/security?done=app")
}

// browser names what sent a request in the few words that people know it by.
func (c *call) browser(agent string) string {
	name := c.t("Some program")
	for _, b := range []struct{ mark, name string }{
		{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	} {
		if strings.Contains(agent, b.mark) {
			name = b.name
			break
		}
	}
	for _, o := range []struct{ mark, name string }{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, o.mark) {
			return c.t("{browser} on {device}", "browser", name, "device", o.name)
		}
	}
	return name
}
