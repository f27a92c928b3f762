package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// rfcRequest is the request of RFC 9421 B.2.
func rfcRequest() *http.Request {
	r, _ := http.NewRequest("POST", "https://example.com/foo?param=Value&Pet=dog", nil)
	r.RequestURI = "/foo?param=Value&Pet=dog"
	r.Header.Set("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Digest", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:")
	r.Header.Set("Content-Length", "18")
	return r
}

const rfcBody = `{"hello": "world"}`

// rfcEd25519 is test-key-ed25519 of RFC 9421 B.1.4.
const rfcEd25519 = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
`

const rfcEd25519Public = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
`

// RFC 9421 B.2.6: signing with Ed25519 is deterministic, so both directions are exact.
func TestRFC9421Ed25519Vector(t *testing.T) {
	r := rfcRequest()
	const params = `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
	const value = `wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==`
	r.Header.Set("Signature-Input", "sig-b26="+params)
	r.Header.Set("Signature", "sig-b26=:"+value+":")
	s, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := incoming(r, []string{"https://example.com"})
	if err != nil {
		t.Fatal(err)
	}
	base, err := m.rfcBase(s.Components, s.params)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`"date": Tue, 20 Apr 2021 02:07:55 GMT`,
		`"@method": POST`,
		`"@path": /foo`,
		`"@authority": example.com`,
		`"content-type": application/json`,
		`"content-length": 18`,
		`"@signature-params": ` + params,
	}, "\n")
	if base != want {
		t.Errorf("signature base is\n%s\nwant\n%s", base, want)
	}
	public, err := ParsePublicKey(rfcEd25519Public)
	if err != nil {
		t.Fatal(err)
	}
	if err := check(public, 0, base, s.value); err != nil {
		t.Errorf("the signature of the RFC does not verify: %v", err)
	}
	private, err := ParsePrivateKey(rfcEd25519)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Key{"test-key-ed25519", private}.sign(base)
	if err != nil || base64.StdEncoding.EncodeToString(got) != value {
		t.Errorf("signing gives %x, %v", got, err)
	}
	// As a request to us it covers too little: neither query nor body.
	if err := s.Verify(r, []byte(rfcBody), public, time.Unix(1618884473, 0), "https://example.com"); !errors.Is(err, ErrIncomplete) {
		t.Errorf("Verify = %v, want ErrIncomplete", err)
	}
}

// The signature bases of RFC 9421 B.2.1 and B.2.3 (less @query-param, which is not supported), and the derived components of 2.2.
func TestRFC9421Bases(t *testing.T) {
	m, err := incoming(rfcRequest(), []string{"https://example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		components []string
		want       string
	}{
		{nil, `"@signature-params": ()`},
		{
			[]string{"date", "@method", "@path", "@query", "@authority", "content-type", "content-digest", "content-length"},
			`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@query": ?param=Value&Pet=dog
"@authority": example.com
"content-type": application/json
"content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
"content-length": 18
"@signature-params": ()`,
		},
		{[]string{"@target-uri"}, "\"@target-uri\": https://example.com/foo?param=Value&Pet=dog\n\"@signature-params\": ()"},
		{[]string{"@request-target"}, "\"@request-target\": /foo?param=Value&Pet=dog\n\"@signature-params\": ()"},
		{[]string{"@scheme"}, "\"@scheme\": https\n\"@signature-params\": ()"},
	} {
		got, err := m.rfcBase(c.components, "()")
		if err != nil || got != c.want {
			t.Errorf("%q: %v\n%s\nwant\n%s", c.components, err, got, c.want)
		}
	}
	if err := checkContentDigest(m.header, []byte(rfcBody)); err != nil {
		t.Errorf("the digest of the RFC: %v", err)
	}
}

// RFC 9421 2.1: how the values of fields are combined, byte for byte.
func TestT39_FieldValues(t *testing.T) {
	m := message{header: http.Header{
		"X-Ows-Header":       {"  Leading and trailing whitespace.  "},
		"X-Obs-Fold-Header":  {"Obsolete\r\n    line folding."},
		"Cache-Control":      {"max-age=60", "   must-revalidate"},
		"Example-Dict":       {"  a=1,    b=2;x=1;y=2,   c=(a   b   c)"},
		"X-Empty-Header":     {""},
		"X-Smuggled":         {"a\r\nb"},
		"X-Not-Quite-Folded": {"a\nb"},
	}}
	for name, want := range map[string]string{
		"x-ows-header":      "Leading and trailing whitespace.",
		"x-obs-fold-header": "Obsolete line folding.",
		"cache-control":     "max-age=60, must-revalidate",
		"example-dict":      "a=1,    b=2;x=1;y=2,   c=(a   b   c)",
		"x-empty-header":    "",
	} {
		if got, err := m.field(name); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"x-smuggled", "x-not-quite-folded", "x-missing"} {
		if got, err := m.field(name); err == nil {
			t.Errorf("%s: %q, want an error", name, got)
		}
	}
}

// RFC 9421 2.2.7 and 2.2.6: the target byte for byte.
func TestT39_Targets(t *testing.T) {
	for raw, want := range map[string][2]string{
		"/path":                     {"/path", "?"},
		"/path?":                    {"/path", "?"},
		"/path?queryString":         {"/path", "?queryString"},
		"/path?a=b+c&d=%20e&%E2%80": {"/path", "?a=b+c&d=%20e&%E2%80"},
		"/a%2fb/%7Euser":            {"/a%2fb/%7Euser", "?"},
		"/":                         {"/", "?"},
	} {
		r, err := http.NewRequest("GET", "https://elm.example"+raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.RequestURI = raw
		m, err := incoming(r, []string{"https://elm.example"})
		if err != nil || m.path() != want[0] || m.query() != want[1] || m.target != raw {
			t.Errorf("%s: %q %q %q %v", raw, m.target, m.path(), m.query(), err)
		}
	}
}

// T40: what is verified is what is routed.
func TestT40_RewrittenPathIsRefused(t *testing.T) {
	for raw, served := range map[string]string{
		"/users/a/../b/inbox":   "/users/b/inbox",
		"//inbox":               "/inbox",
		"/users/%62/inbox?x":    "/users/b/inbox",
		"https://elm.example/a": "/b",
	} {
		r, _ := http.NewRequest("POST", "https://elm.example"+served, nil)
		r.RequestURI = raw
		if _, err := incoming(r, []string{"https://elm.example"}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s served as %s: %v", raw, served, err)
		}
	}
	r, _ := http.NewRequest("POST", "https://elm.example/inbox?a=b", nil)
	r.RequestURI = "https://elm.example/inbox?a=b"
	if m, err := incoming(r, []string{"https://elm.example"}); err != nil || m.target != "/inbox?a=b" {
		t.Errorf("absolute form: %q %v", m.target, err)
	}
}

// The vectors of draft-cavage-12, appendix C. Its key has 1024 bits, so Verify would refuse it.
func TestCavageVectors(t *testing.T) {
	block, _ := pem.Decode([]byte(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckKey(public); !errors.Is(err, ErrKey) {
		t.Errorf("CheckKey = %v", err)
	}
	const basic = "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
	r, _ := http.NewRequest("POST", "https://example.com/foo?param=value&pet=dog", nil)
	r.RequestURI = "/foo?param=value&pet=dog"
	r.Header.Set("Date", "Sun, 05 Jan 2014 21:31:40 GMT")
	r.Header.Set("Signature", `keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="`+basic+`"`)
	s, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := incoming(r, []string{"https://example.com"})
	if err != nil {
		t.Fatal(err)
	}
	base, err := m.cavageBase(s, true)
	if err != nil {
		t.Fatal(err)
	}
	want := "(request-target): post /foo?param=value&pet=dog\nhost: example.com\ndate: Sun, 05 Jan 2014 21:31:40 GMT"
	if base != want {
		t.Errorf("signing string is\n%s\nwant\n%s", base, want)
	}
	if err := rsa.VerifyPKCS1v15(public.(*rsa.PublicKey), crypto.SHA256, sum(crypto.SHA256, base), s.value); err != nil {
		t.Errorf("the signature of the draft does not verify: %v", err)
	}
}

func TestMultikey(t *testing.T) {
	// FEP-521a's and did:key's usual example.
	const text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	public, err := ParseMultikey(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := public.(ed25519.PublicKey); !ok {
		t.Errorf("%T", public)
	}
	if got, err := MarshalMultikey(public); err != nil || got != text {
		t.Errorf("MarshalMultikey = %q, %v", got, err)
	}
	multi, err := MarshalMultikey(rsaKey(t).Public())
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseMultikey(multi); err != nil || !back.(*rsa.PublicKey).Equal(rsaKey(t).Public()) {
		t.Errorf("RSA: %v", err)
	}
	for _, bad := range []string{"", "z", "z0", "m6Mk", "z6Mk", "z" + strings.Repeat("1", 5000), text[:len(text)-1]} {
		if _, err := ParseMultikey(bad); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
