package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxTerm is how many characters of a word are looked at: longer ones are the same when they begin the same.
const maxTerm = 40

// maxTermed is how many bytes of a text are looked at.
const maxTermed = 256 << 10

// Terms splits text into what it is found by: words, without case, accents and the difference between full and half width;
// and, where a script puts no space between words, each two characters that stand together. They come in the order of the
// text, most at most. What stands alone in such a script, and each single character of it, is found by Singles.
func Terms(s string, most int) []string {
	var list []string
	Runs(s, func(r Run) bool {
		for _, t := range r.Terms() {
			if len(list) == most {
				return false
			}
			list = append(list, t)
		}
		return true
	})
	return list
}

// Singles returns the single characters of scripts that put no space between words, each once, in order.
func Singles(s string, most int) []string {
	var list []string
	seen := map[rune]bool{}
	Runs(s, func(r Run) bool {
		if r.Dense {
			for _, c := range r.Text {
				if !seen[c] && len(list) < most {
					seen[c] = true
					list = append(list, string(c))
				}
			}
		}
		return len(list) < most
	})
	return list
}

// Run is a piece of text between spaces and signs: a word, or in a script without spaces (Dense) as much as stands together.
type Run struct {
	Text  string
	Dense bool
}

// Terms returns what the run is found by.
func (r Run) Terms() []string {
	if !r.Dense {
		return []string{r.Text}
	}
	letters := []rune(r.Text)
	if len(letters) == 1 {
		return []string{r.Text}
	}
	list := make([]string, len(letters)-1)
	for i := range list {
		list[i] = string(letters[i : i+2])
	}
	return list
}

// Runs calls yield with the runs of a text, until it answers false.
func Runs(s string, yield func(Run) bool) {
	if len(s) > maxTermed {
		s = strings.ToValidUTF8(s[:maxTermed], "")
	}
	var b strings.Builder
	n, dense := 0, false
	flush := func() bool {
		if b.Len() == 0 {
			return true
		}
		r := Run{b.String(), dense}
		b.Reset()
		n = 0
		return yield(r)
	}
	for _, c := range Folded(s) {
		if !unicode.In(c, unicode.L, unicode.N, unicode.M) {
			if !flush() {
				return
			}
			continue
		}
		if d := unicode.In(c, unspaced...) || unicode.Is(unicode.M, c) && dense; d != dense {
			if !flush() {
				return
			}
			dense = d
		}
		if dense || n < maxTerm {
			b.WriteRune(c)
			n++
		}
	}
	flush()
}

// unspaced are the scripts of languages that put no space between words, and Hangul, whose words take endings.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
	{R16: []unicode.Range16{{Lo: 0x3005, Hi: 0x3007, Stride: 1}, {Lo: 0x30FC, Hi: 0x30FC, Stride: 1}}}} // 々〆〇ー

// Folded returns text as it is compared: without case, accents and the difference between full and half width.
func Folded(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKD.String(fold.String(norm.NFKD.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range s {
		if accent(c) {
			continue
		}
		if to, ok := plainLetter[c]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(c)
		}
	}
	return norm.NFC.String(b.String())
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// accent tells what is left out of words: marks that many do not type, and what cannot be seen. Marks of other scripts are
// letters.
func accent(c rune) bool {
	switch {
	case c < 0x300:
		return c == 0xAD // soft hyphen
	case c <= 0x36F, // Latin, Greek, Cyrillic
		0x591 <= c && c <= 0x5C7,                           // Hebrew points
		0x610 <= c && c <= 0x61A, 0x64B <= c && c <= 0x65F, // Arabic vowels
		c == 0x640, c == 0x670, 0x6D6 <= c && c <= 0x6DC, // tatweel, Quranic signs
		0x1AB0 <= c && c <= 0x1AFF, 0x1DC0 <= c && c <= 0x1DFF, //
		0x200B <= c && c <= 0x200F, 0x20D0 <= c && c <= 0x20FF, c == 0x2060, // joiners and other zero width
		0xFE00 <= c && c <= 0xFE0F, 0xFE20 <= c && c <= 0xFE2F, c == 0xFEFF:
		return true
	}
	return false
}

// plainLetter are letters that many type as others, and that Unicode does not take apart.
var plainLetter = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
	'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه", 'ٱ': "ا",
}
