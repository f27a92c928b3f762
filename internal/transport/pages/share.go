package pages

import (
	"io"
	"net/http"
	"net/url"
	"slices"
)

// Bounds of what is taken of a text that is shared without the worker: it becomes part of an address.
const (
	maxShared      = 4 << 10
	maxSharedParts = 10
)

// shareLess takes what another program shares through a browser whose service worker does not take it: the words, on the way to
// the composer. Files cannot come along, and are not read.
func shareLess(w http.ResponseWriter, r *http.Request) {
	to, words := "/share", url.Values{}
	form, err := r.MultipartReader()
	for n := 0; err == nil && n < maxSharedParts; n++ {
		part, end := form.NextPart()
		if end != nil || part.FileName() != "" {
			break
		}
		if name := part.FormName(); slices.Contains([]string{"title", "text", "url"}, name) {
			if text, _ := io.ReadAll(io.LimitReader(part, maxShared)); len(text) > 0 {
				words.Set(name, string(text))
			}
		}
	}
	if len(words) > 0 {
		to += "?" + words.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
