package store_test

import (
	"context"
	"testing"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// A peer that has not answered for a week is given up: nothing is kept for it until it says something.
func TestGoneHostsRest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		shared, site := db.Shared(), db.NewID()
		if err := db.Update(t.Context(), site, func(tx *store.Tx) error {
			_, err := tx.InsertSite(&skein.Site{ID: site, Domain: "elm.example", Base: "https://elm.example", Name: "elm", Joining: skein.JoinOpen, CreatedAt: tx.Now()}, nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		send := func() {
			t.Helper()
			err := db.Update(t.Context(), site, func(tx *store.Tx) error {
				return tx.InsertDeliveries(tx.NewID(), 1, []byte("{}"), []store.Inbox{{Host: "gone.test", URL: "https://gone.test/inbox"}, {Host: "well.test", URL: "https://well.test/inbox"}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		waits := func(host string) int {
			t.Helper()
			list, err := shared.Deliveries(t.Context(), []string{host}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(list[host])
		}
		send()
		now := db.Now()
		fails := func(since time.Time) {
			t.Helper()
			r := queue.HostResult{Host: "gone.test", Last: true, Down: true, Failures: 9, FailingAt: since, NextAt: now.Add(time.Hour)}
			if err := shared.SettleHosts(t.Context(), []queue.HostResult{r}, now, now); err != nil {
				t.Fatal(err)
			}
		}
		fails(now.Add(-6 * 24 * time.Hour))
		send()
		if got := waits("gone.test"); got != 2 {
			t.Errorf("%d deliveries wait for a host that fails for six days, want 2", got)
		}
		fails(now.Add(-8 * 24 * time.Hour))
		send()
		if a, b := waits("gone.test"), waits("well.test"); a != 2 || b != 3 {
			t.Errorf("%d and %d deliveries, want none added for the host that is gone", a, b)
		}
		list, err := shared.HostQueues(t.Context(), 10)
		if err != nil || len(list) != 2 || list[0].Host != "gone.test" || !list[0].Gone || list[0].Deliveries != 2 || list[0].Failures != 9 || list[1].Gone {
			t.Errorf("queues: %+v, %v", list, err)
		}
		if err := shared.HostAnswers(t.Context(), "gone.test"); err != nil {
			t.Fatal(err)
		}
		send()
		if got := waits("gone.test"); got != 3 {
			t.Errorf("%d deliveries wait for a host that is back, want 3", got)
		}
	})
}

// T86: what was set aside is shown, runs again when told to, or goes.
func TestT86_SetAsideIsShown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		q := queue.New(queue.Config{Store: db.Shared(), Node: "test"})
		queue.On(q, "poison", func(context.Context, skein.PostCreated) error { return nil })
		db.SetQueue(q)
		for range 3 {
			if err := db.Update(t.Context(), 7, func(tx *store.Tx) error { return tx.Emit(skein.PostCreated{Site: 7, Post: 1}) }); err != nil {
				t.Fatal(err)
			}
		}
		shared := db.Shared()
		jobs, err := shared.ClaimJobs(t.Context(), "", "test", db.Now(), db.Now().Add(time.Minute), 10)
		if err != nil || len(jobs) != 3 {
			t.Fatalf("%d jobs, %v", len(jobs), err)
		}
		var again []queue.Again
		for _, j := range jobs {
			again = append(again, queue.Again{ID: j.ID, RunAt: db.Now(), Error: "it breaks", Dead: true})
		}
		if err := shared.SettleJobs(t.Context(), nil, again); err != nil {
			t.Fatal(err)
		}
		failed, err := shared.FailedJobs(t.Context(), 10)
		if err != nil || len(failed) != 3 || failed[0].Kind != "poison" || failed[0].Error != "it breaks" || failed[0].Attempts != 1 || failed[0].Site != 7 {
			t.Fatalf("failed jobs: %+v, %v", failed, err)
		}
		if n, err := shared.RetryJobs(t.Context(), []skein.ID{failed[0].ID}, false); n != 1 || err != nil {
			t.Errorf("retried %d, %v", n, err)
		}
		if jobs, err := shared.ClaimJobs(t.Context(), "", "test", db.Now(), db.Now().Add(time.Minute), 10); len(jobs) != 1 || err != nil {
			t.Errorf("%d jobs run again, %v", len(jobs), err)
		}
		if n, err := shared.DropJobs(t.Context(), nil, true); n != 2 || err != nil {
			t.Errorf("dropped %d, %v", n, err)
		}
	})
}

// How a push service fares, which somebody's app names, says nothing of the peer of the same name; its lanes are claimed apart.
func TestPushesHaveLanesOfTheirOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, shared, now := t.Context(), db.Shared(), db.Now()
		for range 2 { // the second says nothing new
			if err := db.Update(ctx, 7, func(tx *store.Tx) error {
				return tx.InsertPushes([]store.Push{{Notification: 1, Subscription: 8, Host: "oak.test"}, {Notification: 2, Subscription: 8, Host: "oak.test", Tries: 3}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if hosts, err := shared.ClaimHosts(ctx, "", "test", db.Now(), now.Add(time.Minute), 10); err != nil || len(hosts) != 0 {
			t.Errorf("among peers: %v, %v", hosts, err)
		}
		hosts, err := shared.ClaimHosts(ctx, store.PushLane, "test", db.Now(), now.Add(time.Minute), 10)
		if err != nil || len(hosts) != 1 || hosts[0].Name != "push/0/oak.test" {
			t.Fatalf("lanes: %v, %v", hosts, err)
		}
		lane := hosts[0].Name
		list, err := shared.Deliveries(ctx, []string{lane}, 10)
		if err != nil || len(list[lane]) != 2 || list[lane][0].Inbox != "8" || list[lane][1].Attempt != 3 || list[lane][1].Activity != 2 || list[lane][0].Site != 7 {
			t.Fatalf("waits: %+v, %v", list, err)
		}
		first := list[lane][0].ID
		r := queue.HostResult{Host: lane, Last: true, Down: true, Failures: 1, FailingAt: now.Add(-8 * 24 * time.Hour), NextAt: now.Add(time.Hour), Tried: first}
		if err := shared.SettleHosts(ctx, []queue.HostResult{r}, now, now); err != nil {
			t.Fatal(err)
		}
		if list, err = shared.Deliveries(ctx, []string{lane}, 10); err != nil || list[lane][0].Attempt != 1 {
			t.Errorf("after a try: %+v, %v", list[lane], err)
		}
		// A service that was away for long gets what is new.
		if err := db.Update(ctx, 7, func(tx *store.Tx) error {
			return tx.InsertPushes([]store.Push{{Notification: 3, Subscription: 8, Host: "oak.test"}})
		}); err != nil {
			t.Fatal(err)
		}
		if list, err = shared.Deliveries(ctx, []string{lane}, 10); err != nil || len(list[lane]) != 3 {
			t.Errorf("after a week: %+v, %v", list[lane], err)
		}
		if names, err := hostsOf(t, db); err != nil || len(names) != 0 {
			t.Errorf("hosts of peers: %v, %v", names, err)
		}
	})
}

func hostsOf(t *testing.T, db *store.DB) (names []string, err error) {
	t.Helper()
	err = db.View(t.Context(), 0, func(tx *store.Tx) error {
		names, err = tx.DeliveryHosts("", 10)
		return err
	})
	return names, err
}
