package skein

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Events say what happened, in IDs only. They are stored as jobs in the transaction of the change, once for each of the
// effects in server/effects.go, which load afresh what they need and may run twice.
type (
	// PostCreated: a post or boost, ours or a peer's, is new.
	PostCreated struct {
		Site, Post ID
		Quiet      bool `json:",omitempty"` // old news, found when somebody looked: nobody is told
	}
	// PostOut: a new post or boost of ours may concern somebody elsewhere. It comes beside PostCreated.
	PostOut struct{ Site, Post ID }
	// PostEdited: its content changed.
	PostEdited struct {
		Site, Post ID
		Content    bool // what people read is another
		Mentioned  []ID // named now, and not before
	}
	// PostDeleted: it is gone; what deliveries need of it is here.
	PostDeleted struct {
		Site, Post, Author ID
		Local              bool
		URI                string
		BoostOf            ID // an undone boost: the original
		BoostOfURI         string
		Visibility         Visibility
		Mentions           []ID     // accounts that were addressed
		Tags               []string // normal names
		Listed             bool
		Audience           []ID // remote accounts, beside followers, who got it: boosters, likers, repliers, mentioned
	}
	// PostLiked and PostUnliked: Like is the ID of the like, which peers see in its URI.
	PostLiked   struct{ Site, Post, Account, Like ID }
	PostUnliked struct{ Site, Post, Account, Like ID }
	// PostPinned and PostUnpinned: on the profile of its author, one of ours.
	PostPinned   struct{ Site, Post, Account ID }
	PostUnpinned struct{ Site, Post, Account ID }
	// In the four events of follows, Account is who follows and Target who is followed, as in Follow.

	// FollowAsked: a local account wants to follow a remote one.
	FollowAsked struct{ Site, Account, Target, Follow ID }
	// FollowEnded: a local account no longer follows, or no longer asks to follow, a remote one.
	FollowEnded struct {
		Site, Account, Target, Follow ID
		URI                           string
	}
	// FollowAnswered: a local account (Target) accepted or refused (or later dropped) a remote follower (Account).
	FollowAnswered struct {
		Site, Account, Target, Follow ID
		URI                           string // of the Follow, as its sender named it
		Accepted                      bool
	}
	// Followed: somebody follows a local account, or asks to.
	Followed struct {
		Site, Account, Target ID
		Request               bool
	}
	// Blocked and Unblocked: a remote account, by a local one.
	Blocked   struct{ Site, Account, Target, Block ID }
	Unblocked struct{ Site, Account, Target, Block ID }
	// Moved: a local account has moved to another one. Move is the ID of that, which peers see.
	Moved struct{ Site, Account, Target, Move ID }
	// MoveUndone: a local account has not moved after all.
	MoveUndone struct{ Site, Account ID }
	// MoveSpread: an account has moved, ours or a peer's; what binds people here to the old one goes over to the new one,
	// a batch at a time: After is where this batch begins.
	MoveSpread struct {
		Site, Account, Target ID
		Stage                 int
		After                 ID
	}
	// ReportForwarded: somebody reported an account of a peer and wants its server, and perhaps others, to hear of it; To are
	// accounts there. Name is what peers see of it.
	ReportForwarded struct {
		Site, Report ID
		To           []ID
		Name         string
	}
	// CollectionMade, CollectionEdited and CollectionGone: a collection of a local account.
	CollectionMade   struct{ Site, Account, Collection ID }
	CollectionEdited struct{ Site, Account, Collection ID }
	CollectionGone   struct {
		Site, Account ID
		URI           string
	}
	// CollectionItemAdded and CollectionItemRemoved: an account in a collection of a local one (Account).
	CollectionItemAdded   struct{ Site, Account, Item ID }
	CollectionItemRemoved struct {
		Site, Account, Featured ID
		Collection, Item        string // URIs
	}
	// FeatureAsked: a local account wants to put a peer's into a collection.
	FeatureAsked struct{ Site, Account, Item ID }
	// FeatureAnswered: a local account (Account) agrees to be in a peer's collection, or not.
	FeatureAnswered struct {
		Site, Account, Asker, Item ID
		Request, Collection        string // URIs
		Accepted                   bool
	}
	// FeatureRevoked: a local account wants to be in a peer's collection no longer.
	FeatureRevoked struct{ Site, Account, Item ID }
	// ProfileChanged: a local account's public profile is another.
	ProfileChanged struct{ Site, Account ID }
	// FollowersDiffer: a peer's account says, by the digest of FEP-8fcf, that others of our people follow it than we know of.
	FollowersDiffer struct {
		Site, Account ID
		URL, Digest   string
		At            time.Time
	}
	// KeysRotated: a local account signs with new keys.
	KeysRotated struct{ Site, Account ID }
	// AccountDeleted: a local account is gone for good.
	AccountDeleted struct{ Site, Account ID }
	// AccountSuspended: this site suspended an account, its own or a peer's; the follows from and to it end.
	AccountSuspended struct{ Site, Account ID }
	// AccountJudged: a local account is suspended, or is no longer; peers are told how it stands.
	AccountJudged struct{ Site, Account ID }
	// Purge: an account is gone, ours or a peer's; what it left behind is removed, a batch at a time.
	Purge struct{ Site, Account ID }
	// AnnualWanted: somebody asks what they did in a year.
	AnnualWanted struct {
		Site, Account ID
		Year          int
	}
	// DomainBlocked: a local account wants nothing of a peer any more; the follows between them end, a batch at a time.
	DomainBlocked struct {
		Site, Account ID
		Domain        string
	}
	// SignedUp: a person waits for a confirmation mail, or to be let in.
	SignedUp struct{ Site, Account ID }
	// MailDue: a mail is to be sent, with a text of its own or a Letter, which is written when it is sent: so no link
	// that lets somebody in stands in the queue.
	MailDue struct {
		Site          ID
		To            string
		Subject, Text string
		Letter        Letter
		Account       ID // 0: whoever has the address
		Event         ID `json:",omitempty"` // of the security log, for LetterSecurity
	}
	// RecoveryDue: the wait of somebody who lost all factors is over, unless it was stopped.
	RecoveryDue struct{ Site, Account ID }
	// Inbound: a peer's activity passed the door; Body is what was verified.
	Inbound struct {
		Site   ID
		Signer string // actor URI whose key signed it
		Target ID     // account of the personal inbox, 0: shared inbox
		Body   []byte
		// Via is the actor whose key signed the request when that is not the activity's own: it was passed on. Proven: it bears
		// a proof of its actor, who is the Signer then; else nothing it says is believed.
		Via    string `json:",omitempty"`
		Proven bool   `json:",omitempty"`
		Sync   string `json:",omitempty"` // Collection-Synchronization, as the signer signed it (FEP-8fcf)
	}
	// MediaGone: files are of no use to anybody any more; nothing but their keys is left.
	MediaGone struct{ Keys []string }
	// TagFeatured and TagUnfeatured: a hashtag on the profile of one of ours.
	TagFeatured struct {
		Site, Account ID
		Name, Display string
	}
	TagUnfeatured struct {
		Site, Account ID
		Name, Display string
	}
	// ThreadWanted: somebody reads the conversation of a public post; what is missing of it, or old, may be fetched.
	ThreadWanted struct{ Site, Root, Post ID }
	// LookWanted: somebody looks at a remote profile whose posts were not fetched lately.
	LookWanted struct{ Site, Account ID }
	// ParentWanted: a reply's parent is unknown here and may be fetched.
	ParentWanted struct {
		Site, Post ID
		URI        string
		Depth      int
	}
	// PeerChanged: what the site thinks of a peer is another; its accounts and what waits for it follow, a batch at a time.
	// Domain empty: of all peers.
	PeerChanged struct {
		Site   ID
		Domain string
		After  ID // accounts up to this one are done
	}
	// RelayAdded: a relay is to be asked for a subscription. RelayRemoved: the subscription ends.
	RelayAdded   struct{ Site, Relay ID }
	RelayRemoved struct {
		Site, Relay       ID
		URL, Inbox, Actor string
	}
	// QuoteAsked: a post of ours quotes a peer's, whose author is to be asked.
	QuoteAsked struct{ Site, Post ID }
	// QuoteUnproven: a peer's quote is to be looked at: what it quotes may be unknown here, and its stamp is to be seen.
	QuoteUnproven struct {
		Site, Post ID
		Depth      int    // of quotes within quotes that made us fetch
		URI, Stamp string // what the post says now
	}
	// ReplyUnproven: a peer's answer to a peer's post says that it is allowed; the stamp is to be seen.
	ReplyUnproven struct {
		Site, Post ID
		Quiet      bool `json:",omitempty"`
	}
	// ApprovalAnswered: one of ours gave leave, or refused it; all that the answer says is here.
	ApprovalAnswered struct {
		Site, Account, Asker, Post, Approval ID // Approval 0: no stamp
		Kind                                 ApprovalKind
		Object, Request                      string
		Accepted                             bool
	}
	// StampRevoked: a stamp of ours holds no longer.
	StampRevoked struct {
		Site, Account, Asker, Post, Approval, By ID
		Kind                                     ApprovalKind
		Object                                   string
	}
	// QuotesParted: a local account blocks another, whose quotes of its posts go.
	QuotesParted struct{ Site, Account, Target ID }
	// AccountStale: a remote profile should be read again.
	AccountStale struct {
		Site ID
		URI  string
	}
	// Reacted and Unreacted: with an emoji, as in Reaction; Reaction is the ID that peers see in its URI.
	Reacted struct {
		Site, Post, Account, Reaction ID
		Emoji, URL                    string
	}
	Unreacted struct {
		Site, Post, Account, Reaction ID
		Emoji, URL                    string
	}
	// PostDue: a post that waits is to be posted at a moment, unless it was moved or withdrawn meanwhile.
	PostDue struct {
		Site, Scheduled ID
		At              time.Time
	}
	// LinksDue: a profile has links whose pages may link back.
	LinksDue struct{ Site, Account ID }
	// PollVoted: a local account voted in a peer's poll.
	PollVoted struct{ Site, Post, Account ID }
	// PollMoved: the counts of a poll are others, and who watches may see them at a moment.
	PollMoved struct {
		Site, Post ID
		At         time.Time
	}
	// PollOut: peers are to be told at a moment how a poll of ours stands.
	PollOut struct {
		Site, Post ID
		At         time.Time
	}
	// PollEnds: a poll is over at a moment, unless it was changed meanwhile.
	PollEnds struct {
		Site, Post ID
		At         time.Time
	}
	// PollStale: a peer's poll should be read again.
	PollStale struct{ Site, Post ID }

	// CardWanted: a post links to a page that was not read yet, or not lately.
	CardWanted struct {
		Site, Card ID
		By         string `json:",omitempty"` // who answers for it: a peer, or one of ours
	}
	// CardRead: a page was read; the posts that link to it follow, a batch at a time: Before is where this one begins.
	CardRead struct{ Site, Card, Before ID }

	// PostKept: somebody of the site did something with a peer's post by which they may look for it: they bookmarked it, or
	// voted in it.
	PostKept struct{ Site, Post ID }
	// IndexableChanged: an account agrees to have its posts found, or no longer; they follow a batch at a time: Before is
	// where this batch begins (0: with the newest), Done how many were looked at.
	IndexableChanged struct {
		Site, Account, Before ID
		Done                  int `json:",omitempty"`
	}

	// PushDue: an app wants to hear of a notification; it could not be told before.
	PushDue struct {
		Site, Notification, Subscription ID
		Try                              int `json:",omitempty"` // how often it has failed
	}
	// HeldAccepted: a local account lets senders through whom it held back; what they sent comes to the rest.
	HeldAccepted struct {
		Site, Account ID
		Actors        []ID
	}
	// HeldDismissed: a local account wants nothing of what it held back of senders, up to Last.
	HeldDismissed struct {
		Site, Account ID
		Actors        []ID
		Last          ID
	}

	// AnnouncementMoved: an announcement is new, due, over or gone.
	AnnouncementMoved struct{ Site, Announcement ID }

	// ImportDue: an import can go on; Turn is the step that is due.
	ImportDue struct {
		Site, Import ID
		Turn         int
	}
)

