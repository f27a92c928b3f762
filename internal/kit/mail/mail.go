// Package mail hands letters to a relay, or lays them into a folder where no relay is set. What a letter says, to whom
// and how often, is left to others.
package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

// Message is one letter in plain text to one person.
type Message struct {
	From    string // an address, or a name and an address as net/mail.Address writes them: "Elm" <post@elm.example>
	To      string // an address alone
	Subject string // one line
	Text    string
}

// Sender hands a letter on. An error for which Refused holds will not go away by trying again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused says that a letter can never be sent as it is: its address or subject is not one, or the relay will not have it.
var ErrRefused = errors.New("mail refused")

// Refused says whether trying again is of no use.
func Refused(err error) bool { return errors.Is(err, ErrRefused) }

// The longest address by RFC 5321 4.5.3.1.3 (a path is 256 with its brackets), local part and line lengths likewise.
const (
	maxAddress = 254
	maxLocal   = 64
	maxLabel   = 63
	maxSubject = 250
)

// Address says what is wrong with a mail address, or nil. It is stricter than RFC 5322: no quotes, comments, routes or
// address literals, one @, and a domain of the internet, since what is rare and odd in an address is mostly an attempt
// to reach somebody else (% and ! route onwards on old relays).
func Address(s string) error {
	switch {
	case s == "":
		return errors.New("a mail address is missing")
	case len(s) > maxAddress:
		return fmt.Errorf("a mail address holds %d characters at most", maxAddress)
	case !utf8.ValidString(s):
		return errors.New("the mail address is not text")
	case strings.Count(s, "@") != 1:
		return errors.New("a mail address has one @")
	}
	local, domain, _ := strings.Cut(s, "@")
	if local == "" || len(local) > maxLocal {
		return fmt.Errorf("a mail address has 1 to %d characters before the @", maxLocal)
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return errors.New("the dots in the mail address are in places where they can't be")
	}
	for _, r := range local {
		if !localRune(r) {
			return fmt.Errorf("a mail address can't hold %q", r)
		}
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !hostName(ascii) {
		return errors.New("the mail address has no proper domain after the @")
	}
	if len(local)+1+len(ascii) > maxAddress {
		return fmt.Errorf("a mail address holds %d characters at most", maxAddress)
	}
	return nil
}

// localRune tells what may stand before the @: atext of RFC 5322 3.2.3 without what old relays route by (% and !) or
// shells and sites choke on, and letters and digits of any script (RFC 6531).
func localRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(".+-_'=~#&*/?^{}$", r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r)
}

func hostName(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > maxLabel || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if c := l[i]; !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-') {
				return false
			}
		}
	}
	// A domain whose last label is a number is an IP address: RFC 3696 2.
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

// check refuses what could become another header, another recipient or another letter.
func (m Message) check() error {
	if err := Address(m.To); err != nil {
		return fmt.Errorf("%w: to: %w", ErrRefused, err)
	}
	if oddLine(m.From) {
		return fmt.Errorf("%w: from: a control character", ErrRefused)
	}
	if oddLine(m.Subject) {
		return fmt.Errorf("%w: subject: a control character", ErrRefused)
	}
	if utf8.RuneCountInString(m.Subject) > maxSubject {
		return fmt.Errorf("%w: subject: longer than %d characters", ErrRefused, maxSubject)
	}
	return nil
}

// oddLine finds what has no place in one line of text: control characters, the line ends of Unicode, broken UTF-8.
func oddLine(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// letter builds the message as it goes over the wire.
func (m Message) letter(now time.Time, messageID string) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.From); err != nil {
		return nil, fmt.Errorf("%w: from: %w", ErrRefused, err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: to: %w", ErrRefused, err)
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(messageID)
	// Nobody's vacation notice shall answer a machine: RFC 3834 5.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}

func render(msg *gomail.Msg) ([]byte, error) {
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	return b.Bytes(), nil
}

// messageID is unique and bears the domain that sends (RFC 5322 3.6.4), never the name of the machine.
func messageID(from, unique string) string {
	domain := strings.TrimRight(from[strings.LastIndexByte(from, '@')+1:], "> ")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil && hostName(ascii) {
		domain = ascii
	} else {
		domain = "invalid"
	}
	return unique + "@" + domain
}
