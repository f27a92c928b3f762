package federation

import (
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// policy is what peers are told of who may do what with a post of ours. Who may quote is always said, since silence means
// nobody; the rest only where it is limited, since to say it is to promise that it is kept (reference, sections 15 and 26.1).
func policy(author *skein.Account, p *skein.Post) *activitypub.Policy {
	said := p.Extra.Policy
	if said == nil {
		said = &skein.Policy{}
	}
	out := &activitypub.Policy{
		CanLike:     approvals(author, p, said.Like),
		CanReply:    approvals(author, p, said.Reply),
		CanAnnounce: approvals(author, p, said.Boost),
		CanQuote:    approvals(author, p, said.Quote),
	}
	switch {
	case p.Visibility > skein.Unlisted:
		out.CanQuote = &activitypub.Approval{Automatic: []string{author.URI}}
	case out.CanQuote == nil:
		out.CanQuote = &activitypub.Approval{Automatic: []string{activitypub.Public}}
	}
	return out
}

// approvals is a leave on the wire: nobody is the author alone.
func approvals(author *skein.Account, p *skein.Post, l *skein.Leave) *activitypub.Approval {
	if l == nil {
		return nil
	}
	list := func(words []string) (out []string) {
		for _, who := range words {
			switch who {
			case skein.WhoPublic:
				out = append(out, activitypub.Public)
			case skein.WhoFollowers:
				out = append(out, author.Followers)
			case skein.WhoFollowing:
				out = append(out, author.Following)
			case skein.WhoAuthor:
				out = append(out, author.URI)
			case skein.WhoMentioned:
				for _, m := range p.Mentions {
					if !m.Silent {
						out = append(out, m.URI)
					}
				}
			default:
				out = append(out, who)
			}
		}
		return out
	}
	a := &activitypub.Approval{Automatic: list(l.Auto), Manual: list(l.Manual)}
	if len(a.Automatic)+len(a.Manual) == 0 {
		a.Automatic = []string{author.URI}
	}
	return a
}

// policyOf reads a peer's policy; nil when it limits nothing and lets nobody quote. Pixelfed, PeerTube, Lemmy and others have
// older words for what is closed to all but the author (media-federation.md, 2).
func policyOf(n *activitypub.Note, author *skein.Account) *skein.Policy {
	var out skein.Policy
	if said := n.Policy; said != nil {
		out = skein.Policy{
			Like: leave(said.CanLike, author), Reply: leave(said.CanReply, author),
			Boost: leave(said.CanAnnounce, author), Quote: leave(said.CanQuote, author),
		}
	}
	closed := func(l **skein.Leave, is bool) {
		if is && *l == nil {
			*l = &skein.Leave{Auto: []string{skein.WhoAuthor}}
		}
	}
	closed(&out.Reply, n.CommentsEnabled != nil && !*n.CommentsEnabled)
	if c := n.Capabilities; c != nil {
		closed(&out.Reply, c.Reply == "")
		closed(&out.Like, c.Like == "")
		closed(&out.Boost, c.Announce == "")
	}
	if out == (skein.Policy{}) {
		return nil
	}
	return &out
}

// maxLeave bounds how many actors of a policy are kept.
const maxLeave = 50

func leave(a *activitypub.Approval, author *skein.Account) *skein.Leave {
	if a == nil {
		return nil
	}
	list := func(uris []string) (out []string) {
		for _, uri := range uris {
			who := uri
			switch {
			case activitypub.IsPublic(uri):
				who = skein.WhoPublic
			case uri == author.URI:
				who = skein.WhoAuthor
			case uri == author.Followers && uri != "":
				who = skein.WhoFollowers
			case uri == author.Following && uri != "":
				who = skein.WhoFollowing
			case !activitypub.IsHTTP(uri):
				continue
			}
			if !slices.Contains(out, who) && len(out) < maxLeave {
				out = append(out, who)
			}
		}
		return out
	}
	return &skein.Leave{Auto: list(a.Automatic), Manual: list(a.Manual)}
}
