package federation

import (
	"context"
	"slices"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxQuoters is how many accounts beside followers hear that a stamp is taken back.
const maxQuoters = 2000

// setQuote puts what a post of ours quotes into its wire form. FEP-044f.
func setQuote(n *activitypub.Note, v *social.View) {
	q := v.Post.Extra.Quote
	if q == nil {
		return
	}
	if v.Quote != nil && v.Quote.State == skein.QuoteDeleted {
		n.QuoteDeleted = true
		return
	}
	n.Quote = q.URI
	if q.State == skein.QuoteAccepted {
		n.QuoteAuthorization = q.Stamp
	}
}

// quoteOf reads what a peer's post quotes; nil: nothing.
func quoteOf(n *activitypub.Note) *social.IncomingQuote {
	switch {
	case n.QuoteDeleted:
		return &social.IncomingQuote{Deleted: true}
	case !activitypub.IsHTTP(n.Quote):
		return nil
	}
	q := &social.IncomingQuote{URI: n.Quote, Legacy: n.QuoteLegacy}
	if activitypub.IsHTTP(n.QuoteAuthorization) {
		q.Stamp = n.QuoteAuthorization
	}
	return q
}

// CheckQuote looks at a peer's quote: it fetches what is quoted and the stamp, each from its origin, and compares the four
// values (reference, section 15; T190).
func (s *Service) CheckQuote(ctx context.Context, e skein.QuoteUnproven) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	var p *skein.Post
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		p, err = tx.Post(e.Post)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && (p.Local || p.Extra.Quote == nil) {
		return nil
	}
	if err != nil {
		return err
	}
	q := p.Extra.Quote
	resolve := func(quoted skein.ID, proof social.QuoteProof) error {
		return s.Social.ResolveQuote(ctx, e.Site, p.ID, q.URI, q.Stamp, quoted, proof)
	}
	known, err := s.Social.PostByURI(ctx, e.Site, q.URI)
	if skein.KindOf(err) == skein.NotFound {
		if !s.budget(site, hostOf(p.URI), q.URI) {
			return resolve(0, social.QuoteUnseen)
		}
		known, err = s.fetchPost(ctx, site, q.URI, want{relevant: true, quotes: e.Depth})
	}
	if err != nil && permanent(err) || err == nil && known == nil {
		s.Log.Debug("quoted post not found", "site", site.Domain, "uri", q.URI, "err", err)
		return resolve(0, social.QuoteUnseen)
	}
	if err != nil {
		return err
	}
	if known.URI != q.URI { // the address of its page
		return resolve(0, social.QuoteUnseen)
	}
	if known.Local || q.Stamp == "" || known.Author == p.Author {
		return resolve(known.ID, social.QuoteUnseen)
	}
	author, err := s.peer(ctx, e.Site, known.Author)
	if err != nil {
		return err
	}
	if author == nil {
		return resolve(known.ID, social.QuoteDisproven)
	}
	err = s.seeStamp(ctx, site, q.Stamp, activitypub.Stamp{Type: "QuoteAuthorization", AttributedTo: author.URI,
		InteractingObject: p.URI, InteractionTarget: known.URI})
	switch {
	case err == nil:
		return resolve(known.ID, social.QuoteProven)
	case permanent(err):
		s.Log.Debug("stamp without effect", "site", site.Domain, "uri", q.Stamp, "err", err)
		return resolve(known.ID, social.QuoteDisproven)
	}
	return err
}

