package mastodon

import (
	"slices"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// The calls of this file are GoToSocial's: https://docs.gotosocial.org/en/latest/user_guide/posts/#interaction-policies

// leaveForm says who may do something: at once, or after a question; each list has two names.
type leaveForm struct {
	Always    *[]string `form:"always"`
	Automatic *[]string `form:"automatic_approval"`
	Asked     *[]string `form:"with_approval"`
	Manual    *[]string `form:"manual_approval"`
}

// policyParts says who may do what; what is not named stays.
type policyParts struct {
	Like  *leaveForm `form:"can_favourite"`
	Reply *leaveForm `form:"can_reply"`
	Boost *leaveForm `form:"can_reblog"`
	Quote *leaveForm `form:"can_quote"` // ours
}

// whoOf is what clients call those who may do something.
var whoOf = map[string]string{
	"public": skein.WhoPublic, "followers": skein.WhoFollowers, "following": skein.WhoFollowing,
	"mentioned": skein.WhoMentioned, "author": skein.WhoAuthor, "me": skein.WhoAuthor,
}

// put writes what is named into a policy.
func (in *policyParts) put(p *skein.Policy) error {
	if in == nil {
		return nil
	}
	for _, part := range []struct {
		in *leaveForm
		to **skein.Leave
	}{{in.Like, &p.Like}, {in.Reply, &p.Reply}, {in.Boost, &p.Boost}, {in.Quote, &p.Quote}} {
		if part.in == nil {
			continue
		}
		l, err := part.in.leave()
		if err != nil {
			return err
		}
		*part.to = l
	}
	return nil
}

// leave is what a form says; nil when it limits nothing, since to say that is to promise nothing.
func (in *leaveForm) leave() (*skein.Leave, error) {
	var l skein.Leave
	for _, list := range []struct {
		names *[]string
		to    *[]string
	}{{in.Always, &l.Auto}, {in.Automatic, &l.Auto}, {in.Asked, &l.Manual}, {in.Manual, &l.Manual}} {
		if list.names == nil {
			continue
		}
		for _, name := range *list.names {
			who, ok := whoOf[name]
			switch {
			case name == "mutuals":
				return nil, invalid("Validation failed: Interaction policy cannot name mutuals here; name followers or following")
			case !ok:
				return nil, invalid("Validation failed: Interaction policy must name public, followers, following, mentioned or author")
			case !slices.Contains(*list.to, who):
				*list.to = append(*list.to, who)
			}
		}
	}
	if slices.Contains(l.Auto, skein.WhoPublic) {
		return nil, nil
	}
	if len(l.Auto)+len(l.Manual) == 0 {
		l.Auto = []string{skein.WhoAuthor}
	}
	return &l, nil
}

// InteractionPolicy says who may do what with a post.
type InteractionPolicy struct {
	Like  PolicyRules  `json:"can_favourite"`
	Reply PolicyRules  `json:"can_reply"`
	Boost PolicyRules  `json:"can_reblog"`
	Quote *PolicyRules `json:"can_quote,omitempty"`
}

// PolicyRules says who may do one thing, under the newer names and the older ones.
type PolicyRules struct {
	Automatic []string `json:"automatic_approval"`
	Manual    []string `json:"manual_approval"`
	Always    []string `json:"always"`
	Asked     []string `json:"with_approval"`
}

// interactionPolicy is what the author of a post said of replies, likes and boosts; nil: nothing.
func interactionPolicy(p *skein.Post) *InteractionPolicy {
	said := p.Extra.Policy
	if said == nil || said.Like == nil && said.Reply == nil && said.Boost == nil {
		return nil
	}
	return policyEntity(said)
}

func policyEntity(said *skein.Policy) *InteractionPolicy {
	out := &InteractionPolicy{Like: policyRules(said.Like), Reply: policyRules(said.Reply), Boost: policyRules(said.Boost)}
	if said.Quote != nil {
		q := policyRules(said.Quote)
		out.Quote = &q
	}
	return out
}

func policyRules(l *skein.Leave) PolicyRules {
	if l == nil {
		l = &skein.Leave{Auto: []string{skein.WhoPublic}}
	}
	auto, manual := append([]string{}, l.Auto...), append([]string{}, l.Manual...)
	return PolicyRules{Automatic: auto, Manual: manual, Always: auto, Asked: manual}
}

// InteractionRequest is somebody who waits for leave.
type InteractionRequest struct {
	ID         string  `json:"id"`
	Type       string  `json:"type"`
	CreatedAt  stamp   `json:"created_at"`
	Account    Account `json:"account"`
	Status     *Status `json:"status"`          // what it is about
	Reply      *Status `json:"reply,omitempty"` // of a reply
	Quote      *Status `json:"quote,omitempty"` // of a quote that is known here; ours
	AcceptedAt *stamp  `json:"accepted_at"`
	RejectedAt *stamp  `json:"rejected_at"`
	URI        string  `json:"uri"`
}

var requestName = map[skein.ApprovalKind]string{
	skein.ApproveLike: "favourite", skein.ApproveReply: "reply", skein.ApproveBoost: "reblog", skein.ApproveQuote: "quote",
}

func interactionRequest(c *call, q *social.Request, now time.Time) *InteractionRequest {
	out := &InteractionRequest{ID: q.ID.String(), Type: requestName[q.Kind], CreatedAt: stamp(q.At), Account: *account(c.site, q.By),
		Status: status(c.site, q.About, c.who), URI: q.Object}
	if q.With != nil {
		switch with := status(c.site, q.With, c.who); q.Kind {
		case skein.ApproveReply:
			out.Reply = with
		case skein.ApproveQuote:
			out.Quote = with
		}
	}
	switch at := when(now); q.State {
	case skein.ApprovalAccepted:
		out.AcceptedAt = at
	case skein.ApprovalRejected:
		out.RejectedAt = at
	}
	return out
}

type requestForm struct {
	Post    skein.ID `form:"status_id"`
	Likes   *bool    `form:"favourites"`
	Replies *bool    `form:"replies"`
	Boosts  *bool    `form:"reblogs"`
	Quotes  *bool    `form:"quotes"`
}

// requests lists who waits for the reader's leave.
func (a *API) requests(c *call) ([]*InteractionRequest, error) {
	in, err := decode[requestForm](c)
	if err != nil {
		return nil, err
	}
	page, err := c.page(40, 80)
	if err != nil {
		return nil, err
	}
	f := social.RequestFilter{Post: in.Post}
	for _, k := range []struct {
		wanted *bool
		kind   skein.ApprovalKind
	}{{in.Likes, skein.ApproveLike}, {in.Replies, skein.ApproveReply}, {in.Boosts, skein.ApproveBoost}, {in.Quotes, skein.ApproveQuote}} {
		if k.wanted == nil || *k.wanted {
			f.Kinds = append(f.Kinds, k.kind)
		}
	}
	list, err := a.Social.Requests(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	out := make([]*InteractionRequest, len(list))
	for i, q := range list {
		out[i] = interactionRequest(c, q, a.Clock())
	}
	if len(list) > 0 {
		c.link(byID, len(list), page.Limit, list[0].ID, list[len(list)-1].ID)
	}
	return out, nil
}

func (a *API) oneRequest(c *call) (*InteractionRequest, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	q, err := a.Social.Request(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return interactionRequest(c, q, a.Clock()), nil
}

func (a *API) allowRequest(c *call) (*InteractionRequest, error)  { return a.decide(c, true) }
func (a *API) refuseRequest(c *call) (*InteractionRequest, error) { return a.decide(c, false) }

func (a *API) decide(c *call, yes bool) (*InteractionRequest, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	q, err := a.Social.Answer(c, c.who, id, yes)
	if err != nil {
		return nil, err
	}
	return interactionRequest(c, q, a.Clock()), nil
}

// DefaultPolicies are what new posts say, by their visibility.
type DefaultPolicies struct {
	Public   *InteractionPolicy `json:"public"`
	Unlisted *InteractionPolicy `json:"unlisted"`
	Private  *InteractionPolicy `json:"private"`
	Direct   *InteractionPolicy `json:"direct"`
}

func defaultPolicies(p skein.Prefs) *DefaultPolicies {
	of := func(v skein.Visibility) *InteractionPolicy {
		said := p.Policies[visibilityName[v]]
		if said == nil {
			said = &skein.Policy{}
		}
		return policyEntity(said)
	}
	return &DefaultPolicies{of(skein.Public), of(skein.Unlisted), of(skein.Followers), of(skein.Direct)}
}

// policies tells what the reader's new posts say.
func (a *API) policies(c *call) (*DefaultPolicies, error) {
	prefs := skein.Prefs{}
	if c.grant.User != nil {
		prefs = c.grant.User.Prefs
	}
	return defaultPolicies(prefs), nil
}

// setPolicies changes that; what is not named begins anew.
func (a *API) setPolicies(c *call) (*DefaultPolicies, error) {
	in, err := decode[struct {
		Public   *policyParts `form:"public"`
		Unlisted *policyParts `form:"unlisted"`
		Private  *policyParts `form:"private"`
		Direct   *policyParts `form:"direct"`
	}](c)
	if err != nil {
		return nil, err
	}
	all := map[string]*skein.Policy{}
	for v, part := range map[skein.Visibility]*policyParts{
		skein.Public: in.Public, skein.Unlisted: in.Unlisted, skein.Followers: in.Private, skein.Direct: in.Direct,
	} {
		var p skein.Policy
		if err := part.put(&p); err != nil {
			return nil, err
		}
		p.Quote = nil // has a preference of its own
		if p != (skein.Policy{}) {
			all[visibilityName[v]] = &p
		}
	}
	_, u, err := a.Social.UpdateProfile(c, c.who, social.Profile{Policies: &all})
	if err != nil {
		return nil, err
	}
	if u == nil {
		u = c.grant.User
	}
	return defaultPolicies(u.Prefs), nil
}
