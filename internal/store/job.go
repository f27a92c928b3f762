package store

import (
	"context"
	"fmt"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// Shared is what all sites of a process have in common: jobs, deliveries, the health of hosts, public keys.
type Shared struct{ db *DB }

// Shared returns the part that belongs to no site.
func (db *DB) Shared() *Shared { return &Shared{db} }

func (s *Shared) update(ctx context.Context, fn func(*Tx) error) error {
	return s.db.Update(ctx, 0, fn)
}
func (s *Shared) view(ctx context.Context, fn func(*Tx) error) error { return s.db.View(ctx, 0, fn) }

// jobRow is a job as one element of a JSON array.
type jobRow struct {
	ID      int64  `json:"id"`
	Site    int64  `json:"s"`
	Kind    string `json:"k"`
	Payload string `json:"p"`
	RunAt   int64  `json:"r"`
	Lease   int64  `json:"l"`
	Node    string `json:"n"`
	Key     string `json:"u"`
	Crew    string `json:"c"`
}

// writeJobs stores the jobs of the transaction's events. When the queue has room for them they are born with a lease
// of this node and handed over after the commit, without a claim.
func (tx *Tx) writeJobs() error {
	if len(tx.events) == 0 {
		return nil
	}
	now := tx.Now()
	rows := make([]jobRow, len(tx.events))
	direct := true
	for i := range tx.events {
		j := &tx.events[i]
		if j.RunAt.IsZero() {
			j.RunAt = now
		} else {
			direct = false
		}
		if j.Key != "" || j.Crew != "" {
			direct = false
		}
		rows[i] = jobRow{ID: j.ID, Site: j.Site, Kind: j.Kind, Payload: string(j.Payload), RunAt: ms(j.RunAt), Key: j.Key, Crew: j.Crew}
	}
	if direct && tx.db.queue.Reserve(len(rows)) {
		tx.reserved = len(rows)
		for i := range rows {
			rows[i].Lease, rows[i].Node = ms(now.Add(queue.Lease)), tx.db.queue.Node()
		}
	}
	if len(rows) == 1 {
		r := rows[0]
		_, err := tx.exec("store job", `
			INSERT INTO job (id, site_id, kind, payload, run_at, lease, node, attempt, unique_key, crew)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9) ON CONFLICT DO NOTHING`,
			r.ID, r.Site, r.Kind, []byte(r.Payload), r.RunAt, r.Lease, r.Node, r.Key, r.Crew)
		return err
	}
	payload := `CAST(r.value->>'p' AS BLOB)`
	if tx.db.engine.postgres() {
		payload = `convert_to(r.value->>'p', 'UTF8')`
	}
	_, err := tx.exec("store jobs", `
		INSERT INTO job (id, site_id, kind, payload, run_at, lease, node, attempt, unique_key, crew)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST(r.value->>'s' AS BIGINT), r.value->>'k', `+payload+`,
			CAST(r.value->>'r' AS BIGINT), CAST(r.value->>'l' AS BIGINT), r.value->>'n', 0, r.value->>'u', r.value->>'c'
		FROM ROWS($1) r WHERE TRUE
		ON CONFLICT DO NOTHING`, object(rows))
	return err
}

// Waits tells whether an effect of a keyed event is still to be done.
func (tx *Tx) Waits(event queue.Keyed) (bool, error) {
	if tx.db.queue == nil {
		return false, nil
	}
	jobs, err := tx.db.queue.Jobs(int64(tx.site), event)
	if err != nil {
		return false, err
	}
	keys := make([]string, len(jobs))
	for i, j := range jobs {
		keys[i] = j.Key
	}
	_, ok, err := value[int64](tx, "waiting jobs", `
		SELECT id FROM job WHERE unique_key IN TEXTS($1) AND unique_key <> '' AND failed_at = 0 LIMIT 1`, tx.textList(keys))
	return ok, err
}

// ClaimJobs implements queue.Store.
func (s *Shared) ClaimJobs(ctx context.Context, crew, node string, now, lease time.Time, limit int) (list []queue.Job, err error) {
	if idle, err := s.noneDue(ctx, crew, now); err != nil || idle {
		return nil, err
	}
	err = s.update(ctx, func(tx *Tx) error {
		rows, err := many(tx, "claimed jobs", func(j *queue.Job) []any {
			return []any{&j.ID, &j.Site, &j.Kind, &j.Payload, asTime(&j.RunAt), &j.Attempt, &j.Key, &j.Crew}
		}, `
			UPDATE job SET lease = $2, node = $3
			WHERE id IN (
				SELECT id FROM job
				WHERE failed_at = 0 AND crew = $5 AND run_at <= $1 AND lease <= $1
				ORDER BY run_at LIMIT $4 SKIP LOCKED)
			RETURNING id, site_id, kind, payload, run_at, attempt, unique_key, crew`,
			ms(now), ms(lease), node, limit, crew)
		list = list[:0]
		for _, j := range rows {
			list = append(list, *j)
		}
		return err
	})
	return list, err
}

// noneDue looks with a reader, so that an idle node never takes the writer.
func (s *Shared) noneDue(ctx context.Context, crew string, now time.Time) (none bool, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		_, some, err := value[int64](tx, "due jobs",
			`SELECT id FROM job WHERE failed_at = 0 AND crew = $2 AND run_at <= $1 AND lease <= $1 LIMIT 1`, ms(now), crew)
		none = !some
		return err
	})
	return none, err
}

