package store

import (
	"slices"
	"strconv"
	"time"

	"skein/internal/skein"
)

// A home timeline is kept as rows for those who read it (table feed). The rules of what belongs into one
// (mastodon-api.md, section 13) stand here twice, because they are asked from two sides: SpreadHome takes one post and
// finds its readers, FillHome takes one reader and finds the posts. A test holds the two together.

const (
	homeRows = 800 // kept of one home timeline
	boostGap = 80  // so many rows after a post, a boost of it is news again
)

// Spread is what SpreadHome must know of a post.
type Spread struct {
	Post     *skein.Post
	Original *skein.Post // of a boost
	Domains  []string    // peers of its author, of the boosted author and of those mentioned
}

// people returns the authors, and with them everybody whom a reader may have blocked or muted.
func (s Spread) people() (authors, all []skein.ID) {
	authors = append(authors, s.Post.Author)
	mentions := s.Post.Mentions
	if s.Original != nil {
		authors = append(authors, s.Original.Author)
		mentions = s.Original.Mentions
	}
	all = slices.Clone(authors)
	for _, m := range mentions {
		all = append(all, m.Account)
	}
	return authors, all
}

// spreadArgs are what the two spreads ask with: $1 the site, $2 the post, $3 its author, $4 now, $5 the people of the post,
// $6 its authors, $7 their peers, $8 its language.
func (tx *Tx) spreadArgs(s Spread) []any {
	p, language := s.Post, s.Post.Language
	if s.Original != nil {
		language = s.Original.Language
	}
	if language != "" {
		language = `%"` + language + `"%`
	}
	authors, people := s.people()
	return []any{tx.site, p.ID, p.Author, ms(tx.Now()), tx.list(people), tx.list(authors), tx.textList(s.Domains), language}
}

// wanted leaves out readers who block or mute somebody of the post, or are blocked by an author.
func wanted(reader string) string {
	return reader + ` NOT IN (SELECT account_id FROM block WHERE site_id = $1 AND target_id IN LIST($5))
			AND ` + reader + ` NOT IN (SELECT target_id FROM block WHERE site_id = $1 AND account_id IN LIST($6))
			AND ` + reader + ` NOT IN (SELECT account_id FROM mute WHERE site_id = $1 AND target_id IN LIST($5) AND ` + muteCounts + `$4))
			AND ` + reader + ` NOT IN (SELECT account_id FROM domain_block WHERE site_id = $1 AND domain IN TEXTS($7))`
}

// lately tells whether what a boost ($2) shows ($9) stands near the top of a timeline, by itself or boosted.
func lately(table, key, of string) string {
	return `EXISTS (
			SELECT 1 FROM ` + table + ` h
			WHERE h.` + key + ` = ` + of + ` AND h.post_id <> $2 AND h.post_id IN (
				SELECT CAST($9 AS BIGINT) UNION ALL SELECT id FROM (
					SELECT b.id FROM post b WHERE b.site_id = $1 AND b.boost_of_id = $9 AND b.boost_of_id <> 0
					ORDER BY b.id DESC LIMIT 100) lately)
			AND (SELECT count(*) FROM (SELECT 1 FROM ` + table + ` n WHERE n.` + key + ` = ` + of + `
				AND n.post_id > h.post_id LIMIT ` + strconv.Itoa(boostGap) + `) newer) < ` + strconv.Itoa(boostGap) + `)`
}

// SpreadHome puts a post into the home timelines that are kept and want it, and returns whose they are. Those that have
// it already are left out.
func (tx *Tx) SpreadHome(s Spread) ([]skein.ID, error) {
	p, args := s.Post, tx.spreadArgs(s)
	from, err := tx.followerFeeds(p.Author)
	if err != nil {
		return nil, err
	}
	readers := `
		SELECT f.account_id AS id FROM ` + from + `
		WHERE f.site_id = $1 AND f.target_id = $3 AND f.accepted AND feed.site_id = $1 AND feed.account_id = f.account_id
			AND feed.kept_until > $4
			AND ($8 = '' OR f.languages = '[]' OR f.languages LIKE $8)`
	tagged := false
	switch {
	case p.BoostOf != 0:
		args = append(args, p.BoostOf)
		readers += ` AND f.show_boosts AND NOT ` + lately("home", "account_id", "f.account_id")
	case p.Visibility == skein.Direct:
		readers += ` AND EXISTS (SELECT 1 FROM post_mention m WHERE m.account_id = f.account_id AND m.post_id = $2)`
	case p.ReplyToURI != "":
		readers += ` AND FALSE` // whom it answers is not known
	case p.ReplyTo != 0 && p.ReplyToAuthor != p.Author:
		args = append(args, p.ReplyToAuthor)
		readers += ` AND (f.account_id = $9 OR EXISTS (SELECT 1 FROM follow g WHERE g.site_id = $1
			AND g.account_id = f.account_id AND g.target_id = $9 AND g.accepted))`
	default:
		tagged = p.Listed() && len(p.Tags) > 0
	}
	if tagged {
		names := make([]string, len(p.Tags))
		for i, t := range p.Tags {
			names[i] = t.Name
		}
		args = append(args, tx.textList(names))
		readers += `
		UNION SELECT t.account_id FROM tag_follow t JOIN feed ON feed.account_id = t.account_id
		WHERE t.site_id = $1 AND t.name IN TEXTS($9) AND feed.kept_until > $4`
	}
	return column[skein.ID](tx, "readers", `
		INSERT INTO home (site_id, account_id, post_id)
		SELECT CAST($1 AS BIGINT), r.id, CAST($2 AS BIGINT) FROM (`+readers+`
			UNION SELECT account_id FROM feed WHERE account_id = $3 AND kept_until > $4
		) r
		WHERE r.id = $3 OR `+wanted("r.id")+`
			AND r.id NOT IN (SELECT owner_id FROM list_member WHERE site_id = $1 AND account_id = $3 AND exclusive)
		ON CONFLICT DO NOTHING RETURNING account_id`, args...)
}