// seeStamp fetches a stamp from the host of who gave it, and compares all that it says.
func (s *Service) seeStamp(ctx context.Context, site *skein.Site, uri string, want activitypub.Stamp) error {
	if !sameHost(uri, want.AttributedTo) {
		return skein.Errorf(skein.Denied, "The stamp is not on the host of its author.")
	}
	doc, err := s.object(ctx, site, uri)
	if err != nil {
		return err
	}
	got := *doc.Stamp()
	if !doc.Is(want.Type) || got.ID != uri {
		return skein.Errorf(skein.Denied, "This is no %s.", want.Type)
	}
	got.ID, got.Type = "", want.Type
	if got.Target == "" { // GoToSocial's approvals did not always say it; the act that they name says what it is about
		got.Target = want.Target
	}
	if got != want {
		return skein.Errorf(skein.Denied, "The stamp is for something else.")
	}
	return nil
}

// quoteRequested: a peer's account wants to quote a post of ours. What it quotes with comes along, or is fetched, so that the
// author sees it.
func (s *Service) quoteRequested(ctx context.Context, in *inbound) error {
	p, err := s.knownPost(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	ref := in.activity.Instrument
	if !p.Local || ref.ID == "" {
		return skein.ErrNotFound
	}
	if !sameHost(ref.ID, in.activity.Actor) {
		return skein.Errorf(skein.Denied, "The quoting post is not the sender's.")
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	n, own, err := in.note(ref)
	if err != nil {
		return err
	}
	if own && n.Quote == p.URI {
		_, err = s.receivePost(ctx, in.site, in.actor, n, want{relevant: true}, func() (bool, error) { return false, nil })
	} else if s.budget(in.site, hostOf(in.activity.Actor), ref.ID) {
		_, err = s.fetchPost(ctx, in.site, ref.ID, want{relevant: true})
	}
	if err != nil && !permanent(err) { // what cannot be had may still be allowed: its author is known
		return err
	}
	return s.Social.ReceiveQuoteRequest(ctx, in.site.ID, in.actor.ID, p.ID, ref.ID, in.id())
}

const quoteRequests = "/quote_requests/"

// askedQuote returns our post that a peer's answer is about; 0: the answer is about something else.
func askedQuote(in *inbound) skein.ID {
	ref := in.activity.Object.First()
	if !isOwn(in.site, ref.ID) {
		return 0
	}
	if _, name, ok := strings.Cut(ref.ID, quoteRequests); ok {
		id, _ := skein.ParseID(name)
		return id
	}
	return 0
}

// quoteAnswered: the author of a quoted post accepts or refuses. The stamp must be there for everybody to see.
func (s *Service) quoteAnswered(ctx context.Context, in *inbound, post skein.ID, accepted bool) error {
	if in.actor == nil {
		return skein.ErrNotFound
	}
	stamp := ""
	if accepted {
		stamp = in.activity.Result.ID
		var p *skein.Post
		err := s.DB.View(ctx, in.site.ID, func(tx *store.Tx) (err error) {
			p, err = tx.Post(post)
			return err
		})
		if err != nil {
			return err
		}
		if p.Extra.Quote == nil || !p.Local {
			return skein.ErrNotFound
		}
		if err := s.seeStamp(ctx, in.site, stamp, activitypub.Stamp{Type: "QuoteAuthorization", AttributedTo: in.actor.URI,
			InteractingObject: p.URI, InteractionTarget: p.Extra.Quote.URI}); err != nil {
			return err
		}
	}
	return s.Social.ReceiveQuoteAnswer(ctx, in.site.ID, in.actor.ID, post, accepted, stamp)
}

// SendQuoteRequest asks the author of a post whether one of ours may quote it.
func (s *Service) SendQuoteRequest(ctx context.Context, e skein.QuoteAsked) error {
	site, v, err := s.localPost(ctx, e.Site, e.Post)
	if v == nil || err != nil || v.Quote == nil || v.Quote.Post == nil || v.Quote.State != skein.QuotePending {
		return err
	}
	quoted := v.Quote.Post.Post
	if quoted.Local {
		return nil
	}
	parents, err := s.parents(ctx, site, []*social.View{v})
	if err != nil {
		return err
	}
	n := wire(site, v, parents)
	with := activitypub.Embed(n.ID, n)
	mentioned := func(m skein.Mention) bool { return m.Account == quoted.Author }
	if v.Post.Visibility > skein.Unlisted && !slices.ContainsFunc(v.Post.Mentions, mentioned) { // T163: they may be no reader
		with = activitypub.Ref(n.ID)
	}
	ask := &activitypub.Activity{
		ID:         v.Author.URI + quoteRequests + v.Post.ID.String(),
		Type:       "QuoteRequest",
		Actor:      v.Author.URI,
		Object:     activitypub.Refs(quoted.URI),
		Instrument: with,
	}
	return s.send(ctx, site, v.Author.ID, ask, audience{accounts: []skein.ID{quoted.Author}})
}

// approvalType is what stamps are called, by what they allow; requestType what asks for them.
var (
	approvalType = map[skein.ApprovalKind]string{
		skein.ApproveQuote: "QuoteAuthorization", skein.ApproveReply: "ReplyApproval",
		skein.ApproveLike: "LikeApproval", skein.ApproveBoost: "AnnounceApproval",
	}
	approvalPath = map[skein.ApprovalKind]string{
		skein.ApproveQuote: "/quote_authorizations/", skein.ApproveReply: "/reply_approvals/",
		skein.ApproveLike: "/like_approvals/", skein.ApproveBoost: "/boost_approvals/",
	}
)

// stamp is an approval of ours as peers see it.
func stamp(author *skein.Account, kind skein.ApprovalKind, id skein.ID, object, target string) *activitypub.Stamp {
	out := &activitypub.Stamp{ID: author.URI + approvalPath[kind] + id.String(), Type: approvalType[kind], AttributedTo: author.URI}
	if kind == skein.ApproveQuote {
		out.InteractingObject, out.InteractionTarget = object, target
	} else {
		out.Object, out.Target = object, target
	}
	return out
}

// postURI returns the URI of a post, empty when it is gone.
func (s *Service) postURI(ctx context.Context, site, post skein.ID) (uri string, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Post(post)
		if err == nil {
			uri = p.URI
		}
		return err
	})
	if skein.KindOf(err) == skein.NotFound {
		return "", nil
	}
	return uri, err
}

