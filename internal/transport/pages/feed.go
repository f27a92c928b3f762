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
	"skein/internal/skein"
)

// rss is RSS 2.0 with Media RSS, as Mastodon's feeds are. https://www.rssboard.org/rss-specification
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Description string    `xml:"description"`
	Link        string    `xml:"link"`
	Image       *rssImage `xml:"image"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Generator   string    `xml:"generator"`
	Items       []rssItem `xml:"item"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssItem struct {
	ID          rssID      `xml:"guid"`
	Link        string     `xml:"link"`
	Published   string     `xml:"pubDate"`
	Description string     `xml:"description"`
	Files       []rssFile  `xml:"media:content"`
	Rating      *rssRating `xml:"media:rating"`
	Tags        []string   `xml:"category"`
}

type rssID struct {
	Lasting bool   `xml:"isPermaLink,attr"`
	Value   string `xml:",chardata"`
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

// feed serves what was asked for as /@name.rss, /@name/tagged/tag.rss or /tags/tag.rss (mastodon-api.md 3.20): what a visitor
// may read, the newest posts only.
func (s *Service) feed(w http.ResponseWriter, r *http.Request, site *skein.Site, path string) {
	out, err := s.channel(r, site, path)
	if err != nil {
		if skein.KindOf(err) == skein.Internal {
			s.Log.Error("feed", "err", err)
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
			return
		}
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	}
	body, err := xml.Marshal(rss{Version: "2.0", Media: "http://search.yahoo.com/mrss/", Channel: *out})
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
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/rss+xml; charset=utf-8")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (s *Service) channel(r *http.Request, site *skein.Site, path string) (*rssChannel, error) {
	who, p := skein.Viewer{Site: site.ID}, social.Page{Limit: pageSize}
	if site.Closed() {
		return nil, skein.ErrNotFound
	}
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
		return s.items(site, &rssChannel{Title: "#" + display, Description: "Public posts with #" + display, Link: link}, list), nil
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
	out := &rssChannel{Title: by.Name, Description: "Public posts of @" + a.Username + "@" + site.Domain, Link: a.URL}
	if tagged {
		out.Description += " with #" + tag
	}
	if still, _ := a.Still(); still != "" {
		out.Image = &rssImage{URL: still, Title: by.Name, Link: a.URL}
	}
	return s.items(site, out, list), nil
}

// items writes posts into a feed.
func (s *Service) items(site *skein.Site, out *rssChannel, list []*social.View) *rssChannel {
	out.Generator = "Skein " + s.Version
	for _, v := range list {
		p := v.Post
		item := rssItem{ID: rssID{true, p.URL}, Link: p.URL, Published: p.CreatedAt.UTC().Format(time.RFC1123Z), Description: p.HTML}
		if out.Built == "" {
			out.Built = item.Published
		}
		if p.Warning != "" {
			item.Description = "<p><strong>Content warning:</strong> " + html.EscapeString(p.Warning) + "</p><hr>" + p.HTML
		}
		for i := range p.Attachments {
			a := &p.Attachments[i]
			file, _ := a.Links(site, p.Open(), s.Clock(), skein.LinkForClients)
			f := rssFile{URL: file, Type: a.Type}
			f.Medium, _, _ = strings.Cut(a.Type, "/")
			if a.Description != "" {
				f.Description = &rssText{"plain", a.Description}
			}
			item.Files = append(item.Files, f)
		}
		if len(item.Files) > 0 && p.Sensitive {
			item.Rating = &rssRating{"urn:simple", "adult"}
		}
		for _, t := range p.Tags {
			item.Tags = append(item.Tags, t.Name)
		}
		out.Items = append(out.Items, item)
	}
	return out
}
