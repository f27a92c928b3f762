package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
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
	host     string
	opt      []gomail.Option
	now      func() time.Time
	all      time.Duration
	implicit *tls.Config // for TLS from the first byte; else nil
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
	secure := &tls.Config{}
	if c.TLSConf != nil {
		secure = c.TLSConf.Clone()
	}
	secure.MinVersion = max(secure.MinVersion, tls.VersionTLS12)
	if secure.ServerName == "" {
		secure.ServerName = c.Host
	}
	r := relay{host: c.Host, now: c.Now, all: 3 * c.Timeout}
	opt := []gomail.Option{gomail.WithTimeout(c.Timeout), gomail.WithTLSConfig(secure)}
	port := 587
	switch c.TLS {
	case StartTLS:
		opt = append(opt, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		// Our dialer brings TLS along; go-mail then finds it in place and sees no reason to start it.
		r.implicit = secure
		opt, port = append(opt, gomail.WithTLSPolicy(gomail.TLSOpportunistic)), 465
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
	if c.User != "" {
		auth := gomail.SMTPAuthAutoDiscover // the strongest that the relay offers; never a clear password without TLS
		opt = append(opt, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	if _, err := gomail.NewClient(c.Host, opt...); err != nil {
		return nil, fmt.Errorf("set up mail relay: %w", err)
	}
	r.opt = opt
	return r, nil
}

func (r relay) Send(ctx context.Context, m Message) error {
	msg, err := m.letter(r.now(), messageID(m.From, strings.ToLower(rand.Text())))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, r.all)
	defer cancel()
	dial, hangUp := r.dialer(ctx)
	defer hangUp()
	client, err := gomail.NewClient(r.host, append(r.opt[:len(r.opt):len(r.opt)], gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return fmt.Errorf("set up mail relay: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		var refused *gomail.SendError
		if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
			return fmt.Errorf("%w: send mail: %w", ErrRefused, err)
		}
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// dialer connects so that the connection ends with the context of the letter: go-mail looks at a context only while it
// dials. hangUp closes what is left of the connection.
func (r relay) dialer(whole context.Context) (dial gomail.DialContextFunc, hangUp func()) {
	var conn net.Conn
	stop := func() bool { return true }
	dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		conn, stop = c, context.AfterFunc(whole, func() { _ = c.Close() })
		if r.implicit == nil {
			return c, nil
		}
		secure := tls.Client(c, r.implicit)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		return secure, nil
	}
	return dial, func() {
		stop()
		if conn != nil {
			_ = conn.Close()
		}
	}
}
