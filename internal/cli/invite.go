package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"skein/internal/skein"
)

// Invite is `skein invite`.
type Invite struct {
	Add inviteAdd `cmd:"" help:"Make an invitation and print its link as the last word."`
}

type inviteAdd struct {
	Account string `required:"" help:"Who invites: name@DOMAIN. Where people are let in by hand, the invitation of a member does not open the door by itself." placeholder:"HANDLE"`
	Uses    int    `help:"How many may come by it; 0: any number." default:"1" placeholder:"N"`
	Days    int    `help:"How many days it is good; 0: for ever." default:"7" placeholder:"N"`
}

// Run makes the invitation.
func (c *inviteAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	const year = 366
	if c.Days < 0 || c.Days > year {
		return fmt.Errorf("an invitation is good for a year at most, not for %d days", c.Days)
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
	invite, err := s.Sites.Invite(ctx, skein.Viewer{Site: site.ID, Account: a.ID}, c.Uses, time.Duration(c.Days)*24*time.Hour)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "An invitation to %s: %s\n", site.Domain, site.URL("/invite/"+invite.Code))
	return err
}
