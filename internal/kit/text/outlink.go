package text

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// OutLink returns the first link in the clean HTML of a post that leads to a page of its own: no mention, no hashtag, no
// address of what is quoted, and only by http or https. Empty: there is none.
func OutLink(s string) string {
	if !strings.Contains(s, "<a ") {
		return ""
	}
	in := html.NewTokenizer(strings.NewReader(s))
	quoted := 0 // depth of elements within the line that stands for a quote
	for {
		switch in.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken:
			name, more := in.TagName()
			tag := atom.Lookup(name)
			class, href, rel := "", "", ""
			for more {
				var key, val []byte
				key, val, more = in.TagAttr()
				switch string(key) {
				case "class":
					class = string(val)
				case "href":
					href = string(val)
				case "rel":
					rel = string(val)
				}
			}
			if quoted > 0 || hasWord(class, "quote-inline") {
				if tag != atom.Br && tag != atom.Img {
					quoted++
				}
				continue
			}
			if tag != atom.A || hasWord(class, "mention") || hasWord(class, "hashtag") || hasWord(class, "u-url") && hasWord(class, "h-card") || hasWord(rel, "tag") {
				continue
			}
			if u, err := url.Parse(href); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
				return href
			}
		case html.EndTagToken:
			if quoted > 0 {
				quoted--
			}
		}
	}
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// Links returns the addresses that clean HTML links to, each once and at most so many: no mentions, no hashtags.
func Links(s string, most int) (list []string) {
	if !strings.Contains(s, "<a ") {
		return nil
	}
	in := html.NewTokenizer(strings.NewReader(s))
	for len(list) < most {
		switch in.Next() {
		case html.ErrorToken:
			return list
		case html.StartTagToken:
			t := in.Token()
			if t.DataAtom != atom.A {
				continue
			}
			class, href := "", ""
			for _, a := range t.Attr {
				switch a.Key {
				case "class":
					class = a.Val
				case "href":
					href = a.Val
				}
			}
			if !hasWord(class, "mention") && !hasWord(class, "hashtag") && strings.HasPrefix(href, "http") && !slices.Contains(list, href) {
				list = append(list, href)
			}
		}
	}
	return list
}
