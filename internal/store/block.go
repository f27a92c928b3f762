package store

import "skein/internal/skein"

// Block is one account's wish to have nothing to do with another.
type Block struct {
	ID              skein.ID
	Account, Target skein.ID
	URI             string // of a peer's Block activity
}

func blockFields(b *Block) []any { return []any{&b.ID, &b.Account, &b.Target, &b.URI} }

// InsertBlock stores a block. It answers false when there is one already.
func (tx *Tx) InsertBlock(b *Block) (isNew bool, err error) {
	if b.ID == 0 {
		b.ID = tx.NewID()
	}
	n, err := tx.exec("insert block", `
		INSERT INTO block (id, site_id, account_id, target_id, uri) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		b.ID, tx.site, b.Account, b.Target, b.URI)
	return n == 1, err
}

// DeleteBlock removes a block and returns its ID; 0: there was none.
func (tx *Tx) DeleteBlock(account, target skein.ID) (skein.ID, error) {
	id, _, err := value[skein.ID](tx, "ended block", `
		DELETE FROM block WHERE site_id = $1 AND account_id = $2 AND target_id = $3 RETURNING id`, tx.site, account, target)
	return id, err
}

// BlockByURI returns an account's block by the URI of its Block activity.
func (tx *Tx) BlockByURI(account skein.ID, uri string) (*Block, error) {
	return one(tx, "block", blockFields, `
		SELECT id, account_id, target_id, uri FROM block WHERE site_id = $1 AND account_id = $2 AND uri = $3 LIMIT 1`,
		tx.site, account, uri)
}

// Blocks tells who of two accounts blocks the other.
func (tx *Tx) Blocks(a, b skein.ID) (ab, ba bool, err error) {
	from, err := column[skein.ID](tx, "blocks", `
		SELECT account_id FROM block WHERE site_id = $1 AND account_id = $2 AND target_id = $3
		UNION ALL
		SELECT account_id FROM block WHERE site_id = $1 AND account_id = $3 AND target_id = $2`, tx.site, a, b)
	for _, id := range from {
		ab, ba = ab || id == a, ba || id == b
	}
	return ab, ba, err
}

// BlockedAccounts returns whom an account blocks, the latest first.
func (tx *Tx) BlockedAccounts(account skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "blocked accounts", rowFields, p, "block.id", `
		SELECT block.id, `+accountColumns+`
		FROM block JOIN account ON account.id = block.target_id
		WHERE block.site_id = $1 AND block.account_id = $2 AND account.deleted_at = 0`,
		tx.site, account)
}

// InsertDomainBlock stores that an account wants nothing of a peer. It answers false when it was so.
func (tx *Tx) InsertDomainBlock(account skein.ID, domain string) (isNew bool, err error) {
	n, err := tx.exec("insert domain block", `
		INSERT INTO domain_block (id, site_id, account_id, domain) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		tx.NewID(), tx.site, account, domain)
	return n == 1, err
}

// DeleteDomainBlock takes that back.
func (tx *Tx) DeleteDomainBlock(account skein.ID, domain string) error {
	_, err := tx.exec("remove domain block", `
		DELETE FROM domain_block WHERE site_id = $1 AND account_id = $2 AND domain = $3`, tx.site, account, domain)
	return err
}

// DomainBlocks tells whether an account blocks a peer.
func (tx *Tx) DomainBlocks(account skein.ID, domain string) (bool, error) {
	if domain == "" {
		return false, nil
	}
	_, ok, err := value[skein.ID](tx, "domain block", `
		SELECT id FROM domain_block WHERE site_id = $1 AND account_id = $2 AND domain = $3`, tx.site, account, domain)
	return ok, err
}

// DomainRow is a domain in a list that is ordered by something else.
type DomainRow struct {
	Cursor skein.ID
	Domain string
}

// BlockedDomains returns the peers that an account blocks, the latest first.
func (tx *Tx) BlockedDomains(account skein.ID, p Page) ([]*DomainRow, error) {
	return pageOf(tx, "blocked domains", func(r *DomainRow) []any { return []any{&r.Cursor, &r.Domain} }, p, "id", `
		SELECT id, domain FROM domain_block WHERE site_id = $1 AND account_id = $2`, tx.site, account)
}

// BlockBetween returns the block of one account by another.
func (tx *Tx) BlockBetween(account, target skein.ID) (*Block, error) {
	return one(tx, "block", blockFields, `
		SELECT id, account_id, target_id, uri FROM block WHERE site_id = $1 AND account_id = $2 AND target_id = $3`,
		tx.site, account, target)
}

// UnnameBlock forgets how a block is called: the activity of that name was undone, but not the last.
func (tx *Tx) UnnameBlock(b *Block) error {
	_, err := tx.exec("unname block", `UPDATE block SET uri = '' WHERE site_id = $1 AND id = $2`, tx.site, b.ID)
	return err
}
