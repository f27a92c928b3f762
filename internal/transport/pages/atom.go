package pages

import (
	"encoding/xml"
	"time"
)

const atomSpace = "http://www.w3.org/2005/Atom"

// atom is a feed as RFC 4287 has it.
type atom struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	About     string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Links     []atomLink  `xml:"link"`
	Author    *atomPerson `xml:"author"`
	Logo      string      `xml:"logo,omitempty"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URL  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	URL   string `xml:"href,attr"`
	Title string `xml:"title,attr,omitempty"`
}

type atomEntry struct {
	ID        string         `xml:"id"`
	Title     string         `xml:"title"`
	Published string         `xml:"published"`
	Updated   string         `xml:"updated"`
	Author    atomPerson     `xml:"author"`
	Links     []atomLink     `xml:"link"`
	Tags      []atomCategory `xml:"category"`
	Content   atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type     string `xml:"type,attr"`
	Language string `xml:"xml:lang,attr,omitempty"`
	HTML     string `xml:",chardata"`
}

// atomOf writes a feed as Atom. A feed without posts was last changed when nothing was.
func atomOf(c *channel) any {
	out := atom{ID: c.Self, Title: c.Title, About: c.About, Updated: time.Unix(0, 0).UTC().Format(time.RFC3339), Logo: c.Portrait, Generator: c.Generator,
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", URL: c.Self}, {Rel: "alternate", Type: "text/html", URL: c.Link}}}
	if c.By != "" {
		out.Author = &atomPerson{c.By, c.Link}
	}
	last := time.Time{}
	for _, e := range c.Entries {
		changed := e.Published
		if e.Edited.After(changed) {
			changed = e.Edited
		}
		if changed.After(last) {
			last, out.Updated = changed, changed.Format(time.RFC3339)
		}
		one := atomEntry{ID: e.ID, Title: e.Title, Published: e.Published.Format(time.RFC3339), Updated: changed.Format(time.RFC3339), Author: atomPerson{e.By, e.ByLink},
			Links: []atomLink{{Rel: "alternate", Type: "text/html", URL: e.Link}}, Content: atomContent{"html", e.Language, e.HTML}}
		for _, f := range e.Files {
			one.Links = append(one.Links, atomLink{"enclosure", f.Type, f.URL, f.Text})
		}
		for _, t := range e.Tags {
			one.Tags = append(one.Tags, atomCategory{t})
		}
		out.Entries = append(out.Entries, one)
	}
	return out
}
