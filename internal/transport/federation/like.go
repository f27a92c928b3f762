package federation

import (
	"context"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// knownPost returns a post that the site has, by its URI.
func (s *Service) knownPost(ctx context.Context, in *inbound, uri string) (*skein.Post, error) {
	if uri == "" {
		return nil, skein.ErrNotFound
	}
	return s.Social.PostByURI(ctx, in.site.ID, uri)
}

// postID is knownPost for what may be unknown: 0 then.
func (s *Service) postID(ctx context.Context, in *inbound, uri string) (skein.ID, error) {
	p, err := s.knownPost(ctx, in, uri)
	if skein.KindOf(err) == skein.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return p.ID, nil
}

// liked: a peer's account likes a post, or reacts to it when an emoji comes along. A like of a post that is not here
// concerns nobody here.
func (s *Service) liked(ctx context.Context, in *inbound) error {
	if _, _, ok := reactionOf(in.site, in.activity); ok {
		return s.reacted(ctx, in)
	}
	p, err := s.knownPost(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	if !p.Local && in.actor == nil {
		return nil
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	return s.Social.ReceiveLike(ctx, in.site.ID, in.actor.ID, p.ID, in.id())
}

// unliked takes a Like back.
func (s *Service) unliked(ctx context.Context, in *inbound, uri, object string) error {
	post, err := s.postID(ctx, in, object)
	if err != nil {
		return err
	}
	return s.Social.ReceiveUnlike(ctx, in.site.ID, in.actor.ID, post, uri)
}

// SendLike tells the author of a post that one of ours likes it: nobody else.
func (s *Service) SendLike(ctx context.Context, e skein.PostLiked) error {
	site, a, activity, to, err := s.likeOf(ctx, e.Site, e.Post, e.Account, e.Like)
	if activity == nil || err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, activity, to)
}

// SendUnlike takes a like back.
func (s *Service) SendUnlike(ctx context.Context, e skein.PostUnliked) error {
	site, a, activity, to, err := s.likeOf(ctx, e.Site, e.Post, e.Account, e.Like)
	if activity == nil || err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, undoOf(activity.ID, a.URI, activity), to)
}

func (s *Service) likeOf(ctx context.Context, site, post, account, like skein.ID) (*skein.Site, *skein.Account, *activitypub.Activity, audience, error) {
	home, a, err := s.sender(ctx, site, account)
	if a == nil || err != nil {
		return home, nil, nil, audience{}, err
	}
	var p *skein.Post
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		p, err = tx.Post(post)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && p.Local {
		return home, nil, nil, audience{}, nil
	}
	if err != nil {
		return home, nil, nil, audience{}, err
	}
	activity := &activitypub.Activity{
		ID: a.URI + "#likes/" + like.String(), Type: "Like", Actor: a.URI, Object: activitypub.Refs(p.URI),
	}
	to := audience{accounts: []skein.ID{p.Author}}
	if err := s.alsoGroup(ctx, site, p, activity, &to); err != nil {
		return home, nil, nil, audience{}, err
	}
	return home, a, activity, to, nil
}
