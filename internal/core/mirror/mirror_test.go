package mirror

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/shelf"
	"skein/internal/skein"
)

// peer is another server; what it is asked for is kept.
type peer struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

func (p *peer) requests() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*http.Request(nil), p.asked...)
}

const gif = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"

func world(t *testing.T) (*Service, *peer, *skein.Site) {
	t.Helper()
	p := &peer{}
	film := bytes.Repeat([]byte("film"), 3<<20)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r)
		p.mu.Unlock()
		switch r.URL.Path {
		case "/a.gif":
			w.Header().Set("Content-Type", "text/html") // whatever it says
			fmt.Fprint(w, gif)
		case "/a.svg":
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
		case "/large":
			fmt.Fprint(w, gif)
			for range 41 {
				_, _ = w.Write(make([]byte, 1<<20))
			}
		case "/film.mp4":
			w.Header().Set("Content-Type", "video/mp4")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(film))
		case "/page.mp4":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<script>alert(1)</script>")
		case "/away":
			http.Redirect(w, r, "http://suspended.example/a.gif", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(p.Close)
	client := fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(client.Close)
	rules := skein.NewPeerRules([]*skein.PeerPolicy{
		{Domain: "suspended.example", Severity: skein.Suspended}, {Domain: "plain.example", RejectMedia: true},
	}, false)
	s := &Service{
		Fetch: client, Shelf: shelf.New(t.TempDir(), 100<<20, time.Now), Clock: time.Now,
		Peers: func(context.Context, skein.ID) (*skein.PeerRules, error) { return rules, nil },
	}
	s.Start()
	return s, p, &skein.Site{ID: 1, Base: "https://elm.example", Secret: []byte("secret")}
}

func mirrored(t *testing.T, site *skein.Site, address string) skein.Mirrored {
	t.Helper()
	path, ok := strings.CutPrefix(address, site.Base)
	if !ok {
		t.Fatalf("%q is not on the site", address)
	}
	m, ok := site.Mirrored(path)
	if !ok {
		t.Fatalf("%q is not ours", address)
	}
	return m
}

func always() error { return nil }

func TestT111_OnlyWhatWeNamed(t *testing.T) {
	_, _, site := world(t)
	address := site.Mirror(skein.MirrorPicture, "oak.example", "https://oak.example/a.gif")
	if m := mirrored(t, site, address); m.URL != "https://oak.example/a.gif" || m.Owner != "oak.example" || m.Kind != skein.MirrorPicture {
		t.Errorf("got %+v", m)
	}
	path := strings.TrimPrefix(address, site.Base)
	other := *site
	other.Secret = []byte("another site's")
	if _, ok := other.Mirrored(path); ok {
		t.Error("one site's address is another's")
	}
	bare := *site
	bare.Secret = nil
	if _, ok := bare.Mirrored(path); ok {
		t.Error("a site without a secret signs")
	}
	mark, rest, _ := strings.Cut(strings.TrimPrefix(path, "/proxy/"), "/")
	elsewhere := strings.Split(site.Mirror(skein.MirrorPicture, "oak.example", "https://evil.example/"), "/")
	for _, forged := range []string{
		"/proxy/" + rest, "/proxy//" + rest, "/proxy/" + mark + "/" + strings.Replace(rest, "oak", "elm", 1),
		"/proxy/" + mark + "/oak.example/" + elsewhere[6] + "/picture", "/proxy/" + mark + "/" + rest + "/", "/proxy/" + mark + "/" + rest + "x",
		"/proxy/" + strings.Replace(path[len("/proxy/"):], "picture", "still", 1), "/proxy/?url=https://evil.example/", "/proxy", "/proxy/",
	} {
		if m, ok := site.Mirrored(forged); ok {
			t.Errorf("%s is taken for %+v", forged, m)
		}
	}
	for url, want := range map[string]string{
		"":                                "",
		"https://elm.example/media/x.png": "https://elm.example/media/x.png",
		"javascript:alert(1)":             "",
		"data:image/png;base64,AAAA":      "",
		"/etc/passwd":                     "",
		"https://oak.example/" + strings.Repeat("x", 3000): "",
	} {
		if got := site.Mirror(skein.MirrorPicture, "", url); got != want {
			t.Errorf("%s is shown as %q, want %q", url, got, want)
		}
	}
	if got := site.MirrorFilm("application/x-mpegurl", "", "https://oak.example/a.m3u8"); got != "https://oak.example/a.m3u8" {
		t.Errorf("a list of films is passed on as %s", got)
	}
}

func TestT111_PicturesAreWhatTheyAre(t *testing.T) {
	s, p, site := world(t)
	get := func(path string) (*shelf.File, error) {
		return s.Picture(t.Context(), 1, mirrored(t, site, site.Mirror(skein.MirrorPicture, "", p.URL+path)), always)
	}
	for range 3 {
		f, err := get("/a.gif")
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(f)
		f.Close()
		if string(b) != gif || PictureType(f.Kind) != "image/gif" {
			t.Errorf("got %q as %s", b, f.Kind)
		}
	}
	asked := p.requests()
	if len(asked) != 1 {
		t.Fatalf("fetched %d times", len(asked))
	}
	for _, name := range []string{"Cookie", "Authorization", "Referer", "X-Forwarded-For", "Signature", "Accept-Language"} {
		if v := asked[0].Header.Get(name); v != "" {
			t.Errorf("%s: %s is given away", name, v)
		}
	}
	for _, path := range []string{"/a.svg", "/large", "/missing"} {
		for range 2 {
			if f, err := get(path); skein.KindOf(err) != skein.NotFound {
				t.Errorf("%s: %v, %v", path, f, err)
			}
		}
	}
	if n := len(p.requests()); n != 4 {
		t.Errorf("what failed was fetched again: %d requests", n)
	}
	full := skein.Errorf(skein.Busy, "enough")
	m := mirrored(t, site, site.Mirror(skein.MirrorPicture, "", p.URL+"/new"))
	if _, err := s.Picture(t.Context(), 1, m, func() error { return full }); !errors.Is(err, full) {
		t.Errorf("who may not have more fetched: %v", err)
	}
}

