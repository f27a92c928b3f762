package store

import (
	"time"

	"skein/internal/skein"
)

// ClaimKey remembers that an account posts with an Idempotency-Key. It answers 0 when the key is new, or was last used
// before a moment; else the post that was made with it. On PostgreSQL a second caller waits here for the first.
func (tx *Tx) ClaimKey(account skein.ID, key string, post skein.ID, since time.Time) (made skein.ID, err error) {
	n, err := tx.exec("claim key", `
		INSERT INTO idempotency (site_id, account_id, key, post_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, key) DO UPDATE SET post_id = excluded.post_id, created_at = excluded.created_at
		WHERE idempotency.created_at < $6`,
		tx.site, account, key, post, ms(tx.Now()), ms(since))
	if err != nil || n == 1 {
		return 0, err
	}
	made, _, err = value[skein.ID](tx, "key", `
		SELECT post_id FROM idempotency WHERE account_id = $1 AND key = $2`, account, key)
	return made, err
}

// PruneKeys forgets, on all sites, some of the keys that were used before a moment.
func (tx *Tx) PruneKeys(before time.Time) (more bool, err error) {
	return tx.pruneAll(pruning{"idempotency", "account_id, key", "created_at < $1", ms(before)})
}

// KeyOf returns the post that an account made with a key since a moment; 0: none.
func (tx *Tx) KeyOf(account skein.ID, key string, since time.Time) (made skein.ID, err error) {
	made, _, err = value[skein.ID](tx, "key", `
		SELECT post_id FROM idempotency WHERE account_id = $1 AND key = $2 AND created_at >= $3`, account, key, ms(since))
	return made, err
}
