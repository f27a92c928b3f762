package mastodon

import (
	"strings"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// List is some of those whom somebody follows. https://docs.joinmastodon.org/entities/List/
type List struct {
	ID            string `json:"id"`
	Title         string `json:"title"`
	RepliesPolicy string `json:"replies_policy"`
	Exclusive     bool   `json:"exclusive"`
}

func list(l *skein.List) *List {
	return &List{ID: l.ID.String(), Title: l.Title, RepliesPolicy: string(l.Replies), Exclusive: l.Exclusive}
}

func listsOf(of []*skein.List) []*List {
	out := make([]*List, len(of))
	for i, l := range of {
		out[i] = list(l)
	}
	return out
}

type listForm struct {
	Title     *string `form:"title"`
	Replies   *string `form:"replies_policy"`
	Exclusive *bool   `form:"exclusive"`
}

// lists: https://docs.joinmastodon.org/methods/lists/#get
func (a *API) lists(c *call) ([]*List, error) {
	of, err := a.Social.Lists(c, c.who)
	return listsOf(of), err
}

// list: https://docs.joinmastodon.org/methods/lists/#get-one
func (a *API) list(c *call) (*List, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	l, err := a.Social.List(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return list(l), nil
}

// createList: https://docs.joinmastodon.org/methods/lists/#create
func (a *API) createList(c *call) (*List, error) {
	in, err := decode[listForm](c)
	if err != nil {
		return nil, err
	}
	l, err := a.Social.CreateList(c, c.who, social.ListDraft(*in))
	if err != nil {
		return nil, err
	}
	return list(l), nil
}

// updateList: https://docs.joinmastodon.org/methods/lists/#update
func (a *API) updateList(c *call) (*List, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[listForm](c)
	if err != nil {
		return nil, err
	}
	l, err := a.Social.UpdateList(c, c.who, id, social.ListDraft(*in))
	if err != nil {
		return nil, err
	}
	return list(l), nil
}

// deleteList: https://docs.joinmastodon.org/methods/lists/#delete
func (a *API) deleteList(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DeleteList(c, c.who, id)
}

// listMembers: https://docs.joinmastodon.org/methods/lists/#accounts. With a limit of 0 all of them.
func (a *API) listMembers(c *call) (people, error) {
	id, page, err := c.pageOf(40, 80)
	if err != nil {
		return nil, err
	}
	all, err := c.text("limit")
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(all) == "0" {
		page = social.Page{Limit: skein.MaxListMembers}
	}
	rows, err := a.Social.ListMembers(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	if page.Limit == skein.MaxListMembers {
		out := make(people, len(rows))
		for i, r := range rows {
			out[i] = r.Item
		}
		return out, nil
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// memberIDs reads the accounts that are to go into a list, or out of it. What is no ID is nobody.
func (c *call) memberIDs() (list skein.ID, accounts []skein.ID, err error) {
	if list, err = c.id(); err != nil {
		return 0, nil, err
	}
	names, err := c.list("account_ids", skein.MaxListMembers)
	if err != nil {
		return 0, nil, err
	}
	for _, n := range names {
		if _, ok := skein.ParseID(n); !ok {
			return 0, nil, skein.ErrNotFound
		}
	}
	accounts, err = c.ids("account_ids", skein.MaxListMembers)
	return list, accounts, err
}

// addToList: https://docs.joinmastodon.org/methods/lists/#accounts-add
func (a *API) addToList(c *call) (empty, error) {
	id, accounts, err := c.memberIDs()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.AddToList(c, c.who, id, accounts)
}

// removeFromList: https://docs.joinmastodon.org/methods/lists/#accounts-remove
func (a *API) removeFromList(c *call) (empty, error) {
	id, accounts, err := c.memberIDs()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.RemoveFromList(c, c.who, id, accounts)
}

// listsWith: https://docs.joinmastodon.org/methods/accounts/#lists
func (a *API) listsWith(c *call) ([]*List, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	of, err := a.Social.ListsWith(c, c.who, id)
	return listsOf(of), err
}

// listTimeline: https://docs.joinmastodon.org/methods/timelines/#list
func (a *API) listTimeline(c *call) (posts, error) {
	id, page, err := c.pageOf(20, 40)
	if err != nil {
		return nil, err
	}
	of, err := a.Social.ListTimeline(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(of, page.Limit)
	return of, nil
}
