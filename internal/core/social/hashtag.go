package social

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// ReviewedTag is a hashtag with all that moderators say of it.
type ReviewedTag struct {
	Tag      skein.Tag
	Unlisted bool // not found by searching
	Unusable bool // posts of ours may not have it
	Allowed  bool // it may trend
	Pending  bool // no moderator has said whether it may
}

// ReviewedTags adds to hashtags that are talked about what else moderators said of them.
func (s *Service) ReviewedTags(ctx context.Context, who skein.Viewer, list []*Trending) (out []*ReviewedTag, err error) {
	ids := make([]skein.ID, len(list))
	for i, t := range list {
		ids[i] = t.Ref
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := moderator(tx, who); err != nil {
			return err
		}
		rows, err := tx.HashtagsByID(ids)
		known := make(map[skein.ID]*store.Hashtag, len(rows))
		for _, h := range rows {
			known[h.ID] = h
		}
		for _, t := range list {
			x := &ReviewedTag{Tag: t.Tag, Allowed: t.Allowed, Pending: t.Pending}
			if h := known[t.Ref]; h != nil {
				x.Unlisted, x.Unusable, x.Tag.Display = h.Unlisted, h.Unusable, h.Display
			}
			out = append(out, x)
		}
		return err
	})
	return out, err
}
