package store

import "skein/internal/skein"

// InsertTagFollow stores that an account follows a hashtag, by its normal name. It answers false when it did so.
func (tx *Tx) InsertTagFollow(account skein.ID, name string) (isNew bool, err error) {
	n, err := tx.exec("insert tag follow", `
		INSERT INTO tag_follow (id, site_id, account_id, name) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		tx.NewID(), tx.site, account, name)
	return n == 1, err
}

// DeleteTagFollow takes that back.
func (tx *Tx) DeleteTagFollow(account skein.ID, name string) error {
	_, err := tx.exec("remove tag follow", `
		DELETE FROM tag_follow WHERE site_id = $1 AND account_id = $2 AND name = $3`, tx.site, account, name)
	return err
}

// TagFollowCount returns how many hashtags an account follows.
func (tx *Tx) TagFollowCount(account skein.ID) (int, error) {
	n, _, err := value[int](tx, "count of tag follows", `
		SELECT count(*) FROM tag_follow WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	return n, err
}

// TagRow is a hashtag in a list that is ordered by something else. Written is how the newest listed post with it writes
// its hashtags; empty when there is none.
type TagRow struct {
	Cursor  skein.ID
	Name    string
	Written []skein.Tag
}

func tagFields(r *TagRow) []any { return []any{&r.Cursor, &r.Name, asJSON(&r.Written)} }

// writtenTags are the hashtags of the newest listed post that has the one named by a column.
const writtenTags = `COALESCE((
	SELECT post.tags FROM post_tag JOIN post ON post.id = post_tag.post_id
	WHERE post_tag.site_id = $1 AND post_tag.name = t.name ORDER BY post_tag.post_id DESC LIMIT 1), '[]')`

// FollowedTags returns the hashtags that an account follows, the latest first.
func (tx *Tx) FollowedTags(account skein.ID, p Page) ([]*TagRow, error) {
	return pageOf(tx, "followed tags", tagFields, p, "t.id", `
		SELECT t.id, t.name, `+writtenTags+` FROM tag_follow t WHERE t.site_id = $1 AND t.account_id = $2`, tx.site, account)
}

// FollowsTags returns those of the hashtags that an account follows.
func (tx *Tx) FollowsTags(account skein.ID, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	return column[string](tx, "followed tags", `
		SELECT name FROM tag_follow WHERE site_id = $1 AND account_id = $2 AND name IN TEXTS($3)`,
		tx.site, account, tx.textList(names))
}

// SearchTags returns the hashtags of listed posts that begin with a normal name and stand behind another in the order of the
// alphabet. It jumps from one name to the next, so that a popular hashtag costs no more than a rare one.
func (tx *Tx) SearchTags(prefix, after string, limit int) ([]*TagRow, error) {
	return many(tx, "found tags", tagFields, `
		WITH RECURSIVE t (name, n) AS (
			SELECT (SELECT min(name) FROM post_tag WHERE site_id = $1 AND name >= $2 AND name > $5), 1
			UNION ALL
			SELECT (SELECT min(name) FROM post_tag WHERE site_id = $1 AND name > t.name), t.n + 1
			FROM t WHERE t.name < $3 AND t.n < $4
		)
		SELECT CAST(0 AS BIGINT), t.name, `+writtenTags+` FROM t WHERE t.name < $3 ORDER BY t.name`,
		tx.site, prefix, prefix+lastRune, limit, after)
}
