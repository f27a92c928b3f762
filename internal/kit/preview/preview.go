// Package preview reads what a web page says of itself for those who link to it: Open Graph, Twitter cards, JSON-LD, oEmbed and
// plain HTML. It is pure: fetching is left to others. Nothing of what it returns is markup but an oEmbed's HTML, which is
// made anew here.
package preview

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// Bounds of what is looked at and kept of a page.
const (
	maxElements = 20_000
	maxMeta     = 300
	maxScript   = 64 << 10 // bytes of one JSON-LD
	maxURL      = 2048
)

// Page is what a page says of itself. Addresses are absolute, of http or https, or empty.
type Page struct {
	Title, Description string
	Type               string // link, photo, video or rich
	Article            bool   // og:type says so, or JSON-LD
	Canonical          string
	Image, ImageText   string
	Width, Height      int // of the player, or of the picture
	Provider           string
	Author, AuthorURL  string
	Creator            string // fediverse:creator, as it stands
	Language           string // as it stands
	Published          time.Time
	Player             string // what plays it
	HTML               string // how it is embedded
	OEmbed             string // where an oEmbed in JSON is
	NoIndex            bool   // the page wants to be in no index
}

// Read reads a page that came from an address.
func Read(from string, contentType string, body []byte) *Page {
	p := &Page{Type: "link"}
	base, err := url.Parse(from)
	if err != nil {
		return p
	}
	text := decode(contentType, body)
	r := reader{page: p, base: base, meta: map[string]string{}}
	r.read(html.NewTokenizer(strings.NewReader(text)))
	r.sum()
	return p
}

// decode turns a page into UTF-8: by what its header, its first bytes or its head say.
func decode(contentType string, body []byte) string {
	head := body[:min(len(body), 1024)]
	enc, name, _ := charset.DetermineEncoding(head, contentType)
	if name != "utf-8" && enc != nil {
		if out, err := enc.NewDecoder().Bytes(body); err == nil {
			body = out
		}
	}
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	return strings.ToValidUTF8(string(body), "\uFFFD")
}

type reader struct {
	page  *Page
	base  *url.URL
	meta  map[string]string // the first of each name
	title string
	ld    []article
}

func (r *reader) read(in *html.Tokenizer) {
	in.SetMaxBuf(256 << 10)
	inTitle, inScript, body := false, false, false
	var title strings.Builder
	for range maxElements {
		switch in.Next() {
		case html.ErrorToken:
			r.title = title.String()
			return
		case html.TextToken:
			switch {
			case inTitle && title.Len() < 4096:
				title.Write(in.Text())
			case inScript:
				if raw := in.Raw(); len(raw) <= maxScript && len(r.ld) < 8 {
					r.ld = append(r.ld, articles(raw)...)
				}
			}
		case html.EndTagToken:
			inTitle, inScript = false, false
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := in.TagName()
			tag := atom.Lookup(name)
			inScript = false
			switch tag {
			case atom.Body:
				body = true
			case atom.Title:
				inTitle = title.Len() == 0 && !body
			case atom.Html, atom.Meta, atom.Link, atom.Script, atom.Base:
				attr := map[string]string{}
				for i := 0; more && i < 32; i++ {
					var key, val []byte
					key, val, more = in.TagAttr()
					if k := string(key); attr[k] == "" {
						attr[k] = strings.TrimSpace(string(val))
					}
				}
				inScript = r.element(tag, attr)
			}
		}
	}
	r.title = title.String()
}

