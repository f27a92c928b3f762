package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/kit/cache"
)

func TestLoadRunsOnceAndForgetsErrors(t *testing.T) {
	c := cache.New(cache.Options[int, *string]{Size: 10})
	boom := errors.New("boom")
	if _, err := c.Load(t.Context(), 1, func(context.Context, int) (*string, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Fatalf("err = %v", err)
	}
	var runs atomic.Int32
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for range 20 {
		wg.Go(func() {
			v, err := c.Load(t.Context(), 1, func(context.Context, int) (*string, error) {
				runs.Add(1)
				<-gate
				s := "one"
				return &s, nil
			})
			if err != nil || *v != "one" {
				t.Errorf("%v, %v", v, err)
			}
		})
	}
	for runs.Load() == 0 {
	}
	close(gate)
	wg.Wait()
	if got := runs.Load(); got != 1 {
		t.Errorf("loaded %d times", got)
	}
	c.Drop(1)
	if _, ok := c.Get(1); ok {
		t.Error("a dropped entry is there")
	}
}

// A nil pointer is a value like any other: "there is none" can be kept.
func TestNilIsKept(t *testing.T) {
	c := cache.New(cache.Options[string, *int]{Size: 10})
	c.Set("a", nil)
	if v, ok := c.Get("a"); !ok || v != nil {
		t.Errorf("%v, %v", v, ok)
	}
}

func TestWeightBounds(t *testing.T) {
	c := cache.New(cache.Options[int, []byte]{Weight: 1000, Weigh: func(_ int, b []byte) uint32 { return uint32(len(b)) }})
	for i := range 1000 {
		c.Set(i, make([]byte, 100))
	}
	kept := 1000
	for range 2000 { // what is too much is pushed out a moment later, by another goroutine
		kept = 0
		for i := range 1000 {
			if _, ok := c.Get(i); ok {
				kept++
			}
		}
		if kept <= 10 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d entries of 100 in a cache of 1000", kept)
}
