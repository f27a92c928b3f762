package store

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"skein/internal/skein"
)

// One notification of each group, the newest, leads it (column head), so that a page of groups costs what there are groups
// on it, however many liked a post.

// lockGroups has nobody else change the heads of groups until the end of the transaction: two that add to one at once would each
// lead it, since neither sees the other. SQLite has one writer anyhow. A group counts with those before and after it.
func (tx *Tx) lockGroups(of map[skein.ID][]string) error {
	if !tx.db.IsPostgres() {
		return nil
	}
	var locks []int64
	for account, keys := range of {
		for _, key := range keys {
			if i := strings.LastIndexByte(key, '-'); i >= 0 { // the hour
				key = key[:i]
			}
			h := fnv.New64a()
			_, _ = h.Write([]byte("group " + account.String() + " " + key))
			locks = append(locks, int64(h.Sum64()))
		}
	}
	slices.Sort(locks) // in one order, so that nobody waits in a circle
	for _, l := range slices.Compact(locks) {
		if _, err := tx.exec("lock group", `SELECT pg_advisory_xact_lock($1)`, l); err != nil {
			return err
		}
	}
	return nil
}

// lead leaves the groups of new notifications one head each, the newest: rows of a (reader) and g (key). A new one need not be the
// newest: who got an ID first may come to the lock last.
func (tx *Tx) lead(rows string) error {
	_, err := tx.exec("lead groups", `
		UPDATE notification SET head = FALSE
		FROM ROWS($2) r
		WHERE notification.site_id = $1 AND notification.account_id = CAST(r.value->>'a' AS BIGINT)
			AND notification.group_key = r.value->>'g' AND notification.group_key <> ''
			AND notification.head AND EXISTS (SELECT 1 FROM notification newer WHERE newer.site_id = $1 AND newer.account_id = notification.account_id
				AND newer.group_key = notification.group_key AND newer.head AND newer.id > notification.id)`, tx.site, rows)
	return err
}

// dropNotifications removes notifications, those that fulfil a condition; arguments count from $2. Groups that lost their head
// get another.
func (tx *Tx) dropNotifications(what, where string, args ...any) error {
	n := 0
	return tx.dropCounted(what, &n, where, args...)
}

func (tx *Tx) dropCounted(what string, count *int, where string, args ...any) error {
	type gone struct {
		Account skein.ID `json:"a"`
		Group   string   `json:"g"`
		head    bool
	}
	list, err := many(tx, what, func(g *gone) []any { return []any{&g.Account, &g.Group, &g.head} },
		`DELETE FROM notification WHERE site_id = $1 AND `+where+` RETURNING account_id, group_key, head`, append([]any{tx.site}, args...)...)
	*count = len(list)
	var beheaded []*gone
	for _, g := range list {
		if g.head && g.Group != "" {
			beheaded = append(beheaded, g)
		}
	}
	if err != nil || len(beheaded) == 0 {
		return err
	}
	of := map[skein.ID][]string{}
	for _, g := range beheaded {
		of[g.Account] = append(of[g.Account], g.Group)
	}
	if err := tx.lockGroups(of); err != nil {
		return err
	}
	_, err = tx.exec("lead groups anew", `
		UPDATE notification SET head = TRUE WHERE id IN (
			SELECT (SELECT max(n.id) FROM notification n WHERE n.site_id = $1 AND n.account_id = CAST(r.value->>'a' AS BIGINT)
				AND n.group_key = r.value->>'g' AND n.group_key <> '')
			FROM ROWS($2) r)`, tx.site, object(beheaded))
	return err
}

// NotificationGroup is a group on a page.
type NotificationGroup struct {
	Key    string // empty: one that is alone
	Head   *skein.Notification
	Newest []*skein.Notification // the newest that are still so, newest first
	Count  int
	Low    skein.ID // the oldest of it that belongs to the page
}

// Bounds of what is read of one group.
const (
	groupNewest = 24
	groupCount  = 10_000
)