// element takes what an element says; it answers whether JSON-LD follows.
func (r *reader) element(tag atom.Atom, attr map[string]string) (script bool) {
	switch tag {
	case atom.Html:
		r.page.Language = first(r.page.Language, attr["lang"])
	case atom.Base:
		if u, err := r.base.Parse(attr["href"]); err == nil && attr["href"] != "" {
			r.base = u
		}
	case atom.Script:
		return strings.EqualFold(attr["type"], "application/ld+json")
	case atom.Meta:
		name := strings.ToLower(first(attr["property"], attr["name"], attr["itemprop"]))
		if name == "" {
			name = strings.ToLower(attr["http-equiv"])
		}
		if value := attr["content"]; name != "" && value != "" && len(r.meta) < maxMeta {
			if name == "robots" || name == "googlebot-news" || name == "skein" {
				r.page.NoIndex = r.page.NoIndex || noIndex(value)
			}
			if _, has := r.meta[name]; !has {
				r.meta[name] = value
			}
		}
	case atom.Link:
		rel := " " + strings.ToLower(attr["rel"]) + " "
		switch kind := strings.ToLower(attr["type"]); {
		case strings.Contains(rel, " alternate ") && (kind == "application/json+oembed" || kind == "text/json+oembed"):
			r.page.OEmbed = first(r.page.OEmbed, r.url(attr["href"]))
		case strings.Contains(rel, " canonical "):
			r.page.Canonical = first(r.page.Canonical, r.url(attr["href"]))
		}
	}
	return false
}

// noIndex reads the words of a robots directive.
func noIndex(s string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ' ' }) {
		if w == "noindex" || w == "none" || w == "nosnippet" {
			return true
		}
	}
	return false
}

// Refuses tells whether the header X-Robots-Tag keeps a page out of indexes.
func Refuses(robots []string) bool {
	for _, line := range robots {
		// A directive may be for one robot alone, named before a colon.
		if name, rest, ok := strings.Cut(line, ":"); ok && !strings.Contains(name, ",") {
			if !strings.EqualFold(strings.TrimSpace(name), "skein") {
				continue
			}
			line = rest
		}
		if noIndex(line) {
			return true
		}
	}
	return false
}

// url makes an address absolute; only http and https are one.
func (r *reader) url(s string) string {
	if s = strings.TrimSpace(s); s == "" || len(s) > maxURL {
		return ""
	}
	u, err := r.base.Parse(s)
	if err != nil {
		return ""
	}
	return web(u)
}

func web(u *url.URL) string {
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	if s := u.String(); len(s) <= maxURL {
		return s
	}
	return ""
}

func first(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// sum puts together what was said in several ways: JSON-LD of an article before Open Graph, that before Twitter's words, those
// before plain HTML.
func (r *reader) sum() {
	p, m := r.page, r.meta
	var ld article
	if len(r.ld) > 0 {
		ld = r.ld[0]
	}
	p.Title = first(ld.title, m["og:title"], m["twitter:title"], r.title)
	p.Description = first(ld.description, m["og:description"], m["twitter:description"], m["description"])
	p.Image = first(r.url(first(m["og:image:secure_url"], m["og:image"], m["og:image:url"], m["twitter:image"], m["twitter:image:src"])), r.url(ld.image))
	p.ImageText = first(m["og:image:alt"], m["twitter:image:alt"])
	p.Width, p.Height = size(m["og:image:width"]), size(m["og:image:height"])
	p.Provider = first(ld.publisher, m["og:site_name"], m["application-name"])
	p.Author = first(ld.author, m["author"], m["article:author:name"])
	p.AuthorURL = r.url(ld.authorURL)
	if u := r.url(m["article:author"]); u != "" && strings.Contains(m["article:author"], "://") {
		p.AuthorURL = first(p.AuthorURL, u)
	} else if p.Author == "" {
		p.Author = m["article:author"]
	}
	p.Creator = m["fediverse:creator"]
	p.Language = first(ld.language, m["og:locale"], p.Language, m["content-language"])
	p.Language = strings.ReplaceAll(p.Language, "_", "-")
	p.Canonical = first(p.Canonical, r.url(m["og:url"]))
	p.Article = len(r.ld) > 0 || strings.HasPrefix(strings.ToLower(m["og:type"]), "article")
	p.Published = moment(first(ld.published, m["article:published_time"], m["datepublished"], m["date"]))
	if player := r.url(first(m["twitter:player"])); strings.HasPrefix(player, "https://") && p.Image != "" {
		p.Player = player
		w, h := size(first(m["twitter:player:width"], m["og:video:width"])), size(first(m["twitter:player:height"], m["og:video:height"]))
		if w > 0 && h > 0 {
			p.Type, p.Width, p.Height = "video", w, h
			p.HTML = frame(player, w, h)
		}
	}
}

func size(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 20_000 {
		return 0
	}
	return n
}

func moment(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t.UTC()
		}
	}
	return time.Time{}
}
