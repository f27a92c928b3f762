package mastodon

// Instance tells a client what the site is and allows. https://docs.joinmastodon.org/entities/Instance/
type Instance struct {
	Domain        string         `json:"domain"`
	Title         string         `json:"title"`
	Version       string         `json:"version"`
	SourceURL     string         `json:"source_url"`
	Description   string         `json:"description"`
	Wrapstodon    *int           `json:"wrapstodon"`
	Usage         Usage          `json:"usage"`
	Thumbnail     Thumbnail      `json:"thumbnail"`
	Icon          []Icon         `json:"icon"`
	Languages     []string       `json:"languages"`
	Configuration Configuration  `json:"configuration"`
	Registrations Registrations  `json:"registrations"`
	APIVersions   map[string]int `json:"api_versions"`
	Contact       Contact        `json:"contact"`
	Rules         []Rule         `json:"rules"`
}

// Usage is how much the site is used.
type Usage struct {
	Users struct {
		ActiveMonth int `json:"active_month"`
	} `json:"users"`
}

// Thumbnail is the site's picture.
type Thumbnail struct {
	URL         string  `json:"url"`
	Blurhash    *string `json:"blurhash"`
	Description string  `json:"description"`
}

// Icon is the site's icon in one size.
type Icon struct {
	Src  string `json:"src"`
	Size string `json:"size"`
}

// Configuration is the limits of the site and where things are.
type Configuration struct {
	URLs             InstanceURLs    `json:"urls"`
	Vapid            Vapid           `json:"vapid"`
	Accounts         AccountLimits   `json:"accounts"`
	Statuses         StatusLimits    `json:"statuses"`
	MediaAttachments MediaLimits     `json:"media_attachments"`
	Polls            PollLimits      `json:"polls"`
	Translation      Translation     `json:"translation"`
	TimelinesAccess  TimelinesAccess `json:"timelines_access"`
	Limited          bool            `json:"limited_federation"`
}

// InstanceURLs are places on the site.
type InstanceURLs struct {
	Streaming      string  `json:"streaming"`
	Status         *string `json:"status"`
	About          string  `json:"about"`
	PrivacyPolicy  *string `json:"privacy_policy"`
	TermsOfService *string `json:"terms_of_service"`
}

// Vapid is the key of web push.
type Vapid struct {
	PublicKey string `json:"public_key"`
}

// AccountLimits bound profiles.
type AccountLimits struct {
	MaxFeaturedTags            int `json:"max_featured_tags"`
	MaxPinnedStatuses          int `json:"max_pinned_statuses"`
	MaxDisplayNameLength       int `json:"max_display_name_length"`
	MaxNoteLength              int `json:"max_note_length"`
	MaxAvatarDescriptionLength int `json:"max_avatar_description_length"`
	MaxHeaderDescriptionLength int `json:"max_header_description_length"`
	MaxProfileFields           int `json:"max_profile_fields"`
	ProfileFieldNameLimit      int `json:"profile_field_name_limit"`
	ProfileFieldValueLimit     int `json:"profile_field_value_limit"`
}

// StatusLimits bound posts.
type StatusLimits struct {
	MaxCharacters            int `json:"max_characters"`
	MaxMediaAttachments      int `json:"max_media_attachments"`
	CharactersReservedPerURL int `json:"characters_reserved_per_url"`
}

// MediaLimits bound files.
type MediaLimits struct {
	DescriptionLimit    int      `json:"description_limit"`
	ImageMatrixLimit    int      `json:"image_matrix_limit"`
	ImageSizeLimit      int      `json:"image_size_limit"`
	SupportedMimeTypes  []string `json:"supported_mime_types"`
	VideoFrameRateLimit int      `json:"video_frame_rate_limit"`
	VideoMatrixLimit    int      `json:"video_matrix_limit"`
	VideoSizeLimit      int      `json:"video_size_limit"`
}

// PollLimits bound polls.
type PollLimits struct {
	MaxOptions             int `json:"max_options"`
	MaxCharactersPerOption int `json:"max_characters_per_option"`
	MinExpiration          int `json:"min_expiration"`
	MaxExpiration          int `json:"max_expiration"`
}

