package store

import "skein/internal/skein"

// InsertPictures stores which files in the blob store are pictures of an account's profile, or of the site (0).
func (tx *Tx) InsertPictures(account skein.ID, files ...skein.MediaFile) error {
	for _, f := range files { // one or two
		if _, err := tx.exec("insert picture", `
			INSERT INTO picture (key, site_id, account_id, type, bytes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			f.Key, tx.site, account, f.Type, f.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// RemovePictures forgets pictures of an account, or of the site (0), and has their files removed after the commit.
func (tx *Tx) RemovePictures(account skein.ID, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	gone, err := column[string](tx, "remove pictures", `
		DELETE FROM picture WHERE site_id = $1 AND account_id = $2 AND key IN TEXTS($3) RETURNING key`,
		tx.site, account, tx.textList(keys))
	if err != nil || len(gone) == 0 {
		return err
	}
	return tx.Emit(skein.MediaGone{Keys: gone})
}

// purgePictures removes all pictures of an account.
func (tx *Tx) purgePictures(account skein.ID) error {
	gone, err := column[string](tx, "pictures of account", `
		DELETE FROM picture WHERE site_id = $1 AND account_id = $2 AND account_id <> 0 RETURNING key`, tx.site, account)
	if err != nil || len(gone) == 0 {
		return err
	}
	return tx.Emit(skein.MediaGone{Keys: gone})
}

// ServedPicture finds a picture by its key; one of somebody who is suspended or gone is not there.
func (tx *Tx) ServedPicture(key string) (*skein.MediaFile, error) {
	return one(tx, "picture", func(f *skein.MediaFile) []any { return []any{&f.Key, &f.Type, &f.Bytes} }, `
		SELECT p.key, p.type, p.bytes
		FROM picture p
		LEFT JOIN account a ON a.id = p.account_id
		WHERE p.site_id = $1 AND p.key = $2 AND (p.account_id = 0 OR a.suspended_at = 0 AND a.deleted_at = 0)`, tx.site, key)
}

// KnownPictures returns those of the keys that are pictures of any site.
func (tx *Tx) KnownPictures(keys []string) ([]string, error) {
	return column[string](tx, "known pictures", `SELECT key FROM picture WHERE key IN TEXTS($1)`, tx.textList(keys))
}
