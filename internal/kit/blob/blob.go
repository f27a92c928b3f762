// Package blob keeps files under random keys: on a disk (Disk), or wherever else somebody puts a Store. It knows neither
// what is in a file nor whom it is for.
package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"
)

// Store keeps files. A key is given once, by NewKey; no name from outside ever becomes part of a path or an address (T107).
// What was put is not changed: another content is another key.
type Store interface {
	// Put stores so many bytes under a key. They are durable when it returns; after a fault nothing is there.
	Put(ctx context.Context, key string, from io.Reader, size int64) error
	// Take is Put for a file on this machine, which may be moved away; it is gone when all went well.
	Take(ctx context.Context, key, path string) error
	// Open opens a file for reading at any place. One that is not there is ErrNotFound.
	Open(ctx context.Context, key string) (File, error)
	// Delete removes files; those that are not there are no fault.
	Delete(ctx context.Context, keys ...string) error
	// List returns files whose keys begin with prefix and come after a key, in order of their keys: for who looks for what
	// nobody knows any more.
	List(ctx context.Context, prefix, after string, limit int) ([]Info, error)
}

// File is an open file. A Store far away may read only what is asked for after a Seek.
type File interface {
	io.ReadSeekCloser
	Size() int64
	ModTime() time.Time
}

// Info is what List tells of a file.
type Info struct {
	Key  string
	Size int64
	Time time.Time // when it was put
}

// ErrNotFound says that there is no such file; ErrKey that something is no key.
var (
	ErrNotFound = errors.New("blob: no such file")
	ErrKey      = errors.New("blob: no key")
)

const (
	shortest = 20
	longest  = 64
)

// NewKey makes a key that nobody can guess: a letter for what it belongs to, and 130 random bits.
func NewKey(kind byte) string { return string(kind) + strings.ToLower(rand.Text()) }

// IsKey tells whether a text has the form of a key: small letters and digits, neither short nor long.
func IsKey(key string) bool {
	if len(key) < shortest || len(key) > longest {
		return false
	}
	for i := range len(key) {
		if c := key[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
