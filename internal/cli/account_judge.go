package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"skein/internal/core/moderation"
	"skein/internal/server"
	"skein/internal/skein"
)

// whom names the account that something is decided about.
type whom struct {
	Account string `arg:"" help:"Whom: name@DOMAIN." placeholder:"HANDLE"`
	Site    string `help:"Domain of the site that decides, about an account of another server." placeholder:"DOMAIN"`
}

// find opens the server and finds the account. The command line decides in the name of the site, which stands over everybody.
func (c *whom) find(ctx context.Context, root *Root) (*server.Server, skein.Viewer, *skein.Account, error) {
	if c.Site == "" {
		s, err := open(ctx, root)
		if err != nil {
			return nil, skein.Viewer{}, nil, err
		}
		site, a, err := accountOf(ctx, s, c.Account)
		if err != nil {
			s.Close()
			return nil, skein.Viewer{}, nil, err
		}
		return s, skein.Viewer{Site: site.ID, Account: site.Actor}, a, nil
	}
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return nil, who, nil, err
	}
	a, err := s.Social.AccountByHandle(ctx, who, c.Account)
	if skein.KindOf(err) == skein.NotFound {
		err = fmt.Errorf("%s knows no account %s", c.Site, c.Account)
	}
	if err != nil {
		s.Close()
		return nil, who, nil, err
	}
	return s, who, a, nil
}

// measure is what all measures take.
type measure struct {
	whom
	Text  string `help:"What the person reads of why." placeholder:"TEXT"`
	Quiet bool   `help:"Do not tell the person."`
}

// measures are what each command that takes one does, and says then.
var measures = map[string]struct {
	measure skein.Measure
	done    string
}{
	"warn":      {skein.Warn, "was warned"},
	"disable":   {skein.Disable, "is signed out and cannot sign in"},
	"sensitive": {skein.Sensitize, "posts behind a warning from now on"},
	"silence":   {skein.Limit, "is shown only to those who follow the account"},
	"suspend":   {skein.Suspend, "is suspended; a running server tells peers and ends follows"},
}

// Run takes the measure that the command is named after.
func (c *measure) Run(ctx context.Context, command *kong.Context, root *Root, out io.Writer) error {
	s, who, a, err := c.find(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	m := measures[command.Selected().Name]
	if err := s.Reports.Judge(ctx, who, moderation.Sentence{Account: a.ID, Measure: m.measure, Text: c.Text, Tell: !c.Quiet}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s.\n", c.Account, m.done)
	return err
}

// undo is what takes a measure back.
type undo struct{ whom }

// undone is the same for commands that take one back.
var undone = map[string]struct {
	undo func(*moderation.Service, context.Context, skein.Viewer, skein.ID) (*moderation.Person, error)
	done string
}{
	"enable":      {(*moderation.Service).Enable, "can sign in again"},
	"unsensitive": {(*moderation.Service).Unsensitize, "posts without a warning again"},
	"unsilence":   {(*moderation.Service).Unlimit, "is shown to everybody again"},
	"unsuspend":   {(*moderation.Service).Unsuspend, "is suspended no more; follows that were ended do not come back"},
}

// Run takes the measure back.
func (c *undo) Run(ctx context.Context, command *kong.Context, root *Root, out io.Writer) error {
	u := undone[command.Selected().Name]
	return c.change(ctx, root, out, u.done, u.undo)
}

// change does something with an account, and says so.
func (c *whom) change(ctx context.Context, root *Root, out io.Writer, done string,
	fn func(*moderation.Service, context.Context, skein.Viewer, skein.ID) (*moderation.Person, error)) error {
	s, who, a, err := c.find(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := fn(s.Reports, ctx, who, a.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s.\n", c.Account, done)
	return err
}

type accountRole struct {
	Account string `arg:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	Role    string `arg:"" help:"admin, moderator or member. The owner of a site is made by its set-up link." enum:"admin,moderator,member" placeholder:"ROLE"`
}

// Run gives the role.
func (c *accountRole) Run(ctx context.Context, root *Root, out io.Writer) error {
	w := whom{Account: c.Account}
	return w.change(ctx, root, out, "is "+c.Role+" now", func(s *moderation.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*moderation.Person, error) {
		return s.SetRole(ctx, who, id, skein.Role(c.Role))
	})
}
