package social

import (
	"context"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// What is somewhere else is asked for when somebody looks, not sooner than it is worth it, and not again while it is fresh
// (activitypub-mastodon.md, section 14).
const (
	threadYoung = 5 * time.Minute // of a post so young the answers come by themselves
	threadFresh = 15 * time.Minute
	lookFresh   = 24 * time.Hour
)

// asks tells whether something is to be asked for, and remembers that it was. Without a cache the job's key is all that
// keeps one from being asked twice.
func (s *Service) asks(id skein.ID, life time.Duration) bool {
	if s.cache == nil {
		return true
	}
	now := s.DB.Now()
	if at, ok := s.cache.asked.Get(id); ok && now.Sub(at) < life {
		return false
	}
	s.cache.asked.Set(id, now)
	return true
}

// wantThread asks for what is missing of a conversation, if it is not known to be fresh: it returns its first post then, and
// as long as it is being fetched.
func (s *Service) wantThread(ctx context.Context, who skein.Viewer, root, post *skein.Post) (skein.ID, error) {
	now := s.DB.Now()
	stale := func(p *skein.Post) bool {
		return !p.Local && p.Visibility <= skein.Unlisted && now.Sub(p.CreatedAt) > threadYoung &&
			(p.Extra.Told == nil || now.Sub(p.Extra.Told.At) > threadFresh)
	}
	if !stale(root) && !stale(post) {
		return 0, nil
	}
	if !s.asks(post.ID, threadFresh) {
		if is, err := s.fetching(ctx, who, root.ID); err != nil || !is {
			return 0, err
		}
		return root.ID, nil
	}
	return root.ID, s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		return tx.Emit(skein.ThreadWanted{Site: who.Site, Root: root.ID, Post: post.ID})
	})
}

// Fetching tells whether the rest of a conversation, which is named by its first post, is still being fetched.
func (s *Service) Fetching(ctx context.Context, who skein.Viewer, root skein.ID) (bool, error) {
	if who.Visitor() {
		return false, errVisitor
	}
	if _, err := s.Post(ctx, who, root); err != nil {
		return false, err
	}
	return s.fetching(ctx, who, root)
}

func (s *Service) fetching(ctx context.Context, who skein.Viewer, root skein.ID) (is bool, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		is, err = tx.Waits(skein.ThreadWanted{Site: who.Site, Root: root})
		return err
	})
	return is, err
}

// wantLook asks for the recent posts of a peer's account that somebody looks at.
func (s *Service) wantLook(ctx context.Context, who skein.Viewer, a *skein.Account) error {
	if who.Visitor() || a.Local || a.Gone() || a.Outbox == "" && a.Featured == "" ||
		s.DB.Now().Sub(a.Extra.OutboxAt) < lookFresh || !s.asks(a.ID, lookFresh) {
		return nil
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		return tx.Emit(skein.LookWanted{Site: who.Site, Account: a.ID})
	})
}

// NoteLook remembers when the recent posts of a peer's account were asked for. It answers false when that was not long ago.
func (s *Service) NoteLook(ctx context.Context, site, account skein.ID) (due bool, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		now := tx.Now()
		_, err := tx.ChangeAccount(account, func(a *skein.Account) bool {
			due = !a.Local && !a.Gone() && now.Sub(a.Extra.OutboxAt) >= lookFresh
			a.Extra.OutboxAt = now.Truncate(time.Millisecond)
			return due
		})
		return err
	})
	return due, err
}
