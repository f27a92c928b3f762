package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/skein"
)

// allTags: https://docs.joinmastodon.org/methods/admin/tags/
func (a *API) allTags(c *call) ([]AdminTag, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.AllTags(c, c.who, page)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, skein.NameID(list[0].Tag.Name), skein.NameID(list[len(list)-1].Tag.Name))
	}
	return a.adminTags(c, list)
}

func (a *API) oneAdminTag(c *call, t *social.ReviewedTag) (*AdminTag, error) {
	out, err := a.adminTags(c, []*social.ReviewedTag{t})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

func (a *API) adminTag(c *call) (*AdminTag, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	t, err := a.Social.TagForReview(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return a.oneAdminTag(c, t)
}

func (a *API) changeTag(c *call) (*AdminTag, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[struct {
		Display   *string `form:"display_name"`
		Listable  *bool   `form:"listable"`
		Trendable *bool   `form:"trendable"`
		Usable    *bool   `form:"usable"`
	}](c)
	if err != nil {
		return nil, err
	}
	t, err := a.Social.ReviewTag(c, c.who, id, social.TagReview{Display: in.Display, Listable: in.Listable, Trendable: in.Trendable, Usable: in.Usable})
	if err != nil {
		return nil, err
	}
	return a.oneAdminTag(c, t)
}
