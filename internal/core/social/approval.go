package social

import (
	"context"
	"errors"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// actionOf is what leave is for.
var actionOf = map[skein.ApprovalKind]skein.Action{
	skein.ApproveReply: skein.Reply, skein.ApproveLike: skein.Like, skein.ApproveBoost: skein.Boost,
}

// consent is what the policy of a post says to the viewer. Posts that limit nothing cost nothing.
func (s *Service) consent(tx *store.Tx, who skein.Viewer, a skein.Action, p *skein.Post) (skein.Consent, error) {
	if p.Extra.Policy.Of(a) == nil || p.Author == who.Account {
		return skein.Yes, nil
	}
	seen, err := s.truth(tx, who).look([]skein.ID{p.ID})
	if err != nil {
		return skein.No, err
	}
	f, _ := seen.facts(p)
	return skein.Consents(a, p, f), nil
}

// approve notes that leave is given, or asked for, to do something with a post of ours that says who may. An approval
// that is there already stands. Of a post that limits nothing, and of what authors do themselves, there is none: nil.
func (s *Service) approve(tx *store.Tx, o *skein.Post, consent skein.Consent, a skein.Approval) (*skein.Approval, error) {
	if !o.Local || o.Author == a.Asker || o.Extra.Policy.Of(actionOf[a.Kind]) == nil {
		return nil, nil
	}
	a.Account, a.Post, a.State = o.Author, o.ID, skein.ApprovalPending
	if consent == skein.Yes {
		a.State = skein.ApprovalAccepted
	}
	stands, _, err := tx.InsertApproval(&a)
	if err == nil && stands.Asker != a.Asker {
		return nil, errOwner
	}
	return stands, err
}

// answered tells a peer's account what was decided on what it did, where somebody said who may.
func answered(tx *store.Tx, a *skein.Approval) error {
	e := skein.ApprovalAnswered{Site: tx.Site(), Account: a.Account, Asker: a.Asker, Post: a.Post, Kind: a.Kind,
		Object: a.Object, Request: a.Request}
	switch a.State {
	case skein.ApprovalPending:
		return nil
	case skein.ApprovalAccepted:
		e.Accepted, e.Approval = true, a.ID
	}
	return tx.Emit(e)
}

// turnedAway tells a peer's account that the policy of a post of ours leaves it out.
func turnedAway(tx *store.Tx, o *skein.Post, kind skein.ApprovalKind, asker skein.ID, object string) error {
	return answered(tx, &skein.Approval{Account: o.Author, Asker: asker, Post: o.ID, Kind: kind, Object: object,
		State: skein.ApprovalRejected})
}

// stamped puts into a post of ours by which leave of ours it is there: others look it up.
func (s *Service) stamped(tx *store.Tx, p *skein.Post, a *skein.Approval) error {
	author, err := tx.Account(a.Account)
	if err != nil {
		return err
	}
	_, err = tx.ChangePost(p.ID, func(p *skein.Post) bool {
		p.Extra.Approval = stampOf(author, a)
		return true
	})
	return err
}

// tellAsked tells one of ours that somebody waits for their leave.
func (s *Service) tellAsked(tx *store.Tx, a *skein.Approval) error {
	n := skein.Notification{Account: a.Account, Actor: a.Asker, Post: a.Post}
	switch a.Kind {
	case skein.ApproveReply:
		n.Kind, n.Post = skein.NotifyPendingReply, a.By
	case skein.ApproveLike:
		n.Kind = skein.NotifyPendingLike
	case skein.ApproveBoost:
		n.Kind = skein.NotifyPendingBoost
	}
	_, err := s.notify(tx, n)
	return err
}

// judged is what comes of something that a peer's account did with a post of ours that says who may: the answer goes out
// at once, or the author is asked.
func (s *Service) judged(tx *store.Tx, o *skein.Post, consent skein.Consent, a skein.Approval) error {
	stands, err := s.approve(tx, o, consent, a)
	if err != nil || stands == nil {
		return err
	}
	if stands.State == skein.ApprovalPending {
		return s.tellAsked(tx, stands)
	}
	return answered(tx, stands)
}

// release shows an answer or boost that was held, as if it were new. stamp: by which leave, if that is known.
func (s *Service) release(tx *store.Tx, id skein.ID, stamp string, quiet bool) error {
	p, turned, err := tx.ChangeHeld(id, func(p *skein.Post) bool {
		if !p.Held {
			return false
		}
		p.Held, p.Extra.Refused = false, false
		if stamp != "" {
			p.Extra.Approval = stamp
		}
		return true
	})
	if errors.Is(err, skein.ErrNotFound) || err == nil && !turned {
		return nil
	}
	if err != nil {
		return err
	}
	if stamp != "" {
		if err := tx.InsertStamp(stamp, id); err != nil {
			return err
		}
	}
	if !p.Local {
		return tx.Emit(skein.PostCreated{Site: tx.Site(), Post: id, Quiet: quiet})
	}
	to := p.ReplyToAuthor
	if p.BoostOf != 0 {
		o, err := tx.Post(p.BoostOf)
		if err != nil {
			return err
		}
		to = o.Author
	}
	return emitPost(tx, p, to)
}

// hold hides an answer that was free, or whose leave is refused.
func hold(tx *store.Tx, id skein.ID, refused bool) error {
	_, _, err := tx.ChangeHeld(id, func(p *skein.Post) bool {
		if p.Held && p.Extra.Refused == refused {
			return false
		}
		p.Held, p.Extra.Refused, p.Extra.Approval = true, refused, ""
		return true
	})
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	return err
}

// ReceiveLeave is the author of a peer's post giving or refusing leave to an answer or boost of ours. Only their word
// counts (T52), and a stamp stands on their host. What is refused an answer stays with its author alone; a boost goes.
func (s *Service) ReceiveLeave(ctx context.Context, site, from, post skein.ID, accepted bool, stamp string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, from, stamp)
		if err != nil {
			return err
		}
		p, err := tx.Post(post)
		if err != nil {
			return err
		}
		about := p.ReplyTo
		if p.BoostOf != 0 {
			about = p.BoostOf
		}
		if !p.Local || about == 0 {
			return skein.ErrNotFound
		}
		o, err := tx.Post(about)
		if err != nil {
			return err
		}
		if o.Author != by.ID {
			return errOwner
		}
		switch {
		case !accepted && p.BoostOf != 0:
			return s.removePost(tx, p, o)
		case !accepted:
			return hold(tx, p.ID, true)
		case stamp == "":
			return errHost
		}
		if gone, err := tx.Buried(stamp, by.URI); err != nil || gone {
			return err
		}
		if p.Held {
			return s.release(tx, p.ID, stamp, false)
		}
		if p.Extra.Approval == stamp {
			return nil
		}
		if _, err := tx.ChangePost(p.ID, func(p *skein.Post) bool {
			p.Extra.Approval = stamp
			return true
		}); err != nil {
			return err
		}
		if err := tx.InsertStamp(stamp, p.ID); err != nil {
			return err
		}
		// Others cannot tell who follows whom: they are shown the stamp.
		if l := o.Extra.Policy.Of(skein.Reply); p.BoostOf != 0 || l == nil || slices.Contains(l.Auto, skein.WhoPublic) {
			return nil
		}
		return tx.Emit(skein.PostEdited{Site: site, Post: p.ID})
	})
}

