package peering

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"skein/internal/skein"
	"skein/internal/store"
)

// Names of severities as block lists write them (Mastodon) and as people type them.
var (
	severityName = map[skein.Severity]string{skein.Unrestricted: "noop", skein.Limited: "silence", skein.Suspended: "suspend"}
	severityOf   = map[string]skein.Severity{"": skein.Suspended, "noop": skein.Unrestricted, "none": skein.Unrestricted,
		"silence": skein.Limited, "limit": skein.Limited, "suspend": skein.Suspended}
)

// columns of a block list, in Mastodon's order.
var columns = []string{"#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"}

// Export writes the block list of a site, or its allow list, as CSV in Mastodon's form.
func (s *Service) Export(ctx context.Context, who skein.Viewer, w io.Writer, allow bool) error {
	list, err := s.List(ctx, who)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if allow {
		err = out.Write(columns[:1])
	} else {
		err = out.Write(columns)
	}
	for _, p := range list {
		switch {
		case err != nil:
			return err
		case allow && p.Allowed:
			err = out.Write([]string{p.Domain})
		case !allow && blocks(p):
			err = out.Write([]string{p.Domain, severityName[p.Severity], strconv.FormatBool(p.RejectMedia),
				strconv.FormatBool(p.RejectReports), p.PublicComment, strconv.FormatBool(p.Obfuscate)})
		}
	}
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// blocks tells whether a policy holds anything against a peer, or says outright that nothing is (Mastodon's noop).
func blocks(p *skein.PeerPolicy) bool {
	return p.Severity != skein.Unrestricted || p.RejectMedia || p.RejectReports || !p.Allowed
}

// Import says how a list is taken in.
type Import struct {
	Allow     bool // it is an allow list: only its domains count
	Overwrite bool // what was decided before gives way; else it stays
	DryRun    bool // nothing is changed
}

// Imported is what becomes, or would become, of one line.
type Imported struct {
	Line    int
	Domain  string
	Outcome Outcome
	Fault   string // of a line that cannot be read
}

// Outcome is what becomes of a line.
type Outcome string

// The outcomes.
const (
	Added   Outcome = "added"
	Changed Outcome = "changed"
	Same    Outcome = "same" // it says what was decided already
	Kept    Outcome = "kept" // something else was decided, and that stays
	Bad     Outcome = "bad"
)

// Bounds of a list.
const (
	maxListBytes = 16 << 20
	maxListRows  = 100_000
	importBatch  = 500
)

// Import takes a list in, in Mastodon's form or with nothing but a domain on each line. Lines that cannot be read are
// passed over and reported.
func (s *Service) Import(ctx context.Context, who skein.Viewer, r io.Reader, how Import) ([]Imported, error) {
	rows, err := readList(r, how.Allow)
	if err != nil {
		return nil, err
	}
	var report []Imported
	for len(rows) > 0 {
		batch := rows[:min(len(rows), importBatch)]
		rows = rows[len(batch):]
		var done []Imported
		work := func(tx *store.Tx) error {
			done = nil
			site, err := may(tx, who)
			if err != nil {
				return err
			}
			done, err = take(tx, site, who, batch, how)
			return err
		}
		if how.DryRun {
			err = s.DB.View(ctx, who.Site, work)
		} else {
			err = s.DB.Update(ctx, who.Site, work)
		}
		if err != nil {
			return report, err
		}
		report = append(report, done...)
	}
	if how.DryRun {
		return report, nil
	}
	// One look over the accounts for the whole list.
	return report, s.DB.Update(ctx, who.Site, func(tx *store.Tx) error { return changed(tx, "") })
}

type row struct {
	line   int
	policy skein.PeerPolicy
	err    error
}

// take stores a batch of rows and says what became of each.
func take(tx *store.Tx, site *skein.Site, who skein.Viewer, rows []row, how Import) ([]Imported, error) {
	var domains []string
	for i := range rows {
		if rows[i].err == nil {
			rows[i].err = check(site, &rows[i].policy)
		}
		domains = append(domains, rows[i].policy.Domain)
	}
	list, err := tx.PeerPoliciesOf(domains)
	if err != nil {
		return nil, err
	}
	known := make(map[string]skein.PeerPolicy, len(list))
	for _, p := range list {
		known[p.Domain] = *p
	}
	report := make([]Imported, 0, len(rows))
	for _, r := range rows {
		out := Imported{Line: r.line, Domain: r.policy.Domain, Outcome: Added}
		if r.err != nil {
			out.Outcome, out.Fault = Bad, r.err.Error()
			report = append(report, out)
			continue
		}
		p := r.policy
		old, ok := known[p.Domain]
		switch {
		case how.Allow:
			if ok {
				p, out.Outcome = old, Changed
				p.Allowed = true
			}
		case ok:
			p.Allowed, p.PrivateComment = old.Allowed, old.PrivateComment
			switch {
			case !blocks(&old): // it was on the allow list only
				out.Outcome = Changed
			case !how.Overwrite:
				out.Outcome = Kept
			default:
				out.Outcome = Changed
			}
		}
		p.ID, p.By, p.CreatedAt = old.ID, old.By, old.CreatedAt
		if ok && p == old {
			out.Outcome = Same
		}
		if out.Outcome == Added || out.Outcome == Changed {
			p.By, p.CreatedAt = who.Account, tx.Now()
			if !how.DryRun {
				if err := tx.SetPeerPolicy(&p); err != nil {
					return nil, err
				}
			}
			known[p.Domain] = p
		}
		report = append(report, out)
	}
	return report, nil
}

// readList reads a list. Columns are known by their names in the first line; without names there is one, the domain.
func readList(r io.Reader, allow bool) ([]row, error) {
	limited := &io.LimitedReader{R: r, N: maxListBytes + 1}
	in := csv.NewReader(limited)
	in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace = -1, true, true
	at := map[string]int{"domain": 0}
	var rows []row
	for first := true; ; first = false {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := in.FieldPos(0)
		if limited.N <= 0 || len(rows) == maxListRows {
			return nil, skein.Errorf(skein.Invalid, "The list is too long: it may hold %d domains.", maxListRows)
		}
		if err != nil {
			rows = append(rows, row{line: line, err: errors.New("this is no CSV")})
			continue
		}
		if first {
			fields[0] = strings.TrimPrefix(fields[0], "\ufeff")
			if name := strings.TrimPrefix(strings.ToLower(fields[0]), "#"); name == "domain" || strings.HasPrefix(fields[0], "#") {
				at = map[string]int{}
				for i, f := range fields {
					at[strings.TrimPrefix(strings.ToLower(strings.TrimSpace(f)), "#")] = i
				}
				if _, ok := at["domain"]; !ok {
					return nil, skein.Errorf(skein.Invalid, "The first line names no column #domain.")
				}
				continue
			}
		}
		rows = append(rows, readRow(line, fields, at, allow))
	}
	return rows, nil
}

func readRow(line int, fields []string, at map[string]int, allow bool) row {
	get := func(name string) string {
		if i, ok := at[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	out := row{line: line, policy: skein.PeerPolicy{Domain: get("domain")}}
	p := &out.policy
	if allow {
		p.Allowed = true
		return out
	}
	severity, ok := severityOf[strings.ToLower(get("severity"))]
	if !ok {
		out.err = fmt.Errorf("the severity %q is none of noop, silence and suspend", get("severity"))
		return out
	}
	p.Severity, p.PublicComment = severity, get("public_comment")
	for name, to := range map[string]*bool{"reject_media": &p.RejectMedia, "reject_reports": &p.RejectReports, "obfuscate": &p.Obfuscate} {
		if text := get(name); text != "" {
			v, err := strconv.ParseBool(strings.ToLower(text))
			if err != nil {
				out.err = fmt.Errorf("%s is true or false, not %q", name, text)
			}
			*to = v
		}
	}
	return out
}
