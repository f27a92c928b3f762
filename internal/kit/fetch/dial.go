package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxAddresses bounds how many addresses of one host are tried.
const maxAddresses = 6

// systemResolver is the resolver of the machine, without its search list, and with *.localhost on loopback (RFC 6761 6.3).
type systemResolver struct{ *net.Resolver }

func (r systemResolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	return r.Resolver.LookupNetIP(ctx, network, host+".")
}

// blocked is a refusal by the guard on its way up through http.Transport.
type blocked struct{ reason string }

func (e *blocked) Error() string { return e.reason }

// addresses resolves a canonical host (without port) once.
func (c *Client) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return []netip.Addr{addr}, nil
	}
	found, err := c.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("no addresses")
	}
	out := make([]netip.Addr, len(found))
	for i, addr := range found {
		out[i] = addr.Unmap() // resolvers return IPv4 in this clothing
	}
	return out, nil
}

func (c *Client) dialPlain(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.ConnectTimeout)
	defer cancel()
	return c.dial(ctx, address, false)
}

func (c *Client) dialTLS(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.ConnectTimeout)
	defer cancel()
	conn, err := c.dial(ctx, address, true)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(address)
	secure := tls.Client(conn, c.tlsConfig(host))
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// tlsConfig demands a valid certificate for the host, by the system's authorities or by the extra ones.
func (c *Client) tlsConfig(host string) *tls.Config {
	config := &tls.Config{
		ServerName: host,
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
	}
	if c.config.ExtraCA == nil {
		return config
	}
	// Two pools cannot be joined: so the check of the standard library is left out and made here, once for each pool.
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return errors.New("no certificate")
		}
		options := x509.VerifyOptions{DNSName: host, Intermediates: x509.NewCertPool()}
		for _, cert := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(cert)
		}
		options.Roots = c.config.ExtraCA
		_, err := state.PeerCertificates[0].Verify(options)
		if err == nil {
			return nil
		}
		options.Roots = nil
		_, err = state.PeerCertificates[0].Verify(options)
		return err
	}
	return config
}

// dial connects to the first address of a host that may be dialled and answers. The name is looked up once; the addresses of
// that answer are checked before, and again by Control when the socket is opened, so there is no gap for a second answer.
func (c *Client) dial(ctx context.Context, address string, withTLS bool) (net.Conn, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &blocked{"address " + address}
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, &blocked{"port " + portText}
	}
	addrs, err := c.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	var fit []netip.AddrPort
	var why error
	for _, addr := range addrs {
		to := netip.AddrPortFrom(addr, uint16(port))
		if err := c.guard.check(to, withTLS); err != nil {
			why = err
			continue
		}
		fit = append(fit, to)
	}
	if len(fit) == 0 {
		return nil, &blocked{why.Error()}
	}
	fit = fit[:min(len(fit), maxAddresses)]
	dialer := net.Dialer{
		KeepAlive: 30 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return &blocked{"address " + address}
			}
			if err := c.guard.check(to, withTLS); err != nil {
				return &blocked{err.Error()}
			}
			return nil
		},
	}
	var last error
	for i, to := range fit {
		one := ctx
		if rest := len(fit) - i; rest > 1 { // leave time for the others
			deadline, _ := ctx.Deadline()
			var cancel context.CancelFunc
			one, cancel = context.WithTimeout(ctx, max(time.Until(deadline)/time.Duration(rest), 500*time.Millisecond))
			defer cancel()
		}
		conn, err := dialer.DialContext(one, "tcp", to.String())
		if err == nil {
			return conn, nil
		}
		if last = err; ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

// Schemes returns the schemes to try for a host, best first: https, and after it http when the host has an address that
// Config.Allow lists and none that is public, as on test networks. A host of our own is asked without a socket, so https will do.
func (c *Client) Schemes(ctx context.Context, host string) ([]string, error) {
	host, err := Host(host)
	if err != nil {
		return nil, &Refused{Reason: err.Error()}
	}
	if len(c.config.Allow) == 0 || c.config.Own(host) != nil {
		return []string{"https"}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.ConnectTimeout)
	defer cancel()
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	addrs, err := c.addresses(ctx, name)
	if err != nil {
		return nil, &Unreachable{URL: host, Err: fmt.Errorf("look up: %w", err)}
	}
	if slices.ContainsFunc(addrs, c.guard.allowed) && !slices.ContainsFunc(addrs, public) {
		return []string{"https", "http"}, nil
	}
	return []string{"https"}, nil
}
