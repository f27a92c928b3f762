package identity

import (
	"context"
	"strings"

	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// ErrLink is the answer for a link of a letter that works no more.
var ErrLink error = &skein.Error{Kind: skein.NotFound,
	Text: "This link doesn't work any more. Links work once, and for an hour."}

// RequestReset asks for a link to choose a new password. The answer is always the same, and takes always the same time:
// whether there is such an account is looked up later, when the letter is written (T145).
func (s *Service) RequestReset(ctx context.Context, site skein.ID, email string) error {
	return s.askMail(ctx, site, email, skein.LetterReset)
}

// ResendConfirmation asks for another link to confirm an address, in the same way.
func (s *Service) ResendConfirmation(ctx context.Context, site skein.ID, email string) error {
	return s.askMail(ctx, site, email, skein.LetterConfirm)
}

func (s *Service) askMail(ctx context.Context, site skein.ID, email string, l skein.Letter) error {
	email = strings.TrimSpace(email)
	if err := faults(checkEmail(email, true)); err != nil {
		return err
	}
	if err := s.throttleMail(site, email); err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		return tx.Emit(skein.MailDue{Site: site, To: email, Letter: l})
	})
}

// CheckLink tells what a link of a letter is for, without using it up: the address it belongs to and whether it chooses a
// new password.
func (s *Service) CheckLink(ctx context.Context, site skein.ID, token string) (email string, reset bool, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		t, err := tx.MailToken(password.TokenHash(token))
		if skein.KindOf(err) == skein.NotFound || err == nil && tx.Now().Sub(t.CreatedAt) > linkAge {
			return ErrLink
		}
		if err == nil && (t.Purpose == forRecover || t.Purpose == forRecovered) { // see CheckRecoveryLink
			return ErrLink
		}
		if err == nil {
			email, reset = t.Email, t.Purpose == forReset
		}
		return err
	})
	return email, reset, err
}

// take uses a link up.
func take(tx *store.Tx, token string, purposes ...string) (*store.MailToken, *store.PersonState, error) {
	t, err := tx.TakeMailToken(password.TokenHash(token))
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil, ErrLink
	}
	if err != nil {
		return nil, nil, err
	}
	right := tx.Now().Sub(t.CreatedAt) <= linkAge
	fits := false
	for _, p := range purposes {
		fits = fits || t.Purpose == p
	}
	if !right || !fits {
		return nil, nil, ErrLink
	}
	p, err := tx.Person(t.Account)
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil, ErrLink
	}
	return t, p, err
}

// ResetPassword chooses a new password with the link of a letter. Everybody who was signed in is signed out (T140).
func (s *Service) ResetPassword(ctx context.Context, site skein.ID, token, pw string, by Browser) (*skein.User, error) {
	if _, reset, err := s.CheckLink(ctx, site, token); err != nil {
		return nil, err
	} else if !reset {
		return nil, ErrLink
	}
	if err := faults(checkPassword(pw, "", "")); err != nil {
		return nil, err
	}
	hash, err := s.hash(ctx, pw)
	if err != nil {
		return nil, err
	}
	var u *skein.User
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		_, p, err := take(tx, token, forReset)
		if err != nil {
			return err
		}
		u = &p.User
		if err := s.setPassword(tx, p, hash); err != nil {
			return err
		}
		return s.note(tx, p.Account, skein.SecurityReset, "", by)
	})
	if err != nil {
		return nil, err
	}
	if s.Limit != nil { // who was locked out by somebody's guesses gets in again
		s.Limit.Reset("signin/" + site.String() + "/#" + u.Account.String())
	}
	return u, nil
}

func (s *Service) setPassword(tx *store.Tx, p *store.PersonState, hash string) error {
	p.Password = hash
	if err := tx.UpdatePerson(&p.User, emailKey(p.Email)); err != nil {
		return err
	}
	if err := s.revokeAll(tx, p.Account); err != nil {
		return err
	}
	return tx.Emit(skein.MailDue{Site: p.Site, To: p.Email, Letter: skein.LetterChanged, Account: p.Account})
}

// SetPassword is for the operator, who needs no old password. Everybody who was signed in is signed out.
func (s *Service) SetPassword(ctx context.Context, site, account skein.ID, pw string) error {
	if err := faults(checkPassword(pw, "", "")); err != nil {
		return err
	}
	hash, err := s.hash(ctx, pw)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Person(account)
		if err != nil {
			return err
		}
		if err := s.setPassword(tx, p, hash); err != nil {
			return err
		}
		return s.note(tx, account, skein.SecurityReset, "", Browser{})
	})
}

// ErrOldPassword is the answer when somebody who is signed in does not know their own password.
var ErrOldPassword = faults([]skein.FieldError{{Field: "password", Code: "invalid", Text: "is not your password"}})

