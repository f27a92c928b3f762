package social

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// ListDraft is what somebody says of a list of theirs; nil leaves as it is.
type ListDraft struct {
	Title     *string
	Replies   *string
	Exclusive *bool
}

// set puts a draft into a list, or says what is wrong with it.
func (d ListDraft) set(l *skein.List) error {
	assign(&l.Exclusive, d.Exclusive)
	if d.Title != nil {
		l.Title = text.DisplayName(*d.Title, noLimit)
	}
	if d.Replies != nil {
		l.Replies = skein.ListReplies(*d.Replies)
	}
	switch {
	case l.Title == "":
		return invalidField("title", "blank", "Validation failed: Title can't be blank")
	case utf8.RuneCountInString(l.Title) > skein.MaxListTitle:
		return invalidField("title", "too_long", "Validation failed: Title is too long (maximum is %d characters)", skein.MaxListTitle)
	}
	switch l.Replies {
	case skein.RepliesFollowed, skein.RepliesList, skein.RepliesNone:
		return nil
	}
	return invalidField("replies_policy", "inclusion", "Validation failed: Replies policy must be followed, list or none")
}

// Lists returns the viewer's lists.
func (s *Service) Lists(ctx context.Context, who skein.Viewer) (lists []*skein.List, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		lists, err = tx.Lists(who.Account)
		return err
	})
	return lists, err
}

// List returns a list of the viewer's; those of others are NotFound.
func (s *Service) List(ctx context.Context, who skein.Viewer, id skein.ID) (l *skein.List, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		l, err = ownList(tx.List(id))(who)
		return err
	})
	return l, err
}

// ownList keeps a list to its owner.
func ownList(l *skein.List, err error) func(skein.Viewer) (*skein.List, error) {
	return func(who skein.Viewer) (*skein.List, error) {
		if err == nil && l.Account != who.Account {
			err = skein.ErrNotFound
		}
		return l, err
	}
}

// ListsWith returns those of the viewer's lists that an account is in.
func (s *Service) ListsWith(ctx context.Context, who skein.Viewer, account skein.ID) (lists []*skein.List, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	if _, err := s.Account(ctx, who, account); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		lists, err = tx.ListsWith(who.Account, account)
		return err
	})
	return lists, err
}

// CreateList makes a list of the viewer's.
func (s *Service) CreateList(ctx context.Context, who skein.Viewer, d ListDraft) (*skein.List, error) {
	l := &skein.List{Replies: skein.RepliesList}
	if err := d.set(l); err != nil {
		return nil, err
	}
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		l.Account = self.ID
		made, err := tx.InsertList(l, skein.MaxLists)
		if err == nil && !made {
			err = invalidField("base", "too_many", "Validation failed: You have %d lists, which is as many as you can", skein.MaxLists)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// changeList runs what the viewer does to one of their lists.
func (s *Service) changeList(ctx context.Context, who skein.Viewer, id skein.ID, do func(tx *store.Tx, self *skein.Account, l *skein.List) error) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		l, err := ownList(tx.LockList(id))(who)
		if err != nil {
			return err
		}
		return do(tx, self, l)
	})
}

// UpdateList changes a list of the viewer's. Its timeline, and the home timeline, are as if it had always been so.
func (s *Service) UpdateList(ctx context.Context, who skein.Viewer, id skein.ID, d ListDraft) (l *skein.List, err error) {
	err = s.changeList(ctx, who, id, func(tx *store.Tx, self *skein.Account, old *skein.List) error {
		changed := *old
		l = &changed
		if err := d.set(l); err != nil {
			return err
		}
		if err := tx.UpdateList(l); err != nil {
			return err
		}
		if l.Replies != old.Replies && l.KeptUntil.After(tx.Now()) {
			if err := errors.Join(tx.ClearList(id), tx.FillList(l)); err != nil {
				return err
			}
		}
		if l.Exclusive == old.Exclusive {
			return nil
		}
		members, err := tx.MemberIDs(id)
		if err != nil {
			return err
		}
		if l.Exclusive {
			return onlyInList(tx, self, members)
		}
		return tx.AddToHome(self.ID, members...)
	})
	return l, err
}

// onlyInList takes members of an exclusive list out of its owner's home timeline; but who is in a list of their own still
// finds there what they write.
func onlyInList(tx *store.Tx, self *skein.Account, members []skein.ID) error {
	others := slices.DeleteFunc(slices.Clone(members), func(id skein.ID) bool { return id == self.ID })
	if len(others) == 0 {
		return nil
	}
	return tx.RemoveFromHome(self.ID, others...)
}

// DeleteList removes a list of the viewer's.
func (s *Service) DeleteList(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.changeList(ctx, who, id, func(tx *store.Tx, self *skein.Account, l *skein.List) error {
		members, err := tx.MemberIDs(id)
		if err != nil {
			return err
		}
		if err := tx.DeleteList(id); err != nil || !l.Exclusive {
			return err
		}
		return tx.AddToHome(self.ID, members...)
	})
}

// ListMembers returns who is in a list of the viewer's, the latest first.
func (s *Service) ListMembers(ctx context.Context, who skein.Viewer, id skein.ID, p Page) (list []Row[*skein.Account], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ownList(tx.List(id))(who); err != nil {
			return err
		}
		rows, err := tx.ListMembers(id, store.Page(p))
		list = accountRows(rows)
		return err
	})
	return list, err
}

