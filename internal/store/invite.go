package store

import "skein/internal/skein"

const inviteColumns = `id, code, by_id, max_uses, uses, expires_at`

func inviteFields(i *skein.Invite) []any {
	return []any{&i.ID, &i.Code, &i.By, &i.MaxUses, &i.Uses, asTime(&i.ExpiresAt)}
}

// InsertInvite adds an invite.
func (tx *Tx) InsertInvite(i *skein.Invite) error {
	_, err := tx.exec("insert invite", `
		INSERT INTO invite (id, site_id, code, by_id, max_uses, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		i.ID, tx.site, i.Code, i.By, i.MaxUses, ms(tx.Now()), ms(i.ExpiresAt))
	return err
}

// InviteByCode finds an invite, spent or not.
func (tx *Tx) InviteByCode(code string) (*skein.Invite, error) {
	return one(tx, "invite", inviteFields,
		`SELECT `+inviteColumns+` FROM invite WHERE site_id = $1 AND code = $2`, tx.site, code)
}

// Invites returns an account's invites, the newest first.
func (tx *Tx) Invites(by skein.ID, limit int) ([]*skein.Invite, error) {
	return many(tx, "invites", inviteFields,
		`SELECT `+inviteColumns+` FROM invite WHERE site_id = $1 AND by_id = $2 ORDER BY id DESC LIMIT $3`, tx.site, by, limit)
}

// UseInvite counts one use of an invite that is still good, and tells whether it was.
func (tx *Tx) UseInvite(id skein.ID) (bool, error) {
	n, err := tx.exec("use invite", `
		UPDATE invite SET uses = uses + 1
		WHERE site_id = $1 AND id = $2 AND (max_uses = 0 OR uses < max_uses) AND (expires_at = 0 OR expires_at > $3)`,
		tx.site, id, ms(tx.Now()))
	return n == 1, err
}

// EndInvite lets nobody in by an invite any more, and tells whether it was one of this account's.
func (tx *Tx) EndInvite(id, by skein.ID) (bool, error) {
	n, err := tx.exec("end invite", `UPDATE invite SET expires_at = $4 WHERE site_id = $1 AND id = $2 AND by_id = $3`,
		tx.site, id, by, ms(tx.Now()))
	return n == 1, err
}
