package identity

import (
	"strings"

	"skein/internal/kit/mail"
)

// emailKey names the mailbox that an address leads to. The address itself is kept as it was given.
func emailKey(address string) string { return mail.Mailbox(address) }

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
	domain := mail.Domain(address)
	for domain != "" {
		if disposable[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}
