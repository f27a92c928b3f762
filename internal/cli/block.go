package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"text/tabwriter"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// IP is `skein ip`.
type IP struct {
	List    ipList    `cmd:"" help:"List what a site holds against parts of the network, the newest first."`
	Block   ipBlock   `cmd:"" help:"Hold something against a part of the network; open streams from there end too."`
	Unblock ipUnblock `cmd:"" help:"Take it back."`
}

// EmailDomain is `skein email-domain`.
type EmailDomain struct {
	List    emailDomainList    `cmd:"" help:"List the blocked providers of mail, the newest first, and how often they were tried this week."`
	Block   emailDomainBlock   `cmd:"" help:"Let nobody sign up with a provider of mail, nor with any domain below it."`
	Unblock emailDomainUnblock `cmd:"" help:"Take it back."`
}

// Email is `skein email`.
type Email struct {
	List    emailList    `cmd:"" help:"List the blocked mailboxes by their hashes, the newest first."`
	Test    emailTest    `cmd:"" help:"Say whether a mailbox is blocked, however it is spelled."`
	Block   emailBlock   `cmd:"" help:"Let nobody sign up with a mailbox, however it is spelled."`
	Unblock emailUnblock `cmd:"" help:"Take it back."`
}

// blockPage is how many are read at once.
const blockPage = 200

// eachBlock reads all that a site blocks, a page at a time, the newest first, until stop says that it has enough.
func eachBlock[T any](read func(social.Page) ([]*T, error), id func(*T) skein.ID, fn func(*T) (stop bool)) error {
	for p := (social.Page{Limit: blockPage}); ; {
		list, err := read(p)
		if err != nil {
			return err
		}
		for _, b := range list {
			if fn(b) {
				return nil
			}
			p.Max = id(b)
		}
		if len(list) < blockPage {
			return nil
		}
	}
}

// printed writes a list: as JSON, or as a table under heads.
func printed[T any](out io.Writer, asJSON bool, none, heads string, rows []T, line func(T) string) error {
	if asJSON {
		if rows == nil {
			rows = []T{}
		}
		return json.NewEncoder(out).Encode(rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(out, none)
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, heads)
	for _, r := range rows {
		fmt.Fprintln(w, line(r))
	}
	return w.Flush()
}

// ipSeverities as people type them.
var ipSeverities = map[string]skein.IPSeverity{"approval": skein.IPApproval, "no-sign-up": skein.IPNoSignUp, "no-access": skein.IPNoAccess}

func ipSeverityName(s skein.IPSeverity) string {
	for name, v := range ipSeverities {
		if v == s {
			return name
		}
	}
	return "?"
}

// network reads a network, or an address alone.
func network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network such as 192.0.2.0/24", s)
	}
	return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
}

type ipList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// ipRow is a block as it is listed.
type ipRow struct {
	Network  string `json:"network"`
	Severity string `json:"severity"`
	Until    string `json:"until,omitempty"`
	Comment  string `json:"comment"`
}

// Run lists them.
func (c *ipList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	var rows []ipRow
	err = eachBlock(func(p social.Page) ([]*skein.IPBlock, error) { return s.Reports.IPBlocks(ctx, who, p) },
		func(b *skein.IPBlock) skein.ID { return b.ID }, func(b *skein.IPBlock) bool {
			r := ipRow{Network: b.Network.String(), Severity: ipSeverityName(b.Severity), Comment: b.Comment}
			if !b.ExpiresAt.IsZero() {
				r.Until = b.ExpiresAt.UTC().Format(time.RFC3339)
			}
			rows = append(rows, r)
			return false
		})
	if err != nil {
		return err
	}
	return printed(out, c.JSON, "Nothing is held against any part of the network.", "NETWORK\tSEVERITY\tUNTIL\tCOMMENT", rows, func(r ipRow) string {
		return strings.Join([]string{r.Network, r.Severity, r.Until, strings.Join(strings.Fields(r.Comment), " ")}, "\t")
	})
}

type ipBlock struct {
	Network  string        `arg:"" help:"An address, or a network such as 192.0.2.0/24." placeholder:"NETWORK"`
	Site     string        `required:"" help:"Domain of the site that decides." placeholder:"DOMAIN"`
	Severity string        `help:"approval (who signs up waits for a moderator), no-sign-up, or no-access (nothing is served at all)." enum:"approval,no-sign-up,no-access" default:"no-sign-up"`
	Comment  string        `help:"Why; for those who look after the site." placeholder:"TEXT"`
	For      time.Duration `help:"For how long, such as 48h. Not given: until it is taken back." placeholder:"TIME"`
}

