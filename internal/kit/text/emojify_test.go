package text_test

import (
	"testing"

	"skein/internal/kit/text"
)

func TestEmojifyLeavesTagsAndUnknownCodes(t *testing.T) {
	picture := func(code string) string {
		if code == "cat" || code == "cat_2" {
			return `https://elm.example/a"b/` + code
		}
		return ""
	}
	img := func(code string) string {
		return `<img class="emoji" src="https://elm.example/a&#34;b/` + code + `" alt=":` + code + `:" title=":` + code + `:" loading="lazy">`
	}
	for in, want := range map[string]string{
		"":                              "",
		"no codes":                      "no codes",
		"at 9:30:15 :cat":               "at 9:30:15 :cat",
		"<p>hi :cat:!</p>":              "<p>hi " + img("cat") + "!</p>",
		":cat::cat_2:":                  img("cat") + img("cat_2"),
		"::cat::":                       ":" + img("cat") + ":",
		":dog: :cat:":                   ":dog: " + img("cat"),
		":dog:cat:":                     ":dog" + img("cat"),
		`<a href="x?:cat:>:cat:">y</a>`: `<a href="x?:cat:>:cat:">y</a>`,
		"<broken :cat:":                 "<broken :cat:",
	} {
		if got := text.Emojify(in, picture); got != want {
			t.Errorf("Emojify(%q) =\n%s, want\n%s", in, got, want)
		}
	}
}
