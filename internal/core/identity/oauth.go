package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// The answers of OAuth that a client can act on. The transport names their codes (RFC 6749 5.2).
var (
	ErrClient error = &skein.Error{Kind: skein.Unauthorized, Text: "Client authentication failed due to unknown client, " +
		"no client authentication included, or unsupported authentication method."}
	ErrGrant error = &skein.Error{Kind: skein.Invalid, Text: "The provided authorization grant is invalid, expired, revoked, " +
		"does not match the redirection URI used in the authorization request, or was issued to another client."}
	ErrScope error = &skein.Error{Kind: skein.Invalid, Text: "The requested scope is invalid, unknown, or malformed."}
	ErrOwner error = &skein.Error{Kind: skein.Denied, Text: "You are not authorized to revoke this token"}
	// ErrRedirect is never told to the address in question: it may be anybody's.
	ErrRedirect error = &skein.Error{Kind: skein.Invalid, Text: "The redirect uri included is not valid."}
	// ErrChallenge: PKCE with another method than S256, or without a challenge (RFC 7636 4.4.1).
	ErrChallenge error = &skein.Error{Kind: skein.Invalid, Text: "The code challenge is not one of the method S256."}
)

// codeAge is how long an authorization code works.
const codeAge = 10 * time.Minute

// How many tokens one app has: for one account, and for itself. Beyond them the oldest end.
const (
	tokensOfPerson = 50
	tokensOfApp    = 100
)

// CheckRequest tells whether an app may ask for this: redirect address, scopes, challenge, in this order, so that an
// address is known to be good before any other fault is reported to it.
func CheckRequest(app *skein.App, redirectURI string, scopes []string, challenge string) error {
	if !matchRedirect(app, redirectURI) {
		return ErrRedirect
	}
	if len(scopes) == 0 || !coversAll(app.Scopes, scopes) {
		return ErrScope
	}
	if challenge != "" && !validChallenge(challenge) {
		return ErrChallenge
	}
	return nil
}

// validChallenge: a SHA-256 in base64url, RFC 7636 4.2.
func validChallenge(c string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(c)
	return err == nil && len(b) == sha256.Size
}

// Authorize lets an app fetch a token in somebody's name: the answer is the code to give it.
func (s *Service) Authorize(ctx context.Context, who skein.Viewer, app *skein.App, redirectURI string, scopes []string, challenge string) (string, error) {
	if who.Visitor() {
		return "", errNobody
	}
	if app.Site != who.Site { // T196
		return "", skein.ErrNotFound
	}
	if err := CheckRequest(app, redirectURI, scopes, challenge); err != nil {
		return "", err
	}
	code, hash := password.Token()
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		p, err := tx.Person(who.Account)
		if err != nil {
			return err
		}
		if err := p.Ready(); err != nil {
			return err
		}
		return tx.InsertCode(&store.Code{ID: tx.NewID(), App: app.ID, Account: who.Account, RedirectURI: redirectURI,
			Scopes: scopes, Challenge: challenge, CreatedAt: tx.Now()}, hash)
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// Granted tells whether somebody has allowed an app this much already, so that they need not be asked again. What is more
// than that is asked (T138).
func (s *Service) Granted(ctx context.Context, who skein.Viewer, app *skein.App, scopes []string) (ok bool, err error) {
	if who.Visitor() || app.Site != who.Site {
		return false, nil
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		tokens, err := tx.Tokens(who.Account)
		ok = slices.ContainsFunc(tokens, func(t *store.Token) bool { return t.App == app.ID && coversAll(t.Scopes, scopes) })
		return err
	})
	return ok, err
}

// Exchange is a client's request for the token that a code stands for.
type Exchange struct {
	Code, ClientID, ClientSecret string
	RedirectURI                  string
	Verifier                     string // PKCE
}

// Exchange gives a token for a code. A code works once: its second use ends the tokens of the first, since one of the two
// was a thief (RFC 6749 4.1.2, T135). A client without a secret must prove by PKCE that it asked for the code (T136).
func (s *Service) Exchange(ctx context.Context, site skein.ID, in Exchange) (string, *skein.Grant, time.Time, error) {
	fail := func(err error) (string, *skein.Grant, time.Time, error) { return "", nil, time.Time{}, err }
	client, err := s.client(ctx, site, in.ClientID)
	if skein.KindOf(err) == skein.NotFound {
		return fail(ErrClient)
	}
	if err != nil {
		return fail(err)
	}
	proven := hasSecret(client, in.ClientSecret)
	if in.ClientSecret != "" && !proven {
		return fail(ErrClient)
	}
	var out issued
	// A refusal must be stored (the code is burnt), so it is no error to the transaction.
	var refused error
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		refused = nil
		c, err := tx.Code(password.TokenHash(in.Code))
		if skein.KindOf(err) == skein.NotFound || err == nil && c.App != client.ID {
			refused = ErrGrant
			return nil
		}
		if err != nil {
			return err
		}
		if !proven && c.Challenge == "" {
			refused = ErrClient
			return nil
		}
		fresh, err := tx.UseCode(c.ID)
		if err != nil {
			return err
		}
		if !fresh {
			refused = ErrGrant
			hashes, err := tx.DeleteTokensOfCode(c.Account, c.ID)
			s.revokeLater(tx, c.Account, nil, hashes)
			return err
		}
		if tx.Now().Sub(c.CreatedAt) > codeAge || c.RedirectURI != in.RedirectURI || !verified(c.Challenge, in.Verifier) {
			refused = ErrGrant
			return nil
		}
		p, err := tx.Person(c.Account)
		if skein.KindOf(err) == skein.NotFound || err == nil && p.Ready() != nil {
			refused = ErrGrant
			return nil
		}
		if err != nil {
			return err
		}
		out, err = s.issue(tx, &client.App, c.Account, c.ID, c.Scopes)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return fail(err)
	}
	return out.token, out.grant, out.at, nil
}

