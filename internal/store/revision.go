package store

import "skein/internal/skein"

// maxRevisions is how many former contents of one post are kept (T99).
const maxRevisions = 100

func (tx *Tx) insertRevision(old *skein.Post) error {
	at := old.EditedAt
	if at.IsZero() {
		at = old.CreatedAt
	}
	if _, err := tx.exec("insert revision", `
		INSERT INTO post_revision (id, site_id, post_id, text, html, warning, sensitive, emojis, attachments, poll,
			created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.NewID(), tx.site, old.ID, old.Text, old.HTML, old.Warning, old.Sensitive, toJSON(old.Emojis),
		toJSON(old.Attachments), toJSON(old.Extra.Poll.Texts()), ms(at)); err != nil {
		return err
	}
	_, err := tx.exec("trim revisions", `
		DELETE FROM post_revision WHERE site_id = $1 AND post_id = $2 AND id <= (
			SELECT id FROM post_revision WHERE site_id = $1 AND post_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)`,
		tx.site, old.ID, maxRevisions)
	return err
}

// Revisions returns a post's former contents, the oldest first.
func (tx *Tx) Revisions(post skein.ID) ([]*skein.Revision, error) {
	return many(tx, "revisions", func(r *skein.Revision) []any {
		return []any{&r.Text, &r.HTML, &r.Warning, &r.Sensitive, asJSON(&r.Emojis), asJSON(&r.Attachments), asJSON(&r.Poll), asTime(&r.CreatedAt)}
	}, `
		SELECT text, html, warning, sensitive, emojis, attachments, poll, created_at
		FROM post_revision WHERE site_id = $1 AND post_id = $2 ORDER BY id`, tx.site, post)
}
