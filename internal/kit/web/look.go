package web

import (
	"net/http"
	"slices"

	"golang.org/x/text/language"
)

// Languages are those that pages and the web app are written in, the usual one first: each has a file in web/src/text.
var Languages = []string{"en", "de", "fr", "es", "ar"}

// Language is one of them; its name is what those who speak it call it.
type Language struct{ Code, Name string }

// LanguageList is Languages with their names.
func LanguageList() []Language {
	return []Language{{"en", "English"}, {"de", "Deutsch"}, {"fr", "Français"}, {"es", "Español"}, {"ar", "العربية"}}
}

// ChooseLanguage keeps the language that somebody chose on a page where the app keeps it too, and leads back to the page.
func ChooseLanguage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if to := q.Get("to"); slices.Contains(Languages, to) {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: to, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode,
			Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"})
	}
	http.Redirect(w, r, LocalPathOr(q.Get("return_to"), "/"), http.StatusSeeOther) // T125
}

var matcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range Languages {
		tags = append(tags, language.MustParse(l))
	}
	return language.NewMatcher(tags)
}()

// Asked is the language of ours that a request asks for, or the usual one if it asks for none that we have.
func Asked(h http.Header, usual string) string {
	wanted, _, _ := language.ParseAcceptLanguage(h.Get("Accept-Language")) // what cannot be read asks for nothing
	if _, i, sure := matcher.Match(wanted...); sure > language.No {
		return Languages[i]
	}
	return usual
}

// Look is how somebody wants pages to look, as the attributes of the root element name it.
type Look struct{ Lang, Dir, Theme, Contrast, Size, Font, Density, Motion, Side string }

// LookOf reads it from the cookies that the web app keeps. What they say is only ever one of the known values. The language
// is the one chosen in the app, or what the browser asks for.
func LookOf(r *http.Request) Look {
	choose := func(name string, values ...string) string {
		if c, err := r.Cookie(name); err == nil && slices.Contains(values, c.Value) {
			return c.Value
		}
		return values[0]
	}
	l := choose("lang", append([]string{""}, Languages...)...)
	if l == "" {
		l = Asked(r.Header, Languages[0])
	}
	dir := "ltr"
	if l == "ar" {
		dir = "rtl"
	}
	return Look{
		Lang: l, Dir: dir,
		Theme:    choose("theme", "system", "light", "dark"),
		Contrast: choose("contrast", "system", "normal", "more"),
		Size:     choose("size", "100", "85", "115", "130", "150"),
		Font:     choose("font", "own", "legible", "system"),
		Density:  choose("density", "roomy", "compact"),
		Motion:   choose("motion", "system", "less"),
		Side:     choose("side", "on", "off"),
	}
}
