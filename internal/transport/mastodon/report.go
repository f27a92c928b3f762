package mastodon

import (
	"strconv"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// Report is what somebody told the moderators. https://docs.joinmastodon.org/entities/Report/
type Report struct {
	ID            string   `json:"id"`
	ActionTaken   bool     `json:"action_taken"`
	ActionTakenAt *stamp   `json:"action_taken_at"`
	Category      string   `json:"category"`
	Comment       string   `json:"comment"`
	Forwarded     bool     `json:"forwarded"`
	CreatedAt     stamp    `json:"created_at"`
	StatusIDs     []string `json:"status_ids"`
	RuleIDs       []string `json:"rule_ids"`
	CollectionIDs []string `json:"collection_ids"`
	TargetAccount *Account `json:"target_account"`
}

func report(site *skein.Site, r *skein.Report, target *skein.Account) *Report {
	out := &Report{
		ID: r.ID.String(), ActionTaken: !r.ActionTakenAt.IsZero(), ActionTakenAt: when(r.ActionTakenAt),
		Category: string(r.Category), Comment: r.Comment, Forwarded: r.Forwarded, CreatedAt: stamp(r.CreatedAt),
		StatusIDs: idTexts(r.Posts), RuleIDs: []string{}, CollectionIDs: idTexts(r.Collections), TargetAccount: account(site, target),
	}
	for _, n := range r.Rules {
		out.RuleIDs = append(out.RuleIDs, strconv.Itoa(n))
	}
	return out
}

func idTexts(ids []skein.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	return out
}

type reportForm struct {
	Account  *skein.ID `form:"account_id"`
	Comment  string    `form:"comment"`
	Forward  bool      `form:"forward"`
	To       []string  `form:"forward_to_domains"`
	Category string    `form:"category"`
}

// report: https://docs.joinmastodon.org/methods/reports/#post
func (a *API) report(c *call) (*Report, error) {
	in, err := decode[reportForm](c)
	if err != nil {
		return nil, err
	}
	if in.Account == nil {
		return nil, skein.ErrNotFound // as Mastodon: there is no account without an id
	}
	posts, err := c.ids("status_ids", skein.MaxReportPosts)
	if err != nil {
		return nil, err
	}
	collections, err := c.ids("collection_ids", skein.MaxReportPosts)
	if err != nil {
		return nil, err
	}
	texts, err := c.list("rule_ids", 64)
	if err != nil {
		return nil, err
	}
	rules := make([]int, len(texts))
	for i, s := range texts {
		rules[i], _ = strconv.Atoi(s) // what is no number is no rule either
	}
	r, target, err := a.Reports.Report(c, c.who, moderation.Complaint{
		Account: *in.Account, Posts: posts, Collections: collections, Comment: in.Comment, Category: skein.ReportCategory(in.Category),
		Rules: rules, Forward: in.Forward, To: in.To,
	})
	if err != nil {
		return nil, err
	}
	return report(c.site, r, target), nil
}
