package store

import "skein/internal/skein"

// LocalFollows returns a batch of the accepted follows of an account by people of the site, by their IDs.
func (tx *Tx) LocalFollows(target, after skein.ID, limit int) ([]*skein.Follow, error) {
	return many(tx, "local follows", followFields, `
		SELECT `+followColumns+` FROM follow
		WHERE site_id = $1 AND target_id = $2 AND id > $3 AND accepted AND NOT remote
		ORDER BY id LIMIT $4`, tx.site, target, after, limit)
}

// LocalBlockers returns a batch of the site's people who block an account, by the IDs of the blocks.
func (tx *Tx) LocalBlockers(target, after skein.ID, limit int) ([]*AccountRow, error) {
	return many(tx, "local blockers", rowFields, `
		SELECT block.id, `+accountColumns+`
		FROM block JOIN account ON account.id = block.account_id
		WHERE block.site_id = $1 AND block.target_id = $2 AND block.id > $3 AND account.local
		ORDER BY block.id LIMIT $4`, tx.site, target, after, limit)
}

// RemoteBlockers returns who elsewhere blocks an account.
func (tx *Tx) RemoteBlockers(target skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "remote blockers", `
		SELECT block.account_id FROM block JOIN account ON account.id = block.account_id
		WHERE block.site_id = $1 AND block.target_id = $2 AND NOT account.local LIMIT $3`, tx.site, target, limit)
}

// ConcernsLocals tells whether anybody of the site follows, blocks or mutes an account, or has noted something about it.
func (tx *Tx) ConcernsLocals(account skein.ID) (bool, error) {
	_, ok, err := value[int](tx, "concern", `
		SELECT 1 WHERE EXISTS (SELECT 1 FROM follow WHERE site_id = $1 AND target_id = $2 AND NOT remote)
			OR EXISTS (SELECT 1 FROM block JOIN account a ON a.id = block.account_id
				WHERE block.site_id = $1 AND block.target_id = $2 AND a.local)
			OR EXISTS (SELECT 1 FROM mute WHERE site_id = $1 AND target_id = $2)
			OR EXISTS (SELECT 1 FROM account_note WHERE site_id = $1 AND target_id = $2)`, tx.site, account)
	return ok, err
}

// CopyMutes lets a batch of those who mute one account mute another in the same way, unless they follow it or mute it
// already. It answers where the next batch begins, 0 at the end.
func (tx *Tx) CopyMutes(from, to, after skein.ID, limit int) (skein.ID, error) {
	type row struct {
		ID      skein.ID `json:"id"`
		Mute    skein.ID `json:"-"`
		Account skein.ID `json:"a"`
	}
	rows, err := many(tx, "mutes", func(r *row) []any { return []any{&r.Mute, &r.Account} }, `
		SELECT id, account_id FROM mute WHERE site_id = $1 AND target_id = $2 AND id > $3 AND account_id <> $4 ORDER BY id LIMIT $5`,
		tx.site, from, after, to, limit)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	for _, r := range rows {
		r.ID = tx.NewID()
	}
	_, err = tx.exec("copy mutes", `
		INSERT INTO mute (id, site_id, account_id, target_id, notifications, expires_at)
		SELECT CAST(r.value->>'id' AS BIGINT), m.site_id, m.account_id, CAST($4 AS BIGINT), m.notifications, m.expires_at
		FROM ROWS($2) r
		JOIN mute m ON m.site_id = $1 AND m.account_id = CAST(r.value->>'a' AS BIGINT) AND m.target_id = $3
		WHERE NOT EXISTS (SELECT 1 FROM follow f WHERE f.site_id = $1 AND f.account_id = m.account_id AND f.target_id = $4)
		ON CONFLICT DO NOTHING`, tx.site, object(rows), from, to)
	if err != nil || len(rows) < limit {
		return 0, err
	}
	return rows[len(rows)-1].Mute, nil
}

// CopyNotes copies a batch of what people noted about one account to another, where nothing is noted yet. It answers where
// the next batch begins, 0 at the end.
func (tx *Tx) CopyNotes(from, to, after skein.ID, limit int) (skein.ID, error) {
	authors, err := column[skein.ID](tx, "notes", `
		SELECT account_id FROM account_note
		WHERE site_id = $1 AND target_id = $2 AND account_id > $3 AND account_id <> $4 ORDER BY account_id LIMIT $5`,
		tx.site, from, after, to, limit)
	if err != nil || len(authors) == 0 {
		return 0, err
	}
	_, err = tx.exec("copy notes", `
		INSERT INTO account_note (site_id, account_id, target_id, text)
		SELECT site_id, account_id, CAST($3 AS BIGINT), text FROM account_note
		WHERE site_id = $1 AND target_id = $2 AND account_id IN LIST($4)
		ON CONFLICT DO NOTHING`, tx.site, from, to, tx.list(authors))
	if err != nil || len(authors) < limit {
		return 0, err
	}
	return authors[len(authors)-1], nil
}
