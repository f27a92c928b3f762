package store

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"skein/internal/skein"
)

// peopleKey names the others in a conversation: the text of their list and a short hash of it.
func peopleKey(others []skein.ID) (people, key string) {
	others = slices.Clone(others)
	slices.Sort(others)
	people = toJSON(slices.Compact(others))
	sum := sha256.Sum256([]byte(people))
	return people, base64.RawStdEncoding.EncodeToString(sum[:16])
}

// letterKey is the key of the conversations between an account and one other, or itself alone.
func letterKey(account, other skein.ID) string {
	others := []skein.ID{}
	if other != account {
		others = append(others, other)
	}
	_, key := peopleKey(others)
	return key
}

// Letters returns the direct posts between an account and one other alone, newest first.
func (tx *Tx) Letters(account, other skein.ID, p Page) ([]skein.ID, error) {
	return idPage(tx, "letters", p, "p.post_id", `
		SELECT p.post_id
		FROM conversation c
		JOIN conversation_post p ON p.conversation_id = c.id
		WHERE c.account_id = $1 AND +c.site_id = $2 AND c.people_key = $3`, account, tx.site, letterKey(account, other))
}

// NewLetters returns the threads between an account and one other that the account has not read.
func (tx *Tx) NewLetters(account, other skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "new letters", `
		SELECT thread_id FROM conversation WHERE account_id = $1 AND +site_id = $2 AND people_key = $3 AND unread`,
		account, tx.site, letterKey(account, other))
}

// MarkLetters notes that an account has read all from one other.
func (tx *Tx) MarkLetters(account, other skein.ID) error {
	_, err := tx.exec("mark letters", `
		UPDATE conversation SET unread = FALSE WHERE account_id = $1 AND +site_id = $2 AND people_key = $3 AND unread`,
		account, tx.site, letterKey(account, other))
	return err
}
