package identity_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
	"skein/internal/store"
)

func TestSignUpSaysWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.member(w.elm, "ada", skein.Member)
		for _, c := range []struct {
			rule, field, code string
			change            func(*identity.SignUp)
		}{
			{"no name", "username", "blank", func(in *identity.SignUp) { in.Username = " " }},
			{"odd name", "username", "invalid", func(in *identity.SignUp) { in.Username = "bo bo" }},
			{"T126: ASCII only", "username", "invalid", func(in *identity.SignUp) { in.Username = "b\u202eo" }},
			{"T127: Cyrillic", "username", "invalid", func(in *identity.SignUp) { in.Username = "раypal" }},
			{"long name", "username", "too_long", func(in *identity.SignUp) { in.Username = strings.Repeat("b", 31) }},
			{"taken name", "username", "taken", func(in *identity.SignUp) { in.Username = "ADA" }},
			{"reserved name", "username", "reserved", func(in *identity.SignUp) { in.Username = "Adm1n" }},
			{"no address", "email", "blank", func(in *identity.SignUp) { in.Email = "" }},
			{"T131: two @", "email", "invalid", func(in *identity.SignUp) { in.Email = "a@b@mail.example" }},
			{"T131: percent", "email", "invalid", func(in *identity.SignUp) { in.Email = "a%b@mail.example" }},
			{"T131: header", "email", "invalid", func(in *identity.SignUp) { in.Email = "a@mail.example\r\nBcc: b@mail.example" }},
			{"T151: throw-away", "email", "blocked", func(in *identity.SignUp) { in.Email = "a@eu.mailinator.com" }},
			{"no password", "password", "blank", func(in *identity.SignUp) { in.Password = "" }},
			{"short password", "password", "too_short", func(in *identity.SignUp) { in.Password = "sevench" }},
			{"long password", "password", "too_long", func(in *identity.SignUp) { in.Password = strings.Repeat("x", 201) }},
			{"password is the name", "password", "invalid", func(in *identity.SignUp) { in.Username, in.Password = "benjamin", "Benjamin" }},
			{"no agreement", "agreement", "accepted", func(in *identity.SignUp) { in.Agreement = false }},
			{"long reason", "reason", "too_long", func(in *identity.SignUp) { in.Reason = strings.Repeat("x", 1001) }},
			{"bad invite", "invite_code", "invalid", func(in *identity.SignUp) { in.InviteCode = "nobody" }},
		} {
			in := form("bo")
			c.change(&in)
			_, err := w.SignUp(t.Context(), w.elm.ID, in)
			if got := codeOf(err, c.field); got != c.code {
				t.Errorf("%s: code of %s = %q (%v), want %q", c.rule, c.field, got, err, c.code)
			}
		}
		if list := w.post(); len(list) != 0 {
			t.Errorf("%d letters after nothing but refusals", len(list))
		}
	})
}

func TestSignUpConfirmSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u, err := w.SignUp(t.Context(), w.elm.ID, form("Bo"))
		if err != nil {
			t.Fatal(err)
		}
		id := u.Account.String()
		if err := w.db.View(t.Context(), w.elm.ID, func(tx *store.Tx) error {
			a, err := tx.Account(u.Account)
			if err != nil {
				return err
			}
			got := []string{a.URI, a.URL, a.Inbox, a.SharedInbox, a.Featured}
			base := "https://elm.example"
			want := []string{base + "/ap/users/" + id, base + "/@Bo", base + "/ap/users/" + id + "/inbox", base + "/inbox",
				base + "/ap/users/" + id + "/collections/featured"}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("address %d of the account = %s, want %s", i, got[i], want[i])
				}
			}
			_, err = tx.ActorKeys(u.Account)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		session, err := w.signIn(w.elm, "bo@mail.example", secret)
		if err != nil {
			t.Fatal(err)
		}
		g, err := w.BySession(t.Context(), w.elm.ID, session)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "before the address is confirmed", identity.Ready(g), skein.Denied)
		if _, err := w.Confirm(t.Context(), w.elm.ID, w.link("https://elm.example/confirm"), identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		if g, err = w.BySession(t.Context(), w.elm.ID, session); err != nil || identity.Ready(g) != nil {
			t.Errorf("after it is: %v, %v", err, identity.Ready(g))
		}
		for _, name := range []string{"bo", "@BO", "bo@elm.example", "BO@Mail.Example"} {
			if _, err := w.signIn(w.elm, name, secret); err != nil {
				t.Errorf("sign in as %s: %v", name, err)
			}
		}
	})
}

