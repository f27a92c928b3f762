package identity

import (
	"context"
	"time"

	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// Somebody who has a second step and lost it, and the recovery codes, and every passkey, gets the account back by their
// mailbox alone, but not at once: for some days anybody who is signed in, and whoever reads the mailbox, is told and may stop
// it (docs/decisions/0035-recovery.md).

// recoveryOpen is how long an account may be taken back once the wait is over.
const recoveryOpen = 7 * 24 * time.Hour

// RequestRecovery asks for a letter with a link that begins the wait. The answer is always the same (T145).
func (s *Service) RequestRecovery(ctx context.Context, site skein.ID, email string) error {
	return s.askMail(ctx, site, email, skein.LetterRecover)
}

// recoveryLinks are what the links of letters are for.
var recoveryLinks = map[skein.Letter]string{skein.LetterReset: forReset, skein.LetterRecover: forRecover, skein.LetterReady: forRecovered}

// recoveryLetter decides which letter somebody gets who asks for their account, or whose wait is over. Who has no second step
// needs no more than a new password.
func (s *Service) recoveryLetter(tx *store.Tx, p *store.PersonState, e *skein.MailDue) (ok bool, wait *skein.Recovery, err error) {
	if p.ConfirmedAt.IsZero() || !p.DisabledAt.IsZero() || !p.SuspendedAt.IsZero() {
		return false, nil, nil
	}
	on, err := stepOn(tx, p.Account)
	if err != nil {
		return false, nil, err
	}
	if !on {
		e.Letter = skein.LetterReset
		return true, nil, nil
	}
	wait, err = tx.Recovery(p.Account)
	if skein.KindOf(err) == skein.NotFound {
		return e.Letter == skein.LetterRecover, nil, nil
	}
	if err != nil {
		return false, nil, err
	}
	switch now := tx.Now(); {
	case now.After(wait.ReadyAt.Add(recoveryOpen)): // nobody came: anew
		_, err = tx.DeleteRecovery(p.Account)
		return err == nil && e.Letter == skein.LetterRecover, nil, err
	case now.Before(wait.ReadyAt):
		if e.Letter == skein.LetterReady {
			return false, nil, nil
		}
		e.Letter = skein.LetterReady // it says when, and has no link
		return true, wait, nil
	}
	e.Letter = skein.LetterReady
	return true, wait, nil
}

// stopLink makes the link that stops a wait; an earlier one works no more.
func stopLink(tx *store.Tx, account skein.ID) (token string, wait *skein.Recovery, err error) {
	wait, err = tx.Recovery(account)
	if skein.KindOf(err) == skein.NotFound { // stopped meanwhile: the letter still says that it was asked for
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	token, hash := password.Token()
	return token, wait, tx.StopLink(account, hash)
}

// CheckRecoveryLink tells whom a link of a letter belongs to, without using it up: one that begins a wait, or one that ends it.
func (s *Service) CheckRecoveryLink(ctx context.Context, site skein.ID, token string, ends bool) (email string, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		t, err := tx.MailToken(password.TokenHash(token))
		want := forRecover
		if ends {
			want = forRecovered
		}
		if skein.KindOf(err) == skein.NotFound || err == nil && (t.Purpose != want || tx.Now().Sub(t.CreatedAt) > linkAge) {
			return ErrLink
		}
		if err == nil {
			email = t.Email
		}
		return err
	})
	return email, err
}

// BeginRecovery begins the wait with the link of a letter. Everybody who is signed in is told.
func (s *Service) BeginRecovery(ctx context.Context, site skein.ID, token string, by Browser) (wait *skein.Recovery, err error) {
	st, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	days := st.Extra.RecoveryDays
	if days == 0 {
		days = skein.RecoveryWait
	}
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		_, p, err := take(tx, token, forRecover)
		if err != nil {
			return err
		}
		now := tx.Now()
		wait = &skein.Recovery{Account: p.Account, Agent: cut(by.Agent, 200), Address: shortAddress(by.Address), AskedAt: now,
			ReadyAt: now.AddDate(0, 0, days)}
		_, hash := password.Token() // until the letter has one that somebody knows
		fresh, err := tx.InsertRecovery(wait, hash)
		if err != nil {
			return err
		}
		if !fresh {
			wait, err = tx.Recovery(p.Account)
			return err
		}
		by.Session = 0 // whoever is signed in here is told as well
		if err := s.note(tx, p.Account, skein.SecurityRecoveryAsked, "", by); err != nil {
			return err
		}
		return tx.EmitAt(wait.ReadyAt, skein.RecoveryDue{Site: site, Account: p.Account})
	})
	if err != nil {
		return nil, err
	}
	return wait, nil
}

