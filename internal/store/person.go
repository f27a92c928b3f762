package store

import (
	"time"

	"skein/internal/skein"
)

const personColumns = `p.account_id, p.site_id, p.email, p.password, p.role, p.locale, p.reason, p.prefs, p.app_id,
	p.invite_id, p.created_at, p.confirmed_at, p.approved_at, p.disabled_at, p.seen_at, p.notice_id`

func personFields(u *skein.User) []any {
	return []any{&u.Account, &u.Site, &u.Email, &u.Password, &u.Role, &u.Locale, &u.Reason, asJSON(&u.Prefs), &u.App,
		&u.Invite, asTime(&u.CreatedAt), asTime(&u.ConfirmedAt), asTime(&u.ApprovedAt), asTime(&u.DisabledAt),
		asTime(&u.SeenAt), &u.Notice}
}

// PersonState is a person with the name of their account.
type PersonState struct {
	skein.User
	Username string
}

const personState = personColumns + `,
	CASE WHEN a.deleted_at <> 0 THEN a.deleted_at ELSE a.suspended_at END, a.username
	FROM person p JOIN account a ON a.id = p.account_id`

func stateFields(s *PersonState) []any {
	return append(personFields(&s.User), asTime(&s.SuspendedAt), &s.Username)
}

// Person returns the private half of a local account.
func (tx *Tx) Person(account skein.ID) (*PersonState, error) {
	return one(tx, "person", stateFields,
		`SELECT `+personState+` WHERE p.site_id = $1 AND p.account_id = $2`, tx.site, account)
}

// PersonByName finds a person by user name, in lower case.
func (tx *Tx) PersonByName(lower string) (*PersonState, error) {
	return one(tx, "person", stateFields,
		`SELECT `+personState+` WHERE a.site_id = $1 AND a.local AND a.username_lower = $2`, tx.site, lower)
}

// PersonByEmail finds whom a mailbox belongs to: who confirmed it, else who asked for it last.
func (tx *Tx) PersonByEmail(key string) (*PersonState, error) {
	return one(tx, "person", stateFields, `
		SELECT `+personState+` WHERE p.site_id = $1 AND p.email_key = $2
		ORDER BY CASE WHEN p.confirmed_at <> 0 THEN 0 ELSE 1 END, p.account_id DESC LIMIT 1`, tx.site, key)
}

// PendingPeople returns who has confirmed an address and waits to be let in, the oldest first.
func (tx *Tx) PendingPeople(limit int) ([]*PersonState, error) {
	return many(tx, "pending people", stateFields, `
		SELECT `+personState+` WHERE p.site_id = $1 AND p.approved_at = 0 AND p.confirmed_at <> 0
		ORDER BY p.account_id LIMIT $2`, tx.site, limit)
}

// People returns who signs in on a site, below an ID, the newest first.
func (tx *Tx) People(below skein.ID, limit int) ([]*PersonState, error) {
	if below == 0 {
		below = 1<<63 - 1
	}
	return many(tx, "people", stateFields, `
		SELECT `+personState+` WHERE p.site_id = $1 AND p.account_id < $2
		ORDER BY p.account_id DESC LIMIT $3`, tx.site, below, limit)
}

// EmailConfirmed tells whether somebody has confirmed a mailbox.
func (tx *Tx) EmailConfirmed(key string) (bool, error) {
	_, ok, err := value[skein.ID](tx, "mail address",
		`SELECT account_id FROM person WHERE site_id = $1 AND email_key = $2 AND confirmed_at <> 0`, tx.site, key)
	return ok, err
}

// NameTaken tells whether a user name (lower case), or one that looks like it, belongs to somebody or did.
func (tx *Tx) NameTaken(lower, key string) (bool, error) {
	n, _, err := value[int64](tx, "user name", `
		SELECT (SELECT count(*) FROM account WHERE site_id = $1 AND local AND username_lower = $2) +
			(SELECT count(*) FROM person WHERE site_id = $1 AND name_key = $3)`, tx.site, lower, key)
	return n > 0, err
}

