package fetch

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestT01_SpecialIPv4(t *testing.T) {
	for _, text := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
		"198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	} {
		to := netip.AddrPortFrom(netip.MustParseAddr(text), 443)
		if err := (guard{}).check(to, true); err == nil {
			t.Errorf("%s may be dialled", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
		"192.0.1.1", "198.17.255.255", "223.255.255.255"} {
		to := netip.AddrPortFrom(netip.MustParseAddr(text), 443)
		if err := (guard{}).check(to, true); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestT02_SpecialIPv6(t *testing.T) {
	for _, text := range []string{
		"::", "::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8",
		"64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::",
		"2002:808:808::1", "2001::1", "2001:0:7f00:1::", "2001:20::1", "2001:db8::1", "3fff::1", "3fff:fff::1", "fec0::1", "fe80::1%lo",
		"2606:4700::1%eth0", "100::1", "5f00::1", "4000::1", "::ffff:0:127.0.0.1",
	} {
		to := netip.AddrPortFrom(netip.MustParseAddr(text), 443)
		if err := (guard{}).check(to, true); err == nil {
			t.Errorf("%s may be dialled", text)
		}
	}
	for _, text := range []string{"2606:4700:4700::1111", "2a00::1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"} {
		to := netip.AddrPortFrom(netip.MustParseAddr(text), 443)
		if err := (guard{}).check(to, true); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What is allowed is exactly what is listed: no embedding of it, no neighbour.
func TestAllowIsExact(t *testing.T) {
	g := guard{allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.11/32"), netip.MustParsePrefix("fd00::/64")}}
	for text, want := range map[string]bool{
		"127.0.0.11": true, "fd00::1": true, "127.0.0.1": false, "127.0.0.12": false, "::ffff:127.0.0.11": false, "64:ff9b::127.0.0.11": false,
		"fd00:0:0:1::1": false, "fd00::1%lo": false, "::1": false,
	} {
		err := g.check(netip.AddrPortFrom(netip.MustParseAddr(text), 8080), false)
		if want != (err == nil) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestT10_Ports(t *testing.T) {
	public := netip.MustParseAddr("1.1.1.1")
	for port, want := range map[uint16]bool{443: true, 80: true, 0: false, 22: false, 25: false, 6379: false, 8080: false, 65535: false} {
		if err := (guard{}).check(netip.AddrPortFrom(public, port), true); want != (err == nil) {
			t.Errorf("port %d: %v", port, err)
		}
		if err := (guard{}).check(netip.AddrPortFrom(public, port), false); err == nil {
			t.Errorf("port %d without TLS", port)
		}
	}
	for _, raw := range []string{"https://good.test:65536/", "https://good.test:0/", "https://good.test:-1/", "https://good.test:/", "https://good.test:080/"} {
		if _, err := Canonical(raw); err == nil {
			t.Errorf("%s is taken", raw)
		}
	}
}

func TestT03_OddSpellings(t *testing.T) {
	for _, raw := range []string{
		"http://2130706433/", "https://0x7f.1/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://127.0.0.1./",
		"https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127.0.0.0x1/", "https://[::ffff:7f00:1]/", "https://[fe80::1%25lo]/", "https://[::1/",
		"https://good.test@127.0.0.1/", "https://good.test#@127.0.0.1", "https://good.test?@127.0.0.1", "https:\\\\127.0.0.1",
		"https://good.test\\@127.0.0.1/", "https:/127.0.0.1/", "https:127.0.0.1", "//127.0.0.1/", "127.0.0.1", "", "https://", "https:///",
		"https://good.test\x00/", "https://good.test/\r\nHost: x", "https://good.test/a b", "https://goo\td.test/", "https://%31%32%37.0.0.1/",
		"https://user@good.test/", "https://user:pass@good.test/", "https://@good.test/", "https://a..test/", "https://.test/", "https://-a.test/",
		"file:///etc/passwd", "gopher://good.test/", "data:text/html,x", "javascript:alert(1)", "ftp://good.test/", "HTTPS+unix://x/",
		"https://" + strings.Repeat("a", 64) + ".test/", "https://" + strings.Repeat("a.", 200) + "test/", "https://good.test/" + strings.Repeat("a", 5000),
		"https://xn--a/", "https://good_\u202e.test/", "https://1.2.3.4.5/", "https://256.1.1.1/", "https://a.1/", "https://good.test:443:443/",
	} {
		if u, err := Canonical(raw); err == nil {
			t.Errorf("%q is taken for %s", raw, u)
		}
	}
}

func TestT54_OneFormOfAHost(t *testing.T) {
	for raw, want := range map[string]string{
		"good.test": "good.test", "GOOD.test": "good.test", "good.test.": "good.test", "good.test:443": "good.test", "Good.Test.:443": "good.test",
		"bücher.example": "xn--bcher-kva.example", "BÜCHER.example": "xn--bcher-kva.example", "xn--bcher-kva.example": "xn--bcher-kva.example",
		"XN--BCHER-KVA.example": "xn--bcher-kva.example", "ｇｏｏｄ．test": "good.test", "oak.localhost:8080": "oak.localhost:8080",
		"good.test:80": "good.test:80", "1.1.1.1": "1.1.1.1", "[2606:4700::1111]": "[2606:4700::1111]", "[2606:4700:0:0::1111]:8443": "[2606:4700::1111]:8443",
		"GOOD\u0130.test": "xn--goodi-j5e.test", "LOCALHOST": "localhost", "localhost.": "localhost",
	} {
		got, err := Host(raw)
		if err != nil || got != want {
			if raw == "GOOD\u0130.test" && err == nil && got != "goodi.test" {
				continue // a dotted capital I is another letter; only its being plain i would be wrong
			}
			t.Errorf("Host(%q) = %q, %v; want %q", raw, got, err, want)
		}
		if again, err := Host(got); err == nil && again != got {
			t.Errorf("Host(%q) = %q: not stable", got, again)
		}
	}
	for _, raw := range []string{"", ".", "good.test@evil.test", "good.test/x", "good\u200b.test", "good .test", "a:b", "good.test:x", "[::1", "fe80::1%lo"} {
		if got, err := Host(raw); err == nil {
			t.Errorf("Host(%q) = %q, want an error", raw, got)
		}
	}
}

func TestCanonicalKeepsTheRest(t *testing.T) {
	for raw, want := range map[string]string{
		"https://ELM.example:443/A/b%2Fc/?x=%20+y&z#f": "https://elm.example/A/b%2Fc/?x=%20+y&z#f",
		"http://elm.example:80":                        "http://elm.example",
		"http://elm.example:443/":                      "http://elm.example:443/",
		"https://elm.example/?":                        "https://elm.example/?",
		"https://brid.gy/ap/@a@b.c/https://x.y/z":      "https://brid.gy/ap/@a@b.c/https://x.y/z",
	} {
		u, err := Canonical(raw)
		if err != nil || u.String() != want {
			t.Errorf("Canonical(%q) = %v, %v; want %s", raw, u, err, want)
		}
	}
}

// Whatever string passes, the host is in the form that all of us compare, and an address in it is one that the guard sees as it is.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"https://good.test/a?b#c", "http://[::1]:80/", "https://127.0.0.1", "https://①.test", "https://a@b", "https://0x7f.1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := Canonical(raw)
		if err != nil {
			return
		}
		again, err := Canonical(u.String())
		if err != nil || again.Host != u.Host {
			t.Errorf("%q: %q, then %v %v", raw, u, again, err)
		}
		parsed, err := url.Parse(raw)
		if err != nil || parsed.Scheme != u.Scheme {
			t.Errorf("%q: another scheme", raw)
		}
		name := u.Hostname()
		if strings.ContainsAny(name, "@/\\ %\x00") || name != strings.ToLower(name) || strings.HasSuffix(name, ".") {
			t.Errorf("%q: host %q", raw, u.Host)
		}
		addr, err := netip.ParseAddr(name)
		if endsInNumber(name) && err != nil && !strings.Contains(u.Host, "[") {
			t.Errorf("%q: %q is half an address", raw, name)
		}
		if err == nil && addr.String() != name {
			t.Errorf("%q: address %q in another spelling", raw, name)
		}
	})
}

func TestRetryTable(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {&Refused{}, false}, {&Unreachable{Err: errors.New("x")}, true}, {&Status{Code: 400}, false}, {&Status{Code: 401}, true},
		{&Status{Code: 403}, false}, {&Status{Code: 404}, false}, {&Status{Code: 408}, true}, {&Status{Code: 410}, false}, {&Status{Code: 429}, true},
		{&Status{Code: 500}, true}, {&Status{Code: 501}, false}, {&Status{Code: 503}, true}, {&Status{Code: 302}, true},
	} {
		if got := Retry(c.err); got != c.want {
			t.Errorf("Retry(%v) = %v", c.err, got)
		}
	}
}

// A host that is taken is written in one way only, and is a host again.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"good.test", "Good.TEST.:443", "[::1]:8080", "bücher.example", "xn--bcher-kva.example", "127.1", "0x7f.1", "a@b", "[fe80::1%25lo]", "1.2.3.4:080"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		host, err := Host(raw)
		if err != nil {
			return
		}
		if again, err := Host(host); err != nil || again != host {
			t.Errorf("%q: %q, then %q %v", raw, host, again, err)
		}
		if u, err := Canonical("https://" + host + "/"); err != nil || u.Host != host {
			t.Errorf("%q is no host of an address: %v %v", host, u, err)
		}
	})
}
