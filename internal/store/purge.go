package store

import "skein/internal/skein"

// Purge removes some of what an account left behind beside its posts and follows; it answers whether there may be more.
// Its row, its signing key and blocks against it stay: nobody gets its name, and what is still to be sent is signed.
func (tx *Tx) Purge(account skein.ID, limit int) (more bool, err error) {
	liked, err := column[skein.ID](tx, "likes of account", `
		DELETE FROM post_like WHERE id IN (
			SELECT id FROM post_like WHERE site_id = $1 AND account_id = $2 ORDER BY id LIMIT $3)
		RETURNING post_id`, tx.site, account, limit)
	if err != nil {
		return false, err
	}
	if len(liked) > 0 { // each post once: an account likes a post once
		if _, err := tx.exec("uncount likes", `
			UPDATE post SET like_count = like_count - 1 WHERE id IN LIST($2) AND site_id = $1 AND like_count > 0`,
			tx.site, tx.list(liked)); err != nil {
			return false, err
		}
		for _, id := range liked {
			tx.postChanged(id)
		}
	}
	more = len(liked) == limit
	reacted, err := tx.purgeReactions(account, limit)
	if err != nil {
		return false, err
	}
	more = more || reacted
	told := 0
	if err := tx.dropCounted("purge account", &told, `id IN (
		SELECT id FROM notification WHERE site_id = $1 AND actor_id = $2 LIMIT $3)`, account, limit); err != nil {
		return false, err
	}
	more = more || told == limit
	media, err := tx.purgeMedia(account, limit)
	if err != nil {
		return false, err
	}
	more = more || media
	if err := tx.purgePictures(account); err != nil {
		return false, err
	}
	for _, q := range []string{
		`DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM bookmark WHERE id IN (SELECT id FROM bookmark WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM home WHERE account_id = $2 AND site_id = $1 AND post_id IN (
			SELECT post_id FROM home WHERE account_id = $2 ORDER BY post_id LIMIT $3)`,
		// A vote that was counted stays counted, as in any election.
		`DELETE FROM poll_vote WHERE id IN (SELECT id FROM poll_vote WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM mute WHERE id IN (SELECT id FROM mute WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM mute WHERE id IN (SELECT id FROM mute WHERE site_id = $1 AND target_id = $2 LIMIT $3)`,
		`DELETE FROM block WHERE id IN (SELECT id FROM block WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM approval WHERE id IN (SELECT id FROM approval WHERE site_id = $1 AND asker_id = $2 LIMIT $3)`,
		`DELETE FROM domain_block WHERE id IN (SELECT id FROM domain_block WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM tag_follow WHERE id IN (SELECT id FROM tag_follow WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM content_filter_keyword WHERE id IN (
			SELECT id FROM content_filter_keyword WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM content_filter_post WHERE id IN (
			SELECT id FROM content_filter_post WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM content_filter WHERE id IN (SELECT id FROM content_filter WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM announcement_reaction WHERE id IN (
			SELECT id FROM announcement_reaction WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM announcement_read WHERE account_id = $2 AND site_id = $1 AND announcement_id IN (
			SELECT announcement_id FROM announcement_read WHERE account_id = $2 ORDER BY announcement_id LIMIT $3)`,
		`DELETE FROM suggestion_dismissal WHERE account_id = $2 AND site_id = $1 AND target_id IN (
			SELECT target_id FROM suggestion_dismissal WHERE account_id = $2 ORDER BY target_id LIMIT $3)`,
		`DELETE FROM endorsement WHERE id IN (SELECT id FROM endorsement WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM endorsement WHERE id IN (SELECT id FROM endorsement WHERE site_id = $1 AND target_id = $2 LIMIT $3)`,
		`DELETE FROM account_note WHERE account_id = $2 AND site_id = $1 AND target_id IN (
			SELECT target_id FROM account_note WHERE account_id = $2 ORDER BY target_id LIMIT $3)`,
		`DELETE FROM thread_mute WHERE account_id = $2 AND site_id = $1 AND thread_id IN (
			SELECT thread_id FROM thread_mute WHERE account_id = $2 ORDER BY thread_id LIMIT $3)`,
		`DELETE FROM idempotency WHERE account_id = $2 AND site_id = $1 AND key IN (
			SELECT key FROM idempotency WHERE account_id = $2 ORDER BY key LIMIT $3)`,

		`DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
		`DELETE FROM conversation_post WHERE account_id = $2 AND site_id = $1 AND post_id IN (
			SELECT post_id FROM conversation_post WHERE account_id = $2 ORDER BY post_id LIMIT $3)`,
		`DELETE FROM list_member WHERE id IN (SELECT id FROM list_member WHERE site_id = $1 AND owner_id = $2 LIMIT $3)`,
		`DELETE FROM list_member WHERE id IN (SELECT id FROM list_member WHERE site_id = $1 AND account_id = $2 LIMIT $3)`,
	} {
		n, err := tx.exec("purge account", q, tx.site, account, limit)
		if err != nil {
			return false, err
		}
		more = more || n == int64(limit)
	}
	// What lists show goes before the lists: without them nobody knows any more whose it was.
	n, err := tx.exec("purge lists", `
		DELETE FROM list_post WHERE (list_id, post_id) IN (SELECT p.list_id, p.post_id FROM list l JOIN list_post p ON p.list_id = l.id
			WHERE l.site_id = $1 AND l.account_id = $2 LIMIT $3)`, tx.site, account, limit)
	if err != nil {
		return false, err
	}
	if n < int64(limit) {
		if _, err := tx.exec("purge lists", `DELETE FROM list WHERE site_id = $1 AND account_id = $2`, tx.site, account); err != nil {
			return false, err
		}
	}
	more = more || n == int64(limit)
	for _, q := range []string{
		`DELETE FROM post_origin WHERE site_id = $1 AND account_id = $2`,
		`UPDATE import SET expires_at = 0 WHERE site_id = $1 AND account_id = $2 AND expires_at <> 0`,
		`DELETE FROM push_subscription WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM notification_policy WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM notification_permission WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM notification_permission WHERE site_id = $1 AND actor_id = $2`,
		`DELETE FROM notification_request WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM notification_request WHERE site_id = $1 AND actor_id = $2`,

		`DELETE FROM pin WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM collection_item WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM collection_item WHERE site_id = $1 AND collection_id IN (SELECT id FROM collection WHERE account_id = $2)`,
		`DELETE FROM collection WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM featured_tag WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM scheduled_post WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM marker WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM feed WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM annual WHERE site_id = $1 AND account_id = $2`,
		`UPDATE card SET creator_id = 0, author_id = 0 WHERE site_id = $1 AND creator_id = $2 AND creator_id <> 0`,
	} {
		if _, err := tx.exec("purge account", q, tx.site, account); err != nil {
			return false, err
		}
	}
	return more, nil
}
