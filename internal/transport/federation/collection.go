package federation

import (
	"strconv"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// Sizes of the pages of our collections.
const (
	peoplePage  = 40
	outboxPage  = 20
	repliesPage = 60
)

// instanceOutbox is empty: the site itself writes nothing.
func (s *Service) instanceOutbox(c *call) error {
	none := 0
	return c.activity(&activitypub.Collection{
		ID: c.site.URL("/actor/outbox"), Type: "OrderedCollection", TotalItems: &none, Items: activitypub.References{},
	}, objectAge)
}

// followers lists who follows an account. Reference, section 13.
func (s *Service) followers(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	return s.people(c, a, a.Followers, a.FollowerCount, (*store.Tx).FollowerURIs)
}

// following lists whom an account follows.
func (s *Service) following(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	return s.people(c, a, a.Following, a.FollowingCount, (*store.Tx).FollowingURIs)
}

// people serves followers and followed; of an account that hides them only how many there are (T169).
func (s *Service) people(c *call, a *skein.Account, id string, n int, read func(*store.Tx, skein.ID, store.Page) ([]store.URIRow, error)) error {
	page := c.r.URL.Query().Get("page") != ""
	switch {
	case page && a.HideNetwork:
		return skein.Errorf(skein.Denied, "This account does not show who follows it and whom it follows.")
	case !page:
		list := &activitypub.Collection{ID: id, Type: "OrderedCollection", TotalItems: &n}
		if !a.HideNetwork {
			list.First = activitypub.Ref(id + "?page=true")
		}
		return c.activity(list, objectAge)
	}
	below, err := c.id("max_id")
	if err != nil {
		return err
	}
	var rows []store.URIRow
	err = s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) (err error) {
		rows, err = read(tx, a.ID, store.Page{Max: below, Limit: peoplePage})
		return err
	})
	if err != nil {
		return err
	}
	out := &activitypub.Collection{ID: pageID(id, "page=true", below), Type: "OrderedCollectionPage", TotalItems: &n, PartOf: id, Items: activitypub.References{}}
	for _, r := range rows {
		out.Items = append(out.Items, activitypub.Ref(r.URI))
	}
	if len(rows) == peoplePage {
		out.Next = pageID(id, "page=true", rows[len(rows)-1].Cursor)
	}
	return c.activity(out, pageAge)
}

func pageID(id, query string, below skein.ID) string {
	id += "?" + query
	if below != 0 {
		id += "&max_id=" + below.String()
	}
	return id
}

// id reads a cursor of a page.
func (c *call) id(name string) (skein.ID, error) {
	v := c.r.URL.Query().Get(name)
	if v == "" || v == "0" {
		return 0, nil
	}
	id, ok := skein.ParseID(v)
	if !ok {
		return 0, skein.Errorf(skein.Invalid, "This is no page of the collection.")
	}
	return id, nil
}

// outbox lists what an account wrote and boosted, as far as the asker may see it.
func (s *Service) outbox(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	if q.Get("page") == "" {
		n := a.PostCount
		return c.activity(&activitypub.Collection{
			ID: a.Outbox, Type: "OrderedCollection", TotalItems: &n,
			First: activitypub.Ref(a.Outbox + "?page=true"), Last: a.Outbox + "?page=true&min_id=0",
		}, objectAge)
	}
	page := social.Page{Limit: outboxPage}
	if page.Max, err = c.id("max_id"); err != nil {
		return err
	}
	if page.Min, err = c.id("min_id"); err != nil {
		return err
	}
	if q.Has("min_id") && page.Min == 0 {
		page.Min = 1 // the oldest
	}
	ctx := c.r.Context()
	who := s.reader(ctx, c, true)
	views, err := s.Social.AccountPosts(ctx, who.viewer, a.ID, social.AccountFilter{}, page)
	if err != nil {
		return err
	}
	parents, err := s.parents(ctx, c.site, views)
	if err != nil {
		return err
	}
	self := a.Outbox + "?" + c.r.URL.RawQuery
	out := &activitypub.Collection{ID: self, Type: "OrderedCollectionPage", PartOf: a.Outbox, Items: activitypub.References{}}
	for _, v := range views {
		var activity *activitypub.Activity
		switch {
		case v.Post.BoostOf == 0:
			activity = creation(c.site, v, parents)
		case v.Original != nil:
			activity = announce(v)
		default:
			continue
		}
		out.Items = append(out.Items, activitypub.Embed(activity.ID, activity))
	}
	if len(views) > 0 {
		out.Prev = a.Outbox + "?page=true&min_id=" + views[0].Post.ID.String()
		if len(views) == outboxPage || page.Min != 0 {
			out.Next = a.Outbox + "?page=true&max_id=" + views[len(views)-1].Post.ID.String()
		}
	}
	if who.host != "" {
		return c.activity(out, 0) // for this reader alone (T161)
	}
	return c.activity(out, pageAge)
}

