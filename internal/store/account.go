package store

import (
	"fmt"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// accountColumns names its table, so that it can stand in joins. A person who waits to be let in is pending; that is
// looked up for local accounts only.
const accountColumns = `account.id, account.site_id, account.local, account.kind, account.username, account.domain,
	account.uri, account.url, account.display_name, account.bio, account.bio_text, account.fields, account.emojis,
	account.avatar, account.header, account.locked, account.discoverable, account.indexable, account.hide_network,
	account.moved_to_id, account.inbox, account.shared_inbox, account.outbox, account.followers_uri,
	account.following_uri, account.featured_uri, account.follower_count, account.following_count, account.post_count,
	account.last_post_at, account.created_at, account.refreshed_at, account.silenced_at, account.suspended_at,
	account.deleted_at, account.extra, account.sensitized_at, account.local AND EXISTS (
		SELECT 1 FROM person WHERE person.account_id = account.id
		AND (person.confirmed_at = 0 OR person.approved_at = 0)), CASE WHEN account.local THEN COALESCE((
		SELECT role FROM person WHERE person.account_id = account.id), '') ELSE '' END`

func accountFields(a *skein.Account) []any {
	return []any{
		&a.ID, &a.Site, &a.Local, &a.Kind, &a.Username, &a.Domain,
		&a.URI, &a.URL, &a.DisplayName, &a.Bio, &a.BioText, asJSON(&a.Fields), asJSON(&a.Emojis),
		&a.Avatar, &a.Header, &a.Locked, &a.Discoverable, &a.Indexable, &a.HideNetwork,
		&a.MovedTo, &a.Inbox, &a.SharedInbox, &a.Outbox, &a.Followers,
		&a.Following, &a.Featured, &a.FollowerCount, &a.FollowingCount, &a.PostCount,
		asTime(&a.LastPostAt), asTime(&a.CreatedAt), asTime(&a.RefreshedAt), asTime(&a.SilencedAt), asTime(&a.SuspendedAt),
		asTime(&a.DeletedAt), asJSON(&a.Extra), asTime(&a.SensitizedAt), &a.Pending, &a.Role,
	}
}

// AccountRow is an account in a list that is ordered by something else.
type AccountRow struct {
	Cursor  skein.ID
	Account *skein.Account
	Until   time.Time // end of a mute
}

// Account returns an account, whatever became of it.
func (tx *Tx) Account(id skein.ID) (*skein.Account, error) {
	return one(tx, "account", accountFields, `
		SELECT `+accountColumns+`
		FROM account
		WHERE account.site_id = $1 AND account.id = $2`,
		tx.site, id)
}

// Accounts returns those of the accounts that there are, in no order.
func (tx *Tx) Accounts(ids []skein.ID) ([]*skein.Account, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "accounts", accountFields, `
		SELECT `+accountColumns+`
		FROM account
		WHERE account.id IN LIST($2) AND account.site_id = $1`,
		tx.site, tx.list(ids))
}

// AccountByURI returns the account with an ActivityPub id.
func (tx *Tx) AccountByURI(uri string) (*skein.Account, error) {
	return one(tx, "account", accountFields, `
		SELECT `+accountColumns+`
		FROM account
		WHERE account.site_id = $1 AND account.uri = $2`,
		tx.site, uri)
}

// AccountsByURI returns those of the accounts that the site knows, in no order.
func (tx *Tx) AccountsByURI(uris []string) ([]*skein.Account, error) {
	if len(uris) == 0 {
		return nil, nil
	}
	return many(tx, "accounts", accountFields, `
		SELECT `+accountColumns+`
		FROM account
		WHERE account.site_id = $1 AND account.uri IN TEXTS($2)`,
		tx.site, tx.textList(uris))
}

// AccountByHandle returns the account with a name (in any case) and a canonical domain; no domain is our own. Of several
// remote ones that claim the handle (T56) it is the one that was met last and is not gone.
func (tx *Tx) AccountByHandle(username, domain string) (*skein.Account, error) {
	return one(tx, "account", accountFields, `
		SELECT `+accountColumns+`
		FROM account
		WHERE account.site_id = $1 AND account.username_lower = $2 AND account.domain = $3
		ORDER BY account.deleted_at <> 0, account.suspended_at <> 0, account.id DESC LIMIT 1`,
		tx.site, strings.ToLower(username), domain)
}

// Handle names an account as people do; no domain is our own.
type Handle struct {
	Username string `json:"u"`
	Domain   string `json:"d"` // canonical
}

// AccountsByHandle returns the accounts of handles, by the handle in lower case. See AccountByHandle.
func (tx *Tx) AccountsByHandle(handles []Handle) (map[Handle]*skein.Account, error) {
	if len(handles) == 0 {
		return nil, nil
	}
	lower := make([]Handle, len(handles))
	for i, h := range handles {
		lower[i] = h.Lower()
	}
	list, err := many(tx, "accounts", accountFields, `
		SELECT `+accountColumns+`
		FROM ROWS($2) r
		JOIN account ON account.site_id = $1 AND account.username_lower = r.value->>'u' AND account.domain = r.value->>'d'
		ORDER BY account.deleted_at <> 0, account.suspended_at <> 0, account.id DESC`,
		tx.site, object(lower))
	if err != nil {
		return nil, err
	}
	found := make(map[Handle]*skein.Account, len(list))
	for _, a := range list {
		h := Handle{a.Username, a.Domain}.Lower()
		if found[h] == nil {
			found[h] = a
		}
	}
	return found, nil
}

