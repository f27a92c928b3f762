package queue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"skein/internal/kit/queue"
)

// memory is a Store and LaneStore without a database: it keeps the contract that the SQL keeps.
type memory struct {
	mu    sync.Mutex
	jobs  map[int64]*row
	hosts map[string]*host
	todo  []queue.Delivery
	gone  []int64
	fault error // of settling visits
}

type row struct {
	job   queue.Job
	lease time.Time
	dead  bool
}

type host struct {
	next, lease, since time.Time
	failures           int
}

func (m *memory) add(j queue.Job) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.jobs == nil {
		m.jobs = map[int64]*row{}
	}
	m.jobs[j.ID] = &row{job: j}
}

func (m *memory) ClaimJobs(_ context.Context, crew, _ string, now, lease time.Time, limit int) (list []queue.Job, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.jobs {
		if len(list) < limit && r.job.Crew == crew && !r.dead && !r.job.RunAt.After(now) && !r.lease.After(now) {
			r.lease = lease
			list = append(list, r.job)
		}
	}
	return list, nil
}

func (m *memory) SettleJobs(_ context.Context, done []int64, again []queue.Again) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range done {
		delete(m.jobs, id)
	}
	for _, a := range again {
		r := m.jobs[a.ID]
		r.lease, r.job.RunAt, r.dead = time.Time{}, a.RunAt, a.Dead
		r.job.Attempt++
	}
	return nil
}

func (m *memory) ReleaseJobs(ctx context.Context, _ string, ids []int64) error {
	if err := ctx.Err(); err != nil {
		return errors.New("failed to connect: " + err.Error()) // drivers do not all wrap it
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		m.jobs[id].lease = time.Time{}
	}
	return nil
}

func (m *memory) PendingJobs(_ context.Context, now time.Time) (n int, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.jobs {
		if !r.dead && !r.job.RunAt.After(now) {
			n++
		}
	}
	return n, nil
}

func (m *memory) ClaimHosts(_ context.Context, _, _ string, now, lease time.Time, limit int) (list []queue.HostState, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, h := range m.hosts {
		if len(list) < limit && !h.next.After(now) && !h.lease.After(now) {
			h.lease = lease
			list = append(list, queue.HostState{Name: name, Failures: h.failures, FailingAt: h.since})
		}
	}
	return list, nil
}

func (m *memory) Deliveries(_ context.Context, hosts []string, limit int) (map[string][]queue.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := map[string][]queue.Delivery{}
	for _, d := range m.todo {
		if slices.Contains(hosts, d.Host) && len(list[d.Host]) < limit {
			list[d.Host] = append(list[d.Host], d)
		}
	}
	return list, nil
}

func (m *memory) SettleHosts(_ context.Context, list []queue.HostResult, now, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != nil {
		return m.fault
	}
	for _, r := range list {
		m.settle(r, now)
	}
	return nil
}

func (m *memory) settle(r queue.HostResult, now time.Time) {
	h := m.hosts[r.Host]
	kept := m.todo[:0]
	for _, d := range m.todo {
		done := false
		for _, id := range r.Finished {
			done = done || d.ID == id
		}
		if done || d.Host == r.Host && !r.GiveUp.IsZero() {
			m.gone = append(m.gone, d.ID)
			continue
		}
		kept = append(kept, d)
	}
	m.todo = kept
	h.failures, h.since = r.Failures, r.FailingAt
	if r.Last {
		h.lease, h.next = time.Time{}, now.Add(1000*time.Hour)
		for _, d := range m.todo {
			if d.Host == r.Host {
				h.next = now
			}
		}
		if r.Down {
			h.next = r.NextAt
		}
	}
}

func (m *memory) PendingHosts(context.Context, time.Time) (int, error) { return 0, nil }

type ping struct{ N int }

// run starts a queue inside a bubble and ends it with the test.
func run(t *testing.T, q *queue.Queue) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- q.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
}

func TestJobRunsAgainAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		q := queue.New(queue.Config{Store: m})
		var runs atomic.Int32
		queue.On(q, "ping", func(context.Context, ping) error {
			switch runs.Add(1) {
			case 1:
				return errors.New("not yet")
			case 2:
				panic("worse")
			}
			return nil
		})
		jobs, err := q.Jobs(1, ping{7})
		if err != nil || len(jobs) != 1 || string(jobs[0].Payload) != `{"N":7}` {
			t.Fatalf("jobs of an event: %+v, %v", jobs, err)
		}
		jobs[0].ID = 1
		m.add(jobs[0])
		run(t, q)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := runs.Load(); got != 3 {
			t.Errorf("runs = %d, want 3: an error and a panic are tried again", got)
		}
		if len(m.jobs) != 0 {
			t.Errorf("%d jobs are left", len(m.jobs))
		}
	})
}

// The demo writes its past with a queue that ends and runs again when the sites open.
func TestQueueRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		q := queue.New(queue.Config{Store: m})
		var runs atomic.Int32
		queue.On(q, "ping", func(context.Context, ping) error {
			runs.Add(1)
			return nil
		})
		for n := range 3 {
			jobs, err := q.Jobs(1, ping{n})
			if err != nil {
				t.Fatal(err)
			}
			jobs[0].ID = int64(n + 1)
			m.add(jobs[0])
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- q.Run(ctx) }()
			time.Sleep(time.Minute)
			cancel()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if got := int(runs.Load()); got != n+1 || len(m.jobs) != 0 {
				t.Fatalf("run %d: %d jobs ran, %d are left", n, got, len(m.jobs))
			}
		}
	})
}

// Who stops a server that has just begun to start is told of no failure.
func TestQueueStoppedBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := queue.New(queue.Config{Store: &memory{}}).Run(ctx); err != nil {
		t.Fatal(err)
	}
}

