package oauth

import (
	"skein/internal/skein"
)

// stepForm asks for the second step of signing in; step is what the first one answered.
func (c *call) stepForm(step string) *page {
	p := c.page(c.t("One more step"))
	p.Lead = c.t("Enter the code that your app for codes shows now. Without it, enter one of your recovery codes.")
	p.Action = "/signin/step"
	p.Hidden = []hidden{{"step", step}}
	if back := c.back(); back != "/" {
		p.Hidden = append(p.Hidden, hidden{"return_to", back})
	}
	if c.adds() {
		p.Hidden = append(p.Hidden, hidden{"add", "1"})
	}
	p.Fields = []field{{Name: "code", Label: c.t("Code"), Type: "text", Autocomplete: "one-time-code", Max: 40, Focus: true, Plain: true}}
	p.Submit = c.t("Sign in")
	p.Links = []link{{c.t("Lost both?"), "/recover", c.t("Get your account back")}, {"", "/signin", c.t("Start again")}}
	return p
}

func (c *call) step() {
	p := c.stepForm(c.value("step"))
	if !c.mayEnter(p) {
		return
	}
	in, err := c.s.Identity.SignInStep(c, c.site.ID, c.value("step"), c.value("code"), c.by())
	if skein.KindOf(err) == skein.Gone {
		p = c.signInForm()
	}
	if err != nil {
		c.again(p, "second step", err)
		return
	}
	c.enter(in.User.Account, in.Token)
	c.onward(in.User, c.back())
}
