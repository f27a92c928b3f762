package skein

import "time"

// Relay is a server that passes the public posts of many on to all who subscribe to it.
type Relay struct {
	ID        ID
	Site      ID
	URL       string // as it was given: of an inbox (the common kind), or of an actor that is followed (LitePub's kind)
	Inbox     string // empty until the actor of URL was read
	Actor     string // URI of the actor that answers and announces; empty until it did
	State     RelayState
	CreatedAt time.Time
}

// RelayState is how far a subscription is.
type RelayState string

// The states of a subscription.
const (
	RelayAsked    RelayState = "asked"
	RelayAccepted RelayState = "accepted"
	RelayRefused  RelayState = "refused"
)
