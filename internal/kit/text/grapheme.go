package text

import (
	"unicode"
	"unicode/utf8"
)

// Graphemes counts user-perceived characters: extended grapheme clusters of Unicode, UAX 29.
func Graphemes(s string) int {
	n := 0
	for s != "" {
		s = s[grapheme(s):]
		n++
	}
	return n
}

// Truncate cuts a text to so many user-perceived characters.
func Truncate(s string, n int) string {
	end := 0
	for ; n > 0 && end < len(s); n-- {
		end += grapheme(s[end:])
	}
	return s[:end]
}

// class is the property Grapheme_Cluster_Break, with what UAX 29 looks at beside it.
type class uint8

const (
	other class = iota
	control
	carriage
	newline
	extend
	joiner
	spacing
	prepend
	regional
	pictograph
	hangulL
	hangulV
	hangulT
	hangulLV
	hangulLVT
	consonant // Indic_Conjunct_Break=Consonant; otherwise like other
)

// grapheme returns how many bytes the first cluster of s takes. s is not empty.
// https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundary_Rules
func grapheme(s string) int {
	r, end := utf8.DecodeRuneInString(s)
	last := classOf(r)
	var (
		flags     = 0     // regional indicators so far
		picture   = false // the cluster is a pictograph and extenders, so that a joiner may bring another
		conjunct  = false // an Indic consonant and extenders
		linked    = false // with a virama among them
		afterJoin = false
	)
	switch last {
	case regional:
		flags = 1
	case pictograph:
		picture = true
	case consonant:
		conjunct = true
	}
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		c := classOf(r)
		if !joins(last, c, flags, picture && afterJoin, conjunct && linked) {
			return end
		}
		switch c {
		case extend:
			linked = linked || linkers.has(r)
			conjunct = conjunct && r != 0x200C
			picture, afterJoin = picture && !afterJoin, false
		case joiner:
			picture, afterJoin = picture && !afterJoin, true
		case regional:
			flags++
		case pictograph:
			picture, afterJoin = true, false
		case consonant:
			conjunct, linked = true, false
		default:
			picture, conjunct = false, false
		}
		last = c
		end += n
	}
	return end
}

// joins says whether there is no boundary between two characters, by the numbers of the rules.
func joins(a, b class, flags int, pictures, conjunct bool) bool {
	switch {
	case a == carriage: // GB3, GB4
		return b == newline
	case a == control || a == newline || b == control || b == carriage || b == newline: // GB4, GB5
		return false
	case a == hangulL && (b == hangulL || b == hangulV || b == hangulLV || b == hangulLVT), // GB6
		(a == hangulLV || a == hangulV) && (b == hangulV || b == hangulT), // GB7
		(a == hangulLVT || a == hangulT) && b == hangulT:                  // GB8
		return true
	case b == extend || b == joiner || b == spacing || a == prepend: // GB9, GB9a, GB9b
		return true
	case conjunct && b == consonant: // GB9c
		return true
	case pictures && b == pictograph: // GB11
		return true
	case a == regional && b == regional: // GB12, GB13
		return flags%2 == 1
	}
	return false // GB999
}

func classOf(r rune) class {
	if r < 0x300 { // the common case, by hand
		switch {
		case r == '\r':
			return carriage
		case r == '\n':
			return newline
		case r < ' ' || r >= 0x7F && r < 0xA0 || r == 0xAD:
			return control
		case r == 0xA9 || r == 0xAE:
			return pictograph
		}
		return other
	}
	switch {
	case r == 0x200D:
		return joiner
	case 0x1100 <= r && r <= 0x115F, 0xA960 <= r && r <= 0xA97C:
		return hangulL
	case 0x1160 <= r && r <= 0x11A7, 0xD7B0 <= r && r <= 0xD7C6:
		return hangulV
	case 0x11A8 <= r && r <= 0x11FF, 0xD7CB <= r && r <= 0xD7FB:
		return hangulT
	case 0xAC00 <= r && r <= 0xD7A3:
		if (r-0xAC00)%28 == 0 {
			return hangulLV
		}
		return hangulLVT
	case 0x1F1E6 <= r && r <= 0x1F1FF:
		return regional
	case isExtend(r):
		return extend
	case prepended.has(r):
		return prepend
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == 0x2065 || r >= 0xFFF0 && r <= 0xFFF8 || r >= 0xE0000 && r <= 0xE0FFF:
		return control
	case r == 0x0E33 || r == 0x0EB3 || unicode.Is(unicode.Mc, r) && !notSpacing.has(r):
		return spacing
	case pictographs.has(r):
		return pictograph
	case consonants.has(r):
		return consonant
	}
	return other
}

func isExtend(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Grapheme_Extend) ||
		0x1F3FB <= r && r <= 0x1F3FF || 0xE0020 <= r && r <= 0xE007F
}
