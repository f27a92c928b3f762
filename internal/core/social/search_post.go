package social

import (
	"context"
	"errors"
	"slices"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of one search (T94).
const (
	searchTime  = 4 * time.Second
	searchBatch = 400 // posts that are looked at in one go
	searchGoes  = 6   // how often a page is filled up
)

// searchPosts finds posts by their words: what somebody keeps (wrote, liked, boosted, bookmarked, voted in, or is named by),
// and public posts of those who agree to be found (mastodon-api.md 3.11; T160). The newest come first.
func (s *Service) searchPosts(ctx context.Context, who skein.Viewer, q Query, t string) ([]*View, error) {
	if who.Visitor() {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	a, err := parse(t, s.zone(ctx, who), q.Kind == searchPosts)
	if err != nil {
		return nil, err
	}
	f := store.PostSearch{All: a.all, None: a.none, Span: a.span, Max: q.Max}
	if len(f.All)+len(f.None)+len(f.Span)+len(a.from) == 0 && !a.scoped {
		return nil, nil
	}
	if q.Min != 0 {
		f.Span = append(f.Span, store.Span{From: q.Min + 1})
	}
	if q.Account != 0 {
		f.All = append(f.All, []string{termAuthor + q.Account.String()})
	}
	for _, c := range a.from {
		id := who.Account
		if c.value != "me" && c.value != "@me" {
			switch by, err := s.AccountByHandle(ctx, who, c.value); {
			case err == nil:
				id = by.ID
			case skein.KindOf(err) == skein.NotFound:
				id = 0
			default:
				return nil, err
			}
		}
		if by := []string{termAuthor + id.String()}; c.not {
			f.None = append(f.None, by)
		} else {
			f.All = append(f.All, by)
		}
	}
	var list []*View
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.found(f, a.scope, q.Offset, q.Limit)
		return err
	})
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		return nil, skein.Errorf(skein.Busy, "This search takes too long: ask for something rarer, or between two dates.")
	}
	return list, err
}

// zone is where somebody's dates are meant.
func (s *Service) zone(ctx context.Context, who skein.Viewer) *time.Location {
	var name string
	_ = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		p, err := tx.Person(who.Account)
		if err == nil {
			name = p.Prefs.TimeZone
		}
		return err
	})
	if zone, ok := text.TimeZone(name); ok {
		return zone
	}
	return time.UTC
}

// found reads a page of what a search finds, from its two halves, which are both in the order of IDs.
func (r *reader) found(f store.PostSearch, scope string, offset, limit int) ([]*View, error) {
	need := offset + limit
	var library, public []skein.ID
	var err error
	if scope != "public" {
		if library, err = r.keptFound(f, need); err != nil {
			return nil, err
		}
	}
	if scope != "library" {
		if public, err = r.publicFound(f, need); err != nil {
			return nil, err
		}
	}
	all := slices.Concat(library, public)
	slices.Sort(all)
	slices.Reverse(all)
	all = slices.Compact(all)
	if len(all) > need {
		all = all[:need]
	}
	all = all[min(offset, len(all)):]
	return r.views(all, sieve{shown: true})
}

// publicFound are public posts of those who agree to be found.
func (r *reader) publicFound(f store.PostSearch, need int) ([]skein.ID, error) {
	f.All = append([][]string{{termPublic + r.who.Site.String()}}, f.All...)
	return r.gather(f, need, func(f store.PostSearch, n int) ([]*store.KeptPost, error) {
		ids, err := r.tx.SearchPosts(f, n)
		list := make([]*store.KeptPost, len(ids))
		for i, id := range ids {
			list[i] = &store.KeptPost{ID: id, Kept: true}
		}
		return list, err
	}, func(seen *sight, p *skein.Post) bool {
		// What the author agrees to now decides, whatever the index still says (T160).
		a := seen.accounts[p.Author]
		return a != nil && openToSearch(p, a) && seen.passes(p, sieve{shown: true, loud: true})
	})
}

// keptFound are posts that the viewer keeps. What is rare is soon found in the index; what is common soon among the posts
// that they keep: so both ends are tried.
func (r *reader) keptFound(f store.PostSearch, need int) ([]skein.ID, error) {
	if len(f.All) == 0 {
		f.All = [][]string{{termAny}}
	}
	first := true
	return r.gather(f, need, func(f store.PostSearch, n int) ([]*store.KeptPost, error) {
		if first {
			first = false
			return r.tx.SearchKept(r.who.Account, f, n)
		}
		return r.tx.KeptSearch(r.who.Account, f, n)
	}, func(seen *sight, p *skein.Post) bool { return seen.passes(p, sieve{shown: true}) })
}

// gather asks for more until there are enough that pass, but not for ever.
func (r *reader) gather(f store.PostSearch, need int, ask func(store.PostSearch, int) ([]*store.KeptPost, error),
	passes func(*sight, *skein.Post) bool) ([]skein.ID, error) {
	var out []skein.ID
	n := min(max(2*need, 60), searchBatch)
	for range searchGoes {
		rows, err := ask(f, n)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		var ids []skein.ID
		for _, k := range rows {
			if k.Kept {
				ids = append(ids, k.ID)
			}
		}
		if len(ids) > 0 {
			seen, err := r.look(ids)
			if err != nil {
				return nil, err
			}
			for _, id := range ids {
				if p := seen.posts[id]; p != nil && passes(seen, p) {
					out = append(out, id)
				}
			}
		}
		if len(rows) < n || len(out) >= need {
			return out, nil
		}
		f.Max = rows[len(rows)-1].ID
		n = min(2*n, 5*searchBatch)
	}
	return out, nil
}
