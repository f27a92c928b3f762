package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how a connection to a relay is protected.
type TLS int

const (
	StartTLS TLS = iota // STARTTLS must succeed (the default)
	Implicit            // TLS from the first byte, port 465
	Plain               // none: only for a relay on the same machine
)

// RelayConfig names a relay and how to reach it.
type RelayConfig struct {
	Host     string
	Port     int // 0: 465 for Implicit, 587 for StartTLS, 25 for Plain
	User     string
	Password string
	Hello    string // the name we say HELO with; empty: the name of the machine
	TLS      TLS
	TLSConf  *tls.Config   // nil: the relay's name is checked against the machine's roots
	Timeout  time.Duration // for the connection and each command; 0: 20 s
	Now      func() time.Time
}

type relay struct {
	host string
	opt  []gomail.Option
	now  func() time.Time
	all  time.Duration
}

// Relay sends through an SMTP server. Every letter opens its own connection, so a Sender holds nothing open and may be
// used from several goroutines.
func Relay(c RelayConfig) (Sender, error) {
	if c.Host == "" {
		return nil, errors.New("the mail relay needs a host")
	}
	if c.Timeout <= 0 {
		c.Timeout = 20 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	opt := []gomail.Option{gomail.WithTimeout(c.Timeout)}
	port := 587
	switch c.TLS {
	case StartTLS:
		opt = append(opt, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		opt, port = append(opt, gomail.WithSSL()), 465
	case Plain:
		opt, port = append(opt, gomail.WithTLSPolicy(gomail.NoTLS)), 25
	default:
		return nil, fmt.Errorf("unknown protection of the mail relay: %d", c.TLS)
	}
	if c.Port != 0 {
		port = c.Port
	}
	opt = append(opt, gomail.WithPort(port))
	if c.Hello != "" {
		opt = append(opt, gomail.WithHELO(c.Hello))
	}
	if c.TLSConf != nil {
		opt = append(opt, gomail.WithTLSConfig(c.TLSConf))
	}
	if c.User != "" {
		auth := gomail.SMTPAuthAutoDiscover // the strongest that the relay offers; never a clear password without TLS
		opt = append(opt, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	if _, err := gomail.NewClient(c.Host, opt...); err != nil {
		return nil, fmt.Errorf("set up mail relay: %w", err)
	}
	return relay{host: c.Host, opt: opt, now: c.Now, all: 3 * c.Timeout}, nil
}

func (r relay) Send(ctx context.Context, m Message) error {
	msg, err := m.letter(r.now(), messageID(m.From, strings.ToLower(rand.Text())))
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(r.host, r.opt...)
	if err != nil {
		return fmt.Errorf("set up mail relay: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, r.all)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		var refused *gomail.SendError
		if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
			return fmt.Errorf("%w: send mail: %w", ErrRefused, err)
		}
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}