// leaveEnded hides an answer, or ends a boost, that somebody allowed who does so no longer.
func (s *Service) leaveEnded(tx *store.Tx, p *skein.Post, by skein.ID) error {
	o, err := tx.Post(max(p.ReplyTo, p.BoostOf)) // it has but one of them
	if errors.Is(err, skein.ErrNotFound) || err == nil && o.Author != by {
		return nil // nobody takes back what others gave
	}
	if err != nil {
		return err
	}
	if p.BoostOf != 0 {
		return s.removePost(tx, p, o)
	}
	return hold(tx, p.ID, true)
}

// ResolveReply takes in that the stamp of a peer's answer proved true. It counts only while the answer still names it.
func (s *Service) ResolveReply(ctx context.Context, site, post skein.ID, stamp string, quiet bool) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Post(post)
		if errors.Is(err, skein.ErrNotFound) || err == nil && (p.Local || !p.Held || p.ReplyTo == 0 || p.Extra.Approval != stamp) {
			return nil
		}
		if err != nil {
			return err
		}
		o, err := tx.Post(p.ReplyTo)
		if err != nil {
			return err
		}
		author, err := tx.Account(o.Author)
		if err != nil {
			return err
		}
		if o.Local || !sameHost(stamp, author.URI) {
			return nil // what ours allow, they say here
		}
		if gone, err := tx.Buried(stamp, author.URI); err != nil || gone {
			return err
		}
		return s.release(tx, p.ID, stamp, quiet)
	})
}

// claim takes in that a peer says now that an answer of its is allowed.
func claim(tx *store.Tx, p *skein.Post, stamp string) error {
	if !p.Held || stamp == "" || stamp == p.Extra.Approval {
		return nil
	}
	if _, err := tx.ChangePost(p.ID, func(p *skein.Post) bool {
		p.Extra.Approval = stamp
		return true
	}); err != nil {
		return err
	}
	return tx.Emit(skein.ReplyUnproven{Site: tx.Site(), Post: p.ID})
}

