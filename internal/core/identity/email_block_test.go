package identity_test

import (
	"context"
	"errors"
	"net/netip"
	"skein/internal/core/identity"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/mail"
	"skein/internal/skein"
	"skein/internal/store"
)

// bars blocks providers and mailboxes on a site.
func (w *world) bars(site *skein.Site, domains map[string]bool, mailboxes ...string) (ids map[string]skein.ID) {
	w.t.Helper()
	ids = map[string]skein.ID{}
	if err := w.within(site, func(tx *store.Tx) error {
		for d, approval := range domains {
			b := &skein.EmailDomainBlock{Domain: d, WithApproval: approval}
			if _, err := tx.InsertEmailDomain(b); err != nil {
				return err
			}
			ids[d] = b.ID
		}
		for _, m := range mailboxes {
			if _, err := tx.InsertEmailBlock(&skein.EmailBlock{Hash: mail.Hash(m)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// holds holds something against a part of the network.
func (w *world) holds(site *skein.Site, network string, s skein.IPSeverity, ends time.Time) {
	w.t.Helper()
	if err := w.within(site, func(tx *store.Tx) error {
		_, err := tx.InsertIPBlock(&skein.IPBlock{Network: netip.MustParsePrefix(network), Severity: s, ExpiresAt: ends})
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
}

// tries is how often a provider was tried, and by how many, on each day.
func (w *world) tries(site *skein.Site, id skein.ID) map[int64][2]int {
	w.t.Helper()
	out := map[int64][2]int{}
	if err := w.db.View(w.t.Context(), site.ID, func(tx *store.Tx) error {
		list, err := tx.EmailTries([]skein.ID{id})
		for _, d := range list {
			out[d.Day] = [2]int{d.Uses, d.Accounts}
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// T151: nobody signs up with a blocked provider, also under another name for which it takes the mail; those who tried are
// counted, as networks; a site's blocks are its own.
func TestT151_BlockedProviders(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked := 0
		w.MX = func(_ context.Context, domain string) ([]string, error) {
			asked++
			switch domain {
			case "innocent.example":
				return []string{"MX1.trash.example."}, nil
			case "careful.example":
				return []string{"in.slow.example"}, nil
			case "broken.example":
				return nil, errors.New("no answer")
			}
			return []string{"mx." + domain}, nil
		}
		sign := func(name, email, from string) (*skein.User, error) {
			in := form(name)
			in.Email, in.Address = email, from
			return w.SignUp(t.Context(), w.elm.ID, in)
		}
		if _, err := sign("zoe", "zoe@trash.example", ""); err != nil || asked != 0 {
			t.Fatalf("before anything is blocked: %v, %d look-ups", err, asked)
		}
		ids := w.bars(w.elm, map[string]bool{"trash.example": false, "slow.example": true})
		for i, c := range []struct {
			email, code string
			waits       bool
		}{
			{"a@trash.example", "blocked", false},
			{"a@eu.TRASH.example", "blocked", false},
			{"a@innocent.example", "blocked", false},
			{"a@nottrash.example", "", false},
			{"a@broken.example", "", false},
			{"a@slow.example", "", true},
			{"a@careful.example", "", true},
		} {
			u, err := sign("bo"+string(rune('a'+i)), c.email, "2001:db8:1:2::"+string(rune('1'+i)))
			if got := codeOf(err, "email"); got != c.code || c.code == "" && err != nil {
				t.Errorf("%s: %v, want %q", c.email, err, c.code)
			}
			if err == nil && u.ApprovedAt.IsZero() != c.waits {
				t.Errorf("%s waits: %v, want %v", c.email, !c.waits, c.waits)
			}
		}
		today := w.now.Unix() / 86400
		if got := w.tries(w.elm, ids["trash.example"]); len(got) != 1 || got[today] != [2]int{3, 1} { // one /64
			t.Errorf("tries: %v", got)
		}
		_, _ = sign("bz", "a@trash.example", "192.0.2.9")
		if got := w.tries(w.elm, ids["trash.example"]); got[today] != [2]int{4, 2} {
			t.Errorf("tries: %v", got)
		}
		if got := w.tries(w.elm, ids["slow.example"]); got[today] != [2]int{2, 1} {
			t.Errorf("tries of one with approval: %v", got)
		}
		in := form("far")
		in.Email = "far@trash.example"
		if _, err := w.SignUp(t.Context(), w.oak.ID, in); err != nil {
			t.Errorf("another site's block: %v", err)
		}
		in.Confirmed = true
		if _, err := w.SignUp(t.Context(), w.elm.ID, in); err != nil {
			t.Errorf("the operator makes an account: %v", err)
		}
		w.pass(7 * 24 * time.Hour)
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.tries(w.elm, ids["trash.example"]); len(got) != 0 {
			t.Errorf("tries after a week: %v", got)
		}
	})
}

// T151: a mailbox that is blocked is so however it is spelt, on sign-up, when the link is opened, and for a new address.
func TestT151_BlockedMailboxes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		late := form("late")
		u, err := w.SignUp(t.Context(), w.elm.ID, late)
		if err != nil {
			t.Fatal(err)
		}
		token := w.link("https://elm.example/confirm")
		ada := w.member(w.elm, "ada", skein.Member)
		w.bars(w.elm, map[string]bool{"trash.example": false, "slow.example": true}, "spam@mail.example", "late@mail.example")
		for _, address := range []string{"spam@mail.example", "S.P.A.M+x@MAIL.example"} {
			in := form("bo")
			in.Email = address
			if _, err := w.SignUp(t.Context(), w.elm.ID, in); codeOf(err, "email") != "blocked" {
				t.Errorf("sign up with %s: %v", address, err)
			}
			if err := w.ChangeEmail(t.Context(), viewer(ada), secret, address, identity.Browser{}); codeOf(err, "email") != "blocked" {
				t.Errorf("change to %s: %v", address, err)
			}
			if err := w.Resend(t.Context(), viewer(u), address); codeOf(err, "email") != "blocked" {
				t.Errorf("another letter to %s: %v", address, err)
			}
		}
		if _, err := w.Confirm(t.Context(), w.elm.ID, token, identity.Browser{}); codeOf(err, "email") != "blocked" {
			t.Errorf("confirmed though it was blocked meanwhile: %v", err)
		}
		// Who gives an address at a provider that needs a moderator only afterwards waits too.
		if err := w.Resend(t.Context(), viewer(u), "late@slow.example"); err != nil {
			t.Fatal(err)
		}
		if u, err = w.Confirm(t.Context(), w.elm.ID, w.link("https://elm.example/confirm"), identity.Browser{}); err != nil || !u.ApprovedAt.IsZero() {
			t.Errorf("let in past the moderators: %v %v", u, err)
		}
		// An address that is on its way is looked at again when its link is opened.
		if err := w.ChangeEmail(t.Context(), viewer(ada), secret, "ada@later.example", identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		var link string
		for _, m := range w.post() {
			if m.To == "ada@later.example" {
				link = tokenIn(m.Text)
			}
		}
		w.bars(w.elm, map[string]bool{"later.example": false})
		if _, err := w.Confirm(t.Context(), w.elm.ID, link, identity.Browser{}); codeOf(err, "email") != "blocked" {
			t.Errorf("changed though it was blocked meanwhile: %v", err)
		}
		// Her own address, spelt anew, is hers, whatever was blocked since.
		w.bars(w.elm, nil, "ada@mail.example")
		if err := w.ChangeEmail(t.Context(), viewer(ada), secret, "Ada@mail.example", identity.Browser{}); err != nil {
			t.Errorf("her own address: %v", err)
		}
	})
}

// T151: where somebody comes from decides whether they sign up, wait, or neither; what has run out does not.
func TestT151_BlockedNetworks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.holds(w.elm, "192.0.2.0/24", skein.IPApproval, time.Time{})
		w.holds(w.elm, "192.0.2.128/25", skein.IPNoSignUp, w.now.Add(time.Hour))
		w.holds(w.elm, "2001:db8::/32", skein.IPNoAccess, time.Time{})
		sign := func(site *skein.Site, name, from string) (*skein.User, error) {
			in := form(name)
			in.Address = from
			return w.SignUp(t.Context(), site.ID, in)
		}
		if u, err := sign(w.elm, "bo", "192.0.2.1"); err != nil || !u.ApprovedAt.IsZero() {
			t.Errorf("approval: %v %v", u, err)
		}
		if u, err := sign(w.elm, "cy", "198.51.100.1"); err != nil || u.ApprovedAt.IsZero() {
			t.Errorf("from elsewhere: %v %v", u, err)
		}
		for _, from := range []string{"192.0.2.200", "::ffff:192.0.2.200", "2001:db8:7::1"} {
			_, err := sign(w.elm, "di", from)
			wantKind(t, "sign-up from "+from, err, skein.Denied)
		}
		if _, err := sign(w.oak, "di", "192.0.2.200"); err != nil {
			t.Errorf("another site's block: %v", err)
		}
		w.pass(time.Hour)
		if u, err := sign(w.elm, "di", "192.0.2.200"); err != nil || !u.ApprovedAt.IsZero() {
			t.Errorf("after it ran out, in the larger network: %v %v", u, err)
		}
		// An invitation past the moderators does not lead past a block.
		boss := w.member(w.elm, "boss", skein.Owner)
		if err := w.within(w.elm, func(tx *store.Tx) error {
			return tx.InsertInvite(&skein.Invite{ID: tx.NewID(), Code: "welcome", By: boss.Account})
		}); err != nil {
			t.Fatal(err)
		}
		in := form("ed")
		in.Address, in.InviteCode = "192.0.2.1", "welcome"
		if u, err := w.SignUp(t.Context(), w.elm.ID, in); err != nil || !u.ApprovedAt.IsZero() {
			t.Errorf("with an invitation: %v %v", u, err)
		}
	})
}

// tokenIn reads the token of the link in a letter.
func tokenIn(text string) string {
	_, rest, _ := strings.Cut(text, "?token=")
	token, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(token)
}
