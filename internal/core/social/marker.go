package social

import (
	"context"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// The timelines that have a marker.
const (
	markerHome          = "home"
	markerNotifications = "notifications"
)

// Markers returns how far the viewer has read timelines: home, notifications. Unknown ones are left out.
func (s *Service) Markers(ctx context.Context, who skein.Viewer, timelines []string) (list []*skein.Marker, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	if len(timelines) == 0 {
		return nil, nil
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.Markers(who.Account, timelines)
		return err
	})
	return list, err
}

// SetMarkers stores how far the viewer has read. The last one to say so is right, be it further back: who marks something
// unread means it.
func (s *Service) SetMarkers(ctx context.Context, who skein.Viewer, set map[string]skein.ID) (list []*skein.Marker, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		list = nil
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		for _, timeline := range []string{markerHome, markerNotifications} {
			last, ok := set[timeline]
			if !ok {
				continue
			}
			m, err := tx.SetMarker(self.ID, timeline, last)
			if err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	return slices.Clip(list), err
}
