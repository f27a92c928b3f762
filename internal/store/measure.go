package store

import (
	"time"

	"skein/internal/skein"
)

// Days is a period of whole days, both ends within it, counted from 1970.
type Days struct{ First, Last int64 }

// Len is how many days there are.
func (d Days) Len() int64 { return d.Last - d.First + 1 }

// Before is the period of the same length that ends where this one begins.
func (d Days) Before() Days { return Days{d.First - d.Len(), d.First - 1} }

func (d Days) from() int64 { return d.First * day.Milliseconds() }
func (d Days) to() int64   { return (d.Last + 1) * day.Milliseconds() }

// Sum is a number altogether, and by the days of a period.
type Sum struct {
	Total int64
	ByDay map[int64]int64
}

type dayRow struct{ day, n int64 }

func dayFields(r *dayRow) []any { return []any{&r.day, &r.n} }

// sum reads rows of a day and a number; day -1 is none of the period, and only part of the total.
func (tx *Tx) sum(what, query string, args ...any) (Sum, error) {
	rows, err := many(tx, what, dayFields, query, args...)
	s := Sum{ByDay: map[int64]int64{}}
	for _, r := range rows {
		s.Total += r.n
		if r.day >= 0 {
			s.ByDay[r.day] += r.n
		}
	}
	return s, err
}

const perDay = ` / 86400000`

// ActiveUsers counts the people who were here: altogether each once.
func (tx *Tx) ActiveUsers(d Days) (Sum, error) {
	s, err := tx.sum("active people", `
		SELECT day, count(*) FROM person_day WHERE site_id = $1 AND day >= $2 AND day <= $3 GROUP BY day`, tx.site, d.First, d.Last)
	if err != nil {
		return s, err
	}
	s.Total, _, err = value[int64](tx, "active people", `
		SELECT count(DISTINCT account_id) FROM person_day WHERE site_id = $1 AND day >= $2 AND day <= $3`, tx.site, d.First, d.Last)
	return s, err
}

// NewUsers counts who signed up.
func (tx *Tx) NewUsers(d Days) (Sum, error) {
	return tx.sum("new people", `
		SELECT created_at`+perDay+`, count(*) FROM person WHERE site_id = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 1`,
		tx.site, d.from(), d.to())
}

// Tallied returns what Tally counted.
func (tx *Tx) Tallied(kind string, d Days) (Sum, error) {
	return tx.sum(kind, `
		SELECT day, CAST(sum(n) AS BIGINT) FROM tally WHERE site_id = $1 AND kind = $2 AND day >= $3 AND day <= $4 GROUP BY day`,
		tx.site, kind, d.First, d.Last)
}

// OpenedReports counts the reports that came.
func (tx *Tx) OpenedReports(d Days) (Sum, error) {
	return tx.sum("reports", `
		SELECT created_at`+perDay+`, count(*) FROM report WHERE site_id = $1 AND id >= $2 AND id < $3 GROUP BY 1`,
		tx.site, d.from()<<16, d.to()<<16)
}

// ResolvedReports counts the reports that were settled.
func (tx *Tx) ResolvedReports(d Days) (Sum, error) {
	return tx.sum("settled reports", `
		SELECT action_taken_at`+perDay+`, count(*) FROM report
		WHERE site_id = $1 AND action_taken_at >= $2 AND action_taken_at < $3 AND action_taken_at <> 0 GROUP BY 1`,
		tx.site, d.from(), d.to())
}

// TagUses counts how often a hashtag was used.
func (tx *Tx) TagUses(tag skein.ID, d Days) (Sum, error) {
	return tx.sum("uses of hashtag", `
		SELECT day, uses FROM trend_day WHERE site_id = $1 AND kind = 'tag' AND ref = $2 AND day >= $3 AND day <= $4`,
		tx.site, tag, d.First, d.Last)
}

const taggers = ` FROM trend_user u JOIN account ON account.id = u.account_id
	WHERE u.site_id = $1 AND u.kind = 'tag' AND u.ref = $2 AND u.day >= $3 AND u.day <= $4`

// TagAccounts counts who used a hashtag: altogether each once.
func (tx *Tx) TagAccounts(tag skein.ID, d Days) (Sum, error) {
	return tx.tagged("u.account_id", tag, d)
}

// TagServers counts from which servers they are.
func (tx *Tx) TagServers(tag skein.ID, d Days) (Sum, error) {
	return tx.tagged("account.domain", tag, d)
}

