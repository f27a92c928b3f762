package identity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/kit/password"
	"skein/internal/skein"
	"skein/internal/store"
)

// Unknown name, unknown address, wrong password, too long a one: one answer (T145, T41).
func TestT145_SignInTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.member(w.elm, "ada", skein.Member)
		var text string
		for _, c := range [][2]string{{"ada", "wrong horse"}, {"nobody", secret}, {"no@mail.example", secret}, {"", ""},
			{"ada", strings.Repeat("x", 5000)}, {"ada@oak.example", secret}} {
			_, err := w.signIn(w.elm, c[0], c[1])
			if err == nil {
				t.Fatalf("%q gets in", c[0])
			}
			if text == "" {
				text = err.Error()
			}
			if err.Error() != text || skein.KindOf(err) != skein.Unauthorized {
				t.Errorf("%q: %v, want %q", c[0], err, text)
			}
		}
	})
}

func TestT143_GuessesAreCounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.member(w.elm, "ada", skein.Member)
		w.member(w.elm, "bo", skein.Member)
		// However the account is written, it is one.
		names := []string{"ada", "@ADA", "ada@mail.example", "ada@elm.example", "ada+x@mail.example"}
		for i := range 25 {
			if _, err := w.signIn(w.elm, names[i%len(names)], "wrong horse"); skein.KindOf(err) != skein.Unauthorized {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		_, err := w.signIn(w.elm, "ada", secret)
		wantKind(t, "the right password after 25 wrong ones", err, skein.Busy)
		if _, err := w.signIn(w.elm, "bo", secret); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		w.pass(time.Hour)
		if _, err := w.signIn(w.elm, "ada", secret); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestT146_LettersAreCounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for what, ask := range map[string]func(email string) error{
			"reset":   func(e string) error { return w.RequestReset(t.Context(), w.elm.ID, e) },
			"confirm": func(e string) error { return w.ResendConfirmation(t.Context(), w.elm.ID, e) },
		} {
			for i := range 5 {
				if err := ask(what + "+" + string(rune('a'+i)) + "@mail.example"); err != nil {
					t.Fatalf("%s %d: %v", what, i, err)
				}
			}
			wantKind(t, "the sixth "+what, ask(what+"@mail.example"), skein.Busy)
		}
	})
}

func TestT95_TooManyPasswordsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Password = password.New(password.Options{Parallel: 1, Queue: 1})
		w.Limit = nil
		busy := make(chan error, 30)
		for range cap(busy) {
			go func() {
				_, err := w.signIn(w.elm, "nobody", "some password")
				busy <- err
			}()
		}
		refused := 0
		for range cap(busy) {
			switch err := <-busy; skein.KindOf(err) {
			case skein.Busy:
				refused++
			case skein.Unauthorized:
			default:
				t.Errorf("err = %v", err)
			}
		}
		if refused == 0 {
			t.Error("30 sign-ins at once are all served; want some refused")
		}
	})
}

