package store

import "skein/internal/skein"

// counted is the post for whose count of quotes a post counts; 0: for none. Quotes that only some may read do not count,
// as with answers (T62).
func counted(p *skein.Post) skein.ID {
	if q := p.Extra.Quote; q != nil && q.State == skein.QuoteAccepted && countsForParent(p.Visibility) {
		return p.QuoteOf
	}
	return 0
}

// ChangeQuote is ChangePost for what changes a post's quote: the counts follow.
func (tx *Tx) ChangeQuote(id skein.ID, fn func(p *skein.Post) bool) (*skein.Post, error) {
	var before skein.ID
	changed := false
	p, err := tx.ChangePost(id, func(p *skein.Post) bool {
		before = counted(p)
		changed = fn(p)
		return changed
	})
	if err != nil || !changed {
		return p, err
	}
	if q := p.Extra.Quote; q != nil && q.Stamp != "" {
		if err := tx.InsertStamp(q.Stamp, id); err != nil {
			return nil, err
		}
	}
	after := counted(p)
	if before == after {
		return p, nil
	}
	if err := tx.addQuotes(before, -1); err != nil {
		return nil, err
	}
	return p, tx.addQuotes(after, 1)
}

func (tx *Tx) addQuotes(post skein.ID, n int) error {
	if post == 0 {
		return nil
	}
	_, err := tx.exec("count quote", `
		UPDATE post SET quote_count = CASE WHEN quote_count + $3 > 0 THEN quote_count + $3 ELSE 0 END
		WHERE site_id = $1 AND id = $2`, tx.site, post, n)
	tx.postChanged(post)
	return err
}

// quoted is what InsertPost does for a post that quotes.
func (tx *Tx) quoted(p *skein.Post) error {
	q := p.Extra.Quote
	if q == nil {
		return nil
	}
	if q.Stamp != "" {
		if err := tx.InsertStamp(q.Stamp, p.ID); err != nil {
			return err
		}
	}
	return tx.addQuotes(counted(p), 1)
}

// Quotes returns the posts that quote a post, the latest first; whether the quote is accepted, the posts say.
func (tx *Tx) Quotes(post skein.ID, p Page) ([]skein.ID, error) {
	return idPage(tx, "quotes", p, "id", `
		SELECT id FROM post WHERE site_id = $1 AND quote_of_id = $2 AND quote_of_id <> 0
			AND extra LIKE '%"s":"accepted"%'`, tx.site, post)
}

// Quoter is a post of the site's own that quotes another.
type Quoter struct{ Author, Post skein.ID }

// LocalQuoters returns the posts of our people that quote a post, and who wrote them.
func (tx *Tx) LocalQuoters(post skein.ID, limit int) ([]*Quoter, error) {
	return many(tx, "local quoters", func(q *Quoter) []any { return []any{&q.Author, &q.Post} }, `
		SELECT author_id, id FROM post WHERE site_id = $1 AND quote_of_id = $2 AND quote_of_id <> 0 AND local
			AND extra LIKE '%"s":"accepted"%' ORDER BY id LIMIT $3`, tx.site, post, limit)
}