func (tx *Tx) tagged(what string, tag skein.ID, d Days) (Sum, error) {
	s, err := tx.sum("users of hashtag", `SELECT u.day, count(DISTINCT `+what+`)`+taggers+` GROUP BY u.day`, tx.site, tag, d.First, d.Last)
	if err != nil {
		return s, err
	}
	s.Total, _, err = value[int64](tx, "users of hashtag", `SELECT count(DISTINCT `+what+`)`+taggers, tx.site, tag, d.First, d.Last)
	return s, err
}

// ofServer names the accounts of a server; the empty domain is ours. Each has an index of its own.
func ofServer(domain string) string {
	if domain == "" {
		return `account.site_id = $1 AND account.local AND account.domain = $2`
	}
	return `account.site_id = $1 AND NOT account.local AND account.domain = $2`
}

// within is the day of a moment, -1 outside of the period from $3 to $4.
func within(moment string) string {
	return `CASE WHEN ` + moment + ` >= $3 AND ` + moment + ` < $4 THEN ` + moment + perDay + ` ELSE -1 END`
}

// ServerAccounts counts the accounts that are known of a server, by when they came to be known.
func (tx *Tx) ServerAccounts(domain string, d Days) (Sum, error) {
	return tx.sum("accounts of server", `
		SELECT `+within(`(account.id >> 16)`)+`, count(*) FROM account WHERE `+ofServer(domain)+` GROUP BY 1`,
		tx.site, domain, d.from(), d.to())
}

// ServerMedia adds up the bytes that are kept of a server's files. Peers' pictures are shown from a cache, and not kept.
func (tx *Tx) ServerMedia(domain string, d Days) (Sum, error) {
	return tx.sum("files of server", `
		SELECT `+within(`media.created_at`)+`, CAST(sum(media.bytes) AS BIGINT)
		FROM account JOIN media ON media.site_id = $1 AND media.account_id = account.id WHERE `+ofServer(domain)+` GROUP BY 1`,
		tx.site, domain, d.from(), d.to())
}

// ServerReports counts the reports about a server's accounts.
func (tx *Tx) ServerReports(domain string, d Days) (Sum, error) {
	return tx.sum("reports about server", `
		SELECT `+within(`report.created_at`)+`, count(*) FROM report JOIN account ON account.id = report.target_id
		WHERE report.site_id = $1 AND `+ofServer(domain)+` GROUP BY 1`, tx.site, domain, d.from(), d.to())
}

// ServerPosts counts a server's posts: those that there are, and how many came on each day.
func (tx *Tx) ServerPosts(domain string, d Days) (Sum, error) {
	return tx.sum("posts of server", `
		SELECT CASE WHEN day >= $3 AND day <= $4 THEN day ELSE -1 END, CAST(sum(posts) AS BIGINT) FROM post_day
		WHERE site_id = $1 AND domain = $2 GROUP BY 1`, tx.site, domain, d.First, d.Last)
}

// ServerFollows counts who is followed there by somebody here; ServerFollowers the other way round.
func (tx *Tx) ServerFollows(domain string, d Days) (Sum, error) {
	return tx.serverFollows("target_id", domain, d)
}

// ServerFollowers counts who there follows somebody here.
func (tx *Tx) ServerFollowers(domain string, d Days) (Sum, error) {
	return tx.serverFollows("account_id", domain, d)
}

func (tx *Tx) serverFollows(side, domain string, d Days) (Sum, error) {
	return tx.sum("follows of server", `
		SELECT `+within(`follow.created_at`)+`, count(*)
		FROM account JOIN follow ON follow.site_id = $1 AND follow.`+side+` = account.id
		WHERE `+ofServer(domain)+` AND follow.accepted GROUP BY 1`, tx.site, domain, d.from(), d.to())
}

// Share is a part of a whole.
type Share struct {
	Key string
	N   int64
}

func shareFields(s *Share) []any { return []any{&s.Key, &s.N} }

// Locales counts the languages of the people who were last here in a period.
func (tx *Tx) Locales(d Days, limit int) ([]*Share, error) {
	return many(tx, "languages of people", shareFields, `
		SELECT locale, count(*) AS n FROM person WHERE site_id = $1 AND seen_at >= $2 AND seen_at < $3 AND locale <> ''
		GROUP BY locale ORDER BY n DESC, locale LIMIT $4`, tx.site, d.from(), d.to(), limit)
}

// Sources counts by which apps people signed up; the empty name is our own pages.
func (tx *Tx) Sources(d Days, limit int) ([]*Share, error) {
	return many(tx, "sources of people", shareFields, `
		SELECT COALESCE(app.name, ''), count(*) AS n FROM person LEFT JOIN app ON app.id = person.app_id
		WHERE person.site_id = $1 AND person.created_at >= $2 AND person.created_at < $3
		GROUP BY COALESCE(app.name, '') ORDER BY n DESC, 1 LIMIT $4`, tx.site, d.from(), d.to(), limit)
}

