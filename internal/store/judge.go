package store

import (
	"time"

	"skein/internal/skein"
)

// What somebody decided about an account itself, beside what the policy towards its peer does (MarkPeerAccount): the mark
// of the policy goes when the decision is the same, so that lifting the policy does not lift the decision.

// LimitAccount shows an account to those only who follow it.
func (tx *Tx) LimitAccount(id skein.ID) error {
	return tx.judge(id, `silenced_at = CASE WHEN silenced_at = 0 THEN $3 ELSE silenced_at END,
		peer_mark = CASE WHEN peer_mark = 1 THEN 0 ELSE peer_mark END`, ms(tx.Now()))
}

// UnlimitAccount takes that back. mark is what the policy towards its peer wants (0 for local accounts): an account of a
// limited peer is the exception from then on, until the policy changes.
func (tx *Tx) UnlimitAccount(id skein.ID, mark int) error {
	return tx.judge(id, `silenced_at = 0, peer_mark = CASE WHEN peer_mark = 2 THEN 2 ELSE $3 END`, mark%2)
}

// SuspendAccount makes an account be there for nobody.
func (tx *Tx) SuspendAccount(id skein.ID) error {
	return tx.judge(id, `suspended_at = CASE WHEN suspended_at = 0 THEN $3 ELSE suspended_at END,
		peer_mark = CASE WHEN peer_mark = 2 THEN 0 ELSE peer_mark END`, ms(tx.Now()))
}

// UnsuspendAccount takes that back.
func (tx *Tx) UnsuspendAccount(id skein.ID) error {
	return tx.judge(id, `suspended_at = $3, peer_mark = CASE WHEN peer_mark = 2 THEN 0 ELSE peer_mark END`, 0)
}

// SensitizeAccount makes what an account posts be shown as sensitive since a moment; zero: no longer.
func (tx *Tx) SensitizeAccount(id skein.ID, at time.Time) error {
	return tx.judge(id, `sensitized_at = $3`, ms(at))
}

func (tx *Tx) judge(id skein.ID, set string, arg any) error {
	_, err := tx.exec("judge account", `UPDATE account SET `+set+` WHERE site_id = $1 AND id = $2`, tx.site, id, arg)
	tx.accountChanged(id)
	return err
}

// DisablePerson locks a person out since a moment; zero: no longer.
func (tx *Tx) DisablePerson(account skein.ID, at time.Time) error {
	_, err := tx.exec("disable person", `UPDATE person SET disabled_at = $3 WHERE site_id = $1 AND account_id = $2`,
		tx.site, account, ms(at))
	tx.accountChanged(account)
	return err
}

// SetRole gives a person a role.
func (tx *Tx) SetRole(account skein.ID, role skein.Role) error {
	_, err := tx.exec("set role", `UPDATE person SET role = $3 WHERE site_id = $1 AND account_id = $2`,
		tx.site, account, string(role))
	tx.accountChanged(account)
	return err
}
