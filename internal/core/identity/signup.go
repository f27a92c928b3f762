package identity

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/mail"
	"skein/internal/kit/password"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// SignUp is what somebody tells who wants an account.
type SignUp struct {
	Username, Email, Password string
	Locale                    string
	TimeZone                  string // IANA name; one that there is not is passed over
	Reason                    string // why, on a site that asks
	InviteCode                string
	Agreement                 bool   // to the rules
	Born                      string // the day, YYYY-MM-DD, on a site that asks; it is looked at and not kept
	App                       skein.ID
	Address                   string // where they sign up from; empty: unknown

	// For those who may decide it themselves, never filled from a form (T142): Role empty is Member; Confirmed leaves out
	// mail and moderator.
	Role      skein.Role
	Confirmed bool
}

// Bounds of what people tell us.
const (
	MinPassword = 8
	MaxPassword = 200
	maxReason   = 1000
	maxName     = 30
	maxEmail    = 254
)

// SignUp makes an account with its person, who then confirms the mail address, and waits to be let in where the site
// wants that. An address that somebody has confirmed already gets a letter saying so and no link, and everything else is
// as ever: whoever signs up learns nothing about who has an account here (T145).
func (s *Service) SignUp(ctx context.Context, site skein.ID, in SignUp) (*skein.User, error) {
	st, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	in.tidy()
	if !in.Confirmed && st.Joining == skein.JoinClosed {
		return nil, skein.Errorf(skein.Denied, "Nobody can sign up on %s at present.", st.Domain)
	}
	if err := faults(in.check(st, s.DB.Now())); err != nil {
		return nil, err
	}
	if !in.Confirmed {
		if err := s.throttleMail(site, in.Email); err != nil {
			return nil, err
		}
	}
	var met barrier
	if !in.Confirmed {
		if met, err = s.barrierFor(ctx, site, in.Email, in.Address); err != nil {
			return nil, err
		}
		if err := s.pass(ctx, site, met, in.Address); err != nil {
			return nil, err
		}
	}
	b, err := s.newborn(ctx, st, in)
	if err != nil {
		return nil, err
	}
	b.waits = met.waits
	for try := 1; ; try++ {
		err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
			if err := s.insert(tx, st, b, in); err != nil {
				return err
			}
			return met.note(tx, in.Address)
		})
		// Two sign-ups with one name at once: the second look finds it taken.
		if try == 1 && (store.IsTaken(err) || skein.KindOf(err) == skein.Conflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return b.user, nil
	}
}

// newborn is what is made for a sign-up before the transaction: hash and key are dear.
type newborn struct {
	account *skein.Account
	user    *skein.User
	key     keyPair
	waits   bool // for a moderator, whatever else holds
}

func (s *Service) newborn(ctx context.Context, st *skein.Site, in SignUp) (*newborn, error) {
	hash, err := s.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	key, err := s.keys.take()
	if err != nil {
		return nil, err
	}
	now := s.DB.Now()
	id := s.DB.NewID()
	actor := st.URL("/ap/users/" + id.String())
	b := &newborn{
		key: key,
		account: &skein.Account{
			ID: id, Site: st.ID, Local: true, Kind: skein.Person, Username: in.Username,
			URI: actor, URL: st.URL("/@" + in.Username),
			Inbox: actor + "/inbox", Outbox: actor + "/outbox", SharedInbox: st.URL("/inbox"),
			Followers: actor + "/followers", Following: actor + "/following", Featured: actor + "/collections/featured",
			CreatedAt: now,
		},
		user: &skein.User{
			Account: id, Site: st.ID, Email: in.Email, Password: hash, Role: in.Role, Locale: in.Locale,
			Reason: in.Reason, App: in.App, CreatedAt: now, Prefs: skein.Prefs{Language: in.Locale, TimeZone: in.TimeZone},
		},
	}
	return b, nil
}

