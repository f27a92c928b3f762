package store

import (
	"slices"

	"skein/internal/skein"
)

const conversationColumns = `id, account_id, thread_id, people, last_post_id, unread`

func conversationFields(c *skein.Conversation) []any {
	return []any{&c.ID, &c.Account, &c.Thread, asJSON(&c.People), &c.Last, &c.Unread}
}

// Conversation returns a conversation, whosever it is.
func (tx *Tx) Conversation(id skein.ID) (*skein.Conversation, error) {
	return one(tx, "conversation", conversationFields, `
		SELECT `+conversationColumns+` FROM conversation WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// Conversations returns a page of an account's conversations; the cursor is the ID of the last post.
func (tx *Tx) Conversations(account skein.ID, p Page) ([]*skein.Conversation, error) {
	return pageOf(tx, "conversations", conversationFields, p, "last_post_id", `
		SELECT `+conversationColumns+` FROM conversation WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// MarkConversation notes whether an account has read a conversation of its.
func (tx *Tx) MarkConversation(account, id skein.ID, unread bool) error {
	n, err := tx.exec("mark conversation", `
		UPDATE conversation SET unread = $4 WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id, unread)
	if err == nil && n == 0 {
		err = skein.ErrNotFound
	}
	return err
}

// DeleteConversation removes a conversation from what an account reads. The posts stay.
func (tx *Tx) DeleteConversation(account, id skein.ID) error {
	n, err := tx.exec("remove conversation", `
		DELETE FROM conversation WHERE site_id = $1 AND account_id = $2 AND id = $3`, tx.site, account, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return skein.ErrNotFound
	}
	_, err = tx.exec("remove posts of conversation", `
		DELETE FROM conversation_post WHERE conversation_id = $2 AND +site_id = $1`, tx.site, id)
	return err
}

// Reachable returns those of some of the site's people whom a post reaches: who blocks or mutes its author, or is blocked, it
// does not. The author themselves it always reaches.
func (tx *Tx) Reachable(author *skein.Account, people []skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "reachable people", `
		SELECT a.id FROM account a
		WHERE a.site_id = $1 AND a.id IN LIST($2) AND a.local AND a.deleted_at = 0 AND (a.id = $3
			OR NOT EXISTS (SELECT 1 FROM block WHERE site_id = $1 AND account_id = a.id AND target_id = $3)
			AND NOT EXISTS (SELECT 1 FROM block WHERE site_id = $1 AND account_id = $3 AND target_id = a.id)
			AND NOT EXISTS (SELECT 1 FROM mute WHERE site_id = $1 AND account_id = a.id AND target_id = $3 AND `+muteCounts+`$4))
			AND NOT EXISTS (SELECT 1 FROM domain_block WHERE site_id = $1 AND account_id = a.id AND domain = $5))`,
		tx.site, tx.list(people), author.ID, ms(tx.Now()), author.Domain)
}

// Converse puts a direct post into the conversations of some readers. with are all who take part in it. Quiet: it is old, and
// nothing new to read. It returns the conversations that it is new in.
func (tx *Tx) Converse(p *skein.Post, readers, with []skein.ID, quiet bool) ([]*skein.Conversation, error) {
	type row struct {
		ID     skein.ID `json:"id"`
		Reader skein.ID `json:"a"`
		Key    string   `json:"k"`
		People string   `json:"p"`
	}
	rows := make([]row, len(readers))
	for i, r := range readers {
		others := slices.DeleteFunc(slices.Clone(with), func(id skein.ID) bool { return id == r })
		people, key := peopleKey(others)
		rows[i] = row{tx.NewID(), r, key, people}
	}
	ids, err := column[skein.ID](tx, "conversations", `
		INSERT INTO conversation (id, site_id, account_id, thread_id, people_key, people)
		SELECT CAST(r.value->>'id' AS BIGINT), CAST($1 AS BIGINT), CAST(r.value->>'a' AS BIGINT), CAST($2 AS BIGINT),
			r.value->>'k', r.value->>'p'
		FROM ROWS($3) r WHERE TRUE
		ON CONFLICT (account_id, thread_id, people_key) DO UPDATE SET thread_id = excluded.thread_id
		RETURNING id`, tx.site, p.Thread, toJSON(rows))
	if err != nil {
		return nil, err
	}
	ids, err = column[skein.ID](tx, "posts of conversations", `
		INSERT INTO conversation_post (site_id, account_id, post_id, conversation_id)
		SELECT site_id, account_id, CAST($2 AS BIGINT), id FROM conversation WHERE id IN LIST($3) AND site_id = $1
		ON CONFLICT DO NOTHING RETURNING conversation_id`, tx.site, p.ID, tx.list(ids))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return many(tx, "conversations", conversationFields, `
		UPDATE conversation SET last_post_id = CASE WHEN last_post_id < $2 THEN $2 ELSE last_post_id END,
			unread = CASE WHEN $5 THEN unread ELSE account_id <> $3 END
		WHERE id IN LIST($4) AND site_id = $1
		RETURNING `+conversationColumns, tx.site, p.ID, p.Author, tx.list(ids), quiet)
}

// joinConversations makes the conversations of threads those of the one that they have become part of. Of several of the same
// people the one that was first stays, with the posts of all.
func (tx *Tx) joinConversations(thread skein.ID, of []skein.ID) error {
	of = slices.DeleteFunc(slices.Clone(of), func(id skein.ID) bool { return id == thread })
	if len(of) == 0 {
		return nil
	}
	type row struct {
		skein.Conversation
		key string
	}
	moved, err := many(tx, "conversations of threads", func(r *row) []any {
		return []any{&r.ID, &r.Account, &r.Thread, &r.Last, &r.Unread, &r.key}
	}, `
		SELECT c.id, c.account_id, c.thread_id, c.last_post_id, c.unread, c.people_key FROM conversation c
		WHERE c.site_id = $1 AND c.account_id IN (
				SELECT p.account_id FROM post JOIN conversation_post p ON p.site_id = $1 AND p.post_id = post.id
				WHERE post.site_id = $1 AND post.thread_id = $2)
			AND (c.thread_id = $2 OR c.thread_id IN LIST($3))
		ORDER BY c.id`, tx.site, thread, tx.list(of))
	if err != nil || len(moved) == 0 {
		return err
	}
	type place struct {
		account skein.ID
		key     string
	}
	first := map[place]*row{}
	for _, r := range moved { // rare, and few: those who were written to in a thread that was in pieces
		at := place{r.Account, r.key}
		keep := first[at]
		if keep == nil {
			first[at] = r
			continue
		}
		if _, err := tx.exec("join conversations", `
			UPDATE conversation_post SET conversation_id = $3 WHERE conversation_id = $2 AND +site_id = $1`, tx.site, r.ID, keep.ID); err != nil {
			return err
		}
		if _, err := tx.exec("remove joined conversation", `DELETE FROM conversation WHERE site_id = $1 AND id = $2`, tx.site, r.ID); err != nil {
			return err
		}
		keep.Last, keep.Unread = max(keep.Last, r.Last), keep.Unread || r.Unread
	}
	for _, r := range first {
		if _, err := tx.exec("move conversation", `
			UPDATE conversation SET thread_id = $3, last_post_id = $4, unread = $5 WHERE site_id = $1 AND id = $2`,
			tx.site, r.ID, thread, r.Last, r.Unread); err != nil {
			return err
		}
	}
	return nil
}

// leaveConversations takes removed posts out of the conversations that they stood in. One that has no other goes as well.
func (tx *Tx) leaveConversations(posts any) error {
	ids, err := column[skein.ID](tx, "removed posts of conversations", `
		DELETE FROM conversation_post WHERE site_id = $1 AND post_id IN LIST($2) RETURNING conversation_id`, tx.site, posts)
	if err != nil || len(ids) == 0 {
		return err
	}
	list := tx.list(ids)
	if _, err := tx.exec("last posts", `
		UPDATE conversation SET last_post_id = COALESCE(
			(SELECT max(p.post_id) FROM conversation_post p WHERE p.conversation_id = conversation.id), 0)
		WHERE id IN LIST($2) AND site_id = $1`, tx.site, list); err != nil {
		return err
	}
	_, err = tx.exec("remove conversations", `
		DELETE FROM conversation WHERE id IN LIST($2) AND site_id = $1 AND last_post_id = 0`, tx.site, list)
	return err
}

// ConversationsOf returns the conversations that a post is the last of.
func (tx *Tx) ConversationsOf(post skein.ID) ([]*skein.Conversation, error) {
	return many(tx, "conversations", conversationFields, `
		SELECT c.id, c.account_id, c.thread_id, c.people, c.last_post_id, c.unread
		FROM conversation_post p JOIN conversation c ON c.id = p.conversation_id
		WHERE p.site_id = $1 AND p.post_id = $2 AND c.last_post_id = $2`, tx.site, post)
}

// DirectPosts returns the direct posts in an account's conversations, newest first.
func (tx *Tx) DirectPosts(account skein.ID, p Page) ([]skein.ID, error) {
	return idPage(tx, "direct posts", p, "post_id", `
		SELECT post_id FROM conversation_post WHERE account_id = $1 AND +site_id = $2`, account, tx.site)
}
