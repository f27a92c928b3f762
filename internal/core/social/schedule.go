package social

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Scheduled is a post of the viewer's that waits for its time.
type Scheduled struct {
	ID    skein.ID
	At    time.Time
	Draft Draft
	Files []*skein.Media // kept for it, in the order of the draft
}

func draftOf(row *skein.Scheduled) (d Draft, err error) {
	if err := json.Unmarshal([]byte(row.Draft), &d); err != nil {
		return d, fmt.Errorf("read scheduled post: %w", err)
	}
	return d, nil
}

// scheduled reads posts that wait, and the files of all of them in one go.
func scheduled(tx *store.Tx, account skein.ID, rows ...*skein.Scheduled) ([]*Scheduled, error) {
	list := make([]*Scheduled, len(rows))
	var ids []skein.ID
	for i, row := range rows {
		d, err := draftOf(row)
		if err != nil {
			return nil, err
		}
		list[i] = &Scheduled{ID: row.ID, At: row.At, Draft: d}
		ids = append(ids, d.Media...)
	}
	files, err := tx.MediaOf(account, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[skein.ID]*skein.Media, len(files))
	for _, f := range files {
		byID[f.ID] = f
	}
	for _, one := range list {
		for _, id := range one.Draft.Media {
			if f := byID[id]; f != nil && f.Scheduled == one.ID {
				one.Files = append(one.Files, f)
			}
		}
	}
	return list, nil
}

// soon refuses a time that is not far enough ahead.
func soon(at, now time.Time) error {
	if at.Sub(now) <= skein.ScheduledAhead {
		return invalidField("scheduled_at", "invalid", "Validation failed: Scheduled at The scheduled date must be in the future")
	}
	return nil
}

// mayWait keeps the limits of what somebody has waiting.
func mayWait(tx *store.Tx, account, beside skein.ID, at time.Time) error {
	all, ofDay, err := tx.CountScheduled(account, beside, at)
	switch {
	case err != nil:
		return err
	case all >= skein.MaxScheduled:
		return invalidField("base", "too_many", "Validation failed: You have exceeded the limit of %d scheduled posts", skein.MaxScheduled)
	case ofDay >= skein.MaxScheduledOfDay:
		return invalidField("base", "too_many", "Validation failed: You have exceeded the limit of %d scheduled posts for that day",
			skein.MaxScheduledOfDay)
	}
	return nil
}

// errRehearsed undoes what was only tried.
var errRehearsed = errors.New("rehearsed")

// Schedule keeps a draft until its time. What could not be posted now is refused now. With a key that was used in the last
// week it answers with what was made then: a post that waits or, when that is out by now, the post.
func (s *Service) Schedule(ctx context.Context, who skein.Viewer, d Draft, at time.Time) (*Scheduled, *View, error) {
	made, err := s.madeWith(ctx, who, d.IdempotencyKey)
	if err == nil && made != 0 {
		return s.MadeBefore(ctx, who, made)
	}
	if err != nil {
		return nil, nil, err
	}
	one, v, err := s.schedule(ctx, who, d, at.UTC().Truncate(time.Millisecond))
	if err != nil {
		// The same request may have been a moment earlier, and has the files, or the last place, now.
		if made, _ := s.madeWith(ctx, who, d.IdempotencyKey); made != 0 {
			return s.MadeBefore(ctx, who, made)
		}
	}
	return one, v, err
}

func (s *Service) schedule(ctx context.Context, who skein.Viewer, d Draft, at time.Time) (*Scheduled, *View, error) {
	err := soon(at, s.DB.Now())
	if err == nil {
		d.Media, err = mediaIDs(d.Media)
	}
	if err != nil {
		return nil, nil, err
	}
	made := skein.ID(0)
	site, c, err := s.prepare(ctx, who, d)
	if err != nil {
		return nil, nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, _, err := s.createPost(tx, site, who, tx.NewID(), d, c); err != nil {
			return err
		}
		return errRehearsed
	})
	if !errors.Is(err, errRehearsed) {
		return nil, nil, err
	}
	key := d.IdempotencyKey
	d.IdempotencyKey = ""
	draft, err := json.Marshal(d)
	if err != nil {
		return nil, nil, fmt.Errorf("write scheduled post: %w", err)
	}
	row := &skein.Scheduled{Account: who.Account, At: at, Draft: string(draft)}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		row.ID, made = tx.NewID(), 0
		if _, err := me(tx, who); err != nil {
			return err
		}
		if key != "" {
			if made, err = tx.ClaimKey(who.Account, key, row.ID, tx.Now().Add(-keyTime)); err != nil || made != 0 {
				return err
			}
		}
		if err := mayWait(tx, who.Account, 0, at); err != nil {
			return err
		}
		if err := tx.SetScheduled(row); err != nil {
			return err
		}
		kept, err := tx.ReserveMedia(who.Account, row.ID, d.Media)
		if err == nil {
			_, err = inOrder(kept, d.Media)
		}
		if err != nil {
			return err
		}
		return tx.EmitAt(at, skein.PostDue{Site: tx.Site(), Scheduled: row.ID, At: at})
	})
	if err != nil {
		return nil, nil, err
	}
	if made == 0 {
		waits, err := s.ScheduledPost(ctx, who, row.ID)
		return waits, nil, err
	}
	return s.MadeBefore(ctx, who, made)
}

