package skein

import (
	"net/netip"
	"slices"
	"time"
)

// IPSeverity is what is refused to those who come from somewhere on the network.
type IPSeverity int

// The severities, from the mildest on.
const (
	IPFree     IPSeverity = iota // nothing
	IPApproval                   // who signs up waits for a moderator
	IPNoSignUp                   // nobody signs up
	IPNoAccess                   // nothing is served at all
)

// IPBlock is what those who run a site hold against a part of the network.
type IPBlock struct {
	ID        ID
	Network   netip.Prefix
	Severity  IPSeverity
	Comment   string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
}

// Over tells whether a block has run out.
func (b *IPBlock) Over(now time.Time) bool { return !b.ExpiresAt.IsZero() && !now.Before(b.ExpiresAt) }

// Bounds of blocks of addresses. The networks that get no access at all are not too large, so that a slip of the pen does not
// shut out the world.
const (
	MaxIPBlocks  = 10_000 // of one site
	MaxIPComment = 500
	MinIPv4Bits  = 8 // of a network without access
	MinIPv6Bits  = 16
)

// plainAddress brings an address into the form in which it is compared.
func plainAddress(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// Networks returns all networks that an address lies in, the narrowest first.
func Networks(a netip.Addr) []netip.Prefix {
	a = plainAddress(a)
	if !a.IsValid() {
		return nil
	}
	list := make([]netip.Prefix, 0, a.BitLen()+1)
	for bits := a.BitLen(); bits >= 0; bits-- {
		p, err := a.Prefix(bits)
		if err == nil {
			list = append(list, p)
		}
	}
	return list
}

// IPRules are the blocks of a site, to be asked for each request. They do not change.
type IPRules struct {
	sizes []int // lengths of prefixes, with those of IPv6 above those of IPv4
	at    map[netip.Prefix]*IPBlock
}

// six is added to the length of an IPv6 prefix, to tell it from one of IPv4.
const six = 1000

// NewIPRules makes rules of blocks.
func NewIPRules(list []*IPBlock) *IPRules {
	r := &IPRules{at: make(map[netip.Prefix]*IPBlock, len(list))}
	for _, b := range list {
		size := b.Network.Bits()
		if b.Network.Addr().Is6() {
			size += six
		}
		if !slices.Contains(r.sizes, size) {
			r.sizes = append(r.sizes, size)
		}
		r.at[b.Network] = b
	}
	return r
}

// For returns the strictest of what holds for an address. For one that is not known it is nothing.
func (r *IPRules) For(a netip.Addr, now time.Time) (worst IPSeverity) {
	if len(r.sizes) == 0 {
		return IPFree
	}
	a = plainAddress(a)
	for _, size := range r.sizes {
		if a.Is6() != (size >= six) {
			continue
		}
		p, err := a.Prefix(size % six)
		if err != nil {
			continue
		}
		if b := r.at[p]; b != nil && b.Severity > worst && !b.Over(now) {
			worst = b.Severity
		}
	}
	return worst
}
