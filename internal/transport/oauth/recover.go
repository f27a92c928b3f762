package oauth

import (
	"net/http"

	"skein/internal/kit/words"
	"skein/internal/skein"
)

func (c *call) recoverForm() *page {
	p := c.page(c.t("Get your account back"))
	p.Lead = c.t("For when the app for codes, the recovery codes and all passkeys are lost. Enter the mail address of your account, and we send a link to it. You then wait some days, in which anybody who is signed in can stop it.")
	p.Fields = []field{{Name: "email", Label: c.t("Email"), Type: "email", Autocomplete: "email", Max: 254, Focus: true, Plain: true,
		Value: c.value("email")}}
	p.Submit = c.t("Send the link")
	p.Links = []link{{c.t("Remembered it?"), "/signin", c.t("Sign in")}}
	return p
}

func (c *call) recoverPage() {
	if c.r.URL.Query().Get("sent") != "" {
		c.notice(http.StatusOK, c.t("Look into your mail"),
			c.t("If there is an account with that address, a letter with a link is on its way. It works for an hour. No letter? Look among the unwanted mail, or try again."),
			"/recover", c.t("Try again"))
		return
	}
	c.show(http.StatusOK, "form", c.recoverForm())
}

func (c *call) recover() {
	p := c.recoverForm()
	if c.tired("reset") {
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
		return
	}
	if err := c.s.Identity.RequestRecovery(c, c.site.ID, c.value("email")); err != nil {
		c.again(p, "request recovery", err)
		return
	}
	c.see("/recover?sent=1")
}

// deadRecovery says that a link of a letter works no more.
func (c *call) deadRecovery(err error) {
	if skein.KindOf(err) == skein.Internal {
		c.failed("link", err)
		return
	}
	c.notice(statusOf[skein.KindOf(err)], c.t("This link is of no use any more"), c.t(err.Error()), "/recover", c.t("Ask for another"))
}

func (c *call) beginRecoveryPage() {
	token := c.r.URL.Query().Get("token")
	email, err := c.s.Identity.CheckRecoveryLink(c, c.site.ID, token, false)
	if err != nil {
		c.deadRecovery(err)
		return
	}
	p := c.page(c.t("Get your account back"))
	p.Lead = c.t("For {address}. When the wait is over you choose a new password; the second step, the recovery codes and all passkeys are gone then.", "address", email)
	p.Action = "/recover/begin"
	p.Hidden = []hidden{{"token", token}}
	p.Submit = c.t("Begin the wait")
	p.Links = []link{{c.t("Remembered it?"), "/signin", c.t("Sign in")}}
	c.show(http.StatusOK, "form", p)
}

func (c *call) beginRecovery() {
	if c.tired("reset") {
		c.notice(http.StatusTooManyRequests, c.t("Please wait"), c.t(tooMany), "", "")
		return
	}
	wait, err := c.s.Identity.BeginRecovery(c, c.site.ID, c.value("token"), c.by())
	if err != nil {
		c.deadRecovery(err)
		return
	}
	c.notice(http.StatusOK, c.t("The wait has begun"),
		c.t("It ends on {day}; we write to you then.", "day", words.In(c.lang()).Moment(wait.ReadyAt)), "/", c.t("To the front page"))
}

func (c *call) recoveredForm(token, email string) *page {
	p := c.newPasswordForm(token, email)
	p.Action = "/recover/new"
	p.Lead = c.t("For {address}. The second step, the recovery codes and all passkeys go, and every browser and app is signed out.", "address", email)
	return p
}

func (c *call) recoveredPage() {
	token := c.r.URL.Query().Get("token")
	email, err := c.s.Identity.CheckRecoveryLink(c, c.site.ID, token, true)
	if err != nil {
		c.deadRecovery(err)
		return
	}
	c.show(http.StatusOK, "form", c.recoveredForm(token, email))
}

func (c *call) recovered() {
	token := c.value("token")
	email, err := c.s.Identity.CheckRecoveryLink(c, c.site.ID, token, true)
	if err != nil {
		c.deadRecovery(err)
		return
	}
	p := c.recoveredForm(token, email)
	if c.tired("reset") {
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
		return
	}
	switch err := c.s.Identity.Recover(c, c.site.ID, token, c.value("password"), c.by()); {
	case skein.KindOf(err) == skein.NotFound && err != nil:
		c.deadRecovery(err)
	case err != nil:
		c.again(p, "recover", err)
	default:
		c.see("/signin?note=reset")
	}
}

func (c *call) stopPage() {
	token := c.r.URL.Query().Get("token")
	if err := c.s.Identity.CheckStopLink(c, c.site.ID, token); err != nil {
		c.deadStop(err)
		return
	}
	p := c.page(c.t("Stop it?"))
	p.Lead = c.t("Then your account stays as it is, with its second step. If it was not you who asked for it, somebody reads your mail: change the password of your mailbox, too.")
	p.Action = "/recover/stop"
	p.Hidden = []hidden{{"token", token}}
	p.Submit = c.t("Stop it")
	c.show(http.StatusOK, "form", p)
}

func (c *call) stopRecovery() {
	if err := c.s.Identity.StopRecoveryByLink(c, c.site.ID, c.value("token"), c.by()); err != nil {
		c.deadStop(err)
		return
	}
	c.notice(http.StatusOK, c.t("Stopped"), c.t("Your account stays as it is."), "/signin", c.t("Sign in"))
}

func (c *call) deadStop(err error) {
	if skein.KindOf(err) == skein.Internal {
		c.failed("link", err)
		return
	}
	c.notice(statusOf[skein.KindOf(err)], c.t("There is nothing to stop"), c.t("It was stopped already, or it is over."), "/signin", c.t("Sign in"))
}