// headsWhere goes on after notificationFrom with the heads of groups ($3: now), and what is alone and still so; of kinds that
// are not wanted grouped (those not in TEXTS($4)) all.
const (
	headKey   = `CASE WHEN n.kind IN TEXTS($4) THEN n.group_key ELSE '' END`
	headWhere = ` AND n.head AND (n.group_key <> '' OR ` + stillSo + `)`
	someHeads = ` AND (n.head AND n.group_key <> '' AND n.kind IN TEXTS($4)
		OR (n.group_key = '' OR NOT (n.kind IN TEXTS($4))) AND ` + stillSo + `)`
)

// Of one account only, the newest of a group that is that account's, and still so, stands for the group.
const actorHeads = ` AND ` + stillSo + ` AND NOT EXISTS (SELECT 1 FROM notification newer
	WHERE newer.site_id = $1 AND newer.actor_id = n.actor_id AND newer.account_id = $2 AND newer.id > n.id
		AND newer.group_key = n.group_key AND n.group_key <> '' AND n.kind IN TEXTS($4) AND newer.kind IN TEXTS($4))`

func headsWhere(grouped []skein.NotificationKind, f NotificationFilter) string {
	if f.Actor != 0 {
		return actorHeads
	}
	if len(grouped) == len(skein.Grouped) {
		return headWhere
	}
	return someHeads
}

// NotificationGroups returns a page of groups, by their heads, newest first. Those of which nothing is so any more are
// among them, without Newest.
func (tx *Tx) NotificationGroups(account skein.ID, f NotificationFilter, grouped []skein.NotificationKind, p Page) ([]*NotificationGroup, error) {
	where, args := f.sql([]any{tx.site, account, ms(tx.Now()), tx.textList(kindList(grouped))}, tx.textList)
	heads, err := pageOf(tx, "heads of groups", notificationFields, p, "n.id", `
		SELECT n.id, n.account_id, n.kind, n.actor_id, n.post_id, n.created_at, n.filtered, `+headKey+
		notificationFrom+headsWhere(grouped, f)+where, args...)
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	low := heads[len(heads)-1].ID
	if len(heads) < p.Limit && p.Min == 0 { // the last page reaches to the end
		low = p.Since + 1
	}
	return tx.groups(account, heads, low)
}

// groups loads what hangs on heads: one query for the newest of all groups, one for their numbers.
func (tx *Tx) groups(account skein.ID, heads []*skein.Notification, low skein.ID) ([]*NotificationGroup, error) {
	var list []*NotificationGroup
	var keys []string
	byKey := map[string]*NotificationGroup{}
	for _, h := range heads {
		g := &NotificationGroup{Key: h.Group, Head: h}
		if h.Group == "" {
			g.Newest, g.Count, g.Low = []*skein.Notification{h}, 1, h.ID
		} else if byKey[h.Group] != nil {
			continue // two that came at once both believe to lead
		} else {
			byKey[h.Group] = g
			keys = append(keys, h.Group)
		}
		list = append(list, g)
	}
	defer func() { about(heads) }()
	if len(keys) == 0 {
		return list, nil
	}
	newest, err := many(tx, "newest of groups", notificationFields, `
		SELECT `+notificationColumns+notificationWhere+` AND n.id IN (
			SELECT o.id FROM ROWS($4) r JOIN notification o ON o.site_id = $1 AND o.account_id = $2
				AND o.group_key = r.value->>'g' AND o.group_key <> ''
			WHERE o.id >= coalesce((SELECT m.id FROM notification m WHERE m.site_id = $1 AND m.account_id = $2
				AND m.group_key = r.value->>'g' AND m.group_key <> '' ORDER BY m.id DESC LIMIT 1 OFFSET $5), 0))
		ORDER BY n.id DESC`, tx.site, account, ms(tx.Now()), object(groupRows(keys)), groupNewest-1)
	if err != nil {
		return nil, err
	}
	for _, n := range about(newest) {
		g := byKey[n.Group]
		g.Newest = append(g.Newest, n)
	}
	type numbers struct {
		key   string
		count int
		low   skein.ID
	}
	all, err := many(tx, "numbers of groups", func(n *numbers) []any { return []any{&n.key, &n.count, &n.low} }, `
		SELECT r.value->>'g', (SELECT count(*) FROM (SELECT 1 FROM notification m WHERE m.site_id = $1 AND m.account_id = $2
				AND m.group_key = r.value->>'g' AND m.group_key <> '' LIMIT $5) bounded),
			coalesce((SELECT min(m.id) FROM notification m WHERE m.site_id = $1 AND m.account_id = $2
				AND m.group_key = r.value->>'g' AND m.group_key <> '' AND m.id >= $4), 0)
		FROM ROWS($3) r`, tx.site, account, object(groupRows(keys)), low, groupCount)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		g := byKey[n.key]
		// Of small groups it is known what is still so; of large ones, that most is.
		if g.Count, g.Low = len(g.Newest), n.low; n.count > groupNewest {
			g.Count += n.count - groupNewest
		}
	}
	return list, nil
}

