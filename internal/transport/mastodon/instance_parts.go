package mastodon

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"skein/internal/skein"
)

// DomainBlock is a server that is limited here. https://docs.joinmastodon.org/entities/DomainBlock/
type DomainBlock struct {
	Domain   string  `json:"domain"`
	Digest   string  `json:"digest"`
	Severity string  `json:"severity"`
	Comment  *string `json:"comment,omitempty"` // only where reasons are shown
}

// obscured hides the middle of a domain, as Mastodon does.
func obscured(domain string) string {
	runes := []rune(domain)
	from, to := len(runes)/4, len(runes)-len(runes)/4
	for i := from; i < to; i++ {
		if runes[i] != '.' {
			runes[i] = '*'
		}
	}
	return string(runes)
}

// limitedPeers: https://docs.joinmastodon.org/methods/instance/#domain_blocks
func (a *API) limitedPeers(c *call) ([]DomainBlock, error) {
	list, reasons, err := a.Sites.LimitedPeers(c, skein.Viewer{Site: c.site.ID, Account: c.who.Account})
	out := make([]DomainBlock, len(list))
	for i, p := range list {
		sum := sha256.Sum256([]byte(p.Domain))
		out[i] = DomainBlock{Domain: p.Domain, Digest: hex.EncodeToString(sum[:]), Severity: "silence"}
		if p.Severity == skein.Suspended {
			out[i].Severity = "suspend"
		}
		if p.Obfuscate {
			out[i].Domain = obscured(p.Domain)
		}
		if reasons {
			out[i].Comment = &p.PublicComment
		}
	}
	return out, err
}

// TermsOfService are the terms of the site. https://docs.joinmastodon.org/entities/TermsOfService/
type TermsOfService struct {
	EffectiveDate string  `json:"effective_date"`
	Effective     bool    `json:"effective"`
	Content       string  `json:"content"`
	SucceededBy   *string `json:"succeeded_by"`
}

// terms: https://docs.joinmastodon.org/methods/instance/#terms_of_service
func (a *API) terms(c *call) (*TermsOfService, error) {
	t, err := a.Sites.Terms(c, c.site.ID, strings.Join(c.params, ""))
	if err != nil {
		return nil, err
	}
	return &TermsOfService{t.Effective, t.Counts, paragraphs(t.Text), orNull(t.Next)}, nil
}
