package store

import (
	"context"
	"time"

	"skein/internal/skein"
)

// HostQueue is what waits for one host of a peer, and how it fares.
type HostQueue struct {
	Host       string
	Deliveries int
	Failures   int       // in a row
	FailingAt  time.Time // since when; zero: it is well
	NextAt     time.Time // when it is visited next
	Gone       bool      // given up: nothing is kept for it until it says something
}

// HostQueues returns the hosts that fail, the longest first, and those with the most deliveries after them.
func (s *Shared) HostQueues(ctx context.Context, limit int) (list []*HostQueue, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		list, err = many(tx, "queues of hosts", func(h *HostQueue) []any {
			return []any{&h.Host, &h.Deliveries, &h.Failures, asTime(&h.FailingAt), asTime(&h.NextAt)}
		}, `
			SELECT host.name, coalesce(d.n, 0), host.failures, host.failing_at,
				CASE WHEN host.next_at = `+neverText+` THEN 0 ELSE host.next_at END
			FROM host LEFT JOIN (SELECT host, count(*) AS n FROM delivery GROUP BY host) d ON d.host = host.name
			WHERE host.failures > 0 OR d.n > 0
			ORDER BY CASE WHEN host.failing_at = 0 THEN 1 ELSE 0 END, host.failing_at, coalesce(d.n, 0) DESC, host.name LIMIT $1`, limit)
		for _, h := range list {
			h.Gone = !h.FailingAt.IsZero() && tx.Now().Sub(h.FailingAt) > goneAfter
		}
		return err
	})
	return list, err
}

// FailedJob is a job that was set aside after too many failures.
type FailedJob struct {
	ID       skein.ID
	Site     skein.ID
	Kind     string
	Attempts int
	FailedAt time.Time
	Error    string
	Payload  []byte
}

// FailedJobs returns jobs that were set aside, the latest first.
func (s *Shared) FailedJobs(ctx context.Context, limit int) (list []*FailedJob, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		list, err = many(tx, "failed jobs", func(j *FailedJob) []any {
			return []any{&j.ID, &j.Site, &j.Kind, &j.Attempts, asTime(&j.FailedAt), &j.Error, &j.Payload}
		}, `
			SELECT id, site_id, kind, attempt, failed_at, error, payload FROM job WHERE failed_at <> 0
			ORDER BY failed_at DESC, id DESC LIMIT $1`, limit)
		return err
	})
	return list, err
}

// RetryJobs lets jobs that were set aside run again, all of them or some, and tells how many.
func (s *Shared) RetryJobs(ctx context.Context, ids []skein.ID, all bool) (n int64, err error) {
	err = s.update(ctx, func(tx *Tx) error {
		// One that must be alone may have come again meanwhile: then that one does the work.
		if _, err := tx.exec("drop doubled jobs", `
			DELETE FROM job WHERE failed_at <> 0 AND ($2 OR id IN LIST($1)) AND unique_key <> '' AND EXISTS (
				SELECT 1 FROM job live WHERE live.unique_key = job.unique_key AND live.id <> job.id
				AND (live.failed_at = 0 OR live.id > job.id))`, tx.list(ids), all); err != nil {
			return err
		}
		n, err = tx.exec("retry jobs", `
			UPDATE job SET failed_at = 0, attempt = 0, run_at = $3, lease = 0, node = ''
			WHERE failed_at <> 0 AND ($2 OR id IN LIST($1))`, tx.list(ids), all, ms(tx.Now()))
		return err
	})
	return n, err
}

// DropJobs removes jobs that were set aside, all of them or some, and tells how many.
func (s *Shared) DropJobs(ctx context.Context, ids []skein.ID, all bool) (n int64, err error) {
	err = s.update(ctx, func(tx *Tx) error {
		n, err = tx.exec("drop jobs", `DELETE FROM job WHERE failed_at <> 0 AND ($2 OR id IN LIST($1))`, tx.list(ids), all)
		return err
	})
	return n, err
}
