package skein

import "time"

// NotificationKind is why somebody is told something.
type NotificationKind string

// The kinds of notification.
const (
	NotifyMention        NotificationKind = "mention"
	NotifyLike           NotificationKind = "like"
	NotifyBoost          NotificationKind = "boost"
	NotifyFollow         NotificationKind = "follow"
	NotifyFollowRequest  NotificationKind = "follow_request"
	NotifyPost           NotificationKind = "post" // of somebody whose posts the reader asked to hear of
	NotifyEdit           NotificationKind = "edit" // of a post that the reader boosted
	NotifyPoll           NotificationKind = "poll" // a poll that the reader made or voted in has ended
	NotifyQuote          NotificationKind = "quote"
	NotifyQuotedEdit     NotificationKind = "quoted_edit"     // of a post that the reader quotes; it is about the reader's own post
	NotifyReaction       NotificationKind = "reaction"        // with an emoji
	NotifySignUp         NotificationKind = "sign_up"         // for those who let people in
	NotifyCollected      NotificationKind = "collected"       // the reader is in a collection
	NotifyCollectionEdit NotificationKind = "collection_edit" // of one that the reader is in
	NotifyReport         NotificationKind = "report"          // for moderators
	// Somebody asks for leave; it is about the answer, or else about the reader's own post.
	NotifyPendingReply NotificationKind = "pending_reply"
	NotifyPendingLike  NotificationKind = "pending_like"
	NotifyPendingBoost NotificationKind = "pending_boost"
)

// Notification tells one account what another did.
type Notification struct {
	ID        ID
	Account   ID // whom it is for
	Kind      NotificationKind
	Actor     ID // who did it
	Post      ID // 0: about no post
	About     ID // the report or collection that it is about; 0: none
	CreatedAt time.Time
}

// OfPost tells whether what a notification of this kind is about is a post, if anything.
func (k NotificationKind) OfPost() bool {
	return k != NotifyReport && k != NotifyCollected && k != NotifyCollectionEdit
}

// Marker is how far somebody has read a timeline.
type Marker struct {
	Timeline  string // home or notifications
	LastRead  ID
	Version   int
	UpdatedAt time.Time
}
