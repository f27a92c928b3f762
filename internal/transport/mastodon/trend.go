package mastodon

import (
	"context"
	"strconv"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// TrendsLink is a page that is talked about. https://docs.joinmastodon.org/entities/PreviewCard/#trends-link
type TrendsLink struct {
	PreviewCard
	History []History `json:"history"`
}

// each returns the addresses of a list's elements.
func each[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// tagHistory fills in how often hashtags were used, by one query for all of them.
func (a *API) tagHistory(c *call, tags ...*Tag) error {
	refs := make([]skein.ID, len(tags))
	for i, t := range tags {
		refs[i], _ = skein.ParseID(t.ID)
	}
	all, err := a.Social.Histories(c, c.who, skein.TrendTag, refs)
	for i, t := range tags {
		t.History = histories(all[refs[i]])
	}
	return err
}

// histories is seven days, today first.
func histories(h *social.History) []History {
	out := []History{}
	if h != nil {
		for _, d := range h {
			out = append(out, History{Day: strconv.FormatInt(d.Day*86400, 10), Accounts: strconv.Itoa(d.Accounts), Uses: strconv.Itoa(d.Uses)})
		}
	}
	return out
}

// trends reads a page of what is talked about.
func (a *API) trends(c *call, kind skein.TrendKind, usual, most int) ([]*social.Trending, error) {
	return trendPage(c, kind, usual, most, a.Social.Trends)
}

// trendPage reads a page of trends with read.
func trendPage(c *call, kind skein.TrendKind, usual, most int,
	read func(ctx context.Context, who skein.Viewer, kind skein.TrendKind, offset, limit int) ([]*social.Trending, error)) ([]*social.Trending, error) {
	if err := c.noMinus("limit", "offset"); err != nil {
		return nil, err
	}
	skip, limit, link, err := c.offsetPage(usual, most)
	if err != nil {
		return nil, err
	}
	list, err := read(c, c.who, kind, skip, limit)
	if err != nil {
		return nil, err
	}
	link(len(list))
	return list, nil
}

// trendingTags: https://docs.joinmastodon.org/methods/trends/#tags
func (a *API) trendingTags(c *call) ([]Tag, error) {
	list, err := a.trends(c, skein.TrendTag, 10, 20)
	if err != nil {
		return nil, err
	}
	tags := make([]skein.Tag, len(list))
	for i, t := range list {
		tags[i] = t.Tag
	}
	return a.tags(c, tags)
}

// trendingPosts: https://docs.joinmastodon.org/methods/trends/#statuses
func (a *API) trendingPosts(c *call) (posts, error) {
	list, err := a.trends(c, skein.TrendPost, 20, 40)
	if err != nil {
		return nil, err
	}
	out := make(posts, len(list))
	for i, t := range list {
		out[i] = t.Post
	}
	return out, nil
}

// trendingLinks: https://docs.joinmastodon.org/methods/trends/#links
func (a *API) trendingLinks(c *call) ([]TrendsLink, error) {
	list, err := a.trends(c, skein.TrendLink, 10, 20)
	if err != nil {
		return nil, err
	}
	refs := make([]skein.ID, len(list))
	for i, t := range list {
		refs[i] = t.Ref
	}
	all, err := a.Social.Histories(c, c.who, skein.TrendLink, refs)
	if err != nil {
		return nil, err
	}
	out := make([]TrendsLink, len(list))
	for i, t := range list {
		out[i] = TrendsLink{PreviewCard: *previewCard(c.site, t.Card, c.who), History: histories(all[t.Ref])}
	}
	return out, nil
}

// linkTimeline: https://docs.joinmastodon.org/methods/timelines/#link
func (a *API) linkTimeline(c *call) (posts, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	link, err := c.text("url")
	if err != nil {
		return nil, err
	}
	if link == "" {
		return nil, missing("url")
	}
	list, err := a.Social.LinkTimeline(c, c.who, link, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return posts(list), nil
}
