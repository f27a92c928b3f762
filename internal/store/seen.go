package store

import "time"

// Seen tells whether something with this hash was noted by NoteSeen.
func (tx *Tx) Seen(hash []byte) (bool, error) {
	_, ok, err := value[int64](tx, "seen", `SELECT created_at FROM seen WHERE site_id = $1 AND hash = $2`, tx.site, hash)
	return ok, err
}

// NoteSeen remembers a hash. Noting it twice is no error; see MarkSeen.
func (tx *Tx) NoteSeen(hash []byte) error {
	_, err := tx.MarkSeen(hash)
	return err
}

// MarkSeen remembers a hash and tells whether it is new.
func (tx *Tx) MarkSeen(hash []byte) (first bool, err error) {
	n, err := tx.exec("note seen", `
		INSERT INTO seen (site_id, hash, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		tx.site, hash, ms(tx.Now()))
	return n == 1, err
}

// PruneSeen forgets some of what was noted before a moment.
func (tx *Tx) PruneSeen(before time.Time) (more bool, err error) {
	return tx.pruneAll(pruning{"seen", "site_id, hash", "created_at < $1", ms(before)})
}
