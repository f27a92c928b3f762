package store

import (
	"time"

	"skein/internal/skein"
)

const appColumns = `id, site_id, client_id, name, website, redirect_uris, scopes, created_at`

func appFields(a *skein.App) []any {
	return []any{&a.ID, &a.Site, &a.ClientID, &a.Name, &a.Website, asJSON(&a.RedirectURIs), asJSON(&a.Scopes),
		asTime(&a.CreatedAt)}
}

// AppSecret is an app with the hash of its secret.
type AppSecret struct {
	skein.App
	SecretHash []byte
}

// InsertApp registers a client.
func (tx *Tx) InsertApp(a *skein.App, secretHash []byte) error {
	_, err := tx.exec("insert app", `
		INSERT INTO app (id, site_id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, tx.site, a.ClientID, secretHash, a.Name, a.Website, toJSON(a.RedirectURIs), toJSON(a.Scopes), ms(a.CreatedAt))
	return err
}

// App returns a registered client.
func (tx *Tx) App(id skein.ID) (*skein.App, error) {
	return one(tx, "app", appFields, `SELECT `+appColumns+` FROM app WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// Apps returns registered clients; unknown ones are left out.
func (tx *Tx) Apps(ids []skein.ID) ([]*skein.App, error) {
	return many(tx, "apps", appFields,
		`SELECT `+appColumns+` FROM app WHERE site_id = $1 AND id IN LIST($2)`, tx.site, tx.list(ids))
}

// AppByClientID finds a client by the name it gives itself in OAuth, with the hash of its secret.
func (tx *Tx) AppByClientID(clientID string) (*AppSecret, error) {
	return one(tx, "app", func(a *AppSecret) []any { return append(appFields(&a.App), &a.SecretHash) },
		`SELECT `+appColumns+`, secret_hash FROM app WHERE site_id = $1 AND client_id = $2`, tx.site, clientID)
}

// AppUsed notes that somebody signed in with an app: it is kept.
func (tx *Tx) AppUsed(id skein.ID) error {
	_, err := tx.exec("note app", `UPDATE app SET used_at = $3 WHERE site_id = $1 AND id = $2 AND used_at = 0`,
		tx.site, id, ms(tx.Now()))
	return err
}

// Code is an authorization code of OAuth (RFC 6749 4.1).
type Code struct {
	ID          skein.ID
	App         skein.ID
	Account     skein.ID
	RedirectURI string
	Scopes      []string
	Challenge   string // PKCE S256, empty: none
	CreatedAt   time.Time
	UsedAt      time.Time
}

const codeColumns = `id, app_id, account_id, redirect_uri, scopes, challenge, created_at, used_at`

func codeFields(c *Code) []any {
	return []any{&c.ID, &c.App, &c.Account, &c.RedirectURI, asJSON(&c.Scopes), &c.Challenge, asTime(&c.CreatedAt),
		asTime(&c.UsedAt)}
}

// InsertCode stores an authorization code.
func (tx *Tx) InsertCode(c *Code, hash []byte) error {
	_, err := tx.exec("insert code", `
		INSERT INTO oauth_code (id, site_id, hash, app_id, account_id, redirect_uri, scopes, challenge, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, tx.site, hash, c.App, c.Account, c.RedirectURI, toJSON(c.Scopes), c.Challenge, ms(c.CreatedAt))
	return err
}

// Code finds an authorization code by its hash, used or not.
func (tx *Tx) Code(hash []byte) (*Code, error) {
	return one(tx, "code", codeFields,
		`SELECT `+codeColumns+` FROM oauth_code WHERE site_id = $1 AND hash = $2`, tx.site, hash)
}

// UseCode marks a code as used and tells whether it was fresh, which is true once only.
func (tx *Tx) UseCode(id skein.ID) (bool, error) {
	n, err := tx.exec("use code", `UPDATE oauth_code SET used_at = $3 WHERE site_id = $1 AND id = $2 AND used_at = 0`,
		tx.site, id, ms(tx.Now()))
	return n == 1, err
}
