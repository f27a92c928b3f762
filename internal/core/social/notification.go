package social

import (
	"context"
	"math"
	"slices"

	"skein/internal/skein"
	"skein/internal/store"
)

// Note is a notification with what it is about.
type Note struct {
	Notification *skein.Notification
	Account      *skein.Account // who did it
	Post         *View          // nil: it is about none
	Report       *skein.Report  // what it is about, for moderators
	Target       *skein.Account // of the report
	Collection   *CollectionView
	Severance    *skein.Severance
	Strike       *skein.Strike // what those who look after the site tell the reader
}

// NoteFilter says which notifications are wanted.
type NoteFilter struct {
	Kinds   []skein.NotificationKind // nil: all
	Not     []skein.NotificationKind
	Account skein.ID // of this account only, also what is held back of it
	Held    bool     // what is held back too
}

func (f NoteFilter) store() store.NotificationFilter {
	return store.NotificationFilter{Kinds: f.Kinds, Not: f.Not, Actor: f.Account, Held: f.Held || f.Account != 0}
}

// notify tells one account what another did: once (T98), and only when the reader wants to hear of it. Live events go out
// after the commit.
func (s *Service) notify(tx *store.Tx, n skein.Notification) (isNew bool, err error) {
	added, err := s.notifyAll(tx, []skein.Notification{n})
	return added > 0, err
}

// notifyAll is notify for many readers at once; it answers how many were told. What a reader holds back is stored, and
// nobody is told.
func (s *Service) notifyAll(tx *store.Tx, list []skein.Notification) (int, error) {
	added, err := tx.InsertNotifications(list)
	added = slices.DeleteFunc(added, func(n skein.Notification) bool { return n.Filtered })
	if err != nil || len(added) == 0 {
		return 0, err
	}
	if err := s.push(tx, added); err != nil || s.Hub == nil {
		return len(added), err
	}
	tx.OnCommit(func() {
		for _, n := range added {
			if topic := TopicUser(n.Account); s.Hub.Listening(topic) {
				s.Hub.Publish(topic, string(LiveNotification), Live{Kind: LiveNotification, Notification: n.ID, Post: n.Post})
			}
		}
	})
	return len(added), nil
}

// Notify is notifyAll for another room.
func (s *Service) Notify(tx *store.Tx, list []skein.Notification) error {
	_, err := s.notifyAll(tx, list)
	return err
}

// maxStaff is how many of a site's staff are told of something.
const maxStaff = 100

// SpreadSignUp tells those who let people in that somebody has joined, or waits to.
func (s *Service) SpreadSignUp(ctx context.Context, e skein.SignedUp) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		staff, err := tx.Staff(skein.ManageUsers, maxStaff)
		if err != nil {
			return err
		}
		list := make([]skein.Notification, len(staff))
		for i, id := range staff {
			list[i] = skein.Notification{Account: id, Kind: skein.NotifySignUp, Actor: e.Account}
		}
		_, err = s.notifyAll(tx, list)
		return err
	})
}

// Notifications returns a page of what the viewer is told. A note about a post that the viewer may not read any more is
// left out.
func (s *Service) Notifications(ctx context.Context, who skein.Viewer, f NoteFilter, p Page) (notes []*Note, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	filter := f.store()
	err = s.read(ctx, who, func(r *reader) error {
		notes, err = refill(p, func(q store.Page) ([]skein.ID, []*Note, error) {
			list, err := r.tx.Notifications(who.Account, filter, q)
			if err != nil {
				return nil, nil, err
			}
			cursors := make([]skein.ID, len(list))
			for i, n := range list {
				cursors[i] = n.ID
			}
			notes, err := r.notes(list)
			return cursors, notes, err
		})
		return err
	})
	return notes, err
}

// Notification returns one of them.
func (s *Service) Notification(ctx context.Context, who skein.Viewer, id skein.ID) (note *Note, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		n, err := r.tx.Notification(who.Account, id)
		if err != nil {
			return err
		}
		list, err := r.notes([]*skein.Notification{n})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return skein.ErrNotFound
		}
		note = list[0]
		return nil
	})
	return note, err
}

