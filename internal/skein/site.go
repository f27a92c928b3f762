package skein

import "time"

// Site is one server that we host, whole and separate from the others in the same process.
type Site struct {
	ID          ID
	Domain      string // lower-case A-label host, with the port when it is not the scheme's own: elm.example, elm.localhost:8080
	Base        string // scheme and host, without a slash at the end: https://elm.example
	Name        string // for people
	Summary     string // one or two sentences, plain text
	Description string // the long about text, plain text with blank lines between paragraphs
	Contact     string // e-mail of the operator, may be empty
	Owner       ID     // account of the owner, 0 until the set-up link was used
	Actor       ID     // the instance actor's account (kind Application)
	Joining     Joining
	HideBlocks  bool // peers are not told when people here block somebody there
	Rules       []string
	Languages   []string
	CreatedAt   time.Time
	SuspendedAt time.Time // zero: open
	// AuthorizedFetch: what is served to peers needs a signature. AllowListOnly: only listed peers are federated with, which
	// implies it.
	AuthorizedFetch bool
	AllowListOnly   bool

	Secret []byte // what links that end are signed with; never shown
}

// Joining says who may sign up on a site.
type Joining string

// The ways to join.
const (
	JoinOpen     Joining = "open"
	JoinApproval Joining = "approval" // a moderator lets people in
	JoinInvite   Joining = "invite"
	JoinClosed   Joining = "closed"
)

// URL returns an absolute URL on the site; path starts with a slash.
func (s *Site) URL(path string) string { return s.Base + path }

// Viewer is who asks, and on which site. Account 0 is a visitor.
type Viewer struct {
	Site    ID
	Account ID
}

// Visitor tells whether nobody is signed in.
func (v Viewer) Visitor() bool { return v.Account == 0 }

// Limits of a site (product.md, "Limits").
const (
	MaxText        = 5000 // characters of text and warning together, URLs count as 23
	MaxPins        = 5
	MaxDisplayName = 40
	MaxBio         = 500
	MaxFields      = 4
	MaxFieldText   = 255
	MaxMentions    = 100 // processed in one post
	MaxTags        = 64  // kept of one post
)