// followerFeeds is the join of an author's followers with the feeds that are kept, the shorter side first: most followers
// of somebody well known read nothing just now, and most feeds that are kept follow somebody else.
func (tx *Tx) followerFeeds(author skein.ID) (string, error) {
	const few, many = 64, 5000
	followers, _, err := value[int](tx, "followers", `
		SELECT count(*) FROM (SELECT 1 FROM follow WHERE site_id = $1 AND target_id = $2 LIMIT $3) bounded`, tx.site, author, few)
	if err != nil || followers < few {
		return `follow f CROSS JOIN feed`, err
	}
	kept, _, err := value[int](tx, "kept feeds", `
		SELECT count(*) FROM (SELECT 1 FROM feed WHERE site_id = $1 AND kept_until > $2 LIMIT $3) bounded`,
		tx.site, ms(tx.Now()), many)
	if err != nil || kept == many {
		return `follow f CROSS JOIN feed`, err
	}
	followers, _, err = value[int](tx, "followers", `
		SELECT count(*) FROM (SELECT 1 FROM follow WHERE site_id = $1 AND target_id = $2 LIMIT $3) bounded`, tx.site, author, kept+1)
	if err != nil || followers <= kept {
		return `follow f CROSS JOIN feed`, err
	}
	return `feed CROSS JOIN follow f`, nil
}

// OwnHome puts a post into its author's home timeline, if that is kept: who has written reads it there at once.
func (tx *Tx) OwnHome(author, post skein.ID) error {
	_, err := tx.exec("own home", `
		INSERT INTO home (site_id, account_id, post_id)
		SELECT CAST($1 AS BIGINT), account_id, CAST($2 AS BIGINT) FROM feed WHERE account_id = $3 AND kept_until > $4
		ON CONFLICT DO NOTHING`, tx.site, post, author, ms(tx.Now()))
	return err
}

// FillHome puts the newest posts that belong there into a home timeline: for who comes back after its rows were given
// up.
func (tx *Tx) FillHome(account skein.ID) error {
	follows, err := tx.FollowCount(account, 4000)
	if err != nil {
		return err
	}
	// Who follows many needs few posts of each.
	return tx.fillHome(account, nil, min(max(4000/max(follows, 1), 20), homeRows/2), homeRows/2)
}

// AddToHome puts the newest posts of those whom an account follows now, or reads at home again, into its home timeline, if
// that is kept.
func (tx *Tx) AddToHome(account skein.ID, authors ...skein.ID) error {
	until, err := tx.FeedKept(account)
	if err != nil || len(authors) == 0 || !until.After(tx.Now()) {
		return err
	}
	if len(authors) == 1 {
		return tx.fillHome(account, authors, homeRows/4, homeRows/4)
	}
	return tx.fillHome(account, authors, min(max(4000/len(authors), 20), homeRows/4), homeRows/2)
}

type candidate struct{ id, boostOf skein.ID }

