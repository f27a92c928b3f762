package social

import (
	"context"
	"errors"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// purgeAfter is how long a deleted account's follows and posts stay, hidden from everybody, so that the word of its end
// is on its way to all who had any.
const purgeAfter = 10 * time.Minute

// DeleteAccount ends a local account for good: from now on it is there for nobody, nobody signs in with it, and its name
// is not given again (T186). Peers are told; what it wrote is removed in the background.
func (s *Service) DeleteAccount(ctx context.Context, site, account skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		a, err := tx.LockAccount(account)
		if err != nil {
			return err
		}
		if !a.Local || a.Kind == skein.Application {
			return skein.ErrNotFound
		}
		if !a.DeletedAt.IsZero() {
			return nil
		}
		return s.Erase(tx, a)
	})
}

// CloseAccount is DeleteAccount by the person themselves, who has just proved to know their password.
func (s *Service) CloseAccount(ctx context.Context, who skein.Viewer, sure skein.Sure) error {
	if who.Visitor() {
		return errVisitor
	}
	if !sure.Of(who.Account, s.DB.Now()) {
		return skein.Errorf(skein.Denied, "Give your password to close the account.")
	}
	return s.DeleteAccount(ctx, who.Site, who.Account)
}

// Erase is DeleteAccount for another room, within a transaction, which holds the account locked; also for a peer's account.
func (s *Service) Erase(tx *store.Tx, a *skein.Account) error {
	if !a.Local {
		if err := bury(tx, a); err != nil {
			return err
		}
		return tx.Emit(skein.Purge{Site: tx.Site(), Account: a.ID})
	}
	home, err := tx.SiteRow()
	if err != nil {
		return err
	}
	if home.Owner == a.ID {
		return skein.Errorf(skein.Conflict, "This account owns the site. Give the site to somebody else first.")
	}
	if err := tx.DeletePerson(a.ID); err != nil {
		return err
	}
	if err := bury(tx, a); err != nil {
		return err
	}
	if err := tx.Emit(skein.AccountDeleted{Site: tx.Site(), Account: a.ID}); err != nil {
		return err
	}
	tx.OnCommit(func() {
		if s.Hub != nil {
			s.Hub.Publish(TopicAccess(a.ID), string(LiveAccess), Live{Kind: LiveAccess})
		}
	})
	return tx.EmitAt(tx.Now().Add(purgeAfter), skein.Purge{Site: tx.Site(), Account: a.ID})
}

// bury leaves of an account what keeps its name and URI taken.
func bury(tx *store.Tx, a *skein.Account) error {
	gone := &skein.Account{
		ID: a.ID, Local: a.Local, Kind: a.Kind, Username: a.Username, Domain: a.Domain, URI: a.URI, URL: a.URL,
		Inbox: a.Inbox, SharedInbox: a.SharedInbox, Outbox: a.Outbox, Followers: a.Followers, Following: a.Following,
		Featured: a.Featured, RefreshedAt: a.RefreshedAt, SilencedAt: a.SilencedAt, SuspendedAt: a.SuspendedAt,
		DeletedAt: tx.Now(),
	}
	return tx.UpdateAccount(gone)
}

// ReceiveAccountGone is a peer telling that an account of its is deleted: so it is here. Of one that we never knew there
// is nothing to do.
func (s *Service) ReceiveAccountGone(ctx context.Context, site skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		a, err := tx.LockAccountByURI(uri)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil || a.Local || !a.DeletedAt.IsZero() {
			return err
		}
		if err := bury(tx, a); err != nil {
			return err
		}
		return tx.Emit(skein.Purge{Site: site, Account: a.ID})
	})
}

// batchesOfJob is how many batches a job does before it leaves the rest to another, so that none outlives its lease.
const batchesOfJob = 100

// Purge removes what a deleted account left, a batch at a time, as an effect of the event. What others have of it goes
// too: boosts and likes of its posts, notifications, rows in home timelines.
func (s *Service) Purge(ctx context.Context, e skein.Purge) error {
	const batch = 100
	for more, n := true, 0; more; n++ {
		if n == batchesOfJob {
			return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return tx.Emit(e) })
		}
		err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			more = false
			a, err := tx.Account(e.Account)
			if errors.Is(err, skein.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			if a.DeletedAt.IsZero() {
				return nil
			}
			posts, err := tx.PostIDs(a.ID, batch)
			if err != nil {
				return err
			}
			if _, _, err := tx.RemovePosts(posts); err != nil {
				return err
			}
			follows, err := tx.FollowsOf(a.ID, "", batch)
			if err != nil {
				return err
			}
			for _, f := range follows {
				if _, err := tx.DeleteFollow(f.Account, f.Target); err != nil {
					return err
				}
			}
			more, err = tx.Purge(a.ID, batch)
			more = more || len(posts) == batch || len(follows) == batch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
