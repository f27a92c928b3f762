package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"skein/internal/core/site"
	"skein/internal/skein"
)

// Site is `skein site`.
type Site struct {
	Add  siteAdd  `cmd:"" help:"Host another site."`
	List siteList `cmd:"" help:"List the sites."`
	Set  siteSet  `cmd:"" help:"Change what a site says of itself, and who may join; what is not given stays."`
	Link siteLink `cmd:"" help:"Print a new set-up link for a site that has no owner yet; the old one ends."`
}

type siteAdd struct {
	URL     string `required:"" help:"Where people reach it, such as https://example.org." placeholder:"URL"`
	Name    string `help:"Its name; without it, its domain." placeholder:"NAME"`
	Joining string `help:"Who may sign up: open, approval, invite or closed." enum:"open,approval,invite,closed" default:"approval"`
}

// Run makes the site and prints its set-up link.
func (c *siteAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	made, token, err := s.Sites.Create(ctx, site.New{URL: c.URL, Name: c.Name, Joining: skein.Joining(c.Joining)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is hosted here now. Open this link once to become its owner:\n  %s\n",
		made.Domain, made.URL("/setup?token="+token))
	return nil
}

type siteList struct {
	JSON bool `help:"For scripts."`
}

// Run lists the sites.
func (c *siteList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Sites.All(ctx)
	if err != nil {
		return err
	}
	type row struct {
		Domain  string `json:"domain"`
		Name    string `json:"name"`
		Joining string `json:"joining"`
		People  int    `json:"people"`
		Posts   int    `json:"posts"`
	}
	rows := []row{}
	for _, one := range all { // few, and each has its own numbers
		st, err := s.Sites.Stats(ctx, one.ID)
		if err != nil {
			return err
		}
		rows = append(rows, row{one.Domain, one.Name, string(one.Joining), st.Users, st.Posts})
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(out, "No site is hosted here yet. Add one with 'skein site add --url URL'.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DOMAIN\tNAME\tJOINING\tPEOPLE\tPOSTS")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\n", r.Domain, r.Name, r.Joining, r.People, r.Posts)
	}
	return w.Flush()
}

type siteSet struct {
	Site    string  `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Name    *string `help:"Its name." placeholder:"NAME"`
	Summary *string `help:"What it is, in a sentence or two." placeholder:"TEXT"`
	Contact *string `help:"Mail address of those who run it, for everybody to see." placeholder:"ADDRESS"`
	Joining *string `help:"Who may sign up: open, approval, invite or closed." enum:"open,approval,invite,closed" placeholder:"WHO"`

	FederateBlocks  *string `help:"Whether peers are told when people here block somebody there: on or off." enum:"on,off" placeholder:"ON|OFF"`
	AuthorizedFetch *string `help:"Whether what peers are served needs a signature: on or off." enum:"on,off" placeholder:"ON|OFF"`
	AllowListOnly   *string `help:"Whether only the peers on the allow list ('skein peer set --allow') are federated with: on or off." enum:"on,off" placeholder:"ON|OFF"`
}

// onOff reads a switch; nil stays nil.
func onOff(s *string) *bool {
	if s == nil {
		return nil
	}
	on := *s == "on"
	return &on
}

// Run changes the site. A server that runs sees it within seconds.
func (c *siteSet) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	one, err := siteOf(ctx, s, c.Site)
	if err != nil {
		return err
	}
	if one, err = s.Sites.Update(ctx, one.ID, site.Settings{
		Name: c.Name, Summary: c.Summary, Contact: c.Contact, Joining: (*skein.Joining)(c.Joining),
		FederateBlocks: onOff(c.FederateBlocks), AuthorizedFetch: onOff(c.AuthorizedFetch), AllowListOnly: onOff(c.AllowListOnly),
	}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is named %q; joining: %s.\n", one.Domain, one.Name, one.Joining)
	return err
}

type siteLink struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run makes the link.
func (c *siteLink) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	one, err := siteOf(ctx, s, c.Site)
	if err != nil {
		return err
	}
	token, err := s.Sites.NewSetup(ctx, one.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Open this link once to become the owner of %s:\n  %s\n", one.Domain, one.URL("/setup?token="+token))
	return err
}
