package store

import (
	"time"

	"skein/internal/skein"
)

// TrendUse is a use of something by a post.
type TrendUse struct {
	Ref  skein.ID `json:"r"`
	Name string   `json:"n"`
}

// CountUses counts what a post uses, on its day; a second time changes nothing. A person counts once for each thing and day,
// however often they write, and also when they removed what they wrote.
func (tx *Tx) CountUses(kind skein.TrendKind, day int64, account, post skein.ID, uses []TrendUse) error {
	if len(uses) == 0 {
		return nil
	}
	fresh, err := column[skein.ID](tx, "count uses", `
		INSERT INTO trend_use (site_id, kind, ref, day, account_id, post_id)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST(r.value->>'r' AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT)
		FROM ROWS($6) r WHERE TRUE ON CONFLICT DO NOTHING RETURNING ref`,
		tx.site, string(kind), day, account, post, toJSON(uses))
	if err != nil || len(fresh) == 0 {
		return err
	}
	first, err := column[skein.ID](tx, "count users", `
		INSERT INTO trend_user (site_id, kind, ref, day, account_id)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST(r.value->>'r' AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)
		FROM ROWS($5) r WHERE CAST(r.value->>'r' AS BIGINT) IN LIST($6) ON CONFLICT DO NOTHING RETURNING ref`,
		tx.site, string(kind), day, account, toJSON(uses), tx.list(fresh))
	if err != nil {
		return err
	}
	_, err = tx.exec("sum up uses", `
		INSERT INTO trend_day (site_id, kind, ref, day, name, uses, accounts)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST(r.value->>'r' AS BIGINT), CAST($3 AS BIGINT), r.value->>'n', 1,
			CASE WHEN CAST(r.value->>'r' AS BIGINT) IN LIST($5) THEN 1 ELSE 0 END
		FROM ROWS($4) r WHERE CAST(r.value->>'r' AS BIGINT) IN LIST($6)
		ON CONFLICT (site_id, kind, ref, day) DO UPDATE SET
			uses = trend_day.uses + excluded.uses, accounts = trend_day.accounts + excluded.accounts, name = excluded.name`,
		tx.site, string(kind), day, toJSON(uses), tx.list(first), tx.list(fresh))
	return err
}

func trendDayFields(d *skein.TrendDay) []any { return []any{&d.Ref, &d.Day, &d.Uses, &d.Accounts} }

// TrendDays returns how often things were used since a day.
func (tx *Tx) TrendDays(kind skein.TrendKind, refs []skein.ID, since int64) ([]*skein.TrendDay, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	return many(tx, "uses by day", trendDayFields, `
		SELECT ref, day, uses, accounts FROM trend_day WHERE site_id = $1 AND kind = $2 AND ref IN LIST($3) AND day >= $4`,
		tx.site, string(kind), tx.list(refs), since)
}

// UsedMost returns what at least so many used on a day, the most first.
func (tx *Tx) UsedMost(kind skein.TrendKind, day int64, accounts, limit int) ([]*skein.Trend, error) {
	return many(tx, "used most", func(t *skein.Trend) []any { return []any{&t.Ref, &t.Name} }, `
		SELECT ref, name FROM trend_day WHERE site_id = $1 AND kind = $2 AND day = $3 AND accounts >= $4
		ORDER BY accounts DESC, ref LIMIT $5`, tx.site, string(kind), day, accounts, limit)
}

// Reacted returns posts that somebody liked or boosted since an ID was given. The plus keeps the planner to the order of IDs.
func (tx *Tx) Reacted(since skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "what was liked", `
		SELECT id FROM (SELECT post_id AS id FROM post_like WHERE id > $2 AND +site_id = $1 ORDER BY id DESC LIMIT $3) l
		UNION
		SELECT id FROM (SELECT boost_of_id AS id FROM post WHERE id > $2 AND +site_id = $1 AND boost_of_id <> 0 AND NOT held
			ORDER BY post.id DESC LIMIT $3) b`, tx.site, since, limit)
}

func trendFields(t *skein.Trend) []any {
	return []any{&t.Kind, &t.Ref, &t.Name, &t.Parent, &t.Score, &t.Max, &t.MaxAt}
}

// Trends returns what has at least a score, the highest first. What has less was talked about, and its highest score still
// counts.
func (tx *Tx) Trends(kind skein.TrendKind, least int64, limit int) ([]*skein.Trend, error) {
	return many(tx, "trends", trendFields, `
		SELECT kind, ref, name, parent, score, max_score, max_at FROM trend WHERE site_id = $1 AND kind = $2 AND score >= $3
		ORDER BY score DESC, ref DESC LIMIT $4`, tx.site, string(kind), least, limit)
}

// LikedPosts returns those of the posts that may be a trend by what they are, and that so many liked or boosted.
func (tx *Tx) LikedPosts(ids []skein.ID, least int) ([]skein.ID, error) {
	return column[skein.ID](tx, "liked posts", `
		SELECT id FROM post WHERE id IN LIST($2) AND site_id = $1 AND visibility = 0 AND boost_of_id = 0
			AND like_count + boost_count >= $3`, tx.site, tx.list(ids), least)
}

