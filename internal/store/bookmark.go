package store

import "skein/internal/skein"

// InsertBookmark stores a bookmark; a second one changes nothing.
func (tx *Tx) InsertBookmark(account, post skein.ID) error {
	_, err := tx.exec("insert bookmark", `
		INSERT INTO bookmark (id, site_id, account_id, post_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (site_id, account_id, post_id) DO NOTHING`, tx.NewID(), tx.site, account, post)
	return err
}

// DeleteBookmark takes a bookmark away.
func (tx *Tx) DeleteBookmark(account, post skein.ID) error {
	_, err := tx.exec("remove bookmark", `
		DELETE FROM bookmark WHERE site_id = $1 AND account_id = $2 AND post_id = $3`, tx.site, account, post)
	return err
}

// Bookmarks returns which posts an account bookmarked, the latest first.
func (tx *Tx) Bookmarks(account skein.ID, p Page) ([]*PostRow, error) {
	return pageOf(tx, "bookmarks", postRowFields, p, "id", `
		SELECT id, post_id FROM bookmark WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}
