package httpsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/dunglas/httpsfv"
)

// Digest is the value of a Digest header for a body, as draft-cavage signatures want it.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// ContentDigest is the value of a Content-Digest header for a body. RFC 9530.
func ContentDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// checkDigest recomputes a Digest header over the raw body. Only SHA-256 counts; other algorithms may stand beside it.
func checkDigest(h http.Header, body []byte) error {
	if len(h.Values("Digest")) != 1 {
		return fmt.Errorf("%w: one Digest header is needed", ErrDigest)
	}
	found := false
	for part := range strings.SplitSeq(h.Get("Digest"), ",") {
		name, value, _ := strings.Cut(strings.Trim(part, " \t"), "=")
		if !strings.EqualFold(name, "SHA-256") {
			continue
		}
		if found {
			return fmt.Errorf("%w: two of SHA-256", ErrDigest)
		}
		found = true
		sum := sha256.Sum256(body)
		got, err := base64.StdEncoding.Strict().DecodeString(value)
		if err != nil || !bytes.Equal(got, sum[:]) {
			return ErrDigest
		}
	}
	if !found {
		return fmt.Errorf("%w: no SHA-256 in it", ErrDigest)
	}
	return nil
}

// checkContentDigest recomputes a Content-Digest header: every algorithm known here must agree, at least one must be there.
func checkContentDigest(h http.Header, body []byte) error {
	lines := h.Values("Content-Digest")
	if len(lines) != 1 {
		return fmt.Errorf("%w: one Content-Digest header is needed", ErrDigest)
	}
	dict, err := dictionary(lines[0])
	if err != nil {
		return fmt.Errorf("%w: not a dictionary", ErrDigest)
	}
	found := false
	for _, name := range dict.Names() {
		var want []byte
		switch name {
		case "sha-256":
			sum := sha256.Sum256(body)
			want = sum[:]
		case "sha-512":
			sum := sha512.Sum512(body)
			want = sum[:]
		default:
			continue
		}
		member, _ := dict.Get(name)
		item, ok := member.(httpsfv.Item)
		if !ok {
			return ErrDigest
		}
		if got, ok := item.Value.([]byte); !ok || !bytes.Equal(got, want) {
			return ErrDigest
		}
		found = true
	}
	if !found {
		return fmt.Errorf("%w: no algorithm known here", ErrDigest)
	}
	return nil
}
