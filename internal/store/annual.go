package store

import "skein/internal/skein"

const annualColumns = `account_id, year, counted, created_at, read_at`

func annualFields(a *skein.Annual) []any {
	return []any{&a.Account, &a.Year, asJSON(&a.Counted), asTime(&a.MadeAt), asTime(&a.ReadAt)}
}

// Annual returns what is known of somebody's year.
func (tx *Tx) Annual(account skein.ID, year int) (*skein.Annual, error) {
	return one(tx, "annual", annualFields, `
		SELECT `+annualColumns+` FROM annual WHERE account_id = $2 AND year = $3 AND site_id = $1`, tx.site, account, year)
}

// UnreadAnnuals returns somebody's years that are counted and were not marked as read, the latest first.
func (tx *Tx) UnreadAnnuals(account skein.ID) ([]*skein.Annual, error) {
	return many(tx, "unread annuals", annualFields, `
		SELECT `+annualColumns+` FROM annual WHERE account_id = $2 AND site_id = $1 AND counted <> '' AND read_at = 0
		ORDER BY year DESC LIMIT 10`, tx.site, account)
}

// WantAnnual notes that a year is to be counted, and tells whether that is news.
func (tx *Tx) WantAnnual(account skein.ID, year int) (bool, error) {
	n, err := tx.exec("want annual", `
		INSERT INTO annual (site_id, account_id, year, counted, created_at) VALUES ($1, $2, $3, '', $4)
		ON CONFLICT DO NOTHING`, tx.site, account, year, ms(tx.Now()))
	return n == 1, err
}

// SetAnnual stores what was counted, unless somebody did, and tells whether that is news.
func (tx *Tx) SetAnnual(account skein.ID, year int, c *skein.AnnualCount) (bool, error) {
	n, err := tx.exec("set annual", `
		UPDATE annual SET counted = $4 WHERE account_id = $2 AND year = $3 AND site_id = $1 AND counted = ''`,
		tx.site, account, year, object(c))
	return n == 1, err
}

// ReadAnnual marks a year as read, and tells whether it is there.
func (tx *Tx) ReadAnnual(account skein.ID, year int) (bool, error) {
	n, err := tx.exec("read annual", `
		UPDATE annual SET read_at = $4 WHERE account_id = $2 AND year = $3 AND site_id = $1 AND counted <> ''`,
		tx.site, account, year, ms(tx.Now()))
	return n == 1, err
}

// Counted is what is counted of a post.
type Counted struct {
	ID, BoostOf, ReplyTo   skein.ID
	Visibility             skein.Visibility
	Likes, Boosts, Replies int
	Tags                   []skein.Tag
	Extra                  skein.PostExtra
}

// PostsBetween returns an account's posts with IDs between two, in their order.
func (tx *Tx) PostsBetween(account, above, below skein.ID, limit int) ([]*Counted, error) {
	return many(tx, "posts of a year", func(c *Counted) []any {
		return []any{&c.ID, &c.BoostOf, &c.ReplyTo, &c.Visibility, &c.Likes, &c.Boosts, &c.Replies, asJSON(&c.Tags), asJSON(&c.Extra)}
	}, `
		SELECT id, boost_of_id, reply_to_id, visibility, like_count, boost_count, reply_count, tags, extra
		FROM post WHERE site_id = $1 AND author_id = $2 AND id > $3 AND id < $4 ORDER BY id LIMIT $5`,
		tx.site, account, above, below, limit)
}

// FollowsBetween counts the follows from and to an account that began between two IDs.
func (tx *Tx) FollowsBetween(account, above, below skein.ID) (following, followers int, err error) {
	type both struct{ from, to int }
	n, err := one(tx, "follows of a month", func(b *both) []any { return []any{&b.from, &b.to} }, `
		SELECT (SELECT count(*) FROM follow WHERE site_id = $1 AND account_id = $2 AND id > $3 AND id < $4 AND accepted),
			(SELECT count(*) FROM follow WHERE site_id = $1 AND target_id = $2 AND id > $3 AND id < $4 AND accepted)`,
		tx.site, account, above, below)
	if err != nil {
		return 0, 0, err
	}
	return n.from, n.to, nil
}
