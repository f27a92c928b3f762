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
	// ClaimHosts leases hosts that are due.
	ClaimHosts(ctx context.Context, node string, now, lease time.Time, limit int) ([]HostState, error)
	// Deliveries returns what waits for each of some hosts, at most limit of each, the oldest first, sites in turn.
	Deliveries(ctx context.Context, hosts []string, limit int) (map[string][]Delivery, error)
	// SettleHosts stores how visits went; the leases of those that go on last until lease.
	SettleHosts(ctx context.Context, list []HostResult, now, lease time.Time) error
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
// nobody but itself. What waits for hosts that are claimed together is read together, and what became of it is stored
// together: statements and commits are dearer than most of what they are about.
func (q *Queue) runLanes(ctx context.Context) {
	slots := make(chan struct{}, q.c.Hosts)
	var settler, lanes sync.WaitGroup
	settler.Go(q.settleVisits)
	defer func() {
		lanes.Wait()
		close(q.visited)
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
			for _, v := range q.due(ctx, free) {
				slots <- struct{}{}
				lanes.Go(func() {
					defer func() {
						<-slots
						q.WakeLanes()
					}()
					q.visit(ctx, v)
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

// visit is a host that is leased, with the first of what waits for it.
type visit struct {
	HostState
	list []Delivery
}

// due leases hosts and reads what waits for them. Each of them counts as busy until it is settled.
func (q *Queue) due(ctx context.Context, most int) []visit {
	now := q.c.Clock()
	hosts, err := q.c.Lanes.ClaimHosts(ctx, q.c.Node, now, now.Add(hostLease), most)
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
func (q *Queue) visit(ctx context.Context, v visit) {
	began := q.c.Clock()
	send := context.WithoutCancel(ctx)
	for {
		r := HostResult{Host: v.Name}
		for _, d := range v.list {
			if ctx.Err() != nil || q.c.Clock().Sub(began) > laneTurn {
				break
			}
			d.Newer = v.Newer
			switch q.send(send, d) {
			case Delivered, Refused:
				r.Finished = append(r.Finished, d.ID)
			case HostDown:
				r.Down = true
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
			r.NextAt = now.Add(hostBackoff(v.Failures))
			if now.Sub(r.FailingAt) > giveUp {
				r.GiveUp = now.Add(-giveUp)
			}
		}
		r.Last = r.Down || len(r.Finished) < len(v.list) || len(v.list) < laneBatch
		if r.Last && !r.Down && len(r.Finished) == 0 { // nothing was tried: what is known of the host stays
			r.Idle, r.Failures, r.FailingAt = true, v.Failures, v.FailingAt
		}
		if r.Last {
			q.visited <- outcome{HostResult: r}
			return
		}
		stored := make(chan error)
		q.visited <- outcome{r, stored}
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
func (q *Queue) settleVisits() {
	for first := range q.visited {
		batch := []outcome{first}
		time.Sleep(settleWait)
	more:
		for len(batch) < 500 {
			select {
			case o, ok := <-q.visited:
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
		q.WakeLanes()
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
