package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/moderation"
	"skein/internal/server"
	"skein/internal/skein"
)

// Account is `skein account`.
type Account struct {
	Add     accountAdd     `cmd:"" help:"Make an account, confirmed at once."`
	Waiting accountWaiting `cmd:"" help:"List who has confirmed an address and asks to be let in."`
	Approve accountApprove `cmd:"" help:"Let somebody in who asks for it."`
	Rotate  accountRotate  `cmd:"" name:"rotate-keys" help:"Give an account new signing keys, for when the old ones may be known to others; peers are told."`
	Refuse  accountRefuse  `cmd:"" help:"Turn somebody away who asks to be let in; the account goes."`
	Alias   accountAlias   `cmd:"" help:"Name another account of the same person, from which they may move here; without --of, list them."`
	Move    accountMove    `cmd:"" help:"Move an account to another one, which must have it as an alias; its followers go along."`

	Factors      accountFactors      `cmd:"" help:"Show what somebody signs in with beside a password."`
	ResetFactors accountResetFactors `cmd:"" help:"Take the second step and the recovery codes from somebody who lost them; everybody is signed out, and it is written down."`

	Role        accountRole `cmd:"" help:"Give somebody a role, and take the one they have."`
	Warn        measure     `cmd:"" help:"Warn somebody; nothing else changes."`
	Disable     measure     `cmd:"" help:"Sign somebody out and keep them out; the account stays as it is."`
	Enable      undo        `cmd:"" help:"Let somebody sign in again."`
	Sensitive   measure     `cmd:"" help:"Show all pictures and clips of an account behind a warning."`
	Unsensitive undo        `cmd:"" help:"Take that back."`
	Silence     measure     `cmd:"" help:"Show an account to those only who follow it."`
	Unsilence   undo        `cmd:"" help:"Take that back."`
	Suspend     measure     `cmd:"" help:"Show an account to nobody, and sign its person out; follows end, and its mailbox is blocked."`
	Unsuspend   undo        `cmd:"" help:"Take that back. Follows that were ended do not come back."`
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
	s, site, err := openSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
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

// siteOf finds a site by its domain.
func siteOf(ctx context.Context, s *server.Server, domain string) (*skein.Site, error) {
	site, err := s.Sites.ByHost(ctx, domain)
	if skein.KindOf(err) == skein.NotFound {
		return nil, fmt.Errorf("no site %s is hosted here; 'skein site list' shows them", domain)
	}
	return site, err
}

// accountOf finds an account of ours by its handle, name@DOMAIN.
func accountOf(ctx context.Context, s *server.Server, handle string) (*skein.Site, *skein.Account, error) {
	name, domain, ok := strings.Cut(strings.TrimPrefix(handle, "@"), "@")
	if !ok || name == "" {
		return nil, nil, fmt.Errorf("an account is given as name@DOMAIN, not %q", handle)
	}
	site, err := siteOf(ctx, s, domain)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Social.AccountByHandle(ctx, skein.Viewer{Site: site.ID}, name)
	if skein.KindOf(err) == skein.NotFound || err == nil && !a.Local {
		return nil, nil, fmt.Errorf("%s has no account %s", site.Domain, name)
	}
	return site, a, err
}

type accountWaiting struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run lists who waits to be let in, the longest first.
func (c *accountWaiting) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, site, err := openSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Identity.Applicants(ctx, site.ID, mostWaiting)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "Nobody waits to be let in.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tEMAIL\tSINCE\tREASON")
	for _, a := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Username, a.Email, a.CreatedAt.Format(time.DateOnly), strings.Join(strings.Fields(a.Reason), " "))
	}
	return w.Flush()
}

type accountApprove struct {
	Account string `required:"" help:"Whom: name@DOMAIN." placeholder:"HANDLE"`
}

// Run lets somebody in.
func (c *accountApprove) Run(ctx context.Context, root *Root, out io.Writer) error {
	return decide(ctx, root, c.Account, out, "%s@%s is let in, and gets a letter that says so.\n", (*moderation.Service).Approve)
}

type accountRefuse struct {
	Account string `required:"" help:"Whom: name@DOMAIN." placeholder:"HANDLE"`
}

// Run turns somebody away.
func (c *accountRefuse) Run(ctx context.Context, root *Root, out io.Writer) error {
	return decide(ctx, root, c.Account, out, "%s@%s is turned away; the name is free again.\n", (*moderation.Service).Reject)
}

func decide(ctx context.Context, root *Root, handle string, out io.Writer, done string,
	fn func(*moderation.Service, context.Context, skein.Viewer, skein.ID) (*moderation.Person, error)) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	name, domain, _ := strings.Cut(strings.TrimPrefix(handle, "@"), "@")
	site, err := siteOf(ctx, s, domain)
	if err != nil {
		return err
	}
	list, err := s.Identity.Applicants(ctx, site.ID, mostWaiting)
	if err != nil {
		return err
	}
	for _, a := range list {
		if !strings.EqualFold(a.Username, name) {
			continue
		}
		if _, err := fn(s.Reports, ctx, skein.Viewer{Site: site.ID, Account: site.Actor}, a.Account); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, done, a.Username, site.Domain)
		return err
	}
	return fmt.Errorf("nobody named %s waits to be let in on %s; 'skein account waiting --site %s' shows who does", name, site.Domain, site.Domain)
}

// mostWaiting is how many of those who wait are looked at, the longest waiting first.
const mostWaiting = 10_000

type accountRotate struct {
	Account string `arg:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
}

// Run rotates the keys. A server that runs signs with them within seconds.
func (c *accountRotate) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	site, a, err := accountOf(ctx, s, c.Account)
	if err != nil {
		return err
	}
	if err := s.Identity.RotateKeys(ctx, site.ID, a.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s@%s has new keys. The old one signs only what already waits to be delivered.\n", a.Username, site.Domain)
	return err
}
