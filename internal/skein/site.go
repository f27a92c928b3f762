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

	Extra SiteExtra
}

// SiteExtra is what few sites set. It is stored as JSON.
type SiteExtra struct {
	NoDirectory bool `json:"no_directory,omitempty"` // of profiles
	NoPeers     bool `json:"no_peers,omitempty"`     // the list of known peers is not told
	NoActivity  bool `json:"no_activity,omitempty"`  // the numbers of the last weeks are not told
	Suggested   []ID `json:"suggested,omitempty"`    // accounts that people may want to follow

	ShowBlocks  Audience `json:"show_blocks,omitempty"`  // who sees which peers are limited
	ShowReasons Audience `json:"show_reasons,omitempty"` // and why
	ClosedAPI   bool     `json:"closed_api,omitempty"`   // visitors read nothing through the client API
	Feeds       Feeds    `json:"feeds,omitzero"`

	MinAge      int    `json:"min_age,omitempty"`      // of who signs up; 0: nobody is asked
	JoinMessage string `json:"join_message,omitempty"` // what is read where not everybody can sign up
	JoinURL     string `json:"join_url,omitempty"`     // where one signs up instead, then
	StatusURL   string `json:"status_url,omitempty"`   // where one reads whether all is well

	Style string `json:"style,omitempty"` // a stylesheet of the site's own, after ours

	Privacy     string    `json:"privacy,omitempty"` // the privacy policy, as Description
	PrivacyAt   time.Time `json:"privacy_at,omitzero"`
	DescribedAt time.Time `json:"described_at,omitzero"` // when the description was last changed

	Campaign *Campaign `json:"campaign,omitempty"`

	RecoveryDays int `json:"recovery_days,omitempty"` // how long somebody waits who lost all factors; 0: RecoveryWait

	Landing Landing `json:"landing,omitempty"` // what the front page shows visitors of what is written here
}

// Landing is what a front page shows of what people write in public.
type Landing string

// What a front page can show.
const (
	LandingPosts   Landing = "" // the latest
	LandingPhotos  Landing = "photos"
	LandingNothing Landing = "nothing"
)

// Closed tells whether visitors read nothing of the site: its operator wants it so, or it federates with few alone, who would
// otherwise be the only ones to be asked who they are.
func (s *Site) Closed() bool { return s.Extra.ClosedAPI || s.AllowListOnly }

// Audience is who may see something a site tells.
type Audience string

// The audiences.
const (
	ForNobody Audience = ""
	ForPeople Audience = "users" // who is signed in
	ForAll    Audience = "all"
)

// Has tells whether a viewer belongs to it. What it does not know is for nobody.
func (a Audience) Has(who Viewer) bool { return a == ForAll || a == ForPeople && !who.Visitor() }

// FeedAccess is who may read a feed.
type FeedAccess string

// The ways to read a feed.
const (
	FeedPublic   FeedAccess = "" // everybody
	FeedPeople   FeedAccess = "authenticated"
	FeedDisabled FeedAccess = "disabled" // those who run the site
)

// Feeds says who may read the feeds that show what nobody chose.
type Feeds struct {
	LiveLocal  FeedAccess `json:"live_local,omitempty"`
	LiveRemote FeedAccess `json:"live_remote,omitempty"`
	TagLocal   FeedAccess `json:"tag_local,omitempty"`
	TagRemote  FeedAccess `json:"tag_remote,omitempty"`
	LinkLocal  FeedAccess `json:"link_local,omitempty"`
	LinkRemote FeedAccess `json:"link_remote,omitempty"`
}

// Has tells whether somebody may read it; late: they may see feeds that are closed to others.
func (a FeedAccess) Has(who Viewer, late bool) bool {
	switch a {
	case FeedPublic:
		return true
	case FeedPeople:
		return !who.Visitor()
	}
	return late
}

// Campaign asks people of a site for money, for two weeks at most.
type Campaign struct {
	ID           string           `json:"id,omitempty"`
	Banner       string           `json:"banner"`
	BannerButton string           `json:"banner_button"`
	Text         string           `json:"text"`
	Button       string           `json:"button"`
	Thanks       string           `json:"thanks"` // a post that who gave may publish
	URL          string           `json:"url"`
	Currency     string           `json:"currency"`
	Once         map[string][]int `json:"once,omitempty"` // amounts by currency, in its smallest unit
	Monthly      map[string][]int `json:"monthly,omitempty"`
	Yearly       map[string][]int `json:"yearly,omitempty"`
	Starts       time.Time        `json:"starts"`
	Ends         time.Time        `json:"ends"`
}

// CampaignAge is how long somebody is here before they are asked for money.
const CampaignAge = 28 * 24 * time.Hour

// Asks tells whether the campaign asks somebody who is here since joined.
func (c *Campaign) Asks(joined, now time.Time) bool {
	return c != nil && !now.Before(c.Starts) && now.Before(c.Ends) && now.Sub(joined) >= CampaignAge
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
	MaxText         = 5000 // characters of text and warning together, URLs count as 23
	MaxPins         = 5
	MaxFeaturedTags = 10 // on a profile
	MaxDisplayName  = 40
	MaxBio          = 500
	MaxFields       = 4
	MaxFieldText    = 255
	MaxMentions     = 100 // processed in one post
	MaxTags         = 64  // kept of one post
)
