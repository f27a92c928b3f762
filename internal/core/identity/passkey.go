package identity

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"skein/internal/kit/password"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Passkeys (WebAuthn, https://www.w3.org/TR/webauthn-3/). Each site is a relying party of its own: a passkey of one is
// nothing on another (T197). The authenticator checks who holds it, so that a passkey is both steps of signing in.

const (
	questionAge    = 10 * time.Minute // how long a browser may take to answer
	maxPasskeys    = 20
	maxPasskeyName = 60
	maxAnswer      = 64 << 10
)

var (
	errPasskey error = &skein.Error{Kind: skein.Unauthorized,
		Text: "This passkey doesn't open an account here. Try another way."}
	errQuestion   error = &skein.Error{Kind: skein.Gone, Text: "That took too long. Please try again."}
	errNoPasskeys error = &skein.Error{Kind: skein.Conflict,
		Text: "Passkeys need a site with a name, over an encrypted connection. This one has none."}
	errManyPasskeys error = &skein.Error{Kind: skein.Conflict, Text: "An account has 20 passkeys at most. Remove one first."}
	errSamePasskey  error = &skein.Error{Kind: skein.Conflict, Text: "This passkey is on your list already."}
	errPasskeyName  error = &skein.Error{Kind: skein.Invalid, Text: "Give the passkey a name of 60 characters at most."}
)

// Question is what a browser is asked, and what it must bring back with its answer.
type Question struct {
	State   string          // sealed
	Options json.RawMessage // of navigator.credentials
}

// question is what is in a State.
type question struct {
	For     string // what the answer is for
	Account skein.ID
	Session skein.ID
	Asked   time.Time
	Data    webauthn.SessionData
}

// What an answer may be for.
const (
	toEnter = "enter"
	toProve = "prove"
	toAdd   = "add"
)

func questionPlace(site skein.ID) string { return "passkey " + site.String() }

// Passkeys tells whether a site can have them: browsers know it by a name, and trust its connection.
func Passkeys(st *skein.Site) bool {
	_, err := party(st)
	return err == nil
}

// party is the relying party that a site is: its host without the port, by exactly its own address.
func party(st *skein.Site) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(st.Base)
	if err != nil {
		return nil, err
	}
	host := u.Hostname()
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") || protocol.ValidateRPID(host) != nil {
		return nil, errNoPasskeys
	}
	never := false
	return webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: oneLine(st.Name), RPOrigins: []string{st.Base},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: never, Timeout: questionAge}, // ours is the clock that tells
			Registration: webauthn.TimeoutConfig{Enforce: never, Timeout: questionAge},
		},
	})
}

// holder is an account as WebAuthn sees it.
type holder struct {
	account     skein.ID
	name, shown string
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return userHandle(h.account) }
func (h *holder) WebAuthnName() string                       { return h.name }
func (h *holder) WebAuthnDisplayName() string                { return h.shown }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// userHandle is what authenticators keep of an account: it says nothing about the person (WebAuthn 14.6.1).
func userHandle(account skein.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(account)) }

// holderOf loads an account with its passkeys.
func holderOf(tx *store.Tx, account skein.ID) (*holder, []*skein.Passkey, error) {
	p, err := tx.Person(account)
	if err != nil {
		return nil, nil, err
	}
	keys, err := tx.Passkeys(account)
	if err != nil {
		return nil, nil, err
	}
	h := &holder{account: account, name: p.Username, shown: p.Username}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return nil, nil, err
		}
		h.credentials = append(h.credentials, c)
	}
	return h, keys, nil
}

func (s *Service) ask(ctx context.Context, site skein.ID, begin func(w *webauthn.WebAuthn) (any, *webauthn.SessionData, error), q question) (*Question, error) {
	st, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	w, err := party(st)
	if err != nil {
		return nil, err
	}
	options, data, err := begin(w)
	if err != nil {
		return nil, err
	}
	q.Asked, q.Data = s.DB.Now(), *data
	out := &Question{}
	if out.State, err = s.sealJSON(q, questionPlace(site)); err != nil {
		return nil, err
	}
	out.Options, err = json.Marshal(options)
	return out, err
}

// opened reads what a browser brings back with its answer, if it is for this.
func (s *Service) opened(site skein.ID, state, purpose string, account, session skein.ID) (*question, error) {
	var q question
	if !s.openJSON(state, questionPlace(site), &q) || q.For != purpose || q.Account != account || q.Session != session ||
		s.DB.Now().Sub(q.Asked) > questionAge {
		return nil, errQuestion
	}
	return &q, nil
}

