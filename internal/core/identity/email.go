package identity

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
)

// emailKey names the mailbox that an address leads to: however often somebody spells one mailbox anew, it is one person
// (T151). The address itself is kept as it was given.
func emailKey(address string) string {
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

// disposable are hosts of mailboxes that anybody reads and nobody keeps: whoever signs up with one cannot get back in.
var disposable = func() map[string]bool {
	m := map[string]bool{}
	for _, d := range strings.Fields(`10minutemail.com 20minutemail.com burnermail.io discard.email dispostable.com
		emailondeck.com fakeinbox.com getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com
		guerrillamail.de guerrillamail.net guerrillamail.org guerrillamailblock.com inboxkitten.com mail-temp.com
		mailcatch.com maildrop.cc mailinator.com mailinator.net mailnesia.com minuteinbox.com mohmal.com moakt.com
		mytemp.email sharklasers.com spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com
		tempmail.com tempmailo.com tempr.email throwawaymail.com trashmail.com trashmail.de trashmail.net yopmail.com
		yopmail.fr yopmail.net`) {
		m[d] = true
	}
	return m
}()

func isDisposable(address string) bool {
	_, domain, _ := strings.Cut(emailKey(address), "@")
	for domain != "" {
		if disposable[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}
