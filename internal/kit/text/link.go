package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// findLink reads an http or https address at i. The rules are those of twitter-text as Mastodon has changed them, with
// one difference: any host that could be one is taken (a name with a dot, localhost, an address of IPv4), not only those
// under a top-level domain of a built-in list, since somebody who wrote the scheme meant a link.
func findLink(text string, i int, prev rune) (Entity, bool) {
	if linkedOn(prev) {
		return Entity{}, false
	}
	host := i
	switch {
	case foldPrefix(text[i:], "https://"):
		host += len("https://")
	case foldPrefix(text[i:], "http://"):
		host += len("http://")
	default:
		return Entity{}, false
	}
	end, ok := hostEnd(text, host)
	if !ok {
		return Entity{}, false
	}
	if end < len(text) && text[end] == ':' {
		if n := digits(text, end+1); n > end+1 && n-end <= 6 {
			end = n
		}
	}
	// What looked like the host was a user name: https://bank.example@evil.example/.
	if end < len(text) && text[end] == '@' {
		return Entity{}, false
	}
	end = pathEnd(text, end)
	end = queryEnd(text, end)
	return Entity{Kind: Link, Start: i, End: end, Name: text[i:end]}, true
}

// linkedOn tells whether a link can't begin behind r, since it goes on from what stands before.
func linkedOn(r rune) bool {
	return r < utf8.RuneSelf && r != '_' && isUserByte(byte(r)) ||
		r == '@' || r == '＠' || r == '$' || r == '#' || r == '＃' || r == '\ufffe' || r == '\uffff'
}

func foldPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// hostEnd reads a host name: labels of letters, marks and digits of any script, hyphens and underscores inside.
func hostEnd(text string, i int) (int, bool) {
	end, label, dots := i, i, 0 // behind the last whole label; where the last label begins; dots before it
	for pos := i; pos < len(text) && pos-i <= maxHost; {
		r, n := utf8.DecodeRuneInString(text[pos:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		if isWord(r) {
			pos += n
			end = pos
			continue
		}
		if r == '-' && pos > label {
			pos++
			continue
		}
		if r == '.' && pos == end && pos > label {
			// A dot belongs to the host when another label follows.
			next, _ := utf8.DecodeRuneInString(text[pos+1:])
			if pos+1 < len(text) && isWord(next) {
				pos++
				label = pos
				dots++
				continue
			}
		}
		break
	}
	if end == i || end-i > maxHost || end <= label {
		return 0, false
	}
	end = label + topEnd(text[label:end])
	host := text[i:end]
	if dots == 0 && !strings.EqualFold(host, "localhost") {
		return 0, false
	}
	if _, ok := hostASCII(host); !ok {
		return 0, false
	}
	return end, true
}

// topEnd cuts a last label where words of another script are glued to a top-level domain: "example.comのページ".
func topEnd(label string) int {
	cut := strings.IndexFunc(label, func(r rune) bool { return r >= utf8.RuneSelf })
	if cut <= 0 {
		return len(label)
	}
	if _, listed := publicsuffix.PublicSuffix(strings.ToLower(label[:cut])); listed {
		return cut
	}
	return len(label)
}

// pathEnd reads a path (with its fragment) from the slash at i: anything but spaces, angle brackets, question marks and
// round brackets without a partner. It ends with a character that ends addresses, not sentences.
func pathEnd(text string, i int) int {
	if i == len(text) || text[i] != '/' {
		return i
	}
	end := i + 1
	for pos := end; pos < len(text); {
		r, n := utf8.DecodeRuneInString(text[pos:])
		switch {
		case r == '(':
			next := bracketEnd(text, pos, 2)
			if next < 0 {
				return end
			}
			pos, end = next, next
			continue
		case !inPath(r):
			return end
		}
		pos += n
		if endsPath(r) {
			end = pos
		}
	}
	return end
}

// inPath knows the characters of paths; brackets are looked at by the caller.
func inPath(r rune) bool {
	switch r {
	case '<', '>', '(', ')', '?', 0:
		return false
	}
	return r != utf8.RuneError && !unicode.IsControl(r) && !unicode.Is(unicode.White_Space, r)
}

func endsPath(r rune) bool {
	return !strings.ContainsRune("!*\"'「」;:=,.$%[]~&|@", r)
}

// bracketEnd reads (...) at i, with brackets inside down to the given depth; -1 when it isn't closed or is empty.
func bracketEnd(text string, i, depth int) int {
	for pos := i + 1; pos < len(text); {
		r, n := utf8.DecodeRuneInString(text[pos:])
		switch {
		case r == ')':
			if pos == i+1 {
				return -1
			}
			return pos + 1
		case r == '(':
			if depth < 2 {
				return -1
			}
			if pos = bracketEnd(text, pos, depth-1); pos < 0 {
				return -1
			}
			continue
		case !inPath(r):
			return -1
		}
		pos += n
	}
	return -1
}

// queryEnd reads ?query from i.
func queryEnd(text string, i int) int {
	if i == len(text) || text[i] != '?' {
		return i
	}
	end := i
	for pos := i + 1; pos < len(text); {
		r, n := utf8.DecodeRuneInString(text[pos:])
		beyond := r >= 0xA0 && r != utf8.RuneError && !unicode.Is(unicode.White_Space, r)
		word := r < utf8.RuneSelf && isUserByte(byte(r))
		if !word && !beyond && !strings.ContainsRune("!?*'();:&=+$/%#[]-.,~|@^", r) {
			break
		}
		pos += n
		if word || beyond || strings.ContainsRune("&=#/-", r) {
			end = pos
		}
	}
	return end
}
