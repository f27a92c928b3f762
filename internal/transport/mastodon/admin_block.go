package mastodon

import (
	"net/netip"
	"strconv"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/limit"
	"skein/internal/skein"
)

// AdminEmailDomainBlock is a provider of mail that nobody signs up with. https://docs.joinmastodon.org/entities/Admin_EmailDomainBlock/
type AdminEmailDomainBlock struct {
	ID                string    `json:"id"`
	Domain            string    `json:"domain"`
	CreatedAt         stamp     `json:"created_at"`
	History           []History `json:"history"` // who tried
	AllowWithApproval bool      `json:"allow_with_approval"`
}

// AdminIPBlock is what is held against a part of the network. https://docs.joinmastodon.org/entities/Admin_IpBlock/
type AdminIPBlock struct {
	ID        string `json:"id"`
	IP        string `json:"ip"` // in CIDR form
	Severity  string `json:"severity"`
	Comment   string `json:"comment"`
	CreatedAt stamp  `json:"created_at"`
	ExpiresAt *stamp `json:"expires_at"`
}

// AdminEmailBlock is a mailbox that nobody signs up with. https://docs.joinmastodon.org/entities/Admin_CanonicalEmailBlock/
type AdminEmailBlock struct {
	ID   string `json:"id"`
	Hash string `json:"canonical_email_hash"`
}

func (a *API) adminEmailDomainBlockOf(b *skein.EmailDomainBlock) *AdminEmailDomainBlock {
	out := &AdminEmailDomainBlock{ID: b.ID.String(), Domain: b.Domain, CreatedAt: stamp(b.CreatedAt), AllowWithApproval: b.WithApproval}
	today := a.Clock().Unix() / 86400
	for i := range int64(skein.EmailTryDays) {
		var d skein.TrendDay
		for _, t := range b.Tries {
			if t.Day == today-i {
				d = t
			}
		}
		out.History = append(out.History, History{Day: strconv.FormatInt((today-i)*86400, 10), Accounts: strconv.Itoa(d.Accounts), Uses: strconv.Itoa(d.Uses)})
	}
	return out
}

// ipSeverityName is what clients call what is refused.
var ipSeverityName = map[skein.IPSeverity]string{skein.IPApproval: "sign_up_requires_approval", skein.IPNoSignUp: "sign_up_block", skein.IPNoAccess: "no_access"}

func adminIPBlockOf(b *skein.IPBlock) *AdminIPBlock {
	return &AdminIPBlock{ID: b.ID.String(), IP: b.Network.String(), Severity: ipSeverityName[b.Severity], Comment: b.Comment,
		CreatedAt: stamp(b.CreatedAt), ExpiresAt: when(b.ExpiresAt)}
}

func adminEmailBlockOf(b *skein.EmailBlock) *AdminEmailBlock {
	return &AdminEmailBlock{ID: b.ID.String(), Hash: b.Hash}
}

// blockPage answers with a page of what is blocked.
func blockPage[T, E any](c *call, read func(social.Page) ([]*T, error), id func(*T) skein.ID, draw func(*T) *E) ([]*E, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	list, err := read(page)
	if err != nil {
		return nil, err
	}
	out := make([]*E, len(list))
	for i, b := range list {
		out[i] = draw(b)
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, id(list[0]), id(list[len(list)-1]))
	}
	return out, nil
}

// adminEmailDomainBlocks: https://docs.joinmastodon.org/methods/admin/email_domain_blocks/#get
func (a *API) adminEmailDomainBlocks(c *call) ([]*AdminEmailDomainBlock, error) {
	return blockPage(c, func(p social.Page) ([]*skein.EmailDomainBlock, error) { return a.Reports.EmailDomains(c, c.who, p) },
		func(b *skein.EmailDomainBlock) skein.ID { return b.ID }, a.adminEmailDomainBlockOf)
}

