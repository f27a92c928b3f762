package store

import (
	"context"
	"time"

	"skein/internal/skein"
)

// Token is an access token of OAuth; only its hash is kept.
type Token struct {
	ID        skein.ID
	App       skein.ID
	Account   skein.ID // 0: the app itself
	Code      skein.ID // the authorization code it was made from, 0: none
	Scopes    []string
	CreatedAt time.Time
	SeenAt    time.Time
}

const tokenColumns = `id, app_id, account_id, code_id, scopes, created_at, seen_at`

func tokenFields(t *Token) []any {
	return []any{&t.ID, &t.App, &t.Account, &t.Code, asJSON(&t.Scopes), asTime(&t.CreatedAt), asTime(&t.SeenAt)}
}

// InsertToken stores an access token.
func (tx *Tx) InsertToken(t *Token, hash []byte) error {
	_, err := tx.exec("insert token", `
		INSERT INTO token (id, site_id, hash, app_id, account_id, code_id, scopes, created_at, seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		t.ID, tx.site, hash, t.App, t.Account, t.Code, toJSON(t.Scopes), ms(t.CreatedAt), ms(t.SeenAt))
	return err
}

// TokenByHash finds an access token.
func (tx *Tx) TokenByHash(hash []byte) (*Token, error) {
	return one(tx, "token", tokenFields,
		`SELECT `+tokenColumns+` FROM token WHERE site_id = $1 AND hash = $2`, tx.site, hash)
}

// Tokens returns an account's access tokens, the newest first.
func (tx *Tx) Tokens(account skein.ID) ([]*Token, error) {
	return many(tx, "tokens", tokenFields,
		`SELECT `+tokenColumns+` FROM token WHERE site_id = $1 AND account_id = $2 ORDER BY id DESC`, tx.site, account)
}

// TouchToken notes that a token was used.
func (tx *Tx) TouchToken(id skein.ID) error {
	_, err := tx.exec("touch token", `UPDATE token SET seen_at = $3 WHERE site_id = $1 AND id = $2`,
		tx.site, id, ms(tx.Now()))
	return err
}

// DeleteToken revokes one token.
func (tx *Tx) DeleteToken(id skein.ID) error {
	if _, err := tx.exec("delete token", `DELETE FROM token WHERE site_id = $1 AND id = $2`, tx.site, id); err != nil {
		return err
	}
	_, err := tx.exec("end push", `DELETE FROM push_subscription WHERE site_id = $1 AND token_id = $2`, tx.site, id)
	return err
}

// DeleteTokens revokes all of an account's tokens; the answer is their hashes.
func (tx *Tx) DeleteTokens(account skein.ID) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "delete tokens",
		`DELETE FROM token WHERE site_id = $1 AND account_id = $2 RETURNING hash`, tx.site, account))
}

// DeleteTokensOfApp revokes what an account allowed an app; the answer is the hashes.
func (tx *Tx) DeleteTokensOfApp(account, app skein.ID) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "delete tokens",
		`DELETE FROM token WHERE site_id = $1 AND account_id = $2 AND app_id = $3 RETURNING hash`, tx.site, account, app))
}

// DeleteTokensOfCode revokes what was made from an authorization code; the answer is the hashes.
func (tx *Tx) DeleteTokensOfCode(account, code skein.ID) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "delete tokens",
		`DELETE FROM token WHERE site_id = $1 AND account_id = $2 AND code_id = $3 RETURNING hash`, tx.site, account, code))
}

// TrimTokens revokes the oldest tokens of an account (0: the app itself) with an app beyond a number.
func (tx *Tx) TrimTokens(account, app skein.ID, keep int) (hashes [][]byte, err error) {
	return tx.unpush(account)(column[[]byte](tx, "trim tokens", `
		DELETE FROM token WHERE site_id = $1 AND account_id = $2 AND app_id = $3 AND id NOT IN (
			SELECT id FROM token WHERE site_id = $1 AND account_id = $2 AND app_id = $3 ORDER BY id DESC LIMIT $4)
		RETURNING hash`, tx.site, account, app, keep))
}

// DeleteCodes makes an account's authorization codes useless.
func (tx *Tx) DeleteCodes(account skein.ID) error {
	_, err := tx.exec("delete codes", `DELETE FROM oauth_code WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	return err
}

// PruneIdentity forgets, on all sites, some of what nobody can use any more: links and codes of yesterday, sessions unused
// since idle or begun before oldest, and apps without anybody who signs in with them (T96).
func (tx *Tx) PruneIdentity(idle, oldest time.Time) (more bool, err error) {
	now := tx.Now()
	month := ms(now.Add(-30 * day))
	more, err = tx.pruneAll(
		pruning{"oauth_code", "id", "id < $1", before(now.Add(-day))},
		pruning{"mail_token", "id", "id < $1", before(now.Add(-day))},
		pruning{"session", "id", "seen_at < $1", ms(idle)},
		pruning{"session", "id", "created_at < $1", ms(oldest)},
		pruning{"token", "id", "app_id IN (SELECT id FROM app WHERE used_at = 0 AND created_at < $1)", month},
	)
	if err != nil || more { // an app goes after its tokens
		return more, err
	}
	return tx.pruneAll(
		pruning{"app", "id", "used_at = 0 AND created_at < $1", month},
		pruning{"app", "id", `used_at = 0 AND created_at < $1
			AND NOT EXISTS (SELECT 1 FROM token WHERE token.site_id = app.site_id AND token.app_id = app.id)`, ms(now.Add(-2 * day))},
	)
}

// Unconfirmed returns accounts of all sites whose person never confirmed an address and signed up before a moment.
func (s *Shared) Unconfirmed(ctx context.Context, before time.Time, limit int) (list []skein.Viewer, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		rows, err := many(tx, "unconfirmed people", func(v *skein.Viewer) []any { return []any{&v.Site, &v.Account} }, `
			SELECT site_id, account_id FROM person WHERE confirmed_at = 0 AND created_at < $1 ORDER BY created_at LIMIT $2`,
			ms(before), limit)
		for _, r := range rows {
			list = append(list, *r)
		}
		return err
	})
	return list, err
}
