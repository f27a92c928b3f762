package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Audit is `skein audit`.
type Audit struct {
	Site  string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Below string `help:"Only what is older than this line: for the next page." placeholder:"ID"`
	Limit int    `help:"How many lines, 200 at most." default:"50" placeholder:"N"`
	JSON  bool   `help:"For scripts."`
}

// maxAudit is how many lines of the audit log are shown at once.
const maxAudit = 200

// Run shows who decided what, the newest first.
func (c *Audit) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if c.Limit < 1 || c.Limit > maxAudit {
		return fmt.Errorf("--limit is a number from 1 to %d", maxAudit)
	}
	p := social.Page{Limit: c.Limit}
	if c.Below != "" {
		var ok bool
		if p.Max, ok = skein.ParseID(c.Below); !ok {
			return fmt.Errorf("%q is no number of a line", c.Below)
		}
	}
	list, err := s.Reports.AuditLog(ctx, who, p)
	if err != nil {
		return err
	}
	var ids []skein.ID
	for _, d := range list {
		ids = append(ids, d.By)
	}
	people, err := s.Social.Accounts(ctx, who, ids)
	if err != nil {
		return err
	}
	name := map[skein.ID]string{}
	for _, a := range people {
		name[a.ID] = "@" + a.Acct()
	}
	by := func(id skein.ID) string {
		switch {
		case id == who.Account:
			return "operator"
		case name[id] == "":
			return id.String() // gone since
		}
		return name[id]
	}
	if c.JSON {
		type row struct {
			ID     string `json:"id"`
			At     string `json:"at"`
			By     string `json:"by"`
			Action string `json:"action"`
			Kind   string `json:"kind"`
			Target string `json:"target"`
			Name   string `json:"name"`
			Detail string `json:"detail"`
		}
		rows := make([]row, len(list))
		for i, d := range list {
			rows[i] = row{d.ID.String(), d.CreatedAt.Format(time.RFC3339), by(d.By), d.Action, d.Kind, d.Target.String(), d.Name, d.Detail}
		}
		return json.NewEncoder(out).Encode(rows)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "Nothing was decided yet.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWHEN\tWHO\tDID\tTO\tNAME\tDETAIL")
	for _, d := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%.60s\t%.60s\n", d.ID, d.CreatedAt.Format(time.DateTime), by(d.By), d.Action, d.Kind, d.Name, d.Detail)
	}
	return w.Flush()
}
