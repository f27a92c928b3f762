package skein

import "time"

// Bounds of a poll of ours; clients are told of them.
const (
	MinPollOptions = 2
	MaxPollOptions = 4
	MaxPollOption  = 50 // characters
	MinPollTime    = 5 * time.Minute
	MaxPollTime    = 2629746 * time.Second // a month
)

// Votes counts the answers that were given.
func (p *Poll) Votes() (n int) {
	for _, o := range p.Options {
		n += o.Votes
	}
	return n
}

// Hidden tells whether nobody but the author's server may know yet which answers were given.
func (p *Poll) Hidden(now time.Time) bool { return p.HideTotals && !p.Over(now) }

// Asks tells whether another poll asks the same: then votes in the one are votes in the other.
func (p *Poll) Asks(q *Poll) bool {
	if p == nil || q == nil {
		return p == q
	}
	if p.Multiple != q.Multiple || len(p.Options) != len(q.Options) {
		return false
	}
	for i := range p.Options {
		if p.Options[i].Text != q.Options[i].Text {
			return false
		}
	}
	return true
}

// Texts are the answers to choose from.
func (p *Poll) Texts() []string {
	if p == nil {
		return nil
	}
	list := make([]string, len(p.Options))
	for i, o := range p.Options {
		list[i] = o.Text
	}
	return list
}
