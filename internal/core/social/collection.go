package social

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// CollectionDraft is what somebody says of a collection of theirs; nil leaves as it is.
type CollectionDraft struct {
	Name, Description, Language, Tag *string
	Sensitive, Discoverable          *bool
	Accounts                         []skein.ID // only of a new one
}

// CollectionView is a collection with its items and whose it is. Items are those that the viewer may know of.
type CollectionView struct {
	*skein.Collection
	Owner    *skein.Account
	Items    []*skein.CollectionItem
	Accounts []*skein.Account // of the items that are accepted, in their order
}

// set puts a draft into a collection, or says what is wrong with it.
func (d CollectionDraft) set(c *skein.Collection) error {
	assign(&c.Sensitive, d.Sensitive)
	assign(&c.Discoverable, d.Discoverable)
	if d.Name != nil {
		c.Name = text.DisplayName(*d.Name, noLimit)
	}
	if d.Description != nil {
		c.Description = strings.TrimSpace(cleanText(*d.Description))
	}
	switch {
	case c.Name == "":
		return invalidField("name", "blank", "Validation failed: Name can't be blank")
	case utf8.RuneCountInString(c.Name) > skein.MaxCollectionName:
		return invalidField("name", "too_long", "Validation failed: Name is too long (maximum is %d characters)", skein.MaxCollectionName)
	case utf8.RuneCountInString(c.Description) > skein.MaxCollectionDescription:
		return invalidField("description", "too_long", "Validation failed: Description is too long (maximum is %d characters)",
			skein.MaxCollectionDescription)
	}
	if d.Language != nil {
		c.Language = ""
		if *d.Language != "" {
			tag, ok := text.Language(*d.Language)
			if !ok {
				return invalidField("language", "invalid", "Validation failed: Language is invalid")
			}
			c.Language = tag
		}
	}
	if d.Tag != nil {
		c.Tag = ""
		if name := strings.TrimPrefix(strings.TrimSpace(*d.Tag), "#"); name != "" {
			normal, _, ok := text.Hashtag(name)
			if !ok {
				return invalidField("tag", "invalid", "Validation failed: Tag is invalid")
			}
			c.Tag = normal
		}
	}
	return nil
}

// CreateCollection makes a collection of the viewer's, with accounts in it who may be there.
func (s *Service) CreateCollection(ctx context.Context, who skein.Viewer, d CollectionDraft) (*CollectionView, error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	if len(d.Accounts) > skein.MaxCollectionItems {
		return nil, invalidField("collection_items", "too_long", "Validation failed: A collection holds %d accounts", skein.MaxCollectionItems)
	}
	c := &skein.Collection{Local: true}
	if err := d.set(c); err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err == nil {
			err = errIfMoved(self)
		}
		if err != nil {
			return err
		}
		old, err := tx.CollectionsOf(self.ID, false, 0, skein.MaxCollections)
		if err != nil {
			return err
		}
		if len(old) == skein.MaxCollections {
			return invalidField("base", "too_many", "Validation failed: You have %d collections, which is as many as you can", skein.MaxCollections)
		}
		c.ID, c.Account, c.CreatedAt, c.UpdatedAt = tx.NewID(), self.ID, tx.Now(), tx.Now()
		c.URI = self.URI + "/featured_collections/" + c.ID.String()
		c.URL = site.URL("/collections/" + c.ID.String())
		if err := tx.SetCollection(c); err != nil {
			return err
		}
		if err := tx.Emit(skein.CollectionMade{Site: tx.Site(), Account: self.ID, Collection: c.ID}); err != nil {
			return err
		}
		for _, id := range d.Accounts {
			if _, err := s.feature(tx, who, self, c, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Collection(ctx, who, c.ID)
}

// mine returns a collection of the viewer's.
func mine(tx *store.Tx, who skein.Viewer, id skein.ID) (*skein.Account, *skein.Collection, error) {
	self, err := me(tx, who)
	if err != nil {
		return nil, nil, err
	}
	c, err := tx.Collection(id)
	if err == nil && c.Account != self.ID {
		err = skein.ErrNotFound
	}
	return self, c, err
}

// UpdateCollection changes a collection of the viewer's.
func (s *Service) UpdateCollection(ctx context.Context, who skein.Viewer, id skein.ID, d CollectionDraft) (*CollectionView, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		_, c, err := mine(tx, who, id)
		if err != nil {
			return err
		}
		before := *c
		if err := d.set(c); err != nil || *c == before {
			return err
		}
		c.UpdatedAt = tx.Now()
		if err := tx.SetCollection(c); err != nil {
			return err
		}
		if err := s.tellCollected(tx, c, &before); err != nil {
			return err
		}
		return tx.Emit(skein.CollectionEdited{Site: tx.Site(), Account: c.Account, Collection: c.ID})
	})
	if err != nil {
		return nil, err
	}
	return s.Collection(ctx, who, id)
}