// AskPasskey asks a browser for any passkey of the site, to sign in with.
func (s *Service) AskPasskey(ctx context.Context, site skein.ID) (*Question, error) {
	return s.ask(ctx, site, func(w *webauthn.WebAuthn) (any, *webauthn.SessionData, error) {
		options, data, err := w.BeginDiscoverableLogin()
		if err != nil {
			return nil, nil, err
		}
		return options.Response, data, nil
	}, question{For: toEnter})
}

// SignInPasskey checks the answer and begins a session. Both steps are done with it.
func (s *Service) SignInPasskey(ctx context.Context, site skein.ID, state, answer string, by Browser) (*Entry, error) {
	q, err := s.opened(site, state, toEnter, 0, 0)
	if err != nil {
		return nil, err
	}
	var out *Entry
	err = s.check(ctx, site, q, answer, by, 0, func(tx *store.Tx, k *skein.Passkey) error {
		p, err := tx.Person(k.Account)
		if err != nil {
			return err
		}
		if !p.DisabledAt.IsZero() || !p.SuspendedAt.IsZero() {
			return p.Ready()
		}
		token, err := s.enter(tx, k.Account, by)
		out = &Entry{Token: token, User: &p.User}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// AskProof asks the browser of somebody who is signed in for one of their passkeys, to prove who they are.
func (s *Service) AskProof(ctx context.Context, who skein.Viewer, by Browser) (*Question, error) {
	if who.Visitor() || by.Session == 0 {
		return nil, errNobody
	}
	var h *holder
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
		h, _, err = holderOf(tx, who.Account)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(h.credentials) == 0 {
		return nil, skein.Errorf(skein.Conflict, "You have no passkey yet.")
	}
	return s.ask(ctx, who.Site, func(w *webauthn.WebAuthn) (any, *webauthn.SessionData, error) {
		options, data, err := w.BeginLogin(h)
		if err != nil {
			return nil, nil, err
		}
		return options.Response, data, nil
	}, question{For: toProve, Account: who.Account, Session: by.Session})
}

// ProveByPasskey lets a session do for a few minutes what takes more than being signed in.
func (s *Service) ProveByPasskey(ctx context.Context, who skein.Viewer, state, answer string, by Browser) error {
	if who.Visitor() || by.Session == 0 {
		return errNobody
	}
	q, err := s.opened(who.Site, state, toProve, who.Account, by.Session)
	if err != nil {
		return err
	}
	return s.check(ctx, who.Site, q, answer, by, who.Account, func(tx *store.Tx, _ *skein.Passkey) error {
		return tx.ProveSession(who.Account, by.Session)
	})
}

// check verifies an answer, in the transaction of what it is good for. A question is answered once; a counter that went back
// says that there is a copy of the passkey (WebAuthn 6.1.1), which is refused and told to the person (T147).
func (s *Service) check(ctx context.Context, site skein.ID, q *question, answer string, by Browser, account skein.ID, fn func(*store.Tx, *skein.Passkey) error) error {
	st, err := s.Site(ctx, site)
	if err != nil {
		return err
	}
	w, err := party(st)
	if err != nil {
		return err
	}
	if len(answer) > maxAnswer {
		return errPasskey
	}
	said, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return errPasskey
	}
	if account == 0 {
		if len(said.Response.UserHandle) != 8 {
			return errPasskey
		}
		account = skein.ID(binary.BigEndian.Uint64(said.Response.UserHandle))
	}
	if s.Limit != nil && !s.Limit.Take("passkey/"+site.String()+"/"+account.String(), tries, triesWindow).OK {
		return errTries
	}
	refused := error(nil) // stored, so it is no error to the transaction
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		refused = nil
		h, keys, err := holderOf(tx, account)
		if skein.KindOf(err) == skein.NotFound {
			return errPasskey
		}
		if err != nil {
			return err
		}
		var c *webauthn.Credential
		if q.For == toEnter {
			c, err = w.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, q.Data, said)
		} else {
			c, err = w.ValidateLogin(h, q.Data, said)
		}
		if err != nil {
			return errPasskey
		}
		var key *skein.Passkey
		for _, k := range keys {
			if string(k.Handle) == string(c.ID) {
				key = k
			}
		}
		if key == nil {
			return errPasskey
		}
		fresh, err := tx.AnswerOnce(password.TokenHash(q.Data.Challenge))
		if err != nil {
			return err
		}
		if !fresh {
			return errQuestion
		}
		if c.Authenticator.CloneWarning {
			refused = errPasskey
			return s.note(tx, account, skein.SecurityPasskeyRefused, key.Name, by)
		}
		kept, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if err := tx.UsePasskey(key.ID, kept); err != nil {
			return err
		}
		return fn(tx, key)
	})
	if err != nil {
		return err
	}
	if refused == nil && s.Limit != nil {
		s.Limit.Reset("passkey/" + site.String() + "/" + account.String())
	}
	return refused
}

