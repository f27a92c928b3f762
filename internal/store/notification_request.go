package store

import (
	"errors"

	"skein/internal/skein"
)

// NotificationPolicy returns what a reader wants of strangers.
func (tx *Tx) NotificationPolicy(account skein.ID) (skein.NotificationPolicy, error) {
	p, err := one(tx, "notification policy", func(p *skein.NotificationPolicy) []any {
		return []any{&p.NotFollowing, &p.NotFollowers, &p.NewAccounts, &p.PrivateMentions, &p.LimitedAccounts, &p.Bots}
	}, `
		SELECT not_following, not_followers, new_accounts, private_mentions, limited_accounts, bots
		FROM notification_policy WHERE account_id = $2 AND site_id = $1`, tx.site, account)
	if errors.Is(err, skein.ErrNotFound) {
		return skein.DefaultPolicy, nil
	}
	if err != nil {
		return skein.NotificationPolicy{}, err
	}
	return *p, nil
}

// SetNotificationPolicy stores it.
func (tx *Tx) SetNotificationPolicy(account skein.ID, p skein.NotificationPolicy) error {
	_, err := tx.exec("set notification policy", `
		INSERT INTO notification_policy (account_id, site_id, not_following, not_followers, new_accounts, private_mentions,
			limited_accounts, bots)
		VALUES ($2, $1, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account_id) DO UPDATE SET not_following = excluded.not_following, not_followers = excluded.not_followers,
			new_accounts = excluded.new_accounts, private_mentions = excluded.private_mentions,
			limited_accounts = excluded.limited_accounts, bots = excluded.bots`,
		tx.site, account, p.NotFollowing, p.NotFollowers, p.NewAccounts, p.PrivateMentions, p.LimitedAccounts, p.Bots)
	return err
}

