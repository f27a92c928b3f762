package store

import (
	"strconv"
	"strings"

	"skein/internal/skein"
)

func notificationFields(n *skein.Notification) []any {
	return []any{&n.ID, &n.Account, &n.Kind, &n.Actor, &n.Post, asTime(&n.CreatedAt), &n.Filtered, &n.Group}
}

const notificationColumns = `n.id, n.account_id, n.kind, n.actor_id, n.post_id, n.created_at, n.filtered, n.group_key`

// Of the policy of a reader (mastodon-api.md 4.14): which kinds it is about, and whether it says $L of this notification. A
// private mention is asked for when it answers a conversation in which the reader named the sender.
const (
	filterable = `r.value->>'k' IN ('mention', 'boost', 'follow', 'follow_request', 'like', 'reaction', 'quote', 'collected',
		'pending_reply', 'pending_like', 'pending_boost')`
	notFollowing = `NOT EXISTS (SELECT 1 FROM follow f
		WHERE f.site_id = $1 AND f.account_id = reader.id AND f.target_id = actor.id AND f.accepted)`
	policySays = `(coalesce(policy.limited_accounts, 1) = $L AND actor.silenced_at <> 0 AND ` + notFollowing + `
		OR coalesce(policy.private_mentions, 1) = $L AND r.value->>'k' = 'mention' AND ` + notFollowing + ` AND EXISTS (
			SELECT 1 FROM post p WHERE p.site_id = $1 AND p.id = CAST(r.value->>'p' AS BIGINT) AND p.visibility = 3 AND NOT (
				p.reply_to_id <> 0 AND EXISTS (SELECT 1 FROM post own JOIN post_mention named ON named.post_id = own.id
					WHERE own.site_id = $1 AND own.thread_id = p.thread_id AND own.author_id = reader.id
						AND own.id < p.id AND named.account_id = actor.id)))
		OR policy.not_following = $L AND ` + notFollowing + `
		OR policy.not_followers = $L AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.site_id = $1 AND f.account_id = actor.id
			AND f.target_id = reader.id AND f.accepted AND f.created_at <= $5)
		OR policy.new_accounts = $L AND actor.id > $6 AND ` + notFollowing + `
		OR policy.bots = $L AND actor.kind IN ('bot', 'application') AND ` + notFollowing + `)`
	// Those whom the reader let through, and the site's own staff when it writes.
	letThrough = `(EXISTS (SELECT 1 FROM notification_permission ok WHERE ok.account_id = reader.id AND ok.actor_id = actor.id)
		OR r.value->>'k' = 'mention' AND actor.local AND EXISTS (SELECT 1 FROM person staff
			WHERE staff.account_id = actor.id AND staff.role <> 'member'))`
)

// policyVerdict is what the reader's policy says of a notification, as a number.
var policyVerdict = `CASE WHEN NOT ` + filterable + ` THEN 0
	WHEN ` + strings.ReplaceAll(policySays, "$L", "2") + ` THEN CASE WHEN ` + letThrough + ` THEN 0 ELSE 2 END
	WHEN ` + strings.ReplaceAll(policySays, "$L", "1") + ` THEN CASE WHEN ` + letThrough + ` THEN 0 ELSE 1 END
	ELSE 0 END`

