package store

import (
	"time"

	"skein/internal/skein"
)

// TOTP is the secret of somebody's time-based codes, sealed.
type TOTP struct {
	Account     skein.ID
	Secret      []byte
	LastStep    int64 // codes of it and before work no more
	CreatedAt   time.Time
	ConfirmedAt time.Time // zero: being set up
}

// TOTP returns the time-based codes of an account, also those that are being set up.
func (tx *Tx) TOTP(account skein.ID) (*TOTP, error) {
	return one(tx, "second step", func(t *TOTP) []any {
		return []any{&t.Account, &t.Secret, &t.LastStep, asTime(&t.CreatedAt), asTime(&t.ConfirmedAt)}
	}, `SELECT account_id, secret, last_step, created_at, confirmed_at FROM totp WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// SetTOTP stores the secret of codes that are being set up, in place of one that never was confirmed; false: there are codes
// in use.
func (tx *Tx) SetTOTP(account skein.ID, secret []byte) (bool, error) {
	n, err := tx.exec("set second step", `
		INSERT INTO totp (account_id, site_id, secret, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0
		WHERE totp.confirmed_at = 0`, account, tx.site, secret, ms(tx.Now()))
	return n > 0, err
}

// ConfirmTOTP puts codes into use that are being set up; false: there are none.
func (tx *Tx) ConfirmTOTP(account skein.ID) (bool, error) {
	n, err := tx.exec("confirm second step", `
		UPDATE totp SET confirmed_at = $3 WHERE site_id = $1 AND account_id = $2 AND confirmed_at = 0`, tx.site, account, ms(tx.Now()))
	return n > 0, err
}

// UseStep uses up the code of a time step; false: that one or a later one was used before.
func (tx *Tx) UseStep(account skein.ID, step int64) (bool, error) {
	n, err := tx.exec("use code", `
		UPDATE totp SET last_step = $3 WHERE site_id = $1 AND account_id = $2 AND last_step < $3`, tx.site, account, step)
	return n > 0, err
}

// DeleteTOTP ends the time-based codes of an account; false: there were none in use.
func (tx *Tx) DeleteTOTP(account skein.ID) (bool, error) {
	at, _, err := value[int64](tx, "end second step",
		`DELETE FROM totp WHERE site_id = $1 AND account_id = $2 RETURNING confirmed_at`, tx.site, account)
	return at != 0, err
}

// SetRecoveryCodes stores the hashes of an account's recovery codes in place of all it had.
func (tx *Tx) SetRecoveryCodes(account skein.ID, hashes [][]byte) error {
	if _, err := tx.exec("drop recovery codes", `DELETE FROM recovery_code WHERE site_id = $1 AND account_id = $2`, tx.site, account); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.exec("insert recovery code", `
			INSERT INTO recovery_code (id, site_id, account_id, hash, created_at) VALUES ($1, $2, $3, $4, $5)`,
			tx.NewID(), tx.site, account, h, ms(tx.Now())); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode uses a recovery code up; false: there is none such.
func (tx *Tx) UseRecoveryCode(account skein.ID, hash []byte) (bool, error) {
	n, err := tx.exec("use recovery code",
		`DELETE FROM recovery_code WHERE site_id = $1 AND account_id = $2 AND hash = $3`, tx.site, account, hash)
	return n > 0, err
}

// RecoveryCodes tells how many recovery codes an account has left, and when they were made.
func (tx *Tx) RecoveryCodes(account skein.ID) (left int, made time.Time, err error) {
	type row struct {
		n  int
		at time.Time
	}
	r, err := one(tx, "recovery codes", func(r *row) []any { return []any{&r.n, asTime(&r.at)} }, `
		SELECT count(*), coalesce(max(created_at), 0) FROM recovery_code WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	if err != nil {
		return 0, time.Time{}, err
	}
	return r.n, r.at, nil
}

// AnswerOnce notes that a question was answered, named by the hash of it; false: it was before.
func (tx *Tx) AnswerOnce(hash []byte) (bool, error) {
	n, err := tx.exec("note answer", `
		INSERT INTO answered (site_id, hash, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tx.site, hash, ms(tx.Now()))
	return n > 0, err
}

// deleteFactors removes all that an account signs in with beside a password, and what was written down of it.
func (tx *Tx) deleteFactors(account skein.ID) error {
	for _, q := range []string{
		`DELETE FROM totp WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM recovery_code WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM passkey WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM security_event WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM recovery WHERE site_id = $1 AND account_id = $2`,
	} {
		if _, err := tx.exec("delete factors", q, tx.site, account); err != nil {
			return err
		}
	}
	return nil
}

// PruneFactors forgets, on all sites, some of what is too old to matter: answers since answered, events since written, and
// recoveries that were ready before unused and never ended.
func (tx *Tx) PruneFactors(answered, written, unused time.Time) (more bool, err error) {
	return tx.pruneAll(
		pruning{"answered", "site_id, hash", "created_at < $1", ms(answered)},
		pruning{"security_event", "id", "created_at < $1", ms(written)},
		pruning{"recovery", "account_id", "ready_at < $1", ms(unused)},
	)
}
