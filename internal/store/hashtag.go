package store

import "skein/internal/skein"

// Hashtag is a hashtag as those who look after a site see it.
type Hashtag struct {
	ID       skein.ID // skein.NameID
	Name     string
	Display  string
	Unlisted bool // not found by searching
	Unusable bool // posts of ours may not have it
}

const hashtagColumns = `id, name, display, unlisted, unusable`

func hashtagFields(t *Hashtag) []any {
	return []any{&t.ID, &t.Name, &t.Display, &t.Unlisted, &t.Unusable}
}

// knowTags remembers hashtags, by the spelling that was first.
func (tx *Tx) knowTags(tags []skein.Tag) error {
	type row struct {
		ID      skein.ID `json:"i"`
		Name    string   `json:"n"`
		Display string   `json:"d"`
	}
	rows := make([]row, len(tags))
	for i, t := range tags {
		if rows[i] = (row{skein.NameID(t.Name), t.Name, t.Display}); t.Display == "" {
			rows[i].Display = t.Name
		}
	}
	_, err := tx.exec("know hashtags", `
		INSERT INTO hashtag (site_id, id, name, display)
		SELECT CAST($1 AS BIGINT), CAST(r.value->>'i' AS BIGINT), r.value->>'n', r.value->>'d' FROM ROWS($2) r WHERE TRUE
		ON CONFLICT DO NOTHING`, tx.site, toJSON(rows))
	return err
}

// Hashtags returns a page of all hashtags, by ID.
func (tx *Tx) Hashtags(p Page) ([]*Hashtag, error) {
	return pageOf(tx, "hashtags", hashtagFields, p, "id", `SELECT `+hashtagColumns+` FROM hashtag WHERE site_id = $1`, tx.site)
}

// HashtagsByID returns those of the hashtags that are known, in no order.
func (tx *Tx) HashtagsByID(ids []skein.ID) ([]*Hashtag, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "hashtags", hashtagFields, `
		SELECT `+hashtagColumns+` FROM hashtag WHERE site_id = $1 AND id IN LIST($2)`, tx.site, tx.list(ids))
}

// SetHashtag stores what moderators said of one.
func (tx *Tx) SetHashtag(t *Hashtag) error {
	_, err := tx.exec("set hashtag", `
		INSERT INTO hashtag (site_id, id, name, display, unlisted, unusable) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (site_id, id) DO UPDATE SET display = excluded.display, unlisted = excluded.unlisted, unusable = excluded.unusable`,
		tx.site, t.ID, t.Name, t.Display, t.Unlisted, t.Unusable)
	return err
}