// InsertNotifications stores notifications, in one statement for any number, and returns those that are new; what their
// readers hold back is marked, and what they drop is not stored. There is one for each reader, kind, actor and post (T98): a
// second like tells nothing new, but for one that comes more than a day later (what only happens once, a mention or a post,
// is never told again). Left out is what comes from the reader, from somebody blocked either way, muted with notifications,
// of a blocked peer or gone, and what belongs to a muted conversation.
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
		Group   string   `json:"g"` // the group that it begins
		Oldest  string   `json:"o"` // the oldest that it may join
	}
	now := tx.Now()
	rows := make([]row, 0, len(list))
	seen := make(map[row]bool, len(list))
	grouped := false
	for _, n := range list {
		r := row{Account: n.Account, Kind: string(n.Kind), Actor: n.Actor, Post: n.Post + n.About} // one of the two is 0
		if n.Account == n.Actor && !n.Kind.OfSelf() || seen[r] {
			continue
		}
		seen[r] = true
		r.ID = tx.NewID()
		r.Group, r.Oldest = n.GroupKeys(now)
		grouped = grouped || r.Group != ""
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if grouped { // what is told anew leaves its old group
		groups := map[skein.ID][]string{}
		for _, r := range rows {
			if r.Group != "" {
				groups[r.Account] = append(groups[r.Account], r.Group)
			}
		}
		if err := tx.lockGroups(groups); err != nil {
			return nil, err
		}
		if err := tx.dropNotifications("old notifications", `id IN (
			SELECT n.id FROM ROWS($2) r JOIN notification n ON n.site_id = $1 AND n.actor_id = CAST(r.value->>'b' AS BIGINT)
				AND n.account_id = CAST(r.value->>'a' AS BIGINT) AND n.kind = r.value->>'k' AND n.post_id = CAST(r.value->>'p' AS BIGINT)
			WHERE r.value->>'g' <> '' AND n.created_at < $3)`, object(rows), ms(now)-againAfter); err != nil {
			return nil, err
		}
	}
	added, err := many(tx, "new notifications", notificationFields, `
		INSERT INTO notification (id, site_id, account_id, kind, actor_id, post_id, created_at, filtered, group_key)
		SELECT v.id, v.site_id, v.account_id, v.kind, v.actor_id, v.post_id, v.created_at, v.verdict = 1,
			CASE WHEN v.own = '' OR v.verdict = 1 THEN '' ELSE coalesce((
				SELECT max(g.group_key) FROM notification g WHERE g.site_id = $1 AND g.account_id = v.account_id
					AND g.group_key >= v.oldest AND g.group_key <= v.own AND g.group_key <> ''), v.own) END
		FROM (SELECT CAST(r.value->>'id' AS BIGINT) AS id, reader.site_id, reader.id AS account_id, r.value->>'k' AS kind,
				actor.id AS actor_id, CAST(r.value->>'p' AS BIGINT) AS post_id, CAST($3 AS BIGINT) AS created_at,
				r.value->>'g' AS own, r.value->>'o' AS oldest, `+policyVerdict+` AS verdict
			FROM ROWS($2) r
			JOIN account reader ON reader.id = CAST(r.value->>'a' AS BIGINT)
			JOIN account actor ON actor.id = CAST(r.value->>'b' AS BIGINT)
			LEFT JOIN notification_policy policy ON policy.account_id = reader.id
			WHERE reader.site_id = $1 AND actor.site_id = $1 AND reader.local
				AND reader.suspended_at = 0 AND reader.deleted_at = 0 AND actor.suspended_at = 0 AND actor.deleted_at = 0
				AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = reader.id AND block.target_id = actor.id)
				AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = actor.id AND block.target_id = reader.id)
				AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.site_id = $1 AND mute.account_id = reader.id
					AND mute.target_id = actor.id AND mute.notifications AND `+muteCounts+`$3))
				AND NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.site_id = $1 AND d.account_id = reader.id AND d.domain = actor.domain)
				AND NOT EXISTS (SELECT 1 FROM thread_mute JOIN post ON post.thread_id = thread_mute.thread_id
					WHERE thread_mute.account_id = reader.id AND post.id = CAST(r.value->>'p' AS BIGINT))) v
		WHERE v.verdict < 2
		ON CONFLICT (site_id, actor_id, account_id, kind, post_id) DO UPDATE
		SET id = excluded.id, created_at = excluded.created_at, filtered = excluded.filtered
		WHERE notification.created_at < $4
			AND notification.kind NOT IN ('mention', 'post', 'poll', 'sign_up', 'report', 'severed', 'warning')
		RETURNING id, account_id, kind, actor_id, post_id, created_at, filtered, group_key`,
		tx.site, object(rows), ms(now), ms(now)-againAfter, ms(now.Add(-skein.NewFollower)), before(now.Add(-skein.NewAccount)))
	if err != nil {
		return nil, err
	}
	var heads []row
	for _, n := range added {
		if n.Group != "" {
			heads = append(heads, row{ID: n.ID, Account: n.Account, Group: n.Group})
		}
	}
	if len(heads) > 0 {
		if err := tx.lead(object(heads)); err != nil {
			return nil, err
		}
	}
	out := make([]skein.Notification, len(added))
	for i, n := range about(added) {
		out[i] = *n
	}
	return out, tx.requestNotifications(out)
}

