package pages

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/kit/web"
	"skein/internal/kit/words"
	"skein/internal/skein"
)

// rss is RSS 2.0 with Media RSS, as Mastodon's feeds are. https://www.rssboard.org/rss-specification
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Description string    `xml:"description"`
	Link        string    `xml:"link"`
	Self        rssSelf   `xml:"atom:link"`
	Image       *rssImage `xml:"image"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Generator   string    `xml:"generator"`
	Items       []rssItem `xml:"item"`
}

// rssSelf is where the feed itself is. https://www.rssboard.org/rss-profile#namespace-elements-atom-link
type rssSelf struct {
	URL  string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssItem struct {
	ID          rssID         `xml:"guid"`
	Link        string        `xml:"link"`
	Published   string        `xml:"pubDate"`
	Description string        `xml:"description"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Files       []rssFile     `xml:"media:content"`
	Rating      *rssRating    `xml:"media:rating"`
	Tags        []string      `xml:"category"`
}

type rssID struct {
	Lasting bool   `xml:"isPermaLink,attr"`
	Value   string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr"`
	Length int    `xml:"length,attr"`
}

type rssFile struct {
	URL         string   `xml:"url,attr"`
	Type        string   `xml:"type,attr"`
	Medium      string   `xml:"medium,attr,omitempty"`
	Description *rssText `xml:"media:description"`
}

type rssText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type rssRating struct {
	Scheme string `xml:"scheme,attr"`
	Value  string `xml:",chardata"`
}

// feedKind is a way to write a feed.
type feedKind struct {
	mime  string
	write func(c *channel) any
}

// feedKinds are those that there are, by what their addresses end with.
var feedKinds = map[string]feedKind{
	".rss":  {"application/rss+xml; charset=utf-8", rssOf},
	".atom": {"application/atom+xml; charset=utf-8", atomOf},
}

// channel is what a feed says, in whatever form.
type channel struct {
	Title, About, Link, Self string
	Generator                string
	Portrait                 string
	By                       string // whose feed it is; empty: many people's
	Unfound                  bool   // its author does not want it found by searches
	Entries                  []item
}

type item struct {
	ID, Link, Title   string
	By, ByLink        string
	Language          string
	Published, Edited time.Time
	HTML              string
	Files             []fed
	Sensitive         bool
	Tags              []string
}

// fed is a file in a feed.
type fed struct{ URL, Type, Medium, Text string }

