package social

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Account returns an account. Suspended ones are returned as such; deleted ones, and people who have not been let in
// yet, are NotFound for all but themselves.
func (s *Service) Account(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Account, error) {
	list, err := s.Accounts(ctx, who, []skein.ID{id})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, skein.ErrNotFound
	}
	return list[0], nil
}

// Accounts returns those of the accounts that there are for the viewer, in the order of ids, each once.
func (s *Service) Accounts(ctx context.Context, who skein.Viewer, ids []skein.ID) (list []*skein.Account, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		found, err := r.accounts(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if a := found[id]; a != nil && there(a, who) {
				list = append(list, a)
				delete(found, id)
			}
		}
		return nil
	})
	return list, err
}

// there tells whether an account exists for a viewer.
func there(a *skein.Account, who skein.Viewer) bool {
	return a.DeletedAt.IsZero() && (!a.Pending || a.ID == who.Account)
}

// AccountByHandle returns an account that the site knows by its handle: name, or name@domain, with or without a first @.
// The site's own domain may be named.
func (s *Service) AccountByHandle(ctx context.Context, who skein.Viewer, acct string) (*skein.Account, error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	h, ok := handle(site, acct)
	if !ok {
		return nil, skein.ErrNotFound
	}
	var a *skein.Account
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		a, err = tx.AccountByHandle(h.Username, h.Domain)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !there(a, who) {
		return nil, skein.ErrNotFound
	}
	return a, nil
}

// maxHandle is longer than any handle may be (activitypub-mastodon.md, section 21).
const maxHandle = 2048 + 1 + 253 + 6

// handle reads a handle. The domain is canonical, and empty when it is the site's own.
func handle(site *skein.Site, acct string) (h store.Handle, ok bool) {
	acct = strings.TrimPrefix(strings.TrimSpace(acct), "@")
	if len(acct) > maxHandle {
		return h, false
	}
	name, domain, named := strings.Cut(acct, "@")
	if name == "" || strings.ContainsAny(name, " \t\n/") {
		return h, false
	}
	h.Username = name
	if named {
		host, err := fetch.Host(domain)
		if err != nil {
			return h, false
		}
		if host != site.Domain {
			h.Domain = host
		}
	}
	return h, true
}

// AccountByURI returns the account with an ActivityPub id as the site knows it. Who is deleted is NotFound.
func (s *Service) AccountByURI(ctx context.Context, site skein.ID, uri string) (a *skein.Account, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		a, err = tx.AccountByURI(uri)
		return err
	})
	if err == nil && !there(a, skein.Viewer{Site: site}) {
		return nil, skein.ErrNotFound
	}
	return a, err
}

// KnownAccount returns the account with an ActivityPub id as the site knows it, also one that is gone: for federation. Its
// counts may be old. nil: the site has never met it. Nobody may change it.
func (s *Service) KnownAccount(ctx context.Context, site skein.ID, uri string) (a *skein.Account, err error) {
	if s.cache != nil {
		if id, ok := s.cache.uris.Get(siteURI{site, uri}); ok {
			if e, ok := s.cache.actors.Get(id); ok && time.Now().Before(e.until) {
				return e.v, nil
			}
		}
	}
	err = s.read(ctx, skein.Viewer{Site: site}, func(r *reader) error {
		found, err := r.tx.AccountByURI(uri)
		if err != nil {
			return err
		}
		a = found
		if r.cache != nil {
			r.cache.uris.Set(siteURI{site, uri}, a.ID)
			put(r.cache, r.cache.actors, a.ID, a, r.epoch, r.now)
		}
		return nil
	})
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	return a, err
}

// errVisitor answers whoever has to sign in first.
var errVisitor = skein.Errorf(skein.Unauthorized, "This method requires an authenticated user")

var errDenied = skein.Errorf(skein.Denied, "This action is not allowed")

// me returns the account of who acts: somebody of the site who is there and was let in.
func me(tx *store.Tx, who skein.Viewer) (*skein.Account, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	a, err := tx.Account(who.Account)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, errVisitor
	}
	if err != nil {
		return nil, err
	}
	return a, mayAct(a)
}

func mayAct(a *skein.Account) error {
	if !a.Local || a.Pending || a.Gone() {
		return errDenied
	}
	return nil
}

// pair returns the account of who acts and another one, which must exist for the actor.
func pair(tx *store.Tx, who skein.Viewer, other skein.ID) (self, target *skein.Account, err error) {
	if who.Visitor() {
		return nil, nil, errVisitor
	}
	list, err := tx.Accounts([]skein.ID{who.Account, other})
	if err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(list, func(a *skein.Account) bool { return a.ID == who.Account }); i >= 0 {
		self = list[i]
	}
	if self == nil {
		return nil, nil, errVisitor
	}
	if err := mayAct(self); err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(list, func(a *skein.Account) bool { return a.ID == other }); i >= 0 {
		target = list[i]
	}
	if target == nil || !there(target, who) {
		return nil, nil, skein.ErrNotFound
	}
	return self, target, nil
}
