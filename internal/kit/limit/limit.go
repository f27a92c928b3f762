// Package limit counts what somebody does and says when it is too much: fixed windows for requests of people and
// programs, token buckets for peers, and the address a request truly came from. Which limits there are, and what is
// answered when one is reached, is left to others.
package limit

import (
	"hash/maphash"
	"sync"
	"time"
)

// State is how a key stands within its window.
type State struct {
	OK        bool      // this one may go on
	Limit     int       // how many a window allows
	Remaining int       // how many are left in it
	Reset     time.Time // when the next window begins
}

// DefaultKeys is how many keys a Limiter made with New counts at once: about 10 MB when all are in use.
const DefaultKeys = 1 << 17

const shardCount = 64

// Limiter counts by key in fixed windows that are aligned to the epoch, as Mastodon does (mastodon-api.md, section 7), so
// that all counters of a window are reset together and a client can foresee it. Its memory is bounded: a key is kept as
// a hash, and when a part of the table is full the one that has counted least gives way, so that a flood of new keys
// neither grows the table nor frees somebody who has reached a limit.
type Limiter struct {
	now    func() time.Time
	seeds  [2]maphash.Seed
	most   int // entries in one shard
	shards [shardCount]shard
}

// entryKey is the key, hashed twice with secret seeds: 128 bits that nobody can make collide.
type entryKey [2]uint64

type entry struct {
	end   int64 // nanoseconds; when the window is over
	count int32
}

type shard struct {
	mu sync.Mutex
	m  map[entryKey]entry
	_  [64]byte
}

// New makes a limiter of DefaultKeys. The clock is time.Now, or a test's.
func New(now func() time.Time) *Limiter { return NewSize(now, DefaultKeys) }

// NewSize makes a limiter that counts at most about so many keys at once.
func NewSize(now func() time.Time, keys int) *Limiter {
	l := &Limiter{
		now:   now,
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		most:  max(keys/shardCount, 8),
	}
	for i := range l.shards {
		l.shards[i].m = map[entryKey]entry{}
	}
	return l
}

// Take counts one and says whether it may go on. The key names the rule as well as whom it counts, for instance
// "api/user/17": one key is always used with the same max and window. Refused ones are not counted further.
func (l *Limiter) Take(key string, max int, window time.Duration) State {
	return l.take(key, 1, max, window)
}

// Peek says how a key stands without counting: OK means that a Take would succeed.
func (l *Limiter) Peek(key string, max int, window time.Duration) State {
	return l.take(key, 0, max, window)
}

// Reset forgets a key, for instance the failed sign-ins of somebody who then knew the password.
func (l *Limiter) Reset(key string) {
	k := l.hash(key)
	s := &l.shards[k[0]%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, k)
}

func (l *Limiter) hash(key string) entryKey {
	return entryKey{maphash.String(l.seeds[0], key), maphash.String(l.seeds[1], key)}
}

func (l *Limiter) take(key string, n, max int, window time.Duration) State {
	if window <= 0 {
		window = time.Second
	}
	now := l.now().UnixNano()
	end := now - mod(now, int64(window)) + int64(window)
	k := l.hash(key)
	s := &l.shards[k[0]%shardCount]

	s.mu.Lock()
	e, known := s.m[k]
	if e.end <= now {
		e = entry{end: end}
	}
	ok := int(e.count) < max
	if ok && n > 0 {
		e.count += int32(n)
		if !known && len(s.m) >= l.most {
			s.makeRoom(now)
		}
		s.m[k] = e
	}
	s.mu.Unlock()

	left := max - int(e.count)
	if left < 0 {
		left = 0
	}
	return State{OK: ok, Limit: max, Remaining: left, Reset: time.Unix(0, end).UTC()}
}

// mod is the remainder that is never negative, so that windows before 1970 are aligned too.
func mod(a, b int64) int64 {
	if r := a % b; r < 0 {
		return r + b
	} else {
		return r
	}
}

// looked is how many entries makeRoom compares. Go walks a map from a random place, so they are a sample.
const looked = 16

// makeRoom drops the windows that are over among a sample, and if there is none the entry that has counted least: a flood of
// fresh keys then drops other fresh keys, not the counter of somebody who is near a limit.
func (s *shard) makeRoom(now int64) {
	var least entryKey
	lowest, seen, dropped := int32(0), 0, false
	for k, e := range s.m {
		if e.end <= now {
			delete(s.m, k)
			dropped = true
		} else if seen == 0 || e.count < lowest {
			least, lowest = k, e.count
		}
		if seen++; seen == looked {
			break
		}
	}
	if !dropped {
		delete(s.m, least)
	}
}
