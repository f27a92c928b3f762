package skein

import "testing"

func TestT176_DomainsOfPolicies(t *testing.T) {
	rules := NewPeerRules([]*PeerPolicy{
		{Domain: "evil.test", Severity: Suspended},
		{Domain: "good.evil.test"}, // an exception
		{Domain: "loud.test", Severity: Limited, RejectMedia: true},
		{Domain: "friend.test", Allowed: true},
		{Domain: "xn--strae-oqa.test", Severity: Suspended},
	}, false)
	for host, want := range map[string]Severity{
		"evil.test": Suspended, "a.b.evil.test": Suspended, "evil.test:8443": Suspended, "good.evil.test": Unrestricted,
		"x.good.evil.test": Unrestricted, "notevil.test": Unrestricted, "evil.test.example": Unrestricted, "test": Unrestricted,
		"loud.test": Limited, "friend.test": Unrestricted, "xn--strae-oqa.test": Suspended, "[2001:db8::1]:443": Unrestricted, "": Unrestricted,
	} {
		if got := rules.For(host).Severity; got != want {
			t.Errorf("For(%q) = %v, want %v", host, got, want)
		}
	}
	if p := rules.ForAccount("elm.test", "loud.test"); p.Severity != Limited || !p.RejectMedia {
		t.Errorf("an account whose handle is of a limited peer: %+v", p)
	}
	only := NewPeerRules([]*PeerPolicy{{Domain: "friend.test", Allowed: true}, {Domain: "loud.test", Severity: Limited, Allowed: true}}, true)
	for host, want := range map[string]Severity{
		"friend.test": Unrestricted, "friend.test:444": Unrestricted, "sub.friend.test": Suspended, "loud.test": Limited, "elm.test": Suspended,
	} {
		if got := only.For(host).Severity; got != want {
			t.Errorf("allow list: For(%q) = %v, want %v", host, got, want)
		}
	}
	var none *PeerRules
	if got := none.For("evil.test").Severity; got != Unrestricted {
		t.Errorf("no rules: %v", got)
	}
}
