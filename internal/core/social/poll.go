package social

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// PollDraft is a poll as somebody wants to ask it.
type PollDraft struct {
	Options    []string
	Lasts      time.Duration
	Multiple   bool
	HideTotals bool // until the end
}

// How often others hear of a poll while it runs.
const (
	pollMoves     = 5 * time.Second // open streams
	pollTold      = 3 * time.Minute // peers (activitypub-mastodon.md, section 16)
	pollFresh     = time.Minute     // a peer's poll is read again after this, when somebody looks at it
	pollGrace     = time.Second     // what is done up to a moment is in the database so long after it
	maxPollPeer   = 500             // answers that are kept of a peer's poll
	maxPollText   = 500             // characters of one
	maxPollVotes  = 1 << 30         // no count of a peer is believed beyond this (T97)
	voterBatch    = 200
	maxPollAhead  = 10 * 365 * 24 * time.Hour
	pollAskedSize = 10_000
)

var (
	errPollVoted  = skein.Errorf(skein.Invalid, "Validation failed: You have already voted on this poll")
	errPollOver   = skein.Errorf(skein.Invalid, "Validation failed: The poll has already ended")
	errPollChoice = skein.Errorf(skein.Invalid, "Validation failed: The chosen vote option does not exist")
)

// pollField is what Mastodon calls the parts of a poll in its sentences.
var pollField = map[string]string{"options": "Options", "expires_at": "Expires at"}

// newPoll checks a poll as Mastodon does.
func newPoll(d *PollDraft, now time.Time) (*skein.Poll, error) {
	if d == nil {
		return nil, nil
	}
	p := &skein.Poll{Multiple: d.Multiple, HideTotals: d.HideTotals}
	bad := func(field, code, msg string, args ...any) (*skein.Poll, error) {
		name, msg := pollField[field], fmt.Sprintf(msg, args...)
		return nil, &skein.Error{Kind: skein.Invalid, Text: "Validation failed: " + name + " " + msg,
			Fields: []skein.FieldError{{Field: field, Code: code, Text: msg}}}
	}
	for _, o := range d.Options {
		o = strings.Join(strings.Fields(clean(o)), " ")
		if o == "" {
			continue
		}
		if len(o) > 32*skein.MaxPollOption || text.Graphemes(o) > skein.MaxPollOption {
			return bad("options", "too_long", "can't be longer than %d characters each", skein.MaxPollOption)
		}
		if slices.ContainsFunc(p.Options, func(was skein.PollOption) bool { return was.Text == o }) {
			return bad("options", "taken", "contain duplicate items")
		}
		p.Options = append(p.Options, skein.PollOption{Text: o})
		if len(p.Options) > skein.MaxPollOptions {
			return bad("options", "too_long", "can't contain more than %d items", skein.MaxPollOptions)
		}
	}
	switch {
	case len(p.Options) < skein.MinPollOptions:
		return bad("options", "too_short", "must have more than one item")
	case d.Lasts <= 0 || d.Lasts > skein.MaxPollTime: // without an end is too long
		return bad("expires_at", "invalid", "is too far into the future")
	case d.Lasts < skein.MinPollTime:
		return bad("expires_at", "invalid", "is too soon")
	}
	p.EndsAt = now.Add(d.Lasts).Truncate(time.Millisecond).UTC()
	return p, nil
}

// editedPoll checks the poll of an edit. One that names no end keeps that of the poll before it: an edit of the text of a post
// whose poll is over would be refused otherwise, or take the poll away.
func editedPoll(d *PollDraft, was *skein.Poll, now time.Time) (*skein.Poll, error) {
	if d == nil || was == nil || d.Lasts != 0 {
		return newPoll(d, now)
	}
	kept := *d
	kept.Lasts = skein.MinPollTime // stands for the end that it keeps
	p, err := newPoll(&kept, now)
	if err != nil {
		return nil, err
	}
	if !p.Asks(was) && !was.EndsAt.After(now) {
		return newPoll(d, now) // other answers need a time in which they can be chosen
	}
	p.EndsAt, p.HideTotals = was.EndsAt, was.HideTotals
	return p, nil
}

// endsLater asks for what is to be done at the end of a poll.
func endsLater(tx *store.Tx, p *skein.Post) error {
	at := p.Extra.Poll.EndsAt
	if at.IsZero() {
		return nil
	}
	return tx.EmitAt(at, skein.PollEnds{Site: tx.Site(), Post: p.ID, At: at})
}

