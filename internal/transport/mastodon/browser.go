package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// BrowserAccount is an account that a browser is signed in to, with what waits for its person. It is ours: Mastodon's own
// web app knows one account at a time.
type BrowserAccount struct {
	Account  *Account `json:"account"`
	Current  bool     `json:"current"`
	Mentions int      `json:"mentions"`
	News     bool     `json:"news"`
}

// mostMentions is how far they are counted.
const mostMentions = 100

// held are the grants of the sessions that came with a request, each account once, the one that asks among them.
func (c *call) held() ([]*skein.Grant, error) {
	list := []*skein.Grant{}
	seen := map[skein.ID]bool{}
	for _, h := range web.Sessions(c.r, c.site.Base) {
		g, err := c.api.Identity.BySession(c, c.site.ID, h.Token)
		if err != nil {
			switch skein.KindOf(err) {
			case skein.Unauthorized, skein.NotFound, skein.Invalid:
				continue // an old cookie is no cookie
			}
			return nil, err
		}
		if seen[g.Viewer.Account] || h.Account != "" && h.Account != g.Viewer.Account.String() {
			continue
		}
		seen[g.Viewer.Account] = true
		list = append(list, g)
	}
	return list, nil
}

// browserAccounts lists the accounts that this browser is signed in to.
func (a *API) browserAccounts(c *call) ([]BrowserAccount, error) {
	list, err := c.held()
	if err != nil {
		return nil, err
	}
	out := make([]BrowserAccount, 0, len(list))
	for _, g := range list {
		acc, err := a.Social.Account(c, g.Viewer, g.Viewer.Account)
		if skein.KindOf(err) == skein.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		one := BrowserAccount{Account: account(c.site, acc), Current: g.Viewer.Account == c.who.Account}
		if g.User.Ready() == nil {
			if one.Mentions, err = a.Social.UnreadNotifications(c, g.Viewer, social.NoteFilter{Kinds: []skein.NotificationKind{skein.NotifyMention}}, mostMentions); err != nil {
				return nil, err
			}
			n, err := a.Social.UnreadNotifications(c, g.Viewer, social.NoteFilter{Not: []skein.NotificationKind{skein.NotifyMention, skein.NotifyAnnual}}, 1)
			if err != nil {
				return nil, err
			}
			one.News = n > 0
		}
		out = append(out, one)
	}
	return out, nil
}
