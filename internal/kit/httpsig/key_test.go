package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

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

func pkcs1Public(t *testing.T) []byte {
	t.Helper()
	return x509.MarshalPKCS1PublicKey(&rsaKey(t).PublicKey)
}
