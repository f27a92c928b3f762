package social

import (
	"context"
	"strings"

	"skein/internal/skein"
	"skein/internal/store"
)

// NoteGroup is what several did, or one notification that is alone.
type NoteGroup struct {
	Key      string // as clients know it
	Newest   *Note
	Sample   []*skein.Account // who did it, the newest first
	Count    int
	Low, Top skein.ID // the oldest and the newest of it on the page
	Cursor   skein.ID // by which it is ordered: its newest, even if that is taken back
}

// maxSample is how many of those who did something are shown.
const maxSample = 8

// ungrouped begins the key of a notification that is alone.
const ungrouped = "ungrouped-"

// NoteGroups returns a page of groups, by their newest. grouped are the kinds that may be told together; nil: all that can.
func (s *Service) NoteGroups(ctx context.Context, who skein.Viewer, f NoteFilter, grouped []skein.NotificationKind, p Page) (list []*NoteGroup, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	if grouped == nil {
		grouped = skein.Grouped
	}
	err = s.read(ctx, who, func(r *reader) error {
		list, err = refill(p, func(q store.Page) ([]skein.ID, []*NoteGroup, error) {
			rows, err := r.tx.NotificationGroups(who.Account, f.store(), grouped, q)
			if err != nil {
				return nil, nil, err
			}
			cursors := make([]skein.ID, len(rows))
			for i, g := range rows {
				cursors[i] = g.Head.ID
			}
			groups, err := r.groups(rows)
			return cursors, groups, err
		})
		return err
	})
	return list, err
}

// groups loads what groups point to. Those of which nothing can be told any more are left out.
func (r *reader) groups(rows []*store.NotificationGroup) ([]*NoteGroup, error) {
	var all []*skein.Notification
	for _, g := range rows {
		all = append(all, g.Newest[:min(len(g.Newest), maxSample)]...)
	}
	notes, err := r.notes(all)
	if err != nil {
		return nil, err
	}
	of := make(map[skein.ID]*Note, len(notes))
	for _, n := range notes {
		of[n.Notification.ID] = n
	}
	var list []*NoteGroup
	for _, row := range rows {
		g := &NoteGroup{Key: row.Key, Count: row.Count, Low: row.Low, Cursor: row.Head.ID}
		seen := map[skein.ID]bool{}
		for _, n := range row.Newest {
			note := of[n.ID]
			if note == nil {
				continue
			}
			if g.Newest == nil {
				g.Newest, g.Top = note, n.ID
			}
			if !seen[note.Account.ID] { // somebody may like and react
				seen[note.Account.ID] = true
				g.Sample = append(g.Sample, note.Account)
			}
		}
		if g.Newest == nil {
			continue
		}
		if g.Low == 0 || g.Low > g.Top {
			g.Low = g.Top
		}
		if g.Key == "" {
			g.Key = ungrouped + g.Top.String()
		}
		list = append(list, g)
	}
	return list, nil
}

// alone reads the key of a notification that is alone.
func alone(key string) (skein.ID, bool) {
	number, ok := strings.CutPrefix(key, ungrouped)
	if !ok {
		return 0, false
	}
	return skein.ParseID(number)
}

// group reads one group by its key.
func (r *reader) group(key string) (*NoteGroup, error) {
	var row *store.NotificationGroup
	if id, ok := alone(key); ok {
		n, err := r.tx.Notification(r.who.Account, id)
		if err != nil {
			return nil, err
		}
		row = &store.NotificationGroup{Head: n, Newest: []*skein.Notification{n}, Count: 1}
	} else {
		var err error
		if row, err = r.tx.NotificationGroup(r.who.Account, key); err != nil {
			return nil, err
		}
	}
	list, err := r.groups([]*store.NotificationGroup{row})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, skein.ErrNotFound
	}
	return list[0], nil
}

// NoteGroup returns one group of the viewer.
func (s *Service) NoteGroup(ctx context.Context, who skein.Viewer, key string) (g *NoteGroup, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		g, err = r.group(key)
		return err
	})
	return g, err
}

// GroupPeople returns a page of those who did what a group tells of, by notification.
func (s *Service) GroupPeople(ctx context.Context, who skein.Viewer, key string, p Page) (rows []Row[*skein.Account], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.read(ctx, who, func(r *reader) error {
		if _, err := r.group(key); err != nil {
			return err
		}
		rows, err = refill(p, func(q store.Page) ([]skein.ID, []Row[*skein.Account], error) {
			var list []*skein.Notification
			var err error
			if id, ok := alone(key); ok {
				var n *skein.Notification
				if n, err = r.tx.Notification(who.Account, id); err == nil && (q.Max == 0 || id < q.Max) && id > max(q.Since, q.Min) {
					list = []*skein.Notification{n}
				}
			} else {
				list, err = r.tx.NotificationsOfGroup(who.Account, key, q)
			}
			if err != nil {
				return nil, nil, err
			}
			cursors := make([]skein.ID, len(list))
			for i, n := range list {
				cursors[i] = n.ID
			}
			notes, err := r.notes(list)
			people := make([]Row[*skein.Account], len(notes))
			for i, n := range notes {
				people[i] = Row[*skein.Account]{n.Notification.ID, n.Account}
			}
			return cursors, people, err
		})
		return err
	})
	return rows, err
}

// DismissGroup removes a group of the viewer, a batch at a time.
func (s *Service) DismissGroup(ctx context.Context, who skein.Viewer, key string) error {
	if id, ok := alone(key); ok {
		return s.DismissNotification(ctx, who, id)
	}
	const batch = 1000
	for all := 0; ; {
		n := 0
		err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
			self, err := me(tx, who)
			if err != nil {
				return err
			}
			n, err = tx.DeleteNotificationGroup(self.ID, key, batch)
			return err
		})
		if err != nil {
			return err
		}
		if all += n; n < batch {
			if all == 0 {
				return skein.ErrNotFound
			}
			return nil
		}
	}
}

// UnreadGroups counts the groups in which something came since the viewer's marker, up to a limit.
func (s *Service) UnreadGroups(ctx context.Context, who skein.Viewer, f NoteFilter, grouped []skein.NotificationKind, limit int) (int, error) {
	if grouped == nil {
		grouped = skein.Grouped
	}
	return s.unread(ctx, who, func(tx *store.Tx, last skein.ID) (int, error) {
		return tx.UnreadGroups(who.Account, last, f.store(), grouped, limit)
	})
}
