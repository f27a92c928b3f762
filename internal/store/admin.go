package store

import (
	"net/netip"
	"strconv"
	"strings"

	"skein/internal/skein"
)

// PeopleFilter says which accounts those who look after a site want to see. Empty fields do not limit.
type PeopleFilter struct {
	Local, Remote bool
	State         AccountState
	Staff         bool // who has a role
	Roles         []skein.Role
	InvitedBy     skein.ID
	Username      string // how it begins
	DisplayName   string // how it begins
	Domain        string
	Email         string // how it begins
	Network       netip.Prefix
}

// AccountState is in what state accounts are looked for.
type AccountState string

// The states.
const (
	StateActive     AccountState = "active" // not suspended
	StatePending    AccountState = "pending"
	StateDisabled   AccountState = "disabled"
	StateSilenced   AccountState = "silenced"
	StateSuspended  AccountState = "suspended"
	StateSensitized AccountState = "sensitized"
)

// FilterAccounts returns a page of the accounts that somebody who looks after the site asks for, newest first. Those that
// their owners deleted are not among them.
func (tx *Tx) FilterAccounts(f PeopleFilter, p Page) ([]skein.ID, error) {
	args := []any{tx.site}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var b strings.Builder
	b.WriteString(`SELECT account.id FROM account WHERE account.site_id = $1
		AND (account.deleted_at = 0 OR account.suspended_at <> 0) AND NOT (account.local AND account.kind = 'application')`)
	people := func(where string) {
		b.WriteString(` AND account.id IN (SELECT account_id FROM person WHERE site_id = $1 AND ` + where + `)`)
	}
	begins := func(column, text string) string {
		// Compared as text, never as a pattern: what people type has no wildcards.
		at := arg(strings.ToLower(text))
		return `substr(lower(` + column + `), 1, length(` + at + `)) = ` + at
	}
	if f.Local {
		b.WriteString(` AND account.local`)
	}
	if f.Remote {
		b.WriteString(` AND NOT account.local`)
	}
	switch f.State {
	case StateActive:
		b.WriteString(` AND account.suspended_at = 0`)
	case StatePending:
		people(`approved_at = 0`)
	case StateDisabled:
		people(`disabled_at <> 0`)
	case StateSilenced:
		b.WriteString(` AND account.silenced_at <> 0`)
	case StateSuspended:
		b.WriteString(` AND account.suspended_at <> 0`)
	case StateSensitized:
		b.WriteString(` AND account.sensitized_at <> 0`)
	}
	if f.Staff {
		people(`role <> 'member'`)
	}
	if len(f.Roles) > 0 {
		names := make([]string, len(f.Roles))
		for i, r := range f.Roles {
			names[i] = string(r)
		}
		people(`role IN TEXTS(` + arg(tx.textList(names)) + `)`)
	}
	if f.InvitedBy != 0 {
		people(`invite_id IN (SELECT id FROM invite WHERE site_id = $1 AND by_id = ` + arg(f.InvitedBy) + `) AND invite_id <> 0`)
	}
	if f.Email != "" {
		people(begins("email", f.Email))
	}
	if f.Username != "" {
		b.WriteString(` AND ` + begins("account.username", f.Username))
	}
	if f.DisplayName != "" {
		if w := words(clip(f.DisplayName)); len(w) > 0 { // the index of words knows where to look
			b.WriteString(` AND account.id IN (SELECT account_id FROM account_word
				WHERE site_id = $1 AND word >= ` + arg(w[0]) + ` AND word < ` + arg(w[0]+lastRune) + `)`)
		}
		b.WriteString(` AND ` + begins("account.display_name", f.DisplayName))
	}
	if f.Domain != "" {
		b.WriteString(` AND account.domain = ` + arg(f.Domain))
	}
	if f.Network.IsValid() {
		first, last := addressRange(f.Network)
		b.WriteString(` AND account.id IN (SELECT account_id FROM person_address
			WHERE site_id = $1 AND address >= ` + arg(first) + ` AND address <= ` + arg(last) + `)`)
	}
	return idPage(tx, "accounts", p, "account.id", b.String(), args...)
}

// PeopleOf returns the private halves of those of the accounts that are ours, in no order.
func (tx *Tx) PeopleOf(accounts []skein.ID) ([]*PersonState, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	return many(tx, "people", stateFields, `
		SELECT `+personState+` WHERE p.account_id IN LIST($2) AND p.site_id = $1`, tx.site, tx.list(accounts))
}

// Inviters returns by invite who made it.
func (tx *Tx) Inviters(invites []skein.ID) (map[skein.ID]skein.ID, error) {
	if len(invites) == 0 {
		return nil, nil
	}
	type row struct{ id, by skein.ID }
	list, err := many(tx, "inviters", func(r *row) []any { return []any{&r.id, &r.by} },
		`SELECT id, by_id FROM invite WHERE id IN LIST($2) AND site_id = $1`, tx.site, tx.list(invites))
	by := make(map[skein.ID]skein.ID, len(list))
	for _, r := range list {
		by[r.id] = r.by
	}
	return by, err
}
