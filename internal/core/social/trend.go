package social

import (
	"context"
	"math"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// How trends are counted: Mastodon's formula (product.md, section 12). observed² of what was expected, halved with time.
const (
	trendThreshold = 5
	trendCooldown  = 48 * time.Hour // a high score is remembered so long
	tagHalfLife    = 4 * time.Hour
	linkHalfLife   = 8 * time.Hour
	postHalfLife   = 2 * time.Hour
	trendFloor     = 1000 // thousandths: below it a hashtag or link is no trend
	postFloor      = 300
	maxTrends      = 200  // of each kind
	maxKept        = 1000 // of hashtags or links whose highest score is remembered
	maxTrendPosts  = 5000
	trendEvery     = 4 * time.Minute
	trendReach     = 48 * time.Hour
	historyDays    = 7
	usesKept       = 15 // days: two weeks, of which one is compared with the other
)

func dayOf(t time.Time) int64 { return t.Unix() / 86400 }

// countUses counts the hashtags and the link of a public post, for those who look at what is used. Of limited accounts nothing
// is counted.
func (s *Service) countUses(tx *store.Tx, p *skein.Post, author *skein.Account) error {
	if p.Visibility != skein.Public || p.BoostOf != 0 || p.Held || !author.SilencedAt.IsZero() ||
		tx.Now().Sub(p.CreatedAt) > historyDays*24*time.Hour || len(p.Tags) == 0 {
		return nil
	}
	uses := make([]store.TrendUse, len(p.Tags))
	for i, t := range p.Tags {
		if uses[i] = (store.TrendUse{Ref: skein.NameID(t.Name), Name: t.Display}); t.Display == "" {
			uses[i].Name = t.Name
		}
	}
	return tx.CountUses(skein.TrendTag, dayOf(p.CreatedAt), p.Author, p.ID, uses)
}

// countLink counts the link of a public post; of limited accounts none.
func countLink(tx *store.Tx, p *skein.Post, c *skein.Card) error {
	author, err := tx.Account(p.Author)
	if err != nil || !author.SilencedAt.IsZero() {
		return err
	}
	if p.Visibility != skein.Public || p.Held || p.Sensitive || tx.Now().Sub(p.CreatedAt) > historyDays*24*time.Hour {
		return nil
	}
	return tx.CountUses(skein.TrendLink, dayOf(p.CreatedAt), p.Author, p.ID, []store.TrendUse{{Ref: c.ID, Name: c.URL}})
}

// History is how often things were used on each of the last seven days, today first.
type History [historyDays]skein.TrendDay

// Histories returns the history of each of the things; what was never used is there too.
func (s *Service) Histories(ctx context.Context, who skein.Viewer, kind skein.TrendKind, refs []skein.ID) (map[skein.ID]*History, error) {
	today := dayOf(s.DB.Now())
	out := make(map[skein.ID]*History, len(refs))
	for _, ref := range refs {
		h := &History{}
		for i := range h {
			h[i] = skein.TrendDay{Ref: ref, Day: today - int64(i)}
		}
		out[ref] = h
	}
	if len(refs) == 0 {
		return out, nil
	}
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		days, err := tx.TrendDays(kind, refs, today-historyDays+1)
		for _, d := range days {
			if i := today - d.Day; i >= 0 && i < historyDays {
				out[d.Ref][i] = *d
			}
		}
		return err
	})
	return out, err
}

// CountTrends finds what is talked about on each site. Run it every few minutes; a second run soon after does nothing.
func (s *Service) CountTrends(ctx context.Context) error {
	sites, err := s.DB.Shared().Sites(ctx)
	if err != nil {
		return err
	}
	for _, site := range sites {
		if err := s.countTrends(ctx, site.ID); err != nil {
			return err
		}
	}
	today := dayOf(s.DB.Now())
	return s.DB.Repeat(ctx, func(tx *store.Tx) (bool, error) { return tx.PruneUses(today-historyDays, today-usesKept) })
}

// countTrends reads all that it needs before it writes: nobody waits for it.
func (s *Service) countTrends(ctx context.Context, site skein.ID) error {
	due := func(tx *store.Tx) (state store.TrendState, due bool, err error) {
		state, err = tx.TrendState()
		return state, err == nil && !state.Off && tx.Now().Sub(state.RanAt) >= trendEvery, err
	}
	var now time.Time
	var found map[skein.TrendKind][]*skein.Trend
	err := s.DB.View(ctx, site, func(tx *store.Tx) error {
		found = nil
		state, is, err := due(tx)
		if err != nil || !is {
			return err
		}
		now = tx.Now()
		since := now.Add(-trendReach)
		if state.RanAt.After(since) {
			since = state.RanAt.Add(-10 * time.Minute)
		}
		tags, err := usedNow(tx, skein.TrendTag, now, tagHalfLife)
		if err != nil {
			return err
		}
		links, err := usedNow(tx, skein.TrendLink, now, linkHalfLife)
		if err != nil {
			return err
		}
		posts, err := likedNow(tx, now, since)
		found = map[skein.TrendKind][]*skein.Trend{skein.TrendTag: tags, skein.TrendLink: links, skein.TrendPost: posts}
		return err
	})
	if err != nil || found == nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		state, is, err := due(tx) // another node may have been quicker, or a moderator wants none now
		if err != nil || !is {
			return err
		}
		for kind, list := range found {
			if err := tx.SetTrends(kind, list); err != nil {
				return err
			}
		}
		state.RanAt = now
		return tx.SetTrendState(state)
	})
}

