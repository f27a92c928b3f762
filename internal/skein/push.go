package skein

import "time"

// PushSubscription is where an app wants to hear of notifications while it is closed.
type PushSubscription struct {
	ID        ID
	Account   ID
	Token     ID // that it was made with, and ends with; 0: a browser session
	Session   ID
	Endpoint  string
	P256dh    []byte
	Auth      []byte
	Standard  bool // RFC 8291; else the draft before it
	Alerts    map[NotificationKind]bool
	Policy    PushPolicy
	Sealed    []byte // the token itself, encrypted
	CreatedAt time.Time
}

// PushPolicy says of whom an app wants to hear.
type PushPolicy string

// The policies.
const (
	PushAll      PushPolicy = "all"
	PushFollowed PushPolicy = "followed" // whom the reader follows
	PushFollower PushPolicy = "follower" // who follow the reader
	PushNone     PushPolicy = "none"
)

// Wants tells whether the app wants to hear of notifications of a kind.
func (p *PushSubscription) Wants(k NotificationKind) bool {
	if p.Policy == PushNone {
		return false
	}
	if k == NotifyReaction { // clients call it so
		k = NotifyLike
	}
	return p.Alerts[k]
}

// PushAge is how old a notification may be and still be pushed.
const PushAge = 48 * time.Hour
