package text

import (
	"html"
	"strings"
)

// Markdown makes HTML of the plain kind of Markdown that people write under films and in forums: paragraphs, headings,
// lists, quotes, code, links, bold and italic. All else stays as it stands; markup in it is text. What is half open is
// text too. Time is linear in the input. Like all HTML from elsewhere the outcome is for Sanitize.
func Markdown(s string) string {
	m := marker{}
	for line := range strings.SplitSeq(lines(s), "\n") {
		m.line(line)
	}
	m.end()
	return m.b.String()
}

// marker holds the block that is open.
type marker struct {
	b     strings.Builder
	block string // p, ul, ol, blockquote, pre, or none
	lines []string
}

func (m *marker) line(line string) {
	plain := strings.TrimSpace(line)
	if strings.HasPrefix(plain, "```") {
		was := m.block
		if m.end(); was != "pre" {
			m.block = "pre"
		}
		return
	}
	if m.block == "pre" {
		m.lines = append(m.lines, line)
		return
	}
	if plain == "" {
		m.end()
		return
	}
	if level := len(plain) - len(strings.TrimLeft(plain, "#")); level > 0 && level <= 6 && strings.HasPrefix(plain[level:], " ") {
		m.end()
		tag := "h" + string("122345"[level-1])
		m.b.WriteString("<" + tag + ">" + inlines(strings.TrimSpace(strings.Trim(plain[level:], "# "))) + "</" + tag + ">")
		return
	}
	if len(plain) >= 3 && (strings.Trim(plain, "-") == "" || strings.Trim(plain, "*") == "") { // a rule
		m.end()
		return
	}
	block, rest := "p", plain
	if item, ok := strings.CutPrefix(plain, ">"); ok {
		block, rest = "blockquote", strings.TrimSpace(item)
	} else if len(plain) > 2 && strings.ContainsRune("-*+", rune(plain[0])) && plain[1] == ' ' {
		block, rest = "ul", plain[2:]
	} else if n := digits(plain, 0); n > 0 && n < 10 && strings.HasPrefix(plain[n:], ". ") {
		block, rest = "ol", plain[n+2:]
	}
	if block == "p" && (m.block == "ul" || m.block == "ol") && line[0] == ' ' && len(m.lines) > 0 { // an item goes on
		m.lines[len(m.lines)-1] += "\n" + rest
		return
	}
	if m.block != block {
		m.end()
		m.block = block
	}
	m.lines = append(m.lines, rest)
}

// end writes the open block.
func (m *marker) end() {
	block, lines := m.block, m.lines
	m.block, m.lines = "", nil
	switch {
	case len(lines) == 0:
	case block == "pre":
		m.b.WriteString("<pre><code>" + escape(strings.Join(lines, "\n")) + "</code></pre>")
	case block == "ul" || block == "ol":
		m.b.WriteString("<" + block + ">")
		for _, l := range lines {
			m.b.WriteString("<li>" + inlines(l) + "</li>")
		}
		m.b.WriteString("</" + block + ">")
	case block == "blockquote":
		m.b.WriteString("<blockquote><p>" + inlines(strings.Join(lines, "\n")) + "</p></blockquote>")
	default:
		m.b.WriteString("<p>" + inlines(strings.Join(lines, "\n")) + "</p>")
	}
}

// maxMark is how far the end of a mark is looked for, so that many open ones cost little.
const maxMark = 1000

// inlines reads what stands in a line: code, links, bold and italic. Marks within marks are not looked at, but for links.
func inlines(s string) string {
	var b strings.Builder
	start := 0
	flush := func(to int) { render(&b, s[start:to], Resolver{}, true) }
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_[]()#+-.!>{}", s[i+1]) >= 0:
			flush(i)
			start = i + 1
			i += 2
			continue
		case c == '`':
			if text, n, ok := between(s[i:], "`"); ok {
				flush(i)
				b.WriteString("<code>" + escape(text) + "</code>")
				i += n
				start = i
				continue
			}
		case c == '*' || c == '_':
			mark, tag := string(c), "em"
			if strings.HasPrefix(s[i+1:], mark) {
				mark, tag = mark+mark, "strong"
			}
			if inWord := c == '_' && i > 0 && isAlnum(rune(s[i-1])); !inWord {
				if text, n, ok := between(s[i:], mark); ok && text == strings.TrimSpace(text) {
					flush(i)
					b.WriteString("<" + tag + ">" + inlines(text) + "</" + tag + ">")
					i += n
					start = i
					continue
				}
			}
			i += len(mark)
			continue
		case c == '[' || c == '!' && strings.HasPrefix(s[i+1:], "["):
			from := i
			if c == '!' {
				from++
			}
			if text, href, n, ok := linked(s[from:]); ok {
				flush(i)
				if text == "" {
					text = href
				}
				b.WriteString(`<a href="` + html.EscapeString(href) + `">` + escape(text) + "</a>")
				i = from + n
				start = i
				continue
			}
		case c == 'h' && (strings.HasPrefix(s[i:], "http://") || strings.HasPrefix(s[i:], "https://")):
			// Underscores and stars of an address are no marks.
			if n := strings.IndexAny(s[i:], " \n<>\"`)]"); n > 0 {
				i += n
			} else {
				i = len(s)
			}
			continue
		}
		i++
	}
	flush(len(s))
	return b.String()
}

// between returns what stands between a mark at the start of s and the next one, and the length of all of it.
func between(s, mark string) (text string, n int, ok bool) {
	rest := s[len(mark):]
	end := strings.Index(rest[:min(len(rest), maxMark)], mark)
	if end <= 0 {
		return "", 0, false
	}
	return rest[:end], end + 2*len(mark), true
}

// linked reads [text](href) at the start of s. Only http and https count.
func linked(s string) (text, href string, n int, ok bool) {
	near := s[:min(len(s), maxMark*3)]
	mid := strings.Index(near, "](")
	if mid < 0 || strings.ContainsAny(near[1:mid], "[\n") {
		return "", "", 0, false
	}
	end := strings.IndexByte(near[mid:], ')')
	if end < 0 {
		return "", "", 0, false
	}
	href, _, _ = strings.Cut(strings.TrimSpace(near[mid+2:mid+end]), " ")
	if !strings.HasPrefix(href, "https://") && !strings.HasPrefix(href, "http://") {
		return "", "", 0, false
	}
	return near[1:mid], href, mid + end + 1, true
}
