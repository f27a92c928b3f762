package federation

import (
	"context"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// announced: a peer's account boosts a post. Copies that come along are not looked at: what the site does not have is
// fetched from its origin (T50), if anybody here follows the booster (T215).
func (s *Service) announced(ctx context.Context, in *inbound) error {
	uri := boosted(in.activity.Object.First())
	if inner := passedOn(in.activity.Object.First()); inner != nil {
		return s.passed(ctx, in, inner)
	}
	if uri == "" {
		s.Log.Debug("announce ignored", "site", in.site.Domain, "actor", in.activity.Actor)
		return nil
	}
	if relayed, err := s.isRelay(ctx, in.site, in.activity.Actor); err != nil || relayed {
		if err == nil {
			err = s.relayed(ctx, in, uri)
		}
		return err
	}
	p, err := s.knownPost(ctx, in, uri)
	if skein.KindOf(err) == skein.NotFound && !isOwn(in.site, uri) {
		p, err = nil, nil
	}
	if err != nil {
		return err
	}
	if p == nil || in.actor == nil && !p.Local {
		if wanted, err := s.wanted(ctx, in, nil); err != nil || !wanted {
			return err
		}
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	if p == nil {
		if !s.budget(in.site, hostOf(in.activity.Actor), uri) { // T83
			return skein.Errorf(skein.Denied, "This peer causes too many fetches.")
		}
		if p, err = s.fetchPost(ctx, in.site, uri, want{relevant: true}); err != nil {
			return err
		}
	}
	if p == nil || p.Visibility > skein.Unlisted && p.Author != in.actor.ID { // T51
		return skein.Errorf(skein.Denied, "This post is not for boosting.")
	}
	return s.boost(ctx, in, p, s.Social.ReceiveBoost)
}

// boost stores a peer's boost of a post that is here.
func (s *Service) boost(ctx context.Context, in *inbound, p *skein.Post,
	receive func(ctx context.Context, site, account skein.ID, uri string, original skein.ID, v skein.Visibility, at time.Time) error,
) error {
	if in.actor.Kind == skein.Group && (p.ReplyTo != 0 || p.ReplyToURI != "") {
		return nil // answers stand in their conversation; what a community shows is what begins one (docs/decisions/0012)
	}
	v := visibilityOf(in.actor, in.activity.To, in.activity.Cc)
	if len(in.addressees()) == 0 {
		v = skein.Public // as some servers send it; the post is for everybody anyhow
	}
	v = max(v, p.Visibility)
	return receive(ctx, in.site.ID, in.actor.ID, in.id(), p.ID, v, in.activity.Published)
}

// boosted returns the URI of the post that an Announce is about: also what a Create made that a community passes on
// (FEP-1b12).
func boosted(ref activitypub.Reference) string {
	doc := ref.Document()
	if doc == nil || doc.Kind() != activitypub.KindActivity {
		return ref.ID
	}
	if doc.Type() == "Create" {
		return doc.URI("object")
	}
	return ""
}

// unannounced takes a boost back.
func (s *Service) unannounced(ctx context.Context, in *inbound, uri, object string) error {
	original, err := s.postID(ctx, in, object)
	if err != nil {
		return err
	}
	return s.Social.ReceiveUnboost(ctx, in.site.ID, in.actor.ID, uri, original)
}

// announce is a local boost as peers know it. Reference, section 11.
func announce(v *social.View) *activitypub.Activity {
	original := v.Original
	to, cc := address(v.Author, v.Post)
	if original.Author.URI != v.Author.URI {
		cc = append(cc, original.Author.URI)
	}
	return &activitypub.Activity{
		ID:         v.Post.URI + "/activity",
		Type:       "Announce",
		Actor:      v.Author.URI,
		Published:  v.Post.CreatedAt.UTC(),
		To:         to,
		Cc:         cc,
		Object:     activitypub.Refs(original.Post.URI),
		ApprovedBy: v.Post.Extra.Approval,
	}
}

func boostAudience(v *social.View) audience {
	if v.Post.Held {
		return audience{accounts: []skein.ID{v.Original.Author.ID}}
	}
	return audience{followersOf: []skein.ID{v.Author.ID}, accounts: []skein.ID{v.Original.Author.ID}}
}

// sendUnboost takes a local boost back.
func (s *Service) sendUnboost(ctx context.Context, site *skein.Site, author *skein.Account, e skein.PostDeleted) error {
	to := activitypub.Public
	if e.Visibility > skein.Unlisted {
		to = author.Followers
	}
	what := &activitypub.Activity{ID: e.URI + "/activity", Type: "Announce", Actor: author.URI, To: []string{to}}
	if e.BoostOfURI != "" {
		what.Object = activitypub.Refs(e.BoostOfURI)
	}
	undo := undoOf(author.URI+"#announces/"+e.Post.String(), author.URI, what)
	undo.To = what.To
	return s.send(ctx, site, author.ID, undo, audience{followersOf: []skein.ID{author.ID}, accounts: append(e.Audience, e.Mentions...)})
}
