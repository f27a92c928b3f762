package store

import (
	"strconv"

	"skein/internal/skein"
)

// indexCollection writes the words that a collection is found by: those of its name and its hashtag.
func (tx *Tx) indexCollection(c *skein.Collection) error {
	if _, err := tx.exec("forget words of collection", `DELETE FROM collection_word WHERE collection_id = $1`, c.ID); err != nil {
		return err
	}
	list := words(clip(c.Name) + " " + clip(c.Tag))
	if len(list) == 0 || !c.Discoverable {
		return nil
	}
	_, err := tx.exec("index collection", `
		INSERT INTO collection_word (site_id, word, collection_id)
		SELECT $1, r.value->>'w', $2 FROM ROWS($3) r WHERE TRUE ON CONFLICT DO NOTHING`, tx.site, c.ID, wordRows(list))
	return err
}

// SearchCollections finds collections that are for everybody to find, by the beginnings of the words of their names: the
// latest first. How many are looked at is bounded.
func (tx *Tx) SearchCollections(text string, limit, offset int) ([]*skein.Collection, error) {
	terms := words(clip(text))
	if len(terms) == 0 {
		return nil, nil
	}
	terms = terms[:min(len(terms), maxTerms)]
	args := []any{tx.site, terms[0], terms[0] + lastRune, limit, min(offset, maxCandidates)}
	more := ""
	for _, t := range terms[1:] {
		args = append(args, t, t+lastRune)
		n := len(args)
		more += ` AND EXISTS (SELECT 1 FROM collection_word w WHERE w.site_id = $1 AND w.collection_id = collection.id
			AND w.word >= $` + strconv.Itoa(n-1) + ` AND w.word < $` + strconv.Itoa(n) + `)`
	}
	return many(tx, "found collections", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE site_id = $1 AND discoverable AND id IN (
			SELECT collection_id FROM collection_word WHERE site_id = $1 AND word >= $2 AND word < $3
			ORDER BY word, collection_id LIMIT `+strconv.Itoa(maxCandidates)+`)`+more+`
		ORDER BY id DESC LIMIT $4 OFFSET $5`, args...)
}

// IndexCollections indexes all collections anew.
func (tx *Tx) IndexCollections() error {
	list, err := many(tx, "collections", collectionFields, `SELECT `+collectionColumns+` FROM collection WHERE site_id = $1`, tx.site)
	for _, c := range list {
		if err == nil {
			err = tx.indexCollection(c)
		}
	}
	return err
}
