package store

import (
	"time"

	"skein/internal/skein"
)

// Translation returns what was kept of a post in a language, as it was when the post was edited last; false: nothing.
func (tx *Tx) Translation(p *skein.Post, language string) (body string, ok bool, err error) {
	return value[string](tx, "translation", `
		SELECT body FROM translation WHERE site_id = $1 AND post_id = $2 AND language = $3 AND edited_at = $4`,
		tx.site, p.ID, language, ms(p.EditedAt))
}

// SetTranslation keeps a translation of a post, unless the post is gone meanwhile.
func (tx *Tx) SetTranslation(p *skein.Post, language, body string) error {
	_, err := tx.exec("keep translation", `
		INSERT INTO translation (site_id, post_id, language, edited_at, body, created_at)
		SELECT site_id, id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS BIGINT) FROM post WHERE site_id = $1 AND id = $2
		ON CONFLICT (site_id, post_id, language) DO UPDATE SET edited_at = excluded.edited_at, body = excluded.body,
			created_at = excluded.created_at`, tx.site, p.ID, language, ms(p.EditedAt), body, ms(tx.Now()))
	return err
}

// PruneTranslations forgets, on all sites, some translations that were made before a moment.
func (tx *Tx) PruneTranslations(before time.Time) (more bool, err error) {
	return tx.pruneAll(pruning{"translation", "site_id, post_id, language", "created_at < $1", ms(before)})
}
