package store

import (
	"errors"

	"skein/internal/skein"
)

// Reaction is one account's reaction to a post with an emoji.
type Reaction struct {
	ID      skein.ID
	Post    skein.ID
	Account skein.ID
	Emoji   string // Unicode; or the code of a custom emoji, and @host when it is a peer's
	URL     string // of a custom emoji
	URI     string // of a peer's activity
}

func reactionFields(r *Reaction) []any {
	return []any{&r.ID, &r.Post, &r.Account, &r.Emoji, &r.URL, &r.URI}
}

const reactionColumns = `id, post_id, account_id, emoji, url, uri`

// maxKinds is how many emoji are shown of one post.
const maxKinds = 50

// InsertReaction stores a reaction and counts anew. It answers false when there is one already, or the account has reacted
// to the post with as many emoji as anybody may.
func (tx *Tx) InsertReaction(r *Reaction, most int) (isNew bool, err error) {
	r.ID = tx.NewID()
	n, err := tx.exec("insert reaction", `
		INSERT INTO reaction (id, site_id, post_id, account_id, emoji, url, uri)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), $5, $6, $7
		WHERE (SELECT count(*) FROM reaction WHERE site_id = $2 AND account_id = $4 AND post_id = $3) < $8
		ON CONFLICT (site_id, account_id, post_id, emoji) DO NOTHING`,
		r.ID, tx.site, r.Post, r.Account, r.Emoji, r.URL, r.URI, most)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.countReactions(r.Post)
}

// DeleteReaction removes a reaction and returns what it was; nil: there was none.
func (tx *Tx) DeleteReaction(account, post skein.ID, emoji string) (*Reaction, error) {
	r, err := one(tx, "ended reaction", reactionFields, `
		DELETE FROM reaction WHERE site_id = $1 AND account_id = $2 AND post_id = $3 AND emoji = $4
		RETURNING `+reactionColumns, tx.site, account, post, emoji)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r, tx.countReactions(post)
}

// Reaction returns an account's reaction to a post with an emoji.
func (tx *Tx) Reaction(account, post skein.ID, emoji string) (*Reaction, error) {
	return one(tx, "reaction", reactionFields, `
		SELECT `+reactionColumns+` FROM reaction WHERE site_id = $1 AND account_id = $2 AND post_id = $3 AND emoji = $4`,
		tx.site, account, post, emoji)
}

// UnnameReaction forgets how a reaction is called: the activity of that name was undone, but not the last.
func (tx *Tx) UnnameReaction(r *Reaction) error {
	_, err := tx.exec("unname reaction", `UPDATE reaction SET uri = '' WHERE site_id = $1 AND id = $2`, tx.site, r.ID)
	return err
}

// countReactions counts the rows (T191), while nobody else changes the post. The picture of an emoji is the one that came
// first: who comes later does not replace it.
func (tx *Tx) countReactions(post skein.ID) error {
	var failed error
	_, err := tx.ChangePost(post, func(p *skein.Post) bool {
		var list []*skein.Reaction
		list, failed = many(tx, "count of reactions", func(r *skein.Reaction) []any { return []any{&r.Emoji, &r.URL, &r.Count} }, `
			SELECT r.emoji, r.url, g.n FROM (
				SELECT min(id) AS first, count(*) AS n FROM reaction WHERE site_id = $1 AND post_id = $2 GROUP BY emoji) g
			JOIN reaction r ON r.id = g.first
			ORDER BY g.n DESC, g.first LIMIT $3`, tx.site, post, maxKinds)
		p.Extra.Reactions = make([]skein.Reaction, len(list))
		for i, r := range list {
			p.Extra.Reactions[i] = *r
		}
		return failed == nil
	})
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	return errors.Join(err, failed)
}

// HasReaction tells whether an account still reacts to a post, with whatever emoji.
func (tx *Tx) HasReaction(account, post skein.ID) (bool, error) {
	_, ok, err := value[int64](tx, "reaction", `
		SELECT 1 FROM reaction WHERE site_id = $1 AND account_id = $2 AND post_id = $3 LIMIT 1`, tx.site, account, post)
	return ok, err
}

// ReactionByURI returns an account's reaction by the URI of its activity.
func (tx *Tx) ReactionByURI(account skein.ID, uri string) (*Reaction, error) {
	return one(tx, "reaction", reactionFields, `
		SELECT `+reactionColumns+` FROM reaction WHERE site_id = $1 AND account_id = $2 AND uri = $3 LIMIT 1`,
		tx.site, account, uri)
}

// Reactors returns who reacted to a post, by emoji, the first of each; without those who are gone, and those who and the
// viewer block each other.
func (tx *Tx) Reactors(post, viewer skein.ID, each int) ([]*Reaction, error) {
	return many(tx, "reactors", reactionFields, `
		SELECT id, post_id, account_id, emoji, url, uri FROM (
			SELECT r.id, r.post_id, r.account_id, r.emoji, r.url, r.uri,
				row_number() OVER (PARTITION BY r.emoji ORDER BY r.id) AS n
			FROM reaction r JOIN account ON account.id = r.account_id
			WHERE r.site_id = $1 AND r.post_id = $2`+hiddenFrom+`) list
		WHERE n <= $4 ORDER BY id`, tx.site, post, viewer, each)
}

// purgeReactions removes some of an account's reactions and tells whether there may be more.
func (tx *Tx) purgeReactions(account skein.ID, limit int) (more bool, err error) {
	posts, err := column[skein.ID](tx, "reactions of account", `
		DELETE FROM reaction WHERE id IN (
			SELECT id FROM reaction WHERE site_id = $1 AND account_id = $2 ORDER BY id LIMIT $3)
		RETURNING post_id`, tx.site, account, limit)
	seen := map[skein.ID]bool{}
	for _, id := range posts {
		if err == nil && !seen[id] {
			seen[id] = true
			err = tx.countReactions(id)
		}
	}
	return len(posts) == limit, err
}
