// Package social holds the rules of accounts, posts, follows, timelines and notifications. It knows neither HTTP nor
// SQL: transports call it, and it calls the store. What a change causes elsewhere it emits as an event; it calls nobody.
package social

import (
	"context"
	"io"
	"log/slog"
	"time"

	"skein/internal/kit/blob"
	"skein/internal/kit/seal"
	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the rules for all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB  *store.DB
	Hub stream.Bus // live events; never the only copy of anything
	Log *slog.Logger

	// Site returns a hosted site, from a cache.
	Site func(ctx context.Context, id skein.ID) (*skein.Site, error)

	// FindAccount looks an account up on the network by handle (name@peer) or actor URI and returns it as the site
	// now knows it. Found accounts are refreshed when stale. Server fills it in with federation's.
	FindAccount func(ctx context.Context, site skein.ID, handleOrURI string) (*skein.Account, error)

	// FreshAccount is FindAccount for one that is read again now, at its own address, whatever is known of it. Server fills
	// it in.
	FreshAccount func(ctx context.Context, site skein.ID, handleOrURI string) (*skein.Account, error)

	// FindPost fetches a post by its URI or URL from the network. Server fills it in.
	FindPost func(ctx context.Context, site skein.ID, uri string) (*skein.Post, error)

	// Peers returns what a site decided about its peers, from memory; nil holds nothing against anybody. Server fills it in
	// with peering's.
	Peers func(ctx context.Context, site skein.ID) (*skein.PeerRules, error)

	// Pages fetches what posts link to; nil: no cards are made. Server fills it in.
	Pages Pages

	// Budget tells whether somebody may have one more page fetched: a peer, or one of ours. nil: always.
	Budget func(site skein.ID, by, uri string) bool
	// Seal encrypts what is kept of access tokens for push; nil: nothing is pushed.
	Seal *seal.Box

	// Translator puts posts into other languages; nil: nobody does. Server fills it in.
	Translator Translator

	// Parts keeps the files of imports while they are needed; nil: there are no imports. KeepFile makes a file of somebody's
	// of what is in one. Server fills them in.
	Parts    blob.Store
	KeepFile func(ctx context.Context, who skein.Viewer, from io.Reader, description string) (*skein.Media, error)

	languages languages
	cache     *cache
}

// peers returns the rules for peers; without them nothing is held against anybody.
func (s *Service) peers(ctx context.Context, site skein.ID) (*skein.PeerRules, error) {
	if s.Peers == nil {
		return nil, nil
	}
	return s.Peers(ctx, site)
}

// Page is which part of a list is wanted, by IDs as the list counts them. Zero fields do not limit.
type Page struct {
	Max   skein.ID // only below
	Since skein.ID // only above, counted from the newest
	Min   skein.ID // the ones directly above; the answer is newest first all the same. Wins over Since
	Limit int      // always set by the transport, within the route's bounds
}

// View is a post as one reader sees it, with all that hangs on it. What it points to is shared: do not change it.
type View struct {
	Post     *skein.Post
	Author   *skein.Account
	Original *View // of a boost
	Marks    skein.Marks
	Quote    *Quoted       // nil: it quotes nothing, or nothing that is shown
	Quotable skein.Consent // what the author says to a quote by this reader
	App      *skein.App    // nil: unknown, or not to be shown to this reader
	Over     bool          // it has a poll, in which nobody may vote any more
	At       time.Time     // when it was looked at: links to its files that end count from here

	Filtered []skein.FilterMatch // the reader's filters that it meets; nil: nobody's were asked
	Card     *CardView           // nil: none, or none yet

	Collections []*CollectionView // that it links to
}

// Row is an element of a list whose cursor is not the ID of what it shows.
type Row[T any] struct {
	Cursor skein.ID
	Item   T
}

// Topics of the live hub. The data of an event is a Live.
func TopicUser(account skein.ID) string { return "user/" + account.String() }

// TopicPublic is all listed posts that a site knows; TopicLocal those of its own people, TopicRemote the others.
func TopicPublic(site skein.ID) string { return "public/" + site.String() }

// TopicLocal is the listed posts of a site's own people.
func TopicLocal(site skein.ID) string { return "local/" + site.String() }

// TopicRemote is the listed posts of peers' people.
func TopicRemote(site skein.ID) string { return "remote/" + site.String() }

// TopicTag is the listed posts with a tag (normal form).
func TopicTag(site skein.ID, tag string) string { return "tag/" + site.String() + "/" + tag }

// TopicLocalTag is those of a site's own people.
func TopicLocalTag(site skein.ID, tag string) string { return "localtag/" + site.String() + "/" + tag }

// TopicAccess is told when a person's tokens or sessions are revoked: open streams check themselves again.
func TopicAccess(account skein.ID) string { return "access/" + account.String() }

// Live is the data of a live event: IDs only. Who hears it loads what it may see.
type Live struct {
	Kind         LiveKind
	Post         skein.ID
	Notification skein.ID
	Talk         skein.ID // the conversation, on direct topics

	Named bool // on user topics: the post names the person
	Away  bool // on user topics: and is not in their home timeline
}

// LiveKind is what happened.
type LiveKind string

// The kinds of live event.
const (
	LivePost         LiveKind = "post" // a new post or boost for this topic
	LiveEdit         LiveKind = "edit"
	LiveDelete       LiveKind = "delete"
	LiveNotification LiveKind = "notification" // only on user topics
	LiveFilters      LiveKind = "filters"      // the person's filters changed; only on user topics
	LiveAccess       LiveKind = "access"       // only on access topics
	LiveMerged       LiveKind = "merged"       // what was held back is among the rest now; only on user topics
	LiveNotice       LiveKind = "notice"       // something happened to how the person signs in; only on user topics
)
