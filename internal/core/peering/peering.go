// Package peering decides what a site allows its peers: nothing held against them, limited, or suspended; whether their
// media and reports are taken; and whether only listed ones are federated with. It is the one place that knows; the door,
// fetches, deliveries and the rules of accounts ask it.
package peering

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/cache"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the policies of all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB *store.DB

	// Notify tells people something, in the transaction of the change; nil: nobody is told. Server fills it in with social's.
	Notify func(tx *store.Tx, list []skein.Notification) error

	rules  *cache.Cache[skein.ID, *skein.PeerRules]
	relays *cache.Cache[skein.ID, []string] // accepted ones: their actors
}

// rulesAge is how long rules are remembered: other processes on the same database may change them.
const rulesAge = 10 * time.Second

// Start makes the caches.
func (s *Service) Start() {
	s.rules = cache.New(cache.Options[skein.ID, *skein.PeerRules]{Size: 10_000, Age: rulesAge})
	s.relays = cache.New(cache.Options[skein.ID, []string]{Size: 10_000, Age: rulesAge})
	s.DB.OnChange(func(c store.Change) {
		if c.Post == 0 && c.Account == 0 {
			s.rules.Drop(c.Site)
			s.relays.Drop(c.Site)
		}
	})
}

// Rules returns what a site decided about its peers, from memory.
func (s *Service) Rules(ctx context.Context, site skein.ID) (*skein.PeerRules, error) {
	return s.rules.Load(ctx, site, func(ctx context.Context, site skein.ID) (rules *skein.PeerRules, err error) {
		err = s.DB.View(ctx, site, func(tx *store.Tx) error {
			home, err := tx.SiteRow()
			if err != nil {
				return err
			}
			list, err := tx.PeerPolicies()
			rules = skein.NewPeerRules(list, home.AllowListOnly)
			return err
		})
		return rules, err
	})
}

// Policy returns what holds for a host in canonical form.
func (s *Service) Policy(ctx context.Context, site skein.ID, host string) (skein.PeerPolicy, error) {
	rules, err := s.Rules(ctx, site)
	if err != nil {
		return skein.PeerPolicy{}, err
	}
	return rules.For(host), nil
}

// Bounds of what is written about a peer.
const maxComment = 2000

// Domain returns the one form in which a domain stands in policies: canonical, without a port; *.elm.example is
// elm.example, since what is below is always meant too.
func Domain(raw string) (string, error) {
	raw = strings.TrimPrefix(strings.TrimSpace(raw), "*.")
	raw = strings.TrimPrefix(strings.TrimPrefix(raw, "https://"), "http://")
	host, err := fetch.Host(strings.TrimSuffix(raw, "/"))
	if err != nil {
		return "", skein.Errorf(skein.Invalid, "%q is not the name of a server.", raw)
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return host, nil
}

// may tells whether somebody may decide about peers: an owner or admin, or the site itself, in whose name the operator's
// command line acts.
func may(tx *store.Tx, who skein.Viewer) (*skein.Site, error) {
	denied := skein.Errorf(skein.Denied, "Only those who run the site decide about other servers.")
	if who.Visitor() {
		return nil, denied
	}
	site, err := tx.SiteRow()
	if err != nil || who.Account == site.Actor {
		return site, err
	}
	u, err := tx.Person(who.Account)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, denied
	}
	if err != nil {
		return nil, err
	}
	if u.Ready() != nil || !u.Role.May(skein.ManageFederation) {
		return nil, denied
	}
	return site, nil
}

// List returns all policies of a site, by domain.
func (s *Service) List(ctx context.Context, who skein.Viewer) (list []*skein.PeerPolicy, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := may(tx, who); err != nil {
			return err
		}
		list, err = tx.PeerPolicies()
		return err
	})
	return list, err
}

// Set decides about a peer, in place of what was decided before.
func (s *Service) Set(ctx context.Context, who skein.Viewer, p skein.PeerPolicy) (*skein.PeerPolicy, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		return set(tx, site, who, &p)
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// check brings a policy into its form, or says what is wrong with it.
func check(site *skein.Site, p *skein.PeerPolicy) (err error) {
	if p.Domain, err = Domain(p.Domain); err != nil {
		return err
	}
	if skein.Under(site.Domain, p.Domain) {
		return skein.Errorf(skein.Invalid, "%s is this site itself.", p.Domain)
	}
	if p.Severity < skein.Unrestricted || p.Severity > skein.Suspended {
		return skein.Errorf(skein.Invalid, "The severity is none, limit or suspend.")
	}
	for _, c := range []string{p.PublicComment, p.PrivateComment} {
		if !utf8.ValidString(c) || strings.ContainsRune(c, 0) || utf8.RuneCountInString(c) > maxComment {
			return skein.Errorf(skein.Invalid, "A comment holds %d characters.", maxComment)
		}
	}
	return nil
}

func set(tx *store.Tx, site *skein.Site, who skein.Viewer, p *skein.PeerPolicy) error {
	if err := check(site, p); err != nil {
		return err
	}
	p.By, p.CreatedAt = who.Account, tx.Now()
	if err := tx.SetPeerPolicy(p); err != nil {
		return err
	}
	name := severityName[p.Severity]
	if p.Allowed && !blocks(p) {
		name = "allow"
	}
	d := skein.Deed{By: who.Account, Action: name, Kind: "peer", Target: p.ID, Name: p.Domain, Detail: p.PrivateComment}
	if err := tx.Audit(d); err != nil {
		return err
	}
	return changed(tx, p.Domain)
}

// lateAfter is when the accounts of a peer are looked at a second time: another process may have taken one in by what it
// remembered of the rules.
const lateAfter = 2 * rulesAge

func changed(tx *store.Tx, domain string) error {
	e := skein.PeerChanged{Site: tx.Site(), Domain: domain}
	if err := tx.Emit(e); err != nil {
		return err
	}
	return tx.EmitAt(tx.Now().Add(lateAfter), e)
}

// Remove takes back what was decided about a peer. Follows that were ended do not come back.
func (s *Service) Remove(ctx context.Context, who skein.Viewer, domain string) error {
	domain, err := Domain(domain)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := may(tx, who); err != nil {
			return err
		}
		was, err := tx.DeletePeerPolicy(domain)
		if err == nil && !was {
			err = skein.Errorf(skein.NotFound, "Nothing was decided about %s.", domain)
		}
		if err != nil {
			return err
		}
		if err := tx.Audit(skein.Deed{By: who.Account, Action: "forget", Kind: "peer", Name: domain}); err != nil {
			return err
		}
		return changed(tx, domain)
	})
}
