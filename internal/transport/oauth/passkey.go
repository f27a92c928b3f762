package oauth

import (
	"encoding/json"

	"skein/internal/core/identity"
)

// question is what the script of the sign-in page asks the browser.
type question struct {
	State   string          `json:"state"`
	Options json.RawMessage `json:"options"`
}

// signInPasskey takes the answer, which the script puts into a form, so that all goes on as with a password.
func (c *call) signInPasskey() {
	p := c.signInForm()
	if !c.mayEnter(p) {
		return
	}
	in, err := c.s.Identity.SignInPasskey(c, c.site.ID, c.value("state"), c.value("answer"), c.by())
	if err != nil {
		c.again(p, "sign in with a passkey", err)
		return
	}
	c.enter(in.User.Account, in.Token)
	c.onward(in.User, c.back())
}

// passkeys makes a sign-in page one that takes passkeys, where the site can have them and the script is there.
func (c *call) passkeys(p *page) {
	if c.s.Door == nil || !identity.Passkeys(c.site) {
		return
	}
	if p.Script = c.s.Door(); p.Script == "" {
		return
	}
	// Nothing is stored for the question, so that looking at the page costs no more than looking at it.
	q, err := c.s.Identity.AskPasskey(c, c.site.ID)
	if err != nil {
		c.log("ask for a passkey", err)
		p.Script = ""
		return
	}
	asked, err := json.Marshal(question{q.State, q.Options})
	if err != nil {
		c.log("ask for a passkey", err)
	}
	p.Asked = string(asked)
	p.Fields[0].Autocomplete += " webauthn" // offered where the name is typed
}