// T86: a job that always fails is set aside and the others go on.
func TestT86_PoisonIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		q := queue.New(queue.Config{Store: m, Workers: 1})
		var good atomic.Int32
		queue.On(q, "poison", func(context.Context, ping) error { panic("always") })
		queue.On(q, "good", func(context.Context, string) error { good.Add(1); return nil })
		m.add(queue.Job{ID: 1, Kind: "poison", Payload: []byte(`{}`)})
		for i := range 50 {
			m.add(queue.Job{ID: int64(i + 2), Kind: "good", Payload: []byte(`""`)})
		}
		run(t, q)
		time.Sleep(20 * 7 * time.Hour)
		synctest.Wait()
		if got := good.Load(); got != 50 {
			t.Errorf("good jobs run = %d, want 50", got)
		}
		if len(m.jobs) != 1 || !m.jobs[1].dead {
			t.Errorf("the poison is not set aside: %+v", m.jobs)
		}
	})
}

func TestOfferedJobsNeedNoClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		q := queue.New(queue.Config{Store: m})
		var runs atomic.Int32
		queue.On(q, "ping", func(context.Context, ping) error { runs.Add(1); return nil })
		run(t, q)
		if !q.Reserve(2) {
			t.Fatal("no room in an idle queue")
		}
		q.Offer([]queue.Job{{ID: 1, Kind: "ping", Payload: []byte(`{}`)}, {ID: 2, Kind: "ping", Payload: []byte(`{}`)}})
		synctest.Wait()
		if got := runs.Load(); got != 2 {
			t.Errorf("runs = %d at once, want 2", got)
		}
	})
}

// A host that hangs holds up nobody but itself, and rests longer after each failure.
func TestHangingHostsHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hosts: map[string]*host{}}
		for i := range 100 {
			name := fmt.Sprint("host", i)
			m.hosts[name] = &host{}
			for k := range 3 {
				m.todo = append(m.todo, queue.Delivery{ID: int64(i*10 + k), Host: name})
			}
		}
		q := queue.New(queue.Config{Store: m, Lanes: m, Hosts: 30})
		var mu sync.Mutex
		tries := map[string]int{}
		began := time.Now()
		var slowest time.Duration
		q.Deliver(func(_ context.Context, d queue.Delivery) queue.Result {
			mu.Lock()
			tries[d.Host]++
			mu.Unlock()
			if d.Host <= "host19" && len(d.Host) == 6 && d.Host >= "host10" {
				time.Sleep(10 * time.Second)
				return queue.HostDown
			}
			mu.Lock()
			slowest = max(slowest, time.Since(began))
			mu.Unlock()
			return queue.Delivered
		})
		run(t, q)
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if slowest > 8*time.Second {
			t.Errorf("a healthy host waited %v for hanging ones", slowest)
		}
		if got := len(m.todo); got != 30 {
			t.Errorf("%d deliveries are left, want the 30 of hanging hosts", got)
		}
		time.Sleep(time.Hour)
		if got := tries["host10"]; got > 5 {
			t.Errorf("a failed host was tried %d times within an hour: it does not rest", got)
		}
		time.Sleep(10 * 24 * time.Hour)
		synctest.Wait()
		if got := len(m.todo); got != 0 {
			t.Errorf("%d deliveries are kept after ten days of silence", got)
		}
	})
}

// What cannot be written down is not done again and again: a host is visited once for each lease while the database fails.
func TestVisitsEndWhenTheyCannotBeStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hosts: map[string]*host{"oak.test": {}}, fault: errors.New("the disk is full")}
		for i := range 120 {
			m.todo = append(m.todo, queue.Delivery{ID: int64(i), Host: "oak.test"})
		}
		q := queue.New(queue.Config{Store: m, Lanes: m})
		var sent atomic.Int32
		q.Deliver(func(context.Context, queue.Delivery) queue.Result {
			sent.Add(1)
			return queue.Delivered
		})
		run(t, q)
		time.Sleep(100 * time.Second)
		synctest.Wait()
		if n := sent.Load(); n != 50 {
			t.Errorf("sent %d within a lease, want the 50 of one visit", n)
		}
		m.mu.Lock()
		m.fault = nil
		m.mu.Unlock()
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if len(m.gone) != 120 {
			t.Errorf("%d of 120 are settled when the database is well again", len(m.gone))
		}
	})
}

// Work that waits for strangers has workers of its own: however slow they are, the rest goes on.
func TestSlowWorkStandsAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		q := queue.New(queue.Config{Store: m, Workers: 2})
		var most, now, slow, quick atomic.Int32
		queue.On(q, "page", func(context.Context, page) error {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(10 * time.Second)
			now.Add(-1)
			slow.Add(1)
			return nil
		})
		queue.On(q, "like", func(context.Context, like) error { quick.Add(1); return nil })
		q.Aside("pages", 3, "page")
		id := int64(0)
		for range 20 {
			for _, event := range []any{page{}, like{}} {
				jobs, err := q.Jobs(1, event)
				if err != nil {
					t.Fatal(err)
				}
				id++
				jobs[0].ID = id
				m.add(jobs[0])
			}
		}
		run(t, q)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if quick.Load() != 20 {
			t.Errorf("%d of 20 quick jobs are done beside slow ones", quick.Load())
		}
		time.Sleep(70 * time.Second)
		synctest.Wait()
		if slow.Load() != 20 || most.Load() != 3 {
			t.Errorf("%d of 20 slow jobs are done, %d at once; want all, each once, by three", slow.Load(), most.Load())
		}
	})
}

type page struct{}
type like struct{}
