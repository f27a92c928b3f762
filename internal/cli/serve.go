package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"skein/internal/server"
)

// Serve is `skein serve`.
type Serve struct {
	server.Config
	URL string `help:"Where people reach the first site, such as https://example.org; needed only at the first start." placeholder:"URL"`
}

// Run serves until it is told to end.
func (c *Serve) Run(ctx context.Context, root *Root, out io.Writer) error {
	c.Place, c.Version = root.Place, Version
	c.Log = logger(c.LogLevel, os.Stderr)
	release, err := c.Lock()
	if err != nil {
		return err
	}
	defer release()
	s, err := server.New(ctx, c.Config)
	if err != nil {
		return err
	}
	defer s.Close()
	if all, err := s.Sites.All(ctx); err != nil {
		return err
	} else if len(all) == 0 && c.URL == "" {
		return fmt.Errorf("there is no site yet: say where people will reach the first one, such as --url https://example.org")
	}
	made := false
	if c.URL != "" {
		link, err := s.SetUp(ctx, c.URL)
		if err != nil {
			return err
		}
		if link != "" {
			fmt.Fprintf(out, "The site is new. Open this link once to become its owner:\n  %s\n", link)
			made = true
		}
	}
	if !made {
		if err := c.tellAbout(ctx, s, out); err != nil {
			return err
		}
	}
	return s.Run(ctx, func(addr net.Addr) {
		fmt.Fprintf(out, "Listening on %s\n", addr)
	})
}

// tellAbout says what an operator may have overlooked: a URL of which nothing comes, a site that nobody owns.
func (c *Serve) tellAbout(ctx context.Context, s *server.Server, out io.Writer) error {
	all, err := s.Sites.All(ctx)
	if err != nil {
		return err
	}
	asked := c.URL == ""
	for _, one := range all {
		if u, err := url.Parse(c.URL); err == nil && strings.EqualFold(u.Host, one.Domain) {
			asked = true
		}
		if one.Owner == 0 {
			fmt.Fprintf(out, "%s has no owner yet. 'skein site link --site %s' prints a new set-up link.\n", one.Domain, one.Domain)
		}
	}
	if !asked {
		fmt.Fprintf(out, "--url is for the first site, which is there already: %s. 'skein site add --url %s' adds another.\n", all[0].Domain, c.URL)
	}
	return nil
}
