package social

import (
	"cmp"
	"context"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

const (
	annualBatch = 500
	annualMost  = 100_000 // posts of one year that are counted
	annualTags  = 5
)

// AnnualView is a review as its person sees it, with the posts that it names and that are still there.
type AnnualView struct {
	*skein.Annual
	Posts []*View
}

// AnnualState tells how far the viewer's review of a year is.
func (s *Service) AnnualState(ctx context.Context, who skein.Viewer, year int) (state skein.AnnualState, err error) {
	if who.Visitor() {
		return "", errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		state, err = annualState(tx, who, year)
		return err
	})
	return state, err
}

func annualState(tx *store.Tx, who skein.Viewer, year int) (skein.AnnualState, error) {
	a, err := tx.Annual(who.Account, year)
	switch {
	case err == nil && a.Counted == nil:
		return skein.AnnualGenerating, nil
	case err == nil:
		return skein.AnnualAvailable, nil
	case skein.KindOf(err) != skein.NotFound:
		return "", err
	case year != skein.AnnualYear(tx.Now()):
		return skein.AnnualIneligible, nil
	}
	above, below := skein.YearIDs(year, 0)
	posts, err := tx.PostsBetween(who.Account, above, below, 1)
	if err != nil || len(posts) == 0 {
		return skein.AnnualIneligible, err
	}
	return skein.AnnualEligible, nil
}

// WantAnnual has the viewer's review of a year made, once, and tells how far it is then.
func (s *Service) WantAnnual(ctx context.Context, who skein.Viewer, year int) (state skein.AnnualState, err error) {
	if who.Visitor() {
		return "", errVisitor
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if state, err = annualState(tx, who, year); err != nil || state == skein.AnnualAvailable || state == skein.AnnualGenerating {
			return err
		}
		if state == skein.AnnualIneligible {
			return skein.ErrNotFound
		}
		state = skein.AnnualGenerating
		isNew, err := tx.WantAnnual(who.Account, year)
		if err != nil || !isNew {
			return err
		}
		return tx.Emit(skein.AnnualWanted{Site: who.Site, Account: who.Account, Year: year})
	})
	return state, err
}

// Annuals returns the viewer's reviews that wait to be read.
func (s *Service) Annuals(ctx context.Context, who skein.Viewer) ([]*AnnualView, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	var list []*skein.Annual
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
		list, err = tx.UnreadAnnuals(who.Account)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.annualViews(ctx, who, list)
}

// Annual returns the viewer's review of a year.
func (s *Service) Annual(ctx context.Context, who skein.Viewer, year int) (*AnnualView, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	var a *skein.Annual
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
		a, err = tx.Annual(who.Account, year)
		return err
	})
	if err != nil {
		return nil, err
	}
	if a.Counted == nil {
		return nil, skein.ErrNotFound
	}
	list, err := s.annualViews(ctx, who, []*skein.Annual{a})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (s *Service) annualViews(ctx context.Context, who skein.Viewer, list []*skein.Annual) ([]*AnnualView, error) {
	var ids []skein.ID
	named := func(a *skein.Annual) []skein.ID {
		return []skein.ID{a.Counted.Boosts, a.Counted.Likes, a.Counted.Answer}
	}
	for _, a := range list {
		ids = append(ids, named(a)...)
	}
	ids = slices.DeleteFunc(once(ids), func(id skein.ID) bool { return id == 0 })
	posts, err := s.Posts(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*AnnualView, len(list))
	for i, a := range list {
		out[i] = &AnnualView{Annual: a}
		for _, v := range posts {
			if slices.Contains(named(a), v.Post.ID) {
				out[i].Posts = append(out[i].Posts, v)
			}
		}
	}
	return out, nil
}

// ReadAnnual marks the viewer's review of a year as read.
func (s *Service) ReadAnnual(ctx context.Context, who skein.Viewer, year int) error {
	if who.Visitor() {
		return errVisitor
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		there, err := tx.ReadAnnual(who.Account, year)
		if err == nil && !there {
			err = skein.ErrNotFound
		}
		return err
	})
}

// CountAnnual counts what somebody did in a year: an effect of AnnualWanted.
func (s *Service) CountAnnual(ctx context.Context, e skein.AnnualWanted) error {
	c := &skein.AnnualCount{}
	var own, replies, boosts, polls int
	var liked, boosted, answered int
	tags := map[string]*skein.AnnualTag{}
	above, below := skein.YearIDs(e.Year, 0)
	for seen := 0; seen < annualMost; {
		var list []*store.Counted
		err := s.DB.View(ctx, e.Site, func(tx *store.Tx) (err error) {
			list, err = tx.PostsBetween(e.Account, above, below, annualBatch)
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range list {
			c.Months[p.ID.Time().Month()-1].Posts++
			switch {
			case p.BoostOf != 0:
				boosts++
				continue
			case p.ReplyTo != 0:
				replies++
			default:
				own++
			}
			if p.Extra.Poll != nil {
				polls++
			}
			for _, t := range p.Tags {
				if tags[t.Name] == nil {
					tags[t.Name] = &skein.AnnualTag{Name: cmp.Or(t.Display, t.Name)}
				}
				tags[t.Name].Count++
			}
			if p.Visibility != skein.Public && p.Visibility != skein.Unlisted {
				continue // what is shared of a year names no others
			}
			for _, top := range []struct {
				n    int
				most *int
				id   *skein.ID
			}{{p.Boosts, &boosted, &c.Boosts}, {p.Likes, &liked, &c.Likes}, {p.Replies, &answered, &c.Answer}} {
				if top.n > *top.most {
					*top.most, *top.id = top.n, p.ID
				}
			}
		}
		if seen += len(list); len(list) < annualBatch {
			break
		}
		above = list[len(list)-1].ID
	}
	c.Manner = skein.MannerOf(own, replies, boosts, polls)
	for _, t := range tags {
		c.Tags = append(c.Tags, *t)
	}
	slices.SortFunc(c.Tags, func(a, b skein.AnnualTag) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	c.Tags = c.Tags[:min(annualTags, len(c.Tags))]
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		for i := range c.Months {
			m := &c.Months[i]
			var err error
			above, below := skein.YearIDs(e.Year, i+1)
			if m.Following, m.Followers, err = tx.FollowsBetween(e.Account, above, below); err != nil {
				return err
			}
		}
		isNew, err := tx.SetAnnual(e.Account, e.Year, c)
		if err != nil || !isNew {
			return err
		}
		_, err = s.notify(tx, skein.Notification{Account: e.Account, Kind: skein.NotifyAnnual, Actor: e.Account, About: skein.ID(e.Year)})
		return err
	})
}
