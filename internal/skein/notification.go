package skein

import (
	"fmt"
	"time"
)

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

	// From the site itself; the actor is the reader.
	NotifySevered NotificationKind = "severed" // follows were ended by a decision; it is about the severance
	NotifyWarning NotificationKind = "warning" // moderators took a measure; it is about the Warning
	NotifyAnnual  NotificationKind = "annual"  // the review of a year is ready; it is about the year
)

// Notification tells one account what another did.
type Notification struct {
	ID        ID
	Account   ID // whom it is for
	Kind      NotificationKind
	Actor     ID // who did it
	Post      ID // 0: about no post
	About     ID // the report, collection, severance or warning that it is about; 0: none
	CreatedAt time.Time
	Filtered  bool   // held back by the reader's policy
	Group     string // key of those that are told together, as clients know it; empty: it is alone
}

// OfPost tells whether what a notification of this kind is about is a post, if anything.
func (k NotificationKind) OfPost() bool {
	switch k {
	case NotifyReport, NotifyCollected, NotifyCollectionEdit, NotifySevered, NotifyWarning, NotifyAnnual:
		return false
	}
	return true
}

// OfSelf tells whether a notification of this kind may come from the reader.
func (k NotificationKind) OfSelf() bool {
	return k == NotifyPoll || k == NotifySevered || k == NotifyWarning || k == NotifyAnnual
}

// groupName begins the keys of groups: the client API's words, as the keys are clients' too. What is not here is told alone.
var groupName = map[NotificationKind]string{
	NotifyLike: "favourite", NotifyReaction: "favourite", NotifyBoost: "reblog", NotifyFollow: "follow", NotifySignUp: "admin.sign_up",
}

// groupHours is how long after its beginning a group takes in what happens.
const groupHours = 12

// GroupKeys returns the key of the group that a notification begins when it comes at a moment, and the lowest key of one
// that it still may join: keys of one sort are ordered by the hour when the group began. Empty: it is told alone.
func (n *Notification) GroupKeys(at time.Time) (own, oldest string) {
	name, ok := groupName[n.Kind]
	if !ok {
		return "", ""
	}
	if n.Kind != NotifyFollow && n.Kind != NotifySignUp {
		name += "-" + n.Post.String()
	}
	hour := at.Unix() / 3600
	key := func(h int64) string { return fmt.Sprintf("%s-%06d", name, h) }
	return key(hour), key(hour - groupHours + 1)
}

// Grouped lists the kinds that are told together.
var Grouped = []NotificationKind{NotifyLike, NotifyReaction, NotifyBoost, NotifyFollow, NotifySignUp}

// Severance is a decision that ended follows, as far as it concerns one of our people.
type Severance struct {
	ID        ID
	Kind      string // domain_block, user_domain_block or account_suspension
	Target    string // what was decided on: a domain, or an account's handle
	Followers int    // that the reader lost
	Following int    // whom the reader followed
	Purged    bool   // the follows are not known any more
	CreatedAt time.Time
}

// Verdict is what becomes of notifications of some sort.
type Verdict int

// The verdicts; the numbers are stored.
const (
	VerdictAccept Verdict = 0
	VerdictFilter Verdict = 1 // hold them back
	VerdictDrop   Verdict = 2
)

// NotificationPolicy says what becomes of notifications from people whom the reader does not know.
type NotificationPolicy struct {
	NotFollowing    Verdict // whom the reader does not follow
	NotFollowers    Verdict // who do not follow the reader, or only since three days
	NewAccounts     Verdict // known for less than 30 days, and not followed
	PrivateMentions Verdict // not asked for, by people who are not followed
	LimitedAccounts Verdict // limited by moderators, and not followed
	Bots            Verdict // not followed
}

// DefaultPolicy is what holds for those who never chose.
var DefaultPolicy = NotificationPolicy{PrivateMentions: VerdictFilter, LimitedAccounts: VerdictFilter}

// What counts as new.
const (
	NewAccount  = 30 * 24 * time.Hour
	NewFollower = 3 * 24 * time.Hour
)

// NotificationRequest is a sender whose notifications are held back.
type NotificationRequest struct {
	ID                   ID
	Account, Actor       ID
	LastPost             ID // 0: none
	Count                int
	CreatedAt, UpdatedAt time.Time
}

// Marker is how far somebody has read a timeline.
type Marker struct {
	Timeline  string // home or notifications
	LastRead  ID
	Version   int
	UpdatedAt time.Time
}
