// Package queue runs jobs that stand in a database: at least once, in parallel, with leases, attempts and backoff. It
// knows neither SQL nor what the jobs are about. Deliveries to other hosts are run by lanes (lane.go): one host, one lane.
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Job is one piece of work: an event and one of its effects.
type Job struct {
	ID      int64
	Site    int64
	Kind    string // name of the effect
	Payload []byte // the event as JSON
	RunAt   time.Time
	Attempt int    // 0 at the first run
	Key     string // not empty: at most one unfinished job with this key
}

// Again says that a job is to run once more, or has failed for good.
type Again struct {
	ID    int64
	RunAt time.Time
	Error string
	Dead  bool // set aside: it stays to be looked at, and is not run again
}

// Store keeps jobs.
type Store interface {
	// ClaimJobs leases jobs that are due to a node, the oldest first.
	ClaimJobs(ctx context.Context, node string, now, lease time.Time, limit int) ([]Job, error)
	// SettleJobs removes done jobs and puts back the others.
	SettleJobs(ctx context.Context, done []int64, again []Again) error
	// ReleaseJobs gives leases back, all those of the node when ids is nil.
	ReleaseJobs(ctx context.Context, node string, ids []int64) error
	// PendingJobs counts the jobs that are due at a moment.
	PendingJobs(ctx context.Context, now time.Time) (int, error)
}

// Keyed is an event of which one unfinished job is enough.
type Keyed interface{ JobKey() string }

const (
	// Lease is how long a node may work on a job before another takes it over.
	Lease = time.Minute
	// runLimit ends a job's context before its lease ends.
	runLimit = 50 * time.Second
	// maxAttempts is how often a job is tried before it is set aside.
	maxAttempts = 20
	// poll is how often the table is looked at when nobody woke us.
	poll = 2 * time.Second
)

// Config says how a queue runs.
type Config struct {
	Store   Store
	Lanes   LaneStore // nil: no deliveries
	Clock   func() time.Time
	Log     *slog.Logger
	Node    string // name of this process among those that share the database
	Workers int    // jobs run at once; 0: 8
	Hosts   int    // lanes run at once; 0: 256
}

// Queue runs jobs. Make it with New, name the effects with On, then Run it.
type Queue struct {
	c        Config
	handlers map[string]func(context.Context, Job) error
	effects  map[reflect.Type][]string
	deliver  func(context.Context, Delivery) Result

	ready    chan Job
	reserved atomic.Int64
	wake     chan struct{}
	laneWake chan struct{}
	done     chan settled
	visited  chan outcome
	running  atomic.Bool
	busy     atomic.Int64 // jobs and hosts in hand

	// Counters for the operator.
	Done, Failed, Dead atomic.Int64
}

type settled struct {
	id    int64
	again *Again
}

// New makes a queue; it runs nothing yet.
func New(c Config) *Queue {
	if c.Workers == 0 {
		c.Workers = 8
	}
	if c.Hosts == 0 {
		c.Hosts = 256
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Queue{
		c:        c,
		handlers: map[string]func(context.Context, Job) error{},
		effects:  map[reflect.Type][]string{},
		ready:    make(chan Job, 1024),
		wake:     make(chan struct{}, 1),
		laneWake: make(chan struct{}, 1),
		done:     make(chan settled, 1024),
		visited:  make(chan outcome, 1024),
	}
}

// On names an effect of events of type E. The name is stored: never change it. fn gets the site through the event and
// may run twice; an error means "try again", nil that it is done or never can be.
func On[E any](q *Queue, name string, fn func(context.Context, E) error) {
	if _, taken := q.handlers[name]; taken {
		panic("queue: two effects named " + name)
	}
	t := reflect.TypeFor[E]()
	q.effects[t] = append(q.effects[t], name)
	q.handlers[name] = func(ctx context.Context, j Job) error {
		var event E
		if err := json.Unmarshal(j.Payload, &event); err != nil {
			return fmt.Errorf("read job %s: %w", name, err)
		}
		return fn(ctx, event)
	}
}

// Jobs returns the jobs, still without IDs, that an event causes.
func (q *Queue) Jobs(site int64, event any) ([]Job, error) {
	names := q.effects[reflect.TypeOf(event)]
	if len(names) == 0 {
		return nil, nil
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	key := ""
	if k, ok := event.(Keyed); ok {
		key = k.JobKey()
	}
	jobs := make([]Job, len(names))
	for i, name := range names {
		jobs[i] = Job{Site: site, Kind: name, Payload: payload}
		if key != "" {
			jobs[i].Key = name + ":" + key
		}
	}
	return jobs, nil
}

// Node returns the name that leases bear.
func (q *Queue) Node() string { return q.c.Node }

// Reserve asks for room to hand over n jobs straight after their commit, without a claim: they are then stored with a
// lease of this node. It answers false when the queue is not running or full.
func (q *Queue) Reserve(n int) bool {
	if !q.running.Load() {
		return false
	}
	if q.reserved.Add(int64(n)) > int64(cap(q.ready)) {
		q.reserved.Add(int64(-n))
		return false
	}
	return true
}

// Unreserve gives back room that was not used.
func (q *Queue) Unreserve(n int) { q.reserved.Add(int64(-n)) }

// Offer hands over jobs for which room was reserved.
func (q *Queue) Offer(jobs []Job) {
	for _, j := range jobs {
		q.ready <- j // never blocks: the room is reserved
	}
}

// Wake says that jobs were stored.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. It then lets the jobs in hand finish (they have until their lease ends), gives back the
// leases of the others, and returns.
func (q *Queue) Run(ctx context.Context) error {
	if err := q.c.Store.ReleaseJobs(ctx, q.c.Node, nil); err != nil {
		return fmt.Errorf("release old leases: %w", err)
	}
	var settler sync.WaitGroup
	settler.Go(q.settle)
	var parts sync.WaitGroup
	if q.c.Lanes != nil && q.deliver != nil {
		parts.Go(func() { q.runLanes(ctx) })
	}
	q.running.Store(true)
	for range q.c.Workers {
		parts.Go(func() { q.work(ctx) })
	}
	parts.Go(func() { q.claim(ctx) })
	<-ctx.Done()
	q.running.Store(false)
	parts.Wait()
	close(q.done)
	settler.Wait()

	var left []int64
	for {
		select {
		case j := <-q.ready:
			q.reserved.Add(-1)
			left = append(left, j.ID)
			continue
		default:
		}
		break
	}
	if len(left) == 0 {
		return nil
	}
	return q.c.Store.ReleaseJobs(context.WithoutCancel(ctx), q.c.Node, left)
}

// claim fills the ready channel from the table.
func (q *Queue) claim(ctx context.Context) {
	timer := time.NewTicker(poll)
	defer timer.Stop()
	for {
		const batch = 200
		n := 0
		if room := int64(cap(q.ready)) - q.reserved.Load(); room >= batch && q.Reserve(batch) {
			now := q.c.Clock()
			jobs, err := q.c.Store.ClaimJobs(ctx, q.c.Node, now, now.Add(Lease), batch)
			if err != nil && ctx.Err() == nil {
				q.c.Log.Error("jobs not claimed", "err", err)
			}
			n = len(jobs)
			q.Unreserve(batch - n)
			q.Offer(jobs)
		}
		if n == batch {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		case <-timer.C:
		}
	}
}

func (q *Queue) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-q.ready:
			q.busy.Add(1)
			q.reserved.Add(-1)
			q.done <- q.run(ctx, j)
			q.busy.Add(-1)
		}
	}
}