// tellCollected tells our people who are in a collection that it is called or described otherwise now.
func (s *Service) tellCollected(tx *store.Tx, c, before *skein.Collection) error {
	if c.Name == before.Name && c.Description == before.Description && c.Tag == before.Tag {
		return nil
	}
	items, err := tx.CollectionItems([]skein.ID{c.ID})
	if err != nil {
		return err
	}
	var list []skein.Notification
	for _, i := range items {
		if i.State == skein.CollectionAccepted {
			list = append(list, skein.Notification{Account: i.Account, Kind: skein.NotifyCollectionEdit, Actor: c.Account, About: c.ID})
		}
	}
	_, err = s.notifyAll(tx, list) // only our people are told of anything
	return err
}

// DeleteCollection removes a collection of the viewer's.
func (s *Service) DeleteCollection(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		_, c, err := mine(tx, who, id)
		if err != nil {
			return err
		}
		if _, err := tx.DeleteCollection(c.ID); err != nil {
			return err
		}
		return tx.Emit(skein.CollectionGone{Site: tx.Site(), Account: c.Account, URI: c.URI})
	})
}

// AddToCollection puts an account into a collection of the viewer's: at once when it agrees to that beforehand, else it is
// asked.
func (s *Service) AddToCollection(ctx context.Context, who skein.Viewer, collection, account skein.ID) (item *skein.CollectionItem, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, c, err := mine(tx, who, collection)
		if err != nil {
			return err
		}
		item, err = s.feature(tx, who, self, c, account)
		return err
	})
	return item, err
}

func (s *Service) feature(tx *store.Tx, who skein.Viewer, self *skein.Account, c *skein.Collection, account skein.ID) (*skein.CollectionItem, error) {
	_, other, err := pair(tx, who, account)
	if err != nil {
		return nil, err
	}
	items, err := tx.CollectionItems([]skein.ID{c.ID})
	if err != nil {
		return nil, err
	}
	live := 0
	for _, i := range items {
		if i.Live() {
			if i.Account == other.ID {
				return i, nil
			}
			live++
		} else if i.Account == other.ID { // who left, or refused, is not asked again
			return nil, errDenied
		}
	}
	if live >= skein.MaxCollectionItems {
		return nil, invalidField("collection_items", "too_long", "Validation failed: A collection holds %d accounts", skein.MaxCollectionItems)
	}
	leave, err := mayFeature(tx, self, other)
	if err != nil {
		return nil, err
	}
	if leave == leaveNone {
		return nil, errDenied
	}
	item := &skein.CollectionItem{ID: tx.NewID(), Collection: c.ID, Account: other.ID, State: skein.CollectionPending}
	item.URI = c.URI + "/items/" + item.ID.String()
	if other.Local && leave == leaveAuto || other.ID == self.ID {
		item.State = skein.CollectionAccepted
	}
	if item, _, err = tx.InsertItem(item); err != nil {
		return nil, err
	}
	if !other.Local {
		return item, tx.Emit(skein.FeatureAsked{Site: tx.Site(), Account: self.ID, Item: item.ID})
	}
	return item, s.collected(tx, c, item)
}

