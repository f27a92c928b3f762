package stream

import "sync"

// Subscription is one listener: a bounded queue of events from some topics. Its owner reads C until it is closed, then
// asks Err why, and calls Close when done.
type Subscription struct {
	hub *Hub
	c   chan *Event // pointers: a queue that waits costs little

	// mu is taken before the lock of a shard, never after one. It keeps a send and the closing of c apart.
	mu     sync.Mutex
	topics map[string]struct{}
	err    error // why it ended; nil while it lives
}

// C gives the events, which all listeners share. It is closed when the subscription ends; what was queued before can still be
// read.
func (s *Subscription) C() <-chan *Event { return s.c }

// Err says why the subscription ended: ErrSlow or ErrClosed. It is nil while it lives.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Add listens to more topics; those it listens to already are no error. Once one is too many it adds no further one and
// says ErrTopics. A subscription that has ended says why.
func (s *Subscription) Add(topics ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	for _, t := range topics {
		if _, ok := s.topics[t]; ok {
			continue
		}
		if len(s.topics) >= s.hub.opt.Topics {
			return ErrTopics
		}
		s.topics[t] = struct{}{}
		s.hub.join(t, s)
	}
	return nil
}

// Remove stops listening to topics. Events queued before still arrive.
func (s *Subscription) Remove(topics ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range topics {
		if _, ok := s.topics[t]; ok {
			delete(s.topics, t)
			s.hub.leave(t, s)
		}
	}
}

// Topics counts what it listens to.
func (s *Subscription) Topics() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.topics)
}

// Close ends the subscription. It may be called twice, and while events arrive.
func (s *Subscription) Close() { s.end(ErrClosed) }

// send queues an event, or ends the subscription when there is no room. It never blocks.
func (s *Subscription) send(e *Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	select {
	case s.c <- e:
	default:
		s.endLocked(ErrSlow)
	}
}

func (s *Subscription) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.endLocked(why)
	}
}

func (s *Subscription) endLocked(why error) {
	s.err = why
	close(s.c)
	for t := range s.topics {
		s.hub.leave(t, s)
	}
	s.topics = nil
	s.hub.mu.Lock()
	delete(s.hub.open, s)
	s.hub.mu.Unlock()
}