// run runs one job; a panic counts as an error.
func (q *Queue) run(ctx context.Context, j Job) (out settled) {
	out.id = j.ID
	// A job in hand may finish after ctx ended.
	jobCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), runLimit)
	defer cancel()
	err := q.call(jobCtx, j)
	if err == nil {
		q.Done.Add(1)
		return out
	}
	q.Failed.Add(1)
	dead := j.Attempt+1 >= maxAttempts
	if dead {
		q.Dead.Add(1)
	}
	q.c.Log.Warn("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt+1, "dead", dead, "err", err)
	out.again = &Again{ID: j.ID, RunAt: q.c.Clock().Add(Backoff(j.Attempt)), Error: short(err.Error()), Dead: dead}
	return out
}

func (q *Queue) call(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	fn := q.handlers[j.Kind]
	if fn == nil {
		return errors.New("no effect of that name")
	}
	return fn(ctx, j)
}

// settleWait is how long finished jobs are gathered before they are removed together: a commit is dear, and a job that
// runs again after a crash does no harm.
const settleWait = 20 * time.Millisecond

// settle removes finished jobs, as many at once as have come together meanwhile.
func (q *Queue) settle() {
	for first := range q.done {
		batch := []settled{first}
		time.Sleep(settleWait)
	more:
		for len(batch) < 500 {
			select {
			case s, ok := <-q.done:
				if !ok {
					break more
				}
				batch = append(batch, s)
			default:
				break more
			}
		}
		var done []int64
		var again []Again
		for _, s := range batch {
			if s.again == nil {
				done = append(done, s.id)
			} else {
				again = append(again, *s.again)
			}
		}
		if err := q.c.Store.SettleJobs(context.Background(), done, again); err != nil {
			// Their leases end and they run again: at least once.
			q.c.Log.Error("jobs not settled", "err", err)
		}
	}
}

// Idle tells whether nothing is in hand and nothing due at a moment. Tests wait for it.
func (q *Queue) Idle(ctx context.Context, now time.Time) (bool, error) {
	if q.busy.Load() > 0 || q.reserved.Load() > 0 || len(q.done) > 0 {
		return false, nil
	}
	n, err := q.c.Store.PendingJobs(ctx, now)
	if err != nil || n > 0 {
		return false, err
	}
	if q.c.Lanes == nil {
		return true, nil
	}
	n, err = q.c.Lanes.PendingHosts(ctx, now)
	return n == 0, err
}

// Backoff returns how long to wait after a failed attempt (the first is 0): 5 s doubled each time, at most 6 h, with
// jitter of a quarter, so that what failed together does not come back together.
func Backoff(attempt int) time.Duration {
	d := min(5*time.Second<<min(attempt, 20), 6*time.Hour)
	return d + rand.N(d/4)
}

func short(s string) string {
	const most = 2000
	if len(s) > most {
		return s[:most]
	}
	return s
}
