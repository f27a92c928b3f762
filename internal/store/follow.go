package store

import (
	"errors"
	"time"

	"skein/internal/skein"
)

const followColumns = `follow.id, follow.account_id, follow.target_id, follow.accepted, follow.uri, follow.show_boosts,
	follow.notify, follow.languages, follow.created_at`

func followFields(f *skein.Follow) []any {
	return []any{&f.ID, &f.Account, &f.Target, &f.Accepted, &f.URI, &f.ShowBoosts,
		&f.Notify, asJSON(&f.Languages), asTime(&f.CreatedAt)}
}

// FollowBetween returns the follow, or the wish to follow, of one account for another.
func (tx *Tx) FollowBetween(account, target skein.ID) (*skein.Follow, error) {
	return one(tx, "follow", followFields, `
		SELECT `+followColumns+` FROM follow WHERE site_id = $1 AND account_id = $2 AND target_id = $3`,
		tx.site, account, target)
}

// Follow returns a follow by its ID.
func (tx *Tx) Follow(id skein.ID) (*skein.Follow, error) {
	return one(tx, "follow", followFields, `
		SELECT `+followColumns+` FROM follow WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// FollowByURI returns an account's follow by the URI of its Follow activity.
func (tx *Tx) FollowByURI(account skein.ID, uri string) (*skein.Follow, error) {
	return one(tx, "follow", followFields, `
		SELECT `+followColumns+` FROM follow WHERE site_id = $1 AND account_id = $2 AND uri = $3 LIMIT 1`,
		tx.site, account, uri)
}

// InsertFollow stores a follow, and counts it when it is accepted. It answers false when there is one between the two.
func (tx *Tx) InsertFollow(f *skein.Follow) (isNew bool, err error) {
	if f.ID == 0 {
		f.ID = tx.NewID()
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = tx.Now()
	}
	n, err := tx.exec("insert follow", `
		INSERT INTO follow (id, site_id, account_id, target_id, accepted, remote, uri, show_boosts, notify, languages,
			created_at)
		VALUES ($1, $2, $3, $4, $5, COALESCE((SELECT NOT local FROM account WHERE id = $3), FALSE), $6, $7, $8, $9, $10)
		ON CONFLICT DO NOTHING`,
		f.ID, tx.site, f.Account, f.Target, f.Accepted, f.URI, f.ShowBoosts, f.Notify, toJSON(f.Languages), ms(f.CreatedAt))
	if err != nil || n == 0 {
		return false, err
	}
	if f.Accepted {
		return true, tx.addFollow(f.Account, f.Target, 1)
	}
	return true, nil
}

// UpdateFollow stores the options and the URI of a follow; whether it is accepted stays as it is.
func (tx *Tx) UpdateFollow(f *skein.Follow) error {
	_, err := tx.exec("update follow", `
		UPDATE follow SET uri = $3, show_boosts = $4, notify = $5, languages = $6 WHERE site_id = $1 AND id = $2`,
		tx.site, f.ID, f.URI, f.ShowBoosts, f.Notify, toJSON(f.Languages))
	return err
}

// AcceptFollow accepts a follow and counts it. It answers false when it was accepted before, or is there no more.
func (tx *Tx) AcceptFollow(f *skein.Follow) (changed bool, err error) {
	n, err := tx.exec("accept follow", `
		UPDATE follow SET accepted = TRUE WHERE site_id = $1 AND id = $2 AND NOT accepted`, tx.site, f.ID)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.addFollow(f.Account, f.Target, 1)
}

// DeleteFollow removes the follow, or the wish, of one account for another, and with it its places in lists. It returns what
// it was; nil: there was none.
func (tx *Tx) DeleteFollow(account, target skein.ID) (*skein.Follow, error) {
	f, err := one(tx, "ended follow", followFields, `
		DELETE FROM follow WHERE site_id = $1 AND account_id = $2 AND target_id = $3 RETURNING `+plainFollowColumns,
		tx.site, account, target)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		err = tx.leaveLists(account, target)
	}
	if err == nil && f.Accepted {
		err = tx.DeleteEndorsement(account, target)
	}
	if err != nil || !f.Accepted {
		return f, err
	}
	return f, tx.addFollow(account, target, -1)
}

// plainFollowColumns are followColumns where SQL knows one table only.
const plainFollowColumns = `id, account_id, target_id, accepted, uri, show_boosts, notify, languages, created_at`

// FollowCount returns how many accounts somebody follows or asks to follow, up to a limit.
func (tx *Tx) FollowCount(account skein.ID, limit int) (int, error) {
	n, _, err := value[int](tx, "count of follows", `
		SELECT count(*) FROM (SELECT 1 FROM follow WHERE site_id = $1 AND account_id = $2 LIMIT $3) f`,
		tx.site, account, limit)
	return n, err
}

// FollowRequestCount returns how many wait for somebody's yes, up to a limit.
func (tx *Tx) FollowRequestCount(target skein.ID, limit int) (int, error) {
	n, _, err := value[int](tx, "count of follow requests", `
		SELECT count(*) FROM (SELECT 1 FROM follow WHERE site_id = $1 AND target_id = $2 AND NOT accepted LIMIT $3) f`,
		tx.site, target, limit)
	return n, err
}

func rowFields(r *AccountRow) []any {
	r.Account = new(skein.Account)
	return append([]any{&r.Cursor}, accountFields(r.Account)...)
}

// hiddenFrom leaves out of a list who is gone, waits to be let in, or is blocked either way; the viewer is $3.
const hiddenFrom = ` AND account.suspended_at = 0 AND account.deleted_at = 0
	AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = $3 AND block.target_id = account.id)
	AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = account.id AND block.target_id = $3)`

// Followers returns the accepted followers of an account, newest first, as a viewer may see them.
func (tx *Tx) Followers(account, viewer skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "followers", rowFields, p, "follow.id", `
		SELECT follow.id, `+accountColumns+`
		FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted`+hiddenFrom,
		tx.site, account, viewer)
}

// Following returns whom an account follows, newest first, as a viewer may see them.
func (tx *Tx) Following(account, viewer skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "followed accounts", rowFields, p, "follow.id", `
		SELECT follow.id, `+accountColumns+`
		FROM follow JOIN account ON account.id = follow.target_id
		WHERE follow.site_id = $1 AND follow.account_id = $2 AND follow.accepted`+hiddenFrom,
		tx.site, account, viewer)
}

// FollowRequests returns who waits for an account's yes.
func (tx *Tx) FollowRequests(account skein.ID, p Page) ([]*AccountRow, error) {
	return pageOf(tx, "follow requests", rowFields, p, "follow.id", `
		SELECT follow.id, `+accountColumns+`
		FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND NOT follow.accepted
			AND account.suspended_at = 0 AND account.deleted_at = 0`,
		tx.site, account)
}

// FollowsOf returns some of the follows from and to an account, accepted or not: for who takes them apart. With a domain
// only those between the account and that peer.
func (tx *Tx) FollowsOf(account skein.ID, domain string, limit int) ([]*skein.Follow, error) {
	if domain != "" {
		return many(tx, "follows", followFields, `
			SELECT `+followColumns+` FROM follow JOIN account ON account.id = follow.target_id
			WHERE follow.site_id = $1 AND follow.account_id = $2 AND account.domain = $3
			UNION ALL
			SELECT `+followColumns+` FROM follow JOIN account ON account.id = follow.account_id
			WHERE follow.site_id = $1 AND follow.target_id = $2 AND account.domain = $3
			LIMIT $4`, tx.site, account, domain, limit)
	}
	return many(tx, "follows", followFields, `
		SELECT `+followColumns+` FROM follow WHERE site_id = $1 AND account_id = $2
		UNION ALL
		SELECT `+followColumns+` FROM follow WHERE site_id = $1 AND target_id = $2
		LIMIT $3`, tx.site, account, limit)
}

// FollowerURIs returns a page of the URIs of an account's accepted followers: of its ActivityPub collection.
func (tx *Tx) FollowerURIs(account skein.ID, p Page) ([]URIRow, error) {
	return uriPage(tx, p, `
		SELECT follow.id, account.uri FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted
			AND account.suspended_at = 0 AND account.deleted_at = 0`, tx.site, account)
}

// FollowingURIs returns a page of the URIs of those whom an account follows.
func (tx *Tx) FollowingURIs(account skein.ID, p Page) ([]URIRow, error) {
	return uriPage(tx, p, `
		SELECT follow.id, account.uri FROM follow JOIN account ON account.id = follow.target_id
		WHERE follow.site_id = $1 AND follow.account_id = $2 AND follow.accepted
			AND account.suspended_at = 0 AND account.deleted_at = 0`, tx.site, account)
}

// URIRow is a URI in a list that is ordered by something else.
type URIRow struct {
	Cursor skein.ID
	URI    string
}

func uriPage(tx *Tx, p Page, query string, args ...any) ([]URIRow, error) {
	list, err := pageOf(tx, "URIs", func(r *URIRow) []any { return []any{&r.Cursor, &r.URI} }, p, "follow.id", query, args...)
	out := make([]URIRow, len(list))
	for i, r := range list {
		out[i] = *r
	}
	return out, err
}

// FollowerURIsAt returns the URIs of all accepted followers on one host, for the digest of FEP-8fcf: prefix is its base,
// https://elm.example/.
func (tx *Tx) FollowerURIsAt(account skein.ID, prefix string) ([]string, error) {
	return column[string](tx, "follower URIs", `
		SELECT account.uri FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted AND NOT account.local
			AND account.suspended_at = 0 AND account.deleted_at = 0
			AND substr(account.uri, 1, length($3)) = $3`, tx.site, account, prefix)
}

// FarAudience tells whether a new post of a local author concerns anybody elsewhere: a follower of the author or of the
// account that is answered or boosted (0: none), that account itself, somebody who is mentioned, or for public posts a relay.
func (tx *Tx) FarAudience(p *skein.Post, to skein.ID) (bool, error) {
	for _, m := range p.Mentions {
		if m.Domain != "" {
			return true, nil
		}
	}
	relays := ""
	if p.Visibility == skein.Public && p.BoostOf == 0 {
		relays = ` OR EXISTS (SELECT 1 FROM relay WHERE site_id = $1 AND state = 'accepted')`
	}
	_, far, err := value[int](tx, "far audience", `
		SELECT 1 WHERE EXISTS (SELECT 1 FROM follow WHERE site_id = $1 AND target_id IN LIST($2) AND accepted AND remote)
			OR EXISTS (SELECT 1 FROM account WHERE site_id = $1 AND id = $3 AND NOT local)`+relays,
		tx.site, tx.list([]skein.ID{p.Author, to}), to)
	return far, err
}

// RemoteFollowerURIs returns the URIs of all accepted followers elsewhere.
func (tx *Tx) RemoteFollowerURIs(account skein.ID) ([]string, error) {
	return column[string](tx, "remote follower URIs", `
		SELECT account.uri FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND follow.accepted AND follow.remote
			AND account.suspended_at = 0 AND account.deleted_at = 0`, tx.site, account)
}

// LocalFollower is one of our people who follows a remote account, or asks to.
type LocalFollower struct {
	Account   skein.ID
	URI       string
	Accepted  bool
	CreatedAt time.Time
}

// LocalFollowers returns our people who follow a remote account, or ask to.
func (tx *Tx) LocalFollowers(target skein.ID) ([]*LocalFollower, error) {
	return many(tx, "local followers", func(f *LocalFollower) []any {
		return []any{&f.Account, &f.URI, &f.Accepted, asTime(&f.CreatedAt)}
	}, `
		SELECT account.id, account.uri, follow.accepted, follow.created_at FROM follow JOIN account ON account.id = follow.account_id
		WHERE follow.site_id = $1 AND follow.target_id = $2 AND account.local`, tx.site, target)
}
