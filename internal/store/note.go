package store

import "skein/internal/skein"

// SetNote stores what an account wrote down for itself about another; an empty text removes it.
func (tx *Tx) SetNote(account, target skein.ID, text string) error {
	if text == "" {
		_, err := tx.exec("remove note", `
			DELETE FROM account_note WHERE site_id = $1 AND account_id = $2 AND target_id = $3`, tx.site, account, target)
		return err
	}
	_, err := tx.exec("set note", `
		INSERT INTO account_note (site_id, account_id, target_id, text) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, target_id) DO UPDATE SET text = excluded.text`, tx.site, account, target, text)
	return err
}