// collected tells of an account that is in a collection now: our own people, and the followers of ours elsewhere.
func (s *Service) collected(tx *store.Tx, c *skein.Collection, item *skein.CollectionItem) error {
	if item.State != skein.CollectionAccepted {
		return nil
	}
	if _, err := s.notify(tx, skein.Notification{Account: item.Account, Kind: skein.NotifyCollected, Actor: c.Account, About: c.ID}); err != nil {
		return err
	}
	if !c.Local {
		return nil
	}
	return tx.Emit(skein.CollectionItemAdded{Site: tx.Site(), Account: c.Account, Item: item.ID})
}

// RemoveFromCollection takes an account out of a collection of the viewer's.
func (s *Service) RemoveFromCollection(ctx context.Context, who skein.Viewer, collection, item skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		_, c, err := mine(tx, who, collection)
		if err != nil {
			return err
		}
		i, err := tx.CollectionItem(item)
		if err == nil && i.Collection != c.ID {
			err = skein.ErrNotFound
		}
		if err != nil {
			return err
		}
		if !i.Live() {
			return nil // they are out; that they do not want it is kept, or they could be put back
		}
		return s.takeOut(tx, c, i)
	})
}

// takeOut removes an item, and tells peers if they could know of it.
func (s *Service) takeOut(tx *store.Tx, c *skein.Collection, i *skein.CollectionItem) error {
	if _, err := tx.DeleteItem(i.ID); err != nil {
		return err
	}
	if !c.Local || i.State != skein.CollectionAccepted {
		return nil
	}
	return tx.Emit(skein.CollectionItemRemoved{Site: tx.Site(), Account: c.Account, Collection: c.URI, Item: i.URI, Featured: i.Account})
}

// LeaveCollection takes the viewer out of somebody's collection, for good: nobody puts them back.
func (s *Service) LeaveCollection(ctx context.Context, who skein.Viewer, collection, item skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		i, err := tx.CollectionItem(item)
		if err == nil && (i.Collection != collection || i.Account != self.ID) {
			err = skein.ErrNotFound
		}
		if err != nil {
			return err
		}
		if !i.Live() {
			return nil
		}
		c, err := tx.Collection(i.Collection)
		if err != nil {
			return err
		}
		was := i.State
		i.State = skein.CollectionRevoked
		if err := tx.UpdateItem(i); err != nil {
			return err
		}
		if c.Local && was == skein.CollectionAccepted {
			return tx.Emit(skein.CollectionItemRemoved{Site: tx.Site(), Account: c.Account, Collection: c.URI, Item: i.URI, Featured: i.Account})
		}
		if c.Local {
			return nil
		}
		return tx.Emit(skein.FeatureRevoked{Site: tx.Site(), Account: self.ID, Item: i.ID})
	})
}

// What an account allows another: to put it into a collection at once, after a question, or not.
type featureLeave int

const (
	leaveNone featureLeave = iota
	leaveAsk
	leaveAuto
)

// FeatureWords is who may put an account into collections, in the words of skein.Leave. Ours agree when they want to be
// found; who has said nothing elsewhere has not agreed.
func FeatureWords(a *skein.Account) skein.Leave {
	switch {
	case a.Extra.Feature != nil:
		return *a.Extra.Feature
	case a.Local && a.Discoverable:
		return skein.Leave{Auto: []string{skein.WhoPublic}}
	}
	return skein.Leave{Auto: []string{skein.WhoAuthor}}
}

