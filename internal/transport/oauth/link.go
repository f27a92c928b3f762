package oauth

import (
	"net/http"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// Links of letters open a page with a button: programs that look at the links of mails before people do must not use them
// up.

// opened tells whether a link still works, and says so if not.
func (c *call) opened(token string, reset bool) (email string, ok bool) {
	email, isReset, err := c.s.Identity.CheckLink(c, c.site.ID, token)
	if err == nil && isReset != reset {
		err = identity.ErrLink
	}
	if err == nil {
		return email, true
	}
	c.deadLink(err, reset)
	return "", false
}

func (c *call) deadLink(err error, reset bool) {
	if skein.KindOf(err) == skein.Internal {
		c.failed("link", err)
		return
	}
	to, label := "/signup/wait", c.t("Send another")
	if reset {
		to, label = "/reset", c.t("Ask for another")
	}
	status := statusOf[skein.KindOf(err)]
	c.notice(status, c.t("This link is of no use any more"), c.t(err.Error()), to, label)
}

func (c *call) confirmPage() {
	token := c.r.URL.Query().Get("token")
	email, ok := c.opened(token, false)
	if !ok {
		return
	}
	p := c.page(c.t("Confirm your address"))
	p.Lead = c.t("Is {address} yours?", "address", email)
	p.Action = "/confirm"
	p.Hidden = []hidden{{"token", token}}
	p.Submit = c.t("Yes, confirm")
	c.show(http.StatusOK, "form", p)
}

func (c *call) confirm() {
	if c.tired("confirm") {
		c.notice(http.StatusTooManyRequests, c.t("Please wait"), c.t(tooMany), "", "")
		return
	}
	u, err := c.s.Identity.Confirm(c, c.site.ID, c.value("token"), c.by())
	if err != nil {
		c.deadLink(err, false)
		return
	}
	if g := c.session(); g != nil && g.Viewer.Account == u.Account {
		c.onward(u, "/")
		return
	}
	if u.ApprovedAt.IsZero() {
		c.see("/signin?note=pending")
		return
	}
	c.see("/signin?note=confirmed")
}

func (c *call) resetForm() *page {
	p := c.page(c.t("Choose a new password"))
	p.Lead = c.t("Enter the email address of your account. If there is one, we send a link to it.")
	p.Fields = []field{{Name: "email", Label: c.t("Email"), Type: "email", Autocomplete: "email", Max: 254, Focus: true, Plain: true,
		Value: c.value("email")}}
	p.Submit = c.t("Send the link")
	p.Links = []link{{c.t("Remembered it?"), "/signin", c.t("Sign in")}}
	return p
}

func (c *call) resetPage() {
	if c.r.URL.Query().Get("sent") != "" {
		p := c.page(c.t("Look into your mail"))
		p.Lead = c.t("If there is an account with that address, a letter with a link is on its way. It works for an hour. No letter? Look among the unwanted mail, or try again.")
		p.Hint = c.letters()
		p.Links = []link{{"", "/reset", c.t("Try again")}}
		c.show(http.StatusOK, "notice", p)
		return
	}
	c.show(http.StatusOK, "form", c.resetForm())
}

func (c *call) reset() {
	p := c.resetForm()
	if c.tired("reset") {
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
		return
	}
	if err := c.s.Identity.RequestReset(c, c.site.ID, c.value("email")); err != nil {
		c.again(p, "request reset", err)
		return
	}
	c.see("/reset?sent=1")
}

func (c *call) newPasswordForm(token, email string) *page {
	p := c.page(c.t("Choose a new password"))
	p.Action = "/reset/new"
	p.Lead = c.t("For {address}. Every browser and app that is signed in will be signed out.", "address", email)
	p.Hidden = []hidden{{"token", token}}
	p.Owner = email
	p.Fields = []field{{Name: "password", Label: c.t("New password"), Type: "password", Autocomplete: "new-password", Max: 1024, Focus: true,
		Hint: c.t("At least 8 characters.")}}
	p.Submit = c.t("Change password")
	return p
}

func (c *call) newPasswordPage() {
	token := c.r.URL.Query().Get("token")
	if email, ok := c.opened(token, true); ok {
		c.show(http.StatusOK, "form", c.newPasswordForm(token, email))
	}
}

func (c *call) newPassword() {
	token := c.value("token")
	email, ok := c.opened(token, true)
	if !ok {
		return
	}
	p := c.newPasswordForm(token, email)
	if c.tired("reset") {
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
		return
	}
	_, err := c.s.Identity.ResetPassword(c, c.site.ID, token, c.value("password"), c.by())
	switch skein.KindOf(err) {
	case skein.NotFound:
		c.deadLink(err, true)
	default:
		if err != nil {
			c.again(p, "reset password", err)
			return
		}
		c.see("/signin?note=reset")
	}
}
