package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sanitize makes HTML from elsewhere safe to show: what comes out holds only the elements, attributes, classes and link
// schemes that Mastodon keeps (activitypub-mastodon.md, section 22), is well-formed, and reads the same to every
// parser. Nothing of the input is passed through: the text of an HTML5 tokenizer is written anew, escaped, between tags
// of our own making, nested so that an HTML5 parser has nothing to mend. Therefore Sanitize(Sanitize(x)) is Sanitize(x),
// and tricks by which one parser sees a tag where another sees text come to nothing. Time is linear in the input.
func Sanitize(s string) string {
	if !strings.ContainsAny(s, "<>&\r\x00") && utf8.ValidString(s) && !strings.ContainsFunc(s, isDropped) {
		return s
	}
	c := cleaner{in: html.NewTokenizer(strings.NewReader(strings.ToValidUTF8(s, "\uFFFD")))}
	c.out.Grow(len(s))
	c.run()
	return c.out.String()
}

// role says how an element may stand among others.
type role uint8

const (
	inline    role = iota + 1
	anchor         // a: never within another
	paragraph      // p: holds no block
	heading        // h1 to h5: never within another
	block          // pre, blockquote
	list           // ul, ol
	item           // li: only in a list
	ruby
	rubyPart // rt, rp: only in ruby
)

// kept are the elements that stay.
var kept = map[atom.Atom]role{
	atom.P: paragraph, atom.Span: inline, atom.A: anchor, atom.Abbr: inline, atom.Del: inline, atom.S: inline,
	atom.Pre: block, atom.Blockquote: block, atom.Code: inline, atom.B: inline, atom.Strong: inline, atom.U: inline,
	atom.Sub: inline, atom.Sup: inline, atom.I: inline, atom.Em: inline,
	atom.H1: heading, atom.H2: heading, atom.H3: heading, atom.H4: heading, atom.H5: heading,
	atom.Ul: list, atom.Ol: list, atom.Li: item, atom.Ruby: ruby, atom.Rt: rubyPart, atom.Rp: rubyPart,
}

// apart are elements that go, but whose content stood on lines of its own.
var apart = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Caption: true, atom.Center: true, atom.Dd: true,
	atom.Details: true, atom.Dialog: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.Header: true, atom.Hr: true,
	atom.Li: true, atom.Main: true, atom.Nav: true, atom.Option: true, atom.Section: true, atom.Summary: true,
	atom.Table: true, atom.Td: true, atom.Th: true, atom.Tr: true,
}

// silent are elements whose content is not for readers. To the tokenizer it is raw text, so it is one token.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Iframe: true, atom.Noembed: true, atom.Noframes: true,
}

// maxDepth of elements; browsers stop at 512.
const maxDepth = 64

// maxAttributes of one tag that are looked at.
const maxAttributes = 64

type open struct {
	tag  atom.Atom
	role role
}

// cleaner holds what is open in the output.
type cleaner struct {
	in    *html.Tokenizer
	out   strings.Builder
	stack []open

	atStart bool // nothing stands yet in the pre just opened: a parser drops a line end there
}

func (c *cleaner) run() {
	for {
		switch c.in.Next() {
		case html.ErrorToken:
			c.closeTo(0)
			return
		case html.TextToken:
			c.text(string(c.in.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := c.in.TagName()
			tag := atom.Lookup(name)
			c.start(tag, c.attributes(more))
		case html.EndTagToken:
			name, _ := c.in.TagName()
			c.end(atom.Lookup(name))
		}
	}
}

// attributes reads those of the current tag; the first of a name counts, as in HTML5.
func (c *cleaner) attributes(more bool) map[string]string {
	if !more {
		return nil
	}
	found := map[string]string{}
	for n := 0; more && n < maxAttributes; n++ {
		var key, val []byte
		key, val, more = c.in.TagAttr()
		if k := string(key); len(k) <= 16 {
			if _, twice := found[k]; !twice {
				found[k] = string(val)
			}
		}
	}
	return found
}

func (c *cleaner) start(tag atom.Atom, attr map[string]string) {
	switch {
	case tag == atom.Br:
		c.out.WriteString("<br>")
		c.atStart = false
		return
	case tag == atom.Img:
		c.image(attr)
		return
	case tag == atom.Math:
		c.math(attr)
		return
	case silent[tag]:
		c.skip(tag)
		return
	case tag == atom.H6:
		tag = atom.H5
	}
	role, ok := kept[tag]
	if !ok {
		if apart[tag] {
			c.text("\n")
		}
		return
	}
	switch role {
	case anchor:
		c.closeRole(anchor)
		if address(attr["href"]) == "" {
			return
		}
	case heading:
		c.closeRole(heading)
		c.closeRole(paragraph)
	case paragraph, block, list:
		c.closeRole(paragraph)
	case item, rubyPart:
		home := list
		if role == rubyPart {
			home = ruby
		}
		i := c.find(home)
		if i < 0 {
			c.text("\n")
			return
		}
		c.closeTo(i + 1)
	}
	if len(c.stack) >= maxDepth {
		return
	}
	c.stack = append(c.stack, open{tag, role})
	c.tag(tag, attr)
	c.atStart = tag == atom.Pre
}

func (c *cleaner) end(tag atom.Atom) {
	switch tag {
	case atom.Br: // </br> is <br> to every parser
		c.start(atom.Br, nil)
		return
	case atom.H6:
		tag = atom.H5
	}
	for i := len(c.stack) - 1; i >= 0; i-- {
		if c.stack[i].tag == tag {
			c.closeTo(i)
			return
		}
	}
	if apart[tag] {
		c.text("\n")
	}
}

// find returns the place of the innermost open element of a role, or -1.
func (c *cleaner) find(r role) int {
	for i := len(c.stack) - 1; i >= 0; i-- {
		if c.stack[i].role == r {
			return i
		}
	}
	return -1
}

// closeRole closes the innermost open element of a role with all that is open in it.
func (c *cleaner) closeRole(r role) {
	if i := c.find(r); i >= 0 {
		c.closeTo(i)
	}
}

func (c *cleaner) closeTo(depth int) {
	for i := len(c.stack) - 1; i >= depth; i-- {
		c.out.WriteString("</")
		c.out.WriteString(c.stack[i].tag.String())
		c.out.WriteByte('>')
		c.atStart = false
	}
	c.stack = c.stack[:depth]
}

// skip drops the raw text of an element that was just opened, up to its end tag.
func (c *cleaner) skip(tag atom.Atom) {
	for {
		switch c.in.Next() {
		case html.ErrorToken:
			return
		case html.EndTagToken:
			if name, _ := c.in.TagName(); atom.Lookup(name) == tag {
				return
			}
		case html.StartTagToken: // the tokenizer did not take it for raw text
			name, more := c.in.TagName()
			c.start(atom.Lookup(name), c.attributes(more))
			return
		}
	}
}

// text writes text, without what HTML can't hold.
func (c *cleaner) text(s string) {
	s = harmless(s)
	if c.atStart {
		s = strings.TrimLeft(s, "\n")
	}
	if s == "" {
		return
	}
	c.atStart = false
	c.out.WriteString(textEscaper.Replace(s))
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// harmless drops control characters and gives line ends one form: a parser would change both.
func harmless(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	}
	if !strings.ContainsFunc(s, isDropped) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isDropped(r) {
			return -1
		}
		return r
	}, s)
}

func isDropped(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7F && r < 0xA0 || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}
