package store

import (
	"context"
	"crypto/rand"

	"skein/internal/skein"
)

const siteColumns = `id, domain, base, name, summary, description, contact, owner_id, actor_id, joining, rules, languages,
	created_at, suspended_at, authorized_fetch, allow_list_only, hide_blocks, secret, extra`

func siteFields(s *skein.Site) []any {
	return []any{&s.ID, &s.Domain, &s.Base, &s.Name, &s.Summary, &s.Description, &s.Contact, &s.Owner, &s.Actor,
		&s.Joining, asJSON(&s.Rules), asJSON(&s.Languages), asTime(&s.CreatedAt), asTime(&s.SuspendedAt),
		&s.AuthorizedFetch, &s.AllowListOnly, &s.HideBlocks, &s.Secret, asJSON(&s.Extra)}
}

// Sites returns all hosted sites, the oldest first.
func (s *Shared) Sites(ctx context.Context) (list []*skein.Site, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		list, err = many(tx, "sites", siteFields, `SELECT `+siteColumns+` FROM site ORDER BY id`)
		return err
	})
	return list, err
}

// SiteByDomain finds a site by its canonical host.
func (s *Shared) SiteByDomain(ctx context.Context, domain string) (site *skein.Site, err error) {
	err = s.view(ctx, func(tx *Tx) error {
		site, err = one(tx, "site", siteFields, `SELECT `+siteColumns+` FROM site WHERE domain = $1`, domain)
		return err
	})
	return site, err
}

// SiteRow returns the site that the transaction is on.
func (tx *Tx) SiteRow() (*skein.Site, error) {
	return one(tx, "site", siteFields, `SELECT `+siteColumns+` FROM site WHERE id = $1`, tx.site)
}

// InsertSite adds a site, whose ID is that of the transaction, with a secret of its own, and tells whether its domain was free.
func (tx *Tx) InsertSite(s *skein.Site, setupHash []byte) (bool, error) {
	s.Secret = make([]byte, 32)
	_, _ = rand.Read(s.Secret) // never fails
	n, err := tx.exec("insert site", `
		INSERT INTO site (id, domain, base, name, summary, description, contact, owner_id, actor_id, joining, rules,
			languages, setup_hash, created_at, secret)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (domain) DO NOTHING`,
		tx.site, s.Domain, s.Base, s.Name, s.Summary, s.Description, s.Contact, s.Owner, s.Actor, string(s.Joining),
		toJSON(s.Rules), toJSON(s.Languages), setupHash, ms(s.CreatedAt), s.Secret)
	tx.siteChanged()
	return n == 1, err
}

// UpdateSite stores what an operator may change, and the owner.
func (tx *Tx) UpdateSite(s *skein.Site) error {
	_, err := tx.exec("update site", `
		UPDATE site SET name = $2, summary = $3, description = $4, contact = $5, owner_id = $6, joining = $7, rules = $8,
			languages = $9, suspended_at = $10, authorized_fetch = $11, allow_list_only = $12, hide_blocks = $13, extra = $14
		WHERE id = $1`,
		tx.site, s.Name, s.Summary, s.Description, s.Contact, s.Owner, string(s.Joining), toJSON(s.Rules),
		toJSON(s.Languages), ms(s.SuspendedAt), s.AuthorizedFetch, s.AllowListOnly, s.HideBlocks, object(s.Extra))
	tx.siteChanged()
	return err
}

// HasSetup tells whether the site waits for its owner with this token.
func (tx *Tx) HasSetup(hash []byte) (bool, error) {
	_, ok, err := value[int64](tx, "set-up token",
		`SELECT id FROM site WHERE id = $1 AND setup_hash = $2 AND owner_id = 0`, tx.site, hash)
	return ok, err
}

// TakeSetup uses the set-up token up and tells whether it was the right one, which is true once only.
func (tx *Tx) TakeSetup(hash []byte) (bool, error) {
	n, err := tx.exec("use set-up token",
		`UPDATE site SET setup_hash = NULL WHERE id = $1 AND setup_hash = $2 AND owner_id = 0`, tx.site, hash)
	return n == 1, err
}

// SetSetup stores a new set-up token instead of the old one, and tells whether the site still waits for an owner.
func (tx *Tx) SetSetup(hash []byte) (bool, error) {
	n, err := tx.exec("store set-up token", `UPDATE site SET setup_hash = $2 WHERE id = $1 AND owner_id = 0`, tx.site, hash)
	return n == 1, err
}

// SiteStats are the numbers a site tells about itself.
type SiteStats struct {
	Users       int // who may sign in
	ActiveMonth int // of them, seen within a month
	ActiveHalf  int // within half a year
	Posts       int // by them
}

// SiteStats counts; month and half are the moments since when somebody counts as active.
func (tx *Tx) SiteStats(month, half int64) (*SiteStats, error) {
	return one(tx, "site numbers", func(s *SiteStats) []any {
		return []any{&s.Users, &s.ActiveMonth, &s.ActiveHalf, &s.Posts}
	}, `
		SELECT (SELECT count(*) FROM person
				WHERE site_id = $1 AND confirmed_at <> 0 AND approved_at <> 0 AND disabled_at = 0),
			(SELECT count(*) FROM person WHERE site_id = $1 AND seen_at >= $2),
			(SELECT count(*) FROM person WHERE site_id = $1 AND seen_at >= $3),
			(SELECT CAST(coalesce(sum(post_count), 0) AS BIGINT) FROM account WHERE site_id = $1 AND local)`,
		tx.site, month, half)
}

// Peers returns the hosts of all accounts that the site knows. It leaps from host to host over the index, so that it
// costs what there are hosts, not what there are accounts.
func (tx *Tx) Peers() ([]string, error) {
	return column[string](tx, "peers", `
		WITH RECURSIVE peer (domain) AS (
			SELECT min(domain) FROM account WHERE site_id = $1 AND NOT local
			UNION ALL
			SELECT (SELECT min(a.domain) FROM account a WHERE a.site_id = $1 AND NOT a.local AND a.domain > peer.domain)
			FROM peer WHERE peer.domain IS NOT NULL)
		SELECT domain FROM peer WHERE domain IS NOT NULL`, tx.site)
}
