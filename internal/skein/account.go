package skein

import "time"

// AccountKind is what sort of actor an account is.
type AccountKind string

// The kinds of account.
const (
	Person       AccountKind = "person"
	Bot          AccountKind = "bot"   // ActivityPub Service
	Group        AccountKind = "group" // boosts what its members write
	Organization AccountKind = "organization"
	Application  AccountKind = "application" // an instance actor
)

// Account is an actor as one site knows it: one of its own people, or somebody elsewhere.
type Account struct {
	ID          ID
	Site        ID
	Local       bool
	Kind        AccountKind
	Username    string // as its owner writes it
	Domain      string // canonical host of the handle; empty when local
	URI         string // ActivityPub id
	URL         string // profile page
	DisplayName string
	Bio         string // HTML, clean
	BioText     string // what its owner typed; only local
	Fields      []Field
	Emojis      []Emoji // custom emoji in name and bio
	Avatar      string  // URL, empty: none
	Header      string
	Locked      bool // follows need approval
	// Discoverable and Indexable: the owner agrees to be suggested, and to have public posts found by search.
	Discoverable bool
	Indexable    bool
	HideNetwork  bool // followers and followed are not shown
	MovedTo      ID
	Extra        AccountExtra

	Inbox       string
	SharedInbox string
	Outbox      string
	Followers   string // URI of the collection
	Following   string
	Featured    string

	FollowerCount  int
	FollowingCount int
	PostCount      int
	LastPostAt     time.Time // zero: never

	CreatedAt   time.Time
	RefreshedAt time.Time // when a remote profile was last read
	SilencedAt  time.Time // limited: shown only to those who follow
	SuspendedAt time.Time
	DeletedAt   time.Time // gone for good; the row stays so that the name is not given again
	// SensitizedAt: whatever it posts with pictures is shown as sensitive.
	SensitizedAt time.Time
	Pending      bool // a local person who is not confirmed or not let in yet: there for nobody else
	Role         Role // of a local person; empty: nobody signs in with it

	// Load numbers the loads of the cache: what was made of an account may be kept under it, since two Accounts with the
	// same one are the same. 0: read past the cache.
	Load uint64
}

// AccountExtra is what few accounts have, or few ask for. It is stored as JSON; change it with store.Tx.ChangeAccount.
type AccountExtra struct {
	AlsoKnownAs  []string  `json:"aka,omitempty"`         // URIs of other accounts of the same person
	MovedAt      time.Time `json:"moved,omitzero"`        // the last move
	FeaturedTags string    `json:"tags,omitempty"`        // URI of a peer's collection
	Collections  string    `json:"collections,omitempty"` // URI of a peer's featuredCollections (FEP-7aa9)
	Feature      *Leave    `json:"feature,omitempty"`     // who may put the account into collections
	Attribution  []string  `json:"attribution,omitempty"` // domains that may name the account as author
	Memorial     bool      `json:"memorial,omitempty"`
	// What pages for people who are not signed in may show of a peer's posts (GoToSocial); nil: not said.
	HidesPublic   *bool     `json:"hidesPublic,omitempty"`
	HidesUnlisted *bool     `json:"hidesUnlisted,omitempty"`
	OutboxAt      time.Time `json:"outbox,omitzero"` // when a peer's recent posts were last fetched
	// SuspendedThere: the account is suspended because its own server says so, which may take that back.
	SuspendedThere bool `json:"suspendedThere,omitempty"`

	// What is said of the two pictures, and stills of those that move. URLs.
	AvatarText   string `json:"avatarText,omitempty"`
	HeaderText   string `json:"headerText,omitempty"`
	AvatarStatic string `json:"avatarStatic,omitempty"`
	HeaderStatic string `json:"headerStatic,omitempty"`
	// Tabs that the profile goes without (Mastodon 4.6).
	HideMedia        bool `json:"hideMedia,omitempty"`
	HideMediaReplies bool `json:"hideMediaReplies,omitempty"`
	HideFeatured     bool `json:"hideFeatured,omitempty"`
}

// Acct returns the handle without the first @: name for local accounts, name@peer for others.
func (a *Account) Acct() string {
	if a.Domain == "" {
		return a.Username
	}
	return a.Username + "@" + a.Domain
}

// Gone tells whether the account must not act or be shown.
func (a *Account) Gone() bool { return !a.SuspendedAt.IsZero() || !a.DeletedAt.IsZero() }

// Hides tells whether the account's server wants its posts of this visibility shown to nobody who is not signed in.
func (a *Account) Hides(v Visibility) bool {
	said := a.Extra.HidesPublic
	if v != Public {
		said = a.Extra.HidesUnlisted
	}
	return !a.Local && said != nil && *said
}

// Field is one row of a profile's table.
type Field struct {
	Name       string    `json:"n"`
	Value      string    `json:"v"`           // HTML, clean
	Text       string    `json:"t,omitempty"` // what the owner typed; only local
	VerifiedAt time.Time `json:"at,omitzero"`
}

// Emoji is a custom emoji as a text uses it.
type Emoji struct {
	Code      string `json:"c"` // without colons
	URL       string `json:"u"`
	StaticURL string `json:"s,omitempty"`
	Category  string `json:"k,omitempty"`
	Hidden    bool   `json:"h,omitempty"` // not in the picker
}

// Relation is how a viewer and another account stand to each other.
type Relation struct {
	Account      ID // the other one
	Following    bool
	ShowBoosts   bool
	Notify       bool
	Languages    []string
	Requested    bool // the viewer asked to follow and waits
	FollowedBy   bool
	RequestedBy  bool
	Blocking     bool
	BlockedBy    bool
	Muting       bool
	MutingNotes  bool // notifications are muted too
	MutedUntil   time.Time
	DomainBlocks bool
	Endorsed     bool
	Note         string

	Suspended bool // the other one is there for nobody
}

// Follow is one account's wish to read another's posts.
type Follow struct {
	ID         ID
	Account    ID
	Target     ID
	Accepted   bool
	URI        string // of the Follow activity
	ShowBoosts bool
	Notify     bool
	Languages  []string
	CreatedAt  time.Time
}
