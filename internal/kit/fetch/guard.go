package fetch

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
)

// guard decides which addresses may be dialled. It looks at the address itself, never at the text that led to it.
type guard struct {
	allow []netip.Prefix
}

// special are the ranges that reach something else than a host on the public internet.
// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// Of IPv6 only global unicast is public, which leaves out ::1, mapped and compatible addresses, fc00::/7, fe80::/10, fec0::/10,
// ff00::/8 and 64:ff9b:1::/48. The well-known NAT64 prefix is judged by the IPv4 address inside.
var (
	global = netip.MustParsePrefix("2000::/3")
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public tells whether an address belongs to the public internet.
func public(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" || addr.Is4In6() {
		return false
	}
	if nat64.Contains(addr) {
		b := addr.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if addr.Is6() && !global.Contains(addr) {
		return false
	}
	for _, p := range special {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}

// allowed tells whether the operator listed the address.
func (g guard) allowed(addr netip.Addr) bool {
	for _, p := range g.allow {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// check returns why an address must not be dialled, or nil.
func (g guard) check(to netip.AddrPort, withTLS bool) error {
	addr := to.Addr()
	switch {
	case to.Port() == 0:
		return fmt.Errorf("port 0")
	case g.allowed(addr):
		return nil
	case !public(addr):
		return fmt.Errorf("%s is not a public address", addr)
	case to.Port() != 443 && to.Port() != 80:
		return fmt.Errorf("port %d is not open to us", to.Port())
	case !withTLS:
		return fmt.Errorf("no TLS to a public address")
	}
	return nil
}

// Check tells whether a URL, as somebody gave it to be posted to later, could be reached at all: its host is looked up, and none
// of its addresses may be one that is never dialled (T13). A host that cannot be found just now is no error: it is checked again
// whenever something is sent.
func (c *Client) Check(ctx context.Context, raw string) error {
	u, err := Canonical(raw)
	if err != nil {
		return &Refused{URL: raw, Reason: err.Error()}
	}
	if c.config.Own(u.Host) != nil {
		return nil
	}
	port := uint16(443)
	if u.Scheme == "http" {
		port = 80
	}
	if text := u.Port(); text != "" {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return &Refused{URL: raw, Reason: "port " + text}
		}
		port = uint16(n)
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.ConnectTimeout)
	defer cancel()
	addrs, err := c.addresses(ctx, u.Hostname())
	if err != nil {
		addrs = []netip.Addr{netip.AddrFrom4([4]byte{1, 1, 1, 1})} // whatever it is, it must be public
	}
	for _, addr := range addrs {
		if err := c.guard.check(netip.AddrPortFrom(addr, port), u.Scheme == "https"); err != nil {
			return &Refused{URL: raw, Reason: err.Error()}
		}
	}
	return nil
}