// requestNotifications notes the senders of what was held back: those who wrote something, as the rest asks for no answer.
func (tx *Tx) requestNotifications(list []skein.Notification) error {
	type row struct {
		ID      skein.ID `json:"id"`
		Account skein.ID `json:"a"`
		Actor   skein.ID `json:"b"`
		Post    skein.ID `json:"p"`
	}
	var rows []row
	last := map[[2]skein.ID]int{} // an INSERT may meet each row once
	for _, n := range list {
		if !n.Filtered || n.Kind != skein.NotifyMention && n.Kind != skein.NotifyQuote {
			continue
		}
		of := [2]skein.ID{n.Account, n.Actor}
		if i, ok := last[of]; ok {
			rows[i].Post = n.Post
			continue
		}
		last[of] = len(rows)
		rows = append(rows, row{tx.NewID(), n.Account, n.Actor, n.Post})
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.exec("insert requests", `
		INSERT INTO notification_request (id, site_id, account_id, actor_id, last_post, created_at, updated_at)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST($1 AS BIGINT), CAST(r.value->>'a' AS BIGINT), CAST(r.value->>'b' AS BIGINT),
			CAST(r.value->>'p' AS BIGINT), CAST($3 AS BIGINT), CAST($3 AS BIGINT)
		FROM ROWS($2) r WHERE TRUE
		ON CONFLICT (site_id, account_id, actor_id) DO UPDATE SET last_post = excluded.last_post, updated_at = excluded.updated_at`,
		tx.site, object(rows), ms(tx.Now()))
	return err
}

// maxCounted is the number of a sender's notifications up to which they are counted.
const maxCounted = 100

func requestFields(r *skein.NotificationRequest) []any {
	return []any{&r.ID, &r.Account, &r.Actor, &r.LastPost, asTime(&r.CreatedAt), asTime(&r.UpdatedAt), &r.Count}
}

// requestWhere reads the requests of a reader ($2): of people who are there, and neither blocked nor muted ($3: now).
const requestWhere = `
	FROM notification_request q JOIN account actor ON actor.id = q.actor_id
	WHERE q.site_id = $1 AND q.account_id = $2 AND NOT q.accepted AND actor.suspended_at = 0 AND actor.deleted_at = 0
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = $2 AND block.target_id = q.actor_id)
		AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.site_id = $1 AND mute.account_id = $2
			AND mute.target_id = q.actor_id AND mute.notifications AND ` + muteCounts + `$3))
		AND NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.site_id = $1 AND d.account_id = $2 AND d.domain = actor.domain)`

const requestCount = `(SELECT count(*) FROM (SELECT 1 FROM notification n WHERE n.site_id = $1 AND n.account_id = $2
	AND n.actor_id = q.actor_id AND n.filtered LIMIT $4) held)`

// NotificationRequests returns a page of the senders whom a reader holds back.
func (tx *Tx) NotificationRequests(account skein.ID, p Page) ([]*skein.NotificationRequest, error) {
	return pageOf(tx, "notification requests", requestFields, p, "q.id", `
		SELECT q.id, q.account_id, q.actor_id, q.last_post, q.created_at, q.updated_at, `+requestCount+requestWhere,
		tx.site, account, ms(tx.Now()), maxCounted)
}

// NotificationRequestsByID returns those of the requests that are the reader's.
func (tx *Tx) NotificationRequestsByID(account skein.ID, ids []skein.ID) ([]*skein.NotificationRequest, error) {
	return many(tx, "notification requests", requestFields, `
		SELECT q.id, q.account_id, q.actor_id, q.last_post, q.created_at, q.updated_at, `+requestCount+requestWhere+` AND q.id IN LIST($5)`,
		tx.site, account, ms(tx.Now()), maxCounted, tx.list(ids))
}

// CountNotificationRequests counts senders who are held back, up to 100, and what they sent.
func (tx *Tx) CountNotificationRequests(account skein.ID) (senders, notifications int, err error) {
	type sum struct{ senders, notifications int }
	s, err := one(tx, "count of requests", func(s *sum) []any { return []any{&s.senders, &s.notifications} }, `
		SELECT count(*), CAST(coalesce(sum(n), 0) AS BIGINT) FROM (SELECT `+requestCount+` AS n`+requestWhere+` LIMIT $4) bounded`,
		tx.site, account, ms(tx.Now()), maxCounted)
	if err != nil {
		return 0, 0, err
	}
	return s.senders, s.notifications, nil
}

// AcceptRequests marks requests: what their senders sent is to come to the rest, and what they send from now on comes.
func (tx *Tx) AcceptRequests(account skein.ID, actors []skein.ID) error {
	if _, err := tx.exec("insert permissions", `
		INSERT INTO notification_permission (site_id, account_id, actor_id)
		SELECT q.site_id, q.account_id, q.actor_id FROM notification_request q
		WHERE q.site_id = $1 AND q.account_id = $2 AND q.actor_id IN LIST($3)
		ON CONFLICT DO NOTHING`, tx.site, account, tx.list(actors)); err != nil {
		return err
	}
	_, err := tx.exec("accept requests", `
		UPDATE notification_request SET accepted = TRUE WHERE site_id = $1 AND account_id = $2 AND actor_id IN LIST($3)`,
		tx.site, account, tx.list(actors))
	return err
}

// MergeHeld lets up to a number of a sender's notifications through. It tells how many there were, and which posts name the reader
// in them.
func (tx *Tx) MergeHeld(account, actor skein.ID, limit int) (n int, posts []skein.ID, err error) {
	type merged struct {
		kind skein.NotificationKind
		post skein.ID
	}
	list, err := many(tx, "merge notifications", func(m *merged) []any { return []any{&m.kind, &m.post} }, `
		UPDATE notification SET filtered = FALSE WHERE id IN (SELECT id FROM notification
			WHERE site_id = $1 AND account_id = $2 AND actor_id = $3 AND filtered ORDER BY id LIMIT $4)
		RETURNING kind, post_id`, tx.site, account, actor, limit)
	for _, m := range list {
		if m.kind == skein.NotifyMention {
			posts = append(posts, m.post)
		}
	}
	return len(list), posts, err
}

// DropHeld removes up to a number of a sender's notifications that are held back, no newer than a last one.
func (tx *Tx) DropHeld(account, actor, last skein.ID, limit int) (int, error) {
	n, err := tx.exec("drop notifications", `
		DELETE FROM notification WHERE id IN (SELECT id FROM notification
			WHERE site_id = $1 AND account_id = $2 AND actor_id = $3 AND filtered AND id <= $5 ORDER BY id LIMIT $4)`,
		tx.site, account, actor, limit, last)
	return int(n), err
}

// DeleteRequests removes requests; with accepted only those that were.
func (tx *Tx) DeleteRequests(account skein.ID, actors []skein.ID, accepted bool) error {
	and := ""
	if accepted {
		and = " AND accepted"
	}
	_, err := tx.exec("remove requests", `
		DELETE FROM notification_request WHERE site_id = $1 AND account_id = $2 AND actor_id IN LIST($3)`+and,
		tx.site, account, tx.list(actors))
	return err
}

// Merging tells whether something that a reader accepted is still on its way.
func (tx *Tx) Merging(account skein.ID) (bool, error) {
	_, ok, err := value[skein.ID](tx, "accepted request", `
		SELECT id FROM notification_request WHERE site_id = $1 AND account_id = $2 AND accepted LIMIT 1`, tx.site, account)
	return ok, err
}
