package skein

import (
	"slices"
	"time"
)

// Role is what a person may do on a site beyond writing.
type Role string

// The roles, each with all that the ones after it may.
const (
	Owner     Role = "owner"
	Admin     Role = "admin"
	Moderator Role = "moderator"
	Member    Role = "member"
)

// Roles lists all roles, highest first.
var Roles = []Role{Owner, Admin, Moderator, Member}

// User is the private half of a local person's account: how they sign in, and what they set.
type User struct {
	Account     ID
	Site        ID
	Email       string
	Password    string // PHC string
	Role        Role
	Locale      string
	Reason      string // why they want to join, when the site asks
	Prefs       Prefs
	CreatedAt   time.Time
	ConfirmedAt time.Time // e-mail confirmed
	ApprovedAt  time.Time
	DisabledAt  time.Time
	SuspendedAt time.Time // of the account, or when it was deleted
	App         ID        // client that signed them up; 0: our own pages
	Invite      ID
	SeenAt      time.Time // last day of use
	Notice      ID        // the newest event of the security log that they should see
}

// Ready tells whether the person may act: nil, or the sentence why not.
func (u *User) Ready() error {
	switch {
	case u.ConfirmedAt.IsZero():
		return Errorf(Denied, "Your login is missing a confirmed e-mail address")
	case u.ApprovedAt.IsZero():
		return Errorf(Denied, "Your login is currently pending approval")
	case !u.DisabledAt.IsZero(), !u.SuspendedAt.IsZero():
		return Errorf(Denied, "Your login is currently disabled")
	}
	return nil
}

// Prefs are a person's own settings.
type Prefs struct {
	Visibility Visibility `json:"visibility"` // of new posts
	Sensitive  bool       `json:"sensitive,omitempty"`
	Language   string     `json:"language,omitempty"`
	Quotes     string     `json:"quotes,omitempty"` // who may quote new posts: public (also empty), followers or nobody
	// Policies are what new posts say of replies, likes and boosts, by the client API's word for their visibility.
	Policies       map[string]*Policy `json:"policies,omitempty"`
	ExpandMedia    string             `json:"expand_media,omitempty"` // default, show_all, hide_all
	ExpandWarnings bool               `json:"expand_warnings,omitempty"`
	AutoplayGIFs   bool               `json:"autoplay_gifs,omitempty"`

	TimeZone string `json:"time_zone,omitempty"` // IANA name; empty: UTC

	// Reads are the languages that the person wants to see in feeds of the whole site and network; none: all.
	Reads []string `json:"reads,omitempty"`

	PhotoApp *PhotoApp `json:"photo_app,omitempty"` // of Pixelfed's apps; nil: as they begin
}

// MaxReads is how many languages somebody may choose to read.
const MaxReads = 50

// Speaks tells whether a post is in one of the languages that somebody chose to read. Of one that says none, nobody knows.
func (p *Post) Speaks(languages []string) bool {
	return len(languages) == 0 || p.Language == "" || slices.Contains(languages, p.Language)
}

// PhotoApp is what somebody set in one of Pixelfed's apps for all their devices.
type PhotoApp struct {
	ShowPublic  bool      `json:"show_public,omitempty"` // timelines of the site, and of everybody
	ShowNetwork bool      `json:"show_network,omitempty"`
	HideLikes   bool      `json:"hide_likes,omitempty"`
	HidePublic  bool      `json:"hide_public,omitempty"` // pictures of public timelines behind a warning
	AlwaysWarn  bool      `json:"always_warn,omitempty"`
	ShowAlt     bool      `json:"show_alt,omitempty"`
	LinksInApp  bool      `json:"links_in_app,omitempty"`
	Theme       string    `json:"theme,omitempty"` // system, light, dark
	SetAt       time.Time `json:"set_at"`
}

// App is a client program registered for OAuth.
type App struct {
	ID           ID
	Site         ID
	ClientID     string
	Name         string
	Website      string
	RedirectURIs []string
	Scopes       []string
	CreatedAt    time.Time
}

// Grant is what a bearer token or a session allows: who asks, through which app, and what of.
type Grant struct {
	Viewer  Viewer // Account 0: an app token, or nobody
	Token   ID     // 0: a browser session
	Session ID     // 0: a bearer token
	App     ID
	Scopes  []string // a session has all of them
	User    *User    // nil for app tokens
	Notice  ID       // of a session: the newest event of the security log that was seen in it
}

// Session is a browser that is signed in.
type Session struct {
	ID        ID
	Account   ID
	CreatedAt time.Time
	SeenAt    time.Time
	Agent     string // what the browser says it is
	Address   string // of the last use
	Notice    ID     // the newest event of the security log that was seen in it
}

// Invite lets people join a site that is not open.
type Invite struct {
	ID        ID
	Code      string
	By        ID  // account
	MaxUses   int // 0: no limit
	Uses      int
	ExpiresAt time.Time // zero: never
}

// Good tells whether an invite still lets somebody in.
func (i *Invite) Good(now time.Time) bool {
	return (i.MaxUses == 0 || i.Uses < i.MaxUses) && (i.ExpiresAt.IsZero() || now.Before(i.ExpiresAt))
}

// Sure is proof that a person just showed to know their own password: identity gives it to whoever asks before something
// that could not be taken back (T188). An operator makes one in their own name.
type Sure struct {
	Account ID
	At      time.Time
}

// SureFor is how long a proof holds.
const SureFor = 5 * time.Minute

// Of tells whether the proof is of this account, and fresh.
func (s Sure) Of(account ID, now time.Time) bool {
	return account != 0 && s.Account == account && now.Sub(s.At) <= SureFor && !s.At.After(now.Add(time.Minute))
}

// Letter is a mail that is always the same but for its link.
type Letter string

// The letters.
const (
	LetterConfirm  Letter = "confirm"  // a link that proves the address
	LetterTaken    Letter = "taken"    // somebody signed up with an address that has an account already
	LetterReset    Letter = "reset"    // a link to choose a new password
	LetterChanged  Letter = "changed"  // the password is another
	LetterAddress  Letter = "address"  // to the old address: it is going to be another
	LetterApproved Letter = "approved" // a moderator let the person in
	LetterMoved    Letter = "moved"    // the account has moved to another one

	LetterSecurity Letter = "security" // what happened to how the person signs in: MailDue.Event
	LetterRecover  Letter = "recover"  // a link to ask for the account when all factors are lost
	LetterReady    Letter = "ready"    // a link to take the account back: the wait is over
)
