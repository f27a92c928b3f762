package site

import (
	"context"
	"crypto/rand"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// ErrInvite is the answer for an invite that lets nobody in: unknown, spent or over.
var ErrInvite error = &skein.Error{Kind: skein.NotFound, Text: "This invite is not valid any more."}

// Bounds of invites.
const (
	maxUses   = 10_000
	maxInvite = 366 * 24 * time.Hour
	maxListed = 100
)

// Invite makes an invite for a site that is not open to all. maxUses 0 is no limit, d 0 no end. On a site where people
// must be let in, only the invites of those who may let people in open the door by themselves; members' don't (T151).
func (s *Service) Invite(ctx context.Context, who skein.Viewer, uses int, d time.Duration) (*skein.Invite, error) {
	if uses < 0 || uses > maxUses || d < 0 || d > maxInvite {
		return nil, skein.Errorf(skein.Invalid, "An invite is good for %d uses and a year at most.", maxUses)
	}
	var invite *skein.Invite
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		p, err := ready(tx, who)
		if err != nil {
			return err
		}
		site, err := tx.SiteRow()
		if err != nil {
			return err
		}
		if p.Role == skein.Member && site.Joining == skein.JoinClosed {
			return skein.Errorf(skein.Denied, "Nobody can sign up here at present.")
		}
		invite = &skein.Invite{ID: tx.NewID(), Code: rand.Text()[:16], By: who.Account, MaxUses: uses}
		if d > 0 {
			invite.ExpiresAt = tx.Now().Add(d)
		}
		return tx.InsertInvite(invite)
	})
	if err != nil {
		return nil, err
	}
	return invite, nil
}

// Invites returns the latest invites that somebody made.
func (s *Service) Invites(ctx context.Context, who skein.Viewer) (list []*skein.Invite, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		list, err = tx.Invites(who.Account, maxListed)
		return err
	})
	return list, err
}

// EndInvite closes an invite of one's own.
func (s *Service) EndInvite(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ready(tx, who); err != nil {
			return err
		}
		ok, err := tx.EndInvite(id, who.Account)
		if err == nil && !ok {
			err = skein.ErrNotFound
		}
		return err
	})
}

// CheckInvite returns an invite that still lets somebody in, or ErrInvite.
func (s *Service) CheckInvite(ctx context.Context, site skein.ID, code string) (invite *skein.Invite, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		invite, err = tx.InviteByCode(code)
		if skein.KindOf(err) == skein.NotFound {
			return ErrInvite
		}
		if err == nil && !invite.Good(tx.Now()) {
			return ErrInvite
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return invite, nil
}

// ready returns the person who asks, if they may act.
func ready(tx *store.Tx, who skein.Viewer) (*store.PersonState, error) {
	if who.Visitor() {
		return nil, skein.Errorf(skein.Unauthorized, "This method requires an authenticated user")
	}
	p, err := tx.Person(who.Account)
	if err != nil {
		return nil, err
	}
	return p, p.Ready()
}
