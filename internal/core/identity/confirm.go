package identity

import (
	"context"
	"strings"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Confirm proves a mail address with the link of a letter, for the first time or in place of another.
func (s *Service) Confirm(ctx context.Context, site skein.ID, token string, by Browser) (*skein.User, error) {
	var u *skein.User
	err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
		t, p, err := take(tx, token, forConfirm, forChange)
		if err != nil {
			return err
		}
		u = &p.User
		if t.Purpose == forConfirm && (t.Email != p.Email || !p.ConfirmedAt.IsZero()) {
			return ErrLink // the person has given another address since
		}
		key := emailKey(t.Email)
		taken, err := tx.EmailConfirmed(key)
		if err != nil {
			return err
		}
		if taken && (p.ConfirmedAt.IsZero() || key != emailKey(p.Email)) {
			return errEmailTaken
		}
		if p.ConfirmedAt.IsZero() || key != emailKey(p.Email) {
			if err := barredNow(tx, t.Email); err != nil {
				return err
			}
		}
		first := p.ConfirmedAt.IsZero()
		if first {
			p.ConfirmedAt = tx.Now()
		}
		p.Email = t.Email
		if err := tx.UpdatePerson(&p.User, key); err != nil {
			return err
		}
		if err := tx.DeleteMailTokens(p.Account, ""); err != nil { // T144: also what went to the old address
			return err
		}
		if !first {
			return s.note(tx, p.Account, skein.SecurityEmail, "", by)
		}
		return tx.Emit(skein.SignedUp{Site: site, Account: p.Account})
	})
	if store.IsTaken(err) {
		err = errEmailTaken // by another who confirmed at the same moment
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

var errEmailTaken error = &skein.Error{Kind: skein.Conflict, Text: "This address belongs to an account here already. Sign in with it, or choose a new password."}

// Resend sends another confirmation to somebody who waits for it, to another address if one is given.
func (s *Service) Resend(ctx context.Context, who skein.Viewer, email string) error {
	if who.Visitor() {
		return errNobody
	}
	email = strings.TrimSpace(email)
	if email != "" {
		if err := faults(checkEmail(email, false)); err != nil {
			return err
		}
	}
	u, err := s.User(ctx, who.Site, who.Account)
	if err != nil {
		return err
	}
	if email == "" {
		email = u.Email
	}
	if err := s.throttleMail(who.Site, email); err != nil {
		return err
	}
	var met barrier
	if emailKey(email) != emailKey(u.Email) {
		if met, err = s.barrierFor(ctx, who.Site, email, ""); err != nil {
			return err
		}
		if met.refused != nil {
			return met.refused
		}
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		p, err := tx.Person(who.Account)
		if err != nil {
			return err
		}
		if !p.ConfirmedAt.IsZero() {
			return skein.Errorf(skein.Denied, "This method is only available while the e-mail is awaiting confirmation")
		}
		key := emailKey(email)
		if email != p.Email {
			p.Email = email
			if met.waits {
				p.ApprovedAt = time.Time{}
			}
			if err := tx.UpdatePerson(&p.User, key); err != nil {
				return err
			}
			if err := tx.DeleteMailTokens(p.Account, ""); err != nil {
				return err
			}
		}
		taken, err := tx.EmailConfirmed(key)
		if err != nil {
			return err
		}
		if taken {
			return tx.Emit(skein.MailDue{Site: who.Site, To: email, Letter: skein.LetterTaken})
		}
		return tx.Emit(skein.MailDue{Site: who.Site, To: email, Letter: skein.LetterConfirm, Account: p.Account})
	})
}

// Applicant is somebody who waits to be let in.
type Applicant struct {
	skein.User
	Username string
}

// Applicants lists who waits to be let in, the longest first. For those who may decide it: the caller checks.
func (s *Service) Applicants(ctx context.Context, site skein.ID, limit int) (list []Applicant, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		rows, err := tx.PendingPeople(limit)
		for _, p := range rows {
			list = append(list, Applicant{p.User, p.Username})
		}
		return err
	})
	return list, err
}

// Admit lets somebody in who waits for it, and writes to them. It is for another room, which checks who may.
func (s *Service) Admit(tx *store.Tx, account skein.ID) error {
	p, err := tx.Person(account)
	if err != nil || !p.ApprovedAt.IsZero() {
		return err
	}
	p.ApprovedAt = tx.Now()
	if err := tx.UpdatePerson(&p.User, emailKey(p.Email)); err != nil || p.ConfirmedAt.IsZero() {
		return err
	}
	return tx.Emit(skein.MailDue{Site: tx.Site(), To: p.Email, Letter: skein.LetterApproved, Account: account})
}

// Dismiss turns somebody away who waits to be let in: the account, which nobody outside ever saw, is removed. It is for
// another room, which checks who may.
func (s *Service) Dismiss(tx *store.Tx, account skein.ID) error {
	p, err := tx.Person(account)
	if err != nil {
		return err
	}
	if !p.ApprovedAt.IsZero() && !p.ConfirmedAt.IsZero() {
		return skein.Errorf(skein.Conflict, "@%s is a member already.", p.Username)
	}
	return s.deleteUnborn(tx, account)
}

// End signs an account out everywhere, within the transaction of those who suspend or disable it (T140).
func (s *Service) End(tx *store.Tx, account skein.ID) error { return s.revokeAll(tx, account) }

func (s *Service) deleteUnborn(tx *store.Tx, account skein.ID) error {
	if err := s.revokeAll(tx, account); err != nil {
		return err
	}
	return tx.DeleteUnborn(account)
}

// unconfirmedAge is how long a name is kept for somebody who never opens the link.
const unconfirmedAge = 7 * 24 * time.Hour

// addressAge is how long it is known from where somebody signed in.
const addressAge = 365 * 24 * time.Hour

// Prune forgets what nobody can use any more, on all sites; call it once a day (T96). People who never confirmed an
// address go, and their names are free again.
func (s *Service) Prune(ctx context.Context) error {
	now := s.DB.Now()
	for _, prune := range []func(tx *store.Tx) (bool, error){
		func(tx *store.Tx) (bool, error) { return tx.PruneIdentity(now.Add(-sessionIdle), now.Add(-sessionAge)) },
		func(tx *store.Tx) (bool, error) { return tx.PruneAddresses(now.Add(-addressAge)) },
		(*store.Tx).PruneBlocks,
		func(tx *store.Tx) (bool, error) {
			return tx.PruneFactors(now.Add(-2*questionAge), now.Add(-logAge), now.Add(-recoveryOpen))
		},
	} {
		if err := s.DB.Repeat(ctx, prune); err != nil {
			return err
		}
	}
	for {
		const batch = 100
		list, err := s.DB.Shared().Unconfirmed(ctx, now.Add(-unconfirmedAge), batch)
		if err != nil {
			return err
		}
		for _, v := range list {
			err := s.DB.Update(ctx, v.Site, func(tx *store.Tx) error {
				p, err := tx.Person(v.Account)
				if skein.KindOf(err) == skein.NotFound || err == nil && !p.ConfirmedAt.IsZero() {
					return nil // confirmed in this moment
				}
				if err != nil {
					return err
				}
				return s.deleteUnborn(tx, v.Account)
			})
			if err != nil {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
	}
}
