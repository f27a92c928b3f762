package store

import (
	"time"

	"skein/internal/skein"
)

// Film is an upload that waits to be made into what can be shown.
type Film struct {
	Media   skein.ID
	Site    skein.ID
	Account skein.ID
	Key     string // of the upload
	Tries   int    // with this one
}

func filmFields(f *Film) []any {
	return []any{&f.Media, &f.Site, &f.Account, &f.Key, &f.Tries}
}

// InsertFilm puts an upload of an account into the queue, behind those of its own that wait.
func (tx *Tx) InsertFilm(f *Film) error {
	_, err := tx.exec("insert film", `
		INSERT INTO film (media_id, site_id, account_id, key, turn)
		VALUES ($1, $2, $3, $4, (SELECT count(*) FROM film WHERE account_id = $3)) ON CONFLICT DO NOTHING`,
		f.Media, tx.site, f.Account, f.Key)
	return err
}

// Films counts those of an account that wait or are worked on.
func (tx *Tx) Films(account skein.ID) (int, error) {
	n, _, err := value[int](tx, "films of account", `SELECT count(*) FROM film WHERE account_id = $1`, account)
	return n, err
}

// ClaimFilm leases the next film to a node: those who wait take turns, and nobody has two worked on at once (T114). It
// answers nil when there is none. Only the transaction of no site may ask.
func (tx *Tx) ClaimFilm(node string, now, lease time.Time) (*Film, error) {
	list, err := many(tx, "claimed film", filmFields, `
		UPDATE film SET node = $1, lease_until = $3, tries = tries + 1
		WHERE media_id IN (
			SELECT f.media_id FROM film f
			WHERE f.lease_until <= $2
				AND NOT EXISTS (SELECT 1 FROM film o WHERE o.account_id = f.account_id AND o.lease_until <> 0 AND o.media_id <> f.media_id)
			ORDER BY f.turn, f.media_id LIMIT 1 SKIP LOCKED)
		RETURNING media_id, site_id, account_id, key, tries`, node, ms(now), ms(lease))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// RenewFilm keeps a film leased to a node, and tells whether it still is.
func (tx *Tx) RenewFilm(media skein.ID, node string, lease time.Time) (bool, error) {
	n, err := tx.exec("renew film", `
		UPDATE film SET lease_until = $3 WHERE media_id = $1 AND node = $2 AND lease_until <> 0`, media, node, ms(lease))
	return n == 1, err
}

// ReleaseFilm gives a film back, to be tried again.
func (tx *Tx) ReleaseFilm(media skein.ID, node string) error {
	_, err := tx.exec("release film", `
		UPDATE film SET lease_until = 0, node = '' WHERE media_id = $1 AND node = $2`, media, node)
	return err
}

// ReleaseFilms gives back all films of a node, which has just begun and works on none.
func (tx *Tx) ReleaseFilms(node string) error {
	_, err := tx.exec("release films", `UPDATE film SET lease_until = 0, node = '' WHERE node = $1`, node)
	return err
}

// RemoveFilm takes a film out of the queue, if the node has it, and tells whether it had.
func (tx *Tx) RemoveFilm(media skein.ID, node string) (bool, error) {
	n, err := tx.exec("remove film", `DELETE FROM film WHERE media_id = $1 AND node = $2`, media, node)
	return n == 1, err
}