// Servers counts the posts that came, by server; the empty domain is ours.
func (tx *Tx) Servers(d Days, limit int) ([]*Share, error) {
	return many(tx, "posts by server", shareFields, `
		SELECT domain, CAST(sum(posts) AS BIGINT) AS n FROM post_day WHERE site_id = $1 AND day >= $2 AND day <= $3
		GROUP BY domain ORDER BY n DESC, domain LIMIT $4`, tx.site, d.First, d.Last, limit)
}

// ServerLanguages counts the posts that came from a server, by language; boosts have none.
func (tx *Tx) ServerLanguages(domain string, d Days, limit int) ([]*Share, error) {
	return many(tx, "posts by language", shareFields, `
		SELECT language, CAST(sum(posts) AS BIGINT) AS n FROM post_day
		WHERE site_id = $1 AND domain = $2 AND day >= $3 AND day <= $4 AND language <> ''
		GROUP BY language ORDER BY n DESC, language LIMIT $5`, tx.site, domain, d.First, d.Last, limit)
}

// Followed returns the accounts of a server that most people follow here.
func (tx *Tx) Followed(domain string, limit int) ([]*Share, error) {
	return many(tx, "followed accounts", shareFields, `
		SELECT account.username, count(*) AS n FROM account JOIN follow ON follow.site_id = $1 AND follow.target_id = account.id
		WHERE `+ofServer(domain)+` AND follow.accepted GROUP BY account.id, account.username ORDER BY n DESC, account.id LIMIT $3`,
		tx.site, domain, limit)
}

const tagPosts = ` FROM trend_use u JOIN account ON account.id = u.account_id JOIN post ON post.id = u.post_id
	WHERE u.site_id = $1 AND u.kind = 'tag' AND u.ref = $2 AND u.day >= $3 AND u.day <= $4`

// TagByServer counts the posts that have a hashtag, by server; the empty domain is ours.
func (tx *Tx) TagByServer(tag skein.ID, d Days, limit int) ([]*Share, error) {
	return many(tx, "hashtag by server", shareFields, `
		SELECT account.domain, count(*) AS n`+tagPosts+` GROUP BY account.domain ORDER BY n DESC, account.domain LIMIT $5`,
		tx.site, tag, d.First, d.Last, limit)
}

// TagByLanguage counts them by language.
func (tx *Tx) TagByLanguage(tag skein.ID, d Days, limit int) ([]*Share, error) {
	return many(tx, "hashtag by language", shareFields, `
		SELECT CASE WHEN post.language = '' THEN '`+noLanguage+`' ELSE post.language END, count(*) AS n`+tagPosts+`
		GROUP BY 1 ORDER BY n DESC, 1 LIMIT $5`, tx.site, tag, d.First, d.Last, limit)
}

// MediaBytes adds up what files of the site's people take.
func (tx *Tx) MediaBytes() (int64, error) {
	n, _, err := value[int64](tx, "bytes of files", `SELECT CAST(COALESCE(sum(bytes), 0) AS BIGINT) FROM media WHERE site_id = $1`, tx.site)
	return n, err
}

// Size is how much room the whole database takes, and Version which one it is.
func (tx *Tx) Size() (int64, error) {
	q := `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	if tx.db.engine.postgres() {
		q = `SELECT pg_database_size(current_database())`
	}
	n, _, err := value[int64](tx, "size of database", q)
	return n, err
}

// Version returns the name and the number of the database engine.
func (tx *Tx) Version() (name, number string, err error) {
	name, q := "SQLite", `SELECT sqlite_version()`
	if tx.db.engine.postgres() {
		name, q = "PostgreSQL", `SELECT current_setting('server_version')`
	}
	number, _, err = value[string](tx, "version of database", q)
	return name, number, err
}

// Stayed is how many people signed up on one day and were last here on another.
type Stayed struct {
	Joined, Seen time.Time
	N            int
}

// Retention counts who signed up in a period, by the day on which they did and on which they were last here.
func (tx *Tx) Retention(d Days) ([]*Stayed, error) {
	return many(tx, "retention", func(s *Stayed) []any { return []any{asTime(&s.Joined), asTime(&s.Seen), &s.N} }, `
		SELECT created_at`+perDay+` * 86400000, seen_at`+perDay+` * 86400000, count(*) FROM person
		WHERE site_id = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 1, 2`, tx.site, d.from(), d.to())
}
