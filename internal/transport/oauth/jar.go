package oauth

import (
	"slices"
	"strconv"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// Somebody may be signed in to several accounts in one browser: kit/web has how it keeps them apart.

// crowded says that a browser holds as many accounts as it may.
func (c *call) crowded() string {
	return c.t("This browser is signed in to {n} accounts already. Sign out of one of them first.", "n", strconv.Itoa(web.MostAccounts))
}

// adds tells whether somebody wants to sign in beside those who are signed in, not in place of them.
func (c *call) adds() bool {
	q := c.r.URL.Query()
	return q.Get("add") != "" || q.Get("other") != "" || c.value("add") != ""
}

// full tells whether the browser holds as many accounts as it may.
func (c *call) full() bool {
	return c.adds() && len(web.Sessions(c.r, c.site.Base)) >= web.MostAccounts
}

// opens returns what a session token allows, nil if nothing.
func (c *call) opens(token string) *skein.Grant {
	g, err := c.s.Identity.BySession(c, c.site.ID, token)
	if err != nil {
		if skein.KindOf(err) != skein.Unauthorized {
			c.log("session", err)
		}
		return nil
	}
	return g
}

// held are the sessions of this browser that open something, each account once.
func (c *call) held() (list []*skein.Grant) {
	seen := map[skein.ID]bool{}
	for _, h := range web.Sessions(c.r, c.site.Base) {
		if g := c.opens(h.Token); g != nil && !seen[g.Viewer.Account] && (h.Account == "" || h.Account == g.Viewer.Account.String()) {
			seen[g.Viewer.Account] = true
			list = append(list, g)
		}
	}
	return list
}

// others are the accounts that somebody may go on as.
func (c *call) others() (list []other) {
	for _, g := range c.held() {
		a, err := c.s.Identity.Account(c, g.Viewer)
		if err != nil {
			c.log("account", err)
			continue
		}
		list = append(list, other{a.ID.String(), a.Username})
	}
	return list
}

// whose tells which account a session of the browser is of, empty if it opens nothing.
func (c *call) whose(h web.Held) string {
	if h.Account != "" {
		return h.Account
	}
	if g := c.opens(h.Token); g != nil {
		return g.Viewer.Account.String()
	}
	return ""
}

// enter gives the browser a session of an account. It ends the one that the account had here, and the one that pages were
// loaded with, unless an account is added to it (T123, T150).
func (c *call) enter(account skein.ID, token string) {
	id, base, current := account.String(), c.site.Base, web.Session(c.r, c.site.Base)
	for _, h := range web.Sessions(c.r, base) {
		whose := c.whose(h)
		switch {
		case whose == id:
			c.end(h.Token)
		case whose == "", h.Token == current && !c.adds():
			c.end(h.Token)
			web.ClearSession(c.w, base, h.Account)
			continue
		case h.Account == "":
			web.KeepSession(c.w, base, whose, h.Token)
		}
		if h.Account == "" {
			web.ClearSession(c.w, base, "")
		}
	}
	web.SetSession(c.w, base, id, token)
	web.SetDevice(c.w, base, c.by().Device)
}

// renew gives the browser another session of the account that asks, whose old one has ended.
func (c *call) renew(account skein.ID, token string) {
	for _, h := range web.Sessions(c.r, c.site.Base) {
		if whose := c.whose(h); whose == "" {
			web.ClearSession(c.w, c.site.Base, "")
		}
	}
	web.SetSession(c.w, c.site.Base, account.String(), token)
}

func (c *call) end(token string) {
	if err := c.s.Identity.SignOut(c, c.site.ID, token); err != nil {
		c.log("end old session", err)
	}
}

// goOnAs changes to another account that this browser is signed in to.
func (c *call) goOnAs() {
	for _, g := range c.held() {
		if id := g.Viewer.Account.String(); id == c.value("account") {
			web.Choose(c.w, c.site.Base, id)
			c.onward(g.User, c.back())
			return
		}
	}
	c.see("/signin?add=1") // signed out meanwhile
}

// signOut ends the session of one account, named by the form or the header, or of all that this browser is signed in to.
// Pages are then loaded for one that is left.
func (c *call) signOut() {
	base, all, which := c.site.Base, c.value("all") != "", c.value("account")
	if which == "" {
		which = web.Wanted(c.r)
	}
	current := web.Session(c.r, base)
	var left []string
	for _, h := range web.Sessions(c.r, base) {
		whose := c.whose(h)
		if !all && (which != "" && whose != which || which == "" && h.Token != current) {
			left = append(left, whose)
			continue
		}
		if err := c.s.Identity.SignOut(c, c.site.ID, h.Token); err != nil {
			c.failed("sign out", err)
			return
		}
		web.ClearSession(c.w, base, h.Account)
	}
	if len(left) == 0 {
		web.ClearChoice(c.w, base)
		c.see("/signin?note=out")
		return
	}
	if !slices.Contains(left, web.Chosen(c.r, base)) {
		web.Choose(c.w, base, left[0])
	}
	c.see("/")
}
