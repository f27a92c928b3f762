package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Relay is `skein relay`.
type Relay struct {
	List   relayList   `cmd:"" help:"List the relays that a site subscribes to."`
	Add    relayAdd    `cmd:"" help:"Subscribe to a relay: public posts go to it, and those of all its other subscribers come from it."`
	Remove relayRemove `cmd:"" help:"End a subscription."`
}

type relayList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run lists the relays.
func (c *relayList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Peering.Relays(ctx, who)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "The site subscribes to no relay.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RELAY\tSTATE\tSINCE")
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.URL, r.State, r.CreatedAt.Format(time.DateOnly))
	}
	return w.Flush()
}

type relayAdd struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	URL  string `arg:"" help:"Address of the relay's inbox (https://relay.example/inbox), or of its actor (https://relay.example/actor)."`
}

// Run asks the relay.
func (c *relayAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := s.Peering.AddRelay(ctx, who, c.URL)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is asked by the running server; `skein relay list` tells what it said.\n", r.URL)
	return err
}

type relayRemove struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	URL  string `arg:"" help:"The relay, as the list shows it."`
}

// Run ends the subscription.
func (c *relayRemove) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Peering.RemoveRelay(ctx, who, c.URL); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s sends and gets nothing any more.\n", c.URL)
	return err
}
