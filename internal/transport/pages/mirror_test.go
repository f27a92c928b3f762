package pages_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"skein/internal/core/mirror"
	"skein/internal/kit/fetch"
	"skein/internal/kit/limit"
	"skein/internal/kit/shelf"
	"skein/internal/skein"
)

func TestT111_OtherServersPicturesAtTheDoor(t *testing.T) {
	w := inTown(t, built)
	asked := 0
	peer := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("given away: %v", r.Header)
		}
		out.Header().Set("Content-Type", "text/html")
		fmt.Fprint(out, "GIF89a\x01\x00\x01\x00\x00\x00\x00;<script>alert(1)</script>")
	}))
	defer peer.Close()
	client := fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	w.pages.Mirror = &mirror.Service{
		Fetch: client, Shelf: shelf.New(t.TempDir(), 1<<20, w.pages.Clock), Clock: w.pages.Clock,
		Peers: func(context.Context, skein.ID) (*skein.PeerRules, error) { return skein.NewPeerRules(nil, false), nil },
	}
	w.pages.Mirror.Start()
	path := strings.TrimPrefix(w.site.Mirror(skein.MirrorPicture, "", peer.URL+"/a"), w.site.Base)
	for range 2 {
		r := w.get(path, "Cookie", "__Host-session=good", "Referer", "https://elm.example/home")
		h := r.Header()
		if r.Code != 200 || h.Get("Content-Type") != "image/gif" || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; sandbox") || h.Get("Set-Cookie") != "" {
			t.Fatalf("%d %v", r.Code, h)
		}
	}
	if r := w.get(path, "Range", "bytes=0-2"); r.Code != 206 || r.Body.String() != "GIF" {
		t.Errorf("a part: %d %q", r.Code, r.Body)
	}
	if r := w.get(path, "Range", "bytes=0-2,4-5"); r.Code != 200 {
		t.Errorf("many parts: %d", r.Code)
	}
	if asked != 1 {
		t.Errorf("fetched %d times", asked)
	}
	for _, forged := range []string{path + "?x=1", path + "x", "/proxy/?url=" + peer.URL, "/proxy/x/-/aHR0cDovLzEyNy4wLjAuMS8/picture", "/proxy/"} {
		if r := w.get(forged); r.Code != 404 || r.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d", forged, r.Code)
		}
	}
	w.pages.Limit = limit.New(w.pages.Clock)
	for i := range 901 {
		r := w.get(strings.TrimPrefix(w.site.Mirror(skein.MirrorPicture, "", fmt.Sprintf("http://10.0.0.1/%d", i)), w.site.Base))
		if want := map[bool]int{true: 404, false: 429}[i < 900]; r.Code != want {
			t.Fatalf("picture %d: %d, want %d", i, r.Code, want)
		}
	}
	if r := w.get(path); r.Code != 200 {
		t.Errorf("what lies here is nobody's burden: %d", r.Code)
	}
}
