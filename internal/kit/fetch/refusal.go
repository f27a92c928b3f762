package fetch

import (
	"sync"
	"time"
)

const (
	refusalTime = 10 * time.Minute
	maxRefusals = 1024
)

// refusals remembers for a while which URLs only lead astray by redirects, so that nobody makes us walk them again and again (T7).
type refusals struct {
	mu   sync.Mutex
	urls map[string]refusal
}

type refusal struct {
	reason string
	until  time.Time
}

func (r *refusals) find(url string, now time.Time) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.urls[url]; ok && now.Before(e.until) {
		return e.reason
	}
	return ""
}

func (r *refusals) add(url, reason string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.urls) >= maxRefusals {
		clear(r.urls) // simple, and at worst some are walked once more
	}
	if r.urls == nil {
		r.urls = map[string]refusal{}
	}
	r.urls[url] = refusal{reason, now.Add(refusalTime)}
}
