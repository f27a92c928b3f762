package pages

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// embed is one post alone, for frames on pages of others: only what everybody may read, and the same whoever is signed in.
func (s *Service) embed(w http.ResponseWriter, r *http.Request, site *skein.Site, path string) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/@"), "/")
	id, ok := skein.ParseID(rest)
	if !ok || site.Closed() {
		s.fault(w, r, site, skein.ErrNotFound)
		return
	}
	v, err := s.Social.Post(r.Context(), skein.Viewer{Site: site.ID}, id)
	if err == nil && (v.Original != nil || !v.Post.Local || !strings.EqualFold(v.Author.Acct(), name)) {
		err = skein.ErrNotFound
	}
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	by := personOf(site, v.Author).Name
	d := listPage{frame: s.frame(r, site, fmt.Sprintf("%s: “%s”", by, text.Excerpt(text.Plain(v.Post.HTMLShown()), 60)))}
	if v.Post.Warning != "" {
		d.Title = fmt.Sprintf("%s: “%s”", by, v.Post.Warning)
	}
	d.Canonical, d.Activity, d.NoIndex = v.Post.URL, v.Post.URI, true
	one := postOf(site, v, s.Clock())
	one.Focus = true
	d.Posts = []post{one}
	s.render(w, r, site, http.StatusOK, "embed", d)
}

// style is the stylesheet of the site's own, which may be empty.
func (s *Service) style(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=300")
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(site.Extra.Style))
	}
}

// styleVersion changes with the stylesheet, so that browsers ask for a new one at once.
func styleVersion(site *skein.Site) string {
	h := fnv.New32a()
	h.Write([]byte(site.Extra.Style))
	return fmt.Sprintf("%x", h.Sum32())
}

// intent takes the links of web+mastodon: that browsers hand to the site: to follow somebody, or to share a text.
func (s *Service) intent(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	u, err := url.Parse(r.URL.Query().Get("uri"))
	if err != nil || u.Scheme != "web+mastodon" {
		s.fault(w, r, site, skein.ErrNotFound)
		return
	}
	q := u.Query()
	to := ""
	switch u.Host {
	case "follow":
		to = "/authorize_interaction?" + url.Values{"uri": {strings.TrimPrefix(q.Get("uri"), "acct:")}}.Encode()
	case "share":
		to = "/share?" + url.Values{"text": {q.Get("text")}}.Encode()
	default:
		s.fault(w, r, site, skein.ErrNotFound)
		return
	}
	http.Redirect(w, r, web.LocalPathOr(to, "/"), http.StatusFound)
}
