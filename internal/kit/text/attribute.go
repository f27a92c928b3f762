package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// schemes are those that links may have.
var schemes = map[string]bool{
	"http": true, "https": true, "dat": true, "dweb": true, "ipfs": true, "ipns": true, "ssb": true, "gopher": true,
	"xmpp": true, "magnet": true, "gemini": true,
}

// tag writes a start tag with the attributes that stay, always in the same order.
func (c *cleaner) tag(tag atom.Atom, attr map[string]string) {
	c.out.WriteByte('<')
	c.out.WriteString(tag.String())
	put := func(name, val string) {
		if val == "" {
			return
		}
		c.out.WriteByte(' ')
		c.out.WriteString(name)
		c.out.WriteString(`="`)
		c.out.WriteString(attrEscaper.Replace(val))
		c.out.WriteByte('"')
	}
	switch tag {
	case atom.A:
		put("href", address(attr["href"]))
		put("class", classes(attr["class"]))
		put("rel", rel(attr["rel"]))
		put("target", "_blank")
		put("title", title(attr["title"]))
	case atom.P, atom.Span:
		put("class", classes(attr["class"]))
	case atom.Abbr:
		put("title", title(attr["title"]))
	case atom.Blockquote:
		if to := address(attr["cite"]); strings.HasPrefix(to, "http") {
			put("cite", to)
		}
	case atom.Ol:
		put("start", number(attr["start"]))
		if _, ok := attr["reversed"]; ok {
			put("reversed", "reversed")
		}
	case atom.Li:
		put("value", number(attr["value"]))
	}
	put("lang", lang(attr["lang"]))
	if (tag == atom.A || tag == atom.Span) && attr["translate"] == "no" {
		put("translate", "no")
	}
	c.out.WriteByte('>')
}

var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "\n", "&#10;", "\t", "&#9;")

// maxAddressLength of a link; longer ones are of no use to anybody.
const maxAddressLength = 8192

// address returns where a link leads, or nothing when it may not lead there. The scheme is read as browsers read it (URL
// standard, 4.4: spaces and controls around are dropped, tabs and line ends anywhere), so that what is kept is what was
// looked at. There are no relative links: they would lead into our own pages.
func address(href string) string {
	href = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || isDropped(r) {
			return -1
		}
		return r
	}, href)
	href = strings.TrimSpace(href)
	scheme, rest, ok := strings.Cut(href, ":")
	scheme = strings.ToLower(scheme)
	if !ok || !schemes[scheme] || len(href) > maxAddressLength {
		return ""
	}
	if scheme == "http" || scheme == "https" {
		host, slashes := strings.CutPrefix(rest, "//")
		if !slashes || host == "" || strings.ContainsRune("/?#\\@:", rune(host[0])) {
			return ""
		}
	}
	return scheme + ":" + rest
}

// classes keeps those that peers mean something by: microformats, and what Mastodon marks parts of links with.
func classes(s string) string {
	var b strings.Builder
	for len(s) > 0 && b.Len() < 256 {
		s = strings.TrimLeft(s, " \t\n\f\r")
		end := strings.IndexAny(s, " \t\n\f\r")
		if end < 0 {
			end = len(s)
		}
		name := s[:end]
		s = s[end:]
		if !keptClass(name) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name)
	}
	return b.String()
}

func keptClass(name string) bool {
	switch name {
	case "mention", "hashtag", "ellipsis", "invisible", "quote-inline":
		return true
	}
	if len(name) > 64 {
		return false
	}
	for _, prefix := range []string{"h-", "p-", "u-", "dt-", "e-"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			return strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
		}
	}
	return false
}

func rel(s string) string {
	for _, word := range strings.Fields(s) {
		if word == "tag" {
			return "tag nofollow noopener"
		}
	}
	return "nofollow noopener"
}

func title(s string) string {
	if len(s) > 1024 {
		return ""
	}
	return strings.TrimSpace(harmless(s))
}

// number keeps a small whole number.
func number(s string) string {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return s
}

// lang keeps what has the shape of a language tag; which language it is does not matter here.
func lang(s string) string {
	if len(s) > maxLanguage || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return s
}

// image makes a link of a picture in the text: [🖼 its description]. A custom emoji stays its shortcode.
func (c *cleaner) image(attr map[string]string) {
	alt, src := title(attr["alt"]), address(attr["src"])
	if code := strings.Trim(alt, ":"); len(alt) == len(code)+2 && code != "" && strings.IndexFunc(code, notShortcode) < 0 {
		c.text(alt)
		return
	}
	if alt == "" && src != "" {
		_, alt, _ = strings.Cut(src, ":")
		alt = strings.TrimPrefix(alt, "//")
		if end := cut(alt, visible); end < len(alt) {
			alt = alt[:end] + "…"
		}
	}
	if alt == "" {
		return
	}
	label := "[🖼 " + alt + "]"
	if src == "" || c.find(anchor) >= 0 || len(c.stack) >= maxDepth {
		c.text(label)
		return
	}
	c.start(atom.A, map[string]string{"href": src})
	c.text(label)
	c.end(atom.A)
}

func notShortcode(r rune) bool { return r > 0x7F || !isUserByte(byte(r)) }

// math makes text of a formula (FEP-dc88): its TeX between dollar signs, or its plain-text form, or what text it holds.
// A formula ends at its end tag, or where an element begins that stays: HTML5 leaves a formula there too.
func (c *cleaner) math(attr map[string]string) {
	var tex, words, all strings.Builder
	var into *strings.Builder
	finish := func() {
		sign := "$"
		if attr["display"] == "block" {
			sign = "$$"
		}
		switch {
		case strings.TrimSpace(tex.String()) != "":
			c.text(sign + strings.TrimSpace(tex.String()) + sign)
		case strings.TrimSpace(words.String()) != "":
			c.text(strings.TrimSpace(words.String()))
		default:
			c.text(all.String())
		}
	}
	for {
		switch c.in.Next() {
		case html.ErrorToken:
			finish()
			return
		case html.TextToken:
			if into != nil {
				into.Write(c.in.Text())
			} else {
				all.Write(c.in.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := c.in.TagName()
			tag, attr := atom.Lookup(name), c.attributes(more)
			if _, stays := kept[tag]; stays || tag == atom.Br || tag == atom.Img || silent[tag] {
				finish()
				c.start(tag, attr)
				return
			}
			if string(name) != "annotation" {
				continue
			}
			switch attr["encoding"] {
			case "application/x-tex":
				into = &tex
			case "text/plain":
				into = &words
			default:
				into = new(strings.Builder) // of no use to a reader
			}
		case html.EndTagToken:
			name, _ := c.in.TagName()
			switch tag := atom.Lookup(name); {
			case tag == atom.Math:
				finish()
				return
			case string(name) == "annotation":
				into = nil
			case kept[tag] != 0:
				finish()
				c.end(tag)
				return
			}
		}
	}
}
