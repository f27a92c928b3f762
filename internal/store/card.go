package store

import (
	"time"

	"skein/internal/skein"
)

const cardColumns = `card.id, card.site_id, card.url, card.host, card.ready, card.data, card.creator_id, card.author_id,
	card.wanted_at, card.fetched_at`

func cardFields(c *skein.Card) []any {
	return []any{&c.ID, &c.Site, &c.URL, &c.Host, &c.Ready, asJSON(&c.Data), &c.Creator, &c.Author, asTime(&c.WantedAt), asTime(&c.FetchedAt)}
}

// WantCard returns the card of an address, which is made when there is none.
func (tx *Tx) WantCard(url, host string) (*skein.Card, error) {
	if _, err := tx.exec("insert card", `
		INSERT INTO card (id, site_id, url, host, wanted_at) VALUES ($1, $2, $3, $4, 0) ON CONFLICT (site_id, url) DO NOTHING`,
		tx.NewID(), tx.site, url, host); err != nil {
		return nil, err
	}
	return tx.CardByURL(url)
}

// CardByURL returns the card of an address.
func (tx *Tx) CardByURL(url string) (*skein.Card, error) {
	return one(tx, "card", cardFields, `SELECT `+cardColumns+` FROM card WHERE card.site_id = $1 AND card.url = $2`, tx.site, url)
}

// Card returns a card.
func (tx *Tx) Card(id skein.ID) (*skein.Card, error) {
	return one(tx, "card", cardFields, `SELECT `+cardColumns+` FROM card WHERE card.site_id = $1 AND card.id = $2`, tx.site, id)
}

// Cards returns those of the cards that there are, in no order.
func (tx *Tx) Cards(ids []skein.ID) ([]*skein.Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "cards", cardFields, `SELECT `+cardColumns+` FROM card WHERE card.id IN LIST($2) AND card.site_id = $1`, tx.site, tx.list(ids))
}

// UpdateCard stores what is known of a page now.
func (tx *Tx) UpdateCard(c *skein.Card) error {
	_, err := tx.exec("update card", `
		UPDATE card SET ready = $3, data = $4, creator_id = $5, author_id = $6, wanted_at = $7, fetched_at = $8
		WHERE site_id = $1 AND id = $2`,
		tx.site, c.ID, c.Ready, object(c.Data), c.Creator, c.Author, ms(c.WantedAt), ms(c.FetchedAt))
	tx.changes = append(tx.changes, Change{Card: c.ID, Site: tx.site})
	return err
}

// LinkCard notes which page a post links to, instead of what it linked to before; 0: to none.
func (tx *Tx) LinkCard(post, card skein.ID) error {
	if _, err := tx.exec("forget link", `DELETE FROM post_card WHERE site_id = $1 AND post_id = $2 AND card_id <> $3`, tx.site, post, card); err != nil || card == 0 {
		return err
	}
	_, err := tx.exec("note link", `INSERT INTO post_card (site_id, card_id, post_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tx.site, card, post)
	return err
}

// unlinkPosts forgets what posts link to.
func (tx *Tx) unlinkPosts(posts any) error {
	_, err := tx.exec("forget links", `DELETE FROM post_card WHERE site_id = $1 AND post_id IN LIST($2)`, tx.site, posts)
	return err
}

// CardPosts returns posts that link to a page, the newest first, below an ID.
func (tx *Tx) CardPosts(card, below skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "posts of card", `
		SELECT post_id FROM post_card WHERE site_id = $1 AND card_id = $2 AND post_id < $3 ORDER BY post_id DESC LIMIT $4`,
		tx.site, card, below, limit)
}

// CardTimeline returns posts for everybody that link to a page, by authors who agree to be found.
func (tx *Tx) CardTimeline(card skein.ID, f PublicFilter, p Page) ([]skein.ID, error) {
	more := ""
	if post := f.sql(); post != "" {
		more = ` AND EXISTS (SELECT 1 FROM post WHERE post.id = l.post_id` + post + `)`
	}
	return idPage(tx, "link timeline", p, "l.post_id", `
		SELECT l.post_id FROM post_card l JOIN post ON post.id = l.post_id JOIN account ON account.id = post.author_id
		WHERE l.site_id = $1 AND l.card_id = $2 AND post.visibility = 0 AND account.discoverable`+more, tx.site, card)
}

// PruneCards forgets some cards that no post links to, and that nobody asked for since.
func (tx *Tx) PruneCards(since time.Time, limit int) (int64, error) {
	return tx.exec("prune cards", `
		DELETE FROM card WHERE id IN (
			SELECT id FROM card WHERE wanted_at < $1 AND NOT EXISTS (SELECT 1 FROM post_card l WHERE l.card_id = card.id) LIMIT $2)`,
		ms(since), limit)
}