// notes loads what notifications point to: the accounts in one go, and the posts in one.
func (r *reader) notes(list []*skein.Notification) ([]*Note, error) {
	if len(list) == 0 {
		return nil, nil
	}
	actors := make([]skein.ID, len(list))
	var posts []skein.ID
	for i, n := range list {
		actors[i] = n.Actor
		if n.Post != 0 {
			posts = append(posts, n.Post)
		}
	}
	actor, err := r.accounts(actors)
	if err != nil {
		return nil, err
	}
	views, err := r.views(posts, sieve{})
	if err != nil {
		return nil, err
	}
	post := make(map[skein.ID]*View, len(views))
	for _, v := range views {
		post[v.Post.ID] = v
	}
	reports, targets, err := r.reports(list)
	if err != nil {
		return nil, err
	}
	collections, err := r.collectionsOfNotes(list)
	if err != nil {
		return nil, err
	}
	severances, err := r.severances(list)
	if err != nil {
		return nil, err
	}
	strikes, err := r.strikes(list)
	if err != nil {
		return nil, err
	}
	signUps, err := r.hearsOfSignUps(list)
	if err != nil {
		return nil, err
	}
	notes := make([]*Note, 0, len(list))
	for _, n := range list {
		if n.Kind == skein.NotifySignUp && !signUps {
			continue
		}
		note := &Note{Notification: n, Account: actor[n.Actor], Post: post[n.Post]}
		if note.Account == nil || n.Post != 0 && note.Post == nil {
			continue
		}
		if n.Kind == skein.NotifyCollected || n.Kind == skein.NotifyCollectionEdit {
			if note.Collection = collections[n.About]; note.Collection == nil {
				continue
			}
		}
		if n.Kind == skein.NotifyReport {
			if note.Report = reports[n.About]; note.Report == nil {
				continue
			}
			if note.Target = targets[note.Report.Target]; note.Target == nil {
				continue
			}
		}
		if n.Kind == skein.NotifySevered {
			if note.Severance = severances[n.About]; note.Severance == nil {
				continue
			}
		}
		if n.Kind == skein.NotifyWarning {
			if note.Strike = strikes[n.About]; note.Strike == nil {
				continue
			}
		}
		// Only a sign-up tells of somebody who is not there for others yet.
		if !there(note.Account, r.who) && n.Kind != skein.NotifySignUp {
			continue
		}
		notes = append(notes, note)
	}
	return notes, nil
}

