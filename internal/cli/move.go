package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"skein/internal/skein"
)

type accountAlias struct {
	Account string `arg:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	Of      string `help:"The other account: a handle, or the address of its actor." placeholder:"HANDLE"`
	Remove  string `help:"Take an alias back, by the address that is listed." placeholder:"URI"`
}

// Run adds, removes or lists aliases.
func (c *accountAlias) Run(ctx context.Context, root *Root, out io.Writer) error {
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
	switch {
	case c.Of != "":
		a, err = s.Social.AddAlias(ctx, who, c.Of)
	case c.Remove != "":
		a, err = s.Social.RemoveAlias(ctx, who, c.Remove)
	}
	if err != nil {
		return err
	}
	if len(a.Extra.AlsoKnownAs) == 0 {
		_, err := fmt.Fprintf(out, "%s@%s has no aliases.\n", a.Username, site.Domain)
		return err
	}
	for _, uri := range a.Extra.AlsoKnownAs {
		fmt.Fprintln(out, uri)
	}
	return nil
}

type accountMove struct {
	Account string `arg:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	To      string `arg:"" optional:"" help:"Where to: a handle, or the address of an actor." placeholder:"HANDLE"`
	Undo    bool   `help:"Take the move back. Followers who went stay where they are."`
}

// Run moves the account, in the operator's name instead of by its owner's password.
func (c *accountMove) Run(ctx context.Context, root *Root, out io.Writer) error {
	if (c.To == "") != c.Undo {
		return fmt.Errorf("give either the account to move to or --undo")
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
	who := skein.Viewer{Site: site.ID, Account: a.ID}
	if c.Undo {
		if err := s.Social.UndoMove(ctx, who); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s@%s has not moved any more.\n", a.Username, site.Domain)
		return err
	}
	to, err := s.Social.MoveAccount(ctx, who, skein.Sure{Account: a.ID, At: time.Now()}, c.To)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s@%s has moved to %s; a running server tells the followers.\n", a.Username, site.Domain, to.URI)
	return err
}
