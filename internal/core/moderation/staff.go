package moderation

import (
	"context"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// staff is somebody who decides.
type staff struct {
	id       skein.ID
	role     skein.Role
	operator bool // the site itself, in whose name the operator's command line acts: it stands over everybody
}

// over tells whether they may decide about somebody of a role.
func (s staff) over(role skein.Role) bool { return s.operator || s.role.Over(role) }

var errDenied error = &skein.Error{Kind: skein.Denied, Text: "This action is not allowed"}

// as tells who decides, if they may do that at all. What a person may is read in the transaction: whoever loses their role
// at this moment decides nothing any more.
func as(tx *store.Tx, who skein.Viewer, need skein.Rights) (staff, error) {
	if who.Visitor() {
		return staff{}, skein.Errorf(skein.Unauthorized, "This method requires an authenticated user")
	}
	site, err := tx.SiteRow()
	if err != nil {
		return staff{}, err
	}
	if who.Account == site.Actor {
		return staff{who.Account, skein.Owner, true}, nil
	}
	u, err := tx.Person(who.Account)
	if skein.KindOf(err) == skein.NotFound {
		return staff{}, errDenied
	}
	if err != nil {
		return staff{}, err
	}
	if u.Ready() != nil || !u.Role.May(need) {
		return staff{}, errDenied
	}
	return staff{who.Account, u.Role, false}, nil
}

// AuditLog returns a page of who decided what, newest first.
func (s *Service) AuditLog(ctx context.Context, who skein.Viewer, p social.Page) (list []*skein.Deed, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ViewAuditLog); err != nil {
			return err
		}
		list, err = tx.Deeds(0, store.Page(p))
		return err
	})
	return list, err
}

// Note writes down what an operator did by another way.
func (s *Service) Note(ctx context.Context, who skein.Viewer, d skein.Deed) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, skein.Administrate)
		if err != nil {
			return err
		}
		d.By = by.id
		return tx.Audit(d)
	})
}
