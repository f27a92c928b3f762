package peering

import (
	"context"
	"errors"
	"slices"
	"strings"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxRelays bounds how many a site subscribes to: each public post goes to all of them.
const maxRelays = 20

// Relays returns the relays that the site of a viewer subscribes to.
func (s *Service) Relays(ctx context.Context, who skein.Viewer) (list []*skein.Relay, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := may(tx, who); err != nil {
			return err
		}
		list, err = tx.Relays()
		return err
	})
	return list, err
}

// IsRelay tells, from memory, whether an actor is a relay that has accepted a site.
func (s *Service) IsRelay(ctx context.Context, site skein.ID, actor string) (bool, error) {
	actors, err := s.relays.Load(ctx, site, func(ctx context.Context, site skein.ID) (actors []string, err error) {
		err = s.DB.View(ctx, site, func(tx *store.Tx) error {
			list, err := tx.Relays()
			for _, r := range list {
				if r.State == skein.RelayAccepted && r.Actor != "" {
					actors = append(actors, r.Actor)
				}
			}
			return err
		})
		return actors, err
	})
	return slices.Contains(actors, actor), err
}

// Relay returns a relay as it is stored, whoever asks: for federation.
func (s *Service) Relay(ctx context.Context, site, id skein.ID) (r *skein.Relay, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		r, err = tx.Relay(id)
		return err
	})
	return r, err
}

// AddRelay asks a relay for a subscription: by the address of its inbox, or of its actor.
func (s *Service) AddRelay(ctx context.Context, who skein.Viewer, raw string) (r *skein.Relay, err error) {
	u, err := fetch.Canonical(strings.TrimSpace(raw))
	if err != nil || u.Fragment != "" {
		return nil, skein.Errorf(skein.Invalid, "%q is no address of a relay.", raw)
	}
	r = &skein.Relay{URL: u.String(), State: skein.RelayAsked}
	if strings.HasSuffix(u.Path, "/inbox") {
		r.Inbox = r.URL
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		site, err := may(tx, who)
		if err != nil {
			return err
		}
		if u.Host == site.Domain {
			return skein.Errorf(skein.Invalid, "A site is no relay of its own.")
		}
		list, err := tx.Relays()
		if err != nil {
			return err
		}
		if len(list) >= maxRelays {
			return skein.Errorf(skein.Conflict, "A site subscribes to %d relays at most.", maxRelays)
		}
		isNew, err := tx.InsertRelay(r)
		if err != nil {
			return err
		}
		if !isNew {
			return skein.Errorf(skein.Conflict, "The site subscribes to this relay already.")
		}
		return tx.Emit(skein.RelayAdded{Site: who.Site, Relay: r.ID})
	})
	return r, err
}

// RemoveRelay ends a subscription.
func (s *Service) RemoveRelay(ctx context.Context, who skein.Viewer, url string) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := may(tx, who); err != nil {
			return err
		}
		list, err := tx.Relays()
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.URL != url {
				continue
			}
			if err := tx.DeleteRelay(r.ID); err != nil {
				return err
			}
			return tx.Emit(skein.RelayRemoved{Site: who.Site, Relay: r.ID, URL: r.URL, Inbox: r.Inbox, Actor: r.Actor})
		}
		return skein.Errorf(skein.NotFound, "The site subscribes to no such relay.")
	})
}

// RelayShown notes where the actor of a relay takes activities, before it is asked.
func (s *Service) RelayShown(ctx context.Context, site, relay skein.ID, actor, inbox string) error {
	return s.changeRelay(ctx, site, relay, func(r *skein.Relay) { r.Actor, r.Inbox = actor, inbox })
}

// RelayAnswered notes what a relay said. Whoever asks for it has made sure that the actor may speak for the relay.
func (s *Service) RelayAnswered(ctx context.Context, site, relay skein.ID, actor string, accepted bool) error {
	return s.changeRelay(ctx, site, relay, func(r *skein.Relay) {
		r.Actor, r.State = actor, skein.RelayRefused
		if accepted {
			r.State = skein.RelayAccepted
		}
	})
}

func (s *Service) changeRelay(ctx context.Context, site, relay skein.ID, fn func(*skein.Relay)) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		r, err := tx.Relay(relay)
		if errors.Is(err, skein.ErrNotFound) {
			return nil // ended meanwhile
		}
		if err != nil {
			return err
		}
		fn(r)
		return tx.UpdateRelay(r)
	})
}
