package web

import (
	"net/http"
	"slices"
)

// Look is how somebody wants pages to look, as the attributes of the root element name it.
type Look struct{ Lang, Dir, Theme, Contrast, Size string }

// LookOf reads it from the cookies that the web app keeps. What they say is only ever one of the known values.
func LookOf(r *http.Request) Look {
	choose := func(name string, values ...string) string {
		if c, err := r.Cookie(name); err == nil && slices.Contains(values, c.Value) {
			return c.Value
		}
		return values[0]
	}
	return Look{
		Lang: "en", Dir: "ltr",
		Theme:    choose("theme", "system", "light", "dark"),
		Contrast: choose("contrast", "system", "normal", "more"),
		Size:     choose("size", "100", "85", "115", "130", "150"),
	}
}
