package pages

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/mirror"
	"skein/internal/kit/limit"
	"skein/internal/skein"
)

// How many files of other servers one visitor may have fetched anew: a long timeline of strangers, and many films.
const (
	mirrorMost   = 900
	mirrorWindow = 10 * time.Minute
)

// mirrored serves a file of another server, by an address that the site itself made (T111): pictures as the type that their
// bytes are, films as the type that we signed.
func (s *Service) mirrored(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	m, ok := site.Mirrored(r.URL.Path)
	if !ok || r.URL.RawQuery != "" { // one address for each file
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	}
	var err error
	if m.FilmType() != "" {
		err = s.mirroredFilm(w, r, site, m)
	} else {
		err = s.mirroredPicture(w, r, site, m)
	}
	switch {
	case err == nil, r.Context().Err() != nil: // who asked is gone
	case errors.Is(err, mirror.ErrRange):
		http.Error(w, "There is no such part of this file.", http.StatusRequestedRangeNotSatisfiable)
	default:
		if skein.KindOf(err) == skein.NotFound {
			h.Set("Cache-Control", "public, max-age=60")
		}
		s.withhold(w, r, "file not mirrored", err)
	}
}

func (s *Service) mirroredPicture(w http.ResponseWriter, r *http.Request, site *skein.Site, m skein.Mirrored) error {
	f, err := s.Mirror.Picture(r.Context(), site.ID, m, func() error { return s.mayFetch(r) })
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", mirror.PictureType(f.Kind))
	h.Set("Cache-Control", "public, max-age=604800, immutable")
	if strings.Contains(r.Header.Get("Range"), ",") { // T112: one part, or all
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", f.Put, f)
	return nil
}

func (s *Service) mirroredFilm(w http.ResponseWriter, r *http.Request, site *skein.Site, m skein.Mirrored) error {
	if err := s.mayFetch(r); err != nil {
		return err
	}
	f, err := s.Mirror.Film(r.Context(), site.ID, m, r.Header.Get("Range"))
	if err != nil {
		return err
	}
	defer f.Body.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Accept-Ranges", "bytes")
	h.Set("Cache-Control", "private, max-age=3600")
	if f.Range != "" {
		h.Set("Content-Range", f.Range)
	}
	if f.Length >= 0 {
		h.Set("Content-Length", strconv.FormatInt(f.Length, 10))
	}
	w.WriteHeader(f.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(w, f.Body); err != nil && r.Context().Err() == nil {
		panic(http.ErrAbortHandler) // what came is not all; the reader must not take it for the end
	}
	return nil
}

// mayFetch counts what a visitor makes us fetch.
func (s *Service) mayFetch(r *http.Request) error {
	if s.Limit == nil {
		return nil
	}
	if !s.Limit.Take("mirror/"+limit.IPKey(limit.ClientIP(r, s.Proxies)), mirrorMost, mirrorWindow).OK {
		return skein.Errorf(skein.Busy, "Too many requests")
	}
	return nil
}
