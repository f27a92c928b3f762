package skein

// Conversation is what one of ours reads of a thread of direct posts between the same people.
type Conversation struct {
	ID      ID
	Account ID   // who reads it
	Thread  ID   // the first post, as far as we know it
	People  []ID // the others
	Last    ID   // the newest post
	Unread  bool
}
