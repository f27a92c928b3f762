package skein

import "time"

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
	CreatedAt     time.Time
	EditedAt      time.Time // zero: never

	// Load numbers the loads of the cache: what was made of a post may be kept under it, since two Posts with the same
	// one are the same. 0: read past the cache.
	Load uint64
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

// Attachment is a file that hangs on a post of a peer, by its address there.
type Attachment struct {
	Type        string  `json:"t"` // media type
	URL         string  `json:"u"`
	Description string  `json:"d,omitempty"`
	Blurhash    string  `json:"b,omitempty"`
	Width       int     `json:"w,omitempty"`
	Height      int     `json:"h,omitempty"`
	FocusX      float64 `json:"x,omitempty"`
	FocusY      float64 `json:"y,omitempty"`
}

// Revision is a post's content as it once was.
type Revision struct {
	Text        string
	HTML        string
	Warning     string
	Sensitive   bool
	Emojis      []Emoji
	Attachments []Attachment
	CreatedAt   time.Time
}

// Marks are what one reader did with a post.
type Marks struct {
	Liked      bool
	Boosted    bool
	Bookmarked bool
	Muted      bool // the conversation
	Pinned     bool // by its author, who is the reader
}
