package oauth

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// signUpData is the sign-up page: the form, and what one agrees to.
type signUpData struct {
	*page
	Rules          []string
	Agreed         bool
	AgreementFault string
}

func (c *call) signUpForm(invite string) *signUpData {
	d := &signUpData{page: c.page(c.t("Sign up on {site}", "site", c.site.Name)), Rules: c.site.Rules}
	d.Action = "/signup"
	d.Fields = []field{
		c.handle(c.t("Choose a handle"), true),
		{Name: "email", Label: c.t("Email"), Type: "email", Autocomplete: "email", Max: 255, Plain: true,
			Hint: c.t("Nobody sees it. We send a link to it once, to know that it is yours."), Value: c.value("email")},
		{Name: "password", Label: c.t("Password"), Type: "password", Autocomplete: "new-password", Max: 1024,
			Hint: c.t("At least 8 characters.")},
	}
	if n := c.site.Extra.MinAge; n > 0 {
		d.Fields = append(d.Fields, field{Name: "date_of_birth", Label: c.t("Date of birth"), Type: "date", Autocomplete: "bday", Value: c.value("date_of_birth"),
			Hint: c.t("People here are {n} or older. The date is looked at once and not kept.", "n", strconv.Itoa(n))})
	}
	d.Submit = c.t("Sign up")
	if invite != "" {
		d.Hidden = []hidden{{"invite", invite}}
		d.Lead = c.t("You are invited.")
	} else if c.site.Joining == skein.JoinApproval {
		d.Lead = c.t("A moderator looks at every request and lets people in by hand.")
		d.Submit = c.t("Ask to join")
		d.Fields = append(d.Fields, field{Name: "reason", Label: c.t("Why would you like to join?"), Type: "textarea", Max: 1000,
			Hint: c.t("Only the moderators read this."), Value: c.value("reason")})
	}
	in := "/signin"
	if c.adds() {
		d.Hidden = append(d.Hidden, hidden{"add", "1"})
		in += "?add=1"
	}
	d.Links = []link{{c.t("You have an account?"), in, c.t("Sign in")}}
	return d
}

// handle is the field for the name under which others find somebody, with what makes a handle of it around it.
func (c *call) handle(label string, focus bool) field {
	return field{Name: "username", Label: label, Type: "text", Autocomplete: "username", Max: 31, Focus: focus, Plain: true, Value: c.value("username"),
		Before: "@", After: "@" + c.site.Domain,
		Hint: c.t("Others find and mention you by it: letters, digits and underscores, and it stays. The name above your posts you choose later, as you like.")}
}

func (c *call) signUpPage() {
	if c.session() != nil && !c.adds() {
		c.see("/")
		return
	}
	invite := c.r.URL.Query().Get("invite")
	if !c.mayJoin(invite) {
		return
	}
	c.s.Identity.Expect()
	c.show(http.StatusOK, "signup", c.signUpForm(invite))
}

// mayJoin tells whether the form is of any use, and says why not.
func (c *call) mayJoin(invite string) bool {
	if c.site.Joining != skein.JoinClosed && invite != "" {
		if _, err := c.s.Sites.CheckInvite(c, c.site.ID, invite); err != nil {
			if skein.KindOf(err) == skein.Internal {
				c.failed("invite", err)
			} else {
				c.notice(http.StatusNotFound, c.t("This invitation is over"),
					c.t("It was used up or has run out. Ask whoever gave it to you for another."), "/about", c.t("About {site}", "site", c.site.Name))
			}
			return false
		}
		return true
	}
	heading, text := "", ""
	switch c.site.Joining {
	case skein.JoinClosed:
		heading, text = c.t("Nobody can sign up here at present"), c.t("You can read everything that is public, and follow people here from an account on any other site.")
	case skein.JoinInvite:
		heading, text = c.t("{site} is by invitation", "site", c.site.Name), c.t("Somebody who is here already can send you a link to join.")
	default:
		return true
	}
	if m := c.site.Extra.JoinMessage; m != "" {
		text = m
	}
	to, label := "/about", c.t("About {site}", "site", c.site.Name)
	if u := c.site.Extra.JoinURL; u != "" {
		to, label = u, c.t("Sign up there") // a link of the site's owner, on a page: nobody is led away (T125)
	}
	c.notice(http.StatusForbidden, heading, text, to, label)
	return false
}

func (c *call) signUp() {
	invite := c.value("invite")
	d := c.signUpForm(invite)
	d.Agreed = c.value("agreement") != ""
	if c.tired("signup") {
		d.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "signup", d)
		return
	}
	if c.value("website") != "" {
		// Nobody sees this field: a machine filled it in, and may believe that it is done (T151).
		c.see("/signup/wait")
		return
	}
	if c.full() {
		d.Fault = c.crowded()
		c.show(http.StatusConflict, "signup", d)
		return
	}
	u, err := c.s.Identity.SignUp(c, c.site.ID, identity.SignUp{
		Username: c.value("username"), Email: c.value("email"), Password: c.value("password"), Reason: c.value("reason"),
		InviteCode: invite, Agreement: d.Agreed, Locale: c.lang(), Address: c.address(), Born: c.value("date_of_birth"),
	})
	if err != nil {
		if skein.KindOf(err) == skein.Internal {
			c.failed("sign up", err)
			return
		}
		d.blame(c, err)
		if e, ok := err.(*skein.Error); ok {
			for _, f := range e.Fields {
				if f.Field == "agreement" {
					d.AgreementFault = c.words(f)
					if d.Fault == d.AgreementFault {
						d.Fault = c.t("Please look at what is marked below.")
					}
				}
			}
		}
		c.show(statusOf[skein.KindOf(err)], "signup", d)
		return
	}
	token, err := c.s.Identity.Begin(c, c.site.ID, u.Account, c.by())
	if err != nil {
		c.failed("begin session", err)
		return
	}
	c.enter(u.Account, token)
	c.see("/signup/wait")
}

