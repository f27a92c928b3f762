// Package cache keeps a bounded number of things in memory, the ones that are used most. A cache is never the truth.
//
// It is a typed face over one cache of otter for all types: otter is generic through and through, and every package that
// held one of its caches in a struct would compile all of its code again.
package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
)

// Cache maps keys to values. It is safe for concurrent use.
type Cache[K comparable, V any] struct{ t *table }

// Options bound a cache: by the number of entries or by their weight; one of the two is given.
type Options[K comparable, V any] struct {
	Size   int
	Weight uint64
	Weigh  func(K, V) uint32
	// Age ends entries so long after they were written; AgeOf does so by entry. Neither: they stay until others push
	// them out.
	Age   time.Duration
	AgeOf func(K, V) time.Duration
}

// New makes a cache.
func New[K comparable, V any](o Options[K, V]) *Cache[K, V] {
	var weigh func(k, v any) uint32
	if o.Weigh != nil {
		weigh = func(k, v any) uint32 { return o.Weigh(k.(K), v.(V)) }
	}
	var age func(k, v any) time.Duration
	switch {
	case o.AgeOf != nil:
		age = func(k, v any) time.Duration { return o.AgeOf(k.(K), v.(V)) }
	case o.Age != 0:
		age = func(any, any) time.Duration { return o.Age }
	}
	return &Cache[K, V]{newTable(o.Size, o.Weight, weigh, age)}
}

// Get returns what is kept under a key.
func (c *Cache[K, V]) Get(key K) (v V, ok bool) {
	x, ok := c.t.get(key)
	if !ok {
		return v, false
	}
	return x.(V), true
}

// Set keeps a value.
func (c *Cache[K, V]) Set(key K, v V) { c.t.set(key, v) }

// Drop forgets a key. A Load under way does not bring back what it read before.
func (c *Cache[K, V]) Drop(key K) { c.t.drop(key) }

// Load returns what is kept under a key, or what load answers, which is then kept. However many ask at once, load runs
// once. Its errors are not kept.
func (c *Cache[K, V]) Load(ctx context.Context, key K, load func(context.Context, K) (V, error)) (v V, err error) {
	x, err := c.t.load(ctx, key, func(ctx context.Context, k any) (any, error) { return load(ctx, k.(K)) })
	if err != nil {
		return v, err
	}
	return x.(V), nil
}

// DropIf forgets the entries that match. It walks through all of them.
func (c *Cache[K, V]) DropIf(match func(K, V) bool) {
	c.t.dropIf(func(k, v any) bool { return match(k.(K), v.(V)) })
}

// table is the one instance of otter. Its methods are not inlined, so that no other package compiles it.
type table struct{ o *otter.Cache[any, any] }

//go:noinline
func newTable(size int, weight uint64, weigh func(k, v any) uint32, age func(k, v any) time.Duration) *table {
	o := &otter.Options[any, any]{MaximumSize: size, MaximumWeight: weight, Weigher: weigh}
	if age != nil {
		o.ExpiryCalculator = otter.ExpiryWritingFunc(func(e otter.Entry[any, any]) time.Duration { return age(e.Key, e.Value) })
	}
	return &table{otter.Must(o)}
}

//go:noinline
func (t *table) get(key any) (any, bool) { return t.o.GetIfPresent(key) }

//go:noinline
func (t *table) set(key, v any) { t.o.Set(key, v) }

//go:noinline
func (t *table) drop(key any) { t.o.Invalidate(key) }

//go:noinline
func (t *table) load(ctx context.Context, key any, load func(context.Context, any) (any, error)) (any, error) {
	return t.o.Get(ctx, key, otter.LoaderFunc[any, any](load))
}

//go:noinline
func (t *table) dropIf(match func(k, v any) bool) {
	for k, v := range t.o.All() {
		if match(k, v) {
			t.o.Invalidate(k)
		}
	}
}
