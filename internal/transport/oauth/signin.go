package oauth

import (
	"net/http"
	"net/url"
	"strings"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// notes are what the sign-in page may have to say first. A page is named by a word, so that no link can put words of its
// own there.
var notes = map[string]string{
	"confirmed": "Your address is confirmed. You can sign in now.",
	"pending":   "Your address is confirmed. A moderator looks at your request next, and we write to you.",
	"reset":     "Your password is changed. Sign in with the new one.",
	"out":       "You are signed out.",
	"app":       "Sign in first, then you decide about the app.",
}

func (c *call) signInForm() *page {
	p := c.page(c.t("Sign in to {site}", "site", c.site.Name))
	back := c.back()
	p.Action = "/signin"
	if back != "/" {
		p.Hidden = []hidden{{"return_to", back}}
	}
	if c.adds() {
		p.Lead = c.t("The accounts that this browser is signed in to stay signed in.")
		p.Hidden = append(p.Hidden, hidden{"add", "1"})
	}
	p.Fields = []field{
		{Name: "name", Label: c.t("Handle or email"), Type: "text", Autocomplete: "username", Max: 320, Focus: true, Plain: true,
			Value: c.value("name")},
		{Name: "password", Label: c.t("Password"), Type: "password", Autocomplete: "current-password", Max: 1024},
	}
	c.passkeys(p)
	p.Submit = c.t("Sign in")
	p.Links = []link{{c.t("Forgotten your password?"), "/reset", c.t("Choose a new one")}}
	if c.site.Joining != skein.JoinClosed {
		up := "/signup"
		if c.adds() {
			up += "?add=1"
		}
		p.Links = append(p.Links, link{c.t("New here?"), up, c.t("Sign up")})
	}
	return p
}

// back is where somebody wants to go after signing in: a path of this site, whatever was asked for (T125).
func (c *call) back() string {
	to := c.r.URL.Query().Get("return_to")
	if c.r.Method == http.MethodPost {
		to = c.value("return_to")
	}
	to = web.LocalPathOr(to, "/")
	if path, _, _ := strings.Cut(to, "?"); path == "/signin" || path == "/signin/step" || path == "/signin/passkey" || path == "/signout" {
		return "/"
	}
	return to
}

func (c *call) signInPage() {
	if g := c.session(); g != nil && !c.adds() {
		c.onward(g.User, c.back())
		return
	}
	p := c.signInForm()
	note := c.r.URL.Query().Get("note")
	if strings.HasPrefix(c.back(), "/oauth/authorize?") && note == "" {
		note = "app"
	}
	p.Note = c.t(notes[note])
	p.Others = c.others()
	c.show(http.StatusOK, "form", p)
}

// mayEnter tells whether anybody may try to sign in from here now; if not it has shown the form again, with why.
func (c *call) mayEnter(p *page) bool {
	switch {
	case c.tired("signin"):
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
	case c.full():
		p.Fault = c.crowded()
		c.show(http.StatusConflict, "form", p)
	default:
		return true
	}
	return false
}

func (c *call) signIn() {
	p := c.signInForm()
	if !c.mayEnter(p) {
		return
	}
	in, err := c.s.Identity.SignIn(c, c.site.ID, c.value("name"), c.value("password"), c.by())
	if err != nil {
		c.again(p, "sign in", err)
		return
	}
	if in.Step != "" {
		c.show(http.StatusOK, "form", c.stepForm(in.Step))
		return
	}
	c.enter(in.User.Account, in.Token)
	c.onward(in.User, c.back())
}

// onward leads somebody who is signed in to where they wanted to go, or to where they see what they wait for.
func (c *call) onward(u *skein.User, to string) {
	if u.Ready() != nil {
		to = "/signup/wait"
	}
	c.see(to)
}

func (c *call) signOutPage() {
	g := c.session()
	if g == nil {
		c.see("/signin?note=out")
		return
	}
	p := c.page(c.t("Sign out of {site}", "site", c.site.Name))
	p.Hidden = []hidden{{"account", g.Viewer.Account.String()}}
	p.Lead = c.t("You stay signed in in other browsers and apps.")
	p.Submit = c.t("Sign out")
	p.Links = []link{{"", "/", c.t("Stay")}}
	c.show(http.StatusOK, "form", p)
}

// mustSignIn leads a visitor to the sign-in page and back here afterwards. Of a form it is the page that comes back.
func (c *call) mustSignIn() {
	here := c.r.URL.RequestURI()
	if c.r.Method == http.MethodPost {
		v := url.Values{}
		for _, name := range names {
			if s := c.r.PostForm.Get(name); s != "" {
				v.Set(name, s)
			}
		}
		if here = c.r.URL.Path; len(v) > 0 {
			here += "?" + v.Encode()
		}
	}
	c.see("/signin?" + url.Values{"return_to": {here}}.Encode())
}
