package identity

import (
	"context"
	"crypto/sha256"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// ErrToken is the answer for a token or session that nobody has, has any more, or has on another site (T197).
var ErrToken error = &skein.Error{Kind: skein.Unauthorized, Text: "The access token is invalid"}

// BySession returns what a browser's session allows, or ErrToken. Somebody who is not confirmed, not let in or locked out
// has a grant all the same, for the few calls that are open to them: Ready tells whether they may do anything else. What
// the grant points to is shared: do not change it.
func (s *Service) BySession(ctx context.Context, site skein.ID, token string) (*skein.Grant, error) {
	return s.grant(ctx, secret{site, true, sha256.Sum256([]byte(token))}, s.loadSession)
}

// ByToken is BySession for a bearer token of OAuth. The grant of an app itself has no user.
func (s *Service) ByToken(ctx context.Context, site skein.ID, bearer string) (*skein.Grant, error) {
	return s.ByTokenFrom(ctx, site, bearer, "")
}

// ByTokenFrom is ByToken for a request that came from an address, which is noted once a day.
func (s *Service) ByTokenFrom(ctx context.Context, site skein.ID, bearer, address string) (*skein.Grant, error) {
	return s.grant(ctx, secret{site, false, sha256.Sum256([]byte(bearer))}, func(ctx context.Context, k secret) (*grant, error) {
		return s.loadToken(ctx, k, address)
	})
}

func (s *Service) grant(ctx context.Context, k secret, load func(context.Context, secret) (*grant, error)) (*skein.Grant, error) {
	g, err := s.grants.Load(ctx, k, load)
	if skein.KindOf(err) == skein.NotFound {
		return nil, ErrToken
	}
	if err != nil {
		return nil, err
	}
	out := &skein.Grant{
		Viewer:  skein.Viewer{Site: k.site, Account: g.account},
		Token:   g.token,
		Session: g.session,
		App:     g.app,
		Scopes:  g.scopes,
		Notice:  g.notice,
	}
	if g.account == 0 {
		return out, nil
	}
	if out.User, err = s.User(ctx, k.site, g.account); skein.KindOf(err) == skein.NotFound {
		return nil, ErrToken // the person left
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Ready tells whether the person of a grant may act: nil, or the sentence why not. An app itself always may.
func Ready(g *skein.Grant) error {
	if g.User == nil {
		return nil
	}
	return g.User.Ready()
}

// User returns the private half of a local account. It is shared: do not change it.
func (s *Service) User(ctx context.Context, site, account skein.ID) (*skein.User, error) {
	u, err := s.people.Load(ctx, account, func(ctx context.Context, account skein.ID) (u *skein.User, err error) {
		err = s.DB.View(ctx, site, func(tx *store.Tx) error {
			p, err := tx.Person(account)
			if err == nil {
				u = &p.User
			}
			return err
		})
		return u, err
	})
	if err != nil {
		return nil, err
	}
	if u.Site != site {
		return nil, skein.ErrNotFound
	}
	return u, nil
}

// Account returns somebody's own account.
func (s *Service) Account(ctx context.Context, who skein.Viewer) (a *skein.Account, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		a, err = tx.Account(who.Account)
		return err
	})
	return a, err
}

// anotherDay tells whether a use is to be noted: the first of each day. Finer would cost a write for each request.
func anotherDay(last, now time.Time) bool {
	return now.UTC().Truncate(24 * time.Hour).After(last)
}

func (s *Service) loadSession(ctx context.Context, k secret) (*grant, error) {
	var ses *skein.Session
	err := s.DB.View(ctx, k.site, func(tx *store.Tx) (err error) {
		ses, err = tx.SessionByHash(k.hash[:])
		return err
	})
	if err != nil {
		return nil, err
	}
	now := s.DB.Now()
	if now.Sub(ses.SeenAt) > sessionIdle || now.Sub(ses.CreatedAt) > sessionAge {
		return nil, skein.ErrNotFound
	}
	if anotherDay(ses.SeenAt, now) {
		s.seen(ctx, k.site, ses.Account, ses.Address, func(tx *store.Tx) error { return tx.TouchSession(ses.ID) })
	}
	return &grant{session: ses.ID, account: ses.Account, scopes: everything, notice: ses.Notice}, nil
}

func (s *Service) loadToken(ctx context.Context, k secret, address string) (*grant, error) {
	var t *store.Token
	err := s.DB.View(ctx, k.site, func(tx *store.Tx) (err error) {
		t, err = tx.TokenByHash(k.hash[:])
		return err
	})
	if err != nil {
		return nil, err
	}
	if anotherDay(t.SeenAt, s.DB.Now()) {
		s.seen(ctx, k.site, t.Account, address, func(tx *store.Tx) error { return tx.TouchToken(t.ID) })
	}
	return &grant{token: t.ID, account: t.Account, app: t.App, scopes: t.Scopes}, nil
}

// seen notes a use. It is only for people to look at, so what goes wrong does not stop the request.
func (s *Service) seen(ctx context.Context, site, account skein.ID, address string, touch func(*store.Tx) error) {
	err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if err := touch(tx); err != nil {
			return err
		}
		if account == 0 {
			return nil
		}
		if err := tx.SeenFrom(account, address); err != nil {
			return err
		}
		return tx.PersonSeen(account)
	})
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("last use not noted", "error", err)
	}
}

// revokeLater forgets sessions and tokens once the transaction that removed them is committed, and lets open streams look
// again (T140).
func (s *Service) revokeLater(tx *store.Tx, account skein.ID, sessions, tokens [][]byte) {
	site := tx.Site()
	tx.OnCommit(func() {
		for _, h := range sessions {
			s.grants.Drop(secret{site, true, [32]byte(h)})
		}
		for _, h := range tokens {
			s.grants.Drop(secret{site, false, [32]byte(h)})
		}
		if s.Revoked != nil && account != 0 && len(sessions)+len(tokens) > 0 {
			s.Revoked(account)
		}
	})
}

// revokeAll ends everything an account is signed in with, and every link and code that could begin it anew.
func (s *Service) revokeAll(tx *store.Tx, account skein.ID) error {
	// Codes go before tokens: an exchange under way holds its code until its token can be seen.
	if err := tx.DeleteCodes(account); err != nil {
		return err
	}
	if err := tx.DeleteMailTokens(account, ""); err != nil {
		return err
	}
	sessions, err := tx.DeleteSessions(account, 0)
	if err != nil {
		return err
	}
	tokens, err := tx.DeleteTokens(account)
	if err != nil {
		return err
	}
	s.revokeLater(tx, account, sessions, tokens)
	return nil
}
