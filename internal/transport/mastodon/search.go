package mastodon

import (
	"strings"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Bounds of a search (T93, T94).
const (
	maxQuery  = 2048 // bytes; it may be a URL
	maxOffset = 1000
)

// query reads what both searches share.
func (c *call) query(usual, most int) (q social.Query, err error) {
	if q.Text, err = c.text("q"); err != nil {
		return q, err
	}
	q.Text = strings.TrimSpace(q.Text)
	switch {
	case q.Text == "":
		return q, missing("q")
	case len(q.Text) > maxQuery:
		return q, invalid("The search text is too long (maximum is %d bytes).", maxQuery)
	}
	if err = c.flags(map[string]*bool{"resolve": &q.Resolve, "following": &q.Following}); err != nil {
		return q, err
	}
	n, err := c.number("limit", usual)
	if err != nil {
		return q, err
	}
	if n < 0 {
		return q, &answered{400, "limit must not be negative."}
	}
	if n == 0 {
		n = usual
	}
	q.Limit = min(n, most)
	if q.Offset, err = c.number("offset", 0); err != nil {
		return q, err
	}
	if q.Offset < 0 {
		return q, &answered{400, "offset must not be negative."}
	}
	return q, nil
}

// search: https://docs.joinmastodon.org/methods/search/#v2
func (a *API) search(c *call) (found, error) {
	q, err := c.query(20, 40)
	if err != nil {
		return found{}, err
	}
	kind, err := c.text("type")
	if err != nil {
		return found{}, err
	}
	if c.who.Visitor() && (q.Resolve || q.Offset > 0) {
		return found{}, errVisitor
	}
	switch q.Kind = kind; kind {
	case "":
		q.Offset = 0 // only counts with a type
	case "accounts", "statuses", "hashtags", "collections":
	default:
		return found{}, &answered{400, "type must be accounts, hashtags, statuses or collections."}
	}
	if q.Offset > maxOffset {
		return found{}, nil
	}
	// Which posts: of an account, and between two IDs (mastodon-api.md 3.11).
	if q.Account, err = c.one("account_id"); err != nil {
		return found{}, err
	}
	page, err := c.page(20, 40)
	if err != nil {
		return found{}, err
	}
	q.Max, q.Min = page.Max, page.Min
	if err := c.flags(map[string]*bool{"exclude_unreviewed": &q.Reviewed}); err != nil {
		return found{}, err
	}
	f, err := a.Social.Search(c, c.who, q)
	if err != nil {
		return found{}, err
	}
	out := found{Found: *f}
	out.tagged, err = a.tags(c, f.Tags)
	return out, err
}

// searchAccounts: https://docs.joinmastodon.org/methods/accounts/#search
func (a *API) searchAccounts(c *call) (people, error) {
	q, err := c.query(40, 80)
	if err != nil {
		return nil, err
	}
	if q.Offset > maxOffset {
		return nil, nil
	}
	q.Kind = "accounts"
	f, err := a.Social.Search(c, c.who, q)
	if err != nil {
		return nil, err
	}
	return f.Accounts, nil
}

// found is a Search that writes itself.
type found struct {
	social.Found
	tagged []Tag // of Found.Tags
}

func (f found) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, `{"accounts":`...)
	b = t.appendAccounts(b, site, f.Accounts)
	b = append(b, `,"statuses":`...)
	b = t.appendStatuses(b, site, f.Posts, who)
	b = append(b, `,"hashtags":`...)
	b = append(b, mustEncode(notNil(f.tagged))...)
	b = append(b, `,"collections":`...)
	b = append(b, mustEncode(collectionsOf(site, f.Collections))...)
	return append(b, '}')
}
