package pages

import (
	"net/http"
	"slices"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// chooseLanguage keeps the language that a page was asked to be in: for this browser, and for the letters and pushes of who is
// signed in, if they chose on a page of ours. A link on another's page changes nothing of an account (T122).
func (s *Service) chooseLanguage(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	to, session := r.URL.Query().Get("to"), web.Session(r, site.Base)
	if slices.Contains(web.Languages, to) && session != "" && s.Identity != nil && r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		g, err := s.Identity.BySession(r.Context(), site.ID, session)
		if err == nil {
			err = s.Identity.Speak(r.Context(), g.Viewer, to)
		}
		if err != nil && skein.KindOf(err) == skein.Internal {
			s.Log.Error("language not kept", "err", err)
		}
	}
	web.ChooseLanguage(w, r)
}
