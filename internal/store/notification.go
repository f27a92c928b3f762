package store

import (
	"strconv"
	"strings"

	"skein/internal/skein"
)

func notificationFields(n *skein.Notification) []any {
	return []any{&n.ID, &n.Account, &n.Kind, &n.Actor, &n.Post, asTime(&n.CreatedAt)}
}

const notificationColumns = `n.id, n.account_id, n.kind, n.actor_id, n.post_id, n.created_at`

// InsertNotifications stores notifications, in one statement for any number, and returns those that their readers are to
// be told of. There is one for each reader, kind, actor and post (T98): a second like tells nothing new, but for one that
// comes more than a day later (what only happens once, a mention or a post, is never told again). Left out is what comes
// from the reader, from somebody blocked either way, muted with notifications, of a blocked peer, gone, or limited and
// not followed, and what belongs to a muted conversation.
func (tx *Tx) InsertNotifications(list []skein.Notification) ([]skein.Notification, error) {
	if len(list) == 0 {
		return nil, nil
	}
	type row struct {
		ID      skein.ID `json:"id"`
		Account skein.ID `json:"a"`
		Kind    string   `json:"k"`
		Actor   skein.ID `json:"b"`
		Post    skein.ID `json:"p"`
	}
	rows := make([]row, 0, len(list))
	seen := make(map[row]bool, len(list))
	for _, n := range list {
		r := row{0, n.Account, string(n.Kind), n.Actor, n.Post + n.About} // one of the two is 0
		if n.Account == n.Actor && n.Kind != skein.NotifyPoll || seen[r] {
			continue
		}
		seen[r] = true
		r.ID = tx.NewID()
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	now := tx.Now()
	added, err := many(tx, "new notifications", notificationFields, `
		INSERT INTO notification (id, site_id, account_id, kind, actor_id, post_id, created_at)
		SELECT CAST(r.value->>'id' AS BIGINT), reader.site_id, reader.id, r.value->>'k', actor.id,
			CAST(r.value->>'p' AS BIGINT), CAST($3 AS BIGINT)
		FROM ROWS($2) r
		JOIN account reader ON reader.id = CAST(r.value->>'a' AS BIGINT)
		JOIN account actor ON actor.id = CAST(r.value->>'b' AS BIGINT)
		WHERE reader.site_id = $1 AND actor.site_id = $1 AND reader.local
			AND reader.suspended_at = 0 AND reader.deleted_at = 0 AND actor.suspended_at = 0 AND actor.deleted_at = 0
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = reader.id AND block.target_id = actor.id)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = actor.id AND block.target_id = reader.id)
			AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.site_id = $1 AND mute.account_id = reader.id
				AND mute.target_id = actor.id AND mute.notifications AND `+muteCounts+`$3))
			AND NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.site_id = $1 AND d.account_id = reader.id AND d.domain = actor.domain)
			AND (actor.silenced_at = 0 OR r.value->>'k' = 'follow_request' OR EXISTS (SELECT 1 FROM follow
				WHERE follow.site_id = $1 AND follow.account_id = reader.id AND follow.target_id = actor.id AND follow.accepted))
			AND NOT EXISTS (SELECT 1 FROM thread_mute JOIN post ON post.thread_id = thread_mute.thread_id
				WHERE thread_mute.account_id = reader.id AND post.id = CAST(r.value->>'p' AS BIGINT))
		ON CONFLICT (site_id, actor_id, account_id, kind, post_id) DO UPDATE
		SET id = excluded.id, created_at = excluded.created_at
		WHERE notification.created_at < $4 AND notification.kind NOT IN ('mention', 'post', 'poll', 'sign_up', 'report')
		RETURNING id, account_id, kind, actor_id, post_id, created_at`,
		tx.site, object(rows), ms(now), ms(now)-againAfter)
	out := make([]skein.Notification, len(added))
	for i, n := range about(added) {
		out[i] = *n
	}
	return out, err
}

// about puts what a notification is about where it belongs by its kind: one column holds either.
func about(list []*skein.Notification) []*skein.Notification {
	for _, n := range list {
		if !n.Kind.OfPost() {
			n.Post, n.About = 0, n.Post
		}
	}
	return list
}

// againAfter is when a thing that happens again is news again, in milliseconds.
const againAfter = 24 * 60 * 60 * 1000

// NotificationFilter says which notifications are wanted.
type NotificationFilter struct {
	Kinds, Not []skein.NotificationKind // nil: all, none
	Actor      skein.ID                 // 0: anybody
}

func kindList(list []skein.NotificationKind) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = string(k)
	}
	return out
}

