package text

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Hashtag reads the name of a hashtag, with or without its #. normal is what it is compared and looked up by: NFKC and
// folded case, so that #Ｆｏｏ, #FOO and #foo are one (FEP-eb48); display is how it was written, in NFC. ok is false for
// what is no hashtag by the rule that Find goes by.
func Hashtag(name string) (normal, display string, ok bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "#"), "＃")
	if name == "" || len(name) > maxName {
		return "", "", false
	}
	display = norm.NFC.String(name)
	if tagEnd(display, 0) != len(display) {
		return "", "", false
	}
	// Folding may bring up what NFKC composes, and the other way round: Unicode, section 3.13, D147.
	normal = norm.NFKC.String(fold.String(norm.NFKC.String(fold.String(norm.NFD.String(display)))))
	if normal == "" || len(normal) > maxName || tagEnd(normal, 0) != len(normal) {
		return "", "", false
	}
	return normal, display, true
}

// fold has no state: cases.Fold is the one Caser that may be used from several goroutines.
var fold = cases.Fold()

// maxLanguage: the longest tag anybody needs (RFC 5646 4.4.1). Parsing cost grows with the length.
const maxLanguage = 35

// Language reads a language tag (BCP 47) and gives its usual spelling: "pt-br" is pt-BR. Private and unknown ones are no
// language.
func Language(tag string) (canonical string, ok bool) {
	if tag == "" || len(tag) > maxLanguage {
		return "", false
	}
	t, err := language.Parse(tag)
	if err != nil || t == language.Und || t.IsRoot() {
		return "", false
	}
	if base, _ := t.Base(); base.String() == "und" {
		return "", false
	}
	return t.String(), true
}