func TestT144_Links(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		ask := func() string {
			t.Helper()
			if err := w.RequestReset(t.Context(), w.elm.ID, "ADA@mail.example"); err != nil {
				t.Fatal(err)
			}
			return w.link("https://elm.example/reset/new")
		}
		reset := func(st *skein.Site, token, pw string) error {
			_, err := w.ResetPassword(t.Context(), st.ID, token, pw, identity.Browser{})
			return err
		}
		if err := w.RequestReset(t.Context(), w.elm.ID, "ada+elsewhere@mail.example"); err != nil {
			t.Fatal(err)
		}
		if list := w.post(); len(list) != 1 || list[0].To != "ada@mail.example" {
			t.Errorf("letters = %+v, want one to the address that was confirmed", list)
		}
		first := ask()
		if len(first) < 43 {
			t.Errorf("a token of %d characters, want 256 bits", len(first))
		}
		second := ask()
		wantKind(t, "a link after a newer one", reset(w.elm, first, "new password"), skein.NotFound)
		wantKind(t, "a link on another site", reset(w.oak, second, "new password"), skein.NotFound)
		_, err := w.Confirm(t.Context(), w.elm.ID, second, identity.Browser{})
		wantKind(t, "a link for another purpose", err, skein.NotFound)
		if got := codeOf(reset(w.elm, second, "short"), "password"); got != "too_short" {
			t.Errorf("a short password: %s", got)
		}
		if err := reset(w.elm, second, "new password"); err != nil {
			t.Fatalf("the right link: %v", err)
		}
		wantKind(t, "a link used again", reset(w.elm, second, "newer password"), skein.NotFound)
		if list := w.post(); len(list) != 1 || !strings.Contains(list[0].Text, "was changed") {
			t.Errorf("letters = %+v, want one that says that the password is another", list)
		}
		third := ask()
		w.pass(time.Hour + time.Second)
		wantKind(t, "a link after an hour", reset(w.elm, third, "new password"), skein.NotFound)

		fourth := ask()
		if err := w.ChangeEmail(t.Context(), viewer(u), "new password", "lovelace@mail.example", identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		var fresh string
		for _, m := range w.post() {
			_, rest, link := strings.Cut(m.Text, "/confirm?token=")
			if link != (m.To == "lovelace@mail.example") {
				t.Errorf("letter to %s has a link: %v", m.To, link)
			}
			if link {
				fresh = strings.Fields(rest)[0]
			}
		}
		if _, err := w.Confirm(t.Context(), w.elm.ID, fresh, identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a link to the old address", reset(w.elm, fourth, "new password"), skein.NotFound)
		if got, _ := w.User(t.Context(), w.elm.ID, u.Account); got.Email != "lovelace@mail.example" {
			t.Errorf("address = %s", got.Email)
		}
	})
}

// A changed or reset password, a locked account: everything stops at once, in the caches too.
func TestT140_RevocationIsImmediate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		app, _ := w.app(w.elm, "read", "write")
		pw := secret
		for what, end := range map[string]func() error{
			"change": func() error {
				token, err := w.ChangePassword(t.Context(), viewer(u), pw, "next "+pw, identity.Browser{Agent: "Firefox", Address: "192.0.2.1"})
				if err == nil {
					pw = "next " + pw
					_, err = w.BySession(t.Context(), w.elm.ID, token)
				}
				return err
			},
			"operator": func() error { return w.SetPassword(t.Context(), w.elm.ID, u.Account, pw) },
			"disable": func() error {
				if err := w.within(w.elm, func(tx *store.Tx) error {
					return errors.Join(tx.DisablePerson(u.Account, tx.Now()), w.End(tx, u.Account))
				}); err != nil {
					return err
				}
				if _, err := w.signIn(w.elm, "ada", pw); skein.KindOf(err) != skein.Denied {
					t.Errorf("somebody locked out signs in: %v", err)
				}
				return w.within(w.elm, func(tx *store.Tx) error { return tx.DisablePerson(u.Account, time.Time{}) })
			},
			"end": func() error {
				return w.within(w.elm, func(tx *store.Tx) error { return w.End(tx, u.Account) })
			},
		} {
			session, err := w.signIn(w.elm, "ada", pw)
			if err != nil {
				t.Fatal(err)
			}
			bearer, err := w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			code, err := w.Authorize(t.Context(), viewer(u), app, "https://app.example/cb", []string{"read"}, "")
			if err != nil {
				t.Fatal(err)
			}
			_, e1 := w.BySession(t.Context(), w.elm.ID, session)
			_, e2 := w.ByToken(t.Context(), w.elm.ID, bearer)
			if e1 != nil || e2 != nil {
				t.Fatalf("%s: before: %v, %v", what, e1, e2)
			}
			w.revoked = nil
			if err := end(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			_, e1 = w.BySession(t.Context(), w.elm.ID, session)
			_, e2 = w.ByToken(t.Context(), w.elm.ID, bearer)
			wantKind(t, what+": the session after", e1, skein.Unauthorized)
			wantKind(t, what+": the token after", e2, skein.Unauthorized)
			_, _, _, err = w.Exchange(t.Context(), w.elm.ID, identity.Exchange{Code: code, ClientID: app.ClientID, RedirectURI: "https://app.example/cb"})
			if err == nil {
				t.Errorf("%s: a code from before still gives a token", what)
			}
			if !slices.Contains(w.revoked, u.Account) {
				t.Errorf("%s: open streams are not told", what)
			}
		}
		// Suspension is moderation's; the account's row says it, and the grant knows at once.
		session, _ := w.signIn(w.elm, "ada", pw)
		if g, _ := w.BySession(t.Context(), w.elm.ID, session); g == nil || identity.Ready(g) != nil {
			t.Fatalf("before: %+v", g)
		}
		if err := w.db.Update(t.Context(), w.elm.ID, func(tx *store.Tx) error {
			a, err := tx.Account(u.Account)
			if err != nil {
				return err
			}
			suspended := *a
			suspended.SuspendedAt = tx.Now()
			return tx.UpdateAccount(&suspended)
		}); err != nil {
			t.Fatal(err)
		}
		if g, _ := w.BySession(t.Context(), w.elm.ID, session); g != nil {
			wantKind(t, "suspended", identity.Ready(g), skein.Denied)
		}
	})
}

