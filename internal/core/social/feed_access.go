package social

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// Feed is a sort of list that shows what nobody chose. Who may read which, a site says (skein.Feeds).
type Feed int

// The feeds.
const (
	LiveFeed Feed = iota // the latest posts
	TagFeed              // those with a hashtag
	LinkFeed             // those with a link that is talked about
)

// errFeed is Mastodon's answer to visitors where a feed is for people alone.
var errFeed = skein.Errorf(skein.Invalid, "This method requires an authenticated user")

// FeedParts tells which parts of a feed somebody may read: posts from here, and posts from elsewhere.
func (s *Service) FeedParts(ctx context.Context, who skein.Viewer, feed Feed) (local, remote bool, err error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return false, false, err
	}
	f := site.Extra.Feeds
	parts := [...][2]skein.FeedAccess{LiveFeed: {f.LiveLocal, f.LiveRemote}, TagFeed: {f.TagLocal, f.TagRemote}, LinkFeed: {f.LinkLocal, f.LinkRemote}}[feed]
	late := false
	if !who.Visitor() && (parts[0] == skein.FeedDisabled || parts[1] == skein.FeedDisabled) {
		err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
			p, err := tx.Person(who.Account)
			late = err == nil && p.Ready() == nil && p.Role.May(skein.ViewFeeds)
			if skein.KindOf(err) == skein.NotFound {
				return nil
			}
			return err
		})
	}
	return parts[0].Has(who, late), parts[1].Has(who, late), err
}

// feedOf narrows what is asked of a feed to what may be read: a visitor who may not read all of it is refused, somebody who
// is signed in gets the rest, which may be nothing (mastodon-api.md 3.6).
func (s *Service) feedOf(ctx context.Context, who skein.Viewer, feed Feed, onlyLocal, onlyRemote *bool) (none bool, err error) {
	local, remote, err := s.FeedParts(ctx, who, feed)
	if err != nil || local && remote {
		return false, err
	}
	wantLocal, wantRemote := *onlyLocal || !*onlyRemote, *onlyRemote || !*onlyLocal
	if who.Visitor() && (wantLocal && !local || wantRemote && !remote) {
		return false, errFeed
	}
	*onlyLocal, *onlyRemote = *onlyLocal || !remote, *onlyRemote || !local
	return *onlyLocal && *onlyRemote, nil
}
