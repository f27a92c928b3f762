package skein

import (
	"slices"
	"strings"
	"time"
)

// Consent is what the author of a post says, by its policy, to something that somebody wants to do with it.
type Consent int

// The answers.
const (
	No      Consent = iota
	Ask             // the author decides on each
	Unknown         // the policy names collections that only the author's server can read: it is asked
	Yes
)

// Consents tells what the author of a post says to a reply, a like, a boost or a quote by the viewer of the facts
// (activitypub-mastodon.md, 15 and 26.1). Who may read the post is for May, which asks this too. Policies are the word of
// the post's own server: for posts of peers they save a question whose answer is known.
func Consents(a Action, p *Post, f Facts) Consent {
	policy := p.Extra.Policy
	if policy == nil {
		policy = &Policy{}
	}
	var leave *Leave
	switch a {
	case Quoting:
		switch {
		case p.Visibility == Direct || p.BoostOf != 0:
			return No
		case f.Viewer == p.Author:
			return Yes
		case p.Visibility == Followers:
			return No
		case policy.Quote == nil && p.Local:
			return Yes
		case policy.Quote == nil:
			return No
		}
		leave = policy.Quote
	case Reply:
		if f.Mentioned || f.Viewer != 0 && f.Viewer == p.ReplyToAuthor {
			return Yes
		}
		leave = policy.Reply
	case Like:
		leave = policy.Like
	case Boost:
		leave = policy.Boost
	}
	if leave == nil || f.Viewer == p.Author {
		return Yes
	}
	return leave.to(f, p.Local)
}

// Of returns what the policy says of an action; nil: nothing, so whoever may read the post may do it.
func (p *Policy) Of(a Action) *Leave {
	if p == nil {
		return nil
	}
	switch a {
	case Like:
		return p.Like
	case Reply:
		return p.Reply
	case Boost:
		return p.Boost
	}
	return nil
}

// to finds the entry that counts for a viewer: one that names them before one that counts many, and at once before
// after a question.
func (l *Leave) to(f Facts, local bool) Consent {
	switch {
	case f.ViewerURI != "" && slices.Contains(l.Auto, f.ViewerURI):
		return Yes
	case f.ViewerURI != "" && slices.Contains(l.Manual, f.ViewerURI):
		return Ask
	case slices.ContainsFunc(l.Auto, f.counts):
		return Yes
	case slices.ContainsFunc(l.Manual, f.counts):
		return Ask
	case !local && (l.Names(l.Auto) || l.Names(l.Manual)):
		return Unknown
	}
	return No
}

// Names tells whether a list names actors, or collections that are not known here.
func (*Leave) Names(list []string) bool {
	return slices.ContainsFunc(list, func(who string) bool { return strings.Contains(who, ":") })
}

// counts tells whether the viewer is one of those whom a Who word means.
func (f Facts) counts(who string) bool {
	switch who {
	case WhoPublic:
		return true
	case WhoFollowers:
		return f.Follows
	case WhoFollowing:
		return f.FollowedBy
	case WhoMentioned:
		return f.Mentioned
	}
	return false
}

// Equal tells whether two leaves say the same.
func (l *Leave) Equal(o *Leave) bool {
	if l == nil || o == nil {
		return l == o
	}
	return slices.Equal(l.Auto, o.Auto) && slices.Equal(l.Manual, o.Manual)
}

// Equal tells whether two policies say the same.
func (p *Policy) Equal(o *Policy) bool {
	if p == nil || o == nil {
		return p == o
	}
	return p.Like.Equal(o.Like) && p.Reply.Equal(o.Reply) && p.Boost.Equal(o.Boost) && p.Quote.Equal(o.Quote)
}

// Approval is leave that one of our people gave, or is asked for: to quote, answer, like or boost a post of theirs. An
// accepted one is a stamp that others can look up by its ID.
type Approval struct {
	ID      ID
	Account ID // whose post it is, and who decides
	Kind    ApprovalKind
	Asker   ID
	Object  string // URI of what the asker did: the quoting or answering post, the Like, the Announce
	Request string // URI of the activity that is answered
	Post    ID     // of Account
	By      ID     // the quoting or answering post, when it is known here; 0: not
	State   ApprovalState
	At      time.Time
}

// ApprovalKind is what leave is for.
type ApprovalKind string

// The kinds of approval.
const (
	ApproveQuote ApprovalKind = "quote"
	ApproveReply ApprovalKind = "reply"
	ApproveLike  ApprovalKind = "like"
	ApproveBoost ApprovalKind = "boost"
)

// ApprovalState is how far it got.
type ApprovalState string

// The states of an approval.
const (
	ApprovalPending  ApprovalState = "pending"
	ApprovalAccepted ApprovalState = "accepted"
	ApprovalRejected ApprovalState = "rejected"
	ApprovalRevoked  ApprovalState = "revoked"
)
