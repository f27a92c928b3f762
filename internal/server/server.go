package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/media"
	"skein/internal/core/mirror"
	"skein/internal/core/moderation"
	"skein/internal/core/peering"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/blob"
	"skein/internal/kit/fetch"
	"skein/internal/kit/film"
	"skein/internal/kit/limit"
	"skein/internal/kit/queue"
	"skein/internal/kit/seal"
	"skein/internal/kit/shelf"
	"skein/internal/kit/stream"
	"skein/internal/kit/translate"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/transport/federation"
	"skein/internal/transport/mastodon"
	"skein/internal/transport/oauth"
	"skein/internal/transport/pages"
	"skein/web"
)

// Server is one process: all its sites, all its parts.
type Server struct {
	Config   Config
	DB       *store.DB
	Queue    *queue.Queue
	Hub      *stream.Hub
	Fetch    *fetch.Client
	Sites    *site.Service
	Identity *identity.Service
	Social   *social.Service
	Peering  *peering.Service
	Reports  *moderation.Service
	Media    *media.Service
	Mirror   *mirror.Service

	Federation *federation.Service
	Mastodon   *mastodon.API
	OAuth      *oauth.Service
	Pages      *pages.Service

	log      *slog.Logger
	metrics  *metrics
	handler  http.Handler
	draining atomic.Bool
}

