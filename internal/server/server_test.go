package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/server"
	"skein/internal/skein"
)

// running is a server on real sockets.
type running struct {
	t       *testing.T
	s       *server.Server
	config  server.Config
	site    *skein.Site
	token   string
	addr    string
	metrics string
	stop    context.CancelFunc
	ended   chan error
	closed  bool
}

func run(t *testing.T) *running {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, metrics: free.Addr().String(), ended: make(chan error, 1)}
	_ = free.Close()
	r.config = server.Config{Place: server.Place{Data: t.TempDir()}, Listen: "127.0.0.1:0", Metrics: r.metrics, RateLimit: "off", NoSync: true,
		Log: slog.New(slog.DiscardHandler)}
	if r.s, err = server.New(t.Context(), r.config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !r.closed {
			_ = r.s.Close()
		}
	})
	if r.site, _, err = r.s.Sites.Create(t.Context(), site.New{URL: "https://elm.example", Joining: skein.JoinOpen}); err != nil {
		t.Fatal(err)
	}
	u, err := r.s.Identity.SignUp(t.Context(), r.site.ID, identity.SignUp{Username: "ann", Email: "ann@mail.example", Password: "correct horse battery", Confirmed: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.token, err = r.s.Identity.NewToken(t.Context(), r.site.ID, u.Account, 0, []string{"read"}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	ready := make(chan net.Addr, 1)
	go func() { r.ended <- r.s.Run(ctx, func(a net.Addr) { ready <- a }) }()
	select {
	case a := <-ready:
		r.addr = a.String()
	case err := <-r.ended:
		t.Fatal(err)
	}
	return r
}

// get asks for a path of a host and returns status, type and body.
func (r *running) get(addr, host, path string) (int, string, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "GET", "http://"+addr+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Host = host
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), string(b)
}

// Numbers are for the operator alone, on an address of their own; whether it lives and serves both may ask.
func TestOperatorsAddress(t *testing.T) {
	r := run(t)
	defer func() { r.stop(); <-r.ended }()
	r.get(r.addr, "elm.example", "/api/v2/instance")
	status, _, body := r.get(r.metrics, "", "/metrics")
	for _, want := range []string{"skein_jobs ", "skein_deliveries ", "skein_hosts_failing ", `route="/api/"`, "go_goroutines"} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("/metrics: %d without %s", status, want)
		}
	}
	for _, addr := range []string{r.metrics, r.addr} {
		for _, path := range []string{"/healthz", "/readyz"} {
			if status, _, body := r.get(addr, "", path); status != 200 || body != "OK\n" {
				t.Errorf("%s: %d %q", path, status, body)
			}
		}
	}
	if status, _, body := r.get(r.addr, "elm.example", "/metrics"); strings.Contains(body, "skein_jobs") {
		t.Errorf("everybody can read the numbers: %d", status)
	}
}

// However visitors spell hosts and paths, the numbers count the same few kinds of route.
func TestT102_NoLabelIsAVisitors(t *testing.T) {
	r := run(t)
	series := func() int {
		_, _, text := r.get(r.metrics, "operator", "/metrics")
		return strings.Count(text, "skein_request")
	}
	paths := []string{"/", "/healthz", "/api/v1/instance", "/api/v1/nothing", "/@ann", "/nothing", "/inbox", "/oauth/authorize"}
	for _, p := range paths {
		r.get(r.addr, "elm.example", p)
		r.get(r.addr, "evil.example", p)
	}
	before := series()
	for i := range 50 {
		for _, p := range []string{"/@v%d", "/api/v1/v%d", "/api/v1/accounts/%d", "/v%d/inbox", "/tags/v%d", "/.well-known/v%d", "/oauth/v%d"} {
			r.get(r.addr, "elm.example", fmt.Sprintf(p, i))
			r.get(r.addr, fmt.Sprintf("v%d.example", i), "/")
		}
	}
	if after := series(); after > before+40 { // classes of status may be new, a series for each visitor may not
		t.Errorf("%d lines of numbers became %d", before, after)
	}
}

// A host that is none of ours gets nothing, in the form that the asker reads.
func TestT203_UnknownHost(t *testing.T) {
	r := run(t)
	defer func() { r.stop(); <-r.ended }()
	for path, kind := range map[string]string{"/": "text/plain; charset=utf-8", "/api/v2/instance": "application/json; charset=utf-8"} {
		status, got, body := r.get(r.addr, "oak.example", path)
		if status != http.StatusMisdirectedRequest || got != kind || strings.Contains(body, "elm") {
			t.Errorf("%s: %d %s %s", path, status, got, body)
		}
	}
}

// A site that another process adds is there at once, even if somebody has asked for it too early.
func TestSiteAddedBesideTheServer(t *testing.T) {
	r := run(t)
	defer func() { r.stop(); <-r.ended }()
	if status, _, _ := r.get(r.addr, "oak.example", "/about"); status != http.StatusMisdirectedRequest {
		t.Fatalf("before: %d", status)
	}
	c := r.config
	c.Metrics = ""
	other, err := server.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, _, err := other.Sites.Create(t.Context(), site.New{URL: "https://oak.example"}); err != nil {
		t.Fatal(err)
	}
	status := 0
	for began := time.Now(); status != 200 && time.Since(began) < 3*time.Second; time.Sleep(50 * time.Millisecond) {
		status, _, _ = r.get(r.addr, "oak.example", "/about")
	}
	if status != 200 {
		t.Errorf("three seconds later: %d", status)
	}
}

// Who listens does not hold up the end, not even one who never answers.
func TestEndWithOpenStreams(t *testing.T) {
	r := run(t)
	stream := func(path, more, want string) {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: elm.example\r\nAuthorization: Bearer %s\r\n%s\r\n", path, r.token, more)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(line, want) {
			t.Fatalf("%s: %q, %v", path, line, err)
		}
	}
	stream("/api/v1/streaming/user", "", " 200 ")
	stream("/api/v1/streaming?stream=user", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", " 101 ")
	time.Sleep(50 * time.Millisecond) // both listen
	began := time.Now()
	r.stop()
	if err := <-r.ended; err != nil {
		t.Errorf("end: %v", err)
	}
	r.closed = true
	if err := r.s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("the end took %v", took)
	}
}