// samePoll tells whether an edit leaves a poll as it is; counts are not looked at.
func samePoll(a, b *skein.Poll) bool {
	return a.Asks(b) && (a == nil || a.EndsAt.Equal(b.EndsAt) && a.HideTotals == b.HideTotals)
}

// editPoll stores the poll of an edited post. One that asks something else begins without votes (T189); of a peer's the
// counts are what the peer says.
func editPoll(tx *store.Tx, p *skein.Post) error {
	reset := false
	_, err := tx.ChangePost(p.ID, func(now *skein.Post) bool {
		old := now.Extra.Poll
		next := clonePoll(p.Extra.Poll)
		if reset = old != nil && !old.Asks(next); !reset && next != nil && p.Local && old != nil {
			for i := range next.Options {
				next.Options[i].Votes = old.Options[i].Votes
			}
			next.Voters = old.Voters
		}
		now.Extra.Poll = next
		return true
	})
	if err != nil {
		return err
	}
	if reset {
		if err := tx.DeleteVotes(p.ID); err != nil {
			return err
		}
	}
	if p.Extra.Poll == nil {
		return nil
	}
	if !p.Local {
		if who, err := tx.LocalVoters(p.ID, 0, 1); err != nil || len(who) == 0 {
			return err
		}
	}
	return endsLater(tx, p)
}

func clonePoll(p *skein.Poll) *skein.Poll {
	if p == nil {
		return nil
	}
	c := *p
	c.Options = slices.Clone(p.Options)
	return &c
}

// Vote gives the viewer's answers in a poll, by their numbers. It answers with the post as it is then.
func (s *Service) Vote(ctx context.Context, who skein.Viewer, id skein.ID, choices []int) (*View, error) {
	return s.react(ctx, who, skein.Vote, id, func(tx *store.Tx, p *skein.Post) error {
		if p.Extra.Poll == nil {
			return skein.ErrNotFound
		}
		if len(choices) == 0 {
			return errPollChoice
		}
		p, err := vote(tx, p.ID, who.Account, choices, "")
		if err != nil {
			return err
		}
		poll := p.Extra.Poll
		if !p.Local {
			if err := tx.Emit(skein.PollVoted{Site: tx.Site(), Post: p.ID, Account: who.Account}); err != nil {
				return err
			}
			if err := tx.Emit(skein.PostKept{Site: tx.Site(), Post: p.ID}); err != nil {
				return err
			}
			if !poll.EndsAt.IsZero() {
				if err := endsLater(tx, p); err != nil {
					return err
				}
			}
		}
		return moved(tx, p)
	})
}

// vote stores votes and counts them, while nobody else changes the post. A single choice is refused after another; of
// several, each is given once. It returns the post as it is then.
func vote(tx *store.Tx, id, account skein.ID, choices []int, uri string) (*skein.Post, error) {
	var failed error
	p, err := tx.ChangePost(id, func(p *skein.Post) bool {
		poll := p.Extra.Poll
		was := []*store.Vote{}
		switch {
		case poll == nil:
			failed = skein.ErrNotFound
		case poll.Over(tx.Now()):
			failed = errPollOver
		default:
			was, failed = tx.Votes(id, account)
		}
		if failed != nil {
			return false
		}
		// A peer tells of several answers one after the other; one of ours gives them all at once.
		if len(was) > 0 && (uri == "" || !poll.Multiple) || !poll.Multiple && len(choices) > 1 {
			failed = errPollVoted
			return false
		}
		n := 0
		for _, c := range choices {
			if c < 0 || c >= len(poll.Options) {
				failed = errPollChoice
				return false
			}
			isNew, err := tx.InsertVote(&store.Vote{Post: id, Account: account, Choice: c, URI: uri})
			if err != nil {
				failed = err
				return false
			}
			if isNew {
				n++
				poll.Options[c].Votes++
			}
		}
		if n > 0 && len(was) == 0 {
			poll.Voters++
		}
		return n > 0
	})
	if err == nil {
		err = failed
	}
	return p, err
}

// ceil rounds a moment up.
func ceil(t time.Time, d time.Duration) time.Time { return t.Truncate(d).Add(d) }

// moved tells of new counts, not more often than anybody needs: who watches, and, of a poll of ours, peers.
func moved(tx *store.Tx, p *skein.Post) error {
	at := ceil(tx.Now(), pollMoves)
	if err := tx.EmitAt(at.Add(pollGrace), skein.PollMoved{Site: tx.Site(), Post: p.ID, At: at}); err != nil {
		return err
	}
	if !p.Local || p.Extra.Poll.Hidden(tx.Now()) {
		return nil
	}
	at = ceil(tx.Now(), pollTold)
	return tx.EmitAt(at.Add(pollGrace), skein.PollOut{Site: tx.Site(), Post: p.ID, At: at})
}

