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
	Newer    bool // the host takes the newer kind of signature, as far as is known
}

// Result says how a delivery went.
type Result int

// The results.
const (
	Delivered Result = iota
	Refused          // by this inbox, for good: not tried again
	HostDown         // no answer, or one that says "later": the whole host rests
)

// HostResult settles one visit to a host, or a part of it.
type HostResult struct {
	Host      string
	Finished  []int64   // deliveries to remove: delivered, or refused for good
	Last      bool      // the visit is over: the lease is given back
	Idle      bool      // nothing was tried: the lease is given back, and Failures and FailingAt are as they were
	Down      bool      // the host rests until NextAt
	NextAt    time.Time // when Down
	Failures  int       // in a row; 0 when it answered
	FailingAt time.Time // since when
	GiveUp    time.Time // deliveries made before it are removed unsent; zero: none
	Tried     int64     // the delivery that failed, when the host is one of those that count; 0: none
}

// HostState is what is known of a leased host.
type HostState struct {
	Name      string
	Failures  int
	FailingAt time.Time
	Newer     bool // takes the newer kind of signature; see Delivery
}

// LaneStore keeps deliveries and the health of hosts.
type LaneStore interface {
	// ClaimHosts leases hosts that are due, of one kind: those whose names begin with a word, or none of such words.
	ClaimHosts(ctx context.Context, kind, node string, now, lease time.Time, limit int) ([]HostState, error)
	// Deliveries returns what waits for each of some hosts, at most limit of each, the oldest first, sites in turn.
	Deliveries(ctx context.Context, hosts []string, limit int) (map[string][]Delivery, error)
	// SettleHosts stores how visits went; the leases of those that go on last until lease.
	SettleHosts(ctx context.Context, list []HostResult, now, lease time.Time) error
	// PendingHosts counts the hosts that are due at a moment and have deliveries.
	PendingHosts(ctx context.Context, now time.Time) (int, error)
}

const (
	// giveUp is how long deliveries to a silent host are kept.
	giveUp = 7 * 24 * time.Hour
	// longestRest is that of a host that fails, with its jitter.
	longestRest = 15 * time.Hour
	hostLease   = 2 * time.Minute
	laneBatch   = 50
	// laneTurn is how long a lane may go on before it lets others have its place.
	laneTurn = 30 * time.Second
)

// Lanes are hosts of one kind, apart from all others: with places and a patience of their own, so that what is sent to one kind
// holds up nothing of another. How well a host is is known for each kind by itself.
type Lanes struct {
	Kind   string        // begins the names of its hosts; empty: those of no other kind
	Hosts  int           // how many at once; 0: 256
	Keep   time.Duration // how long deliveries to a silent host are kept; 0: a week
	Rest   time.Duration // the longest that a host rests; 0: 12 hours
	Counts bool          // how often a delivery was tried counts: Delivery.Attempt
	// Send sends one delivery. When the host is down it may say how long it wants to rest at least.
	Send func(context.Context, Delivery) (Result, time.Duration)

	wake    chan struct{}
	visited chan outcome
}

// Lane adds a kind of lanes. Call it before Run.
func (q *Queue) Lane(l Lanes) {
	if l.Hosts == 0 {
		l.Hosts = 256
	}
	if l.Keep == 0 {
		l.Keep = giveUp
	}
	if l.Rest == 0 {
		l.Rest = longestRest
	}
	l.wake = make(chan struct{}, 1)
	q.lanes = append(q.lanes, &l)
}

// Deliver names the function that sends one delivery to a host of no other kind. Call it before Run.
func (q *Queue) Deliver(fn func(context.Context, Delivery) Result) {
	q.Lane(Lanes{Hosts: q.c.Hosts, Send: func(ctx context.Context, d Delivery) (Result, time.Duration) { return fn(ctx, d), 0 }})
}

// WakeLanes says that deliveries were stored.
func (q *Queue) WakeLanes() {
	for _, l := range q.lanes {
		l.awake()
	}
}

