package preview

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadOEmbed takes over into a page what its provider says of it (https://oembed.com). What is no oEmbed changes nothing.
func (p *Page) ReadOEmbed(from string, body []byte) {
	var in struct {
		Type, Title, HTML, URL string
		Author                 string `json:"author_name"`
		AuthorURL              string `json:"author_url"`
		Provider               string `json:"provider_name"`
		Thumbnail              string `json:"thumbnail_url"`
		ThumbnailWidth         any    `json:"thumbnail_width"`
		ThumbnailHeight        any    `json:"thumbnail_height"`
		Width, Height          any
	}
	base, err := url.Parse(from)
	if err != nil || json.Unmarshal(body, &in) != nil {
		return
	}
	r := reader{base: base}
	w, h := number(in.Width), number(in.Height)
	switch strings.ToLower(in.Type) {
	case "photo":
		picture := r.url(in.URL)
		if picture == "" || w == 0 || h == 0 {
			return
		}
		p.Type, p.Image, p.Player, p.Width, p.Height = "photo", picture, picture, w, h
	case "video":
		safe := embed(in.HTML, w, h)
		if safe == "" {
			return
		}
		p.Type, p.HTML, p.Width, p.Height = "video", safe, w, h
		if t := r.url(in.Thumbnail); t != "" {
			p.Image = t
		}
	case "link":
		if t := r.url(in.Thumbnail); t != "" && p.Image == "" {
			p.Image, p.Width, p.Height = t, number(in.ThumbnailWidth), number(in.ThumbnailHeight)
		}
	default: // rich is markup of all kinds, of which nothing could be shown
		return
	}
	p.Title = first(str(in.Title), p.Title)
	p.Author = first(str(in.Author), p.Author)
	p.AuthorURL = first(r.url(in.AuthorURL), p.AuthorURL)
	p.Provider = first(str(in.Provider), p.Provider)
}

func number(v any) int {
	switch v := v.(type) {
	case float64:
		if v >= 0 && v <= 20_000 {
			return int(v)
		}
	case string:
		return size(v)
	}
	return 0
}

// embed makes a frame or a player of what an oEmbed has one of (T116): only the address is taken over.
func embed(s string, w, h int) string {
	in := html.NewTokenizer(strings.NewReader(s[:min(len(s), maxScript)]))
	for range 100 {
		switch in.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := in.TagName()
			tag := atom.Lookup(name)
			for more {
				var key, val []byte
				key, val, more = in.TagAttr()
				if string(key) != "src" {
					continue
				}
				u, err := url.Parse(strings.TrimSpace(string(val)))
				if err == nil && u.Scheme == "" && u.Host != "" {
					u.Scheme = "https"
				}
				if err != nil || web(u) == "" {
					break
				}
				switch tag {
				case atom.Iframe:
					return frame(web(u), w, h)
				case atom.Video, atom.Audio, atom.Source:
					kind := "video"
					if tag == atom.Audio {
						kind = "audio"
					}
					return "<" + kind + ` src="` + html.EscapeString(web(u)) + `" controls=""` + sized(w, h) + "></" + kind + ">"
				}
			}
		}
	}
	return ""
}

// sandbox is what a frame of somebody else may do (activitypub-mastodon.md, section 22).
const sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"

func frame(src string, w, h int) string {
	return `<iframe src="` + html.EscapeString(src) + `"` + sized(w, h) + ` allowfullscreen="" sandbox="` + sandbox + `"></iframe>`
}

func sized(w, h int) string {
	out := ""
	if w > 0 {
		out += ` width="` + strconv.Itoa(w) + `"`
	}
	if h > 0 {
		out += ` height="` + strconv.Itoa(h) + `"`
	}
	return out
}
