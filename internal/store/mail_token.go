package store

import (
	"time"

	"skein/internal/skein"
)

// MailToken is a link that was sent by mail and works once.
type MailToken struct {
	ID        skein.ID
	Account   skein.ID
	Purpose   string
	Email     string
	CreatedAt time.Time
}

func mailTokenFields(t *MailToken) []any {
	return []any{&t.ID, &t.Account, &t.Purpose, &t.Email, asTime(&t.CreatedAt)}
}

const mailTokenColumns = `id, account_id, purpose, email, created_at`

// InsertMailToken stores a link's hash; older ones of the same account and purpose no longer work.
func (tx *Tx) InsertMailToken(t *MailToken, hash []byte) error {
	if err := tx.DeleteMailTokens(t.Account, t.Purpose); err != nil {
		return err
	}
	_, err := tx.exec("insert mail token", `
		INSERT INTO mail_token (id, site_id, hash, account_id, purpose, email, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.ID, tx.site, hash, t.Account, t.Purpose, t.Email, ms(t.CreatedAt))
	return err
}

// MailToken finds a link by its hash.
func (tx *Tx) MailToken(hash []byte) (*MailToken, error) {
	return one(tx, "mail token", mailTokenFields,
		`SELECT `+mailTokenColumns+` FROM mail_token WHERE site_id = $1 AND hash = $2`, tx.site, hash)
}

// TakeMailToken uses a link up.
func (tx *Tx) TakeMailToken(hash []byte) (*MailToken, error) {
	return one(tx, "mail token", mailTokenFields,
		`DELETE FROM mail_token WHERE site_id = $1 AND hash = $2 RETURNING `+mailTokenColumns, tx.site, hash)
}

// DeleteMailTokens makes an account's links of a purpose useless; an empty purpose is all of them.
func (tx *Tx) DeleteMailTokens(account skein.ID, purpose string) error {
	_, err := tx.exec("delete mail tokens", `
		DELETE FROM mail_token WHERE site_id = $1 AND account_id = $2 AND ($3 = '' OR purpose = $3)`,
		tx.site, account, purpose)
	return err
}
