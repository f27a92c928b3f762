package limit

import (
	"net/http"
	"net/netip"
	"strings"
)

// IPKey names whoever is behind an address: the address itself for IPv4, the /64 for IPv6, since a single household or
// rented machine holds a whole /64 and could otherwise be 2^64 different visitors.
func IPKey(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	if !ip.Is6() {
		return ip.String() // "invalid IP" for none: all who have none share one key
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return p.String()
}

// ClientIP is the address a request came from. X-Forwarded-For is believed only from trusted proxies, and only its
// right-most part: each proxy appends whom it saw, so walking from the right, the first address that is not a trusted
// proxy is the last one that somebody trusted has seen. What stands further left is what the visitor claims. Forwarded
// and X-Real-IP are never read. It is not valid (IsValid) when the request came over something that has no address.
func ClientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	var ip netip.Addr
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		ip = ap.Addr()
	} else if a, err := netip.ParseAddr(r.RemoteAddr); err == nil {
		ip = a
	} else {
		return netip.Addr{}
	}
	ip = ip.Unmap().WithZone("")

	lines := r.Header["X-Forwarded-For"] // several lines are one list, in order: RFC 9110 5.3
	for i := len(lines) - 1; i >= 0; i-- {
		rest := lines[i]
		for more := true; more; {
			if !within(ip, trusted) {
				return ip
			}
			var last string
			if comma := strings.LastIndexByte(rest, ','); comma >= 0 {
				rest, last = rest[:comma], rest[comma+1:]
			} else {
				last, more = rest, false
			}
			next, ok := hop(strings.TrimSpace(last))
			if !ok {
				return ip // what a trusted proxy cannot say, nobody else is asked
			}
			ip = next
		}
	}
	return ip
}

// hop reads one part of X-Forwarded-For; some proxies add the port.
func hop(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		a = ap.Addr()
	}
	return a.Unmap().WithZone(""), true
}

func within(ip netip.Addr, nets []netip.Prefix) bool {
	for _, p := range nets {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