// RecoveryReady is the effect of skein.RecoveryDue: the person gets a letter with a link that ends the wait.
func (s *Service) RecoveryReady(ctx context.Context, e skein.RecoveryDue) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		wait, err := tx.Recovery(e.Account)
		if skein.KindOf(err) == skein.NotFound || err == nil && tx.Now().Before(wait.ReadyAt) {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := tx.Person(e.Account)
		if err != nil {
			return err
		}
		return tx.Emit(skein.MailDue{Site: e.Site, To: p.Email, Letter: skein.LetterReady, Account: e.Account})
	})
}

// Recover ends the wait: with a new password and without any of the factors that are lost.
func (s *Service) Recover(ctx context.Context, site skein.ID, token, pw string, by Browser) error {
	if _, err := s.CheckRecoveryLink(ctx, site, token, true); err != nil {
		return err
	}
	if err := faults(checkPassword(pw, "", "")); err != nil {
		return err
	}
	hash, err := s.hash(ctx, pw)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		_, p, err := take(tx, token, forRecovered)
		if err != nil {
			return err
		}
		wait, err := tx.Recovery(p.Account)
		now := tx.Now()
		if skein.KindOf(err) == skein.NotFound || err == nil && (now.Before(wait.ReadyAt) || now.After(wait.ReadyAt.Add(recoveryOpen))) {
			return ErrLink // stopped, or too late
		}
		if err != nil {
			return err
		}
		if err := s.dropFactors(tx, p.Account, true); err != nil {
			return err
		}
		if err := s.setPassword(tx, p, hash); err != nil {
			return err
		}
		by.Session = 0
		return s.note(tx, p.Account, skein.SecurityRecovered, "", by)
	})
}

// Recovery tells whether somebody waits to take over the account of who is signed in; nil: nobody.
func (s *Service) Recovery(ctx context.Context, who skein.Viewer) (wait *skein.Recovery, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		wait, err = tx.Recovery(who.Account)
		return err
	})
	if skein.KindOf(err) == skein.NotFound {
		return nil, nil
	}
	return wait, err
}

// StopRecovery stops a wait: whoever is signed in may, in any browser.
func (s *Service) StopRecovery(ctx context.Context, who skein.Viewer, by Browser) error {
	if who.Visitor() {
		return errNobody
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return s.stop(tx, who.Account, by) })
}

// CheckStopLink tells whether the link of a letter stops a wait, without using it up.
func (s *Service) CheckStopLink(ctx context.Context, site skein.ID, token string) error {
	return s.DB.View(ctx, site, func(tx *store.Tx) error {
		_, err := tx.RecoveryByStop(password.TokenHash(token))
		if skein.KindOf(err) == skein.NotFound {
			return ErrLink
		}
		return err
	})
}

// StopRecoveryByLink stops a wait with the link of a letter.
func (s *Service) StopRecoveryByLink(ctx context.Context, site skein.ID, token string, by Browser) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		wait, err := tx.RecoveryByStop(password.TokenHash(token))
		if skein.KindOf(err) == skein.NotFound {
			return ErrLink
		}
		if err != nil {
			return err
		}
		by.Session = 0
		return s.stop(tx, wait.Account, by)
	})
}

func (s *Service) stop(tx *store.Tx, account skein.ID, by Browser) error {
	was, err := tx.DeleteRecovery(account)
	if err != nil {
		return err
	}
	if !was {
		return skein.ErrNotFound
	}
	if err := tx.DeleteMailTokens(account, forRecovered); err != nil {
		return err
	}
	return s.note(tx, account, skein.SecurityRecoveryStopped, "", by)
}