// AddToList puts accounts into a list of the viewer's: whom they follow or ask to follow, or themselves. All or none.
func (s *Service) AddToList(ctx context.Context, who skein.Viewer, id skein.ID, accounts []skein.ID) error {
	return s.changeList(ctx, who, id, func(tx *store.Tx, self *skein.Account, l *skein.List) error {
		if len(accounts) == 0 {
			return nil
		}
		known, err := tx.Accounts(accounts)
		if err != nil {
			return err
		}
		there := slices.DeleteFunc(known, func(a *skein.Account) bool { return !there(a, who) })
		if len(there) < len(accounts) {
			return skein.ErrNotFound
		}
		follows, err := tx.FollowedOf(self.ID, accounts)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if a != self.ID && !slices.Contains(follows, a) {
				return invalidField("account_ids", "invalid", "Validation failed: You can put only accounts that you follow into a list")
			}
		}
		members, err := tx.MemberIDs(id)
		if err != nil {
			return err
		}
		if len(members)+len(accounts) > skein.MaxListMembers {
			return invalidField("account_ids", "too_many", "Validation failed: A list holds %d accounts", skein.MaxListMembers)
		}
		n, err := tx.InsertMembers(l, accounts)
		if err != nil {
			return err
		}
		if n < len(accounts) {
			return invalidField("account_ids", "taken", "Validation failed: Account has already been taken")
		}
		if l.KeptUntil.After(tx.Now()) {
			if err := tx.FillList(l, accounts...); err != nil {
				return err
			}
		}
		if l.Exclusive {
			return onlyInList(tx, self, accounts)
		}
		return nil
	})
}

// RemoveFromList takes accounts out of a list of the viewer's; who is not in it is overlooked.
func (s *Service) RemoveFromList(ctx context.Context, who skein.Viewer, id skein.ID, accounts []skein.ID) error {
	return s.changeList(ctx, who, id, func(tx *store.Tx, self *skein.Account, l *skein.List) error {
		gone, err := tx.DeleteMembers(id, accounts)
		if err != nil || !l.Exclusive {
			return err
		}
		return tx.AddToHome(self.ID, gone...)
	})
}

// addToFeeds puts the newest posts of somebody whom an account follows now into what it reads.
func addToFeeds(tx *store.Tx, account, author skein.ID) error {
	return errors.Join(tx.AddToHome(account, author), tx.AddToLists(account, author))
}

// ListTimeline returns the timeline of a list of the viewer's. One that was not read for long is made anew.
func (s *Service) ListTimeline(ctx context.Context, who skein.Viewer, id skein.ID, p Page) (list []*View, err error) {
	if err := s.KeepList(ctx, who, id); err != nil {
		return nil, err
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.page(p, sieve{shown: true}, func(q store.Page) ([]skein.ID, error) { return r.tx.ListPosts(id, q) })
		return err
	})
	return list, err
}

// KeepList keeps the timeline of a list of the viewer's for the next weeks, and fills it if it was given up: for whoever reads
// it, or listens to it.
func (s *Service) KeepList(ctx context.Context, who skein.Viewer, id skein.ID) error {
	l, err := s.List(ctx, who, id)
	if err != nil {
		return err
	}
	if l.KeptUntil.Sub(s.DB.Now()) > feedTime/2 {
		return nil
	}
	// First it is kept, then it is filled, as with home: a post that comes in between is put in by one of the two.
	if l.KeptUntil.Sub(s.DB.Now()) <= fillTime {
		err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return tx.KeepList(id, tx.Now().Add(fillTime)) })
		if err != nil {
			return err
		}
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		l, err := ownList(tx.LockList(id))(who)
		if err != nil {
			return err
		}
		if l.KeptUntil.Sub(tx.Now()) <= fillTime {
			if err := tx.FillList(l); err != nil {
				return err
			}
		}
		if err := tx.KeepList(id, tx.Now().Add(feedTime)); err != nil {
			return err
		}
		return tx.TrimLists([]skein.ID{id})
	})
}

// TopicList is what comes into the timeline of a list.
func TopicList(list skein.ID) string { return "list/" + list.String() }

// spreadLists puts a post into the timelines of lists, and tells who listens to them.
func (s *Service) spreadLists(tx *store.Tx, in store.Spread, tell bool) error {
	lists, err := tx.SpreadLists(in)
	if err != nil || len(lists) == 0 {
		return err
	}
	if tell {
		s.tellLists(tx, lists, LivePost, in.Post.ID)
	}
	some := slices.DeleteFunc(lists, func(id skein.ID) bool { return id%trimEvery != in.Post.ID%trimEvery })
	return tx.TrimLists(some)
}

// tellLists tells who listens to lists, after the commit.
func (s *Service) tellLists(tx *store.Tx, lists []skein.ID, kind LiveKind, post skein.ID) {
	lists = slices.Clone(lists)
	tx.OnCommit(func() {
		for _, id := range lists {
			s.tell(TopicList(id), Live{Kind: kind, Post: post})
		}
	})
}

// pruneLists gives up timelines of lists that nobody reads.
func (s *Service) pruneLists(ctx context.Context, now time.Time) error {
	for {
		n := 0
		err := s.DB.Update(ctx, 0, func(tx *store.Tx) (err error) {
			n, err = tx.PruneLists(now, pruneFeeds)
			return err
		})
		if err != nil || n < pruneFeeds {
			return err
		}
	}
}
