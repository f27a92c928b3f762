package federation

import (
	"context"
	"errors"
	"net/http"

	"skein/internal/kit/fetch"
	"skein/internal/kit/httpsig"
	"skein/internal/skein"
)

// What a site decided about its peers is asked here, wherever something comes in or goes out: at the door, before each hop
// of a fetch, when something is queued and again when it is delivered, and when a document is served.

// rules returns what a site decided about its peers.
func (s *Service) rules(ctx context.Context, site skein.ID) (*skein.PeerRules, error) {
	if s.Peers == nil {
		return nil, nil
	}
	return s.Peers(ctx, site)
}

// suspends tells whether a site has nothing to do with a host.
func (s *Service) suspends(ctx context.Context, site skein.ID, host string) (bool, error) {
	rules, err := s.rules(ctx, site)
	return err == nil && rules.For(host).Severity == skein.Suspended, err
}

// welcome refuses whoever comes from a suspended peer, before anything is read (T37).
func (s *Service) welcome(ctx context.Context, site *skein.Site, host string) error {
	shut, err := s.suspends(ctx, site.ID, host)
	if err == nil && shut {
		err = &refusal{status: http.StatusForbidden, text: "Your server is not welcome here."}
	}
	return err
}

var errShut = errors.New("this peer is suspended")

// check returns what fetches for a site ask before each hop, redirects too (T176).
func (s *Service) check(ctx context.Context, site skein.ID) func(host string) error {
	return func(host string) error {
		shut, err := s.suspends(ctx, site, host)
		if err == nil && shut {
			err = errShut
		}
		return err
	}
}

// gate decides whether a document is served at all. A signature that claims a suspended peer gets nothing, whether it holds
// or not. With authorized fetch, and where only listed peers are federated with, everybody must prove who asks; the answer
// is for them alone. Reference, section 7.
func (s *Service) gate(c *call, a access) error {
	if a == open || a == paged && c.isBrowser() {
		return nil
	}
	ctx := c.r.Context()
	asked := c.site.AuthorizedFetch || c.site.AllowListOnly
	if c.r.Header.Get("Signature") == "" {
		if asked {
			return errUnsigned
		}
		return nil
	}
	sig, err := httpsig.Parse(c.r)
	if err != nil {
		if asked {
			return &refusal{status: http.StatusUnauthorized, text: "The request is not signed as it must be: " + err.Error() + "."}
		}
		return nil
	}
	if err := s.welcome(ctx, c.site, hostOf(sig.KeyID)); err != nil {
		return err
	}
	if !asked {
		return nil
	}
	from, err := s.admit(c, sig, nil)
	if err != nil {
		return err
	}
	if err := s.welcome(ctx, c.site, from.host); err != nil {
		return err
	}
	who := reader{viewer: skein.Viewer{Site: c.site.ID}, host: from.host}
	known, err := s.account(ctx, c.site.ID, from.uri)
	if err != nil {
		return err
	}
	if known != nil {
		if known.Gone() {
			return &refusal{status: http.StatusForbidden, text: "This actor is not welcome here."}
		}
		who.viewer.Account, who.person = known.ID, known.Kind != skein.Application
	}
	c.who, c.private = &who, true
	return nil
}

// errUnsigned is what a request without a signature gets where one is asked for.
var errUnsigned = &refusal{status: http.StatusUnauthorized, text: "This site answers signed requests only (authorized fetch)."}

// isShut tells whether a fetch was not made because its peer is suspended.
func isShut(err error) bool {
	var refused *fetch.Refused
	return errors.As(err, &refused) && refused.Reason == errShut.Error()
}
