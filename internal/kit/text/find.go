package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Longer things are no names. The bounds are those of peers (activitypub-mastodon.md, section 21).
const (
	maxName = 2048 // bytes of a user name, tag or shortcode
	maxHost = 1024 // bytes of a host name as written
)

// Find finds what means something in plain text, in order and without overlap, by the rules of Mastodon: what begins
// first wins. One pass; what is looked at ahead is never looked at again from another beginning more than a few times.
func Find(text string) []Entity {
	var found []Entity
	prev := rune(0) // the character before i; 0 at the beginning
	for i := 0; i < len(text); {
		var e Entity
		var ok bool
		switch c := text[i]; c {
		case 'h', 'H':
			e, ok = findLink(text, i, prev)
		case '@':
			e, ok = findMention(text, i, prev)
		case '#':
			e, ok = findTag(text, i, i+1, prev)
		case ':':
			e, ok = findEmoji(text, i, prev)
		case 0xEF: // the first byte of the wide ＃
			if strings.HasPrefix(text[i:], "＃") {
				e, ok = findTag(text, i, i+len("＃"), prev)
			}
		}
		if ok {
			found = append(found, e)
			prev, _ = utf8.DecodeLastRuneInString(text[e.Start:e.End])
			i = e.End
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		prev = r
		i += n
	}
	return found
}

// findMention reads @user or @user@domain[:port] at i. Mastodon: Account::MENTION_RE and its extractor.
func findMention(text string, i int, prev rune) (Entity, bool) {
	if isWord(prev) || prev == '=' || prev == '/' {
		return Entity{}, false
	}
	end := dotted(text, i+1, isUserByte)
	if end == i+1 || end-i > maxName {
		return Entity{}, false
	}
	e := Entity{Kind: Mention, Start: i, End: end, Name: text[i+1 : end]}

	if end < len(text) && text[end] == '@' {
		host := domainEnd(text, end+1)
		if host == end+1 || host-end > maxHost {
			return Entity{}, false
		}
		domain, ok := hostASCII(text[end+1 : host])
		if !ok {
			return Entity{}, false
		}
		e.Domain, e.End = domain, host
		if host < len(text) && text[host] == ':' {
			if n := digits(text, host+1); n > host+1 && n-host <= 6 {
				e.Domain += text[host:n]
				e.End = n
			}
		}
	}
	// What goes on like this was no mention: a third @, a letter with an accent, the scheme of a link.
	next, _ := utf8.DecodeRuneInString(text[e.End:])
	if e.End < len(text) && (next == '@' || next == '＠' || isAccented(next) || strings.HasPrefix(text[e.End:], "://")) {
		return Entity{}, false
	}
	return e, true
}

func isUserByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// dotted reads runs of ok, joined by dots and hyphens, from i: [ok]+([.-]+[ok]+)*. It returns where they end.
func dotted(text string, i int, ok func(byte) bool) int {
	for {
		j := i
		for j < len(text) && ok(text[j]) {
			j++
		}
		if j == i {
			return i
		}
		i = j
		for j < len(text) && (text[j] == '.' || text[j] == '-') {
			j++
		}
		if j == i || j == len(text) || !ok(text[j]) {
			return i
		}
		i = j
	}
}

// domainEnd reads a domain of words in any script, joined by dots and hyphens.
func domainEnd(text string, i int) int {
	for {
		j := wordEnd(text, i)
		if j == i {
			return i
		}
		i = j
		for j < len(text) && (text[j] == '.' || text[j] == '-') {
			j++
		}
		if j == i || wordEnd(text, j) == j {
			return i
		}
		i = j
	}
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 || !isWord(r) {
			break
		}
		i += n
	}
	return i
}

func digits(text string, i int) int {
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}

// hosts maps a host name to lower-case ASCII. Underscores pass: they are found in the wild.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