// errWithdrawn: a key stands for something that is there no longer. Nothing is made anew for it.
var errWithdrawn = skein.Errorf(skein.Invalid, "This was sent before, and has been deleted since. Send it under another Idempotency-Key to post it again.")

// Repeated returns what was made with a key in the last hour, a post that waits or one that is out; neither: nothing was.
func (s *Service) Repeated(ctx context.Context, who skein.Viewer, key string) (*Scheduled, *View, error) {
	made, err := s.madeWith(ctx, who, key)
	if err != nil || made == 0 {
		return nil, nil, err
	}
	return s.MadeBefore(ctx, who, made)
}

// MadeBefore returns what a key stands for: a post that waits, or one that is out.
func (s *Service) MadeBefore(ctx context.Context, who skein.Viewer, made skein.ID) (*Scheduled, *View, error) {
	waits, err := s.ScheduledPost(ctx, who, made)
	if skein.KindOf(err) != skein.NotFound {
		return waits, nil, err
	}
	v, err := s.Post(ctx, who, made)
	if skein.KindOf(err) == skein.NotFound {
		err = errWithdrawn
	}
	return nil, v, err
}

// ScheduledPosts returns what the viewer has waiting.
func (s *Service) ScheduledPosts(ctx context.Context, who skein.Viewer, p Page) (list []*Scheduled, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.ScheduledPosts(who.Account, store.Page(p))
		if err == nil {
			list, err = scheduled(tx, who.Account, rows...)
		}
		return err
	})
	return list, err
}

// ScheduledPost returns a post of the viewer's that waits. Those of others are NotFound (T171).
func (s *Service) ScheduledPost(ctx context.Context, who skein.Viewer, id skein.ID) (one *Scheduled, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		row, err := waiting(tx, who, id)
		if err != nil {
			return err
		}
		list, err := scheduled(tx, who.Account, row)
		if err == nil {
			one = list[0]
		}
		return err
	})
	return one, err
}

func waiting(tx *store.Tx, who skein.Viewer, id skein.ID) (*skein.Scheduled, error) {
	row, err := tx.Scheduled(id)
	if err == nil && row.Account != who.Account {
		err = skein.ErrNotFound
	}
	return row, err
}

// Reschedule gives a post that waits another time.
func (s *Service) Reschedule(ctx context.Context, who skein.Viewer, id skein.ID, at time.Time) (*Scheduled, error) {
	at = at.UTC().Truncate(time.Millisecond)
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		row, err := waiting(tx, who, id)
		if err == nil {
			err = soon(at, tx.Now())
		}
		if err == nil {
			err = mayWait(tx, who.Account, id, at)
		}
		if err != nil {
			return err
		}
		// Taken first: it may be on its way out at this moment.
		if there, err := tx.DeleteScheduled(id, row.At); err != nil || !there {
			return errors.Join(err, errIf(!there, skein.ErrNotFound))
		}
		row.At = at
		if err := tx.SetScheduled(row); err != nil {
			return err
		}
		return tx.EmitAt(at, skein.PostDue{Site: tx.Site(), Scheduled: id, At: at})
	})
	if err != nil {
		return nil, err
	}
	return s.ScheduledPost(ctx, who, id)
}

// Unschedule takes a post that waits away: it will not be posted.
func (s *Service) Unschedule(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		if _, err := waiting(tx, who, id); err != nil {
			return err
		}
		there, err := tx.DeleteScheduled(id, time.Time{})
		if err != nil || !there {
			return errors.Join(err, errIf(!there, skein.ErrNotFound))
		}
		return tx.ReleaseScheduledMedia(id, tx.Now().Add(24*time.Hour))
	})
}

// PublishDue posts what waited, as an effect of PostDue: once, since the draft goes in the transaction that makes the post.
// Everything is asked again as for any new post. What cannot be posted any more (its author is suspended, the post that it
// answers is gone) keeps waiting with a time that is past, so that its author can see it, move it or throw it away.
func (s *Service) PublishDue(ctx context.Context, e skein.PostDue) error {
	var row *skein.Scheduled
	locked := false
	err := s.DB.View(ctx, e.Site, func(tx *store.Tx) (err error) {
		if row, err = tx.Scheduled(e.Scheduled); err != nil {
			return err
		}
		person, err := tx.Person(row.Account)
		locked = err == nil && person.Ready() != nil // by a moderator, say: the account itself does not tell
		return err
	})
	if errors.Is(err, skein.ErrNotFound) || err == nil && (locked || !row.At.Equal(e.At)) {
		return nil // out, or thrown away, or moved: then another job comes
	}
	if err != nil {
		return err
	}
	d, err := draftOf(row)
	if err != nil {
		return err
	}
	d.Scheduled = row.ID
	who := skein.Viewer{Site: e.Site, Account: row.Account}
	site, c, err := s.prepare(ctx, who, d)
	if err == nil {
		err = s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			there, err := tx.DeleteScheduled(e.Scheduled, e.At)
			if err != nil || !there {
				return err
			}
			id := tx.NewID()
			if _, _, err := s.createPost(tx, site, who, id, d, c); err != nil {
				return err
			}
			return tx.MoveKey(row.Account, row.ID, id)
		})
	}
	if err == nil {
		return nil
	}
	if _, refused := errors.AsType[*Unexpected](err); !refused {
		switch skein.KindOf(err) {
		case skein.Internal, skein.Busy:
			return err
		}
	}
	if s.Log != nil {
		s.Log.Info("a scheduled post stays", "post", e.Scheduled, "why", err)
	}
	return nil
}
