package federation

import (
	"html"
	"slices"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// note is a local post as peers know it: pure. parent is the URI of the post it replies to, empty for none; links that end
// count from at. Reference, section 4.
func note(site *skein.Site, author *skein.Account, p *skein.Post, parent string, at time.Time) *activitypub.Note {
	to, cc := address(author, p)
	n := &activitypub.Note{
		ID:           p.URI,
		Type:         "Note",
		Summary:      p.Warning,
		InReplyTo:    parent,
		Published:    p.CreatedAt.UTC(),
		Updated:      p.EditedAt,
		URL:          p.URL,
		AttributedTo: author.URI,
		To:           to,
		Cc:           cc,
		Sensitive:    p.Sensitive || !author.SensitizedAt.IsZero(),
		AtomURI:      p.URI,
		Content:      p.HTML,
		Replies: &activitypub.Collection{ID: p.URI + "/replies", Type: "Collection", First: activitypub.Embed("", &activitypub.Collection{
			Type: "CollectionPage", Next: p.URI + "/replies?page=true", PartOf: p.URI + "/replies", Items: activitypub.References{},
		})},
		Likes:  total(p.URI+"/likes", p.LikeCount),
		Shares: total(p.URI+"/shares", p.BoostCount),
	}
	n.InReplyToAtomURI = parent
	n.Conversation = conversation(site, p)
	if p.Visibility <= skein.Unlisted {
		n.Context = n.Conversation
	}
	toGroup(n, site, p)
	if p.Language != "" {
		n.ContentMap = map[string]string{p.Language: p.HTML}
	}
	for _, m := range p.Mentions {
		if m.Silent {
			continue
		}
		domain := m.Domain
		if domain == "" {
			domain = site.Domain
		}
		n.Tag = append(n.Tag, activitypub.NewMention(m.URI, "@"+m.Username+"@"+domain))
	}
	for _, t := range p.Tags {
		shown := t.Display
		if shown == "" {
			shown = t.Name
		}
		n.Tag = append(n.Tag, activitypub.NewHashtag(site.URL("/tags/"+t.Name), "#"+shown))
	}
	n.Tag = append(n.Tag, emojiTags(p.Emojis)...)
	for i := range p.Attachments {
		n.Attachment = append(n.Attachment, document(site, p, &p.Attachments[i], at))
	}
	n.Policy = policy(author, p)
	if !p.Held {
		n.ApprovedBy = p.Extra.Approval
	}
	if p.Extra.Poll != nil {
		question(n, p.Extra.Poll)
	}
	if p.Visibility == skein.Direct {
		direct := true
		n.DirectMessage = &direct
	}
	return n
}

// document is a file of a post as peers know it. Pictures are Images: Pixelfed and Mastodon take them as well as Documents
// (media-federation.md 11).
func document(site *skein.Site, p *skein.Post, a *skein.Attachment, at time.Time) activitypub.Attachment {
	file, preview := a.Links(site, p.Open(), at, skein.LinkForPeers)
	doc := activitypub.Attachment{Type: "Document", MediaType: a.Type, URL: file, Name: a.Description, Blurhash: a.Blurhash,
		Width: a.Width, Height: a.Height, Duration: activitypub.Seconds(a.Seconds)}
	if a.FocusX != 0 || a.FocusY != 0 {
		doc.FocalPoint = []float64{a.FocusX, a.FocusY}
	}
	switch {
	case strings.HasPrefix(a.Type, "image/"):
		doc.Type = "Image"
	case preview != "":
		doc.Icon = &activitypub.Image{Type: "Image", MediaType: a.SmallType, URL: preview, Width: a.SmallWidth, Height: a.SmallHeight}
	}
	return doc
}

func total(id string, n int) *activitypub.Collection {
	return &activitypub.Collection{ID: id, Type: "Collection", TotalItems: &n}
}

// address says to whom a local post or boost goes. Reference, section 5.
func address(author *skein.Account, p *skein.Post) (to, cc []string) {
	var mentions []string
	for _, m := range p.Mentions {
		mentions = append(mentions, m.URI)
	}
	switch p.Visibility {
	case skein.Public:
		return []string{activitypub.Public}, append([]string{author.Followers}, mentions...)
	case skein.Unlisted:
		return []string{author.Followers}, append([]string{activitypub.Public}, mentions...)
	case skein.Followers:
		return []string{author.Followers}, mentions
	}
	return mentions, nil
}

// visibilityOf reads the audience of a peer's post or boost. What cannot be told for sure is the narrowest.
func visibilityOf(author *skein.Account, to, cc []string) skein.Visibility {
	switch {
	case slices.ContainsFunc(to, activitypub.IsPublic):
		return skein.Public
	case slices.ContainsFunc(cc, activitypub.IsPublic):
		return skein.Unlisted
	case author.Followers != "" && slices.Contains(to, author.Followers): // T58: the author's own collection, no other
		return skein.Followers
	}
	return skein.Direct
}

// Caps on what is kept of remote posts, on creation, edit and refetch alike (T81, T82, T216).
const (
	maxHTML        = 256 << 10 // bytes
	maxWarning     = 2000      // characters
	maxTitle       = 500
	maxDescription = 10_000
	maxAttachments = 32
	maxTags        = skein.MaxTags
	maxMentions    = skein.MaxMentions
)

// native are the types that are posts as we know them; others are shown by title, summary and link.
var native = []string{"Note", "Question"}

// incoming is a peer's post as a site keeps it, but for the accounts that it names: pure. Reference, section 4.
func incoming(n *activitypub.Note, author *skein.Account) social.Incoming {
	in := social.Incoming{
		URI:         n.ID,
		URL:         n.URL,
		HTML:        content(n),
		Sensitive:   n.Sensitive,
		Visibility:  visibilityOf(author, n.To, n.Cc),
		Emojis:      emojis(n.Tag),
		Attachments: attachments(n),
		CreatedAt:   n.Published,
	}
	in.State = state(n)
	in.Poll = poll(n)
	if !sharesDomain(n.URL, n.ID) { // T59; Threads' pages are on www.
		in.URL = n.ID
	}
	if slices.Contains(native, n.Type) {
		in.Warning = text.Clean(n.Summary, maxWarning)
	}
	if in.Warning != "" || n.Summary != "" && slices.Contains(native, n.Type) { // Misskey warns by a blank that has no width
		in.Sensitive = true
	}
	if language, ok := text.Language(n.Language); ok {
		in.Language = language
	}
	if activitypub.IsHTTP(n.InReplyTo) {
		in.ReplyToURI = n.InReplyTo
	}
	in.Quote, in.Policy = quoteOf(n), policyOf(n, author)
	if in.ReplyToURI != "" && activitypub.IsHTTP(n.ApprovedBy) {
		in.ApprovedBy = n.ApprovedBy
	}
	if n.Updated.After(n.Published) {
		in.EditedAt = n.Updated
	}
	seen := map[string]bool{}
	for _, t := range n.Tag {
		if t.Type != "Hashtag" || len(in.Tags) == maxTags {
			continue
		}
		normal, display, ok := text.Hashtag(t.Name)
		if ok && !seen[normal] {
			seen[normal] = true
			in.Tags = append(in.Tags, skein.Tag{Name: normal, Display: display})
		}
	}
	return in
}

// content is the HTML of a post, still as its peer wrote it: core cleans it. What is no note is shown as title, text and
// link to its page.
func content(n *activitypub.Note) string {
	body := n.Content
	switch {
	case n.MediaType == "text/markdown":
		body = text.Markdown(body)
	case strings.HasPrefix(n.MediaType, "text/") && n.MediaType != "text/html":
		body = text.Render(body, text.Resolver{})
	}
	if len(body) > maxHTML {
		body = text.Render(text.Truncate(text.Plain(body), maxHTML/8), text.Resolver{})
	}
	var b strings.Builder
	page := n.URL
	if !activitypub.IsHTTP(page) {
		page = n.ID
	}
	switch {
	case n.Type == "Question":
		b.WriteString(body)
		if poll(n) != nil {
			break
		}
		if options := append(slices.Clip(n.OneOf), n.AnyOf...); len(options) > 0 {
			b.WriteString("<ul>")
			for i, o := range options {
				if i == 20 {
					break
				}
				b.WriteString("<li>" + html.EscapeString(text.DisplayName(o.Name, maxTitle)) + "</li>")
			}
			b.WriteString("</ul>" + linkTo(page))
		}
	case !slices.Contains(native, n.Type):
		b.WriteString(card(n, body))
	default:
		b.WriteString(body)
		if n.Quote != "" && activitypub.IsHTTP(n.Quote) && !strings.Contains(body, html.EscapeString(n.Quote)) && !strings.Contains(body, "quote-inline") {
			quote := html.EscapeString(n.Quote)
			b.WriteString(`<p class="quote-inline">RE: <a href="` + quote + `">` + quote + `</a></p>`)
		}
		if where := place(n.Location); where != "" { // Pixelfed
			b.WriteString("<p>" + html.EscapeString(where) + "</p>")
		}
	}
	return b.String()
}

// attachments keeps the media of a post by their addresses.
func attachments(n *activitypub.Note) []skein.Attachment {
	list := ownMedia(n)
	for _, a := range n.Attachment {
		if a.URL == "" || !activitypub.IsHTTP(a.URL) || len(list) == maxAttachments {
			continue
		}
		if slices.ContainsFunc(list, func(b skein.Attachment) bool { return b.URL == a.URL }) {
			list = slices.DeleteFunc(list, func(b skein.Attachment) bool { return b.URL == a.URL })
		}
		out := skein.Attachment{
			Type:        a.MediaType,
			URL:         a.URL,
			Description: text.Clean(a.Name, maxDescription),
			Blurhash:    a.Blurhash,
			Width:       a.Width,
			Height:      a.Height,
			Seconds:     float64(a.Duration),
		}
		if a.Icon != nil && a.Icon.URL != a.URL {
			out.Preview = a.Icon.URL
		}
		if out.Type == "" {
			out.Type = mediaType(a.URL)
		}
		if out.Type == "" {
			out.Type = fallbackType[a.Type]
		}
		if len(a.FocalPoint) == 2 {
			out.FocusX, out.FocusY = a.FocalPoint[0], a.FocalPoint[1]
		}
		if out.Preview == "" && n.Preview != nil && strings.HasPrefix(out.Type, "video/") && len(n.Attachment) == 1 {
			out.Preview = n.Preview.URL // Loops hangs the poster on the post
		}
		list = append(list, out)
	}
	return list
}

// fallbackType is what an attachment is that does not say.
var fallbackType = map[string]string{"Image": "image/jpeg", "Video": "video/mp4", "Audio": "audio/mpeg", "Document": "application/octet-stream"}

// named are the actors that a post names in tags, and those that it is addressed to: only who is both is notified (T165).
func named(n *activitypub.Note, author *skein.Account) (tagged, addressed []string) {
	for _, t := range n.Tag {
		if t.Type == "Mention" && activitypub.IsHTTP(t.Href) && !slices.Contains(tagged, t.Href) && len(tagged) < maxMentions {
			tagged = append(tagged, t.Href)
		}
	}
	for _, uri := range slices.Concat(n.To, n.Cc) {
		if activitypub.IsPublic(uri) || uri == author.Followers || !activitypub.IsHTTP(uri) || slices.Contains(addressed, uri) {
			continue
		}
		if len(addressed) == maxMentions {
			break
		}
		addressed = append(addressed, uri)
	}
	return tagged, addressed
}
