package federation

import (
	"context"
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// Bounds of a first look at an account.
const (
	lookPosts  = 20
	lookPages  = 2
	lookBoosts = 5 // unknown originals that are fetched
)

// LookAround fetches what somebody who opens a remote profile expects there: what is pinned, which hashtags it shows, and
// the recent posts. It happens once a day at most for each account, and for those that nobody opens never. Nothing leads on
// to further accounts (T85): who is named in the posts is not looked up, and boosted posts only bring their authors.
func (s *Service) LookAround(ctx context.Context, e skein.LookWanted) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	due, err := s.Social.NoteLook(ctx, e.Site, e.Account)
	if skein.KindOf(err) == skein.NotFound || err == nil && !due {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := s.peer(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	for what, look := range map[string]func(context.Context, *skein.Site, *skein.Account) error{
		"outbox": s.lookOutbox, "featured": s.lookPins, "featuredTags": s.lookTags,
	} {
		if err := look(ctx, site, a); err != nil {
			s.Log.Debug("collection not read", "what", what, "account", a.URI, "err", err)
			if err := ours(err); err != nil {
				return err
			}
		}
	}
	return nil
}

// list fetches a collection of an account from its own host.
func (s *Service) list(ctx context.Context, site *skein.Site, a *skein.Account, uri string) (*activitypub.Collection, error) {
	if uri == "" || !sameHost(uri, a.URI) || !s.budget(site, hostOf(a.URI), uri) {
		return nil, nil
	}
	doc, from, err := s.document(ctx, site, uri)
	if err != nil {
		return nil, err
	}
	if !sameHost(from, a.URI) {
		return nil, skein.Errorf(skein.Invalid, "The collection is somebody else's.")
	}
	return doc.Collection()
}

// items are those of a collection, or of its first page.
func (s *Service) items(ctx context.Context, site *skein.Site, a *skein.Account, c *activitypub.Collection) (list activitypub.References, next string, err error) {
	if c.Items != nil || c.First.IsZero() {
		return c.Items, c.Next, nil
	}
	page := (*activitypub.Collection)(nil)
	if doc := c.First.Document(); doc != nil {
		page, err = doc.Collection()
	} else {
		page, err = s.list(ctx, site, a, c.First.ID)
	}
	if page == nil || err != nil {
		return nil, "", err
	}
	return page.Items, page.Next, nil
}

// lookPins makes the pins of an account here those that its server names.
func (s *Service) lookPins(ctx context.Context, site *skein.Site, a *skein.Account) error {
	c, err := s.list(ctx, site, a, a.Featured)
	if c == nil || err != nil {
		return err
	}
	items, _, err := s.items(ctx, site, a, c)
	if err != nil {
		return err
	}
	var pins []skein.ID
	for _, ref := range items[:min(len(items), maxFeatured)] {
		if !sameHost(ref.ID, a.URI) { // T192
			continue
		}
		p, err := s.ownPost(ctx, site, a, ref)
		if err != nil {
			s.Log.Debug("pin not fetched", "uri", ref.ID, "err", err)
			if err := ours(err); err != nil {
				return err
			}
		}
		if p != nil {
			pins = append(pins, p.ID)
		}
	}
	return s.Social.ReceivePins(ctx, site.ID, a.ID, pins)
}

// lookTags makes the hashtags on a profile here those that its server names.
func (s *Service) lookTags(ctx context.Context, site *skein.Site, a *skein.Account) error {
	c, err := s.list(ctx, site, a, a.Extra.FeaturedTags)
	if c == nil || err != nil {
		return err
	}
	items, _, err := s.items(ctx, site, a, c)
	if err != nil {
		return err
	}
	var tags []skein.Tag
	for _, ref := range items[:min(len(items), maxFeatured)] {
		if t, ok := hashtag(ref); ok {
			tags = append(tags, t)
		}
	}
	return s.Social.ReceiveFeaturedTags(ctx, site.ID, a.ID, tags)
}

// lookOutbox takes in the recent public posts and boosts of an account.
func (s *Service) lookOutbox(ctx context.Context, site *skein.Site, a *skein.Account) error {
	c, err := s.list(ctx, site, a, a.Outbox)
	if c == nil || err != nil {
		return err
	}
	items, next, err := s.items(ctx, site, a, c)
	boosts, seen := lookBoosts, 0
	for page := 1; err == nil; page++ {
		for _, ref := range items {
			if seen++; seen > lookPosts {
				return nil
			}
			if err := s.lookAt(ctx, site, a, ref, &boosts); err != nil {
				s.Log.Debug("recent post not kept", "account", a.URI, "uri", ref.ID, "err", err)
				if err := ours(err); err != nil {
					return err
				}
			}
		}
		if page == lookPages || next == "" || len(items) == 0 {
			return nil
		}
		if c, err = s.list(ctx, site, a, next); c == nil || err != nil {
			return err
		}
		items, next = c.Items, c.Next
	}
	return err
}

// lookAt takes in one activity of an outbox: a Create with the post in it, or an Announce. The outbox was fetched from the
// actor's own host, so a copy of the actor's own post counts as if it had been fetched.
func (s *Service) lookAt(ctx context.Context, site *skein.Site, a *skein.Account, ref activitypub.Reference, boosts *int) error {
	doc := ref.Document()
	if doc == nil || doc.URI("actor") != a.URI {
		return nil
	}
	activity, err := doc.Activity()
	if err != nil {
		return err
	}
	object := activity.Object.First()
	switch activity.Type {
	case "Create":
		if sameHost(object.ID, a.URI) {
			_, err = s.ownPost(ctx, site, a, object)
		}
		return err
	case "Announce":
		in := &inbound{site: site, activity: activity, actor: a, body: doc.Raw()}
		uri := boosted(object)
		p, err := s.knownPost(ctx, in, uri)
		if skein.KindOf(err) == skein.NotFound && uri != "" && !isOwn(site, uri) {
			if *boosts == 0 || !s.budget(site, hostOf(a.URI), uri) {
				return nil
			}
			*boosts--
			p, err = s.fetchPost(ctx, site, uri, want{relevant: true, quiet: true})
		}
		if err != nil || p == nil || p.Visibility > skein.Unlisted {
			return err
		}
		return s.boost(ctx, in, p, s.Social.ReceiveOldBoost)
	}
	return nil
}

// ownPost takes in a public post that an account's own host names among its posts.
func (s *Service) ownPost(ctx context.Context, site *skein.Site, a *skein.Account, ref activitypub.Reference) (*skein.Post, error) {
	p, err := s.Social.PostByURI(ctx, site.ID, ref.ID)
	if err == nil && p.Author != a.ID {
		return nil, nil
	}
	if err == nil || skein.KindOf(err) != skein.NotFound {
		return p, err
	}
	var n *activitypub.Note
	if doc := ref.Document(); doc != nil {
		n, err = doc.Note()
	} else if s.budget(site, hostOf(a.URI), ref.ID) {
		n, err = s.noteAt(ctx, site, ref.ID)
	}
	if n == nil || err != nil {
		return nil, err
	}
	public := slices.ContainsFunc(n.To, activitypub.IsPublic) || slices.ContainsFunc(n.Cc, activitypub.IsPublic)
	if n.ID != ref.ID || n.AttributedTo != a.URI || !sameHost(n.ID, a.URI) || !public || n.IsVote() || n.Type == "ChatMessage" || n.Type == "Story" {
		return nil, nil // T166
	}
	return s.receivePost(ctx, site, a, n, want{relevant: true, quiet: true}, never)
}
