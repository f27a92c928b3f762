package limit

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestWindowsAreAlignedToTheEpoch(t *testing.T) {
	c := &clock{time.Date(2026, 1, 1, 0, 3, 20, 0, time.UTC)}
	l := New(c.now)
	reset := time.Date(2026, 1, 1, 0, 5, 0, 0, time.UTC)
	for i := range 5 {
		got := l.Take("api/user/1", 3, 5*time.Minute)
		want := State{OK: i < 3, Limit: 3, Remaining: max(2-i, 0), Reset: reset}
		if got != want {
			t.Errorf("%d: got %+v, want %+v", i, got, want)
		}
	}
	if got := l.Take("api/user/2", 3, 5*time.Minute); !got.OK || got.Remaining != 2 {
		t.Errorf("somebody else: %+v", got)
	}
	c.t = reset
	got := l.Take("api/user/1", 3, 5*time.Minute)
	if want := (State{OK: true, Limit: 3, Remaining: 2, Reset: reset.Add(5 * time.Minute)}); got != want {
		t.Errorf("next window: got %+v, want %+v", got, want)
	}
}

func TestPeekAndReset(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	l := New(c.now)
	for range 3 {
		if got := l.Peek("a", 1, time.Hour); !got.OK || got.Remaining != 1 {
			t.Fatalf("%+v", got)
		}
	}
	l.Take("a", 1, time.Hour)
	if got := l.Peek("a", 1, time.Hour); got.OK || got.Remaining != 0 {
		t.Errorf("%+v", got)
	}
	l.Reset("a")
	if got := l.Take("a", 1, time.Hour); !got.OK {
		t.Errorf("after Reset: %+v", got)
	}
	if got := l.Take("none", 0, time.Hour); got.OK {
		t.Errorf("a limit of nothing: %+v", got)
	}
}

// TestT146_SixthMailRefused is how the throttles of mail routes use it: five in thirty minutes.
func TestT146_SixthMailRefused(t *testing.T) {
	c := &clock{time.Unix(0, 0)}
	l := New(c.now)
	for i := range 6 {
		c.t = time.Unix(int64(i)*60, 0)
		if got := l.Take("mail/ann@elm.example", 5, 30*time.Minute); got.OK != (i < 5) {
			t.Errorf("mail %d: %+v", i+1, got)
		}
	}
}

func TestT143_FloodOfKeysStaysBounded(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	l := NewSize(c.now, 4096)
	for range 300 {
		l.Take("victim", 300, time.Hour)
	}
	for i := range 200000 {
		l.Take(fmt.Sprintf("flood/%d", i), 300, time.Hour)
	}
	total := 0
	for i := range l.shards {
		total += len(l.shards[i].m)
	}
	if total > 4096+shardCount {
		t.Errorf("%d keys are kept", total)
	}
	if got := l.Peek("victim", 300, time.Hour); got.OK {
		t.Error("a flood of keys freed somebody who had reached the limit")
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range 1000 {
		l.Take(strings.Repeat("long", 10000)+fmt.Sprint(i), 300, time.Hour)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+4<<20 {
		t.Errorf("long keys are kept: %d bytes more", after.HeapAlloc-before.HeapAlloc)
	}
}

func TestTakeAtOnceNeverGivesTooMuch(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	l := New(c.now)
	var given atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				if l.Take("a", 500, time.Hour).OK {
					given.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if given.Load() != 500 {
		t.Errorf("gave %d of 500", given.Load())
	}
}

func TestBuckets(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	b, err := NewBuckets(c.now, 2, 3, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if got := b.Allow("elm.example"); got != (i < 3) {
			t.Errorf("%d: %v", i, got)
		}
	}
	if !b.Allow("oak.example") {
		t.Error("one peer's bucket is another's")
	}
	c.t = c.t.Add(time.Second)
	if !b.AllowN("elm.example", 2) || b.Allow("elm.example") {
		t.Error("a second did not bring two tokens")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	slow, err := NewBuckets(time.Now, 0.001, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := slow.Wait(ctx, "x"); err != nil {
		t.Errorf("the first token: %v", err)
	}
	if err := slow.Wait(ctx, "x"); err == nil {
		t.Error("waited for a token that can't come in time")
	}
	for i := range 10000 {
		b.Allow(fmt.Sprint(i))
	}
	b.cache.CleanUp()
	if n := b.cache.EstimatedSize(); n > 150 {
		t.Errorf("%d buckets are kept", n)
	}
}

func TestT143_IPKey(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":             "192.0.2.7",
		"::ffff:192.0.2.7":      "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"2001:db8:1:2::1":       "2001:db8:1:2::/64",
		"2001:db8:1:3::1":       "2001:db8:1:3::/64",
		"fe80::1%eth0":          "fe80::/64",
		"2001:db8:1:2:ffff::%x": "2001:db8:1:2::/64",
	} {
		if got := IPKey(netip.MustParseAddr(in)); got != want {
			t.Errorf("IPKey(%s) = %s, want %s", in, got, want)
		}
	}
	if IPKey(netip.Addr{}) == "" {
		t.Error("no address, no key")
	}
}

func TestT143_ClientIP(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		what, remote string
		xff          []string
		want         string
	}{
		{"nobody between", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"header of a stranger", "192.0.2.1:1234", []string{"198.51.100.1"}, "192.0.2.1"},
		{"one proxy", "10.0.0.1:1", []string{"192.0.2.1"}, "192.0.2.1"},
		{"visitor lies", "10.0.0.1:1", []string{"127.0.0.1, 10.0.0.9, 192.0.2.1"}, "192.0.2.1"},
		{"two proxies", "10.0.0.1:1", []string{"9.9.9.9, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"several lines", "10.0.0.1:1", []string{"9.9.9.9", "192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
		{"IPv6 through a proxy", "[fd00::1]:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"mapped IPv4", "[::ffff:10.0.0.1]:1", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"with ports", "10.0.0.1:1", []string{"192.0.2.1:555"}, "192.0.2.1"},
		{"IPv6 with a port", "10.0.0.1:1", []string{"[2001:db8::1]:555"}, "2001:db8::1"},
		{"garbage", "10.0.0.1:1", []string{"192.0.2.1, unknown"}, "10.0.0.1"},
		{"empty", "10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"proxies alone", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"a socket file", "@", []string{"192.0.2.1"}, "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		for _, line := range c.xff {
			r.Header.Add("X-Forwarded-For", line)
		}
		r.Header.Set("X-Real-Ip", "203.0.113.1")
		r.Header.Set("Forwarded", "for=203.0.113.1")
		if got := ClientIP(r, proxies).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	l := New(time.Now)
	b.ReportAllocs()
	for b.Loop() {
		l.Take("api/user/1234567", 300, 5*time.Minute)
	}
}

func BenchmarkTakeFlood(b *testing.B) {
	l := New(time.Now)
	keys := make([]string, 1<<18)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	i := 0
	for b.Loop() {
		l.Take(keys[i&(len(keys)-1)], 300, 5*time.Minute)
		i++
	}
}
