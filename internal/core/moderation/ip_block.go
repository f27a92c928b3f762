package moderation

import (
	"context"
	"net/netip"
	"strings"
	"unicode/utf8"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// IPRules returns what a site holds against parts of the network, from memory: it is asked for each request.
func (s *Service) IPRules(ctx context.Context, site skein.ID) (*skein.IPRules, error) {
	return s.networks.Load(ctx, site, func(ctx context.Context, site skein.ID) (rules *skein.IPRules, err error) {
		err = s.DB.View(ctx, site, func(tx *store.Tx) error {
			list, err := tx.IPBlocks()
			rules = skein.NewIPRules(list)
			return err
		})
		return rules, err
	})
}

// ShutOut tells whether nothing is served to an address.
func (s *Service) ShutOut(ctx context.Context, site skein.ID, from netip.Addr) (bool, error) {
	rules, err := s.IPRules(ctx, site)
	if err != nil {
		return false, err
	}
	return rules.For(from, s.DB.Now()) == skein.IPNoAccess, nil
}

// read does something for one who may read what is blocked.
func (s *Service) read(ctx context.Context, who skein.Viewer, fn func(tx *store.Tx) error) error {
	return s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageBlocks); err != nil {
			return err
		}
		return fn(tx)
	})
}

// block does something for one who may decide what is blocked, and writes down what it was; what has no action is not.
func (s *Service) block(ctx context.Context, who skein.Viewer, fn func(tx *store.Tx) (skein.Deed, error)) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, skein.ManageBlocks)
		if err != nil {
			return err
		}
		d, err := fn(tx)
		if err != nil || d.Action == "" {
			return err
		}
		d.By = by.id
		return tx.Audit(d)
	})
}

// IPBlocks returns a page of blocks of addresses, newest first.
func (s *Service) IPBlocks(ctx context.Context, who skein.Viewer, p social.Page) (list []*skein.IPBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		list, err = tx.IPBlockPage(store.Page(p))
		return err
	})
	return list, err
}

// IPBlock returns one.
func (s *Service) IPBlock(ctx context.Context, who skein.Viewer, id skein.ID) (b *skein.IPBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		b, err = tx.IPBlock(id)
		return err
	})
	return b, err
}

// AddIPBlock holds something against a part of the network. from is where the one who decides is: nobody shuts out themselves.
func (s *Service) AddIPBlock(ctx context.Context, who skein.Viewer, b skein.IPBlock, from netip.Addr) (*skein.IPBlock, error) {
	err := s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		if err := checkIPBlock(tx, &b, from); err != nil {
			return skein.Deed{}, err
		}
		full, err := tx.IPBlocksFull()
		if err == nil && full {
			err = skein.Errorf(skein.Invalid, "A site holds %d blocks of addresses.", skein.MaxIPBlocks)
		}
		if err != nil {
			return skein.Deed{}, err
		}
		isNew, err := tx.InsertIPBlock(&b)
		if err == nil && !isNew {
			err = errIPTaken
		}
		return ipDeed("block", &b), err
	})
	if err != nil {
		return nil, err
	}
	return &b, nil
}

// ChangeIPBlock alters what is held against a part of the network.
func (s *Service) ChangeIPBlock(ctx context.Context, who skein.Viewer, id skein.ID, alter func(*skein.IPBlock), from netip.Addr) (b *skein.IPBlock, err error) {
	err = s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		if b, err = tx.IPBlock(id); err != nil {
			return skein.Deed{}, err
		}
		alter(b)
		if err := checkIPBlock(tx, b, from); err != nil {
			return skein.Deed{}, err
		}
		alone, err := tx.UpdateIPBlock(b)
		if err == nil && !alone {
			err = errIPTaken
		}
		return ipDeed("change", b), err
	})
	return b, err
}

// RemoveIPBlock takes it back.
func (s *Service) RemoveIPBlock(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		b, err := tx.IPBlock(id)
		if err != nil {
			return skein.Deed{}, err
		}
		return ipDeed("unblock", b), tx.DeleteIPBlock(id)
	})
}

var errIPTaken = invalid("ip", "taken", "IP has already been taken")

// ipSeverities is what the audit log calls them.
var ipSeverities = map[skein.IPSeverity]string{skein.IPApproval: "approval", skein.IPNoSignUp: "no sign-up", skein.IPNoAccess: "no access"}

func ipDeed(action string, b *skein.IPBlock) skein.Deed {
	return skein.Deed{Action: action, Kind: "ip", Target: b.ID, Name: b.Network.String(), Detail: ipSeverities[b.Severity]}
}

// checkIPBlock brings a block into its form, or says what is wrong with it.
func checkIPBlock(tx *store.Tx, b *skein.IPBlock, from netip.Addr) error {
	if !b.Network.IsValid() {
		return invalid("ip", "invalid", "IP is not an address or a network")
	}
	b.Network = b.Network.Masked()
	if ipSeverities[b.Severity] == "" {
		return invalid("severity", "inclusion", "Severity is not included in the list")
	}
	b.Comment = strings.TrimSpace(text.Clean(b.Comment, 8*skein.MaxIPComment))
	if utf8.RuneCountInString(b.Comment) > skein.MaxIPComment {
		return invalid("comment", "too_long", "Comment is too long (maximum is 500 characters)")
	}
	if b.Over(tx.Now()) {
		return invalid("expires_in", "invalid", "Expires in must be more than 0 seconds")
	}
	if b.Severity != skein.IPNoAccess {
		return nil
	}
	least := skein.MinIPv4Bits
	if b.Network.Addr().Is6() {
		least = skein.MinIPv6Bits
	}
	switch {
	case b.Network.Bits() < least:
		return invalid("ip", "too_large", "IP is too large a part of the network to get no access")
	case from.IsValid() && b.Network.Contains(from.Unmap().WithZone("")):
		return invalid("ip", "own_address", "IP holds the address that you are using now, so you would shut out yourself")
	}
	return nil
}
