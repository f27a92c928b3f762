package peering

import (
	"context"
	"slices"
	"strings"

	"skein/internal/skein"
	"skein/internal/store"
)

// Held is the error when something at least as strict was decided about a peer, or a domain above it.
type Held struct{ Policy *skein.PeerPolicy }

// Error is for people.
func (h *Held) Error() string {
	return "You have already imposed stricter limits on " + h.Policy.Domain + "."
}

// read does something for one who may decide about peers.
func (s *Service) read(ctx context.Context, who skein.Viewer, f func(tx *store.Tx) error) error {
	return s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := may(tx, who); err != nil {
			return err
		}
		return f(tx)
	})
}

// Page returns a page of the peers that something is held against, or of those on the list of allowed ones, newest first.
func (s *Service) Page(ctx context.Context, who skein.Viewer, allowed bool, p store.Page) (list []*skein.PeerPolicy, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		list, err = tx.PeerPolicyPage(allowed, p)
		return err
	})
	return list, err
}

// Peer returns one of those of Page.
func (s *Service) Peer(ctx context.Context, who skein.Viewer, allowed bool, id skein.ID) (p *skein.PeerPolicy, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		p, err = peer(tx, allowed, id)
		return err
	})
	return p, err
}

func peer(tx *store.Tx, allowed bool, id skein.ID) (*skein.PeerPolicy, error) {
	p, err := tx.PeerPolicy(id)
	if err != nil {
		return nil, err
	}
	if allowed && !p.Allowed || !allowed && !blocks(p) {
		return nil, skein.ErrNotFound
	}
	return p, nil
}

// Block decides against a peer, unless something as strict holds already: then the error is a *Held.
func (s *Service) Block(ctx context.Context, who skein.Viewer, p skein.PeerPolicy) (*skein.PeerPolicy, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		if err := check(site, &p); err != nil {
			return err
		}
		var names []string // the domain, then those above it
		for rest, ok := p.Domain, true; ok; _, rest, ok = strings.Cut(rest, ".") {
			names = append(names, rest)
		}
		list, err := tx.PeerPoliciesOf(names)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b *skein.PeerPolicy) int { return len(b.Domain) - len(a.Domain) })
		if i := slices.IndexFunc(list, blocks); i >= 0 && (list[i].Domain == p.Domain || !stricter(&p, list[i])) {
			return &Held{list[i]}
		}
		if len(list) > 0 && list[0].Domain == p.Domain {
			if p.Allowed = true; !blocks(&p) {
				return skein.Errorf(skein.Invalid, "%s is on the list of allowed servers; say what is to be held against it.", p.Domain)
			}
		}
		return set(tx, site, who, &p)
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// stricter tells whether a policy goes beyond another, as Mastodon compares them.
func stricter(p, than *skein.PeerPolicy) bool {
	switch {
	case p.Severity == skein.Suspended:
		return true
	case p.Severity < than.Severity:
		return false
	}
	return (p.RejectMedia || !than.RejectMedia) && (p.RejectReports || !than.RejectReports)
}

// Change alters what is held against a peer.
func (s *Service) Change(ctx context.Context, who skein.Viewer, id skein.ID, alter func(*skein.PeerPolicy)) (p *skein.PeerPolicy, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		if p, err = peer(tx, false, id); err != nil {
			return err
		}
		alter(p)
		return set(tx, site, who, p)
	})
	return p, err
}

// Allow puts a peer on the list of allowed ones. One that is there stays.
func (s *Service) Allow(ctx context.Context, who skein.Viewer, domain string) (*skein.PeerPolicy, error) {
	domain, err := Domain(domain)
	if err != nil {
		return nil, err
	}
	p := &skein.PeerPolicy{Domain: domain}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		list, err := tx.PeerPoliciesOf([]string{domain})
		if err != nil {
			return err
		}
		if len(list) > 0 {
			p = list[0]
		}
		if p.Allowed {
			return nil
		}
		p.Allowed = true
		return set(tx, site, who, p)
	})
	return p, err
}

// Lift takes back what is held against a peer, or that it is allowed; the other half of what was decided stays.
func (s *Service) Lift(ctx context.Context, who skein.Viewer, allowed bool, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		p, err := peer(tx, allowed, id)
		if err != nil {
			return err
		}
		if p.Allowed && blocks(p) {
			if allowed {
				p.Allowed = false
			} else {
				*p = skein.PeerPolicy{Domain: p.Domain, Allowed: true}
			}
			return set(tx, site, who, p)
		}
		if _, err := tx.DeletePeerPolicy(p.Domain); err != nil {
			return err
		}
		if err := tx.Audit(skein.Deed{By: who.Account, Action: "forget", Kind: "peer", Target: p.ID, Name: p.Domain}); err != nil {
			return err
		}
		return changed(tx, p.Domain)
	})
}
