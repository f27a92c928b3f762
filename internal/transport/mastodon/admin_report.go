package mastodon

import (
	"context"
	"strconv"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// AdminReport is a report for those who decide. https://docs.joinmastodon.org/entities/Admin_Report/
type AdminReport struct {
	ID            string        `json:"id"`
	ActionTaken   bool          `json:"action_taken"`
	ActionTakenAt *stamp        `json:"action_taken_at"`
	Category      string        `json:"category"`
	Comment       string        `json:"comment"`
	Forwarded     *bool         `json:"forwarded"`
	CreatedAt     stamp         `json:"created_at"`
	UpdatedAt     stamp         `json:"updated_at"`
	Account       *AdminAccount `json:"account"`
	TargetAccount *AdminAccount `json:"target_account"`
	Assigned      *AdminAccount `json:"assigned_account"`
	ActionTakenBy *AdminAccount `json:"action_taken_by_account"`
	Statuses      []*Status     `json:"statuses"`
	Rules         []Rule        `json:"rules"`
}

func adminReport(site *skein.Site, o *moderation.Opened, who skein.Viewer) *AdminReport {
	r := o.Report
	out := &AdminReport{
		ID: r.ID.String(), ActionTaken: !r.ActionTakenAt.IsZero(), ActionTakenAt: when(r.ActionTakenAt), Category: string(r.Category),
		Comment: r.Comment, Forwarded: &r.Forwarded, CreatedAt: stamp(r.CreatedAt), UpdatedAt: stamp(r.UpdatedAt),
		Account: adminAccount(site, o.Reporter), TargetAccount: adminAccount(site, o.Target), Assigned: adminAccount(site, o.AssignedTo),
		ActionTakenBy: adminAccount(site, o.ActionTook), Statuses: make([]*Status, len(o.Views)), Rules: []Rule{},
	}
	if r.UpdatedAt.IsZero() {
		out.UpdatedAt = out.CreatedAt
	}
	for i, v := range o.Views {
		out.Statuses[i] = status(site, v, who)
	}
	all := rules(site)
	for _, n := range r.Rules {
		if n >= 1 && n <= len(all) {
			out.Rules = append(out.Rules, all[n-1])
		}
	}
	return out
}

// settled makes a handler of what is done to one report.
func settled(f func(s *moderation.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*moderation.Opened, error)) handler {
	return reply(func(a *API, c *call) (*AdminReport, error) {
		return a.oneReport(c, func(id skein.ID) (*moderation.Opened, error) { return f(a.Reports, c, c.who, id) })
	})
}

func (a *API) oneReport(c *call, f func(id skein.ID) (*moderation.Opened, error)) (*AdminReport, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	o, err := f(id)
	if err != nil {
		return nil, err
	}
	return adminReport(c.site, o, c.who), nil
}

// assign: https://docs.joinmastodon.org/methods/admin/reports/#assign_to_self
func assign(take bool) func(*API, *call) (*AdminReport, error) {
	return func(a *API, c *call) (*AdminReport, error) {
		return a.oneReport(c, func(id skein.ID) (*moderation.Opened, error) { return a.Reports.Assign(c, c.who, id, take) })
	}
}

// settle: https://docs.joinmastodon.org/methods/admin/reports/#resolve
func settle(closed bool) func(*API, *call) (*AdminReport, error) {
	return func(a *API, c *call) (*AdminReport, error) {
		return a.oneReport(c, func(id skein.ID) (*moderation.Opened, error) { return a.Reports.Settle(c, c.who, id, closed) })
	}
}

// adminReports: https://docs.joinmastodon.org/methods/admin/reports/#get
func (a *API) adminReports(c *call) ([]*AdminReport, error) {
	var f moderation.ReportFilter
	if err := c.flags(map[string]*bool{"resolved": &f.Closed, "unresolved": &f.Open}); err != nil {
		return nil, err
	}
	f.Open = f.Open || !f.Closed
	var err error
	if f.Account, err = c.one("account_id"); err != nil {
		return nil, err
	}
	if f.Target, err = c.one("target_account_id"); err != nil {
		return nil, err
	}
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	list, err := a.Reports.Reports(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	out := make([]*AdminReport, len(list))
	for i, o := range list {
		out[i] = adminReport(c.site, o, c.who)
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, list[0].ID, list[len(list)-1].ID)
	}
	return out, nil
}

// recategorize: https://docs.joinmastodon.org/methods/admin/reports/#update
func (a *API) recategorize(c *call) (*AdminReport, error) {
	category, err := c.text("category")
	if err != nil {
		return nil, err
	}
	texts, err := c.list("rule_ids", 64)
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, s := range texts {
		n, _ := strconv.Atoi(s) // what is no number is no rule either
		ids = append(ids, n)
	}
	return a.oneReport(c, func(id skein.ID) (*moderation.Opened, error) {
		return a.Reports.Recategorize(c, c.who, id, skein.ReportCategory(category), ids)
	})
}
