package social

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Trending is a trend as somebody sees it: one of Tag, Post and Card is there.
type Trending struct {
	skein.Trend
	Tag     skein.Tag
	Post    *View
	Card    *CardView
	Pending bool // no moderator has said anything of it
	Allowed bool // it is shown to everybody
}

// asTag reads a hashtag as it is written.
func asTag(written string) (t skein.Tag) {
	t.Name, t.Display, _ = text.Hashtag(written)
	return t
}

func sortTrends(list []*skein.Trend) {
	slices.SortFunc(list, func(a, b *skein.Trend) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Ref, a.Ref))
	})
}

// Trends returns what is talked about, as far as moderators let it pass and the viewer may see it. On a site without trends
// there are none.
func (s *Service) Trends(ctx context.Context, who skein.Viewer, kind skein.TrendKind, offset, limit int) (list []*Trending, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.trends(kind, false)
		return err
	})
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))], err
}

// TrendsForReview is Trends for moderators: with what waits for them, and what they refused.
func (s *Service) TrendsForReview(ctx context.Context, who skein.Viewer, kind skein.TrendKind, offset, limit int) (list []*Trending, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		if _, err := moderator(r.tx, who); err != nil {
			return err
		}
		list, err = r.trends(kind, true)
		return err
	})
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))], err
}

// moderator returns who may decide for a site what is shown on it.
func moderator(tx *store.Tx, who skein.Viewer) (*skein.User, error) {
	if who.Visitor() {
		return nil, errDenied
	}
	p, err := tx.Person(who.Account)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, errDenied
	}
	if err != nil {
		return nil, err
	}
	if p.Ready() != nil || p.Role == skein.Member {
		return nil, errDenied
	}
	return &p.User, nil
}

// reviews is what moderators said of things, by kind and ID.
type reviews map[skein.TrendKind]map[skein.ID]bool

var parentKind = map[skein.TrendKind]skein.TrendKind{skein.TrendPost: skein.TrendAuthor, skein.TrendLink: skein.TrendPublisher}

// of tells what was said of a trend, or else of what it belongs to.
func (v reviews) of(t *skein.Trend) (allowed, said bool) {
	if allowed, said = v[t.Kind][t.Ref]; !said && t.Parent != 0 {
		allowed, said = v[parentKind[t.Kind]][t.Parent]
	}
	return allowed, said
}

func (r *reader) reviews(list []*skein.Trend) (reviews, error) {
	var refs []skein.ID
	for _, t := range list {
		refs = append(refs, t.Ref)
		if t.Parent != 0 {
			refs = append(refs, t.Parent)
		}
	}
	said, err := r.tx.TrendReviews(once(refs))
	v := reviews{}
	for _, x := range said {
		if v[x.Kind] == nil {
			v[x.Kind] = map[skein.ID]bool{}
		}
		v[x.Kind][x.Ref] = x.Allowed
	}
	return v, err
}

// trends returns all trends of a kind, with all: whatever moderators say.
func (r *reader) trends(kind skein.TrendKind, all bool) ([]*Trending, error) {
	state, err := r.tx.TrendState()
	if err != nil || state.Off && !all {
		return nil, err
	}
	rows, err := r.tx.Trends(kind, floorOf(kind), maxTrends)
	if err != nil {
		return nil, err
	}
	said, err := r.reviews(rows)
	if err != nil {
		return nil, err
	}
	var list []*Trending
	var ids []skein.ID
	for _, t := range rows {
		allowed, known := said.of(t)
		if !known {
			allowed = state.Unreviewed
		}
		if allowed || all {
			list = append(list, &Trending{Trend: *t, Pending: !known, Allowed: allowed})
			ids = append(ids, t.Ref)
		}
	}
	switch kind {
	case skein.TrendTag:
		for _, t := range list {
			t.Tag = asTag(t.Name)
		}
		return list, nil
	case skein.TrendPost:
		seen, err := r.look(ids)
		if err != nil {
			return nil, err
		}
		return slices.DeleteFunc(list, func(t *Trending) bool {
			p := seen.posts[t.Ref]
			if p == nil || !mayTrend(p, seen.accounts[p.Author]) || !seen.passes(p, sieve{shown: true, loud: true}) {
				return true
			}
			t.Post = seen.view(p)
			return false
		}), nil
	}
	cards, err := r.cards(ids)
	if err != nil {
		return nil, err
	}
	seen, err := r.cardSight(cards)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(t *Trending) bool {
		c := cards[t.Ref]
		if c == nil || !trendy(c) || r.peers.For(c.Host).Severity != skein.Unrestricted {
			return true
		}
		t.Card = seen.card(c)
		return false
	}), nil
}