// What somebody sees who signs up with an address that has an account is what everybody sees; only the letter differs.
func TestT145_SignUpTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.member(w.elm, "ada", skein.Member)
		in := form("stranger")
		in.Email = "ADA@mail.example"
		u, err := w.SignUp(t.Context(), w.elm.ID, in)
		if err != nil {
			t.Fatalf("sign up with an address that is taken: %v", err)
		}
		list := w.post()
		if len(list) != 1 || !strings.Contains(list[0].Text, "@ada already") || strings.Contains(list[0].Text, "/confirm") {
			t.Fatalf("letters = %+v, want one that says there is an account, without a link to confirm", list)
		}
		if err := w.Resend(t.Context(), viewer(u), ""); err != nil {
			t.Errorf("ask for another letter: %v", err)
		}
		if list := w.post(); len(list) != 1 || strings.Contains(list[0].Text, "/confirm") {
			t.Errorf("the second letter has a link: %+v", list)
		}
		if err := w.RequestReset(t.Context(), w.elm.ID, "nobody@mail.example"); err != nil {
			t.Errorf("reset for nobody: %v, want no error", err)
		}
		if list := w.post(); len(list) != 0 {
			t.Errorf("a reset for nobody sends %+v", list)
		}
	})
}

// Nobody can sit on an address of somebody else: it belongs to whoever confirms it first.
func TestAddressBelongsToWhoConfirmsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, name := range []string{"prank", "ada"} {
			in := form(name)
			in.Email = "ada@mail.example"
			if _, err := w.SignUp(t.Context(), w.elm.ID, in); err != nil {
				t.Fatal(err)
			}
		}
		var tokens []string
		for _, m := range w.post() {
			_, rest, _ := strings.Cut(m.Text, "/confirm?token=")
			tokens = append(tokens, strings.Fields(rest)[0])
		}
		u, err := w.Confirm(t.Context(), w.elm.ID, tokens[1], identity.Browser{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Confirm(t.Context(), w.elm.ID, tokens[0], identity.Browser{})
		wantKind(t, "the second to confirm an address", err, skein.Conflict)
		session, err := w.signIn(w.elm, "ada@mail.example", secret)
		if err != nil {
			t.Fatal(err)
		}
		if g, _ := w.BySession(t.Context(), w.elm.ID, session); g == nil || g.Viewer.Account != u.Account {
			t.Errorf("the address signs in %+v, want %d", g, u.Account)
		}
	})
}

func TestT127_NamesThatLookAlike(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.member(w.elm, "billy", skein.Member)
		for _, name := range []string{"bi11y", "BILLY", "billy_", "_billy", "bllly"} {
			if _, err := w.SignUp(t.Context(), w.elm.ID, form(name)); codeOf(err, "username") != "taken" {
				t.Errorf("%s beside billy: %v, want taken", name, err)
			}
		}
		in := form("billy")
		if _, err := w.SignUp(t.Context(), w.oak.ID, in); err != nil {
			t.Errorf("the same name on another site: %v", err)
		}
	})
}

func TestT151_OneMailboxOneAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := form("ada")
		in.Email, in.Confirmed = "ada.lovelace@gmail.com", true
		if _, err := w.SignUp(t.Context(), w.elm.ID, in); err != nil {
			t.Fatal(err)
		}
		for i, email := range []string{"AdaLovelace@gmail.com", "a.d.a.lovelace+x@googlemail.com", "adalovelace+skein@GMAIL.com"} {
			in := form("other" + string(rune('a'+i)))
			in.Email, in.Confirmed = email, true
			if _, err := w.SignUp(t.Context(), w.elm.ID, in); codeOf(err, "email") != "taken" {
				t.Errorf("%s beside ada.lovelace@gmail.com: %v, want taken", email, err)
			}
		}
	})
}

func TestT151_InviteOfMemberDoesNotPassTheModerators(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			role skein.Role
			in   bool
		}{{skein.Member, false}, {skein.Moderator, true}} {
			by := w.member(w.oak, "by"+string(c.role), c.role)
			code := "code" + string(c.role)
			if err := w.db.Update(t.Context(), w.oak.ID, func(tx *store.Tx) error {
				return tx.InsertInvite(&skein.Invite{ID: tx.NewID(), Code: code, By: by.Account, MaxUses: 1})
			}); err != nil {
				t.Fatal(err)
			}
			in := form("guest" + string(c.role))
			in.InviteCode = code
			u, err := w.SignUp(t.Context(), w.oak.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			if got := !u.ApprovedAt.IsZero(); got != c.in {
				t.Errorf("invited by a %s: let in = %v, want %v", c.role, got, c.in)
			}
			in = form("late" + string(c.role))
			in.InviteCode = code
			if _, err := w.SignUp(t.Context(), w.oak.ID, in); codeOf(err, "invite_code") != "invalid" {
				t.Errorf("second use of an invite for one: %v", err)
			}
		}
		// An invite of one site is nothing on another (T196).
		in := form("elsewhere")
		in.InviteCode = "codemoderator"
		if _, err := w.SignUp(t.Context(), w.elm.ID, in); codeOf(err, "invite_code") != "invalid" {
			t.Errorf("invite of another site: %v", err)
		}
	})
}

