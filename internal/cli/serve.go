package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

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
	if c.URL != "" {
		link, err := s.SetUp(ctx, c.URL)
		if err != nil {
			return err
		}
		if link != "" {
			fmt.Fprintf(out, "The site is new. Open this link once to become its owner:\n  %s\n", link)
		}
	}
	return s.Run(ctx, func(addr net.Addr) {
		fmt.Fprintf(out, "Listening on %s\n", addr)
	})
}
