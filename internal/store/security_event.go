package store

import (
	"time"

	"skein/internal/skein"
)

const securityEventColumns = `id, account_id, kind, name, agent, address, device, notice, created_at`

func securityEventFields(e *skein.SecurityEvent) []any {
	return []any{&e.ID, &e.Account, &e.Kind, &e.Name, &e.Agent, &e.Address, &e.Device, &e.Notice, asTime(&e.CreatedAt)}
}

// maxSecurityEvents is how many events of one person are kept, the last ones.
const maxSecurityEvents = 500

// InsertSecurityEvent writes an event down. One that is a notice is one for all sessions of the person, but for the session
// it comes from, unless that has others to see.
func (tx *Tx) InsertSecurityEvent(e *skein.SecurityEvent, from skein.ID) error {
	if e.Device == nil {
		e.Device = []byte{}
	}
	if _, err := tx.exec("insert security event", `
		INSERT INTO security_event (id, site_id, account_id, kind, name, agent, address, device, notice, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, tx.site, e.Account, string(e.Kind), e.Name, e.Agent, e.Address, e.Device, e.Notice, ms(e.CreatedAt)); err != nil {
		return err
	}
	if _, err := tx.exec("trim security events", `
		DELETE FROM security_event WHERE site_id = $1 AND account_id = $2 AND id < (
			SELECT id FROM security_event WHERE site_id = $1 AND account_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)`,
		tx.site, e.Account, maxSecurityEvents-1); err != nil || !e.Notice {
		return err
	}
	if from != 0 {
		if _, err := tx.exec("pass a notice over", `
			UPDATE session SET notice_id = $4 WHERE site_id = $1 AND account_id = $2 AND id = $3
				AND notice_id >= (SELECT notice_id FROM person WHERE site_id = $1 AND account_id = $2)`,
			tx.site, e.Account, from, e.ID); err != nil {
			return err
		}
	}
	_, err := tx.exec("note notice", `UPDATE person SET notice_id = $3 WHERE site_id = $1 AND account_id = $2`, tx.site, e.Account, e.ID)
	tx.accountChanged(e.Account)
	return err
}

// SecurityEvents returns a page of an account's security log, newest first.
func (tx *Tx) SecurityEvents(account skein.ID, p Page) ([]*skein.SecurityEvent, error) {
	return pageOf(tx, "security log", securityEventFields, p, "id",
		`SELECT `+securityEventColumns+` FROM security_event WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// SecurityEvent returns one event of an account's log.
func (tx *Tx) SecurityEvent(account, id skein.ID) (*skein.SecurityEvent, error) {
	return one(tx, "security event", securityEventFields,
		`SELECT `+securityEventColumns+` FROM security_event WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id)
}

// SecurityNotices returns what the person of a session was not told in it yet, the newest first.
func (tx *Tx) SecurityNotices(account, session skein.ID, limit int) ([]*skein.SecurityEvent, error) {
	return many(tx, "security notices", securityEventFields, `
		SELECT `+securityEventColumns+` FROM security_event WHERE site_id = $1 AND account_id = $2 AND notice
			AND id > (SELECT notice_id FROM session WHERE site_id = $1 AND account_id = $2 AND id = $3)
		ORDER BY id DESC LIMIT $4`, tx.site, account, session, limit)
}

// SeeNotices notes that the person of a session was told of events up to one.
func (tx *Tx) SeeNotices(account, session, upTo skein.ID) error {
	_, err := tx.exec("see notices", `
		UPDATE session SET notice_id = $4 WHERE site_id = $1 AND account_id = $2 AND id = $3 AND notice_id < $4`,
		tx.site, account, session, upTo)
	return err
}

// Browsers tells whether an account ever signed in, and whether it did with a browser, since a moment.
func (tx *Tx) Browsers(account skein.ID, device []byte, since time.Time) (some, this bool, err error) {
	type row struct{ all, these int }
	r, err := one(tx, "known browsers", func(r *row) []any { return []any{&r.all, &r.these} }, `
		SELECT count(*), coalesce(sum(CASE WHEN device = $4 THEN 1 ELSE 0 END), 0) FROM security_event
		WHERE site_id = $1 AND account_id = $2 AND kind IN ('signed_in', 'new_browser') AND created_at >= $3`,
		tx.site, account, ms(since), device)
	if err != nil {
		return false, false, err
	}
	return r.all > 0, r.these > 0, nil
}

// ProveSession notes that the person of a session just proved who they are.
func (tx *Tx) ProveSession(account, session skein.ID) error {
	_, err := tx.exec("prove session", `UPDATE session SET proven_at = $4 WHERE site_id = $1 AND account_id = $2 AND id = $3`,
		tx.site, account, session, ms(tx.Now()))
	return err
}

// SessionProven tells when the person of a session last proved who they are; zero: never in it.
func (tx *Tx) SessionProven(account, session skein.ID) (at time.Time, err error) {
	n, _, err := value[int64](tx, "session", `SELECT proven_at FROM session WHERE site_id = $1 AND account_id = $2 AND id = $3`,
		tx.site, account, session)
	if n == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(n).UTC(), err
}
