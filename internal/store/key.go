package store

import (
	"math"
	"time"

	"skein/internal/skein"
)

// ActorKeys are the keys of a local account or of the instance actor, in PEM.
type ActorKeys struct {
	Private, Public string // RSA
	Ed25519         string // private; empty: not made yet
	// OldPrivate is the RSA key before the last rotation. It signs the activities up to OldThrough, until all of them are
	// delivered or given up.
	OldPrivate string
	OldThrough skein.ID
	RotatedAt  time.Time
}

// ActorKeys returns the keys of a local account.
func (tx *Tx) ActorKeys(account skein.ID) (*ActorKeys, error) {
	return one(tx, "actor keys", func(k *ActorKeys) []any {
		return []any{&k.Private, &k.Public, &k.Ed25519, &k.OldPrivate, &k.OldThrough, asTime(&k.RotatedAt)}
	}, `
		SELECT private, public, ed25519, old_private, old_through, rotated_at FROM actor_key
		WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// InsertActorKey gives a local account its signing key, unless it has one.
func (tx *Tx) InsertActorKey(account skein.ID, privatePEM, publicPEM string) error {
	_, err := tx.exec("insert actor key", `
		INSERT INTO actor_key (account_id, site_id, private, public, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, account, tx.site, privatePEM, publicPEM, ms(tx.Now()))
	return err
}

// AddEd25519 gives a local account its second key, unless it has one.
func (tx *Tx) AddEd25519(account skein.ID, privatePEM string) error {
	_, err := tx.exec("add actor key", `
		UPDATE actor_key SET ed25519 = $3 WHERE site_id = $1 AND account_id = $2 AND ed25519 = ''`, tx.site, account, privatePEM)
	return err
}

// RotateActorKeys replaces the keys of a local account. The old one signs all activities until SettleRotation says
// through which.
func (tx *Tx) RotateActorKeys(account skein.ID, privatePEM, publicPEM, ed25519PEM string) error {
	_, err := tx.exec("rotate actor keys", `
		UPDATE actor_key SET old_private = private, old_through = $6, private = $3, public = $4, ed25519 = $5, rotated_at = $7
		WHERE site_id = $1 AND account_id = $2`,
		tx.site, account, privatePEM, publicPEM, ed25519PEM, int64(math.MaxInt64), ms(tx.Now()))
	tx.accountChanged(account)
	return err
}

// SettleRotation says which activity is the last that the old key signs: the one that tells of the new key.
func (tx *Tx) SettleRotation(account, through skein.ID) error {
	_, err := tx.exec("settle rotation of keys", `
		UPDATE actor_key SET old_through = $3 WHERE site_id = $1 AND account_id = $2 AND old_through = $4`,
		tx.site, account, through, int64(math.MaxInt64))
	return err
}

// KeyGrace is how long an old key is kept: deliveries are given up after seven days.
const KeyGrace = 8 * 24 * time.Hour

// PruneActorKeys forgets, on all sites, some of the old keys that sign nothing any more.
func (tx *Tx) PruneActorKeys() (more bool, err error) {
	n, err := tx.exec("forget old actor keys", `
		UPDATE actor_key SET old_private = '' WHERE account_id IN (
			SELECT account_id FROM actor_key WHERE old_private <> '' AND rotated_at < $1 LIMIT $2)`,
		ms(tx.Now().Add(-KeyGrace)), pruneBatch)
	return n >= pruneBatch, err
}
