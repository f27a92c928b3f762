package store

import "skein/internal/skein"

const relayColumns = `id, site_id, url, inbox, actor_uri, state, created_at`

func relayFields(r *skein.Relay) []any {
	return []any{&r.ID, &r.Site, &r.URL, &r.Inbox, &r.Actor, &r.State, asTime(&r.CreatedAt)}
}

// Relays returns the relays of the site, the oldest first.
func (tx *Tx) Relays() ([]*skein.Relay, error) {
	return many(tx, "relays", relayFields, `SELECT `+relayColumns+` FROM relay WHERE site_id = $1 ORDER BY id`, tx.site)
}

// Relay returns one of them.
func (tx *Tx) Relay(id skein.ID) (*skein.Relay, error) {
	return one(tx, "relay", relayFields, `SELECT `+relayColumns+` FROM relay WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// InsertRelay stores a relay and tells whether it is new.
func (tx *Tx) InsertRelay(r *skein.Relay) (isNew bool, err error) {
	r.ID, r.Site, r.CreatedAt = tx.NewID(), tx.site, tx.Now()
	n, err := tx.exec("insert relay", `
		INSERT INTO relay (id, site_id, url, inbox, actor_uri, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, r.ID, tx.site, r.URL, r.Inbox, r.Actor, string(r.State), ms(r.CreatedAt))
	tx.siteChanged()
	return n == 1, err
}

// UpdateRelay stores inbox, actor and state.
func (tx *Tx) UpdateRelay(r *skein.Relay) error {
	_, err := tx.exec("update relay", `
		UPDATE relay SET inbox = $3, actor_uri = $4, state = $5 WHERE site_id = $1 AND id = $2`,
		tx.site, r.ID, r.Inbox, r.Actor, string(r.State))
	tx.siteChanged()
	return err
}

// DeleteRelay forgets a relay.
func (tx *Tx) DeleteRelay(id skein.ID) error {
	_, err := tx.exec("delete relay", `DELETE FROM relay WHERE site_id = $1 AND id = $2`, tx.site, id)
	tx.siteChanged()
	return err
}

// RelayInboxes returns where public posts go beside their audience.
func (tx *Tx) RelayInboxes() ([]Inbox, error) {
	urls, err := column[string](tx, "inboxes of relays", `
		SELECT inbox FROM relay WHERE site_id = $1 AND state = 'accepted' AND inbox <> ''`, tx.site)
	return inboxes(urls), err
}
