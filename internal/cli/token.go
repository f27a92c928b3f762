package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"skein/internal/core/identity"
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
	site, a, err := accountOf(ctx, s, c.Account)
	if err != nil {
		return err
	}
	token, err := s.Identity.NewToken(ctx, site.ID, a.ID, 0, scopes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Token of %s@%s: %s\n", a.Username, site.Domain, token)
	return err
}