// New opens the store and wires everything; nothing runs yet. Close it.
func New(ctx context.Context, c Config) (*Server, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if err := c.Prepare(); err != nil {
		return nil, err
	}
	allow, err := prefixes(c.OutboundAllow)
	if err != nil {
		return nil, err
	}
	proxies, err := prefixes(c.TrustedProxy)
	if err != nil {
		return nil, err
	}
	ca, err := authorities(c.OutboundCA)
	if err != nil {
		return nil, err
	}
	sender, err := mailer(c)
	if err != nil {
		return nil, err
	}
	disk, err := blob.NewDisk(c.mediaFolder(), c.NoSync)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Options{URL: c.Database(), Clock: c.Clock, NoSync: c.NoSync})
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, DB: db, log: c.Log, metrics: newMetrics()}

	shared := db.Shared()
	s.Queue = queue.New(queue.Config{Store: shared, Lanes: shared, Clock: c.Clock, Log: c.Log, Node: node(db)})
	db.SetQueue(s.Queue)
	s.Hub = stream.New(stream.Options{})
	s.Sites = &site.Service{DB: db, Hub: s.Hub}
	s.Sites.Start()
	s.Fetch = fetch.New(fetch.Config{
		UserAgent: "Skein/" + c.Version,
		Allow:     allow,
		ExtraCA:   ca,
		Resolver:  c.Resolver,
		Clock:     c.Clock,
		Own:       s.own,
	})

	limiter := limit.New(c.Clock)
	if c.RateLimit == "off" {
		limiter = nil
	}
	s.Identity = &identity.Service{
		DB: db, Log: c.Log, Mail: sender, MailFrom: c.MailFrom, Site: s.Sites.ByID, Limit: limiter, Password: c.Password, NewKey: c.NewKey,
		Revoked: func(account skein.ID) {
			s.Hub.Publish(social.TopicAccess(account), string(social.LiveAccess), social.Live{Kind: social.LiveAccess})
		},
	}
	s.Identity.MX = mailHosts(c.Resolver)
	if s.Identity.Seal, err = seal.File(filepath.Join(c.Data, "token.key")); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.Identity.Noticed = func(account skein.ID) {
		s.Hub.Publish(social.TopicUser(account), string(social.LiveNotice), social.Live{Kind: social.LiveNotice})
	}
	s.Identity.Start()
	s.Peering = &peering.Service{DB: db}
	s.Peering.Start()
	s.Social = &social.Service{DB: db, Hub: s.Hub, Log: c.Log, Site: s.Sites.ByID, Peers: s.Peering.Rules}
	s.Reports = &moderation.Service{DB: db, Social: s.Social, Site: s.Sites.ByID, SignOut: s.Identity.End, Admit: s.Identity.Admit, Dismiss: s.Identity.Dismiss}
	s.Reports.Version = c.Version
	s.Reports.Start()
	s.Mirror = &mirror.Service{Fetch: s.Fetch, Shelf: shelf.New(filepath.Join(c.Data, "mirror"), c.mirrorBytes(), c.Clock), Clock: c.Clock, Peers: s.Peering.Rules}
	s.Mirror.Gone = func(ctx context.Context, site, account skein.ID) (bool, error) {
		a, err := s.Social.Account(ctx, skein.Viewer{Site: site}, account)
		if skein.KindOf(err) == skein.NotFound {
			return true, nil
		}
		return err == nil && a.Gone(), err
	}
	s.Mirror.Start()
	s.Media = &media.Service{
		DB: db, Blobs: disk, Temp: disk.Temp, Log: c.Log, Node: s.Queue.Node(), PictureBytes: int64(c.PictureLimit) << 20, ClipBytes: int64(c.ClipLimit) << 20,
	}
	s.Media.Start()
	s.Mirror.Still = s.Media.Still
	s.Federation = &federation.Service{
		DB: db, Reports: s.Reports, Social: s.Social, Fetch: s.Fetch, Clock: c.Clock, Log: c.Log, Version: c.Version,
		Site: s.Sites.ByID, SiteByHost: s.Sites.ByHost, Stats: s.Sites.Stats, Proxies: proxies, Unlimited: c.RateLimit == "off",
		Peers: s.Peering.Rules, Relays: s.Peering, NewKey: c.NewKey,
	}
	s.Social.Seal = s.Identity.Seal
	if c.Translate != "" {
		service, err := translate.New(c.Translate, s.Fetch)
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		s.Social.Translator = service
	}
	s.Social.FindAccount = s.Federation.FindAccount
	s.Social.Budget = s.Federation.Budget
	s.Social.FreshAccount = s.Federation.FreshAccount
	s.Social.FindPost = s.Federation.FindPost
	s.Peering.Notify = s.Social.Notify
	s.Social.Pages = s.Fetch
	s.Social.Parts, s.Social.KeepFile = disk, s.Media.Keep
	s.Social.Start()
	s.Federation.Start()
	s.Mastodon = &mastodon.API{
		Social: s.Social, Reports: s.Reports, Identity: s.Identity, Sites: s.Sites, Hub: s.Hub, Limit: limiter, Proxies: proxies,
		Clock: c.Clock, Log: c.Log, Version: c.Version,

		Media: s.Media, Fetch: s.Fetch,

		Peering: s.Peering,
	}
	s.Mastodon.Start()
	s.Pages = &pages.Service{
		Social: s.Social, Identity: s.Identity, Sites: s.Sites, Log: c.Log, Boot: s.boot, Dist: web.Dist(), Version: c.Version, Clock: c.Clock,

		Media:  s.Media,
		Mirror: s.Mirror, Limit: limiter, Proxies: proxies, NoWorker: c.Worker == "off",
	}
	if err := s.Pages.Start(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.OAuth = &oauth.Service{
		Identity: s.Identity, Sites: s.Sites, Limit: limiter, Proxies: proxies, Log: c.Log, Dress: s.Pages.Dress, Door: s.Pages.Door, Letters: c.Letters,
	}
	s.effects()
	s.handler = s.routes()
	return s, nil
}

// node is the name that leases bear. An SQLite file has one server, which may take up its own work at once after a
// crash; the nodes of a PostgreSQL database need names of their own.
func node(db *store.DB) string {
	if !db.IsPostgres() {
		return "local"
	}
	return rand.Text()
}

// Close ends what New began.
func (s *Server) Close() error {
	s.Mastodon.Close()
	s.Hub.Close()
	s.Fetch.Close()
	return s.DB.Close()
}

