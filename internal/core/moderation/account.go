package moderation

import (
	"context"
	"errors"

	"skein/internal/core/social"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Person is an account as those see it who look after the site.
type Person struct {
	Account   *skein.Account
	User      *skein.User      // nil: nobody of ours, or deleted
	Addresses []*skein.Address // where they were seen, the last used first
	InvitedBy skein.ID
}

// PeopleFilter says which accounts are wanted.
type PeopleFilter = store.PeopleFilter

// PeopleState is in what state accounts are looked for.
type PeopleState = store.AccountState

// The states.
const (
	StateActive     = store.StateActive
	StatePending    = store.StatePending
	StateDisabled   = store.StateDisabled
	StateSilenced   = store.StateSilenced
	StateSuspended  = store.StateSuspended
	StateSensitized = store.StateSensitized
)

// People returns a page of accounts, newest first.
func (s *Service) People(ctx context.Context, who skein.Viewer, f PeopleFilter, p social.Page) (list []*Person, err error) {
	nobody := false
	if f.Domain != "" {
		host, err := fetch.Host(f.Domain)
		f.Domain, nobody = host, err != nil
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageUsers); err != nil || nobody {
			return err
		}
		ids, err := tx.FilterAccounts(f, store.Page(p))
		if err != nil {
			return err
		}
		list, err = persons(tx, ids)
		return err
	})
	return list, err
}

// Person returns one account.
func (s *Service) Person(ctx context.Context, who skein.Viewer, id skein.ID) (p *Person, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageUsers); err != nil {
			return err
		}
		p, err = person(tx, id)
		return err
	})
	return p, err
}

func person(tx *store.Tx, id skein.ID) (*Person, error) {
	list, err := persons(tx, []skein.ID{id})
	if err == nil && len(list) == 0 {
		err = skein.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// persons loads accounts in the order of ids: one query for each kind of thing.
func persons(tx *store.Tx, ids []skein.ID) ([]*Person, error) {
	accounts, err := tx.Accounts(ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[skein.ID]*Person, len(accounts))
	var local []skein.ID
	for _, a := range accounts {
		byID[a.ID] = &Person{Account: a}
		if a.Local {
			local = append(local, a.ID)
		}
	}
	users, err := tx.PeopleOf(local)
	if err != nil {
		return nil, err
	}
	var invites []skein.ID
	for _, u := range users {
		byID[u.Account].User = &u.User
		if u.Invite != 0 {
			invites = append(invites, u.Invite)
		}
	}
	seen, err := tx.Addresses(local)
	if err != nil {
		return nil, err
	}
	for _, a := range seen {
		byID[a.Account].Addresses = append(byID[a.Account].Addresses, a)
	}
	inviter, err := tx.Inviters(invites)
	if err != nil {
		return nil, err
	}
	var list []*Person
	for _, id := range ids {
		p := byID[id]
		if p == nil {
			continue
		}
		delete(byID, id)
		if p.User != nil {
			p.InvitedBy = inviter[p.User.Invite]
		}
		list = append(list, p)
	}
	return list, nil
}

// change lets fn change an account that somebody decides about, and writes it down. Nobody decides about their equals
// (T152).
func (s *Service) change(ctx context.Context, who skein.Viewer, id skein.ID, need skein.Rights, action string,
	fn func(tx *store.Tx, by staff, p *Person) error) (p *Person, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, need)
		if err != nil {
			return err
		}
		if p, err = s.subject(tx, by, id); err != nil {
			return err
		}
		if err := fn(tx, by, p); err != nil {
			return err
		}
		if err := tx.Audit(skein.Deed{By: by.id, Action: action, Kind: "account", Target: id, Name: p.Account.Acct()}); err != nil {
			return err
		}
		if now, err := person(tx, id); err == nil {
			p = now
		} else if !errors.Is(err, skein.ErrNotFound) { // turned away: what they were
			return err
		}
		return nil
	})
	return p, err
}

// subject loads an account to decide about, and keeps others from changing it.
func (s *Service) subject(tx *store.Tx, by staff, id skein.ID) (*Person, error) {
	if _, err := tx.LockAccount(id); err != nil {
		return nil, err
	}
	p, err := person(tx, id)
	if err != nil {
		return nil, err
	}
	if p.Account.Local && p.Account.Kind == skein.Application {
		return nil, errDenied
	}
	if p.User != nil && !by.over(p.User.Role) {
		return nil, skein.Errorf(skein.Denied, "This action is not allowed")
	}
	return p, nil
}

// pending refuses what is only for people who wait to be let in.
func pending(p *Person) error {
	if p.User == nil || !p.User.ApprovedAt.IsZero() {
		return errDenied
	}
	return nil
}

// Approve lets somebody in who waits for it.
func (s *Service) Approve(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "approve", func(tx *store.Tx, _ staff, p *Person) error {
		if err := pending(p); err != nil {
			return err
		}
		return s.Admit(tx, id)
	})
}

