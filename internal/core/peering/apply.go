package peering

import (
	"context"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Batches of the work that follows a decision: what is looked at by one read, and how many reads a job does before it
// leaves the rest to another.
const (
	lookedAt     = 1000
	batchesOfJob = 200
	followBatch  = 200
)

// Apply brings the accounts of peers into the state that the policies want, as an effect of PeerChanged: whatever was
// decided in which order, the state is that of the policies now. What waits to be sent to suspended peers is dropped.
func (s *Service) Apply(ctx context.Context, e skein.PeerChanged) error {
	if e.After == 0 {
		if err := s.dropDeliveries(ctx, e.Site); err != nil {
			return err
		}
	}
	after := e.After
	for n := 0; ; n++ {
		if n == batchesOfJob {
			return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
				return tx.Emit(skein.PeerChanged{Site: e.Site, Domain: e.Domain, After: after})
			})
		}
		rules, err := s.fresh(ctx, e.Site)
		if err != nil {
			return err
		}
		var list []*store.PeerAccount
		if err := s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
			list, err = tx.PeerAccounts(after, lookedAt)
			return err
		}); err != nil {
			return err
		}
		for _, a := range list {
			if !concerns(e.Domain, a) || stands(rules, a) {
				continue
			}
			if err := s.mark(ctx, e.Site, a); err != nil {
				return err
			}
		}
		if len(list) < lookedAt {
			return nil
		}
		after = list[len(list)-1].ID
	}
}

// fresh reads the rules past the cache.
func (s *Service) fresh(ctx context.Context, site skein.ID) (rules *skein.PeerRules, err error) {
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
}

func hostOf(uri string) string {
	u, err := fetch.Canonical(uri)
	if err != nil {
		return ""
	}
	return u.Host
}

// concerns tells whether an account is of a domain, by its URI or its handle.
func concerns(domain string, a *store.PeerAccount) bool {
	return domain == "" || skein.Under(a.Domain, domain) || skein.Under(hostOf(a.URI), domain)
}

// wanted is the mark that an account is to bear.
func wanted(rules *skein.PeerRules, a *store.PeerAccount) int {
	return Mark(rules.ForAccount(hostOf(a.URI), a.Domain))
}

// Mark is what a policy makes of the accounts of a peer: 0 nothing, 1 limited, 2 suspended.
func Mark(p skein.PeerPolicy) int { return int(p.Severity) }

// stands tells whether nothing is to be done. What somebody decided about the account itself is not ours.
func stands(rules *skein.PeerRules, a *store.PeerAccount) bool {
	switch want := wanted(rules, a); {
	case want == a.Mark:
		return true
	case a.Mark != 0:
		return false
	default:
		return want == 1 && a.Silenced || want == 2 && a.Suspended
	}
}

// mark changes one account. A suspended one loses its follows both ways, which is noted for those who had them; its own
// server hears nothing, as nothing is sent there any more. An account that merely is not on the allow list keeps them: it
// rests until it is.
func (s *Service) mark(ctx context.Context, site skein.ID, a *store.PeerAccount) error {
	for some := true; some; {
		err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
			some = false
			host := hostOf(a.URI)
			rules, err := tx.PeerRulesFor(host, a.Domain)
			if err != nil {
				return err
			}
			if p := rules.ForAccount(host, a.Domain); p.Severity == skein.Suspended && p.Domain != "" {
				follows, err := tx.FollowsOf(a.ID, "", followBatch)
				if err != nil {
					return err
				}
				if err := s.sever(tx, p.Domain, a.ID, follows); err != nil {
					return err
				}
				// The mark comes last: a job that begins again goes on with the follows that are left.
				if some = len(follows) == followBatch; some {
					return nil
				}
			}
			return tx.MarkPeerAccount(a.ID, wanted(rules, a))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sever ends follows from and to a remote account, and tells those who had them.
func (s *Service) sever(tx *store.Tx, domain string, remote skein.ID, follows []*skein.Follow) error {
	var ended []*skein.Follow
	for _, f := range follows {
		was, err := tx.DeleteFollow(f.Account, f.Target)
		if err != nil {
			return err
		}
		if was == nil || !was.Accepted {
			continue
		}
		ended = append(ended, was)
		if f.Target == remote {
			if err := tx.RemoveFromHome(f.Account, remote); err != nil {
				return err
			}
		}
	}
	decision, err := tx.Sever("domain_block", domain, remote, ended)
	if err != nil || decision == 0 || s.Notify == nil {
		return err
	}
	var list []skein.Notification
	for _, f := range ended {
		ours := f.Account
		if ours == remote {
			ours = f.Target
		}
		list = append(list, skein.Notification{Account: ours, Kind: skein.NotifySevered, Actor: ours, About: decision})
	}
	return s.Notify(tx, list)
}

// dropDeliveries removes what waits for suspended peers.
func (s *Service) dropDeliveries(ctx context.Context, site skein.ID) error {
	rules, err := s.fresh(ctx, site)
	if err != nil {
		return err
	}
	const batch = 500
	for after := ""; ; {
		var hosts []string
		if err := s.DB.View(ctx, site, func(tx *store.Tx) error {
			hosts, err = tx.DeliveryHosts(after, batch)
			return err
		}); err != nil {
			return err
		}
		for _, h := range hosts {
			if rules.For(h).Severity != skein.Suspended {
				continue
			}
			if err := s.DB.Update(ctx, site, func(tx *store.Tx) error { return tx.DropDeliveries(h) }); err != nil {
				return err
			}
		}
		if len(hosts) < batch {
			return nil
		}
		after = hosts[len(hosts)-1]
	}
}
