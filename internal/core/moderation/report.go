package moderation

import (
	"context"
	"slices"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// ReportFilter says which reports are wanted.
type ReportFilter = store.ReportFilter

// Opened is a report with what it is about, for those who decide.
type Opened struct {
	*skein.Report
	Reporter, Target       *Person // nil: gone without a trace
	AssignedTo, ActionTook *Person // nil: nobody
	Views                  []*social.View
}

// Reports returns a page of a site's reports, newest first.
func (s *Service) Reports(ctx context.Context, who skein.Viewer, f ReportFilter, p social.Page) (list []*Opened, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageReports); err != nil {
			return err
		}
		rows, err := tx.Reports(f, store.Page(p))
		if err != nil {
			return err
		}
		list, err = open(tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, s.evidence(ctx, who, list)
}

// Open returns a report with what it is about.
func (s *Service) Open(ctx context.Context, who skein.Viewer, id skein.ID) (*Opened, error) {
	var list []*Opened
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageReports); err != nil {
			return err
		}
		r, err := tx.Report(id)
		if err != nil {
			return err
		}
		list, err = open(tx, []*skein.Report{r})
		return err
	})
	if err != nil {
		return nil, err
	}
	return list[0], s.evidence(ctx, who, list)
}

// open loads the people of reports.
func open(tx *store.Tx, rows []*skein.Report) ([]*Opened, error) {
	var ids []skein.ID
	for _, r := range rows {
		ids = append(ids, r.Account, r.Target, r.Assigned, r.ActionBy)
	}
	people, err := persons(tx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[skein.ID]*Person, len(people))
	for _, p := range people {
		byID[p.Account.ID] = p
	}
	list := make([]*Opened, len(rows))
	for i, r := range rows {
		list[i] = &Opened{Report: r, Reporter: byID[r.Account], Target: byID[r.Target], AssignedTo: byID[r.Assigned], ActionTook: byID[r.ActionBy]}
	}
	return list, nil
}

// evidence loads the posts that reports name, and no others (T168).
func (s *Service) evidence(ctx context.Context, who skein.Viewer, list []*Opened) error {
	var ids []skein.ID
	for _, o := range list {
		ids = append(ids, o.Report.Posts...)
	}
	if len(ids) == 0 {
		return nil
	}
	views, err := s.Social.Evidence(ctx, who, ids)
	if err != nil {
		return err
	}
	byID := make(map[skein.ID]*social.View, len(views))
	for _, v := range views {
		byID[v.Post.ID] = v
	}
	for _, o := range list {
		for _, id := range o.Report.Posts {
			if v := byID[id]; v != nil {
				o.Views = append(o.Views, v)
			}
		}
	}
	return nil
}

// Recategorize says anew what a report complains about.
func (s *Service) Recategorize(ctx context.Context, who skein.Viewer, id skein.ID, category skein.ReportCategory, rules []int) (*Opened, error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	for _, n := range rules {
		if n < 1 || n > len(site.Rules) {
			return nil, invalid("rule_ids", "invalid", "Rule ids do not name rules of this site")
		}
	}
	return s.changeReport(ctx, who, id, "recategorize", func(r *skein.Report, by staff) error {
		if category != "" {
			r.Category = category
		}
		switch {
		case !known(r.Category):
			return invalid("category", "inclusion", "Category is not included in the list")
		case r.Category != skein.ReportViolation:
			r.Rules = nil
		case rules != nil:
			r.Rules = rules
		}
		return nil
	})
}

// Assign makes the one who asks look after a report, or nobody any more.
func (s *Service) Assign(ctx context.Context, who skein.Viewer, id skein.ID, take bool) (*Opened, error) {
	action := "unassign"
	if take {
		action = "assign"
	}
	return s.changeReport(ctx, who, id, action, func(r *skein.Report, by staff) error {
		r.Assigned = 0
		if take {
			r.Assigned = by.id
		}
		return nil
	})
}

// Settle closes a report, or opens it again.
func (s *Service) Settle(ctx context.Context, who skein.Viewer, id skein.ID, closed bool) (*Opened, error) {
	action := "reopen"
	if closed {
		action = "resolve"
	}
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, skein.ManageReports)
		if err != nil {
			return err
		}
		r, err := tx.Report(id)
		if err != nil {
			return err
		}
		settler := skein.ID(0)
		if closed {
			settler = by.id
		}
		if err := mayDecide(tx, by, r); err != nil {
			return err
		}
		changed, err := tx.ResolveReport(id, settler, closed)
		if err != nil || !changed {
			return err
		}
		return auditReport(tx, by, action, r)
	})
	if err != nil {
		return nil, err
	}
	return s.Open(ctx, who, id)
}

func (s *Service) changeReport(ctx context.Context, who skein.Viewer, id skein.ID, action string, fn func(*skein.Report, staff) error) (*Opened, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, skein.ManageReports)
		if err != nil {
			return err
		}
		r, err := tx.Report(id)
		if err != nil {
			return err
		}
		if err := mayDecide(tx, by, r); err != nil {
			return err
		}
		if err := fn(r, by); err != nil {
			return err
		}
		if err := tx.ChangeReport(r); err != nil {
			return err
		}
		return auditReport(tx, by, action, r)
	})
	if err != nil {
		return nil, err
	}
	return s.Open(ctx, who, id)
}

// mayDecide refuses those whom a report is about, and whom they stand below or beside: nobody decides about their equals,
// nor whether somebody else should (T152).
func mayDecide(tx *store.Tx, by staff, r *skein.Report) error {
	u, err := tx.Person(r.Target)
	if skein.KindOf(err) == skein.NotFound { // somebody elsewhere, or gone
		return nil
	}
	if err != nil {
		return err
	}
	if r.Target == by.id || !by.over(u.Role) {
		return errDenied
	}
	return nil
}

func auditReport(tx *store.Tx, by staff, action string, r *skein.Report) error {
	return tx.Audit(skein.Deed{By: by.id, Action: action, Kind: "report", Target: r.ID, Name: "#" + r.ID.String(), Detail: string(r.Category)})
}

// Flagged returns what the servers hear to which a report is forwarded: nothing of who reported (T178).
func (s *Service) Flagged(ctx context.Context, site, id skein.ID) (f Flag, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		r, err := tx.Report(id)
		if err != nil {
			return err
		}
		target, err := tx.Account(r.Target)
		if err != nil {
			return err
		}
		f = Flag{Comment: r.Comment, Objects: []string{target.URI}}
		posts, err := tx.Posts(r.Posts)
		if err != nil {
			return err
		}
		for _, p := range posts {
			if slices.Contains(r.Posts, p.ID) {
				f.Objects = append(f.Objects, p.URI)
			}
		}
		lists, err := tx.CollectionsByID(r.Collections)
		for _, l := range lists {
			f.Objects = append(f.Objects, l.URI)
		}
		return err
	})
	return f, err
}