// strikes loads what the reader is told by those who look after the site.
func (r *reader) strikes(list []*skein.Notification) (map[skein.ID]*skein.Strike, error) {
	var ids []skein.ID
	for _, n := range list {
		if n.Kind == skein.NotifyWarning {
			ids = append(ids, n.About)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := r.tx.StrikesByID(ids)
	found := make(map[skein.ID]*skein.Strike, len(rows))
	for _, s := range rows {
		if s.Account == r.who.Account {
			found[s.ID] = s
		}
	}
	return found, err
}

// collectionsOfNotes loads the collections that notifications are about.
func (r *reader) collectionsOfNotes(list []*skein.Notification) (map[skein.ID]*CollectionView, error) {
	var ids []skein.ID
	for _, n := range list {
		if n.Kind == skein.NotifyCollected || n.Kind == skein.NotifyCollectionEdit {
			ids = append(ids, n.About)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := r.tx.CollectionsByID(once(ids))
	if err != nil {
		return nil, err
	}
	views, err := r.collections(rows)
	found := make(map[skein.ID]*CollectionView, len(views))
	for _, v := range views {
		found[v.ID] = v
	}
	return found, err
}

// reports loads the reports that notifications are about, for somebody who is a moderator still.
func (r *reader) reports(list []*skein.Notification) (reports map[skein.ID]*skein.Report, targets map[skein.ID]*skein.Account, err error) {
	var ids []skein.ID
	for _, n := range list {
		if n.Kind == skein.NotifyReport {
			ids = append(ids, n.About)
		}
	}
	if len(ids) == 0 {
		return nil, nil, nil
	}
	person, err := r.tx.Person(r.who.Account)
	if err != nil || !person.Role.May(skein.ManageReports) {
		return nil, nil, err
	}
	found, err := r.tx.ReportsByID(ids)
	if err != nil {
		return nil, nil, err
	}
	reports = make(map[skein.ID]*skein.Report, len(found))
	var about []skein.ID
	for _, rep := range found {
		reports[rep.ID] = rep
		about = append(about, rep.Target)
	}
	targets, err = r.accounts(about)
	return reports, targets, err
}

// hearsOfSignUps tells whether the reader, who once let people in, still does; asked only where it matters.
func (r *reader) hearsOfSignUps(list []*skein.Notification) (bool, error) {
	if !slices.ContainsFunc(list, func(n *skein.Notification) bool { return n.Kind == skein.NotifySignUp }) {
		return false, nil
	}
	person, err := r.tx.Person(r.who.Account)
	if err != nil {
		return false, err
	}
	return person.Role.May(skein.ManageUsers), nil
}

// severances loads the decisions that notifications are about, as far as they concern the reader (T182).
func (r *reader) severances(list []*skein.Notification) (map[skein.ID]*skein.Severance, error) {
	var ids []skein.ID
	for _, n := range list {
		if n.Kind == skein.NotifySevered {
			ids = append(ids, n.About)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := r.tx.Severances(r.who.Account, once(ids))
	found := make(map[skein.ID]*skein.Severance, len(rows))
	for _, s := range rows {
		found[s.ID] = s
	}
	return found, err
}

// DismissNotification removes one of the viewer's notifications.
func (s *Service) DismissNotification(ctx context.Context, who skein.Viewer, id skein.ID) error {
	n, err := s.dismiss(ctx, who, []skein.ID{id})
	if err == nil && n == 0 {
		return skein.ErrNotFound
	}
	return err
}

// DismissNotifications removes those of the notifications that are the viewer's.
func (s *Service) DismissNotifications(ctx context.Context, who skein.Viewer, ids []skein.ID) error {
	_, err := s.dismiss(ctx, who, ids)
	return err
}

func (s *Service) dismiss(ctx context.Context, who skein.Viewer, ids []skein.ID) (n int, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		n, err = tx.DeleteNotifications(self.ID, ids)
		return err
	})
	return n, err
}

// ClearNotifications removes all of the viewer's notifications, a batch at a time: those that there are now.
func (s *Service) ClearNotifications(ctx context.Context, who skein.Viewer) error {
	const batch = 1000
	last := s.DB.NewID()
	for {
		n := 0
		err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
			self, err := me(tx, who)
			if err != nil {
				return err
			}
			n, err = tx.ClearNotifications(self.ID, last, batch)
			return err
		})
		if err != nil || n < batch {
			return err
		}
	}
}

// UnreadNotifications counts what came since the viewer's marker, up to a limit.
func (s *Service) UnreadNotifications(ctx context.Context, who skein.Viewer, f NoteFilter, limit int) (int, error) {
	return s.unread(ctx, who, func(tx *store.Tx, last skein.ID) (int, error) {
		return tx.UnreadNotifications(who.Account, last, f.store(), limit)
	})
}

func (s *Service) unread(ctx context.Context, who skein.Viewer, count func(*store.Tx, skein.ID) (int, error)) (n int, err error) {
	if who.Visitor() {
		return 0, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		markers, err := tx.Markers(who.Account, []string{markerNotifications})
		if err != nil {
			return err
		}
		var last skein.ID
		if len(markers) > 0 {
			last = min(markers[0].LastRead, math.MaxInt64-1)
		}
		n, err = count(tx, last)
		return err
	})
	return n, err
}
