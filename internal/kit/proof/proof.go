// Package proof makes and checks object integrity proofs: signatures that stand inside a JSON document and so survive being
// passed on. FEP-8b32, with the suite eddsa-jcs-2022 of https://www.w3.org/TR/vc-di-eddsa/. Whose key may prove what is
// left to the caller.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gowebpki/jcs"
)

// What can be wrong with a proof.
var (
	ErrMissing  = errors.New("there is no proof")
	ErrRefused  = errors.New("the proof is of a kind that is not accepted")
	ErrTime     = errors.New("the proof is not of this time")
	ErrMismatch = errors.New("the proof does not hold")
)

// Bounds of what is read, and of the time a proof is good for. A forwarded activity may be as old as the longest retry of
// a delivery.
const (
	maxProof = 4 << 10
	MaxAge   = 8 * 24 * time.Hour
	MaxAhead = time.Hour
)

const (
	proofType = "DataIntegrityProof"
	suite     = "eddsa-jcs-2022"
	purpose   = "assertionMethod"
)

// options are those of a proof that we make, in their order.
type options struct {
	Context json.RawMessage `json:"@context,omitempty"`
	Type    string          `json:"type"`
	Suite   string          `json:"cryptosuite"`
	Method  string          `json:"verificationMethod"`
	Purpose string          `json:"proofPurpose"`
	Created string          `json:"created"`
	Value   string          `json:"proofValue,omitempty"`
}