// Run serves until ctx ends, then drains: no new requests, those under way have 20 seconds, jobs give back their leases.
// ready, if not nil, is called with the address once requests are taken.
func (s *Server) Run(ctx context.Context, ready func(addr net.Addr)) error {
	var parts sync.WaitGroup
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan error, 4)
	parts.Go(func() {
		if err := s.Queue.Run(work); err != nil {
			failed <- fmt.Errorf("queue: %w", err)
		}
	})
	parts.Go(func() { s.housekeeping(work) })
	parts.Go(func() { s.trends(work) })
	if err := s.FindFilms(work); err != nil {
		return err
	}
	parts.Go(func() {
		if err := s.Media.RunFilms(work); err != nil && work.Err() == nil {
			failed <- fmt.Errorf("films: %w", err)
		}
	})
	parts.Go(func() {
		if err := s.Identity.Run(work); err != nil && work.Err() == nil {
			failed <- fmt.Errorf("identity: %w", err)
		}
	})

	servers, err := s.listen(ctx, failed, ready)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	s.draining.Store(true)
	s.Hub.Close() // ends the streams, which would otherwise hold up the end
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	for _, h := range servers {
		err = errors.Join(err, h.Shutdown(grace))
	}
	stop()
	parts.Wait()
	return err
}

// FindFilms looks whether the programs for films and sounds are there. Call it before requests are taken.
func (s *Server) FindFilms(ctx context.Context) error {
	work := filepath.Join(s.Config.Data, "work", s.Queue.Node())
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(work, 0o700)); err != nil { // what a crash left over
		return fmt.Errorf("make the folder for films: %w", err)
	}
	tools, err := film.Find(ctx, work)
	if err != nil {
		s.log.Warn("films and sounds are not taken", "err", err)
		return nil
	}
	s.Media.Films = tools
	return nil
}

// housekeeping does what is due now and then.
func (s *Server) housekeeping(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := s.Config.Clock()
		for what, fn := range map[string]func() error{
			"prune activities": func() error { return s.DB.Repeat(ctx, (*store.Tx).PruneActivities) },
			"prune what was seen": func() error {
				return s.DB.Repeat(ctx, func(tx *store.Tx) (bool, error) { return tx.PruneSeen(now.Add(-30 * 24 * time.Hour)) })
			},
			"forget old keys":           func() error { return s.DB.Repeat(ctx, (*store.Tx).PruneActorKeys) },
			"prune sessions and tokens": func() error { return s.Identity.Prune(ctx) },
			"prune pushes":              func() error { return s.DB.Shared().PrunePushes(ctx) },
			"tidy posts":                func() error { return s.Social.Tidy(ctx) },
			"tidy files":                func() error { return s.Media.Tidy(ctx) },
			"tidy numbers":              func() error { return s.Reports.Tidy(ctx) },
			"statistics":                func() error { return s.DB.Optimize(ctx) },

			"check links": func() error { return s.Social.CheckLinks(ctx) },

			"index old posts": func() error { return s.Social.IndexOld(ctx) },
		} {
			if err := fn(); err != nil && ctx.Err() == nil {
				s.log.Error("housekeeping", "what", what, "err", err)
			}
		}
	}
}

// trends finds every few minutes what is talked about.
func (s *Server) trends(ctx context.Context) {
	tick := time.NewTicker(5 * time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.Social.CountTrends(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("housekeeping", "what", "count trends", "err", err)
		}
	}
}

// SetUp creates the first site when there is none yet; the answer is its one-time set-up link, empty when a site was
// there.
func (s *Server) SetUp(ctx context.Context, url string) (link string, err error) {
	all, err := s.Sites.All(ctx)
	if err != nil || len(all) > 0 {
		return "", err
	}
	made, token, err := s.Sites.Create(ctx, site.New{URL: url})
	if err != nil {
		return "", err
	}
	return made.URL("/setup?token=" + token), nil
}

// mediaFolder is where files lie that people send.
func (c *Config) mediaFolder() string {
	if c.Media != "" {
		return c.Media
	}
	return filepath.Join(c.Data, "media")
}

// mirrorBytes is how much of other servers' pictures is kept.
func (c *Config) mirrorBytes() int64 {
	if c.MirrorSize == 0 {
		return 2 << 30
	}
	return int64(c.MirrorSize) << 20
}

// mailFolder is where mails lie when no relay is set.
func mailFolder(c Config) string { return filepath.Join(c.Data, "mail") }

// Lock keeps a second server off the same SQLite file: its leases would be mistaken for ours.
func (c *Place) Lock() (release func(), err error) {
	if c.DB != "" {
		return func() {}, nil
	}
	if err := c.Prepare(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(c.Data, "server.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(errors.New("another server is running on this data folder"), f.Close())
	}
	return func() { _ = f.Close() }, nil
}
