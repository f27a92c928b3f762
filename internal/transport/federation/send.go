package federation

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// audience says where an activity goes. Of each peer it is one inbox, the shared one where there is one; local accounts
// among those named get nothing.
type audience struct {
	followersOf []skein.ID // accepted remote followers of these local accounts
	accounts    []skein.ID // and these
	everybody   bool       // and every peer that the site knows
	relays      bool       // and the relays that the site subscribes to
	at          []string   // and these inboxes
}

// maxInboxes bounds the inboxes under one registrable domain that an activity goes to, so that nobody makes us flood a
// victim, or fill the table, by way of followers that are invented (T87).
const maxInboxes = 1000

// sender returns the site and a local account that may act; a is nil when there is nothing to be sent.
func (s *Service) sender(ctx context.Context, site, account skein.ID) (*skein.Site, *skein.Account, error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, nil, err
	}
	var a *skein.Account
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.Account(account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && (!a.Local || a.Gone()) {
		return home, nil, nil
	}
	return home, a, err
}

// parting is sender for what also a suspended account still says: that it is suspended, and that follows ended.
func (s *Service) parting(ctx context.Context, site, account skein.ID) (*skein.Site, *skein.Account, error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, nil, err
	}
	var a *skein.Account
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.Account(account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && (!a.Local || !a.DeletedAt.IsZero()) {
		return home, nil, nil
	}
	return home, a, err
}

// send stores an activity of a local account for all inboxes of its audience.
func (s *Service) send(ctx context.Context, site *skein.Site, account skein.ID, activity *activitypub.Activity, to audience) error {
	inboxes, err := s.inboxes(ctx, site, to)
	if err != nil || len(inboxes) == 0 {
		return err
	}
	var body []byte
	if isPublic(activity) {
		body, err = s.proven(ctx, site, account, activity)
	} else { // what is not for everybody is not to be proven to everybody
		body, err = activitypub.Encode(activity)
	}
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site.ID, func(tx *store.Tx) error {
		return tx.InsertDeliveries(tx.NewID(), account, body, inboxes)
	})
}

// isPublic tells whether an activity is for everybody.
func isPublic(a *activitypub.Activity) bool {
	return slices.Contains(a.To, activitypub.Public) || slices.Contains(a.Cc, activitypub.Public)
}

// inboxes returns where something goes: each inbox once, and none of peers that are suspended.
func (s *Service) inboxes(ctx context.Context, site *skein.Site, to audience) (list []store.Inbox, err error) {
	err = s.DB.View(ctx, site.ID, func(tx *store.Tx) (err error) {
		list, err = to.inboxes(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, site.ID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(in store.Inbox) bool { return rules.For(in.Host).Severity == skein.Suspended })
	return bounded(site, list), nil
}

func (to audience) inboxes(tx *store.Tx) ([]store.Inbox, error) {
	var all []store.Inbox
	for _, id := range to.followersOf {
		list, err := tx.FollowerInboxes(id)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if len(to.accounts) > 0 {
		list, err := tx.AccountInboxes(to.accounts)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if to.everybody {
		list, err := tx.KnownInboxes()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if to.relays {
		list, err := tx.RelayInboxes()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	for _, uri := range to.at {
		all = append(all, store.Inbox{Host: hostOf(uri), URL: uri})
	}
	return all, nil
}

// bounded leaves out what came twice, our own host (T12, T57), and what is too much for one domain.
func bounded(site *skein.Site, list []store.Inbox) []store.Inbox {
	seen := make(map[string]bool, len(list))
	count := map[string]int{}
	return slices.DeleteFunc(list, func(in store.Inbox) bool {
		if seen[in.URL] || in.Host == site.Domain || in.Host == "" {
			return true
		}
		seen[in.URL] = true
		if len(list) <= maxInboxes {
			return false
		}
		domain := registrable(in.Host)
		count[domain]++
		return count[domain] > maxInboxes
	})
}

// registrable is the part of a host that somebody can register: of a.b.example.co.uk it is example.co.uk.
func registrable(host string) string {
	name := portless(host)
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return name
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return name
	}
	return domain
}

func portless(host string) string {
	for i := len(host) - 1; i >= 0 && host[i] != ']'; i-- {
		if host[i] == ':' {
			return host[:i]
		}
	}
	return host
}

// sharesDomain tells whether a URI is on the host of another, or at least under the same registrable domain (T57).
func sharesDomain(uri, of string) bool {
	a, b := hostOf(uri), hostOf(of)
	return a != "" && b != "" && (a == b || registrable(a) == registrable(b))
}
