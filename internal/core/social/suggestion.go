package social

import (
	"context"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Suggestion is an account that the viewer may want to follow, and why.
type Suggestion struct {
	Account *skein.Account
	Sources []SuggestionSource
}

// SuggestionSource says why an account is suggested.
type SuggestionSource string

// Why an account may be suggested.
const (
	SuggestFeatured SuggestionSource = "featured" // by those who run the site
	SuggestFollowed SuggestionSource = "most_followed"
	SuggestAnswered SuggestionSource = "most_interactions"
	SuggestSimilar  SuggestionSource = "similar_to_recently_followed"
	SuggestFriendly SuggestionSource = "friends_of_friends"
)

// suggestionsOfKind is how many are suggested for one reason.
const suggestionsOfKind = 40

// Bounds of what is looked through for suggestions (T93). They are computed now and then, and only when somebody asks.
const (
	suggestAmongAccounts = 500
	suggestAmongPosts    = 2000
	suggestAmongFollows  = 5000
	suggestFollows       = 200
	suggestRecent        = 10
	suggestAge           = 15 * time.Minute
	suggestCacheSize     = 10_000
)

// candidate is an account that may be suggested.
type candidate struct {
	id      skein.ID
	sources []SuggestionSource
}

// suggestKey is whose candidates they are; account 0: a whole site's.
type suggestKey struct{ site, account skein.ID }

// Suggestions returns accounts that the viewer may want to follow: people who want to be found, and whom the viewer neither
// follows nor shuns nor has dismissed.
func (s *Service) Suggestions(ctx context.Context, who skein.Viewer, offset, limit int) (list []Suggestion, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	all, err := s.candidates(ctx, who, site)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]skein.ID, len(all))
	for i, c := range all {
		ids[i] = c.id
	}
	err = s.read(ctx, who, func(r *reader) error {
		list = nil
		accounts, err := r.accounts(ids)
		if err != nil {
			return err
		}
		relations, err := r.tx.Relations(who.Account, ids)
		if err != nil {
			return err
		}
		dismissed, err := r.tx.Dismissed(who.Account, ids)
		if err != nil {
			return err
		}
		for _, c := range all {
			a, rel := accounts[c.id], relations[c.id]
			if a == nil || rel == nil || a.ID == who.Account || !suggestible(a, who) || slices.Contains(dismissed, c.id) ||
				a.Domain != "" && r.peers.For(a.Domain).Severity != skein.Unrestricted ||
				rel.Following || rel.Requested || rel.Blocking || rel.BlockedBy || rel.Muting || rel.DomainBlocks {
				continue
			}
			list = append(list, Suggestion{a, c.sources})
		}
		return nil
	})
	return list[min(offset, len(list)):min(offset+limit, len(list))], err
}

// suggestible tells whether an account may be shown to people who did not ask for it.
func suggestible(a *skein.Account, who skein.Viewer) bool {
	return a.Discoverable && !a.Gone() && !a.Pending && a.MovedTo == 0 && a.SilencedAt.IsZero() && there(a, who) && a.Kind != skein.Application
}

// candidates are the same for some minutes, so that pages of them fit together.
func (s *Service) candidates(ctx context.Context, who skein.Viewer, site *skein.Site) ([]candidate, error) {
	own, err := s.suggested(ctx, suggestKey{who.Site, who.Account}, func(tx *store.Tx) (list []candidate, err error) {
		friends, err := tx.FollowedByFollowed(who.Account, suggestFollows, suggestAmongFollows, suggestionsOfKind)
		if err != nil {
			return nil, err
		}
		similar, err := tx.FollowedBeside(who.Account, suggestRecent, suggestAmongFollows, suggestionsOfKind)
		return merge(merge(nil, friends, SuggestFriendly), similar, SuggestSimilar), err
	})
	if err != nil {
		return nil, err
	}
	common, err := s.suggested(ctx, suggestKey{site: who.Site}, func(tx *store.Tx) (list []candidate, err error) {
		followed, err := tx.Popular(suggestAmongAccounts, suggestionsOfKind)
		if err != nil {
			return nil, err
		}
		answered, err := tx.Answered(suggestAmongPosts, suggestionsOfKind)
		return merge(merge(nil, followed, SuggestFollowed), answered, SuggestAnswered), err
	})
	if err != nil {
		return nil, err
	}
	list := merge(nil, site.Extra.Suggested, SuggestFeatured)
	for _, part := range [][]candidate{own, common} {
		for _, c := range part {
			for _, source := range c.sources {
				list = merge(list, []skein.ID{c.id}, source)
			}
		}
	}
	return list, nil
}

// suggested keeps what compute finds for a while.
func (s *Service) suggested(ctx context.Context, key suggestKey, compute func(*store.Tx) ([]candidate, error)) ([]candidate, error) {
	load := func(ctx context.Context, key suggestKey) (list []candidate, err error) {
		err = s.DB.View(ctx, key.site, func(tx *store.Tx) error {
			list, err = compute(tx)
			return err
		})
		return list, err
	}
	if s.cache == nil {
		return load(ctx, key)
	}
	return s.cache.suggested.Load(ctx, key, load)
}

// merge adds accounts for one reason to candidates, each once, without changing what others hold.
func merge(list []candidate, ids []skein.ID, source SuggestionSource) []candidate {
	for _, id := range ids {
		i := slices.IndexFunc(list, func(c candidate) bool { return c.id == id })
		if i < 0 {
			list = append(list, candidate{id, []SuggestionSource{source}})
		} else {
			list[i].sources = append(slices.Clip(list[i].sources), source)
		}
	}
	return list
}

// DismissSuggestion keeps an account from being suggested to the viewer.
func (s *Service) DismissSuggestion(ctx context.Context, who skein.Viewer, target skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, other, err := pair(tx, who, target)
		if err != nil {
			return err
		}
		return tx.DismissSuggestion(self.ID, other.ID)
	})
}

// Directory returns accounts that want to be found: those that posted last, or the newest ones. A site may have none.
func (s *Service) Directory(ctx context.Context, who skein.Viewer, local, newest bool, offset, limit int) (list []*skein.Account, err error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	if site.Extra.NoDirectory {
		return nil, skein.ErrNotFound
	}
	err = s.read(ctx, who, func(r *reader) error {
		list = nil
		rows, err := r.tx.Directory(local, newest, min(offset, maxOffset), limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]skein.ID, len(rows))
		for i, a := range rows {
			ids[i] = a.ID
		}
		var relations map[skein.ID]*skein.Relation
		if !who.Visitor() {
			if relations, err = r.tx.Relations(who.Account, ids); err != nil {
				return err
			}
		}
		for _, a := range rows {
			if !suggestible(a, who) || a.Domain != "" && r.peers.For(a.Domain).Severity != skein.Unrestricted {
				continue
			}
			if rel := relations[a.ID]; rel != nil && (rel.Blocking || rel.BlockedBy || rel.Muting || rel.DomainBlocks) {
				continue
			}
			list = append(list, a)
		}
		return nil
	})
	return list, err
}
