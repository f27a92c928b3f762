// Package mirror shows other servers' pictures and films from here, so that no reader's browser tells them who reads what
// (media-federation.md 1.13). It fetches only what the site itself has named by a signed address, through the guarded client,
// without a word about who asks (T111). Pictures are kept on a shelf of bounded size; films are passed on, piece by piece.
package mirror

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"skein/internal/kit/cache"
	"skein/internal/kit/fetch"
	"skein/internal/kit/shelf"
	"skein/internal/skein"
)

// Service mirrors for all sites of the process. Fill the fields, then call Start.
type Service struct {
	Fetch *fetch.Client
	Shelf *shelf.Shelf
	Clock func() time.Time
	Peers func(ctx context.Context, site skein.ID) (*skein.PeerRules, error)
	// Gone tells whether an account was suspended or deleted: what was its is refused at once. nil: nobody is.
	Gone func(ctx context.Context, site, account skein.ID) (bool, error)
	// Still makes a picture that does not move of one that may; nil: those who ask for one get it as it is.
	Still func(ctx context.Context, raw []byte) (still []byte, kind string, err error)

	tried *cache.Cache[string, outcome]
	slots chan struct{} // who holds one may fetch
}

// outcome is how a fetch went: what failed is not tried again for a while, however many ask.
type outcome struct {
	err error
	age time.Duration
}

const (
	pictureBytes = 40 << 20 // media-federation.md 1.12
	fetchTime    = 45 * time.Second
	atOnce       = 24
	// maxAge is how long a picture is shown before it is fetched again: it may be gone there.
	maxAge = 30 * 24 * time.Hour
	// filmPiece is the most of a film that one request gets when it asks for a part.
	filmPiece = 4 << 20
)

// Start makes what the methods need.
func (s *Service) Start() {
	s.tried = cache.New(cache.Options[string, outcome]{
		Size:  50_000,
		AgeOf: func(_ string, o outcome) time.Duration { return o.age },
	})
	s.slots = make(chan struct{}, atOnce)
}

// kinds are the pictures that are passed on, by what stands on the shelf. SVG is none of them: it is a program (T104).
var kinds = map[string]string{
	"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
}

var kindNames = []string{"jpg", "png", "gif", "webp", "avif"}

// PictureType returns the media type of a file on the shelf.
func PictureType(kind string) string { return kinds[kind] }

// sniff tells what a picture is by its first bytes, whatever its server calls it.
func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "jpg"
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return "gif"
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return "webp"
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && (string(head[8:12]) == "avif" || string(head[8:12]) == "avis"):
		return "avif"
	}
	return ""
}

// errNone is the answer for everything that is not shown, whatever the reason.
var errNone = skein.ErrNotFound

// Picture returns a mirrored picture from the shelf, onto which it is fetched when it is not there, if may says so. Who asks
// closes it.
func (s *Service) Picture(ctx context.Context, site skein.ID, m skein.Mirrored, may func() error) (*shelf.File, error) {
	check, err := s.check(ctx, site, m)
	if err != nil {
		return nil, err
	}
	// T112: sites share nothing, variants neither.
	key := shelf.Key(site.String(), m.Kind, m.URL)
	if f, ok := s.Shelf.Get(key, kindNames...); ok {
		if s.Clock().Sub(f.Put) < maxAge {
			return f, nil
		}
		f.Close()
		s.Shelf.Drop(key, kindNames...)
	}
	if _, known := s.tried.Get(key); !known {
		if err := may(); err != nil {
			return nil, err
		}
	}
	o, err := s.tried.Load(ctx, key, func(ctx context.Context, key string) (outcome, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		return s.bring(ctx, key, m, check), nil
	})
	if err == nil {
		err = o.err
	}
	if err != nil {
		return nil, err
	}
	f, ok := s.Shelf.Get(key, kindNames...)
	if !ok {
		return nil, skein.Errorf(skein.Busy, "The picture is gone again; please try later.")
	}
	return f, nil
}

// Bring has a file at hand, as far as one is kept: pictures are fetched onto the shelf, films are only looked up. may is asked
// before something is fetched. What is not shown is skein.ErrNotFound.
func (s *Service) Bring(ctx context.Context, site skein.ID, m skein.Mirrored, may func() error) error {
	if m.FilmType() != "" {
		_, err := s.check(ctx, site, m)
		return err
	}
	f, err := s.Picture(ctx, site, m, may)
	if err != nil {
		return err
	}
	return f.Close()
}

// check returns what refuses hosts that the site takes no media from, after it was asked for the file's own.
func (s *Service) check(ctx context.Context, site skein.ID, m skein.Mirrored) (func(host string) error, error) {
	rules, err := s.Peers(ctx, site)
	if err != nil {
		return nil, err
	}
	refuses := func(host string) error {
		if p := rules.ForAccount(host, m.Owner); p.Severity == skein.Suspended || p.RejectMedia {
			return errors.New("no media are taken from there")
		}
		return nil
	}
	if m.Account != 0 && s.Gone != nil {
		if gone, err := s.Gone(ctx, site, m.Account); err != nil {
			return nil, err
		} else if gone {
			return nil, errNone
		}
	}
	u, err := url.Parse(m.URL)
	if err != nil {
		return nil, errNone
	}
	host, err := fetch.Host(u.Host)
	if err != nil || refuses(host) != nil {
		return nil, errNone
	}
	return refuses, nil
}

