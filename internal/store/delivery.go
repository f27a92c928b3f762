package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// Inbox is one address that an activity goes to.
type Inbox struct {
	Host string `json:"h"` // canonical
	URL  string `json:"u"`
}

// goneAfter is how long a host has not answered of which nothing is expected any more: what is for it is given up, and nothing
// new is kept, until it says something itself (Shared.HostAnswers).
const goneAfter = 7 * 24 * time.Hour

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
		FROM ROWS($1) r
		WHERE NOT EXISTS (SELECT 1 FROM host WHERE host.name = r.value->>'h' AND host.failing_at <> 0 AND host.failing_at < $4)
		ON CONFLICT DO NOTHING`, arg, tx.site, id, now-goneAfter.Milliseconds()); err != nil {
		return err
	}
	return tx.wakeHosts(arg, now)
}

// wakeHosts has the hosts of rows visited. One that rests keeps its time; one that is well is visited now.
func (tx *Tx) wakeHosts(rows string, now int64) error {
	_, err := tx.exec("wake hosts", `
		INSERT INTO host (name, next_at, lease)
		SELECT DISTINCT r.value->>'h', CAST($2 AS BIGINT), 0 FROM ROWS($1) r WHERE TRUE ORDER BY 1
		ON CONFLICT (name) DO UPDATE SET next_at = CASE WHEN host.failures = 0 THEN excluded.next_at ELSE
			CASE WHEN host.next_at = `+neverText+` THEN excluded.next_at ELSE host.next_at END END`, rows, now)
	tx.lanes = true
	return err
}

// neverText is the next visit to a host for which nothing waits.
const neverText = "9223372036854775807"

// PushLane begins the names of the lanes in which pushes wait: how a push service fares, which somebody's app named, must say
// nothing of a peer of the same name.
const PushLane = "push/"

// laneKind is the kind of a host (queue.Lanes).
const laneKind = `CASE WHEN substr(name, 1, 5) = '` + PushLane + `' THEN '` + PushLane + `' ELSE '' END`

// pushLanes is how many lanes lead to one push service: as many pushes go there at once.
const pushLanes = 4

// Push is a notification that one app is to be told of, through a push service.
type Push struct {
	Notification, Subscription skein.ID
	Host                       string // of the push service
	Tries                      int    // that failed
}

// InsertPushes puts pushes into the lanes to their services. One that waits already counts once.
func (tx *Tx) InsertPushes(list []Push) error {
	if len(list) == 0 {
		return nil
	}
	type row struct {
		ID           int64    `json:"id"`
		Host         string   `json:"h"`
		Subscription string   `json:"u"`
		Notification skein.ID `json:"n"`
		Tries        int      `json:"t"`
	}
	rows := make([]row, len(list))
	for i, p := range list {
		lane := PushLane + strconv.Itoa(int(p.Subscription%pushLanes)) + "/" + p.Host
		rows[i] = row{int64(tx.NewID()), lane, p.Subscription.String(), p.Notification, p.Tries}
	}
	arg := object(rows)
	if _, err := tx.exec("insert pushes", `
		INSERT INTO delivery (id, site_id, host, inbox, activity_id, attempt)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST($2 AS BIGINT), r.value->>'h', r.value->>'u', CAST(r.value->>'n' AS BIGINT),
			CAST(r.value->>'t' AS BIGINT)
		FROM ROWS($1) r WHERE TRUE
		ON CONFLICT DO NOTHING`, arg, tx.site); err != nil {
		return err
	}
	return tx.wakeHosts(arg, ms(tx.Now()))
}

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
func (s *Shared) ClaimHosts(ctx context.Context, kind, node string, now, lease time.Time, limit int) (list []queue.HostState, err error) {
	var some bool
	if err := s.view(ctx, func(tx *Tx) error {
		_, some, err = value[string](tx, "due hosts", `SELECT name FROM host WHERE next_at <= $1 AND lease <= $1 AND `+laneKind+` = $2 LIMIT 1`, ms(now), kind)
		return err
	}); err != nil || !some {
		return nil, err
	}
	err = s.update(ctx, func(tx *Tx) error {
		rows, err := many(tx, "claimed hosts", func(h *queue.HostState) []any {
			return []any{&h.Name, &h.Failures, asTime(&h.FailingAt), &h.Newer}
		}, `
			UPDATE host SET lease = $2, node = $3
			WHERE name IN (
				SELECT name FROM host WHERE next_at <= $1 AND lease <= $1 AND `+laneKind+` = $5 ORDER BY next_at LIMIT $4 SKIP LOCKED)
			RETURNING name, failures, failing_at, rfc9421`, ms(now), ms(lease), node, limit, kind)
		list = list[:0]
		for _, h := range rows {
			list = append(list, *h)
		}
		return err
	})
	return list, err
}

// Deliveries implements queue.LaneStore. Sites take turns: a site's first comes before any other's second (T200).
func (s *Shared) Deliveries(ctx context.Context, hosts []string, limit int) (map[string][]queue.Delivery, error) {
	found := make(map[string][]queue.Delivery, len(hosts))
	err := s.view(ctx, func(tx *Tx) error {
		clear(found)
		rows, err := many(tx, "deliveries", func(d *queue.Delivery) []any {
			return []any{&d.ID, &d.Site, &d.Host, &d.Inbox, &d.Activity, &d.Attempt}
		}, `
			SELECT id, site_id, host, inbox, activity_id, attempt FROM (
				SELECT id, site_id, host, inbox, activity_id, attempt, turn,
					row_number() OVER (PARTITION BY host ORDER BY turn, id) AS place
				FROM (
					SELECT id, site_id, host, inbox, activity_id, attempt,
						row_number() OVER (PARTITION BY host, site_id ORDER BY id) AS turn
					FROM delivery WHERE id IN (
						SELECT oldest.id FROM host JOIN delivery oldest ON oldest.host = host.name
						WHERE host.name IN TEXTS($1) AND oldest.id <= COALESCE((
							SELECT d.id FROM delivery d WHERE d.host = host.name ORDER BY d.id LIMIT 1 OFFSET 999), oldest.id))) ranked) placed
			WHERE place <= $2 ORDER BY host, turn, id`, tx.textList(hosts), limit)
		for _, d := range rows {
			found[d.Host] = append(found[d.Host], *d)
		}
		return err
	})
	return found, err
}

// settledRow is a visit that is over, as one element of a JSON array.
type settledRow struct {
	Host      string `json:"h"`
	NextAt    int64  `json:"n"`
	Failures  int    `json:"f"`
	FailingAt int64  `json:"s"`
}

// SettleHosts implements queue.LaneStore.
func (s *Shared) SettleHosts(ctx context.Context, list []queue.HostResult, now, lease time.Time) error {
	var finished, tried []skein.ID
	var well, on, idle []string
	var down []settledRow
	for _, r := range list {
		finished = append(finished, asIDs(r.Finished)...)
		if r.Tried != 0 {
			tried = append(tried, skein.ID(r.Tried))
		}
		switch {
		case r.Down:
			down = append(down, settledRow{r.Host, ms(r.NextAt), r.Failures, ms(r.FailingAt)})
		case r.Idle:
			idle = append(idle, r.Host)
		case r.Last:
			well = append(well, r.Host)
		default:
			on = append(on, r.Host)
		}
	}
	// Nodes take hosts in the order of their names, so that none waits for another in a circle.
	slices.Sort(well)
	slices.SortFunc(down, func(a, b settledRow) int { return strings.Compare(a.Host, b.Host) })
	return s.update(ctx, func(tx *Tx) error {
		if len(finished) > 0 {
			if _, err := tx.exec("remove deliveries", `DELETE FROM delivery WHERE id IN LIST($1)`, tx.list(finished)); err != nil {
				return err
			}
		}
		if len(tried) > 0 {
			if _, err := tx.exec("count tries", `UPDATE delivery SET attempt = attempt + 1 WHERE id IN LIST($1)`, tx.list(tried)); err != nil {
				return err
			}
		}
		for _, r := range list { // after a week of silence: rare
			if r.GiveUp.IsZero() {
				continue
			}
			if _, err := tx.exec("give up deliveries", `DELETE FROM delivery WHERE host = $1 AND id < $2`,
				r.Host, ms(r.GiveUp)<<16); err != nil {
				return err
			}
		}
		if len(down) > 0 {
			if _, err := tx.exec("rest hosts", `
				UPDATE host SET lease = 0, node = '', next_at = CAST(r.value->>'n' AS BIGINT),
					failures = CAST(r.value->>'f' AS BIGINT), failing_at = CAST(r.value->>'s' AS BIGINT)
				FROM ROWS($1) r WHERE host.name = r.value->>'h'`, object(down)); err != nil {
				return err
			}
		}
		if len(on) > 0 {
			if _, err := tx.exec("keep hosts", `
				UPDATE host SET lease = $2, failures = 0, failing_at = 0 WHERE name IN TEXTS($1)`, tx.textList(on), ms(lease)); err != nil {
				return err
			}
		}
		if len(idle) > 0 { // one for which nothing waits any more is not visited again; else it is when it was due
			if _, err := tx.exec("leave idle hosts", `
				UPDATE host SET lease = 0, node = '', next_at = CASE
					WHEN EXISTS (SELECT 1 FROM delivery WHERE delivery.host = host.name) THEN next_at ELSE `+neverText+` END
				WHERE name IN TEXTS($1)`, tx.textList(idle)); err != nil {
				return err
			}
		}
		if len(well) == 0 {
			return nil
		}
		_, err := tx.exec("leave hosts", `
			UPDATE host SET lease = 0, node = '', failures = 0, failing_at = 0, next_at = CASE
				WHEN EXISTS (SELECT 1 FROM delivery WHERE delivery.host = host.name) THEN $2 ELSE `+neverText+` END
			WHERE name IN TEXTS($1)`, tx.textList(well), ms(now))
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

// PruneActivities removes some of the bodies that no delivery needs any more.
func (tx *Tx) PruneActivities() (more bool, err error) {
	return tx.pruneAll(pruning{"activity", "id", `created_at < $1
		AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.activity_id = activity.id)`, ms(tx.Now().Add(-time.Hour))})
}
