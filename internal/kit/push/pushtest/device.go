// Package pushtest is the other side of Web Push for tests: a phone with its push service.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Device is a phone with its push service, as another would write them (RFC 8030, 8188, 8291, 8292, and the draft before).
type Device struct {
	t       *testing.T
	Private *ecdh.PrivateKey
	Auth    []byte
	Got     chan map[string]any // what was pushed
	Answer  atomic.Int32        // status that the push service gives
	URL     string              // where it takes pushes
	Served  string              // key of the site that the subscription was made for; empty: any
	End     atomic.Value        // the address by which the push service ends the subscription
}

// New makes one; its push service ends with the test.
func New(t *testing.T) *Device {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &Device{t: t, Private: private, Auth: make([]byte, 16), Got: make(chan map[string]any, 100)}
	d.Answer.Store(201)
	_, _ = rand.Read(d.Auth)
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	d.URL = s.URL + "/send/1"
	return d
}

// ServeHTTP takes a push and reads it as the phone would.
func (d *Device) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("TTL") != "172800" || r.Header.Get("Urgency") != "normal" {
		d.t.Errorf("push service: %s %v, %v", r.Method, r.Header, err)
	}
	var plain []byte
	switch r.Header.Get("Content-Encoding") {
	case "aes128gcm":
		plain = d.standard(body)
		token, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ",k=")
		d.sender(token, key)
		d.End.Store(r.Header.Get("Unsubscribe-URL"))
	case "aesgcm":
		salt := strings.TrimPrefix(r.Header.Get("Encryption"), "salt=")
		dh, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Crypto-Key"), "dh="), ";p256ecdsa=")
		plain = d.draft(body, unbase(d.t, salt), unbase(d.t, dh))
		d.sender(strings.TrimPrefix(r.Header.Get("Authorization"), "WebPush "), key)
	default:
		d.t.Errorf("encoding %q", r.Header.Get("Content-Encoding"))
	}
	var m map[string]any
	if err := json.Unmarshal(plain, &m); err != nil {
		d.t.Errorf("payload %q: %v", plain, err)
	}
	w.WriteHeader(int(d.Answer.Load()))
	d.Got <- m
}

func unbase(t *testing.T, s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Errorf("%q: %v", s, err)
	}
	return b
}

// sender checks the token of RFC 8292.
func (d *Device) sender(token, key string) {
	if d.Served != "" && key != strings.TrimRight(d.Served, "=") {
		d.t.Errorf("sent by %s, not by %s", key, d.Served)
	}
	part := strings.Split(token, ".")
	point, signature := unbase(d.t, key), unbase(d.t, part[2])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		d.t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(part[0] + "." + part[1]))
	if !ecdsa.Verify(public, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		d.t.Error("the token is signed with another key")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(unbase(d.t, part[1]), &claims); err != nil || claims.Aud+"/send/1" != d.URL || claims.Sub == "" ||
		time.Until(time.Unix(claims.Exp, 0)) > 24*time.Hour || time.Until(time.Unix(claims.Exp, 0)) < time.Hour {
		d.t.Errorf("claims %+v, %v", claims, err)
	}
}

func (d *Device) open(theirs, salt, secret []byte, keyInfo, nonceInfo string, body []byte) []byte {
	key, _ := hkdf.Key(sha256.New, secret, salt, keyInfo, 16)
	nonce, _ := hkdf.Key(sha256.New, secret, salt, nonceInfo, 12)
	block, _ := aes.NewCipher(key)
	gcm, _ := cipher.NewGCM(block)
	plain, err := gcm.Open(nil, nonce, body, nil)
	if err != nil {
		d.t.Errorf("decrypt what %x sent: %v", theirs, err)
		return []byte("\x00\x00{}\x02")
	}
	return plain
}

func (d *Device) secret(theirs []byte) []byte {
	public, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		d.t.Error(err)
		return nil
	}
	s, err := d.Private.ECDH(public)
	if err != nil {
		d.t.Error(err)
	}
	return s
}

func (d *Device) standard(b []byte) []byte {
	salt, theirs, body := b[:16], b[21:86], b[86:]
	if binary.BigEndian.Uint32(b[16:]) < uint32(len(body)) || b[20] != 65 {
		d.t.Errorf("header %x", b[16:21])
	}
	key, _ := hkdf.Key(sha256.New, d.secret(theirs), d.Auth, "WebPush: info\x00"+string(d.Private.PublicKey().Bytes())+string(theirs), 32)
	plain := d.open(theirs, salt, key, "Content-Encoding: aes128gcm\x00", "Content-Encoding: nonce\x00", body)
	return plain[:len(plain)-1]
}

func (d *Device) draft(body, salt, theirs []byte) []byte {
	key, _ := hkdf.Key(sha256.New, d.secret(theirs), d.Auth, "Content-Encoding: auth\x00", 32)
	context := "P-256\x00\x00\x41" + string(d.Private.PublicKey().Bytes()) + "\x00\x41" + string(theirs)
	plain := d.open(theirs, salt, key, "Content-Encoding: aesgcm\x00"+context, "Content-Encoding: nonce\x00"+context, body)
	return plain[2+binary.BigEndian.Uint16(plain):]
}

// Next waits for a push.
func (d *Device) Next() map[string]any {
	d.t.Helper()
	select {
	case m := <-d.Got:
		return m
	case <-time.After(10 * time.Second):
		d.t.Fatal("nothing was pushed")
	}
	return nil
}

// Subscription is what an app sends to a site to be told. The keys are in base64 with padding and not for URLs, as some apps write
// them.
func (d *Device) Subscription(standard bool) map[string]any {
	b64 := base64.StdEncoding
	return map[string]any{
		"endpoint": d.URL, "standard": standard,
		"keys": map[string]any{"p256dh": b64.EncodeToString(d.Private.PublicKey().Bytes()), "auth": b64.EncodeToString(d.Auth)},
	}
}