// JobKey makes one unfinished fetch of a parent enough, however many replies wait for it.
func (e ParentWanted) JobKey() string { return e.Site.String() + " " + e.URI }

// JobKey makes one unfinished look at the followers of an account enough.
func (e FollowersDiffer) JobKey() string { return e.Site.String() + " " + e.Account.String() }

// JobKey makes one unfinished refresh of a profile enough.
func (e AccountStale) JobKey() string { return e.Site.String() + " " + e.URI }

// JobKey makes one unfinished look at the links of a profile enough.
func (e LinksDue) JobKey() string { return e.Site.String() + " " + e.Account.String() }

// JobKey makes one unfinished look at a conversation enough.
func (e ThreadWanted) JobKey() string { return e.Site.String() + " " + e.Root.String() }

// JobKey makes one unfinished look at a profile enough.
func (e LookWanted) JobKey() string { return e.Site.String() + " " + e.Account.String() }

// The moments of these events are rounded: JobKey makes one unfinished job enough for all that happens up to one.

// JobKey is one for each post and moment.
func (e PollMoved) JobKey() string { return e.Post.String() + " " + moment(e.At) }

// JobKey is one for each post and moment.
func (e PollOut) JobKey() string { return e.Post.String() + " " + moment(e.At) }

// JobKey is one for each post and moment.
func (e PollEnds) JobKey() string { return e.Post.String() + " " + moment(e.At) }

// JobKey makes one unfinished reading of a poll enough.
func (e PollStale) JobKey() string { return e.Post.String() }

func moment(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// JobKey makes one unfinished look at a quote enough, as long as the post says the same of it: a stamp that comes while what
// is quoted is still fetched is to be looked at too. What peers say is too long for a key.
func (e QuoteUnproven) JobKey() string {
	said := sha256.Sum256([]byte(e.URI + " " + e.Stamp))
	return e.Site.String() + " " + e.Post.String() + " " + hex.EncodeToString(said[:8])
}

// JobKey makes one unfinished look at an answer enough.
func (e ReplyUnproven) JobKey() string { return e.Site.String() + " " + e.Post.String() }

// JobKey makes one unfinished reading of a page enough, however many posts link to it (T91).
func (e CardWanted) JobKey() string { return e.Card.String() }
