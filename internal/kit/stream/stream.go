// Package stream carries live events inside one process: whoever has something to tell publishes it on a topic, whoever
// listens to that topic hears of it. It is a hint, never the only copy: events nobody listens to are gone, and a listener
// that falls behind is cut off and must read the truth again from the store. What a topic means, who may listen and how
// an event looks on the wire is left to others.
package stream

import (
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Event is one thing that happened on a topic. All who hear of it are given the same one: nobody changes it.
type Event struct {
	Topic string
	Kind  string // what happened: "update", "delete", ...
	Data  any
	ID    int64 // counts up in one hub, from 1
}

// Bus is what the rest of the house knows of a hub, so that several nodes can share one later: such a bus wraps a Hub for
// its own listeners and passes every Publish on to the other nodes.
type Bus interface {
	// Publish tells everybody who listens to the topic. It never waits for a listener.
	Publish(topic, kind string, data any)
	// Subscribe starts listening to topics; more can be added later.
	Subscribe(topics ...string) *Subscription
	// Listening says whether anybody would hear an event on this topic: ask before rendering one.
	Listening(topic string) bool
}

// Why a subscription ended or refused a topic.
var (
	ErrClosed = errors.New("stream: closed")              // by its owner, or with the hub
	ErrSlow   = errors.New("stream: listener too slow")   // its queue was full; it was cut off
	ErrTopics = errors.New("stream: listens to too much") // Add beyond Options.Topics
)

// Options bound what one listener costs. The zero value is fit for use.
type Options struct {
	Queue  int // events that wait for one listener before it is cut off as too slow; 0 means 64
	Topics int // topics of one listener; 0 means 1000
}

// shardCount spreads topics over locks, so that listeners who come and go do not hinder each other.
const shardCount = 64

// Hub is a Bus within one process. All its methods may be called from several goroutines.
type Hub struct {
	opt    Options
	seed   maphash.Seed
	shards [shardCount]shard
	last   atomic.Int64
	seats  atomic.Int64 // (subscription, topic) pairs: 0 means nobody listens to anything

	mu     sync.Mutex
	open   map[*Subscription]struct{}
	closed bool
}

type shard struct {
	mu     sync.RWMutex
	topics map[string]map[*Subscription]struct{}
	_      [64]byte // keeps two locks off one cache line
}

var _ Bus = (*Hub)(nil)

// New makes a hub without listeners.
func New(opt Options) *Hub {
	if opt.Queue <= 0 {
		opt.Queue = 64
	}
	if opt.Topics <= 0 {
		opt.Topics = 1000
	}
	h := &Hub{opt: opt, seed: maphash.MakeSeed(), open: map[*Subscription]struct{}{}}
	for i := range h.shards {
		h.shards[i].topics = map[string]map[*Subscription]struct{}{}
	}
	return h
}

func (h *Hub) shard(topic string) *shard {
	return &h.shards[maphash.String(h.seed, topic)%shardCount]
}

// Listening says whether anybody would hear an event on this topic.
func (h *Hub) Listening(topic string) bool {
	if h.seats.Load() == 0 {
		return false
	}
	s := h.shard(topic)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.topics[topic]) > 0
}

// listeners lends lists of subscriptions to Publish, so that a busy topic makes no garbage.
var listeners = sync.Pool{New: func() any { return new([]*Subscription) }}

// Publish tells everybody who listens to the topic. It never waits: a listener whose queue is full is cut off with ErrSlow.
// The list of listeners is copied first, so no lock of the hub is held while events are handed over.
func (h *Hub) Publish(topic, kind string, data any) {
	if h.seats.Load() == 0 {
		return
	}
	s := h.shard(topic)
	s.mu.RLock()
	set := s.topics[topic]
	if len(set) == 0 {
		s.mu.RUnlock()
		return
	}
	list := listeners.Get().(*[]*Subscription)
	for sub := range set {
		*list = append(*list, sub)
	}
	s.mu.RUnlock()

	e := &Event{Topic: topic, Kind: kind, Data: data, ID: h.last.Add(1)}
	for _, sub := range *list {
		sub.send(e)
	}
	clear(*list)
	*list = (*list)[:0]
	listeners.Put(list)
}

// Subscribe starts listening. A closed hub gives a subscription that has already ended; topics beyond the bound are left
// out (Add tells when that happens).
func (h *Hub) Subscribe(topics ...string) *Subscription {
	sub := &Subscription{
		hub:    h,
		c:      make(chan *Event, h.opt.Queue),
		topics: make(map[string]struct{}, len(topics)),
	}
	h.mu.Lock()
	shut := h.closed
	if !shut {
		h.open[sub] = struct{}{}
	}
	h.mu.Unlock()
	if shut {
		sub.end(ErrClosed)
		return sub
	}
	// Its own topics are added before anybody else knows of it; the only error is too many of them.
	_ = sub.Add(topics...)
	return sub
}

// Close ends every subscription with ErrClosed and lets nobody in any more.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	open := make([]*Subscription, 0, len(h.open))
	for sub := range h.open {
		open = append(open, sub)
	}
	h.mu.Unlock()
	for _, sub := range open {
		sub.end(ErrClosed)
	}
}

func (h *Hub) join(topic string, sub *Subscription) {
	s := h.shard(topic)
	s.mu.Lock()
	defer s.mu.Unlock()
	set := s.topics[topic]
	if set == nil {
		set = map[*Subscription]struct{}{}
		s.topics[topic] = set
	}
	set[sub] = struct{}{}
	h.seats.Add(1)
}

func (h *Hub) leave(topic string, sub *Subscription) {
	s := h.shard(topic)
	s.mu.Lock()
	defer s.mu.Unlock()
	set := s.topics[topic]
	delete(set, sub)
	if len(set) == 0 {
		delete(s.topics, topic)
	}
	h.seats.Add(-1)
}
