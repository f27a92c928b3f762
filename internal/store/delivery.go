package store

import (
	"context"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// Inbox is one address that an activity goes to.
type Inbox struct {
	Host string `json:"h"` // canonical
	URL  string `json:"u"`
}

// InsertDeliveries stores an activity's body once and one delivery for each inbox. An inbox named twice counts once.
func (tx *Tx) InsertDeliveries(id, account skein.ID, body []byte, inboxes []Inbox) error {
	if len(inboxes) == 0 {
		return nil
	}
	now := ms(tx.Now())
	if _, err := tx.exec("insert activity", `
		INSERT INTO activity (id, site_id, account_id, body, created_at) VALUES ($1, $2, $3, $4, $5)`,
		id, tx.site, account, body, now); err != nil {
		return err
	}
	type row struct {
		Inbox
		ID int64 `json:"id"`
	}
	rows := make([]row, len(inboxes))
	for i, in := range inboxes {
		rows[i] = row{in, int64(tx.NewID())}
	}
	arg := object(rows)
	if _, err := tx.exec("insert deliveries", `
		INSERT INTO delivery (id, site_id, host, inbox, activity_id)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST($2 AS BIGINT), r.value->>'h', r.value->>'u', CAST($3 AS BIGINT)
		FROM ROWS($1) r WHERE TRUE
		ON CONFLICT DO NOTHING`, arg, tx.site, id); err != nil {
		return err
	}
	// A host that rests keeps its time; one that is well is visited now.
	_, err := tx.exec("wake hosts", `
		INSERT INTO host (name, next_at, lease)
		SELECT DISTINCT r.value->>'h', CAST($2 AS BIGINT), 0 FROM ROWS($1) r WHERE TRUE ORDER BY 1
		ON CONFLICT (name) DO UPDATE SET next_at = CASE WHEN host.failures = 0 THEN excluded.next_at ELSE
			CASE WHEN host.next_at = `+neverText+` THEN excluded.next_at ELSE host.next_at END END`, arg, now)
	tx.lanes = true
	return err
}

// neverText is the next visit to a host for which nothing waits.
const neverText = "9223372036854775807"

// Activity returns the body that a delivery sends, and the account in whose name it is signed.
func (s *Shared) Activity(ctx context.Context, id skein.ID) (site, account skein.ID, body []byte, err error) {
	type row struct {
		site, account skein.ID
		body          []byte
	}
	err = s.view(ctx, func(tx *Tx) error {
		r, err := one(tx, "activity", func(r *row) []any { return []any{&r.site, &r.account, &r.body} },
			`SELECT site_id, account_id, body FROM activity WHERE id = $1`, id)
		if err == nil {
			site, account, body = r.site, r.account, r.body
		}
		return err
	})
	return site, account, body, err
}

// ClaimHosts implements queue.LaneStore.
func (s *Shared) ClaimHosts(ctx context.Context, node string, now, lease time.Time, limit int) (list []queue.HostState, err error) {
	var some bool
	if err := s.view(ctx, func(tx *Tx) error {
		_, some, err = value[string](tx, "due hosts", `SELECT name FROM host WHERE next_at <= $1 AND lease <= $1 LIMIT 1`, ms(now))
		return err
	}); err != nil || !some {
		return nil, err
	}
	err = s.update(ctx, func(tx *Tx) error {
		rows, err := many(tx, "claimed hosts", func(h *queue.HostState) []any {
			return []any{&h.Name, &h.Failures, asTime(&h.FailingAt)}
		}, `
			UPDATE host SET lease = $2, node = $3
			WHERE name IN (
				SELECT name FROM host WHERE next_at <= $1 AND lease <= $1 ORDER BY next_at LIMIT $4 SKIP LOCKED)
			RETURNING name, failures, failing_at`, ms(now), ms(lease), node, limit)
		list = list[:0]
		for _, h := range rows {
			list = append(list, *h)
		}
		return err
	})
	return list, err
}

// Deliveries implements queue.LaneStore. Sites take turns: a site's first comes before any other's second (T200).
func (s *Shared) Deliveries(ctx context.Context, host string, limit int) (list []queue.Delivery, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		rows, err := many(tx, "deliveries", func(d *queue.Delivery) []any {
			return []any{&d.ID, &d.Site, &d.Host, &d.Inbox, &d.Activity, &d.Attempt}
		}, `
			SELECT id, site_id, host, inbox, activity_id, attempt FROM (
				SELECT id, site_id, host, inbox, activity_id, attempt,
					row_number() OVER (PARTITION BY site_id ORDER BY id) AS turn
				FROM (SELECT * FROM delivery WHERE host = $1 ORDER BY id LIMIT 1000) oldest) ranked
			ORDER BY turn, id LIMIT $2`, host, limit)
		for _, d := range rows {
			list = append(list, *d)
		}
		return err
	})
	return list, err
}