// Reject turns somebody away who waits to be let in: the account, which nobody outside ever saw, is removed.
func (s *Service) Reject(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "reject", func(tx *store.Tx, _ staff, p *Person) error {
		if err := pending(p); err != nil {
			return err
		}
		return s.Dismiss(tx, id)
	})
}

// Enable lets somebody sign in again.
func (s *Service) Enable(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "enable", func(tx *store.Tx, _ staff, p *Person) error {
		if p.User == nil {
			return errDenied
		}
		return tx.DisablePerson(id, zero)
	})
}

// Unsensitize takes a Sensitize back.
func (s *Service) Unsensitize(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "unsensitize", func(tx *store.Tx, _ staff, p *Person) error {
		return tx.SensitizeAccount(id, zero)
	})
}

// Unlimit takes a Limit back. An account of a limited peer is the exception from then on.
func (s *Service) Unlimit(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "unlimit", func(tx *store.Tx, _ staff, p *Person) error {
		policy, err := policyFor(tx, p.Account)
		if err != nil {
			return err
		}
		mark := 0
		if policy.Severity == skein.Limited {
			mark = 1
		}
		return tx.UnlimitAccount(id, mark)
	})
}

// Unsuspend takes a Suspend back. Follows that it ended do not come back (T182). What the account's own server decided, or
// the policy towards it, or what was removed for good, cannot be taken back.
func (s *Service) Unsuspend(ctx context.Context, who skein.Viewer, id skein.ID) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageUsers, "unsuspend", func(tx *store.Tx, _ staff, p *Person) error {
		a := p.Account
		if !a.DeletedAt.IsZero() || a.Extra.SuspendedThere {
			return errDenied
		}
		policy, err := policyFor(tx, a)
		if err != nil {
			return err
		}
		if policy.Severity == skein.Suspended {
			return skein.Errorf(skein.Denied, "The whole server of this account is suspended.")
		}
		if a.SuspendedAt.IsZero() {
			return nil
		}
		if err := tx.UnsuspendAccount(id); err != nil {
			return err
		}
		if !a.Local {
			return tx.Emit(skein.AccountStale{Site: who.Site, URI: a.URI})
		}
		if err := tx.DeleteEmailBlocksOf(id); err != nil {
			return err
		}
		return tx.Emit(skein.AccountJudged{Site: who.Site, Account: id})
	})
}

// Erase removes for good what a suspended account left. Of one of ours the name stays taken.
func (s *Service) Erase(ctx context.Context, who skein.Viewer, id skein.ID) error {
	_, err := s.change(ctx, who, id, skein.DeleteData, "erase", func(tx *store.Tx, _ staff, p *Person) error {
		if p.Account.SuspendedAt.IsZero() || !p.Account.DeletedAt.IsZero() || p.Account.Extra.SuspendedThere {
			return errDenied
		}
		return s.Social.Erase(tx, p.Account)
	})
	return err
}

// SetRole gives somebody a role below that of whoever gives it. The owner of a site is made by the set-up link alone, and
// stays.
func (s *Service) SetRole(ctx context.Context, who skein.Viewer, id skein.ID, role skein.Role) (*Person, error) {
	return s.change(ctx, who, id, skein.ManageRoles, "role", func(tx *store.Tx, by staff, p *Person) error {
		switch role {
		case skein.Admin, skein.Moderator, skein.Member:
		case skein.Owner:
			return errDenied
		default:
			return skein.Errorf(skein.Invalid, "There is no role %q.", role)
		}
		if p.User == nil || !by.over(role) || p.User.Role == skein.Owner {
			return errDenied
		}
		if err := tx.SetRole(id, role); err != nil {
			return err
		}
		return forgetDuties(tx, id, role)
	})
}

// maxForgotten is how many notifications of former duties go at once. Whatever is left is not shown, only counted.
const maxForgotten = 10_000

// forgetDuties removes what somebody was told as one who looks after the site, as far as they do so no more.
func forgetDuties(tx *store.Tx, id skein.ID, role skein.Role) error {
	var kinds []skein.NotificationKind
	if !role.May(skein.ManageUsers) {
		kinds = append(kinds, skein.NotifySignUp)
	}
	if !role.May(skein.ManageReports) {
		kinds = append(kinds, skein.NotifyReport)
	}
	return tx.ForgetKinds(id, kinds, maxForgotten)
}

// policyFor is what holds for the peer of an account, as it stands in this transaction.
func policyFor(tx *store.Tx, a *skein.Account) (skein.PeerPolicy, error) {
	if a.Local {
		return skein.PeerPolicy{}, nil
	}
	host := ""
	if u, err := fetch.Canonical(a.URI); err == nil {
		host = u.Host
	}
	rules, err := tx.PeerRulesFor(host, a.Domain)
	if err != nil {
		return skein.PeerPolicy{}, err
	}
	return rules.ForAccount(host, a.Domain), nil
}