// SpreadPoll tells open streams that the counts of a poll are others.
func (s *Service) SpreadPoll(ctx context.Context, e skein.PollMoved) error {
	if s.Hub == nil {
		return nil
	}
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Post(e.Post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		author, err := tx.Account(p.Author)
		if err != nil || author.Gone() {
			return err
		}
		return s.tellEdit(tx, p, author)
	})
}

// EndPoll does what is due at the end of a poll: it tells those of ours who made it or voted in it, and peers. It may run
// twice, and for an end that was put off.
func (s *Service) EndPoll(ctx context.Context, e skein.PollEnds) error {
	var p *skein.Post
	err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		over := false
		var err error
		p, err = tx.ChangePost(e.Post, func(p *skein.Post) bool {
			poll := p.Extra.Poll
			over = poll != nil && poll.Over(tx.Now()) && poll.EndsAt.Equal(e.At)
			if !over || poll.Closed {
				return false
			}
			poll.Closed = true
			return true
		})
		if errors.Is(err, skein.ErrNotFound) || err == nil && !over {
			p = nil
			return nil
		}
		if err != nil {
			return err
		}
		at := tx.Now()
		if err := tx.Emit(skein.PollMoved{Site: e.Site, Post: p.ID, At: e.At}); err != nil {
			return err
		}
		if !p.Local {
			return tx.EmitAt(at.Add(pollFresh), skein.PollStale{Site: e.Site, Post: p.ID})
		}
		if _, err := s.notify(tx, skein.Notification{Account: p.Author, Kind: skein.NotifyPoll, Actor: p.Author, Post: p.ID}); err != nil {
			return err
		}
		return tx.Emit(skein.PollOut{Site: e.Site, Post: p.ID, At: e.At})
	})
	if err != nil || p == nil {
		return err
	}
	for after := skein.ID(0); ; {
		var who []skein.ID
		err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) (err error) {
			if who, err = tx.LocalVoters(p.ID, after, voterBatch); err != nil || len(who) == 0 {
				return err
			}
			notes := make([]skein.Notification, len(who))
			for i, id := range who {
				notes[i] = skein.Notification{Account: id, Kind: skein.NotifyPoll, Actor: p.Author, Post: p.ID}
			}
			_, err = s.notifyAll(tx, notes)
			return err
		})
		if err != nil || len(who) < voterBatch {
			return err
		}
		after = who[len(who)-1]
	}
}

// Poll returns a post with a poll as the viewer sees it. A peer's poll that was read long ago is read again in the
// background.
func (s *Service) Poll(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	v, err := s.Post(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if v.Original != nil {
		v = v.Original
	}
	if v.Post.Extra.Poll == nil {
		return nil, skein.ErrNotFound
	}
	if s.pollStale(v.Post) {
		err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
			return tx.Emit(skein.PollStale{Site: who.Site, Post: v.Post.ID})
		})
	}
	return v, err
}

// pollStale tells whether a peer's poll should be read again: at most once a minute while it is open, and once after its
// end.
func (s *Service) pollStale(p *skein.Post) bool {
	poll, now := p.Extra.Poll, s.DB.Now()
	if p.Local || poll == nil || now.Sub(poll.ReadAt) < pollFresh || finished(poll, now) {
		return false
	}
	if s.cache == nil {
		return true
	}
	if at, ok := s.cache.polls.Get(p.ID); ok && now.Sub(at) < pollFresh {
		return false
	}
	s.cache.polls.Set(p.ID, now)
	return true
}

// finished tells whether nothing new can be told of a peer's poll: its author said so, or it was read well after its end.
func finished(poll *skein.Poll, now time.Time) bool {
	return poll.Over(now) && (poll.Final || poll.EndsAt.IsZero() || poll.ReadAt.After(poll.EndsAt.Add(pollFresh)))
}

