package activitypub

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Caps on what hangs on a post. Reference, section 21, and T81.
const (
	maxMentions = 100
	maxHashtags = 64
	maxEmojis   = 100
	maxOther    = 32 // tags of other types
	maxMedia    = 32
	maxAlt      = 10000 // characters
	maxLinks    = 64
	maxSide     = 1 << 16 // pixels
)

// Tag is a Mention, a Hashtag, an Emoji, or a Link to another object (FEP-e232).
type Tag struct {
	Type      string    `json:"type"`
	ID        string    `json:"id,omitempty"`
	Href      string    `json:"href,omitempty"`
	Name      string    `json:"name,omitempty"` // @user@domain, #tag, :emoji:
	Updated   time.Time `json:"updated,omitzero"`
	Icon      *Image    `json:"icon,omitempty"`
	MediaType string    `json:"mediaType,omitempty"`
	Rel       []string  `json:"rel,omitempty"`
}

// NewMention names a person; name is @user or @user@domain.
func NewMention(actor, name string) Tag { return Tag{Type: "Mention", Href: actor, Name: name} }

// NewHashtag names a tag; name includes the #.
func NewHashtag(href, name string) Tag { return Tag{Type: "Hashtag", Href: href, Name: name} }

// NewEmoji names a custom emoji; name includes the colons.
func NewEmoji(id, name, mediaType, href string, updated time.Time) Tag {
	return Tag{Type: "Emoji", ID: id, Name: name, Updated: updated, Icon: &Image{Type: "Image", MediaType: mediaType, URL: href}}
}

// tags reads tag, with a cap for each type. Some Pixelfed servers send an object with the first tag in it and the others under
// numbers.
func (d *Document) tags() []Tag {
	var out []Tag
	count := map[string]int{}
	most := map[string]int{"Mention": maxMentions, "Hashtag": maxHashtags, "Emoji": maxEmojis}
	add := func(v *value) {
		if v.kind != isObject {
			return
		}
		t, ok := (&Document{v: v, now: d.now}).tag()
		limit, known := most[t.Type]
		key := t.Type
		if !known {
			limit, key = maxOther, ""
		}
		if ok && count[key] < limit {
			count[key]++
			out = append(out, t)
		}
	}
	for _, v := range list(d.v.get("tag")) {
		add(v)
		for i, name := range v.names {
			if name[:min(1, len(name))] >= "0" && name[:min(1, len(name))] <= "9" {
				add(v.items[i])
			}
		}
	}
	return out
}

func (d *Document) tag() (Tag, bool) {
	t := Tag{Type: d.Type(), ID: d.ID(), Href: d.URI("href"), Name: d.Text("name", maxShortcode+1), Icon: d.image("icon"),
		MediaType: d.Text("mediaType", 256), Rel: d.Texts("rel", 8, 256)}
	if d.Has("updated") {
		t.Updated = d.past("updated")
	}
	switch {
	case t.Type == "" || len(t.Name) > maxShortcode:
		return t, false
	case t.Type == "Mention":
		return t, t.Href != ""
	case t.Type == "Hashtag":
		return t, t.Name != ""
	case t.Type == "Emoji":
		return t, t.Name != "" && t.Icon != nil
	}
	return t, true
}

// Attachment is a picture, a video, a sound, a file, or a link.
type Attachment struct {
	Type       string    `json:"type"` // Document, Image, Video, Audio, Link
	MediaType  string    `json:"mediaType,omitempty"`
	URL        string    `json:"url,omitempty"`
	Href       string    `json:"href,omitempty"` // of a Link
	Name       string    `json:"-"`              // the description for who cannot see it
	Blurhash   string    `json:"blurhash,omitempty"`
	FocalPoint []float64 `json:"focalPoint,omitempty"` // x, y from -1 to 1
	Width      int       `json:"width,omitempty"`
	Height     int       `json:"height,omitempty"`
	Duration   Seconds   `json:"duration,omitzero"`
	Icon       *Image    `json:"icon,omitempty"` // a thumbnail
	HrefLang   string    `json:"hreflang,omitempty"`
	Rel        []string  `json:"rel,omitempty"`
	Sensitive  bool      `json:"sensitive,omitempty"`
}

