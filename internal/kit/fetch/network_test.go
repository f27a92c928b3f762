package fetch

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
)

// names is a resolver of *.test names: each look-up of a host takes the next answer, the last stays.
type names struct {
	mu      sync.Mutex
	answers map[string][][]string
	asked   map[string]int
}

func (n *names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.asked == nil {
		n.asked = map[string]int{}
	}
	n.asked[host]++
	answers := n.answers[host]
	if len(answers) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var out []netip.Addr
	for _, text := range answers[min(n.asked[host], len(answers))-1] {
		out = append(out, netip.MustParseAddr(text))
	}
	return out, nil
}

// network is a handful of loopback addresses: evil peers on 127.0.0.11 and up, and a canary that nobody may reach.
type network struct {
	t      *testing.T
	names  *names
	canary atomic.Int32
	port   string // of the canary and all peers
	config Config
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{t: t, names: &names{answers: map[string][][]string{}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, n.port, _ = net.SplitHostPort(l.Addr().String())
	n.countHits(l)
	if l, err := net.Listen("tcp", "[::1]:"+n.port); err == nil {
		n.countHits(l)
	}
	n.config = Config{
		Resolver: n.names,
		Allow:    []netip.Prefix{netip.MustParsePrefix("127.0.0.11/32"), netip.MustParsePrefix("127.0.0.12/32")},
	}
	t.Cleanup(func() {
		if hits := n.canary.Load(); hits != 0 {
			t.Errorf("the canary was hit %d times", hits)
		}
	})
	return n
}

func (n *network) countHits(l net.Listener) {
	n.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			n.canary.Add(1)
			conn.Close()
		}
	}()
}

// peer serves a name on one of the peers' addresses, at the port of the canary.
func (n *network) peer(name, address string, handler http.Handler) *httptest.Server {
	n.t.Helper()
	l, err := net.Listen("tcp", address+":"+n.port)
	if err != nil {
		n.t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	s.Listener.Close()
	s.Listener = l
	s.Config.ErrorLog = nil
	s.Start()
	n.t.Cleanup(s.Close)
	n.names.answers[name] = [][]string{{address}}
	return s
}

// raw answers every connection with bytes.
func (n *network) raw(name, address string, answer func(conn net.Conn)) {
	n.t.Helper()
	l, err := net.Listen("tcp", address+":"+n.port)
	if err != nil {
		n.t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				buffer := make([]byte, 4096)
				conn.Read(buffer)
				answer(conn)
			})
		}
	})
	n.t.Cleanup(func() { l.Close(); open.Wait() })
	n.names.answers[name] = [][]string{{address}}
}

func (n *network) client() *Client {
	c := New(n.config)
	n.t.Cleanup(c.Close)
	return c
}

// url is a URL of a peer.
func (n *network) url(name, path string) string { return "http://" + name + ":" + n.port + path }
