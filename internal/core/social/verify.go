package social

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxVerified is how many links of one profile are looked at.
const maxVerified = 4

// FieldLink returns the address that a row of a profile is, if it is one and nothing else: https, or http, without a name and
// password, and with its host spelled as it is asked for (T60).
func FieldLink(a *skein.Account, f *skein.Field) (string, bool) {
	raw, ok := f.Text, true
	if !a.Local {
		raw, ok = text.OnlyLink(f.Value)
	}
	if !ok || raw == "" {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	c, err := fetch.Canonical(raw)
	return raw, err == nil && strings.EqualFold(c.Host, u.Host)
}

// links returns the addresses in a profile.
func links(a *skein.Account) (list []string) {
	for i := range a.Fields {
		if link, ok := FieldLink(a, &a.Fields[i]); ok && !slices.Contains(list, link) && len(list) < maxVerified {
			list = append(list, link)
		}
	}
	return list
}

// LinksToVerify returns an account and the addresses in its profile that are to be looked at, also those that are verified: a
// page may link back no longer. NotFound when nobody needs to know.
func (s *Service) LinksToVerify(ctx context.Context, site, account skein.ID) (a *skein.Account, list []string, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.Account(account)
		if err == nil && a.Gone() {
			err = skein.ErrNotFound
		}
		if err == nil {
			list = links(a)
		}
		return err
	})
	return a, list, err
}

// SetVerified notes which of the addresses in a profile link back to it and which do not; the others stay as they are.
func (s *Service) SetVerified(ctx context.Context, site, account skein.ID, found map[string]bool) error {
	if len(found) == 0 {
		return nil
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		old, err := tx.LockAccount(account)
		if err != nil {
			return err
		}
		a := *old
		a.Fields = slices.Clone(old.Fields)
		for i := range a.Fields {
			f := &a.Fields[i]
			link, ok := FieldLink(&a, f)
			back, known := found[link]
			switch {
			case !ok || !known:
			case !back:
				f.VerifiedAt = time.Time{}
			case f.VerifiedAt.IsZero():
				f.VerifiedAt = tx.Now()
			}
		}
		if slices.Equal(a.Fields, old.Fields) {
			return nil
		}
		return tx.UpdateAccount(&a)
	})
}

// wantLinks has the addresses of a profile looked at. Of a peer's account only when somebody here follows
// it: else whoever makes many accounts could have us ask one page for each.
func wantLinks(tx *store.Tx, a *skein.Account) error {
	if len(links(a)) == 0 {
		return nil
	}
	if !a.Local {
		if wanted, err := tx.HasLocalFollower(a.ID); err != nil || !wanted {
			return err
		}
	}
	return tx.Emit(skein.LinksDue{Site: tx.Site(), Account: a.ID})
}

// linkShares: the links of each of our people are looked at once in so many runs of CheckLinks, which comes every hour.
const (
	linkShares   = 7 * 24
	maxLinkShare = 10_000
)

// CheckLinks has the links of some of our people looked at again, on all sites: a page may link back by now, or no longer.
func (s *Service) CheckLinks(ctx context.Context) error {
	share := int(s.DB.Now().Unix() / 3600 % linkShares)
	due := map[skein.ID][]skein.ID{}
	if err := s.DB.View(ctx, 0, func(tx *store.Tx) error {
		list, err := tx.WithFields(linkShares, share, maxLinkShare)
		for _, a := range list {
			due[a.Site] = append(due[a.Site], a.ID)
		}
		return err
	}); err != nil {
		return err
	}
	for site, ids := range due {
		if err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
			for _, id := range ids {
				if err := tx.Emit(skein.LinksDue{Site: site, Account: id}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// keepVerified lets rows of a profile that are as they were stay verified. What a peer says of that is not asked.
func keepVerified(fields, old []skein.Field) {
	for i := range fields {
		f := &fields[i]
		at := slices.IndexFunc(old, func(o skein.Field) bool { return o.Name == f.Name && o.Value == f.Value })
		f.VerifiedAt = time.Time{}
		if at >= 0 {
			f.VerifiedAt = old[at].VerifiedAt
		}
	}
}
