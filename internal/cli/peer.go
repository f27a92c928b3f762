package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"skein/internal/core/peering"
	"skein/internal/server"
	"skein/internal/skein"
)

// Peer is `skein peer`.
type Peer struct {
	List   peerList   `cmd:"" help:"List what a site decided about other servers."`
	Set    peerSet    `cmd:"" help:"Decide about a server and all below it; what is not given is off."`
	Remove peerRemove `cmd:"" help:"Take back what was decided about a server. Follows that were ended do not come back."`
	Import peerImport `cmd:"" help:"Take in a list of servers to block (CSV as Mastodon writes it) or to allow, and say what became of each line."`
	Export peerExport `cmd:"" help:"Write the list of blocked servers, or of allowed ones, as CSV that Mastodon reads."`
}

// severities as people type them.
var severities = map[string]skein.Severity{"none": skein.Unrestricted, "limit": skein.Limited, "suspend": skein.Suspended}

func severityName(s skein.Severity) string {
	for name, v := range severities {
		if v == s {
			return name
		}
	}
	return "?"
}

// asSite opens the server and names the site as the one who acts: the command line is the operator's.
func asSite(ctx context.Context, root *Root, domain string) (*server.Server, skein.Viewer, error) {
	s, site, err := openSite(ctx, root, domain)
	if err != nil {
		return nil, skein.Viewer{}, err
	}
	return s, skein.Viewer{Site: site.ID, Account: site.Actor}, nil
}

// openSite opens the data folder for a command about one site. Whoever calls closes it.
func openSite(ctx context.Context, root *Root, domain string) (*server.Server, *skein.Site, error) {
	s, err := open(ctx, root)
	if err != nil {
		return nil, nil, err
	}
	site, err := siteOf(ctx, s, domain)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return s, site, nil
}

type peerList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// Run lists the policies.
func (c *peerList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Peering.List(ctx, who)
	if err != nil {
		return err
	}
	if c.JSON {
		type row struct {
			Domain         string `json:"domain"`
			Severity       string `json:"severity"`
			RejectMedia    bool   `json:"reject_media"`
			RejectReports  bool   `json:"reject_reports"`
			Obfuscate      bool   `json:"obfuscate"`
			Allowed        bool   `json:"allowed"`
			PublicComment  string `json:"public_comment"`
			PrivateComment string `json:"private_comment"`
		}
		rows := make([]row, len(list))
		for i, p := range list {
			rows[i] = row{p.Domain, severityName(p.Severity), p.RejectMedia, p.RejectReports, p.Obfuscate, p.Allowed, p.PublicComment, p.PrivateComment}
		}
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "Nothing was decided about any server.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DOMAIN\tSEVERITY\tALSO\tCOMMENT")
	for _, p := range list {
		var also []string
		if p.RejectMedia {
			also = append(also, "reject media")
		}
		if p.RejectReports {
			also = append(also, "reject reports")
		}
		if p.Obfuscate {
			also = append(also, "obfuscate")
		}
		if p.Allowed {
			also = append(also, "allowed")
		}
		comment := p.PrivateComment
		if comment == "" {
			comment = p.PublicComment
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Domain, severityName(p.Severity), strings.Join(also, ", "), strings.Join(strings.Fields(comment), " "))
	}
	return w.Flush()
}

type peerSet struct {
	Site           string `required:"" help:"Domain of the site that decides." placeholder:"DOMAIN"`
	Domain         string `required:"" help:"The server, with all below it." placeholder:"DOMAIN"`
	Severity       string `help:"none, limit (shown only to followers, follows must be approved) or suspend (nothing in, nothing out, nothing shown)." enum:"none,limit,suspend" default:"none"`
	RejectMedia    bool   `help:"Take in no pictures, avatars and emoji."`
	RejectReports  bool   `help:"Ignore its reports."`
	Obfuscate      bool   `help:"Do not show its full name to the public."`
	Allow          bool   `help:"Put it on the allow list, of this very name."`
	PublicComment  string `help:"Why, for everybody." placeholder:"TEXT"`
	PrivateComment string `help:"Why, for those who run the site." placeholder:"TEXT"`
}

// Run decides.
func (c *peerSet) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := s.Peering.Set(ctx, who, skein.PeerPolicy{
		Domain: c.Domain, Severity: severities[c.Severity], RejectMedia: c.RejectMedia, RejectReports: c.RejectReports,
		Obfuscate: c.Obfuscate, Allowed: c.Allow, PublicComment: c.PublicComment, PrivateComment: c.PrivateComment,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s. A server that runs acts on it within seconds.\n", p.Domain, severityName(p.Severity))
	return err
}

type peerRemove struct {
	Site   string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Domain string `required:"" help:"The server." placeholder:"DOMAIN"`
}

// Run takes a decision back.
func (c *peerRemove) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Peering.Remove(ctx, who, c.Domain); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Nothing is held against %s any more.\n", c.Domain)
	return err
}

type peerImport struct {
	Site      string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	File      string `required:"" help:"The list; - reads standard input." placeholder:"FILE"`
	Allow     bool   `help:"It is a list of servers to allow."`
	Overwrite bool   `help:"Let the list replace what was decided before."`
	DryRun    bool   `help:"Only say what would be done."`
}

// Run takes the list in.
func (c *peerImport) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	rows, err := s.Peering.Import(ctx, who, in, peering.Import{Allow: c.Allow, Overwrite: c.Overwrite, DryRun: c.DryRun})
	count := map[peering.Outcome]int{}
	for _, r := range rows {
		count[r.Outcome]++
		switch r.Outcome {
		case peering.Bad:
			fmt.Fprintf(out, "line %d: %q is passed over: %s\n", r.Line, r.Domain, r.Fault)
		case peering.Kept:
			fmt.Fprintf(out, "line %d: %s stays as it is; --overwrite takes the list's word\n", r.Line, r.Domain)
		case peering.Added, peering.Changed:
			if c.DryRun {
				fmt.Fprintf(out, "line %d: %s would be %s\n", r.Line, r.Domain, r.Outcome)
			}
		}
	}
	if err != nil {
		return err
	}
	verb := "Done"
	if c.DryRun {
		verb = "Nothing was changed. It would be"
	}
	_, err = fmt.Fprintf(out, "%s: %d added, %d changed, %d the same, %d kept, %d bad.\n", verb, count[peering.Added],
		count[peering.Changed], count[peering.Same], count[peering.Kept], count[peering.Bad])
	return err
}

type peerExport struct {
	Site  string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Allow bool   `help:"The allowed servers, not the blocked ones."`
}

// Run writes the list.
func (c *peerExport) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Peering.Export(ctx, who, out, c.Allow)
}
