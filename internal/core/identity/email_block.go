package identity

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/limit"
	"skein/internal/kit/mail"
	"skein/internal/skein"
	"skein/internal/store"
)

// What people read who meet what those who run the site block.
var (
	errBarredDomain = faults([]skein.FieldError{{Field: "email", Code: "blocked", Text: "is at a provider that this site does not accept"}})
	errBarredEmail  = faults([]skein.FieldError{{Field: "email", Code: "blocked", Text: "cannot be used on this site"}})
	errBarredFrom   = skein.Errorf(skein.Denied, "Nobody can sign up on this site from your part of the network.")
)

// barrier is what a mail address, and where its owner comes from, meets of what the site blocks.
type barrier struct {
	refused error      // nil: they may go on
	waits   bool       // a moderator lets them in, or nobody does
	tried   []skein.ID // blocked providers that they tried, for the history of the blocks
}

// Bounds of the look-up of who takes the mail of a domain.
const (
	mxTime = 3 * time.Second
	maxMX  = 16
)

// barrierFor looks at an address that somebody gives, and at where they come from (empty: it does not matter).
func (s *Service) barrierFor(ctx context.Context, site skein.ID, email, address string) (b barrier, err error) {
	domains, any := []string{mail.Domain(email)}, false
	if err := s.DB.View(ctx, site, func(tx *store.Tx) error {
		any, err = tx.AnyEmailDomain()
		return err
	}); err != nil {
		return b, err
	}
	if any { // who blocks a provider means it by whatever name it goes: the hosts that take its mail tell
		domains = append(domains, s.mailHosts(ctx, domains[0])...)
	}
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		b, err = look(tx, domains, mail.Hashes(email), address)
		return err
	})
	return b, err
}

// mailHosts returns the hosts that take the mail of a domain. Where nobody can tell there are none: the name of the domain
// itself is looked at in any case.
func (s *Service) mailHosts(ctx context.Context, domain string) (hosts []string) {
	if s.MX == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, mxTime)
	defer cancel()
	found, err := s.MX(ctx, domain)
	if err != nil {
		s.Log.Debug("mail hosts not found", "err", err)
	}
	for _, host := range found[:min(len(found), maxMX)] {
		if host = strings.ToLower(strings.TrimSuffix(host, ".")); host != "" && len(host) < 256 {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// look asks the tables.
func look(tx *store.Tx, domains, hashes []string, address string) (b barrier, err error) {
	if from, bad := netip.ParseAddr(address); bad == nil {
		list, err := tx.IPBlocksOn(from)
		if err != nil {
			return b, err
		}
		for _, block := range list {
			if block.Severity >= skein.IPNoSignUp {
				b.refused = errBarredFrom
				return b, nil
			}
			b.waits = b.waits || block.Severity == skein.IPApproval
		}
	}
	var names []string // with all above them
	for _, d := range domains {
		for rest, ok := d, true; ok && len(names) < 200; _, rest, ok = strings.Cut(rest, ".") {
			if !slices.Contains(names, rest) {
				names = append(names, rest)
			}
		}
	}
	blocks, err := tx.EmailDomainsOf(names)
	if err != nil {
		return b, err
	}
	for _, block := range blocks {
		if !block.WithApproval {
			b.refused = errBarredDomain
		}
	}
	for _, block := range blocks { // where one refuses, those that would only make them wait were not tried
		if b.waits = b.waits || block.WithApproval; !block.WithApproval || b.refused == nil {
			b.tried = append(b.tried, block.ID)
		}
	}
	if b.refused != nil {
		return b, nil
	}
	known, err := tx.EmailBlocksOf(hashes)
	if err == nil && len(known) > 0 {
		b.refused = errBarredEmail
	}
	return b, err
}

// note writes down that somebody tried blocked providers: as those who run the site see it, by networks as limits count them.
func (b barrier) note(tx *store.Tx, address string) error {
	from, err := netip.ParseAddr(address)
	if err != nil || len(b.tried) == 0 {
		return nil
	}
	return tx.CountEmailTries(b.tried, limit.IPKey(from))
}

// pass refuses whom the barrier refuses, and notes that they tried.
func (s *Service) pass(ctx context.Context, site skein.ID, b barrier, address string) error {
	if b.refused == nil || len(b.tried) == 0 {
		return b.refused
	}
	if err := s.DB.Update(ctx, site, func(tx *store.Tx) error { return b.note(tx, address) }); err != nil {
		return err
	}
	return b.refused
}

// barredNow looks at an address within a transaction, before it becomes somebody's: it may have been blocked since they gave
// it.
func barredNow(tx *store.Tx, email string) error {
	b, err := look(tx, []string{mail.Domain(email)}, mail.Hashes(email), "")
	if err != nil {
		return err
	}
	return b.refused
}