// Lower returns the handle as AccountsByHandle answers it.
func (h Handle) Lower() Handle { return Handle{strings.ToLower(h.Username), h.Domain} }

// InsertAccount stores a new account and gives it an ID unless it has one. A URI, or a local name, that is taken is a
// Conflict.
func (tx *Tx) InsertAccount(a *skein.Account) error {
	if a.ID == 0 {
		a.ID = tx.NewID()
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = tx.Now()
	}
	a.Site = tx.site
	n, err := tx.exec("insert account", `
		INSERT INTO account (id, site_id, local, kind, username, username_lower, domain, uri, url, display_name, bio,
			bio_text, fields, emojis, avatar, header, locked, discoverable, indexable, hide_network, moved_to_id, inbox,
			shared_inbox, outbox, followers_uri, following_uri, featured_uri, follower_count, following_count, post_count,
			last_post_at, created_at, refreshed_at, silenced_at, suspended_at, deleted_at, extra)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)
		ON CONFLICT DO NOTHING`,
		a.ID, tx.site, a.Local, string(a.Kind), a.Username, strings.ToLower(a.Username), a.Domain, a.URI, a.URL, a.DisplayName,
		a.Bio, a.BioText, toJSON(a.Fields), toJSON(a.Emojis), a.Avatar, a.Header, a.Locked, a.Discoverable, a.Indexable,
		a.HideNetwork, a.MovedTo, a.Inbox, a.SharedInbox, a.Outbox, a.Followers, a.Following, a.Featured,
		a.FollowerCount, a.FollowingCount, a.PostCount, ms(a.LastPostAt), ms(a.CreatedAt), ms(a.RefreshedAt),
		ms(a.SilencedAt), ms(a.SuspendedAt), ms(a.DeletedAt), extra(a.Extra))
	if err != nil {
		return err
	}
	if n == 0 {
		return skein.Errorf(skein.Conflict, "This account name is taken.")
	}
	tx.accountChanged(a.ID)
	return tx.indexAccount(a)
}

// LockAccount is Account for one that is changed: nobody else changes it before this transaction ends.
func (tx *Tx) LockAccount(id skein.ID) (*skein.Account, error) {
	return one(tx, "account", accountFields, `
		UPDATE account SET extra = extra WHERE site_id = $1 AND id = $2 RETURNING `+accountColumns, tx.site, id)
}

// LockAccountByURI is LockAccount for an ActivityPub id.
func (tx *Tx) LockAccountByURI(uri string) (*skein.Account, error) {
	return one(tx, "account", accountFields, `
		UPDATE account SET extra = extra WHERE site_id = $1 AND uri = $2 RETURNING `+accountColumns, tx.site, uri)
}

// SetRefreshed stores when a remote profile was read last.
func (tx *Tx) SetRefreshed(id skein.ID, at time.Time) error {
	_, err := tx.exec("set refreshed", `
		UPDATE account SET refreshed_at = $3 WHERE site_id = $1 AND id = $2 AND NOT local`, tx.site, id, ms(at))
	tx.accountChanged(id)
	return err
}

// UpdateAccount stores all of an account but its counts, which AddCounts and SetCounts change, and the time of its last
// post. Name, domain and URI of a local account never change. The account was read with LockAccount: what others decided
// about it meanwhile would be lost otherwise.
func (tx *Tx) UpdateAccount(a *skein.Account) error {
	n, err := tx.exec("update account", `
		UPDATE account SET kind = $3, username = $4, username_lower = $5, domain = $6, url = $7, display_name = $8, bio = $9,
			bio_text = $10, fields = $11, emojis = $12, avatar = $13, header = $14, locked = $15, discoverable = $16,
			indexable = $17, hide_network = $18, moved_to_id = $19, inbox = $20, shared_inbox = $21, outbox = $22,
			followers_uri = $23, following_uri = $24, featured_uri = $25, refreshed_at = $26, silenced_at = $27,
			suspended_at = $28, deleted_at = $29, extra = $30
		WHERE site_id = $1 AND id = $2`,
		tx.site, a.ID, string(a.Kind), a.Username, strings.ToLower(a.Username), a.Domain, a.URL, a.DisplayName, a.Bio,
		a.BioText, toJSON(a.Fields), toJSON(a.Emojis), a.Avatar, a.Header, a.Locked, a.Discoverable,
		a.Indexable, a.HideNetwork, a.MovedTo, a.Inbox, a.SharedInbox, a.Outbox,
		a.Followers, a.Following, a.Featured, ms(a.RefreshedAt), ms(a.SilencedAt),
		ms(a.SuspendedAt), ms(a.DeletedAt), extra(a.Extra))
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("update account: %w", skein.ErrNotFound)
	}
	tx.accountChanged(a.ID)
	return tx.indexAccount(a)
}

