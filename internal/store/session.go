package store

import (
	"time"

	"skein/internal/skein"
)

const sessionColumns = `id, account_id, created_at, seen_at, agent, address, notice_id`

func sessionFields(s *skein.Session) []any {
	return []any{&s.ID, &s.Account, asTime(&s.CreatedAt), asTime(&s.SeenAt), &s.Agent, &s.Address, &s.Notice}
}

// InsertSession adds a session, in which the notices of before are not shown.
func (tx *Tx) InsertSession(s *skein.Session, hash []byte) error {
	_, err := tx.exec("insert session", `
		INSERT INTO session (id, site_id, hash, account_id, agent, address, created_at, seen_at, notice_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce((SELECT notice_id FROM person WHERE site_id = $2 AND account_id = $4), 0))`,
		s.ID, tx.site, hash, s.Account, s.Agent, s.Address, ms(s.CreatedAt), ms(s.SeenAt))
	return err
}

// SessionByHash finds a session by the hash of its token.
func (tx *Tx) SessionByHash(hash []byte) (*skein.Session, error) {
	return one(tx, "session", sessionFields,
		`SELECT `+sessionColumns+` FROM session WHERE site_id = $1 AND hash = $2`, tx.site, hash)
}

// Sessions returns an account's sessions, the last used first.
func (tx *Tx) Sessions(account skein.ID) ([]*skein.Session, error) {
	return many(tx, "sessions", sessionFields, `
		SELECT `+sessionColumns+` FROM session WHERE site_id = $1 AND account_id = $2 ORDER BY seen_at DESC, id DESC`,
		tx.site, account)
}

// TouchSession notes that a session was used.
func (tx *Tx) TouchSession(id skein.ID) error {
	_, err := tx.exec("touch session", `UPDATE session SET seen_at = $3 WHERE site_id = $1 AND id = $2`,
		tx.site, id, ms(tx.Now()))
	return err
}

// DeleteSession ends the session with a hash and returns whose it was, 0 if there was none.
func (tx *Tx) DeleteSession(hash []byte) (account skein.ID, err error) {
	account, _, err = value[skein.ID](tx, "delete session",
		`DELETE FROM session WHERE site_id = $1 AND hash = $2 RETURNING account_id`, tx.site, hash)
	if err == nil && account != 0 {
		err = tx.endPushes(account)
	}
	return account, err
}

// DeleteSessionByID ends one of an account's sessions; the answer is its hash.
func (tx *Tx) DeleteSessionByID(account, id skein.ID) (hash []byte, found bool, err error) {
	hash, found, err = value[[]byte](tx, "delete session",
		`DELETE FROM session WHERE site_id = $1 AND account_id = $2 AND id = $3 RETURNING hash`, tx.site, account, id)
	if err == nil && found {
		err = tx.endPushes(account)
	}
	return hash, found, err
}

// DeleteSessions ends all of an account's sessions but one (0: none is spared); the answer is their hashes.
func (tx *Tx) DeleteSessions(account, but skein.ID) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "delete sessions",
		`DELETE FROM session WHERE site_id = $1 AND account_id = $2 AND id <> $3 RETURNING hash`, tx.site, account, but))
}

// TrimSessions ends the longest unused sessions of an account beyond a number; the answer is their hashes.
func (tx *Tx) TrimSessions(account skein.ID, keep int) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "trim sessions", `
		DELETE FROM session WHERE site_id = $1 AND account_id = $2 AND id NOT IN (
			SELECT id FROM session WHERE site_id = $1 AND account_id = $2 ORDER BY seen_at DESC, id DESC LIMIT $3)
		RETURNING hash`, tx.site, account, keep))
}

// before is the lowest ID that was made for a moment.
func before(t time.Time) skein.ID { return skein.ID(max(t.UnixMilli(), 0) << 16) }