// feed serves what was asked for as /@name.rss, /@name/tagged/tag.rss or /tags/tag.rss (mastodon-api.md 3.20), and the same as
// Atom: what a visitor may read, the newest posts only.
func (s *Service) feed(w http.ResponseWriter, r *http.Request, site *skein.Site, path string, kind feedKind) {
	c, err := s.channel(r, site, path)
	if err != nil {
		if skein.KindOf(err) == skein.Internal {
			s.Log.Error("feed", "err", err)
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
			return
		}
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	}
	c.Self, c.Generator = site.URL(r.URL.EscapedPath()), "Skein "+s.Version
	body, err := xml.Marshal(kind.write(c))
	if err != nil {
		s.Log.Error("feed", "err", err)
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	body = append([]byte(xml.Header), body...)
	sum := fnv.New64a()
	sum.Write(body)
	tag := fmt.Sprintf(`"%x"`, sum.Sum64())
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Vary", "Accept-Language")
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("ETag", tag)
	if c.Unfound {
		h.Set("X-Robots-Tag", "noindex, noarchive")
	}
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", kind.mime)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (s *Service) channel(r *http.Request, site *skein.Site, path string) (*channel, error) {
	who, p := skein.Viewer{Site: site.ID}, social.Page{Limit: pageSize}
	if site.Closed() {
		return nil, skein.ErrNotFound
	}
	say := feedWords(r, site)
	if name, ok := strings.CutPrefix(path, "/tags/"); ok {
		normal, display, ok := text.Hashtag(name)
		if !ok {
			return nil, skein.ErrNotFound
		}
		// Where posts from elsewhere are for people alone, those from here are what there is.
		list, err := s.Social.Tag(r.Context(), who, social.TagFilter{Tag: normal, Local: site.Extra.Feeds.TagRemote != skein.FeedPublic}, p)
		if err != nil {
			return nil, err
		}
		link := site.URL("/tags/" + display)
		return s.entries(site, say, &channel{Title: "#" + display, About: say.T("Public posts with {tag}", "tag", "#"+display), Link: link, Unfound: true}, list), nil
	}
	name, ok := strings.CutPrefix(path, "/@")
	if !ok {
		return nil, skein.ErrNotFound
	}
	name, rest, _ := strings.Cut(name, "/")
	tag, tagged := strings.CutPrefix(rest, "tagged/")
	if rest != "" && !tagged {
		return nil, skein.ErrNotFound
	}
	a, err := s.Social.AccountByHandle(r.Context(), who, name)
	if err != nil {
		return nil, err
	}
	if !a.Local || a.Gone() {
		return nil, skein.ErrNotFound
	}
	list, err := s.Social.AccountPosts(r.Context(), who, a.ID, social.AccountFilter{NoReplies: true, NoBoosts: true, Tag: tag}, p)
	if err != nil {
		return nil, err
	}
	by := personOf(site, a)
	out := &channel{Title: by.Name, Link: a.URL, By: by.Name, Portrait: by.Picture, Unfound: !a.Indexable}
	handle := "@" + fullHandle(site, a)
	if out.About = say.T("Public posts of {name}", "name", handle); tagged {
		out.About = say.T("Public posts of {name} with {tag}", "name", handle, "tag", "#"+tag)
	}
	return s.entries(site, say, out, list), nil
}

// feedWords are those of the language that a reader asks for. Most ask for none: they get the first that the site is in.
func feedWords(r *http.Request, site *skein.Site) *words.Words {
	usual := "en"
	if len(site.Languages) > 0 {
		usual = site.Languages[0]
	}
	return words.In(web.Asked(r.Header, usual))
}

// entries puts posts into a feed. What a warning covers is folded where a reader knows how, and comes after it in any other.
func (s *Service) entries(site *skein.Site, say *words.Words, out *channel, list []*social.View) *channel {
	for _, v := range list {
		p := v.Post
		by := personOf(site, v.Author)
		e := item{ID: p.URL, Link: p.URL, Title: headline(v), By: by.Name, ByLink: v.Author.URL, Language: p.Language, Published: p.CreatedAt.UTC(), Edited: p.EditedAt.UTC(),
			HTML: p.HTMLShown(), Sensitive: p.Sensitive}
		if p.Warning != "" {
			e.HTML = "<details><summary><strong>" + html.EscapeString(say.T("Content warning:")) + "</strong> " + html.EscapeString(p.Warning) + "</summary>" + e.HTML + "</details>"
		}
		for i := range p.Attachments {
			a := &p.Attachments[i]
			url, _ := a.Links(site, p.Open(), s.Clock(), skein.LinkForClients)
			if url == "" {
				continue // it is still being made
			}
			f := fed{URL: url, Type: a.Type, Text: a.Description}
			f.Medium, _, _ = strings.Cut(a.Type, "/")
			e.Files = append(e.Files, f)
		}
		for _, t := range p.Tags {
			e.Tags = append(e.Tags, t.Name)
		}
		out.Entries = append(out.Entries, e)
	}
	return out
}

// rssOf writes a feed as RSS.
func rssOf(c *channel) any {
	out := rss{Version: "2.0", Media: "http://search.yahoo.com/mrss/", Atom: atomSpace,
		Channel: rssChannel{Title: c.Title, Description: c.About, Link: c.Link, Self: rssSelf{c.Self, "self", "application/rss+xml"}, Generator: c.Generator}}
	if c.Portrait != "" {
		out.Channel.Image = &rssImage{URL: c.Portrait, Title: c.Title, Link: c.Link}
	}
	for _, e := range c.Entries {
		item := rssItem{ID: rssID{true, e.ID}, Link: e.Link, Published: e.Published.Format(time.RFC1123Z), Description: e.HTML, Tags: e.Tags}
		if out.Channel.Built == "" {
			out.Channel.Built = item.Published
		}
		for i, f := range e.Files {
			file := rssFile{URL: f.URL, Type: f.Type, Medium: f.Medium}
			if f.Text != "" {
				file.Description = &rssText{"plain", f.Text}
			}
			item.Files = append(item.Files, file)
			if i == 0 { // most readers know one, and want a length, which may be 0 where it is not known
				item.Enclosure = &rssEnclosure{f.URL, f.Type, 0}
			}
		}
		if len(item.Files) > 0 && e.Sensitive {
			item.Rating = &rssRating{"urn:simple", "adult"}
		}
		out.Channel.Items = append(out.Channel.Items, item)
	}
	return out
}