// ChangeAccount lets fn change an account's MovedTo and Extra, on a copy that nobody else changes meanwhile; answering
// false leaves the account as it is. Nothing else of it is stored.
func (tx *Tx) ChangeAccount(id skein.ID, fn func(a *skein.Account) bool) (*skein.Account, error) {
	a, err := tx.LockAccount(id)
	if err != nil || !fn(a) {
		return a, err
	}
	_, err = tx.exec("change account", `
		UPDATE account SET moved_to_id = $3, extra = $4 WHERE site_id = $1 AND id = $2`, tx.site, id, a.MovedTo, extra(a.Extra))
	tx.accountChanged(id)
	return a, err
}

// AddCounts adds to an account's counts, by rows that were really changed. None falls below zero (T191).
func (tx *Tx) AddCounts(account skein.ID, followers, following, posts int) error {
	if followers == 0 && following == 0 && posts == 0 {
		return nil
	}
	_, err := tx.exec("count for account", `
		UPDATE account SET
			follower_count = CASE WHEN follower_count + $3 > 0 THEN follower_count + $3 ELSE 0 END,
			following_count = CASE WHEN following_count + $4 > 0 THEN following_count + $4 ELSE 0 END,
			post_count = CASE WHEN post_count + $5 > 0 THEN post_count + $5 ELSE 0 END
		WHERE site_id = $1 AND id = $2`, tx.site, account, followers, following, posts)
	tx.accountChanged(account)
	return err
}

// addFollow counts one accepted follow more, or one less.
func (tx *Tx) addFollow(account, target skein.ID, n int) error {
	_, err := tx.exec("count follow", `
		UPDATE account SET
			following_count = CASE WHEN id <> $2 OR following_count + $4 < 0 THEN following_count ELSE following_count + $4 END,
			follower_count = CASE WHEN id <> $3 OR follower_count + $4 < 0 THEN follower_count ELSE follower_count + $4 END
		WHERE site_id = $1 AND (id = $2 OR id = $3)`, tx.site, account, target, n)
	tx.accountChanged(account)
	tx.accountChanged(target)
	return err
}

// SetCounts stores what a peer says of a remote account's counts; what it does not say (0) stays.
func (tx *Tx) SetCounts(account skein.ID, followers, following, posts int) error {
	if followers <= 0 && following <= 0 && posts <= 0 {
		return nil
	}
	_, err := tx.exec("set counts", `
		UPDATE account SET
			follower_count = CASE WHEN $3 > 0 THEN $3 ELSE follower_count END,
			following_count = CASE WHEN $4 > 0 THEN $4 ELSE following_count END,
			post_count = CASE WHEN $5 > 0 THEN $5 ELSE post_count END
		WHERE site_id = $1 AND id = $2 AND NOT local`, tx.site, account, followers, following, posts)
	tx.accountChanged(account)
	return err
}

// inboxes gives each address its canonical host (T54); what has none is no address.
func inboxes(urls []string) []Inbox {
	list := make([]Inbox, 0, len(urls))
	for _, raw := range urls {
		if u, err := fetch.Canonical(raw); err == nil {
			list = append(list, Inbox{Host: u.Host, URL: raw})
		}
	}
	return list
}

// FollowerInboxes returns where posts for an account's followers go: each inbox once, the shared one where there is one;
// only of accepted remote followers who are not gone (T163).
func (tx *Tx) FollowerInboxes(account skein.ID) ([]Inbox, error) {
	urls, err := column[string](tx, "follower inboxes", `
		SELECT DISTINCT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END
		FROM follow f JOIN account a ON a.id = f.account_id
		WHERE f.site_id = $1 AND f.target_id = $2 AND f.accepted AND f.remote AND a.inbox <> ''
			AND a.suspended_at = 0 AND a.deleted_at = 0`, tx.site, account)
	return inboxes(urls), err
}

// AccountInboxes returns where what is for some accounts goes: each inbox once, of remote ones that are not gone.
func (tx *Tx) AccountInboxes(ids []skein.ID) ([]Inbox, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	urls, err := column[string](tx, "account inboxes", `
		SELECT DISTINCT CASE WHEN shared_inbox <> '' THEN shared_inbox ELSE inbox END
		FROM account
		WHERE id IN LIST($2) AND site_id = $1 AND NOT local AND inbox <> '' AND suspended_at = 0 AND deleted_at = 0`,
		tx.site, tx.list(ids))
	return inboxes(urls), err
}

// KnownInboxes returns one inbox of every peer that the site knows: for what everybody must hear of, such as the end of
// an account (T186).
func (tx *Tx) KnownInboxes() ([]Inbox, error) {
	urls, err := column[string](tx, "known inboxes", `
		SELECT DISTINCT shared_inbox FROM account WHERE site_id = $1 AND NOT local AND shared_inbox <> ''
		UNION
		SELECT inbox FROM account WHERE site_id = $1 AND NOT local AND shared_inbox = '' AND inbox <> ''
			AND suspended_at = 0 AND deleted_at = 0`, tx.site)
	return inboxes(urls), err
}