// Translation tells whether the site translates.
type Translation struct {
	Enabled bool `json:"enabled"`
}

// TimelinesAccess says who may read which timelines.
type TimelinesAccess struct {
	LiveFeeds         FeedAccess `json:"live_feeds"`
	HashtagFeeds      FeedAccess `json:"hashtag_feeds"`
	TrendingLinkFeeds FeedAccess `json:"trending_link_feeds"`
}

// FeedAccess is public, authenticated or disabled.
type FeedAccess struct {
	Local  string `json:"local"`
	Remote string `json:"remote"`
}

// Registrations says whether people can join.
type Registrations struct {
	Enabled          bool    `json:"enabled"`
	ApprovalRequired bool    `json:"approval_required"`
	ReasonRequired   bool    `json:"reason_required"`
	Message          *string `json:"message"`
	MinAge           *int    `json:"min_age"`
	URL              *string `json:"url"`
}

// Contact is who runs the site.
type Contact struct {
	Email   string   `json:"email"`
	Account *Account `json:"account"`
}

// Rule is one rule of the site. https://docs.joinmastodon.org/entities/Rule/
type Rule struct {
	ID           string              `json:"id"`
	Text         string              `json:"text"`
	Hint         string              `json:"hint"`
	Translations map[string]struct{} `json:"translations"`
}

// InstanceV1 is the old shape, which many apps still ask for. https://docs.joinmastodon.org/entities/V1_Instance/
type InstanceV1 struct {
	URI              string          `json:"uri"`
	Title            string          `json:"title"`
	ShortDescription string          `json:"short_description"`
	Description      string          `json:"description"`
	Email            string          `json:"email"`
	Version          string          `json:"version"`
	URLs             InstanceV1URLs  `json:"urls"`
	Stats            InstanceStats   `json:"stats"`
	Thumbnail        *string         `json:"thumbnail"`
	Languages        []string        `json:"languages"`
	Registrations    bool            `json:"registrations"`
	ApprovalRequired bool            `json:"approval_required"`
	InvitesEnabled   bool            `json:"invites_enabled"`
	MaxTootChars     int             `json:"max_toot_chars"` // of glitch-soc; many apps read it first
	PollLimits       PollLimitsV1    `json:"poll_limits"`    // likewise
	Configuration    ConfigurationV1 `json:"configuration"`
	ContactAccount   *Account        `json:"contact_account"`
	Rules            []Rule          `json:"rules"`
}

// PollLimitsV1 are the limits of polls as the forks named them before Mastodon told them.
type PollLimitsV1 struct {
	MaxOptions     int `json:"max_options"`
	MaxOptionChars int `json:"max_option_chars"`
	MinExpiration  int `json:"min_expiration"`
	MaxExpiration  int `json:"max_expiration"`
}

// InstanceV1URLs are places on the site.
type InstanceV1URLs struct {
	StreamingAPI string `json:"streaming_api"`
}

// InstanceStats is how large the site is.
type InstanceStats struct {
	UserCount   int `json:"user_count"`
	StatusCount int `json:"status_count"`
	DomainCount int `json:"domain_count"`
}

// ConfigurationV1 is the limits of the site.
type ConfigurationV1 struct {
	Accounts         AccountLimits `json:"accounts"`
	Statuses         StatusLimits  `json:"statuses"`
	MediaAttachments MediaLimits   `json:"media_attachments"`
	Polls            PollLimits    `json:"polls"`
}

// Document is a text about the site: https://docs.joinmastodon.org/entities/ExtendedDescription/ and PrivacyPolicy.
type Document struct {
	UpdatedAt *stamp `json:"updated_at"`
	Content   string `json:"content"`
}

// Activity is a week of the site; all numbers are texts.
type Activity struct {
	Week          string `json:"week"`
	Statuses      string `json:"statuses"`
	Logins        string `json:"logins"`
	Registrations string `json:"registrations"`
}

// Language is one that posts can be marked with.
type Language struct {
	Code string `json:"code"`
	Name string `json:"name"`
}
