package mail

import (
	"slices"
	"testing"
)

// T151: one mailbox has one hash, however it is spelt, and it is the one that Mastodon makes.
func TestT151_OneMailboxOneHash(t *testing.T) {
	const want = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b" // SHA-256 of test@example.com
	for _, address := range []string{"test@example.com", "TEST@Example.COM", " t.e.s.t@example.com", "test+list@example.com", "te.st+a+b@EXAMPLE.com"} {
		if got := Hash(address); got != want {
			t.Errorf("hash of %q = %s, want %s", address, got, want)
		}
	}
	if Hash("a.b@gmail.com") != Hash("ab+x@googlemail.com") {
		t.Error("one mailbox of Google's has two hashes")
	}
	if Hash("test@example.org") == want || Hash("tests@example.com") == want {
		t.Error("two mailboxes have one hash")
	}
	// A list from a Mastodon server may hold the address of googlemail.com as it was spelt there.
	if got := Hashes("a.b@googlemail.com"); len(got) != 2 || !slices.Contains(got, hash("ab@googlemail.com")) || got[0] != Hash("ab@gmail.com") {
		t.Errorf("hashes: %q", got)
	}
	if got := Hashes("test@example.com"); len(got) != 1 {
		t.Errorf("hashes: %q", got)
	}
}
