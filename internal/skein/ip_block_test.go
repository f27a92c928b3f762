package skein

import (
	"net/netip"
	"testing"
	"time"
)

// The strictest block that holds counts, IPv4 in the clothing of IPv6 is IPv4, and what has run out holds no more.
func TestIPRules(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	block := func(network string, s IPSeverity, ends time.Time) *IPBlock {
		return &IPBlock{Network: netip.MustParsePrefix(network), Severity: s, ExpiresAt: ends}
	}
	r := NewIPRules([]*IPBlock{
		block("192.0.2.0/24", IPApproval, time.Time{}),
		block("192.0.2.64/26", IPNoAccess, time.Time{}),
		block("192.0.2.7/32", IPNoSignUp, now.Add(time.Second)),
		block("192.0.2.8/32", IPNoAccess, now),
		block("2001:db8::/32", IPNoSignUp, time.Time{}),
		block("2001:db8:1::/48", IPApproval, time.Time{}),
	})
	for address, want := range map[string]IPSeverity{
		"192.0.2.1": IPApproval, "192.0.2.65": IPNoAccess, "192.0.2.7": IPNoSignUp, "192.0.2.8": IPApproval, "::ffff:192.0.2.65": IPNoAccess,
		"192.0.3.1": IPFree, "2001:db8:1::5": IPNoSignUp, "2001:db9::1": IPFree, "2001:db8::1%eth0": IPNoSignUp,
	} {
		if got := r.For(netip.MustParseAddr(address), now); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
	if got := r.For(netip.Addr{}, now); got != IPFree {
		t.Errorf("an address that is not known: %d", got)
	}
	if n := len(Networks(netip.MustParseAddr("::ffff:192.0.2.65"))); n != 33 {
		t.Errorf("an IPv4 address lies in %d networks", n)
	}
}
