package mastodon

import (
	"skein/internal/core/social"
	"skein/internal/skein"
)

// NotificationPolicy is what becomes of notifications from people whom the reader does not know.
// https://docs.joinmastodon.org/entities/NotificationPolicy/
type NotificationPolicy struct {
	NotFollowing    string        `json:"for_not_following"`
	NotFollowers    string        `json:"for_not_followers"`
	NewAccounts     string        `json:"for_new_accounts"`
	PrivateMentions string        `json:"for_private_mentions"`
	Limited         string        `json:"for_limited_accounts"`
	Bots            string        `json:"for_bots"`
	Summary         PolicySummary `json:"summary"`
}

// NotificationPolicyV1 is the same as older clients know it.
type NotificationPolicyV1 struct {
	NotFollowing    bool          `json:"filter_not_following"`
	NotFollowers    bool          `json:"filter_not_followers"`
	NewAccounts     bool          `json:"filter_new_accounts"`
	PrivateMentions bool          `json:"filter_private_mentions"`
	Bots            bool          `json:"filter_bots"`
	Summary         PolicySummary `json:"summary"`
}

// PolicySummary is what is held back.
type PolicySummary struct {
	Requests      int `json:"pending_requests_count"`
	Notifications int `json:"pending_notifications_count"`
}

// NotificationRequest is a sender who is held back. https://docs.joinmastodon.org/entities/NotificationRequest/
type NotificationRequest struct {
	ID         string  `json:"id"`
	CreatedAt  stamp   `json:"created_at"`
	UpdatedAt  stamp   `json:"updated_at"`
	Count      string  `json:"notifications_count"` // a text, as in Mastodon
	Account    Account `json:"account"`
	LastStatus *Status `json:"last_status"`
}

var verdictName = [...]string{skein.VerdictAccept: "accept", skein.VerdictFilter: "filter", skein.VerdictDrop: "drop"}

func policyV2(p social.PolicyState) NotificationPolicy {
	return NotificationPolicy{
		NotFollowing: verdictName[p.NotFollowing], NotFollowers: verdictName[p.NotFollowers], NewAccounts: verdictName[p.NewAccounts],
		PrivateMentions: verdictName[p.PrivateMentions], Limited: verdictName[p.LimitedAccounts], Bots: verdictName[p.Bots],
		Summary: PolicySummary{p.Senders, p.Held},
	}
}

func policyV1(p social.PolicyState) NotificationPolicyV1 {
	return NotificationPolicyV1{
		NotFollowing: p.NotFollowing != skein.VerdictAccept, NotFollowers: p.NotFollowers != skein.VerdictAccept, NewAccounts: p.NewAccounts != skein.VerdictAccept,
		PrivateMentions: p.PrivateMentions != skein.VerdictAccept, Bots: p.Bots != skein.VerdictAccept, Summary: PolicySummary{p.Senders, p.Held},
	}
}

// notePolicy: https://docs.joinmastodon.org/methods/notifications/#get-policy
func (a *API) notePolicy(c *call) (NotificationPolicy, error) {
	p, err := a.Social.NotificationPolicy(c, c.who)
	return policyV2(p), err
}

func (a *API) notePolicyV1(c *call) (NotificationPolicyV1, error) {
	p, err := a.Social.NotificationPolicy(c, c.who)
	return policyV1(p), err
}

// setNotePolicy: https://docs.joinmastodon.org/methods/notifications/#update-the-filtering-policy-for-notifications
func (a *API) setNotePolicy(c *call) (NotificationPolicy, error) {
	in, err := decode[struct {
		NotFollowing    *string `form:"for_not_following"`
		NotFollowers    *string `form:"for_not_followers"`
		NewAccounts     *string `form:"for_new_accounts"`
		PrivateMentions *string `form:"for_private_mentions"`
		Limited         *string `form:"for_limited_accounts"`
		Bots            *string `form:"for_bots"`
	}](c)
	if err != nil {
		return NotificationPolicy{}, err
	}
	verdict := map[string]skein.Verdict{"accept": skein.VerdictAccept, "filter": skein.VerdictFilter, "drop": skein.VerdictDrop}
	for _, word := range []*string{in.NotFollowing, in.NotFollowers, in.NewAccounts, in.PrivateMentions, in.Limited, in.Bots} {
		if word == nil {
			continue
		}
		if _, ok := verdict[*word]; !ok {
			return NotificationPolicy{}, invalid("Validation failed: A notification policy must be accept, filter or drop")
		}
	}
	p, err := a.Social.ChangeNotificationPolicy(c, c.who, func(p *skein.NotificationPolicy) {
		for _, field := range []struct {
			word *string
			to   *skein.Verdict
		}{{in.NotFollowing, &p.NotFollowing}, {in.NotFollowers, &p.NotFollowers}, {in.NewAccounts, &p.NewAccounts},
			{in.PrivateMentions, &p.PrivateMentions}, {in.Limited, &p.LimitedAccounts}, {in.Bots, &p.Bots}} {
			if field.word != nil {
				*field.to = verdict[*field.word]
			}
		}
	})
	return policyV2(p), err
}

