package federation

import (
	"context"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// followed: a peer's account wants to follow one of ours. Core accepts at once, lets it wait, or refuses.
func (s *Service) followed(ctx context.Context, in *inbound) error {
	target, err := s.localAccount(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	if target.Kind == skein.Application {
		return skein.Errorf(skein.Denied, "The site itself has no followers.")
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	return s.Social.ReceiveFollow(ctx, in.site.ID, in.actor.ID, target.ID, in.id())
}

// unfollowed takes a Follow back.
func (s *Service) unfollowed(ctx context.Context, in *inbound, uri, object string) error {
	target := skein.ID(0)
	if object != "" {
		a, err := s.localAccount(ctx, in, object)
		if err != nil {
			return err
		}
		target = a.ID
	}
	return s.Social.ReceiveUnfollow(ctx, in.site.ID, in.actor.ID, target, uri)
}

// accepted and rejected answer a Follow of ours. Only the followee's answer counts (T52); core knows whom we asked.
func (s *Service) accepted(ctx context.Context, in *inbound) error {
	if relay, ok := in.relayAsked(); ok {
		return s.relayAnswered(ctx, in, relay, true)
	}
	if post := askedQuote(in); post != 0 {
		return s.quoteAnswered(ctx, in, post, true)
	}
	if item := askedFeature(in); item != 0 {
		return s.featureAnswered(ctx, in, item, true)
	}
	if done, err := s.leaveAnswered(ctx, in, true); done || err != nil {
		return err
	}
	follower, uri, err := s.answer(ctx, in)
	if err != nil {
		return err
	}
	return s.Social.ReceiveAccept(ctx, in.site.ID, in.actor.ID, uri, follower)
}

func (s *Service) rejected(ctx context.Context, in *inbound) error {
	if relay, ok := in.relayAsked(); ok {
		return s.relayAnswered(ctx, in, relay, false)
	}
	if post := askedQuote(in); post != 0 {
		return s.quoteAnswered(ctx, in, post, false)
	}
	if item := askedFeature(in); item != 0 {
		return s.featureAnswered(ctx, in, item, false)
	}
	if done, err := s.leaveAnswered(ctx, in, false); done || err != nil {
		return err
	}
	follower, uri, err := s.answer(ctx, in)
	if err != nil {
		return err
	}
	return s.Social.ReceiveReject(ctx, in.site.ID, in.actor.ID, uri, follower)
}

// answer reads which Follow an answer is about: by its id, and where the Follow came along by who follows.
func (s *Service) answer(ctx context.Context, in *inbound) (follower skein.ID, uri string, err error) {
	if in.actor == nil {
		return 0, "", skein.ErrNotFound // nobody here asked them
	}
	ref := in.activity.Object.First()
	doc := ref.Document()
	if doc == nil {
		return 0, ref.ID, nil
	}
	if doc.Type() != "Follow" {
		return 0, "", skein.Errorf(skein.Invalid, "Only answers to a Follow are understood.")
	}
	if object := doc.URI("object"); object != "" && object != in.actor.URI {
		return 0, "", skein.Errorf(skein.Denied, "Nobody answers for others.")
	}
	a, err := s.localAccount(ctx, in, doc.URI("actor"))
	if err != nil {
		return 0, "", err
	}
	return a.ID, ref.ID, nil
}

// followURI names a Follow of ours: by what is stored of it, else by our own scheme.
func (s *Service) followURI(ctx context.Context, a *skein.Account, follow, target skein.ID) (uri string, err error) {
	err = s.DB.View(ctx, a.Site, func(tx *store.Tx) error {
		f, err := tx.FollowBetween(a.ID, target)
		if err == nil {
			uri = f.URI
		}
		return err
	})
	if err == nil && uri == "" {
		uri = ownFollow(a, follow)
	}
	return uri, err
}

func ownFollow(a *skein.Account, follow skein.ID) string {
	return a.URI + "/follows/" + follow.String()
}

// peer returns the remote account at the other end, nil when it is none.
func (s *Service) peer(ctx context.Context, site, account skein.ID) (a *skein.Account, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.Account(account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && a.Local {
		return nil, nil
	}
	return a, err
}

// between loads both ends of what a local account does to a remote one; either is nil when there is nothing to be sent.
func (s *Service) between(ctx context.Context, site, local, remote skein.ID) (*skein.Site, *skein.Account, *skein.Account, error) {
	home, a, err := s.sender(ctx, site, local)
	if a == nil || err != nil {
		return home, nil, nil, err
	}
	b, err := s.peer(ctx, site, remote)
	if b == nil || err != nil {
		return home, nil, nil, err
	}
	return home, a, b, nil
}

// parted is between for the end of a follow: it is told though one of the two is suspended here.
func (s *Service) parted(ctx context.Context, site, local, remote skein.ID) (*skein.Site, *skein.Account, *skein.Account, error) {
	home, a, err := s.parting(ctx, site, local)
	if a == nil || err != nil {
		return home, nil, nil, err
	}
	b, err := s.peer(ctx, site, remote)
	if b == nil || err != nil {
		return home, nil, nil, err
	}
	return home, a, b, nil
}

// toOne is the audience of what is for one remote account, also for one that is suspended here: its server is to know that
// nothing more comes.
func toOne(b *skein.Account) audience {
	if b.SuspendedAt.IsZero() || !b.DeletedAt.IsZero() {
		return audience{accounts: []skein.ID{b.ID}}
	}
	if b.SharedInbox != "" {
		return audience{at: []string{b.SharedInbox}}
	}
	return audience{at: []string{b.Inbox}}
}

// SendFollow asks a peer whether one of ours may follow. Nothing is sent when the wish ended meanwhile.
func (s *Service) SendFollow(ctx context.Context, e skein.FollowAsked) error {
	site, a, b, err := s.between(ctx, e.Site, e.Account, e.Target)
	if a == nil || err != nil {
		return err
	}
	uri, err := s.followURI(ctx, a, e.Follow, b.ID)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, follow(uri, a.URI, b.URI), audience{accounts: []skein.ID{b.ID}})
}

func follow(uri, follower, target string) *activitypub.Activity {
	return &activitypub.Activity{ID: uri, Type: "Follow", Actor: follower, Object: activitypub.Refs(target)}
}

// SendUnfollow tells a peer that one of ours follows no longer.
func (s *Service) SendUnfollow(ctx context.Context, e skein.FollowEnded) error {
	site, a, b, err := s.parted(ctx, e.Site, e.Account, e.Target)
	if a == nil || err != nil {
		return err
	}
	uri := e.URI
	if uri == "" {
		uri = ownFollow(a, e.Follow)
	}
	return s.send(ctx, site, a.ID, undoOf(uri, a.URI, follow(uri, a.URI, b.URI)), toOne(b))
}

// undoOf takes an activity back.
func undoOf(uri, actor string, what *activitypub.Activity) *activitypub.Activity {
	return &activitypub.Activity{
		ID: uri + "/undo", Type: "Undo", Actor: actor, Object: activitypub.References{activitypub.Embed(what.ID, what)},
	}
}

// SendAnswer tells a peer's account whether it may follow one of ours. The Follow goes back under the id that its sender
// gave it.
func (s *Service) SendAnswer(ctx context.Context, e skein.FollowAnswered) error {
	ends := s.parted
	if e.Accepted {
		ends = s.between
	}
	site, a, b, err := ends(ctx, e.Site, e.Target, e.Account)
	if a == nil || err != nil {
		return err
	}
	kind, name := "Reject", "#rejects/follows/"
	if e.Accepted {
		kind, name = "Accept", "#accepts/follows/"
	}
	answer := &activitypub.Activity{
		ID:     a.URI + name + s.DB.NewID().String(), // of its own: one Follow may be answered again, and copies are dropped
		Type:   kind,
		Actor:  a.URI,
		To:     []string{b.URI},
		Object: activitypub.References{activitypub.Embed(e.URI, follow(e.URI, b.URI, a.URI))},
	}
	return s.send(ctx, site, a.ID, answer, toOne(b))
}
