package store

import (
	"crypto/sha256"
	"time"

	"skein/internal/skein"
)

// How long an undo that came before what it undoes is remembered, as with Mastodon.
const undoneFor = 6 * time.Hour

// NoteUndone remembers that an account undid an activity that is not known here. It is bound to the account, so that
// nobody undoes for another.
func (tx *Tx) NoteUndone(what string, account skein.ID, uri string) error {
	_, err := tx.exec("note undone", `
		INSERT INTO seen (site_id, hash, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (site_id, hash) DO UPDATE SET created_at = excluded.created_at`,
		tx.site, undoneHash(what, account, uri), ms(tx.Now()))
	return err
}

// Undone tells whether NoteUndone noted this a short while ago.
func (tx *Tx) Undone(what string, account skein.ID, uri string) (bool, error) {
	_, ok, err := value[int64](tx, "undone", `SELECT created_at FROM seen WHERE site_id = $1 AND hash = $2 AND created_at > $3`,
		tx.site, undoneHash(what, account, uri), ms(tx.Now().Add(-undoneFor)))
	return ok, err
}

// ForgetUndone takes such a note back, and tells whether there was one.
func (tx *Tx) ForgetUndone(what string, account skein.ID, uri string) (bool, error) {
	n, err := tx.exec("forget undone", `DELETE FROM seen WHERE site_id = $1 AND hash = $2 AND created_at > $3`,
		tx.site, undoneHash(what, account, uri), ms(tx.Now().Add(-undoneFor)))
	return n > 0, err
}

func undoneHash(what string, account skein.ID, uri string) []byte {
	h := sha256.Sum256([]byte("undone " + what + " " + account.String() + " " + uri))
	return h[:]
}

// NameAgain remembers that an account did the same to the same thing once more, by another activity, while the first was not
// known to be undone: in whatever order these come, one of them stands. What is undone is bound to one of the names (T184).
func (tx *Tx) NameAgain(what string, account, thing skein.ID) error {
	return tx.NoteUndone("twin "+what, account, thing.String())
}

// DropName takes away one of the names, and tells whether another is left.
func (tx *Tx) DropName(what string, account, thing skein.ID) (left bool, err error) {
	return tx.ForgetUndone("twin "+what, account, thing.String())
}