// insert stores a newborn, or tells what is wrong with it.
func (s *Service) insert(tx *store.Tx, st *skein.Site, b *newborn, in SignUp) error {
	now := tx.Now()
	u := b.user
	u.ConfirmedAt, u.ApprovedAt, u.SeenAt, u.Invite = time.Time{}, time.Time{}, time.Time{}, 0
	nameKey, key := text.Confusable(in.Username), emailKey(in.Email)
	taken, err := tx.NameTaken(strings.ToLower(in.Username), nameKey)
	if err != nil {
		return err
	}
	if taken {
		return faults([]skein.FieldError{{Field: "username", Code: "taken", Text: "has already been taken"}})
	}
	emailTaken, err := tx.EmailConfirmed(key)
	if err != nil {
		return err
	}
	switch {
	case in.Confirmed:
		if emailTaken {
			return faults([]skein.FieldError{{Field: "email", Code: "taken", Text: "has already been taken"}})
		}
		u.ConfirmedAt, u.ApprovedAt, u.SeenAt = now, now, now
	case in.InviteCode != "":
		opens, err := useInvite(tx, u, in.InviteCode)
		if err != nil {
			return err
		}
		if opens || st.Joining != skein.JoinApproval {
			u.ApprovedAt = now
		}
	case st.Joining == skein.JoinOpen:
		u.ApprovedAt = now
	}
	if b.waits {
		u.ApprovedAt = time.Time{}
	}
	if err := tx.InsertAccount(b.account); err != nil {
		return err
	}
	if err := tx.InsertPerson(u, nameKey, key); err != nil {
		return err
	}
	if err := tx.InsertActorKey(u.Account, b.key.private, b.key.public); err != nil {
		return err
	}
	if err := tx.SeenFrom(u.Account, in.Address); err != nil {
		return err
	}
	if in.Role == skein.Owner {
		if err := takeOver(tx, u.Account); err != nil {
			return err
		}
	}
	if in.Confirmed {
		return tx.Emit(skein.SignedUp{Site: st.ID, Account: u.Account})
	}
	letter := skein.MailDue{Site: st.ID, To: u.Email, Letter: skein.LetterConfirm, Account: u.Account}
	if emailTaken {
		letter.Letter, letter.Account = skein.LetterTaken, 0
	}
	return tx.Emit(letter)
}

// useInvite counts an invite and tells whether it lets somebody in past the moderators: only if it is of one who might
// let them in anyway (T151).
func useInvite(tx *store.Tx, u *skein.User, code string) (opens bool, err error) {
	bad := faults([]skein.FieldError{{Field: "invite_code", Code: "invalid", Text: "is not valid any more"}})
	invite, err := tx.InviteByCode(code)
	if skein.KindOf(err) == skein.NotFound {
		return false, bad
	}
	if err != nil {
		return false, err
	}
	good, err := tx.UseInvite(invite.ID)
	if err != nil {
		return false, err
	}
	if !good {
		return false, bad
	}
	u.Invite = invite.ID
	by, err := tx.Person(invite.By)
	if skein.KindOf(err) == skein.NotFound {
		return false, bad
	}
	if err != nil {
		return false, err
	}
	if by.Ready() != nil {
		return false, bad
	}
	return by.Role.May(skein.InvitePast), nil
}

func (in *SignUp) tidy() {
	in.Username = strings.TrimPrefix(strings.TrimSpace(in.Username), "@")
	in.Email = strings.TrimSpace(in.Email)
	in.Reason = strings.TrimSpace(text.Clean(in.Reason, 10*maxReason))
	in.InviteCode = strings.TrimSpace(in.InviteCode)
	if in.Role == "" {
		in.Role = skein.Member
	}
	if !isLanguage(in.Locale) {
		in.Locale = ""
	}
	if _, ok := text.TimeZone(in.TimeZone); !ok {
		in.TimeZone = ""
	}
}

