package mastodon

import (
	"slices"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Suggestion is somebody to follow, and why. https://docs.joinmastodon.org/entities/Suggestion/
type Suggestion struct {
	Source  string   `json:"source"`
	Sources []string `json:"sources"`
	Account *Account `json:"account"`
}

func suggestion(site *skein.Site, s social.Suggestion) Suggestion {
	out := Suggestion{Source: "global", Account: account(site, s.Account)}
	for _, source := range s.Sources {
		out.Sources = append(out.Sources, string(source))
	}
	switch { // the old word knows three
	case slices.Contains(s.Sources, social.SuggestFeatured):
		out.Source = "staff"
	case slices.Contains(s.Sources, social.SuggestFriendly), slices.Contains(s.Sources, social.SuggestSimilar):
		out.Source = "past_interactions"
	}
	return out
}

func (a *API) suggested(c *call) ([]social.Suggestion, error) {
	offset, limit, err := c.offsetAndLimit(40, 80)
	if err != nil {
		return nil, err
	}
	return a.Social.Suggestions(c, c.who, offset, limit)
}

// suggestions: https://docs.joinmastodon.org/methods/suggestions/#v2
func (a *API) suggestions(c *call) ([]Suggestion, error) {
	list, err := a.suggested(c)
	out := make([]Suggestion, len(list))
	for i, s := range list {
		out[i] = suggestion(c.site, s)
	}
	return out, err
}

// suggestionsV1: https://docs.joinmastodon.org/methods/suggestions/#v1
func (a *API) suggestionsV1(c *call) (people, error) {
	list, err := a.suggested(c)
	var out people
	for _, s := range list {
		out = append(out, s.Account)
	}
	return out, err
}

// dismissSuggestion: https://docs.joinmastodon.org/methods/suggestions/#remove
func (a *API) dismissSuggestion(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DismissSuggestion(c, c.who, id)
}

// directory: https://docs.joinmastodon.org/methods/directory/#get
func (a *API) directory(c *call) (people, error) {
	if c.site.Extra.NoDirectory {
		return nil, errNotFound
	}
	offset, limit, err := c.offsetAndLimit(40, 80)
	if err != nil {
		return nil, err
	}
	order, err := c.text("order")
	if err != nil {
		return nil, err
	}
	local, err := c.flag("local")
	if err != nil {
		return nil, err
	}
	return a.Social.Directory(c, c.who, local, order == "new", offset, limit)
}

// endorsedBy: https://docs.joinmastodon.org/methods/accounts/#endorsements
func (a *API) endorsedBy(c *call) (people, error) {
	id, page, err := c.pageOf(40, 80)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.EndorsedBy(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// DomainBlockPreview is what the block of a peer would end.
type DomainBlockPreview struct {
	Following int `json:"following_count"`
	Followers int `json:"followers_count"`
}

func (a *API) previewDomainBlock(c *call) (*DomainBlockPreview, error) {
	domain, err := c.text("domain")
	if err != nil {
		return nil, err
	}
	if domain == "" {
		return nil, missing("domain")
	}
	following, followers, err := a.Social.DomainTies(c, c.who, domain)
	if err != nil {
		return nil, err
	}
	return &DomainBlockPreview{following, followers}, nil
}
