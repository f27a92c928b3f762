package mastodon

import (
	"context"

	"skein/internal/core/site"
	"skein/internal/skein"
)

// Announcement is what those who run the site tell its people. https://docs.joinmastodon.org/entities/Announcement/
type Announcement struct {
	ID          string                 `json:"id"`
	Content     string                 `json:"content"`
	StartsAt    *stamp                 `json:"starts_at"`
	EndsAt      *stamp                 `json:"ends_at"`
	AllDay      bool                   `json:"all_day"`
	PublishedAt *stamp                 `json:"published_at"`
	UpdatedAt   *stamp                 `json:"updated_at"`
	Read        bool                   `json:"read"`
	Mentions    []Mention              `json:"mentions"`
	Statuses    []AnnouncedStatus      `json:"statuses"`
	Tags        []ShallowTag           `json:"tags"`
	Emojis      []CustomEmoji          `json:"emojis"`
	Reactions   []AnnouncementReaction `json:"reactions"`
}

// AnnouncedStatus is a post that an announcement links to.
type AnnouncedStatus struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// AnnouncementReaction is an emoji at an announcement. https://docs.joinmastodon.org/entities/Reaction/
type AnnouncementReaction struct {
	Name           string `json:"name"`
	Count          int    `json:"count"`
	Me             *bool  `json:"me,omitempty"`
	URL            string `json:"url,omitempty"`
	StaticURL      string `json:"static_url,omitempty"`
	AnnouncementID string `json:"announcement_id,omitempty"` // only in live events
}

// announced renders announcements; of the posts that they link to only those that the reader may see are named.
func (a *API) announced(ctx context.Context, s *skein.Site, who skein.Viewer, list []*skein.Announcement) ([]Announcement, error) {
	var ids []skein.ID
	for _, one := range list {
		ids = append(ids, one.Posts...)
	}
	posts := map[skein.ID]string{}
	if len(ids) > 0 {
		views, err := a.Social.Shown(ctx, who, ids)
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			posts[v.Post.ID] = v.Post.URL
		}
	}
	out := make([]Announcement, len(list))
	for i, one := range list {
		o := Announcement{
			ID: one.ID.String(), Content: one.HTML, StartsAt: when(one.StartsAt), EndsAt: when(one.EndsAt), AllDay: one.AllDay,
			PublishedAt: when(one.PublishedAt), UpdatedAt: when(one.UpdatedAt), Read: one.Read,
			Mentions: []Mention{}, Statuses: []AnnouncedStatus{}, Tags: []ShallowTag{}, Emojis: emojis(s, "", one.Emojis),
			Reactions: []AnnouncementReaction{},
		}
		for _, m := range one.Mentions {
			o.Mentions = append(o.Mentions, Mention{ID: m.Account.String(), Username: m.Username, URL: m.URL, Acct: m.Acct()})
		}
		for _, id := range one.Posts {
			if link, ok := posts[id]; ok {
				o.Statuses = append(o.Statuses, AnnouncedStatus{id.String(), link})
			}
		}
		for _, t := range one.Tags {
			o.Tags = append(o.Tags, ShallowTag{Name: t.Name, URL: tagURL(s, t.Name)})
		}
		for _, r := range one.Reactions {
			o.Reactions = append(o.Reactions, AnnouncementReaction{Name: r.Name, Count: r.Count, Me: &r.Mine, URL: r.URL, StaticURL: r.StaticURL})
		}
		out[i] = o
	}
	return out, nil
}

// announcements: https://docs.joinmastodon.org/methods/announcements/#get
func (a *API) announcements(c *call) ([]Announcement, error) {
	list, err := a.Sites.Announcements(c, c.who)
	if err != nil {
		return nil, err
	}
	return a.announced(c, c.site, c.who, list)
}

// dismissAnnouncement: https://docs.joinmastodon.org/methods/announcements/#dismiss
func (a *API) dismissAnnouncement(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Sites.DismissAnnouncement(c, c.who, id)
}

// reactAnnouncement: https://docs.joinmastodon.org/methods/announcements/#put-reactions
func (a *API) reactAnnouncement(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Sites.ReactAnnouncement(c, c.who, id, c.params[1])
}

// unreactAnnouncement: https://docs.joinmastodon.org/methods/announcements/#delete-reactions
func (a *API) unreactAnnouncement(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Sites.UnreactAnnouncement(c, c.who, id, c.params[1])
}

// news passes on what happened to an announcement, to user streams (mastodon-api.md 10).
func (l *listener) news(ctx context.Context, n site.News, to []feed) error {
	var event string
	var payload []byte
	err := l.api.helpers.do(func() (err error) {
		event, payload, err = l.drawNews(ctx, n)
		return err
	})
	if err != nil || event == "" {
		return err
	}
	for _, f := range to {
		l.busy = true
		if err := l.wire.write(ctx, frame{feed: f, event: event, payload: payload}); err != nil {
			return err
		}
	}
	return nil
}

func (l *listener) drawNews(ctx context.Context, n site.News) (event string, payload []byte, err error) {
	switch n.Kind {
	case site.NewsGone:
		return "announcement.delete", []byte(n.Announcement.String()), nil
	case site.NewsReaction:
		r := n.Reaction
		return "announcement.reaction", mustEncode(AnnouncementReaction{Name: r.Name, Count: r.Count, URL: r.URL,
			StaticURL: r.StaticURL, AnnouncementID: n.Announcement.String()}), nil
	}
	one, err := l.api.Sites.Announcement(ctx, l.who, n.Announcement)
	if err != nil {
		return "", nil, unseen(err)
	}
	list, err := l.api.announced(ctx, l.site, l.who, []*skein.Announcement{one})
	if err != nil {
		return "", nil, err
	}
	return "announcement", mustEncode(list[0]), nil
}
