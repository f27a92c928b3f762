package social

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	bounded "skein/internal/kit/cache"
	"skein/internal/kit/push"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what is kept in memory, in bytes as estimated by weigh.
const (
	postCacheBytes    = 48 << 20
	accountCacheBytes = 24 << 20
	appCacheSize      = 10_000
	feedCacheSize     = 100_000
	uriCacheSize      = 50_000
	actorCacheBytes   = 8 << 20
	filterCacheBytes  = 16 << 20
	foldedCacheBytes  = 16 << 20
	askedCacheSize    = 20_000
	pushCacheSize     = 10_000
	filtererCacheSize = 1000
)

// cacheAge is how long a loaded thing is believed. This process hears of its own changes at once; another one on the same
// database (an operator's command, a second node) tells it nothing.
const cacheAge = time.Minute

// cache holds loaded posts and accounts, which nobody may change. It is never ahead of the database, and behind it only
// between a commit and the word of it: what a loader read may have changed since, so it may put only what was not told to
// have changed after its snapshot began.
type cache struct {
	epoch  atomic.Uint64 // counts changes
	loads  atomic.Uint64
	shards [256]cacheShard

	posts    *bounded.Cache[skein.ID, *cached[skein.Post]]
	accounts *bounded.Cache[skein.ID, *cached[skein.Account]]
	apps     *bounded.Cache[skein.ID, *skein.App]             // never change
	polls    *bounded.Cache[skein.ID, time.Time]              // when a peer's poll was last asked for
	asked    *bounded.Cache[skein.ID, time.Time]              // when something was last asked for: the rest of a conversation, an outbox
	feeds    *bounded.Cache[skein.ID, time.Time]              // until when a home timeline is known to be kept: only ever later
	uris     *bounded.Cache[siteURI, skein.ID]                // of accounts: their rows stay, whatever becomes of them
	actors   *bounded.Cache[skein.ID, *cached[skein.Account]] // for federation: not dropped when only counts change

	filters   *bounded.Cache[skein.ID, *cached[filterSet]] // by reader
	filterers *bounded.Cache[skein.ID, *cached[filterers]] // by site

	folded *bounded.Cache[uint64, string] // what filters look through, by the load number of the post
	cards  *bounded.Cache[skein.ID, *cached[skein.Card]]

	pushKeys  *bounded.Cache[skein.ID, *push.Key] // of sites
	suggested *bounded.Cache[suggestKey, []candidate]
}

// siteURI is an ActivityPub id on one site.
type siteURI struct {
	site skein.ID
	uri  string
}

// cacheShard guards the things whose IDs fall on it.
type cacheShard struct {
	mu      sync.Mutex
	changed uint64 // epoch of the last change
	_       [48]byte
}

type cached[T any] struct {
	v     *T
	until time.Time
}

func newCache() *cache {
	return &cache{
		pushKeys: bounded.New(bounded.Options[skein.ID, *push.Key]{Size: pushCacheSize}),

		posts: bounded.New(bounded.Options[skein.ID, *cached[skein.Post]]{
			Weight: postCacheBytes,
			Weigh:  func(_ skein.ID, c *cached[skein.Post]) uint32 { return weighPost(c.v) },
		}),
		accounts: bounded.New(bounded.Options[skein.ID, *cached[skein.Account]]{
			Weight: accountCacheBytes,
			Weigh:  func(_ skein.ID, c *cached[skein.Account]) uint32 { return weighAccount(c.v) },
		}),
		apps:  bounded.New(bounded.Options[skein.ID, *skein.App]{Size: appCacheSize}),
		polls: bounded.New(bounded.Options[skein.ID, time.Time]{Size: pollAskedSize}),
		asked: bounded.New(bounded.Options[skein.ID, time.Time]{Size: askedCacheSize}),
		feeds: bounded.New(bounded.Options[skein.ID, time.Time]{Size: feedCacheSize}),
		uris:  bounded.New(bounded.Options[siteURI, skein.ID]{Size: uriCacheSize}),
		cards: bounded.New(bounded.Options[skein.ID, *cached[skein.Card]]{Size: maxCards}),
		actors: bounded.New(bounded.Options[skein.ID, *cached[skein.Account]]{
			Weight: actorCacheBytes,
			Weigh:  func(_ skein.ID, c *cached[skein.Account]) uint32 { return weighAccount(c.v) },
		}),
		filters: bounded.New(bounded.Options[skein.ID, *cached[filterSet]]{
			Weight: filterCacheBytes,
			Weigh:  func(_ skein.ID, c *cached[filterSet]) uint32 { return c.v.weight() },
		}),
		filterers: bounded.New(bounded.Options[skein.ID, *cached[filterers]]{Size: filtererCacheSize}),
		folded: bounded.New(bounded.Options[uint64, string]{
			Weight: foldedCacheBytes,
			Weigh:  func(_ uint64, s string) uint32 { return uint32(len(s)) + 64 },
		}),
		suggested: bounded.New(bounded.Options[suggestKey, []candidate]{Size: suggestCacheSize, Age: suggestAge}),
	}
}

