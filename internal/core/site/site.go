// Package site keeps the rules of the sites that we host: how one is made, found by its host and changed, who may invite
// people, and what it tells about itself. People and their passwords are identity's.
package site

import (
	"context"
	"net/url"
	"strings"
	"time"

	"skein/internal/kit/cache"
	"skein/internal/kit/fetch"
	"skein/internal/kit/password"
	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the rules of all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB  *store.DB
	Hub stream.Bus // where announcements are told; nil: nobody listens

	hosts *cache.Cache[string, *skein.Site] // nil: no such site
	sites *cache.Cache[skein.ID, *skein.Site]
	stats *cache.Cache[skein.ID, *Stats]

	activity activity
}

// How long things are remembered: other processes on the same database may change them.
const (
	siteAge    = 10 * time.Second
	unknownAge = time.Second
	statsAge   = time.Minute
)

// Start makes the caches.
func (s *Service) Start() {
	s.hosts = cache.New(cache.Options[string, *skein.Site]{
		Size: 10_000,
		AgeOf: func(_ string, site *skein.Site) time.Duration {
			if site == nil {
				return unknownAge
			}
			return siteAge
		},
	})
	s.sites = cache.New(cache.Options[skein.ID, *skein.Site]{Size: 10_000, Age: siteAge})
	s.stats = cache.New(cache.Options[skein.ID, *Stats]{Size: 1_000, Age: statsAge})
	s.DB.OnChange(func(c store.Change) {
		if c.Post == 0 && c.Account == 0 {
			s.forget(c.Site)
		}
	})
}

func (s *Service) forget(id skein.ID) {
	s.sites.Drop(id)
	s.hosts.DropIf(func(_ string, site *skein.Site) bool { return site != nil && site.ID == id })
}

// ByHost finds the site that answers on a host, as the Host header or a domain names it; a closed one too (SuspendedAt). A host that nobody has is
// skein.ErrNotFound, and costs no query when it is asked for again and again (T203).
func (s *Service) ByHost(ctx context.Context, host string) (*skein.Site, error) {
	if site, ok := s.hosts.Get(host); ok {
		return found(site)
	}
	domain, err := fetch.Host(host)
	if err != nil {
		return nil, skein.ErrNotFound
	}
	site, err := s.hosts.Load(ctx, domain, func(ctx context.Context, domain string) (*skein.Site, error) {
		site, err := s.DB.Shared().SiteByDomain(ctx, domain)
		if skein.KindOf(err) == skein.NotFound {
			return nil, nil
		}
		return site, err
	})
	if err != nil {
		return nil, err
	}
	return found(site)
}

func found(site *skein.Site) (*skein.Site, error) {
	if site == nil {
		return nil, skein.ErrNotFound
	}
	return site, nil
}

// ByID returns a site. It is shared: do not change it.
func (s *Service) ByID(ctx context.Context, id skein.ID) (*skein.Site, error) {
	return s.sites.Load(ctx, id, func(ctx context.Context, id skein.ID) (site *skein.Site, err error) {
		err = s.DB.View(ctx, id, func(tx *store.Tx) error {
			site, err = tx.SiteRow()
			return err
		})
		return site, err
	})
}

// All returns every site, the oldest first, closed ones too.
func (s *Service) All(ctx context.Context) ([]*skein.Site, error) { return s.DB.Shared().Sites(ctx) }

// New is what a site begins with.
type New struct {
	URL     string // http or https and a host, nothing behind it
	Name    string // empty: the host
	Summary string
	Joining skein.Joining
	Rules   []string
}

// Create makes a site with its instance actor. The answer holds the token of the link by which the first person becomes
// the owner; only its hash is kept, so it is seen this once (T211). Unless told otherwise people ask to be let in: an open
// door is a decision of the owner (T213).
func (s *Service) Create(ctx context.Context, n New) (*skein.Site, string, error) {
	u, err := siteURL(n.URL)
	if err != nil {
		return nil, "", err
	}
	now := s.DB.Now()
	site := &skein.Site{
		ID:        s.DB.NewID(),
		Domain:    u.Host,
		Base:      u.Scheme + "://" + u.Host,
		Name:      strings.TrimSpace(n.Name),
		Summary:   n.Summary,
		Rules:     n.Rules,
		Actor:     s.DB.NewID(),
		Joining:   n.Joining,
		Languages: []string{"en"},
		CreatedAt: now,
	}
	if site.Name == "" {
		site.Name = site.Domain
	}
	if site.Joining == "" {
		site.Joining = skein.JoinApproval
	}
	if err := check(site); err != nil {
		return nil, "", err
	}
	token, hash := password.Token()
	err = s.DB.Update(ctx, site.ID, func(tx *store.Tx) error {
		isNew, err := tx.InsertSite(site, hash)
		if err != nil {
			return err
		}
		if !isNew {
			return skein.Errorf(skein.Conflict, "There is a site at %s already.", site.Domain)
		}
		return tx.InsertAccount(instanceActor(site)) // its keys are made when they are first needed
	})
	if err != nil {
		return nil, "", err
	}
	s.hosts.Drop(site.Domain) // somebody may have asked for it too early
	return site, token, nil
}

// instanceActor is the account in whose name the site itself speaks to peers, in Mastodon's shape.
func instanceActor(site *skein.Site) *skein.Account {
	name := site.Domain
	if u, err := url.Parse(site.Base); err == nil {
		name = u.Hostname()
	}
	uri := site.URL("/actor")
	return &skein.Account{
		ID:          site.Actor,
		Site:        site.ID,
		Local:       true,
		Kind:        skein.Application,
		Username:    name,
		URI:         uri,
		URL:         site.URL("/about"),
		Locked:      true,
		HideNetwork: true,
		Inbox:       uri + "/inbox",
		Outbox:      uri + "/outbox",
		SharedInbox: site.URL("/inbox"),
		CreatedAt:   site.CreatedAt,
	}
}

// siteURL reads the address of a site: a scheme and a host in its one canonical form, since domains are compared letter
// by letter from here on (T54, T199).
func siteURL(raw string) (*url.URL, error) {
	u, err := fetch.Canonical(strings.TrimSpace(raw))
	if err != nil {
		return nil, skein.Errorf(skein.Invalid, "The URL of a site is http:// or https:// and a host, such as https://elm.example; %q is not.", raw)
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, skein.Errorf(skein.Invalid, "The URL of a site ends with its host: %s://%s.", u.Scheme, u.Host)
	}
	// The Host header does not tell the scheme, so a port must mean the same under both.
	if u.Scheme == "http" && u.Port() == "443" || u.Scheme == "https" && u.Port() == "80" {
		return nil, skein.Errorf(skein.Invalid, "Port %s belongs to the other scheme: take another port or another scheme.", u.Port())
	}
	return u, nil
}

// NewSetup makes a new set-up link's token in place of the old one, as long as the site has no owner.
func (s *Service) NewSetup(ctx context.Context, id skein.ID) (string, error) {
	token, hash := password.Token()
	err := s.DB.Update(ctx, id, func(tx *store.Tx) error {
		waits, err := tx.SetSetup(hash)
		if err == nil && !waits {
			err = skein.Errorf(skein.Conflict, "This site has its owner already.")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}
