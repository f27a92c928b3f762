package social

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// Letters are the direct posts between two people and nobody else, whatever threads they stand in: what apps call a chat.
type Letters struct {
	With  *skein.Account
	Posts []*View // newest first
	// New are the threads in which there is something that the viewer has not read.
	New []skein.ID
}

// Letters returns a page of the direct posts between the viewer and one other account.
func (s *Service) Letters(ctx context.Context, who skein.Viewer, with skein.ID, p Page) (l *Letters, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		found, err := r.accounts([]skein.ID{with})
		if err != nil {
			return err
		}
		a := found[with]
		if a == nil || !there(a, who) {
			return skein.ErrNotFound
		}
		l = &Letters{With: a}
		if l.Posts, err = r.page(p, sieve{shown: true}, func(q store.Page) ([]skein.ID, error) {
			return r.tx.Letters(who.Account, with, q)
		}); err != nil {
			return err
		}
		l.New, err = r.tx.NewLetters(who.Account, with)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// ReadLetters notes that the viewer has read all that one other account wrote to them alone.
func (s *Service) ReadLetters(ctx context.Context, who skein.Viewer, with skein.ID) error {
	if _, err := s.Account(ctx, who, with); err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return tx.MarkLetters(self.ID, with)
	})
}

// SendLetter writes a direct post to one other account, in answer to the last between the two.
func (s *Service) SendLetter(ctx context.Context, who skein.Viewer, to skein.ID, d Draft) (*View, error) {
	l, err := s.Letters(ctx, who, to, Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	if l.With.Gone() {
		return nil, skein.Errorf(skein.Invalid, "This account cannot be written to: it is suspended.")
	}
	d.Visibility, d.Policy, d.Quote, d.Poll = skein.Direct, nil, 0, nil
	if to != who.Account {
		d.Text = "@" + l.With.Acct() + " " + d.Text
	}
	if len(l.Posts) > 0 {
		d.ReplyTo = l.Posts[0].Post.ID
	}
	d.Allowed = []skein.ID{to} // whoever else the text names is none of those who are to read it
	return s.CreatePost(ctx, who, d)
}