// A token or cookie of one site is nothing on another, and a session is no bearer token (T196).
func TestT196_T197_TokensStayOnTheirSite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		stranger := w.member(w.oak, "eve", skein.Member)
		app, secretOfApp := w.app(w.elm, "read")
		session, _ := w.signIn(w.elm, "ada", secret)
		bearer, _ := w.NewToken(t.Context(), w.elm.ID, u.Account, app.ID, nil)
		for what, err := range map[string]error{
			"session elsewhere":   second(w.BySession(t.Context(), w.oak.ID, session)),
			"token elsewhere":     second(w.ByToken(t.Context(), w.oak.ID, bearer)),
			"session as token":    second(w.ByToken(t.Context(), w.elm.ID, session)),
			"token as session":    second(w.BySession(t.Context(), w.elm.ID, bearer)),
			"nothing":             second(w.ByToken(t.Context(), w.elm.ID, "")),
			"client elsewhere":    fourth(w.ClientToken(t.Context(), w.oak.ID, app.ClientID, secretOfApp, nil)),
			"sign in elsewhere":   second(w.signIn(w.oak, "ada", secret)),
			"sessions of nobody":  second(w.Sessions(t.Context(), skein.Viewer{Site: w.elm.ID})),
			"apps of nobody":      second(w.AllowedApps(t.Context(), skein.Viewer{Site: w.elm.ID})),
			"account of nobody":   second(w.Account(t.Context(), skein.Viewer{Site: w.elm.ID})),
			"revoke all, nobody":  w.EndSessions(t.Context(), skein.Viewer{Site: w.elm.ID}, 0),
			"address of nobody":   w.ChangeEmail(t.Context(), skein.Viewer{Site: w.elm.ID}, secret, "x@mail.example", identity.Browser{}),
			"password of nobody":  second(w.ChangePassword(t.Context(), skein.Viewer{Site: w.elm.ID}, secret, "new password", identity.Browser{Agent: "", Address: ""})),
			"resend for nobody":   w.Resend(t.Context(), skein.Viewer{Site: w.elm.ID}, ""),
			"authorize by nobody": second(w.Authorize(t.Context(), skein.Viewer{Site: w.elm.ID}, app, "https://app.example/cb", []string{"read"}, "")),
		} {
			wantKind(t, what, err, skein.Unauthorized)
		}
		list, err := w.Sessions(t.Context(), viewer(u))
		if err != nil || len(list) != 1 {
			t.Fatalf("sessions = %v, %v", list, err)
		}
		elsewhere := skein.Viewer{Site: w.oak.ID, Account: u.Account}
		for what, err := range map[string]error{
			"end a stranger's session":    w.EndSession(t.Context(), viewer(stranger), list[0].ID),
			"end it from another site":    w.EndSession(t.Context(), elsewhere, list[0].ID),
			"revoke a stranger's app":     w.RevokeApp(t.Context(), viewer(stranger), app.ID),
			"revoke from another site":    w.RevokeApp(t.Context(), elsewhere, app.ID),
			"an app of another site":      second(w.App(t.Context(), w.oak.ID, app.ID)),
			"authorize with such an app":  second(w.Authorize(t.Context(), viewer(stranger), app, "https://app.example/cb", []string{"read"}, "")),
			"password from another site":  second(w.ChangePassword(t.Context(), elsewhere, secret, "new password", identity.Browser{Agent: "", Address: ""})),
			"address from another site":   w.ChangeEmail(t.Context(), elsewhere, secret, "x@mail.example", identity.Browser{}),
			"resend from another site":    w.Resend(t.Context(), elsewhere, ""),
			"account from another site":   second(w.Account(t.Context(), elsewhere)),
			"token for a stranger":        second(w.NewToken(t.Context(), w.oak.ID, u.Account, 0, nil)),
			"admit from another site":     w.within(w.oak, func(tx *store.Tx) error { return w.Admit(tx, u.Account) }),
			"dismiss from another site":   w.within(w.oak, func(tx *store.Tx) error { return w.Dismiss(tx, u.Account) }),
			"password, operator of other": w.SetPassword(t.Context(), w.oak.ID, u.Account, "new password"),
		} {
			wantKind(t, what, err, skein.NotFound)
		}
		if list, _ := w.Sessions(t.Context(), elsewhere); len(list) != 0 {
			t.Errorf("sessions seen from another site: %d", len(list))
		}
		if err := w.EndSessions(t.Context(), elsewhere, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := w.BySession(t.Context(), w.elm.ID, session); err != nil {
			t.Errorf("after all that the session is gone: %v", err)
		}
	})
}

