package store

import "skein/internal/skein"

// ActorKey returns the signing key of a local account or of the instance actor, in PEM.
func (tx *Tx) ActorKey(account skein.ID) (privatePEM, publicPEM string, err error) {
	type pair struct{ private, public string }
	k, err := one(tx, "actor key", func(k *pair) []any { return []any{&k.private, &k.public} },
		`SELECT private, public FROM actor_key WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	if err != nil {
		return "", "", err
	}
	return k.private, k.public, nil
}

// PublicKeys returns the public keys of local accounts, in PEM.
func (tx *Tx) PublicKeys(accounts []skein.ID) (map[skein.ID]string, error) {
	type row struct {
		account skein.ID
		public  string
	}
	list, err := many(tx, "actor keys", func(r *row) []any { return []any{&r.account, &r.public} },
		`SELECT account_id, public FROM actor_key WHERE site_id = $1 AND account_id IN LIST($2)`, tx.site, tx.list(accounts))
	out := make(map[skein.ID]string, len(list))
	for _, r := range list {
		out[r.account] = r.public
	}
	return out, err
}

// InsertActorKey gives a local account its signing key.
func (tx *Tx) InsertActorKey(account skein.ID, privatePEM, publicPEM string) error {
	_, err := tx.exec("insert actor key", `
		INSERT INTO actor_key (account_id, site_id, private, public, created_at) VALUES ($1, $2, $3, $4, $5)`,
		account, tx.site, privatePEM, publicPEM, ms(tx.Now()))
	return err
}
