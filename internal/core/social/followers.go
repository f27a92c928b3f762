package social

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// FollowerList is what a peer says of who among our people follows one of its accounts.
type FollowerList struct {
	URIs []string
	At   time.Time // follows that are younger are not in it
}

// LocalFollowers returns the URIs of our people who follow a remote account.
func (s *Service) LocalFollowers(ctx context.Context, site, account skein.ID) (uris []string, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		list, err := tx.LocalFollowers(account)
		for _, f := range list {
			if f.Accepted {
				uris = append(uris, f.URI)
			}
		}
		return err
	})
	return uris, err
}

// Limits of what one comparison changes. What is left over is found by the next.
const (
	maxUnknownFollowers = 500 // listed people who do not follow: a list with more is void
	maxFollowsEnded     = 100 // of them the server is told about at once
	followBatch         = 100 // follows changed in one transaction
)

// MatchFollowers brings the follows of our people of a remote account in line with what its server says (FEP-8fcf): who is
// not on its list follows no longer; who is, and asked, is accepted; who is on it and does not follow has the server told.
func (s *Service) MatchFollowers(ctx context.Context, site, account skein.ID, l FollowerList) error {
	listed := make(map[string]bool, len(l.URIs))
	for _, uri := range l.URIs {
		listed[uri] = true
	}
	var differ []*store.LocalFollower
	var strangers []skein.ID
	err := s.DB.View(ctx, site, func(tx *store.Tx) error {
		other, err := tx.Account(account)
		if err != nil || other.Local || other.Gone() {
			return err
		}
		list, err := tx.LocalFollowers(account)
		if err != nil {
			return err
		}
		for _, f := range list {
			if wanted := listed[f.URI]; wanted != f.Accepted {
				differ = append(differ, f)
			}
			delete(listed, f.URI)
		}
		if len(listed) > maxUnknownFollowers {
			differ = nil
			return nil
		}
		unknown, err := tx.AccountsByURI(slices.Collect(maps.Keys(listed)))
		for _, a := range unknown {
			if a.Local && !a.Gone() && len(strangers) < maxFollowsEnded {
				strangers = append(strangers, a.ID)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(differ, followBatch) {
		err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
			for _, f := range batch {
				if err := matchFollow(tx, f, account, l.At); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(strangers) == 0 {
		return nil
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		for _, id := range strangers {
			_, err := tx.FollowBetween(id, account)
			if err == nil { // since then
				continue
			}
			if !errors.Is(err, skein.ErrNotFound) {
				return err
			}
			if err := tx.Emit(skein.FollowEnded{Site: site, Account: id, Target: account, Follow: tx.NewID()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// matchFollow changes a follow of one of our people that its target's server sees in another way, unless it is another by now.
func matchFollow(tx *store.Tx, f *store.LocalFollower, account skein.ID, at time.Time) error {
	follow, err := tx.FollowBetween(f.Account, account)
	if errors.Is(err, skein.ErrNotFound) || err == nil && follow.Accepted != f.Accepted {
		return nil
	}
	if err != nil {
		return err
	}
	if !follow.Accepted { // its yes never came
		changed, err := tx.AcceptFollow(follow)
		if err != nil || !changed {
			return err
		}
		return tx.AddToHome(f.Account, account)
	}
	if !follow.CreatedAt.Before(at) {
		return nil
	}
	if _, err := tx.DeleteFollow(f.Account, account); err != nil {
		return err
	}
	return tx.RemoveFromHome(f.Account, account)
}
