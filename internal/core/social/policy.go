package social

import (
	"context"
	"errors"

	"skein/internal/skein"
	"skein/internal/store"
)

// QuotePolicy returns the leave that clients know by a word: public, followers or nobody; ok is false for others.
func QuotePolicy(name string) (l *skein.Leave, ok bool) {
	switch name {
	case "public":
		return nil, true
	case "followers":
		return &skein.Leave{Auto: []string{skein.WhoFollowers}}, true
	case "nobody":
		return &skein.Leave{Auto: []string{skein.WhoAuthor}}, true
	}
	return nil, false
}

// policyOf is the policy of one of our posts as it is stored. What only some may read nobody quotes anyhow.
func policyOf(said *skein.Policy, p *skein.Post) *skein.Policy {
	if said == nil {
		return nil
	}
	policy := *said
	if p.Visibility > skein.Unlisted {
		policy.Quote = nil
	}
	if policy == (skein.Policy{}) {
		return nil
	}
	return &policy
}

// SetQuotePolicy says who may quote one of the viewer's own posts from now on. What was allowed stays.
func (s *Service) SetQuotePolicy(ctx context.Context, who skein.Viewer, id skein.ID, l *skein.Leave) (*View, error) {
	return s.SetPolicy(ctx, who, id, func(p *skein.Policy) { p.Quote = l })
}

// SetPolicy lets change say who may do what with one of the viewer's own posts from now on.
func (s *Service) SetPolicy(ctx context.Context, who skein.Viewer, id skein.ID, change func(p *skein.Policy)) (*View, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		old, err := s.truth(tx, who).acts(skein.Edit, id)
		if err != nil {
			return err
		}
		if old.BoostOf != 0 {
			return skein.Errorf(skein.Invalid, "Validation failed: A boost has no policy of its own")
		}
		changed := false
		_, err = tx.ChangePost(id, func(p *skein.Post) bool {
			policy := skein.Policy{}
			if p.Extra.Policy != nil {
				policy = *p.Extra.Policy
			}
			change(&policy)
			now := policyOf(&policy, p)
			changed = !now.Equal(p.Extra.Policy)
			p.Extra.Policy = now
			return changed
		})
		if err != nil || !changed {
			return err
		}
		return tx.Emit(skein.PostEdited{Site: tx.Site(), Post: id})
	})
	if err != nil {
		return nil, err
	}
	return s.Post(ctx, who, id)
}

// requoted tells whether an edit makes a post quote something else.
func requoted(old *skein.Post, in *IncomingQuote) bool {
	before, now := "", ""
	if q := old.Extra.Quote; q != nil {
		before = q.URI
		if q.State == skein.QuoteDeleted {
			before = ""
		}
	}
	if in != nil && in.URI != old.URI && !in.Deleted {
		now = in.URI
	}
	if in != nil && in.Deleted {
		now = before // what is gone is nobody's edit
	}
	return before != now
}

// implicit takes in what an Update without an edit may change: the policy, and the leave to quote
// (activitypub-mastodon.md, 17).
func (s *Service) implicit(tx *store.Tx, by *skein.Account, old *skein.Post, in Incoming) error {
	if !in.Policy.Equal(old.Extra.Policy) {
		if _, err := tx.ChangePost(old.ID, func(p *skein.Post) bool {
			p.Extra.Policy = in.Policy
			return true
		}); err != nil {
			return err
		}
	}
	if err := claim(tx, old, in.ApprovedBy); err != nil {
		return err
	}
	q := old.Extra.Quote
	if q == nil && in.Quote == nil {
		return nil
	}
	if q != nil && in.Quote != nil && q.URI == in.Quote.URI && !in.Quote.Deleted && q.Stamp == in.Quote.Stamp {
		return nil
	}
	if in.Quote != nil && in.Quote.Deleted && q != nil && q.State == skein.QuoteDeleted {
		return nil
	}
	unproven := false
	var failed error
	err := changeQuote(tx, old.ID, func(p *skein.Post) bool {
		said := in.Quote
		if said != nil && said.Deleted && p.Extra.Quote != nil {
			c := *said
			c.URI = p.Extra.Quote.URI
			said = &c
		}
		was := p.Extra.Quote
		unproven, failed = s.takeQuote(tx, p, by, said)
		if now := p.Extra.Quote; was != nil && now != nil && was.URI == now.URI && now.Stamp == "" && now.State == skein.QuotePending &&
			(was.State == skein.QuoteAccepted || was.State == skein.QuoteRevoked) {
			now.State = skein.QuoteRevoked // who quotes no longer says that it is allowed
		}
		return true
	})
	if err = errors.Join(err, failed); err != nil || !unproven {
		return err
	}
	return tx.Emit(skein.QuoteUnproven{Site: tx.Site(), Post: old.ID, Depth: 1, URI: in.Quote.URI, Stamp: in.Quote.Stamp})
}

// tellQuoted tells the author of a quoted post of ours of a new post that quotes it, if they gave leave or are asked.
func (s *Service) tellQuoted(tx *store.Tx, p *skein.Post) error {
	a, err := tx.ApprovalOf(p.QuoteOf, skein.ApproveQuote, p.URI)
	if err != nil || a == nil || a.Asker != p.Author {
		return err
	}
	if a.By == 0 {
		a.By = p.ID
		if a, _, err = tx.InsertApproval(a); err != nil {
			return err
		}
	}
	return s.tellQuote(tx, a)
}
