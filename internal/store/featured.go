package store

import "skein/internal/skein"

// countedUses is how many of the newest posts with a hashtag are looked through for those of one account: a hashtag that
// everybody uses shall not make profiles slow.
const countedUses = "5000"

// InsertFeaturedTag puts a hashtag on a profile, unless it has that many. It answers whether it is there now, and whether
// it was not before.
func (tx *Tx) InsertFeaturedTag(account skein.ID, t skein.Tag, most int) (there, isNew bool, err error) {
	// Two at once would both count the same: the row of the account lets one wait for the other.
	if _, err := tx.exec("lock account", `UPDATE account SET local = local WHERE site_id = $1 AND id = $2`,
		tx.site, account); err != nil {
		return false, false, err
	}
	names, err := column[string](tx, "featured tags", `
		SELECT name FROM featured_tag WHERE site_id = $1 AND account_id = $2`, tx.site, account)
	if err != nil {
		return false, false, err
	}
	for _, name := range names {
		if name == t.Name {
			return true, false, nil
		}
	}
	if len(names) >= most {
		return false, false, nil
	}
	_, err = tx.exec("insert featured tag", `
		INSERT INTO featured_tag (id, site_id, account_id, name, display) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.NewID(), tx.site, account, t.Name, t.Display)
	return true, true, err
}

// DeleteFeaturedTag takes a hashtag off a profile and answers whether it was there.
func (tx *Tx) DeleteFeaturedTag(account skein.ID, name string) (bool, error) {
	n, err := tx.exec("remove featured tag", `
		DELETE FROM featured_tag WHERE site_id = $1 AND account_id = $2 AND name = $3`, tx.site, account, name)
	return n == 1, err
}

// FeaturedTags returns the hashtags on a profile, the most used first.
func (tx *Tx) FeaturedTags(account skein.ID) ([]*skein.FeaturedTag, error) {
	return many(tx, "featured tags", func(t *skein.FeaturedTag) []any {
		return []any{&t.ID, &t.Account, &t.Tag.Name, &t.Tag.Display, &t.Uses, &t.Last}
	}, `
		SELECT f.id, f.account_id, f.name, f.display, count(p.id) AS uses, COALESCE(max(p.id), 0)
		FROM featured_tag f LEFT JOIN post p ON p.author_id = f.account_id AND p.id IN (
			SELECT t.post_id FROM post_tag t WHERE t.site_id = $1 AND t.name = f.name ORDER BY t.post_id DESC LIMIT `+countedUses+`)
		WHERE f.site_id = $1 AND f.account_id = $2
		GROUP BY f.id, f.account_id, f.name, f.display ORDER BY uses DESC, f.id`, tx.site, account)
}

// FeaturesTags returns those of the hashtags that are on an account's profile.
func (tx *Tx) FeaturesTags(account skein.ID, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	return column[string](tx, "featured tags", `
		SELECT name FROM featured_tag WHERE site_id = $1 AND account_id = $2 AND name IN TEXTS($3)`,
		tx.site, account, tx.textList(names))
}

// RecentTags returns the hashtags of an account's newest posts, post by post, the newest first.
func (tx *Tx) RecentTags(account skein.ID, posts int) ([]skein.Tag, error) {
	type row struct{ Tags []skein.Tag }
	rows, err := many(tx, "recent tags", func(r *row) []any { return []any{asJSON(&r.Tags)} }, `
		SELECT tags FROM (
			SELECT id, tags FROM post WHERE site_id = $1 AND author_id = $2 ORDER BY id DESC LIMIT $3) newest
		WHERE tags <> '[]' ORDER BY id DESC`, tx.site, account, posts)
	var list []skein.Tag
	for _, r := range rows {
		list = append(list, r.Tags...)
	}
	return list, err
}

// Pinned tells whether an account pinned a post.
func (tx *Tx) Pinned(account, post skein.ID) (bool, error) {
	_, ok, err := value[skein.ID](tx, "pin", `
		SELECT id FROM pin WHERE site_id = $1 AND account_id = $2 AND post_id = $3`, tx.site, account, post)
	return ok, err
}