// MarshalJSON writes a missing description as null, as Mastodon does.
func (a Attachment) MarshalJSON() ([]byte, error) {
	type wire Attachment
	if a.Type == "Link" {
		return marshal(struct {
			wire
			Name string `json:"name,omitempty"`
		}{wire(a), a.Name})
	}
	return marshal(struct {
		wire
		Name *string `json:"name"`
	}{wire(a), orNull(a.Name)})
}

// attachments reads media and links; what has no address is dropped.
func (d *Document) attachments() []Attachment {
	var out []Attachment
	for _, v := range list(d.v.get("attachment")) {
		if len(out) == maxMedia {
			break
		}
		if v.kind != isObject {
			if uri := uriOf(v); IsHTTP(uri) {
				out = append(out, Attachment{Type: "Document", URL: uri})
			}
			continue
		}
		if a, ok := (&Document{v: v, now: d.now}).attachment(); ok {
			out = append(out, a)
		}
	}
	return out
}

func (d *Document) attachment() (Attachment, bool) {
	a := Attachment{
		Type:      d.Type(),
		MediaType: d.Text("mediaType", 128),
		Href:      d.URI("href"),
		Name:      cutRunes(d.Text("summary", 4*maxAlt), maxAlt),
		Blurhash:  d.Text("blurhash", 256),
		Width:     d.side("width"),
		Height:    d.side("height"),
		Duration:  secondsOf(d.Text("duration", 64)),
		Icon:      d.image("icon"),
		HrefLang:  d.Text("hreflang", 35),
		Rel:       d.Texts("rel", 8, 256),
		Sensitive: d.is("sensitive"),
	}
	if a.Name == "" {
		a.Name = cutRunes(d.Text("name", 4*maxAlt), maxAlt)
	}
	if points := list(d.v.get("focalPoint")); len(points) == 2 {
		x, okX := numberOf(points[0])
		y, okY := numberOf(points[1])
		if okX && okY {
			a.FocalPoint = []float64{max(-1, min(x, 1)), max(-1, min(y, 1))}
		}
	}
	for _, l := range links(d.v.get("url")) {
		if a.URL == "" || a.MediaType == "" && l.MediaType != "" {
			if a.URL = l.Href; a.MediaType == "" {
				a.MediaType = l.MediaType
			}
		}
	}
	if a.Icon == nil {
		a.Icon = d.image("preview")
	}
	if !IsHTTP(a.Href) {
		a.Href = ""
	}
	return a, a.URL != "" || a.Href != ""
}

// Link is one address of several. Videos of PeerTube have many.
type Link struct {
	Type      string   `json:"type"`
	Href      string   `json:"href"`
	MediaType string   `json:"mediaType,omitempty"`
	Name      string   `json:"name,omitempty"`
	HrefLang  string   `json:"hreflang,omitempty"`
	Width     int      `json:"width,omitempty"`
	Height    int      `json:"height,omitempty"`
	Size      int      `json:"size,omitempty"`
	Rel       []string `json:"rel,omitempty"`
	Tag       []Link   `json:"-"` // the single files of a stream
}

// links reads url: text, objects, or a list of both. Only http and https count (T59).
func links(v *value) []Link {
	return linksTo(v, 2)
}

func linksTo(v *value, depth int) []Link {
	var out []Link
	for _, item := range list(v) {
		if len(out) == maxLinks || depth == 0 {
			break
		}
		d := &Document{v: item}
		uri := uriOf(item)
		if item.kind == isObject {
			if uri = d.URI("href"); uri == "" {
				uri = d.URI("url")
			}
		}
		if !IsHTTP(uri) {
			continue
		}
		l := Link{Type: "Link", Href: uri}
		if item.kind == isObject {
			l.MediaType, l.Name, l.HrefLang = d.Text("mediaType", 256), d.Text("name", 256), d.Text("hreflang", 35)
			l.Width, l.Height, l.Rel = d.side("width"), d.side("height"), d.Texts("rel", 8, 256)
			if size := d.Count("size"); size != nil {
				l.Size = *size
			}
			l.Tag = linksTo(item.get("tag"), depth-1)
		}
		out = append(out, l)
	}
	return out
}

