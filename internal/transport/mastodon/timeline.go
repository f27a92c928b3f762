package mastodon

import (
	"context"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// home: https://docs.joinmastodon.org/methods/timelines/#home
func (a *API) home(c *call) (posts, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Home(c, c.who, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}

// public: https://docs.joinmastodon.org/methods/timelines/#public
func (a *API) public(c *call) (posts, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	var f social.PublicFilter
	if err := c.flags(map[string]*bool{"local": &f.Local, "remote": &f.Remote, "only_media": &f.OnlyMedia}); err != nil {
		return nil, err
	}
	f.Reads = c.reads()
	list, err := a.Social.Public(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}

// reads are the languages that the reader wants to see in feeds; none: all.
func (c *call) reads() []string {
	if c.grant == nil || c.grant.User == nil {
		return nil
	}
	return c.grant.User.Prefs.Reads
}

// maxTags is how many hashtags a timeline may be asked for in each list.
const maxTags = 16

// tagTimeline: https://docs.joinmastodon.org/methods/timelines/#tag
func (a *API) tagTimeline(c *call) (posts, error) {
	page, err := c.page(20, 40)
	if err != nil {
		return nil, err
	}
	name, _, ok := text.Hashtag(c.params[0])
	if !ok {
		return nil, nil // a tag that nobody can use has no posts
	}
	f := social.TagFilter{Tag: name}
	if err := c.flags(map[string]*bool{"local": &f.Local, "remote": &f.Remote, "only_media": &f.OnlyMedia}); err != nil {
		return nil, err
	}
	for param, into := range map[string]*[]string{"any": &f.Any, "all": &f.All, "none": &f.None} {
		names, err := c.list(param, maxTags)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if n, _, ok := text.Hashtag(n); ok {
				*into = append(*into, n)
			}
		}
	}
	list, err := a.Social.Tag(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}

// kept makes a handler of a list of posts that the reader keeps: likes, bookmarks.
func kept(f func(s *social.Service, ctx context.Context, who skein.Viewer, p social.Page) ([]social.Row[*social.View], error)) func(*API, *call) error {
	return reply(func(a *API, c *call) (posts, error) {
		page, err := c.page(20, 40)
		if err != nil {
			return nil, err
		}
		rows, err := f(a.Social, c, c.who, page)
		if err != nil {
			return nil, err
		}
		return linkRows(c, filtered, rows, page.Limit), nil
	})
}