// setNotePolicyV1 knows only to hold back, or not.
func (a *API) setNotePolicyV1(c *call) (NotificationPolicyV1, error) {
	in, err := decode[struct {
		NotFollowing    *bool `form:"filter_not_following"`
		NotFollowers    *bool `form:"filter_not_followers"`
		NewAccounts     *bool `form:"filter_new_accounts"`
		PrivateMentions *bool `form:"filter_private_mentions"`
		Bots            *bool `form:"filter_bots"`
	}](c)
	if err != nil {
		return NotificationPolicyV1{}, err
	}
	p, err := a.Social.ChangeNotificationPolicy(c, c.who, func(p *skein.NotificationPolicy) {
		for _, field := range []struct {
			is *bool
			to *skein.Verdict
		}{{in.NotFollowing, &p.NotFollowing}, {in.NotFollowers, &p.NotFollowers}, {in.NewAccounts, &p.NewAccounts},
			{in.PrivateMentions, &p.PrivateMentions}, {in.Bots, &p.Bots}} {
			switch {
			case field.is == nil:
			case *field.is:
				*field.to = skein.VerdictFilter
			default:
				*field.to = skein.VerdictAccept
			}
		}
	})
	return policyV1(p), err
}

func noteRequest(c *call, q *social.NoteRequest) *NotificationRequest {
	out := &NotificationRequest{ID: q.ID.String(), CreatedAt: stamp(q.CreatedAt), UpdatedAt: stamp(q.UpdatedAt),
		Count: skein.ID(q.Count).String(), Account: *account(c.site, q.By)}
	if q.Last != nil {
		out.LastStatus = status(c.site, q.Last, c.who)
	}
	return out
}

// noteRequests: https://docs.joinmastodon.org/methods/notifications/#get-requests
func (a *API) noteRequests(c *call) ([]*NotificationRequest, error) {
	page, err := c.page(40, 80)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.NoteRequests(c, c.who, page)
	if err != nil {
		return nil, err
	}
	out := make([]*NotificationRequest, len(list))
	for i, q := range list {
		out[i] = noteRequest(c, q)
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, list[0].ID, list[len(list)-1].ID)
	}
	return out, nil
}

// oneNoteRequest: https://docs.joinmastodon.org/methods/notifications/#get-one-request
func (a *API) oneNoteRequest(c *call) (*NotificationRequest, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	q, err := a.Social.NoteRequest(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return noteRequest(c, q), nil
}

// acceptNoteRequest: https://docs.joinmastodon.org/methods/notifications/#accept-request
func (a *API) acceptNoteRequest(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.AcceptNoteRequests(c, c.who, []skein.ID{id})
}

// dismissNoteRequest: https://docs.joinmastodon.org/methods/notifications/#dismiss-request
func (a *API) dismissNoteRequest(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DismissNoteRequests(c, c.who, []skein.ID{id})
}

// maxRequests is how many requests are answered at once.
const maxRequests = 200

// acceptNoteRequests: https://docs.joinmastodon.org/methods/notifications/#accept-multiple-requests
func (a *API) acceptNoteRequests(c *call) (empty, error) {
	ids, err := c.ids("id", maxRequests)
	if err != nil || len(ids) == 0 {
		return empty{}, err
	}
	return empty{}, a.Social.AcceptNoteRequests(c, c.who, ids)
}

// dismissNoteRequests: https://docs.joinmastodon.org/methods/notifications/#dismiss-multiple-requests
func (a *API) dismissNoteRequests(c *call) (empty, error) {
	ids, err := c.ids("id", maxRequests)
	if err != nil || len(ids) == 0 {
		return empty{}, err
	}
	return empty{}, a.Social.DismissNoteRequests(c, c.who, ids)
}

// notesMerged: https://docs.joinmastodon.org/methods/notifications/#requests-merged
func (a *API) notesMerged(c *call) (map[string]bool, error) {
	merging, err := a.Social.Merging(c, c.who)
	return map[string]bool{"merged": !merging}, err
}
