package federation

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// outgoing is an activity on its way to many inboxes.
type outgoing struct {
	site, account skein.ID
	body          []byte
	followers     string // URI of the followers collection, when it is for them only
}

const (
	deliverTime = 10 * time.Second
	// maxUnsigned is how often in a row a host may answer 401 to a site before its deliveries are given up: it may only
	// have failed to fetch our key, but other sites' deliveries to it wait meanwhile.
	maxUnsigned = 3
)

// Deliver sends one activity to one inbox. Reference, section 12: what a peer refuses is not sent again, what it cannot
// take now is.
func (s *Service) Deliver(ctx context.Context, d queue.Delivery) queue.Result {
	log := s.Log.With("delivery", d.ID, "host", d.Host)
	out, err := s.outgoing(ctx, skein.ID(d.Activity))
	if skein.KindOf(err) == skein.NotFound {
		log.Warn("delivery without its activity")
		return queue.Refused
	}
	if err != nil {
		log.Error("activity not read", "err", err)
		return queue.HostDown
	}
	if shut, err := s.suspends(ctx, out.site, d.Host); err != nil {
		log.Error("policy not read", "err", err)
		return queue.HostDown
	} else if shut {
		return queue.Refused // suspended since it was queued
	}
	key, err := s.ownKey(ctx, out.site, out.account)
	if err != nil {
		if skein.KindOf(err) == skein.NotFound {
			log.Warn("delivery without a key", "err", err)
			return queue.Refused
		}
		log.Error("key not read", "err", err)
		return queue.HostDown
	}
	if key.silenced(skein.ID(d.Activity), out.body) {
		return queue.Refused
	}
	header, err := s.syncFor(ctx, out, d.Inbox)
	if err != nil {
		log.Error("followers not read", "err", err)
		return queue.HostDown
	}
	if _, known := s.newer.get(d.Host); !known {
		s.newer.set(d.Host, d.Newer)
	}
	_, err = s.knock(ctx, d.Host, key.signs(skein.ID(d.Activity), s.Clock()), func(sign func(*http.Request, []byte) error) (*fetch.Response, error) {
		return s.Fetch.Post(ctx, fetch.Request{
			URL:         d.Inbox,
			ContentType: activitypub.ContentType,
			Accept:      activitypub.AcceptHeader,
			Header:      header,
			Body:        out.body,
			Sign:        sign,
			Timeout:     deliverTime,
		})
	})
	name := strconv.FormatInt(d.Site, 10) + " " + d.Host
	if err == nil {
		if _, refused := s.refusals.get(name); refused {
			s.refusals.drop(name)
		}
		return queue.Delivered
	}
	if fetch.StatusOf(err) == http.StatusUnauthorized {
		n, _ := s.refusals.get(name)
		s.refusals.set(name, n+1)
		if n >= maxUnsigned {
			log.Info("delivery refused", "err", err)
			return queue.Refused
		}
	}
	if !fetch.Retry(err) || errors.As(err, new(*fetch.Refused)) {
		log.Info("delivery refused", "err", err)
		return queue.Refused
	}
	log.Info("delivery put off", "err", err)
	return queue.HostDown
}

// outgoing loads what a delivery sends.
func (s *Service) outgoing(ctx context.Context, activity skein.ID) (*outgoing, error) {
	name := activity.String()
	if out, ok := s.bodies.get(name); ok {
		return out, nil
	}
	site, account, body, err := s.DB.Shared().Activity(ctx, activity)
	if err != nil {
		return nil, err
	}
	out := &outgoing{site, account, body, followersOnly(body, s.Clock())}
	s.bodies.set(name, out)
	return out, nil
}
