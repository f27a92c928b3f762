package activitypub

import (
	"regexp"
	"strings"
)

// maxLanguages bounds how much of a language map is looked at (T73).
const maxLanguages = 32

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$`)

// worded is a text that may come in several languages.
type worded struct {
	text string
	tag  string // the language of text; empty when not known
	all  map[string]string
}

// language reads a property and the map beside it (content, contentMap). The property itself wins; its language is that of the
// entry with the same text, else of the first. Without it the first entry is the text (section 4).
func (d *Document) language(name string, limit int) worded {
	w := worded{text: d.Text(name, limit)}
	m := d.v.get(name + "Map")
	if m == nil || m.kind != isObject {
		return w
	}
	firstTag, firstText := "", ""
	for i, tag := range m.names {
		if i == maxLanguages {
			break
		}
		item := m.items[i]
		if item.kind != isString || !languageTag.MatchString(tag) && tag != "und" {
			continue
		}
		text := cut(item.text, limit)
		tag = canonicalTag(tag)
		if w.text != "" && text == w.text && w.tag == "" {
			w.tag = tag
		}
		if firstText == "" {
			firstTag, firstText = tag, text
		}
		if tag == "" {
			continue
		}
		if w.all == nil {
			w.all = map[string]string{}
		}
		if _, twice := w.all[tag]; !twice {
			w.all[tag] = text
		}
	}
	if w.text == "" {
		w.text = firstText
	}
	if w.tag == "" {
		w.tag = firstTag
	}
	return w
}

// canonicalTag lowers the language and drops "undetermined".
func canonicalTag(tag string) string {
	if strings.EqualFold(tag, "und") {
		return ""
	}
	language, rest, found := strings.Cut(tag, "-")
	if language = strings.ToLower(language); found {
		language += "-" + rest
	}
	return language
}

// otherLanguage looks where PeerTube and Lemmy keep it, and in the context.
func (d *Document) otherLanguage() string {
	tag := ""
	if l := d.Object("language"); l != nil {
		tag = l.Text("identifier", 64)
	}
	for _, c := range list(d.v.get("@context")) {
		if l := c.get("@language"); tag == "" && l != nil && l.kind == isString {
			tag = l.text
		}
	}
	if !languageTag.MatchString(tag) {
		return ""
	}
	return canonicalTag(tag)
}
