package store

import "skein/internal/skein"

// Vote is one answer that an account chose in a poll.
type Vote struct {
	ID      skein.ID
	Post    skein.ID
	Account skein.ID
	Choice  int
	URI     string // of a peer's vote
}

func voteFields(v *Vote) []any { return []any{&v.ID, &v.Post, &v.Account, &v.Choice, &v.URI} }

// InsertVote stores a vote. It answers false when there is one already. It is counted by the caller, in ChangePost.
func (tx *Tx) InsertVote(v *Vote) (isNew bool, err error) {
	v.ID = tx.NewID()
	n, err := tx.exec("insert vote", `
		INSERT INTO poll_vote (id, site_id, post_id, account_id, choice, uri) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (site_id, post_id, account_id, choice) DO NOTHING`,
		v.ID, tx.site, v.Post, v.Account, v.Choice, v.URI)
	return n == 1, err
}

// Votes returns what an account voted in a poll, in order.
func (tx *Tx) Votes(post, account skein.ID) ([]*Vote, error) {
	return many(tx, "votes", voteFields, `
		SELECT id, post_id, account_id, choice, uri FROM poll_vote
		WHERE site_id = $1 AND post_id = $2 AND account_id = $3 ORDER BY choice`, tx.site, post, account)
}

// DeleteVotes removes all votes in a poll.
func (tx *Tx) DeleteVotes(post skein.ID) error {
	_, err := tx.exec("remove votes", `DELETE FROM poll_vote WHERE site_id = $1 AND post_id = $2`, tx.site, post)
	tx.postChanged(post)
	return err
}

// LocalVoters returns people of the site who voted in a poll, after one, in order.
func (tx *Tx) LocalVoters(post, after skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "local voters", `
		SELECT DISTINCT v.account_id FROM poll_vote v JOIN account a ON a.id = v.account_id
		WHERE v.site_id = $1 AND v.post_id = $2 AND v.account_id > $3 AND a.local ORDER BY v.account_id LIMIT $4`,
		tx.site, post, after, limit)
}

// PollAudience returns remote accounts that should hear how a poll stands: who voted, and who boosted it.
func (tx *Tx) PollAudience(post skein.ID, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "audience of poll", `
		SELECT DISTINCT a.id FROM (
			SELECT account_id AS id FROM poll_vote WHERE site_id = $1 AND post_id = $2
			UNION ALL
			SELECT author_id FROM post WHERE site_id = $1 AND boost_of_id = $2 AND boost_of_id <> 0
		) who JOIN account a ON a.id = who.id
		WHERE NOT a.local LIMIT $3`, tx.site, post, limit)
}
