package store

import (
	"fmt"
	"net/netip"

	"skein/internal/skein"
)

const ipBlockColumns = `id, network, severity, comment, created_at, expires_at`

func ipBlockFields(b *skein.IPBlock) []any {
	return []any{&b.ID, asPrefix{&b.Network}, &b.Severity, &b.Comment, asTime(&b.CreatedAt), asTime(&b.ExpiresAt)}
}

// asPrefix scans a network in CIDR form.
type asPrefix struct{ p *netip.Prefix }

func (s asPrefix) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a network is %T", src)
	}
	var err error
	*s.p, err = netip.ParsePrefix(text)
	return err
}

// IPBlocks returns all blocks of addresses of the site.
func (tx *Tx) IPBlocks() ([]*skein.IPBlock, error) {
	return many(tx, "blocks of addresses", ipBlockFields,
		`SELECT `+ipBlockColumns+` FROM ip_block WHERE site_id = $1 ORDER BY id LIMIT $2`, tx.site, skein.MaxIPBlocks)
}

// IPBlockPage returns a page of them, newest first.
func (tx *Tx) IPBlockPage(p Page) ([]*skein.IPBlock, error) {
	return pageOf(tx, "blocks of addresses", ipBlockFields, p, "id", `SELECT `+ipBlockColumns+` FROM ip_block WHERE site_id = $1`, tx.site)
}

// IPBlock returns one.
func (tx *Tx) IPBlock(id skein.ID) (*skein.IPBlock, error) {
	return one(tx, "block of addresses", ipBlockFields,
		`SELECT `+ipBlockColumns+` FROM ip_block WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// IPBlocksOn returns the blocks that hold for an address.
func (tx *Tx) IPBlocksOn(a netip.Addr) ([]*skein.IPBlock, error) {
	var names []string
	for _, p := range skein.Networks(a) {
		names = append(names, p.String())
	}
	if len(names) == 0 {
		return nil, nil
	}
	return many(tx, "blocks of an address", ipBlockFields, `
		SELECT `+ipBlockColumns+` FROM ip_block
		WHERE site_id = $1 AND network IN TEXTS($2) AND (expires_at = 0 OR expires_at > $3)`,
		tx.site, tx.textList(names), ms(tx.Now()))
}

// full tells whether a table holds as many rows of the site as it may.
func (tx *Tx) full(table string, most int) (bool, error) {
	_, ok, err := value[skein.ID](tx, "number of blocks",
		`SELECT id FROM `+table+` WHERE site_id = $1 ORDER BY id LIMIT 1 OFFSET $2`, tx.site, most-1)
	return ok, err
}

// IPBlocksFull tells whether the site has as many blocks of addresses as it may.
func (tx *Tx) IPBlocksFull() (bool, error) { return tx.full("ip_block", skein.MaxIPBlocks) }

// InsertIPBlock stores a block, and tells whether there was none of that network; one that has run out makes way.
func (tx *Tx) InsertIPBlock(b *skein.IPBlock) (bool, error) {
	if err := tx.dropOver(b); err != nil {
		return false, err
	}
	b.ID, b.CreatedAt = tx.NewID(), tx.Now()
	n, err := tx.exec("insert block of addresses", `
		INSERT INTO ip_block (site_id, `+ipBlockColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (site_id, network) DO NOTHING`,
		tx.site, b.ID, b.Network.String(), int(b.Severity), b.Comment, ms(b.CreatedAt), ms(b.ExpiresAt))
	tx.siteChanged()
	return n == 1, err
}

// dropOver removes what has run out and stands in the way of a block.
func (tx *Tx) dropOver(b *skein.IPBlock) error {
	_, err := tx.exec("drop old block of addresses", `
		DELETE FROM ip_block WHERE site_id = $1 AND network = $2 AND id <> $3 AND expires_at <> 0 AND expires_at <= $4`,
		tx.site, b.Network.String(), b.ID, ms(tx.Now()))
	return err
}

// UpdateIPBlock stores a block that was changed, and tells whether no other is of that network.
func (tx *Tx) UpdateIPBlock(b *skein.IPBlock) (bool, error) {
	if err := tx.dropOver(b); err != nil {
		return false, err
	}
	n, err := tx.exec("change block of addresses", `
		UPDATE ip_block SET network = $3, severity = $4, comment = $5, expires_at = $6
		WHERE site_id = $1 AND id = $2
			AND NOT EXISTS (SELECT 1 FROM ip_block other WHERE other.site_id = $1 AND other.network = $3 AND other.id <> $2)`,
		tx.site, b.ID, b.Network.String(), int(b.Severity), b.Comment, ms(b.ExpiresAt))
	tx.siteChanged()
	return n == 1, err
}

// DeleteIPBlock removes one.
func (tx *Tx) DeleteIPBlock(id skein.ID) error {
	_, err := tx.exec("remove block of addresses", `DELETE FROM ip_block WHERE site_id = $1 AND id = $2`, tx.site, id)
	tx.siteChanged()
	return err
}

// PruneBlocks forgets on all sites some of what has run out, blocks of addresses and tries with blocked providers of mail, and
// answers whether there may be more.
func (tx *Tx) PruneBlocks() (more bool, err error) {
	return tx.pruneAll(
		pruning{"ip_block", "id", "expires_at <> 0 AND expires_at <= $1", ms(tx.Now())},
		pruning{"email_domain_try", "block_id, day, address", "day <= $1", dayNumber(tx.Now()) - skein.EmailTryDays})
}
