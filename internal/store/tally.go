package store

import (
	"math/rand/v2"
	"time"

	"skein/internal/skein"
)

// Interactions is the tally of likes, boosts and answers by a site's own people.
const Interactions = "interactions"

// tallyParts is over how many rows a count of a day is spread, so that writers on PostgreSQL seldom wait for each other.
const tallyParts = 16

func (tx *Tx) today() int64 { return tx.Now().UnixMilli() / day.Milliseconds() }

// Tally counts one more of a kind on this day. It counts once: in the transaction of what happened.
func (tx *Tx) Tally(kind string) error {
	_, err := tx.exec("count "+kind, `
		INSERT INTO tally (site_id, kind, day, part, n) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (site_id, kind, day, part) DO UPDATE SET n = tally.n + 1`, tx.site, kind, tx.today(), rand.IntN(tallyParts))
	return err
}

// noLanguage is where posts count that do not say in which language they are; boosts count under none.
const noLanguage = "und"

// tallyPost counts a post that came in on this day, by its author's server and its language.
func (tx *Tx) tallyPost(p *skein.Post) error {
	language := p.Language
	switch {
	case p.BoostOf != 0:
		language = ""
	case language == "":
		language = noLanguage
	}
	if p.Local && (p.BoostOf != 0 || p.ReplyTo != 0) {
		if err := tx.Tally(Interactions); err != nil {
			return err
		}
	}
	_, err := tx.exec("count post of server", `
		INSERT INTO post_day (site_id, domain, day, language, part, posts)
		SELECT site_id, domain, CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT), 1 FROM account WHERE site_id = $1 AND id = $2
		ON CONFLICT (site_id, domain, day, language, part) DO UPDATE SET posts = post_day.posts + 1`,
		tx.site, p.Author, tx.today(), language, rand.IntN(tallyParts))
	return err
}

// untallyPosts takes posts of some authors that are gone from what all days add up to: day 0 holds what has no day any more.
func (tx *Tx) untallyPosts(gone []*Removed) error {
	n := tally{}
	for _, r := range gone {
		n[r.Author]++
	}
	_, err := tx.exec("uncount posts of servers", `
		INSERT INTO post_day (site_id, domain, day, language, part, posts)
		SELECT CAST($1 AS BIGINT), account.domain, 0, '', CAST($3 AS BIGINT), -sum(CAST(r.value->>'n' AS BIGINT))
		FROM ROWS($2) r JOIN account ON account.site_id = $1 AND account.id = CAST(r.value->>'id' AS BIGINT)
		GROUP BY account.domain
		ON CONFLICT (site_id, domain, day, language, part) DO UPDATE SET posts = post_day.posts + excluded.posts`,
		tx.site, object(n.rows()), rand.IntN(tallyParts))
	return err
}

// personDay notes that a person was here on this day.
func (tx *Tx) personDay(account skein.ID) error {
	_, err := tx.exec("note day", `
		INSERT INTO person_day (site_id, day, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tx.site, tx.today(), account)
	return err
}

// PruneTallies forgets, on all sites, some of what happened before a moment. How many posts there are altogether stays.
func (tx *Tx) PruneTallies(before time.Time) (more bool, err error) {
	last := before.UnixMilli() / day.Milliseconds()
	more, err = tx.pruneAll(
		pruning{"tally", "site_id, kind, day, part", "day < $1", last},
		pruning{"person_day", "site_id, day, account_id", "day < $1", last})
	if err != nil {
		return false, err
	}
	type row struct {
		Site   skein.ID `json:"s"`
		Domain string   `json:"d"`
		Posts  int      `json:"n"`
	}
	old, err := many(tx, "old counts of posts", func(r *row) []any { return []any{&r.Site, &r.Domain, &r.Posts} }, `
		DELETE FROM post_day WHERE (site_id, domain, day, language, part) IN (
			SELECT site_id, domain, day, language, part FROM post_day WHERE day < $1 AND day > 0 LIMIT $2)
		RETURNING site_id, domain, posts`, last, pruneBatch)
	if err != nil || len(old) == 0 {
		return more, err
	}
	_, err = tx.exec("sum up counts of posts", `
		INSERT INTO post_day (site_id, domain, day, language, part, posts)
		SELECT CAST(r.value->>'s' AS BIGINT), r.value->>'d', 0, '', 0, sum(CAST(r.value->>'n' AS BIGINT)) FROM ROWS($1) r WHERE TRUE
		GROUP BY 1, 2
		ON CONFLICT (site_id, domain, day, language, part) DO UPDATE SET posts = post_day.posts + excluded.posts`, object(old))
	return more || len(old) == pruneBatch, err
}
