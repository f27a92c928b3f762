package queue

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

// Delivery is one activity for one inbox.
type Delivery struct {
	ID       int64
	Site     int64
	Host     string
	Inbox    string
	Activity int64
	Attempt  int
}

// Result says how a delivery went.
type Result int

// The results.
const (
	Delivered Result = iota
	Refused          // by this inbox, for good: not tried again
	HostDown         // no answer, or one that says "later": the whole host rests
)

// HostResult settles one visit to a host.
type HostResult struct {
	Host      string
	Finished  []int64   // deliveries to remove: delivered, or refused for good
	Down      bool      // the host rests until NextAt
	NextAt    time.Time // when Down
	Failures  int       // in a row, when Down; 0 otherwise
	FailingAt time.Time // since when, when Down
	GiveUp    time.Time // deliveries made before it are removed unsent; zero: none
}

// HostState is what is known of a leased host.
type HostState struct {
	Name      string
	Failures  int
	FailingAt time.Time
}

// LaneStore keeps deliveries and the health of hosts.
type LaneStore interface {
	// ClaimHosts leases hosts that are due.
	ClaimHosts(ctx context.Context, node string, now, lease time.Time, limit int) ([]HostState, error)
	// Deliveries returns what waits for a host, the oldest first, sites in turn.
	Deliveries(ctx context.Context, host string, limit int) ([]Delivery, error)
	// SettleHost stores how a visit went. last: the lease is given back.
	SettleHost(ctx context.Context, r HostResult, now, lease time.Time, last bool) error
	// PendingHosts counts the hosts that are due at a moment and have deliveries.
	PendingHosts(ctx context.Context, now time.Time) (int, error)
}

const (
	// giveUp is how long deliveries to a silent host are kept.
	giveUp    = 7 * 24 * time.Hour
	hostLease = 2 * time.Minute
	laneBatch = 50
	// laneTurn is how long a lane may go on before it lets others have its place.
	laneTurn = 30 * time.Second
)

// Deliver names the function that sends one delivery. Call it before Run.
func (q *Queue) Deliver(fn func(context.Context, Delivery) Result) { q.deliver = fn }

// WakeLanes says that deliveries were stored.
func (q *Queue) WakeLanes() {
	select {
	case q.laneWake <- struct{}{}:
	default:
	}
}

// runLanes visits hosts that are due, many at once and each by one lane at a time, so that one that hangs holds up
// nobody but itself.
func (q *Queue) runLanes(ctx context.Context) {
	slots := make(chan struct{}, q.c.Hosts)
	var lanes sync.WaitGroup
	defer lanes.Wait()
	timer := time.NewTicker(poll)
	defer timer.Stop()
	for {
		free := cap(slots) - len(slots)
		if free > 0 {
			now := q.c.Clock()
			hosts, err := q.c.Lanes.ClaimHosts(ctx, q.c.Node, now, now.Add(hostLease), free)
			if err != nil && ctx.Err() == nil {
				q.c.Log.Error("hosts not claimed", "err", err)
			}
			for _, h := range hosts {
				slots <- struct{}{}
				q.busy.Add(1)
				lanes.Go(func() {
					defer func() {
						q.busy.Add(-1)
						<-slots
						q.WakeLanes()
					}()
					q.visit(ctx, h)
				})
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-q.laneWake:
		case <-timer.C:
		}
	}
}

// visit sends what waits for a host until nothing is left, the host fails, or the turn is over.
func (q *Queue) visit(ctx context.Context, h HostState) {
	began := q.c.Clock()
	store := context.WithoutCancel(ctx)
	for {
		list, err := q.c.Lanes.Deliveries(ctx, h.Name, laneBatch)
		if err != nil {
			if ctx.Err() == nil {
				q.c.Log.Error("deliveries not read", "host", h.Name, "err", err)
			}
			list = nil
		}
		r := HostResult{Host: h.Name}
		for _, d := range list {
			if ctx.Err() != nil || q.c.Clock().Sub(began) > laneTurn {
				break
			}
			switch q.send(store, d) {
			case Delivered, Refused:
				r.Finished = append(r.Finished, d.ID)
			case HostDown:
				r.Down = true
			}
			if r.Down {
				break
			}
		}
		now := q.c.Clock()
		if r.Down {
			r.Failures = h.Failures + 1
			if r.FailingAt = h.FailingAt; r.FailingAt.IsZero() {
				r.FailingAt = now
			}
			r.NextAt = now.Add(hostBackoff(h.Failures))
			if now.Sub(r.FailingAt) > giveUp {
				r.GiveUp = now.Add(-giveUp)
			}
		}
		last := r.Down || len(r.Finished) < len(list) || len(list) < laneBatch
		if err := q.c.Lanes.SettleHost(store, r, now, now.Add(hostLease), last); err != nil {
			q.c.Log.Error("host not settled", "host", h.Name, "err", err)
			return // the lease ends; what was sent is sent again under the same id
		}
		if last {
			return
		}
		h.Failures, h.FailingAt = 0, time.Time{}
	}
}

func (q *Queue) send(ctx context.Context, d Delivery) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			q.c.Log.Error("delivery panics", "delivery", d.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			r = Refused // a poison pill must not hold up its host (T86)
		}
	}()
	return q.deliver(ctx, d)
}

// hostBackoff returns how long a host rests after failing (the first time 0): 10 s, which a restart takes, then four times
// as long each time, at most 12 h, with jitter.
func hostBackoff(failures int) time.Duration {
	d := min(10*time.Second<<(2*min(failures, 12)), 12*time.Hour)
	return d + rand.N(d/4)
}