// SendApproval tells a peer's account whether one of ours gives leave.
func (s *Service) SendApproval(ctx context.Context, e skein.ApprovalAnswered) error {
	site, a, b, err := s.between(ctx, e.Site, e.Account, e.Asker)
	if a == nil || err != nil {
		return err
	}
	target, err := s.postURI(ctx, e.Site, e.Post)
	if target == "" || err != nil {
		return err
	}
	public := false
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Post(e.Post)
		public = err == nil && p.Visibility <= skein.Unlisted
		return unlessFault(err)
	})
	if err != nil {
		return err
	}
	answer := &activitypub.Activity{
		ID:    a.URI + "#rejects/approvals/" + s.DB.NewID().String(),
		Type:  "Reject",
		Actor: a.URI,
		To:    []string{b.URI},
	}
	if e.Kind == skein.ApproveQuote {
		answer.Object = activitypub.References{activitypub.Embed(e.Request, &activitypub.Activity{
			ID: e.Request, Type: "QuoteRequest", Actor: b.URI, Object: activitypub.Refs(target), Instrument: activitypub.Ref(e.Object),
		})}
	} else {
		answer.Object, answer.Target = activitypub.Refs(e.Object), activitypub.Ref(target)
		if public {
			answer.Cc = []string{activitypub.Public, a.Followers}
		}
	}
	if e.Accepted {
		answer.Type = "Accept"
		answer.ID = a.URI + "#accepts/approvals/" + s.DB.NewID().String()
		answer.Result = activitypub.Ref(stamp(a, e.Kind, e.Approval, e.Object, target).ID)
	}
	return s.send(ctx, site, a.ID, answer, audience{accounts: []skein.ID{b.ID}})
}

