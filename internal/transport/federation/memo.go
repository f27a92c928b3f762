package federation

import (
	"time"

	"skein/internal/kit/cache"
)

// memo remembers a bounded number of things for a while; what is used least is forgotten first.
type memo[V any] struct {
	cache *cache.Cache[string, *memoried[V]]
	now   func() time.Time
	life  time.Duration
}

type memoried[V any] struct {
	value V
	until time.Time
}

func newMemo[V any](now func() time.Time, size int, life time.Duration) *memo[V] {
	return &memo[V]{cache.New(cache.Options[string, *memoried[V]]{Size: size}), now, life}
}

func (m *memo[V]) get(key string) (v V, ok bool) {
	e, ok := m.cache.Get(key)
	if !ok || m.now().After(e.until) {
		return v, false
	}
	return e.value, true
}

func (m *memo[V]) set(key string, v V) { m.setFor(key, v, m.life) }

func (m *memo[V]) setFor(key string, v V, life time.Duration) {
	m.cache.Set(key, &memoried[V]{v, m.now().Add(life)})
}

func (m *memo[V]) drop(key string) { m.cache.Drop(key) }
