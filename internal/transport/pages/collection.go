package pages

import (
	"net/http"

	"skein/internal/kit/text"
	"skein/internal/skein"
)

// collection shows the accounts that somebody put together for others to meet, and leads to them.
func (s *Service) collection(w http.ResponseWriter, r *http.Request, site *skein.Site, rest string) {
	id, ok := skein.ParseID(rest)
	if !ok {
		s.fault(w, r, site, skein.ErrNotFound)
		return
	}
	v, err := s.Social.Collection(r.Context(), skein.Viewer{Site: site.ID}, id)
	if err == nil && !v.Local {
		err = skein.ErrNotFound // it has a page elsewhere
	}
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	d := struct {
		frame
		Heading, About string
		Owner          person
		People         []person
	}{frame: s.frame(r, site, v.Name+" · "+site.Name), Heading: v.Name, About: v.Description, Owner: personOf(site, v.Owner)}
	d.Summary = text.Excerpt(v.Description, 200)
	d.Canonical, d.Activity = v.URL, v.URI
	d.NoIndex = !v.Discoverable || v.Sensitive
	for _, a := range v.Accounts {
		d.People = append(d.People, personOf(site, a))
	}
	s.render(w, r, site, http.StatusOK, "collection", d)
}