// adminEmailDomainBlock: https://docs.joinmastodon.org/methods/admin/email_domain_blocks/#get-one
func (a *API) adminEmailDomainBlock(c *call) (*AdminEmailDomainBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	b, err := a.Reports.EmailDomain(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return a.adminEmailDomainBlockOf(b), nil
}

// blockEmailDomain: https://docs.joinmastodon.org/methods/admin/email_domain_blocks/#create
func (a *API) blockEmailDomain(c *call) (*AdminEmailDomainBlock, error) {
	domain, err := c.text("domain")
	if err != nil {
		return nil, err
	}
	approval, err := c.flag("allow_with_approval")
	if err != nil {
		return nil, err
	}
	b, err := a.Reports.BlockEmailDomain(c, c.who, domain, approval)
	if err != nil {
		return nil, err
	}
	return a.adminEmailDomainBlockOf(b), nil
}

// unblockEmailDomain: https://docs.joinmastodon.org/methods/admin/email_domain_blocks/#delete
func (a *API) unblockEmailDomain(c *call, id skein.ID) error {
	return a.Reports.UnblockEmailDomain(c, c.who, id)
}

// adminIPBlocks: https://docs.joinmastodon.org/methods/admin/ip_blocks/#get
func (a *API) adminIPBlocks(c *call) ([]*AdminIPBlock, error) {
	return blockPage(c, func(p social.Page) ([]*skein.IPBlock, error) { return a.Reports.IPBlocks(c, c.who, p) },
		func(b *skein.IPBlock) skein.ID { return b.ID }, adminIPBlockOf)
}

// adminIPBlock: https://docs.joinmastodon.org/methods/admin/ip_blocks/#get-one
func (a *API) adminIPBlock(c *call) (*AdminIPBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	b, err := a.Reports.IPBlock(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return adminIPBlockOf(b), nil
}

type ipBlockForm struct {
	IP       *string `form:"ip"`
	Severity *string `form:"severity"`
	Comment  *string `form:"comment"`
}

// ipChange reads what is to be held against a part of the network; what is not given stays.
func (c *call) ipChange() (func(*skein.IPBlock), error) {
	in, err := decode[ipBlockForm](c)
	if err != nil {
		return nil, err
	}
	var at netip.Prefix
	if in.IP != nil {
		if at, err = network(*in.IP); err != nil {
			return nil, err
		}
	}
	ends, err := c.expiry()
	if err != nil {
		return nil, err
	}
	now := c.api.Clock()
	return func(b *skein.IPBlock) {
		if in.IP != nil {
			b.Network = at
		}
		if in.Severity != nil {
			b.Severity = skein.IPFree // which is none that can be asked for
			for s, name := range ipSeverityName {
				if name == *in.Severity {
					b.Severity = s
				}
			}
		}
		given(&b.Comment, in.Comment)
		switch {
		case ends != nil && *ends < 0:
			b.ExpiresAt = time.Time{}
		case ends != nil:
			b.ExpiresAt = now.Add(*ends)
		}
	}, nil
}

// from is the address that the request came from, as far as it is known.
func (c *call) from() netip.Addr { return limit.ClientIP(c.r, c.api.Proxies) }

// addIPBlock: https://docs.joinmastodon.org/methods/admin/ip_blocks/#create
func (a *API) addIPBlock(c *call) (*AdminIPBlock, error) {
	change, err := c.ipChange()
	if err != nil {
		return nil, err
	}
	var b skein.IPBlock
	change(&b)
	made, err := a.Reports.AddIPBlock(c, c.who, b, c.from())
	if err != nil {
		return nil, err
	}
	return adminIPBlockOf(made), nil
}

// changeIPBlock: https://docs.joinmastodon.org/methods/admin/ip_blocks/#update
func (a *API) changeIPBlock(c *call) (*AdminIPBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	change, err := c.ipChange()
	if err != nil {
		return nil, err
	}
	b, err := a.Reports.ChangeIPBlock(c, c.who, id, change, c.from())
	if err != nil {
		return nil, err
	}
	return adminIPBlockOf(b), nil
}

// removeIPBlock: https://docs.joinmastodon.org/methods/admin/ip_blocks/#delete
func (a *API) removeIPBlock(c *call, id skein.ID) error { return a.Reports.RemoveIPBlock(c, c.who, id) }

// adminEmailBlocks: https://docs.joinmastodon.org/methods/admin/canonical_email_blocks/#get
func (a *API) adminEmailBlocks(c *call) ([]*AdminEmailBlock, error) {
	return blockPage(c, func(p social.Page) ([]*skein.EmailBlock, error) { return a.Reports.EmailBlocks(c, c.who, p) },
		func(b *skein.EmailBlock) skein.ID { return b.ID }, adminEmailBlockOf)
}

// adminEmailBlock: https://docs.joinmastodon.org/methods/admin/canonical_email_blocks/#get-one
func (a *API) adminEmailBlock(c *call) (*AdminEmailBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	b, err := a.Reports.EmailBlock(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return adminEmailBlockOf(b), nil
}

// testEmail: https://docs.joinmastodon.org/methods/admin/canonical_email_blocks/#test
func (a *API) testEmail(c *call) ([]*AdminEmailBlock, error) {
	email, err := c.text("email")
	if err != nil {
		return nil, err
	}
	if email == "" {
		return nil, missing("email")
	}
	list, err := a.Reports.TestEmail(c, c.who, email)
	if err != nil {
		return nil, err
	}
	out := make([]*AdminEmailBlock, len(list))
	for i, b := range list {
		out[i] = adminEmailBlockOf(b)
	}
	return out, nil
}

// blockEmail: https://docs.joinmastodon.org/methods/admin/canonical_email_blocks/#create
func (a *API) blockEmail(c *call) (*AdminEmailBlock, error) {
	email, err := c.text("email")
	if err != nil {
		return nil, err
	}
	hash, err := c.text("canonical_email_hash")
	if err != nil {
		return nil, err
	}
	if hash != "" {
		email = "" // of the two, the hash counts
	}
	b, err := a.Reports.BlockEmail(c, c.who, email, hash)
	if err != nil {
		return nil, err
	}
	return adminEmailBlockOf(b), nil
}

// unblockEmail: https://docs.joinmastodon.org/methods/admin/canonical_email_blocks/#delete
func (a *API) unblockEmail(c *call, id skein.ID) error { return a.Reports.UnblockEmail(c, c.who, id) }
