package activitypub

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Caps on posts. Reference, sections 4 and 21, and T81.
const (
	maxOptions = 500
	maxOption  = 2048 // bytes
	maxTitle   = 2048 // characters
	maxContent = 1 << 20
)

// Note is a post of any sort: Note, Question (a poll), Article, Page, Event, Video, Image, Audio, and whatever else has an author
// and something to say. Section 4; FEP-044f for quotes.
type Note struct {
	ID                 string            `json:"id"`
	Type               string            `json:"type"`
	Name               string            `json:"name,omitempty"` // a title
	Summary            string            `json:"-"`              // a content warning; of an Article an excerpt
	InReplyTo          string            `json:"-"`
	Published          time.Time         `json:"published,omitzero"`
	Updated            time.Time         `json:"updated,omitzero"`
	URL                string            `json:"url,omitempty"` // the page for people
	AttributedTo       string            `json:"attributedTo"`
	To                 []string          `json:"to"`
	Cc                 []string          `json:"cc"`
	Audience           []string          `json:"audience,omitempty"` // of a community post: the group
	Sensitive          bool              `json:"sensitive"`
	AtomURI            string            `json:"atomUri,omitempty"`
	InReplyToAtomURI   string            `json:"-"`
	Conversation       string            `json:"conversation,omitempty"`
	Context            string            `json:"context,omitempty"` // FEP-7888
	Content            string            `json:"content"`
	ContentMap         map[string]string `json:"contentMap,omitempty"`
	MediaType          string            `json:"mediaType,omitempty"` // of content, when it is not HTML
	Source             *Source           `json:"source,omitempty"`
	Attachment         []Attachment      `json:"attachment"`
	Tag                []Tag             `json:"tag"`
	Replies            *Collection       `json:"replies,omitempty"`
	Likes              *Collection       `json:"likes,omitempty"`
	Shares             *Collection       `json:"shares,omitempty"`
	OneOf              []Option          `json:"oneOf,omitempty"`
	AnyOf              []Option          `json:"anyOf,omitempty"`
	EndTime            time.Time         `json:"endTime,omitzero"`
	Closed             time.Time         `json:"closed,omitzero"`
	VotersCount        *int              `json:"votersCount,omitempty"`
	Quote              string            `json:"-"` // the quoted post
	QuoteAuthorization string            `json:"quoteAuthorization,omitempty"`
	Policy             *Policy           `json:"interactionPolicy,omitempty"`
	ApprovedBy         string            `json:"approvedBy,omitempty"`
	DirectMessage      *bool             `json:"directMessage,omitempty"`
	Image              *Image            `json:"image,omitempty"`   // of an Article: the cover
	Preview            *Image            `json:"-"`                 // of a video: the poster
	Excerpt            *Excerpt          `json:"preview,omitempty"` // of an Article, FEP-b2b8
	StartTime          time.Time         `json:"startTime,omitzero"`
	Duration           Seconds           `json:"duration,omitzero"`
	Location           *Place            `json:"location,omitempty"`
	CommentsEnabled    *bool             `json:"commentsEnabled,omitempty"`
	Capabilities       *Capabilities     `json:"capabilities,omitempty"` // Pixelfed
	More               map[string]any    `json:"-"`                      // further properties to send

	// What only reading fills in.
	Language     string    `json:"-"` // of the content; empty when not known
	Channel      string    `json:"-"` // of a PeerTube video: the group beside the author
	Links        []Link    `json:"-"` // all of url, for media
	QuoteLegacy  bool      `json:"-"` // the quote is only in one of the old properties
	QuoteDeleted bool      `json:"-"` // a Tombstone stands in the quote
	Document     *Document `json:"-"`
}

// Source is what the author typed.
type Source struct {
	Content   string `json:"content"`
	MediaType string `json:"mediaType,omitempty"`
}