func hostASCII(host string) (string, bool) {
	ascii := true
	for i := range len(host) {
		if host[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(host), len(host) <= 253
	}
	a, err := hosts.ToASCII(host)
	return a, err == nil && a != "" && len(a) <= 253
}

// findTag reads a hashtag whose name begins at name. Mastodon: Tag::HASHTAG_RE.
func findTag(text string, i, name int, prev rune) (Entity, bool) {
	if prev == '=' || prev == '/' || prev == ')' || isAlnum(prev) {
		return Entity{}, false
	}
	end := tagEnd(text, name)
	// "#tag" glued to a link, as in #taghttp://..., ends before the link.
	if strings.HasPrefix(text[end:], "://") {
		for _, scheme := range []string{"https", "http"} {
			if rest, cut := strings.CutSuffix(text[name:end], scheme); cut && rest != "" {
				end = name + tagEnd(rest, 0)
				break
			}
		}
	}
	if end == name || end-name > maxName {
		return Entity{}, false
	}
	// A few letters fall apart when they are normalised (U+037A holds a space): what can't be looked up is no hashtag.
	if strings.ContainsFunc(text[name:end], func(r rune) bool { return r >= utf8.RuneSelf }) {
		if _, _, ok := Hashtag(text[name:end]); !ok {
			return Entity{}, false
		}
	}
	return Entity{Kind: Tag, Start: i, End: end, Name: text[name:end]}, true
}

// tagEnd reads the name of a hashtag from i; it returns i when there is none. A name is a run of word characters and
// separators that begins and ends with a word character and has a letter or a separator in between; or a run of word
// characters with a letter anywhere. Mastodon: Tag::HASHTAG_NAME_PAT.
func tagEnd(text string, i int) int {
	end, last, plain := i, i, -1 // behind the last word character, before it, before the first separator
	for pos := i; pos < len(text); {
		r, n := utf8.DecodeRuneInString(text[pos:])
		word := isWord(r)
		if !word && (!isTagSeparator(r) || pos == i) {
			break
		}
		if word {
			last, end = pos, pos+n
		} else if plain < 0 {
			plain = pos
		}
		pos += n
	}
	if end == i {
		return i
	}
	_, first := utf8.DecodeRuneInString(text[i:])
	if i+first < last {
		if strings.ContainsFunc(text[i+first:last], func(r rune) bool { return isAlpha(r) || isTagSeparator(r) }) {
			return end
		}
	}
	if plain < 0 {
		plain = end
	}
	if strings.ContainsFunc(text[i:plain], isAlpha) {
		return plain
	}
	return i
}

// findEmoji reads :shortcode: at i. Mastodon: CustomEmoji::SCAN_RE.
func findEmoji(text string, i int, prev rune) (Entity, bool) {
	if prev == ':' || isAlnum(prev) {
		return Entity{}, false
	}
	end := i + 1
	for end < len(text) && isUserByte(text[end]) {
		end++
	}
	if end-i < 3 || end-i > maxName || end == len(text) || text[end] != ':' {
		return Entity{}, false
	}
	end++
	if next, _ := utf8.DecodeRuneInString(text[end:]); end < len(text) && (next == ':' || isAlnum(next)) {
		return Entity{}, false
	}
	return Entity{Kind: Emoji, Start: i, End: end, Name: text[i+1 : end-1]}, true
}

// isWord is [[:word:]] as Ruby has it: letters, marks, decimal digits, connectors such as the underscore.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r > 0 && isUserByte(byte(r))
	}
	return isAlpha(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Pc, r)
}

func isAlpha(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_Alphabetic, r)
}

func isAlnum(r rune) bool { return isAlpha(r) || unicode.Is(unicode.Nd, r) }

// isTagSeparator knows the underscore, the middle dots of Catalan and Japanese, and the non-joiner of Persian.
func isTagSeparator(r rune) bool {
	return r == '_' || r == '·' || r == '・' || r == '\u200c'
}

// isAccented knows the Latin letters that twitter-text takes for a sign that @name was cut short ("@usér").
func isAccented(r rune) bool {
	return r >= 0xC0 && r <= 0x24F && r != '×' && r != '÷' || r >= 0x250 && r <= 0x2AF || r >= 0x300 && r <= 0x36F ||
		r >= 0x1E00 && r <= 0x1EFF || r == 0x2BB
}