// waitPage says what happens next to somebody who signed up.
func (c *call) waitPage() {
	g := c.session()
	if g != nil && identity.Ready(g) == nil {
		c.see("/")
		return
	}
	c.show(http.StatusOK, "form", c.waitForm(g))
}

func (c *call) waitForm(g *skein.Grant) *page {
	p := c.page(c.t("Almost there"))
	if g == nil || g.User.ConfirmedAt.IsZero() {
		p.Hint = c.letters()
	}
	if c.r.URL.Query().Get("sent") != "" {
		p.Note = c.t("A letter is on its way, if one is needed.")
	}
	switch {
	case g == nil:
		p.Heading = c.t("Look into your mail")
		p.Lead = c.t("If you have just signed up, a letter with a link is on its way to you. It works for an hour. No letter? Look among the unwanted mail, or ask for another.")
		p.Fields = []field{{Name: "email", Label: c.t("Email"), Type: "email", Autocomplete: "email", Max: 254, Plain: true, Value: c.value("email")}}
		p.Submit = c.t("Send it again")
		p.Links = []link{{c.t("All done?"), "/signin", c.t("Sign in")}}
	case g.User.ConfirmedAt.IsZero():
		p.Heading = c.t("Look into your mail")
		p.Lead = c.t("We have sent a letter to {address}. Open the link in it within an hour, and your account is confirmed. No letter? Look among the unwanted mail, or ask for another.", "address", g.User.Email)
		p.Submit = c.t("Send it again")
		p.Links = []link{{c.t("Not you?"), "/signout", c.t("Sign out")}}
	case g.User.ApprovedAt.IsZero():
		p.Heading = c.t("A moderator looks at your request")
		p.Lead = c.t("Your address is confirmed. As soon as somebody lets you in we write to {address}.", "address", g.User.Email)
		p.Links = []link{{"", "/signout", c.t("Sign out")}}
	default:
		p.Heading = c.t("Your account is locked")
		p.Lead = c.t("You can't use it at present. If you think that this is a mistake, write to those who run {site}.", "site", c.site.Name)
		if c.site.Contact != "" {
			p.Lead += " " + c.t("Their address is {address}.", "address", c.site.Contact)
		}
		p.Links = []link{{"", "/signout", c.t("Sign out")}}
	}
	return p
}

// letters says where letters lie that are not sent.
func (c *call) letters() string {
	if c.s.Letters == "" {
		return ""
	}
	return c.t("This is a trial: no letter leaves this machine. Each is a file in the folder {folder}.", "folder", c.s.Letters)
}

// resend sends the confirmation once more: to whoever is signed in, else to an address, about which the answer tells
// nothing (T145).
func (c *call) resend() {
	g := c.session()
	p := c.waitForm(g)
	if c.tired("confirm") {
		p.Fault = c.t(tooMany)
		c.show(http.StatusTooManyRequests, "form", p)
		return
	}
	var err error
	if g != nil {
		err = c.s.Identity.Resend(c, g.Viewer, "")
	} else {
		err = c.s.Identity.ResendConfirmation(c, c.site.ID, c.value("email"))
	}
	if err != nil && skein.KindOf(err) != skein.Denied { // denied: confirmed meanwhile
		c.again(p, "resend", err)
		return
	}
	c.see("/signup/wait?sent=1")
}

// invite opens an invitation; programs ask whether it is good. mastodon-api.md 3.2
func (c *call) invite() {
	_, code, _ := strings.Cut(c.r.URL.Path[1:], "/")
	if strings.Contains(c.r.Header.Get("Accept"), "application/json") {
		c.w.Header().Set("Access-Control-Allow-Origin", "*")
		if _, err := c.s.Sites.CheckInvite(c, c.site.ID, code); err != nil {
			c.json(http.StatusUnauthorized, map[string]string{"error": "This invite is not valid"})
			return
		}
		c.json(http.StatusOK, map[string]string{"invite_code": code, "instance_api_url": c.site.URL("/api/v2/instance")})
		return
	}
	c.see("/signup?" + url.Values{"invite": {code}}.Encode())
}

// json writes an answer for programs.
func (c *call) json(status int, v any) {
	h := c.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache") // RFC 6749 5.1
	c.w.WriteHeader(status)
	if c.r.Method == http.MethodHead {
		return
	}
	enc := json.NewEncoder(c.w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		c.log("write answer", err)
	}
}