// mayFeature tells whether one account may put another into a collection.
func mayFeature(tx *store.Tx, self, other *skein.Account) (featureLeave, error) {
	if self.ID == other.ID {
		return leaveAuto, nil
	}
	if other.Gone() || other.MovedTo != 0 || other.Kind == skein.Application {
		return leaveNone, nil
	}
	blocks, blocked, err := tx.Blocks(self.ID, other.ID)
	if err != nil || blocks || blocked {
		return leaveNone, err
	}
	for _, d := range [][2]*skein.Account{{self, other}, {other, self}} {
		if blocked, err := tx.DomainBlocks(d[0].ID, d[1].Domain); err != nil || blocked {
			return leaveNone, err
		}
	}
	words := FeatureWords(other)
	in := func(list []string) (bool, error) {
		if slices.Contains(list, skein.WhoPublic) || slices.Contains(list, self.URI) {
			return true, nil
		}
		for word, follow := range map[string][2]skein.ID{skein.WhoFollowers: {self.ID, other.ID}, skein.WhoFollowing: {other.ID, self.ID}} {
			if !slices.Contains(list, word) {
				continue
			}
			f, err := tx.FollowBetween(follow[0], follow[1])
			if err == nil && f.Accepted {
				return true, nil
			}
			if err != nil && !errors.Is(err, skein.ErrNotFound) {
				return false, err
			}
		}
		return false, nil
	}
	if ok, err := in(words.Auto); err != nil || ok {
		return leaveAuto, err
	}
	ok, err := in(words.Manual)
	if err != nil || !ok {
		return leaveNone, err
	}
	return leaveAsk, nil
}

// Collection returns a collection as the viewer may see it.
func (s *Service) Collection(ctx context.Context, who skein.Viewer, id skein.ID) (v *CollectionView, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		c, err := r.tx.Collection(id)
		if err != nil {
			return err
		}
		list, err := r.collections([]*skein.Collection{c})
		if err == nil && len(list) == 0 {
			err = skein.ErrNotFound
		}
		if err == nil {
			v = list[0]
		}
		return err
	})
	return v, err
}

// CollectionsOf returns an account's collections, the latest first. Others see only those that are for everybody to find.
func (s *Service) CollectionsOf(ctx context.Context, who skein.Viewer, account skein.ID, skip, limit int) (list []*CollectionView, err error) {
	if _, err := s.Account(ctx, who, account); err != nil {
		return nil, err
	}
	err = s.read(ctx, who, func(r *reader) error {
		rows, err := r.tx.CollectionsOf(account, account != who.Account, skip, limit)
		if err == nil {
			list, err = r.collections(rows)
		}
		return err
	})
	return list, err
}

// CollectionsWith returns the collections that the viewer is in.
func (s *Service) CollectionsWith(ctx context.Context, who skein.Viewer, skip, limit int) (list []*CollectionView, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		rows, err := r.tx.CollectionsWith(who.Account, skip, limit)
		if err == nil {
			list, err = r.collections(rows)
		}
		return err
	})
	return list, err
}

// collections loads what hangs on collections: the items in one query, the accounts in another. Left out are those of who
// is gone or blocks the viewer, and items of who is gone, does not agree, or blocks.
func (r *reader) collections(rows []*skein.Collection) ([]*CollectionView, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids, people := make([]skein.ID, len(rows)), []skein.ID{}
	for i, c := range rows {
		ids[i] = c.ID
		people = append(people, c.Account)
	}
	items, err := r.tx.CollectionItems(ids)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		people = append(people, i.Account)
	}
	accounts, err := r.accounts(once(people))
	if err != nil {
		return nil, err
	}
	hidden := map[skein.ID]bool{}
	if !r.who.Visitor() {
		stands, err := r.tx.Relations(r.who.Account, once(people))
		if err != nil {
			return nil, err
		}
		for id, rel := range stands {
			hidden[id] = rel.Blocking || rel.BlockedBy || rel.DomainBlocks
		}
	}
	seen := func(id skein.ID) bool {
		a := accounts[id]
		return a != nil && there(a, r.who) && !a.Gone() && !hidden[id]
	}
	var out []*CollectionView
	for _, c := range rows {
		if !seen(c.Account) {
			continue
		}
		v := &CollectionView{Collection: c, Owner: accounts[c.Account]}
		for _, i := range items {
			if i.Collection != c.ID || !seen(i.Account) {
				continue
			}
			own := c.Account == r.who.Account || i.Account == r.who.Account
			if i.State == skein.CollectionAccepted {
				v.Accounts = append(v.Accounts, accounts[i.Account])
			} else if !own || i.State != skein.CollectionPending && c.Account != r.who.Account {
				continue
			}
			v.Items = append(v.Items, i)
		}
		out = append(out, v)
	}
	return out, nil
}
