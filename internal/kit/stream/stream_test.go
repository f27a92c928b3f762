package stream

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListenersHearTheirTopics(t *testing.T) {
	h := New(Options{})
	ann := h.Subscribe("home/1", "public")
	bob := h.Subscribe("public")
	defer ann.Close()
	defer bob.Close()

	h.Publish("home/1", "update", 7)
	h.Publish("public", "delete", 8)
	h.Publish("home/2", "update", 9)

	for _, want := range []Event{{"home/1", "update", 7, 1}, {"public", "delete", 8, 2}} {
		if got := <-ann.C(); *got != want {
			t.Errorf("ann: got %+v, want %+v", got, want)
		}
	}
	if got := <-bob.C(); got.Data != 8 {
		t.Errorf("bob: got %+v", got)
	}
	if len(ann.C())+len(bob.C()) != 0 {
		t.Error("somebody heard too much")
	}
}

func TestAddAndRemove(t *testing.T) {
	h := New(Options{Topics: 3})
	s := h.Subscribe()
	for _, topics := range [][]string{{"a", "b"}, {"a"}, {"c", "b"}} {
		if err := s.Add(topics...); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Add("a", "d"); !errors.Is(err, ErrTopics) || s.Topics() != 3 {
		t.Errorf("a fourth topic: %v, %d topics", err, s.Topics())
	}
	s.Remove("a", "never")
	if h.Listening("a") || !h.Listening("b") {
		t.Error("Remove took the wrong topic")
	}
	h.Publish("a", "x", nil)
	h.Publish("b", "x", nil)
	if e := <-s.C(); e.Topic != "b" {
		t.Errorf("got %+v", e)
	}
	s.Close()
	s.Close()
	s.Remove("b")
	if err := s.Add("a"); !errors.Is(err, ErrClosed) || h.Listening("a") || h.Listening("b") || h.seats.Load() != 0 {
		t.Errorf("after Close: %v, %d seats", err, h.seats.Load())
	}
	if _, open := <-s.C(); open || !errors.Is(s.Err(), ErrClosed) {
		t.Errorf("after Close: open %v, %v", open, s.Err())
	}
}

func TestT90_SlowListenerIsCutOff(t *testing.T) {
	h := New(Options{Queue: 4})
	slow, quick := h.Subscribe("a"), h.Subscribe("a")
	defer quick.Close()
	for i := range 10 {
		h.Publish("a", "x", i)
		if e := <-quick.C(); e.Data != i {
			t.Fatalf("quick: got %+v", e)
		}
	}
	n := 0
	for range slow.C() {
		n++
	}
	if n != 4 || !errors.Is(slow.Err(), ErrSlow) {
		t.Errorf("slow: %d events, %v", n, slow.Err())
	}
	if h.seats.Load() != 1 || len(h.open) != 1 {
		t.Errorf("%d seats, %d open", h.seats.Load(), len(h.open))
	}
}

func TestCloseOfHub(t *testing.T) {
	h := New(Options{})
	s := h.Subscribe("a")
	h.Close()
	h.Close()
	late := h.Subscribe("a")
	for _, s := range []*Subscription{s, late} {
		if _, open := <-s.C(); open || !errors.Is(s.Err(), ErrClosed) {
			t.Errorf("open %v, %v", open, s.Err())
		}
	}
	h.Publish("a", "x", nil)
	if h.Listening("a") {
		t.Error("somebody listens to a closed hub")
	}
}

// TestAtOnce lets everybody do everything at the same time, for the race detector and for what is left over.
func TestAtOnce(t *testing.T) {
	h := New(Options{Queue: 8})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 200 {
				s := h.Subscribe("a", fmt.Sprint(i%4))
				_ = s.Add("b")
				h.Publish("a", "x", j)
				h.Publish("b", "x", j)
				s.Remove("b")
				select {
				case <-s.C():
				default:
				}
				if i%2 == 0 {
					go s.Close()
				}
				s.Close()
			}
		})
		wg.Go(func() {
			for range 200 {
				if h.Listening("a") {
					h.Publish(fmt.Sprint(i%4), "y", nil)
				}
			}
		})
	}
	wg.Wait()
	h.Close()
	if h.seats.Load() != 0 || len(h.open) != 0 {
		t.Errorf("left over: %d seats, %d open", h.seats.Load(), len(h.open))
	}
	for i := range h.shards {
		if n := len(h.shards[i].topics); n != 0 {
			t.Errorf("shard %d holds %d topics", i, n)
		}
	}
}

func TestNobodyListeningCostsNothing(t *testing.T) {
	h := New(Options{})
	s := h.Subscribe("other")
	defer s.Close()
	if n := testing.AllocsPerRun(100, func() {
		if h.Listening("a") {
			t.Error("somebody listens")
		}
		h.Publish("a", "x", nil)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkListening(b *testing.B) {
	h := New(Options{})
	defer h.Close()
	h.Subscribe("other")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h.Listening("home/12345")
		}
	})
}

// BenchmarkPublish sends to one of 10,000 home timelines, and to all who watch the public one.
func BenchmarkPublish(b *testing.B) {
	for _, c := range []struct{ name, topic string }{{"one of 10000", "home/77"}, {"all 10000", "public"}} {
		b.Run(c.name, func(b *testing.B) {
			h := New(Options{Queue: 4})
			defer h.Close()
			subs := make([]*Subscription, 10000)
			for i := range subs {
				subs[i] = h.Subscribe(fmt.Sprintf("home/%d", i), "public")
			}
			b.ReportAllocs()
			for b.Loop() {
				h.Publish(c.topic, "update", nil)
				for _, s := range subs {
					if len(s.c) > 0 {
						<-s.c
					}
				}
			}
		})
	}
}

func BenchmarkSubscribe10000(b *testing.B) {
	for b.Loop() {
		h := New(Options{})
		for i := range 10000 {
			h.Subscribe(fmt.Sprintf("home/%d", i), "public")
		}
		h.Close()
	}
}
