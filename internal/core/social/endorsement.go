package social

import (
	"context"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

const (
	maxEndorsements = 100
	maxFamiliar     = 40 // shown for each account
)

// Endorse puts an account that the viewer follows on their profile.
func (s *Service) Endorse(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		f, err := tx.FollowBetween(self.ID, other.ID)
		if skein.KindOf(err) == skein.NotFound || err == nil && !f.Accepted {
			return skein.Errorf(skein.Invalid, "Validation failed: You must be already following the person you want to endorse")
		}
		if err != nil {
			return err
		}
		there, err := tx.InsertEndorsement(self.ID, other.ID, maxEndorsements)
		if err == nil && !there {
			err = skein.Errorf(skein.Invalid, "You have %d accounts on your profile already: take one off first.", maxEndorsements)
		}
		return err
	})
}

// Unendorse takes an account off the viewer's profile.
func (s *Service) Unendorse(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		return tx.DeleteEndorsement(self.ID, other.ID)
	})
}

// Endorsements returns the accounts on the viewer's own profile, the latest first.
func (s *Service) Endorsements(ctx context.Context, who skein.Viewer, p Page) ([]Row[*skein.Account], error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	return s.EndorsedBy(ctx, who, who.Account, p)
}

// EndorsedBy returns the accounts on somebody's profile, the latest first: nothing of one that is gone, or blocks the viewer.
func (s *Service) EndorsedBy(ctx context.Context, who skein.Viewer, account skein.ID, p Page) (list []Row[*skein.Account], err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		a, err := tx.Account(account)
		if err != nil {
			return err
		}
		if !there(a, who) {
			return skein.ErrNotFound
		}
		if a.ID != who.Account {
			if a.Gone() {
				return nil
			}
			if !who.Visitor() {
				if blocked, _, err := tx.Blocks(a.ID, who.Account); err != nil || blocked {
					return err
				}
			}
		}
		rows, err := tx.Endorsements(account, who.Account, store.Page(p))
		list = accountRows(rows)
		return err
	})
	return list, err
}

// FamiliarFollowers returns for each of the accounts those of the viewer's follows who follow it, in the order of ids; none of
// those who hide their network.
func (s *Service) FamiliarFollowers(ctx context.Context, who skein.Viewer, ids []skein.ID) (of []*skein.Account, by map[skein.ID][]*skein.Account, err error) {
	if who.Visitor() {
		return nil, nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		of, by = nil, map[skein.ID][]*skein.Account{}
		pairs, err := r.tx.FamiliarFollowers(who.Account, ids, maxFamiliar)
		if err != nil {
			return err
		}
		all := append([]skein.ID{}, ids...)
		for _, p := range pairs {
			all = append(all, p.Account)
		}
		found, err := r.accounts(once(all))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if a := found[id]; a != nil && there(a, who) {
				of = append(of, a)
			}
		}
		for _, p := range pairs {
			if a := found[p.Account]; a != nil && there(a, who) && !a.Gone() {
				by[p.Of] = append(by[p.Of], a)
			}
		}
		return nil
	})
	return of, by, err
}

// DomainTies counts whom the viewer follows on a peer and who follows them from there: what a block of it would end.
func (s *Service) DomainTies(ctx context.Context, who skein.Viewer, domain string) (following, followers int, err error) {
	if who.Visitor() {
		return 0, 0, errVisitor
	}
	domain, err = fetch.Host(domain)
	if err != nil {
		return 0, 0, invalidField("domain", "invalid", "This is not the name of another server.")
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		following, followers, err = tx.DomainTies(who.Account, domain)
		return err
	})
	return following, followers, err
}
