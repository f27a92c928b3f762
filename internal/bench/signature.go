package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"time"

	"skein/internal/kit/httpsig"
)

// rsaCost is what the arithmetic of one signature costs on this machine: no server that speaks ActivityPub can do with less.
type rsaCost struct{ sign, verify time.Duration }

func measureRSA() (c rsaCost, err error) {
	key, err := httpsig.GenerateRSA()
	if err != nil {
		return c, err
	}
	hash := sha256.Sum256([]byte("(request-target): post /inbox"))
	var value []byte
	const n = 400
	repeat := func(fn func() error) (time.Duration, error) {
		var all []time.Duration
		for range 5 {
			d, err := onThread(func() error {
				for range n {
					if err := fn(); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return 0, err
			}
			all = append(all, d/n)
		}
		return middle(all), nil
	}
	if c.sign, err = repeat(func() (err error) {
		value, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
		return err
	}); err != nil {
		return c, err
	}
	c.verify, err = repeat(func() error { return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, hash[:], value) })
	return c, err
}
