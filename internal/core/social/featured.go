package social

import (
	"context"
	"slices"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

const (
	suggestedTags = 10
	suggestedFrom = 200 // newest posts that suggestions are taken from
	maxRemoteTags = 20
)

// FeaturedTags returns the hashtags on an account's profile, the most used first.
func (s *Service) FeaturedTags(ctx context.Context, who skein.Viewer, account skein.ID) (list []*skein.FeaturedTag, err error) {
	a, err := s.Account(ctx, who, account)
	if err != nil || a.Gone() {
		return nil, err
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.FeaturedTags(account)
		return err
	})
	return list, err
}

// FeatureTag puts a hashtag on the viewer's profile.
func (s *Service) FeatureTag(ctx context.Context, who skein.Viewer, name string) (f *skein.FeaturedTag, err error) {
	normal, display, ok := text.Hashtag(strings.TrimPrefix(strings.TrimSpace(name), "#"))
	if !ok {
		return nil, skein.Errorf(skein.Invalid, "Validation failed: Tag is invalid")
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		there, isNew, err := tx.InsertFeaturedTag(self.ID, skein.Tag{Name: normal, Display: display}, skein.MaxFeaturedTags)
		if err != nil {
			return err
		}
		if !there {
			return skein.Errorf(skein.Invalid, "Validation failed: You have already featured the maximum number of hashtags")
		}
		if isNew {
			if err := tx.Emit(skein.TagFeatured{Site: tx.Site(), Account: self.ID, Name: normal, Display: display}); err != nil {
				return err
			}
		}
		list, err := tx.FeaturedTags(self.ID)
		if i := slices.IndexFunc(list, func(t *skein.FeaturedTag) bool { return t.Tag.Name == normal }); i >= 0 {
			f = list[i]
		}
		return err
	})
	return f, err
}

// UnfeatureTag takes a hashtag off the viewer's profile. One that is not there is left alone.
func (s *Service) UnfeatureTag(ctx context.Context, who skein.Viewer, name string) error {
	normal, display, ok := text.Hashtag(name)
	if !ok {
		return skein.ErrNotFound
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return unfeature(tx, self.ID, skein.Tag{Name: normal, Display: display})
	})
}

// UnfeatureTagByID is UnfeatureTag by the ID of the entry.
func (s *Service) UnfeatureTagByID(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		list, err := tx.FeaturedTags(self.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(t *skein.FeaturedTag) bool { return t.ID == id })
		if i < 0 {
			return skein.ErrNotFound
		}
		return unfeature(tx, self.ID, list[i].Tag)
	})
}

func unfeature(tx *store.Tx, account skein.ID, t skein.Tag) error {
	gone, err := tx.DeleteFeaturedTag(account, t.Name)
	if err != nil || !gone {
		return err
	}
	return tx.Emit(skein.TagUnfeatured{Site: tx.Site(), Account: account, Name: t.Name, Display: t.Display})
}

// SuggestedTags returns hashtags that the viewer used lately and that are not on their profile.
func (s *Service) SuggestedTags(ctx context.Context, who skein.Viewer) (list []skein.Tag, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		recent, err := tx.RecentTags(who.Account, suggestedFrom)
		if err != nil {
			return err
		}
		names := make([]string, len(recent))
		for i, t := range recent {
			names[i] = t.Name
		}
		has, err := tx.FeaturesTags(who.Account, names)
		for _, t := range recent {
			if len(list) < suggestedTags && !slices.Contains(has, t.Name) &&
				!slices.ContainsFunc(list, func(o skein.Tag) bool { return o.Name == t.Name }) {
				list = append(list, t)
			}
		}
		return err
	})
	return list, err
}

// ReceiveFeaturedTag puts a hashtag on a peer's profile here, or takes it off.
func (s *Service) ReceiveFeaturedTag(ctx context.Context, site, account skein.ID, t skein.Tag, on bool) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if _, err := peer(tx, account, ""); err != nil {
			return err
		}
		if !on {
			_, err := tx.DeleteFeaturedTag(account, t.Name)
			return err
		}
		_, _, err := tx.InsertFeaturedTag(account, t, maxRemoteTags)
		return err
	})
}

// ReceiveFeaturedTags makes the hashtags on a peer's profile those that the peer names now.
func (s *Service) ReceiveFeaturedTags(ctx context.Context, site, account skein.ID, tags []skein.Tag) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if _, err := peer(tx, account, ""); err != nil {
			return err
		}
		old, err := tx.FeaturedTags(account)
		if err != nil {
			return err
		}
		for _, f := range old {
			if !slices.ContainsFunc(tags, func(t skein.Tag) bool { return t.Name == f.Tag.Name }) {
				if _, err := tx.DeleteFeaturedTag(account, f.Tag.Name); err != nil {
					return err
				}
			}
		}
		for _, t := range tags {
			if _, _, err := tx.InsertFeaturedTag(account, t, maxRemoteTags); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReceivePins makes a peer's pins those of the posts that are the peer's own and may be pinned; the first stands on top
// (T192).
func (s *Service) ReceivePins(ctx context.Context, site, account skein.ID, posts []skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, account, "")
		if err != nil {
			return err
		}
		var own []skein.ID
		for _, id := range posts[:min(len(posts), maxRemotePins)] {
			p, err := s.peersPost(tx, by, skein.Pin, id)
			if err != nil {
				return err
			}
			if p != nil && p.ID == id && !slices.Contains(own, id) {
				own = append(own, id)
			}
		}
		old, err := tx.Pins(account)
		if err != nil || slices.Equal(old, own) {
			return err
		}
		for _, id := range old {
			if _, err := tx.DeletePin(account, id); err != nil {
				return err
			}
		}
		for _, id := range slices.Backward(own) {
			if _, _, err := tx.InsertPin(account, id, maxRemotePins); err != nil {
				return err
			}
		}
		return nil
	})
}
