package store

import "skein/internal/skein"

const termsKept = 100 // versions of one site

func termsFields(t *skein.Terms) []any { return []any{&t.Effective, &t.Text} }

// Terms returns the terms of the site, the latest day first.
func (tx *Tx) Terms() ([]*skein.Terms, error) {
	return many(tx, "terms", termsFields, `
		SELECT effective, text FROM terms WHERE site_id = $1 ORDER BY effective DESC LIMIT $2`, tx.site, termsKept)
}

// HasTerms tells whether the site has any.
func (tx *Tx) HasTerms() (bool, error) {
	_, ok, err := value[int64](tx, "has terms", `SELECT id FROM terms WHERE site_id = $1 LIMIT 1`, tx.site)
	return ok, err
}

// PutTerms stores the terms that count from a day on, in place of others of that day.
func (tx *Tx) PutTerms(t *skein.Terms) error {
	_, err := tx.exec("put terms", `
		INSERT INTO terms (id, site_id, effective, text, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (site_id, effective) DO UPDATE SET text = excluded.text`,
		tx.NewID(), tx.site, t.Effective, t.Text, ms(tx.Now()))
	return err
}
