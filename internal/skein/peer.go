package skein

import (
	"strings"
	"time"
)

// Severity is how far a site keeps a peer away.
type Severity int

// The severities.
const (
	Unrestricted Severity = iota
	Limited               // its accounts are shown only to those who follow them, and ask before they follow
	Suspended             // nothing comes in or goes out, and nothing of it is shown
)

// PeerPolicy is what a site decided about a peer: a domain and all below it.
type PeerPolicy struct {
	ID             ID
	Domain         string // canonical, without a port
	Severity       Severity
	RejectMedia    bool // no pictures, avatars and emoji are taken in
	RejectReports  bool
	Obfuscate      bool // the name is not shown in full to the public
	Allowed        bool // on the list of a site that federates with listed peers only; of this domain alone
	PublicComment  string
	PrivateComment string
	By             ID // who decided
	CreatedAt      time.Time
}

// PeerRules are all policies of a site, for looking up. Make them with NewPeerRules; they never change.
type PeerRules struct {
	byDomain  map[string]*PeerPolicy
	allowOnly bool
}

// NewPeerRules makes rules of a site's policies. With allowOnly set every peer is suspended that is not allowed.
func NewPeerRules(list []*PeerPolicy, allowOnly bool) *PeerRules {
	r := &PeerRules{make(map[string]*PeerPolicy, len(list)), allowOnly}
	for _, p := range list {
		r.byDomain[p.Domain] = p
	}
	return r
}

// For returns what holds for a host in canonical form, with or without a port: the policy of the longest domain that the
// host is or lies under (T176).
func (r *PeerRules) For(host string) PeerPolicy {
	if r == nil || len(r.byDomain) == 0 && !r.allowOnly {
		return PeerPolicy{}
	}
	name := hostname(host)
	var found PeerPolicy
	for rest := name; rest != ""; {
		if p := r.byDomain[rest]; p != nil && (p.Severity != Unrestricted || p.RejectMedia || p.RejectReports || !p.Allowed) {
			found = *p
			break
		}
		var ok bool
		if _, rest, ok = strings.Cut(rest, "."); !ok {
			break
		}
	}
	if r.allowOnly && name != "" {
		if p := r.byDomain[name]; p == nil || !p.Allowed {
			found.Severity, found.Domain = Suspended, "" // nobody decided so about this one
		}
	}
	return found
}

// ForAccount returns the stricter of what holds for the two hosts of an account: that of its URI and that of its handle.
func (r *PeerRules) ForAccount(uriHost, domain string) PeerPolicy {
	a := r.For(uriHost)
	if domain == "" || domain == uriHost {
		return a
	}
	b := r.For(domain)
	if b.Severity > a.Severity {
		a, b = b, a
	}
	a.RejectMedia, a.RejectReports = a.RejectMedia || b.RejectMedia, a.RejectReports || b.RejectReports
	return a
}

// Under tells whether a host, with or without a port, is a domain or lies under it.
func Under(host, domain string) bool {
	name := hostname(host)
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// hostname cuts the port off a canonical host.
func hostname(host string) string {
	for i := len(host) - 1; i >= 0 && host[i] != ']'; i-- {
		if host[i] == ':' {
			return host[:i]
		}
	}
	return host
}
