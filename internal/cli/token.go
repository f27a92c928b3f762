package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// Token is `skein token`.
type Token struct {
	Add tokenAdd `cmd:"" help:"Make a bearer token for an account and print it as the last word."`
}

type tokenAdd struct {
	Account string `required:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	Scopes  string `help:"What it allows, names apart by spaces." default:"read write follow push"`
}

// Run makes the token.
func (c *tokenAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	name, domain, ok := strings.Cut(strings.TrimPrefix(c.Account, "@"), "@")
	if !ok || name == "" {
		return fmt.Errorf("an account is given as name@DOMAIN, not %q", c.Account)
	}
	scopes := strings.Fields(c.Scopes)
	for _, sc := range scopes {
		if !identity.KnownScope(sc) {
			return fmt.Errorf("there is no scope %q", sc)
		}
	}
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	site, err := s.Sites.ByHost(ctx, domain)
	if err != nil {
		return fmt.Errorf("no site %s is hosted here; 'skein site list' shows them", domain)
	}
	a, err := s.Social.AccountByHandle(ctx, skein.Viewer{Site: site.ID}, name)
	if err != nil || !a.Local {
		return fmt.Errorf("%s has no account %s", site.Domain, name)
	}
	token, err := s.Identity.NewToken(ctx, site.ID, a.ID, 0, scopes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Token of %s@%s: %s\n", name, site.Domain, token)
	return err
}
