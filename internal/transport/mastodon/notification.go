package mastodon

import (
	"strings"

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
	f.Account, err = c.one("account_id")
	return f, len(types) > 0 && len(f.Kinds) == 0, err
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
		return nil, err
	}
	f, none, err := c.noteFilter()
	if err != nil || none {
		return nil, err
	}
	list, err := a.Social.Notifications(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	c.linkNotes(list, page.Limit)
	return list, nil
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
	n, err := a.Social.Notification(c, c.who, id)
	return note{n}, err
}

// unread: https://docs.joinmastodon.org/methods/notifications/#unread-count
func (a *API) unread(c *call) (map[string]int, error) {
	most, err := c.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	n, err := a.Social.UnreadNotifications(c, c.who, most)
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
	for _, id := range ids {
		if err := a.Social.DismissNotification(c, c.who, id); err != nil && skein.KindOf(err) != skein.NotFound {
			return empty{}, err
		}
	}
	return empty{}, nil
}

// groups gives notifications in the grouped shape, each in a group of its own, which Mastodon does too with those that it
// does not group. https://docs.joinmastodon.org/methods/grouped_notifications/#get-grouped
func (a *API) groups(c *call) (groups, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return groups{}, err
	}
	switch how, err := c.text("expand_accounts"); {
	case err != nil:
		return groups{}, err
	case how != "" && how != "full" && how != "partial_avatars":
		return groups{}, &answered{400, "expand_accounts must be full or partial_avatars."}
	}
	f, none, err := c.noteFilter()
	if err != nil || none {
		return groups{paged: true}, err
	}
	list, err := a.Social.Notifications(c, c.who, f, page)
	if err != nil {
		return groups{}, err
	}
	c.linkNotes(list, page.Limit)
	return groups{list, true}, nil
}

// groupID reads the key of a group, which is that of its one notification.
func (c *call) groupID() (skein.ID, error) {
	key, ok := strings.CutPrefix(c.params[0], ungrouped)
	if id, isID := skein.ParseID(key); ok && isID {
		return id, nil
	}
	return 0, skein.ErrNotFound
}

func (a *API) group(c *call) (groups, error) {
	id, err := c.groupID()
	if err != nil {
		return groups{}, err
	}
	n, err := a.Social.Notification(c, c.who, id)
	if err != nil {
		return groups{}, err
	}
	return groups{list: []*social.Note{n}}, nil
}

func (a *API) groupPeople(c *call) (people, error) {
	id, err := c.groupID()
	if err != nil {
		return nil, err
	}
	n, err := a.Social.Notification(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return people{n.Account}, nil
}

func (a *API) dismissGroup(c *call) (empty, error) {
	id, err := c.groupID()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DismissNotification(c, c.who, id)
}

// groups is a page of notifications in the grouped shape.
type groups struct {
	list  []*social.Note
	paged bool // the groups tell which notifications of the page are theirs
}

func (g groups) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	out := notificationGroups(site, g)
	b = append(b, `{"accounts":`...)
	b = t.appendAccounts(b, site, out.accounts)
	b = append(b, `,"statuses":`...)
	b = t.appendStatuses(b, site, out.posts, who)
	b = append(b, `,"notification_groups":`...)
	b = append(b, mustEncode(out.groups)...)
	return append(b, '}')
}

// grouped is what GroupedNotifications holds: each account and post once.
type grouped struct {
	accounts []*skein.Account
	posts    []*social.View
	groups   []NotificationGroup
}

func notificationGroups(site *skein.Site, g groups) grouped {
	out := grouped{groups: []NotificationGroup{}}
	known := map[skein.ID]bool{}
	for _, n := range g.list {
		id := n.Notification.ID.String()
		e := NotificationGroup{
			GroupKey: ungrouped + id, NotificationsCount: 1, Type: notificationName[n.Notification.Kind],
			MostRecentNotificationID: id, SampleAccountIDs: []string{n.Account.ID.String()},
		}
		if g.paged {
			e.PageMinID, e.PageMaxID, e.LatestPageNotificationAt = id, id, when(n.Notification.CreatedAt)
		}
		if !known[n.Account.ID] {
			known[n.Account.ID] = true
			out.accounts = append(out.accounts, n.Account)
		}
		if n.Post != nil {
			e.StatusID = n.Post.Post.ID.String()
			if !known[n.Post.Post.ID] {
				known[n.Post.Post.ID] = true
				out.posts = append(out.posts, n.Post)
			}
		}
		if n.Report != nil {
			e.Report = report(site, n.Report, n.Target)
		}
		if n.Collection != nil {
			e.Collection = collection(site, n.Collection)
		}
		out.groups = append(out.groups, e)
	}
	return out
}
