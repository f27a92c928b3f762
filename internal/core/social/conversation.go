package social

import (
	"context"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// Talk is a conversation of direct posts as its reader sees it. (Conversation is what stands around a post.)
type Talk struct {
	*skein.Conversation
	People []*skein.Account // the others; the reader, when there are none
	Post   *View            // the last one; nil: the reader may not see it any more
}

// talks loads conversations: the people in one go, and the last posts in one.
func (r *reader) talks(list []*skein.Conversation) ([]*Talk, error) {
	var people, last []skein.ID
	for _, c := range list {
		people, last = append(append(people, c.People...), c.Account), append(last, c.Last)
	}
	accounts, err := r.accounts(once(people))
	if err != nil {
		return nil, err
	}
	views, err := r.views(last, sieve{shown: true})
	if err != nil {
		return nil, err
	}
	out := make([]*Talk, len(list))
	for i, c := range list {
		t := &Talk{Conversation: c}
		for _, id := range c.People {
			if a := accounts[id]; a != nil && there(a, r.who) {
				t.People = append(t.People, a)
			}
		}
		if self := accounts[c.Account]; len(t.People) == 0 && self != nil {
			t.People = append(t.People, self)
		}
		if at := slices.IndexFunc(views, func(v *View) bool { return v.Post.ID == c.Last }); at >= 0 {
			t.Post = views[at]
		}
		out[i] = t
	}
	return out, nil
}

// Talks returns a page of the viewer's conversations, the latest first; cursors are the IDs of the last posts. One whose last
// post the viewer may not see now, or does not want to, is left out.
func (s *Service) Talks(ctx context.Context, who skein.Viewer, p Page) (list []Row[*Talk], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = refill(p, func(q store.Page) ([]skein.ID, []Row[*Talk], error) {
			found, err := r.tx.Conversations(who.Account, q)
			if err != nil {
				return nil, nil, err
			}
			cursors := make([]skein.ID, len(found))
			for i, c := range found {
				cursors[i] = c.Last
			}
			talks, err := r.talks(found)
			var shown []Row[*Talk]
			for _, t := range talks {
				if t.Post != nil {
					shown = append(shown, Row[*Talk]{Cursor: t.Last, Item: t})
				}
			}
			return cursors, shown, err
		})
		return err
	})
	return list, err
}

// Talk returns a conversation of the viewer's.
func (s *Service) Talk(ctx context.Context, who skein.Viewer, id skein.ID) (t *Talk, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		c, err := r.tx.Conversation(id)
		if err != nil {
			return err
		}
		if c.Account != who.Account {
			return skein.ErrNotFound
		}
		talks, err := r.talks([]*skein.Conversation{c})
		if err == nil {
			t = talks[0]
		}
		return err
	})
	return t, err
}

// MarkTalk notes whether the viewer has read a conversation.
func (s *Service) MarkTalk(ctx context.Context, who skein.Viewer, id skein.ID, unread bool) (*Talk, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return tx.MarkConversation(self.ID, id, unread)
	})
	if err != nil {
		return nil, err
	}
	return s.Talk(ctx, who, id)
}

// HideTalk takes a conversation away from what the viewer reads, until somebody writes in it again.
func (s *Service) HideTalk(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return tx.DeleteConversation(self.ID, id)
	})
}

// Messages returns the direct posts of the viewer's conversations, newest first.
func (s *Service) Messages(ctx context.Context, who skein.Viewer, p Page) (list []*View, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.page(p, sieve{shown: true}, func(q store.Page) ([]skein.ID, error) { return r.tx.DirectPosts(who.Account, q) })
		return err
	})
	return list, err
}

// TopicDirect is what happens in an account's conversations.
func TopicDirect(account skein.ID) string { return "direct/" + account.String() }

// LiveTalk is something new in a conversation, on direct topics.
const LiveTalk LiveKind = "conversation"

// converse puts a direct post into the conversations of those of ours who take part: its author, and whom it names and
// reaches, unless they hold it back: they get it when they let the author through (MergeHeld). only, if any, are those who are to have it; the others have.
func (s *Service) converse(tx *store.Tx, p *skein.Post, author *skein.Account, quiet bool, only ...skein.ID) error {
	if p.Visibility != skein.Direct || p.BoostOf != 0 {
		return nil
	}
	with := []skein.ID{p.Author}
	readers := []skein.ID{p.Author}
	for _, m := range p.Mentions {
		if m.Silent {
			continue
		}
		with = append(with, m.Account)
		if m.Domain == "" {
			readers = append(readers, m.Account)
		}
	}
	if len(only) > 0 {
		readers = slices.DeleteFunc(readers, func(id skein.ID) bool { return !slices.Contains(only, id) })
	}
	readers, err := tx.Reachable(author, once(readers))
	if err != nil || len(readers) == 0 {
		return err
	}
	held, err := tx.HeldBack(p, readers)
	if err != nil {
		return err
	}
	readers = slices.DeleteFunc(readers, func(id skein.ID) bool { return slices.Contains(held, id) })
	if len(readers) == 0 {
		return nil
	}
	talks, err := tx.Converse(p, readers, with, quiet)
	if err != nil || quiet {
		return err
	}
	s.tellTalks(tx, talks)
	return nil
}

// tellTalks tells who listens, after the commit, that something is new in their conversations.
func (s *Service) tellTalks(tx *store.Tx, talks []*skein.Conversation) {
	tx.OnCommit(func() {
		for _, c := range talks {
			s.tell(TopicDirect(c.Account), Live{Kind: LiveTalk, Talk: c.ID})
		}
	})
}
