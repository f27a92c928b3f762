package federation

import (
	"context"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// Relays keeps the relays that sites subscribe to; core/peering does.
type Relays interface {
	Relay(ctx context.Context, site, id skein.ID) (*skein.Relay, error)
	IsRelay(ctx context.Context, site skein.ID, actor string) (bool, error)
	RelayShown(ctx context.Context, site, relay skein.ID, actor, inbox string) error
	RelayAnswered(ctx context.Context, site, relay skein.ID, actor string, accepted bool) error
}

// relayHour bounds what is fetched on the word of one relay in an hour.
const relayHour = 20_000

// relayFollow is the Follow by which a site asks a relay: of everything public, or in LitePub's kind of the relay's actor.
// Reference, section 24.
func relayFollow(site *skein.Site, r *skein.Relay) *activitypub.Activity {
	object := activitypub.Public
	if r.Actor != "" && r.URL != r.Inbox {
		object = r.Actor
	}
	return follow(relayMark(site)+r.ID.String(), site.URL("/actor"), object)
}

// relayMark begins the ids of the Follows that go to relays.
func relayMark(site *skein.Site) string { return site.URL("/actor#relays/") }

// SendRelay asks a relay for a subscription. One that is named by its actor is read first.
func (s *Service) SendRelay(ctx context.Context, e skein.RelayAdded) error {
	site, a, r, err := s.relayOf(ctx, e.Site, e.Relay)
	if a == nil || err != nil {
		return err
	}
	if r.Inbox == "" {
		doc, err := s.object(ctx, site, r.URL)
		var relay *activitypub.Actor
		if err == nil {
			relay, err = doc.Actor()
		}
		if err == nil && !sharesDomain(relay.Inbox, relay.ID) { // T57
			err = skein.Errorf(skein.Invalid, "The inbox of this relay is somebody else's.")
		}
		if err != nil && permanent(err) {
			s.Log.Warn("relay not found", "site", site.Domain, "url", r.URL, "err", err)
			return s.Relays.RelayAnswered(ctx, e.Site, e.Relay, "", false)
		}
		if err != nil {
			return err
		}
		if err := s.Relays.RelayShown(ctx, e.Site, e.Relay, relay.ID, relay.Inbox); err != nil {
			return err
		}
		r.Actor, r.Inbox = relay.ID, relay.Inbox
	}
	return s.send(ctx, site, a.ID, relayFollow(site, r), audience{at: []string{r.Inbox}})
}

// relayOf loads a relay and the actor that asks it; a is nil when the subscription ended meanwhile.
func (s *Service) relayOf(ctx context.Context, siteID, id skein.ID) (site *skein.Site, a *skein.Account, r *skein.Relay, err error) {
	if site, err = s.Site(ctx, siteID); err != nil {
		return nil, nil, nil, err
	}
	if r, err = s.Relays.Relay(ctx, siteID, id); skein.KindOf(err) == skein.NotFound {
		return site, nil, nil, nil
	} else if err != nil {
		return nil, nil, nil, err
	}
	site, a, err = s.sender(ctx, siteID, site.Actor)
	return site, a, r, err
}

// SendRelayEnd ends a subscription.
func (s *Service) SendRelayEnd(ctx context.Context, e skein.RelayRemoved) error {
	if e.Inbox == "" {
		return nil
	}
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	site, a, err := s.sender(ctx, e.Site, site.Actor)
	if a == nil || err != nil {
		return err
	}
	what := relayFollow(site, &skein.Relay{ID: e.Relay, URL: e.URL, Inbox: e.Inbox, Actor: e.Actor})
	return s.send(ctx, site, a.ID, undoOf(what.ID, what.Actor, what), audience{at: []string{e.Inbox}})
}

// relayAsked returns the relay whose Follow an answer is about.
func (in *inbound) relayAsked() (skein.ID, bool) {
	text, ok := strings.CutPrefix(in.activity.Object.First().ID, relayMark(in.site))
	if !ok {
		return 0, false
	}
	return skein.ParseID(text)
}

// relayAnswered: a relay takes the site in, or not. Only an actor on the host that was asked speaks for it (T52).
func (s *Service) relayAnswered(ctx context.Context, in *inbound, id skein.ID, accepted bool) error {
	if s.Relays == nil {
		return skein.ErrNotFound
	}
	r, err := s.Relays.Relay(ctx, in.site.ID, id)
	if err != nil {
		return err
	}
	if !sameHost(in.activity.Actor, r.Inbox) || r.Actor != "" && r.Actor != in.activity.Actor {
		return skein.Errorf(skein.Denied, "Nobody answers for a relay but itself.")
	}
	return s.Relays.RelayAnswered(ctx, in.site.ID, id, in.activity.Actor, accepted)
}

// isRelay tells whether an actor is a relay that the site subscribes to.
func (s *Service) isRelay(ctx context.Context, site *skein.Site, actor string) (bool, error) {
	if s.Relays == nil {
		return false, nil
	}
	return s.Relays.IsRelay(ctx, site.ID, actor)
}

// relayed takes in what a relay passes on: the post is fetched from its origin, and nobody has boosted it. What is not for
// everybody is none of a relay's business.
func (s *Service) relayed(ctx context.Context, in *inbound, uri string) error {
	return s.relayedBy(ctx, in, hostOf(in.activity.Actor), uri)
}

// relayedBy is relayed for a relay that passes whole activities on.
func (s *Service) relayedBy(ctx context.Context, in *inbound, relay, uri string) error {
	if isOwn(in.site, uri) || !s.Unlimited && !s.abuse.Take("relay/"+relay, relayHour, time.Hour).OK {
		return nil
	}
	_, err := s.fetchPost(ctx, in.site, uri, want{relevant: true, open: true})
	return err
}
