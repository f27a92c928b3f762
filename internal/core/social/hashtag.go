package social

import (
	"context"
	"slices"
	"strings"

	"skein/internal/kit/text"
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

// AllTags returns a page of the hashtags that a site knows, by ID, for moderators.
func (s *Service) AllTags(ctx context.Context, who skein.Viewer, p Page) (list []*ReviewedTag, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := moderator(tx, who); err != nil {
			return err
		}
		rows, err := tx.Hashtags(store.Page(p))
		if err == nil {
			list, err = reviewedTags(tx, rows)
		}
		return err
	})
	return list, err
}

// TagForReview returns one hashtag that was used, for moderators.
func (s *Service) TagForReview(ctx context.Context, who skein.Viewer, id skein.ID) (t *ReviewedTag, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := moderator(tx, who); err != nil {
			return err
		}
		_, t, err = knownTag(tx, id)
		return err
	})
	return t, err
}

// TagReview is what a moderator says of a hashtag; nil leaves as it is.
type TagReview struct {
	Display   *string // the same name, in other capitals
	Listable  *bool
	Trendable *bool
	Usable    *bool
}

// ReviewTag stores what a moderator says of a hashtag. Then it is reviewed, whatever they say.
func (s *Service) ReviewTag(ctx context.Context, who skein.Viewer, id skein.ID, in TagReview) (t *ReviewedTag, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := moderator(tx, who); err != nil {
			return err
		}
		h, known, err := knownTag(tx, id)
		if err != nil {
			return err
		}
		if in.Display != nil {
			normal, display, ok := text.Hashtag(*in.Display)
			if !ok || normal != h.Name {
				return invalidField("display_name", "invalid", "Validation failed: Display name must be the hashtag in other capitals")
			}
			h.Display = display
		}
		if in.Listable != nil {
			h.Unlisted = !*in.Listable
		}
		if in.Usable != nil {
			h.Unusable = !*in.Usable
		}
		allowed := known.Allowed
		assign(&allowed, in.Trendable)
		if err := tx.SetHashtag(h); err != nil {
			return err
		}
		if err := tx.SetTrendReview(&skein.TrendReview{Kind: skein.TrendTag, Ref: id, Name: h.Display, Allowed: allowed,
			At: tx.Now().UnixMilli(), By: who.Account}); err != nil {
			return err
		}
		_, t, err = knownTag(tx, id)
		return err
	})
	return t, err
}

// knownTag is a hashtag that was used, also before the table of them was there.
func knownTag(tx *store.Tx, id skein.ID) (*store.Hashtag, *ReviewedTag, error) {
	rows, err := tx.HashtagsByID([]skein.ID{id})
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		name, err := trendName(tx, skein.TrendTag, id)
		if err != nil {
			return nil, nil, err
		}
		t := asTag(name)
		rows = []*store.Hashtag{{ID: id, Name: t.Name, Display: t.Display}}
	}
	list, err := reviewedTags(tx, rows)
	if err != nil {
		return nil, nil, err
	}
	return rows[0], list[0], nil
}

func reviewedTags(tx *store.Tx, rows []*store.Hashtag) ([]*ReviewedTag, error) {
	state, err := tx.TrendState()
	if err != nil {
		return nil, err
	}
	ids := make([]skein.ID, len(rows))
	for i, h := range rows {
		ids[i] = h.ID
	}
	said, err := tx.TrendReviews(ids)
	if err != nil {
		return nil, err
	}
	allowed := map[skein.ID]bool{}
	for _, r := range said {
		if r.Kind == skein.TrendTag {
			allowed[r.Ref] = r.Allowed
		}
	}
	out := make([]*ReviewedTag, len(rows))
	for i, h := range rows {
		may, known := allowed[h.ID]
		out[i] = &ReviewedTag{Tag: skein.Tag{Name: h.Name, Display: h.Display}, Unlisted: h.Unlisted, Unusable: h.Unusable,
			Allowed: may || !known && state.Unreviewed, Pending: !known}
	}
	return out, nil
}

// usable refuses hashtags that moderators do not want in posts of ours.
func usable(tx *store.Tx, tags []skein.Tag) error {
	if len(tags) == 0 {
		return nil
	}
	ids := make([]skein.ID, len(tags))
	for i, t := range tags {
		ids[i] = skein.NameID(t.Name)
	}
	known, err := tx.HashtagsByID(ids)
	if err != nil {
		return err
	}
	var not []string
	for _, h := range known {
		if h.Unusable {
			not = append(not, h.Display)
		}
	}
	if len(not) == 0 {
		return nil
	}
	slices.Sort(not)
	msg := "contains a disallowed hashtag: " + strings.Join(not, ", ")
	return &skein.Error{Kind: skein.Invalid, Text: "Validation failed: Text " + msg,
		Fields: []skein.FieldError{{Field: "text", Code: "invalid", Text: msg}}}
}
