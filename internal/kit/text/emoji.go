package text

import "unicode/utf8"

// maxEmoji is longer than the longest emoji, in bytes: families and flags of regions are the longest.
const maxEmoji = 64

// OneEmoji tells whether a text is one emoji and nothing else, and returns it in the form in which it is compared: a single
// old symbol always asks to be shown as a picture.
func OneEmoji(s string) (canonical string, ok bool) {
	if s == "" || len(s) > maxEmoji || !utf8.ValidString(s) || grapheme(s) != len(s) {
		return "", false
	}
	runes := []rune(s)
	first := runes[0]
	switch {
	case classOf(first) == regional:
		if len(runes) != 2 {
			return "", false
		}
		return s, true
	case first == '#' || first == '*' || '0' <= first && first <= '9':
		if runes[len(runes)-1] != 0x20E3 || len(runes) > 3 || len(runes) == 3 && runes[1] != 0xFE0F {
			return "", false
		}
		return string([]rune{first, 0xFE0F, 0x20E3}), true
	case classOf(first) != pictograph:
		return "", false
	}
	// Nothing may hang on it but what makes another emoji of it: skin, sex, family, style, tags.
	for _, r := range runes[1:] {
		if r != 0xFE0F && r != 0x200D && (r < 0x1F3FB || r > 0x1F3FF) && (r < 0xE0020 || r > 0xE007F) && classOf(r) != pictograph {
			return "", false
		}
	}
	if len(runes) == 1 || len(runes) == 2 && runes[1] == 0xFE0F {
		if first < 0x1F000 {
			return string([]rune{first, 0xFE0F}), true
		}
		return string(first), true
	}
	return s, true
}