// ChangePassword lets somebody who knows the old password, or just proved who they are, choose a new one. All sessions and apps are signed out; the
// answer is a new session for the browser that asked.
func (s *Service) ChangePassword(ctx context.Context, who skein.Viewer, old, pw string, by Browser) (sessionToken string, err error) {
	p, err := s.sure(ctx, who, old, by)
	if err != nil {
		return "", err
	}
	if err := faults(checkPassword(pw, p.Username, p.Email)); err != nil {
		return "", err
	}
	hash, err := s.hash(ctx, pw)
	if err != nil {
		return "", err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		now, err := tx.Person(who.Account)
		if err != nil {
			return err
		}
		if now.Password != p.Password {
			return ErrOldPassword
		}
		if err := s.setPassword(tx, now, hash); err != nil {
			return err
		}
		if sessionToken, by.Session, err = s.begin(tx, who.Account, by); err != nil {
			return err
		}
		return s.note(tx, who.Account, skein.SecurityPassword, "", by)
	})
	return sessionToken, err
}

// ErrSure is the answer when somebody who is signed in has to prove who they are first.
var ErrSure error = &skein.Error{Kind: skein.Denied, Text: "Please confirm first that it is you, with your password or a passkey."}

// proven returns somebody who proved in their session a few minutes ago who they are.
func (s *Service) proven(tx *store.Tx, who skein.Viewer, by Browser) (*store.PersonState, error) {
	p, err := tx.Person(who.Account)
	if err != nil {
		return nil, err
	}
	at, err := tx.SessionProven(who.Account, by.Session)
	if err != nil {
		return nil, err
	}
	if !(skein.Sure{Account: who.Account, At: at}).Of(who.Account, tx.Now()) {
		return nil, ErrSure
	}
	return p, nil
}

// sure checks the password of somebody who is signed in, before what they could not take back (T150). Without one, they have
// just proved in their session who they are.
func (s *Service) sure(ctx context.Context, who skein.Viewer, pw string, by Browser) (p *store.PersonState, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	if pw == "" {
		err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
			p, err = s.proven(tx, who, by)
			return err
		})
		return p, err
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		p, err = tx.Person(who.Account)
		return err
	})
	if err != nil {
		return nil, err
	}
	key := "sure/" + who.Site.String() + "/" + who.Account.String()
	if s.Limit != nil && !s.Limit.Take(key, tries, triesWindow).OK {
		return nil, errTries
	}
	ok, _, err := s.Password.Verify(ctx, p.Password, pw)
	if asBusy(err) == errBusy || ctx.Err() != nil {
		return nil, asBusy(err)
	}
	if !ok {
		return nil, ErrOldPassword
	}
	if s.Limit != nil {
		s.Limit.Reset(key)
	}
	return p, nil
}

// Prove lets a session do for a few minutes what takes more than being signed in, by the password.
func (s *Service) Prove(ctx context.Context, who skein.Viewer, pw string, by Browser) error {
	if pw == "" || by.Session == 0 {
		return ErrOldPassword
	}
	if _, err := s.sure(ctx, who, pw, by); err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return tx.ProveSession(who.Account, by.Session) })
}

// ProvePassword gives somebody who is signed in the proof that they are who they are, for what takes more than a session: by
// their password, or, without one, by what they proved in their session a few minutes ago.
func (s *Service) ProvePassword(ctx context.Context, who skein.Viewer, pw string, by Browser) (skein.Sure, error) {
	p, err := s.sure(ctx, who, pw, by)
	if err != nil {
		return skein.Sure{}, err
	}
	return skein.Sure{Account: p.Account, At: s.DB.Now()}, nil
}

// ChangeEmail asks for another mail address. It becomes theirs when the link in the letter to it is opened; the old
// address is told.
func (s *Service) ChangeEmail(ctx context.Context, who skein.Viewer, pw, email string, by Browser) error {
	email = strings.TrimSpace(email)
	if err := faults(checkEmail(email, false)); err != nil {
		return err
	}
	p, err := s.sure(ctx, who, pw, by)
	if err != nil {
		return err
	}
	if err := p.Ready(); err != nil {
		return err
	}
	if err := s.throttleMail(who.Site, email); err != nil {
		return err
	}
	if emailKey(email) != emailKey(p.Email) {
		met, err := s.barrierFor(ctx, who.Site, email, "")
		if err != nil {
			return err
		}
		if met.refused != nil {
			return met.refused
		}
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		taken, err := tx.EmailConfirmed(emailKey(email))
		if err != nil {
			return err
		}
		fresh := skein.MailDue{Site: who.Site, To: email, Letter: skein.LetterConfirm, Account: who.Account}
		if taken && emailKey(email) != emailKey(p.Email) {
			fresh = skein.MailDue{Site: who.Site, To: email, Letter: skein.LetterTaken}
		}
		if err := tx.Emit(fresh); err != nil {
			return err
		}
		return tx.Emit(skein.MailDue{Site: who.Site, To: p.Email, Letter: skein.LetterAddress, Account: who.Account})
	})
}
