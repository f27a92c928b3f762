package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skein/internal/core/identity"
	"skein/internal/server"
	"skein/internal/store"
)

// command runs a command line and returns its code and what it printed.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestOperatorMakesSitePersonToken(t *testing.T) {
	data := t.TempDir()
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := command(t, append(args, "--data", data)...)
		if code != 0 {
			t.Fatalf("skein %s: %d %s", strings.Join(args, " "), code, errs)
		}
		return out
	}
	if out := must("site", "list"); !strings.Contains(out, "No site") {
		t.Errorf("an empty folder: %q", out)
	}
	out := must("site", "add", "--url", "https://Elm.Example")
	if !strings.Contains(out, "https://elm.example/setup?token=") {
		t.Errorf("no set-up link in %q", out)
	}
	if out := must("site", "list", "--json"); !strings.Contains(out, `"domain":"elm.example"`) {
		t.Errorf("list: %s", out)
	}
	must("account", "add", "--site", "elm.example", "--name", "ada", "--email", "ada@mail.example", "--password", "correct horse battery", "--role", "owner")
	out = must("token", "add", "--account", "ada@elm.example", "--scopes", "read write")
	words := strings.Fields(out)
	if token := words[len(words)-1]; len(token) < 40 {
		t.Errorf("the last word is no token: %q", out)
	}
}

// Each refusal is one plain sentence and a code that is not zero.
func TestRefusalIsASentence(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, "site", "add", "--url", "https://elm.example", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	config := filepath.Join(data, "skein.json")
	if err := os.WriteFile(config, []byte(`{"lisen": "127.0.0.1:1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"same site twice":    {[]string{"site", "add", "--url", "https://elm.example"}, "elm.example"},
		"URL with a path":    {[]string{"site", "add", "--url", "https://oak.example/forum"}, "ends with its host"},
		"unknown site":       {[]string{"account", "add", "--site", "oak.example", "--name", "a", "--email", "a@b.example", "--password", "correct horse"}, "oak.example"},
		"bad name":           {[]string{"account", "add", "--site", "elm.example", "--name", "a b", "--email", "a@b.example", "--password", "correct horse"}, "username"},
		"short password":     {[]string{"account", "add", "--site", "elm.example", "--name", "ab", "--email", "a@b.example", "--password", "x"}, "password"},
		"unknown person":     {[]string{"token", "add", "--account", "bo@elm.example"}, "bo"},
		"unknown scope":      {[]string{"token", "add", "--account", "bo@elm.example", "--scopes", "all"}, "scope"},
		"misspelt setting":   {[]string{"serve", "--config", config}, "lisen"},
		"unknown flag":       {[]string{"serve", "--lisen", "x"}, "lisen"},
		"no site yet":        {[]string{"serve", "--data", filepath.Join(data, "new")}, "--url"},
		"other database":     {[]string{"serve", "--db", "mysql://db.example/skein"}, "PostgreSQL"},
		"link of no site":    {[]string{"site", "link", "--site", "oak.example"}, "oak.example"},
		"approve nobody":     {[]string{"account", "approve", "--account", "bo@elm.example"}, "bo"},
		"invite by nobody":   {[]string{"invite", "add", "--account", "bo@elm.example"}, "bo"},
		"endless invitation": {[]string{"invite", "add", "--account", "bo@elm.example", "--days", "9999"}, "year"},
		"joining by chance":  {[]string{"site", "set", "--site", "elm.example", "--joining", "maybe"}, "joining"},
		"range that is none": {[]string{"serve", "--outbound-allow", "10.0.0.0/99"}, "10.0.0.0/99"},
	} {
		t.Run(name, func(t *testing.T) {
			args := c.args
			if !strings.Contains(strings.Join(args, " "), "--data") {
				args = append(args, "--data", data)
			}
			code, _, errs := command(t, args...)
			line := strings.TrimSpace(errs)
			if code == 0 || !strings.Contains(strings.ToLower(line), strings.ToLower(c.want)) {
				t.Errorf("code %d, %q; want something about %q", code, line, c.want)
			}
		})
	}
}

// Flags can be given by the environment and by a file, and the command line wins.
func TestSettingsFromEverywhere(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	config := filepath.Join(dir, "skein.json")
	if err := os.WriteFile(config, []byte(`{"data": "`+data+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, "site", "list", "--config", config); code != 0 {
		t.Fatal(errs)
	}
	if _, err := os.Stat(filepath.Join(data, "skein.db")); err != nil {
		t.Errorf("the file's folder was not used: %v", err)
	}
	t.Setenv("SKEIN_DATA", filepath.Join(dir, "env"))
	if code, _, errs := command(t, "site", "list"); code != 0 {
		t.Fatal(errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "env", "skein.db")); err != nil {
		t.Errorf("the environment's folder was not used: %v", err)
	}
}

func TestHelpEverywhere(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"serve", "-h"}, {"site", "add", "-h"}, {"account", "add", "-h"}, {"token", "add", "-h"}, {"demo", "-h"}} {
		if code, out, _ := command(t, args...); code != 0 || !strings.Contains(out, "--data") {
			t.Errorf("skein %s: code %d\n%s", strings.Join(args, " "), code, out)
		}
	}
}

