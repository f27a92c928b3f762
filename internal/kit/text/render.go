package text

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Render makes the HTML of a post of plain text, in the form that Mastodon gives and peers know by its classes
// (mastodon-api.md, section 13): paragraphs where a line is empty, <br /> at other line ends. Spaces around are dropped;
// of nothing comes nothing.
func Render(text string, r Resolver) string {
	text = lines(text)
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/2 + 64)
	b.WriteString("<p>")
	render(&b, text, r, true)
	b.WriteString("</p>")
	return b.String()
}

// RenderLine is Render without paragraphs and line ends: for the fields of a profile.
func RenderLine(text string, r Resolver) string {
	var b strings.Builder
	render(&b, lines(text), r, false)
	return b.String()
}

// lines trims a text and gives every line end the same form.
func lines(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.ContainsRune(text, '\r') {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, text))
}

func render(b *strings.Builder, text string, r Resolver, breaks bool) {
	at := 0
	for _, e := range Find(text) {
		plain(b, text[at:e.Start], breaks)
		at = e.End
		whole := text[e.Start:e.End]
		switch e.Kind {
		case Link:
			link(b, whole, r.Me)
		case Tag:
			if r.Tag == nil {
				plain(b, whole, false)
				break
			}
			b.WriteString(`<a href="`)
			b.WriteString(html.EscapeString(r.Tag(e.Name)))
			b.WriteString(`" class="mention hashtag" rel="tag">#<span>`)
			b.WriteString(escape(e.Name))
			b.WriteString(`</span></a>`)
		case Mention:
			url, shown, ok := "", "", false
			if r.Mention != nil {
				url, shown, ok = r.Mention(e.Name, e.Domain)
			}
			if !ok {
				plain(b, whole, false)
				break
			}
			b.WriteString(`<span class="h-card" translate="no"><a href="`)
			b.WriteString(html.EscapeString(url))
			b.WriteString(`" class="u-url mention">@<span>`)
			b.WriteString(escape(shown))
			b.WriteString(`</span></a></span>`)
		default: // emoji stay as they are: clients put the pictures in
			plain(b, whole, false)
		}
	}
	plain(b, text[at:], breaks)
}

// visible is how many characters of a link are shown.
const visible = 30

// link writes an address so that its scheme and its tail can be hidden, while a copy of the text is whole.
func link(b *strings.Builder, url string, me bool) {
	head := strings.Index(url, "://") + len("://")
	if foldPrefix(url[head:], "www.") {
		head += len("www.")
	}
	// The whole host always: who cuts it lets it look like another (T60, CVE-2023-36462).
	tail, class := max(cut(url[head:], visible), hostLength(url[head:])), ""
	if tail < len(url[head:]) {
		class = "ellipsis"
	}
	tail += head
	rel := "nofollow noopener"
	if me {
		rel += " me"
	}
	b.WriteString(`<a href="`)
	b.WriteString(html.EscapeString(url))
	b.WriteString(`" target="_blank" rel="` + rel + `" translate="no"><span class="invisible">`)
	b.WriteString(escape(url[:head]))
	b.WriteString(`</span><span class="` + class + `">`)
	b.WriteString(escape(url[head:tail]))
	b.WriteString(`</span><span class="invisible">`)
	b.WriteString(escape(url[tail:]))
	b.WriteString(`</span></a>`)
}

// hostLength is how much of an address without its scheme names who answers.
func hostLength(s string) int {
	if i := strings.IndexAny(s, `/?#\`); i >= 0 {
		return i
	}
	return len(s)
}

// cut returns where the first n characters (code points) of s end.
func cut(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// plain writes text that means nothing further.
func plain(b *strings.Builder, s string, breaks bool) {
	for s != "" {
		n := strings.IndexByte(s, '\n')
		if n < 0 {
			b.WriteString(escape(s))
			return
		}
		b.WriteString(escape(s[:n]))
		rest := strings.TrimLeft(s[n:], "\n")
		switch {
		case !breaks:
			b.WriteByte(' ')
		case len(s)-n-len(rest) > 1:
			b.WriteString("</p><p>")
		default:
			b.WriteString("<br />")
		}
		s = rest
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// escape makes text of HTML, with the names of quotes that Mastodon uses.
func escape(s string) string { return escaper.Replace(s) }

// Length counts the characters of a post as Mastodon counts them (StatusLengthValidator): user-perceived characters, a
// link as 23 whatever its length, a mention without its domain.
func Length(text string) int {
	var b strings.Builder
	b.Grow(len(text))
	at := 0
	for _, e := range Find(text) {
		b.WriteString(text[at:e.Start])
		at = e.End
		switch {
		case e.Kind == Link:
			b.WriteString(strings.Repeat("x", linkLength))
		case e.Kind == Mention && e.Domain != "":
			b.WriteString(text[e.Start : e.Start+1+len(e.Name)])
		default:
			b.WriteString(text[e.Start:e.End])
		}
	}
	b.WriteString(text[at:])
	return Graphemes(b.String())
}

const linkLength = 23

// Emojis lists the shortcodes in a text, each once, in order.
func Emojis(text string) []string {
	var codes []string
	seen := map[string]bool{}
	prev := rune(0)
	for i := 0; i < len(text); {
		if text[i] == ':' {
			if e, ok := findEmoji(text, i, prev); ok {
				if !seen[e.Name] {
					seen[e.Name] = true
					codes = append(codes, e.Name)
				}
				i, prev = e.End, ':'
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		prev = r
		i += n
	}
	return codes
}
