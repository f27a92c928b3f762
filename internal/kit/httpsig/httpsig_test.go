package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	now      = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	testBody = []byte(`{"type":"Follow"}`)
	makeRSA  = sync.OnceValue(newRSA)
	otherRSA = sync.OnceValue(newRSA)
)

func newRSA() *rsa.PrivateKey {
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