// allowed leaves out what a reader wants nothing of. $1 is the site, $2 the reader, $3 now; p the post, o the original of a
// boost.
const allowed = ` AND (p.boost_of_id = 0 OR o.id IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM block WHERE site_id = $1 AND account_id = $2 AND target_id IN (p.author_id, o.author_id))
	AND NOT EXISTS (SELECT 1 FROM block WHERE site_id = $1 AND target_id = $2 AND account_id IN (p.author_id, o.author_id))
	AND NOT EXISTS (SELECT 1 FROM mute WHERE site_id = $1 AND account_id = $2
		AND target_id IN (p.author_id, o.author_id) AND ` + muteCounts + `$3))
	AND NOT EXISTS (SELECT 1 FROM domain_block d JOIN account a ON a.domain = d.domain
		WHERE d.site_id = $1 AND d.account_id = $2 AND a.id IN (p.author_id, o.author_id))
	AND NOT EXISTS (SELECT 1 FROM post_mention m WHERE m.site_id = $1 AND m.post_id IN (p.id, o.id) AND (
		EXISTS (SELECT 1 FROM block WHERE site_id = $1 AND account_id = $2 AND target_id = m.account_id)
		OR EXISTS (SELECT 1 FROM mute WHERE site_id = $1 AND account_id = $2
			AND target_id = m.account_id AND ` + muteCounts + `$3))
		OR EXISTS (SELECT 1 FROM domain_block d JOIN account a ON a.domain = d.domain
			WHERE d.site_id = $1 AND d.account_id = $2 AND a.id = m.account_id)))`

// fillHome reads at most each posts of each author, and keeps the newest of them. Only of some authors when any are named.
func (tx *Tx) fillHome(account skein.ID, authors []skein.ID, each, most int) error {
	// Members of exclusive lists are read there.
	const elsewhere = ` AND p.author_id NOT IN (
			SELECT account_id FROM list_member WHERE site_id = $1 AND owner_id = $2 AND exclusive)`
	query := `
			SELECT p.id AS id, p.boost_of_id AS boost_of_id
			FROM follow f JOIN post p ON p.id IN (
				SELECT q.id FROM post q WHERE q.site_id = $1 AND q.author_id = f.target_id AND q.id > $6 ORDER BY q.id DESC LIMIT $4)
			LEFT JOIN post o ON o.id = p.boost_of_id AND p.boost_of_id <> 0
			WHERE f.site_id = $1 AND f.account_id = $2 AND f.accepted AND NOT p.held
				AND (p.boost_of_id = 0 OR f.show_boosts)
				AND (p.visibility <> 3 OR EXISTS (SELECT 1 FROM post_mention m WHERE m.account_id = $2 AND m.post_id = p.id))
				AND p.reply_to_uri = '' AND (p.reply_to_id = 0 OR p.reply_author_id IN (p.author_id, f.account_id)
					OR EXISTS (SELECT 1 FROM follow g WHERE g.site_id = $1 AND g.account_id = $2
						AND g.target_id = p.reply_author_id AND g.accepted))
				AND (f.languages = '[]' OR COALESCE(o.language, p.language) = ''
					OR f.languages LIKE '%"' || COALESCE(o.language, p.language) || '"%')` + allowed + elsewhere
	var args []any
	if len(authors) > 0 {
		args = append(args, tx.list(authors))
		query += ` AND f.target_id IN LIST($7)`
	} else {
		query += `
			UNION
			SELECT id, boost_of_id FROM (
				SELECT id, boost_of_id FROM post WHERE site_id = $1 AND author_id = $2 AND id > $6 ORDER BY id DESC LIMIT $4) own
			UNION
			SELECT p.id, p.boost_of_id
			FROM tag_follow t JOIN post p ON p.id IN (
				SELECT q.post_id FROM post_tag q WHERE q.site_id = $1 AND q.name = t.name AND q.post_id > $6
				ORDER BY q.post_id DESC LIMIT $4)
			LEFT JOIN post o ON o.id = p.boost_of_id AND p.boost_of_id <> 0
			WHERE t.site_id = $1 AND t.account_id = $2 AND (p.reply_to_id = 0)` + allowed + elsewhere
	}
	ids, err := tx.candidates(query, account, each, most, len(authors) > 0, args...)
	if err != nil || len(ids) == 0 {
		return err
	}
	_, err = tx.exec("fill home", `
		INSERT INTO home (site_id, account_id, post_id)
		SELECT site_id, CAST($2 AS BIGINT), id FROM post WHERE site_id = $1 AND id IN LIST($3)
		ON CONFLICT DO NOTHING`, tx.site, account, tx.list(ids))
	return err
}

