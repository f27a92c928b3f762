package mastodon

import (
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// tag is a hashtag as clients know it; what somebody has to do with it is filled in by tags.
func tag(site *skein.Site, t skein.Tag) Tag {
	name := t.Display
	if name == "" {
		name = t.Name
	}
	return Tag{ID: tagID(t.Name), Name: name, URL: tagURL(site, t.Name), History: []History{}}
}

// tags is a page of hashtags, each as the site spells it, with its history, and with what the viewer has to do with it: one query
// for each of that.
func (a *API) tags(c *call, list []skein.Tag) ([]Tag, error) {
	out := make([]Tag, len(list))
	for i, t := range list {
		out[i] = tag(c.site, t)
	}
	return out, a.fillTags(c, list, each(out))
}

// fillTags fills in what hangs on hashtags.
func (a *API) fillTags(c *call, list []skein.Tag, out []*Tag) error {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.Name
	}
	marks, err := a.Social.TagMarks(c, c.who, names)
	if err != nil {
		return err
	}
	for i, t := range list {
		m := marks[t.Name]
		if m.Display != "" { // not as the question was typed, and everywhere the same: mastodon-api.md 13
			out[i].Name = m.Display
		}
		if !c.who.Visitor() {
			out[i].Following, out[i].Featuring = &m.Follows, &m.Features
		}
	}
	return a.tagHistory(c, out...)
}

// oneTag is tags for one.
func (a *API) oneTag(c *call, t skein.Tag) (*Tag, error) {
	out, err := a.tags(c, []skein.Tag{t})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
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
	return a.oneTag(c, t)
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
	return a.oneTag(c, t)
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
	return a.oneTag(c, t)
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
	return a.tags(c, linkRows(c, byCursor, rows, page.Limit))
}
