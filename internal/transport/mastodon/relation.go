package mastodon

import (
	"context"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// relationships: https://docs.joinmastodon.org/methods/accounts/#relationships
func (a *API) relationships(c *call) ([]*Relationship, error) {
	ids, err := c.ids("id", 100)
	if err != nil {
		return nil, err
	}
	out := []*Relationship{}
	if len(ids) == 0 {
		return out, nil
	}
	suspended, err := c.flag("with_suspended")
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Relations(c, c.who, ids)
	for _, r := range list {
		if suspended || !r.Suspended {
			out = append(out, relationship(r))
		}
	}
	return out, err
}

// familiar: https://docs.joinmastodon.org/methods/accounts/#familiar_followers
func (a *API) familiar(c *call) ([]FamiliarFollowers, error) {
	ids, err := c.ids("id", 40)
	if err != nil {
		return nil, err
	}
	out := []FamiliarFollowers{}
	if len(ids) == 0 {
		return out, nil
	}
	list, by, err := a.Social.FamiliarFollowers(c, c.who, ids)
	for _, acc := range list {
		f := FamiliarFollowers{ID: acc.ID.String(), Accounts: []Account{}}
		for _, who := range by[acc.ID] {
			f.Accounts = append(f.Accounts, *account(c.site, who))
		}
		out = append(out, f)
	}
	return out, err
}

// relate makes a handler of a change between the reader and one account.
func relate(f func(s *social.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Relation, error)) func(*API, *call) error {
	return reply(func(a *API, c *call) (*Relationship, error) {
		id, err := c.id()
		if err != nil {
			return nil, err
		}
		r, err := f(a.Social, c, c.who, id)
		if err != nil {
			return nil, err
		}
		return relationship(r), nil
	})
}

type followForm struct {
	Reblogs   *bool     `form:"reblogs"`
	Notify    *bool     `form:"notify"`
	Languages *[]string `form:"languages"`
}

// follow: https://docs.joinmastodon.org/methods/accounts/#follow
func (a *API) follow(c *call) (*Relationship, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[followForm](c)
	if err != nil {
		return nil, err
	}
	r, err := a.Social.Follow(c, c.who, id, social.FollowOptions{ShowBoosts: in.Reblogs, Notify: in.Notify, Languages: in.Languages})
	if err != nil {
		return nil, err
	}
	// As Mastodon does: an account that lets everybody follow counts as followed before its server has said so, or the
	// button would go back and forth.
	if r.Requested {
		them, err := a.Social.Account(c, c.who, id)
		if err != nil {
			return nil, err
		}
		me, err := a.Social.Account(c, c.who, c.who.Account)
		if err != nil {
			return nil, err
		}
		if !them.Locked && me.SilencedAt.IsZero() {
			r.Requested, r.Following = false, true
		}
	}
	return relationship(r), nil
}

type muteForm struct {
	Notifications *bool `form:"notifications"`
	Duration      int   `form:"duration"` // seconds; 0: until it is taken back
}

// mute: https://docs.joinmastodon.org/methods/accounts/#mute
func (a *API) mute(c *call) (*Relationship, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[muteForm](c)
	if err != nil {
		return nil, err
	}
	const century = 100 * 365 * 24 * 3600
	if in.Duration < 0 || in.Duration > century {
		return nil, invalid("A mute lasts from one second to a hundred years, or for good with 0.")
	}
	r, err := a.Social.Mute(c, c.who, id, in.Notifications == nil || *in.Notifications, time.Duration(in.Duration)*time.Second)
	if err != nil {
		return nil, err
	}
	return relationship(r), nil
}

// setNote: https://docs.joinmastodon.org/methods/accounts/#note
func (a *API) setNote(c *call) (*Relationship, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	comment, err := c.text("comment")
	if err != nil {
		return nil, err
	}
	r, err := a.Social.SetNote(c, c.who, id, comment)
	if err != nil {
		return nil, err
	}
	return relationship(r), nil
}

// peopleRows makes a handler of a list of the reader's own.
func peopleRows(f func(s *social.Service, ctx context.Context, who skein.Viewer, p social.Page) ([]social.Row[*skein.Account], error)) func(*API, *call) error {
	return reply(func(a *API, c *call) (people, error) {
		page, err := c.page(40, 80)
		if err != nil {
			return nil, err
		}
		rows, err := f(a.Social, c, c.who, page)
		if err != nil {
			return nil, err
		}
		return linkRows(c, byCursor, rows, page.Limit), nil
	})
}

// mutes: https://docs.joinmastodon.org/methods/mutes/#get
func (a *API) mutes(c *call) ([]MutedAccount, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.MutedAccounts(c, c.who, page)
	if err != nil {
		return nil, err
	}
	out := []MutedAccount{}
	for _, m := range linkRows(c, byCursor, rows, page.Limit) {
		out = append(out, MutedAccount{Account: *account(c.site, m.Account), MuteExpiresAt: when(m.Until)})
	}
	return out, nil
}

// domainBlocks: https://docs.joinmastodon.org/methods/domain_blocks/#get
func (a *API) domainBlocks(c *call) ([]string, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.BlockedDomains(c, c.who, page)
	if err != nil {
		return nil, err
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// blockDomain: https://docs.joinmastodon.org/methods/domain_blocks/#block
func (a *API) blockDomain(c *call) (empty, error) {
	domain, err := c.text("domain")
	if err != nil {
		return empty{}, err
	}
	if domain == "" {
		return empty{}, invalid("Validation failed: Domain can't be blank")
	}
	return empty{}, a.Social.BlockDomain(c, c.who, domain)
}

// unblockDomain: https://docs.joinmastodon.org/methods/domain_blocks/#unblock
func (a *API) unblockDomain(c *call) (empty, error) {
	domain, err := c.text("domain")
	if err != nil {
		return empty{}, err
	}
	if domain == "" {
		return empty{}, invalid("Validation failed: Domain can't be blank")
	}
	return empty{}, a.Social.UnblockDomain(c, c.who, domain)
}