// bring fetches a picture onto the shelf.
func (s *Service) bring(ctx context.Context, key string, m skein.Mirrored, check func(string) error) outcome {
	if done, err := s.slot(ctx); err != nil {
		return outcome{skein.Errorf(skein.Busy, "Too many pictures are fetched at once; please try later."), time.Second}
	} else {
		defer done()
	}
	in, err := s.Fetch.Media(ctx, fetch.Request{URL: m.URL, Accept: "image/*, */*;q=0.1", Check: check, Limit: pictureBytes, Timeout: fetchTime})
	if err != nil {
		return failed(err)
	}
	defer in.Body.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(in.Body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return failed(err)
	}
	kind := sniff(head[:n])
	if kind == "" {
		return outcome{errNone, 10 * time.Minute}
	}
	from := io.MultiReader(bytes.NewReader(head[:n]), in.Body)
	if m.Kind == skein.MirrorStill && s.Still != nil && (kind == "gif" || kind == "webp" || kind == "png") {
		raw, err := io.ReadAll(from)
		if err != nil {
			return failed(err)
		}
		if still, as, err := s.Still(ctx, raw); err == nil && kinds[as] != "" {
			raw, kind = still, as
		}
		from = bytes.NewReader(raw)
	}
	if err := s.Shelf.Put(key, kind, from); err != nil {
		return failed(err)
	}
	return outcome{age: time.Second}
}

// failed says how long a fetch that failed is not tried again.
func failed(err error) outcome {
	if fetch.Retry(err) {
		return outcome{errNone, time.Minute}
	}
	return outcome{errNone, 10 * time.Minute}
}

func (s *Service) slot(ctx context.Context) (done func(), err error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Film is a part of a film or sound, or all of it, on its way through. Close Body.
type Film struct {
	Type   string
	Status int    // 200 or 206
	Length int64  // -1: not known
	Range  string // Content-Range, when a part was asked for
	Body   io.ReadCloser
}

// Film asks another server for a film, or for the part of it that a Range header of one range names; a long part is cut.
func (s *Service) Film(ctx context.Context, site skein.ID, m skein.Mirrored, part string) (*Film, error) {
	kind := m.FilmType()
	if kind == "" {
		return nil, errNone
	}
	check, err := s.check(ctx, site, m)
	if err != nil {
		return nil, err
	}
	req := fetch.Request{URL: m.URL, Accept: "video/*, audio/*", Check: check}
	if part = piece(part); part != "" {
		req.Header = http.Header{"Range": {part}}
	}
	done, err := s.slot(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.Fetch.Media(ctx, req)
	if err != nil {
		done()
		if fetch.StatusOf(err) == http.StatusRequestedRangeNotSatisfiable {
			return nil, ErrRange
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errNone
	}
	f := &Film{Type: kind, Status: http.StatusOK, Length: -1, Body: &slotted{in.Body, done}}
	if !passes(in.Header.Get("Content-Type")) {
		f.Body.Close()
		return nil, errNone
	}
	var from, to, all int64
	if n, err := fmt.Sscanf(in.Header.Get("Content-Range"), "bytes %d-%d/%d", &from, &to, &all); in.Status == http.StatusPartialContent {
		if n != 3 || err != nil || from < 0 || to < from || to >= all || part == "" {
			f.Body.Close()
			return nil, errNone
		}
		f.Status, f.Length, f.Range = http.StatusPartialContent, to-from+1, fmt.Sprintf("bytes %d-%d/%d", from, to, all)
	} else if n, err := fmt.Sscanf(in.Header.Get("Content-Length"), "%d", &all); n == 1 && err == nil && all >= 0 {
		f.Length = all
	}
	return f, nil
}

// ErrRange says that a film has no such part.
var ErrRange = errors.New("no such part of the film")

// slotted gives its slot back when it is closed.
type slotted struct {
	io.ReadCloser
	done func()
}

func (s *slotted) Close() error {
	if s.done != nil {
		s.done()
		s.done = nil
	}
	return s.ReadCloser.Close()
}

// passes tells whether an answer may be what it is shown as. The type that readers get is the one that we signed.
func passes(contentType string) bool {
	t, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	t = strings.TrimSpace(t)
	return strings.HasPrefix(t, "video/") || strings.HasPrefix(t, "audio/") || t == "" || t == "application/octet-stream" ||
		t == "application/ogg" || t == "application/mp4" || t == "binary/octet-stream"
}

// piece reads a Range header of one range and cuts it to what one request gets. What is none asks for the whole (T112).
func piece(header string) string {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return ""
	}
	from, to, ok := strings.Cut(strings.TrimSpace(spec), "-")
	a, aok := offset(from)
	b, bok := offset(to)
	switch {
	case !ok || !aok || !bok || from == "" && to == "":
		return ""
	case from == "": // the last bytes
		return fmt.Sprintf("bytes=-%d", min(b, filmPiece))
	case to == "":
		return fmt.Sprintf("bytes=%d-%d", a, a+filmPiece-1)
	case b < a:
		return ""
	}
	return fmt.Sprintf("bytes=%d-%d", a, min(b, a+filmPiece-1))
}

// offset reads a number of digits alone; none is 0.
func offset(s string) (n int64, ok bool) {
	if len(s) > 15 {
		return 0, false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int64(r-'0')
	}
	return n, true
}
