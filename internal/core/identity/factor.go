package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"image/color"
	"strconv"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// Time-based codes as all programs for them know them (RFC 6238): of six digits, another every 30 seconds; one before and one
// after the present do, since clocks differ.
const (
	stepSeconds = 30
	stepSkew    = 1
)

// How long the second step of signing in may take, and how many tries it has (T147).
const (
	stepAge    = 10 * time.Minute
	stepTries  = 10
	stepWindow = time.Hour
)

// recoveryCodes is how many there are.
const recoveryCodes = 10

var (
	errCode error = &skein.Error{Kind: skein.Unauthorized,
		Text: "This code is not right, or it was used already. Wait for the next one and try again."}
	errStepOver error = &skein.Error{Kind: skein.Gone, Text: "Too much time has passed. Please sign in again."}
	errStepOn   error = &skein.Error{Kind: skein.Conflict, Text: "The second step is switched on already."}
	errStepOff  error = &skein.Error{Kind: skein.Conflict, Text: "The second step is not switched on."}
	errNoSetUp  error = &skein.Error{Kind: skein.Conflict, Text: "Start again: this code is not being set up any more."}
)

// place is what a sealed secret is for.
func totpPlace(site, account skein.ID) string {
	return "second step " + site.String() + " " + account.String()
}

// Factors are what somebody signs in with beside a password.
type Factors struct {
	Passkeys  []*skein.Passkey
	StepSince time.Time // zero: no second step
	CodesLeft int
	CodesMade time.Time
	Proven    time.Time // when the person last proved in this session who they are
}

// Factors tells what somebody signs in with beside a password.
func (s *Service) Factors(ctx context.Context, who skein.Viewer, session skein.ID) (f *Factors, err error) {
	if who.Visitor() {
		return nil, errNobody
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		f = &Factors{}
		if f.Passkeys, err = tx.Passkeys(who.Account); err != nil {
			return err
		}
		t, err := tx.TOTP(who.Account)
		if err != nil && skein.KindOf(err) != skein.NotFound {
			return err
		}
		if err == nil {
			f.StepSince = t.ConfirmedAt
		}
		if f.CodesLeft, f.CodesMade, err = tx.RecoveryCodes(who.Account); err != nil || session == 0 {
			return err
		}
		f.Proven, err = tx.SessionProven(who.Account, session)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ProvenUntil is how long a proof holds that somebody gave at a moment.
func ProvenUntil(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(skein.SureFor)
}

// StepSetup is what a program for codes needs to know, as a text to type, as a link, and as a picture of that.
type StepSetup struct {
	Secret string // base32, in groups of four
	URI    string // otpauth:
	QR     QR
}

// QR is a picture of squares: how many it is wide and high, and the path of those that are dark, each one unit wide, as SVG
// writes it.
type QR struct {
	Size int
	Path string
}

// SetUpStep begins to set up time-based codes: nothing changes until one of them is confirmed.
func (s *Service) SetUpStep(ctx context.Context, who skein.Viewer, pw string, by Browser) (*StepSetup, error) {
	p, err := s.sure(ctx, who, pw, by)
	if err != nil {
		return nil, err
	}
	if err := p.Ready(); err != nil {
		return nil, err
	}
	st, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, 20) // as long as the hash: RFC 4226 4, R6
	_, _ = rand.Read(plain)   // never fails
	key, err := totp.Generate(totp.GenerateOpts{Issuer: st.Domain, AccountName: p.Username, Period: stepSeconds, Secret: plain})
	if err != nil {
		return nil, err
	}
	picture, err := draw(key.URL())
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		fresh, err := tx.SetTOTP(who.Account, s.Seal.Seal([]byte(key.Secret()), totpPlace(who.Site, who.Account)))
		if err == nil && !fresh {
			return errStepOn
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &StepSetup{Secret: inGroups(key.Secret(), " "), URI: key.URL(), QR: picture}, nil
}

// draw makes a QR code of a text.
func draw(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}, err
	}
	size := code.Bounds().Dx()
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(code, x, y) {
				x++
			}
			if x > from {
				b.WriteString("M" + strconv.Itoa(from) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return QR{size, b.String()}, nil
}

func dark(code barcode.Barcode, x, y int) bool {
	return color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
}

func inGroups(s, between string) string {
	var parts []string
	for len(s) > 4 {
		parts = append(parts, s[:4])
		s = s[4:]
	}
	return strings.Join(append(parts, s), between)
}

// ConfirmStep puts the codes into use that are being set up, by one of them. Everybody else is signed out, as if the
// password were another (T140); the answer is a new session for the browser that asked, and the recovery codes.
func (s *Service) ConfirmStep(ctx context.Context, who skein.Viewer, code string, by Browser) (sessionToken string, codes []string, err error) {
	if who.Visitor() {
		return "", nil, errNobody
	}
	if !s.tryStep(who.Site, who.Account) {
		return "", nil, errTries
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := s.proven(tx, who, by); err != nil {
			return err
		}
		t, err := tx.TOTP(who.Account)
		if skein.KindOf(err) == skein.NotFound {
			return errNoSetUp
		}
		if err != nil {
			return err
		}
		if !t.ConfirmedAt.IsZero() {
			return errStepOn
		}
		ok, err := s.useStep(tx, t, code)
		if err != nil {
			return err
		}
		if !ok {
			return errCode
		}
		if _, err := tx.ConfirmTOTP(who.Account); err != nil {
			return err
		}
		if codes, err = makeCodes(tx, who.Account); err != nil {
			return err
		}
		if err := s.revokeAll(tx, who.Account); err != nil {
			return err
		}
		var session skein.ID
		if sessionToken, session, err = s.begin(tx, who.Account, by); err != nil {
			return err
		}
		if err := tx.ProveSession(who.Account, session); err != nil { // they proved it a moment ago
			return err
		}
		by.Session = session
		return s.note(tx, who.Account, skein.SecurityStepOn, "", by)
	})
	if err != nil {
		return "", nil, err
	}
	s.stepRight(who.Site, who.Account)
	return sessionToken, codes, nil
}

// EndStep switches the second step off.
func (s *Service) EndStep(ctx context.Context, who skein.Viewer, pw string, by Browser) error {
	if _, err := s.sure(ctx, who, pw, by); err != nil {
		return err
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		was, err := tx.DeleteTOTP(who.Account)
		if err != nil {
			return err
		}
		if !was {
			return errStepOff
		}
		if err := s.dropFactors(tx, who.Account, false); err != nil {
			return err
		}
		return s.note(tx, who.Account, skein.SecurityStepOff, "", by)
	})
}

