package store

import (
	"time"

	"skein/internal/skein"
)

// dayNumber counts days since 1970.
func dayNumber(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

const emailDomainColumns = `id, domain, with_approval, created_at`

func emailDomainFields(b *skein.EmailDomainBlock) []any {
	return []any{&b.ID, &b.Domain, &b.WithApproval, asTime(&b.CreatedAt)}
}

// EmailDomainPage returns a page of the blocked providers of mail, newest first, without their tries.
func (tx *Tx) EmailDomainPage(p Page) ([]*skein.EmailDomainBlock, error) {
	return pageOf(tx, "blocked providers", emailDomainFields, p, "id",
		`SELECT `+emailDomainColumns+` FROM email_domain_block WHERE site_id = $1`, tx.site)
}

// EmailDomain returns one.
func (tx *Tx) EmailDomain(id skein.ID) (*skein.EmailDomainBlock, error) {
	return one(tx, "blocked provider", emailDomainFields,
		`SELECT `+emailDomainColumns+` FROM email_domain_block WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// AnyEmailDomain tells whether the site blocks any provider.
func (tx *Tx) AnyEmailDomain() (bool, error) {
	_, ok, err := value[skein.ID](tx, "blocked providers", `SELECT id FROM email_domain_block WHERE site_id = $1 LIMIT 1`, tx.site)
	return ok, err
}

// EmailDomainsFull tells whether the site blocks as many as it may.
func (tx *Tx) EmailDomainsFull() (bool, error) {
	return tx.full("email_domain_block", skein.MaxEmailDomainBlocks)
}

// EmailDomainsOf returns the blocks of those of the domains that have one.
func (tx *Tx) EmailDomainsOf(domains []string) ([]*skein.EmailDomainBlock, error) {
	if len(domains) == 0 {
		return nil, nil
	}
	return many(tx, "blocked providers", emailDomainFields, `
		SELECT `+emailDomainColumns+` FROM email_domain_block WHERE site_id = $1 AND domain IN TEXTS($2)`, tx.site, tx.textList(domains))
}

// InsertEmailDomain blocks a provider, and tells whether it was not blocked yet.
func (tx *Tx) InsertEmailDomain(b *skein.EmailDomainBlock) (bool, error) {
	b.ID, b.CreatedAt = tx.NewID(), tx.Now()
	n, err := tx.exec("block provider", `
		INSERT INTO email_domain_block (site_id, `+emailDomainColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (site_id, domain) DO NOTHING`, tx.site, b.ID, b.Domain, b.WithApproval, ms(b.CreatedAt))
	return n == 1, err
}

// DeleteEmailDomain removes a block with its tries.
func (tx *Tx) DeleteEmailDomain(id skein.ID) error {
	for _, q := range []string{
		`DELETE FROM email_domain_try WHERE site_id = $1 AND block_id = $2`,
		`DELETE FROM email_domain_block WHERE site_id = $1 AND id = $2`,
	} {
		if _, err := tx.exec("remove blocked provider", q, tx.site, id); err != nil {
			return err
		}
	}
	return nil
}

// CountEmailTries notes that somebody tried to sign up with blocked providers. address is a network, as limits count them.
func (tx *Tx) CountEmailTries(blocks []skein.ID, address string) error {
	for _, id := range blocks { // of one address, with all domains above it: few
		if _, err := tx.exec("count try", `
			INSERT INTO email_domain_try (site_id, block_id, day, address, uses) VALUES ($1, $2, $3, $4, 1)
			ON CONFLICT (block_id, day, address) DO UPDATE SET uses = email_domain_try.uses + 1`,
			tx.site, id, dayNumber(tx.Now()), address); err != nil {
			return err
		}
	}
	return nil
}

// EmailTries returns how often blocked providers were tried, by day since a day.
func (tx *Tx) EmailTries(blocks []skein.ID) ([]*skein.TrendDay, error) {
	if len(blocks) == 0 {
		return nil, nil
	}
	return many(tx, "tries", trendDayFields, `
		SELECT block_id, day, CAST(sum(uses) AS BIGINT), count(*) FROM email_domain_try
		WHERE site_id = $1 AND block_id IN LIST($2) AND day > $3 GROUP BY block_id, day`,
		tx.site, tx.list(blocks), dayNumber(tx.Now())-skein.EmailTryDays)
}

const emailBlockColumns = `id, hash, account_id, created_at`

func emailBlockFields(b *skein.EmailBlock) []any {
	return []any{&b.ID, &b.Hash, &b.Account, asTime(&b.CreatedAt)}
}

// EmailBlockPage returns a page of the blocked mailboxes, newest first.
func (tx *Tx) EmailBlockPage(p Page) ([]*skein.EmailBlock, error) {
	return pageOf(tx, "blocked mailboxes", emailBlockFields, p, "id",
		`SELECT `+emailBlockColumns+` FROM email_block WHERE site_id = $1`, tx.site)
}

// EmailBlock returns one.
func (tx *Tx) EmailBlock(id skein.ID) (*skein.EmailBlock, error) {
	return one(tx, "blocked mailbox", emailBlockFields,
		`SELECT `+emailBlockColumns+` FROM email_block WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// EmailBlocksOf returns those of some hashes.
func (tx *Tx) EmailBlocksOf(hashes []string) ([]*skein.EmailBlock, error) {
	return many(tx, "blocked mailboxes", emailBlockFields, `
		SELECT `+emailBlockColumns+` FROM email_block WHERE site_id = $1 AND hash IN TEXTS($2) ORDER BY id DESC`, tx.site, tx.textList(hashes))
}

// EmailBlocksFull tells whether the site blocks as many mailboxes as somebody may block by hand.
func (tx *Tx) EmailBlocksFull() (bool, error) { return tx.full("email_block", skein.MaxEmailBlocks) }

// InsertEmailBlock blocks a mailbox, and tells whether it was not blocked yet.
func (tx *Tx) InsertEmailBlock(b *skein.EmailBlock) (bool, error) {
	b.ID, b.CreatedAt = tx.NewID(), tx.Now()
	n, err := tx.exec("block mailbox", `
		INSERT INTO email_block (site_id, `+emailBlockColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (site_id, hash) DO NOTHING`, tx.site, b.ID, b.Hash, b.Account, ms(b.CreatedAt))
	return n == 1, err
}

// DeleteEmailBlock removes one.
func (tx *Tx) DeleteEmailBlock(id skein.ID) error {
	_, err := tx.exec("remove blocked mailbox", `DELETE FROM email_block WHERE site_id = $1 AND id = $2`, tx.site, id)
	return err
}

// DeleteEmailBlocksOf removes what was blocked because of an account.
func (tx *Tx) DeleteEmailBlocksOf(account skein.ID) error {
	_, err := tx.exec("remove blocked mailbox", `
		DELETE FROM email_block WHERE site_id = $1 AND account_id = $2 AND account_id <> 0`, tx.site, account)
	return err
}
