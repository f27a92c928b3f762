package mastodon

// statusBody is what a post looks like to everybody: rendered once and kept (append.go). What depends on the reader, or
// changes without the post, is in Status.
type statusBody struct {
	ID                 string            `json:"id"`
	URI                string            `json:"uri"`
	URL                *string           `json:"url"`
	CreatedAt          stamp             `json:"created_at"`
	EditedAt           *stamp            `json:"edited_at"`
	InReplyToID        *string           `json:"in_reply_to_id"`
	InReplyToAccountID *string           `json:"in_reply_to_account_id"`
	Sensitive          bool              `json:"sensitive"`
	SpoilerText        string            `json:"spoiler_text"`
	Visibility         string            `json:"visibility"`
	Language           *string           `json:"language"`
	Content            *string           `json:"content,omitempty"` // nil when Text is given
	Text               *string           `json:"text,omitempty"`    // only in the answer to a deletion
	RepliesCount       int               `json:"replies_count"`
	ReblogsCount       int               `json:"reblogs_count"`
	FavouritesCount    int               `json:"favourites_count"`
	QuotesCount        int               `json:"quotes_count"`
	MediaAttachments   []MediaAttachment `json:"media_attachments"`
	Mentions           []Mention         `json:"mentions"`
	Tags               []ShallowTag      `json:"tags"`
	Emojis             []CustomEmoji     `json:"emojis"`

	*PixelfedStatus // nil: the client is none of Pixelfed's
}

// Status is a post as clients know it. https://docs.joinmastodon.org/entities/Status/
type Status struct {
	statusBody
	Account     Account            `json:"account"`
	Reblog      *Status            `json:"reblog"`
	Application *StatusApplication `json:"application"`
	Poll        *Poll              `json:"poll"`
	Card        *PreviewCard       `json:"card"`

	TaggedCollections []*Collection `json:"tagged_collections"` // as the reader may see them

	Quote         *Quote        `json:"quote"`
	QuoteApproval QuoteApproval `json:"quote_approval"`
	// Only when it limits something.
	InteractionPolicy *InteractionPolicy `json:"interaction_policy,omitempty"`
	// Only when there are any: the same list under both names.
	EmojiReactions []EmojiReaction `json:"emoji_reactions,omitempty"`
	Reactions      []EmojiReaction `json:"reactions,omitempty"`

	// Only for people who are signed in.
	Favourited *bool           `json:"favourited,omitempty"`
	Reblogged  *bool           `json:"reblogged,omitempty"`
	Muted      *bool           `json:"muted,omitempty"`
	Bookmarked *bool           `json:"bookmarked,omitempty"`
	Pinned     *bool           `json:"pinned,omitempty"` // own posts that can be pinned
	Filtered   *[]FilterResult `json:"filtered,omitempty"`
}

// StatusApplication is the client program that a post was written with.
type StatusApplication struct {
	Name    string  `json:"name"`
	Website *string `json:"website"`
}

// Mention is an account that a post names. https://docs.joinmastodon.org/entities/Status/#Mention
type Mention struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	URL      string `json:"url"`
	Acct     string `json:"acct"`
}

// ShallowTag is a hashtag of a post. https://docs.joinmastodon.org/entities/Status/#Tag
type ShallowTag struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Quote is what a post quotes. Within a quote it is a ShallowQuote, which only names the post.
// https://docs.joinmastodon.org/entities/Quote/
type Quote struct {
	State          string
	QuotedStatus   *Status
	QuotedStatusID *string
	Shallow        bool
}

// MarshalJSON writes a Quote, or a ShallowQuote.
func (q Quote) MarshalJSON() ([]byte, error) {
	if q.Shallow {
		return encode(struct {
			State string  `json:"state"`
			ID    *string `json:"quoted_status_id"`
		}{q.State, q.QuotedStatusID})
	}
	return encode(struct {
		State  string  `json:"state"`
		Status *Status `json:"quoted_status"`
	}{q.State, q.QuotedStatus})
}

