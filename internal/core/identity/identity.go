// Package identity keeps the rules of who somebody is: signing up and in, passwords, mail addresses, sessions, and what
// apps may do in somebody's name. Profiles are social's; what a site allows is site's.
package identity

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"skein/internal/kit/cache"
	"skein/internal/kit/limit"
	"skein/internal/kit/mail"
	"skein/internal/kit/password"
	"skein/internal/kit/seal"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the rules for all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB       *store.DB
	Password *password.Hasher
	Mail     mail.Sender // nil: letters are dropped, with a line in the log
	Log      *slog.Logger

	// MailFrom is whom letters come from; empty: noreply at the site's host, in the site's name.
	MailFrom string

	// Limit counts tries and letters for each person (T143, T146); nil: no limits, for networks of tests.
	Limit *limit.Limiter

	// Site returns a hosted site, from a cache.
	Site func(ctx context.Context, id skein.ID) (*skein.Site, error)

	// MX finds the hosts that take the mail of a domain; nil: nobody is asked.
	MX func(ctx context.Context, domain string) ([]string, error)

	// Revoked is told when tokens or sessions of an account ended, so that open streams check themselves again.
	Revoked func(account skein.ID)

	// Seal encrypts the secrets of second steps, and what browsers hold for us between two requests; nil: a key of this
	// process alone.
	Seal *seal.Box

	// Noticed is told when there is something that a person should see in every browser that is signed in.
	Noticed func(account skein.ID)

	// NewKey makes the key pair of an account, in PEM; nil: a fresh one each time. Tests hand out ready ones.
	NewKey func() (private, public string, err error)

	keys   *keys
	grants *cache.Cache[secret, *grant]
	people *cache.Cache[skein.ID, *skein.User]
}

// How long a grant is believed without asking the database: another process may have revoked it. In this process
// revocation is immediate.
const grantAge = 10 * time.Second

// secret is what a token is remembered by: the site it was shown to and its hash, so that a token of one site is nothing
// on another (T197).
type secret struct {
	site    skein.ID
	session bool // a session's token is no bearer token, and the other way round
	hash    [32]byte
}

// grant is a token or session as remembered.
type grant struct {
	token, session, account, app skein.ID
	scopes                       []string
	notice                       skein.ID
}

// Start makes the caches.
func (s *Service) Start() {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Password == nil {
		s.Password = password.New(password.Options{})
	}
	if s.Seal == nil {
		key := make([]byte, seal.Size)
		_, _ = rand.Read(key)     // never fails
		s.Seal, _ = seal.New(key) // nor this, with a key of the right size
	}
	s.keys = newKeys(s.NewKey)
	s.grants = cache.New(cache.Options[secret, *grant]{Size: 100_000, Age: grantAge})
	s.people = cache.New(cache.Options[skein.ID, *skein.User]{Size: 50_000, Age: grantAge})
	s.DB.OnChange(func(c store.Change) {
		if c.Account != 0 && !c.Counts {
			s.people.Drop(c.Account)
		}
	})
}

// Run makes keys in advance for those who are about to sign up, until ctx ends.
func (s *Service) Run(ctx context.Context) error { return s.keys.run(ctx) }

// Expect says that somebody is about to sign up: a key is made meanwhile.
func (s *Service) Expect() { s.keys.want() }
