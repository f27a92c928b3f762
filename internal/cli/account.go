package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// Account is `skein account`.
type Account struct {
	Add accountAdd `cmd:"" help:"Make an account, confirmed at once."`
}

type accountAdd struct {
	Site     string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Name     string `required:"" help:"Name in the handle: letters, digits and _." placeholder:"NAME"`
	Email    string `required:"" help:"Mail address." placeholder:"ADDRESS"`
	Password string `required:"" help:"Password; - reads it from standard input, so that it shows in no list of processes." placeholder:"PASSWORD"`
	Role     string `help:"owner, admin, moderator or member." enum:"owner,admin,moderator,member" default:"member"`
}

// Run makes the account.
func (c *accountAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	site, err := s.Sites.ByHost(ctx, c.Site)
	if err != nil {
		return fmt.Errorf("no site %s is hosted here; 'skein site list' shows them", c.Site)
	}
	password := c.Password
	if password == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, 4096))
		if err != nil {
			return err
		}
		password = strings.TrimRight(string(b), "\r\n")
	}
	u, err := s.Identity.SignUp(ctx, site.ID, identity.SignUp{
		Username: c.Name, Email: c.Email, Password: password, Agreement: true,
		Role: skein.Role(c.Role), Confirmed: true,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s@%s is there, as %s.\n", c.Name, site.Domain, u.Role)
	return err
}