// featured lists the pinned posts, whole when everybody may read them.
func (s *Service) featured(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	ctx := c.r.Context()
	who := s.reader(ctx, c, true)
	views, err := s.Social.AccountPosts(ctx, who.viewer, a.ID, social.AccountFilter{Pinned: true}, social.Page{Limit: skein.MaxPins})
	if err != nil {
		return err
	}
	parents, err := s.parents(ctx, c.site, views)
	if err != nil {
		return err
	}
	n := len(views)
	out := &activitypub.Collection{ID: a.URI + "/collections/featured", Type: "OrderedCollection", TotalItems: &n, Items: activitypub.References{}}
	for _, v := range views {
		if v.Post.Visibility > skein.Unlisted {
			out.Items = append(out.Items, activitypub.Ref(v.Post.URI))
			continue
		}
		out.Items = append(out.Items, activitypub.Embed(v.Post.URI, wire(c.site, v, parents)))
	}
	if who.host != "" {
		return c.activity(out, 0)
	}
	return c.activity(out, objectAge)
}

// featuredTags lists the hashtags that an account shows on its profile.
func (s *Service) featuredTags(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	list, err := s.Social.FeaturedTags(c.r.Context(), skein.Viewer{Site: c.site.ID}, a.ID)
	if err != nil {
		return err
	}
	n := len(list)
	out := &activitypub.Collection{ID: a.URI + "/collections/tags", Type: "Collection", TotalItems: &n, Items: activitypub.References{}}
	for _, f := range list {
		out.Items = append(out.Items, activitypub.Embed("", featuredTag(c.site, f.Tag)))
	}
	return c.activity(out, objectAge)
}

// replies lists the public answers to a post, by URI and whoever wrote them: the author's own first, then all others, as
// Mastodon does. FEP-7458.
func (s *Service) replies(c *call) error {
	v, public, err := s.visible(c)
	if err != nil {
		return err
	}
	id := v.Post.URI + "/replies"
	q := c.r.URL.Query()
	age := pageAge
	if !public {
		age = 0
	}
	if q.Get("page") == "" {
		return c.activity(&activitypub.Collection{ID: id, Type: "Collection", First: activitypub.Ref(id + "?page=true")}, age)
	}
	after, err := c.id("min_id")
	if err != nil {
		return err
	}
	others, _ := strconv.ParseBool(q.Get("only_other_accounts"))
	var list []*store.PublicReply
	err = s.DB.View(c.r.Context(), c.site.ID, func(tx *store.Tx) (err error) {
		list, err = tx.PublicReplies(v.Post.ID, v.Post.Author, !others, after, repliesPage)
		return err
	})
	if err != nil {
		return err
	}
	page := &activitypub.Collection{ID: id + "?" + c.r.URL.RawQuery, Type: "CollectionPage", PartOf: id, Items: activitypub.References{}}
	for _, r := range list {
		page.Items = append(page.Items, activitypub.Ref(r.URI))
	}
	base := id + "?page=true"
	if others {
		base += "&only_other_accounts=true"
	}
	switch {
	case len(list) == repliesPage:
		page.Next = base + "&min_id=" + list[len(list)-1].ID.String()
	case !others:
		page.Next = base + "&only_other_accounts=true"
	}
	return c.activity(page, age)
}

// likes and shares tell only how many there are.
func (s *Service) likes(c *call) error {
	return s.size(c, "/likes", func(p *skein.Post) int { return p.LikeCount })
}

func (s *Service) shares(c *call) error {
	return s.size(c, "/shares", func(p *skein.Post) int { return p.BoostCount })
}

func (s *Service) size(c *call, path string, n func(*skein.Post) int) error {
	v, public, err := s.visible(c)
	if err != nil {
		return err
	}
	age := objectAge
	if !public {
		age = 0
	}
	return c.activity(total(v.Post.URI+path, n(v.Post)), age)
}
