package store

import "skein/internal/skein"

// InsertPin pins a post of an account, unless it has that many pins. It answers whether the post is pinned now, and
// whether it was not before.
func (tx *Tx) InsertPin(account, post skein.ID, most int) (pinned, isNew bool, err error) {
	// Two at once would both count the same: the row of the account lets one wait for the other.
	if _, err := tx.exec("lock account", `UPDATE account SET local = local WHERE site_id = $1 AND id = $2`,
		tx.site, account); err != nil {
		return false, false, err
	}
	pins, err := column[skein.ID](tx, "pins", `SELECT post_id FROM pin WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	if err != nil {
		return false, false, err
	}
	for _, id := range pins {
		if id == post {
			return true, false, nil
		}
	}
	if len(pins) >= most {
		return false, false, nil
	}
	_, err = tx.exec("insert pin", `
		INSERT INTO pin (id, site_id, account_id, post_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (site_id, account_id, post_id) DO NOTHING`, tx.NewID(), tx.site, account, post)
	return true, true, err
}

// DeletePin takes a pin away and answers whether there was one.
func (tx *Tx) DeletePin(account, post skein.ID) (bool, error) {
	n, err := tx.exec("remove pin", `DELETE FROM pin WHERE site_id = $1 AND account_id = $2 AND post_id = $3`,
		tx.site, account, post)
	return n == 1, err
}

// Pins returns the posts that an account pinned, the latest first.
func (tx *Tx) Pins(account skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "pins", `
		SELECT post_id FROM pin WHERE site_id = $1 AND account_id = $2 ORDER BY id DESC LIMIT 20`, tx.site, account)
}
