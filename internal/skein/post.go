package skein

import (
	"strings"
	"time"
)

// Visibility says who may read a post. The numbers are stored; never change them.
type Visibility int

// The visibilities, widest first.
const (
	Public    Visibility = 0 // everybody, and in public timelines
	Unlisted  Visibility = 1 // everybody, but in no public timeline ("quiet public")
	Followers Visibility = 2 // accepted followers and the people mentioned
	Direct    Visibility = 3 // only the people mentioned
)

// Post is a text that an account wrote, or its boost of another post.
// A loaded Post is shared by readers: it must not be changed.
type Post struct {
	ID            ID
	Site          ID
	Author        ID
	Local         bool
	URI           string // ActivityPub id
	URL           string // page for people
	Text          string // what the author typed; only of local posts
	HTML          string // clean
	Warning       string // content warning, plain text
	Sensitive     bool
	Language      string // BCP 47, may be empty
	Visibility    Visibility
	ReplyTo       ID // 0: no reply, or the parent is unknown to us
	ReplyToAuthor ID
	ReplyToURI    string // of a parent that is unknown
	Thread        ID     // the first post of the conversation, as far as we know it
	BoostOf       ID     // the original; a boost has no text of its own
	App           ID     // client it was written with
	Mentions      []Mention
	Tags          []Tag
	Emojis        []Emoji
	Attachments   []Attachment
	LikeCount     int
	BoostCount    int
	ReplyCount    int
	QuoteOf       ID   // the quoted post, when it is known here; whether the quote is shown, Extra.Quote says
	QuoteCount    int  // accepted quotes of it
	Held          bool // an answer or boost that waits for leave: for its author, and whom it answers, alone
	Extra         PostExtra
	CreatedAt     time.Time
	EditedAt      time.Time // zero: never

	// Load numbers the loads of the cache: what was made of a post may be kept under it, since two Posts with the same
	// one are the same. 0: read past the cache.
	Load uint64
}

// PostExtra is what few posts have. It is stored as JSON; change it with store.Tx.ChangePost.
type PostExtra struct {
	Poll      *Poll      `json:"poll,omitempty"`
	Quote     *Quote     `json:"quote,omitempty"`
	Policy    *Policy    `json:"policy,omitempty"`    // nil: the author has said nothing
	Approval  string     `json:"approval,omitempty"`  // URI by which the author of the parent, or of what is boosted, allowed this (approvedBy)
	Refused   bool       `json:"refused,omitempty"`   // a held answer that nobody but its author is to see
	Context   string     `json:"context,omitempty"`   // URI of a peer's collection of the conversation (FEP-7888)
	Group     ID         `json:"group,omitempty"`     // the community it was written for (FEP-1b12)
	Reactions []Reaction `json:"reactions,omitempty"` // by how many, most first
	Told      *Told      `json:"told,omitempty"`      // of posts of peers

	Card ID `json:"card,omitempty"` // what the page that it links to says of itself

	Collections []ID `json:"collections,omitempty"` // that it links to
}

// Told is what the server of a post says of its counts; they are shown when they are above what is known here.
type Told struct {
	Likes   int       `json:"l,omitempty"`
	Boosts  int       `json:"b,omitempty"`
	Replies int       `json:"r,omitempty"`
	At      time.Time `json:"at"`
}

// Poll is a question with answers to choose from.
type Poll struct {
	Options    []PollOption `json:"o"`
	Multiple   bool         `json:"m,omitempty"`
	HideTotals bool         `json:"h,omitempty"` // until the end
	EndsAt     time.Time    `json:"e,omitzero"`  // zero: never
	Closed     bool         `json:"c,omitempty"` // what is due at the end was done
	Final      bool         `json:"f,omitempty"` // a peer's: its author told these counts after the end
	Voters     int          `json:"v,omitempty"`
	ReadAt     time.Time    `json:"r,omitzero"` // when a peer's counts were last read
}

// PollOption is one answer.
type PollOption struct {
	Text  string `json:"t"`
	Votes int    `json:"n,omitempty"`
}

// Over tells whether nobody may vote any more.
func (p *Poll) Over(now time.Time) bool {
	return p.Closed || !p.EndsAt.IsZero() && !now.Before(p.EndsAt)
}

// Quote is what a post quotes (FEP-044f).
type Quote struct {
	URI    string     `json:"u"`           // of the quoted post
	Page   string     `json:"p,omitempty"` // of the quoted post, for people: what posts of ours link to
	State  QuoteState `json:"s"`           //
	Stamp  string     `json:"a,omitempty"` // URI of the quoteAuthorization
	Legacy bool       `json:"l,omitempty"` // said only in one of the older ways
	SeenAt time.Time  `json:"at,omitzero"` // when a peer's stamp was last looked at
}

// HTMLShown is a post's text. The line that stands in for a quote is left out where the quote itself is shown.
func (p *Post) HTMLShown() string {
	q := p.Extra.Quote
	if q == nil || q.State != QuoteAccepted {
		return p.HTML
	}
	const open, end = `<p class="quote-inline">`, `</p>`
	before, rest, ok := strings.Cut(p.HTML, open)
	if !ok {
		return p.HTML
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return p.HTML
	}
	return before + after
}

