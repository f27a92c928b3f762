package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// Report is `skein report`.
type Report struct {
	List    reportList    `cmd:"" help:"List reports, the newest first."`
	Show    reportShow    `cmd:"" help:"Show a report and the posts that it names."`
	Resolve reportResolve `cmd:"" help:"Close a report."`
}

type reportList struct {
	Site  string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	All   bool   `help:"Also those that are closed."`
	Below string `help:"Only reports with a smaller number: for the next page." placeholder:"ID"`
}

const reportsOfPage = 50

// Run lists reports.
func (c *reportList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	p := social.Page{Limit: reportsOfPage}
	if c.Below != "" {
		var ok bool
		if p.Max, ok = skein.ParseID(c.Below); !ok {
			return fmt.Errorf("%q is no number of a report", c.Below)
		}
	}
	list, err := s.Reports.Reports(ctx, who, moderation.ReportFilter{Open: !c.All}, p)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "There are no reports.")
		return err
	}
	name := func(p *moderation.Person) string {
		if p == nil {
			return ""
		}
		return p.Account.Acct()
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSINCE\tABOUT\tBY\tKIND\tPOSTS\tSTATE\tCOMMENT")
	for _, r := range list {
		state := "open"
		if !r.ActionTakenAt.IsZero() {
			state = "closed"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%d\t%s\t%.60s\n", r.ID, r.CreatedAt.Format(time.DateOnly), name(r.Target), name(r.Reporter),
			r.Category, len(r.Report.Posts), state, strings.Join(strings.Fields(r.Comment), " "))
	}
	return w.Flush()
}

type reportShow struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	ID   string `arg:"" help:"Number of the report." placeholder:"ID"`
}

// Run shows a report.
func (c *reportShow) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	site, err := s.Sites.ByID(ctx, who.Site)
	if err != nil {
		return err
	}
	id, _ := skein.ParseID(c.ID)
	r, err := s.Reports.Open(ctx, who, id)
	if skein.KindOf(err) == skein.NotFound {
		return fmt.Errorf("%s has no report %s; 'skein report list --site %s' shows them", site.Domain, c.ID, site.Domain)
	}
	if err != nil {
		return err
	}
	acct := func(p *moderation.Person) string {
		if p == nil {
			return "somebody who is gone"
		}
		return "@" + p.Account.Acct() + "  " + p.Account.URI
	}
	fmt.Fprintf(out, "Report %d of %s\nAbout:    %s\nBy:       %s\nKind:     %s\n", r.ID, r.CreatedAt.Format(time.DateTime), acct(r.Target), acct(r.Reporter), r.Category)
	for _, n := range r.Report.Rules {
		if n <= len(site.Rules) {
			fmt.Fprintf(out, "Rule %d:   %s\n", n, site.Rules[n-1])
		}
	}
	if !r.ActionTakenAt.IsZero() {
		fmt.Fprintf(out, "Closed:   %s\n", r.ActionTakenAt.Format(time.DateTime))
	}
	fmt.Fprintf(out, "Comment:  %s\n", r.Comment)
	for _, v := range r.Views {
		fmt.Fprintf(out, "\n%s  %s\n%s\n", v.Post.CreatedAt.Format(time.DateTime), v.Post.URI, v.Post.HTML)
	}
	return nil
}

type reportResolve struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	ID   string `arg:"" help:"Number of the report." placeholder:"ID"`
	Undo bool   `help:"Open it again."`
}

// Run closes a report.
func (c *reportResolve) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	site, err := s.Sites.ByID(ctx, who.Site)
	if err != nil {
		return err
	}
	id, _ := skein.ParseID(c.ID)
	done := "closed"
	if c.Undo {
		done = "open again"
	}
	_, err = s.Reports.Settle(ctx, who, id, !c.Undo)
	if skein.KindOf(err) == skein.NotFound {
		return fmt.Errorf("%s has no report %s; 'skein report list --site %s' shows them", site.Domain, c.ID, site.Domain)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Report %s is %s.\n", c.ID, done)
	return err
}
