package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/skein"
)

// quote is what a post quotes, as the reader sees it.
func quote(site *skein.Site, v *social.View, who skein.Viewer) *Quote {
	q := v.Quote
	if q == nil {
		return nil
	}
	out := &Quote{State: string(q.State)}
	if q.Post != nil {
		out.QuotedStatus = quotedStatus(site, q.Post, who)
	}
	return out
}

// quotedStatus is a post within a quote: what it quotes itself is only named.
func quotedStatus(site *skein.Site, v *social.View, who skein.Viewer) *Status {
	s := status(site, v, who)
	if v.Quote != nil {
		s.Quote = &Quote{State: string(v.Quote.State), Shallow: true}
		if v.Quote.ID != 0 {
			s.Quote.QuotedStatusID = orNull(v.Quote.ID.String())
		}
	}
	return s
}

func (t *painter) appendQuote(b []byte, site *skein.Site, v *social.View, who skein.Viewer) []byte {
	if v.Quote == nil {
		return append(b, "null"...)
	}
	return append(b, mustEncode(quote(site, v, who))...)
}

// quoteWord is what clients call those who may quote.
var quoteWord = map[string]string{skein.WhoPublic: "public", skein.WhoFollowers: "followers", skein.WhoFollowing: "following"}

// quoteApproval says who may quote a post, and whether the reader may. https://docs.joinmastodon.org/entities/QuoteApproval/
func quoteApproval(v *social.View, who skein.Viewer) QuoteApproval {
	out := QuoteApproval{Automatic: nobody, Manual: nobody, CurrentUser: "denied"}
	p := v.Post
	if p.BoostOf == 0 && p.Visibility <= skein.Unlisted {
		switch l := quoteLeave(p); {
		case l == nil && p.Local:
			out.Automatic = []string{"public"}
		case l != nil:
			out.Automatic, out.Manual = quoteWords(l, l.Auto), quoteWords(l, l.Manual)
		}
	}
	if !who.Visitor() {
		out.CurrentUser = consentName[v.Quotable]
	}
	return out
}

func quoteLeave(p *skein.Post) *skein.Leave {
	if p.Extra.Policy == nil {
		return nil
	}
	return p.Extra.Policy.Quote
}

func quoteWords(l *skein.Leave, list []string) []string {
	out := []string{}
	for _, who := range list {
		if word := quoteWord[who]; word != "" {
			out = append(out, word)
		}
	}
	if l.Names(list) || len(list) > 0 && list[0] == skein.WhoMentioned {
		out = append(out, "unsupported_policy")
	}
	return out
}

var consentName = map[skein.Consent]string{skein.No: "denied", skein.Ask: "manual", skein.Unknown: "unknown", skein.Yes: "automatic"}

// appendQuoteApproval writes the same; nearly all posts have one of few.
func appendQuoteApproval(b []byte, v *social.View, who skein.Viewer) []byte {
	if v.Post.Extra.Policy == nil {
		if v.Post.Local && v.Post.BoostOf == 0 && v.Post.Visibility <= skein.Unlisted {
			b = append(b, `{"automatic":["public"],"manual":[],"current_user":"`...)
		} else {
			b = append(b, `{"automatic":[],"manual":[],"current_user":"`...)
		}
		word := "denied"
		if !who.Visitor() {
			word = consentName[v.Quotable]
		}
		return append(append(b, word...), `"}`...)
	}
	return append(b, mustEncode(quoteApproval(v, who))...)
}

// quotePolicy reads who may quote a post; empty is everybody.
func quotePolicy(name string) (*skein.Leave, error) {
	if name == "" {
		return nil, nil
	}
	l, ok := social.QuotePolicy(name)
	if !ok {
		return nil, invalid("Validation failed: Quote approval policy must be public, followers or nobody")
	}
	return l, nil
}

// quoters is who may quote a person's new posts.
func quoters(p skein.Prefs) string {
	if p.Quotes == "" {
		return "public"
	}
	return p.Quotes
}

func or(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// quotes: https://docs.joinmastodon.org/methods/statuses/#quotes
func (a *API) quotes(c *call) (posts, error) {
	id, page, err := c.pageOf(20, 40)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Quotes(c, c.who, id, page)
	if err != nil {
		return nil, err
	}
	c.linkPosts(list, page.Limit)
	return list, nil
}

// revokeQuote: https://docs.joinmastodon.org/methods/statuses/#revoke_quote
func (a *API) revokeQuote(c *call) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	quoting, ok := skein.ParseID(c.params[1])
	if !ok {
		return post{}, skein.ErrNotFound
	}
	v, err := a.Social.RevokeQuote(c, c.who, id, quoting)
	return post{v}, err
}

type policyForm struct {
	Quoters *string      `form:"quote_approval_policy"`
	Policy  *policyParts `form:"interaction_policy"` // ours
}

// setPolicy: https://docs.joinmastodon.org/methods/statuses/#edit_interaction_policy
func (a *API) setPolicy(c *call) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	in, err := decode[policyForm](c)
	if err != nil {
		return post{}, err
	}
	if err := in.Policy.put(&skein.Policy{}); err != nil {
		return post{}, err
	}
	if or(in.Quoters) == "" && in.Policy != nil {
		v, err := a.Social.SetPolicy(c, c.who, id, func(p *skein.Policy) { _ = in.Policy.put(p) })
		return post{v}, err
	}
	if or(in.Quoters) == "" {
		return post{}, invalid("Validation failed: Quote approval policy must be public, followers or nobody")
	}
	l, err := quotePolicy(*in.Quoters)
	if err != nil {
		return post{}, err
	}
	v, err := a.Social.SetPolicy(c, c.who, id, func(p *skein.Policy) {
		_ = in.Policy.put(p)
		p.Quote = l
	})
	return post{v}, err
}
