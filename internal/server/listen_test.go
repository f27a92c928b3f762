package server

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Visitors who send a byte now and then are sent away, and nobody waits for them meanwhile.
func TestT89_SlowVisitorsAreSentAway(t *testing.T) {
	srv := patient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	if srv.ReadHeaderTimeout <= 0 || srv.ReadTimeout <= 0 || srv.IdleTimeout <= 0 || srv.ReadHeaderTimeout > 15*time.Second || srv.ReadTimeout > 2*time.Minute {
		t.Fatalf("waits for headers %v, for bodies %v, between requests %v", srv.ReadHeaderTimeout, srv.ReadTimeout, srv.IdleTimeout)
	}
	srv.ReadHeaderTimeout /= 100 // the same in a hundredth of the time
	srv.ReadTimeout /= 100
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	defer func() { _ = srv.Close(); <-done }()
	var slow []net.Conn
	for i := range 300 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		start := "GET / HTTP/1.1\r\nHost: elm.exa"
		if i%2 == 1 {
			start = "POST /inbox HTTP/1.1\r\nHost: elm.example\r\nContent-Length: 1000000\r\n\r\n{"
		}
		if _, err := io.WriteString(c, start); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	resp, err := http.Get("http://" + l.Addr().String() + "/")
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("somebody in good faith: %v, %v", resp, err)
	}
	resp.Body.Close()
	for _, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatal("a slow visitor is still connected")
		}
	}
}