// verified tells whether a verifier is the one of the challenge; without a challenge a stray one does not matter.
func verified(challenge, verifier string) bool {
	if challenge == "" {
		return true
	}
	if len(verifier) < 43 || len(verifier) > 128 { // RFC 7636 4.1
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

// issued is a new token.
type issued struct {
	token string
	grant *skein.Grant
	at    time.Time
}

func (s *Service) issue(tx *store.Tx, app *skein.App, account, code skein.ID, scopes []string) (issued, error) {
	token, hash := password.Token()
	now := tx.Now()
	t := &store.Token{ID: tx.NewID(), App: app.ID, Account: account, Code: code, Scopes: scopes, CreatedAt: now, SeenAt: now}
	if err := tx.InsertToken(t, hash); err != nil {
		return issued{}, err
	}
	keep := tokensOfApp
	if account != 0 {
		keep = tokensOfPerson
	}
	if account != 0 && app.ID != 0 {
		if err := tx.AppUsed(app.ID); err != nil {
			return issued{}, err
		}
	}
	old, err := tx.TrimTokens(account, app.ID, keep)
	if err != nil {
		return issued{}, err
	}
	s.revokeLater(tx, account, nil, old)
	return issued{token, &skein.Grant{Viewer: skein.Viewer{Site: tx.Site(), Account: account}, Token: t.ID, App: app.ID,
		Scopes: scopes}, now}, nil
}

// ClientToken gives an app a token of its own, which is nobody's: for signing people up and reading what is public.
func (s *Service) ClientToken(ctx context.Context, site skein.ID, clientID, secret string, scopes []string) (string, *skein.Grant, time.Time, error) {
	fail := func(err error) (string, *skein.Grant, time.Time, error) { return "", nil, time.Time{}, err }
	client, err := s.client(ctx, site, clientID)
	if skein.KindOf(err) == skein.NotFound || err == nil && !hasSecret(client, secret) {
		return fail(ErrClient)
	}
	if err != nil {
		return fail(err)
	}
	if len(scopes) == 0 {
		scopes = []string{"read"}
	}
	if !coversAll(client.Scopes, scopes) {
		return fail(ErrScope)
	}
	var out issued
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		out, err = s.issue(tx, &client.App, 0, 0, scopes)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return out.token, out.grant, out.at, nil
}

// NewToken gives an app a token in somebody's name without asking them: for whoever signed up through it, and for the
// operator, who needs no app. No scopes are all that the app registered.
func (s *Service) NewToken(ctx context.Context, site, account, app skein.ID, scopes []string) (token string, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		a := &skein.App{Scopes: everything}
		if app != 0 {
			if a, err = tx.App(app); err != nil {
				return err
			}
		}
		if _, err := tx.Person(account); err != nil {
			return err
		}
		want := scopes
		if len(want) == 0 {
			want = a.Scopes
		}
		if !coversAll(a.Scopes, want) {
			return ErrScope
		}
		out, err := s.issue(tx, a, account, 0, want)
		token = out.token
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Revoke ends a token for the client it was given to (RFC 7009). One that has ended already is no error; one of another
// client is ErrOwner. A client that has no secret may end its own tokens all the same: it holds them.
func (s *Service) Revoke(ctx context.Context, site skein.ID, clientID, secret, token string) error {
	client, err := s.client(ctx, site, clientID)
	if skein.KindOf(err) == skein.NotFound || err == nil && secret != "" && !hasSecret(client, secret) {
		return ErrClient
	}
	if err != nil {
		return err
	}
	token = strings.TrimSpace(token)
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		hash := password.TokenHash(token)
		t, err := tx.TokenByHash(hash)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if t.App != client.ID {
			return ErrOwner
		}
		if err := tx.DeleteToken(t.ID); err != nil {
			return err
		}
		s.revokeLater(tx, t.Account, nil, [][]byte{hash})
		return nil
	})
}
