package mastodon

import (
	"crypto/sha256"
	"encoding/hex"

	"skein/internal/skein"
	"skein/internal/store"
)

// AdminDomainBlock is what is held against a peer. https://docs.joinmastodon.org/entities/Admin_DomainBlock/
type AdminDomainBlock struct {
	ID             string  `json:"id"`
	Domain         string  `json:"domain"`
	Digest         string  `json:"digest"`
	CreatedAt      stamp   `json:"created_at"`
	Severity       string  `json:"severity"`
	RejectMedia    bool    `json:"reject_media"`
	RejectReports  bool    `json:"reject_reports"`
	PrivateComment *string `json:"private_comment"`
	PublicComment  *string `json:"public_comment"`
	Obfuscate      bool    `json:"obfuscate"`
}

// AdminDomainAllow is a peer on the list of allowed ones. https://docs.joinmastodon.org/entities/Admin_DomainAllow/
type AdminDomainAllow struct {
	ID        string `json:"id"`
	Domain    string `json:"domain"`
	CreatedAt stamp  `json:"created_at"`
}

// severityName is what clients call how far a peer is kept away.
var severityName = map[skein.Severity]string{skein.Unrestricted: "noop", skein.Limited: "silence", skein.Suspended: "suspend"}

// severity reads one.
func severity(name string) (skein.Severity, error) {
	for s, n := range severityName {
		if n == name {
			return s, nil
		}
	}
	return 0, invalid("Validation failed: Severity is silence, suspend or noop")
}

func adminDomainBlock(p *skein.PeerPolicy) *AdminDomainBlock {
	digest := sha256.Sum256([]byte(p.Domain))
	return &AdminDomainBlock{
		ID: p.ID.String(), Domain: p.Domain, Digest: hex.EncodeToString(digest[:]), CreatedAt: stamp(p.CreatedAt),
		Severity: severityName[p.Severity], RejectMedia: p.RejectMedia, RejectReports: p.RejectReports,
		PrivateComment: orNull(p.PrivateComment), PublicComment: orNull(p.PublicComment), Obfuscate: p.Obfuscate,
	}
}

func adminDomainAllow(p *skein.PeerPolicy) *AdminDomainAllow {
	return &AdminDomainAllow{ID: p.ID.String(), Domain: p.Domain, CreatedAt: stamp(p.CreatedAt)}
}

// peers answers with a page of policies.
func peers[T any](a *API, c *call, allowed bool, draw func(*skein.PeerPolicy) T) ([]T, error) {
	page, err := c.page(100, 500)
	if err != nil {
		return nil, err
	}
	list, err := a.Peering.Page(c, c.who, allowed, store.Page(page))
	if err != nil {
		return nil, err
	}
	out := make([]T, len(list))
	for i, p := range list {
		out[i] = draw(p)
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, list[0].ID, list[len(list)-1].ID)
	}
	return out, nil
}

// adminDomainBlocks: https://docs.joinmastodon.org/methods/admin/domain_blocks/#get
func (a *API) adminDomainBlocks(c *call) ([]*AdminDomainBlock, error) {
	return peers(a, c, false, adminDomainBlock)
}

// adminDomainAllows: https://docs.joinmastodon.org/methods/admin/domain_allows/#get
func (a *API) adminDomainAllows(c *call) ([]*AdminDomainAllow, error) {
	return peers(a, c, true, adminDomainAllow)
}

// adminDomainBlock: https://docs.joinmastodon.org/methods/admin/domain_blocks/#get-one
func (a *API) adminDomainBlock(c *call) (*AdminDomainBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := a.Peering.Peer(c, c.who, false, id)
	if err != nil {
		return nil, err
	}
	return adminDomainBlock(p), nil
}

// adminDomainAllow: https://docs.joinmastodon.org/methods/admin/domain_allows/#get-one
func (a *API) adminDomainAllow(c *call) (*AdminDomainAllow, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := a.Peering.Peer(c, c.who, true, id)
	if err != nil {
		return nil, err
	}
	return adminDomainAllow(p), nil
}

type domainBlockForm struct {
	Domain         string  `form:"domain"`
	Severity       *string `form:"severity"`
	RejectMedia    *bool   `form:"reject_media"`
	RejectReports  *bool   `form:"reject_reports"`
	PrivateComment *string `form:"private_comment"`
	PublicComment  *string `form:"public_comment"`
	Obfuscate      *bool   `form:"obfuscate"`
}

// alter brings into a policy what was given.
func (in *domainBlockForm) alter() (func(*skein.PeerPolicy), error) {
	var s skein.Severity
	if in.Severity != nil {
		var err error
		if s, err = severity(*in.Severity); err != nil {
			return nil, err
		}
	}
	return func(p *skein.PeerPolicy) {
		if in.Severity != nil {
			p.Severity = s
		}
		given(&p.RejectMedia, in.RejectMedia)
		given(&p.RejectReports, in.RejectReports)
		given(&p.PrivateComment, in.PrivateComment)
		given(&p.PublicComment, in.PublicComment)
		given(&p.Obfuscate, in.Obfuscate)
	}, nil
}

// given sets what a client said something about.
func given[T any](to, v *T) {
	if v != nil {
		*to = *v
	}
}

// addDomainBlock: https://docs.joinmastodon.org/methods/admin/domain_blocks/#create
func (a *API) addDomainBlock(c *call) (*AdminDomainBlock, error) {
	in, err := decode[domainBlockForm](c)
	if err != nil {
		return nil, err
	}
	if in.Domain == "" {
		return nil, invalid("Validation failed: Domain can't be blank")
	}
	alter, err := in.alter()
	if err != nil {
		return nil, err
	}
	p := skein.PeerPolicy{Domain: in.Domain, Severity: skein.Limited}
	alter(&p)
	made, err := a.Peering.Block(c, c.who, p)
	if err != nil {
		return nil, err
	}
	return adminDomainBlock(made), nil
}

// changeDomainBlock: https://docs.joinmastodon.org/methods/admin/domain_blocks/#update
func (a *API) changeDomainBlock(c *call) (*AdminDomainBlock, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[domainBlockForm](c)
	if err != nil {
		return nil, err
	}
	alter, err := in.alter()
	if err != nil {
		return nil, err
	}
	p, err := a.Peering.Change(c, c.who, id, alter)
	if err != nil {
		return nil, err
	}
	return adminDomainBlock(p), nil
}

// removeDomainBlock: https://docs.joinmastodon.org/methods/admin/domain_blocks/#delete
func (a *API) removeDomainBlock(c *call, id skein.ID) error {
	return a.Peering.Lift(c, c.who, false, id)
}

// allowDomain: https://docs.joinmastodon.org/methods/admin/domain_allows/#create
func (a *API) allowDomain(c *call) (*AdminDomainAllow, error) {
	domain, err := c.text("domain")
	if err != nil {
		return nil, err
	}
	if domain == "" {
		return nil, invalid("Validation failed: Domain can't be blank")
	}
	p, err := a.Peering.Allow(c, c.who, domain)
	if err != nil {
		return nil, err
	}
	return adminDomainAllow(p), nil
}

// disallowDomain: https://docs.joinmastodon.org/methods/admin/domain_allows/#delete
func (a *API) disallowDomain(c *call, id skein.ID) error { return a.Peering.Lift(c, c.who, true, id) }
