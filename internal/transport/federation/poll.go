package federation

import (
	"context"
	"slices"
	"strconv"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxVoters is how many accounts, beside the followers, hear how a poll stands.
const maxVoters = 5000

// question makes a note the Question that a poll is. Reference, section 16; FEP-9967.
func question(n *activitypub.Note, p *skein.Poll) {
	n.Type = "Question"
	options := make([]activitypub.Option, len(p.Options))
	for i, o := range p.Options {
		options[i].Name = o.Text
		if !p.HideTotals || p.Closed {
			options[i].Votes = o.Votes
		}
	}
	if p.Multiple {
		n.AnyOf = options
	} else {
		n.OneOf = options
	}
	n.EndTime, n.VotersCount = p.EndsAt, &p.Voters
	if p.Closed {
		n.Closed = p.EndsAt
	}
}

// poll reads the poll of a Question; nil: there is none that anybody can vote in. Core keeps it within the limits.
func poll(n *activitypub.Note) *skein.Poll {
	options := n.OneOf
	if len(n.AnyOf) > 0 {
		options = n.AnyOf
	}
	if n.Type != "Question" || len(options) < skein.MinPollOptions ||
		slices.ContainsFunc(options, func(o activitypub.Option) bool { return o.Name == "" }) {
		return nil
	}
	p := &skein.Poll{Multiple: len(n.AnyOf) > 0, EndsAt: n.EndTime, Final: !n.Closed.IsZero(), Options: make([]skein.PollOption, len(options))}
	for i, o := range options {
		p.Options[i] = skein.PollOption{Text: o.Name, Votes: o.Votes}
	}
	if n.VotersCount != nil {
		p.Voters = *n.VotersCount
	}
	if !n.Closed.IsZero() && (p.EndsAt.IsZero() || n.Closed.Before(p.EndsAt)) {
		p.EndsAt = n.Closed // Misskey tells the end of an ended poll so, and only so
	}
	return p
}

// voted takes in what may be a vote in a poll of ours: a post with the name of an answer. It tells whether it was one; with
// an unknown name it is a post like others if it says anything (reference, section 16). A vote never becomes a post.
func (s *Service) voted(ctx context.Context, in *inbound, n *activitypub.Note, own bool) (done bool, err error) {
	if n.Name == "" || !isOwn(in.site, n.InReplyTo) {
		return n.IsVote(), nil
	}
	is, err := s.Social.Asks(ctx, in.site.ID, n.InReplyTo, n.Name)
	if err != nil || !is {
		return n.IsVote(), err
	}
	if !own { // a copy that is not the sender's own counts for nothing, and there is nothing to be fetched
		return true, nil
	}
	if err := s.meet(ctx, in); err != nil {
		return true, err
	}
	_, err = s.Social.ReceiveVote(ctx, in.site.ID, in.actor.ID, n.ID, n.InReplyTo, n.Name)
	return true, err
}

// SendVote tells the author of a poll what one of ours voted: one Create for each answer.
func (s *Service) SendVote(ctx context.Context, e skein.PollVoted) error {
	site, a, err := s.sender(ctx, e.Site, e.Account)
	if a == nil || err != nil {
		return err
	}
	var p *skein.Post
	var author *skein.Account
	var votes []*store.Vote
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		if p, err = tx.Post(e.Post); err != nil {
			return err
		}
		if author, err = tx.Account(p.Author); err != nil {
			return err
		}
		votes, err = tx.Votes(e.Post, e.Account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && (p.Local || p.Extra.Poll == nil) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, v := range votes {
		if v.Choice >= len(p.Extra.Poll.Options) {
			continue
		}
		vote := &activitypub.Vote{
			ID: a.URI + "#votes/" + v.ID.String(), Type: "Note", Name: p.Extra.Poll.Options[v.Choice].Text,
			AttributedTo: a.URI, InReplyTo: p.URI, To: []string{author.URI},
		}
		create := &activitypub.Activity{
			ID: vote.ID + "/activity", Type: "Create", Actor: a.URI, To: vote.To,
			Object: activitypub.References{activitypub.Embed(vote.ID, vote)},
		}
		if err := s.send(ctx, site, a.ID, create, audience{accounts: []skein.ID{author.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// SendPoll tells how a poll of ours stands: those who voted or boosted, the mentioned, followers; nobody who may not read
// it (T163).
func (s *Service) SendPoll(ctx context.Context, e skein.PollOut) error {
	site, v, err := s.localPost(ctx, e.Site, e.Post)
	if v == nil || err != nil || v.Post.Extra.Poll == nil {
		return err
	}
	activity, to, err := s.created(ctx, site, v)
	if err != nil {
		return err
	}
	p := v.Post
	activity.ID = p.URI + "#updates/poll/" + strconv.FormatInt(e.At.UnixMilli(), 10)
	activity.Type, activity.Published = "Update", e.At.UTC()
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		list, err := tx.PollAudience(p.ID, maxVoters)
		to.accounts = append(to.accounts, list...)
		return err
	})
	if err != nil {
		return err
	}
	return s.send(ctx, site, v.Author.ID, activity, to)
}

// RefreshPoll reads a peer's poll again.
func (s *Service) RefreshPoll(ctx context.Context, e skein.PollStale) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	p, author, err := s.Social.StalePoll(ctx, e.Site, e.Post)
	if p == nil || err != nil || author.Gone() {
		return err
	}
	if _, err := s.refreshPost(ctx, site, p); err != nil { // the next look at it asks again
		s.Log.Debug("poll not read again", "site", site.Domain, "uri", p.URI, "err", err)
	}
	return nil
}