// SendStampRevoked tells all who may have seen either post that a stamp of ours holds no longer.
func (s *Service) SendStampRevoked(ctx context.Context, e skein.StampRevoked) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	target, err := s.postURI(ctx, e.Site, e.Post)
	if err != nil {
		return err
	}
	what := stamp(a, e.Kind, e.Approval, e.Object, target)
	gone := &activitypub.Activity{ID: what.ID + "#delete", Type: "Delete", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(what.ID, what)}}
	to := audience{followersOf: []skein.ID{a.ID, e.Asker}, accounts: []skein.ID{e.Asker}}
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		by, err := private(tx, e.Object)
		if err != nil {
			return err
		}
		if by != nil { // its own server tells its readers
			asker, err := tx.Account(e.Asker)
			if err == nil {
				gone.To, to = []string{asker.URI}, audience{accounts: []skein.ID{e.Asker}}
			}
			return err
		}
		for _, id := range []skein.ID{e.Post, e.By} {
			if id == 0 {
				continue
			}
			reached, err := tx.PostAudience(id, maxQuoters)
			if err != nil {
				return err
			}
			to.accounts = append(to.accounts, reached...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, gone, to)
}

// private returns a post that not everybody may read; nil: everybody may, or it is not known here.
func private(tx *store.Tx, uri string) (*skein.Post, error) {
	p, err := tx.PostByURI(uri)
	if skein.KindOf(err) == skein.NotFound || err == nil && p.Visibility <= skein.Unlisted {
		return nil, nil
	}
	return p, err
}

// mayKnow tells whether who asks may hear of a post that not everybody may read: its readers, and the server it is from.
func (s *Service) mayKnow(c *call, p *skein.Post) (bool, error) {
	ctx := c.r.Context()
	who := s.reader(ctx, c, false)
	if who.host == "" {
		return false, nil
	}
	if who.host == hostOf(p.URI) {
		return true, nil
	}
	viewer := who.viewer
	var err error
	if !who.person {
		if viewer.Account, err = s.readerOn(c, p, who.host); err != nil {
			return false, err
		}
	}
	if viewer.Account == 0 {
		return false, nil
	}
	_, err = s.Social.Post(ctx, viewer, p.ID)
	if skein.KindOf(err) == skein.NotFound {
		return false, nil
	}
	return err == nil, err
}

// quoteStamp and the three below serve the stamps of one of ours: only those that hold.
func (s *Service) quoteStamp(c *call) error { return s.serveStamp(c, skein.ApproveQuote) }
func (s *Service) replyStamp(c *call) error { return s.serveStamp(c, skein.ApproveReply) }
func (s *Service) likeStamp(c *call) error  { return s.serveStamp(c, skein.ApproveLike) }
func (s *Service) boostStamp(c *call) error { return s.serveStamp(c, skein.ApproveBoost) }

func (s *Service) serveStamp(c *call, kind skein.ApprovalKind) error {
	author, err := s.owner(c)
	if err != nil {
		return err
	}
	id, ok := skein.ParseID(c.vars["stamp"])
	if !ok {
		return skein.ErrNotFound
	}
	var a *skein.Approval
	var target, by *skein.Post
	err = s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) error {
		if a, err = tx.Approval(id); err != nil {
			return err
		}
		if target, err = tx.Post(a.Post); err != nil {
			return err
		}
		by, err = private(tx, a.Object)
		return err
	})
	if err != nil {
		return err
	}
	if a.Account != author.ID || a.Kind != kind || a.State != skein.ApprovalAccepted || author.Gone() {
		return skein.ErrNotFound
	}
	if by != nil { // T156: the stamp names it
		known, err := s.mayKnow(c, by)
		if err != nil {
			return err
		}
		if !known {
			return skein.ErrNotFound
		}
	}
	return c.activity(stamp(author, kind, a.ID, a.Object, target.URI), 0) // nobody believes one that was taken back
}
