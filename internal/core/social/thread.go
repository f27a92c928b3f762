package social

import (
	"cmp"
	"context"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of a thread (mastodon-api.md, 3.5): what a visitor sees, and what somebody who is signed in sees.
const (
	visitorAncestors   = 40
	visitorDescendants = 60
	visitorDepth       = 20
	maxThread          = 4096
	maxThreadDepth     = 1000
	// visitorRead is how many answers are put in order before the first ones are shown.
	visitorRead = 1000
)

// Conversation is what stands around a post.
type Conversation struct {
	Before []*View // what it answers, the oldest first
	After  []*View // what answers it: each answer with its own behind it, and in front those that authors gave themselves
	// Wanted is the conversation whose missing parts are being fetched because of this look, by its first post; 0: none.
	Wanted skein.ID
	// Next is the last answer that was looked at, where there are more; 0: these are all.
	Next skein.ID
}

// part says which of the answers to a post are wanted: so many of them, after one that was shown before. The zero value: all.
type part struct {
	after skein.ID
	limit int
}

// of cuts a part out of the answers in their order; next is the last of it, where there are more.
func (p part) of(ids []skein.ID) (cut []skein.ID, next skein.ID) {
	if p.limit == 0 {
		return ids, 0
	}
	if i := slices.Index(ids, p.after); p.after != 0 && i >= 0 {
		ids = ids[i+1:]
	}
	if len(ids) <= p.limit {
		return ids, 0
	}
	return ids[:p.limit], ids[p.limit-1]
}

// ThreadPart is Thread with the answers page by page: limit of them, after one that was Next of the page before.
func (s *Service) ThreadPart(ctx context.Context, who skein.Viewer, id, after skein.ID, limit int) (*Conversation, error) {
	c, _, _, err := s.thread(ctx, who, id, part{after, limit})
	return c, err
}

// Thread returns what stands around a post, as Conversation does, and fetches nothing.
func (s *Service) Thread(ctx context.Context, who skein.Viewer, id skein.ID) (ancestors, descendants []*View, err error) {
	c, _, _, err := s.thread(ctx, who, id, part{})
	return c.Before, c.After, err
}

// Conversation returns what stands around a post. When somebody who is signed in opens one that is elsewhere and was not
// looked at for a while, what is missing of it, and how often its posts are liked by now, is asked for in the background.
func (s *Service) Conversation(ctx context.Context, who skein.Viewer, id skein.ID) (*Conversation, error) {
	c, root, post, err := s.thread(ctx, who, id, part{})
	if err != nil || who.Visitor() {
		return c, err
	}
	c.Wanted, err = s.wantThread(ctx, who, root, post)
	return c, err
}

func (s *Service) thread(ctx context.Context, who skein.Viewer, id skein.ID, some part) (c *Conversation, first, post *skein.Post, err error) {
	c = &Conversation{}
	up, down, depth, most := maxThread, maxThread, maxThreadDepth, maxThread
	if who.Visitor() {
		up, down, depth, most = visitorAncestors, visitorDescendants, visitorDepth, visitorRead
	}
	err = s.read(ctx, who, func(r *reader) error {
		v, err := r.one(id)
		if err != nil {
			return err
		}
		if v.Original != nil {
			v = v.Original
		}
		root := v.Post.ID
		first, post = v.Post, v.Post
		var before []skein.ID
		if v.Post.ReplyTo != 0 {
			if before, err = r.tx.Ancestors(root, up); err != nil {
				return err
			}
		}
		answers, err := r.tx.Descendants(root, depth, most)
		if err != nil {
			return err
		}
		before = slices.DeleteFunc(before, func(a skein.ID) bool { return a == root })
		slices.Reverse(before)
		after := depthFirst(root, answers)
		if some.limit == 0 {
			after = after[:min(len(after), down)]
		}
		after, c.Next = some.of(after)
		seen, err := r.look(slices.Concat(before, after))
		if err != nil {
			return err
		}
		v2 := sieve{shown: true, loud: true}
		c.Before, c.After = seen.pick(before, v2), seen.pick(after, v2)
		slices.SortStableFunc(c.After, func(a, b *View) int { return cmp.Compare(answersOther(a.Post), answersOther(b.Post)) })
		if len(before) > 0 && seen.posts[before[0]] != nil {
			first = seen.posts[before[0]]
		}
		return nil
	})
	return c, first, post, err
}

func answersOther(p *skein.Post) int {
	if p.ReplyToAuthor == p.Author {
		return 0
	}
	return 1
}

// depthFirst puts answers in order: by age, each followed by what answers it.
func depthFirst(root skein.ID, answers []*store.Answer) []skein.ID {
	children := make(map[skein.ID][]skein.ID, len(answers))
	for _, a := range answers {
		children[a.Parent] = append(children[a.Parent], a.ID)
	}
	list := make([]skein.ID, 0, len(answers))
	seen := map[skein.ID]bool{root: true}
	stack := []skein.ID{root}
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if id != root {
			if seen[id] {
				continue // answers that were made to go in circles
			}
			seen[id] = true
			list = append(list, id)
		}
		next := children[id]
		slices.Sort(next)
		for _, c := range slices.Backward(next) {
			stack = append(stack, c)
		}
	}
	return list
}
