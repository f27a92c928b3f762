package cli

import (
	"context"
	"fmt"
	"io"

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

func (c *measure) take(ctx context.Context, root *Root, out io.Writer, m skein.Measure, done string) error {
	s, who, a, err := c.find(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Reports.Judge(ctx, who, moderation.Sentence{Account: a.ID, Measure: m, Text: c.Text, Tell: !c.Quiet}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s.\n", c.Account, done)
	return err
}

// takeBack undoes a measure.
func (c *whom) takeBack(ctx context.Context, root *Root, out io.Writer, done string,
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

type accountWarn struct{ measure }

// Run warns.
func (c *accountWarn) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.take(ctx, root, out, skein.Warn, "was warned")
}

type accountDisable struct{ measure }

// Run locks somebody out.
func (c *accountDisable) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.take(ctx, root, out, skein.Disable, "is signed out and cannot sign in")
}

type accountEnable struct{ whom }

// Run lets them in again.
func (c *accountEnable) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.takeBack(ctx, root, out, "can sign in again", (*moderation.Service).Enable)
}

type accountSensitive struct{ measure }

// Run marks what an account posts.
func (c *accountSensitive) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.take(ctx, root, out, skein.Sensitize, "posts behind a warning from now on")
}

type accountUnsensitive struct{ whom }

// Run takes the mark back.
func (c *accountUnsensitive) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.takeBack(ctx, root, out, "posts without a warning again", (*moderation.Service).Unsensitize)
}

type accountSilence struct{ measure }

// Run limits an account.
func (c *accountSilence) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.take(ctx, root, out, skein.Limit, "is shown only to those who follow the account")
}

type accountUnsilence struct{ whom }

// Run takes the limit back.
func (c *accountUnsilence) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.takeBack(ctx, root, out, "is shown to everybody again", (*moderation.Service).Unlimit)
}

type accountSuspend struct{ measure }

// Run suspends an account. A server that runs tells peers, and ends its follows.
func (c *accountSuspend) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.take(ctx, root, out, skein.Suspend, "is suspended; a running server tells peers and ends follows")
}

type accountUnsuspend struct{ whom }

// Run takes the suspension back.
func (c *accountUnsuspend) Run(ctx context.Context, root *Root, out io.Writer) error {
	return c.takeBack(ctx, root, out, "is suspended no more; follows that were ended do not come back", (*moderation.Service).Unsuspend)
}

type accountRole struct {
	Account string `arg:"" help:"Whose: name@DOMAIN." placeholder:"HANDLE"`
	Role    string `arg:"" help:"admin, moderator or member. The owner of a site is made by its set-up link." enum:"admin,moderator,member" placeholder:"ROLE"`
}

// Run gives the role.
func (c *accountRole) Run(ctx context.Context, root *Root, out io.Writer) error {
	w := whom{Account: c.Account}
	return w.takeBack(ctx, root, out, "is "+c.Role+" now", func(s *moderation.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*moderation.Person, error) {
		return s.SetRole(ctx, who, id, skein.Role(c.Role))
	})
}
