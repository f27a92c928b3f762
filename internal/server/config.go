// Package server wires the house: it opens the store, makes the services, says what follows what (effects.go), leads
// each request to its site and its transport, and ends it all in order.
package server

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/password"
)

// Place is where the data lies. Every command takes it.
type Place struct {
	Data string `help:"Folder for the database, mails and keys. It is made if it is missing." default:"./data" placeholder:"DIR"`
	DB   string `name:"db" help:"URL of a PostgreSQL database; without it, SQLite in the data folder." placeholder:"URL"`
}

// Config is all that a process is told from outside. Everything else is a setting of a site and stands in the database.
type Config struct {
	Place `kong:"-"`

	Listen        string   `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Metrics       string   `help:"Address for /metrics, /healthz and /readyz alone; keep it away from the public. Empty: no metrics." placeholder:"ADDR"`
	TLS           string   `help:"off: plain HTTP, for behind a proxy. auto: certificates for all sites by ACME; listens on 443 and 80 of the listen address." enum:"off,auto" default:"off"`
	ACMEEmail     string   `name:"acme-email" help:"Address that the certificate authority may write to." placeholder:"EMAIL"`
	ACMEDirectory string   `name:"acme-directory" help:"Directory URL of another certificate authority than Let's Encrypt." placeholder:"URL"`
	Mail          string   `help:"Mail relay as smtp://user:password@host:port or smtps://...; without it, mails are written to the folder mail in the data folder." placeholder:"URL"`
	MailFrom      string   `help:"Sender of mails; without it, noreply at the site's domain." placeholder:"ADDRESS"`
	Translate     string   `help:"Service that translates posts, as deepl+https://KEY@api-free.deepl.com or libretranslate+https://KEY@host; without it, nothing is translated." placeholder:"URL"`
	OutboundAllow []string `help:"Addresses that are no public ones and may be reached all the same, on any port and without TLS: for test networks." placeholder:"CIDR"`
	OutboundCA    string   `name:"outbound-ca" help:"File of certificates (PEM) that are trusted beside the system's: for test networks." placeholder:"FILE"`
	Media         string   `help:"Folder for pictures and other files that people send; without it, the folder media in the data folder." placeholder:"DIR"`
	PictureLimit  int      `help:"Largest picture that is taken, in MiB." default:"16" placeholder:"MIB"`
	ClipLimit     int      `help:"Largest film or sound that is taken, in MiB." default:"99" placeholder:"MIB"`
	MirrorSize    int      `help:"How much of other servers' pictures is kept on disk, in MiB." default:"2048" placeholder:"MIB"`
	Worker        string   `help:"off: browsers drop the web app's service worker, and with it what starts the app without a connection." enum:"on,off" default:"on"`
	RateLimit     string   `help:"off: no limits on requests; for test networks." enum:"on,off" default:"on"`
	TrustedProxy  []string `help:"Addresses of proxies in front whose X-Forwarded-For is believed." placeholder:"CIDR"`
	LogLevel      string   `help:"How much is logged." enum:"debug,info,warn,error" default:"info"`

	// For tests and for commands that embed the server; no flags.
	Clock    func() time.Time                           `kong:"-"`
	Resolver fetch.Resolver                             `kong:"-"`
	Log      *slog.Logger                               `kong:"-"`
	NoSync   bool                                       `kong:"-"`
	Version  string                                     `kong:"-"`
	Letters  string                                     `kong:"-"` // the folder of letters, told to visitors: for demos
	Password *password.Hasher                           `kong:"-"` // nil: as strong as for people
	NewKey   func() (private, public string, err error) `kong:"-"` // key pairs of accounts, ready made
}

// Database returns what store.Open takes.
func (c *Place) Database() string {
	if c.DB != "" {
		return c.DB
	}
	return filepath.Join(c.Data, "skein.db")
}

// Prepare makes the data folder, and looks whether the place can be one.
func (c *Place) Prepare() error {
	if c.DB != "" && !strings.HasPrefix(c.DB, "postgres://") && !strings.HasPrefix(c.DB, "postgresql://") {
		return errors.New("--db takes the URL of a PostgreSQL database, such as postgres://user:password@host/name; without it the data is kept in SQLite")
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		for s := range strings.SplitSeq(s, ",") {
			s = strings.TrimSpace(s)
			if s == "" {
				continue
			}
			if a, err := netip.ParseAddr(s); err == nil {
				out = append(out, netip.PrefixFrom(a, a.BitLen()))
				continue
			}
			p, err := netip.ParsePrefix(s)
			if err != nil {
				return nil, fmt.Errorf("%q is no address range such as 127.0.0.0/8", s)
			}
			out = append(out, p)
		}
	}
	return out, nil
}

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New(file + " holds no certificate in PEM form")
	}
	return pool, nil
}