func (l *Lanes) awake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// runLanes visits hosts that are due, many at once and each by one lane at a time, so that one that hangs holds up
// nobody but itself. What waits for hosts that are claimed together is read together, and what became of it is stored
// together: statements and commits are dearer than most of what they are about.
func (q *Queue) runLanes(ctx context.Context, l *Lanes) {
	slots := make(chan struct{}, l.Hosts)
	l.visited = make(chan outcome, 1024) // of this run, which closes it
	var settler, lanes sync.WaitGroup
	settler.Go(func() { q.settleVisits(l) })
	defer func() {
		lanes.Wait()
		close(l.visited)
		settler.Wait()
	}()
	timer := time.NewTicker(poll)
	defer timer.Stop()
	for {
		if cap(slots)-len(slots) < cap(slots)/4 { // when most are at work it pays to let some come back first
			select {
			case <-ctx.Done():
			case <-time.After(settleWait / 2):
			}
		}
		if free := cap(slots) - len(slots); free > 0 && ctx.Err() == nil {
			for _, v := range q.due(ctx, l.Kind, free) {
				slots <- struct{}{}
				lanes.Go(func() {
					defer func() {
						<-slots
						l.awake()
					}()
					q.visit(ctx, l, v)
				})
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-timer.C:
		}
	}
}

// visit is a host that is leased, with the first of what waits for it.
type visit struct {
	HostState
	list []Delivery
}

// due leases hosts and reads what waits for them. Each of them counts as busy until it is settled.
func (q *Queue) due(ctx context.Context, kind string, most int) []visit {
	now := q.c.Clock()
	hosts, err := q.c.Lanes.ClaimHosts(ctx, kind, q.c.Node, now, now.Add(hostLease), most)
	if err != nil && ctx.Err() == nil {
		q.c.Log.Error("hosts not claimed", "err", err)
	}
	if len(hosts) == 0 {
		return nil
	}
	q.busy.Add(int64(len(hosts)))
	names := make([]string, len(hosts))
	for i, h := range hosts {
		names[i] = h.Name
	}
	waiting, err := q.c.Lanes.Deliveries(ctx, names, laneBatch)
	if err != nil { // their leases end, and they are visited again
		if ctx.Err() == nil {
			q.c.Log.Error("deliveries not read", "err", err)
		}
		q.busy.Add(-int64(len(hosts)))
		return nil
	}
	list := make([]visit, len(hosts))
	for i, h := range hosts {
		list[i] = visit{h, waiting[h.Name]}
	}
	return list
}

// visit sends what waits for a host until nothing is left, the host fails, or the turn is over.
func (q *Queue) visit(ctx context.Context, l *Lanes, v visit) {
	began := q.c.Clock()
	send := context.WithoutCancel(ctx)
	for {
		r := HostResult{Host: v.Name}
		wait := time.Duration(0)
		for _, d := range v.list {
			if ctx.Err() != nil || q.c.Clock().Sub(began) > laneTurn {
				break
			}
			d.Newer = v.Newer
			var how Result
			switch how, wait = q.send(send, l, d); how {
			case Delivered, Refused:
				r.Finished = append(r.Finished, d.ID)
			case HostDown:
				r.Down = true
				if l.Counts {
					r.Tried = d.ID
				}
			}
			if r.Down {
				break
			}
		}
		if r.Down {
			now := q.c.Clock()
			r.Failures = v.Failures + 1
			if r.FailingAt = v.FailingAt; r.FailingAt.IsZero() {
				r.FailingAt = now
			}
			r.NextAt = now.Add(min(max(hostBackoff(v.Failures), wait), l.Rest))
			if now.Sub(r.FailingAt) > l.Keep {
				r.GiveUp = now.Add(-l.Keep)
			}
		}
		r.Last = r.Down || len(r.Finished) < len(v.list) || len(v.list) < laneBatch
		if r.Last && !r.Down && len(r.Finished) == 0 { // nothing was tried: what is known of the host stays
			r.Idle, r.Failures, r.FailingAt = true, v.Failures, v.FailingAt
		}
		if r.Last {
			l.visited <- outcome{HostResult: r}
			return
		}
		stored := make(chan error)
		l.visited <- outcome{r, stored}
		if err := <-stored; err != nil {
			q.busy.Add(-1)
			return // the lease ends; what was sent would come again and again
		}
		waiting, err := q.c.Lanes.Deliveries(send, []string{v.Name}, laneBatch)
		if err != nil {
			q.c.Log.Error("deliveries not read", "host", v.Name, "err", err)
		}
		v.list = waiting[v.Name]
		v.Failures, v.FailingAt = 0, time.Time{}
	}
}

// outcome is a result that is to be stored; who waits for that is told.
type outcome struct {
	HostResult
	stored chan<- error
}

// settleVisits stores how visits went, as many at once as have come together meanwhile. What is not stored is sent again
// under the same id when the lease has ended.
func (q *Queue) settleVisits(l *Lanes) {
	for first := range l.visited {
		batch := []outcome{first}
		time.Sleep(settleWait)
	more:
		for len(batch) < 500 {
			select {
			case o, ok := <-l.visited:
				if !ok {
					break more
				}
				batch = append(batch, o)
			default:
				break more
			}
		}
		list := make([]HostResult, len(batch))
		for i, o := range batch {
			list[i] = o.HostResult
		}
		now := q.c.Clock()
		err := q.c.Lanes.SettleHosts(context.Background(), list, now, now.Add(hostLease))
		if err != nil {
			q.c.Log.Error("visits not settled", "err", err)
		}
		for _, o := range batch {
			if o.stored != nil {
				o.stored <- err
			}
			if o.Last {
				q.busy.Add(-1)
			}
		}
		l.awake()
	}
}

func (q *Queue) send(ctx context.Context, l *Lanes, d Delivery) (r Result, wait time.Duration) {
	defer func() {
		if p := recover(); p != nil {
			q.c.Log.Error("delivery panics", "delivery", d.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			r = Refused // a poison pill must not hold up its host (T86)
		}
	}()
	return l.Send(ctx, d)
}

// hostBackoff returns how long a host rests after failing (the first time 0): 10 s, which a restart takes, then four times
// as long each time, at most 12 h, with jitter.
func hostBackoff(failures int) time.Duration {
	d := min(10*time.Second<<(2*min(failures, 12)), 12*time.Hour)
	return d + rand.N(d/4)
}