// QuoteApproval says who may quote a post. https://docs.joinmastodon.org/entities/QuoteApproval/
type QuoteApproval struct {
	Automatic   []string `json:"automatic"`
	Manual      []string `json:"manual"`
	CurrentUser string   `json:"current_user"`
}

// MediaAttachment is a file of a post. https://docs.joinmastodon.org/entities/MediaAttachment/
type MediaAttachment struct {
	ID               string     `json:"id"`
	Type             string     `json:"type"`
	URL              *string    `json:"url"`
	PreviewURL       *string    `json:"preview_url"`
	RemoteURL        *string    `json:"remote_url"`
	PreviewRemoteURL *string    `json:"preview_remote_url"`
	TextURL          *string    `json:"text_url"` // gone since 3.5; the key is still sent
	Meta             *MediaMeta `json:"meta"`
	Description      *string    `json:"description"`
	Blurhash         *string    `json:"blurhash"`

	*PixelfedMedia
}

// MediaMeta is the size of a file, and what should stay in sight when it is cropped.
type MediaMeta struct {
	Original *MediaSize  `json:"original,omitempty"`
	Small    *MediaSize  `json:"small,omitempty"`
	Focus    *MediaFocus `json:"focus,omitempty"`

	// Of films and sounds, as older clients look for them.
	Length        string  `json:"length,omitempty"` // 0:01:02.30
	Duration      float64 `json:"duration,omitempty"`
	FPS           int     `json:"fps,omitempty"`
	Size          string  `json:"size,omitempty"`
	Width         int     `json:"width,omitempty"`
	Height        int     `json:"height,omitempty"`
	Aspect        float64 `json:"aspect,omitempty"`
	AudioEncode   string  `json:"audio_encode,omitempty"`
	AudioBitrate  string  `json:"audio_bitrate,omitempty"`
	AudioChannels string  `json:"audio_channels,omitempty"`
}

// MediaSize is the size of a picture, or what a film or sound is like.
type MediaSize struct {
	Width  int     `json:"width,omitempty"`
	Height int     `json:"height,omitempty"`
	Size   string  `json:"size,omitempty"`
	Aspect float64 `json:"aspect,omitempty"`

	FrameRate string  `json:"frame_rate,omitempty"` // 24/1
	Duration  float64 `json:"duration,omitempty"`   // seconds
	Bitrate   int     `json:"bitrate,omitempty"`
}

// MediaFocus is a point, -1 to 1 in both directions.
type MediaFocus struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Context is what stands before and after a post. https://docs.joinmastodon.org/entities/Context/
type Context struct {
	Ancestors   []*Status `json:"ancestors"`
	Descendants []*Status `json:"descendants"`
}

// StatusEdit is a post as it once was. https://docs.joinmastodon.org/entities/StatusEdit/
type StatusEdit struct {
	Account          Account           `json:"account"`
	Content          string            `json:"content"`
	SpoilerText      string            `json:"spoiler_text"`
	Sensitive        bool              `json:"sensitive"`
	CreatedAt        stamp             `json:"created_at"`
	MediaAttachments []MediaAttachment `json:"media_attachments"`
	Emojis           []CustomEmoji     `json:"emojis"`
	Poll             *StatusEditPoll   `json:"poll,omitempty"`
	Quote            *Quote            `json:"quote,omitempty"` // which no edit changes
}

// StatusEditPoll is what a poll once asked.
type StatusEditPoll struct {
	Options []PollTitle `json:"options"`
}

// PollTitle is an answer to choose from.
type PollTitle struct {
	Title string `json:"title"`
}

