package social

import (
	"context"
	"slices"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxTagFollows is how many hashtags somebody may follow: each is looked at for each listed post.
const maxTagFollows = 1000

func tagName(name string) (string, error) {
	normal, _, ok := text.Hashtag(name)
	if !ok {
		return "", skein.ErrNotFound
	}
	return normal, nil
}

// FollowTag brings listed posts with a hashtag into the viewer's home timeline from now on.
func (s *Service) FollowTag(ctx context.Context, who skein.Viewer, name string) error {
	name, err := tagName(name)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		n, err := tx.TagFollowCount(self.ID)
		if err != nil {
			return err
		}
		if n >= maxTagFollows {
			if has, err := tx.FollowsTags(self.ID, []string{name}); err != nil || len(has) > 0 {
				return err
			}
			return skein.Errorf(skein.Invalid, "You follow %d hashtags, which is as many as you can.", n)
		}
		_, err = tx.InsertTagFollow(self.ID, name)
		return err
	})
}

// UnfollowTag ends that.
func (s *Service) UnfollowTag(ctx context.Context, who skein.Viewer, name string) error {
	name, err := tagName(name)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return tx.DeleteTagFollow(self.ID, name)
	})
}

// FollowedTags returns the hashtags that the viewer follows.
func (s *Service) FollowedTags(ctx context.Context, who skein.Viewer, p Page) (list []Row[skein.Tag], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.FollowedTags(who.Account, store.Page(p))
		for _, r := range rows {
			list = append(list, Row[skein.Tag]{r.Cursor, written(r)})
		}
		return err
	})
	return list, err
}

// TagMarks is what somebody has to do with a hashtag.
type TagMarks struct {
	Follows  bool // its posts come into their home timeline
	Features bool // it is on their profile

	Display string // how the site writes it: as the first post did, or as moderators chose; empty: nobody has used it
}

// TagMarks tells how some hashtags are written, and what the viewer has to do with them, by the names as they were given.
// What is no hashtag is left out; visitors have nothing to do with any.
func (s *Service) TagMarks(ctx context.Context, who skein.Viewer, names []string) (map[string]TagMarks, error) {
	marks := make(map[string]TagMarks, len(names))
	normal := make([]string, 0, len(names))
	asked := make(map[string]string, len(names))
	for _, name := range names {
		if n, err := tagName(name); err == nil {
			asked[name] = n
			normal = append(normal, n)
		}
	}
	if len(normal) == 0 {
		return marks, nil
	}
	ids := make([]skein.ID, len(normal))
	for i, n := range normal {
		ids[i] = skein.NameID(n)
	}
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		known, err := tx.HashtagsByID(ids)
		if err != nil {
			return err
		}
		display := make(map[string]string, len(known))
		for _, h := range known {
			display[h.Name] = h.Display
		}
		var follows, features []string
		if !who.Visitor() {
			if follows, err = tx.FollowsTags(who.Account, normal); err != nil {
				return err
			}
			if features, err = tx.FeaturesTags(who.Account, normal); err != nil {
				return err
			}
		}
		for name, n := range asked {
			marks[name] = TagMarks{Follows: slices.Contains(follows, n), Features: slices.Contains(features, n), Display: display[n]}
		}
		return nil
	})
	return marks, err
}

// written gives a hashtag the spelling of its newest post.
func written(r *store.TagRow) skein.Tag {
	for _, t := range r.Written {
		if t.Name == r.Name {
			return t
		}
	}
	return skein.Tag{Name: r.Name, Display: r.Name}
}
