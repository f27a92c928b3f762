package store

import (
	"strings"
	"time"

	"skein/internal/skein"
)

const peerColumns = `domain, severity, reject_media, reject_reports, obfuscate, allowed, public_comment, private_comment,
	by_id, created_at, id`

func peerFields(p *skein.PeerPolicy) []any {
	return []any{&p.Domain, &p.Severity, &p.RejectMedia, &p.RejectReports, &p.Obfuscate, &p.Allowed, &p.PublicComment,
		&p.PrivateComment, &p.By, asTime(&p.CreatedAt), &p.ID}
}

// PeerPolicies returns what the site decided about its peers, by domain.
func (tx *Tx) PeerPolicies() ([]*skein.PeerPolicy, error) {
	return many(tx, "peer policies", peerFields, `
		SELECT `+peerColumns+` FROM peer_policy WHERE site_id = $1 ORDER BY domain`, tx.site)
}

// PeerPoliciesOf returns those of some domains.
func (tx *Tx) PeerPoliciesOf(domains []string) ([]*skein.PeerPolicy, error) {
	return many(tx, "peer policies", peerFields, `
		SELECT `+peerColumns+` FROM peer_policy WHERE site_id = $1 AND domain IN TEXTS($2)`, tx.site, tx.textList(domains))
}

// PeerRulesFor returns rules that hold for some hosts, read inside the transaction: for what must not miss a decision that
// was just made.
func (tx *Tx) PeerRulesFor(hosts ...string) (*skein.PeerRules, error) {
	only, _, err := value[bool](tx, "site", `SELECT allow_list_only FROM site WHERE id = $1`, tx.site)
	if err != nil {
		return nil, err
	}
	var domains []string
	for _, h := range hosts {
		name, _, _ := strings.Cut(h, ":")
		for name != "" {
			domains = append(domains, name)
			_, name, _ = strings.Cut(name, ".")
		}
	}
	list, err := tx.PeerPoliciesOf(domains)
	return skein.NewPeerRules(list, only), err
}

