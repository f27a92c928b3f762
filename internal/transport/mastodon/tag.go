package mastodon

import (
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// tag is a hashtag as clients know it. following is nil for visitors.
func tag(site *skein.Site, t skein.Tag, following *bool) Tag {
	name := t.Display
	if name == "" {
		name = t.Name
	}
	out := Tag{ID: tagID(t.Name), Name: name, URL: tagURL(site, t.Name), History: []History{}, Following: following}
	if following != nil {
		out.Featuring = new(bool)
	}
	return out
}

// tagID: tags have no number of their own; clients only want it to stay the same.
func tagID(name string) string { return skein.NameID(name).String() }

// named reads the hashtag of the path.
func (c *call) named() (skein.Tag, error) {
	name, display, ok := text.Hashtag(c.params[0])
	if !ok {
		return skein.Tag{}, skein.ErrNotFound
	}
	return skein.Tag{Name: name, Display: display}, nil
}

// tag: https://docs.joinmastodon.org/methods/tags/#get
func (a *API) tag(c *call) (*Tag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	var following *bool
	if !c.who.Visitor() {
		follows, err := a.Social.FollowsTags(c, c.who, []string{t.Name})
		if err != nil {
			return nil, err
		}
		is := follows[t.Name]
		following = &is
	}
	out := tag(c.site, t, following)
	if following != nil {
		if *out.Featuring, err = a.Social.FeaturesTag(c, c.who, t.Name); err != nil {
			return nil, err
		}
	}
	return &out, a.tagHistory(c, &out)
}

// followTag: https://docs.joinmastodon.org/methods/tags/#follow
func (a *API) followTag(c *call) (*Tag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	if err := a.Social.FollowTag(c, c.who, t.Name); err != nil {
		return nil, err
	}
	is := true
	out := tag(c.site, t, &is)
	return &out, a.tagHistory(c, &out)
}

// unfollowTag: https://docs.joinmastodon.org/methods/tags/#unfollow
func (a *API) unfollowTag(c *call) (*Tag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	if err := a.Social.UnfollowTag(c, c.who, t.Name); err != nil {
		return nil, err
	}
	is := false
	out := tag(c.site, t, &is)
	return &out, a.tagHistory(c, &out)
}

// followedTags: https://docs.joinmastodon.org/methods/followed_tags/#get
func (a *API) followedTags(c *call) ([]Tag, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.FollowedTags(c, c.who, page)
	if err != nil {
		return nil, err
	}
	out := []Tag{}
	is := true
	for _, t := range linkRows(c, byCursor, rows, page.Limit) {
		out = append(out, tag(c.site, t, &is))
	}
	return out, a.tagHistory(c, each(out)...)
}
