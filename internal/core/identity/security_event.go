package identity

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Browser is what is known of where a request comes from.
type Browser struct {
	Agent   string // what it says it is
	Address string
	Device  string   // tells it from others that say the same; empty: nothing does
	Session skein.ID // in which it is signed in; 0: in none
}

// How long the security log is kept, how long a browser is known that did not sign in again, and how many letters of new
// browsers an account gets in a while (T146).
const (
	logAge         = 365 * 24 * time.Hour
	browserAge     = 365 * 24 * time.Hour
	browserLetters = 10
)

// note writes an event into the security log of an account. Loud ones are a letter, and a notice in all browsers that are
// signed in but the one it comes from.
func (s *Service) note(tx *store.Tx, account skein.ID, kind skein.SecurityKind, name string, by Browser) error {
	e := &skein.SecurityEvent{
		ID: tx.NewID(), Account: account, Kind: kind, Name: cut(name, 200), Agent: cut(by.Agent, 200), Address: shortAddress(by.Address),
		Notice: loud[kind], CreatedAt: tx.Now(),
	}
	if by.Device != "" {
		sum := sha256.Sum256([]byte(by.Device))
		e.Device = sum[:16]
	}
	if err := tx.InsertSecurityEvent(e, by.Session); err != nil {
		return err
	}
	if e.Notice && s.Noticed != nil {
		tx.OnCommit(func() { s.Noticed(account) })
	}
	if !mailed[kind] {
		return nil
	}
	if kind == skein.SecurityNewBrowser && s.Limit != nil &&
		!s.Limit.Take("browser/"+tx.Site().String()+"/"+account.String(), browserLetters, time.Hour).OK {
		return nil
	}
	p, err := tx.Person(account)
	if err != nil {
		return err
	}
	return tx.Emit(skein.MailDue{Site: tx.Site(), To: p.Email, Letter: skein.LetterSecurity, Account: account, Event: e.ID})
}

// loud are the events that people are told of in the app.
var loud = map[skein.SecurityKind]bool{
	skein.SecurityNewBrowser: true, skein.SecurityPassword: true, skein.SecurityReset: true, skein.SecurityEmail: true,
	skein.SecurityPasskeyAdded: true, skein.SecurityPasskeyRemoved: true, skein.SecurityPasskeyRefused: true,
	skein.SecurityStepOn: true, skein.SecurityStepOff: true, skein.SecurityCodesMade: true, skein.SecurityCodeUsed: true,
	skein.SecurityFactorsReset: true, skein.SecurityRecoveryAsked: true, skein.SecurityRecoveryStopped: true, skein.SecurityRecovered: true,
}

// mailed are those that are a letter of LetterSecurity. A password and an address have letters of their own.
var mailed = map[skein.SecurityKind]bool{
	skein.SecurityNewBrowser: true, skein.SecurityPasskeyAdded: true, skein.SecurityPasskeyRemoved: true, skein.SecurityPasskeyRefused: true,
	skein.SecurityStepOn: true, skein.SecurityStepOff: true, skein.SecurityCodesMade: true, skein.SecurityCodeUsed: true,
	skein.SecurityFactorsReset: true, skein.SecurityRecoveryAsked: true, skein.SecurityRecoveryStopped: true,
}

// noteEntry writes down that somebody signed in, and whether with a browser that was not seen before. The first one of all
// is no news, and of one that nothing tells from others nobody knows.
func (s *Service) noteEntry(tx *store.Tx, account skein.ID, by Browser) error {
	kind := skein.SecuritySignedIn
	if by.Device != "" {
		sum := sha256.Sum256([]byte(by.Device))
		some, this, err := tx.Browsers(account, sum[:16], tx.Now().Add(-browserAge))
		if err != nil {
			return err
		}
		if some && !this {
			kind = skein.SecurityNewBrowser
		}
	}
	return s.note(tx, account, kind, "", by)
}

// shortAddress is what is kept of an address: enough to know one's own network by, not more.
func shortAddress(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	ip = ip.Unmap().WithZone("")
	bits := 24
	if ip.Is6() {
		bits = 48
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// SecurityLog is a page of what happened to how somebody signs in, the newest first.
func (s *Service) SecurityLog(ctx context.Context, who skein.Viewer, p store.Page) (list []*skein.SecurityEvent, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.SecurityEvents(who.Account, p)
		return err
	})
	return list, err
}

// mostNotices is how many notices are shown at once.
const mostNotices = 10

// Notices are the events that the person was not told of in a session, the newest first.
func (s *Service) Notices(ctx context.Context, g *skein.Grant) (list []*skein.SecurityEvent, err error) {
	if g.Session == 0 || g.User == nil || g.User.Notice <= g.Notice { // nearly always, without a question to the database
		return nil, nil
	}
	err = s.DB.View(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		list, err = tx.SecurityNotices(g.Viewer.Account, g.Session, mostNotices)
		return err
	})
	return list, err
}

// SeeNotices notes that the person of a session was told of the events up to one.
func (s *Service) SeeNotices(ctx context.Context, g *skein.Grant, token string, upTo skein.ID) error {
	if g.Session == 0 {
		return errNobody
	}
	return s.DB.Update(ctx, g.Viewer.Site, func(tx *store.Tx) error {
		if err := tx.SeeNotices(g.Viewer.Account, g.Session, upTo); err != nil {
			return err
		}
		tx.OnCommit(func() { s.grants.Drop(secret{g.Viewer.Site, true, sha256.Sum256([]byte(token))}) })
		return nil
	})
}
