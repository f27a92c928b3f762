package mastodon

import (
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

type pollForm struct {
	Options    []string `form:"options"`
	ExpiresIn  int      `form:"expires_in"` // seconds
	Multiple   bool     `form:"multiple"`
	HideTotals bool     `form:"hide_totals"`
}

// draft is the poll that a form asks for; nil: none.
func (in *pollForm) draft() *social.PollDraft {
	if in == nil || len(in.Options) == 0 {
		return nil
	}
	// Bounded, so that no number of seconds runs over; core knows the true bound.
	lasts := time.Duration(min(max(in.ExpiresIn, 0), 1<<32)) * time.Second
	return &social.PollDraft{Options: in.Options, Lasts: lasts, Multiple: in.Multiple, HideTotals: in.HideTotals}
}

// poll: https://docs.joinmastodon.org/methods/polls/#get
func (a *API) poll(c *call) (*Poll, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Poll(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return poll(c.site, v, c.who), nil
}

type voteForm struct {
	Choices []int `form:"choices"`
}

// vote: https://docs.joinmastodon.org/methods/polls/#vote
func (a *API) vote(c *call) (*Poll, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[voteForm](c)
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Vote(c, c.who, id, in.Choices)
	if err != nil {
		return nil, err
	}
	if v.Original != nil {
		v = v.Original
	}
	return poll(c.site, v, c.who), nil
}

// poll is the poll of a post as the reader sees it. Authors count as voted: they cannot.
func poll(site *skein.Site, v *social.View, who skein.Viewer) *Poll {
	p := v.Post.Extra.Poll
	out := &Poll{
		ID: v.Post.ID.String(), ExpiresAt: when(p.EndsAt), Expired: v.Over, Multiple: p.Multiple, VotesCount: p.Votes(),
		Options: make([]PollOption, len(p.Options)), Emojis: []CustomEmoji{},
	}
	if p.Voters > 0 || out.VotesCount == 0 { // not every peer counts voters
		out.VotersCount = &p.Voters
	}
	var used []string
	for i, o := range p.Options {
		out.Options[i].Title = o.Text
		if !p.HideTotals || v.Over {
			out.Options[i].VotesCount = &p.Options[i].Votes
		}
		used = append(used, text.Emojis(o.Text)...)
	}
	for _, e := range emojis(site, "", v.Post.Emojis) {
		for _, code := range used {
			if e.Shortcode == code {
				out.Emojis = append(out.Emojis, e)
				break
			}
		}
	}
	if !who.Visitor() {
		votes := v.Marks.Votes
		if votes == nil {
			votes = []int{}
		}
		voted := len(votes) > 0 || v.Post.Author == who.Account
		out.Voted, out.OwnVotes = &voted, &votes
	}
	return out
}

func editPoll(options []string) *StatusEditPoll {
	if len(options) == 0 {
		return nil
	}
	p := &StatusEditPoll{Options: make([]PollTitle, len(options))}
	for i, o := range options {
		p.Options[i].Title = o
	}
	return p
}
