package mastodon

import (
	"strings"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// AdminTag is a hashtag for those who decide what may be talked about. https://docs.joinmastodon.org/entities/Tag/#admin
type AdminTag struct {
	Tag
	Trendable      bool `json:"trendable"`
	Usable         bool `json:"usable"`
	RequiresReview bool `json:"requires_review"`
	Listable       bool `json:"listable"`
}

// AdminLink is a page that is talked about, with what was decided.
type AdminLink struct {
	ID string `json:"id"`
	TrendsLink
	RequiresReview bool `json:"requires_review"`
}

// AdminPublisher is a host whose pages are talked about.
type AdminPublisher struct {
	ID             string `json:"id"`
	Domain         string `json:"domain"`
	Trendable      *bool  `json:"trendable"` // null: nobody decided
	RequiresReview bool   `json:"requires_review"`
}

// reviewed is Admin::Status[]: posts that are talked about, with what was decided.
type reviewed []*social.Trending

func (l reviewed) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(b, '[')
	for i, x := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = reviewedPost{x}.draw(b, t, site, who)
	}
	return append(b, ']')
}

type reviewedPost struct{ *social.Trending }

func (p reviewedPost) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = t.appendStatus(b, site, p.Post, who)
	b = append(b[:len(b)-1], `,"requires_review":`...)
	if p.Pending {
		return append(b, "true}"...)
	}
	return append(b, "false}"...)
}

// underReview reads a page of what is talked about, also what waits for moderators.
func (a *API) underReview(c *call, kind skein.TrendKind, usual, most int) ([]*social.Trending, error) {
	return trendPage(c, kind, usual, most, a.Social.TrendsForReview)
}

// adminTags renders hashtags, with one query for all that hangs on them.
func (a *API) adminTags(c *call, list []*social.ReviewedTag) ([]AdminTag, error) {
	out := make([]AdminTag, len(list))
	names, tags := make([]skein.Tag, len(list)), make([]*Tag, len(list))
	for i, t := range list {
		out[i] = AdminTag{Tag: tag(c.site, t.Tag), Trendable: t.Allowed, Usable: !t.Unusable, RequiresReview: t.Pending, Listable: !t.Unlisted}
		names[i], tags[i] = t.Tag, &out[i].Tag
	}
	return out, a.fillTags(c, names, tags)
}

// talkedAbout renders hashtags that trend.
func (a *API) talkedAbout(c *call, list []*social.Trending) ([]AdminTag, error) {
	tags, err := a.Social.ReviewedTags(c, c.who, list)
	if err != nil {
		return nil, err
	}
	return a.adminTags(c, tags)
}

func (a *API) adminLinks(c *call, list []*social.Trending) ([]AdminLink, error) {
	refs := make([]skein.ID, len(list))
	for i, t := range list {
		refs[i] = t.Ref
	}
	all, err := a.Social.Histories(c, c.who, skein.TrendLink, refs)
	if err != nil {
		return nil, err
	}
	out := make([]AdminLink, len(list))
	for i, t := range list {
		out[i] = AdminLink{ID: t.Ref.String(), RequiresReview: t.Pending,
			TrendsLink: TrendsLink{PreviewCard: *previewCard(c.site, t.Card, c.who), History: histories(all[t.Ref])}}
	}
	return out, nil
}

func adminPublisher(p social.Publisher) AdminPublisher {
	out := AdminPublisher{ID: p.ID.String(), Domain: p.Host, RequiresReview: p.Pending}
	if !p.Pending {
		out.Trendable = &p.Allowed
	}
	return out
}

// tagsUnderReview: https://docs.joinmastodon.org/methods/admin/trends/#tags
func (a *API) tagsUnderReview(c *call) ([]AdminTag, error) {
	list, err := a.underReview(c, skein.TrendTag, 10, 20)
	if err != nil {
		return nil, err
	}
	return a.talkedAbout(c, list)
}

// postsUnderReview: https://docs.joinmastodon.org/methods/admin/trends/#statuses
func (a *API) postsUnderReview(c *call) (reviewed, error) {
	return a.underReview(c, skein.TrendPost, 20, 40)
}

// linksUnderReview: https://docs.joinmastodon.org/methods/admin/trends/#links
func (a *API) linksUnderReview(c *call) ([]AdminLink, error) {
	list, err := a.underReview(c, skein.TrendLink, 10, 20)
	if err != nil {
		return nil, err
	}
	return a.adminLinks(c, list)
}

func (a *API) publishersUnderReview(c *call) ([]AdminPublisher, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.PublishersForReview(c, c.who, page)
	if err != nil {
		return nil, err
	}
	out := make([]AdminPublisher, len(list))
	for i, p := range list {
		out[i] = adminPublisher(p)
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, list[0].ID, list[len(list)-1].ID)
	}
	return out, nil
}

// review decides about what the path names; whether yes or no, its last word tells.
func (a *API) review(c *call, kind skein.TrendKind) (*social.Trending, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	// Looked at first: what the moderator may not see, nobody decides about.
	t, err := a.Social.TrendForReview(c, c.who, kind, id)
	if err != nil {
		return nil, err
	}
	yes := c.approves()
	if err := a.Social.ReviewTrend(c, c.who, kind, id, yes); err != nil {
		return nil, err
	}
	t.Allowed, t.Pending = yes, false
	return t, nil
}

func (c *call) approves() bool { return strings.HasSuffix(c.route.Path, "/approve") }

func (a *API) reviewTag(c *call) (*AdminTag, error) {
	t, err := a.review(c, skein.TrendTag)
	if err != nil {
		return nil, err
	}
	out, err := a.talkedAbout(c, []*social.Trending{t})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

func (a *API) reviewPost(c *call) (p reviewedPost, err error) {
	p.Trending, err = a.review(c, skein.TrendPost)
	return p, err
}

func (a *API) reviewLink(c *call) (*AdminLink, error) {
	t, err := a.review(c, skein.TrendLink)
	if err != nil {
		return nil, err
	}
	out, err := a.adminLinks(c, []*social.Trending{t})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

func (a *API) reviewPublisher(c *call) (*AdminPublisher, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Publishers(c, c.who)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if p.ID != id {
			continue
		}
		p.Allowed, p.Pending = c.approves(), false
		if err := a.Social.ReviewTrend(c, c.who, skein.TrendPublisher, id, p.Allowed); err != nil {
			return nil, err
		}
		out := adminPublisher(p)
		return &out, nil
	}
	return nil, skein.ErrNotFound
}
