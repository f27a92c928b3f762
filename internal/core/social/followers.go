package social

import (
	"context"
	"errors"
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

// MatchFollowers brings the follows of our people of a remote account in line with what its server says (FEP-8fcf): who is
// not on its list follows no longer; who is, and asked, is accepted; who is on it and does not follow has the server told.
func (s *Service) MatchFollowers(ctx context.Context, site, account skein.ID, l FollowerList) error {
	listed := make(map[string]bool, len(l.URIs))
	for _, uri := range l.URIs {
		listed[uri] = true
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		other, err := tx.Account(account)
		if err != nil || other.Local || other.Gone() {
			return err
		}
		list, err := tx.LocalFollowers(account)
		if err != nil {
			return err
		}
		known := make(map[string]bool, len(list))
		for _, f := range list {
			known[f.URI] = true
			switch {
			case listed[f.URI] && f.Accepted, !listed[f.URI] && (!f.Accepted || !f.CreatedAt.Before(l.At)):
			case listed[f.URI]: // its yes never came
				follow, err := tx.FollowBetween(f.Account, account)
				if err != nil {
					return err
				}
				if changed, err := tx.AcceptFollow(follow); err != nil {
					return err
				} else if changed {
					if err := tx.AddToHome(f.Account, account); err != nil {
						return err
					}
				}
			default:
				if _, err := tx.DeleteFollow(f.Account, account); err != nil {
					return err
				}
				if err := tx.RemoveFromHome(f.Account, account); err != nil {
					return err
				}
			}
		}
		for _, uri := range l.URIs {
			if known[uri] {
				continue
			}
			a, err := tx.AccountByURI(uri)
			if errors.Is(err, skein.ErrNotFound) || err == nil && (!a.Local || a.Gone()) {
				continue
			}
			if err != nil {
				return err
			}
			if err := tx.Emit(skein.FollowEnded{Site: site, Account: a.ID, Target: account, Follow: tx.NewID()}); err != nil {
				return err
			}
		}
		return nil
	})
}