// Request is somebody asking for leave, as who decides sees it.
type Request struct {
	*skein.Approval
	By    *skein.Account
	About *View // the post of who decides
	With  *View // the answer or quote; nil: it is not here
}

// RequestFilter says which requests are wanted.
type RequestFilter struct {
	Post  skein.ID // 0: about any
	Kinds []skein.ApprovalKind
}

// Requests returns who waits for the viewer's leave, the latest first.
func (s *Service) Requests(ctx context.Context, who skein.Viewer, f RequestFilter, p Page) (list []*Request, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = refill(p, func(q store.Page) ([]skein.ID, []*Request, error) {
			rows, err := r.tx.PendingApprovals(who.Account, f.Post, f.Kinds, q)
			if err != nil {
				return nil, nil, err
			}
			cursors := make([]skein.ID, len(rows))
			for i, a := range rows {
				cursors[i] = a.ID
			}
			shown, err := r.requests(rows)
			return cursors, shown, err
		})
		return err
	})
	return list, err
}

// Request returns one of them.
func (s *Service) Request(ctx context.Context, who skein.Viewer, id skein.ID) (q *Request, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		q, err = r.request(id)
		return err
	})
	return q, err
}

// request returns a request that waits for the reader's leave.
func (r *reader) request(id skein.ID) (*Request, error) {
	a, err := r.tx.Approval(id)
	if err != nil {
		return nil, err
	}
	if a.Account != r.who.Account || a.State != skein.ApprovalPending {
		return nil, skein.ErrNotFound
	}
	list, err := r.requests([]*skein.Approval{a})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, skein.ErrNotFound
	}
	return list[0], nil
}

// requests loads what requests are about: the posts in one go, and the accounts in one. Those of people who are gone, or
// whom the reader blocks, are left out.
func (r *reader) requests(rows []*skein.Approval) ([]*Request, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var posts, askers []skein.ID
	for _, a := range rows {
		posts, askers = append(posts, a.Post), append(askers, a.Asker)
		if a.By != 0 {
			posts = append(posts, a.By)
		}
	}
	views, err := r.views(once(posts), sieve{})
	if err != nil {
		return nil, err
	}
	seen := make(map[skein.ID]*View, len(views))
	for _, v := range views {
		seen[v.Post.ID] = v
	}
	accounts, err := r.accounts(once(askers))
	if err != nil {
		return nil, err
	}
	stands, err := r.tx.Sight(r.who.Account, store.SightFor{Authors: askers})
	if err != nil {
		return nil, err
	}
	out := make([]*Request, 0, len(rows))
	for _, a := range rows {
		q := &Request{Approval: a, By: accounts[a.Asker], About: seen[a.Post], With: seen[a.By]}
		if st := stands.Stands[a.Asker]; q.By == nil || !there(q.By, r.who) || q.About == nil || st.Blocks || st.BlockedBy {
			continue
		}
		out = append(out, q)
	}
	return out, nil
}

// Answer gives leave to who asks for it, or refuses it, for good. It returns what was asked.
func (s *Service) Answer(ctx context.Context, who skein.Viewer, id skein.ID, yes bool) (q *Request, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		if q, err = s.truth(tx, who).request(id); err != nil {
			return err
		}
		state := skein.ApprovalRejected
		if yes {
			state = skein.ApprovalAccepted
		}
		if changed, err := tx.SetApproval(id, state, skein.ApprovalPending); err != nil || !changed {
			return errors.Join(err, errIf(!changed, skein.ErrNotFound))
		}
		q.State = state
		return errors.Join(s.settle(tx, q.Approval), answered(tx, q.Approval))
	})
	return q, err
}

// settle does what was decided on a request.
func (s *Service) settle(tx *store.Tx, a *skein.Approval) error {
	yes := a.State == skein.ApprovalAccepted
	switch {
	case a.Kind == skein.ApproveQuote && a.By != 0:
		return s.settleQuote(tx, a, a.By)
	case a.Kind == skein.ApproveQuote:
		return nil
	case a.Kind == skein.ApproveLike && yes:
		l := &store.Like{Post: a.Post, Account: a.Asker, URI: a.Object}
		asker, err := tx.Account(a.Asker)
		if err != nil {
			return err
		}
		if asker.Local {
			l.URI = ""
		}
		return like(tx, nil, l)
	case a.By == 0:
		return nil
	case yes:
		author, err := tx.Account(a.Account)
		if err != nil {
			return err
		}
		return s.release(tx, a.By, stampOf(author, a), false)
	}
	p, err := tx.Post(a.By)
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Local && p.BoostOf == 0 { // what one of ours has written is not taken from them
		return hold(tx, p.ID, true)
	}
	return s.dropPost(tx, p)
}
