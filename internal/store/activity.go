package store

import (
	"time"

	"skein/internal/skein"
)

// Week is what happened on a site in seven days.
type Week struct {
	Start  time.Time
	Posts  int // listed, by the site's own people
	Active int // people who were last here in it
	Joined int
}

// Week counts what happened from one moment to another. Posts are counted by ID, which holds when they were made, over the
// index of the local timeline.
func (tx *Tx) Week(from, to time.Time) (*Week, error) {
	w, err := one(tx, "week", func(w *Week) []any { return []any{&w.Posts, &w.Active, &w.Joined} }, `
		SELECT (SELECT count(*) FROM post WHERE site_id = $1 AND listed AND local AND id >= $2 AND id < $3),
			(SELECT count(*) FROM person WHERE site_id = $1 AND seen_at >= $4 AND seen_at < $5),
			(SELECT count(*) FROM person WHERE site_id = $1 AND confirmed_at <> 0 AND created_at >= $4 AND created_at < $5)`,
		tx.site, skein.ID(from.UnixMilli()<<16), skein.ID(to.UnixMilli()<<16), ms(from), ms(to))
	if err == nil {
		w.Start = from
	}
	return w, err
}
