// Package web holds what every transport that speaks to browsers needs to get right in one place: the session cookie,
// the headers that keep a page to itself, who may write with a cookie, and where a redirect may lead. It knows no
// routes and no sessions.
package web

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Secure tells whether a site whose URL begins like base is served over TLS.
func Secure(base string) bool { return strings.HasPrefix(base, "https://") }

// LocalPath returns a path with query on the same site where a redirect may lead, and false for anything that a browser
// might take for another site or another scheme, in whatever way it is dressed up (T125).
func LocalPath(to string) (string, bool) {
	if len(to) > 4096 || !utf8.ValidString(to) {
		return "", false
	}
	// What is harmless must stay so however often somebody on the way decodes it.
	for s, n := to, 0; ; n++ {
		if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsFunc(s, strange) {
			return "", false
		}
		path, _, _ := strings.Cut(s, "?")
		if strings.Contains(path, "//") {
			return "", false
		}
		next, err := url.PathUnescape(path)
		if err != nil {
			return "", false
		}
		if next == path {
			break
		}
		if n == 4 {
			return "", false
		}
		s = next
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	return to, true
}

// strange are characters that browsers drop or turn into slashes before they read an address.
// https://url.spec.whatwg.org/#url-parsing
func strange(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' || c >= 0x80 && c < 0xa0 }

// LocalPathOr is LocalPath with a way out.
func LocalPathOr(to, otherwise string) string {
	if p, ok := LocalPath(to); ok {
		return p
	}
	return otherwise
}

// IsPage tells whether an address is one of the web, where a form can be sent.
func IsPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
