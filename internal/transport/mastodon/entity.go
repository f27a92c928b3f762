package mastodon

import (
	"time"
)

// Account is a person or another actor. https://docs.joinmastodon.org/entities/Account/
type Account struct {
	ID                string          `json:"id"`
	Username          string          `json:"username"`
	Acct              string          `json:"acct"`
	DisplayName       string          `json:"display_name"`
	Locked            bool            `json:"locked"`
	Bot               bool            `json:"bot"`
	Discoverable      bool            `json:"discoverable"`
	Indexable         bool            `json:"indexable"`
	Group             bool            `json:"group"`
	CreatedAt         stamp           `json:"created_at"`
	Note              string          `json:"note"`
	URL               string          `json:"url"`
	URI               string          `json:"uri"`
	Avatar            string          `json:"avatar"`
	AvatarStatic      string          `json:"avatar_static"`
	AvatarDescription string          `json:"avatar_description"`
	Header            string          `json:"header"`
	HeaderStatic      string          `json:"header_static"`
	HeaderDescription string          `json:"header_description"`
	FollowersCount    int             `json:"followers_count"`
	FollowingCount    int             `json:"following_count"`
	StatusesCount     int             `json:"statuses_count"`
	LastStatusAt      *day            `json:"last_status_at"`
	HideCollections   bool            `json:"hide_collections"`
	ShowMedia         bool            `json:"show_media"`
	ShowMediaReplies  bool            `json:"show_media_replies"`
	ShowFeatured      bool            `json:"show_featured"`
	Suspended         bool            `json:"suspended,omitempty"`
	Limited           bool            `json:"limited,omitempty"`
	NoIndex           *bool           `json:"noindex,omitempty"` // local accounts only
	Memorial          bool            `json:"memorial,omitempty"`
	Roles             []AccountRole   `json:"roles"`
	Emojis            []CustomEmoji   `json:"emojis"`
	Fields            []Field         `json:"fields"`
	FeatureApproval   FeatureApproval `json:"feature_approval"`
	Moved             *Account        `json:"moved,omitempty"` // only on profiles; never has one itself

	*PixelfedAccount // nil: the client is none of Pixelfed's
}

// AccountRole is what an account shows of its role. https://docs.joinmastodon.org/entities/Role/
type AccountRole struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"`
}

// Field is one row of a profile's table. https://docs.joinmastodon.org/entities/Account/#Field
type Field struct {
	Name       string `json:"name"`
	Value      string `json:"value"`
	VerifiedAt *stamp `json:"verified_at"`
}

// FeatureApproval says who may put an account into a collection.
type FeatureApproval struct {
	Automatic   []string `json:"automatic"`
	Manual      []string `json:"manual"`
	CurrentUser string   `json:"current_user"`
}

// CredentialAccount is an account for its owner. https://docs.joinmastodon.org/entities/Account/#CredentialAccount
type CredentialAccount struct {
	Account
	Source Source `json:"source"`
	Role   Role   `json:"role"`
}

// Source is a profile as its owner typed it, and how new posts begin.
type Source struct {
	Privacy             string   `json:"privacy"`
	Sensitive           bool     `json:"sensitive"`
	Language            *string  `json:"language"`
	Note                string   `json:"note"`
	Fields              []Field  `json:"fields"`
	FollowRequestsCount int      `json:"follow_requests_count"`
	HideCollections     bool     `json:"hide_collections"`
	Discoverable        bool     `json:"discoverable"`
	Indexable           bool     `json:"indexable"`
	AttributionDomains  []string `json:"attribution_domains"`
	QuotePolicy         string   `json:"quote_policy"`

	ChosenLanguages []string `json:"chosen_languages"` // ours: of feeds of the site and the network; none: all
}

// Role is what a person may do on the site. https://docs.joinmastodon.org/entities/Role/
type Role struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	Color           string `json:"color"`
	Permissions     string `json:"permissions"` // a bit mask in decimal
	Highlighted     bool   `json:"highlighted"`
	CollectionLimit int    `json:"collection_limit"`
}

// MutedAccount is an account and how long it stays muted. https://docs.joinmastodon.org/entities/Account/#MutedAccount
type MutedAccount struct {
	Account
	MuteExpiresAt *stamp `json:"mute_expires_at"`
}

// Profile is the owner's own profile, raw. https://docs.joinmastodon.org/entities/Profile/
type Profile struct {
	ID                 string        `json:"id"`
	DisplayName        string        `json:"display_name"`
	Note               string        `json:"note"`
	Fields             []Field       `json:"fields"`
	FormattedNote      string        `json:"formatted_note"`
	FormattedFields    []Field       `json:"formatted_fields"`
	Avatar             *string       `json:"avatar"`
	AvatarStatic       *string       `json:"avatar_static"`
	AvatarDescription  string        `json:"avatar_description"`
	Header             *string       `json:"header"`
	HeaderStatic       *string       `json:"header_static"`
	HeaderDescription  string        `json:"header_description"`
	Locked             bool          `json:"locked"`
	Bot                bool          `json:"bot"`
	HideCollections    bool          `json:"hide_collections"`
	Discoverable       bool          `json:"discoverable"`
	Indexable          bool          `json:"indexable"`
	ShowMedia          bool          `json:"show_media"`
	ShowMediaReplies   bool          `json:"show_media_replies"`
	ShowFeatured       bool          `json:"show_featured"`
	AttributionDomains []string      `json:"attribution_domains"`
	FeaturedTags       []FeaturedTag `json:"featured_tags"`
}

