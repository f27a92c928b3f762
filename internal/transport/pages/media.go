package pages

import (
	"net/http"
	"strings"

	"skein/internal/skein"
)

// mediaPath begins the addresses of files.
const mediaPath = "/media/"

// media serves a stored file: as the type that we found it to be and never another, so that nothing can come of it but what
// it is (T46, T105); whole or one part of it (T112).
func (s *Service) media(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Access-Control-Allow-Origin", "*") // and never with credentials: what is not for everybody goes by its link
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "private, no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	key, extension, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, mediaPath), ".")
	q := r.URL.Query()
	f, err := s.Media.Open(r.Context(), site.ID, key, site.IsSigned(r.URL.Path, q.Get("until"), q.Get("sig"), s.Clock()))
	if err == nil && (extension == "" || extension != skein.Extension(f.Type)) { // one address for each file
		err = skein.ErrNotFound
		_ = f.Close()
	}
	if err != nil {
		s.withhold(w, r, "file not served", err)
		return
	}
	defer f.Close()
	h.Set("Content-Type", f.Type)
	h.Set("ETag", `"`+f.Key+`"`) // no two files have one key, on no site, and none changes
	h.Set("Accept-Ranges", "bytes")
	if f.Public {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "private, max-age=3600") // of the browser that had the link (T153)
	}
	if strings.Contains(r.Header.Get("Range"), ",") {
		r = r.Clone(r.Context())
		r.Header.Del("Range") // RFC 9110 14.2: a server may ignore it
	}
	http.ServeContent(w, r, "", f.ModTime(), f)
}

// withhold answers for a file that cannot be given; what is our fault is logged, unless who asked is gone.
func (s *Service) withhold(w http.ResponseWriter, r *http.Request, what string, err error) {
	switch skein.KindOf(err) {
	case skein.NotFound, skein.Denied:
		http.Error(w, "Not Found", http.StatusNotFound)
	case skein.Busy:
		w.Header().Set("Retry-After", "60")
		http.Error(w, err.Error(), http.StatusTooManyRequests)
	default:
		if r.Context().Err() == nil {
			s.Log.Error(what, "err", err)
		}
		http.Error(w, "There was a temporary problem serving your request, please try again.", http.StatusServiceUnavailable)
	}
}
