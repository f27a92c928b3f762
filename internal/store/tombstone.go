package store

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

func tombHash(uri string) string {
	h := sha256.Sum256([]byte(uri))
	return base64.RawStdEncoding.EncodeToString(h[:16])
}

// Bury remembers URIs of things that are gone for good, so that they never come back (T183).
func (tx *Tx) Bury(uris ...string) error {
	hashes := make([]string, 0, len(uris))
	for _, u := range uris {
		if u != "" {
			hashes = append(hashes, tombHash(u))
		}
	}
	if len(hashes) == 0 {
		return nil
	}
	_, err := tx.exec("bury", `
		INSERT INTO tombstone (site_id, hash, created_at)
		SELECT CAST($1 AS BIGINT), r.value->>'h', CAST($3 AS BIGINT) FROM ROWS($2) r WHERE TRUE
		ON CONFLICT DO NOTHING`, tx.site, toJSON(tombRows(hashes)), ms(tx.Now()))
	return err
}

type tombRow struct {
	Hash string `json:"h"`
}

func tombRows(hashes []string) []tombRow {
	rows := make([]tombRow, len(hashes))
	for i, h := range hashes {
		rows[i].Hash = h
	}
	return rows
}

// BuryUnknown remembers that an actor took back something that never arrived. It holds for that actor only: whoever names
// another's URI hinders nobody (T185).
func (tx *Tx) BuryUnknown(uri, actor string) error { return tx.Bury(ofActor(uri, actor)) }

func ofActor(uri, actor string) string {
	if uri == "" {
		return ""
	}
	return uri + "\n" + actor
}

// Buried tells whether a URI is gone for good, or its actor took it back before it came.
func (tx *Tx) Buried(uri, actor string) (bool, error) {
	_, ok, err := value[int64](tx, "tombstone", `
		SELECT created_at FROM tombstone WHERE site_id = $1 AND (hash = $2 OR hash = $3) LIMIT 1`,
		tx.site, tombHash(uri), tombHash(ofActor(uri, actor)))
	return ok, err
}

// PruneTombstones forgets, on all sites, some of what was deleted before a moment.
func (tx *Tx) PruneTombstones(before time.Time) (more bool, err error) {
	return tx.pruneAll(pruning{"tombstone", "site_id, hash", "created_at < $1", ms(before)})
}