// FeaturedTag is a hashtag shown on a profile. https://docs.joinmastodon.org/entities/FeaturedTag/
type FeaturedTag struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	URL           string `json:"url"`
	StatusesCount string `json:"statuses_count"`
	LastStatusAt  *day   `json:"last_status_at"`
}

// CustomEmoji is a picture that stands for :shortcode:. https://docs.joinmastodon.org/entities/CustomEmoji/
type CustomEmoji struct {
	Shortcode       string `json:"shortcode"`
	URL             string `json:"url"`
	StaticURL       string `json:"static_url"`
	VisibleInPicker bool   `json:"visible_in_picker"`
	Category        string `json:"category,omitempty"`
}

// Relationship is how the reader and another account stand to each other.
// https://docs.joinmastodon.org/entities/Relationship/
type Relationship struct {
	ID                  string   `json:"id"`
	Following           bool     `json:"following"`
	ShowingReblogs      bool     `json:"showing_reblogs"`
	Notifying           bool     `json:"notifying"`
	Languages           []string `json:"languages"` // null: all
	FollowedBy          bool     `json:"followed_by"`
	Blocking            bool     `json:"blocking"`
	BlockedBy           bool     `json:"blocked_by"`
	Muting              bool     `json:"muting"`
	MutingNotifications bool     `json:"muting_notifications"`
	MutingExpiresAt     *stamp   `json:"muting_expires_at"`
	Requested           bool     `json:"requested"`
	RequestedBy         bool     `json:"requested_by"`
	DomainBlocking      bool     `json:"domain_blocking"`
	Endorsed            bool     `json:"endorsed"`
	Note                string   `json:"note"`
}

// FamiliarFollowers names those whom the reader follows and who follow an account.
// https://docs.joinmastodon.org/entities/FamiliarFollowers/
type FamiliarFollowers struct {
	ID       string    `json:"id"`
	Accounts []Account `json:"accounts"`
}

// Tag is a hashtag. https://docs.joinmastodon.org/entities/Tag/
type Tag struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	URL       string    `json:"url"`
	History   []History `json:"history"`
	Following *bool     `json:"following,omitempty"` // for people who are signed in
	Featuring *bool     `json:"featuring,omitempty"`
}

// History is how much a tag was used on a day.
type History struct {
	Day      string `json:"day"`
	Accounts string `json:"accounts"`
	Uses     string `json:"uses"`
}

// Application is a client program. https://docs.joinmastodon.org/entities/Application/
type Application struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Website      *string  `json:"website"`
	Scopes       []string `json:"scopes"`
	RedirectURIs []string `json:"redirect_uris"`
	RedirectURI  string   `json:"redirect_uri"`
	VapidKey     string   `json:"vapid_key"`
}

// CredentialApplication is a client program with its secret.
// https://docs.joinmastodon.org/entities/Application/#CredentialApplication
type CredentialApplication struct {
	Application
	ClientID              string `json:"client_id"`
	ClientSecret          string `json:"client_secret"`
	ClientSecretExpiresAt int    `json:"client_secret_expires_at"` // 0: never
}

// Token lets a client act. https://docs.joinmastodon.org/entities/Token/
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
	CreatedAt   int64  `json:"created_at"` // the one time that is a number of seconds
}

// Marker is how far somebody has read. https://docs.joinmastodon.org/entities/Marker/
type Marker struct {
	LastReadID string `json:"last_read_id"`
	Version    int    `json:"version"`
	UpdatedAt  stamp  `json:"updated_at"`
}

// Preferences are a person's own settings. https://docs.joinmastodon.org/entities/Preferences/
type Preferences struct {
	Visibility     string  `json:"posting:default:visibility"`
	Sensitive      bool    `json:"posting:default:sensitive"`
	Language       *string `json:"posting:default:language"`
	QuotePolicy    string  `json:"posting:default:quote_policy"`
	ExpandMedia    string  `json:"reading:expand:media"`
	ExpandSpoilers bool    `json:"reading:expand:spoilers"`
	AutoplayGIFs   bool    `json:"reading:autoplay:gifs"`
}

// stamp is a moment as all clients can read it: UTC, three fraction digits (mastodon-api.md 8).
type stamp time.Time

const (
	stampForm = "2006-01-02T15:04:05.000Z"
	dayForm   = time.DateOnly
)

func (s stamp) append(b []byte) []byte {
	b = append(b, '"')
	b = time.Time(s).UTC().AppendFormat(b, stampForm)
	return append(b, '"')
}

// MarshalJSON implements json.Marshaler.
func (s stamp) MarshalJSON() ([]byte, error) { return s.append(make([]byte, 0, 26)), nil }

// when is a stamp that may be missing.
func when(t time.Time) *stamp {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// day is a date.
type day time.Time

// MarshalJSON implements json.Marshaler.
func (d day) MarshalJSON() ([]byte, error) {
	return time.Time(d).UTC().AppendFormat(nil, `"`+dayForm+`"`), nil
}

func dayOf(t time.Time) *day {
	if t.IsZero() {
		return nil
	}
	d := day(t)
	return &d
}

// orNull is text that leaves as null when there is none.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