// candidates reads the newest of the posts that a query finds for a timeline, most of them at most ($5). $1 is the site, $2 the
// reader, $3 now, $4 how many of each author, $6 the ID that they are above; then come the arguments of its own. few: of few
// authors, who are read to the end.
func (tx *Tx) candidates(query string, reader skein.ID, each, most int, few bool, more ...any) ([]skein.ID, error) {
	// Who follows a thousand people needs the posts of some days, not twenty of each: so the last hours are read first, and
	// more when they do not suffice.
	var list []*candidate
	for back := 6 * time.Hour; len(list) < most; back *= 4 {
		var since skein.ID
		if !few && back < 1000*24*time.Hour {
			since = skein.ID(tx.Now().Add(-back).UnixMilli() << 16)
		}
		args := append([]any{tx.site, reader, ms(tx.Now()), each, most, since}, more...)
		var err error
		list, err = many(tx, "posts for a timeline", func(c *candidate) []any { return []any{&c.id, &c.boostOf} },
			`SELECT id, boost_of_id FROM (`+query+` ) found ORDER BY id DESC LIMIT $5`, args...)
		if err != nil {
			return nil, err
		}
		if since == 0 {
			break
		}
	}
	// As they would have come one by one: what was there lately is not boosted again.
	ids := make([]skein.ID, 0, len(list))
	place := map[skein.ID]int{} // post or original -> where it stands
	for _, c := range slices.Backward(list) {
		shown := c.id
		if c.boostOf != 0 {
			shown = c.boostOf
			if at, ok := place[shown]; ok && len(ids)-at <= boostGap {
				continue
			}
		}
		place[shown] = len(ids)
		ids = append(ids, c.id)
	}
	return ids, nil
}

// RemoveFromHome takes the posts and boosts of some authors out of a home timeline.
func (tx *Tx) RemoveFromHome(account skein.ID, authors ...skein.ID) error {
	_, err := tx.exec("remove from home", `
		DELETE FROM home WHERE account_id = $2 AND post_id IN (
			SELECT h.post_id FROM home h JOIN post p ON p.id = h.post_id
			WHERE h.account_id = $2 AND +h.site_id = $1 AND p.author_id IN LIST($3))`, tx.site, account, tx.list(authors))
	return err
}

// Home returns the posts of a home timeline, newest first.
func (tx *Tx) Home(account skein.ID, p Page) ([]skein.ID, error) {
	// The plus keeps SQLite off home_post, which would give the order too, but with everybody's rows in it.
	return idPage(tx, "home", p, "post_id", `SELECT post_id FROM home WHERE account_id = $1 AND +site_id = $2`, account, tx.site)
}

// idPage reads a page of IDs: query must go on with AND.
func idPage(tx *Tx, what string, p Page, col, query string, args ...any) ([]skein.ID, error) {
	end, args := p.sql(col, args)
	list, err := column[skein.ID](tx, what, query+end, args...)
	if p.Min != 0 {
		slices.Reverse(list)
	}
	return list, err
}

// HomeReaders returns in whose home timelines a post stands.
func (tx *Tx) HomeReaders(post skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "readers", `SELECT account_id FROM home WHERE site_id = $1 AND post_id = $2`, tx.site, post)
}

// FeedKept returns until when an account's home timeline is kept; the zero time: it is not.
func (tx *Tx) FeedKept(account skein.ID) (until time.Time, err error) {
	at, ok, err := value[int64](tx, "feed", `SELECT kept_until FROM feed WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	if !ok {
		return time.Time{}, err
	}
	return time.UnixMilli(at).UTC(), nil
}

// KeepFeed keeps the home timeline of one of the site's people until a moment.
func (tx *Tx) KeepFeed(account skein.ID, until time.Time) error {
	_, err := tx.exec("keep feed", `
		INSERT INTO feed (account_id, site_id, kept_until)
		SELECT id, site_id, CAST($3 AS BIGINT) FROM account WHERE site_id = $1 AND id = $2 AND local
		ON CONFLICT (account_id) DO UPDATE SET kept_until = excluded.kept_until
		WHERE feed.kept_until < excluded.kept_until`, tx.site, account, ms(until))
	return err
}

// TrimHome drops what nobody scrolls down to from the home timelines of some accounts.
func (tx *Tx) TrimHome(accounts []skein.ID) error {
	if len(accounts) == 0 {
		return nil
	}
	_, err := tx.exec("trim home", `
		DELETE FROM home WHERE (account_id, post_id) IN (
			SELECT h.account_id, h.post_id FROM (
				SELECT account_id, (SELECT n.post_id FROM home n WHERE n.account_id = feed.account_id
					ORDER BY n.post_id DESC LIMIT 1 OFFSET `+strconv.Itoa(homeRows-1)+`) AS last
				FROM feed WHERE account_id IN LIST($1)) edge
			JOIN home h ON h.account_id = edge.account_id AND h.post_id < edge.last)`, tx.list(accounts))
	return err
}

// PruneFeeds gives up, on all sites, home timelines that nobody read for long; so many at once. It returns how many.
func (tx *Tx) PruneFeeds(before time.Time, limit int) (int, error) {
	accounts, err := column[skein.ID](tx, "lapsed feeds", `
		DELETE FROM feed WHERE kept_until < $1 AND account_id IN (SELECT account_id FROM feed WHERE kept_until < $1 LIMIT $2)
		RETURNING account_id`, ms(before), limit)
	if err != nil || len(accounts) == 0 {
		return 0, err
	}
	_, err = tx.exec("drop homes", `DELETE FROM home WHERE account_id IN LIST($1)`, tx.list(accounts))
	return len(accounts), err
}
