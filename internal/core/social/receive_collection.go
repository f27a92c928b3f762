package social

import (
	"context"
	"errors"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// IncomingCollection is a peer's collection, as its owner describes it.
type IncomingCollection struct {
	URI, URL, Name, Description, Language, Tag string
	Sensitive, Discoverable                    bool
	CreatedAt, UpdatedAt                       time.Time
	Items                                      []IncomingItem
	Partial                                    bool // Items are not all: nothing is taken out
}

// IncomingItem is an account in a peer's collection, found on the network where need be. Proven: its stamp was seen at its
// origin, or it is the owner itself.
type IncomingItem struct {
	URI, Authorization string
	Account            skein.ID
	Proven             bool
	At                 time.Time // when it was put in, which is the order in which they are shown
}

// ReceiveCollection stores a peer's collection as it is now. Of ours only those are in it who agreed here (FEP-7aa9).
func (s *Service) ReceiveCollection(ctx context.Context, site, owner skein.ID, in IncomingCollection) (c *skein.Collection, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, owner, in.URI)
		if err != nil {
			return err
		}
		if c, err = keepCollection(tx, s, by, in); err != nil {
			return err
		}
		items, err := tx.CollectionItems([]skein.ID{c.ID})
		if err != nil {
			return err
		}
		have := map[skein.ID]*skein.CollectionItem{}
		for _, i := range items {
			have[i.Account] = i
		}
		keep := map[skein.ID]bool{}
		for _, n := range in.Items[:min(len(in.Items), skein.MaxCollectionItems)] {
			keep[n.Account] = true
			old := have[n.Account]
			a, err := tx.Account(n.Account)
			if err != nil {
				return err
			}
			switch {
			case a.Local && old != nil: // ours: the stamp is the row
				old.URI, old.CreatedAt = n.URI, putIn(n.At, old.CreatedAt)
				err = tx.UpdateItem(old)
			case a.Local || !n.Proven:
			case old != nil:
				old.URI, old.Authorization, old.State = n.URI, n.Authorization, skein.CollectionAccepted
				old.CreatedAt = putIn(n.At, old.CreatedAt)
				err = tx.UpdateItem(old)
			default:
				_, _, err = tx.InsertItem(&skein.CollectionItem{Collection: c.ID, Account: n.Account, URI: n.URI,
					Authorization: n.Authorization, State: skein.CollectionAccepted, CreatedAt: putIn(n.At, tx.Now())})
			}
			if err != nil {
				return err
			}
		}
		if in.Partial {
			return nil
		}
		for id, old := range have {
			a, err := tx.Account(id)
			if err != nil {
				return err
			}
			if !keep[id] && !a.Local { // an answer to one of ours may be on its way
				if _, err := tx.DeleteItem(old.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return c, err
}

// keepCollection stores what a peer says of a collection; a known one belongs to whom it belonged.
func keepCollection(tx *store.Tx, s *Service, by *skein.Account, in IncomingCollection) (*skein.Collection, error) {
	old, err := tx.CollectionByURI(in.URI)
	if err != nil && !errors.Is(err, skein.ErrNotFound) {
		return nil, err
	}
	if old != nil && (old.Local || old.Account != by.ID) {
		return nil, errOwner
	}
	if old == nil {
		all, err := tx.CollectionsOf(by.ID, false, 0, skein.MaxPeerCollections)
		if err != nil {
			return nil, err
		}
		if len(all) == skein.MaxPeerCollections {
			return nil, skein.Errorf(skein.Invalid, "This account has more collections than are kept.")
		}
	}
	now := tx.Now()
	c := &skein.Collection{Account: by.ID, URI: in.URI, URL: in.URL, Sensitive: in.Sensitive, Discoverable: in.Discoverable,
		Name:        text.DisplayName(in.Name, skein.MaxPeerCollectionName),
		Description: text.Sanitize(cutBytes(in.Description, 4*skein.MaxPeerCollectionText)),
		CreatedAt:   editTime(in.CreatedAt, now), UpdatedAt: editTime(in.UpdatedAt, now)}
	c.Language, _ = text.Language(in.Language)
	if normal, _, ok := text.Hashtag(in.Tag); ok {
		c.Tag = normal
	}
	if c.URL == "" {
		c.URL = c.URI
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = c.CreatedAt
	}
	if old != nil {
		if c.UpdatedAt.Before(old.UpdatedAt) {
			return old, nil
		}
		c.ID = old.ID
	}
	if err := tx.SetCollection(c); err != nil {
		return nil, err
	}
	if old != nil {
		return c, s.tellCollected(tx, c, old)
	}
	return c, nil
}

// putIn is when an account was put into a peer's collection: as the peer tells, but not in the future.
func putIn(told, otherwise time.Time) time.Time {
	if told.IsZero() || told.After(otherwise) {
		return otherwise
	}
	return told
}

// ReceiveFeatureRequest is a peer's account that wants to put one of ours into a collection: accepted or refused at once by
// what ours wants, else it waits. A request that was answered is answered again in the same way.
func (s *Service) ReceiveFeatureRequest(ctx context.Context, site, asker, target skein.ID, request string, in IncomingCollection) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		from, to, err := peerPair(tx, asker, target)
		if err != nil || from == nil {
			return err
		}
		if !sameHost(in.URI, from.URI) {
			return errHost
		}
		answer := func(item skein.ID, accepted bool) error {
			return tx.Emit(skein.FeatureAnswered{Site: site, Account: to.ID, Asker: from.ID, Item: item, Request: request,
				Collection: in.URI, Accepted: accepted})
		}
		leave, err := mayFeature(tx, from, to)
		if err != nil {
			return err
		}
		if leave == leaveNone {
			return answer(0, false)
		}
		c, err := keepCollection(tx, s, from, in)
		if err != nil {
			return err
		}
		items, err := tx.CollectionItems([]skein.ID{c.ID})
		if err != nil {
			return err
		}
		live := 0
		for _, i := range items {
			if i.Live() {
				live++
			}
			if i.Account != to.ID {
				continue
			}
			i.Request = request
			if err := tx.UpdateItem(i); err != nil || i.State == skein.CollectionPending {
				return err
			}
			return answer(i.ID, i.State == skein.CollectionAccepted)
		}
		if live >= skein.MaxCollectionItems {
			return answer(0, false)
		}
		i := &skein.CollectionItem{Collection: c.ID, Account: to.ID, Request: request, State: skein.CollectionPending}
		if leave == leaveAuto {
			i.State = skein.CollectionAccepted
		}
		if i, _, err = tx.InsertItem(i); err != nil || i.State == skein.CollectionPending {
			return err
		}
		if err := s.collected(tx, c, i); err != nil {
			return err
		}
		return answer(i.ID, true)
	})
}

