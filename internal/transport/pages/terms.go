package pages

import (
	"net/http"
	"strings"

	"skein/internal/skein"
)

// terms shows what counts between a site and its people: the terms of a day, or without one those that count now. A site
// that has none has its rules.
func (s *Service) terms(w http.ResponseWriter, r *http.Request, site *skein.Site, day string) {
	t, err := s.Sites.Terms(r.Context(), site.ID, day)
	if skein.KindOf(err) == skein.NotFound && day == "" {
		s.about(w, r, site)
		return
	}
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	d := struct {
		frame
		Counts     bool
		Day, Next  string
		Paragraphs []string
	}{frame: s.frame(r, site, saying(r).T("Terms of {site}", "site", site.Name)), Counts: t.Counts, Day: t.Effective, Next: t.Next, Paragraphs: paragraphs(t.Text)}
	d.Canonical = site.URL("/terms/" + t.Effective)
	s.render(w, r, site, http.StatusOK, "terms", d)
}

// paragraphs are the parts of a text between blank lines.
func paragraphs(plain string) (list []string) {
	for p := range strings.SplitSeq(strings.ReplaceAll(plain, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}
