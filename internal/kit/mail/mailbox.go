package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
)

// Mailbox names the mailbox that an address leads to: however often somebody spells one mailbox anew, it is one person
// (T151).
func Mailbox(address string) string {
	local, domain, ok := strings.Cut(strings.TrimSpace(address), "@")
	if !ok {
		return ""
	}
	local, domain = cases.Fold().String(local), strings.ToLower(domain)
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

// Domain returns what stands behind the @ of an address, as the network knows it.
func Domain(address string) string {
	_, domain, _ := strings.Cut(Mailbox(address), "@")
	return domain
}

// Hash is what a mailbox is known by where its address is not to be kept: SHA-256 of the address in lower case, without dots
// and what follows a plus, as Mastodon makes it of an Admin::CanonicalEmailBlock.
func Hash(address string) string { return hash(Mailbox(address)) }

// Hashes returns the hashes under which a mailbox may be known: Hash, and what Mastodon makes of the address as it is spelt.
func Hashes(address string) []string {
	list := []string{Hash(address)}
	if h := hash(strings.ToLower(strings.TrimSpace(address))); h != list[0] {
		list = append(list, h)
	}
	return list
}

func hash(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(strings.ReplaceAll(local, ".", ""), "+")
	sum := sha256.Sum256([]byte(local + "@" + domain))
	return hex.EncodeToString(sum[:])
}
