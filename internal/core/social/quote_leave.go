package social

import (
	"context"
	"errors"

	"skein/internal/skein"
	"skein/internal/store"
)

// stampOf is where the stamp of an approval by one of ours is found.
func stampOf(author *skein.Account, a *skein.Approval) string {
	return author.URI + stampPath[a.Kind] + a.ID.String()
}

var stampPath = map[skein.ApprovalKind]string{
	skein.ApproveQuote: "/quote_authorizations/",
	skein.ApproveReply: "/reply_approvals/",
	skein.ApproveLike:  "/like_approvals/",
	skein.ApproveBoost: "/boost_approvals/",
}

// tellQuote tells one of ours that a post of theirs is quoted, or asked for.
func (s *Service) tellQuote(tx *store.Tx, a *skein.Approval) error {
	if a.By == 0 || a.State != skein.ApprovalAccepted && a.State != skein.ApprovalPending {
		return nil
	}
	_, err := s.notify(tx, skein.Notification{Account: a.Account, Kind: skein.NotifyQuote, Actor: a.Asker, Post: a.By})
	return err
}

// maxUnseenQuotes is how often one account is given leave to quote one post by posts that nobody here has seen: names are
// invented easily, and each leave is kept.
const maxUnseenQuotes = 5

// askedForQuote answers a wish to quote a post of ours by its policy, and notes the answer if it is not no; nil then, and
// for whom the post does not exist.
func (s *Service) askedForQuote(tx *store.Tx, by *skein.Account, o *skein.Post, object, request string, known skein.ID) (*skein.Approval, error) {
	seen, err := s.truth(tx, skein.Viewer{Site: tx.Site(), Account: by.ID}).look([]skein.ID{o.ID})
	if err != nil {
		return nil, err
	}
	if o = seen.posts[o.ID]; o == nil || seen.may(skein.Quoting, o) != nil {
		return nil, nil
	}
	f, _ := seen.facts(o)
	state := skein.ApprovalPending
	if skein.Consents(skein.Quoting, o, f) == skein.Yes {
		state = skein.ApprovalAccepted
	}
	if known == 0 {
		if n, err := tx.UnseenQuotes(o.ID, by.ID, object); err != nil || n >= maxUnseenQuotes {
			return nil, err
		}
	}
	a, _, err := tx.InsertApproval(&skein.Approval{Account: o.Author, Kind: skein.ApproveQuote, Asker: by.ID, Object: object,
		Request: request, Post: o.ID, By: known, State: state})
	return a, err
}

// ReceiveQuoteRequest is a peer's account asking to quote a post of ours by one of its own. The answer goes by the policy,
// or waits for the author; one that was given stands.
func (s *Service) ReceiveQuoteRequest(ctx context.Context, site, asker, quoted skein.ID, object, request string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, asker, object)
		if err != nil {
			return err
		}
		o, err := s.peersPost(tx, by, skein.Read, quoted)
		if err != nil || o == nil || !o.Local || object == "" {
			return err // T51: there is nothing for them
		}
		var known skein.ID
		p, err := tx.PostByURI(object)
		switch {
		case errors.Is(err, skein.ErrNotFound):
		case err != nil:
			return err
		case p.Author != by.ID:
			return errOwner
		case p.Extra.Quote != nil && p.Extra.Quote.URI == o.URI:
			known = p.ID
		}
		a, err := s.askedForQuote(tx, by, o, object, request, known)
		if err != nil {
			return err
		}
		answer := skein.ApprovalAnswered{Site: site, Account: o.Author, Asker: by.ID, Post: o.ID, Kind: skein.ApproveQuote,
			Object: object, Request: request}
		if a == nil || a.Asker != by.ID {
			return tx.Emit(answer)
		}
		if known != 0 {
			if err := s.settleQuote(tx, a, known); err != nil {
				return err
			}
		}
		switch a.State {
		case skein.ApprovalPending:
			return s.tellQuote(tx, a)
		case skein.ApprovalAccepted:
			answer.Accepted, answer.Approval = true, a.ID
		}
		return errors.Join(tx.Emit(answer), s.tellQuote(tx, a))
	})
}

// RevokeQuote takes the viewer's own post out of another that quotes it. It answers with that one.
func (s *Service) RevokeQuote(ctx context.Context, who skein.Viewer, id, quoting skein.ID) (*View, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		seen, err := s.truth(tx, who).look([]skein.ID{id, quoting})
		if err != nil {
			return err
		}
		o, p := seen.posts[id], seen.posts[quoting]
		if o == nil || seen.may(skein.Read, o) != nil {
			return skein.ErrNotFound
		}
		if o.Author != who.Account {
			return errDenied
		}
		if p == nil || p.QuoteOf != o.ID || p.Extra.Quote == nil || seen.may(skein.Read, p) != nil {
			return skein.ErrNotFound
		}
		a, _, err := tx.InsertApproval(&skein.Approval{Account: o.Author, Kind: skein.ApproveQuote, Asker: p.Author, Object: p.URI,
			Post: o.ID, By: p.ID, State: skein.ApprovalAccepted})
		if err != nil {
			return err
		}
		return s.revoke(tx, a)
	})
	if err != nil {
		return nil, err
	}
	return s.Post(ctx, who, quoting)
}

// revoke takes leave back that was given, or refuses what waits.
func (s *Service) revoke(tx *store.Tx, a *skein.Approval) error {
	changed, err := tx.SetApproval(a.ID, skein.ApprovalRevoked, skein.ApprovalAccepted, skein.ApprovalPending)
	if err != nil || !changed {
		return err
	}
	a.State = skein.ApprovalRevoked
	if a.By != 0 {
		if err := s.settleQuote(tx, a, a.By); err != nil {
			return err
		}
	}
	return tx.Emit(skein.StampRevoked{Site: tx.Site(), Account: a.Account, Asker: a.Asker, Post: a.Post, Approval: a.ID, By: a.By,
		Kind: a.Kind, Object: a.Object})
}

// PartQuotes ends the quotes by somebody whom one of ours blocked, as an effect of QuotesParted (T190).
func (s *Service) PartQuotes(ctx context.Context, e skein.QuotesParted) error {
	const batch = 50
	for some, n := true, 0; some; n++ {
		if n == batchesOfJob {
			return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return tx.Emit(e) })
		}
		err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			some = false
			// Who unblocked meanwhile keeps what is left.
			if blocks, _, err := tx.Blocks(e.Account, e.Target); err != nil || !blocks {
				return err
			}
			list, err := tx.ApprovalsBetween(e.Account, e.Target, skein.ApproveQuote, batch)
			if err != nil {
				return err
			}
			for _, a := range list {
				if err := s.revoke(tx, a); err != nil {
					return err
				}
				some = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
