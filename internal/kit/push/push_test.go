package push

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"testing"
	"time"
)

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func private(t *testing.T, s string) *ecdh.PrivateKey {
	t.Helper()
	k, err := ecdh.P256().NewPrivateKey(raw(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The examples of RFC 8291 5 and of the draft's section 5.
func TestVectors(t *testing.T) {
	got, err := standard(Target{
		Public: raw(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
		Auth:   raw(t, "BTBZMqHH6r4Tts7J_aSIgg"),
	}, private(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), raw(t, "DGv6ra1nlYgDCS1FRnbzlw"), []byte("When I grow up, I want to be a watermelon"))
	want := raw(t, "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"+
		"yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("aes128gcm: %x, %v", got, err)
	}
	got, err = draft(Target{
		Public: raw(t, "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU"),
		Auth:   raw(t, "R29vIGdvbyBnJyBqb29iIQ"),
	}, private(t, "nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"), raw(t, "lngarbyKfMoi9Z75xYXmkg"), []byte("I am the walrus"))
	if want := raw(t, "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("aesgcm: %x, %v", got, err)
	}
}

func TestKeysAndTargets(t *testing.T) {
	k, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(b)
	if err != nil || !bytes.Equal(again.Public(), k.Public()) || len(k.Public()) != 65 {
		t.Errorf("a key stored and read: %v", err)
	}
	good := Target{Endpoint: "https://push.example/x", Public: k.Public(), Auth: make([]byte, 16)}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	off := k.Public()
	off[64] ^= 1 // not on the curve
	for _, bad := range []Target{{Public: off, Auth: good.Auth}, {Public: k.Public()[:33], Auth: good.Auth}, {Public: k.Public(), Auth: good.Auth[1:]}, {}} {
		if bad.Check() == nil {
			t.Errorf("%x is a target", bad.Public)
		}
	}
	if _, err := New(k, good, "mailto:a@b.example", make([]byte, MaxPlain+1), time.Now()); err == nil {
		t.Error("a message longer than services take")
	}
}
