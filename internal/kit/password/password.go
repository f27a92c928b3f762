// Package password keeps passwords as argon2id hashes, bounds how many are computed at once, and makes random tokens. It
// stores nothing and knows no users.
package password

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// Params say how dear a hash is.
type Params struct {
	Memory uint32 // KiB
	Time   uint32 // passes
	Lanes  uint8
	Salt   int // bytes
	Key    int // bytes
}

// Default is what OWASP asks for at least: argon2id with 19 MiB, 2 passes, 1 lane.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
func Default() Params {
	return Params{Memory: 19 * 1024, Time: 2, Lanes: 1, Salt: 16, Key: 32}
}

// Cheap is for tests: it protects nothing.
func Cheap() Params {
	return Params{Memory: 8, Time: 1, Lanes: 1, Salt: 16, Key: 32}
}

var (
	// ErrBusy says that too many wait for a hash already: come back later.
	ErrBusy = errors.New("password: too many at once")
	// ErrFormat says that a stored hash is of no form we know.
	ErrFormat = errors.New("password: unknown form of hash")
	// ErrLong says that a password is longer than MaxLength.
	ErrLong = errors.New("password: too long")
)

// MaxLength of a password in bytes, so that nobody sends a book to be hashed.
const MaxLength = 1024

// Options bound the work. The zero value is fit for use.
type Options struct {
	Params   Params // zero: Default()
	Parallel int    // hashes computed at once; 0: one for each processor, at most 4
	Queue    int    // how many may wait for their turn before ErrBusy; 0: 64 for each one computed at once
}

// Hasher makes and checks hashes. All its methods may be called from several goroutines.
type Hasher struct {
	params  Params
	turn    chan struct{}
	queue   int64
	waiting atomic.Int64
	dummy   string
}

// New makes a Hasher. It computes one hash, for Dummy.
func New(opt Options) *Hasher {
	if opt.Params == (Params{}) {
		opt.Params = Default()
	}
	if opt.Parallel <= 0 {
		opt.Parallel = min(runtime.GOMAXPROCS(0), 4)
	}
	if opt.Queue <= 0 {
		opt.Queue = 64 * opt.Parallel
	}
	h := &Hasher{
		params: opt.Params,
		turn:   make(chan struct{}, opt.Parallel),
		queue:  int64(opt.Queue),
	}
	// A hash that no password has: it takes as long to check as any other, and nothing to make.
	key := make([]byte, opt.Params.Key)
	_, _ = rand.Read(key)
	h.dummy = phc(opt.Params, newSalt(opt.Params), key)
	return h
}

// Hash makes the string to store for a password, in the form of the PHC: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
func (h *Hasher) Hash(ctx context.Context, pw string) (string, error) {
	if len(pw) > MaxLength {
		return "", ErrLong
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.exit()
	return h.encode(pw), nil
}

// Verify says whether a password is the one that was hashed, and if so whether the hash is weaker than what Hash makes
// today, so that the caller stores a new one. Besides argon2id it knows bcrypt, for users who come from elsewhere.
func (h *Hasher) Verify(ctx context.Context, encoded, pw string) (ok, rehash bool, err error) {
	if len(pw) > MaxLength {
		return false, false, ErrLong
	}
	check, err := h.parse(encoded)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.exit()
	ok, rehash = check(pw)
	return ok, ok && rehash, nil
}

// Dummy takes as long as Verify and finds nothing: call it for a user who does not exist, so that time does not tell.
func (h *Hasher) Dummy(ctx context.Context, pw string) error {
	_, _, err := h.Verify(ctx, h.dummy, pw)
	return err
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.turn <- struct{}{}:
		return nil
	default:
	}
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return ErrBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) exit() { <-h.turn }

var b64 = base64.RawStdEncoding.Strict()

func (h *Hasher) encode(pw string) string {
	p := h.params
	salt := newSalt(p)
	return phc(p, salt, argon2.IDKey([]byte(pw), salt, p.Time, p.Memory, p.Lanes, uint32(p.Key)))
}

func newSalt(p Params) []byte {
	salt := make([]byte, p.Salt)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the process instead
	return salt
}

// phc writes a hash as text: https://github.com/P-H-C/phc-string-format
func phc(p Params, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.Memory, p.Time, p.Lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// Bounds for hashes that were imported: a stored string must not be able to ask for a gigabyte or an hour.
const (
	mostMemory = 256 * 1024 // KiB
	mostTime   = 16
	mostLanes  = 16
	mostCost   = 16 // bcrypt
)

// parse reads a stored hash without computing anything.
func (h *Hasher) parse(encoded string) (func(pw string) (ok, rehash bool), error) {
	if strings.HasPrefix(encoded, "$2") {
		cost, err := bcrypt.Cost([]byte(encoded))
		if err != nil || cost > mostCost {
			return nil, ErrFormat
		}
		return func(pw string) (bool, bool) {
			return bcrypt.CompareHashAndPassword([]byte(encoded), []byte(pw)) == nil, true
		}, nil
	}
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, ErrFormat
	}
	var p Params
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Lanes); err != nil ||
		fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Time, p.Lanes) != parts[3] {
		return nil, ErrFormat
	}
	salt, err := b64.DecodeString(parts[4])
	if err != nil {
		return nil, ErrFormat
	}
	key, err := b64.DecodeString(parts[5])
	if err != nil {
		return nil, ErrFormat
	}
	p.Salt, p.Key = len(salt), len(key)
	if p.Memory == 0 || p.Memory > mostMemory || p.Time == 0 || p.Time > mostTime || p.Lanes == 0 || p.Lanes > mostLanes ||
		p.Salt < 8 || p.Salt > 64 || p.Key < 16 || p.Key > 64 {
		return nil, ErrFormat
	}
	return func(pw string) (bool, bool) {
		got := argon2.IDKey([]byte(pw), salt, p.Time, p.Memory, p.Lanes, uint32(p.Key))
		return subtle.ConstantTimeCompare(got, key) == 1, p != h.params
	}, nil
}

// Token makes 256 random bits: the clear form goes to its holder once, the hash is what is stored.
func Token() (clear string, hash []byte) {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // never fails: crypto/rand ends the process instead
	clear = base64.RawURLEncoding.EncodeToString(bits)
	return clear, TokenHash(clear)
}

// TokenHash is what a token is looked up by: its SHA-256. Tokens are random, so nothing slower is needed, and an index
// over hashes leaks nothing by the time a look-up takes.
func TokenHash(clear string) []byte {
	sum := sha256.Sum256([]byte(clear))
	return sum[:]
}
