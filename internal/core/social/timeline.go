package social

import (
	"context"
	"slices"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

const (
	feedTime = 14 * 24 * time.Hour // a home timeline is kept so long after it was read
	fillTime = time.Minute         // and so long while it is filled
)

// Home returns the viewer's home timeline. Who comes back after a long time has it made anew.
func (s *Service) Home(ctx context.Context, who skein.Viewer, p Page) (list []*View, err error) {
	if err := s.KeepFeed(ctx, who); err != nil {
		return nil, err
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.page(p, sieve{shown: true}, func(q store.Page) ([]skein.ID, error) { return r.tx.Home(who.Account, q) })
		return err
	})
	return list, err
}

// KeepFeed keeps the viewer's home timeline for the next weeks, and fills it if it was given up. It is renewed when half
// of the time is over, so that it costs nothing most of the time. For whoever reads it, or listens to it.
func (s *Service) KeepFeed(ctx context.Context, who skein.Viewer) error {
	if who.Visitor() {
		return errVisitor
	}
	now := s.DB.Now()
	known := func(until time.Time) {
		if s.cache != nil {
			s.cache.feeds.Set(who.Account, until)
		}
	}
	if s.cache != nil {
		if until, ok := s.cache.feeds.Get(who.Account); ok && until.Sub(now) > feedTime/2 {
			return nil
		}
	}
	var until time.Time
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
		until, err = tx.FeedKept(who.Account)
		return err
	})
	if err != nil {
		return err
	}
	if until.Sub(now) > feedTime/2 {
		known(until)
		return nil
	}
	fill := until.Sub(now) <= fillTime
	if fill {
		// First it is kept, then it is filled: a post that comes in between is put in by one of the two. The short time is
		// for the case that the second step fails.
		err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return tx.KeepFeed(who.Account, now.Add(fillTime)) })
		if err != nil {
			return err
		}
	}
	until = now.Add(feedTime)
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if fill {
			if err := tx.FillHome(who.Account); err != nil {
				return err
			}
		}
		if err := tx.KeepFeed(who.Account, until); err != nil {
			return err
		}
		return tx.TrimHome([]skein.ID{who.Account})
	})
	if err == nil {
		known(until)
	}
	return err
}

// PublicFilter says which of the listed posts are wanted.
type PublicFilter struct {
	Local, Remote bool // only those
	OnlyMedia     bool
	Reads         []string // languages that the viewer chose; none: all
}

func (f PublicFilter) stored() store.PublicFilter {
	return store.PublicFilter{Local: f.Local, Remote: f.Remote, OnlyMedia: f.OnlyMedia}
}

// Public returns the listed posts that the site knows: no boosts, no replies to others, nobody who is limited.
func (s *Service) Public(ctx context.Context, who skein.Viewer, f PublicFilter, p Page) (list []*View, err error) {
	if none, err := s.feedOf(ctx, who, LiveFeed, &f.Local, &f.Remote); err != nil || none {
		return nil, err
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.page(p, sieve{shown: true, loud: true, reads: f.Reads}, func(q store.Page) ([]skein.ID, error) {
			return r.tx.Public(f.stored(), q)
		})
		return err
	})
	return list, err
}

// TagFilter says which posts with a hashtag are wanted. Names may be written in any way.
type TagFilter struct {
	Tag                      string
	Any                      []string // or one of these
	All                      []string // and all of these
	None                     []string // and none of these
	Local, Remote, OnlyMedia bool
}

// maxTagNames is how many more hashtags of each sort one question may name, as in Mastodon.
const maxTagNames = 4

