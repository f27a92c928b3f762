package store

import "skein/internal/skein"

const recoveryColumns = `account_id, agent, address, asked_at, ready_at`

func recoveryFields(r *skein.Recovery) []any {
	return []any{&r.Account, &r.Agent, &r.Address, asTime(&r.AskedAt), asTime(&r.ReadyAt)}
}

// InsertRecovery begins the wait of somebody; false: they wait already.
func (tx *Tx) InsertRecovery(r *skein.Recovery, stopHash []byte) (bool, error) {
	n, err := tx.exec("insert recovery", `
		INSERT INTO recovery (account_id, site_id, stop_hash, agent, address, asked_at, ready_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		r.Account, tx.site, stopHash, r.Agent, r.Address, ms(r.AskedAt), ms(r.ReadyAt))
	return n > 0, err
}

// Recovery returns the wait of an account.
func (tx *Tx) Recovery(account skein.ID) (*skein.Recovery, error) {
	return one(tx, "recovery", recoveryFields,
		`SELECT `+recoveryColumns+` FROM recovery WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// RecoveryByStop finds a wait by the hash of the link that stops it.
func (tx *Tx) RecoveryByStop(hash []byte) (*skein.Recovery, error) {
	return one(tx, "recovery", recoveryFields,
		`SELECT `+recoveryColumns+` FROM recovery WHERE site_id = $1 AND stop_hash = $2`, tx.site, hash)
}

// StopLink gives the wait of an account another link that stops it.
func (tx *Tx) StopLink(account skein.ID, hash []byte) error {
	_, err := tx.exec("set stop link", `UPDATE recovery SET stop_hash = $3 WHERE site_id = $1 AND account_id = $2`, tx.site, account, hash)
	return err
}

// DeleteRecovery ends the wait of an account; false: there was none.
func (tx *Tx) DeleteRecovery(account skein.ID) (bool, error) {
	n, err := tx.exec("end recovery", `DELETE FROM recovery WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	return n > 0, err
}
