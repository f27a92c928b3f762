package federation

import (
	"context"
	"slices"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Collections of accounts that somebody recommends (FEP-7aa9; reference, section 20): ours are served and sent, peers' are
// read, and nobody is in one who does not agree.

const (
	featuredCollections   = "/featured_collections"
	featureRequests       = "/feature_requests/"
	featureAuthorizations = "/feature_authorizations/"
	maxPeerCollections    = 10 // read of an account at once
)

// starter is a collection of ours as peers see it: with those who agreed.
func starter(site *skein.Site, v *social.CollectionView) *activitypub.Collection {
	c := v.Collection
	out := &activitypub.Collection{ID: c.URI, Type: "FeaturedCollection", Name: c.Name, Summary: c.Description, AttributedTo: v.Owner.URI,
		URL: c.URL, Sensitive: &c.Sensitive, Discoverable: &c.Discoverable, Published: c.CreatedAt, Updated: c.UpdatedAt, Items: activitypub.References{}}
	if c.Tag != "" {
		tag := activitypub.NewHashtag(site.URL("/tags/"+c.Tag), "#"+c.Tag)
		out.Topic = &tag
	}
	for _, i := range v.Items {
		if n := slices.IndexFunc(v.Accounts, func(a *skein.Account) bool { return a.ID == i.Account }); n >= 0 && i.State == skein.CollectionAccepted {
			item := starterItem(i, v.Accounts[n])
			out.Items = append(out.Items, activitypub.Embed(item.ID, item))
		}
	}
	n := len(out.Items)
	out.TotalItems = &n
	return out
}

// starterItem is an account in a collection of ours, with the stamp by which it agrees.
func starterItem(i *skein.CollectionItem, a *skein.Account) *activitypub.FeaturedItem {
	stamp := i.Authorization
	if a.Local {
		stamp = a.URI + featureAuthorizations + i.ID.String()
	}
	return &activitypub.FeaturedItem{ID: i.URI, Type: "FeaturedItem", FeaturedObject: a.URI, FeatureAuthorization: stamp, Published: i.CreatedAt}
}

// starters lists the collections of an account that are for everybody to find.
func (s *Service) starters(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	list, err := s.Social.CollectionsOf(c.r.Context(), skein.Viewer{Site: c.site.ID}, a.ID, 0, skein.MaxCollections)
	if err != nil {
		return err
	}
	n := len(list)
	out := &activitypub.Collection{ID: a.URI + featuredCollections, Type: "Collection", TotalItems: &n, Items: activitypub.References{}}
	for _, v := range list {
		out.Items = append(out.Items, activitypub.Embed(v.URI, starter(c.site, v)))
	}
	return c.activity(out, objectAge)
}

// starter serves one collection.
func (s *Service) starter(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	id, _ := skein.ParseID(c.vars["collection"])
	v, err := s.Social.Collection(c.r.Context(), skein.Viewer{Site: c.site.ID}, id)
	if err == nil && v.Account != a.ID {
		err = skein.ErrNotFound
	}
	if err != nil {
		return err
	}
	return c.activity(starter(c.site, v), objectAge)
}

// featureStamp serves the agreement of one of ours to be in a collection, as long as it holds.
func (s *Service) featureStamp(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	id, _ := skein.ParseID(c.vars["stamp"])
	stamp, err := s.agreement(c.r.Context(), c.site.ID, a, id, skein.CollectionAccepted)
	if err != nil {
		return err
	}
	return c.activity(stamp, 0) // nobody believes one that was taken back
}

func (s *Service) agreement(ctx context.Context, site skein.ID, a *skein.Account, item skein.ID, state skein.CollectionState) (*activitypub.Stamp, error) {
	var uri string
	err := s.DB.View(ctx, site, func(tx *store.Tx) error {
		i, err := tx.CollectionItem(item)
		if err == nil && (i.Account != a.ID || i.State != state) {
			err = skein.ErrNotFound
		}
		if err != nil {
			return err
		}
		of, err := tx.Collection(i.Collection)
		if err == nil {
			uri = of.URI
		}
		return err
	})
	return &activitypub.Stamp{ID: a.URI + featureAuthorizations + item.String(), Type: "FeatureAuthorization", AttributedTo: a.URI,
		InteractingObject: uri, InteractionTarget: a.URI}, err
}

// readStarter reads a peer's collection: pure, its items are looked at later.
func readStarter(doc *activitypub.Document) (*activitypub.Collection, social.IncomingCollection, error) {
	c, err := doc.Collection()
	if err != nil {
		return nil, social.IncomingCollection{}, err
	}
	in := social.IncomingCollection{URI: c.ID, Name: c.Name, Description: c.Summary, CreatedAt: c.Published, UpdatedAt: c.Updated,
		Sensitive: c.Sensitive != nil && *c.Sensitive, Discoverable: c.Discoverable != nil && *c.Discoverable}
	if sameHost(c.URL, c.ID) {
		in.URL = c.URL
	}
	if c.Topic != nil {
		if normal, _, ok := text.Hashtag(strings.TrimPrefix(c.Topic.Name, "#")); ok {
			in.Tag = normal
		}
	}
	if in.Name == "" {
		in.Name = c.ID
	}
	return c, in, nil
}

// keepStarter stores a peer's collection that is its owner's own word. Who is in it is looked up and asked, a bounded number of
// times (T84): a stamp counts only at its origin, and of ours only what they agreed to here.
func (s *Service) keepStarter(ctx context.Context, site *skein.Site, owner *skein.Account, doc *activitypub.Document) error {
	c, in, err := readStarter(doc)
	if err != nil {
		return err
	}
	if !doc.Is("FeaturedCollection") || c.AttributedTo != owner.URI || !sameHost(c.ID, owner.URI) {
		return skein.Errorf(skein.Denied, "This collection is somebody else's.")
	}
	for n, ref := range c.Items {
		if n == skein.MaxCollectionItems {
			break
		}
		if item, ok := s.starterItem(ctx, site, owner, c.ID, ref); ok {
			in.Items = append(in.Items, item)
		}
	}
	_, err = s.Social.ReceiveCollection(ctx, site.ID, owner.ID, in)
	return err
}

// starterItem looks at one account in a peer's collection.
func (s *Service) starterItem(ctx context.Context, site *skein.Site, owner *skein.Account, collection string, ref activitypub.Reference) (item social.IncomingItem, ok bool) {
	doc := ref.Document()
	if doc == nil || !doc.Is("FeaturedItem") || !sameHost(doc.ID(), owner.URI) {
		return item, false
	}
	uri, stamp := doc.URI("featuredObject"), doc.URI("featureAuthorization")
	item = social.IncomingItem{URI: doc.ID(), Authorization: stamp, At: doc.Time("published")}
	a, err := s.account(ctx, site.ID, uri)
	if err == nil && a == nil && activitypub.IsHTTP(uri) && !isOwn(site, uri) && s.budget(site, hostOf(owner.URI), uri) {
		var actor *activitypub.Document
		if actor, err = s.freshActor(ctx, site, uri); err == nil {
			a, err = s.keepActor(ctx, site, actor, nil, nil)
		}
	}
	if err != nil || a == nil || a.Gone() {
		return item, false
	}
	item.Account = a.ID
	switch {
	case a.Local:
	case a.ID == owner.ID:
		item.Proven = true
	case s.agreedBefore(ctx, site.ID, a.ID, stamp):
		item.Proven = true
	default:
		item.Proven = s.budget(site, hostOf(owner.URI), stamp) && s.seeStamp(ctx, site, stamp, activitypub.Stamp{Type: "FeatureAuthorization", AttributedTo: a.URI,
			InteractingObject: collection, InteractionTarget: a.URI}) == nil
	}
	return item, true
}

// agreedBefore tells whether a stamp was seen already, so that it is not asked for at each look; its owner tells when it is
// taken back.
func (s *Service) agreedBefore(ctx context.Context, site, account skein.ID, stamp string) (ok bool) {
	if stamp == "" {
		return false
	}
	_ = s.DB.View(ctx, site, func(tx *store.Tx) error {
		list, err := tx.ItemsByAuthorization(account, stamp)
		for _, i := range list {
			ok = ok || i.State == skein.CollectionAccepted
		}
		return err
	})
	return ok
}

// readStarters reads the collections of a peer's account when it is looked at.
func (s *Service) readStarters(ctx context.Context, site *skein.Site, owner *skein.Account) {
	uri := owner.Extra.Collections
	if uri == "" || !s.budget(site, hostOf(owner.URI), uri) {
		return
	}
	doc, err := s.object(ctx, site, uri)
	if err != nil || doc.Kind() != activitypub.KindCollection {
		return
	}
	list, _ := doc.Collection()
	if list.Items == nil && list.First.Document() != nil {
		list, _ = list.First.Document().Collection()
	} else if list.Items == nil && sameHost(list.First.ID, uri) && s.budget(site, hostOf(owner.URI), uri) {
		if page, err := s.object(ctx, site, list.First.ID); err == nil {
			list, _ = page.Collection()
		}
	}
	if list == nil {
		return
	}
	for n, ref := range list.Items {
		if n == maxPeerCollections {
			return
		}
		one := ref.Document()
		if one == nil && sameHost(ref.ID, uri) && s.budget(site, hostOf(owner.URI), uri) {
			one, _ = s.object(ctx, site, ref.ID)
		}
		if one == nil {
			continue
		}
		if err := s.keepStarter(ctx, site, owner, one); err != nil {
			s.Log.Debug("collection not read", "site", site.Domain, "uri", one.ID(), "err", err)
		}
	}
}

// starterChange takes in an Add to, or a Remove from, the collections of who acts; ok is false when it is about something
// else.
func (s *Service) starterChange(ctx context.Context, in *inbound, add bool) (ok bool, err error) {
	if in.actor == nil || in.activity.Target.ID == "" || !sameHost(in.activity.Target.ID, in.actor.URI) {
		return false, nil
	}
	target := in.activity.Target.ID
	if target == in.actor.Extra.Collections {
		for _, ref := range in.activity.Object[:min(len(in.activity.Object), maxPeerCollections)] {
			doc := ref.Document()
			switch {
			case !add:
				err = s.Social.ReceiveCollectionGone(ctx, in.site.ID, in.actor.ID, ref.ID, "")
			case doc != nil:
				err = s.keepStarter(ctx, in.site, in.actor, doc)
			}
			if err != nil {
				return true, err
			}
		}
		return true, nil
	}
	var c *skein.Collection
	err = s.DB.View(ctx, in.site.ID, func(tx *store.Tx) error {
		c, err = tx.CollectionByURI(target)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && c.Account != in.actor.ID {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	change := social.IncomingCollection{URI: c.URI, URL: c.URL, Name: c.Name, Description: c.Description, Language: c.Language, Tag: c.Tag,
		Sensitive: c.Sensitive, Discoverable: c.Discoverable, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Partial: true}
	for _, ref := range in.activity.Object[:min(len(in.activity.Object), skein.MaxCollectionItems)] {
		if !add {
			if err := s.Social.ReceiveCollectionGone(ctx, in.site.ID, in.actor.ID, c.URI, ref.ID); err != nil {
				return true, err
			}
			continue
		}
		if item, ok := s.starterItem(ctx, in.site, in.actor, c.URI, ref); ok {
			change.Items = append(change.Items, item)
		}
	}
	if add {
		_, err = s.Social.ReceiveCollection(ctx, in.site.ID, in.actor.ID, change)
	}
	return true, err
}

// featureRequested: a peer's account wants to put one of ours into a collection.
func (s *Service) featureRequested(ctx context.Context, in *inbound) error {
	target, err := s.localAccount(ctx, in, in.activity.Object.First().ID)
	if err != nil {
		return err
	}
	ref := in.activity.Instrument
	if !sameHost(ref.ID, in.activity.Actor) {
		return skein.Errorf(skein.Denied, "The collection is not the sender's.")
	}
	if err := s.meet(ctx, in); err != nil {
		return err
	}
	doc := ref.Document()
	if doc == nil {
		if !s.budget(in.site, hostOf(in.activity.Actor), ref.ID) {
			return skein.Errorf(skein.Denied, "This peer asks too much.")
		}
		if doc, err = s.object(ctx, in.site, ref.ID); err != nil {
			return err
		}
	}
	c, incoming, err := readStarter(doc)
	if err != nil {
		return err
	}
	if c.ID != ref.ID || c.AttributedTo != in.actor.URI {
		return skein.Errorf(skein.Denied, "The collection is not the sender's.")
	}
	return s.Social.ReceiveFeatureRequest(ctx, in.site.ID, in.actor.ID, target.ID, in.id(), incoming)
}

// askedFeature returns our item that a peer's answer is about; 0: the answer is about something else.
func askedFeature(in *inbound) skein.ID {
	ref := in.activity.Object.First()
	if !isOwn(in.site, ref.ID) {
		return 0
	}
	_, name, _ := strings.Cut(ref.ID, featureRequests)
	id, _ := skein.ParseID(name)
	return id
}

// featureAnswered: a peer's account agrees to be in a collection of ours, or not. The stamp must be there for everybody to see.
func (s *Service) featureAnswered(ctx context.Context, in *inbound, item skein.ID, accepted bool) error {
	if in.actor == nil {
		return skein.ErrNotFound
	}
	stamp := ""
	if accepted {
		var c *skein.Collection
		err := s.DB.View(ctx, in.site.ID, func(tx *store.Tx) error {
			i, err := tx.CollectionItem(item)
			if err == nil {
				c, err = tx.Collection(i.Collection)
			}
			return err
		})
		if err != nil {
			return err
		}
		stamp = in.activity.Result.ID
		if err := s.seeStamp(ctx, in.site, stamp, activitypub.Stamp{Type: "FeatureAuthorization", AttributedTo: in.actor.URI,
			InteractingObject: c.URI, InteractionTarget: in.actor.URI}); err != nil {
			return err
		}
	}
	return s.Social.ReceiveFeatureAnswer(ctx, in.site.ID, in.actor.ID, item, accepted, stamp)
}
