package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/skein"
)

// Conversation is a thread of direct posts. https://docs.joinmastodon.org/entities/Conversation/
type Conversation struct {
	ID         string    `json:"id"`
	Unread     bool      `json:"unread"`
	Accounts   []Account `json:"accounts"`
	LastStatus *Status   `json:"last_status"`
}

// talk and talks write Conversations.
type (
	talk  struct{ *social.Talk }
	talks []*social.Talk
)

func (t *painter) appendTalk(b []byte, site *skein.Site, v *social.Talk, who skein.Viewer) []byte {
	b = append(append(append(b, `{"id":"`...), v.ID.String()...), `"`...)
	b = appendFlag(b, `,"unread":`, v.Unread)
	b = t.appendAccounts(append(b, `,"accounts":`...), site, v.People)
	b = append(b, `,"last_status":`...)
	if v.Post == nil {
		return append(b, `null}`...)
	}
	return append(t.appendStatus(b, site, v.Post, who), '}')
}

func (v talk) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	return t.appendTalk(b, site, v.Talk, who)
}

func (l talks) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, '[')
	for i, v := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = t.appendTalk(b, site, v, who)
	}
	return append(b, ']')
}

// conversations: https://docs.joinmastodon.org/methods/conversations/#get
func (a *API) conversations(c *call) (talks, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.Talks(c, c.who, page)
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		c.link(byFullPage, len(rows), page.Limit, rows[0].Cursor, rows[len(rows)-1].Cursor)
	}
	out := make(talks, len(rows))
	for i, r := range rows {
		out[i] = r.Item
	}
	return out, nil
}

// markTalk makes the handler that marks a conversation.
// https://docs.joinmastodon.org/methods/conversations/#read
func markTalk(unread bool) handler {
	return reply(func(a *API, c *call) (talk, error) {
		id, err := c.id()
		if err != nil {
			return talk{}, err
		}
		t, err := a.Social.MarkTalk(c, c.who, id, unread)
		return talk{t}, err
	})
}

// hideTalk: https://docs.joinmastodon.org/methods/conversations/#delete
func (a *API) hideTalk(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.HideTalk(c, c.who, id)
}

// directTimeline was Mastodon's until 3.0, and is still of its forks.
func (a *API) directTimeline(c *call) (posts, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Messages(c, c.who, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}