// SettleHost implements queue.LaneStore.
func (s *Shared) SettleHost(ctx context.Context, r queue.HostResult, now, lease time.Time, last bool) error {
	return s.update(ctx, func(tx *Tx) error {
		if len(r.Finished) > 0 {
			if _, err := tx.exec("remove deliveries", `DELETE FROM delivery WHERE id IN LIST($1)`, tx.list(asIDs(r.Finished))); err != nil {
				return err
			}
		}
		if !r.GiveUp.IsZero() {
			if _, err := tx.exec("give up deliveries", `DELETE FROM delivery WHERE host = $1 AND id < $2`,
				r.Host, ms(r.GiveUp)<<16); err != nil {
				return err
			}
		}
		if r.Down {
			_, err := tx.exec("rest host", `
				UPDATE host SET lease = 0, node = '', next_at = $2, failures = $3, failing_at = $4 WHERE name = $1`,
				r.Host, ms(r.NextAt), r.Failures, ms(r.FailingAt))
			return err
		}
		if !last {
			_, err := tx.exec("keep host", `UPDATE host SET lease = $2, failures = 0, failing_at = 0 WHERE name = $1`, r.Host, ms(lease))
			return err
		}
		_, err := tx.exec("leave host", `
			UPDATE host SET lease = 0, node = '', failures = 0, failing_at = 0, next_at = CASE
				WHEN EXISTS (SELECT 1 FROM delivery WHERE delivery.host = host.name) THEN $2 ELSE `+neverText+` END
			WHERE name = $1`, r.Host, ms(now))
		return err
	})
}

// PendingHosts implements queue.LaneStore.
func (s *Shared) PendingHosts(ctx context.Context, now time.Time) (n int, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		n, _, err = value[int](tx, "pending hosts", `
			SELECT count(*) FROM host WHERE (next_at <= $1 OR lease > $1)
			AND EXISTS (SELECT 1 FROM delivery WHERE delivery.host = host.name)`, ms(now))
		return err
	})
	return n, err
}

// HostAnswers notes that a host is well: its deliveries are tried again at once.
func (s *Shared) HostAnswers(ctx context.Context, host string) error {
	var failing bool
	if err := s.view(ctx, func(tx *Tx) error {
		var err error
		_, failing, err = value[string](tx, "failing host", `SELECT name FROM host WHERE name = $1 AND failures > 0`, host)
		return err
	}); err != nil || !failing {
		return err
	}
	return s.update(ctx, func(tx *Tx) error {
		tx.lanes = true
		_, err := tx.exec("host answers", `
			UPDATE host SET failures = 0, failing_at = 0, next_at = $2 WHERE name = $1 AND failures > 0`, host, ms(tx.Now()))
		return err
	})
}

// PruneActivities removes bodies that no delivery needs any more.
func (s *Shared) PruneActivities(ctx context.Context) error {
	return s.update(ctx, func(tx *Tx) error {
		_, err := tx.exec("prune activities", `
			DELETE FROM activity WHERE created_at < $1
			AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.activity_id = activity.id)`, ms(tx.Now().Add(-time.Hour)))
		return err
	})
}
