package store

import "skein/internal/skein"

func markerFields(m *skein.Marker) []any {
	return []any{&m.Timeline, &m.LastRead, &m.Version, asTime(&m.UpdatedAt)}
}

// Markers returns how far an account has read some timelines.
func (tx *Tx) Markers(account skein.ID, timelines []string) ([]*skein.Marker, error) {
	return many(tx, "markers", markerFields, `
		SELECT timeline, last_read, version, updated_at FROM marker
		WHERE account_id = $2 AND site_id = $1 AND timeline IN TEXTS($3)`, tx.site, account, tx.textList(timelines))
}

// SetMarker stores how far an account has read a timeline.
func (tx *Tx) SetMarker(account skein.ID, timeline string, lastRead skein.ID) (*skein.Marker, error) {
	return one(tx, "marker", markerFields, `
		INSERT INTO marker (site_id, account_id, timeline, last_read, version, updated_at) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (account_id, timeline) DO UPDATE
		SET last_read = excluded.last_read, version = marker.version + 1, updated_at = excluded.updated_at
		RETURNING timeline, last_read, version, updated_at`, tx.site, account, timeline, lastRead, ms(tx.Now()))
}
