package federation

import (
	"context"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// blocked: a peer's account blocks one of ours.
func (s *Service) blocked(ctx context.Context, in *inbound) error {
	target, err := s.localAccount(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	return s.Social.ReceiveBlock(ctx, in.site.ID, in.actor.ID, target.ID, in.id())
}

// unblocked takes a Block back.
func (s *Service) unblocked(ctx context.Context, in *inbound, uri, object string) error {
	target := skein.ID(0)
	if object != "" {
		a, err := s.localAccount(ctx, in, object)
		if err != nil {
			return err
		}
		target = a.ID
	}
	return s.Social.ReceiveUnblock(ctx, in.site.ID, in.actor.ID, target, uri)
}

// SendBlock tells the server of a blocked account, which must hide one of ours from it.
func (s *Service) SendBlock(ctx context.Context, e skein.Blocked) error {
	site, a, b, err := s.between(ctx, e.Site, e.Account, e.Target)
	if a == nil || err != nil || site.HideBlocks { // T178
		return err
	}
	return s.send(ctx, site, a.ID, block(a, b, e.Block), audience{accounts: []skein.ID{b.ID}})
}

// SendUnblock takes a block back.
func (s *Service) SendUnblock(ctx context.Context, e skein.Unblocked) error {
	site, a, b, err := s.between(ctx, e.Site, e.Account, e.Target)
	if a == nil || err != nil || site.HideBlocks {
		return err
	}
	what := block(a, b, e.Block)
	return s.send(ctx, site, a.ID, undoOf(what.ID, a.URI, what), audience{accounts: []skein.ID{b.ID}})
}

func block(a, b *skein.Account, id skein.ID) *activitypub.Activity {
	return &activitypub.Activity{ID: a.URI + "#blocks/" + id.String(), Type: "Block", Actor: a.URI, Object: activitypub.Refs(b.URI)}
}