// cardSight loads what decides how the viewer sees cards that stand by themselves.
func (r *reader) cardSight(cards map[skein.ID]*skein.Card) (seen *sight, err error) {
	var authors []skein.ID
	for _, c := range cards {
		if c.Author != 0 {
			authors = append(authors, c.Author)
		}
	}
	seen = &sight{who: r.who, peers: r.peers, Sight: &store.Sight{}}
	if seen.accounts, err = r.accounts(once(authors)); err != nil {
		return nil, err
	}
	if !r.who.Visitor() && len(authors) > 0 {
		of := store.SightFor{Authors: once(authors)}
		for _, a := range seen.accounts {
			if a.Domain != "" {
				of.Domains = append(of.Domains, a.Domain)
			}
		}
		if seen.Sight, err = r.tx.Sight(r.who.Account, of); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// LinkTimeline returns posts that link to a page that is talked about, by authors who agree to be found. Of any other page it
// is NotFound.
func (s *Service) LinkTimeline(ctx context.Context, who skein.Viewer, link string, p Page) (list []*View, err error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	var f store.PublicFilter
	if none, err := s.feedOf(ctx, who, LinkFeed, &f.Local, &f.Remote); err != nil || none {
		return nil, err
	}
	address, _ := pageURL(site, link)
	err = s.read(ctx, who, func(r *reader) error {
		c, err := r.tx.CardByURL(address)
		if err != nil {
			return err
		}
		trends, err := r.trends(skein.TrendLink, false)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(trends, func(t *Trending) bool { return t.Ref == c.ID }) {
			return skein.ErrNotFound
		}
		list, err = r.page(p, sieve{shown: true, loud: true}, func(q store.Page) ([]skein.ID, error) { return r.tx.CardTimeline(c.ID, f, q) })
		return err
	})
	return list, err
}

// ReviewTrend lets a trend pass, or keeps it back: a hashtag, a post, a link, all posts of an author, or all links to a
// publisher (by skein.NameID of its host).
func (s *Service) ReviewTrend(ctx context.Context, who skein.Viewer, kind skein.TrendKind, ref skein.ID, allowed bool) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := moderator(tx, who); err != nil {
			return err
		}
		name := ""
		var err error
		switch kind {
		case skein.TrendPost:
			_, err = tx.Post(ref)
		case skein.TrendAuthor:
			_, err = tx.Account(ref)
		case skein.TrendLink:
			var c *skein.Card
			if c, err = tx.Card(ref); err == nil {
				name = c.URL
			}
		case skein.TrendTag:
			if name, err = trendName(tx, kind, ref); err != nil {
				return err
			}
		case skein.TrendPublisher:
			name, err = publisherName(tx, ref)
		default:
			err = skein.ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.SetTrendReview(&skein.TrendReview{Kind: kind, Ref: ref, Name: name, Allowed: allowed, At: tx.Now().UnixMilli(), By: who.Account})
	})
}

// trendName is the name of a hashtag that is, or was, talked about.
func trendName(tx *store.Tx, kind skein.TrendKind, ref skein.ID) (string, error) {
	list, err := tx.TrendNames(kind, ref)
	if err == nil && len(list) == 0 {
		err = skein.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return list[0], nil
}

// Publisher is a host whose pages are talked about.
type Publisher struct {
	ID               skein.ID
	Host             string
	Pending, Allowed bool
}

// Publishers returns the hosts of the links that are talked about, for moderators.
func (s *Service) Publishers(ctx context.Context, who skein.Viewer) (out []Publisher, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		if _, err := moderator(r.tx, who); err != nil {
			return err
		}
		list, err := r.trends(skein.TrendLink, true)
		if err != nil {
			return err
		}
		var hosts []*skein.Trend
		for _, t := range list {
			if !slices.ContainsFunc(hosts, func(h *skein.Trend) bool { return h.Ref == t.Parent }) {
				hosts = append(hosts, &skein.Trend{Kind: skein.TrendPublisher, Ref: t.Parent, Name: t.Card.Host})
			}
		}
		said, err := r.reviews(hosts)
		for _, h := range hosts {
			allowed, known := said.of(h)
			out = append(out, Publisher{ID: h.Ref, Host: h.Name, Pending: !known, Allowed: allowed})
		}
		return err
	})
	return out, err
}

func publisherName(tx *store.Tx, ref skein.ID) (string, error) {
	list, err := tx.Trends(skein.TrendLink, floorOf(skein.TrendLink), maxTrends)
	if err != nil {
		return "", err
	}
	for _, t := range list {
		if t.Parent != ref {
			continue
		}
		c, err := tx.Card(t.Ref)
		if err == nil {
			return c.Host, nil
		}
		if !errors.Is(err, skein.ErrNotFound) {
			return "", err
		}
	}
	return "", skein.ErrNotFound
}

// TrendSettings are what a site wants of trends; nil leaves as it is.
type TrendSettings struct {
	On         *bool
	Unreviewed *bool // show also what no moderator has looked at
}

// SetTrends changes them, for those who may change the site's settings.
func (s *Service) SetTrends(ctx context.Context, who skein.Viewer, in TrendSettings) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := tx.SiteRow()
		if err != nil {
			return err
		}
		if who.Account != site.Actor { // in whose name the operator's command line acts
			u, err := moderator(tx, who)
			if err != nil {
				return err
			}
			if !u.Role.May(skein.ManageSettings) {
				return errDenied
			}
		}
		state, err := tx.TrendState()
		if err != nil {
			return err
		}
		if in.On != nil {
			state.Off = !*in.On
		}
		assign(&state.Unreviewed, in.Unreviewed)
		return tx.SetTrendState(state)
	})
}