type groupRow struct {
	Key string `json:"g"`
}

func groupRows(keys []string) []groupRow {
	rows := make([]groupRow, len(keys))
	for i, k := range keys {
		rows[i].Key = k
	}
	return rows
}

// NotificationGroup returns one group of a reader.
func (tx *Tx) NotificationGroup(account skein.ID, key string) (*NotificationGroup, error) {
	if key == "" {
		return nil, skein.ErrNotFound
	}
	head, err := one(tx, "group", notificationFields, `
		SELECT `+notificationColumns+` FROM notification n WHERE n.site_id = $1 AND n.account_id = $2 AND n.group_key = $3
			AND n.group_key <> '' ORDER BY n.id DESC LIMIT 1`, tx.site, account, key)
	if err != nil {
		return nil, err
	}
	list, err := tx.groups(account, []*skein.Notification{head}, 0)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// NotificationsOfGroup returns a page of a group's notifications, newest first.
func (tx *Tx) NotificationsOfGroup(account skein.ID, key string, p Page) ([]*skein.Notification, error) {
	list, err := pageOf(tx, "notifications of group", notificationFields, p, "n.id",
		`SELECT `+notificationColumns+notificationWhere+` AND n.group_key = $4 AND n.group_key <> ''`,
		tx.site, account, ms(tx.Now()), key)
	return about(list), err
}

// DeleteNotificationGroup removes up to a number of a group's notifications, the oldest first, and tells how many there were.
func (tx *Tx) DeleteNotificationGroup(account skein.ID, key string, limit int) (int, error) {
	n, err := tx.exec("remove group", `
		DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE site_id = $1 AND account_id = $2
			AND group_key = $3 AND group_key <> '' ORDER BY id LIMIT $4)`, tx.site, account, key, limit)
	return int(n), err
}

// UnreadGroups counts the groups in which something came after the last that was read and is still so, up to a limit. Of large
// groups only the newest are looked at, as on a page.
func (tx *Tx) UnreadGroups(account, lastRead skein.ID, f NotificationFilter, grouped []skein.NotificationKind, limit int) (int, error) {
	heads, q := headsWhere(grouped, f), f
	if f.Actor == 0 {
		heads += ` AND (n.group_key = '' OR NOT (n.kind IN TEXTS($4)) OR EXISTS (SELECT 1 FROM (
			SELECT m.id, m.actor_id, m.post_id, m.kind FROM notification m WHERE m.site_id = $1 AND m.account_id = $2
				AND m.group_key = n.group_key AND m.group_key <> '' AND m.id > $5 ORDER BY m.id DESC LIMIT ` + strconv.Itoa(groupNewest) + `) g
			WHERE ` + memberStillSo + `))`
	}
	where, args := q.sql([]any{tx.site, account, ms(tx.Now()), tx.textList(kindList(grouped)), lastRead, limit}, tx.textList)
	n, _, err := value[int](tx, "count of groups",
		`SELECT count(*) FROM (SELECT `+headKey+notificationFrom+heads+` AND n.id > $5`+where+` LIMIT $6) unread`, args...)
	return n, err
}

// memberStillSo is stillSo for a member (g) of a group, beside its head.
var memberStillSo = `EXISTS (SELECT 1 FROM account member WHERE member.id = g.actor_id AND ` +
	strings.NewReplacer("n.", "g.", "actor.", "member.").Replace(stillSo) + `)`