func isLanguage(s string) bool {
	return len(s) <= 35 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// check finds what can be seen wrong without the database.
func (in *SignUp) check(st *skein.Site, now time.Time) (list []skein.FieldError) {
	fault := func(field, code, text string) {
		list = append(list, skein.FieldError{Field: field, Code: code, Text: text})
	}
	switch {
	case in.Username == "":
		fault("username", "blank", "can't be blank")
	case len(in.Username) > maxName:
		fault("username", "too_long", "is too long (maximum is 30 characters)")
	case !text.ValidUsername(in.Username):
		fault("username", "invalid", "must contain only letters, numbers and underscores")
	case text.Reserved(in.Username) && !(in.Confirmed && in.Role != skein.Member):
		fault("username", "reserved", "is reserved")
	}
	list = append(list, checkEmail(in.Email, in.Confirmed)...)
	list = append(list, checkPassword(in.Password, in.Username, in.Email)...)
	if in.Confirmed {
		return list
	}
	if !in.Agreement {
		fault("agreement", "accepted", "must be accepted")
	}
	switch {
	case utf8.RuneCountInString(in.Reason) > maxReason:
		fault("reason", "too_long", "is too long (maximum is 1000 characters)")
	case in.Reason == "" && st.Joining == skein.JoinApproval && in.InviteCode == "":
		fault("reason", "blank", "can't be blank")
	}
	if years := st.Extra.MinAge; years > 0 {
		born, err := time.Parse(time.DateOnly, in.Born)
		switch {
		case in.Born == "":
			fault("date_of_birth", "blank", "can't be blank")
		case err != nil || born.After(now):
			fault("date_of_birth", "invalid", "is not a day such as 2001-12-31")
		case born.AddDate(years, 0, 0).After(now):
			fault("date_of_birth", "below_limit", "is below the age limit")
		}
	}
	if st.Joining == skein.JoinInvite && in.InviteCode == "" {
		fault("invite_code", "blank", "can't be blank: this site is by invitation")
	}
	return list
}

func checkEmail(email string, trusted bool) []skein.FieldError {
	fault := func(code, text string) []skein.FieldError {
		return []skein.FieldError{{Field: "email", Code: code, Text: text}}
	}
	switch {
	case email == "":
		return fault("blank", "can't be blank")
	case len(email) > maxEmail:
		return fault("too_long", "is too long (maximum is 254 characters)")
	case mail.Address(email) != nil: // T131
		return fault("invalid", "is not a mail address")
	case !trusted && isDisposable(email):
		return fault("blocked", "is at a provider of throw-away mailboxes; use one that you keep")
	}
	return nil
}

func checkPassword(pw, name, email string) []skein.FieldError {
	fault := func(code, text string) []skein.FieldError {
		return []skein.FieldError{{Field: "password", Code: code, Text: text}}
	}
	switch n := utf8.RuneCountInString(pw); {
	case pw == "":
		return fault("blank", "can't be blank")
	case n < MinPassword:
		return fault("too_short", "is too short (minimum is 8 characters)")
	case n > MaxPassword || len(pw) > password.MaxLength:
		return fault("too_long", "is too long (maximum is 200 characters)")
	case strings.EqualFold(pw, name) || strings.EqualFold(pw, email):
		return fault("invalid", "must be something else than your name or address")
	}
	return nil
}

// faults makes one error of what is wrong with a form, in Mastodon's words; nil of nothing.
func faults(list []skein.FieldError) error {
	if len(list) == 0 {
		return nil
	}
	parts := make([]string, len(list))
	for i, f := range list {
		name := strings.ReplaceAll(f.Field, "_", " ")
		parts[i] = strings.ToUpper(name[:1]) + name[1:] + " " + f.Text
	}
	return &skein.Error{Kind: skein.Invalid, Text: "Validation failed: " + strings.Join(parts, ", "), Fields: list}
}

// hash is password.Hash with its errors in our words.
func (s *Service) hash(ctx context.Context, pw string) (string, error) {
	h, err := s.Password.Hash(ctx, pw)
	return h, asBusy(err)
}

var errBusy error = &skein.Error{Kind: skein.Busy, Text: "Too many requests"}

// asBusy tells people to come back when too many passwords are being checked already (T95).
func asBusy(err error) error {
	if errors.Is(err, password.ErrBusy) {
		return errBusy
	}
	return err
}

// Setup is what the first person on a new site fills in.
type Setup struct {
	SignUp  SignUp
	Name    string        // of the site
	Joining skein.Joining // who may sign up
}

var errSetup error = &skein.Error{Kind: skein.NotFound, Text: "This set-up link is not valid any more."}

// CheckSetup tells whether the set-up link with this token still works.
func (s *Service) CheckSetup(ctx context.Context, site skein.ID, token string) error {
	return s.DB.View(ctx, site, func(tx *store.Tx) error {
		ok, err := tx.HasSetup(password.TokenHash(token))
		if err == nil && !ok {
			err = errSetup
		}
		return err
	})
}

// takeOver makes an account the owner of its site, unless there is one: the set-up link is worth nothing then.
func takeOver(tx *store.Tx, account skein.ID) error {
	row, err := tx.SiteRow()
	if err != nil || row.Owner != 0 {
		return err
	}
	row.Owner = account
	return tx.UpdateSite(row)
}

// UseSetup makes the first person the owner of a site. The token works once, however many try at the same time (T211).
func (s *Service) UseSetup(ctx context.Context, site skein.ID, token string, in Setup) (*skein.User, error) {
	if err := s.CheckSetup(ctx, site, token); err != nil { // before anything dear
		return nil, err
	}
	st, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	in.SignUp.Role, in.SignUp.Confirmed = skein.Owner, true
	in.SignUp.tidy()
	list := in.SignUp.check(st, s.DB.Now())
	in.Name = text.DisplayName(in.Name, 60)
	if in.Name == "" {
		list = append(list, skein.FieldError{Field: "name", Code: "blank", Text: "can't be blank"})
	}
	switch in.Joining {
	case skein.JoinOpen, skein.JoinApproval, skein.JoinInvite, skein.JoinClosed:
	default:
		list = append(list, skein.FieldError{Field: "joining", Code: "invalid", Text: "must be chosen"})
	}
	if err := faults(list); err != nil {
		return nil, err
	}
	b, err := s.newborn(ctx, st, in.SignUp)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		ok, err := tx.TakeSetup(password.TokenHash(token))
		if err != nil {
			return err
		}
		if !ok {
			return errSetup
		}
		if err := s.insert(tx, st, b, in.SignUp); err != nil {
			return err
		}
		row, err := tx.SiteRow()
		if err != nil {
			return err
		}
		row.Name, row.Joining = in.Name, in.Joining
		return tx.UpdateSite(row)
	})
	if err != nil {
		return nil, err
	}
	return b.user, nil
}
