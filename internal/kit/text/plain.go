package text

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain turns the HTML of a post into plain text: an empty line between paragraphs, a line end for <br>, a mark before
// the items of a list. What a link hides of its address (class invisible) is kept and nothing is put in for what is cut
// (class ellipsis is the work of style sheets), so a link comes out whole. It takes any HTML, clean or not; the text it
// gives is not HTML: escape it.
func Plain(s string) string {
	p := plainer{}
	in := html.NewTokenizer(strings.NewReader(strings.ToValidUTF8(s, "\uFFFD")))
	skipping := atom.Atom(0)
	for {
		switch in.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(p.b.String())
		case html.TextToken:
			if skipping == 0 {
				p.text(string(in.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := in.TagName()
			tag := atom.Lookup(name)
			if skipping = 0; silent[tag] {
				skipping = tag
				continue
			}
			alt := ""
			for more && tag == atom.Img {
				var key, val []byte
				if key, val, more = in.TagAttr(); string(key) == "alt" {
					alt = string(val)
				}
			}
			p.start(tag, alt)
		case html.EndTagToken:
			name, _ := in.TagName()
			skipping = 0
			p.end(atom.Lookup(name))
		}
	}
}

type plainer struct {
	b     strings.Builder
	gap   int   // line ends due before the next text
	blank bool  // a space is due before the next text, unless a line end is
	item  bool  // nothing stands yet behind the mark of a list item
	lists []int // open lists: the number of the next item, or 0 for one with bullets
	pre   int   // depth of preformatted text
}

func (p *plainer) need(lines int) { p.gap = max(p.gap, lines) }

func (p *plainer) start(tag atom.Atom, alt string) {
	switch role := kept[tag]; {
	case tag == atom.Br:
		p.gap++
	case tag == atom.Img:
		p.text(alt)
	case tag == atom.Ul || tag == atom.Ol:
		if len(p.lists) == 0 {
			p.need(2)
		}
		if len(p.lists) < maxDepth {
			p.lists = append(p.lists, map[bool]int{true: 1}[tag == atom.Ol])
		}
	case tag == atom.Li:
		p.need(1)
		mark := "- "
		if n := len(p.lists) - 1; n >= 0 && p.lists[n] > 0 {
			mark = strconv.Itoa(p.lists[n]) + ". "
			p.lists[n]++
		}
		p.write(mark)
		p.item = true
	case role == paragraph || role == heading || role == block || tag == atom.H6:
		if !p.item {
			p.need(2)
		}
		if tag == atom.Pre {
			p.pre++
		}
	case apart[tag]:
		p.need(1)
	}
}

func (p *plainer) end(tag atom.Atom) {
	switch role := kept[tag]; {
	case tag == atom.Ul || tag == atom.Ol:
		if n := len(p.lists); n > 0 {
			p.lists = p.lists[:n-1]
		}
		if len(p.lists) == 0 {
			p.need(2)
		}
	case role == paragraph || role == heading || role == block || tag == atom.H6:
		p.need(2)
		if tag == atom.Pre && p.pre > 0 {
			p.pre--
		}
	case tag == atom.Li || apart[tag]:
		p.need(1)
	}
}

// text writes text; outside of preformatted text spaces in a row are one, as they are shown.
func (p *plainer) text(s string) {
	s = harmless(s)
	if p.pre > 0 {
		p.write(s)
		return
	}
	if s == "" {
		return
	}
	fields := strings.FieldsFunc(s, isSpace)
	p.blank = p.blank || isSpace(rune(s[0]))
	p.write(strings.Join(fields, " "))
	p.blank = p.blank || isSpace(rune(s[len(s)-1]))
}

func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\f' }

func (p *plainer) write(s string) {
	if s == "" {
		return
	}
	switch {
	case p.b.Len() == 0 || p.item && p.gap == 0:
	case p.gap > 0:
		p.b.WriteString("\n\n\n"[:min(p.gap, 3)])
	case p.blank:
		p.b.WriteByte(' ')
	}
	p.gap, p.blank, p.item = 0, false, false
	p.b.WriteString(s)
}

// Excerpt shortens plain text to one line of n user-perceived characters at most, cut between words where there are
// some, with an ellipsis when something was left out.
func Excerpt(plain string, n int) string {
	// What is far beyond the cut is not looked at.
	if limit := n*64 + 256; n < 1<<20 && len(plain) > limit {
		plain = strings.ToValidUTF8(plain[:limit], "")
	}
	s := strings.Join(strings.Fields(plain), " ")
	short := Truncate(s, n)
	if short == s {
		return s
	}
	short = Truncate(s, n-1)
	if space := strings.LastIndexFunc(short, unicode.IsSpace); space > len(short)*2/3 && s[len(short)] != ' ' {
		short = short[:space]
	}
	return strings.TrimRightFunc(short, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}
