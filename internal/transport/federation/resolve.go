package federation

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/kit/httpsig"
	"skein/internal/skein"
	"skein/internal/store"
)

// peerKey is the public key of a remote actor, ready to verify.
type peerKey struct {
	store.PublicKey
	public crypto.PublicKey // nil when gone
}

var (
	errKey     = errors.New("no usable key")
	errKeyGone = errors.New("the owner of the key is gone")
	errCrowd   = skein.Errorf(skein.Busy, "Too many keys are being fetched.")
)

// key returns the key that a signature names, from memory, from the table, or from its server.
func (s *Service) key(ctx context.Context, site *skein.Site, id string) (*peerKey, error) {
	if k, err := s.knownKey(ctx, id); k != nil || err != nil {
		return k, err
	}
	return s.fetchedKey(ctx, site, id)
}

// knownKey returns a key without asking anybody; nil when it is not known.
func (s *Service) knownKey(ctx context.Context, id string) (*peerKey, error) {
	if k, ok := s.keys.get(id); ok {
		return k, nil
	}
	row, err := s.DB.Shared().PublicKey(ctx, id)
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := parseKey(*row)
	if err != nil {
		return nil, nil // stored by an older version with other rules: fetch it anew
	}
	if k.Gone && s.Clock().Sub(k.FetchedAt) > 30*24*time.Hour {
		return nil, nil
	}
	s.keys.set(id, k)
	return k, nil
}

// parseKey reads the text of a key: PEM, or a multikey.
func parseKey(row store.PublicKey) (*peerKey, error) {
	k := &peerKey{PublicKey: row}
	if row.Gone {
		return k, nil
	}
	var err error
	if strings.HasPrefix(row.PEM, "z") {
		k.public, err = httpsig.ParseMultikey(row.PEM)
	} else {
		k.public, err = httpsig.ParsePublicKey(row.PEM)
	}
	return k, err
}

