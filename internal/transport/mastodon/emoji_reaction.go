package mastodon

import (
	"context"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// EmojiReaction is an emoji that people reacted to a post with. Pleroma's family calls them emoji_reactions, glitch-soc
// reactions: a Status has both names, of the same list, when there are any (docs/decisions/0011).
type EmojiReaction struct {
	Name      string     `json:"name"` // Unicode, or a code; of a peer's emoji with @ and its host
	Count     int        `json:"count"`
	Me        bool       `json:"me"`
	URL       string     `json:"url,omitempty"`
	StaticURL string     `json:"static_url,omitempty"`
	Accounts  []*Account `json:"accounts,omitempty"` // only where they are asked for
}

// emojiReactions are the reactions to a post as the reader sees them; nil: none.
func emojiReactions(site *skein.Site, v *social.View) []EmojiReaction {
	if len(v.Post.Extra.Reactions) == 0 {
		return nil
	}
	out := make([]EmojiReaction, len(v.Post.Extra.Reactions))
	for i, r := range v.Post.Extra.Reactions {
		out[i] = EmojiReaction{Name: r.Emoji, Count: r.Count}
		if r.URL != "" {
			out[i].URL, out[i].StaticURL = site.Mirror(skein.MirrorPicture, "", r.URL), site.MirrorStill("", r.URL)
		}
		for _, own := range v.Marks.Reactions {
			out[i].Me = out[i].Me || own == r.Emoji
		}
	}
	return out
}

// reactEmoji: https://docs.pleroma.social/backend/development/API/pleroma_api/#put-apiv1pleromastatusesidreactionsemoji
func (a *API) reactEmoji(c *call) (post, error) { return a.withEmoji(c, a.Social.ReactEmoji) }

func (a *API) unreactEmoji(c *call) (post, error) { return a.withEmoji(c, a.Social.UnreactEmoji) }

func (a *API) withEmoji(c *call, do func(ctx context.Context, who skein.Viewer, id skein.ID, emoji string) (*social.View, error)) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	v, err := do(c, c.who, id, c.params[1])
	return post{v}, err
}

// reactors: the same, GET.
func (a *API) reactors(c *call) ([]EmojiReaction, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	v, by, err := a.Social.Reactors(c, c.who, id)
	if err != nil {
		return nil, err
	}
	list := []EmojiReaction{}
	for _, r := range emojiReactions(c.site, v) {
		if len(c.params) > 1 && r.Name != c.params[1] {
			continue
		}
		r.Accounts = accounts(c.site, by[r.Name])
		list = append(list, r)
	}
	return list, nil
}

func accounts(site *skein.Site, list []*skein.Account) []*Account {
	out := make([]*Account, len(list))
	for i, a := range list {
		out[i] = account(site, a)
	}
	return out
}
