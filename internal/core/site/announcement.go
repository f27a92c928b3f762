package site

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// News is the data of a live event on TopicNews: IDs and counts. Who hears it loads what it may see.
type News struct {
	Announcement skein.ID
	Kind         NewsKind
	Reaction     skein.AnnouncementReaction
}

// NewsKind is what happened to an announcement.
type NewsKind string

// The kinds of news.
const (
	NewsPublished NewsKind = "published"
	NewsReaction  NewsKind = "reaction"
	NewsGone      NewsKind = "gone" // removed, or over
)

// TopicNews is what a site announces to its people. The data of an event is a News.
func TopicNews(site skein.ID) string { return "news/" + site.String() }

func (s *Service) tell(site skein.ID, n News) {
	if s.Hub != nil {
		s.Hub.Publish(TopicNews(site), string(n.Kind), n)
	}
}

// Announced is what is to be announced. At zero: at once.
type Announced struct {
	Text             string
	AllDay           bool
	StartsAt, EndsAt time.Time
	At               time.Time
}

// maxAnnouncedLinks is how many mentions, posts, hashtags and emoji of each an announcement keeps.
const maxAnnouncedLinks = 50

// Announce tells the people of a site something, at once or later.
func (s *Service) Announce(ctx context.Context, who skein.Viewer, in Announced) (*skein.Announcement, error) {
	in.Text = strings.TrimSpace(in.Text)
	if in.AllDay {
		in.StartsAt, in.EndsAt = in.StartsAt.Truncate(24*time.Hour), in.EndsAt.Truncate(24*time.Hour)
	}
	a := &skein.Announcement{Text: in.Text, AllDay: in.AllDay, StartsAt: in.StartsAt, EndsAt: in.EndsAt, ScheduledAt: in.At}
	switch n := utf8.RuneCountInString(in.Text); {
	case n == 0:
		return nil, skein.Errorf(skein.Invalid, "An announcement needs a text.")
	case n > skein.MaxAnnouncementText:
		return nil, skein.Errorf(skein.Invalid, "An announcement holds %d characters; this one has %d.", skein.MaxAnnouncementText, n)
	case in.AllDay && in.StartsAt.IsZero() && in.EndsAt.IsZero():
		return nil, skein.Errorf(skein.Invalid, "What lasts all day needs a day on which it starts or ends.")
	case !in.EndsAt.IsZero() && in.EndsAt.Before(in.StartsAt):
		return nil, skein.Errorf(skein.Invalid, "It ends before it starts.")
	}
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := manages(tx, who, skein.ManageAnnouncements)
		if err != nil {
			return err
		}
		now := tx.Now()
		shown := now
		a.ID, a.PublishedAt, a.UpdatedAt = tx.NewID(), now, now
		if in.At.After(now) {
			shown, a.PublishedAt = in.At, time.Time{}
		} else {
			a.ScheduledAt = time.Time{}
		}
		if !a.EndsAt.IsZero() && !a.Over().After(shown) {
			return skein.Errorf(skein.Invalid, "It is over before anybody sees it.")
		}
		if err := announced(tx, site, a); err != nil {
			return err
		}
		room, err := tx.InsertAnnouncement(a)
		if err == nil && !room {
			err = skein.Errorf(skein.Invalid, "A site holds %d announcements. Remove old ones first.", skein.MaxAnnouncements)
		}
		if err != nil {
			return err
		}
		e := skein.AnnouncementMoved{Site: who.Site, Announcement: a.ID}
		if err := tx.EmitAt(a.ScheduledAt, e); err != nil || a.EndsAt.IsZero() {
			return err
		}
		return tx.EmitAt(a.Over(), e)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// manages returns the site, if the viewer is the site itself or may do something there.
func manages(tx *store.Tx, who skein.Viewer, what skein.Rights) (*skein.Site, error) {
	site, err := tx.SiteRow()
	if err != nil || who.Account != 0 && who.Account == site.Actor {
		return site, err
	}
	p, err := ready(tx, who)
	if err == nil && !p.Role.May(what) {
		err = skein.Errorf(skein.Denied, "This action is not allowed")
	}
	return site, err
}

// announced finds what an announcement names. Nobody is looked up on the network.
func announced(tx *store.Tx, site *skein.Site, a *skein.Announcement) error {
	handle := func(user, domain string) store.Handle {
		if domain == site.Domain {
			domain = ""
		}
		return store.Handle{Username: user, Domain: domain}.Lower()
	}
	var handles []store.Handle
	for _, e := range text.Find(a.Text) {
		switch e.Kind {
		case text.Mention:
			if h := handle(e.Name, e.Domain); len(handles) < maxAnnouncedLinks && !slices.Contains(handles, h) {
				handles = append(handles, h)
			}
		case text.Tag:
			name, display, ok := text.Hashtag(e.Name)
			if ok && len(a.Tags) < maxAnnouncedLinks && !slices.ContainsFunc(a.Tags, func(t skein.Tag) bool { return t.Name == name }) {
				a.Tags = append(a.Tags, skein.Tag{Name: name, Display: display})
			}
		case text.Link:
			if id := linkedPost(site, e.Name); id != 0 && len(a.Posts) < maxAnnouncedLinks && !slices.Contains(a.Posts, id) {
				a.Posts = append(a.Posts, id)
			}
		}
	}
	known, err := tx.AccountsByHandle(handles)
	if err != nil {
		return err
	}
	for _, h := range handles {
		if p := known[h]; p != nil && !p.Gone() && !p.Pending && p.Kind != skein.Application {
			a.Mentions = append(a.Mentions, skein.Mention{Account: p.ID, Username: p.Username, Domain: p.Domain, URL: p.URL, URI: p.URI})
		} else {
			delete(known, h)
		}
	}
	if codes := text.Emojis(a.Text); len(codes) > 0 {
		all, err := tx.Emojis()
		if err != nil {
			return err
		}
		for _, e := range all {
			if slices.Contains(codes, e.Code) && len(a.Emojis) < maxAnnouncedLinks {
				a.Emojis = append(a.Emojis, *e)
			}
		}
	}
	a.HTML = text.Render(a.Text, text.Resolver{
		Mention: func(user, domain string) (string, string, bool) {
			if p := known[handle(user, domain)]; p != nil {
				return p.URL, p.Acct(), true
			}
			return "", "", false
		},
		Tag: func(name string) string { return site.URL("/tags/" + url.PathEscape(strings.ToLower(name))) },
	})
	return nil
}

// linkedPost reads the ID out of the page of a post on this site; 0: it is another page.
func linkedPost(site *skein.Site, link string) skein.ID {
	path, ok := strings.CutPrefix(link, site.Base+"/@")
	if !ok {
		return 0
	}
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	_, last, _ := strings.Cut(path, "/")
	id, _ := skein.ParseID(last)
	return id
}

// Announcements returns what the viewer's site tells its people now, the latest first.
func (s *Service) Announcements(ctx context.Context, who skein.Viewer) (list []*skein.Announcement, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		if list, err = tx.Announcements(); err != nil {
			return err
		}
		now := tx.Now()
		list = slices.DeleteFunc(list, func(a *skein.Announcement) bool { return !a.Current(now) })
		return readAs(tx, who, list)
	})
	return list, err
}

