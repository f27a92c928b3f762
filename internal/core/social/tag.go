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
}

// TagMarks tells what the viewer has to do with some hashtags, by the names as they were given. What is no hashtag is left
// out; so is everything for a visitor.
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
	if who.Visitor() || len(normal) == 0 {
		return marks, nil
	}
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		follows, err := tx.FollowsTags(who.Account, normal)
		if err != nil {
			return err
		}
		features, err := tx.FeaturesTags(who.Account, normal)
		for name, n := range asked {
			marks[name] = TagMarks{Follows: slices.Contains(follows, n), Features: slices.Contains(features, n)}
		}
		return err
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
