// Package push makes messages for the push services of browsers and phones: encrypted to one subscription (RFC 8291, and the
// draft before it that many apps still ask for), and signed by who sends them (RFC 8292). It sends nothing.
package push

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
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// Key is that of a sender (VAPID).
type Key struct {
	private *ecdsa.PrivateKey
	public  []byte
}

// NewKey makes a key.
func NewKey() (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return newKey(private)
}

// ParseKey reads what Bytes wrote.
func ParseKey(raw []byte) (*Key, error) {
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, fmt.Errorf("key of push: %w", err)
	}
	return newKey(private)
}

func newKey(private *ecdsa.PrivateKey) (*Key, error) {
	public, err := private.PublicKey.Bytes()
	return &Key{private, public}, err
}

// Bytes is the private key, to be stored.
func (k *Key) Bytes() ([]byte, error) { return k.private.Bytes() }

// Public is the public key as a point, 65 bytes.
func (k *Key) Public() []byte { return slices.Clone(k.public) }

// Target is whom a message is for: what a browser or app gave.
type Target struct {
	Endpoint string
	Public   []byte // P-256 point, 65 bytes
	Auth     []byte // 16 bytes
	Standard bool   // RFC 8291; else the fourth draft of it
}

// Why a target is none.
var (
	ErrPublic = errors.New("push: not a point of P-256")
	ErrAuth   = errors.New("push: the secret must have 16 bytes")
)

// Check tells whether messages can be encrypted to a target.
func (t Target) Check() error {
	if _, err := ecdh.P256().NewPublicKey(t.Public); err != nil {
		return ErrPublic
	}
	if len(t.Auth) != 16 {
		return ErrAuth
	}
	return nil
}

// MaxPlain is the longest text that fits into one message: services take 4096 bytes.
const MaxPlain = 3000

// Message is what is posted to the endpoint of a target.
type Message struct {
	Body   []byte
	Header map[string]string
}

// New encrypts a text to a target and says who sends it: subject is a mailto: or https: address.
func New(k *Key, t Target, subject string, plain []byte, now time.Time) (*Message, error) {
	if len(plain) > MaxPlain {
		return nil, fmt.Errorf("push: a message of %d bytes", len(plain))
	}
	once, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	token, err := k.token(t.Endpoint, subject, now)
	if err != nil {
		return nil, err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	m := &Message{}
	if t.Standard {
		m.Body, err = standard(t, once, salt, plain)
		m.Header = map[string]string{
			"Content-Encoding": "aes128gcm",
			"Authorization":    "vapid t=" + token + ",k=" + b64(k.public),
		}
		return m, err
	}
	m.Body, err = draft(t, once, salt, plain)
	m.Header = map[string]string{
		"Content-Encoding": "aesgcm",
		"Encryption":       "salt=" + b64(salt),
		"Crypto-Key":       "dh=" + b64(once.PublicKey().Bytes()) + ";p256ecdsa=" + b64(k.public),
		"Authorization":    "WebPush " + token,
	}
	return m, err
}

// recordSize is that of the one record there is.
const recordSize = 4096

// standard is aes128gcm: RFC 8291, RFC 8188.
func standard(t Target, once *ecdh.PrivateKey, salt, plain []byte) ([]byte, error) {
	secret, err := shared(t, once)
	if err != nil {
		return nil, err
	}
	own := once.PublicKey().Bytes()
	key, err := derive(secret, t.Auth, "WebPush: info\x00"+string(t.Public)+string(own), 32)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(key, salt, "Content-Encoding: aes128gcm\x00", "Content-Encoding: nonce\x00", append(slices.Clone(plain), 2)) // 2: the last record
	if err != nil {
		return nil, err
	}
	b := append([]byte(nil), salt...)
	b = binary.BigEndian.AppendUint32(b, recordSize)
	b = append(b, byte(len(own)))
	b = append(b, own...)
	return append(b, sealed...), nil
}

// draft is aesgcm: https://datatracker.ietf.org/doc/html/draft-ietf-webpush-encryption-04
func draft(t Target, once *ecdh.PrivateKey, salt, plain []byte) ([]byte, error) {
	secret, err := shared(t, once)
	if err != nil {
		return nil, err
	}
	key, err := derive(secret, t.Auth, "Content-Encoding: auth\x00", 32)
	if err != nil {
		return nil, err
	}
	context := "P-256\x00"
	for _, point := range [][]byte{t.Public, once.PublicKey().Bytes()} {
		context += string(binary.BigEndian.AppendUint16(nil, uint16(len(point)))) + string(point)
	}
	return seal(key, salt, "Content-Encoding: aesgcm\x00"+context, "Content-Encoding: nonce\x00"+context, append([]byte{0, 0}, plain...)) // no padding
}

func shared(t Target, once *ecdh.PrivateKey) ([]byte, error) {
	public, err := ecdh.P256().NewPublicKey(t.Public)
	if err != nil {
		return nil, ErrPublic
	}
	return once.ECDH(public)
}

func derive(secret, salt []byte, info string, n int) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, salt, info, n)
}

// seal encrypts with key and nonce that are derived from a secret.
func seal(secret, salt []byte, keyInfo, nonceInfo string, plain []byte) ([]byte, error) {
	key, err := derive(secret, salt, keyInfo, 16)
	if err != nil {
		return nil, err
	}
	nonce, err := derive(secret, salt, nonceInfo, 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nonce, plain, nil), nil
}

// tokenAge is how long a token says it is valid: services take a day at most (RFC 8292 2).
const tokenAge = 24*time.Hour - time.Minute

// token says who sends, to one service: a JWT signed with ES256.
func (k *Key) token(endpoint, subject string, now time.Time) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": now.Add(tokenAge).Unix(), "sub": subject})
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	text := b64([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + b64(claims)
	hash := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, hash[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return text + "." + b64(signature), nil
}