// Run blocks.
func (c *ipBlock) Run(ctx context.Context, root *Root, out io.Writer) error {
	n, err := network(c.Network)
	if err != nil {
		return err
	}
	if c.For < 0 {
		return fmt.Errorf("--for is a time that is still to come")
	}
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	b := skein.IPBlock{Network: n, Severity: ipSeverities[c.Severity], Comment: c.Comment}
	if c.For > 0 {
		b.ExpiresAt = s.DB.Now().Add(c.For)
	}
	if _, err := s.Reports.AddIPBlock(ctx, who, b, netip.Addr{}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s.\n", n, c.Severity)
	return err
}

type ipUnblock struct {
	Network string `arg:"" help:"The network as it is listed." placeholder:"NETWORK"`
	Site    string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run takes a block back.
func (c *ipUnblock) Run(ctx context.Context, root *Root, out io.Writer) error {
	n, err := network(c.Network)
	if err != nil {
		return err
	}
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	var found skein.ID
	err = eachBlock(func(p social.Page) ([]*skein.IPBlock, error) { return s.Reports.IPBlocks(ctx, who, p) },
		func(b *skein.IPBlock) skein.ID { return b.ID }, func(b *skein.IPBlock) bool {
			if b.Network == n {
				found = b.ID
			}
			return found != 0
		})
	if err == nil && found == 0 {
		err = fmt.Errorf("%s holds nothing against %s", c.Site, n)
	}
	if err == nil {
		err = s.Reports.RemoveIPBlock(ctx, who, found)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Nothing is held against %s any more.\n", n)
	return err
}

type emailDomainList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// emailDomainRow is a blocked provider as it is listed.
type emailDomainRow struct {
	Domain   string `json:"domain"`
	Approval bool   `json:"approval"`
	Tries    int    `json:"tries"`
}

// Run lists them.
func (c *emailDomainList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	var rows []emailDomainRow
	err = eachBlock(func(p social.Page) ([]*skein.EmailDomainBlock, error) { return s.Reports.EmailDomains(ctx, who, p) },
		func(b *skein.EmailDomainBlock) skein.ID { return b.ID }, func(b *skein.EmailDomainBlock) bool {
			r := emailDomainRow{Domain: b.Domain, Approval: b.WithApproval}
			for _, t := range b.Tries {
				r.Tries += t.Uses
			}
			rows = append(rows, r)
			return false
		})
	if err != nil {
		return err
	}
	return printed(out, c.JSON, "No provider of mail is blocked.", "DOMAIN\tWHO SIGNS UP\tTRIED THIS WEEK", rows, func(r emailDomainRow) string {
		return fmt.Sprintf("%s\t%s\t%d", r.Domain, map[bool]string{true: "waits for a moderator", false: "is refused"}[r.Approval], r.Tries)
	})
}

type emailDomainBlock struct {
	Domain   string `arg:"" help:"The provider: what stands behind the @." placeholder:"DOMAIN"`
	Site     string `required:"" help:"Domain of the site that decides." placeholder:"DOMAIN"`
	Approval bool   `help:"Who signs up with it is not refused, but waits for a moderator."`
}

// Run blocks.
func (c *emailDomainBlock) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := s.Reports.BlockEmailDomain(ctx, who, c.Domain, c.Approval)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is blocked.\n", b.Domain)
	return err
}

type emailDomainUnblock struct {
	Domain string `arg:"" help:"The provider as it is listed." placeholder:"DOMAIN"`
	Site   string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run takes a block back.
func (c *emailDomainUnblock) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	name, found := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(c.Domain), "@")), skein.ID(0)
	err = eachBlock(func(p social.Page) ([]*skein.EmailDomainBlock, error) { return s.Reports.EmailDomains(ctx, who, p) },
		func(b *skein.EmailDomainBlock) skein.ID { return b.ID }, func(b *skein.EmailDomainBlock) bool {
			if b.Domain == name {
				found = b.ID
			}
			return found != 0
		})
	if err == nil && found == 0 {
		err = fmt.Errorf("%s does not block %s", c.Site, c.Domain)
	}
	if err == nil {
		err = s.Reports.UnblockEmailDomain(ctx, who, found)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is blocked no more.\n", name)
	return err
}

type emailList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// emailRow is a blocked mailbox as it is listed.
type emailRow struct {
	Hash string `json:"hash"`
	At   string `json:"at"`
}

// Run lists them.
func (c *emailList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	var rows []emailRow
	err = eachBlock(func(p social.Page) ([]*skein.EmailBlock, error) { return s.Reports.EmailBlocks(ctx, who, p) },
		func(b *skein.EmailBlock) skein.ID { return b.ID }, func(b *skein.EmailBlock) bool {
			rows = append(rows, emailRow{b.Hash, b.CreatedAt.UTC().Format(time.RFC3339)})
			return false
		})
	if err != nil {
		return err
	}
	return printed(out, c.JSON, "No mailbox is blocked.", "HASH\tSINCE", rows, func(r emailRow) string { return r.Hash + "\t" + r.At })
}

// mailbox names a mailbox of which something is asked.
type mailbox struct {
	Address string `arg:"" help:"The mailbox: name@provider." placeholder:"ADDRESS"`
	Site    string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

type emailTest struct{ mailbox }

// Run says whether it is blocked.
func (c *emailTest) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Reports.TestEmail(ctx, who, c.Address)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is %s.\n", c.Address, map[bool]string{true: "blocked", false: "not blocked"}[len(list) > 0])
	return err
}

type emailBlock struct{ mailbox }

// Run blocks.
func (c *emailBlock) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if strings.TrimSpace(c.Address) == "" {
		return fmt.Errorf("say which mailbox")
	}
	b, err := s.Reports.BlockEmail(ctx, who, c.Address, "")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Blocked as %s.\n", b.Hash)
	return err
}

type emailUnblock struct{ mailbox }

// Run takes a block back, in each of its spellings.
func (c *emailUnblock) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Reports.TestEmail(ctx, who, c.Address)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s does not block %s", c.Site, c.Address)
	}
	for _, b := range list {
		if err == nil {
			err = s.Reports.UnblockEmail(ctx, who, b.ID)
		}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is blocked no more.\n", c.Address)
	return err
}
