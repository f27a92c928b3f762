package mastodon

import (
	"slices"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// noteFilter reads types, exclude_types and account_id. none tells that nothing can be wanted.
func (c *call) noteFilter() (f social.NoteFilter, none bool, err error) {
	types, err := c.list("types", 64)
	if err != nil {
		return f, false, err
	}
	for _, name := range types {
		if k, ok := notificationOf[name]; ok {
			f.Kinds = append(f.Kinds, withReactions(k)...)
		}
	}
	not, err := c.list("exclude_types", 64)
	if err != nil {
		return f, false, err
	}
	for _, name := range not {
		if k, ok := notificationOf[name]; ok {
			f.Not = append(f.Not, withReactions(k)...)
		}
	}
	if f.Held, err = c.flag("include_filtered"); err != nil {
		return f, false, err
	}
	f.Account, err = c.one("account_id")
	return f, len(types) > 0 && len(f.Kinds) == 0, err
}

// noteFilterV1 is noteFilter for notifications one by one, of which a review of the year is none (mastodon-api.md 4.12) unless
// the client names it.
func (c *call) noteFilterV1() (f social.NoteFilter, none bool, err error) {
	f, none, err = c.noteFilter()
	if !slices.Contains(f.Kinds, skein.NotifyAnnual) {
		f.Not = append(f.Not, skein.NotifyAnnual)
	}
	return f, none, err
}

// supported reads which types the client can show; nil: it does not say.
func (c *call) supported() (map[string]bool, error) {
	names, err := c.list("supported_types", 64)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	return known, nil
}

// withReactions adds reactions with an emoji to likes, which they are called to clients, as Mastodon calls those of Misskey.
func withReactions(k skein.NotificationKind) []skein.NotificationKind {
	if k == skein.NotifyLike {
		return []skein.NotificationKind{k, skein.NotifyReaction}
	}
	return []skein.NotificationKind{k}
}

// notifications: https://docs.joinmastodon.org/methods/notifications/#get
func (a *API) notifications(c *call) (notes, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return notes{}, err
	}
	known, err := c.supported()
	if err != nil {
		return notes{}, err
	}
	f, none, err := c.noteFilterV1()
	if err != nil || none {
		return notes{}, err
	}
	list, err := a.Social.Notifications(c, c.who, f, page)
	if err != nil {
		return notes{}, err
	}
	c.linkNotes(list, page.Limit)
	return notes{list, known}, nil
}

func (c *call) linkNotes(list []*social.Note, limit int) {
	if len(list) > 0 {
		c.link(byID, len(list), limit, list[0].Notification.ID, list[len(list)-1].Notification.ID)
	}
}

// notification: https://docs.joinmastodon.org/methods/notifications/#get-one
func (a *API) notification(c *call) (note, error) {
	id, err := c.id()
	if err != nil {
		return note{}, err
	}
	known, err := c.supported()
	if err != nil {
		return note{}, err
	}
	n, err := a.Social.Notification(c, c.who, id)
	return note{n, known}, err
}

// unread: https://docs.joinmastodon.org/methods/notifications/#unread-count
func (a *API) unread(c *call) (map[string]int, error) {
	most, err := c.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	f, none, err := c.noteFilterV1()
	if err != nil || none {
		return map[string]int{"count": 0}, err
	}
	n, err := a.Social.UnreadNotifications(c, c.who, f, most)
	return map[string]int{"count": n}, err
}

// clearNotifications: https://docs.joinmastodon.org/methods/notifications/#clear
func (a *API) clearNotifications(c *call) (empty, error) {
	return empty{}, a.Social.ClearNotifications(c, c.who)
}

// dismiss: https://docs.joinmastodon.org/methods/notifications/#dismiss
func (a *API) dismiss(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DismissNotification(c, c.who, id)
}

func (a *API) dismissSeveral(c *call) (empty, error) {
	ids, err := c.ids("ids", 80)
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DismissNotifications(c, c.who, ids)
}
