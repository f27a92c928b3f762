package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"skein/internal/skein"
)

type accountFactors struct {
	Account string `required:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
}

// Run shows what somebody signs in with beside a password.
func (c *accountFactors) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	site, a, err := accountOf(ctx, s, c.Account)
	if err != nil {
		return err
	}
	who := skein.Viewer{Site: site.ID, Account: a.ID}
	f, err := s.Identity.Factors(ctx, who, 0)
	if err != nil {
		return err
	}
	if f.StepSince.IsZero() {
		fmt.Fprintln(out, "No second step.")
	} else {
		fmt.Fprintf(out, "Second step since %s, %d recovery codes left.\n", f.StepSince.Format(time.DateOnly), f.CodesLeft)
	}
	for _, k := range f.Passkeys {
		fmt.Fprintf(out, "Passkey %q since %s.\n", k.Name, k.CreatedAt.Format(time.DateOnly))
	}
	wait, err := s.Identity.Recovery(ctx, who)
	if err == nil && wait != nil {
		fmt.Fprintf(out, "Somebody who reads the mailbox waits to take the account back; they may from %s on.\n", wait.ReadyAt.Format(time.DateOnly))
	}
	return err
}

type accountResetFactors struct {
	Account  string `required:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	Passkeys bool   `help:"Remove their passkeys, too."`
}

// Run takes the second step from somebody who lost it. Be sure that it is them who asks.
func (c *accountResetFactors) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	site, a, err := accountOf(ctx, s, c.Account)
	if err != nil {
		return err
	}
	was, err := s.Identity.ResetFactors(ctx, site.ID, a.ID, c.Passkeys)
	if err != nil {
		return err
	}
	if c.Passkeys {
		fmt.Fprintf(out, "%d passkeys of %s@%s are removed.\n", len(was.Passkeys), a.Username, site.Domain)
	}
	_, err = fmt.Fprintf(out, "%s@%s signs in without a second step, and was signed out everywhere. They get a letter that says so.\n", a.Username, site.Domain)
	return err
}
