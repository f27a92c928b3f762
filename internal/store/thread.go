package store

import "skein/internal/skein"

// Ancestors returns what a post answers, and what that answers, the nearest first. Rows that were made to go in circles
// end with the limit.
func (tx *Tx) Ancestors(post skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "ancestors", `
		WITH RECURSIVE up (id, reply_to_id, n) AS (
			SELECT id, reply_to_id, 0 FROM post WHERE site_id = $1 AND id = $2
			UNION ALL
			SELECT p.id, p.reply_to_id, up.n + 1 FROM up JOIN post p ON p.id = up.reply_to_id
			WHERE up.n < $3 AND p.site_id = $1
		)
		SELECT id FROM up WHERE n > 0 ORDER BY n`, tx.site, post, limit)
}

// Answer is one post of a tree of answers.
type Answer struct{ ID, Parent skein.ID }

// Descendants returns what answers a post, and what answers that, level by level, down to a depth.
func (tx *Tx) Descendants(post skein.ID, depth, limit int) ([]*Answer, error) {
	return many(tx, "descendants", func(a *Answer) []any { return []any{&a.ID, &a.Parent} }, `
		WITH RECURSIVE down (id, parent, n) AS (
			SELECT id, reply_to_id, 1 FROM post WHERE site_id = $1 AND reply_to_id = $2 AND reply_to_id <> 0
			UNION ALL
			SELECT p.id, p.reply_to_id, down.n + 1 FROM down JOIN post p ON p.site_id = $1
				AND p.reply_to_id = down.id AND p.reply_to_id <> 0
			WHERE down.n < $3
		)
		SELECT id, parent FROM down LIMIT $4`, tx.site, post, depth, limit)
}

// PublicThread returns the public and unlisted posts of a conversation after a given one, oldest first. Accounts that are
// suspended or deleted are left out, and answers that wait for leave.
func (tx *Tx) PublicThread(thread, after skein.ID, limit int) ([]*PublicReply, error) {
	return many(tx, "thread", func(r *PublicReply) []any { return []any{&r.ID, &r.URI} }, `
		SELECT p.id, p.uri
		FROM post p JOIN account a ON a.id = p.author_id
		WHERE p.site_id = $1 AND p.thread_id = $2 AND p.id > $3 AND p.visibility <= $4 AND p.boost_of_id = 0 AND NOT p.held
			AND a.suspended_at = 0 AND a.deleted_at = 0
		ORDER BY p.id LIMIT $5`, tx.site, thread, after, skein.Unlisted, limit)
}

// Orphans returns posts that wait for a parent with a URI.
func (tx *Tx) Orphans(uri string, limit int) ([]*skein.Post, error) {
	return many(tx, "orphans", postFields, `
		SELECT `+postColumns+` FROM post
		WHERE post.site_id = $1 AND post.reply_to_uri = $2 AND post.reply_to_uri <> '' ORDER BY post.id LIMIT $3`,
		tx.site, uri, limit)
}

// Adopt gives orphans their parent. Their threads become its thread, and who muted one mutes that.
func (tx *Tx) Adopt(parent *skein.Post, children []*skein.Post) error {
	if len(children) == 0 {
		return nil
	}
	ids := make([]skein.ID, len(children))
	threads := make([]skein.ID, len(children))
	n := 0
	for i, c := range children {
		ids[i], threads[i] = c.ID, c.Thread
		if countsForParent(c.Visibility) && !c.Held {
			n++
		}
	}
	if _, err := tx.exec("adopt", `
		UPDATE post SET reply_to_id = $2, reply_author_id = $3, reply_to_uri = '',
			listed = (visibility = 0 AND boost_of_id = 0 AND author_id = $3)
		WHERE site_id = $1 AND id IN LIST($4)`, tx.site, parent.ID, parent.Author, tx.list(ids)); err != nil {
		return err
	}
	if _, err := tx.exec("carry mutes of threads", `
		INSERT INTO thread_mute (site_id, account_id, thread_id)
		SELECT DISTINCT site_id, account_id, CAST($2 AS BIGINT) FROM thread_mute WHERE site_id = $1 AND thread_id IN LIST($3)
		ON CONFLICT DO NOTHING`, tx.site, parent.Thread, tx.list(threads)); err != nil {
		return err
	}
	moved, err := column[skein.ID](tx, "moved posts", `
		UPDATE post SET thread_id = $2 WHERE site_id = $1 AND thread_id IN LIST($3) RETURNING id`,
		tx.site, parent.Thread, tx.list(threads))
	if err != nil {
		return err
	}
	for _, id := range moved {
		tx.postChanged(id)
	}
	if err := tx.joinConversations(parent.Thread, threads); err != nil {
		return err
	}
	for _, c := range children {
		tx.postChanged(c.ID)
		own := *c
		own.ReplyTo, own.ReplyToAuthor, own.ReplyToURI = parent.ID, parent.Author, ""
		if err := tx.insertTags(&own); err != nil { // answers to oneself are listed
			return err
		}
	}
	if n > 0 {
		return tx.addReplies(parent.ID, n)
	}
	return nil
}

// MuteThread stores that an account wants to hear no more of a conversation.
func (tx *Tx) MuteThread(account, thread skein.ID) error {
	_, err := tx.exec("mute thread", `
		INSERT INTO thread_mute (site_id, account_id, thread_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		tx.site, account, thread)
	return err
}

// UnmuteThread takes that back.
func (tx *Tx) UnmuteThread(account, thread skein.ID) error {
	_, err := tx.exec("unmute thread", `
		DELETE FROM thread_mute WHERE site_id = $1 AND account_id = $2 AND thread_id = $3`, tx.site, account, thread)
	return err
}