// HeldBack returns those of some readers who hold back, or drop, that somebody names them in a post.
func (tx *Tx) HeldBack(p *skein.Post, readers []skein.ID) ([]skein.ID, error) {
	type row struct {
		Account skein.ID `json:"a"`
		Kind    string   `json:"k"`
		Post    skein.ID `json:"p"`
	}
	var rows []row
	for _, id := range readers {
		if id != p.Author {
			rows = append(rows, row{id, string(skein.NotifyMention), p.ID})
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	now := tx.Now()
	return column[skein.ID](tx, "who holds back", `
		SELECT reader.id
		FROM ROWS($2) r
		JOIN account reader ON reader.id = CAST(r.value->>'a' AS BIGINT)
		JOIN account actor ON actor.id = CAST($3 AS BIGINT)
		LEFT JOIN notification_policy policy ON policy.account_id = reader.id
		WHERE reader.site_id = $1 AND CAST($4 AS BIGINT) = 0 AND `+policyVerdict+` > 0`,
		tx.site, object(rows), p.Author, 0, ms(now.Add(-skein.NewFollower)), before(now.Add(-skein.NewAccount)))
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
	Held       bool                     // what is held back too
}

func kindList(list []skein.NotificationKind) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = string(k)
	}
	return out
}

// notificationFrom begins what reads a reader's ($2) notifications.
const notificationFrom = `
	FROM notification n JOIN account actor ON actor.id = n.actor_id
	WHERE n.site_id = $1 AND n.account_id = $2`

// notificationWhere is what a reader ($2) may be told now ($3).
const notificationWhere = notificationFrom + ` AND ` + stillSo

// stillSo: nothing of those who are gone, blocked or muted since, and nothing that is no longer so, such as a like that was
// taken back.
const stillSo = `(actor.suspended_at = 0 AND actor.deleted_at = 0
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
			ELSE TRUE END)`

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
	if !f.Held {
		q.WriteString(" AND NOT n.filtered")
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
func (tx *Tx) UnreadNotifications(account, lastRead skein.ID, f NotificationFilter, limit int) (int, error) {
	where, args := f.sql([]any{tx.site, account, ms(tx.Now()), lastRead, limit}, tx.textList)
	n, _, err := value[int](tx, "count of notifications",
		`SELECT count(*) FROM (SELECT 1`+notificationWhere+` AND n.id > $4`+where+` LIMIT $5) unread`, args...)
	return n, err
}

// DeleteNotifications removes notifications of a reader, and tells how many there were.
func (tx *Tx) DeleteNotifications(account skein.ID, ids []skein.ID) (int, error) {
	n := 0
	err := tx.dropCounted("remove notifications", &n, `account_id = $2 AND id IN LIST($3)`, account, tx.list(ids))
	return n, err
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

// ForgetKinds removes up to a number of a reader's notifications of some kinds, the newest first.
func (tx *Tx) ForgetKinds(account skein.ID, kinds []skein.NotificationKind, limit int) error {
	if len(kinds) == 0 {
		return nil
	}
	_, err := tx.exec("forget notifications", `
		DELETE FROM notification WHERE id IN (
			SELECT id FROM notification WHERE site_id = $1 AND account_id = $2 AND kind IN TEXTS($3) ORDER BY id DESC LIMIT $4)`,
		tx.site, account, tx.textList(kindList(kinds)), limit)
	return err
}

// ForgetActor removes what a reader was told of somebody.
func (tx *Tx) ForgetActor(account, actor skein.ID) error {
	if err := tx.dropNotifications("forget actor", `actor_id = $3 AND account_id = $2`, account, actor); err != nil {
		return err
	}
	_, err := tx.exec("forget request", `
		DELETE FROM notification_request WHERE site_id = $1 AND account_id = $2 AND actor_id = $3`, tx.site, account, actor)
	return err
}
