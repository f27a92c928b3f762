package social

import (
	"context"
	"slices"

	"skein/internal/skein"
)

// TrendForReview is one thing as TrendsForReview shows it, whether or not it is talked about now: a hashtag that was used, a
// post that the moderator may read, a link that was read. What there is not is NotFound.
func (s *Service) TrendForReview(ctx context.Context, who skein.Viewer, kind skein.TrendKind, ref skein.ID) (t *Trending, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		if _, err := moderator(r.tx, who); err != nil {
			return err
		}
		t, err = r.trendForReview(kind, ref)
		return err
	})
	return t, err
}

func (r *reader) trendForReview(kind skein.TrendKind, ref skein.ID) (*Trending, error) {
	t := &Trending{Trend: skein.Trend{Kind: kind, Ref: ref}}
	switch kind {
	case skein.TrendTag:
		name, err := trendName(r.tx, kind, ref)
		if err != nil {
			return nil, err
		}
		t.Name, t.Tag = name, asTag(name)
	case skein.TrendPost:
		v, err := r.one(ref)
		if err == nil && v.Post.BoostOf != 0 {
			err = skein.ErrNotFound // what is boosted can trend, not that somebody did so
		}
		if err != nil {
			return nil, err
		}
		t.Post, t.Parent = v, v.Post.Author
	case skein.TrendLink:
		cards, err := r.cards([]skein.ID{ref})
		if err != nil {
			return nil, err
		}
		seen, err := r.cardSight(cards)
		if err != nil {
			return nil, err
		}
		if t.Card = seen.card(cards[ref]); t.Card == nil {
			return nil, skein.ErrNotFound
		}
		t.Name, t.Parent = t.Card.URL, skein.NameID(t.Card.Host)
	default:
		return nil, skein.ErrNotFound
	}
	state, err := r.tx.TrendState()
	if err != nil {
		return nil, err
	}
	said, err := r.reviews([]*skein.Trend{&t.Trend})
	if err != nil {
		return nil, err
	}
	allowed, known := said.of(&t.Trend)
	t.Pending, t.Allowed = !known, allowed || !known && state.Unreviewed
	return t, nil
}

// PublishersForReview is a page of Publishers, by their IDs. There are never many.
func (s *Service) PublishersForReview(ctx context.Context, who skein.Viewer, p Page) ([]Publisher, error) {
	list, err := s.Publishers(ctx, who)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b Publisher) int {
		if a.ID > b.ID {
			return -1
		}
		return 1
	})
	list = slices.DeleteFunc(list, func(x Publisher) bool {
		return p.Max != 0 && x.ID >= p.Max || x.ID <= max(p.Since, p.Min)
	})
	if len(list) > p.Limit {
		if p.Min != 0 {
			return list[len(list)-p.Limit:], nil // the ones directly above
		}
		list = list[:p.Limit]
	}
	return list, nil
}
