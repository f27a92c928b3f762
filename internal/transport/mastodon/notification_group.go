package mastodon

import (
	"slices"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// groupedTypes reads which types the client wants grouped; nil: all that can be.
func (c *call) groupedTypes() ([]skein.NotificationKind, error) {
	names, err := c.list("grouped_types", 64)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	list := []skein.NotificationKind{}
	for _, name := range names {
		if k, ok := notificationOf[name]; ok && slices.Contains(skein.Grouped, k) && !slices.Contains(list, k) {
			list = append(list, withReactions(k)...)
		}
	}
	return list, nil
}

// groupForm reads how the groups of an answer are to be shown.
func (c *call) groupForm() (g groups, err error) {
	switch how, err := c.text("expand_accounts"); {
	case err != nil:
		return g, err
	case how != "" && how != "full" && how != "partial_avatars":
		return g, &answered{400, "expand_accounts must be full or partial_avatars."}
	default:
		g.partial = how == "partial_avatars"
	}
	g.known, err = c.supported()
	return g, err
}

// groups: https://docs.joinmastodon.org/methods/grouped_notifications/#get-grouped
func (a *API) groups(c *call) (groups, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return groups{}, err
	}
	out, err := c.groupForm()
	if err != nil {
		return groups{}, err
	}
	out.paged = true
	grouped, err := c.groupedTypes()
	if err != nil {
		return groups{}, err
	}
	f, none, err := c.noteFilter()
	if err != nil || none {
		return out, err
	}
	if out.list, err = a.Social.NoteGroups(c, c.who, f, grouped, page); err != nil {
		return groups{}, err
	}
	if n := len(out.list); n > 0 {
		c.link(byID, n, page.Limit, out.list[0].Cursor, out.list[n-1].Cursor)
	}
	return out, nil
}

// unreadGroups: https://docs.joinmastodon.org/methods/grouped_notifications/#unread-group-count
func (a *API) unreadGroups(c *call) (map[string]int, error) {
	most, err := c.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	grouped, err := c.groupedTypes()
	if err != nil {
		return nil, err
	}
	f, none, err := c.noteFilter()
	if err != nil || none {
		return map[string]int{"count": 0}, err
	}
	n, err := a.Social.UnreadGroups(c, c.who, f, grouped, most)
	return map[string]int{"count": n}, err
}

// group: https://docs.joinmastodon.org/methods/grouped_notifications/#get-notification-group
func (a *API) group(c *call) (groups, error) {
	out, err := c.groupForm()
	if err != nil {
		return groups{}, err
	}
	g, err := a.Social.NoteGroup(c, c.who, c.params[0])
	if err != nil {
		return groups{}, err
	}
	out.list = []*social.NoteGroup{g}
	return out, nil
}

// groupPeople: https://docs.joinmastodon.org/methods/grouped_notifications/#get-group-accounts
func (a *API) groupPeople(c *call) (people, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return nil, err
	}
	rows, err := a.Social.GroupPeople(c, c.who, c.params[0], page)
	if err != nil {
		return nil, err
	}
	return linkRows(c, byCursor, rows, page.Limit), nil
}

// dismissGroup: https://docs.joinmastodon.org/methods/grouped_notifications/#dismiss-group
func (a *API) dismissGroup(c *call) (empty, error) {
	return empty{}, a.Social.DismissGroup(c, c.who, c.params[0])
}

// groups is a page of notifications in the grouped shape.
type groups struct {
	list    []*social.NoteGroup
	paged   bool            // the groups tell which notifications of the page are theirs
	partial bool            // of each group one account is whole, the others are their pictures
	known   map[string]bool // types that the client can show; nil: it did not say
}

func (g groups) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	out := notificationGroups(site, g)
	b = append(b, `{"accounts":`...)
	b = t.appendAccounts(b, site, out.accounts)
	if g.partial {
		b = append(b, `,"partial_accounts":`...)
		b = append(b, mustEncode(out.partial)...)
	}
	b = append(b, `,"statuses":`...)
	b = t.appendStatuses(b, site, out.posts, who)
	b = append(b, `,"notification_groups":`...)
	b = append(b, mustEncode(out.groups)...)
	return append(b, '}')
}

// grouped is what GroupedNotificationsResults holds: each account and post once.
type grouped struct {
	accounts []*skein.Account
	partial  []PartialAccount
	posts    []*social.View
	groups   []NotificationGroup
}

func notificationGroups(site *skein.Site, g groups) grouped {
	out := grouped{groups: []NotificationGroup{}, partial: []PartialAccount{}}
	known := map[skein.ID]bool{}
	whole := func(a *skein.Account) {
		if !known[a.ID] {
			known[a.ID] = true
			out.accounts = append(out.accounts, a)
		}
	}
	for _, group := range g.list { // first those that are whole: they are not to be among the others too
		whole(group.Newest.Account)
	}
	for _, group := range g.list {
		n := group.Newest
		e := NotificationGroup{
			GroupKey: group.Key, NotificationsCount: group.Count, Type: notificationName[n.Notification.Kind],
			MostRecentNotificationID: group.Top.String(), SampleAccountIDs: []string{},
		}
		if g.paged {
			e.PageMinID, e.PageMaxID, e.LatestPageNotificationAt = group.Low.String(), group.Top.String(), when(n.Notification.CreatedAt)
		}
		for _, a := range group.Sample {
			e.SampleAccountIDs = append(e.SampleAccountIDs, a.ID.String())
			switch {
			case known[a.ID]:
			case g.partial:
				known[a.ID] = true
				out.partial = append(out.partial, partialAccount(site, a))
			default:
				whole(a)
			}
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
		e.Event, e.Warning = severance(n.Severance), warning(site, n.Strike, n.Account)
		if n.Notification.Kind == skein.NotifyAnnual {
			e.Annual = &AnnualEvent{int(n.Notification.About)}
		}
		e.Fallback = fallback(n, g.known)
		out.groups = append(out.groups, e)
	}
	return out
}

// PartialAccount is as much of an account as a row of pictures needs.
// https://docs.joinmastodon.org/methods/grouped_notifications/#PartialAccountWithAvatar
type PartialAccount struct {
	ID           string `json:"id"`
	Acct         string `json:"acct"`
	URL          string `json:"url"`
	Avatar       string `json:"avatar"`
	AvatarStatic string `json:"avatar_static"`
	Description  string `json:"avatar_description"`
	Locked       bool   `json:"locked"`
	Bot          bool   `json:"bot"`
}

func partialAccount(site *skein.Site, a *skein.Account) PartialAccount {
	e := account(site, a)
	return PartialAccount{ID: e.ID, Acct: e.Acct, URL: e.URL, Avatar: e.Avatar, AvatarStatic: e.AvatarStatic,
		Description: e.AvatarDescription, Locked: e.Locked, Bot: e.Bot}
}

// SeveranceEvent is a decision that ended follows. https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent/
type SeveranceEvent struct {
	ID             string `json:"id"`
	Type           string `json:"type"`
	Purged         bool   `json:"purged"`
	TargetName     string `json:"target_name"`
	FollowersCount int    `json:"followers_count"`
	FollowingCount int    `json:"following_count"`
	CreatedAt      stamp  `json:"created_at"`
}

func severance(s *skein.Severance) *SeveranceEvent {
	if s == nil {
		return nil
	}
	return &SeveranceEvent{ID: s.ID.String(), Type: s.Kind, Purged: s.Purged, TargetName: s.Target,
		FollowersCount: s.Followers, FollowingCount: s.Following, CreatedAt: stamp(s.CreatedAt)}
}