// NewRecoveryCodes makes others in place of those that somebody has; they are seen this once.
func (s *Service) NewRecoveryCodes(ctx context.Context, who skein.Viewer, pw string, by Browser) (codes []string, err error) {
	if _, err := s.sure(ctx, who, pw, by); err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		on, err := stepOn(tx, who.Account)
		if err != nil {
			return err
		}
		if !on {
			return errStepOff
		}
		if codes, err = makeCodes(tx, who.Account); err != nil {
			return err
		}
		return s.note(tx, who.Account, skein.SecurityCodesMade, "", by)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// stepOn tells whether somebody signs in with a second step.
func stepOn(tx *store.Tx, account skein.ID) (bool, error) {
	t, err := tx.TOTP(account)
	if skein.KindOf(err) == skein.NotFound {
		return false, nil
	}
	return err == nil && !t.ConfirmedAt.IsZero(), err
}

var codeLetters = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding) // none that looks like another

// makeCodes stores the hashes of fresh recovery codes, of 60 random bits each, and returns them.
func makeCodes(tx *store.Tx, account skein.ID) (codes []string, err error) {
	var hashes [][]byte
	for range recoveryCodes {
		b := make([]byte, 8)
		_, _ = rand.Read(b) // never fails
		code := codeLetters.EncodeToString(b)[:12]
		codes = append(codes, inGroups(code, "-"))
		hashes = append(hashes, codeHash(account, code))
	}
	return codes, tx.SetRecoveryCodes(account, hashes)
}

func codeHash(account skein.ID, code string) []byte {
	return password.TokenHash("recovery code " + account.String() + " " + code)
}

// second takes what somebody gives as second step: a code of the moment, or one of the recovery codes. It is used up.
func (s *Service) second(tx *store.Tx, account skein.ID, code string, by Browser) error {
	code = strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, code))
	if len(code) > 64 {
		return errCode
	}
	t, err := tx.TOTP(account)
	if err != nil {
		return err
	}
	if len(code) == 6 {
		ok, err := s.useStep(tx, t, code)
		if err == nil && !ok {
			return errCode
		}
		return err
	}
	ok, err := tx.UseRecoveryCode(account, codeHash(account, code))
	if err != nil {
		return err
	}
	if !ok {
		return errCode
	}
	return s.note(tx, account, skein.SecurityCodeUsed, "", by)
}

// useStep tells whether a code is right at this moment and was not used before, and uses it up (RFC 6238 5.2).
func (s *Service) useStep(tx *store.Tx, t *store.TOTP, code string) (bool, error) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	plain, err := s.Seal.Open(t.Secret, totpPlace(tx.Site(), t.Account))
	if err != nil {
		return false, err
	}
	now := tx.Now().Unix() / stepSeconds
	for step := now - stepSkew; step <= now+stepSkew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(plain), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil { // not six digits
			return false, nil
		}
		if ok && step > t.LastStep {
			return tx.UseStep(t.Account, step)
		}
	}
	return false, nil
}