// pageURL picks the page for people among the addresses of an object: text/html, else the first of no stated type, else the first.
func pageURL(v *value) string {
	all := links(v)
	for _, media := range []string{"text/html", ""} {
		for _, l := range all {
			if l.MediaType == media {
				return l.Href
			}
		}
	}
	if len(all) > 0 {
		return all[0].Href
	}
	return ""
}

// IsHTTP tells whether text is an absolute http or https URL without surprises: a host, no user name, no blanks or controls.
func IsHTTP(text string) bool {
	if text == "" || len(text) > maxURI || strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' }) {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// image reads an Image: an address, an object, or the first usable of several.
func (d *Document) image(name string) *Image {
	for _, v := range list(d.v.get(name)) {
		if v.kind == isString {
			if uri := uriOf(v); IsHTTP(uri) {
				return &Image{Type: "Image", URL: uri}
			}
			continue
		}
		o := &Document{v: v, now: d.now}
		all := links(v.get("url"))
		if len(all) == 0 {
			all = links(v.get("href"))
		}
		if len(all) == 0 {
			continue
		}
		i := &Image{Type: "Image", MediaType: o.Text("mediaType", 128), URL: all[0].Href, Alt: cutRunes(o.Text("summary", 4*maxAlt), maxAlt),
			Width: o.side("width"), Height: o.side("height"), Blurhash: o.Text("blurhash", 256)}
		if i.MediaType == "" {
			i.MediaType = all[0].MediaType
		}
		if i.Alt == "" {
			i.Alt = cutRunes(o.Text("name", 4*maxAlt), maxAlt)
		}
		return i
	}
	return nil
}

// poster is the still picture of a film: the largest of preview and icon. The storyboard of PeerTube is none.
func (d *Document) poster() *Image {
	var best *Image
	for _, name := range []string{"preview", "icon"} {
		for _, v := range list(d.v.get(name)) {
			o := &Document{v: &value{kind: isObject, names: []string{name}, items: []*value{v}}, now: d.now}
			if v.kind == isObject && slices.Contains(texts(v.get("rel"), 8, 64), "storyboard") {
				continue
			}
			if i := o.image(name); i != nil && (best == nil || i.Width > best.Width) {
				best = i
			}
		}
	}
	return best
}

// side reads a width or height; nonsense is 0 (T66).
func (d *Document) side(name string) int {
	n, ok := d.Number(name)
	if !ok || n < 1 || n > maxSide {
		return 0
	}
	return int(n)
}

// Place is where something was. Pixelfed writes its numbers as text.
type Place struct {
	Type      string  `json:"type"` // Place
	Name      string  `json:"name"`
	Longitude float64 `json:"longitude,string"`
	Latitude  float64 `json:"latitude,string"`
	Country   string  `json:"country,omitempty"`
	Street    string  `json:"-"` // only read: of the PostalAddress of an event
	Locality  string  `json:"-"`
}

func (d *Document) place() *Place {
	o := d.Object("location")
	if o == nil || !o.Has("name") {
		return nil
	}
	p := &Place{Type: "Place", Name: o.Text("name", 512), Country: o.Text("country", 128)}
	if a := o.Object("address"); a != nil {
		p.Street, p.Locality = a.Text("streetAddress", 512), a.Text("addressLocality", 256)
		if p.Country == "" {
			p.Country = a.Text("addressCountry", 128)
		}
	}
	lon, okLon := o.Number("longitude")
	lat, okLat := o.Number("latitude")
	if okLon && okLat && math.Abs(lon) <= 180 && math.Abs(lat) <= 90 {
		p.Longitude, p.Latitude = lon, lat
	}
	return p
}

// Capabilities say who may do what with a post of Pixelfed: Public, or nobody.
type Capabilities struct {
	Announce string `json:"announce,omitempty"`
	Like     string `json:"like,omitempty"`
	Reply    string `json:"reply,omitempty"`
}

// capabilities reads only Public as yes: "[]", null and [] all occur as no.
func (d *Document) capabilities() *Capabilities {
	o := d.Object("capabilities")
	if o == nil {
		return nil
	}
	read := func(name string) string {
		if IsPublic(o.URI(name)) {
			return Public
		}
		return ""
	}
	return &Capabilities{Announce: read("announce"), Like: read("like"), Reply: read("reply")}
}
