package store

import (
	"time"

	"skein/internal/skein"
)

const listColumns = `list.id, list.account_id, list.title, list.replies, list.exclusive, list.kept_until`

func listFields(l *skein.List) []any {
	return []any{&l.ID, &l.Account, &l.Title, &l.Replies, &l.Exclusive, asTime(&l.KeptUntil)}
}

// List returns a list, whosever it is.
func (tx *Tx) List(id skein.ID) (*skein.List, error) {
	return one(tx, "list", listFields, `SELECT `+listColumns+` FROM list WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// LockList is List for who changes it or its members: two at once wait for each other.
func (tx *Tx) LockList(id skein.ID) (*skein.List, error) {
	return one(tx, "list", listFields, `
		UPDATE list SET title = title WHERE site_id = $1 AND id = $2 RETURNING `+listColumns, tx.site, id)
}

// Lists returns an account's lists, the oldest first.
func (tx *Tx) Lists(account skein.ID) ([]*skein.List, error) {
	return many(tx, "lists", listFields, `
		SELECT `+listColumns+` FROM list WHERE site_id = $1 AND account_id = $2 ORDER BY id LIMIT $3`,
		tx.site, account, skein.MaxLists)
}

// ListsWith returns those of an account's lists that another is a member of.
func (tx *Tx) ListsWith(owner, member skein.ID) ([]*skein.List, error) {
	return many(tx, "lists with an account", listFields, `
		SELECT `+listColumns+` FROM list_member m JOIN list ON list.id = m.list_id
		WHERE m.site_id = $1 AND m.owner_id = $2 AND m.account_id = $3 ORDER BY list.id`, tx.site, owner, member)
}

// InsertList stores a new list, unless its owner has that many; it answers false then.
func (tx *Tx) InsertList(l *skein.List, most int) (bool, error) {
	// Two at once would both count the same: the row of the account lets one wait for the other.
	if _, err := tx.exec("lock account", `UPDATE account SET local = local WHERE site_id = $1 AND id = $2`,
		tx.site, l.Account); err != nil {
		return false, err
	}
	l.ID = tx.NewID()
	n, err := tx.exec("insert list", `
		INSERT INTO list (id, site_id, account_id, title, replies, exclusive)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BOOLEAN)
		WHERE (SELECT count(*) FROM list WHERE site_id = $2 AND account_id = $3) < $7`,
		l.ID, tx.site, l.Account, l.Title, string(l.Replies), l.Exclusive, most)
	return n == 1, err
}

// UpdateList stores a list's title and rules.
func (tx *Tx) UpdateList(l *skein.List) error {
	if _, err := tx.exec("update list", `
		UPDATE list SET title = $3, replies = $4, exclusive = $5 WHERE site_id = $1 AND id = $2`,
		tx.site, l.ID, l.Title, string(l.Replies), l.Exclusive); err != nil {
		return err
	}
	_, err := tx.exec("update members", `
		UPDATE list_member SET exclusive = $3 WHERE list_id = $2 AND +site_id = $1 AND exclusive <> $3`, tx.site, l.ID, l.Exclusive)
	return err
}

// DeleteList removes a list with all that hangs on it.
func (tx *Tx) DeleteList(id skein.ID) error {
	for _, q := range []string{
		`DELETE FROM list_post WHERE list_id = $2 AND site_id = $1`,
		`DELETE FROM list_member WHERE list_id = $2 AND site_id = $1`,
		`DELETE FROM list WHERE id = $2 AND site_id = $1`,
	} {
		if _, err := tx.exec("remove list", q, tx.site, id); err != nil {
			return err
		}
	}
	return nil
}

// ListMembers returns the members of a list, the latest first; those that are gone are left out.
func (tx *Tx) ListMembers(list skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "members", rowFields, p, "m.id", `
		SELECT m.id, `+accountColumns+`
		FROM list_member m JOIN account ON account.id = m.account_id
		WHERE m.list_id = $2 AND m.site_id = $1 AND account.suspended_at = 0 AND account.deleted_at = 0`, tx.site, list)
}

// MemberIDs returns who is in a list.
func (tx *Tx) MemberIDs(list skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "members", `SELECT account_id FROM list_member WHERE list_id = $2 AND site_id = $1`, tx.site, list)
}

// InsertMembers puts accounts into a list. It answers how many were not in it before.
func (tx *Tx) InsertMembers(l *skein.List, accounts []skein.ID) (int, error) {
	type row struct {
		ID      skein.ID `json:"id"`
		Account skein.ID `json:"a"`
	}
	rows := make([]row, len(accounts))
	for i, a := range accounts {
		rows[i] = row{tx.NewID(), a}
	}
	n, err := tx.exec("insert members", `
		INSERT INTO list_member (id, site_id, list_id, owner_id, account_id, exclusive)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT),
			CAST(r.value->>'a' AS BIGINT), l.exclusive
		FROM ROWS($4) r JOIN list l ON l.id = $2
		WHERE TRUE ON CONFLICT (list_id, account_id) DO NOTHING`, tx.site, l.ID, l.Account, toJSON(rows))
	return int(n), err
}

// DeleteMembers takes accounts out of a list, and what they wrote out of its timeline. It answers who was in it.
func (tx *Tx) DeleteMembers(list skein.ID, accounts []skein.ID) ([]skein.ID, error) {
	gone, err := column[skein.ID](tx, "removed members", `
		DELETE FROM list_member WHERE list_id = $2 AND site_id = $1 AND account_id IN LIST($3) RETURNING account_id`,
		tx.site, list, tx.list(accounts))
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	_, err = tx.exec("remove posts of members", removeAuthors, tx.site, tx.list([]skein.ID{list}), tx.list(gone))
	return gone, err
}

// leaveLists takes an account out of all lists of another, which follows it no longer.
func (tx *Tx) leaveLists(owner, member skein.ID) error {
	lists, err := column[skein.ID](tx, "lists left", `
		DELETE FROM list_member WHERE site_id = $1 AND owner_id = $2 AND account_id = $3 RETURNING list_id`, tx.site, owner, member)
	if err != nil || len(lists) == 0 {
		return err
	}
	_, err = tx.exec("remove posts of members", removeAuthors, tx.site, tx.list(lists), tx.list([]skein.ID{member}))
	return err
}

// MoveMember puts one account into the place of another in somebody's lists: it has moved.
func (tx *Tx) MoveMember(owner, from, to skein.ID) error {
	_, err := tx.exec("move member", `
		UPDATE list_member SET account_id = $4
		WHERE site_id = $1 AND owner_id = $2 AND account_id = $3
			AND NOT EXISTS (SELECT 1 FROM list_member o WHERE o.list_id = list_member.list_id AND o.account_id = $4)`,
		tx.site, owner, from, to)
	return err
}

// FollowedOf returns those of some accounts that somebody follows or asks to follow.
func (tx *Tx) FollowedOf(account skein.ID, targets []skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "follows", `
		SELECT target_id FROM follow WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3)`,
		tx.site, account, tx.list(targets))
}

// KeepList keeps the timeline of a list until a moment.
func (tx *Tx) KeepList(id skein.ID, until time.Time) error {
	_, err := tx.exec("keep list", `
		UPDATE list SET kept_until = $3 WHERE site_id = $1 AND id = $2 AND kept_until < $3`, tx.site, id, ms(until))
	return err
}