// Start makes the caches and listens for changes. Without it every read asks the database.
func (s *Service) Start() {
	s.cache = newCache()
	s.languages.busy = make(chan struct{}, translatesAtOnce)
	s.DB.OnChange(s.cache.forget)
}

func weighPost(p *skein.Post) uint32 {
	n := 700 + len(p.URI) + len(p.URL) + len(p.Text) + len(p.HTML) + len(p.Warning) + len(p.ReplyToURI)
	for _, m := range p.Mentions {
		n += 100 + len(m.Username) + len(m.Domain) + len(m.URL) + len(m.URI)
	}
	for _, t := range p.Tags {
		n += 40 + len(t.Name) + len(t.Display)
	}
	for _, e := range p.Emojis {
		n += 80 + len(e.URL) + len(e.StaticURL)
	}
	for _, a := range p.Attachments {
		n += 240 + len(a.URL) + len(a.Description)
	}
	if poll := p.Extra.Poll; poll != nil {
		n += 100
		for _, o := range poll.Options {
			n += 24 + len(o.Text)
		}
	}
	return uint32(n + 60*len(p.Extra.Reactions) + len(p.Extra.Context))
}

func weighAccount(a *skein.Account) uint32 {
	n := 900 + len(a.URI) + len(a.URL) + len(a.Bio) + len(a.BioText) + len(a.Avatar) + len(a.Header) + len(a.Inbox) +
		len(a.SharedInbox) + len(a.Outbox) + len(a.Followers) + len(a.Following) + len(a.Featured)
	for _, f := range a.Fields {
		n += 80 + len(f.Name) + len(f.Value) + len(f.Text)
	}
	for _, e := range a.Emojis {
		n += 80 + len(e.URL) + len(e.StaticURL)
	}
	return uint32(n)
}

func (c *cache) shard(id skein.ID) *cacheShard {
	return &c.shards[uint64(id)*0x9e3779b97f4a7c15>>56]
}

// forget is told of each change after its commit.
func (c *cache) forget(ch store.Change) {
	if ch.Post != 0 {
		drop(c, c.posts, ch.Post)
	}
	switch {
	case ch.Filters:
		drop(c, c.filters, ch.Account)
		drop(c, c.filterers, ch.Site)
	case ch.Account != 0:
		drop(c, c.accounts, ch.Account)
		if !ch.Counts {
			drop(c, c.actors, ch.Account)
		}
	}
	if ch.Card != 0 {
		drop(c, c.cards, ch.Card)
	}
}

func drop[T any](c *cache, in *bounded.Cache[skein.ID, *cached[T]], id skein.ID) {
	s := c.shard(id)
	now := c.epoch.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = max(s.changed, now)
	in.Drop(id)
}

// put keeps what was read in a snapshot that began at an epoch, unless it may have changed since.
func put[T any](c *cache, in *bounded.Cache[skein.ID, *cached[T]], id skein.ID, v *T, epoch uint64, now time.Time) {
	s := c.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed <= epoch {
		in.Set(id, &cached[T]{v, now.Add(cacheAge)})
	}
}

