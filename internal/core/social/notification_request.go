package social

import (
	"context"

	"skein/internal/skein"
	"skein/internal/store"
)

// PolicyState is what a reader wants of strangers, and what is held back.
type PolicyState struct {
	skein.NotificationPolicy
	Senders, Held int // up to 100 senders, and of each up to 100 notifications
}

// NotificationPolicy returns what the viewer wants of strangers.
func (s *Service) NotificationPolicy(ctx context.Context, who skein.Viewer) (p PolicyState, err error) {
	if who.Visitor() {
		return p, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if p.NotificationPolicy, err = tx.NotificationPolicy(who.Account); err != nil {
			return err
		}
		p.Senders, p.Held, err = tx.CountNotificationRequests(who.Account)
		return err
	})
	return p, err
}

// ChangeNotificationPolicy changes it. What came before stays where it is.
func (s *Service) ChangeNotificationPolicy(ctx context.Context, who skein.Viewer, change func(*skein.NotificationPolicy)) (PolicyState, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		p, err := tx.NotificationPolicy(self.ID)
		if err != nil {
			return err
		}
		change(&p)
		return tx.SetNotificationPolicy(self.ID, p)
	})
	if err != nil {
		return PolicyState{}, err
	}
	return s.NotificationPolicy(ctx, who)
}

// NoteRequest is a sender who is held back.
type NoteRequest struct {
	*skein.NotificationRequest
	By   *skein.Account
	Last *View // nil: nothing that can be shown
}

// NoteRequests returns a page of the senders whom the viewer holds back.
func (s *Service) NoteRequests(ctx context.Context, who skein.Viewer, p Page) (list []*NoteRequest, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		rows, err := r.tx.NotificationRequests(who.Account, store.Page(p))
		if err != nil {
			return err
		}
		list, err = r.noteRequests(rows)
		return err
	})
	return list, err
}

// NoteRequest returns one of them.
func (s *Service) NoteRequest(ctx context.Context, who skein.Viewer, id skein.ID) (q *NoteRequest, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		rows, err := r.tx.NotificationRequestsByID(who.Account, []skein.ID{id})
		if err != nil {
			return err
		}
		list, err := r.noteRequests(rows)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return skein.ErrNotFound
		}
		q = list[0]
		return nil
	})
	return q, err
}

func (r *reader) noteRequests(rows []*skein.NotificationRequest) ([]*NoteRequest, error) {
	var actors, posts []skein.ID
	for _, q := range rows {
		actors = append(actors, q.Actor)
		if q.LastPost != 0 {
			posts = append(posts, q.LastPost)
		}
	}
	accounts, err := r.accounts(actors)
	if err != nil {
		return nil, err
	}
	views, err := r.views(posts, sieve{})
	if err != nil {
		return nil, err
	}
	of := make(map[skein.ID]*View, len(views))
	for _, v := range views {
		of[v.Post.ID] = v
	}
	list := make([]*NoteRequest, 0, len(rows))
	for _, q := range rows {
		if a := accounts[q.Actor]; a != nil {
			list = append(list, &NoteRequest{q, a, of[q.LastPost]})
		}
	}
	return list, nil
}

// AcceptNoteRequests lets senders through, now and later. Of several, those that are not there are overlooked; of one it is an
// error.
func (s *Service) AcceptNoteRequests(ctx context.Context, who skein.Viewer, ids []skein.ID) error {
	return s.answerRequests(ctx, who, ids, func(tx *store.Tx, actors []skein.ID) error {
		if err := tx.AcceptRequests(who.Account, actors); err != nil {
			return err
		}
		return tx.Emit(skein.HeldAccepted{Site: who.Site, Account: who.Account, Actors: actors})
	})
}

// DismissNoteRequests drops what senders sent so far. Those who send more are held back anew.
func (s *Service) DismissNoteRequests(ctx context.Context, who skein.Viewer, ids []skein.ID) error {
	return s.answerRequests(ctx, who, ids, func(tx *store.Tx, actors []skein.ID) error {
		if err := tx.DeleteRequests(who.Account, actors, false); err != nil {
			return err
		}
		return tx.Emit(skein.HeldDismissed{Site: who.Site, Account: who.Account, Actors: actors, Last: tx.NewID()})
	})
}

func (s *Service) answerRequests(ctx context.Context, who skein.Viewer, ids []skein.ID, answer func(*store.Tx, []skein.ID) error) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		rows, err := tx.NotificationRequestsByID(self.ID, ids)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if len(ids) == 1 {
				return skein.ErrNotFound
			}
			return nil
		}
		actors := make([]skein.ID, len(rows))
		for i, q := range rows {
			actors[i] = q.Actor
		}
		return answer(tx, actors)
	})
}

// Merging tells whether something that the viewer let through is still on its way.
func (s *Service) Merging(ctx context.Context, who skein.Viewer) (merging bool, err error) {
	if who.Visitor() {
		return false, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		merging, err = tx.Merging(who.Account)
		return err
	})
	return merging, err
}

// heldBatch is how many notifications one transaction moves.
const heldBatch = 200

// converseHeld makes conversations of those of the posts that were written to the reader alone, now that they are let through.
func (s *Service) converseHeld(tx *store.Tx, reader, actor skein.ID, ids []skein.ID) error {
	if len(ids) == 0 {
		return nil
	}
	posts, err := tx.Posts(ids)
	if err != nil {
		return err
	}
	author, err := tx.Account(actor)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.Visibility == skein.Direct && !p.Held {
			if err := s.converse(tx, p, author, false, reader); err != nil {
				return err
			}
		}
	}
	return nil
}

// MergeHeld lets through what was held back of senders, as an effect of HeldAccepted, and tells open streams.
func (s *Service) MergeHeld(ctx context.Context, e skein.HeldAccepted) error {
	for _, actor := range e.Actors {
		for some := true; some; {
			err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
				n, posts, err := tx.MergeHeld(e.Account, actor, heldBatch)
				if err == nil {
					err = s.converseHeld(tx, e.Account, actor, posts)
				}
				if some = n == heldBatch; some || err != nil {
					return err
				}
				return tx.DeleteRequests(e.Account, []skein.ID{actor}, true)
			})
			if err != nil {
				return err
			}
		}
	}
	s.tell(TopicUser(e.Account), Live{Kind: LiveMerged})
	return nil
}

// DropHeld removes what was held back of senders, as an effect of HeldDismissed.
func (s *Service) DropHeld(ctx context.Context, e skein.HeldDismissed) error {
	for _, actor := range e.Actors {
		for n := heldBatch; n == heldBatch; {
			err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) (err error) {
				n, err = tx.DropHeld(e.Account, actor, e.Last, heldBatch)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
