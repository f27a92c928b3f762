package store

import "skein/internal/skein"

// InsertEndorsement puts an account on the profile of another, unless it is there, or there are so many already. It answers
// whether it is there now.
func (tx *Tx) InsertEndorsement(account, target skein.ID, most int) (bool, error) {
	if _, err := tx.exec("insert endorsement", `
		INSERT INTO endorsement (id, site_id, account_id, target_id)
		SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM endorsement WHERE site_id = $2 AND account_id = $3) < $5
		ON CONFLICT DO NOTHING`, tx.NewID(), tx.site, account, target, most); err != nil {
		return false, err
	}
	_, ok, err := value[skein.ID](tx, "endorsement", `
		SELECT id FROM endorsement WHERE site_id = $1 AND account_id = $2 AND target_id = $3`, tx.site, account, target)
	return ok, err
}

// DeleteEndorsement takes an account off the profile of another.
func (tx *Tx) DeleteEndorsement(account, target skein.ID) error {
	_, err := tx.exec("remove endorsement", `
		DELETE FROM endorsement WHERE site_id = $1 AND account_id = $2 AND target_id = $3`, tx.site, account, target)
	return err
}

// Endorsements returns the accounts on the profile of an account, the latest first, as a viewer may see them.
func (tx *Tx) Endorsements(account, viewer skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "endorsements", rowFields, p, "endorsement.id", `
		SELECT endorsement.id, `+accountColumns+`
		FROM endorsement JOIN account ON account.id = endorsement.target_id
		WHERE endorsement.site_id = $1 AND endorsement.account_id = $2`+hiddenFrom,
		tx.site, account, viewer)
}

// Pair is two accounts that belong together.
type Pair struct{ Of, Account skein.ID }

// FamiliarFollowers returns those of an account's follows who follow others, a few for each of these, and only from networks
// that are not hidden; whose network is hidden has no familiar followers.
func (tx *Tx) FamiliarFollowers(account skein.ID, of []skein.ID, each int) ([]*Pair, error) {
	return many(tx, "familiar followers", func(p *Pair) []any { return []any{&p.Of, &p.Account} }, `
		SELECT of_id, id FROM (
			SELECT theirs.target_id AS of_id, theirs.account_id AS id,
				row_number() OVER (PARTITION BY theirs.target_id ORDER BY theirs.id DESC) AS n
			FROM follow theirs
			JOIN follow mine ON mine.site_id = $1 AND mine.account_id = $2 AND mine.target_id = theirs.account_id AND mine.accepted
			JOIN account who ON who.id = theirs.account_id
			JOIN account them ON them.id = theirs.target_id
			WHERE theirs.site_id = $1 AND theirs.target_id IN LIST($3) AND theirs.accepted
				AND NOT who.hide_network AND NOT them.hide_network
				AND who.suspended_at = 0 AND who.deleted_at = 0 AND them.suspended_at = 0 AND them.deleted_at = 0
				AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = them.id AND block.target_id = $2)
		) f WHERE n <= $4 ORDER BY of_id, n`, tx.site, account, tx.list(of), each)
}

// DomainTies counts whom an account follows on a peer, and who follows it from there.
func (tx *Tx) DomainTies(account skein.ID, domain string) (following, followers int, err error) {
	type counts struct{ following, followers int }
	c, err := one(tx, "follows to a peer", func(c *counts) []any { return []any{&c.following, &c.followers} }, `
		SELECT (SELECT count(*) FROM follow JOIN account ON account.id = follow.target_id
				WHERE follow.site_id = $1 AND follow.account_id = $2 AND follow.accepted AND account.domain = $3),
			(SELECT count(*) FROM follow JOIN account ON account.id = follow.account_id
				WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted AND account.domain = $3)`,
		tx.site, account, domain)
	if err != nil {
		return 0, 0, err
	}
	return c.following, c.followers, nil
}
