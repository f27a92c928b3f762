package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is longer than any honest identifier.
const maxURL = 4096

var errHost = errors.New("not the name of a host")

// Host returns the one canonical form of a host, alone or with a port: lower-case A-labels, no trailing dot, no port 443,
// other ports kept (T54). Hosts are stored and compared in this form only. Odd spellings of addresses, zone ids and user
// names are an error (T3).
func Host(host string) (string, error) {
	return canonicalHost(host, "443")
}

func canonicalHost(host, defaultPort string) (string, error) {
	if host == "" || len(host) > 1024 || strings.ContainsFunc(host, forbidden) || strings.ContainsAny(host, "@/\\?#%") {
		return "", fmt.Errorf("host %q: %w", host, errHost)
	}
	name, port := host, ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		name, port = host[:i], host[i+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || port != strconv.FormatUint(n, 10) {
			return "", fmt.Errorf("host %q: no such port", host)
		}
	}
	name, err := canonicalName(name)
	if err != nil {
		return "", fmt.Errorf("host %q: %w", host, err)
	}
	if port == "" || port == defaultPort {
		return name, nil
	}
	return name + ":" + port, nil
}

// canonicalName is canonicalHost without a port.
func canonicalName(name string) (string, error) {
	if inner, ok := strings.CutPrefix(name, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !ok || err != nil || !addr.Is6() || addr.Is4In6() || addr.Zone() != "" {
			return "", errHost
		}
		return "[" + addr.String() + "]", nil
	}
	if endsInNumber(name) { // then it must be an address, as it is usually written
		addr, err := netip.ParseAddr(name)
		if err != nil || !addr.Is4() {
			return "", errHost
		}
		return addr.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return "", errHost
	}
	ascii = strings.TrimSuffix(ascii, ".")
	if ascii == "" || len(ascii) > 253 || endsInNumber(ascii) {
		return "", errHost
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 {
			return "", errHost
		}
	}
	return ascii, nil
}

// endsInNumber tells whether browsers and resolvers would take a name for an IPv4 address: 2130706433, 0x7f.1, 127.1.
// https://url.spec.whatwg.org/#ends-in-a-number-checker
func endsInNumber(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(strings.ToLower(last), "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// forbidden are characters that no URL holds unescaped: controls, blanks, and those that render as nothing.
func forbidden(c rune) bool {
	return c <= ' ' || c == 0x7f || c == 0xa0 || c == 0xfeff || c == 0xfffd || c >= 0x80 && c < 0xa0 || c >= 0x2000 && c <= 0x200f || c >= 0x2028 && c <= 0x202f ||
		c >= 0x2060 && c <= 0x206f
}

// Canonical parses an http or https URL and brings its host into canonical form, without the scheme's own port. Path, query and
// fragment stay as they are. Whatever could be read as two different URLs is an error.
func Canonical(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, errors.New("URL is too long")
	}
	if strings.ContainsFunc(raw, forbidden) || strings.Contains(raw, `\`) {
		return nil, fmt.Errorf("URL %q: characters that do not belong there", raw)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("URL %q: cannot be read", raw)
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("URL %q: only http and https", raw)
	}
	_, rest, ok := strings.Cut(raw, "://")
	if !ok || u.Opaque != "" || u.Host == "" {
		return nil, fmt.Errorf("URL %q: no host", raw)
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if u.User != nil || strings.ContainsAny(rest[:end], "@%") {
		return nil, fmt.Errorf("URL %q: no user names or escapes in the host", raw)
	}
	if u.Path == "" && strings.Contains(rest[end:], "@") { // https://good.test#@127.0.0.1
		return nil, fmt.Errorf("URL %q: ambiguous host", raw)
	}
	port := "443"
	if u.Scheme == "http" {
		port = "80"
	}
	if u.Host, err = canonicalHost(u.Host, port); err != nil {
		return nil, err
	}
	return u, nil
}
