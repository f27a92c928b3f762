package identity

import (
	"context"
	"strings"
	"time"

	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// How long a session lives (T150): unused, and at all. And how many one account has.
const (
	sessionIdle = 90 * 24 * time.Hour
	sessionAge  = 365 * 24 * time.Hour
	maxSessions = 50
)

// Tries of one account's password (T143).
const (
	tries       = 25
	triesWindow = time.Hour
)

// errSignIn never says which of the two was wrong (T41, T145).
var errSignIn error = &skein.Error{Kind: skein.Unauthorized,
	Text: "That name and password don't belong together. Check both and try again."}

var errTries error = &skein.Error{Kind: skein.Busy,
	Text: "There were too many attempts. Wait an hour, or choose a new password by mail."}

// Entry is what signing in leads to: a session, or a second step before there is one.
type Entry struct {
	Token string
	User  *skein.User
	Step  string // sealed; what the second step is taken with. Empty: nothing is missing
}

// SignIn checks a password and begins a session, or the second step of it. Somebody who is not confirmed or not let in yet may sign in to see that
// they wait (User.Ready tells); who is locked out may not.
func (s *Service) SignIn(ctx context.Context, site skein.ID, nameOrEmail, pw string, by Browser) (*Entry, error) {
	p, key, err := s.lookup(ctx, site, nameOrEmail)
	if err != nil {
		return nil, err
	}
	if s.Limit != nil && !s.Limit.Take(key, tries, triesWindow).OK {
		return nil, errTries
	}
	if p == nil {
		// As dear as a wrong password, so that time does not tell who has an account.
		if err := s.Password.Dummy(ctx, pw); asBusy(err) == errBusy || ctx.Err() != nil {
			return nil, asBusy(err)
		}
		return nil, errSignIn
	}
	ok, rehash, err := s.Password.Verify(ctx, p.Password, pw)
	if asBusy(err) == errBusy || ctx.Err() != nil {
		return nil, asBusy(err)
	}
	if !ok { // also a password that is too long, or a stored hash of no known form
		return nil, errSignIn
	}
	if s.Limit != nil {
		s.Limit.Reset(key)
	}
	if !p.DisabledAt.IsZero() || !p.SuspendedAt.IsZero() {
		return nil, p.Ready()
	}
	fresh := p.Password
	if rehash {
		if h, err := s.hash(ctx, pw); err == nil { // else the old one still does
			fresh = h
		}
	}
	out := &Entry{User: &p.User}
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		still, err := tx.SignsIn(p.Account, p.Password, fresh)
		if err != nil {
			return err
		}
		if !still { // changed while we computed
			return errSignIn
		}
		second, err := stepOn(tx, p.Account)
		if err != nil {
			return err
		}
		if second {
			out.Step, err = s.sealJSON(firstStep{p.Account, passwordHash(fresh), tx.Now()}, stepPlace(site))
			return err
		}
		out.Token, err = s.enter(tx, p.Account, by)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// lookup finds a person by user name, handle on this site, or mail address; nil if there is none. The key names the
// person for limits, however they were written.
func (s *Service) lookup(ctx context.Context, site skein.ID, name string) (p *store.PersonState, key string, err error) {
	name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "@"))
	key = "signin/" + site.String() + "/" + name
	if name == "" || len(name) > 2*maxEmail {
		return nil, "signin/" + site.String(), nil
	}
	st, err := s.Site(ctx, site)
	if err != nil {
		return nil, "", err
	}
	handle := strings.TrimSuffix(name, "@"+st.Domain)
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		if strings.Contains(name, "@") {
			if p, err = tx.PersonByEmail(emailKey(name)); skein.KindOf(err) != skein.NotFound {
				return err
			}
		}
		p, err = tx.PersonByName(handle)
		return err
	})
	if skein.KindOf(err) == skein.NotFound {
		return nil, key, nil
	}
	if err != nil {
		return nil, "", err
	}
	return p, "signin/" + site.String() + "/#" + p.Account.String(), nil
}

// Begin makes a session for somebody who has just proved who they are in another way than by a password: the person who
// signed up in this very browser, or followed a link to it.
func (s *Service) Begin(ctx context.Context, site, account skein.ID, by Browser) (token string, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Person(account)
		if err != nil {
			return err
		}
		if !p.DisabledAt.IsZero() || !p.SuspendedAt.IsZero() {
			return p.Ready()
		}
		token, err = s.enter(tx, account, by)
		return err
	})
	return token, err
}

// enter begins a session for somebody who signs in.
func (s *Service) enter(tx *store.Tx, account skein.ID, by Browser) (token string, err error) {
	if token, by.Session, err = s.begin(tx, account, by); err != nil {
		return "", err
	}
	return token, s.noteEntry(tx, account, by)
}

// begin stores a session; always a new one, never one that a browser brought along (T123, T150).
func (s *Service) begin(tx *store.Tx, account skein.ID, by Browser) (string, skein.ID, error) {
	token, hash := password.Token()
	now := tx.Now()
	by.Session = tx.NewID()
	err := tx.InsertSession(&skein.Session{ID: by.Session, Account: account, Agent: cut(by.Agent, 200),
		Address: cut(by.Address, 64), CreatedAt: now, SeenAt: now}, hash)
	if err != nil {
		return "", 0, err
	}
	if err := tx.PersonSeen(account); err != nil {
		return "", 0, err
	}
	if err := tx.SeenFrom(account, by.Address); err != nil {
		return "", 0, err
	}
	old, err := tx.TrimSessions(account, maxSessions)
	if err == nil && len(old) > 0 {
		s.revokeLater(tx, account, old, nil)
	}
	return token, by.Session, err
}

func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// SignOut ends a session. One that has ended already is no error.
func (s *Service) SignOut(ctx context.Context, site skein.ID, sessionToken string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		hash := password.TokenHash(sessionToken)
		account, err := tx.DeleteSession(hash)
		if err == nil && account != 0 {
			s.revokeLater(tx, account, [][]byte{hash}, nil)
		}
		return err
	})
}

// Sessions lists where somebody is signed in, the last used first.
func (s *Service) Sessions(ctx context.Context, who skein.Viewer) (list []*skein.Session, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.Sessions(who.Account)
		return err
	})
	return list, err
}

// EndSession ends one of one's own sessions.
func (s *Service) EndSession(ctx context.Context, who skein.Viewer, id skein.ID) error {
	if who.Visitor() {
		return errNobody
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		hash, found, err := tx.DeleteSessionByID(who.Account, id)
		if err != nil {
			return err
		}
		if !found {
			return skein.ErrNotFound
		}
		s.revokeLater(tx, who.Account, [][]byte{hash}, nil)
		return nil
	})
}

// EndSessions ends all of one's own sessions but the one that asks.
func (s *Service) EndSessions(ctx context.Context, who skein.Viewer, but skein.ID) error {
	if who.Visitor() {
		return errNobody
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		hashes, err := tx.DeleteSessions(who.Account, but)
		if err == nil {
			s.revokeLater(tx, who.Account, hashes, nil)
		}
		return err
	})
}

var errNobody error = &skein.Error{Kind: skein.Unauthorized, Text: "This method requires an authenticated user"}
