package skein

import "time"

// Scheduled is a post of one of ours that waits for its time.
type Scheduled struct {
	ID      ID
	Account ID
	At      time.Time
	Draft   string // as social writes it
}

// Limits of what may wait.
const (
	MaxScheduled      = 300
	MaxScheduledOfDay = 25
	ScheduledAhead    = 5 * time.Minute // at least
)