// Tag returns the listed posts with a hashtag.
func (s *Service) Tag(ctx context.Context, who skein.Viewer, f TagFilter, p Page) (list []*View, err error) {
	if none, err := s.feedOf(ctx, who, TagFeed, &f.Local, &f.Remote); err != nil || none {
		return nil, err
	}
	q := store.TagFilter{PublicFilter: store.PublicFilter{Local: f.Local, Remote: f.Remote, OnlyMedia: f.OnlyMedia}}
	unknown := false
	names := func(list []string, must bool) (out []string) {
		for _, name := range list[:min(len(list), maxTagNames)] {
			normal, _, ok := text.Hashtag(name)
			if !ok {
				unknown = unknown || must
			} else if !slices.Contains(out, normal) {
				out = append(out, normal)
			}
		}
		return out
	}
	q.Any = once(append(names([]string{f.Tag}, false), names(f.Any, false)...))
	q.All, q.None = names(f.All, true), names(f.None, false)
	if len(q.Any) == 0 || unknown {
		return nil, nil
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.page(p, sieve{shown: true, loud: true}, func(page store.Page) ([]skein.ID, error) { return r.tx.Tagged(q, page) })
		return err
	})
	return list, err
}

// AccountFilter says which of an account's posts are wanted.
type AccountFilter struct {
	OnlyMedia, NoReplies, NoBoosts bool
	NoDirect                       bool
	Pinned                         bool // all that are pinned; the others do not count then
	Tag                            string
}

// AccountPosts returns an account's posts and boosts as the viewer may read them; nothing of one that is suspended, or that
// blocks the viewer. Whoever looks at the page of somebody they mute sees it.
func (s *Service) AccountPosts(ctx context.Context, who skein.Viewer, account skein.ID, f AccountFilter, p Page) (list []*View, err error) {
	q := store.AccountFilter{OnlyMedia: f.OnlyMedia, NoReplies: f.NoReplies, NoBoosts: f.NoBoosts, NoDirect: f.NoDirect}
	if f.Tag != "" {
		normal, _, ok := text.Hashtag(f.Tag)
		if !ok {
			return nil, nil
		}
		q.Tag = normal
	}
	var whose *skein.Account
	err = s.read(ctx, who, func(r *reader) error {
		accounts, err := r.accounts([]skein.ID{account})
		if err != nil {
			return err
		}
		a := accounts[account]
		if a == nil || !there(a, who) {
			return skein.ErrNotFound
		}
		if a.Gone() {
			return nil
		}
		if !who.Visitor() && who.Account != account {
			_, blocked, err := r.tx.Blocks(who.Account, account)
			if err != nil || blocked {
				return err
			}
		}
		v := sieve{shown: true, guest: account}
		if f.Pinned {
			ids, err := r.tx.Pins(account)
			if err != nil {
				return err
			}
			list, err = r.views(ids, v)
			return err
		}
		if p.Max == 0 && p.Since == 0 && p.Min == 0 {
			whose = a
		}
		list, err = r.page(p, v, func(page store.Page) ([]skein.ID, error) { return r.tx.AccountPosts(account, who.Account, q, page) })
		return err
	})
	if err == nil && whose != nil && !whose.Local {
		err = s.wantLook(ctx, who, whose)
	}
	return list, err
}

// Likes returns the posts that the viewer likes, the latest liked first.
func (s *Service) Likes(ctx context.Context, who skein.Viewer, p Page) ([]Row[*View], error) {
	return s.own(ctx, who, p, (*store.Tx).Likes)
}

// Bookmarks returns the posts that the viewer bookmarked, the latest first.
func (s *Service) Bookmarks(ctx context.Context, who skein.Viewer, p Page) ([]Row[*View], error) {
	return s.own(ctx, who, p, (*store.Tx).Bookmarks)
}

func (s *Service) own(ctx context.Context, who skein.Viewer, p Page,
	read func(*store.Tx, skein.ID, store.Page) ([]*store.PostRow, error)) (list []Row[*View], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = refill(p, func(q store.Page) ([]skein.ID, []Row[*View], error) {
			rows, err := read(r.tx, who.Account, q)
			if err != nil {
				return nil, nil, err
			}
			cursors, ids := make([]skein.ID, len(rows)), make([]skein.ID, len(rows))
			cursor := make(map[skein.ID]skein.ID, len(rows))
			for i, row := range rows {
				cursors[i], ids[i] = row.Cursor, row.ID
				cursor[row.ID] = row.Cursor
			}
			views, err := r.views(ids, sieve{})
			shown := make([]Row[*View], len(views))
			for i, v := range views {
				shown[i] = Row[*View]{Cursor: cursor[v.Post.ID], Item: v}
			}
			return cursors, shown, err
		})
		return err
	})
	return list, err
}
