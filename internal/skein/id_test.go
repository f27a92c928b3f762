package skein

import (
	"sync"
	"testing"
	"time"
)

func TestIDsRiseAndTellTheirTime(t *testing.T) {
	var g IDs
	now := time.Now().Truncate(time.Millisecond)
	last := ID(0)
	for i := range 200_000 {
		// The clock stands still, goes on, and goes back.
		at := now
		if i%3 == 1 {
			at = now.Add(-time.Second)
		}
		id := g.New(at)
		if id <= last {
			t.Fatalf("%d after %d", id, last)
		}
		last = id
	}
	if d := At(now).Time().Sub(now); d != 0 {
		t.Errorf("the time of an ID is off by %v", d)
	}
	if id := At(time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)); id <= 0 {
		t.Errorf("an ID before 1970 is %d", id)
	}
	if id := At(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); id <= 0 {
		t.Errorf("an ID of the year 9999 is %d", id)
	}
}

func TestIDsAreOnesOwn(t *testing.T) {
	var g IDs
	var mu sync.Mutex
	seen := map[ID]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				id := g.New(time.Now())
				mu.Lock()
				if seen[id] {
					t.Errorf("%d was given twice", id)
				}
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestParseID(t *testing.T) {
	for s, want := range map[string]ID{"1": 1, "9223372036854775807": 1<<63 - 1, "0": 0, "-1": 0, "+1": 0, "": 0, "9223372036854775808": 0, "1 ": 0, "x": 0} {
		if got, ok := ParseID(s); got != want || ok != (want != 0) {
			t.Errorf("ParseID(%q) = %d, %v", s, got, ok)
		}
	}
}
