package store

import "skein/internal/skein"

// findable is who may be suggested to strangers; the indexes account_active and account_fresh stand behind it.
const findable = `account.discoverable AND account.moved_to_id = 0 AND account.silenced_at = 0
	AND account.suspended_at = 0 AND account.deleted_at = 0`

// Directory returns accounts that want to be found, whose last post is the latest, or the newest ones.
func (tx *Tx) Directory(local, newest bool, offset, limit int) ([]*skein.Account, error) {
	q := `SELECT ` + accountColumns + ` FROM account WHERE account.site_id = $1 AND ` + findable
	if local {
		q += ` AND account.local`
	}
	if newest {
		q += ` ORDER BY account.id DESC`
	} else {
		q += ` AND account.last_post_at > 0 ORDER BY account.last_post_at DESC, account.id DESC`
	}
	return many(tx, "directory", accountFields, q+` LIMIT $2 OFFSET $3`, tx.site, limit, offset)
}

// Popular returns those with the most followers of the accounts that posted last and want to be found.
func (tx *Tx) Popular(among, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "popular accounts", `
		SELECT id FROM (
			SELECT account.id, account.follower_count FROM account
			WHERE account.site_id = $1 AND `+findable+` AND account.last_post_at > 0
			ORDER BY account.last_post_at DESC, account.id DESC LIMIT $2) a
		ORDER BY follower_count DESC, id LIMIT $3`, tx.site, among, limit)
}

// Answered returns those whose newest listed posts were liked and boosted most.
func (tx *Tx) Answered(among, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "accounts much answered", `
		SELECT author_id FROM (
			SELECT author_id, like_count + boost_count AS n FROM post WHERE site_id = $1 AND listed ORDER BY id DESC LIMIT $2) p
		GROUP BY author_id HAVING sum(n) > 0 ORDER BY sum(n) DESC, author_id LIMIT $3`, tx.site, among, limit)
}

// FollowedByFollowed returns whom those follow whom an account follows, the most common first. Of hidden networks nothing.
func (tx *Tx) FollowedByFollowed(account skein.ID, follows, among, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "friends of friends", `
		SELECT target_id FROM (
			SELECT theirs.target_id FROM (
				SELECT target_id FROM follow WHERE site_id = $1 AND account_id = $2 AND accepted ORDER BY id DESC LIMIT $3) mine
			JOIN account ON account.id = mine.target_id AND NOT account.hide_network
			JOIN follow theirs ON theirs.site_id = $1 AND theirs.account_id = mine.target_id AND theirs.accepted
			LIMIT $4) f
		WHERE target_id <> $2 GROUP BY target_id HAVING count(*) > 1 ORDER BY count(*) DESC, target_id LIMIT $5`,
		tx.site, account, follows, among, limit)
}

// FollowedBeside returns whom the other followers of those follow whom an account followed last, the most common first.
func (tx *Tx) FollowedBeside(account skein.ID, follows, among, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "similar to followed", `
		SELECT target_id FROM (
			SELECT also.target_id FROM (
				SELECT target_id FROM follow WHERE site_id = $1 AND account_id = $2 AND accepted ORDER BY id DESC LIMIT $3) mine
			JOIN follow fan ON fan.site_id = $1 AND fan.target_id = mine.target_id AND fan.accepted AND fan.account_id <> $2
			JOIN account ON account.id = fan.account_id AND NOT account.hide_network
			JOIN follow also ON also.site_id = $1 AND also.account_id = fan.account_id AND also.accepted
				AND also.target_id <> mine.target_id
			LIMIT $4) f
		WHERE target_id <> $2 GROUP BY target_id HAVING count(*) > 1 ORDER BY count(*) DESC, target_id LIMIT $5`,
		tx.site, account, follows, among, limit)
}

// DismissSuggestion notes that somebody does not want an account to be suggested.
func (tx *Tx) DismissSuggestion(account, target skein.ID) error {
	_, err := tx.exec("dismiss suggestion", `
		INSERT INTO suggestion_dismissal (site_id, account_id, target_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		tx.site, account, target)
	return err
}

// Dismissed returns those of the accounts that somebody does not want to be suggested.
func (tx *Tx) Dismissed(account skein.ID, ids []skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "dismissed suggestions", `
		SELECT target_id FROM suggestion_dismissal WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($3)`,
		tx.site, account, tx.list(ids))
}
