package mastodon

import (
	"net/url"
	"strconv"
	"time"

	"skein/internal/skein"
)

// featuredTag leads to the profile page, with the posts that have the hashtag.
func featuredTag(site *skein.Site, of *skein.Account, f *skein.FeaturedTag) FeaturedTag {
	out := FeaturedTag{ID: f.ID.String(), Name: f.Tag.Display, StatusesCount: strconv.Itoa(f.Uses),
		URL: site.URL("/@" + of.Acct() + "/tagged/" + url.PathEscape(f.Tag.Name))}
	if f.Last != 0 {
		out.LastStatusAt = dayOf(f.Last.Time().Truncate(24 * time.Hour))
	}
	return out
}

func (a *API) featuredTagsOf(c *call, account skein.ID) ([]FeaturedTag, error) {
	of, err := a.Social.Account(c, c.who, account)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.FeaturedTags(c, c.who, account)
	if err != nil {
		return nil, err
	}
	out := make([]FeaturedTag, len(list))
	for i, f := range list {
		out[i] = featuredTag(c.site, of, f)
	}
	return out, nil
}

// accountTags: https://docs.joinmastodon.org/methods/accounts/#featured_tags
func (a *API) accountTags(c *call) ([]FeaturedTag, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return a.featuredTagsOf(c, id)
}

// featuredTags: https://docs.joinmastodon.org/methods/featured_tags/#get
func (a *API) featuredTags(c *call) ([]FeaturedTag, error) {
	return a.featuredTagsOf(c, c.who.Account)
}

// featureTag: https://docs.joinmastodon.org/methods/featured_tags/#feature
func (a *API) featureTag(c *call) (*FeaturedTag, error) {
	name, err := c.text("name")
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, missing("name")
	}
	f, err := a.Social.FeatureTag(c, c.who, name)
	if err != nil {
		return nil, err
	}
	of, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	out := featuredTag(c.site, of, f)
	return &out, nil
}

// unfeatureTag: https://docs.joinmastodon.org/methods/featured_tags/#unfeature
func (a *API) unfeatureTag(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.UnfeatureTagByID(c, c.who, id)
}

// suggestedTags: https://docs.joinmastodon.org/methods/featured_tags/#suggestions
func (a *API) suggestedTags(c *call) ([]Tag, error) {
	list, err := a.Social.SuggestedTags(c, c.who)
	if err != nil {
		return nil, err
	}
	return a.tags(c, list)
}

// featureNamed: https://docs.joinmastodon.org/methods/tags/#feature
func (a *API) featureNamed(c *call) (*Tag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	if _, err := a.Social.FeatureTag(c, c.who, t.Display); err != nil {
		return nil, err
	}
	return a.tag(c)
}

// unfeatureNamed: https://docs.joinmastodon.org/methods/tags/#unfeature
func (a *API) unfeatureNamed(c *call) (*Tag, error) {
	t, err := c.named()
	if err != nil {
		return nil, err
	}
	if err := a.Social.UnfeatureTag(c, c.who, t.Name); err != nil {
		return nil, err
	}
	return a.tag(c)
}
