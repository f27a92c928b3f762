package mastodon

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"skein/internal/kit/stream"
	"skein/internal/skein"
)

// A connection that breaks off is listened for a while longer, so that the same client, when it comes back and asks for the same
// streams, is told first what it missed: clients of Mastodon's API know no event ids by which they could ask for that. What was
// written but never confirmed by a pong counts as missed too. See docs/decisions/0019-resume-of-streams.md.
const (
	restTime  = time.Minute
	maxRests  = 5000 // of the process
	restsOf   = 8    // of one token
	maxRecent = 64   // events of one connection that wait to be confirmed
	restGrace = 3 * time.Second
)

// client is who comes back: a token or a browser session.
type client struct{ token, session skein.ID }

// rests keeps who listens and who broke off.
type rests struct {
	mu     sync.Mutex
	live   map[client]map[*listener]struct{}
	of     map[client][]*rest
	n      int
	closed bool
}

// rest is what is left of a connection that broke off.
type rest struct {
	sub    *stream.Subscription // still listens
	feeds  map[string]feed
	events []stream.Event // missed so far, in order
	timer  *time.Timer
}

func (l *listener) client() client { return client{l.grant.Token, l.grant.Session} }

// began counts a listener among those who listen.
func (r *rests) began(l *listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live == nil {
		r.live, r.of = map[client]map[*listener]struct{}{}, map[client][]*rest{}
	}
	who := l.client()
	if r.live[who] == nil {
		r.live[who] = map[*listener]struct{}{}
	}
	r.live[who][l] = struct{}{}
}

// ended lets a listener go; one that broke off is listened for, if there is room.
func (r *rests) ended(l *listener, broke bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	who := l.client()
	if delete(r.live[who], l); len(r.live[who]) == 0 {
		delete(r.live, who)
	}
	if !broke || r.closed || len(l.feeds) == 0 || l.sub.Err() != nil || r.n >= maxRests || len(r.of[who]) >= restsOf {
		l.sub.Close()
		return
	}
	k := &rest{sub: l.sub, feeds: l.feeds, events: l.unconfirmed()}
	k.timer = time.AfterFunc(restTime, func() { r.drop(who, k) })
	r.of[who] = append(r.of[who], k)
	r.n++
}

func (r *rests) drop(who client, k *rest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(who, k)
}

func (r *rests) forget(who client, k *rest) {
	k.timer.Stop()
	k.sub.Close()
	list := r.of[who]
	for i := range list {
		if list[i] == k {
			r.n--
			if list = append(list[:i:i], list[i+1:]...); len(list) == 0 {
				delete(r.of, who)
			} else {
				r.of[who] = list
			}
			return
		}
	}
}

// missed returns what a client that opens a stream missed of it, in order, and forgets it. The new listener listens already.
func (r *rests) missed(l *listener, f feed) []stream.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	who := l.client()
	var events []stream.Event
	take := func(from []stream.Event) {
		for _, e := range from {
			if l.concerns(f, e.Topic) {
				events = append(events, e)
			}
		}
	}
	for _, k := range append([]*rest(nil), r.of[who]...) {
		if _, ok := k.feeds[f.key()]; !ok {
			continue
		}
		for more := true; more; {
			select {
			case e, ok := <-k.sub.C():
				if more = ok; ok {
					k.events = append(k.events, *e)
				}
			default:
				more = false
			}
		}
		take(k.events)
		if delete(k.feeds, f.key()); len(k.feeds) == 0 {
			r.forget(who, k)
		}
	}
	// A client whose network changed comes back before the old connection is known to be dead.
	for old := range r.live[who] {
		if _, sockets := old.wire.(*socketWire); old != l && sockets && old.hears(f) {
			take(old.unconfirmed())
		}
	}
	// Several connections may have missed the same.
	slices.SortFunc(events, func(a, b stream.Event) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(events, func(a, b stream.Event) bool { return a.ID == b.ID })
}

func (r *rests) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for who, list := range r.of {
		for _, k := range append([]*rest(nil), list...) {
			r.forget(who, k)
		}
	}
}

// sent is an event that was written.
type sent struct {
	n     uint64
	at    time.Time
	event stream.Event
}

// outbox is what a listener has written and not seen confirmed.
type outbox struct {
	mu     sync.Mutex
	last   uint64
	recent []sent
	names  []string // keys of its feeds, for others to see
}

// wrote notes an event that was written.
func (l *listener) wrote(e stream.Event) {
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	l.out.last++
	if len(l.out.recent) == maxRecent {
		l.out.recent = append(l.out.recent[:0], l.out.recent[1:]...)
	}
	l.out.recent = append(l.out.recent, sent{l.out.last, time.Now(), e})
}

// confirm says that all up to one arrived; it tells whether more was written since.
func (l *listener) confirm(n uint64) (more bool) {
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	for len(l.out.recent) > 0 && l.out.recent[0].n <= n {
		l.out.recent = l.out.recent[1:]
	}
	if len(l.out.recent) == 0 {
		l.out.recent = nil
	}
	return l.out.last > n
}

func (l *listener) written() uint64 {
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	return l.out.last
}

// unconfirmed returns what may not have arrived: of sockets what no pong followed, of event streams, which confirm nothing,
// what was written in the last moments.
func (l *listener) unconfirmed() (events []stream.Event) {
	_, socket := l.wire.(*socketWire)
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	for _, s := range l.out.recent {
		if socket || time.Since(s.at) < restGrace {
			events = append(events, s.event)
		}
	}
	return events
}

func (l *listener) hears(f feed) bool {
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	return slices.Contains(l.out.names, f.key())
}

// named notes which feeds the listener has now.
func (l *listener) named() {
	names := slices.AppendSeq(make([]string, 0, len(l.feeds)), maps.Keys(l.feeds))
	l.out.mu.Lock()
	l.out.names = names
	l.out.mu.Unlock()
}
