package mastodon

import (
	"strings"
	"testing"
)

// TestErrorsAreInTheLanguageThatIsAskedFor: who asks in a language that there are words in is told in it; who asks in English, in
// another, or says nothing is told what Mastodon tells, and so are headers.
func TestErrorsAreInTheLanguageThatIsAskedFor(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	long := `{"display_name":"` + strings.Repeat("a", 200) + `"}`
	for _, c := range []struct{ language, method, path, body, want string }{
		{"", "GET", "/api/v1/statuses/1", "", "Record not found"},
		{"en-GB, de;q=0.5", "GET", "/api/v1/statuses/1", "", "Record not found"},
		{"sv", "GET", "/api/v1/statuses/1", "", "Record not found"},
		{"de-AT, en;q=0.5", "GET", "/api/v1/statuses/1", "", "Das gibt es hier nicht, oder nicht mehr."},
		{"es", "POST", "/api/v1/statuses", `{"status":" "}`, "Escribe algo o adjunta una imagen."},
		{"fr", "PATCH", "/api/v1/accounts/update_credentials", long, "Un nom affiché contient 40 caractères."},
	} {
		got := w.ask(w.site, c.method, c.path, ann, c.body, "Accept-Language", c.language).object(t)
		if got["error"] != c.want {
			t.Errorf("%q: %v, want %q", c.language, got["error"], c.want)
		}
		if details, ok := got["details"].(map[string]any); ok && c.language == "fr" {
			if d := details["display_name"].([]any)[0].(map[string]any)["description"]; d != c.want {
				t.Errorf("details: %v", d)
			}
		}
	}
}
