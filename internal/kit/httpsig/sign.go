package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// also lists headers that are signed whenever the request carries them. FEP-8fcf wants the first.
var also = []string{"collection-synchronization"}

// SignCavage adds Date, Signature and, if there is a body to speak of, Digest to a request, as every ActivityPub server
// understands them: (request-target) host date [digest content-type]. Signing again replaces the old headers.
func SignCavage(r *http.Request, body []byte, key Key, now time.Time) error {
	clear9421(r)
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	s := &Signature{Components: []string{"(request-target)", "host", "date"}}
	r.Header.Del("Digest")
	if hasBody(r, body) {
		r.Header.Set("Digest", Digest(body))
		s.Components = append(s.Components, "digest")
		if r.Header.Get("Content-Type") != "" {
			s.Components = append(s.Components, "content-type")
		}
	}
	for _, name := range also {
		if r.Header.Get(name) != "" {
			s.Components = append(s.Components, name)
		}
	}
	base, err := outgoing(r).cavageBase(s, true)
	if err != nil {
		return err
	}
	value, err := key.sign(base)
	if err != nil {
		return err
	}
	algorithm := "rsa-sha256"
	if isEd25519(key) {
		algorithm = "hs2019"
	}
	r.Header.Set("Signature", fmt.Sprintf(`keyId="%s",algorithm="%s",headers="%s",signature="%s"`,
		key.ID, algorithm, strings.Join(s.Components, " "), base64.StdEncoding.EncodeToString(value)))
	return nil
}

// SignRFC9421 adds Signature-Input, Signature and, if there is a body to speak of, Content-Digest to a request, covering
// @method @target-uri [content-digest]. Signing again replaces the old headers.
func SignRFC9421(r *http.Request, body []byte, key Key, now time.Time) error {
	clear9421(r)
	r.Header.Del("Digest")
	components := []string{"@method", "@target-uri"}
	if hasBody(r, body) {
		r.Header.Set("Content-Digest", ContentDigest(body))
		components = append(components, "content-digest")
	}
	for _, name := range also {
		if r.Header.Get(name) != "" {
			components = append(components, name)
		}
	}
	algorithm := "rsa-v1_5-sha256"
	if isEd25519(key) {
		algorithm = "ed25519"
	}
	params := `("` + strings.Join(components, `" "`) + `");created=` + strconv.FormatInt(now.Unix(), 10) +
		`;keyid="` + key.ID + `";alg="` + algorithm + `"`
	base, err := outgoing(r).rfcBase(components, params)
	if err != nil {
		return err
	}
	value, err := key.sign(base)
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", "sig1="+params)
	r.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(value)+":")
	return nil
}

func clear9421(r *http.Request) {
	for _, name := range []string{"Signature", "Signature-Input", "Content-Digest"} {
		r.Header.Del(name)
	}
}

func hasBody(r *http.Request, body []byte) bool {
	return len(body) > 0 || method(r) != http.MethodGet && method(r) != http.MethodHead
}

func isEd25519(key Key) bool {
	if key.Private == nil {
		return false
	}
	_, ok := key.Private.Public().(ed25519.PublicKey)
	return ok
}

func (k Key) sign(base string) ([]byte, error) {
	if k.Private == nil || k.ID == "" || strings.ContainsFunc(k.ID, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == '\\' }) {
		return nil, fmt.Errorf("%w: sign with %q", ErrKey, k.ID)
	}
	switch k.Private.Public().(type) {
	case *rsa.PublicKey:
		return k.Private.Sign(rand.Reader, sum(crypto.SHA256, base), crypto.SHA256)
	case ed25519.PublicKey:
		return k.Private.Sign(rand.Reader, []byte(base), crypto.Hash(0))
	}
	return nil, fmt.Errorf("%w: sign with %T", ErrKey, k.Private)
}
