package federation

import (
	"context"
	"strconv"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// ownStarter loads a collection of ours as everybody sees it; nil when there is nothing to be sent. One that is not for
// everybody to find is told to nobody.
func (s *Service) ownStarter(ctx context.Context, site, account, id skein.ID) (*skein.Site, *skein.Account, *social.CollectionView, error) {
	home, a, err := s.sender(ctx, site, account)
	if a == nil || err != nil {
		return home, nil, nil, err
	}
	v, err := s.Social.Collection(ctx, skein.Viewer{Site: site}, id)
	if skein.KindOf(err) == skein.NotFound || err == nil && !v.Discoverable {
		return home, a, nil, nil
	}
	return home, a, v, err
}

// SendCollection tells followers of a new collection.
func (s *Service) SendCollection(ctx context.Context, e skein.CollectionMade) error {
	site, a, v, err := s.ownStarter(ctx, e.Site, e.Account, e.Collection)
	if v == nil || err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: v.URI + "#add", Type: "Add", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(v.URI, starter(site, v))}, Target: activitypub.Ref(a.URI + featuredCollections),
	}, audience{followersOf: []skein.ID{a.ID}})
}

// SendCollectionEdit tells followers, and those who are in it, that a collection is another.
func (s *Service) SendCollectionEdit(ctx context.Context, e skein.CollectionEdited) error {
	site, a, v, err := s.ownStarter(ctx, e.Site, e.Account, e.Collection)
	if v == nil || err != nil {
		return err
	}
	to := audience{followersOf: []skein.ID{a.ID}}
	for _, x := range v.Accounts {
		to.accounts = append(to.accounts, x.ID)
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: v.URI + "#updates/" + strconv.FormatInt(v.UpdatedAt.UnixMilli(), 10), Type: "Update", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(v.URI, starter(site, v))},
	}, to)
}

// SendCollectionGone tells followers that a collection is gone.
func (s *Service) SendCollectionGone(ctx context.Context, e skein.CollectionGone) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: e.URI + "#remove", Type: "Remove", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.Refs(e.URI), Target: activitypub.Ref(a.URI + featuredCollections),
	}, audience{followersOf: []skein.ID{a.ID}})
}

// item loads an item of a collection, with whose it is about; i is nil when it is gone.
func (s *Service) item(ctx context.Context, site, id skein.ID) (i *skein.CollectionItem, c *skein.Collection, a *skein.Account, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		if i, err = tx.CollectionItem(id); err != nil {
			return err
		}
		if c, err = tx.Collection(i.Collection); err != nil {
			return err
		}
		a, err = tx.Account(i.Account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil, nil, nil
	}
	return i, c, a, err
}

// SendCollectionItem tells followers of an account that is in a collection now.
func (s *Service) SendCollectionItem(ctx context.Context, e skein.CollectionItemAdded) error {
	i, c, x, err := s.item(ctx, e.Site, e.Item)
	if i == nil || err != nil || i.State != skein.CollectionAccepted || x.Gone() {
		return err
	}
	site, a, v, err := s.ownStarter(ctx, e.Site, e.Account, c.ID)
	if v == nil || err != nil {
		return err
	}
	item := starterItem(i, x)
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: i.URI + "#add", Type: "Add", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(item.ID, item)}, Target: activitypub.Ref(v.URI),
	}, audience{followersOf: []skein.ID{a.ID}, accounts: []skein.ID{x.ID}})
}

// SendCollectionItemGone tells that it is there no longer.
func (s *Service) SendCollectionItemGone(ctx context.Context, e skein.CollectionItemRemoved) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: e.Item + "#remove", Type: "Remove", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.Refs(e.Item), Target: activitypub.Ref(e.Collection),
	}, audience{followersOf: []skein.ID{a.ID}, accounts: []skein.ID{e.Featured}})
}

// SendFeatureRequest asks a peer's account whether it agrees to be in a collection of one of ours.
func (s *Service) SendFeatureRequest(ctx context.Context, e skein.FeatureAsked) error {
	i, c, x, err := s.item(ctx, e.Site, e.Item)
	if i == nil || err != nil || i.State != skein.CollectionPending {
		return err
	}
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	v, err := s.Social.Collection(ctx, skein.Viewer{Site: e.Site}, c.ID)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: a.URI + featureRequests + i.ID.String(), Type: "FeatureRequest", Actor: a.URI, To: []string{x.URI},
		Object: activitypub.Refs(x.URI), Instrument: activitypub.Embed(c.URI, starter(site, v)),
	}, audience{accounts: []skein.ID{x.ID}})
}

// SendFeatureAnswer tells a peer's account whether one of ours agrees to be in its collection.
func (s *Service) SendFeatureAnswer(ctx context.Context, e skein.FeatureAnswered) error {
	site, a, b, err := s.between(ctx, e.Site, e.Account, e.Asker)
	if a == nil || err != nil {
		return err
	}
	answer := &activitypub.Activity{
		ID: a.URI + "#rejects/features/" + s.DB.NewID().String(), Type: "Reject", Actor: a.URI, To: []string{b.URI},
		Object: activitypub.References{activitypub.Embed(e.Request, &activitypub.Activity{
			ID: e.Request, Type: "FeatureRequest", Actor: b.URI, Object: activitypub.Refs(a.URI), Instrument: activitypub.Ref(e.Collection),
		})},
	}
	if e.Accepted {
		answer.ID, answer.Type = a.URI+"#accepts/features/"+s.DB.NewID().String(), "Accept"
		answer.Result = activitypub.Ref(a.URI + featureAuthorizations + e.Item.String())
	}
	return s.send(ctx, site, a.ID, answer, audience{accounts: []skein.ID{b.ID}})
}

// SendFeatureRevoked tells the owner of a collection, and the followers of one of ours, that it is in there no longer.
func (s *Service) SendFeatureRevoked(ctx context.Context, e skein.FeatureRevoked) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	i, c, _, err := s.item(ctx, e.Site, e.Item)
	if i == nil || err != nil {
		return err
	}
	stamp, err := s.agreement(ctx, e.Site, a, i.ID, skein.CollectionRevoked)
	if err != nil {
		return err
	}
	return s.send(ctx, site, a.ID, &activitypub.Activity{
		ID: stamp.ID + "#delete", Type: "Delete", Actor: a.URI, To: []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(stamp.ID, stamp)},
	}, audience{followersOf: []skein.ID{a.ID}, accounts: []skein.ID{c.Account}})
}
