package store

import (
	"time"

	"skein/internal/skein"
)

// A mute counts while its time has not passed; nobody has to remove it.
const muteCounts = `(mute.expires_at = 0 OR mute.expires_at > `

// SetMute stores a mute, or changes the one there is. The zero time is no end.
func (tx *Tx) SetMute(account, target skein.ID, notifications bool, until time.Time) error {
	_, err := tx.exec("set mute", `
		INSERT INTO mute (id, site_id, account_id, target_id, notifications, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (site_id, account_id, target_id) DO UPDATE
		SET notifications = excluded.notifications, expires_at = excluded.expires_at`,
		tx.NewID(), tx.site, account, target, notifications, ms(until))
	return err
}

// DeleteMute removes a mute and answers whether there was one.
func (tx *Tx) DeleteMute(account, target skein.ID) (bool, error) {
	n, err := tx.exec("remove mute", `
		DELETE FROM mute WHERE site_id = $1 AND account_id = $2 AND target_id = $3`, tx.site, account, target)
	return n == 1, err
}

// MutedAccounts returns whom an account mutes, with the end of each mute.
func (tx *Tx) MutedAccounts(account skein.ID, p Page) ([]*AccountRow, error) {
	fields := func(r *AccountRow) []any {
		r.Account = new(skein.Account)
		return append([]any{&r.Cursor, asTime(&r.Until)}, accountFields(r.Account)...)
	}
	return pageOf(tx, "muted accounts", fields, p, "mute.id", `
		SELECT mute.id, mute.expires_at, `+accountColumns+`
		FROM mute JOIN account ON account.id = mute.target_id
		WHERE mute.site_id = $1 AND mute.account_id = $2 AND account.deleted_at = 0 AND `+muteCounts+`$3)`,
		tx.site, account, ms(tx.Now()))
}

// PruneMutes removes, on all sites, some of what no longer counts.
func (tx *Tx) PruneMutes() (more bool, err error) {
	return tx.pruneAll(pruning{"mute", "id", "expires_at <> 0 AND expires_at <= $1", ms(tx.Now())})
}
