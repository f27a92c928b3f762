package skein

import "time"

// List is some of those whom one of ours follows, to be read by themselves.
type List struct {
	ID        ID
	Account   ID // whose it is
	Title     string
	Replies   ListReplies
	Exclusive bool      // its members stay out of the home timeline
	KeptUntil time.Time // its timeline is kept as rows so long
}

// ListReplies says which answers to others a list shows. Answers to oneself and to the owner it always does.
type ListReplies string

// What a list shows of answers.
const (
	RepliesFollowed ListReplies = "followed" // to anybody whom the owner follows
	RepliesList     ListReplies = "list"     // to members of the list
	RepliesNone     ListReplies = "none"
)

// Limits of lists.
const (
	MaxLists       = 50
	MaxListTitle   = 256  // characters
	MaxListMembers = 2000 // they are shown all at once to who asks so
)
