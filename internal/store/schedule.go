package store

import (
	"time"

	"skein/internal/skein"
)

const scheduledColumns = `id, account_id, publish_at, draft`

func scheduledFields(s *skein.Scheduled) []any {
	return []any{&s.ID, &s.Account, asTime(&s.At), &s.Draft}
}

// Scheduled returns a post that waits, whosever it is.
func (tx *Tx) Scheduled(id skein.ID) (*skein.Scheduled, error) {
	return one(tx, "scheduled post", scheduledFields, `
		SELECT `+scheduledColumns+` FROM scheduled_post WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// ScheduledPosts returns a page of what an account has waiting, the latest made first.
func (tx *Tx) ScheduledPosts(account skein.ID, p Page) ([]*skein.Scheduled, error) {
	return pageOf(tx, "scheduled posts", scheduledFields, p, "id", `
		SELECT `+scheduledColumns+` FROM scheduled_post WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// CountScheduled returns how many posts an account has waiting, and how many of them for one day, beside one. Until the end of
// the transaction nobody adds to them.
func (tx *Tx) CountScheduled(account, beside skein.ID, day time.Time) (all, ofDay int, err error) {
	if _, err := tx.exec("lock account", `UPDATE account SET local = local WHERE site_id = $1 AND id = $2`, tx.site, account); err != nil {
		return 0, 0, err
	}
	times, err := column[int64](tx, "times of scheduled posts", `
		SELECT publish_at FROM scheduled_post WHERE site_id = $1 AND account_id = $2 AND id <> $3`, tx.site, account, beside)
	from := day.UTC().Truncate(24 * time.Hour)
	for _, t := range times {
		if at := time.UnixMilli(t); !at.Before(from) && at.Before(from.Add(24*time.Hour)) {
			ofDay++
		}
	}
	return len(times), ofDay, err
}

// SetScheduled stores a post that waits, or its new time.
func (tx *Tx) SetScheduled(s *skein.Scheduled) error {
	_, err := tx.exec("schedule post", `
		INSERT INTO scheduled_post (id, site_id, account_id, publish_at, draft) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET publish_at = excluded.publish_at`, s.ID, tx.site, s.Account, ms(s.At), s.Draft)
	return err
}

// DeleteScheduled takes a post that waits for a moment away; it answers false when there is none. The zero time: for any.
func (tx *Tx) DeleteScheduled(id skein.ID, at time.Time) (bool, error) {
	n, err := tx.exec("remove scheduled post", `
		DELETE FROM scheduled_post WHERE site_id = $1 AND id = $2 AND (publish_at = $3 OR $3 = 0)`, tx.site, id, ms(at))
	return n == 1, err
}

// MoveKey lets a key that stands for one thing stand for another.
func (tx *Tx) MoveKey(account, from, to skein.ID) error {
	_, err := tx.exec("move key", `
		UPDATE idempotency SET post_id = $4 WHERE site_id = $1 AND account_id = $2 AND post_id = $3`, tx.site, account, from, to)
	return err
}
