package store

import "skein/internal/skein"

const passkeyColumns = `id, account_id, handle, name, credential, created_at, used_at`

func passkeyFields(k *skein.Passkey) []any {
	return []any{&k.ID, &k.Account, &k.Handle, &k.Name, &k.Credential, asTime(&k.CreatedAt), asTime(&k.UsedAt)}
}

// InsertPasskey adds a passkey; false: the site knows its handle already.
func (tx *Tx) InsertPasskey(k *skein.Passkey) (bool, error) {
	n, err := tx.exec("insert passkey", `
		INSERT INTO passkey (id, site_id, account_id, handle, name, credential, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		k.ID, tx.site, k.Account, k.Handle, k.Name, string(k.Credential), ms(k.CreatedAt))
	return n > 0, err
}

// Passkeys returns an account's passkeys, the oldest first.
func (tx *Tx) Passkeys(account skein.ID) ([]*skein.Passkey, error) {
	return many(tx, "passkeys", passkeyFields,
		`SELECT `+passkeyColumns+` FROM passkey WHERE site_id = $1 AND account_id = $2 ORDER BY id`, tx.site, account)
}

// UsePasskey stores what WebAuthn wants kept of a passkey after it was used.
func (tx *Tx) UsePasskey(id skein.ID, credential []byte) error {
	_, err := tx.exec("use passkey", `UPDATE passkey SET credential = $3, used_at = $4 WHERE site_id = $1 AND id = $2`,
		tx.site, id, string(credential), ms(tx.Now()))
	return err
}

// RenamePasskey gives one of an account's passkeys another name.
func (tx *Tx) RenamePasskey(account, id skein.ID, name string) (*skein.Passkey, error) {
	return one(tx, "passkey", passkeyFields, `
		UPDATE passkey SET name = $4 WHERE site_id = $1 AND account_id = $2 AND id = $3 RETURNING `+passkeyColumns, tx.site, account, id, name)
}

// DeletePasskey removes one of an account's passkeys.
func (tx *Tx) DeletePasskey(account, id skein.ID) (*skein.Passkey, error) {
	return one(tx, "passkey", passkeyFields,
		`DELETE FROM passkey WHERE site_id = $1 AND account_id = $2 AND id = $3 RETURNING `+passkeyColumns, tx.site, account, id)
}

// DeletePasskeys removes all of an account's passkeys and tells how many there were.
func (tx *Tx) DeletePasskeys(account skein.ID) (int, error) {
	n, err := tx.exec("delete passkeys", `DELETE FROM passkey WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	return int(n), err
}
