// Package seal encrypts what stands in a database with a key that does not, so that a copy of the database alone does not
// open it.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Size is that of a key.
const Size = 32

// ErrOpen says that something was sealed with another key, or for another place, or was changed.
var ErrOpen = errors.New("seal: cannot be opened")

// Box seals with one key.
type Box struct{ gcm cipher.AEAD }

// New makes a box.
func New(key []byte) (*Box, error) {
	if len(key) != Size {
		return nil, fmt.Errorf("seal: a key of %d bytes", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	return &Box{gcm}, err
}

// File makes a box with the key in a file, which is made when it is missing.
func File(path string) (*Box, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, Size)
		_, _ = rand.Read(key) // never fails
		err = write(path, key)
		if errors.Is(err, fs.ErrExist) { // another process was first
			key, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	b, err := New(key)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return b, nil
}

// write puts a whole file in its place, and never over another.
func write(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// Seal encrypts; what it is for (place) must be said again to open it.
func (b *Box) Seal(plain []byte, place string) []byte {
	return b.gcm.Seal(nil, nil, plain, []byte(place))
}

// Open decrypts.
func (b *Box) Open(sealed []byte, place string) ([]byte, error) {
	plain, err := b.gcm.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}