func second[T any](_ T, err error) error                 { return err }
func fourth[A, B, C any](_ A, _ B, _ C, err error) error { return err }

// Sessions end unused after 90 days and after a year in any case; a new sign-in is always a new session (T150).
func TestT150_SessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		one, _ := w.signIn(w.elm, "ada", secret)
		two, _ := w.signIn(w.elm, "ada", secret)
		if one == two {
			t.Fatal("two sign-ins are one session")
		}
		list, _ := w.Sessions(t.Context(), viewer(u))
		if len(list) != 2 || list[0].Agent != "Firefox" || list[0].Address != "192.0.2.1" {
			t.Errorf("sessions = %+v", list)
		}
		g, err := w.BySession(t.Context(), w.elm.ID, two)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.EndSessions(t.Context(), viewer(u), g.Session); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "the other session", second(w.BySession(t.Context(), w.elm.ID, one)), skein.Unauthorized)
		if err := w.SignOut(t.Context(), w.elm.ID, two); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "after signing out", second(w.BySession(t.Context(), w.elm.ID, two)), skein.Unauthorized)

		idle, _ := w.signIn(w.elm, "ada", secret)
		w.pass(91 * 24 * time.Hour)
		wantKind(t, "after 91 idle days", second(w.BySession(t.Context(), w.elm.ID, idle)), skein.Unauthorized)
	})
}

// Use is noted once a day, so that a read costs no write.
func TestUseIsNotedDaily(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		token, _ := w.signIn(w.elm, "ada", secret)
		begun := w.now
		fresh := func() time.Time {
			t.Helper()
			w.Start() // as after a restart: nothing is remembered
			if _, err := w.BySession(t.Context(), w.elm.ID, token); err != nil {
				t.Fatal(err)
			}
			list, err := w.Sessions(t.Context(), viewer(u))
			if err != nil {
				t.Fatal(err)
			}
			return list[0].SeenAt
		}
		w.pass(11 * time.Hour)
		if got := fresh(); !got.Equal(begun) {
			t.Errorf("on the same day: last used %v, want %v", got, begun)
		}
		w.pass(2 * time.Hour)
		if got := fresh(); !got.Equal(w.now) {
			t.Errorf("on the next day: last used %v, want %v", got, w.now)
		}
	})
}

// A hash that is weaker than today's is replaced when its owner signs in.
func TestWeakHashIsRenewed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.member(w.elm, "ada", skein.Member)
		before, _ := w.User(t.Context(), w.elm.ID, u.Account)
		strong := password.Cheap()
		strong.Memory *= 2
		w.Password = password.New(password.Options{Params: strong})
		for range 2 {
			if _, err := w.signIn(w.elm, "ada", secret); err != nil {
				t.Fatal(err)
			}
		}
		after, _ := w.User(t.Context(), w.elm.ID, u.Account)
		if before.Password == after.Password {
			t.Error("the old hash is still stored")
		}
	})
}
