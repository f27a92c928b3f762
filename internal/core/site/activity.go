package site

import (
	"context"
	"sync"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Week is what happened on a site in seven days.
type Week = store.Week

// weeksShown is how many weeks a site tells of, as Mastodon does.
const weeksShown = 12

// activityAge is how old the numbers may be: they cost a walk over three months of the local timeline.
const activityAge = time.Hour

type activity struct {
	mu    sync.Mutex
	sites map[skein.ID]*weeks
}

type weeks struct {
	mu   sync.Mutex
	at   time.Time
	list []Week
}

// Activity tells of the last twelve weeks, the running one first; as old as an hour.
func (s *Service) Activity(ctx context.Context, id skein.ID) ([]Week, error) {
	s.activity.mu.Lock()
	if s.activity.sites == nil {
		s.activity.sites = map[skein.ID]*weeks{}
	}
	w := s.activity.sites[id]
	if w == nil {
		w = &weeks{}
		s.activity.sites[id] = w
	}
	s.activity.mu.Unlock()

	w.mu.Lock() // one counts, the others wait for it
	defer w.mu.Unlock()
	now := s.DB.Now()
	if w.list != nil && now.Sub(w.at) < activityAge {
		return w.list, nil
	}
	start := now.Truncate(24 * time.Hour)
	for start.Weekday() != time.Monday {
		start = start.AddDate(0, 0, -1)
	}
	var list []Week
	err := s.DB.View(ctx, id, func(tx *store.Tx) error {
		list = nil
		for i := range weeksShown {
			from := start.AddDate(0, 0, -7*i)
			week, err := tx.Week(from, from.AddDate(0, 0, 7))
			if err != nil {
				return err
			}
			list = append(list, *week)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	w.at, w.list = now, list
	return list, nil
}
