package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	now      = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	testBody = []byte(`{"type":"Follow"}`)
	makeRSA  = sync.OnceValue(func() *rsa.PrivateKey {
		key, err := GenerateRSA()
		if err != nil {
			panic(err)
		}
		return key
	})
	otherRSA = sync.OnceValue(makeRSAAgain)
)

func makeRSAAgain() *rsa.PrivateKey {
	key, err := GenerateRSA()
	if err != nil {
		panic(err)
	}
	return key
}

const (
	elm   = "https://elm.example"
	keyID = "https://oak.example/actor#main-key"
)

func rsaKey(testing.TB) *rsa.PrivateKey { return makeRSA() }

func edKey(testing.TB) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, 32)) }

// post returns an unsigned delivery to elm.example.
func post() *http.Request {
	r, _ := http.NewRequest("POST", elm+"/ap/users/7/inbox", nil)
	r.Header.Set("Content-Type", "application/activity+json")
	return r
}

func get() *http.Request {
	r, _ := http.NewRequest("GET", elm+"/ap/users/7/followers?page=1", nil)
	return r
}

// arrive turns a sent request into a received one.
func arrive(r *http.Request) *http.Request {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	u := *r.URL
	u.Scheme, u.Host = "", ""
	in.URL = &u
	return in
}

func verify(r *http.Request, body []byte, public crypto.PublicKey, at time.Time, bases ...string) error {
	s, err := Parse(r)
	if err != nil {
		return err
	}
	return s.Verify(r, body, public, at, bases...)
}

type signer func(*http.Request, []byte, Key, time.Time) error

var signers = map[string]signer{"cavage": SignCavage, "rfc9421": SignRFC9421}

func TestRoundTrips(t *testing.T) {
	for name, sign := range signers {
		for _, private := range []crypto.Signer{rsaKey(t), edKey(t)} {
			for _, c := range []struct {
				r    *http.Request
				body []byte
			}{{post(), testBody}, {get(), nil}, {post(), nil}} {
				t.Run(fmt.Sprintf("%s/%T/%s", name, private, c.r.Method), func(t *testing.T) {
					if err := sign(c.r, c.body, Key{keyID, private}, now); err != nil {
						t.Fatal(err)
					}
					in := arrive(c.r)
					s, err := Parse(in)
					if err != nil {
						t.Fatal(err)
					}
					if s.KeyID != keyID || s.Scheme.String() != name {
						t.Errorf("Parse = %s by %s", s.Scheme, s.KeyID)
					}
					if err := s.Verify(in, c.body, private.Public(), now.Add(time.Minute), "https://oak.example", elm); err != nil {
						t.Error(err)
					}
					if err := s.Verify(in, c.body, otherRSA().Public(), now, elm); err == nil {
						t.Error("another key verifies")
					}
				})
			}
		}
	}
}

