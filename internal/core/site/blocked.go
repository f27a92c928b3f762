package site

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// LimitedPeers returns what the site decided against its peers, if the viewer may know it; without the reasons, unless
// they may know these too.
func (s *Service) LimitedPeers(ctx context.Context, who skein.Viewer) (list []*skein.PeerPolicy, reasons bool, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		site, err := tx.SiteRow()
		if err != nil {
			return err
		}
		if !site.Extra.ShowBlocks.Has(who) {
			return skein.ErrNotFound
		}
		reasons = site.Extra.ShowReasons.Has(who)
		all, err := tx.PeerPolicies()
		if err != nil {
			return err
		}
		list = nil
		for _, p := range all {
			if p.Severity == skein.Unrestricted {
				continue
			}
			if !reasons {
				p.PublicComment = ""
			}
			list = append(list, p)
		}
		return nil
	})
	return list, reasons, err
}
