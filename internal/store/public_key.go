package store

import (
	"context"
	"time"

	"skein/internal/skein"
)

// PublicKey is a key by which a remote actor signs, as its server publishes it. Keys are public facts: all sites share them.
type PublicKey struct {
	ID        string // keyId of signatures
	Owner     string // URI of the actor
	PEM       string // SPKI, or a multikey (FEP-521a); empty when Gone
	FetchedAt time.Time
	Gone      bool // the server said 410: the actor is deleted
}

func publicKeyFields(k *PublicKey) []any {
	return []any{&k.ID, &k.Owner, &k.PEM, asTime(&k.FetchedAt), &k.Gone}
}

// PublicKey returns a key as it was last fetched, or skein.ErrNotFound.
func (s *Shared) PublicKey(ctx context.Context, id string) (k *PublicKey, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		k, err = one(tx, "public key", publicKeyFields, `
			SELECT key_id, owner, pem, fetched_at, gone FROM public_key WHERE key_id = $1`, id)
		return err
	})
	return k, err
}

// SetPublicKey stores a key, in place of what was known under its id.
func (s *Shared) SetPublicKey(ctx context.Context, k PublicKey) error {
	return s.update(ctx, func(tx *Tx) error {
		_, err := tx.exec("set public key", `
			INSERT INTO public_key (key_id, owner, pem, fetched_at, gone) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (key_id) DO UPDATE SET owner = excluded.owner, pem = excluded.pem,
				fetched_at = excluded.fetched_at, gone = excluded.gone`,
			k.ID, k.Owner, k.PEM, ms(k.FetchedAt), k.Gone)
		return err
	})
}

// RemovePublicKeys forgets the keys of an actor, so that the next signature fetches them anew.
func (s *Shared) RemovePublicKeys(ctx context.Context, owner string) error {
	return s.update(ctx, func(tx *Tx) error {
		_, err := tx.exec("remove public keys", `DELETE FROM public_key WHERE owner = $1`, owner)
		return err
	})
}

// PublicKeysOf returns the keys known of an actor.
func (s *Shared) PublicKeysOf(ctx context.Context, owner string) (list []*PublicKey, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		list, err = many(tx, "public keys", publicKeyFields, `
			SELECT key_id, owner, pem, fetched_at, gone FROM public_key WHERE owner = $1 LIMIT 20`, owner)
		return err
	})
	return list, err
}

// SpeaksRFC9421 tells whether a host took a signature of RFC 9421 after it had refused the older kind.
func (s *Shared) SpeaksRFC9421(ctx context.Context, host string) (yes bool, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		yes, _, err = value[bool](tx, "host", `SELECT rfc9421 FROM host WHERE name = $1`, host)
		return err
	})
	return yes, err
}

// SetRFC9421 remembers which kind of signature a host takes. A host that nothing was sent to is remembered too.
func (s *Shared) SetRFC9421(ctx context.Context, host string, yes bool) error {
	return s.update(ctx, func(tx *Tx) error {
		_, err := tx.exec("set signatures of host", `
			INSERT INTO host (name, next_at, lease, rfc9421) VALUES ($1, `+neverText+`, 0, $2)
			ON CONFLICT (name) DO UPDATE SET rfc9421 = excluded.rfc9421`, host, yes)
		return err
	})
}

// PublicReply is a reply that everybody may read.
type PublicReply struct {
	ID  skein.ID
	URI string
}

// PublicReplies returns the public and unlisted replies to a post after a given one, oldest first: those of the post's
// own author, or those of all others. Accounts that are suspended or deleted are left out.
func (tx *Tx) PublicReplies(post, author skein.ID, own bool, after skein.ID, limit int) ([]*PublicReply, error) {
	by := `p.author_id <> $3`
	if own {
		by = `p.author_id = $3`
	}
	return many(tx, "replies", func(r *PublicReply) []any { return []any{&r.ID, &r.URI} }, `
		SELECT p.id, p.uri
		FROM post p JOIN account a ON a.id = p.author_id
		WHERE p.site_id = $1 AND p.reply_to_id = $2 AND p.reply_to_id <> 0 AND NOT p.held AND p.visibility <= $5 AND `+by+`
			AND p.id > $4 AND a.suspended_at = 0 AND a.deleted_at = 0
		ORDER BY p.id LIMIT $6`,
		tx.site, post, author, after, skein.Unlisted, limit)
}
