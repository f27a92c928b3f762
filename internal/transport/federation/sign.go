package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/kit/httpsig"
	"skein/internal/skein"
)

// signer makes one of the two kinds of signature.
func (s *Service) signer(key httpsig.Key, newer bool) func(*http.Request, []byte) error {
	return func(r *http.Request, body []byte) error {
		if newer {
			return httpsig.SignRFC9421(r, body, key, s.Clock())
		}
		return httpsig.SignCavage(r, body, key, s.Clock())
	}
}

// knock sends a signed request: with the older kind of signature, and when that is refused with the newer. What a host
// takes is remembered. Reference, section 7.
func (s *Service) knock(ctx context.Context, host string, key httpsig.Key,
	send func(sign func(*http.Request, []byte) error) (*fetch.Response, error),
) (*fetch.Response, error) {
	newer, known := s.newer.get(host)
	if !known {
		var err error
		if newer, err = s.DB.Shared().SpeaksRFC9421(ctx, host); err != nil {
			return nil, err
		}
		s.newer.set(host, newer)
	}
	resp, err := send(s.signer(key, newer))
	if !unsigned(err) {
		return resp, err
	}
	if _, vain := s.futile.get(host); vain {
		return resp, err
	}
	again, second := send(s.signer(key, !newer))
	if unsigned(second) || errors.As(second, new(*fetch.Unreachable)) {
		s.futile.set(host, struct{}{})
		return resp, err
	}
	if second == nil {
		s.newer.set(host, !newer)
		if err := s.DB.Shared().SetRFC9421(ctx, host, !newer); err != nil {
			s.Log.Warn("signatures of host not remembered", "host", host, "err", err)
		}
	}
	return again, second
}

// unsigned tells whether a peer did not understand a signature.
func unsigned(err error) bool {
	code := fetch.StatusOf(err)
	return code == http.StatusBadRequest || code == http.StatusUnauthorized
}

// get fetches something for a site, signed by its instance actor.
func (s *Service) get(ctx context.Context, site *skein.Site, uri string) (*fetch.Response, error) {
	key, err := s.ownKey(ctx, site.ID, site.Actor)
	if err != nil {
		return nil, err
	}
	return s.knock(ctx, hostOf(uri), key.key, func(sign func(*http.Request, []byte) error) (*fetch.Response, error) {
		return s.Fetch.Document(ctx, fetch.Request{URL: uri, Accept: activitypub.AcceptHeader, Sign: sign, Check: s.check(ctx, site.ID)})
	})
}

// document fetches an ActivityPub document and tells where it came from. What it says of itself is not proven yet.
func (s *Service) document(ctx context.Context, site *skein.Site, uri string) (*activitypub.Document, string, error) {
	if isOwn(site, uri) {
		return nil, "", errOwn
	}
	if !activitypub.IsHTTP(uri) {
		return nil, "", skein.Errorf(skein.Invalid, "This is no address on the network.")
	}
	resp, err := s.get(ctx, site, uri)
	if err != nil {
		return nil, "", err
	}
	if !activitypub.IsActivityType(resp.Header.Get("Content-Type")) { // T45
		return nil, "", fmt.Errorf("%w: %s is %q", activitypub.ErrMalformed, uri, resp.Header.Get("Content-Type"))
	}
	doc, err := activitypub.Decode(resp.Body, s.Clock())
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", uri, err)
	}
	return doc, resp.URL, nil
}

// object fetches a document that stands at its own id: one that names another is asked for there, once (T43).
func (s *Service) object(ctx context.Context, site *skein.Site, uri string) (*activitypub.Document, error) {
	doc, from, err := s.document(ctx, site, uri)
	if err != nil {
		return nil, err
	}
	if sameURL(doc.ID(), from) {
		return doc, nil
	}
	id := doc.ID()
	if doc, from, err = s.document(ctx, site, id); err != nil {
		return nil, err
	}
	if doc.ID() != id || !sameURL(id, from) {
		return nil, fmt.Errorf("%w: %s does not stand at its id", activitypub.ErrMalformed, uri)
	}
	return doc, nil
}
