package server

import "skein/internal/kit/queue"

// pageReaders is how many pages that people link to are read at once.
const pageReaders = 4

// importers is how many imports go on at once.
const importers = 2

// effects is the whole cause-and-effect of the house: which event, stored by a change, leads to which work. The names are
// stored with the jobs; never change one.
func (s *Server) effects() {
	q := s.Queue
	// Inside the site: home timelines, notifications, live events.
	queue.On(q, "spread", s.Social.Spread)                         // PostCreated
	queue.On(q, "spread-edit", s.Social.SpreadEdit)                // PostEdited
	queue.On(q, "spread-delete", s.Social.SpreadDelete)            // PostDeleted
	queue.On(q, "spread-like", s.Social.SpreadLike)                // PostLiked
	queue.On(q, "spread-reaction", s.Social.SpreadReaction)        // Reacted
	queue.On(q, "spread-poll", s.Social.SpreadPoll)                // PollMoved
	queue.On(q, "publish-due", s.Social.PublishDue)                // PostDue
	queue.On(q, "end-poll", s.Social.EndPoll)                      // PollEnds
	queue.On(q, "spread-follow", s.Social.SpreadFollow)            // Followed
	queue.On(q, "spread-sign-up", s.Social.SpreadSignUp)           // SignedUp
	queue.On(q, "purge", s.Social.Purge)                           // Purge
	queue.On(q, "spread-domain-block", s.Social.SpreadDomainBlock) // DomainBlocked
	queue.On(q, "apply-peer-policy", s.Peering.Apply)              // PeerChanged
	queue.On(q, "spread-move", s.Social.SpreadMove)                // MoveSpread
	queue.On(q, "part-quotes", s.Social.PartQuotes)                // QuotesParted
	queue.On(q, "send-mail", s.Identity.SendMail)                  // MailDue

	queue.On(q, "recovery-ready", s.Identity.RecoveryReady) // RecoveryDue

	queue.On(q, "index-kept", s.Social.IndexKept) // PostKept
	queue.On(q, "reindex", s.Social.Reindex)      // IndexableChanged
	queue.On(q, "push", s.Social.Push)            // PushDue
	queue.On(q, "merge-held", s.Social.MergeHeld) // HeldAccepted
	queue.On(q, "drop-held", s.Social.DropHeld)   // HeldDismissed
	queue.On(q, "remove-files", s.Media.Remove)   // MediaGone

	queue.On(q, "spread-announcement", s.Sites.SpreadAnnouncement) // AnnouncementMoved

	queue.On(q, "count-annual", s.Social.CountAnnual) // AnnualWanted

	queue.On(q, "import", s.Social.StepImport) // ImportDue

	// What posts link to.
	queue.On(q, "read-card", s.Social.ReadCard)      // CardWanted
	queue.On(q, "spread-card", s.Social.SpreadCard)  // CardRead
	queue.On(q, "end-follows", s.Reports.EndFollows) // AccountSuspended

	// To peers: one activity, one delivery for each inbox.
	f := s.Federation
	queue.On(q, "send-post", f.SendPost)             // PostOut
	queue.On(q, "send-edit", f.SendEdit)             // PostEdited
	queue.On(q, "send-delete", f.SendDelete)         // PostDeleted
	queue.On(q, "send-like", f.SendLike)             // PostLiked
	queue.On(q, "send-unlike", f.SendUnlike)         // PostUnliked
	queue.On(q, "send-reaction", f.SendReaction)     // Reacted
	queue.On(q, "send-unreaction", f.SendUnreaction) // Unreacted
	queue.On(q, "send-poll", f.SendPoll)             // PollOut
	queue.On(q, "send-vote", f.SendVote)             // PollVoted
	queue.On(q, "send-follow", f.SendFollow)         // FollowAsked
	queue.On(q, "send-unfollow", f.SendUnfollow)     // FollowEnded
	queue.On(q, "send-answer", f.SendAnswer)         // FollowAnswered
	queue.On(q, "send-block", f.SendBlock)           // Blocked
	queue.On(q, "send-unblock", f.SendUnblock)       // Unblocked
	queue.On(q, "send-profile", f.SendProfile)       // ProfileChanged
	queue.On(q, "send-gone", f.SendAccountGone)      // AccountDeleted
	queue.On(q, "send-pin", f.SendPin)               // PostPinned
	queue.On(q, "send-unpin", f.SendUnpin)           // PostUnpinned
	queue.On(q, "send-tag", f.SendTag)               // TagFeatured
	queue.On(q, "send-untag", f.SendUntag)           // TagUnfeatured
	queue.On(q, "send-move", f.SendMove)             // Moved
	queue.On(q, "send-unmove", f.SendMoveUndone)     // MoveUndone
	queue.On(q, "send-keys", f.SendKeys)             // KeysRotated

	queue.On(q, "send-judged", f.SendJudged) // AccountJudged

	queue.On(q, "send-relay", f.SendRelay)        // RelayAdded
	queue.On(q, "send-relay-end", f.SendRelayEnd) // RelayRemoved

	queue.On(q, "send-quote-request", f.SendQuoteRequest)              // QuoteAsked
	queue.On(q, "send-approval", f.SendApproval)                       // ApprovalAnswered
	queue.On(q, "send-stamp-revoked", f.SendStampRevoked)              // StampRevoked
	queue.On(q, "send-report", f.SendReport)                           // ReportForwarded
	queue.On(q, "send-collection", f.SendCollection)                   // CollectionMade
	queue.On(q, "send-collection-edit", f.SendCollectionEdit)          // CollectionEdited
	queue.On(q, "send-collection-gone", f.SendCollectionGone)          // CollectionGone
	queue.On(q, "send-collection-item", f.SendCollectionItem)          // CollectionItemAdded
	queue.On(q, "send-collection-item-gone", f.SendCollectionItemGone) // CollectionItemRemoved
	queue.On(q, "send-feature-request", f.SendFeatureRequest)          // FeatureAsked
	queue.On(q, "send-feature-answer", f.SendFeatureAnswer)            // FeatureAnswered
	queue.On(q, "send-feature-revoked", f.SendFeatureRevoked)          // FeatureRevoked
	q.Deliver(f.Deliver)

	// From peers.
	queue.On(q, "process", f.Process)              // Inbound
	queue.On(q, "fetch-parent", f.FetchParent)     // ParentWanted
	queue.On(q, "check-quote", f.CheckQuote)       // QuoteUnproven
	queue.On(q, "check-reply", f.CheckReply)       // ReplyUnproven
	queue.On(q, "fetch-thread", f.FetchThread)     // ThreadWanted
	queue.On(q, "look", f.LookAround)              // LookWanted
	queue.On(q, "refresh", f.RefreshAccount)       // AccountStale
	queue.On(q, "verify-links", f.VerifyLinks)     // LinksDue
	queue.On(q, "refresh-poll", f.RefreshPoll)     // PollStale
	queue.On(q, "sync-followers", f.SyncFollowers) // FollowersDiffer

	// What waits for strangers has workers of its own, and pushes have lanes beside those of deliveries.
	q.Aside("pages", pageReaders, "read-card", "verify-links")
	q.Aside("imports", importers, "import") // what somebody brings holds up nobody else
	q.Lane(s.Mastodon.PushLanes())
}