// TrendNames returns by which names something is known.
func (tx *Tx) TrendNames(kind skein.TrendKind, ref skein.ID) ([]string, error) {
	if kind == skein.TrendTag {
		if list, err := column[string](tx, "name of hashtag", `SELECT display FROM hashtag WHERE site_id = $1 AND id = $2`, tx.site, ref); err != nil || len(list) > 0 {
			return list, err
		}
	}
	return column[string](tx, "names of trend", `
		SELECT name FROM trend WHERE site_id = $1 AND kind = $2 AND ref = $3
		UNION ALL SELECT name FROM trend_review WHERE site_id = $1 AND kind = $2 AND ref = $3
		UNION ALL SELECT name FROM trend_day WHERE site_id = $1 AND kind = $2 AND ref = $3`, tx.site, string(kind), ref)
}

// SetTrends replaces what is talked about.
func (tx *Tx) SetTrends(kind skein.TrendKind, list []*skein.Trend) error {
	if _, err := tx.exec("forget trends", `DELETE FROM trend WHERE site_id = $1 AND kind = $2`, tx.site, string(kind)); err != nil || len(list) == 0 {
		return err
	}
	_, err := tx.exec("store trends", `
		INSERT INTO trend (site_id, kind, ref, name, parent, score, max_score, max_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST(r.value->>'Ref' AS BIGINT), r.value->>'Name', CAST(r.value->>'Parent' AS BIGINT),
			CAST(r.value->>'Score' AS BIGINT), CAST(r.value->>'Max' AS BIGINT), CAST(r.value->>'MaxAt' AS BIGINT)
		FROM ROWS($3) r WHERE TRUE ON CONFLICT DO NOTHING`, tx.site, string(kind), toJSON(list))
	return err
}

func reviewFields(r *skein.TrendReview) []any {
	return []any{&r.Kind, &r.Ref, &r.Name, &r.Allowed, &r.At, &r.By}
}

// TrendReviews returns what moderators said of things, and of what they belong to.
func (tx *Tx) TrendReviews(refs []skein.ID) ([]*skein.TrendReview, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	var list []*skein.TrendReview
	for _, kind := range []skein.TrendKind{skein.TrendTag, skein.TrendPost, skein.TrendLink, skein.TrendAuthor, skein.TrendPublisher} {
		some, err := many(tx, "reviews", reviewFields, `
			SELECT kind, ref, name, allowed, reviewed_at, account_id FROM trend_review
			WHERE site_id = $1 AND kind = $2 AND ref IN LIST($3)`, tx.site, string(kind), tx.list(refs))
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// SetTrendReview stores what a moderator says.
func (tx *Tx) SetTrendReview(r *skein.TrendReview) error {
	_, err := tx.exec("review", `
		INSERT INTO trend_review (site_id, kind, ref, name, allowed, reviewed_at, account_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (site_id, kind, ref) DO UPDATE SET allowed = excluded.allowed, reviewed_at = excluded.reviewed_at,
			account_id = excluded.account_id`, tx.site, string(r.Kind), r.Ref, r.Name, r.Allowed, r.At, r.By)
	return err
}

// TrendState is what a site wants of trends, and when they were last made.
type TrendState struct {
	Off        bool // there are none
	Unreviewed bool // also what no moderator has looked at
	RanAt      time.Time
}

// TrendState returns that of the site.
func (tx *Tx) TrendState() (TrendState, error) {
	list, err := many(tx, "state of trends", func(s *TrendState) []any { return []any{&s.Off, &s.Unreviewed, asTime(&s.RanAt)} }, `
		SELECT off, unreviewed, ran_at FROM trend_state WHERE site_id = $1`, tx.site)
	if err != nil || len(list) == 0 {
		return TrendState{}, err
	}
	return *list[0], nil
}

// SetTrendState stores it.
func (tx *Tx) SetTrendState(s TrendState) error {
	_, err := tx.exec("state of trends", `
		INSERT INTO trend_state (site_id, off, unreviewed, ran_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (site_id) DO UPDATE SET off = excluded.off, unreviewed = excluded.unreviewed, ran_at = excluded.ran_at`,
		tx.site, s.Off, s.Unreviewed, ms(s.RanAt))
	return err
}

// PruneUses forgets, on all sites, which posts used something before one day, and how much it was used before another; some
// at once. It answers whether there may be more.
func (tx *Tx) PruneUses(posts, days int64) (more bool, err error) {
	return tx.pruneAll(
		pruning{"trend_use", "site_id, kind, ref, day, account_id, post_id", "day < $1", posts},
		pruning{"trend_user", "site_id, kind, ref, day, account_id", "day < $1", days},
		pruning{"trend_day", "site_id, kind, ref, day", "day < $1", days})
}
