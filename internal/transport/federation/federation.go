// Package federation speaks ActivityPub with peers: it serves documents, takes activities in, looks accounts and posts
// up, and sends what local accounts do. What may be done and seen is decided by core/social.
package federation

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/sync/singleflight"

	"skein/internal/core/moderation"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/kit/limit"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service federates all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB      *store.DB
	Social  *social.Service
	Reports *moderation.Service
	Fetch   *fetch.Client
	Clock   func() time.Time
	Log     *slog.Logger
	Version string // of the program, for NodeInfo

	// Site and SiteByHost return a hosted site, from a cache; Stats counts what is on it.
	Site       func(ctx context.Context, id skein.ID) (*skein.Site, error)
	SiteByHost func(ctx context.Context, host string) (*skein.Site, error)
	Stats      func(ctx context.Context, id skein.ID) (site.Stats, error)

	// Peers returns what a site decided about its peers, from memory; nil holds nothing against anybody.
	Peers func(ctx context.Context, site skein.ID) (*skein.PeerRules, error)

	Relays Relays // nil: none

	// NewKey makes the RSA key pair of an instance actor, in PEM; nil: a fresh one each time. Tests hand out ready ones.
	NewKey func() (private, public string, err error)

	Proxies   []netip.Prefix // whose X-Forwarded-For is believed
	Unlimited bool           // no limits on how much a peer may send; for measurements

	keys     *memo[*peerKey]              // by keyId
	noKeys   *memo[error]                 // by site and keyId: why there is none
	tried    *memo[struct{}]              // by keyId: refetched lately because a signature failed
	fetching chan struct{}                // bounds the keys that are fetched at once
	own      *memo[*ownKey]               // by account
	newer    *memo[bool]                  // by host: takes RFC 9421 only
	futile   *memo[struct{}]              // by host: takes neither kind of signature
	answered *memo[struct{}]              // by host: known to be well
	recent   *memo[*activitypub.Document] // by site and URI: actors fetched for their key
	stale    *memo[struct{}]              // by site and URI: a refresh was asked for
	missing  *memo[error]                 // by site and URI: why a look-up failed
	bodies   *memo[*outgoing]             // by activity
	digests  *memo[map[string]string]     // by account: of its followers elsewhere, by origin (FEP-8fcf)
	refusals *memo[int]                   // by site and host: deliveries in a row that were answered with 401
	once     singleflight.Group
	hosts    *limit.Buckets // inbound activities, by host
	abuse    *limit.Limiter // signatures that fail, by address; fetches that peers cause, by domain
}

// Bounds of what is remembered and done for peers.
const (
	keyLife       = 24 * time.Hour   // a cached key is read from the table again
	keyRest       = 10 * time.Minute // a key is refetched at most once in this time (T34)
	negativeLife  = 10 * time.Minute
	troubleLife   = time.Minute // of a negative result that may pass
	staleAfter    = 24 * time.Hour
	fetchesAtOnce = 64
	fetchesCaused = 1000 // fetches that one registrable domain may cause at a site in an hour (T83)
	fetchesHour   = 5000 // such fetches that go to one registrable domain in an hour, for all sites
	inboundRate   = 200  // activities a second from one host (T88)
	inboundBurst  = 4000 // at once
	badSignatures = 300  // from one address in five minutes
)

// Start makes the caches.
func (s *Service) Start() {
	if s.Clock == nil {
		s.Clock = time.Now
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	s.keys = newMemo[*peerKey](s.Clock, 1<<16, keyLife)
	s.noKeys = newMemo[error](s.Clock, 1<<14, negativeLife)
	s.tried = newMemo[struct{}](s.Clock, 1<<14, keyRest)
	s.fetching = make(chan struct{}, fetchesAtOnce)
	s.own = newMemo[*ownKey](s.Clock, 1<<13, 365*24*time.Hour)
	s.newer = newMemo[bool](s.Clock, 1<<14, time.Hour)
	s.futile = newMemo[struct{}](s.Clock, 1<<12, time.Hour)
	s.answered = newMemo[struct{}](s.Clock, 1<<14, 30*time.Second)
	s.recent = newMemo[*activitypub.Document](s.Clock, 512, 2*time.Minute)
	s.stale = newMemo[struct{}](s.Clock, 1<<14, negativeLife)
	s.missing = newMemo[error](s.Clock, 1<<13, negativeLife)
	s.bodies = newMemo[*outgoing](s.Clock, 512, time.Hour)
	s.digests = newMemo[map[string]string](s.Clock, 1<<10, time.Minute)
	s.DB.OnChange(func(c store.Change) {
		if c.Account != 0 {
			s.digests.drop(c.Account.String())
			if !c.Counts {
				s.staleKey(c.Account)
			}
		}
	})
	s.refusals = newMemo[int](s.Clock, 1<<12, 24*time.Hour)
	s.abuse = limit.New(s.Clock)
	if !s.Unlimited {
		var err error
		if s.hosts, err = limit.NewBuckets(s.Clock, inboundRate, inboundBurst, 1<<14); err != nil {
			panic("federation: " + err.Error()) // a fault of the program: the options are constants
		}
	}
}

// errOwn is a look-up of our own things over the network, which never happens (T12).
var errOwn = skein.Errorf(skein.NotFound, "This is not known here.")

// permanent tells whether trying again is pointless.
func permanent(err error) bool {
	switch skein.KindOf(err) {
	case skein.Internal:
	case skein.Busy:
		return false
	default:
		return true
	}
	if errors.Is(err, activitypub.ErrMalformed) || fetch.StatusOf(err) == http.StatusUnauthorized {
		return true
	}
	return !fetch.Retry(err)
}

// sameHost tells whether two URIs are of one host, in its canonical form (T54).
func sameHost(a, b string) bool {
	host := hostOf(a)
	return host != "" && host == hostOf(b)
}

// hostOf returns the canonical host of a URI, empty when it is no proper one.
func hostOf(uri string) string {
	u, err := fetch.Canonical(uri)
	if err != nil {
		return ""
	}
	return u.Host
}

// sameURL compares an id with the address a document came from: all but the fragment, which is never sent.
func sameURL(id, from string) bool {
	a, errA := fetch.Canonical(id)
	b, errB := fetch.Canonical(from)
	if errA != nil || errB != nil {
		return false
	}
	a.Fragment, a.RawFragment, b.Fragment, b.RawFragment = "", "", "", ""
	return a.String() == b.String()
}

// isOwn tells whether a URI is one of the site's own.
func isOwn(site *skein.Site, uri string) bool {
	return len(uri) > len(site.Base) && uri[:len(site.Base)] == site.Base && uri[len(site.Base)] == '/' || hostOf(uri) == site.Domain
}
