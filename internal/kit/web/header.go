package web

import "net/http"

// The policies for content, by the sort of answer (web.md 2.1).
const (
	basePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
		"media-src 'self' blob:; font-src 'self'; "
	endPolicy = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; " +
		"trusted-types svelte-trusted-html skein"

	// APIPolicy is for JSON: nothing may come of it in a browser.
	APIPolicy = "default-src 'none'; frame-ancestors 'none'; form-action 'none'"
)

// PagePolicy is for pages and the app of a site; host is where its live streams are.
func PagePolicy(base, host string) string {
	stream := "wss://"
	if !Secure(base) {
		stream = "ws://"
	}
	return basePolicy + "connect-src 'self' " + stream + host + "; worker-src 'self'; manifest-src 'self'; form-action 'self'; " + endPolicy
}

// ConsentPolicy is for the page that asks whether an app may act for somebody: without form-action, since Chromium
// applies it to the redirect to the app too, and without anything to connect to.
func ConsentPolicy() string { return basePolicy + endPolicy }

// EmbedPolicy is for a page that others show in a frame: no scripts, no forms, nothing to connect to.
func EmbedPolicy() string {
	return "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
}

// SecurityHeaders writes the headers of every answer for people: the policy, no guessing of types, no address given
// away to other sites, and no frame around it (T120, T121).
func SecurityHeaders(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
}

// Private keeps an answer out of every cache: it is for one person.
func Private(h http.Header) { h.Set("Cache-Control", "private, no-store") }

// Isolate keeps a page's window apart from windows of other sites that opened it or that it opens. The consent page does
// without: apps wait for the window they opened.
func Isolate(h http.Header) { h.Set("Cross-Origin-Opener-Policy", "same-origin") }
