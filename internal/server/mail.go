package server

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"skein/internal/kit/fetch"
	"skein/internal/kit/mail"
)

// mailer returns the relay that the config names, or the folder that stands in for one.
func mailer(c Config) (mail.Sender, error) {
	if c.Mail == "" {
		return mail.Folder(mailFolder(c), c.Clock), nil
	}
	u, err := url.Parse(c.Mail)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("the mail relay must be given as smtp://user:password@host:port")
	}
	r := mail.RelayConfig{Host: u.Hostname(), User: u.User.Username(), Now: c.Clock}
	r.Password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		r.TLS = mail.StartTLS
	case "smtps":
		r.TLS = mail.Implicit
	case "smtp+plain":
		r.TLS = mail.Plain
	default:
		return nil, fmt.Errorf("the mail relay's scheme is smtp, smtps or smtp+plain, not %q", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if r.Port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("the mail relay's port is no number: %s", p)
		}
	}
	return mail.Relay(r)
}

// mailHosts finds the hosts that take the mail of a domain: by the resolver that was given, if it can, else by the machine's.
func mailHosts(given fetch.Resolver) func(ctx context.Context, domain string) ([]string, error) {
	type finder interface {
		LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	}
	r, ok := given.(finder)
	if given == nil {
		r = net.DefaultResolver
	} else if !ok {
		return nil
	}
	return func(ctx context.Context, domain string) ([]string, error) {
		found, err := r.LookupMX(ctx, domain+".") // without the machine's search list
		hosts := make([]string, len(found))
		for i, mx := range found {
			hosts[i] = mx.Host
		}
		return hosts, err
	}
}
