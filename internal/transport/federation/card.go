package federation

import (
	"html"
	"math"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// maxWhole is how many characters of an article without a summary are shown whole, and about how many of a longer one.
const (
	maxWhole   = 800
	maxExcerpt = 500
)

// card is the HTML of a post that is no note: an article, a community's page, a film, an event, a review, or of a type that
// nobody here knows. Title, what one must know (when, where, how many stars), the link that it is about, its text or the
// beginning of it, and the link to its page. body is its text as HTML. media-federation.md, section 1 rule 9, sections 4 to 10.
func card(n *activitypub.Note, body string) string {
	var b strings.Builder
	if title := text.DisplayName(text.Plain(n.Name), maxTitle); title != "" {
		if plain := text.DisplayName(n.Name, maxTitle); !strings.Contains(n.Name, "&") {
			title = plain // "Best <tea>?" is a title, not markup
		}
		b.WriteString("<h2>" + html.EscapeString(title) + "</h2>")
	}
	for _, line := range []string{when(n), place(n.Location), stars(n)} {
		if line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	page := n.URL
	if !activitypub.IsHTTP(page) {
		page = n.ID
	}
	for _, a := range n.Attachment {
		if a.URL == "" && a.Href != "" && a.Href != page { // what a page of a community, or an event, is about
			b.WriteString(linkTo(a.Href))
		}
	}
	if n.Document != nil && n.Type == "Quotation" { // BookWyrm
		if said := n.Document.Text("quote", maxHTML); said != "" {
			b.WriteString("<blockquote>" + said + "</blockquote>")
		}
	}
	summary := n.Summary
	if n.Type == "Page" { // Mbin puts title and tags there
		summary = ""
	}
	switch {
	case n.Type != "Article" && body != "":
		b.WriteString(body)
	case summary != "":
		b.WriteString("<p>" + summary + "</p>")
	case n.Excerpt != nil && n.Excerpt.Content != "":
		b.WriteString(n.Excerpt.Content)
	default:
		b.WriteString(beginning(body))
	}
	b.WriteString(linkTo(page))
	return b.String()
}

func linkTo(uri string) string {
	uri = html.EscapeString(uri)
	return `<p><a href="` + uri + `">` + uri + `</a></p>`
}

// beginning returns a text whole when it is short, else its first lines.
func beginning(body string) string {
	plain := text.Plain(body)
	if len([]rune(plain)) <= maxWhole {
		return body
	}
	return text.Render(text.Excerpt(plain, maxExcerpt), text.Resolver{})
}

// when says when an event is, by the clock of the place where it is. Without a beginning it says nothing.
func when(n *activitypub.Note) string {
	if n.Document == nil || n.StartTime.IsZero() || n.Type != "Event" && n.EndTime.IsZero() || n.Type == "Question" {
		return ""
	}
	from := n.Document.LocalTime("startTime")
	zone := n.Document.Text("timezone", 64)
	if zone == "" || strings.ContainsFunc(zone, func(r rune) bool { return r < '+' || r > 'z' }) {
		zone = "UTC"
		if _, offset := from.Zone(); offset != 0 {
			zone += from.Format("-07:00")
		}
	}
	line := "🗓 " + from.Format("2006-01-02 15:04")
	if to := n.Document.LocalTime("endTime"); to.After(from) {
		layout := "15:04"
		if to = to.In(from.Location()); to.Format(time.DateOnly) != from.Format(time.DateOnly) {
			layout = "2006-01-02 15:04"
		}
		line += " – " + to.Format(layout)
	}
	return line + " (" + zone + ")"
}

// place says where something was or will be: its name and address, no map is asked for it.
func place(p *activitypub.Place) string {
	if p == nil {
		return ""
	}
	var parts []string
	for _, part := range []string{p.Name, p.Street, p.Locality, p.Country} {
		if part = text.DisplayName(part, maxTitle); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "📍 " + strings.Join(parts, ", ")
}

// stars are the rating of a review: BookWyrm gives up to five, also halves.
func stars(n *activitypub.Note) string {
	if n.Document == nil || n.Type != "Review" && n.Type != "Rating" {
		return ""
	}
	rating, ok := n.Document.Number("rating")
	if !ok || rating <= 0 || rating > 5 {
		return ""
	}
	halves := int(math.Round(rating * 2))
	shown := strings.Repeat("★", halves/2)
	if halves%2 == 1 {
		shown += "½"
	}
	return shown + strings.Repeat("☆", 5-(halves+1)/2)
}

// ownMedia are the media that a post is, rather than has: a film of PeerTube, a song, a picture by itself, the cover of an
// article. All of these but the player hang on url, image, icon or preview.
func ownMedia(n *activitypub.Note) []skein.Attachment {
	if slices.Contains(native, n.Type) {
		return nil
	}
	poster := ""
	if n.Preview != nil {
		poster = n.Preview.URL
	}
	if n.Image != nil {
		poster = n.Image.URL
	}
	if l, ok := player(n); ok {
		a := skein.Attachment{Type: l.MediaType, URL: l.Href, Width: l.Width, Height: l.Height, Seconds: float64(n.Duration), Preview: poster}
		if a.Height > 0 && a.Width == 0 {
			a.Height = 0 // half a size is none
		}
		return []skein.Attachment{a}
	}
	if n.Image != nil {
		return []skein.Attachment{picture(n.Image)}
	}
	return nil
}

func picture(i *activitypub.Image) skein.Attachment {
	a := skein.Attachment{Type: i.MediaType, URL: i.URL, Description: text.Clean(i.Alt, maxDescription), Blurhash: i.Blurhash, Width: i.Width, Height: i.Height}
	if a.Type == "" {
		a.Type = mediaType(a.URL)
	}
	if a.Type == "" {
		a.Type = fallbackType["Image"]
	}
	return a
}

// wantedHeight is the size of a film that nearly everybody can play without waiting.
const wantedHeight = 720

// player picks what to play of a post's addresses: of films the largest file up to 720 lines, else the smallest above, also
// among the pieces of a stream; else the stream itself; of sounds and pictures the first. media-federation.md, section 4.
func player(n *activitypub.Note) (best activitypub.Link, ok bool) {
	better := func(l activitypub.Link) bool {
		fits, fit := l.Height <= wantedHeight, best.Height <= wantedHeight
		switch {
		case !ok:
			return true
		case fits != fit:
			return fits
		case fits:
			return l.Height > best.Height
		}
		return l.Height < best.Height
	}
	films := func(list []activitypub.Link) {
		for _, l := range list {
			if strings.HasPrefix(l.MediaType, "video/") && better(l) {
				best, ok = l, true
			}
		}
	}
	all := n.Links
	if audio := n.Document.Object("audio"); audio != nil { // Castopod's episodes
		all = append(slices.Clip(all), audio.Links("url")...)
	}
	films(all)
	for _, l := range all {
		if !ok && isStream(l) {
			films(l.Tag)
		}
	}
	if ok {
		return best, true
	}
	for _, l := range all {
		kind, _, _ := strings.Cut(l.MediaType, "/")
		if isStream(l) || kind == "audio" || kind == "image" && n.Type == "Image" {
			return l, true
		}
	}
	return best, false
}

func isStream(l activitypub.Link) bool {
	return strings.EqualFold(l.MediaType, "application/x-mpegurl") || strings.EqualFold(l.MediaType, "application/vnd.apple.mpegurl")
}