// tryStep counts a try of an account's second step; false: there were too many.
func (s *Service) tryStep(site, account skein.ID) bool {
	return s.Limit == nil || s.Limit.Take(stepKey(site, account), stepTries, stepWindow).OK
}

func (s *Service) stepRight(site, account skein.ID) {
	if s.Limit != nil {
		s.Limit.Reset(stepKey(site, account))
	}
}

func stepKey(site, account skein.ID) string { return "step/" + site.String() + "/" + account.String() }

// firstStep is what a browser holds between the two steps of signing in, sealed.
type firstStep struct {
	Account skein.ID
	Hash    []byte // of the stored password: another one, and this is worth nothing
	At      time.Time
}

func stepPlace(site skein.ID) string { return "first step " + site.String() }

func passwordHash(stored string) []byte {
	sum := sha256.Sum256([]byte(stored))
	return sum[:16]
}

// sealJSON writes something for a browser to hold that it cannot read or change.
func (s *Service) sealJSON(v any, place string) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.Seal.Seal(b, place)), nil
}

// openJSON reads it again; false: it is not ours, or was made for something else.
func (s *Service) openJSON(text, place string, v any) bool {
	const most = 32 << 10
	if len(text) > most {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	plain, err := s.Seal.Open(b, place)
	return err == nil && json.Unmarshal(plain, v) == nil
}

// SignInStep is the second step of signing in, with what the first one answered.
func (s *Service) SignInStep(ctx context.Context, site skein.ID, step, code string, by Browser) (*Entry, error) {
	var first firstStep
	if !s.openJSON(step, stepPlace(site), &first) || s.DB.Now().Sub(first.At) > stepAge {
		return nil, errStepOver
	}
	if !s.tryStep(site, first.Account) {
		return nil, errTries
	}
	var out *Entry
	err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Person(first.Account)
		if skein.KindOf(err) == skein.NotFound {
			return errStepOver
		}
		if err != nil {
			return err
		}
		if string(passwordHash(p.Password)) != string(first.Hash) {
			return errStepOver
		}
		if !p.DisabledAt.IsZero() || !p.SuspendedAt.IsZero() {
			return p.Ready()
		}
		if err := s.second(tx, p.Account, code, by); skein.KindOf(err) == skein.NotFound { // switched off meanwhile
			return errStepOver
		} else if err != nil {
			return err
		}
		token, err := s.enter(tx, p.Account, by)
		out = &Entry{Token: token, User: &p.User}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.stepRight(site, first.Account)
	return out, nil
}

// ResetFactors is for the operator: it takes the second step, the recovery codes and, if wanted, the passkeys from somebody
// who lost them. Everybody who was signed in is signed out.
func (s *Service) ResetFactors(ctx context.Context, site, account skein.ID, passkeys bool) (was *Factors, err error) {
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		was = &Factors{}
		p, err := tx.Person(account)
		if err != nil {
			return err
		}
		if was.CodesLeft, _, err = tx.RecoveryCodes(account); err != nil {
			return err
		}
		t, err := tx.TOTP(account)
		if err != nil && skein.KindOf(err) != skein.NotFound {
			return err
		}
		if err == nil {
			was.StepSince = t.ConfirmedAt
		}
		detail := "second step"
		if passkeys {
			if was.Passkeys, err = tx.Passkeys(account); err != nil {
				return err
			}
			detail += " and passkeys"
		}
		if err := s.dropFactors(tx, account, passkeys); err != nil {
			return err
		}
		if err := s.revokeAll(tx, account); err != nil {
			return err
		}
		home, err := tx.SiteRow()
		if err != nil {
			return err
		}
		if err := tx.Audit(skein.Deed{By: home.Actor, Action: "reset_factors", Kind: "account", Target: account, Name: p.Username, Detail: detail}); err != nil {
			return err
		}
		return s.note(tx, account, skein.SecurityFactorsReset, "", Browser{})
	})
	if err != nil {
		return nil, err
	}
	return was, nil
}

func (s *Service) dropFactors(tx *store.Tx, account skein.ID, passkeys bool) error {
	if _, err := tx.DeleteTOTP(account); err != nil {
		return err
	}
	if _, err := tx.DeleteRecovery(account); err != nil {
		return err
	}
	if err := tx.SetRecoveryCodes(account, nil); err != nil || !passkeys {
		return err
	}
	_, err := tx.DeletePasskeys(account)
	return err
}
