package identity

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	kitmail "skein/internal/kit/mail"
	"skein/internal/kit/password"
	"skein/internal/kit/words"
	"skein/internal/skein"
	"skein/internal/store"
)

// linkAge is how long a link in a letter works (T144).
const linkAge = time.Hour

// What a link in a letter is for.
const (
	forConfirm = "confirm"
	forChange  = "change" // another address
	forReset   = "reset"

	forRecover   = "recover"   // begins the wait of somebody who lost all factors
	forRecovered = "recovered" // ends it with a new password
)

// How many letters an address gets in a while (T146).
const (
	letters       = 5
	lettersWindow = 30 * time.Minute
)

// throttleMail counts a letter to an address, whether there is an account or not, and refuses the one too many.
func (s *Service) throttleMail(site skein.ID, address string) error {
	if s.Limit == nil {
		return nil
	}
	if s.Limit.Take("mail/"+site.String()+"/"+emailKey(address), letters, lettersWindow).OK {
		return nil
	}
	return errBusy
}

// SendMail is the effect of skein.MailDue: it writes the letter, with a fresh link where it has one, and sends it. The
// link's token is made here, so that it stands nowhere but in the letter (T144). A letter that nobody will take is given
// up; other failures are tried again, and then an earlier link of the same kind no longer works.
func (s *Service) SendMail(ctx context.Context, e skein.MailDue) error {
	st, err := s.Site(ctx, e.Site)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	m := kitmail.Message{From: s.sender(st), To: e.To, Subject: e.Subject, Text: e.Text}
	if e.Letter != "" {
		ok, err := s.write(ctx, st, e, &m)
		if err != nil || !ok {
			return err
		}
	}
	if s.Mail == nil {
		s.Log.Warn("letter not sent: no outgoing mail is set up", "site", st.Domain, "letter", string(e.Letter))
		return nil
	}
	if err := s.Mail.Send(ctx, m); kitmail.Refused(err) {
		s.Log.Warn("letter refused", "site", st.Domain, "letter", string(e.Letter), "error", err)
		return nil
	} else if err != nil {
		return fmt.Errorf("send %s letter: %w", e.Letter, err)
	}
	return nil
}

// sender is whom letters of a site come from.
func (s *Service) sender(st *skein.Site) string {
	if s.MailFrom != "" {
		return s.MailFrom
	}
	host := st.Domain
	if u, err := url.Parse(st.Base); err == nil {
		host = u.Hostname()
	}
	return (&mail.Address{Name: st.Name, Address: "noreply@" + host}).String()
}

// write fills in a letter; false when there is nothing to write any more.
func (s *Service) write(ctx context.Context, st *skein.Site, e skein.MailDue, m *kitmail.Message) (ok bool, err error) {
	var p *store.PersonState
	var token, to string
	var event *skein.SecurityEvent
	var wait *skein.Recovery
	err = s.DB.Update(ctx, st.ID, func(tx *store.Tx) error {
		p, token, event, wait = nil, "", nil, nil
		if e.Account != 0 {
			p, err = tx.Person(e.Account)
		} else {
			p, err = tx.PersonByEmail(emailKey(e.To))
		}
		if skein.KindOf(err) == skein.NotFound {
			p = nil
			return nil
		}
		if err != nil {
			return err
		}
		// To the person's own address, not as somebody typed it: what is one mailbox to us may be two to its host, and the
		// address may be another by now.
		to = p.Email
		purpose, email := "", p.Email
		switch e.Letter {
		case skein.LetterAddress:
			to = e.To
		case skein.LetterConfirm:
			switch {
			case p.ConfirmedAt.IsZero():
				purpose = forConfirm
			case e.Account != 0:
				purpose, email, to = forChange, e.To, e.To
			default:
				e.Letter = skein.LetterTaken // asked for again by somebody who needs none
			}
		case skein.LetterReset:
			if p.ConfirmedAt.IsZero() {
				p = nil // who never proved an address gets no way in through it
				return nil
			}
			purpose = forReset
		case skein.LetterRecover, skein.LetterReady:
			var ok bool
			if ok, wait, err = s.recoveryLetter(tx, p, &e); err != nil || !ok {
				p = nil
				return err
			}
			if wait == nil || !tx.Now().Before(wait.ReadyAt) {
				purpose = recoveryLinks[e.Letter]
			}
		case skein.LetterSecurity:
			event, err = tx.SecurityEvent(p.Account, e.Event)
			if skein.KindOf(err) == skein.NotFound {
				p = nil
				return nil
			}
			if err == nil && event.Kind == skein.SecurityRecoveryAsked {
				token, wait, err = stopLink(tx, p.Account)
			}
			return err
		}
		if purpose == "" {
			return nil
		}
		var hash []byte
		token, hash = password.Token()
		return tx.InsertMailToken(&store.MailToken{ID: tx.NewID(), Account: p.Account, Purpose: purpose,
			Email: email, CreatedAt: tx.Now()}, hash)
	})
	if err != nil || p == nil {
		return false, err
	}
	subject, body := letter(e.Letter, st, p, token, event, wait)
	m.Subject, m.Text = subject, body
	m.To = to
	return subject != "", nil
}

