package store

import (
	"context"

	"skein/internal/skein"
)

func pushFields(p *skein.PushSubscription) []any {
	return []any{&p.ID, &p.Account, &p.Token, &p.Session, &p.Endpoint, &p.P256dh, &p.Auth, &p.Standard, asJSON(&p.Alerts),
		&p.Policy, &p.Sealed, asTime(&p.CreatedAt)}
}

const pushColumns = `s.id, s.account_id, s.token_id, s.session_id, s.endpoint, s.p256dh, s.auth, s.standard, s.alerts, s.policy,
	s.sealed, s.created_at`

// pushLives: a subscription ends with the token or session that it was made with.
const pushLives = `(s.token_id <> 0 AND EXISTS (SELECT 1 FROM token WHERE token.id = s.token_id AND token.account_id = s.account_id)
	OR s.session_id <> 0 AND EXISTS (SELECT 1 FROM session WHERE session.id = s.session_id AND session.account_id = s.account_id))`

// SetPush stores the subscription of a token or session in place of the one before. An endpoint is one device's: what others
// had there ends (T158), but for the sessions that are known to be of the same browser.
func (tx *Tx) SetPush(p *skein.PushSubscription, beside []skein.ID) error {
	if _, err := tx.exec("end push elsewhere", `
		DELETE FROM push_subscription WHERE site_id = $1 AND (endpoint = $2 AND (session_id = 0 OR NOT (session_id IN LIST($5)))
			OR token_id = $3 AND session_id = $4)`,
		tx.site, p.Endpoint, p.Token, p.Session, tx.list(beside)); err != nil {
		return err
	}
	_, err := tx.exec("insert push", `
		INSERT INTO push_subscription (id, site_id, account_id, token_id, session_id, endpoint, p256dh, auth, standard, alerts, policy,
			sealed, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (site_id, token_id, session_id) DO UPDATE SET id = excluded.id, endpoint = excluded.endpoint,
			p256dh = excluded.p256dh, auth = excluded.auth, standard = excluded.standard, alerts = excluded.alerts,
			policy = excluded.policy, sealed = excluded.sealed, created_at = excluded.created_at`,
		p.ID, tx.site, p.Account, p.Token, p.Session, p.Endpoint, p.P256dh, p.Auth, p.Standard, object(p.Alerts), string(p.Policy),
		p.Sealed, ms(p.CreatedAt))
	return err
}

// ChangePush stores what an app wants to hear of.
func (tx *Tx) ChangePush(p *skein.PushSubscription) error {
	_, err := tx.exec("change push", `UPDATE push_subscription SET alerts = $3, policy = $4 WHERE site_id = $1 AND id = $2`,
		tx.site, p.ID, object(p.Alerts), string(p.Policy))
	return err
}

// PushOf returns the subscription of a token or session.
func (tx *Tx) PushOf(account, token, session skein.ID) (*skein.PushSubscription, error) {
	return one(tx, "push", pushFields, `
		SELECT `+pushColumns+` FROM push_subscription s
		WHERE s.site_id = $1 AND s.account_id = $2 AND s.token_id = $3 AND s.session_id = $4`, tx.site, account, token, session)
}

// Push returns a subscription whose token or session still counts.
func (tx *Tx) Push(id skein.ID) (*skein.PushSubscription, error) {
	return one(tx, "push", pushFields,
		`SELECT `+pushColumns+` FROM push_subscription s WHERE s.site_id = $1 AND s.id = $2 AND `+pushLives, tx.site, id)
}

// Pushes returns the subscriptions of accounts.
func (tx *Tx) Pushes(accounts []skein.ID) ([]*skein.PushSubscription, error) {
	return many(tx, "pushes", pushFields,
		`SELECT `+pushColumns+` FROM push_subscription s WHERE s.site_id = $1 AND s.account_id IN LIST($2)`, tx.site, tx.list(accounts))
}

// HasPushes tells whether anybody of the site has a subscription.
func (tx *Tx) HasPushes() (bool, error) {
	_, ok, err := value[skein.ID](tx, "any push", `SELECT id FROM push_subscription WHERE site_id = $1 LIMIT 1`, tx.site)
	return ok, err
}

// DeletePush removes a subscription.
func (tx *Tx) DeletePush(id skein.ID) error {
	_, err := tx.exec("remove push", `DELETE FROM push_subscription WHERE site_id = $1 AND id = $2`, tx.site, id)
	return err
}

// endPushes removes those subscriptions of an account whose token or session is gone.
func (tx *Tx) endPushes(account skein.ID) error {
	_, err := tx.exec("end pushes", `
		DELETE FROM push_subscription WHERE id IN (SELECT s.id FROM push_subscription s
			WHERE s.site_id = $1 AND s.account_id = $2 AND NOT `+pushLives+`)`, tx.site, account)
	return err
}

// unpush is what follows the end of tokens or sessions.
func (tx *Tx) unpush(account skein.ID) func([][]byte, error) ([][]byte, error) {
	return func(ended [][]byte, err error) ([][]byte, error) {
		if err != nil || len(ended) == 0 || account == 0 {
			return ended, err
		}
		return ended, tx.endPushes(account)
	}
}

// PrunePushes removes, on all sites, what tokens and sessions left behind that were pruned.
func (s *Shared) PrunePushes(ctx context.Context) error {
	return s.update(ctx, func(tx *Tx) error {
		_, err := tx.exec("prune pushes", `
			DELETE FROM push_subscription WHERE id IN (SELECT s.id FROM push_subscription s WHERE NOT `+pushLives+` LIMIT 10000)`)
		return err
	})
}

// PushKey returns the site's key for push, nil if it has none yet.
func (tx *Tx) PushKey() ([]byte, error) {
	key, _, err := value[[]byte](tx, "push key", `SELECT private FROM push_key WHERE site_id = $1`, tx.site)
	return key, err
}

// AddPushKey gives the site a key for push, unless it has one.
func (tx *Tx) AddPushKey(private []byte) error {
	_, err := tx.exec("insert push key", `
		INSERT INTO push_key (site_id, private, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tx.site, private, ms(tx.Now()))
	return err
}