// Poll is a question with answers to choose from; it is called by the ID of its post.
// https://docs.joinmastodon.org/entities/Poll/
type Poll struct {
	ID          string        `json:"id"`
	ExpiresAt   *stamp        `json:"expires_at"`
	Expired     bool          `json:"expired"`
	Multiple    bool          `json:"multiple"`
	VotesCount  int           `json:"votes_count"`
	VotersCount *int          `json:"voters_count"`
	Options     []PollOption  `json:"options"`
	Emojis      []CustomEmoji `json:"emojis"`
	Voted       *bool         `json:"voted,omitempty"`     // these two for people who are signed in
	OwnVotes    *[]int        `json:"own_votes,omitempty"` //
}

// PollOption is an answer and how often it was given. https://docs.joinmastodon.org/entities/Poll/#Option
type PollOption struct {
	Title      string `json:"title"`
	VotesCount *int   `json:"votes_count"` // null while it is a secret
}

// StatusSource is a post as its author typed it. https://docs.joinmastodon.org/entities/StatusSource/
type StatusSource struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	SpoilerText string `json:"spoiler_text"`
}

// Notification tells what somebody did. https://docs.joinmastodon.org/entities/Notification/
type Notification struct {
	ID         string      `json:"id"`
	Type       string      `json:"type"`
	CreatedAt  stamp       `json:"created_at"`
	GroupKey   string      `json:"group_key"`
	Account    Account     `json:"account"`
	Status     *Status     `json:"status,omitempty"`
	Report     *Report     `json:"report,omitempty"`
	Collection *Collection `json:"collection,omitempty"`

	Warning  *AccountWarning       `json:"moderation_warning,omitempty"`
	Event    *SeveranceEvent       `json:"event,omitempty"`
	Filtered bool                  `json:"filtered,omitempty"` // held back by the reader's policy
	Fallback *NotificationFallback `json:"fallback,omitempty"`
}

// GroupedNotifications is a page of notifications in groups.
// https://docs.joinmastodon.org/entities/GroupedNotificationsResults/
type GroupedNotifications struct {
	Accounts []*Account          `json:"accounts"`
	Partial  []PartialAccount    `json:"partial_accounts,omitempty"`
	Statuses []*Status           `json:"statuses"`
	Groups   []NotificationGroup `json:"notification_groups"`
}

// NotificationGroup is what several did. https://docs.joinmastodon.org/entities/NotificationGroup/
type NotificationGroup struct {
	GroupKey                 string      `json:"group_key"`
	NotificationsCount       int         `json:"notifications_count"`
	Type                     string      `json:"type"`
	MostRecentNotificationID string      `json:"most_recent_notification_id"`
	PageMinID                string      `json:"page_min_id,omitempty"`
	PageMaxID                string      `json:"page_max_id,omitempty"`
	LatestPageNotificationAt *stamp      `json:"latest_page_notification_at,omitempty"`
	SampleAccountIDs         []string    `json:"sample_account_ids"`
	StatusID                 string      `json:"status_id,omitempty"`
	Report                   *Report     `json:"report,omitempty"`
	Collection               *Collection `json:"collection,omitempty"`

	Warning  *AccountWarning       `json:"moderation_warning,omitempty"`
	Event    *SeveranceEvent       `json:"event,omitempty"`
	Annual   *AnnualEvent          `json:"annual_report,omitempty"`
	Fallback *NotificationFallback `json:"fallback,omitempty"`
}

// AnnualEvent names the year whose review is ready.
type AnnualEvent struct {
	Year int `json:"year"`
}

// Search is what was found. https://docs.joinmastodon.org/entities/Search/
type Search struct {
	Accounts    []*Account    `json:"accounts"`
	Statuses    []*Status     `json:"statuses"`
	Hashtags    []Tag         `json:"hashtags"`
	Collections []*Collection `json:"collections"`
}

// OEmbed is a post to be shown on another page. https://docs.joinmastodon.org/methods/oembed/
type OEmbed struct {
	Type         string `json:"type"`
	Version      string `json:"version"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	CacheAge     int    `json:"cache_age"`
	HTML         string `json:"html"`
	Width        int    `json:"width"`
	Height       *int   `json:"height"`
}