func TestApproval(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := form("bo")
		in.Reason = ""
		if _, err := w.SignUp(t.Context(), w.oak.ID, in); codeOf(err, "reason") != "blank" {
			t.Errorf("no reason where one is asked for: %v", err)
		}
		u, err := w.SignUp(t.Context(), w.oak.ID, form("bo"))
		if err != nil {
			t.Fatal(err)
		}
		if list, _ := w.Applicants(t.Context(), w.oak.ID, 10); len(list) != 0 {
			t.Errorf("%d applicants before the address is confirmed, want 0", len(list))
		}
		if _, err := w.Confirm(t.Context(), w.oak.ID, w.link("/confirm"), identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		if list, _ := w.Applicants(t.Context(), w.oak.ID, 10); len(list) != 1 || list[0].Username != "bo" {
			t.Errorf("applicants = %+v, want bo", list)
		}
		wantKind(t, "let in from another site", w.within(w.elm, func(tx *store.Tx) error { return w.Admit(tx, u.Account) }), skein.NotFound)
		if err := w.within(w.oak, func(tx *store.Tx) error { return w.Admit(tx, u.Account) }); err != nil {
			t.Fatal(err)
		}
		if got, _ := w.User(t.Context(), w.oak.ID, u.Account); got.Ready() != nil {
			t.Errorf("after: %v", got.Ready())
		}
		wantKind(t, "the user on another site", func() error { _, err := w.User(t.Context(), w.elm.ID, u.Account); return err }(), skein.NotFound)
		wantKind(t, "refuse a member", w.within(w.oak, func(tx *store.Tx) error { return w.Dismiss(tx, u.Account) }), skein.Conflict)

		u, err = w.SignUp(t.Context(), w.oak.ID, form("cy"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.within(w.oak, func(tx *store.Tx) error { return w.Dismiss(tx, u.Account) }); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SignUp(t.Context(), w.oak.ID, form("cy")); err != nil {
			t.Errorf("the name of somebody who was refused: %v, want it free", err)
		}
	})
}

// Whoever is first with the set-up link owns the site; nobody is second.
func TestT211_OneOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var owners atomic.Int32
		var wg sync.WaitGroup
		for _, name := range []string{"ada", "bo", "cy", "di"} {
			wg.Go(func() {
				u, err := w.UseSetup(t.Context(), w.elm.ID, "set-up elm.example",
					identity.Setup{SignUp: form(name), Name: "Elm", Joining: skein.JoinInvite})
				if err == nil && u.Role == skein.Owner && u.Ready() == nil {
					owners.Add(1)
				} else if skein.KindOf(err) != skein.NotFound {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
		if got := owners.Load(); got != 1 {
			t.Errorf("%d owners, want 1", got)
		}
		st, err := w.Site(t.Context(), w.elm.ID)
		if err != nil || st.Name != "Elm" || st.Joining != skein.JoinInvite || st.Owner == 0 {
			t.Errorf("site = %+v, %v", st, err)
		}
		_, err = w.UseSetup(t.Context(), w.oak.ID, "set-up elm.example", identity.Setup{SignUp: form("eve"), Name: "Oak", Joining: skein.JoinOpen})
		wantKind(t, "the link on another site", err, skein.NotFound)
	})
}

// Whoever never confirms an address is forgotten, and the name is free again (T96).
func TestT96_UnconfirmedPeopleGo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if _, err := w.SignUp(t.Context(), w.elm.ID, form("bo")); err != nil {
			t.Fatal(err)
		}
		keep := w.member(w.elm, "ada", skein.Member)
		app, _ := w.app(w.elm, "read")
		used, _ := w.app(w.elm, "read")
		if _, err := w.NewToken(t.Context(), w.elm.ID, keep.Account, used.ID, nil); err != nil {
			t.Fatal(err)
		}
		session, err := w.signIn(w.elm, "ada", secret)
		if err != nil {
			t.Fatal(err)
		}
		w.pass(8 * 24 * time.Hour)
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SignUp(t.Context(), w.elm.ID, form("bo")); err != nil {
			t.Errorf("the name after a week: %v, want it free", err)
		}
		_, err = w.App(t.Context(), w.elm.ID, app.ID)
		wantKind(t, "an app that nobody uses", err, skein.NotFound)
		if _, err := w.App(t.Context(), w.elm.ID, used.ID); err != nil {
			t.Errorf("an app that is used: %v", err)
		}
		if _, err := w.BySession(t.Context(), w.elm.ID, session); err != nil {
			t.Errorf("a session that is used: %v", err)
		}
	})
}
