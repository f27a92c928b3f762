package httpsig

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// The kinds of Multikey that occur, as multicodec writes them before the key.
var (
	ed25519Prefix = []byte{0xed, 0x01}
	rsaPrefix     = []byte{0x85, 0x24}
)

// ParseMultikey reads the publicKeyMultibase of a FEP-521a assertionMethod: base58btc, Ed25519 or RSA.
func ParseMultikey(text string) (crypto.PublicKey, error) {
	if !strings.HasPrefix(text, "z") || len(text) > 2048 {
		return nil, fmt.Errorf("%w: multibase", ErrKey)
	}
	data, ok := decode58(text[1:])
	if !ok {
		return nil, fmt.Errorf("%w: base58", ErrKey)
	}
	if key, ok := bytes.CutPrefix(data, ed25519Prefix); ok {
		public := ed25519.PublicKey(key)
		return public, CheckKey(public)
	}
	if der, ok := bytes.CutPrefix(data, rsaPrefix); ok {
		public, err := x509.ParsePKCS1PublicKey(der)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		return public, CheckKey(public)
	}
	return nil, fmt.Errorf("%w: unknown kind of multikey", ErrKey)
}

// MarshalMultikey writes a public key as publicKeyMultibase.
func MarshalMultikey(public crypto.PublicKey) (string, error) {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return "z" + encode58(slices.Concat(ed25519Prefix, key)), nil
	case *rsa.PublicKey:
		return "z" + encode58(slices.Concat(rsaPrefix, x509.MarshalPKCS1PublicKey(key))), nil
	}
	return "", fmt.Errorf("%w: %T", ErrKey, public)
}

func decode58(s string) ([]byte, bool) {
	n, radix := new(big.Int), big.NewInt(58)
	for i := range len(s) {
		digit := strings.IndexByte(base58, s[i])
		if digit < 0 {
			return nil, false
		}
		n.Mul(n, radix).Add(n, big.NewInt(int64(digit)))
	}
	zeros := len(s) - len(strings.TrimLeft(s, "1"))
	return append(make([]byte, zeros), n.Bytes()...), true
}

func encode58(data []byte) string {
	n, radix, digit := new(big.Int).SetBytes(data), big.NewInt(58), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, radix, digit)
		out = append(out, base58[digit.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		out = append(out, base58[0])
	}
	slices.Reverse(out)
	return string(out)
}