// ReceiveFeatureAnswer is the answer of a peer's account to the wish of one of ours to feature it. stamp was seen at its
// origin.
func (s *Service) ReceiveFeatureAnswer(ctx context.Context, site, from, item skein.ID, accepted bool, stamp string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		i, err := tx.CollectionItem(item)
		if err != nil {
			return err
		}
		c, err := tx.Collection(i.Collection)
		if err != nil {
			return err
		}
		if i.Account != from || !c.Local || !i.Live() {
			return nil
		}
		if !accepted {
			was := i.State
			i.State = skein.CollectionRejected
			if err := tx.UpdateItem(i); err != nil || was != skein.CollectionAccepted {
				return err
			}
			return tx.Emit(skein.CollectionItemRemoved{Site: site, Account: c.Account, Collection: c.URI, Item: i.URI, Featured: from})
		}
		if i.State == skein.CollectionAccepted {
			return nil
		}
		i.State, i.Authorization = skein.CollectionAccepted, stamp
		if err := tx.UpdateItem(i); err != nil {
			return err
		}
		return s.collected(tx, c, i)
	})
}

// ReceiveFeatureRevoked is a peer's account that wants to be in a collection no longer.
func (s *Service) ReceiveFeatureRevoked(ctx context.Context, site, from skein.ID, stamp string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		items, err := tx.ItemsByAuthorization(from, stamp)
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.State == skein.CollectionRevoked {
				continue
			}
			c, err := tx.Collection(i.Collection)
			if err != nil {
				return err
			}
			i.State = skein.CollectionRevoked
			if err := tx.UpdateItem(i); err != nil {
				return err
			}
			if !c.Local {
				continue
			}
			if err := tx.Emit(skein.CollectionItemRemoved{Site: site, Account: c.Account, Collection: c.URI, Item: i.URI, Featured: from}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReceiveCollectionGone is a peer's account that removed a collection, or an item of one.
func (s *Service) ReceiveCollectionGone(ctx context.Context, site, owner skein.ID, uri string, item string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		c, err := tx.CollectionByURI(uri)
		if errors.Is(err, skein.ErrNotFound) || err == nil && (c.Local || c.Account != owner) {
			return nil
		}
		if err != nil {
			return err
		}
		if item == "" {
			_, err := tx.DeleteCollection(c.ID)
			return err
		}
		items, err := tx.CollectionItems([]skein.ID{c.ID})
		if err != nil {
			return err
		}
		for _, i := range items {
			switch {
			case i.URI != item:
			case !i.Live():
				return nil // that they do not want it is kept, for when they are asked again
			default:
				_, err := tx.DeleteItem(i.ID)
				return err
			}
		}
		return nil
	})
}