// Announcement returns one of them.
func (s *Service) Announcement(ctx context.Context, who skein.Viewer, id skein.ID) (a *skein.Announcement, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		if a, err = current(tx, id); err != nil {
			return err
		}
		return readAs(tx, who, []*skein.Announcement{a})
	})
	return a, err
}

// current returns an announcement that people see now.
func current(tx *store.Tx, id skein.ID) (*skein.Announcement, error) {
	a, err := tx.Announcement(id)
	if err == nil && !a.Current(tx.Now()) {
		err = skein.ErrNotFound
	}
	return a, err
}

// readAs fills in what the viewer and others did with announcements.
func readAs(tx *store.Tx, who skein.Viewer, list []*skein.Announcement) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]skein.ID, len(list))
	by := make(map[skein.ID]*skein.Announcement, len(list))
	for i, a := range list {
		ids[i], by[a.ID] = a.ID, a
	}
	read, err := tx.AnnouncementsRead(who.Account, ids)
	if err != nil {
		return err
	}
	for _, id := range read {
		by[id].Read = true
	}
	rows, err := tx.AnnouncementReactions(who.Account, ids)
	if err != nil {
		return err
	}
	var emojis []*skein.Emoji
	for _, r := range rows {
		out := skein.AnnouncementReaction{Name: r.Name, Count: r.Count, Mine: r.Mine}
		if _, ok := text.OneEmoji(r.Name); !ok {
			if emojis == nil {
				if emojis, err = tx.Emojis(); err != nil {
					return err
				}
			}
			i := slices.IndexFunc(emojis, func(e *skein.Emoji) bool { return e.Code == r.Name })
			if i < 0 {
				continue // the site has it no longer
			}
			pictured(&out, emojis[i])
		}
		by[r.Announcement].Reactions = append(by[r.Announcement].Reactions, out)
	}
	return nil
}