// InsertPerson adds the private half of a local account.
func (tx *Tx) InsertPerson(u *skein.User, nameKey, emailKey string) error {
	_, err := tx.exec("insert person", `
		INSERT INTO person (account_id, site_id, name_key, email, email_key, password, role, locale, reason, prefs, app_id,
			invite_id, created_at, confirmed_at, approved_at, seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		u.Account, tx.site, nameKey, u.Email, emailKey, u.Password, string(u.Role), u.Locale, u.Reason, object(u.Prefs),
		u.App, u.Invite, ms(u.CreatedAt), ms(u.ConfirmedAt), ms(u.ApprovedAt), ms(u.SeenAt))
	return err
}

// UpdatePerson stores all of a person but the times of use.
func (tx *Tx) UpdatePerson(u *skein.User, emailKey string) error {
	_, err := tx.exec("update person", `
		UPDATE person SET email = $3, email_key = $4, password = $5, role = $6, locale = $7, reason = $8, prefs = $9,
			confirmed_at = $10, approved_at = $11, disabled_at = $12
		WHERE site_id = $1 AND account_id = $2`,
		tx.site, u.Account, u.Email, emailKey, u.Password, string(u.Role), u.Locale, u.Reason, object(u.Prefs),
		ms(u.ConfirmedAt), ms(u.ApprovedAt), ms(u.DisabledAt))
	tx.accountChanged(u.Account)
	return err
}

// SetPrefs stores a person's settings.
func (tx *Tx) SetPrefs(account skein.ID, p skein.Prefs) error {
	_, err := tx.exec("set preferences", `UPDATE person SET prefs = $3 WHERE site_id = $1 AND account_id = $2`,
		tx.site, account, object(p))
	tx.accountChanged(account)
	return err
}

// SetLocale stores the language that letters and pushes to a person are written in.
func (tx *Tx) SetLocale(account skein.ID, locale string) error {
	n, err := tx.exec("set language", `UPDATE person SET locale = $3 WHERE site_id = $1 AND account_id = $2`, tx.site, account, locale)
	if err == nil && n == 0 {
		return skein.ErrNotFound
	}
	tx.accountChanged(account)
	return err
}

// SignsIn notes that a person proved to know the password that is stored, puts a fresh hash in its place, and tells
// whether it still is the one: whoever changes it at the same moment waits for this, or this for them.
func (tx *Tx) SignsIn(account skein.ID, hash, fresh string) (bool, error) {
	n, err := tx.exec("sign in", `
		UPDATE person SET seen_at = $3, password = $5
		WHERE site_id = $1 AND account_id = $2 AND password = $4 AND disabled_at = 0`,
		tx.site, account, ms(tx.Now()), hash, fresh)
	if hash != fresh {
		tx.accountChanged(account)
	}
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.personDay(account)
}

// PersonSeen notes that a person was here, once a day at most.
func (tx *Tx) PersonSeen(account skein.ID) error {
	now := tx.Now()
	_, err := tx.exec("note visit", `
		UPDATE person SET seen_at = $3 WHERE site_id = $1 AND account_id = $2 AND seen_at < $4`,
		tx.site, account, ms(now), ms(now.UTC().Truncate(day)))
	if err != nil {
		return err
	}
	return tx.personDay(account)
}

const day = 24 * time.Hour

// DeletePerson removes all that a person signs in with. The account is another matter.
func (tx *Tx) DeletePerson(account skein.ID) error {
	if err := tx.deleteFactors(account); err != nil {
		return err
	}
	for _, q := range []string{
		`DELETE FROM session WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM person_day WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM token WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM push_subscription WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM oauth_code WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM mail_token WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM person_address WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM person WHERE site_id = $1 AND account_id = $2`,
	} {
		if _, err := tx.exec("delete person", q, tx.site, account); err != nil {
			return err
		}
	}
	tx.accountChanged(account)
	return nil
}

// DeleteUnborn removes an account that never was seen outside, because its person was not let in: the name is free again.
func (tx *Tx) DeleteUnborn(account skein.ID) error {
	if err := tx.DeletePerson(account); err != nil {
		return err
	}
	if err := tx.indexAccount(&skein.Account{ID: account, DeletedAt: tx.Now()}); err != nil {
		return err
	}
	if err := tx.dropNotifications("forget who was not let in", `actor_id = $2`, account); err != nil { // those of staff: few
		return err
	}
	for _, q := range []string{
		`DELETE FROM notification WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM notification_request WHERE site_id = $1 AND actor_id = $2`,
		`DELETE FROM actor_key WHERE site_id = $1 AND account_id = $2`,
		`DELETE FROM account WHERE site_id = $1 AND id = $2 AND local`,
	} {
		if _, err := tx.exec("delete account", q, tx.site, account); err != nil {
			return err
		}
	}
	return nil
}

// IsTaken tells whether an insert was refused because something of its name is there already.
func IsTaken(err error) bool { return isUnique(err) }

// Whose is an account and its site.
type Whose struct{ Site, ID skein.ID }

// WithFields returns those of the people of all sites who have rows on their profile, one share of so many.
func (tx *Tx) WithFields(shares, share, limit int) ([]*Whose, error) {
	return many(tx, "people with fields", func(w *Whose) []any { return []any{&w.Site, &w.ID} }, `
		SELECT a.site_id, a.id FROM person p JOIN account a ON a.id = p.account_id
		WHERE p.account_id % $1 = $2 AND a.deleted_at = 0 AND a.suspended_at = 0 AND a.fields NOT IN ('', '[]', 'null')
		LIMIT $3`, shares, share, limit)
}