// notificationWhere is what a reader ($2) may be told now ($3): nothing of those who are gone, blocked or muted since, and
// nothing that is no longer so, such as a like that was taken back.
const notificationWhere = `
	FROM notification n JOIN account actor ON actor.id = n.actor_id
	WHERE n.site_id = $1 AND n.account_id = $2 AND actor.suspended_at = 0 AND actor.deleted_at = 0
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = $2 AND block.target_id = n.actor_id)
		AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.site_id = $1 AND mute.account_id = $2
			AND mute.target_id = n.actor_id AND mute.notifications AND ` + muteCounts + `$3))
		AND NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.site_id = $1 AND d.account_id = $2 AND d.domain = actor.domain)
		AND CASE n.kind
			WHEN 'follow' THEN EXISTS (SELECT 1 FROM follow
				WHERE follow.site_id = $1 AND follow.account_id = n.actor_id AND follow.target_id = $2 AND follow.accepted)
			WHEN 'follow_request' THEN EXISTS (SELECT 1 FROM follow
				WHERE follow.site_id = $1 AND follow.account_id = n.actor_id AND follow.target_id = $2 AND NOT follow.accepted)
			WHEN 'like' THEN EXISTS (SELECT 1 FROM post_like l
				WHERE l.site_id = $1 AND l.account_id = n.actor_id AND l.post_id = n.post_id)
			WHEN 'reaction' THEN EXISTS (SELECT 1 FROM reaction r
				WHERE r.site_id = $1 AND r.account_id = n.actor_id AND r.post_id = n.post_id)
			WHEN 'boost' THEN EXISTS (SELECT 1 FROM post b
				WHERE b.site_id = $1 AND b.boost_of_id = n.post_id AND b.boost_of_id <> 0 AND b.author_id = n.actor_id)
			WHEN 'pending_like' THEN EXISTS (SELECT 1 FROM approval
				WHERE approval.site_id = $1 AND approval.asker_id = n.actor_id AND approval.account_id = $2
					AND approval.post_id = n.post_id AND approval.kind = 'like' AND approval.state = 'pending')
			WHEN 'pending_boost' THEN EXISTS (SELECT 1 FROM approval
				WHERE approval.site_id = $1 AND approval.asker_id = n.actor_id AND approval.account_id = $2
					AND approval.post_id = n.post_id AND approval.kind = 'boost' AND approval.state = 'pending')
			WHEN 'pending_reply' THEN EXISTS (SELECT 1 FROM approval
				WHERE approval.site_id = $1 AND approval.by_id = n.post_id AND approval.by_id <> 0
					AND approval.kind = 'reply' AND approval.state = 'pending')
			ELSE TRUE END`

// sql returns what a query for the filter goes on with, and the arguments with those of its own.
func (f NotificationFilter) sql(args []any, texts func([]string) any) (string, []any) {
	var q strings.Builder
	add := func(text string, v any, end string) {
		args = append(args, v)
		q.WriteString(text + "$" + strconv.Itoa(len(args)) + end)
	}
	if f.Kinds != nil {
		add(" AND n.kind IN TEXTS(", texts(kindList(f.Kinds)), ")")
	}
	if len(f.Not) > 0 {
		add(" AND NOT (n.kind IN TEXTS(", texts(kindList(f.Not)), "))")
	}
	if f.Actor != 0 {
		add(" AND n.actor_id = ", f.Actor, "")
	}
	return q.String(), args
}

// Notifications returns a page of what a reader is told, newest first.
func (tx *Tx) Notifications(account skein.ID, f NotificationFilter, p Page) ([]*skein.Notification, error) {
	where, args := f.sql([]any{tx.site, account, ms(tx.Now())}, tx.textList)
	list, err := pageOf(tx, "notifications", notificationFields, p, "n.id",
		`SELECT `+notificationColumns+notificationWhere+where, args...)
	return about(list), err
}

// Notification returns one of them.
func (tx *Tx) Notification(account, id skein.ID) (*skein.Notification, error) {
	n, err := one(tx, "notification", notificationFields,
		`SELECT `+notificationColumns+notificationWhere+` AND n.id = $4`, tx.site, account, ms(tx.Now()), id)
	if err != nil {
		return nil, err
	}
	return about([]*skein.Notification{n})[0], nil
}

// UnreadNotifications counts what came after the last that was read, up to a limit.
func (tx *Tx) UnreadNotifications(account, lastRead skein.ID, limit int) (int, error) {
	n, _, err := value[int](tx, "count of notifications",
		`SELECT count(*) FROM (SELECT 1`+notificationWhere+` AND n.id > $4 LIMIT $5) unread`,
		tx.site, account, ms(tx.Now()), lastRead, limit)
	return n, err
}

// DeleteNotification removes one notification of a reader.
func (tx *Tx) DeleteNotification(account, id skein.ID) (bool, error) {
	n, err := tx.exec("remove notification", `
		DELETE FROM notification WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id)
	return n == 1, err
}

// ClearNotifications removes up to a number of a reader's notifications, the oldest first, and tells how many there were;
// only those that are no newer than a last one.
func (tx *Tx) ClearNotifications(account, last skein.ID, limit int) (int, error) {
	n, err := tx.exec("clear notifications", `
		DELETE FROM notification WHERE id IN (
			SELECT id FROM notification WHERE site_id = $1 AND account_id = $2 AND id <= $3 ORDER BY id LIMIT $4)`,
		tx.site, account, last, limit)
	return int(n), err
}

// ForgetActor removes what a reader was told of somebody.
func (tx *Tx) ForgetActor(account, actor skein.ID) error {
	_, err := tx.exec("forget actor", `
		DELETE FROM notification WHERE site_id = $1 AND actor_id = $3 AND account_id = $2`, tx.site, account, actor)
	return err
}
