package limit

import (
	"context"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Buckets holds one token bucket for each key (a peer, a socket), as many keys as it was made for: the least used are
// forgotten, which fills their bucket anew.
type Buckets struct {
	now   func() time.Time
	every rate.Limit
	burst int
	cache *otter.Cache[string, *rate.Limiter]
}

// NewBuckets makes buckets that each hold burst tokens and gain perSecond; at most about keys of them are kept.
//
//go:noinline
func NewBuckets(now func() time.Time, perSecond float64, burst, keys int) (*Buckets, error) {
	cache, err := otter.New(&otter.Options[string, *rate.Limiter]{MaximumSize: keys})
	if err != nil {
		return nil, fmt.Errorf("make buckets: %w", err)
	}
	return &Buckets{now: now, every: rate.Limit(perSecond), burst: burst, cache: cache}, nil
}

// Allow takes one token of a key, if there is one.
func (b *Buckets) Allow(key string) bool { return b.AllowN(key, 1) }

// AllowN takes n tokens of a key, or none if there are fewer.
func (b *Buckets) AllowN(key string, n int) bool {
	return b.bucket(key).AllowN(b.now(), n)
}

// Wait waits for one token of a key. It fails at once when the context would end before there is one. It waits by the
// machine's clock.
func (b *Buckets) Wait(ctx context.Context, key string) error {
	return b.bucket(key).Wait(ctx)
}

// It is not inlined: otter's generic code would be compiled again wherever it is.
//
//go:noinline
func (b *Buckets) bucket(key string) *rate.Limiter {
	if l, ok := b.cache.GetIfPresent(key); ok {
		return l
	}
	l, _ := b.cache.SetIfAbsent(key, rate.NewLimiter(b.every, b.burst))
	return l
}
