package federation

import (
	"testing"

	"skein/internal/skein"
)

// T60: a redirect that leads anywhere else proves nothing.
func TestT60_VerifiedPages(t *testing.T) {
	for _, c := range []struct {
		asked, read string
		want        bool
	}{
		{"https://ann.example", "https://ann.example/", true},
		{"http://ann.example/me", "https://www.ann.example/me/", true},
		{"https://ann.example/me", "http://ann.example/me", false},
		{"https://ann.example/", "https://evil.example/", false},
		{"https://big.example/out?to=evil", "https://big.example/evil", false},
		{"https://big.example/@ann", "https://big.example/@bob", false},
	} {
		if got := samePage(c.asked, c.read); got != c.want {
			t.Errorf("%s read from %s: got %v, want %v", c.asked, c.read, got, c.want)
		}
	}
	local := &skein.Account{Local: true, URL: "https://elm.example/@ann"}
	far := &skein.Account{URL: "https://elm.example/@ann"}
	for _, c := range []struct {
		href string
		a    *skein.Account
		want bool
	}{
		{"https://elm.example/@ann", local, true},
		{"https://ELM.example:443/@ann/", local, true},
		{"https://elm.example/@Ann", local, true},
		{"https://elm.example/@Ann", far, false},
		{"https://elm.example/@annabel", local, false},
		{"https://elm.example/@ann/123", local, false},
		{"https://elm.example/@ann?x", local, false},
		{"https://oak.example/@ann", local, false},
		{"http://elm.example/@ann", local, false},
		{"https://elm.example@evil.example/@ann", local, false},
		{"/@ann", local, false},
		{"", local, false},
	} {
		if got := isProfile(c.a, c.href); got != c.want {
			t.Errorf("%q for a local account %v: got %v, want %v", c.href, c.a.Local, got, c.want)
		}
	}
}
