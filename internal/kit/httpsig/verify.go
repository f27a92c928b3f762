package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Verify proves that the holder of the public key signed this request, with this body, for one of the base URLs
// (https://elm.example, http://elm.localhost:8080) under which the caller serves, and did so lately. The scheme of the base is
// the one the peer used, whatever a proxy in between speaks. It returns nil or one of the errors above, wrapped.
func (s *Signature) Verify(r *http.Request, body []byte, public crypto.PublicKey, now time.Time, bases ...string) error {
	if len(bases) == 0 {
		return errors.New("verify: no base URL given")
	}
	m, err := incoming(r, bases)
	if err != nil {
		return err
	}
	if err := s.complete(r, body); err != nil {
		return err
	}
	if err := s.checkTime(now); err != nil {
		return err
	}
	if err := CheckKey(public); err != nil {
		return err
	}
	hash, err := s.hash(public)
	if err != nil {
		return err
	}
	if s.Covers("digest") {
		err = checkDigest(r.Header, body)
	}
	if err == nil && s.Covers("content-digest") {
		err = checkContentDigest(r.Header, body)
	}
	if err != nil {
		return err
	}
	if s.Scheme == RFC9421 {
		base, err := m.rfcBase(s.Components, s.params)
		if err != nil {
			return err
		}
		return check(public, hash, base, s.value)
	}
	base, err := m.cavageBase(s, true)
	if err != nil {
		return err
	}
	if err = check(public, hash, base, s.value); err == nil || !strings.Contains(m.target, "?") {
		return err
	}
	// Some servers leave the query out of (request-target); Mastodon takes both. Section 7 of the reference.
	if base, err = m.cavageBase(s, false); err != nil {
		return err
	}
	return check(public, hash, base, s.value)
}

// complete tells whether the signature covers method, whole target, host, body and time.
func (s *Signature) complete(r *http.Request, body []byte) error {
	var needed []string
	withBody := len(body) > 0 || method(r) != http.MethodGet && method(r) != http.MethodHead
	switch s.Scheme {
	case Cavage:
		needed = []string{"(request-target)", "host"}
		if withBody {
			needed = append(needed, "digest")
		}
		if !s.Covers("date") && !s.Covers("(created)") {
			return fmt.Errorf("%w: date", ErrIncomplete)
		}
	case RFC9421:
		needed = []string{"@method"}
		if !s.Covers("@target-uri") {
			needed = append(needed, "@authority")
			if !s.Covers("@request-target") {
				needed = append(needed, "@path", "@query")
			}
		}
		if withBody {
			needed = append(needed, "content-digest")
		}
		if s.Created.IsZero() {
			return fmt.Errorf("%w: created", ErrIncomplete)
		}
	default:
		return ErrMissing
	}
	for _, name := range needed {
		if !slices.Contains(s.Components, name) {
			return fmt.Errorf("%w: %s", ErrIncomplete, name)
		}
	}
	return nil
}

// checkTime holds every time that was signed against the window. RFC 9421 signs created and expires always.
func (s *Signature) checkTime(now time.Time) error {
	var at []time.Time
	if s.Scheme == RFC9421 || s.Covers("(created)") {
		at = append(at, s.Created)
	}
	if s.Covers("date") {
		at = append(at, s.Date)
	}
	for _, t := range at {
		if t.Before(now.Add(-MaxAge)) || t.After(now.Add(MaxAhead)) {
			return ErrTime
		}
	}
	if !s.Expires.IsZero() && now.After(s.Expires) {
		return fmt.Errorf("%w: expired", ErrTime)
	}
	return nil
}

// hash picks the algorithm by the key. What the sender claims must agree; it never chooses.
func (s *Signature) hash(public crypto.PublicKey) (crypto.Hash, error) {
	switch public.(type) {
	case *rsa.PublicKey:
		switch {
		case s.Algorithm == "":
			return crypto.SHA256, nil
		case s.Scheme == RFC9421 && s.Algorithm == "rsa-v1_5-sha256":
			return crypto.SHA256, nil
		case s.Scheme == Cavage && (s.Algorithm == "rsa-sha256" || s.Algorithm == "hs2019"):
			return crypto.SHA256, nil
		case s.Scheme == Cavage && s.Algorithm == "rsa-sha512":
			return crypto.SHA512, nil
		}
	case ed25519.PublicKey:
		switch {
		case s.Algorithm == "", s.Algorithm == "ed25519":
			return 0, nil
		case s.Scheme == Cavage && s.Algorithm == "hs2019":
			return 0, nil
		}
	}
	return 0, fmt.Errorf("%w: %q", ErrAlgorithm, s.Algorithm)
}

func check(public crypto.PublicKey, hash crypto.Hash, base string, value []byte) error {
	ok := false
	switch key := public.(type) {
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, []byte(base), value)
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(key, hash, sum(hash, base), value) == nil
	}
	if !ok {
		return ErrMismatch
	}
	return nil
}

func sum(hash crypto.Hash, base string) []byte {
	if hash == crypto.SHA512 {
		s := sha512.Sum512([]byte(base))
		return s[:]
	}
	s := sha256.Sum256([]byte(base))
	return s[:]
}
