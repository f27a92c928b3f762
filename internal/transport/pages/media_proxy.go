package pages

import (
	"net/http"
	"strings"
	"time"

	"skein/internal/kit/limit"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// mediaProxyPath begins the addresses by which Mastodon's clients ask for files of posts by their IDs (mastodon-api.md 3.20).
const mediaProxyPath = "/media_proxy/"

// How often one visitor may ask (mastodon-api.md 7).
const (
	mediaProxyMost   = 30
	mediaProxyWindow = 10 * time.Minute
)

// mediaProxy leads to where a file of a post is shown from here, and fetches it first when it is another server's. It knows no
// address but those of posts that the one who asks may read, and leads nowhere but to this site (T111).
func (s *Service) mediaProxy(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Cookie")
	to, err := s.proxied(r, site)
	if err == nil {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	s.withhold(w, r, "file not found by its ID", err)
}

// proxied finds the address of the file that is asked for.
func (s *Service) proxied(r *http.Request, site *skein.Site) (to string, err error) {
	number, size, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, mediaProxyPath), "/")
	id, ok := skein.ParseID(number)
	if !ok || size != "" && size != "original" && size != "small" {
		return "", skein.ErrNotFound
	}
	if s.Limit != nil && !s.Limit.Take("media-proxy/"+limit.IPKey(limit.ClientIP(r, s.Proxies)), mediaProxyMost, mediaProxyWindow).OK {
		return "", skein.Errorf(skein.Busy, "Too many requests")
	}
	who := skein.Viewer{Site: site.ID}
	if session := web.Session(r, site.Base); session != "" && s.Identity != nil {
		if g, err := s.Identity.BySession(r.Context(), site.ID, session); err == nil && g.User.Ready() == nil {
			who = g.Viewer
		}
	}
	if who.Visitor() && site.Closed() {
		return "", skein.ErrNotFound
	}
	v, a, err := s.Social.FileByID(r.Context(), who, id)
	if err != nil {
		return "", err
	}
	file, preview := a.Shown(site, v.Post.Author, v.Post.Open(), s.Clock())
	if to = file; size == "small" && preview != "" {
		to = preview
	}
	path, here := strings.CutPrefix(to, site.Base+"/")
	if !here {
		return "", skein.ErrNotFound
	}
	if m, ok := site.Mirrored("/" + path); ok {
		err = s.Mirror.Bring(r.Context(), site.ID, m, func() error { return s.mayFetch(r) })
	}
	return to, err
}
