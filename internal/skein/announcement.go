package skein

import "time"

// Announcement is what those who run a site tell its people.
type Announcement struct {
	ID          ID
	Text, HTML  string
	Mentions    []Mention
	Tags        []Tag
	Emojis      []Emoji
	Posts       []ID // of this site's pages that the text links to
	AllDay      bool // StartsAt and EndsAt are days, not moments
	StartsAt    time.Time
	EndsAt      time.Time // zero: it is shown until it is removed
	ScheduledAt time.Time // when it is to be published
	PublishedAt time.Time // zero: not yet
	UpdatedAt   time.Time

	// As one reader sees it.
	Read      bool
	Reactions []AnnouncementReaction
}

// AnnouncementReaction is an emoji that people reacted to an announcement with.
type AnnouncementReaction struct {
	Name      string // Unicode, or a code
	Count     int
	Mine      bool
	URL       string // of the picture of a code
	StaticURL string
}

// Bounds of announcements.
const (
	MaxAnnouncements    = 100 // of one site
	MaxAnnouncementText = 5000
	MaxAnnouncedEmoji   = 8 // that one announcement shows
)

// Over returns the moment from which on an announcement is shown no longer; zero: never.
func (a *Announcement) Over() time.Time {
	if a.AllDay && !a.EndsAt.IsZero() {
		return a.EndsAt.AddDate(0, 0, 1)
	}
	return a.EndsAt
}

// Current tells whether people see it at a moment.
func (a *Announcement) Current(now time.Time) bool {
	return !a.PublishedAt.IsZero() && (a.EndsAt.IsZero() || a.Over().After(now))
}