// Excerpt is the short form of an article.
type Excerpt struct {
	Type    string `json:"type"` // Note
	Content string `json:"content"`
}

// Option is one answer of a poll, and how often it was given.
type Option struct {
	Name  string
	Votes int
}

func (o Option) MarshalJSON() ([]byte, error) {
	type replies struct {
		Type       string `json:"type"`
		TotalItems int    `json:"totalItems"`
	}
	return marshal(struct {
		Type    string  `json:"type"`
		Name    string  `json:"name"`
		Replies replies `json:"replies"`
	}{"Note", o.Name, replies{"Collection", o.Votes}})
}

// MarshalJSON writes lists as arrays, absent warnings and parents as null, and a quote in all its spellings, as Mastodon does.
func (n Note) MarshalJSON() ([]byte, error) {
	type wire Note
	w := struct {
		wire
		Summary          *string `json:"summary"`
		InReplyTo        *string `json:"inReplyTo"`
		InReplyToAtomURI *string `json:"inReplyToAtomUri"`
		Quote            string  `json:"quote,omitempty"`
		QuoteURI         string  `json:"quoteUri,omitempty"`
		MisskeyQuote     string  `json:"_misskey_quote,omitempty"`
	}{wire: wire(n), Quote: n.Quote, QuoteURI: n.Quote, MisskeyQuote: n.Quote}
	w.Summary = orNull(n.Summary)
	w.InReplyTo = orNull(n.InReplyTo)
	w.InReplyToAtomURI = orNull(n.InReplyToAtomURI)
	w.wire.To, w.wire.Cc = orEmpty(n.To), orEmpty(n.Cc)
	w.wire.Attachment, w.wire.Tag = orEmpty(n.Attachment), orEmpty(n.Tag)
	more := n.More
	if n.Quote == "" && n.QuoteDeleted {
		more = map[string]any{"quote": map[string]string{"type": "Tombstone"}}
		for k, v := range n.More {
			more[k] = v
		}
	}
	return marshalWith(w, more)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Note reads a post. Types that are not known are read as well if they are of no other kind; it needs an id and an author,
// whose host the caller compares (T44).
func (d *Document) Note() (*Note, error) {
	if !d.mayBe(KindPost) {
		return nil, fmt.Errorf("%w: %q is no post", ErrMalformed, d.Types())
	}
	content := d.language("content", maxContent)
	name := d.language("name", 4*maxTitle)
	summary := d.language("summary", maxContent)
	n := &Note{
		ID:                 d.ID(),
		Type:               d.Type(),
		Name:               cutRunes(name.text, maxTitle),
		Summary:            summary.text,
		InReplyTo:          d.URI("inReplyTo"),
		Published:          d.past("published"),
		URL:                pageURL(d.v.get("url")),
		To:                 d.URIs("to", maxAudience),
		Cc:                 d.URIs("cc", maxAudience),
		Audience:           d.URIs("audience", maxAudience),
		Sensitive:          d.is("sensitive"),
		AtomURI:            d.URI("atomUri"),
		InReplyToAtomURI:   d.URI("inReplyToAtomUri"),
		Conversation:       d.URI("conversation"),
		Context:            d.URI("context"),
		Content:            content.text,
		ContentMap:         content.all,
		Language:           content.tag,
		MediaType:          d.Text("mediaType", 128),
		Attachment:         d.attachments(),
		Tag:                d.tags(),
		Replies:            d.collection("replies"),
		Likes:              d.collection("likes"),
		Shares:             d.collection("shares"),
		OneOf:              d.options("oneOf"),
		AnyOf:              d.options("anyOf"),
		EndTime:            d.Time("endTime"),
		VotersCount:        d.Count("votersCount"),
		QuoteAuthorization: d.URI("quoteAuthorization"),
		Policy:             d.policy(),
		ApprovedBy:         d.URI("approvedBy"),
		DirectMessage:      d.Bool("directMessage"),
		Image:              d.image("image"),
		StartTime:          d.Time("startTime"),
		Duration:           secondsOf(d.Text("duration", 64)),
		Location:           d.place(),
		CommentsEnabled:    d.Bool("commentsEnabled"),
		Capabilities:       d.capabilities(),
		Links:              links(d.v.get("url")),
		Document:           d,
	}
	if d.Has("updated") {
		if t := d.Time("updated"); !t.IsZero() {
			n.Updated = d.past("updated")
		}
	}
	for _, fallback := range []string{name.tag, summary.tag, d.otherLanguage()} {
		if n.Language == "" {
			n.Language = fallback
		}
	}
	if v := first(d.v.get("closed")); v != nil {
		if n.Closed = d.Time("closed"); v.kind == isBool && v.text == "true" || n.Closed.IsZero() && v.kind != isBool {
			n.Closed = d.now
		}
	}
	if s := d.Object("source"); s != nil {
		n.Source = &Source{Content: s.Text("content", maxContent), MediaType: s.Text("mediaType", 128)}
	}
	if p := d.Object("preview"); p != nil && p.Is("Note") {
		n.Excerpt = &Excerpt{Type: "Note", Content: p.language("content", maxContent).text}
	} else {
		n.Preview = d.poster()
	}
	n.AttributedTo, n.Channel = d.authors()
	d.quote(n)
	if n.ID == "" || n.AttributedTo == "" {
		return nil, fmt.Errorf("%w: a post needs id and attributedTo", ErrMalformed)
	}
	return n, nil
}

// IsVote tells whether a post may be an answer to a poll: a name, a parent and nothing else to say. Section 16.
func (n *Note) IsVote() bool {
	return n.Type == "Note" && n.Name != "" && n.InReplyTo != "" && n.Content == "" && len(n.Attachment) == 0
}

// authors reads attributedTo: the first, but of several typed ones the first that is no group, which is then the channel.
func (d *Document) authors() (author, channel string) {
	all := d.References("attributedTo", 16)
	for _, r := range all {
		if r.Type() == "Group" && channel == "" {
			channel = r.ID
		} else if r.Type() != "" && r.Type() != "Group" && author == "" {
			author = r.ID
		}
	}
	if author == "" {
		author = all.First().ID
	}
	if channel == author {
		channel = ""
	}
	return author, channel
}

// options reads the answers of a poll.
func (d *Document) options(name string) []Option {
	var out []Option
	for _, o := range d.Objects(name, maxOptions) {
		option := Option{Name: o.Text("name", maxOption)}
		if option.Name == "" {
			option.Name = o.Text("content", maxOption)
		}
		if replies := o.Object("replies"); replies != nil {
			if n := replies.Count("totalItems"); n != nil {
				option.Votes = *n
			}
		}
		out = append(out, option)
	}
	return out
}

// quote reads the quoted post: FEP-044f first, then the older properties, then a link of FEP-e232.
func (d *Document) quote(n *Note) {
	if q := d.Object("quote"); q != nil && q.Is("Tombstone") {
		n.QuoteDeleted = true
		return
	}
	if n.Quote = d.URI("quote"); n.Quote != "" {
		return
	}
	n.QuoteLegacy = true
	for _, name := range []string{"_misskey_quote", "quoteUrl", "quoteUri"} {
		if n.Quote = d.URI(name); n.Quote != "" {
			return
		}
	}
	for _, t := range n.Tag {
		if t.Type == "Link" && isObjectLink(t) {
			n.Quote = t.Href
			return
		}
	}
	n.QuoteLegacy = false
}

// isObjectLink knows the links that stand for a quote. FEP-e232.
func isObjectLink(t Tag) bool {
	if IsActivityType(t.MediaType) {
		return true
	}
	return slices.ContainsFunc(t.Rel, func(rel string) bool { return strings.HasSuffix(rel, "#_misskey_quote") })
}
