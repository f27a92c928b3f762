package pages

import (
	"hash/fnv"
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"

	"skein/internal/kit/text"
	"skein/internal/skein"
)

// person is an account as pages show it.
type person struct {
	Name, Acct, Path string
	Shown            template.HTML // the name with its emoji
	Picture          string        // its address; empty: none
	Size             string        // of the picture, or what stands for it: tiny, small, large; empty: as in a post
	Hue              uint32
	Initials         string
}

func personOf(site *skein.Site, a *skein.Account) person {
	p := person{Name: a.DisplayName, Acct: a.Acct(), Path: "/@" + a.Acct()}
	if strings.TrimSpace(p.Name) == "" {
		p.Name = a.Username
	}
	p.Shown = withEmoji(site, a.Domain, a.Emojis, html.EscapeString(p.Name))
	_, p.Picture, _, _ = site.Pictures(a)
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(p.Acct)))
	p.Hue, p.Initials = h.Sum32()%12, initials(a.DisplayName, a.Username)
	return p
}

// Sized is the same person with a picture of another size.
func (p person) Sized(size string) person {
	p.Size = size
	return p
}

// withEmoji puts the pictures of custom emoji into clean HTML: still ones, for nothing moves by itself on a page.
func withEmoji(site *skein.Site, owner string, list []skein.Emoji, clean string) template.HTML {
	if len(list) == 0 {
		return template.HTML(clean) //nolint:gosec // sanitised by kit/text before it was stored, or escaped by the caller
	}
	return template.HTML(text.Emojify(clean, func(code string) string { //nolint:gosec // the same, and addresses of ours
		for _, e := range list {
			if e.Code != code {
				continue
			}
			if e.StaticURL != "" && e.StaticURL != e.URL {
				return e.StaticURL
			}
			return site.MirrorStill(owner, e.URL)
		}
		return ""
	}))
}

var shortcode = regexp.MustCompile(`:\w+:`)

// initials are the first sign of the first word of a name and, where both are of one script that has initials, of the last;
// web/CLASSES.md has the rule, and the app follows it too.
func initials(name, username string) string {
	sign := func(s string) string {
		for _, r := range s {
			if unicode.IsLetter(r) || unicode.IsNumber(r) {
				return string(r)
			}
		}
		return ""
	}
	var signs []string
	for w := range strings.FieldsSeq(shortcode.ReplaceAllString(name, " ")) {
		if s := sign(w); s != "" {
			signs = append(signs, s)
		}
	}
	if len(signs) == 0 {
		return strings.ToUpper(sign(username))
	}
	if both := signs[0] + signs[len(signs)-1]; len(signs) > 1 && paired(both) {
		return strings.ToUpper(both)
	}
	return strings.ToUpper(signs[0])
}

// paired tells whether letters can stand beside each other as initials: those of one of a few scripts. Others join, are whole
// words, or run the other way.
func paired(letters string) bool {
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic} {
		if !strings.ContainsFunc(letters, func(r rune) bool { return !unicode.Is(script, r) && (r < '0' || r > '9') }) {
			return true
		}
	}
	return false
}