func TestT111_ManyWhoAskAreOneFetch(t *testing.T) {
	s, p, site := world(t)
	m := mirrored(t, site, site.Mirror(skein.MirrorPicture, "", p.URL+"/a.gif"))
	var all sync.WaitGroup
	var faults atomic.Int64
	for range 20 {
		all.Go(func() {
			f, err := s.Picture(t.Context(), 1, m, always)
			if err != nil {
				faults.Add(1)
				return
			}
			f.Close()
		})
	}
	all.Wait()
	if n := len(p.requests()); n != 1 || faults.Load() != 0 {
		t.Errorf("%d fetches, %d faults", n, faults.Load())
	}
	// T112: another site has it fetched for itself.
	if f, err := s.Picture(t.Context(), 2, m, always); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	if n := len(p.requests()); n != 2 {
		t.Errorf("two sites share what they fetched: %d", n)
	}
}

func TestT111_PoliciesHoldForFilesToo(t *testing.T) {
	s, p, site := world(t)
	s.Gone = func(_ context.Context, site, account skein.ID) (bool, error) { return site == 1 && account == 7, nil }
	for name, m := range map[string]skein.Mirrored{
		"a suspended account": mirrored(t, site, site.Mirror(skein.MirrorPicture, skein.MirrorOwner("oak.example", 7), p.URL+"/a.gif")),
		"its film":            mirrored(t, site, site.MirrorFilm("video/mp4", skein.MirrorOwner("", 7), p.URL+"/film.mp4")),

		"a suspended peer":                 {URL: "http://suspended.example/a.gif", Kind: skein.MirrorPicture},
		"a host below it":                  {URL: "http://files.suspended.example/a.gif", Kind: skein.MirrorPicture},
		"a peer whose media are refused":   {URL: "http://plain.example/a.gif", Kind: skein.MirrorPicture},
		"its files on another host":        {URL: p.URL + "/a.gif", Owner: "plain.example", Kind: skein.MirrorPicture},
		"a redirect to a suspended peer":   {URL: p.URL + "/away", Kind: skein.MirrorPicture},
		"a private address":                {URL: "http://10.0.0.1/a.gif", Kind: skein.MirrorPicture},
		"a film of a peer that is refused": {URL: p.URL + "/film.mp4", Owner: "suspended.example", Kind: "mp4"},
	} {
		_, err := s.Picture(t.Context(), site.ID, m, always)
		if m.Kind == "mp4" {
			_, err = s.Film(t.Context(), site.ID, m, "")
		}
		if skein.KindOf(err) != skein.NotFound {
			t.Errorf("%s: err = %v", name, err)
		}
	}
	if asked := p.requests(); len(asked) != 1 || asked[0].URL.Path != "/away" {
		t.Errorf("%d requests", len(asked))
	}
}

func TestFilmsArePassedOnPieceByPiece(t *testing.T) {
	s, p, site := world(t)
	m := mirrored(t, site, site.MirrorFilm("video/mp4", "", p.URL+"/film.mp4"))
	for part, want := range map[string]struct {
		status int
		length int64
		span   string
	}{
		"":                       {200, 12 << 20, ""},
		"bytes=0-":               {206, 4 << 20, "bytes 0-4194303/12582912"},
		"bytes=100-199":          {206, 100, "bytes 100-199/12582912"},
		"bytes=12582900-":        {206, 12, "bytes 12582900-12582911/12582912"},
		"bytes=-5":               {206, 5, "bytes 12582907-12582911/12582912"},
		"bytes=0-1,5-6":          {200, 12 << 20, ""}, // T112: one part, or all
		"bytes=9-1":              {200, 12 << 20, ""},
		"bytes=x-":               {200, 12 << 20, ""},
		"bytes=0-1\r\nX-Evil: 1": {200, 12 << 20, ""},
	} {
		f, err := s.Film(t.Context(), 1, m, part)
		if err != nil {
			t.Errorf("%q: %v", part, err)
			continue
		}
		n, err := io.Copy(io.Discard, f.Body)
		f.Body.Close()
		if f.Status != want.status || f.Length != want.length || n != want.length || f.Range != want.span || f.Type != "video/mp4" || err != nil {
			t.Errorf("%q: %d bytes, %+v, %v", part, n, f, err)
		}
	}
	if _, err := s.Film(t.Context(), 1, m, "bytes=99999999-"); !errors.Is(err, ErrRange) {
		t.Errorf("beyond the end: %v", err)
	}
	page := mirrored(t, site, site.MirrorFilm("video/mp4", "", p.URL+"/page.mp4"))
	if _, err := s.Film(t.Context(), 1, page, ""); skein.KindOf(err) != skein.NotFound {
		t.Errorf("a page as a film: %v", err)
	}
	if len(s.slots) != 0 {
		t.Errorf("%d slots are kept", len(s.slots))
	}
}
