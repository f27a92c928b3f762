// Package httpsig signs and verifies HTTP requests the two ways that ActivityPub servers use: draft-cavage-http-signatures-12
// and RFC 9421. It is pure: no request is sent, no key is fetched, and the time is an argument. Whose key it is, whether that
// actor may do what the request asks for, and whether the request was seen before, is for the caller to judge.
package httpsig

import (
	"crypto"
	"errors"
	"slices"
	"time"
)

// Scheme tells the two kinds of signatures apart.
type Scheme int

const (
	Cavage  Scheme = iota + 1 // draft-cavage-http-signatures-12: one Signature header
	RFC9421                   // HTTP Message Signatures: Signature-Input and Signature
)

func (s Scheme) String() string {
	switch s {
	case Cavage:
		return "cavage"
	case RFC9421:
		return "rfc9421"
	}
	return "none"
}

// What can be wrong with a signed request. ErrMalformed is the sender's bad grammar (400); all others are a refusal (401).
var (
	ErrMissing    = errors.New("no signature")
	ErrMalformed  = errors.New("malformed signature")
	ErrIncomplete = errors.New("signature does not cover what it must")
	ErrAlgorithm  = errors.New("signature algorithm does not suit the key")
	ErrKey        = errors.New("unusable key")
	ErrDigest     = errors.New("digest does not match the body")
	ErrTime       = errors.New("signature is too old, expired or from the future")
	ErrAuthority  = errors.New("request is signed for another host")
	ErrMismatch   = errors.New("signature does not match")
)

// The window in which a signature counts: what Mastodon accepts, see section 7 of the ActivityPub reference.
const (
	MaxAge   = time.Hour + 5*time.Minute
	MaxAhead = time.Hour
)

// Key is a private key and the URI under which peers find its public half.
type Key struct {
	ID      string        // for example https://elm.example/actor#main-key
	Private crypto.Signer // *rsa.PrivateKey or ed25519.PrivateKey
}

// Signature is what the headers of a request claim. Nothing in it is proven before Verify returned nil.
type Signature struct {
	Scheme     Scheme
	KeyID      string
	Algorithm  string    // as claimed; empty when not said. The key decides, not this
	Components []string  // what is covered, lower case, in order: header names, (request-target), @method, ...
	Created    time.Time // zero when not said
	Expires    time.Time // zero when not said
	Date       time.Time // the Date header, if the signature covers it

	value  []byte
	params string // RFC 9421: the serialised @signature-params
}

// Value returns the bytes of the signature: those of a copy are the same, those of a request that is signed anew are not.
func (s *Signature) Value() []byte { return s.value }

// Covers tells whether a header or derived component is part of what was signed.
func (s *Signature) Covers(component string) bool {
	return slices.Contains(s.Components, component)
}
