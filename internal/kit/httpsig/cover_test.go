package httpsig

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

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
