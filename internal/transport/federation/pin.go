package federation

import (
	"context"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// added: somebody puts one of their posts on top of their profile, or a hashtag on it. Nobody does that for others (T192);
// what is added to anything else, such as a conversation (FEP-171b) or a wall (FEP-400e), comes by other ways or not at all.
func (s *Service) added(ctx context.Context, in *inbound) error {
	if ok, err := s.starterChange(ctx, in, true); ok || err != nil {
		return err
	}
	for _, ref := range in.featured() {
		if tag, ok := hashtag(ref); ok {
			if err := s.Social.ReceiveFeaturedTag(ctx, in.site.ID, in.actor.ID, tag, true); err != nil {
				return err
			}
			continue
		}
		if !sameHost(ref.ID, in.actor.URI) {
			return skein.Errorf(skein.Denied, "Only own posts stand on top of a profile.")
		}
		p, err := s.knownPost(ctx, in, ref.ID)
		if skein.KindOf(err) == skein.NotFound {
			if wanted, err := s.wanted(ctx, in, nil); err != nil || !wanted || !s.budget(in.site, hostOf(in.activity.Actor), ref.ID) {
				return err
			}
			p, err = s.fetchPost(ctx, in.site, ref.ID, want{relevant: true, quiet: true})
		}
		if err != nil || p == nil {
			return err
		}
		if err := s.Social.ReceivePin(ctx, in.site.ID, in.actor.ID, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// removed takes that back.
func (s *Service) removed(ctx context.Context, in *inbound) error {
	if ok, err := s.starterChange(ctx, in, false); ok || err != nil {
		return err
	}
	for _, ref := range in.featured() {
		if tag, ok := hashtag(ref); ok {
			if err := s.Social.ReceiveFeaturedTag(ctx, in.site.ID, in.actor.ID, tag, false); err != nil {
				return err
			}
			continue
		}
		p, err := s.knownPost(ctx, in, ref.ID)
		if skein.KindOf(err) == skein.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.Social.ReceiveUnpin(ctx, in.site.ID, in.actor.ID, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// maxFeatured is how many pins, and how many hashtags of a profile, are read (T192).
const maxFeatured = 20

// featured returns what is added to or removed from the collection of pins of who acts; nothing when it is about another
// collection, or another's.
func (in *inbound) featured() activitypub.References {
	if in.actor == nil || in.actor.Featured == "" || in.activity.Target.ID != in.actor.Featured {
		return nil
	}
	return in.activity.Object[:min(len(in.activity.Object), maxFeatured)]
}

// hashtag reads a hashtag that is the object of an activity or the item of a collection.
func hashtag(ref activitypub.Reference) (skein.Tag, bool) {
	doc := ref.Document()
	if doc == nil || !doc.Is("Hashtag") {
		return skein.Tag{}, false
	}
	normal, display, ok := text.Hashtag(doc.Text("name", 4*maxTitle))
	return skein.Tag{Name: normal, Display: display}, ok
}

// SendPin tells followers that a local post stands on top of its author's profile. A pin that was taken down meanwhile is not
// sent, nor the other way round: so in whatever order the two go out, the last says how it is.
func (s *Service) SendPin(ctx context.Context, e skein.PostPinned) error {
	return s.sendPin(ctx, "Add", e.Site, e.Account, e.Post, true)
}

// SendUnpin tells that it was taken down.
func (s *Service) SendUnpin(ctx context.Context, e skein.PostUnpinned) error {
	return s.sendPin(ctx, "Remove", e.Site, e.Account, e.Post, false)
}

func (s *Service) sendPin(ctx context.Context, kind string, site, account, post skein.ID, pinned bool) error {
	home, a, err := s.sender(ctx, site, account)
	if a == nil || err != nil {
		return err
	}
	var p *skein.Post
	is := false
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		if p, err = tx.Post(post); err != nil {
			return err
		}
		is, err = tx.Pinned(account, post)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && is != pinned {
		return nil // its Delete takes it down
	}
	if err != nil {
		return err
	}
	return s.sendFeatured(ctx, home, a, kind, activitypub.Ref(p.URI))
}

// SendTag and SendUntag tell followers of a hashtag on a local profile.
func (s *Service) SendTag(ctx context.Context, e skein.TagFeatured) error {
	return s.sendTag(ctx, "Add", e.Site, e.Account, skein.Tag{Name: e.Name, Display: e.Display}, true)
}

// SendUntag tells that it is there no more.
func (s *Service) SendUntag(ctx context.Context, e skein.TagUnfeatured) error {
	return s.sendTag(ctx, "Remove", e.Site, e.Account, skein.Tag{Name: e.Name, Display: e.Display}, false)
}

func (s *Service) sendTag(ctx context.Context, kind string, site, account skein.ID, tag skein.Tag, featured bool) error {
	home, a, err := s.sender(ctx, site, account)
	if a == nil || err != nil {
		return err
	}
	var has []string
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		has, err = tx.FeaturesTags(account, []string{tag.Name})
		return err
	})
	if err != nil || (len(has) > 0) != featured {
		return err
	}
	return s.sendFeatured(ctx, home, a, kind, activitypub.Embed("", featuredTag(home, tag)))
}

// featuredTag is a hashtag on a local profile.
func featuredTag(site *skein.Site, t skein.Tag) activitypub.Tag {
	return activitypub.NewHashtag(site.URL("/tags/"+t.Name), "#"+t.Display)
}

// sendFeatured tells followers of a change of the collection of pins. Reference, section 11.
func (s *Service) sendFeatured(ctx context.Context, site *skein.Site, a *skein.Account, kind string, object activitypub.Reference) error {
	change := &activitypub.Activity{
		ID:     a.URI + "#featured/" + s.DB.NewID().String(), // of its own: the same may be pinned again, and copies are dropped
		Type:   kind,
		Actor:  a.URI,
		To:     []string{activitypub.Public},
		Object: activitypub.References{object},
		Target: activitypub.Ref(a.URI + "/collections/featured"),
	}
	return s.send(ctx, site, a.ID, change, audience{followersOf: []skein.ID{a.ID}})
}
