package httpsig

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// Sizes of RSA keys that peers may have, and the size of ours, which every server accepts.
const (
	minRSA = 2048
	maxRSA = 8192
	ourRSA = 2048
	maxPEM = 8 << 10
)

// CheckKey refuses public keys that are too weak to prove anything or too large to compute with.
func CheckKey(public crypto.PublicKey) error {
	switch key := public.(type) {
	case *rsa.PublicKey:
		if key == nil || key.N == nil {
			return fmt.Errorf("%w: no modulus", ErrKey)
		}
		if bits := key.N.BitLen(); bits < minRSA || bits > maxRSA {
			return fmt.Errorf("%w: RSA of %d bits", ErrKey, bits)
		}
		if key.N.Bit(0) == 0 || key.E < 3 || key.E%2 == 0 {
			return fmt.Errorf("%w: RSA with exponent %d", ErrKey, key.E)
		}
		return nil
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize || bytes.Count(key, []byte{0}) >= ed25519.PublicKeySize-1 {
			return fmt.Errorf("%w: Ed25519", ErrKey)
		}
		return nil
	}
	return fmt.Errorf("%w: %T", ErrKey, public)
}

// ParsePublicKey reads the publicKeyPem of an actor: one SPKI ("PUBLIC KEY") or PKCS#1 ("RSA PUBLIC KEY") block, nothing
// after it. A key that CheckKey refuses is an error.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	if len(text) > maxPEM {
		return nil, fmt.Errorf("%w: PEM of %d bytes", ErrKey, len(text))
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%w: exactly one PEM block is needed", ErrKey)
	}
	var public crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, fmt.Errorf("%w: PEM block %q", ErrKey, block.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return public, CheckKey(public)
}

// MarshalPublicKey writes a public key as SPKI PEM, as publicKeyPem wants it.
func MarshalPublicKey(public crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("marshal public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// ParsePrivateKey reads one of our own keys: a PKCS#8 or PKCS#1 PEM block.
func ParsePrivateKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("%w: no PEM block", ErrKey)
	}
	if block.Type == "RSA PRIVATE KEY" {
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: private key", ErrKey)
		}
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: private key", ErrKey)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: %T cannot sign", ErrKey, key)
	}
	return signer, nil
}

// MarshalPrivateKey writes a private key as PKCS#8 PEM.
func MarshalPrivateKey(private crypto.Signer) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", fmt.Errorf("marshal private key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

// GenerateRSA makes a key of the size that every server accepts.
func GenerateRSA() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, ourRSA)
}

// GenerateEd25519 makes the key that stands in assertionMethod, FEP-521a.
func GenerateEd25519() (ed25519.PrivateKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return private, err
}