// fetchedKey asks the server of a key for it, one request at a time for each key, and remembers what came of it.
func (s *Service) fetchedKey(ctx context.Context, site *skein.Site, id string) (*peerKey, error) {
	name := site.ID.String() + " " + id
	if err, ok := s.noKeys.get(name); ok {
		return nil, err
	}
	v, err, _ := s.once.Do("key "+name, func() (any, error) {
		select {
		case s.fetching <- struct{}{}:
			defer func() { <-s.fetching }()
		default:
			return nil, errCrowd
		}
		// Others wait for this too: the one who asked first must not end it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		k, err := s.fetchKey(ctx, site, id)
		switch {
		case err == nil:
			s.keys.set(id, k)
			return k, s.DB.Shared().SetPublicKey(ctx, k.PublicKey)
		case errors.Is(err, errKeyGone):
			k := store.PublicKey{ID: id, FetchedAt: s.Clock(), Gone: true}
			s.keys.set(id, &peerKey{PublicKey: k})
			return nil, errors.Join(err, s.DB.Shared().SetPublicKey(ctx, k))
		case isShut(err): // not the peer's doing: it ends when the site thinks otherwise
		case permanent(err):
			s.noKeys.set(name, err)
		default:
			s.noKeys.setFor(name, err, troubleLife)
		}
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	return v.(*peerKey), nil
}

// fetchKey gets a key and confirms both directions: the key names its owner, and the owner, on the same host, lists the
// key (T29). A document that does not stand at its own id proves nothing (T30).
func (s *Service) fetchKey(ctx context.Context, site *skein.Site, id string) (*peerKey, error) {
	doc, from, err := s.document(ctx, site, id)
	if code := fetch.StatusOf(err); code == http.StatusGone || err == nil && doc.Kind() == activitypub.KindTombstone && sameURL(doc.ID(), from) {
		return nil, errKeyGone
	}
	if err != nil {
		return nil, err
	}
	owner := ""
	switch doc.Kind() {
	case activitypub.KindActor:
		owner = doc.ID()
	case activitypub.KindKey:
		for _, k := range doc.PublicKeys() {
			if k.ID == id && sameURL(k.ID, from) {
				owner = k.Owner
			}
		}
	}
	if owner == "" || !sameHost(owner, id) {
		return nil, fmt.Errorf("%w: %s names no owner on its host: %w", errKey, id, activitypub.ErrMalformed)
	}
	if doc.Kind() != activitypub.KindActor || !sameURL(doc.ID(), from) {
		// GoToSocial's keys stand beside the actor and show only a stub of it (reference, section 26).
		if doc, from, err = s.document(ctx, site, owner); err != nil {
			if fetch.StatusOf(err) == http.StatusGone {
				return nil, errKeyGone
			}
			return nil, err
		}
		if doc.Kind() != activitypub.KindActor || doc.ID() != owner || !sameURL(owner, from) {
			return nil, fmt.Errorf("%w: the owner of %s is not at its id: %w", errKey, id, activitypub.ErrMalformed)
		}
	}
	text := listedKey(doc, id)
	if text == "" {
		return nil, fmt.Errorf("%w: %s does not list %s: %w", errKey, owner, id, activitypub.ErrMalformed)
	}
	k, err := parseKey(store.PublicKey{ID: id, Owner: owner, PEM: text, FetchedAt: s.Clock()})
	if err != nil {
		return nil, fmt.Errorf("%w: %w: %w", errKey, err, activitypub.ErrMalformed)
	}
	s.recent.set(site.ID.String()+" "+owner, doc)
	return k, nil
}

// listedKey returns the text of a key that an actor lists as its own, in publicKey or as a Multikey (FEP-521a).
func listedKey(doc *activitypub.Document, id string) string {
	for _, k := range doc.PublicKeys() {
		if k.ID == id && k.Owner == doc.ID() {
			return k.PEM
		}
	}
	for _, m := range doc.Objects("assertionMethod", 10) {
		if m.ID() == id && m.Is("Multikey") && m.URI("controller") == doc.ID() {
			return m.Text("publicKeyMultibase", 2048)
		}
	}
	return ""
}

// signer is who signed a request.
type signer struct {
	uri  string // of the actor
	host string // canonical
}

// authenticate proves who sent a request. With known set no key is fetched: a key that is not known is no proof.
func (s *Service) authenticate(ctx context.Context, r *http.Request, sig *httpsig.Signature, body []byte, site *skein.Site, known bool) (signer, error) {
	var k *peerKey
	var err error
	if known {
		k, err = s.knownKey(ctx, sig.KeyID)
	} else {
		k, err = s.key(ctx, site, sig.KeyID)
	}
	switch {
	case err != nil:
		return signer{}, err
	case k == nil:
		return signer{}, errKey
	case k.Gone:
		return signer{}, errKeyGone
	}
	err = sig.Verify(r, body, k.public, s.Clock(), site.Base)
	if !known && (errors.Is(err, httpsig.ErrMismatch) || errors.Is(err, httpsig.ErrAlgorithm)) {
		var fresh *peerKey
		if fresh, err = s.refreshKey(ctx, site, k, err); err != nil {
			return signer{}, err
		}
		k, err = fresh, sig.Verify(r, body, fresh.public, s.Clock(), site.Base)
	}
	if err != nil {
		return signer{}, err
	}
	return signer{k.Owner, hostOf(k.Owner)}, nil
}

// refreshKey fetches a key anew whose signature failed: its owner may have a new one. At most once in ten minutes for each
// key, however many signatures fail (T34).
func (s *Service) refreshKey(ctx context.Context, site *skein.Site, k *peerKey, failed error) (*peerKey, error) {
	if _, lately := s.tried.get(k.ID); lately || s.Clock().Sub(k.FetchedAt) < keyRest {
		return nil, failed
	}
	s.tried.set(k.ID, struct{}{})
	fresh, err := s.fetchedKey(ctx, site, k.ID)
	if err != nil {
		if errors.Is(err, errKey) { // its owner has taken it back
			s.keys.drop(k.ID)
			err = errors.Join(err, s.DB.Shared().RemovePublicKeys(ctx, k.Owner))
		}
		return nil, err
	}
	return fresh, nil
}

// renewKeys takes over the keys that an actor lists in an Update which it signed with a known one.
func (s *Service) renewKeys(ctx context.Context, doc *activitypub.Document) error {
	known, err := s.DB.Shared().PublicKeysOf(ctx, doc.ID())
	if err != nil {
		return err
	}
	for _, old := range known {
		text := listedKey(doc, old.ID)
		if text == old.PEM {
			continue
		}
		k, err := parseKey(store.PublicKey{ID: old.ID, Owner: old.Owner, PEM: text, FetchedAt: s.Clock()})
		if err != nil {
			continue // the next signature asks for the key itself
		}
		if err := s.DB.Shared().SetPublicKey(ctx, k.PublicKey); err != nil {
			return err
		}
		s.keys.set(old.ID, k)
	}
	return nil
}