func TestSignedHeaders(t *testing.T) {
	r := post()
	r.Header.Set("Collection-Synchronization", `collectionId="x"`)
	if err := SignCavage(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	s, err := Parse(arrive(r))
	if err != nil {
		t.Fatal(err)
	}
	want := "(request-target) host date digest content-type collection-synchronization"
	if got := strings.Join(s.Components, " "); got != want {
		t.Errorf("covers %s, want %s", got, want)
	}
	if r.Header.Get("Date") != "Fri, 20 Nov 2026 12:00:00 GMT" || !strings.Contains(r.Header.Get("Signature"), `algorithm="rsa-sha256"`) {
		t.Errorf("headers: %v", r.Header)
	}
	// Signing the other way leaves nothing of the first.
	if err := SignRFC9421(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	if s, err = Parse(arrive(r)); err != nil || s.Scheme != RFC9421 || r.Header.Get("Digest") != "" || !s.Covers("collection-synchronization") {
		t.Errorf("%v, %v, %v", s, err, r.Header)
	}
	if err := SignCavage(get(), nil, Key{"a\"b", rsaKey(t)}, now); !errors.Is(err, ErrKey) {
		t.Errorf("key id with a quote: %v", err)
	}
}

// A proxy ends TLS: the base names the scheme and the host, not the socket.
func TestTestNetworkBase(t *testing.T) {
	for name, sign := range signers {
		r, _ := http.NewRequest("POST", "http://elm.localhost:8080/inbox", nil)
		if err := sign(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		in := arrive(r)
		if err := verify(in, testBody, rsaKey(t).Public(), now, "http://elm.localhost:8080"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := verify(in, testBody, rsaKey(t).Public(), now, "http://elm.localhost"); !errors.Is(err, ErrAuthority) {
			t.Errorf("%s without the port: %v", name, err)
		}
		err := verify(in, testBody, rsaKey(t).Public(), now, "https://elm.localhost:8080")
		if sign := name == "rfc9421"; sign != errors.Is(err, ErrMismatch) {
			t.Errorf("%s with another scheme: %v", name, err)
		}
	}
}

func TestT21_NoSignature(t *testing.T) {
	for header, want := range map[string]error{
		"":                                      ErrMissing,
		"   ":                                   ErrMissing,
		"x":                                     ErrMalformed,
		"keyId":                                 ErrMalformed,
		`keyId="k"`:                             ErrMalformed,
		`keyId="k",signature=""`:                ErrMalformed,
		`keyId="",signature="YQ=="`:             ErrMalformed,
		`keyId="k",signature="%%%"`:             ErrMalformed,
		`keyId="k",signature="YQ==`:             ErrMalformed,
		`keyId="k" signature="YQ=="`:            ErrMalformed,
		`keyId="k",signature="YQ==",headers=""`: ErrMalformed,
		`keyId="k",signature="YQ==",created=x`:  ErrMalformed,
		`keyId="k",signature="YQ==",created=99999999999999`:                                            ErrMalformed,
		`keyId="k",signature="YQ==",headers="(created)"`:                                               ErrMalformed,
		`keyId="k",signature="YQ==",algorithm="rsa-sha256",created=1,headers="(created)"`:              ErrMalformed,
		`keyId="` + strings.Repeat("k", 3000) + `",signature="YQ=="`:                                   ErrMalformed,
		strings.Repeat("k", 9000):                                                                      ErrMalformed,
		`keyId="k",signature="YQ==",headers="` + strings.TrimSpace(strings.Repeat("a b c ", 30)) + `"`: ErrMalformed,
		"keyId=\"k\x01\",signature=\"YQ==\"":                                                           ErrMalformed,
	} {
		r := arrive(post())
		r.Header.Set("Date", now.Format(http.TimeFormat))
		r.Header.Set("Signature", header)
		if _, err := Parse(r); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", header, err, want)
		}
	}
	if _, err := Parse(arrive(post())); !errors.Is(err, ErrMissing) {
		t.Errorf("no header: %v", err)
	}
}

// resign signs a request covering exactly these components.
func resign(t *testing.T, r *http.Request, scheme Scheme, components []string, params string) *http.Request {
	t.Helper()
	var base string
	var err error
	key := Key{keyID, rsaKey(t)}
	if scheme == Cavage {
		base, err = outgoing(r).cavageBase(&Signature{Components: components, Created: now, Expires: now.Add(time.Minute)}, true)
	} else {
		params = `("` + strings.Join(components, `" "`) + `")` + params
		base, err = outgoing(r).rfcBase(components, params)
	}
	if err != nil {
		t.Fatal(err)
	}
	value, err := key.sign(base)
	if err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(value)
	if scheme == Cavage {
		r.Header.Set("Signature", fmt.Sprintf(`keyId="%s",headers="%s",signature="%s"%s`, keyID, strings.Join(components, " "), encoded, params))
	} else {
		r.Header.Set("Signature-Input", "sig1="+params)
		r.Header.Set("Signature", "sig1=:"+encoded+":")
	}
	return arrive(r)
}

func prepared() *http.Request {
	r := post()
	r.URL.RawQuery = "a=b"
	r.Header.Set("Date", now.Format(http.TimeFormat))
	r.Header.Set("Digest", Digest(testBody))
	r.Header.Set("Content-Digest", ContentDigest(testBody))
	return r
}

func without(list []string, i int) []string {
	return append(append([]string{}, list[:i]...), list[i+1:]...)
}

func TestT22_T24_RequiredComponents(t *testing.T) {
	const created = `;created=1795176000;keyid="` + keyID + `"`
	if now.Unix() != 1795176000 {
		t.Fatal(now.Unix())
	}
	for _, c := range []struct {
		scheme Scheme
		all    []string
		params string
	}{
		{Cavage, []string{"(request-target)", "host", "date", "digest"}, ""},
		{Cavage, []string{"(request-target)", "host", "(created)", "digest"}, `,algorithm="hs2019",created=1795176000`},
		{RFC9421, []string{"@method", "@target-uri", "content-digest"}, created},
		{RFC9421, []string{"@method", "@authority", "@path", "@query", "content-digest"}, created},
		{RFC9421, []string{"@method", "@authority", "@request-target", "content-digest"}, created},
	} {
		if err := verify(resign(t, prepared(), c.scheme, c.all, c.params), testBody, rsaKey(t).Public(), now, elm); err != nil {
			t.Errorf("%s %q: %v", c.scheme, c.all, err)
		}
		for i := range c.all {
			some := without(c.all, i)
			err := verify(resign(t, prepared(), c.scheme, some, c.params), testBody, rsaKey(t).Public(), now, elm)
			if !errors.Is(err, ErrIncomplete) {
				t.Errorf("%s without %s: %v, want ErrIncomplete", c.scheme, c.all[i], err)
			}
		}
	}
	// RFC 9421 must say when.
	r := resign(t, prepared(), RFC9421, []string{"@method", "@target-uri", "content-digest"}, `;keyid="k"`)
	if _, err := Parse(r); !errors.Is(err, ErrMalformed) {
		t.Errorf("without created: %v", err)
	}
	// A body under a GET counts as well.
	g := get()
	if err := SignCavage(g, nil, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	if err := verify(arrive(g), []byte("x"), rsaKey(t).Public(), now, elm); !errors.Is(err, ErrIncomplete) {
		t.Errorf("GET with a body: %v", err)
	}
}

func TestT23_Digests(t *testing.T) {
	sum := strings.TrimPrefix(Digest(testBody), "SHA-256=")
	other := strings.TrimPrefix(Digest([]byte("other")), "SHA-256=")
	url64 := strings.NewReplacer("+", "-", "/", "_").Replace(sum)
	if url64 == sum {
		t.Log("base64url is the same for this body")
	}
	cavage := []string{"(request-target)", "host", "date", "digest"}
	for value, ok := range map[string]bool{
		"SHA-256=" + sum:                         true,
		"sha-256=" + sum:                         true,
		"SHA-256=" + sum + ",MD5=xyz":            true,
		"SHA-256=" + other:                       false,
		"SHA-256=" + sum + ",SHA-256=" + sum:     false,
		"SHA-256=" + sum + ",sha-256=" + other:   false,
		"MD5=XrY7u+Ae7tCTyyK7j1rNww==":           false,
		"SHA-512=" + sum:                         false,
		"UNIXsum=30637":                          false,
		"SHA-256":                                false,
		"SHA-256=" + strings.TrimRight(sum, "="): false,
		"SHA-256=:" + sum + ":":                  false,
		"SHA-256=" + url64:                       url64 == sum,
		"":                                       false,
	} {
		r := prepared()
		r.Header.Set("Digest", value)
		err := verify(resign(t, r, Cavage, cavage, ""), testBody, rsaKey(t).Public(), now, elm)
		if ok != (err == nil) || err != nil && !errors.Is(err, ErrDigest) {
			t.Errorf("Digest %q: %v", value, err)
		}
	}
	r := prepared()
	r.Header.Add("Digest", r.Header.Get("Digest"))
	if err := verify(resign(t, r, Cavage, cavage, ""), testBody, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrDigest) {
		t.Errorf("two Digest headers: %v", err)
	}

	rfc := []string{"@method", "@target-uri", "content-digest"}
	params := fmt.Sprintf(`;created=%d;keyid="k"`, now.Unix())
	for value, ok := range map[string]bool{
		"sha-256=:" + sum + ":":                          true,
		"sha-256=:" + sum + ":, unixsum=:AAAA:":          true,
		"sha-256=:" + other + ":":                        false,
		"sha-256=:" + sum + ":, sha-256=:" + other + ":": false,
		"sha-256=:" + other + ":, sha-256=:" + sum + ":": false,
		"sha-256=:" + sum + ":, sha-512=:" + sum + ":":   false,
		"md5=:XrY7u+Ae7tCTyyK7j1rNww==:":                 false,
		"sha-256=" + sum:                                 false,
		`sha-256="` + sum + `"`:                          false,
		"sha-256=(:" + sum + ":)":                        false,
	} {
		r := prepared()
		r.Header.Set("Content-Digest", value)
		err := verify(resign(t, r, RFC9421, rfc, params), testBody, rsaKey(t).Public(), now, elm)
		if ok != (err == nil) || err != nil && !errors.Is(err, ErrDigest) {
			t.Errorf("Content-Digest %q: %v", value, err)
		}
	}
	for name, sign := range signers {
		r := post()
		if err := sign(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		for i := range testBody {
			changed := append([]byte{}, testBody...)
			changed[i] ^= 1
			if err := verify(arrive(r), changed, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrDigest) {
				t.Errorf("%s, byte %d changed: %v", name, i, err)
			}
		}
	}
}

func TestT25_AnotherHostsSignature(t *testing.T) {
	for name, sign := range signers {
		r := post()
		if err := sign(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		// Sent on, as it is, to another site: its Host header is not one of the other's.
		if err := verify(arrive(r), testBody, rsaKey(t).Public(), now, "https://fir.example"); !errors.Is(err, ErrAuthority) {
			t.Errorf("%s as it is: %v", name, err)
		}
		// Sent on with the Host header changed: not what was signed.
		in := arrive(r)
		in.Host = "fir.example"
		if err := verify(in, testBody, rsaKey(t).Public(), now, "https://fir.example"); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s with another Host: %v", name, err)
		}
		in.Host = "ELM.example:443"
		if err := verify(in, testBody, rsaKey(t).Public(), now, elm); name == "rfc9421" && err != nil {
			t.Errorf("%s with the default port: %v", name, err)
		}
		if err := verify(arrive(r), testBody, rsaKey(t).Public(), now); err == nil {
			t.Errorf("%s without a base verifies", name)
		}
	}
}

func TestT26_TimeWindow(t *testing.T) {
	for name, sign := range signers {
		r := post()
		if err := sign(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		for after, ok := range map[time.Duration]bool{
			0:                              true,
			64 * time.Minute:               true,
			65*time.Minute + 2*time.Second: false,
			-59 * time.Minute:              true,
			-time.Hour - 2*time.Second:     false,
			12 * time.Hour:                 false,
			-10 * 365 * 24 * time.Hour:     false,
		} {
			err := verify(arrive(r), testBody, rsaKey(t).Public(), now.Add(after), elm)
			if ok != (err == nil) || err != nil && !errors.Is(err, ErrTime) {
				t.Errorf("%s read after %v: %v", name, after, err)
			}
		}
	}
	unix := now.Unix()
	for _, c := range []struct {
		scheme     Scheme
		components []string
		params     string
	}{
		{Cavage, []string{"(request-target)", "host", "(created)", "(expires)", "digest"},
			fmt.Sprintf(`,algorithm="hs2019",created=%d,expires=%d`, unix, unix+60)},
		{RFC9421, []string{"@method", "@target-uri", "content-digest"}, fmt.Sprintf(`;created=%d;expires=%d;keyid="k"`, unix, unix+60)},
	} {
		in := resign(t, prepared(), c.scheme, c.components, c.params)
		if err := verify(in, testBody, rsaKey(t).Public(), now.Add(time.Minute), elm); err != nil {
			t.Errorf("%s: %v", c.scheme, err)
		}
		if err := verify(in, testBody, rsaKey(t).Public(), now.Add(61*time.Second), elm); !errors.Is(err, ErrTime) {
			t.Errorf("%s after it expired: %v", c.scheme, err)
		}
	}
	// A fresh (created) does not make an old Date good.
	r := prepared()
	r.Header.Set("Date", now.Add(-3*time.Hour).Format(http.TimeFormat))
	in := resign(t, r, Cavage, []string{"(request-target)", "host", "date", "(created)", "digest"}, fmt.Sprintf(`,created=%d`, unix))
	if err := verify(in, testBody, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrTime) {
		t.Errorf("old Date: %v", err)
	}
	r.Header.Set("Date", "yesterday")
	if _, err := Parse(arrive(r)); !errors.Is(err, ErrMalformed) {
		t.Errorf("Date: %v", err)
	}
}

func TestT27_Duplicates(t *testing.T) {
	good := fmt.Sprintf(`("@method" "@target-uri" "content-digest");created=%d;keyid="%s"`, now.Unix(), keyID)
	for name, change := range map[string]func(h http.Header){
		"two Signature headers":   func(h http.Header) { h.Add("Signature", h.Get("Signature")) },
		"keyId twice":             func(h http.Header) { h.Set("Signature", `keyId="a",`+h.Get("Signature")) },
		"keyid twice, other case": func(h http.Header) { h.Set("Signature", h.Get("Signature")+`,KEYID="a"`) },
		"headers twice":           func(h http.Header) { h.Set("Signature", h.Get("Signature")+`,headers="date"`) },
		"two Signature-Input":     func(h http.Header) { h["Signature-Input"] = []string{"sig1=" + good, "sig2=" + good} },
		"the same label twice":    func(h http.Header) { rfc(h, "sig1="+good+", sig1="+good, "sig1=:YQ==:") },
		"label twice, other list": func(h http.Header) { rfc(h, `sig1=("date"), sig1=`+good, "sig1=:YQ==:") },
		"signature label twice":   func(h http.Header) { rfc(h, "sig1="+good, "sig1=:YQ==:, sig1=:Yg==:") },
		"created twice":           func(h http.Header) { rfc(h, "sig1="+good+";created=1", "sig1=:YQ==:") },
		"keyid parameter twice":   func(h http.Header) { rfc(h, "sig1="+good+`;keyid="b"`, "sig1=:YQ==:") },
		"component twice": func(h http.Header) {
			rfc(h, strings.Replace("sig1="+good, `"@method"`, `"@method" "@method"`, 1), "sig1=:YQ==:")
		},
		"upper case component": func(h http.Header) {
			rfc(h, strings.Replace("sig1="+good, `"@method"`, `"@method" "Date"`, 1), "sig1=:YQ==:")
		},
		"parameter of a component": func(h http.Header) {
			rfc(h, strings.Replace("sig1="+good, `"@method"`, `"@method";req`, 1), "sig1=:YQ==:")
		},
		"no such label":       func(h http.Header) { rfc(h, "sig1="+good, "sig2=:YQ==:") },
		"signature is text":   func(h http.Header) { rfc(h, "sig1="+good, `sig1="YQ=="`) },
		"created is text":     func(h http.Header) { rfc(h, `sig1=("@method");keyid="k";created="1"`, "sig1=:YQ==:") },
		"created is negative": func(h http.Header) { rfc(h, `sig1=("@method");keyid="k";created=-1`, "sig1=:YQ==:") },
		"no list":             func(h http.Header) { rfc(h, `sig1="x"`, "sig1=:YQ==:") },
		"empty input":         func(h http.Header) { rfc(h, "", "sig1=:YQ==:") },
	} {
		r := post()
		if err := SignCavage(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		change(r.Header)
		if _, err := Parse(arrive(r)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}

	// Of several labels the one that covers enough is verified, and only that.
	r := post()
	if err := SignRFC9421(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	input, value := r.Header.Get("Signature-Input"), r.Header.Get("Signature")
	rfc(r.Header, fmt.Sprintf(`ttrp=("@method");created=%d;keyid="proxy", %s`, now.Unix(), input), "ttrp=:YQ==:, "+value)
	if err := verify(arrive(r), testBody, rsaKey(t).Public(), now, elm); err != nil {
		t.Errorf("with a second label: %v", err)
	}
	rfc(r.Header, strings.Replace(input, "sig1", "bad", 1)+", "+input, "bad=:YQ==:, "+value)
	if err := verify(arrive(r), testBody, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrMismatch) {
		t.Errorf("a good label after a bad one: %v, want ErrMismatch", err)
	}
}

func rfc(h http.Header, input, signature string) {
	h.Set("Signature-Input", input)
	h.Set("Signature", signature)
}

func TestT32_AlgorithmConfusion(t *testing.T) {
	for _, c := range []struct {
		algorithm string
		key       crypto.Signer
		ok        bool
	}{
		{"rsa-sha256", rsaKey(t), true},
		{"hs2019", rsaKey(t), true},
		{"", rsaKey(t), true},
		{"hmac-sha256", rsaKey(t), false},
		{"none", rsaKey(t), false},
		{"rsa-sha1", rsaKey(t), false},
		{"ed25519", rsaKey(t), false},
		{"RSA-SHA256 ", rsaKey(t), false},
		{"hs2019", edKey(t), true},
		{"ed25519", edKey(t), true},
		{"rsa-sha256", edKey(t), false},
		{"hmac-sha256", edKey(t), false},
	} {
		r := post()
		if err := SignCavage(r, testBody, Key{keyID, c.key}, now); err != nil {
			t.Fatal(err)
		}
		in := arrive(r)
		s, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		s.Algorithm = c.algorithm
		err = s.Verify(in, testBody, c.key.Public(), now, elm)
		if c.ok != (err == nil) || err != nil && !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%q with %T: %v", c.algorithm, c.key, err)
		}
	}
	for _, algorithm := range []string{"hmac-sha256", "rsa-pss-sha512", "ed25519", "none", "hs2019", "ecdsa-p256-sha256"} {
		r := resign(t, prepared(), RFC9421, []string{"@method", "@target-uri", "content-digest"},
			fmt.Sprintf(`;created=%d;keyid="k";alg="%s"`, now.Unix(), algorithm))
		if err := verify(r, testBody, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("RFC 9421 alg=%q: %v", algorithm, err)
		}
	}
	if err := CheckKey([]byte("secret")); !errors.Is(err, ErrKey) {
		t.Errorf("bytes as a key: %v", err)
	}
}

func TestT33_WeakKeys(t *testing.T) {
	modulus := func(bits int) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		return n.Add(n, big.NewInt(1))
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key crypto.PublicKey
		ok  bool
	}{
		"RSA 2048":          {rsaKey(t).Public(), true},
		"RSA 8192":          {&rsa.PublicKey{N: modulus(8192), E: 3}, true},
		"RSA 512":           {&rsa.PublicKey{N: modulus(512), E: 65537}, false},
		"RSA 1024":          {&rsa.PublicKey{N: modulus(1024), E: 65537}, false},
		"RSA 2047":          {&rsa.PublicKey{N: modulus(2047), E: 65537}, false},
		"RSA 16384":         {&rsa.PublicKey{N: modulus(16384), E: 65537}, false},
		"exponent 1":        {&rsa.PublicKey{N: modulus(2048), E: 1}, false},
		"exponent 2":        {&rsa.PublicKey{N: modulus(2048), E: 2}, false},
		"even modulus":      {&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537}, false},
		"no modulus":        {&rsa.PublicKey{E: 65537}, false},
		"Ed25519":           {edKey(t).Public(), true},
		"Ed25519 of zeros":  {ed25519.PublicKey(make([]byte, 32)), false},
		"Ed25519 too short": {ed25519.PublicKey("short"), false},
		"ECDSA":             {ec.Public(), false},
		"nothing":           {nil, false},
	} {
		err := CheckKey(c.key)
		if c.ok != (err == nil) || err != nil && !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}

	good, err := MarshalPublicKey(rsaKey(t).Public())
	if err != nil {
		t.Fatal(err)
	}
	private, err := MarshalPrivateKey(rsaKey(t))
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1Public(t)}))
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"SPKI":          {good, true},
		"SPKI, CRLF":    {strings.ReplaceAll(good, "\n", "\r\n"), true},
		"PKCS#1":        {pkcs1, true},
		"private key":   {private, false},
		"ten keys":      {strings.Repeat(good, 10), false},
		"nothing":       {"", false},
		"no PEM":        {"hello", false},
		"not a key":     {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", false},
		"a lot of text": {good + strings.Repeat(" ", 20000), false},
	} {
		key, err := ParsePublicKey(c.text)
		if c.ok != (err == nil) || err != nil && !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if c.ok && !rsaKey(t).PublicKey.Equal(key) {
			t.Errorf("%s: another key", name)
		}
	}
	if back, err := ParsePrivateKey(private); err != nil || !rsaKey(t).Equal(back) {
		t.Errorf("private key: %v", err)
	}
}

func TestT38_SignedGet(t *testing.T) {
	for name, sign := range signers {
		r := get()
		if err := sign(r, nil, Key{keyID, rsaKey(t)}, now); err != nil {
			t.Fatal(err)
		}
		for what, change := range map[string]func(r *http.Request){
			"method": func(r *http.Request) { r.Method = "HEAD" },
			"path":   func(r *http.Request) { r.URL.Path, r.RequestURI = "/x", "/x?page=1" },
			"query":  func(r *http.Request) { r.URL.RawQuery, r.RequestURI = "page=2", r.URL.Path+"?page=2" },
			"no query": func(r *http.Request) {
				r.URL.RawQuery, r.RequestURI = "", r.URL.Path
			},
		} {
			in := arrive(r)
			change(in)
			if err := verify(in, nil, rsaKey(t).Public(), now, elm); !errors.Is(err, ErrMismatch) {
				t.Errorf("%s, other %s: %v", name, what, err)
			}
		}
	}
	// draft-cavage only: signed without the query, as some servers do.
	r := get()
	query := r.URL.RawQuery
	r.URL.RawQuery = ""
	if err := SignCavage(r, nil, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	r.URL.RawQuery = query
	if err := verify(arrive(r), nil, rsaKey(t).Public(), now, elm); err != nil {
		t.Errorf("query left out: %v", err)
	}
}

func TestT39_NamesAndSpacing(t *testing.T) {
	r := post()
	if err := SignCavage(r, testBody, Key{keyID, rsaKey(t)}, now); err != nil {
		t.Fatal(err)
	}
	value := r.Header.Get("Signature")
	value = strings.ReplaceAll(value, "(request-target) host", "(Request-Target)  HOST")
	value = strings.ReplaceAll(value, `",`, `" , `)
	r.Header.Set("Signature", "  "+value+" ")
	if err := verify(arrive(r), testBody, rsaKey(t).Public(), now, elm); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	r := post()
	if err := SignCavage(r, testBody, Key{keyID, edKey(f)}, now); err != nil {
		f.Fatal(err)
	}
	f.Add("", r.Header.Get("Signature"), r.Header.Get("Date"))
	if err := SignRFC9421(r, testBody, Key{keyID, edKey(f)}, now); err != nil {
		f.Fatal(err)
	}
	f.Add(r.Header.Get("Signature-Input"), r.Header.Get("Signature"), "")
	f.Add(`a=("@method";req "x");keyid="\"";created=1;x, b;c=?0`, `a=:AA==:;q="é", b=1.5`, "x")
	f.Fuzz(func(t *testing.T, input, signature, date string) {
		r := arrive(post())
		r.Header.Set("Signature", signature)
		r.Header.Set("Date", date)
		if input != "" {
			r.Header.Set("Signature-Input", input)
		}
		s, err := Parse(r)
		if err != nil {
			if !errors.Is(err, ErrMissing) && !errors.Is(err, ErrMalformed) {
				t.Errorf("%v is neither missing nor malformed", err)
			}
			return
		}
		if s.KeyID == "" || len(s.Components) == 0 || len(s.value) == 0 {
			t.Errorf("incomplete: %+v", s)
		}
		// Nobody guesses the signature of a key that signed nothing for this host.
		if err := s.Verify(r, testBody, otherEd.Public(), now, elm); err == nil {
			t.Errorf("forged: %q %q", input, signature)
		}
	})
}

var otherEd = ed25519.NewKeyFromSeed([]byte("another key of thirty-two bytes!"))

func BenchmarkSign(b *testing.B) {
	for name, sign := range signers {
		b.Run(name, func(b *testing.B) {
			key := Key{keyID, rsaKey(b)}
			for b.Loop() {
				if err := sign(post(), testBody, key, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, sign := range signers {
		b.Run(name, func(b *testing.B) {
			r := post()
			if err := sign(r, testBody, Key{keyID, rsaKey(b)}, now); err != nil {
				b.Fatal(err)
			}
			in := arrive(r)
			for b.Loop() {
				if err := verify(in, testBody, rsaKey(b).Public(), now, elm); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func pkcs1Public(t *testing.T) []byte {
	t.Helper()
	return x509.MarshalPKCS1PublicKey(&rsaKey(t).PublicKey)
}