// SettleJobs implements queue.Store.
func (s *Shared) SettleJobs(ctx context.Context, done []int64, again []queue.Again) error {
	return s.update(ctx, func(tx *Tx) error {
		if len(done) == 1 {
			if _, err := tx.exec("remove job", `DELETE FROM job WHERE id = $1`, done[0]); err != nil {
				return err
			}
		} else if len(done) > 0 {
			if _, err := tx.exec("remove jobs", `DELETE FROM job WHERE id IN LIST($1)`, tx.list(asIDs(done))); err != nil {
				return err
			}
		}
		for _, a := range again { // failures: rare
			failed := int64(0)
			if a.Dead {
				failed = ms(tx.Now())
			}
			if _, err := tx.exec("put back job", `
				UPDATE job SET lease = 0, node = '', attempt = attempt + 1, run_at = $2, error = $3, failed_at = $4
				WHERE id = $1`, a.ID, ms(a.RunAt), a.Error, failed); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReleaseJobs implements queue.Store.
func (s *Shared) ReleaseJobs(ctx context.Context, node string, ids []int64) error {
	return s.update(ctx, func(tx *Tx) error {
		if ids == nil {
			if _, err := tx.exec("release hosts", `UPDATE host SET lease = 0, node = '' WHERE node = $1`, node); err != nil {
				return err
			}
			_, err := tx.exec("release jobs", `UPDATE job SET lease = 0, node = '' WHERE node = $1`, node)
			return err
		}
		_, err := tx.exec("release jobs", `UPDATE job SET lease = 0, node = '' WHERE id IN LIST($1)`, tx.list(asIDs(ids)))
		return err
	})
}

// PendingJobs implements queue.Store.
func (s *Shared) PendingJobs(ctx context.Context, now time.Time) (n int, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		n, _, err = value[int](tx, "pending jobs", `SELECT count(*) FROM job WHERE failed_at = 0 AND run_at <= $1`, ms(now))
		return err
	})
	return n, err
}

// QueueState is what an operator wants to know of the queue.
type QueueState struct {
	Jobs, DeadJobs, Deliveries, HostsFailing int
}

// QueueState counts what waits.
func (s *Shared) QueueState(ctx context.Context) (q QueueState, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		list, err := many(tx, "queue state", func(q *QueueState) []any {
			return []any{&q.Jobs, &q.DeadJobs, &q.Deliveries, &q.HostsFailing}
		}, `SELECT (SELECT count(*) FROM job WHERE failed_at = 0), (SELECT count(*) FROM job WHERE failed_at <> 0),
			(SELECT count(*) FROM delivery), (SELECT count(*) FROM host WHERE failures > 0)`)
		if err != nil {
			return fmt.Errorf("queue state: %w", err)
		}
		q = *list[0]
		return nil
	})
	return q, err
}

func asIDs(list []int64) []skein.ID {
	out := make([]skein.ID, len(list))
	for i, id := range list {
		out[i] = skein.ID(id)
	}
	return out
}
