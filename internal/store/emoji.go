package store

import "skein/internal/skein"

func emojiFields(e *skein.Emoji) []any {
	return []any{&e.Code, &e.URL, &e.StaticURL, &e.Category, &e.Hidden}
}

// Emojis returns the site's own custom emoji, by code.
func (tx *Tx) Emojis() ([]*skein.Emoji, error) {
	return many(tx, "emoji", emojiFields, `
		SELECT code, url, static_url, category, hidden FROM emoji
		WHERE site_id = $1 AND domain = '' ORDER BY code`, tx.site)
}

// PutEmoji adds a custom emoji of the site, or replaces the one with its code.
func (tx *Tx) PutEmoji(e *skein.Emoji) error {
	_, err := tx.exec("put emoji", `
		INSERT INTO emoji (id, site_id, domain, code, url, static_url, category, hidden)
		VALUES ($1, $2, '', $3, $4, $5, $6, $7)
		ON CONFLICT (site_id, domain, code) DO UPDATE
		SET url = excluded.url, static_url = excluded.static_url, category = excluded.category, hidden = excluded.hidden`,
		tx.NewID(), tx.site, e.Code, e.URL, e.StaticURL, e.Category, e.Hidden)
	tx.siteChanged()
	return err
}

// DeleteEmoji takes a custom emoji away.
func (tx *Tx) DeleteEmoji(code string) error {
	_, err := tx.exec("delete emoji", `DELETE FROM emoji WHERE site_id = $1 AND domain = '' AND code = $2`, tx.site, code)
	tx.siteChanged()
	return err
}