// floorOf is the score below which a thing is no trend.
func floorOf(kind skein.TrendKind) int64 {
	if kind == skein.TrendPost {
		return postFloor
	}
	return trendFloor
}

// rise is the score, in thousandths, of what was expected so often and seen so often.
func rise(expected, observed float64) int64 {
	if expected < 1 {
		expected = 1
	}
	if observed < trendThreshold || expected > observed {
		return 0
	}
	return int64(1000 * (observed - expected) * (observed - expected) / expected)
}

// faded is a score after some time.
func faded(score int64, age, half time.Duration) int64 {
	return int64(float64(score) * math.Pow(0.5, max(age.Seconds(), 0)/half.Seconds()))
}

// usedNow scores hashtags or links: how many use them today, against yesterday; the highest score fades. It is remembered for
// as long as it counts, also when it has faded below what makes a trend.
func usedNow(tx *store.Tx, kind skein.TrendKind, now time.Time, half time.Duration) ([]*skein.Trend, error) {
	today := dayOf(now)
	old, err := tx.Trends(kind, 0, maxKept)
	if err != nil {
		return nil, err
	}
	fresh, err := tx.UsedMost(kind, today, trendThreshold, maxKept)
	if err != nil {
		return nil, err
	}
	all := map[skein.ID]*skein.Trend{}
	var refs []skein.ID
	for _, t := range append(old, fresh...) {
		if all[t.Ref] == nil {
			all[t.Ref] = t
			refs = append(refs, t.Ref)
		}
	}
	days, err := tx.TrendDays(kind, refs, today-1)
	if err != nil {
		return nil, err
	}
	observed, expected := map[skein.ID]float64{}, map[skein.ID]float64{}
	for _, d := range days {
		switch d.Day {
		case today:
			observed[d.Ref] = float64(d.Accounts)
		case today - 1:
			expected[d.Ref] = float64(d.Accounts)
		}
	}
	cards := map[skein.ID]*skein.Card{}
	if kind == skein.TrendLink {
		list, err := tx.Cards(refs)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			cards[c.ID] = c
		}
	}
	var list []*skein.Trend
	for _, ref := range refs {
		t := all[ref]
		if kind == skein.TrendLink {
			c := cards[ref]
			if c == nil || !trendy(c) {
				continue
			}
			t.Parent = skein.NameID(c.Host)
		}
		if now.Sub(time.UnixMilli(t.MaxAt)) > trendCooldown {
			t.Max = 0
		}
		if score := rise(expected[ref], observed[ref]); score > t.Max {
			t.Max, t.MaxAt = score, now.UnixMilli()
		}
		if t.Score = faded(t.Max, now.Sub(time.UnixMilli(t.MaxAt)), half); t.Max > 0 {
			list = append(list, t)
		}
	}
	sortTrends(list)
	return list[:min(len(list), maxKept)], nil
}

// trendy tells whether a page is complete enough to be shown by itself, as Mastodon asks.
func trendy(c *skein.Card) bool {
	d := &c.Data
	return c.Ready && d.Kind == skein.CardLink && d.Article && d.Title != "" && d.Description != "" && d.Image != ""
}

// likedNow scores posts: likes and boosts, which fade from when they were written.
func likedNow(tx *store.Tx, now, since time.Time) ([]*skein.Trend, error) {
	ids, err := tx.Reacted(firstID(since), maxTrendPosts)
	if err != nil {
		return nil, err
	}
	old, err := tx.Trends(skein.TrendPost, 0, maxTrends)
	if err != nil {
		return nil, err
	}
	for _, t := range old {
		ids = append(ids, t.Ref)
	}
	// Most were liked once or twice: those are not even loaded.
	if ids, err = tx.LikedPosts(once(ids), trendThreshold); err != nil {
		return nil, err
	}
	posts, err := tx.Posts(ids)
	if err != nil {
		return nil, err
	}
	var authors []skein.ID
	for _, p := range posts {
		authors = append(authors, p.Author)
	}
	list, err := tx.Accounts(once(authors))
	if err != nil {
		return nil, err
	}
	known := map[skein.ID]*skein.Account{}
	for _, a := range list {
		known[a.ID] = a
	}
	var trends []*skein.Trend
	for _, p := range posts {
		if a := known[p.Author]; a == nil || !mayTrend(p, a) {
			continue
		}
		score := faded(rise(1, float64(p.LikeCount+p.BoostCount)), now.Sub(p.CreatedAt), postHalfLife)
		if score >= postFloor {
			trends = append(trends, &skein.Trend{Ref: p.ID, Parent: p.Author, Score: score, Max: score, MaxAt: now.UnixMilli()})
		}
	}
	sortTrends(trends)
	return trends[:min(len(trends), maxTrends)], nil
}

// mayTrend tells whether a post may be put in front of people who do not follow its author: the author agrees to be found, and
// there is nothing about the post that some do not want to see (T160).
func mayTrend(p *skein.Post, a *skein.Account) bool {
	return p.Visibility == skein.Public && p.BoostOf == 0 && !p.Held && p.Warning == "" && !p.Sensitive && p.Language != "" &&
		p.ReplyTo == 0 && p.ReplyToURI == "" && a.Discoverable && !a.Gone() && !a.Pending && a.SilencedAt.IsZero()
}
