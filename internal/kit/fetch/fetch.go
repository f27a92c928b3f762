// Package fetch is the one way out: every HTTP request that this process makes to others goes through a Client of this
// package, which dials public addresses only, follows few redirects, reads bounded bodies and gives up at a deadline.
// What the answers mean is left to others; so is signing, which the caller hands in as a function.
package fetch

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Resolver finds the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says what a Client may do. The zero Config is the safe one: public addresses, ports 80 and 443, TLS always.
type Config struct {
	UserAgent string // for example Skein/1.0 (+https://elm.example/)

	// Allow lists addresses that may be dialled although they are not public, on any port and also without TLS: those of
	// a test network. There is no switch that turns the guard off.
	Allow []netip.Prefix

	// ExtraCA vouches for certificates beside the system's authorities.
	ExtraCA *x509.CertPool

	// Resolver is asked once for each connection; nil means the system's, with *.localhost on loopback (RFC 6761).
	Resolver Resolver

	// Own returns the handler of a host that this process serves, else nil. Such a host is never dialled: the request goes to
	// the handler here, through every check, only the socket is left out. The host is in the form that Host returns.
	Own func(host string) http.Handler

	// Clock reads the time; nil means time.Now.
	Clock func() time.Time

	ConnectTimeout  time.Duration // one host, all its addresses, TLS included: 5 s
	DocumentTimeout time.Duration // a document, from the name to the last byte: 10 s
	MediaTimeout    time.Duration // a file, likewise: 60 s
	PostTimeout     time.Duration // a delivery, likewise: 10 s
	DocumentLimit   int64         // bytes of a document, decompressed: 1 MiB
	MediaLimit      int64         // bytes of a file: 100 MiB
	PostLimit       int64         // bytes of the answer to a delivery: 64 KiB
	HostConnections int           // open connections to one host: 8
	IdleConnections int           // connections kept for later, all hosts: 256
}

// The number of redirects that are followed, and how deep handlers of our own may ask each other.
const (
	documentRedirects = 3
	mediaRedirects    = 5
	maxDepth          = 4
	maxHeader         = 64 << 10
)

// Client makes guarded requests. It is safe for concurrent use. It is an http.RoundTripper too, for libraries that insist on
// a client of their own: such requests are guarded like all others, but no redirect is followed for them.
type Client struct {
	config    Config
	guard     guard
	resolver  Resolver
	transport *http.Transport
	refused   refusals
	handlers  sync.WaitGroup // in-process requests that still run
}

// New returns a Client. Limits and timeouts left zero get the values that Config names.
func New(config Config) *Client {
	orDefault(&config.ConnectTimeout, 5*time.Second)
	orDefault(&config.DocumentTimeout, 10*time.Second)
	orDefault(&config.MediaTimeout, time.Minute)
	orDefault(&config.PostTimeout, 10*time.Second)
	orDefault(&config.DocumentLimit, 1<<20)
	orDefault(&config.MediaLimit, 100<<20)
	orDefault(&config.PostLimit, 64<<10)
	orDefault(&config.HostConnections, 8)
	orDefault(&config.IdleConnections, 256)
	if config.UserAgent == "" {
		config.UserAgent = "Skein"
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.Own == nil {
		config.Own = func(string) http.Handler { return nil }
	}
	c := &Client{config: config, guard: guard{allow: config.Allow}, resolver: config.Resolver}
	if c.resolver == nil {
		c.resolver = systemResolver{net.DefaultResolver}
	}
	c.transport = &http.Transport{
		Proxy:                  nil, // T11: the environment has no say
		DialContext:            c.dialPlain,
		DialTLSContext:         c.dialTLS,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // bodies are unpacked here, with a cap
		MaxConnsPerHost:        config.HostConnections,
		MaxIdleConns:           config.IdleConnections,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
		WriteBufferSize:        4 << 10,
		ReadBufferSize:         4 << 10,
	}
	return c
}

func orDefault[T int | int64 | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// Close drops idle connections and waits for in-process requests.
func (c *Client) Close() {
	c.transport.CloseIdleConnections()
	c.handlers.Wait()
}

// Request is one thing to ask for. Only URL is needed.
type Request struct {
	URL         string
	Accept      string
	ContentType string      // Post
	Header      http.Header // more headers; Authorization and Cookie stay with the first origin
	Body        []byte      // Post

	// Sign signs the request as it will leave, if given. It is called anew for each redirect (T8).
	Sign func(r *http.Request, body []byte) error

	// Check may refuse a host, in the form that Host returns; it is asked before each hop, also after a redirect.
	Check func(host string) error

	Timeout time.Duration // the whole exchange; zero means the method's own
	Limit   int64         // bytes of the body, decompressed; zero means the method's own
}

// Response is a complete answer.
type Response struct {
	URL    string // where it came from, after redirects
	Status int
	Header http.Header
	Body   []byte
}