// Sign returns a JSON object with a proof put at its end, all other bytes as they were. method is the id of the key. A
// document that has a proof is an error.
func Sign(doc []byte, key ed25519.PrivateKey, method string, now time.Time) ([]byte, error) {
	members, err := object(doc)
	if err != nil {
		return nil, err
	}
	if _, there := members["proof"]; there {
		return nil, fmt.Errorf("sign: %w: the document has a proof already", ErrRefused)
	}
	o := options{Context: members["@context"], Type: proofType, Suite: suite, Method: method, Purpose: purpose,
		Created: now.UTC().Format("2006-01-02T15:04:05Z")}
	config, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	hash, err := digest(config, doc)
	if err != nil {
		return nil, err
	}
	o.Value = "z" + encode58(ed25519.Sign(key, hash))
	done, err := marshal(o)
	if err != nil {
		return nil, err
	}
	body := bytes.TrimSuffix(bytes.TrimSpace(doc), []byte("}"))
	out := make([]byte, 0, len(body)+len(done)+16)
	out = append(out, body...)
	if len(members) > 0 {
		out = append(out, ',')
	}
	out = append(out, `"proof":`...)
	out = append(out, done...)
	return append(out, '}'), nil
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// digest is what is signed: the hashes of the options and of the document, both in canonical form (RFC 8785).
func digest(config, doc []byte) ([]byte, error) {
	c, err := jcs.Transform(config)
	if err != nil {
		return nil, fmt.Errorf("%w: options: %w", ErrRefused, err)
	}
	d, err := jcs.Transform(doc)
	if err != nil {
		return nil, fmt.Errorf("%w: document: %w", ErrRefused, err)
	}
	a, b := sha256.Sum256(c), sha256.Sum256(d)
	return append(a[:], b[:]...), nil
}

// Proof is the proof of a document, read but not yet checked.
type Proof struct {
	Method  string // id of the key
	Created time.Time
	Expires time.Time // zero: it does not say

	hashes [][]byte // one of them is signed
	value  []byte
}

// Has tells whether a document says that it bears a proof.
func Has(doc []byte) bool {
	members, err := object(doc)
	return err == nil && len(members["proof"]) > 0 && string(members["proof"]) != "null"
}

// Parse reads the proof of a JSON object. The caller has checked that no name stands twice in it. What cannot be understood
// whole is refused: several proofs, other suites, a proof for one domain or one challenge, another context than the
// document's (T75).
func Parse(doc []byte) (*Proof, error) {
	members, err := object(doc)
	if err != nil {
		return nil, err
	}
	raw := members["proof"]
	if len(raw) == 0 || string(raw) == "null" {
		return nil, ErrMissing
	}
	if len(raw) > maxProof {
		return nil, fmt.Errorf("%w: %d bytes", ErrRefused, len(raw))
	}
	if raw[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
			return nil, fmt.Errorf("%w: one proof is taken, not %d", ErrRefused, len(list))
		}
		raw = list[0]
	}
	config, err := object(raw)
	if err != nil {
		return nil, err
	}
	text := func(name string) (s string) {
		if len(config[name]) > 0 && json.Unmarshal(config[name], &s) != nil {
			return "?" // nothing that it may be
		}
		return s
	}
	p := &Proof{Method: text("verificationMethod")}
	switch {
	case text("type") != proofType || text("cryptosuite") != suite:
		return nil, fmt.Errorf("%w: %.40q %.40q", ErrRefused, text("type"), text("cryptosuite"))
	case text("proofPurpose") != purpose:
		return nil, fmt.Errorf("%w: purpose %.40q", ErrRefused, text("proofPurpose"))
	case p.Method == "" || p.Method == "?":
		return nil, fmt.Errorf("%w: no key is named", ErrRefused)
	}
	for _, name := range []string{"domain", "challenge", "previousProof"} {
		if _, there := config[name]; there {
			return nil, fmt.Errorf("%w: it has a %s", ErrRefused, name)
		}
	}
	for name, to := range map[string]*time.Time{"created": &p.Created, "expires": &p.Expires} {
		if _, there := config[name]; !there {
			continue
		}
		if *to, err = time.Parse(time.RFC3339, text(name)); err != nil {
			return nil, fmt.Errorf("%w: %s is no time", ErrRefused, name)
		}
	}
	if c, there := config["@context"]; there && !same(c, members["@context"]) {
		return nil, fmt.Errorf("%w: its context is not the document's", ErrRefused)
	}
	value, ok := strings.CutPrefix(text("proofValue"), "z")
	if p.value, ok = decode58(value, ok); !ok || len(p.value) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: no signature in it", ErrRefused)
	}
	delete(config, "proofValue")
	delete(members, "proof")
	options, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	hash, err := digest(options, rest)
	if err != nil {
		return nil, err
	}
	p.hashes = [][]byte{hash}
	// Fedify puts its Linked Data signature beside the proof when that is made already. Nobody reads it, so it may be left out.
	if _, there := members["signature"]; there {
		delete(members, "signature")
		if rest, err = json.Marshal(members); err != nil {
			return nil, err
		}
		if hash, err = digest(options, rest); err != nil {
			return nil, err
		}
		p.hashes = append(p.hashes, hash)
	}
	return p, nil
}

// Verify proves that the holder of the key made the proof, of this document and these options, lately.
func (p *Proof) Verify(key ed25519.PublicKey, now time.Time) error {
	if len(key) != ed25519.PublicKeySize {
		return ErrMismatch
	}
	switch {
	case p.Created.IsZero() || p.Created.After(now.Add(MaxAhead)) || p.Created.Before(now.Add(-MaxAge)):
		return fmt.Errorf("%w: made %s", ErrTime, p.Created)
	case !p.Expires.IsZero() && now.After(p.Expires):
		return fmt.Errorf("%w: expired %s", ErrTime, p.Expires)
	case !slices.ContainsFunc(p.hashes, func(hash []byte) bool { return ed25519.Verify(key, hash, p.value) }):
		return ErrMismatch
	}
	return nil
}

// object reads the members of a JSON object, as they are written.
func object(doc []byte) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(doc, &m); err != nil || m == nil {
		return nil, fmt.Errorf("%w: no JSON object", ErrRefused)
	}
	return m, nil
}

// same compares two JSON values.
func same(a, b []byte) bool {
	if len(b) == 0 {
		return false
	}
	x, errX := jcs.Transform(slices.Concat([]byte(`{"v":`), a, []byte("}")))
	y, errY := jcs.Transform(slices.Concat([]byte(`{"v":`), b, []byte("}")))
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
