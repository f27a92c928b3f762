package store

import "skein/internal/skein"

// Related returns the people of the site who have something to do with one of some accounts that decides what they are shown of it:
// who blocks or mutes it or its peer, and whom it blocks; up to a limit.
func (tx *Tx) Related(accounts []skein.ID, domains []string, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "related people", `
		SELECT id FROM (
			SELECT account_id AS id FROM block WHERE site_id = $1 AND target_id IN LIST($2)
			UNION SELECT target_id FROM block WHERE site_id = $1 AND account_id IN LIST($2)
			UNION SELECT account_id FROM mute WHERE site_id = $1 AND target_id IN LIST($2)
			UNION SELECT account_id FROM domain_block WHERE site_id = $1 AND domain IN TEXTS($3)) related
		LIMIT $4`, tx.site, tx.list(accounts), tx.textList(domains), limit)
}

// Filterers returns the people of the site who filter something, up to a limit.
func (tx *Tx) Filterers(limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "people who filter", `SELECT DISTINCT account_id FROM content_filter WHERE site_id = $1 LIMIT $2`, tx.site, limit)
}
