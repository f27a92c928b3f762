package store

import "skein/internal/skein"

const strikeColumns = `id, account_id, by_id, action, text, report_id, post_ids, created_at`

func strikeFields(s *skein.Strike) []any {
	return []any{&s.ID, &s.Account, &s.By, &s.Measure, &s.Text, &s.Report, asJSON(&s.Posts), asTime(&s.CreatedAt)}
}

// InsertStrike stores what somebody was told.
func (tx *Tx) InsertStrike(s *skein.Strike) error {
	if s.ID == 0 {
		s.ID = tx.NewID()
	}
	s.CreatedAt = tx.Now()
	_, err := tx.exec("insert strike", `
		INSERT INTO strike (id, site_id, account_id, by_id, action, text, report_id, post_ids, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, tx.site, s.Account, s.By, string(s.Measure), s.Text, s.Report, toJSON(s.Posts), ms(s.CreatedAt))
	return err
}

// Strikes returns what an account was told, newest first.
func (tx *Tx) Strikes(account skein.ID, p Page) ([]*skein.Strike, error) {
	return pageOf(tx, "strikes", strikeFields, p, "id",
		`SELECT `+strikeColumns+` FROM strike WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// StrikesByID returns those of the strikes that there are, in no order.
func (tx *Tx) StrikesByID(ids []skein.ID) ([]*skein.Strike, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "strikes", strikeFields, `SELECT `+strikeColumns+` FROM strike WHERE id IN LIST($2) AND site_id = $1`,
		tx.site, tx.list(ids))
}