// letter is the text of a letter, in the language of the account. Links begin with the site's own address, never with what
// a request said (T144).
func letter(l skein.Letter, st *skein.Site, p *store.PersonState, token string, event *skein.SecurityEvent, wait *skein.Recovery) (subject, body string) {
	name := oneLine(st.Name)
	w := words.In(p.Locale)
	slots := []string{"site", st.Domain, "name", "@" + p.Username}
	var lines []string
	switch l {
	case skein.LetterConfirm:
		subject = w.T("Confirm your address for {site}", "site", name)
		lines = []string{
			w.T("Somebody, most likely you, gave this address for the account {name} on {site}.", slots...),
			w.T("To confirm that it is yours, open this link within an hour:"),
			st.URL("/confirm?token=" + token),
			w.T("If it was not you, do nothing: without you nobody can use this address."),
		}
	case skein.LetterTaken:
		subject = w.T("You have an account on {site}", "site", name)
		lines = []string{
			w.T("Somebody, most likely you, tried to sign up on {site} with this address. It belongs to the account {name} already.", slots...),
			w.T("You can sign in here:") + " " + st.URL("/signin"),
			w.T("If you have forgotten the password:") + " " + st.URL("/reset"),
			w.T("If it was not you, there is nothing to do."),
		}
	case skein.LetterReset:
		subject = w.T("Choose a new password for {site}", "site", name)
		lines = []string{
			w.T("Somebody, most likely you, wants a new password for the account {name} on {site}.", slots...),
			w.T("To choose one, open this link within an hour:"),
			st.URL("/reset/new?token=" + token),
			w.T("If it was not you, do nothing: your password stays as it is."),
		}
	case skein.LetterChanged:
		subject = w.T("Your password for {site} was changed", "site", name)
		lines = []string{
			w.T("The password of the account {name} on {site} was changed, and every browser and app was signed out.", slots...),
			w.T("If it was not you, choose a new one now:") + " " + st.URL("/reset"),
		}
	case skein.LetterAddress:
		subject = w.T("Your address for {site} is about to change", "site", name)
		lines = []string{
			w.T("Somebody, most likely you, asked to use another email address for the account {name} on {site}.", slots...),
			w.T("If it was not you, change your password now:") + " " + st.URL("/reset"),
		}
	case skein.LetterMoved:
		subject = w.T("Your account on {site} has moved", "site", name)
		lines = []string{
			w.T("The account {name} on {site} says now that it has moved to another account, and its followers go there.", slots...),
			w.T("If it was not you, change your password now:") + " " + st.URL("/reset"),
			w.T("Then ask those who run the site to take the move back:") + " " + st.URL("/about"),
		}
	case skein.LetterSecurity, skein.LetterRecover, skein.LetterReady:
		subject, lines = securityLetter(l, st, p, token, event, wait)
	case skein.LetterApproved:
		subject = w.T("Welcome to {site}", "site", name)
		lines = []string{
			w.T("Your account {name} on {site} is ready.", slots...),
			w.T("Sign in here:") + " " + st.URL("/signin"),
		}
	}
	if len(lines) == 0 {
		return "", ""
	}
	return subject, strings.Join(lines, "\n\n") + "\n\n-- \n" + name + "\n" + st.Base + "\n"
}

// oneLine keeps a site's name within one short line (T131).
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}
