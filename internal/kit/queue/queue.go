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
	Crew    string // who runs it; empty: the workers that run most
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
	// ClaimJobs leases jobs of a crew that are due to a node, the oldest first.
	ClaimJobs(ctx context.Context, crew, node string, now, lease time.Time, limit int) ([]Job, error)
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
	lanes    []*Lanes
	crews    map[string]string // name of an effect -> who runs it
	main     *crew
	aside    []*crew

	done    chan settled
	running atomic.Bool
	busy    atomic.Int64 // jobs and hosts in hand

	// Counters for the operator.
	Done, Failed, Dead atomic.Int64
}

// crew are workers with jobs of their own.
type crew struct {
	name     string
	workers  int
	batch    int // jobs are claimed once there is room for so many
	ready    chan Job
	reserved atomic.Int64
	slow     bool // a job keeps its place until it is done: none waits, with its lease running, for a worker
	wake     chan struct{}
}

func newCrew(name string, workers, batch, ready int) *crew {
	return &crew{name: name, workers: workers, batch: batch, ready: make(chan Job, ready), wake: make(chan struct{}, 1)}
}

// reserve asks for room for n jobs.
func (c *crew) reserve(n int) bool {
	if c.reserved.Add(int64(n)) > int64(cap(c.ready)) {
		c.reserved.Add(int64(-n))
		return false
	}
	return true
}

func (c *crew) awake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Aside gives effects workers of their own: those that wait for strangers must not hold up those that only need the database.
// Call it after On and before the first Emit. The name is stored: never change it.
func (q *Queue) Aside(name string, workers int, effects ...string) {
	c := newCrew(name, workers, 1, workers)
	c.slow = true
	q.aside = append(q.aside, c)
	for _, e := range effects {
		if q.handlers[e] == nil {
			panic("queue: no effect named " + e)
		}
		q.crews[e] = name
	}
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
		crews:    map[string]string{},
		main:     newCrew("", c.Workers, 200, 1024),
		done:     make(chan settled, 1024),
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
		jobs[i] = Job{Site: site, Kind: name, Payload: payload, Crew: q.crews[name]}
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
	return q.running.Load() && q.main.reserve(n)
}

// Unreserve gives back room that was not used.
func (q *Queue) Unreserve(n int) { q.main.reserved.Add(int64(-n)) }

// Offer hands over jobs for which room was reserved. They are of no crew of their own.
func (q *Queue) Offer(jobs []Job) { q.main.offer(jobs) }

func (c *crew) offer(jobs []Job) {
	for _, j := range jobs {
		c.ready <- j // never blocks: the room is reserved
	}
}

// Wake says that jobs were stored.
func (q *Queue) Wake() {
	q.main.awake()
	for _, c := range q.aside {
		c.awake()
	}
}

// Run works until ctx ends, and may be called again then. It lets the jobs in hand finish (they have until their lease ends), gives back the
// leases of the others, and returns.
func (q *Queue) Run(ctx context.Context) error {
	if err := q.c.Store.ReleaseJobs(ctx, q.c.Node, nil); ctx.Err() != nil {
		return nil // stopped before it began: the leases end by themselves
	} else if err != nil {
		return fmt.Errorf("release old leases: %w", err)
	}
	var settler sync.WaitGroup
	end := make(chan struct{})
	settler.Go(func() { q.settle(end) })
	var parts sync.WaitGroup
	if q.c.Lanes != nil {
		for _, l := range q.lanes {
			parts.Go(func() { q.runLanes(ctx, l) })
		}
	}
	q.running.Store(true)
	crews := append([]*crew{q.main}, q.aside...)
	for _, c := range crews {
		for range c.workers {
			parts.Go(func() { q.work(ctx, c) })
		}
		parts.Go(func() { q.claim(ctx, c) })
	}
	<-ctx.Done()
	q.running.Store(false)
	parts.Wait()
	close(end) // and not done itself: a queue may run again
	settler.Wait()

	var left []int64
	for _, c := range crews {
		for len(c.ready) > 0 {
			left = append(left, (<-c.ready).ID)
			c.reserved.Add(-1)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return q.c.Store.ReleaseJobs(context.WithoutCancel(ctx), q.c.Node, left)
}

// claim fills a crew's ready channel from the table.
func (q *Queue) claim(ctx context.Context, c *crew) {
	timer := time.NewTicker(poll)
	defer timer.Stop()
	for {
		n, most := 0, c.batch
		room := cap(c.ready) - int(c.reserved.Load())
		if c.slow {
			most = room
		}
		if room >= c.batch && c.reserve(most) {
			now := q.c.Clock()
			jobs, err := q.c.Store.ClaimJobs(ctx, c.name, q.c.Node, now, now.Add(Lease), most)
			if err != nil && ctx.Err() == nil {
				q.c.Log.Error("jobs not claimed", "err", err)
			}
			n = len(jobs)
			c.reserved.Add(int64(n - most))
			c.offer(jobs)
		}
		if n == most && !c.slow {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-timer.C:
		}
	}
}

func (q *Queue) work(ctx context.Context, c *crew) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-c.ready:
			q.busy.Add(1)
			if !c.slow {
				c.reserved.Add(-1)
			}
			q.done <- q.run(ctx, j)
			if c.slow { // there is room again
				c.reserved.Add(-1)
				c.awake()
			}
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
func (q *Queue) settle(end <-chan struct{}) {
	for {
		var first settled
		select {
		case first = <-q.done:
		case <-end: // nobody sends any more
			select {
			case first = <-q.done:
			default:
				return
			}
		}
		batch := []settled{first}
		time.Sleep(settleWait)
	more:
		for len(batch) < 500 {
			select {
			case s := <-q.done:
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
	if q.busy.Load() > 0 || q.main.reserved.Load() > 0 || len(q.done) > 0 {
		return false, nil
	}
	for _, c := range q.aside {
		if c.reserved.Load() > 0 {
			return false, nil
		}
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