// reader reads for one viewer within one transaction. What readers share comes from the cache; inside an Update it is
// always the truth.
type reader struct {
	s   *Service
	tx  *store.Tx
	who skein.Viewer

	cache *cache // nil: none, or not to be used
	epoch uint64 // when the snapshot began
	now   time.Time
	peers *skein.PeerRules // by which suspended peers are hidden before all their accounts are marked (T175)
}

// read runs fn with a reader on one consistent state.
func (s *Service) read(ctx context.Context, who skein.Viewer, fn func(*reader) error) error {
	peers, err := s.peers(ctx, who.Site)
	if err != nil {
		return err
	}
	r := &reader{s: s, who: who, cache: s.cache, now: time.Now(), peers: peers}
	if r.cache != nil {
		r.epoch = r.cache.epoch.Load()
	}
	return s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		r.tx = tx
		return fn(r)
	})
}

// truth is a reader inside an Update: it sees what the transaction sees.
func (s *Service) truth(tx *store.Tx, who skein.Viewer) *reader {
	return &reader{s: s, tx: tx, who: who}
}

// posts returns those of the posts that there are on the site, the originals of those that are boosts, and what they quote.
func (r *reader) posts(ids []skein.ID) (map[skein.ID]*skein.Post, error) {
	found := make(map[skein.ID]*skein.Post, 2*len(ids))
	miss := ids
	if r.cache != nil {
		miss = nil
		get := func(id skein.ID) *skein.Post {
			e, ok := r.cache.posts.Get(id)
			if !ok || r.now.After(e.until) || e.v.Site != r.who.Site {
				miss = append(miss, id)
				return nil
			}
			found[id] = e.v
			return e.v
		}
		also := func(id skein.ID) *skein.Post {
			if id == 0 {
				return nil
			}
			if p := found[id]; p != nil {
				return p
			}
			return get(id)
		}
		for _, id := range ids {
			p := get(id)
			for range 2 { // of a boost: the original, and what that quotes
				if p == nil {
					break
				}
				also(p.QuoteOf)
				p = also(p.BoostOf)
			}
		}
	}
	list, err := r.tx.Posts(miss)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if found[p.ID] != nil {
			continue
		}
		found[p.ID] = p
		if r.cache != nil {
			p.Load = r.cache.loads.Add(1)
			put(r.cache, r.cache.posts, p.ID, p, r.epoch, r.now)
		}
	}
	return found, nil
}

// accounts returns those of the accounts that there are on the site, whatever became of them.
func (r *reader) accounts(ids []skein.ID) (map[skein.ID]*skein.Account, error) {
	found := make(map[skein.ID]*skein.Account, len(ids))
	miss := ids
	if r.cache != nil {
		miss = nil
		for _, id := range ids {
			if e, ok := r.cache.accounts.Get(id); ok && r.now.Before(e.until) && e.v.Site == r.who.Site {
				found[id] = e.v
			} else {
				miss = append(miss, id)
			}
		}
	}
	list, err := r.tx.Accounts(miss)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		found[a.ID] = a
		if r.cache != nil {
			a.Load = r.cache.loads.Add(1)
			put(r.cache, r.cache.accounts, a.ID, a, r.epoch, r.now)
		}
	}
	return found, nil
}

// apps returns those of the clients that there are.
func (r *reader) apps(ids []skein.ID) (map[skein.ID]*skein.App, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := make(map[skein.ID]*skein.App, len(ids))
	miss := ids
	if r.cache != nil {
		miss = nil
		for _, id := range ids {
			if a, ok := r.cache.apps.Get(id); ok && a.Site == r.who.Site {
				found[id] = a
			} else {
				miss = append(miss, id)
			}
		}
	}
	if len(miss) == 0 {
		return found, nil
	}
	list, err := r.tx.Apps(miss)
	for _, a := range list {
		found[a.ID] = a
		if r.cache != nil {
			r.cache.apps.Set(a.ID, a)
		}
	}
	return found, err
}