// AskNewPasskey asks the browser of somebody to make a passkey; they have just proved who they are.
func (s *Service) AskNewPasskey(ctx context.Context, who skein.Viewer, pw string, by Browser) (*Question, error) {
	p, err := s.sure(ctx, who, pw, by)
	if err != nil {
		return nil, err
	}
	if err := p.Ready(); err != nil {
		return nil, err
	}
	var h *holder
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
		h, _, err = holderOf(tx, who.Account)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(h.credentials) >= maxPasskeys {
		return nil, errManyPasskeys
	}
	return s.ask(ctx, who.Site, func(w *webauthn.WebAuthn) (any, *webauthn.SessionData, error) {
		// No device makes a second one for the same account.
		options, data, err := w.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
		if err != nil {
			return nil, nil, err
		}
		return options.Response, data, nil
	}, question{For: toAdd, Account: who.Account, Session: by.Session})
}

// AddPasskey checks the answer and stores the passkey under a name.
func (s *Service) AddPasskey(ctx context.Context, who skein.Viewer, state, answer, name string, by Browser) (*skein.Passkey, error) {
	if who.Visitor() || by.Session == 0 {
		return nil, errNobody
	}
	name, err := passkeyName(name)
	if err != nil {
		return nil, err
	}
	q, err := s.opened(who.Site, state, toAdd, who.Account, by.Session)
	if err != nil {
		return nil, err
	}
	st, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	w, err := party(st)
	if err != nil {
		return nil, err
	}
	bad := skein.Errorf(skein.Invalid, "The passkey could not be read. Please try again.")
	if len(answer) > maxAnswer {
		return nil, bad
	}
	said, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, bad
	}
	var key *skein.Passkey
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := s.proven(tx, who, by); err != nil {
			return err
		}
		h, keys, err := holderOf(tx, who.Account)
		if err != nil {
			return err
		}
		if len(keys) >= maxPasskeys {
			return errManyPasskeys
		}
		c, err := w.CreateCredential(h, q.Data, said)
		if err != nil {
			return bad
		}
		fresh, err := tx.AnswerOnce(password.TokenHash(q.Data.Challenge))
		if err != nil {
			return err
		}
		if !fresh {
			return errQuestion
		}
		kept, err := json.Marshal(c)
		if err != nil {
			return err
		}
		key = &skein.Passkey{ID: tx.NewID(), Account: who.Account, Handle: c.ID, Name: name, Credential: kept, CreatedAt: tx.Now()}
		fresh, err = tx.InsertPasskey(key)
		if err != nil {
			return err
		}
		if !fresh {
			return errSamePasskey
		}
		return s.note(tx, who.Account, skein.SecurityPasskeyAdded, name, by)
	})
	if err != nil {
		return nil, err
	}
	return key, nil
}

func passkeyName(name string) (string, error) {
	name = strings.Join(strings.Fields(text.Clean(name, 10*maxPasskeyName)), " ")
	if n := len([]rune(name)); n == 0 || n > maxPasskeyName {
		return "", errPasskeyName
	}
	return name, nil
}

// RenamePasskey calls one of somebody's passkeys something else.
func (s *Service) RenamePasskey(ctx context.Context, who skein.Viewer, id skein.ID, name string) (key *skein.Passkey, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	if name, err = passkeyName(name); err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		key, err = tx.RenamePasskey(who.Account, id, name)
		return err
	})
	return key, err
}

// RemovePasskey takes one of somebody's passkeys from the list: it opens nothing any more.
func (s *Service) RemovePasskey(ctx context.Context, who skein.Viewer, id skein.ID, pw string, by Browser) error {
	if _, err := s.sure(ctx, who, pw, by); err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		key, err := tx.DeletePasskey(who.Account, id)
		if err != nil {
			return err
		}
		return s.note(tx, who.Account, skein.SecurityPasskeyRemoved, key.Name, by)
	})
}