// PeerPolicy returns a decision by its ID.
func (tx *Tx) PeerPolicy(id skein.ID) (*skein.PeerPolicy, error) {
	return one(tx, "peer policy", peerFields, `
		SELECT `+peerColumns+` FROM peer_policy WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// PeerPolicyPage returns a page of what the site decided about its peers, newest first: of those that it allows, or of those
// that it holds something against, or says outright that it does not.
func (tx *Tx) PeerPolicyPage(allowed bool, p Page) ([]*skein.PeerPolicy, error) {
	where := `(severity <> 0 OR reject_media OR reject_reports OR NOT allowed)`
	if allowed {
		where = `allowed`
	}
	return pageOf(tx, "peer policies", peerFields, p, "id",
		`SELECT `+peerColumns+` FROM peer_policy WHERE site_id = $1 AND `+where, tx.site)
}

// SetPeerPolicy stores a decision in place of the one there was; when that was made stays, and its ID, which are told.
func (tx *Tx) SetPeerPolicy(p *skein.PeerPolicy) error {
	type kept struct {
		id   skein.ID
		made time.Time
	}
	k, err := one(tx, "set peer policy", func(k *kept) []any { return []any{&k.id, asTime(&k.made)} }, `
		INSERT INTO peer_policy (site_id, `+peerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (site_id, domain) DO UPDATE SET severity = excluded.severity, reject_media = excluded.reject_media,
			reject_reports = excluded.reject_reports, obfuscate = excluded.obfuscate, allowed = excluded.allowed,
			public_comment = excluded.public_comment, private_comment = excluded.private_comment, by_id = excluded.by_id
		RETURNING id, created_at`,
		tx.site, p.Domain, int(p.Severity), p.RejectMedia, p.RejectReports, p.Obfuscate, p.Allowed, p.PublicComment,
		p.PrivateComment, p.By, ms(p.CreatedAt), tx.NewID())
	if err != nil {
		return err
	}
	p.ID, p.CreatedAt = k.id, k.made
	tx.siteChanged()
	return nil
}

// DeletePeerPolicy takes a decision back and tells whether there was one.
func (tx *Tx) DeletePeerPolicy(domain string) (bool, error) {
	n, err := tx.exec("remove peer policy", `DELETE FROM peer_policy WHERE site_id = $1 AND domain = $2`, tx.site, domain)
	tx.siteChanged()
	return n == 1, err
}

// PeerAccount is a remote account as far as the policy towards its peer is concerned.
type PeerAccount struct {
	ID        skein.ID
	URI       string
	Domain    string
	Silenced  bool
	Suspended bool
	Mark      int // what the policy did: 0 nothing, 1 limited, 2 suspended
}

func peerAccountFields(a *PeerAccount) []any {
	return []any{&a.ID, &a.URI, &a.Domain, &a.Silenced, &a.Suspended, &a.Mark}
}

// PeerAccounts returns remote accounts by ID, after a given one.
func (tx *Tx) PeerAccounts(after skein.ID, limit int) ([]*PeerAccount, error) {
	return many(tx, "remote accounts", peerAccountFields, `
		SELECT id, uri, domain, silenced_at <> 0, suspended_at <> 0, peer_mark FROM account
		WHERE site_id = $1 AND id > $2 AND NOT local ORDER BY id LIMIT $3`, tx.site, after, limit)
}

// Judged is what was decided about a remote account itself.
type Judged struct {
	Silenced, Suspended bool
	Extra               skein.AccountExtra
}

// JudgedByURI returns what was decided about those remote accounts that the site knows, in no order. What the policy
// towards their peers did is left out.
func (tx *Tx) JudgedByURI(uris []string) ([]*Judged, error) {
	if len(uris) == 0 {
		return nil, nil
	}
	return many(tx, "judged accounts", func(j *Judged) []any { return []any{&j.Silenced, &j.Suspended, asJSON(&j.Extra)} }, `
		SELECT silenced_at <> 0 AND peer_mark <> 1, suspended_at <> 0 AND peer_mark <> 2, extra FROM account
		WHERE site_id = $1 AND uri IN TEXTS($2) AND NOT local`, tx.site, tx.textList(uris))
}

// MarkPeerAccount stores what the policy towards its peer makes of an account. What somebody decided about the account
// itself stays.
func (tx *Tx) MarkPeerAccount(id skein.ID, mark int) error {
	now := ms(tx.Now())
	n, err := tx.exec("mark account", `
		UPDATE account SET
			silenced_at = CASE WHEN $3 = 1 AND silenced_at = 0 THEN $4 WHEN peer_mark = 1 AND $3 <> 1 THEN 0 ELSE silenced_at END,
			suspended_at = CASE WHEN $3 = 2 AND suspended_at = 0 THEN $4 WHEN peer_mark = 2 AND $3 <> 2 THEN 0 ELSE suspended_at END,
			peer_mark = CASE WHEN $3 = 1 AND silenced_at <> 0 AND peer_mark <> 1 OR $3 = 2 AND suspended_at <> 0 AND peer_mark <> 2
				THEN 0 ELSE $3 END
		WHERE site_id = $1 AND id = $2 AND NOT local`, tx.site, id, mark, now)
	if n > 0 {
		tx.accountChanged(id)
	}
	return err
}

// Sever notes that a decision ended some follows with a remote account, for the people to see; it returns the decision. It
// is found by its kind and target, or made.
func (tx *Tx) Sever(kind, target string, remote skein.ID, follows []*skein.Follow) (skein.ID, error) {
	if len(follows) == 0 {
		return 0, nil
	}
	// One decision, even if it takes many jobs to carry it out.
	id, ok, err := value[skein.ID](tx, "severance", `
		SELECT id FROM severance WHERE site_id = $1 AND target = $2 AND kind = $3 AND created_at > $4 ORDER BY id DESC LIMIT 1`,
		tx.site, target, kind, ms(tx.Now())-24*60*60*1000)
	if err != nil {
		return 0, err
	}
	if !ok {
		id = tx.NewID()
		if _, err := tx.exec("insert severance", `
			INSERT INTO severance (id, site_id, kind, target, created_at) VALUES ($1, $2, $3, $4, $5)`,
			id, tx.site, kind, target, ms(tx.Now())); err != nil {
			return 0, err
		}
	}
	for _, f := range follows {
		account, incoming := f.Account, false
		if account == remote {
			account, incoming = f.Target, true
		}
		if _, err := tx.exec("insert severed follow", `
			INSERT INTO severed_follow (severance_id, site_id, account_id, remote_id, incoming, show_boosts, notify, languages)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
			id, tx.site, account, remote, incoming, f.ShowBoosts, f.Notify, toJSON(f.Languages)); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// SeveredFollow is one follow that a decision of the site ended.
type SeveredFollow struct {
	Account  skein.ID // ours
	Remote   skein.ID
	Incoming bool // the remote one followed ours
}

// SeveredFollows returns the follows of a local account that decisions ended, newest decision first.
func (tx *Tx) SeveredFollows(account skein.ID, limit int) ([]*SeveredFollow, error) {
	return many(tx, "severed follows", func(s *SeveredFollow) []any { return []any{&s.Account, &s.Remote, &s.Incoming} }, `
		SELECT account_id, remote_id, incoming FROM severed_follow WHERE site_id = $1 AND account_id = $2
		ORDER BY severance_id DESC, remote_id LIMIT $3`, tx.site, account, limit)
}

// Severances returns those of the decisions that ended follows of an account, with how many.
func (tx *Tx) Severances(account skein.ID, ids []skein.ID) ([]*skein.Severance, error) {
	return many(tx, "severances", func(s *skein.Severance) []any {
		return []any{&s.ID, &s.Kind, &s.Target, asTime(&s.CreatedAt), &s.Followers, &s.Following}
	}, `
		SELECT s.id, s.kind, s.target, s.created_at,
			(SELECT count(*) FROM severed_follow f WHERE f.severance_id = s.id AND f.account_id = $2 AND f.incoming),
			(SELECT count(*) FROM severed_follow f WHERE f.severance_id = s.id AND f.account_id = $2 AND NOT f.incoming)
		FROM severance s
		WHERE s.site_id = $1 AND s.id IN LIST($3)
			AND EXISTS (SELECT 1 FROM severed_follow f WHERE f.severance_id = s.id AND f.account_id = $2)`,
		tx.site, account, tx.list(ids))
}

// DropDeliveries removes what waits for a host, of this site.
func (tx *Tx) DropDeliveries(host string) error {
	_, err := tx.exec("drop deliveries", `DELETE FROM delivery WHERE host = $2 AND site_id = $1`, tx.site, host)
	return err
}

// DeliveryHosts returns the hosts of peers for which something of any site waits, after a given one. It leaps over the index.
func (tx *Tx) DeliveryHosts(after string, limit int) (list []string, err error) {
	for len(list) < limit {
		host, ok, err := value[string](tx, "next host", `
			SELECT host FROM delivery WHERE host > $1 AND substr(host, 1, 5) <> '`+PushLane+`' ORDER BY host LIMIT 1`, after)
		if err != nil || !ok {
			return list, err
		}
		after = host
		list = append(list, host)
	}
	return list, nil
}