func pictured(r *skein.AnnouncementReaction, e *skein.Emoji) {
	r.URL, r.StaticURL = e.URL, e.StaticURL
	if r.StaticURL == "" {
		r.StaticURL = e.URL
	}
}

// DismissAnnouncement notes that the viewer has read it.
func (s *Service) DismissAnnouncement(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		if _, err := current(tx, id); err != nil {
			return err
		}
		return tx.ReadAnnouncement(who.Account, id)
	})
}

// ReactAnnouncement reacts to an announcement with an emoji of Unicode or of the site. A second time changes nothing.
func (s *Service) ReactAnnouncement(ctx context.Context, who skein.Viewer, id skein.ID, name string) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		if _, err := current(tx, id); err != nil {
			return err
		}
		r := skein.AnnouncementReaction{}
		if e, ok := text.OneEmoji(name); ok {
			r.Name = e
		} else {
			all, err := tx.Emojis()
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(e *skein.Emoji) bool { return e.Code == strings.Trim(name, ":") })
			if i < 0 {
				return skein.Errorf(skein.Invalid, "Validation failed: Name is not a recognized emoji")
			}
			r.Name = all[i].Code
			pictured(&r, all[i])
		}
		if err := tx.LockAnnouncement(id); err != nil { // one after the other: they are counted
			return err
		}
		rows, err := tx.AnnouncementReactions(who.Account, []skein.ID{id})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(rows, func(o *store.AnnouncementReaction) bool { return o.Name == r.Name }); i >= 0 {
			r.Count = rows[i].Count
		} else if len(rows) >= skein.MaxAnnouncedEmoji {
			return skein.Errorf(skein.Invalid, "Validation failed: Limit of different reactions reached")
		}
		isNew, err := tx.InsertAnnouncementReaction(who.Account, id, r.Name)
		if err != nil || !isNew {
			return err
		}
		r.Count++
		tx.OnCommit(func() { s.tell(who.Site, News{Announcement: id, Kind: NewsReaction, Reaction: r}) })
		return nil
	})
}

// UnreactAnnouncement takes it back.
func (s *Service) UnreactAnnouncement(ctx context.Context, who skein.Viewer, id skein.ID, name string) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		if _, err := current(tx, id); err != nil {
			return err
		}
		r := skein.AnnouncementReaction{Name: strings.Trim(name, ":")}
		if e, ok := text.OneEmoji(name); ok {
			r.Name = e
		}
		was, err := tx.DeleteAnnouncementReaction(who.Account, id, r.Name)
		if err != nil || !was {
			return err
		}
		rows, err := tx.AnnouncementReactions(who.Account, []skein.ID{id})
		if err != nil {
			return err
		}
		for _, o := range rows {
			if o.Name == r.Name {
				r.Count = o.Count
			}
		}
		tx.OnCommit(func() { s.tell(who.Site, News{Announcement: id, Kind: NewsReaction, Reaction: r}) })
		return nil
	})
}

// AllAnnouncements returns them for those who run the site, also what waits and what is over, the latest first.
func (s *Service) AllAnnouncements(ctx context.Context, who skein.Viewer) (list []*skein.Announcement, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := manages(tx, who, skein.ManageAnnouncements); err != nil {
			return err
		}
		list, err = tx.Announcements()
		return err
	})
	return list, err
}

// RemoveAnnouncement takes an announcement away.
func (s *Service) RemoveAnnouncement(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := manages(tx, who, skein.ManageAnnouncements); err != nil {
			return err
		}
		was, err := tx.DeleteAnnouncement(id)
		if err == nil && !was {
			err = skein.ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.Emit(skein.AnnouncementMoved{Site: who.Site, Announcement: id})
	})
}

// SpreadAnnouncement publishes what is due, and tells those who listen how an announcement stands now.
func (s *Service) SpreadAnnouncement(ctx context.Context, e skein.AnnouncementMoved) error {
	news := News{Announcement: e.Announcement}
	err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		news.Kind = NewsGone
		a, err := tx.Announcement(e.Announcement)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		now := tx.Now()
		if a.PublishedAt.IsZero() && !a.ScheduledAt.After(now) {
			a.PublishedAt = now
			if err := tx.PublishAnnouncement(a.ID, now); err != nil {
				return err
			}
		}
		if a.Current(now) {
			news.Kind = NewsPublished
		}
		return nil
	})
	if err == nil {
		s.tell(e.Site, news)
	}
	return err
}
