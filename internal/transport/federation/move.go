package federation

import (
	"context"
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// moved: a peer's account says that it moved. It speaks for itself only; its target is asked at its own address, now, whether
// the two are one (T187; reference, section 19). One hop: a target that has moved itself is none.
func (s *Service) moved(ctx context.Context, in *inbound) error {
	if in.actor == nil {
		return nil // nobody here follows it
	}
	if in.activity.Object.First().ID != in.actor.URI {
		return skein.Errorf(skein.Denied, "Nobody moves others.")
	}
	target := in.activity.Target.ID
	if !activitypub.IsHTTP(target) || target == in.actor.URI {
		return skein.Errorf(skein.Invalid, "A Move needs another account as its target.")
	}
	if ok, err := s.Social.ExpectsMove(ctx, in.site.ID, in.actor.ID); err != nil || !ok {
		return err
	}
	var to *skein.Account
	var err error
	if isOwn(in.site, target) {
		to, err = s.localAccount(ctx, in, target)
	} else if !s.budget(in.site, hostOf(in.actor.URI), target) {
		return skein.Errorf(skein.Denied, "Too many moves go there.")
	} else {
		to, err = s.newHome(ctx, in.site, in.actor.URI, target)
	}
	if err != nil {
		return err
	}
	return s.Social.ReceiveMove(ctx, in.site.ID, in.actor.ID, to.ID)
}

// newHome reads the target of a move anew. Nothing of it is stored unless it names the account that moved.
func (s *Service) newHome(ctx context.Context, site *skein.Site, from, target string) (*skein.Account, error) {
	known, err := s.account(ctx, site.ID, target)
	if err != nil {
		return nil, err
	}
	if known != nil && known.Gone() { // T175
		return nil, skein.Errorf(skein.Denied, "Nobody moves to an account that is not welcome here.")
	}
	doc, err := s.freshActor(ctx, site, target)
	if err != nil {
		return nil, err
	}
	a, err := doc.Actor()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(a.AlsoKnownAs, from) || a.MovedTo != "" || a.Suspended {
		return nil, skein.Errorf(skein.Denied, "The target does not take the move.")
	}
	return s.keepActor(ctx, site, doc, known, nil)
}

// freshActor reads an actor at its own address, past everything that is remembered.
func (s *Service) freshActor(ctx context.Context, site *skein.Site, uri string) (*activitypub.Document, error) {
	doc, err := s.object(ctx, site, uri)
	if err != nil {
		return nil, err
	}
	if doc.Kind() != activitypub.KindActor || doc.ID() != uri {
		return nil, skein.Errorf(skein.Invalid, "There is no account at this address.")
	}
	return doc, nil
}

// FreshAccount is FindAccount for an account that is read again now, whatever is known of it.
func (s *Service) FreshAccount(ctx context.Context, site skein.ID, handleOrURI string) (*skein.Account, error) {
	a, err := s.FindAccount(ctx, site, handleOrURI)
	if err != nil || a.Local {
		return a, err
	}
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	doc, err := s.freshActor(ctx, home, a.URI)
	if err != nil {
		return nil, err
	}
	return s.keepActor(ctx, home, doc, a, nil)
}

// movedTo is the account that an actor says it moved to, as far as it is known here; 0: it has not moved.
func (s *Service) movedTo(ctx context.Context, site *skein.Site, a *activitypub.Actor) (skein.ID, error) {
	if a.MovedTo == "" || a.MovedTo == a.ID {
		return 0, nil
	}
	to, err := s.account(ctx, site.ID, a.MovedTo)
	if err != nil || to == nil || to.Gone() {
		return 0, err
	}
	return to.ID, nil
}

// meetTarget reads the account that an actor says it moved to when it is not known yet, so that profiles can show it. It goes
// one step: where that one moved in its turn is not asked (T85).
func (s *Service) meetTarget(ctx context.Context, site *skein.Site, doc *activitypub.Document) {
	a, err := doc.Actor()
	if err != nil || !activitypub.IsHTTP(a.MovedTo) || isOwn(site, a.MovedTo) {
		return
	}
	if known, err := s.account(ctx, site.ID, a.MovedTo); err != nil || known != nil || !s.budget(site, hostOf(a.ID), a.MovedTo) {
		return
	}
	target, err := s.freshActor(ctx, site, a.MovedTo)
	if err == nil {
		_, err = s.keepActor(ctx, site, target, nil, nil)
	}
	if err != nil {
		s.Log.Debug("target of a move not found", "site", site.Domain, "uri", a.MovedTo, "err", err)
	}
}

// SendMove tells the followers of a local account, and the servers of those who block it, that it moved.
func (s *Service) SendMove(ctx context.Context, e skein.Moved) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	var to *skein.Account
	var blockers []skein.ID
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		if to, err = tx.Account(e.Target); err != nil {
			return err
		}
		blockers, err = tx.RemoteBlockers(a.ID, maxReached)
		return err
	})
	if err != nil {
		return err
	}
	if a.MovedTo != to.ID { // taken back meanwhile
		return nil
	}
	return s.send(ctx, site, a.ID, move(a, to, e.Move), audience{followersOf: []skein.ID{a.ID}, accounts: blockers})
}

// SendMoveUndone tells everybody that a local account has not moved after all: its followers, who would hear of it, went.
func (s *Service) SendMoveUndone(ctx context.Context, e skein.MoveUndone) error {
	return s.sendProfile(ctx, e.Site, e.Account, audience{everybody: true})
}

func move(a, to *skein.Account, id skein.ID) *activitypub.Activity {
	return &activitypub.Activity{
		ID: a.URI + "#moves/" + id.String(), Type: "Move", Actor: a.URI, To: []string{a.Followers},
		Object: activitypub.Refs(a.URI), Target: activitypub.Ref(to.URI),
	}
}
