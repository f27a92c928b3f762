package oauth_test

import (
	"strings"
	"testing"
)

// TestLettersOfATrialAreFound: where letters are kept in a folder for who tries the program out, the pages that speak of a letter
// say where; no other site tells.
func TestLettersOfATrialAreFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(h.elm)
		for _, path := range []string{"/signup/wait", "/reset?sent=1"} {
			h.door.Letters = "/demo/mail"
			has(t, path, b.get(path), "in the folder /demo/mail.")
			h.door.Letters = ""
			if body := b.get(path).Body.String(); strings.Contains(body, "folder") {
				t.Errorf("%s speaks of a folder:\n%s", path, body)
			}
		}
		// What is written around a handle belongs to its field for those who hear the page.
		has(t, "sign-up", b.get("/signup"), `aria-describedby="username-after username-hint"`, `<span id="username-after">@elm.example</span>`)
	})
}