// StalePoll returns the post whose poll is to be read again now, and its author; nil when that is not needed. It counts
// as read, whatever comes of it, so that nobody asks a dead host for ever.
func (s *Service) StalePoll(ctx context.Context, site, post skein.ID) (p *skein.Post, author *skein.Account, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		due := false
		p, err = tx.ChangePost(post, func(p *skein.Post) bool {
			poll, now := p.Extra.Poll, tx.Now()
			due = poll != nil && !p.Local && now.Sub(poll.ReadAt) >= pollFresh && !finished(poll, now)
			if due {
				poll.ReadAt = now
			}
			return due
		})
		if errors.Is(err, skein.ErrNotFound) || err == nil && !due {
			p = nil
			return nil
		}
		if err != nil {
			return err
		}
		author, err = tx.Account(p.Author)
		return err
	})
	return p, author, err
}

// fitPoll is a peer's poll within the limits, the same whenever it comes (T82, T97, T216); nil when it is none.
func fitPoll(in *skein.Poll, now time.Time) *skein.Poll {
	if in == nil || len(in.Options) < skein.MinPollOptions {
		return nil
	}
	p := clonePoll(in)
	p.Options = p.Options[:min(len(p.Options), maxPollPeer)]
	for i := range p.Options {
		o := &p.Options[i]
		o.Text = text.Clean(o.Text, maxPollText)
		o.Votes = min(max(o.Votes, 0), maxPollVotes)
	}
	p.Voters = min(max(p.Voters, 0), p.Votes())
	p.HideTotals = false
	if p.EndsAt.After(now.Add(maxPollAhead)) {
		p.EndsAt = time.Time{}
	}
	p.EndsAt = p.EndsAt.Truncate(time.Millisecond).UTC()
	if p.EndsAt.Before(time.UnixMilli(1)) {
		p.EndsAt = time.Time{}
	}
	p.Final = p.Final && p.Over(now)
	p.ReadAt = now
	return p
}

// receiveTally takes over the counts of a peer's poll, if it is still the same one.
func receiveTally(tx *store.Tx, old *skein.Post, in *skein.Poll) error {
	next := fitPoll(in, tx.Now())
	if next == nil || !old.Extra.Poll.Asks(next) {
		return nil
	}
	differs, ended := false, false
	p, err := tx.ChangePost(old.ID, func(p *skein.Post) bool {
		was := p.Extra.Poll
		if !was.Asks(next) || was.Final && !next.Final { // a copy read before the end may come after it
			return false
		}
		ended = next.Over(tx.Now()) && !was.Over(tx.Now())
		next.Closed = was.Closed && was.EndsAt.Equal(next.EndsAt)
		differs = !slices.Equal(was.Options, next.Options) || was.Voters != next.Voters || was.Closed != next.Closed
		p.Extra.Poll = next
		return true
	})
	if err != nil || !differs {
		return err
	}
	if ended {
		if err := tx.Emit(skein.PollEnds{Site: tx.Site(), Post: p.ID, At: next.EndsAt}); err != nil {
			return err
		}
	}
	return moved(tx, p)
}

// ReceiveVote counts a peer's vote in a poll of ours, by the text of the answer. It answers false when there is no such
// answer in the poll of that post: then what came was no vote. What comes too late, twice, or from somebody who may not
// read the poll is not counted (T97).
func (s *Service) ReceiveVote(ctx context.Context, site, account skein.ID, uri, post, answer string) (isVote bool, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		isVote = false
		by, err := peer(tx, account, uri)
		if err != nil {
			return err
		}
		p, err := tx.PostByURI(post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		choice := choiceOf(p, answer)
		if choice < 0 {
			return nil
		}
		isVote = true
		if p, err = s.peersPost(tx, by, skein.Vote, p.ID); err != nil || p == nil {
			return err
		}
		had := p.Extra.Poll.Votes()
		p, err = vote(tx, p.ID, account, []int{choice}, uri)
		if skein.KindOf(err) == skein.Invalid {
			return nil
		}
		if err != nil || p.Extra.Poll.Votes() == had {
			return err
		}
		return moved(tx, p)
	})
	return isVote, err
}

// choiceOf returns which answer of a poll of ours a text is; -1: none.
func choiceOf(p *skein.Post, answer string) int {
	if !p.Local || p.Extra.Poll == nil {
		return -1
	}
	answer = strings.Join(strings.Fields(answer), " ")
	return slices.IndexFunc(p.Extra.Poll.Options, func(o skein.PollOption) bool { return o.Text == answer })
}

// Asks tells whether a post of ours has a poll in which this is an answer.
func (s *Service) Asks(ctx context.Context, site skein.ID, post, answer string) (is bool, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		p, err := tx.PostByURI(post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		is = err == nil && choiceOf(p, answer) >= 0
		return err
	})
	return is, err
}