// The demo's story is told whole, with federation between its sites.
func TestDemoPopulates(t *testing.T) {
	code, out, errs := command(t, "demo", "--once", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	if code != 0 || !strings.Contains(out, "Sign in as  ada") {
		t.Fatalf("code %d\n%s\n%s", code, out, errs)
	}
}

// Who is made an owner by the operator owns the site: the set-up link is worth nothing then.
func TestOwnerByCommand(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, "site", "add", "--url", "https://elm.example", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := command(t, "account", "add", "--site", "elm.example", "--name", "ada", "--email", "ada@mail.example",
		"--password", "correct horse battery", "--role", "owner", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	s, err := open(t.Context(), &Root{Place: server.Place{Data: data}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.Sites.All(t.Context())
	if err != nil || len(all) != 1 || all[0].Owner == 0 {
		t.Errorf("sites %+v, %v: no owner", all, err)
	}
	if _, err := s.Sites.NewSetup(t.Context(), all[0].ID); err == nil {
		t.Error("an owned site gives another set-up link")
	}
}

// A lost set-up link is replaced, as long as nobody owns the site (T211).
func TestLostSetUpLink(t *testing.T) {
	data := t.TempDir()
	must := mustRun(t, data)
	must("site", "add", "--url", "https://elm.example")
	if out := must("site", "link", "--site", "elm.example"); !strings.Contains(out, "https://elm.example/setup?token=") {
		t.Errorf("no link in %q", out)
	}
	must("account", "add", "--site", "elm.example", "--name", "ada", "--email", "ada@mail.example", "--password", "correct horse battery", "--role", "owner")
	if code, _, errs := command(t, "site", "link", "--site", "elm.example", "--data", data); code == 0 || !strings.Contains(errs, "owner already") {
		t.Errorf("a second owner can be made: %d %q", code, errs)
	}
}

// Where people are let in by hand or by invitation, the operator can do so.
func TestOperatorLetsPeopleIn(t *testing.T) {
	data := t.TempDir()
	must := mustRun(t, data)
	must("site", "add", "--url", "https://elm.example", "--joining", "approval")
	must("account", "add", "--site", "elm.example", "--name", "ada", "--email", "ada@mail.example", "--password", "correct horse battery", "--role", "owner")
	ask := func(name, invite string) error {
		s, err := open(t.Context(), &Root{Place: server.Place{Data: data}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		site, err := s.Sites.ByHost(t.Context(), "elm.example")
		if err != nil {
			t.Fatal(err)
		}
		u, err := s.Identity.SignUp(t.Context(), site.ID, identity.SignUp{Username: name, Email: name + "@mail.example",
			Password: "correct horse battery", Agreement: true, Reason: "to talk", InviteCode: invite})
		if err != nil {
			return err
		}
		// As if the link of the letter had been opened.
		return s.DB.Update(t.Context(), site.ID, func(tx *store.Tx) error {
			p, err := tx.Person(u.Account)
			if err != nil {
				return err
			}
			p.ConfirmedAt = tx.Now()
			return tx.UpdatePerson(&p.User, p.Email)
		})
	}
	for _, name := range []string{"bo", "cy"} {
		if err := ask(name, ""); err != nil {
			t.Fatal(err)
		}
	}
	if out := must("account", "waiting", "--site", "elm.example"); !strings.Contains(out, "bo@mail.example") || !strings.Contains(out, "to talk") {
		t.Errorf("who waits: %q", out)
	}
	must("account", "approve", "--account", "bo@elm.example")
	must("account", "refuse", "--account", "@cy@elm.example")
	if out := must("account", "waiting", "--site", "elm.example"); strings.Contains(out, "mail.example") {
		t.Errorf("somebody still waits: %q", out)
	}
	if code, _, _ := command(t, "account", "refuse", "--account", "ada@elm.example", "--data", data); code == 0 {
		t.Error("a member is turned away")
	}
	if out := must("site", "set", "--site", "elm.example", "--joining", "invite", "--name", "The Elm"); !strings.Contains(out, "invite") {
		t.Errorf("set: %q", out)
	}
	if out := must("site", "list"); !strings.Contains(out, "The Elm") {
		t.Errorf("list: %q", out)
	}
	if err := ask("dee", ""); err == nil {
		t.Error("somebody comes in without an invitation")
	}
	words := strings.Fields(must("invite", "add", "--account", "ada@elm.example", "--uses", "1"))
	_, code, _ := strings.Cut(words[len(words)-1], "/invite/")
	if err := ask("dee", code); err != nil {
		t.Errorf("the invitation is not good: %v", err)
	}
	if err := ask("eve", code); err == nil {
		t.Error("an invitation for one lets two in")
	}
}

// mustRun runs commands that have to succeed.
func mustRun(t *testing.T, data string) func(args ...string) string {
	return func(args ...string) string {
		t.Helper()
		code, out, errs := command(t, append(args, "--data", data)...)
		if code != 0 {
			t.Fatalf("skein %s: %d %s", strings.Join(args, " "), code, errs)
		}
		return out
	}
}

// T152: what the operator decides on the command line is carried out, and written down like everybody's decisions.
func TestT152_OperatorDecides(t *testing.T) {
	data := t.TempDir()
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := command(t, append(args, "--data", data)...)
		if code != 0 {
			t.Fatalf("skein %s: %d %s", strings.Join(args, " "), code, errs)
		}
		return out
	}
	must("site", "add", "--url", "https://elm.example")
	for name, role := range map[string]string{"ada": "owner", "bo": "member"} {
		must("account", "add", "--site", "elm.example", "--name", name, "--email", name+"@mail.example", "--password", "correct horse battery", "--role", role)
	}
	if out := must("audit", "--site", "elm.example"); !strings.Contains(out, "Nothing") {
		t.Errorf("an empty log: %q", out)
	}
	must("account", "role", "bo@elm.example", "moderator")
	must("account", "silence", "@bo@elm.example", "--text", "please be kind")
	must("account", "unsilence", "bo@elm.example")
	must("account", "suspend", "bo@elm.example", "--quiet")
	must("account", "unsuspend", "bo@elm.example", "--site", "elm.example")
	out := must("audit", "--site", "elm.example")
	for _, want := range []string{"role", "limit", "unlimit", "suspend", "unsuspend"} {
		if !strings.Contains(out, "operator  "+want+" ") {
			t.Errorf("the log has no %s:\n%s", want, out)
		}
	}
	if out := must("audit", "--site", "elm.example", "--json", "--limit", "1"); !strings.Contains(out, `"by":"operator","action":"unsuspend","kind":"account"`) {
		t.Errorf("for scripts: %s", out)
	}
	must("site", "set", "--site", "elm.example", "--trends", "off", "--review-trends", "off")
	for _, c := range []struct {
		args string
		want string
	}{
		{"account role bo@elm.example owner", "owner"},
		{"account role ada@elm.example member", "not allowed"},
		{"account suspend ada@elm.example", "owns the site"},
		{"account suspend nobody@elm.example", "nobody"},
		{"account suspend far@oak.example --site elm.example", "far@oak.example"},
		{"audit --site elm.example --below x", "x"},
		{"audit --site elm.example --limit 1000", "200"},
	} {
		code, _, errs := command(t, append(strings.Fields(c.args), "--data", data)...)
		if code == 0 || !strings.Contains(errs, c.want) {
			t.Errorf("skein %s: %d %q, want something about %q", c.args, code, errs, c.want)
		}
	}
}
