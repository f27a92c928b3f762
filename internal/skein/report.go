package skein

import "time"

// Report is what somebody tells the moderators of a site about an account.
type Report struct {
	ID            ID
	Account       ID // who reports: one of ours, or what a peer's server speaks through
	Target        ID
	Posts         []ID // of the target, as far as the reporter may read them
	Collections   []ID
	Comment       string
	Category      ReportCategory
	Rules         []int // of the site, counted from 1
	Forwarded     bool  // to the target's own server
	URI           string
	Assigned      ID // the moderator who looks after it
	ActionTakenAt time.Time
	ActionBy      ID
	CreatedAt     time.Time
	UpdatedAt     time.Time // zero: never
}

// ReportCategory is what a report complains about.
type ReportCategory string

// The categories.
const (
	ReportSpam      ReportCategory = "spam"
	ReportLegal     ReportCategory = "legal"
	ReportViolation ReportCategory = "violation" // of rules of the site
	ReportOther     ReportCategory = "other"
)

// Limits of reports (mastodon-api.md, 3.14; activitypub-mastodon.md, section 10).
const (
	MaxReportComment = 1000
	MaxFlagComment   = 5000
	MaxReportPosts   = 100
)
