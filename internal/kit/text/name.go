package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxMarks is how many combining marks one letter may bear: enough for every living language, not for zalgo.
const maxMarks = 4

// DisplayName cleans a name that somebody gave: one line, no control characters, nothing that turns the direction of
// what stands around it, nothing invisible in heaps, at most four combining marks on a letter; cut to so many
// user-perceived characters. What is left may be empty: then show the user name.
func DisplayName(s string, most int) string {
	return clean(s, most, false)
}

// Clean is DisplayName for text of several lines, such as the description of a picture.
func Clean(s string, most int) string {
	return clean(s, most, true)
}

func clean(s string, most int, multiline bool) string {
	// No character is longer than four bytes and few clusters longer than a dozen: what is far beyond is not looked at.
	if limit := most*64 + 64; most < 1<<20 && len(s) > limit {
		for limit > 0 && !utf8.RuneStart(s[limit]) {
			limit--
		}
		s = s[:limit]
	}
	var b strings.Builder
	b.Grow(len(s))
	var (
		marks  int
		prev   rune = ' ' // the last character written
		inFlag bool       // behind a black flag, where tag characters spell a region
	)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		broken := r == utf8.RuneError && n == 1
		i += n
		switch {
		case broken:
			continue
		case r == '\r' || r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			if r == '\r' && i < len(s) && s[i] == '\n' {
				continue
			}
			if r = '\n'; !multiline {
				r = ' '
			}
		case r == '\t':
			r = ' '
		case unicode.IsControl(r):
			continue
		case r == '\u200c' || r == '\u200d':
			// A joiner has a place between two characters; heaps of them are a way to hide or to choke.
			if prev == ' ' || prev == '\n' || prev == '\u200c' || prev == '\u200d' {
				continue
			}
		case 0xE0020 <= r && r <= 0xE007F:
			if !inFlag {
				continue
			}
		case 0xFE00 <= r && r <= 0xFE0F || 0xE0100 <= r && r <= 0xE01EF:
			if prev == ' ' || prev == '\n' || isVariant(prev) {
				continue
			}
		case isHidden(r):
			continue
		case unicode.Is(unicode.M, r):
			if prev == ' ' || prev == '\n' || marks == maxMarks {
				continue
			}
			marks++
		case !multiline && unicode.Is(unicode.Zs, r):
			r = ' '
		}
		if !unicode.Is(unicode.M, r) && r != '\u200c' && r != '\u200d' {
			marks = 0
		}
		if r == ' ' && !multiline && prev == ' ' {
			continue
		}
		inFlag = r == 0x1F3F4 || inFlag && 0xE0020 <= r && r < 0xE007F
		b.WriteRune(r)
		prev = r
	}
	return trimName(Truncate(trimName(b.String()), most))
}

// trimName drops spaces and joiners at both ends.
func trimName(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200c' || r == '\u200d'
	})
}

func isVariant(r rune) bool {
	return 0xFE00 <= r && r <= 0xFE0F || 0xE0100 <= r && r <= 0xE01EF
}

// isHidden knows what is seen by nobody or moves what others wrote: the controls of direction (UAX 9), format and
// filler characters, anchors, what belongs to no text.
func isHidden(r rune) bool {
	switch r {
	case 0x034F, // combining grapheme joiner
		0x115F, 0x1160, 0x3164, 0xFFA0, // fillers of Hangul
		0x17B4, 0x17B5, // inherent vowels of Khmer
		0x2800, // empty Braille
		0xFFFC: // object replacement
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Co) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// maxUsername is the length of a local user name.
const maxUsername = 30

// ValidUsername says whether a name may be one of ours: [A-Za-z0-9_]{1,30}, with a letter or digit in it.
func ValidUsername(s string) bool {
	if s == "" || len(s) > maxUsername {
		return false
	}
	for i := range len(s) {
		if !isUserByte(s[i]) {
			return false
		}
	}
	return strings.Trim(s, "_") != ""
}

// looks replaces what looks alike in a user name by one spelling, as UTS 39 does for all of Unicode.
var looks = strings.NewReplacer("0", "o", "1", "l", "i", "l", "m", "rn", "w", "vv")

// Confusable is the skeleton of a local user name: two names with the same skeleton are taken for each other, so the
// second must not be given away. Case, 0 and o, 1 and l and i, rn and m, vv and w, and the number and place at the ends
// of underscores make no difference. https://www.unicode.org/reports/tr39/#Confusable_Detection
func Confusable(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' })
	return looks.Replace(strings.Join(words, "_"))
}

// reserved are names under which people expect the operator, or machines expect a mailbox (RFC 2142).
var reserved = strings.Fields(`
	abuse account accounts admin administration administrator admins anonymous api auth bot contact daemon everyone
	help helpdesk here host hostmaster info instance legal mail mailer mod moderation moderator moderators mods news
	nobody noc noreply no_reply null official operator owner postmaster privacy relay root sales security server
	service site skein staff status support sysadmin system team undefined usenet webmaster www you me self all`)

var reservedSkeletons = func() map[string]bool {
	m := make(map[string]bool, len(reserved))
	for _, name := range reserved {
		m[Confusable(name)] = true
	}
	return m
}()

// Reserved says whether a user name, or one that looks like it, is kept for the operator.
func Reserved(name string) bool { return reservedSkeletons[Confusable(name)] }

// scripts of one language may stand together in a label (UTS 39, highly restrictive).
var scriptSets = []([]string){
	{"Latin"}, {"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"},
}

// ShownDomain is how a domain is shown to people: in its own script when each label keeps to one (or to those of one
// language), else, and when nothing but letters that pass for Latin ones stand under a Latin top-level domain, as it
// goes over the wire, so that nobody takes one domain for another.
func ShownDomain(domain string) string {
	host, port, _ := strings.Cut(domain, ":")
	labels := strings.Split(strings.ToLower(host), ".")
	latinTop := !strings.HasPrefix(labels[len(labels)-1], "xn--")
	for i, l := range labels {
		if !strings.HasPrefix(l, "xn--") {
			continue
		}
		shown, err := idna.Display.ToUnicode(l)
		if err == nil && plainScript(shown, latinTop) {
			labels[i] = shown
		}
	}
	if port != "" {
		port = ":" + port
	}
	return strings.Join(labels, ".") + port
}

func plainScript(label string, latinTop bool) bool {
	found := map[string]bool{}
	for _, r := range label {
		if unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		for name, table := range unicode.Scripts {
			if unicode.Is(table, r) {
				found[name] = true
				break
			}
		}
	}
	if latinTop && (found["Cyrillic"] || found["Greek"] || found["Armenian"] || found["Cherokee"]) {
		return false
	}
	if len(found) < 2 {
		return len(found) == 1
	}
	for _, set := range scriptSets {
		n := 0
		for _, name := range set {
			if found[name] {
				n++
			}
		}
		if n == len(found) {
			return true
		}
	}
	return false
}
