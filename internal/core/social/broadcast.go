package social

import (
	"context"

	"skein/internal/skein"
)

// Broadcast is a listed post on its way to all who listen to a public stream: what those of the site's people see of it who have
// nothing to do with those it comes from, and who may not be among them. It is loaded once for all.
type Broadcast struct {
	View *View

	alone    bool // each is to be asked for by themselves
	author   skein.ID
	related  map[skein.ID]bool
	filterer *filterers
}

// filterers are the people of a site who filter something.
type filterers struct {
	all bool // more than are counted
	ids map[skein.ID]bool
}

// Bounds of a broadcast.
const (
	maxRelated   = 2000    // who have to do with its author; when there are more, each listener is looked at
	maxFilterers = 100_000 // of a site
)

// stranger is nobody's account.
const stranger = skein.ID(-1)

// Broadcast loads a post for all who listen: the post itself, and one query for those who have to do with whom it comes from.
func (s *Service) Broadcast(ctx context.Context, site, post skein.ID) (b *Broadcast, err error) {
	err = s.read(ctx, skein.Viewer{Site: site}, func(r *reader) error {
		b = &Broadcast{alone: true}
		seen, err := r.look([]skein.ID{post})
		if err != nil {
			return err
		}
		p := seen.posts[post]
		if p == nil || p.BoostOf != 0 {
			return nil
		}
		seen.who.Account, seen.filters = stranger, &filterSet{}
		list := seen.pick([]skein.ID{post}, sieve{shown: true, loud: true})
		if len(list) == 0 { // some may see it all the same: who follows somebody limited, say
			return nil
		}
		b.View, b.author = list[0], p.Author
		var accounts []skein.ID
		var domains []string
		for _, a := range seen.accounts {
			accounts = append(accounts, a.ID)
			if a.Domain != "" {
				domains = append(domains, a.Domain)
			}
		}
		related, err := r.tx.Related(once(accounts), once(domains), maxRelated)
		if err != nil {
			return err
		}
		b.related = make(map[skein.ID]bool, len(related)+len(accounts))
		for _, id := range append(related, accounts...) {
			b.related[id] = true
		}
		b.alone = len(related) == maxRelated
		b.filterer, err = r.filterers()
		return err
	})
	return b, err
}

// Plain tells whether it is known without a look at anything that somebody sees of the post what all see.
func (s *Service) Plain(b *Broadcast, who skein.Viewer) bool {
	return !b.alone && !who.Visitor() && !b.related[who.Account] && !b.filterer.all && !b.filterer.ids[who.Account]
}

// Shared tells whether somebody sees of the post what all see. Who does not is to be asked for by themselves (Shown).
func (s *Service) Shared(ctx context.Context, b *Broadcast, who skein.Viewer) (bool, error) {
	if b.alone || who.Visitor() || b.related[who.Account] {
		return false, nil
	}
	if s.Plain(b, who) {
		return true, nil
	}
	set, err := s.filtersOf(ctx, who)
	if err != nil {
		return false, err
	}
	for v := b.View; v != nil; {
		if len(set.match(v.Post, s.DB.Now(), s.cache)) > 0 {
			return false, nil
		}
		if v.Quote == nil {
			break
		}
		v = v.Quote.Post
	}
	return true, nil
}

// filterers returns who of the site filters something.
func (r *reader) filterers() (*filterers, error) {
	if r.cache != nil {
		if e, ok := r.cache.filterers.Get(r.who.Site); ok && r.now.Before(e.until) {
			return e.v, nil
		}
	}
	ids, err := r.tx.Filterers(maxFilterers)
	if err != nil {
		return nil, err
	}
	f := &filterers{all: len(ids) == maxFilterers, ids: make(map[skein.ID]bool, len(ids))}
	for _, id := range ids {
		f.ids[id] = true
	}
	if r.cache != nil {
		put(r.cache, r.cache.filterers, r.who.Site, f, r.epoch, r.now)
	}
	return f, nil
}
