package store

import (
	"encoding/hex"
	"net/netip"
	"time"

	"skein/internal/skein"
)

// maxAddresses is how many addresses of one person are kept, the last used ones.
const maxAddresses = 20

// addressKey is the form in which addresses are stored: all of one length, in their order.
func addressKey(a netip.Addr) string {
	b := a.WithZone("").As16()
	return hex.EncodeToString(b[:])
}

func keyAddress(key string) string {
	b, err := hex.DecodeString(key)
	if err != nil || len(b) != 16 {
		return ""
	}
	return netip.AddrFrom16([16]byte(b)).Unmap().String()
}

// addressRange returns the keys of the first and the last address of a network.
func addressRange(p netip.Prefix) (first, last string) {
	p = p.Masked()
	low := p.Addr().As16()
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	high := low
	for i := bits; i < 128; i++ {
		high[i/8] |= 1 << (7 - i%8)
	}
	return hex.EncodeToString(low[:]), hex.EncodeToString(high[:])
}

// SeenFrom notes where a person was seen. What is no address is passed over.
func (tx *Tx) SeenFrom(account skein.ID, address string) error {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return nil
	}
	if _, err := tx.exec("note address", `
		INSERT INTO person_address (site_id, account_id, address, used_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, address) DO UPDATE SET used_at = excluded.used_at`,
		tx.site, account, addressKey(a), ms(tx.Now())); err != nil {
		return err
	}
	_, err = tx.exec("trim addresses", `
		DELETE FROM person_address WHERE account_id = $1 AND address IN (
			SELECT address FROM person_address WHERE account_id = $1 ORDER BY used_at DESC, address
			LIMIT 1000 OFFSET $2)`, account, maxAddresses)
	return err
}

// Addresses returns where some people were seen from, the last used first.
func (tx *Tx) Addresses(accounts []skein.ID) ([]*skein.Address, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	list, err := many(tx, "addresses", func(a *skein.Address) []any { return []any{&a.Account, &a.Address, asTime(&a.UsedAt)} }, `
		SELECT account_id, address, used_at FROM person_address
		WHERE account_id IN LIST($2) AND site_id = $1 ORDER BY used_at DESC, address`, tx.site, tx.list(accounts))
	for _, a := range list {
		a.Address = keyAddress(a.Address)
	}
	return list, err
}

// PruneAddresses forgets, on all sites, some of where people were seen before a moment.
func (tx *Tx) PruneAddresses(before time.Time) (more bool, err error) {
	return tx.pruneAll(pruning{"person_address", "account_id, address", "used_at < $1", ms(before)})
}
