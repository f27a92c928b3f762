package cli

import (
	"strings"
	"testing"
)

// What is held against the network, providers of mail and mailboxes can be said from the command line as from the admin API; each
// decision is in the audit log, and a wrong one is a plain sentence.
func TestOperatorBlocksNetworksAndMail(t *testing.T) {
	data := t.TempDir()
	try := func(args ...string) (int, string, string) {
		t.Helper()
		return command(t, append(args, "--site", "elm.example", "--data", data)...)
	}
	must := func(want string, args ...string) {
		t.Helper()
		if code, out, errs := try(args...); code != 0 || !strings.Contains(out, want) {
			t.Fatalf("skein %s: %d %s%s, want %q", strings.Join(args, " "), code, out, errs, want)
		}
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if code, _, errs := try(args...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("skein %s: %d %q, want %q", strings.Join(args, " "), code, errs, want)
		}
	}
	if code, _, errs := command(t, "site", "add", "--url", "https://elm.example", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	must("Nothing is held", "ip", "list")
	must("192.0.2.0/24: no-access", "ip", "block", "192.0.2.9/24", "--severity", "no-access", "--comment", "a flood", "--for", "48h")
	must("2001:db8::1/128: no-sign-up", "ip", "block", "2001:db8::1")
	must(`{"network":"192.0.2.0/24","severity":"no-access","until":"`, "ip", "list", "--json")
	must("a flood", "ip", "list")
	refused("already been taken", "ip", "block", "192.0.2.0/24")
	refused("too large", "ip", "block", "0.0.0.0/0", "--severity", "no-access")
	refused("neither an address nor a network", "ip", "block", "elm.example")
	must("any more", "ip", "unblock", "192.0.2.0/24")
	refused("holds nothing against 192.0.2.0/24", "ip", "unblock", "192.0.2.0/24")

	must("No provider", "email-domain", "list")
	must("mail.test is blocked", "email-domain", "block", "@Mail.test", "--approval")
	must("waits for a moderator", "email-domain", "list")
	must(`[{"domain":"mail.test","approval":true,"tries":0}]`, "email-domain", "list", "--json")
	refused("already been taken", "email-domain", "block", "mail.test")
	refused("not a valid domain", "email-domain", "block", "nowhere")
	must("blocked no more", "email-domain", "unblock", "mail.test")
	refused("does not block", "email-domain", "unblock", "mail.test")

	must("Blocked as", "email", "block", "eve+news@mail.test")
	must("eve@mail.test is blocked", "email", "test", "eve@mail.test")
	must("ann@mail.test is not blocked", "email", "test", "ann@mail.test")
	refused("not a mail address", "email", "block", "eve")
	must("T", "email", "list")
	must("blocked no more", "email", "unblock", "eve@mail.test")
	must("No mailbox", "email", "list")
	refused("does not block", "email", "unblock", "eve@mail.test")

	code, log, _ := command(t, "audit", "--site", "elm.example", "--data", data)
	for _, want := range []string{"192.0.2.0/24", "no access", "mail.test", "unblock", "email_domain", "operator"} {
		if code != 0 || !strings.Contains(log, want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
}
