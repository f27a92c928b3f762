package text

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// OnlyLink returns the address of a piece of HTML that is one link and nothing else, and shows its whole address: any other
// text could be mistaken for it.
func OnlyLink(fragment string) (href string, ok bool) {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil || len(nodes) != 1 || nodes[0].DataAtom != atom.A {
		return "", false
	}
	for _, a := range nodes[0].Attr {
		if a.Key == "href" {
			href = a.Val
		}
	}
	var shown strings.Builder
	for n := range nodes[0].Descendants() {
		if n.Type == html.TextNode {
			shown.WriteString(n.Data)
		}
	}
	return href, href != "" && shown.String() == href
}

// LinksBack tells whether a page links to an address with rel=me, by what is judges of each. What stands in comments, scripts and
// templates is no link, and what the page itself says its users wrote (rel=ugc) does not count.
// https://microformats.org/wiki/rel-me
func LinksBack(page []byte, is func(href string) bool) bool {
	z := html.NewTokenizer(bytes.NewReader(page))
	templates := 0
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch tag := atom.Lookup(name); {
			case tag == atom.Template && kind == html.StartTagToken:
				templates++
			case tag == atom.Template && kind == html.EndTagToken:
				templates = max(templates-1, 0)
			case kind == html.EndTagToken || templates > 0:
			case tag == atom.A || tag == atom.Link || tag == atom.Area:
				rel, href := "", ""
				seen := map[string]bool{}
				for more {
					var key, val []byte
					key, val, more = z.TagAttr()
					if k := string(key); !seen[k] { // the first one counts
						seen[k] = true
						switch k {
						case "rel":
							rel = string(val)
						case "href":
							href = strings.TrimSpace(string(val))
						}
					}
				}
				if saysMe(rel) && is(href) {
					return true
				}
			}
		}
	}
}

func saysMe(rel string) bool {
	me := false
	for w := range strings.FieldsSeq(strings.ToLower(rel)) {
		if w == "ugc" {
			return false
		}
		me = me || w == "me"
	}
	return me
}
