package oauth

import (
	"net/http"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// setupData is the first page that anybody sees of a new site.
type setupData struct {
	*page
	Choices      []choice
	JoiningFault string
}

type choice struct {
	Value, Label, Hint string
	Chosen             bool
}

func (c *call) setupForm(token string) *setupData {
	d := &setupData{page: c.page("Welcome to your new site")}
	d.Lead = c.site.Domain + " is ready. Tell it who you are, and it is yours."
	d.Action = "/setup"
	d.Hidden = []hidden{{"token", token}}
	name := c.site.Name
	if c.r.Method == http.MethodPost {
		name = c.value("name")
	} else if name == c.site.Domain {
		name = ""
	}
	d.Fields = []field{
		{Name: "name", Label: "Name of the site", Type: "text", Autocomplete: "off", Max: 60, Focus: true, Value: name,
			Hint: "You can change it later, like everything but the address."},
		{Name: "username", Label: "Your name here", Type: "text", Autocomplete: "username", Max: 31, Plain: true, Value: c.value("username"),
			Hint: "Letters, digits and underscores. You will be @name@" + c.site.Domain + "."},
		{Name: "email", Label: "Your mail address", Type: "email", Autocomplete: "email", Max: 255, Plain: true, Value: c.value("email")},
		{Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password", Max: 1024, Hint: "At least 8 characters."},
	}
	chosen := skein.Joining(c.value("joining"))
	if c.r.Method != http.MethodPost {
		chosen = c.site.Joining
	}
	for _, o := range []choice{
		{Value: string(skein.JoinApproval), Label: "People ask, and you let them in"},
		{Value: string(skein.JoinInvite), Label: "By invitation"},
		{Value: string(skein.JoinOpen), Label: "Everybody", Hint: "Expect spam: an open site needs somebody who looks after it every day."},
		{Value: string(skein.JoinClosed), Label: "Nobody but you"},
	} {
		o.Chosen = o.Value == string(chosen)
		d.Choices = append(d.Choices, o)
	}
	d.Submit = "Open the site"
	return d
}

func (c *call) setupPage() {
	token := c.r.URL.Query().Get("token")
	if err := c.s.Identity.CheckSetup(c, c.site.ID, token); err != nil {
		c.noSetup(err)
		return
	}
	c.s.Identity.Expect()
	c.show(http.StatusOK, "setup", c.setupForm(token))
}

func (c *call) noSetup(err error) {
	if skein.KindOf(err) == skein.Internal {
		c.failed("set-up", err)
		return
	}
	c.notice(http.StatusNotFound, "This link is of no use any more",
		"A site is set up once. If it has no owner yet, whoever runs it can print a new link with the command 'skein site link'.", "/", "To the front page")
}

func (c *call) setup() {
	if c.tired("setup") {
		c.notice(http.StatusTooManyRequests, "Please wait", tooMany, "", "")
		return
	}
	token := c.value("token")
	u, err := c.s.Identity.UseSetup(c, c.site.ID, token, identity.Setup{
		SignUp: identity.SignUp{Username: c.value("username"), Email: c.value("email"), Password: c.value("password"), Locale: "en"},
		Name:   c.value("name"), Joining: skein.Joining(c.value("joining")),
	})
	if skein.KindOf(err) == skein.NotFound {
		c.noSetup(err)
		return
	}
	if err != nil {
		if skein.KindOf(err) == skein.Internal {
			c.failed("set-up", err)
			return
		}
		d := c.setupForm(token)
		d.blame(err)
		if e, ok := err.(*skein.Error); ok {
			for _, f := range e.Fields {
				if f.Field == "joining" {
					d.JoiningFault = words(f)
				}
			}
		}
		c.show(statusOf[skein.KindOf(err)], "setup", d)
		return
	}
	session, err := c.s.Identity.Begin(c, c.site.ID, u.Account, c.agent(), c.address())
	if err != nil {
		c.failed("begin session", err)
		return
	}
	c.enter(u.Account, session)
	c.see("/")
}
