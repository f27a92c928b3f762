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
	d := &setupData{page: c.page(c.t("Welcome to your new site"))}
	d.Lead = c.t("{site} is ready. Tell it who you are, and it is yours.", "site", c.site.Domain)
	d.Action = "/setup"
	d.Hidden = []hidden{{"token", token}}
	name := c.site.Name
	if c.r.Method == http.MethodPost {
		name = c.value("name")
	} else if name == c.site.Domain {
		name = ""
	}
	d.Fields = []field{
		{Name: "name", Label: c.t("Name of the site"), Type: "text", Autocomplete: "off", Max: 60, Focus: true, Value: name,
			Hint: c.t("You can change it later, like everything but the address.")},
		c.handle(c.t("Your handle"), false),
		{Name: "email", Label: c.t("Your email"), Type: "email", Autocomplete: "email", Max: 255, Plain: true, Value: c.value("email")},
		{Name: "password", Label: c.t("Password"), Type: "password", Autocomplete: "new-password", Max: 1024, Hint: c.t("At least 8 characters.")},
	}
	chosen := skein.Joining(c.value("joining"))
	if c.r.Method != http.MethodPost {
		chosen = c.site.Joining
	}
	for _, o := range []choice{
		{Value: string(skein.JoinApproval), Label: c.t("People ask, and you let them in")},
		{Value: string(skein.JoinInvite), Label: c.t("By invitation")},
		{Value: string(skein.JoinOpen), Label: c.t("Everybody"), Hint: c.t("Expect spam: an open site needs somebody who looks after it every day.")},
		{Value: string(skein.JoinClosed), Label: c.t("Nobody but you")},
	} {
		o.Chosen = o.Value == string(chosen)
		d.Choices = append(d.Choices, o)
	}
	d.Submit = c.t("Open the site")
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
	c.notice(http.StatusNotFound, c.t("This link is of no use any more"),
		c.t("A site is set up once. If it has no owner yet, whoever runs it can print a new link with the command 'skein site link'."), "/", c.t("To the front page"))
}

func (c *call) setup() {
	if c.tired("setup") {
		c.notice(http.StatusTooManyRequests, c.t("Please wait"), c.t(tooMany), "", "")
		return
	}
	token := c.value("token")
	u, err := c.s.Identity.UseSetup(c, c.site.ID, token, identity.Setup{
		SignUp: identity.SignUp{Username: c.value("username"), Email: c.value("email"), Password: c.value("password"), Locale: c.lang()},
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
		d.blame(c, err)
		if e, ok := err.(*skein.Error); ok {
			for _, f := range e.Fields {
				if f.Field == "joining" {
					d.JoiningFault = c.words(f)
				}
			}
		}
		c.show(statusOf[skein.KindOf(err)], "setup", d)
		return
	}
	session, err := c.s.Identity.Begin(c, c.site.ID, u.Account, c.by())
	if err != nil {
		c.failed("begin session", err)
		return
	}
	c.enter(u.Account, session)
	c.see("/")
}