// QuoteState says whether a quote may be shown.
type QuoteState string

// The states of a quote.
const (
	QuotePending  QuoteState = "pending"
	QuoteAccepted QuoteState = "accepted"
	QuoteRejected QuoteState = "rejected"
	QuoteRevoked  QuoteState = "revoked"
	QuoteDeleted  QuoteState = "deleted" // the quoted post is gone
)

// Policy says who may do what with a post, beyond who may read it (GoToSocial's interactionPolicy; FEP-044f for quotes).
// A nil Leave says nothing: everybody who may read may like, answer and boost; nobody may quote a peer's post.
type Policy struct {
	Like  *Leave `json:"l,omitempty"`
	Reply *Leave `json:"r,omitempty"`
	Boost *Leave `json:"b,omitempty"`
	Quote *Leave `json:"q,omitempty"`
}

// Leave names those who may do something at once, and those who are asked about: URIs of actors, or one of the Who words.
type Leave struct {
	Auto   []string `json:"a,omitempty"`
	Manual []string `json:"m,omitempty"`
}

// The words of a Leave.
const (
	WhoPublic    = "public"
	WhoFollowers = "followers" // of the author
	WhoFollowing = "following" // whom the author follows
	WhoMentioned = "mentioned" // in the post
	WhoAuthor    = "author"    // nobody else
)

// Reaction is an emoji that people answered a post with, and how many did.
type Reaction struct {
	Emoji string `json:"e"` // Unicode; or the code of a custom emoji without colons, and @host when it is a peer's
	URL   string `json:"u,omitempty"`
	Count int    `json:"n"`
}

// Listed tells whether the post belongs into the site's public timelines: public, no boost, no reply to others.
func (p *Post) Listed() bool {
	return p.Visibility == Public && p.BoostOf == 0 && p.ReplyToURI == "" &&
		(p.ReplyTo == 0 || p.ReplyToAuthor == p.Author)
}

// Mention names an account in a post, as it was when the post was written.
type Mention struct {
	Account  ID     `json:"a"`
	Username string `json:"u"`
	Domain   string `json:"d,omitempty"`
	URL      string `json:"l"`           // profile page
	URI      string `json:"i"`           // ActivityPub id
	Silent   bool   `json:"s,omitempty"` // addressed, but not named in the text: may read, is not notified
}

// Acct returns the handle without the first @.
func (m Mention) Acct() string {
	if m.Domain == "" {
		return m.Username
	}
	return m.Username + "@" + m.Domain
}

// Tag is a hashtag in a post.
type Tag struct {
	Name    string `json:"n"`           // normal form: folded, without #
	Display string `json:"d,omitempty"` // as written
}

// Attachment is a file that hangs on a post: of a peer, by its address there, or of ours, by its key. What is in it can be
// compared.
type Attachment struct {
	Type        string  `json:"t"` // media type
	URL         string  `json:"u,omitempty"`
	Description string  `json:"d,omitempty"`
	Blurhash    string  `json:"b,omitempty"`
	Width       int     `json:"w,omitempty"`
	Height      int     `json:"h,omitempty"`
	FocusX      float64 `json:"x,omitempty"`
	FocusY      float64 `json:"y,omitempty"`
	Preview     string  `json:"p,omitempty"` // address of a still picture of a film, or of the cover of a sound
	Seconds     float64 `json:"l,omitempty"` // how long it plays

	// Of files of ours (Media), which have no URL and no Preview: see Links.
	Media       ID     `json:"m,omitempty"`
	Key         string `json:"k,omitempty"`  // of the file itself
	SmallKey    string `json:"sk,omitempty"` // of the picture that stands for it in lists; may be Key
	SmallType   string `json:"st,omitempty"`
	SmallWidth  int    `json:"sw,omitempty"`
	SmallHeight int    `json:"sh,omitempty"`

	// Of films and sounds of ours.
	Loop       bool   `json:"lo,omitempty"` // a picture that moves, without sound and without end
	Rate       string `json:"fr,omitempty"` // pictures in a second, as a fraction: 24/1
	Bitrate    int    `json:"br,omitempty"` // bits in a second
	Sound      string `json:"ac,omitempty"` // codec
	SampleRate int    `json:"ar,omitempty"`
	Channels   int    `json:"ch,omitempty"`
}

// Revision is a post's content as it once was.
type Revision struct {
	Text        string
	HTML        string
	Warning     string
	Sensitive   bool
	Emojis      []Emoji
	Attachments []Attachment
	Poll        []string // the answers to choose from
	CreatedAt   time.Time
}

// Marks are what one reader did with a post.
type Marks struct {
	Liked      bool
	Boosted    bool
	Bookmarked bool
	Muted      bool     // the conversation
	Pinned     bool     // by its author, who is the reader
	Votes      []int    // the answers of the poll that the reader chose
	Reactions  []string // the emoji that the reader reacted with
}
