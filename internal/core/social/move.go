package social

import (
	"context"
	"errors"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// How often an account moves: one of ours, and a peer's in our eyes (T187; reference, section 19).
const (
	moveRest     = 30 * 24 * time.Hour
	peerMoveRest = 7 * 24 * time.Hour
)

const (
	maxOwnAliases = 10
	moveBatch     = 50
	movePause     = 5 * time.Second // between batches, so that a move of a large account does not flood its target
)

var (
	errMoved    = skein.Errorf(skein.Denied, "This account has moved. Take the move back to use it again.")
	errNoTarget = skein.Errorf(skein.Invalid, "The new account must name this one among its aliases (\"moving from a different account\") first.")
)

// errIfMoved keeps somebody who has moved away from writing and following here.
func errIfMoved(a *skein.Account) error {
	if a.Local && a.MovedTo != 0 {
		return errMoved
	}
	return nil
}

// AddAlias says that another account, given as a handle or an address, is of the same person. Only then may that account
// move to this one.
func (s *Service) AddAlias(ctx context.Context, who skein.Viewer, handleOrURI string) (*skein.Account, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	other, err := s.FindAccount(ctx, who.Site, handleOrURI)
	if err != nil {
		return nil, err
	}
	return s.setAliases(ctx, who, func(self *skein.Account) error {
		switch {
		case other.ID == self.ID:
			return skein.Errorf(skein.Invalid, "An account is no alias of itself.")
		case other.Gone() || other.Kind == skein.Application:
			return skein.Errorf(skein.Invalid, "That account cannot be an alias.") // T181: not of one that is suspended here
		case slices.Contains(self.Extra.AlsoKnownAs, other.URI):
			return nil
		case len(self.Extra.AlsoKnownAs) >= maxOwnAliases:
			return skein.Errorf(skein.Invalid, "An account has %d aliases at most.", maxOwnAliases)
		}
		self.Extra.AlsoKnownAs = append(slices.Clone(self.Extra.AlsoKnownAs), other.URI)
		return nil
	})
}

// RemoveAlias takes an alias back, by its address.
func (s *Service) RemoveAlias(ctx context.Context, who skein.Viewer, uri string) (*skein.Account, error) {
	return s.setAliases(ctx, who, func(self *skein.Account) error {
		self.Extra.AlsoKnownAs = slices.DeleteFunc(slices.Clone(self.Extra.AlsoKnownAs), func(u string) bool { return u == uri })
		return nil
	})
}

func (s *Service) setAliases(ctx context.Context, who skein.Viewer, fn func(self *skein.Account) error) (a *skein.Account, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		var fault error
		changed := false
		a, err = tx.ChangeAccount(who.Account, func(a *skein.Account) bool {
			before := len(a.Extra.AlsoKnownAs)
			fault = fn(a)
			changed = fault == nil && len(a.Extra.AlsoKnownAs) != before
			return changed
		})
		if err != nil || fault != nil || !changed {
			return errors.Join(err, fault)
		}
		return tx.Emit(skein.ProfileChanged{Site: tx.Site(), Account: a.ID})
	})
	return a, err
}

// MoveAccount moves a local account to another one, here or elsewhere, which must name it as an alias: peers are told, and
// the followers go over. It needs proof of the password (T188), and rests for 30 days after it (T187).
func (s *Service) MoveAccount(ctx context.Context, who skein.Viewer, sure skein.Sure, handleOrURI string) (*skein.Account, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	if !sure.Of(who.Account, s.DB.Now()) {
		return nil, skein.Errorf(skein.Denied, "Give your password to move the account.")
	}
	// Before anything is fetched.
	if err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return mayMove(self, tx.Now())
	}); err != nil {
		return nil, err
	}
	target, err := s.FreshAccount(ctx, who.Site, handleOrURI)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, to, err := pair(tx, who, target.ID)
		if err != nil {
			return err
		}
		if fault := canReceive(self, to); fault != nil {
			return fault
		}
		var fault error
		if _, err := tx.ChangeAccount(self.ID, func(a *skein.Account) bool {
			if fault = mayMove(a, tx.Now()); fault != nil {
				return false
			}
			a.MovedTo, a.Extra.MovedAt = to.ID, tx.Now()
			return true
		}); err != nil || fault != nil {
			return errors.Join(err, fault)
		}
		person, err := tx.Person(self.ID)
		if err != nil {
			return err
		}
		for _, e := range []any{
			skein.ProfileChanged{Site: tx.Site(), Account: self.ID},
			skein.Moved{Site: tx.Site(), Account: self.ID, Target: to.ID, Move: tx.NewID()},
			skein.MoveSpread{Site: tx.Site(), Account: self.ID, Target: to.ID},
			skein.MailDue{Site: tx.Site(), To: person.Email, Letter: skein.LetterMoved, Account: self.ID},
		} {
			if err := tx.Emit(e); err != nil {
				return err
			}
		}
		return nil
	})
	return target, err
}

// mayMove tells whether a local account may move now.
func mayMove(a *skein.Account, now time.Time) error {
	switch {
	case a.Kind == skein.Application || a.Kind == skein.Group:
		return errDenied
	case a.MovedTo != 0:
		return skein.Errorf(skein.Conflict, "This account has moved already. Take that back first.")
	case now.Sub(a.Extra.MovedAt) < moveRest:
		return skein.Errorf(skein.Conflict, "This account moved lately. It may move again after %s.",
			a.Extra.MovedAt.Add(moveRest).Format(time.DateOnly))
	}
	return nil
}

// canReceive tells whether an account, as it was just read, takes another's followers over. One that has moved itself does
// not: there are no chains and no rings (T187).
func canReceive(from, to *skein.Account) error {
	switch {
	case from.ID == to.ID || to.Gone() || to.Pending || to.Kind == skein.Application:
		return skein.Errorf(skein.Invalid, "An account cannot move there.")
	case to.MovedTo != 0:
		return skein.Errorf(skein.Invalid, "That account has moved itself.")
	case !slices.Contains(to.Extra.AlsoKnownAs, from.URI):
		return errNoTarget
	}
	return nil
}

// UndoMove takes a move back: the account may be used again. Followers who went stay where they are (T188).
func (s *Service) UndoMove(ctx context.Context, who skein.Viewer) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil || self.MovedTo == 0 {
			return err
		}
		if _, err := tx.ChangeAccount(self.ID, func(a *skein.Account) bool { a.MovedTo = 0; return true }); err != nil {
			return err
		}
		return tx.Emit(skein.MoveUndone{Site: tx.Site(), Account: self.ID})
	})
}

// ExpectsMove tells whether a peer's account may move at all now, before its target is asked for: it is not suspended, has
// not moved within a week, and somebody here has to do with it (T187, T215).
func (s *Service) ExpectsMove(ctx context.Context, site, account skein.ID) (ok bool, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		from, err := tx.Account(account)
		if err != nil || from.Local || from.Gone() || tx.Now().Sub(from.Extra.MovedAt) < peerMoveRest {
			return err
		}
		ok, err = tx.ConcernsLocals(account)
		return err
	})
	return ok, err
}

// ReceiveMove is a peer's account that moved. target is as it was read just now, at its own address: it must name the old
// one as its own. Followers here go over, blocks, mutes and notes are copied (reference, section 19).
func (s *Service) ReceiveMove(ctx context.Context, site, account, target skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		from, err := peer(tx, account, "")
		if err != nil {
			return err
		}
		to, err := tx.Account(target)
		if err != nil {
			return err
		}
		if fault := canReceive(from, to); fault != nil {
			return fault
		}
		moved := false
		if _, err := tx.ChangeAccount(account, func(a *skein.Account) bool {
			if tx.Now().Sub(a.Extra.MovedAt) < peerMoveRest {
				return false
			}
			a.MovedTo, a.Extra.MovedAt, moved = to.ID, tx.Now(), true
			return true
		}); err != nil || !moved {
			return err
		}
		return tx.Emit(skein.MoveSpread{Site: site, Account: account, Target: target})
	})
}

// The stages of a move, each a run of batches.
const (
	moveFollows = iota
	moveBlocks
	moveMutes
	moveNotes
	moveDone
)

// SpreadMove takes over what binds people here to an account that moved, as an effect of MoveSpread: one batch, and the
// rest later.
func (s *Service) SpreadMove(ctx context.Context, e skein.MoveSpread) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		list, err := tx.Accounts([]skein.ID{e.Account, e.Target})
		if err != nil || len(list) < 2 {
			return err
		}
		from, to := list[0], list[1]
		if from.ID != e.Account {
			from, to = to, from
		}
		if from.Local && from.MovedTo != to.ID || to.Gone() || to.MovedTo != 0 { // taken back, or another story by now
			return nil
		}
		next := e
		switch e.Stage {
		case moveFollows:
			next.After, err = followOver(tx, site, from, to, e.After)
		case moveBlocks:
			next.After, err = blockOver(tx, from, to, e.After)
		case moveMutes:
			next.After, err = tx.CopyMutes(from.ID, to.ID, e.After, moveBatch)
		case moveNotes:
			next.After, err = tx.CopyNotes(from.ID, to.ID, e.After, moveBatch)
		}
		if err != nil {
			return err
		}
		if next.After != 0 {
			return tx.EmitAt(tx.Now().Add(movePause), next)
		}
		if next.Stage++; next.Stage == moveDone {
			return nil
		}
		return tx.Emit(next)
	})
}

// followOver lets a batch of local followers of an account follow another instead. Who may not follow that one, for a block
// or because they are too many, keeps following the old one. It answers where the next batch begins, 0 at the end.
func followOver(tx *store.Tx, site *skein.Site, from, to *skein.Account, after skein.ID) (skein.ID, error) {
	follows, err := tx.LocalFollows(from.ID, after, moveBatch)
	if err != nil || len(follows) == 0 {
		return 0, err
	}
	ids := make([]skein.ID, len(follows))
	for i, f := range follows {
		ids[i] = f.Account
	}
	accounts, err := tx.Accounts(ids)
	if err != nil {
		return 0, err
	}
	for _, old := range follows {
		i := slices.IndexFunc(accounts, func(a *skein.Account) bool { return a.ID == old.Account })
		if i < 0 || mayAct(accounts[i]) != nil || accounts[i].ID == to.ID {
			continue
		}
		self := accounts[i]
		if _, err := tx.FollowBetween(self.ID, to.ID); errors.Is(err, skein.ErrNotFound) {
			if err := mayFollow(tx, self, to); err != nil {
				if skein.KindOf(err) == skein.Internal {
					return 0, err
				}
				continue
			}
			o := FollowOptions{ShowBoosts: &old.ShowBoosts, Notify: &old.Notify, Languages: &old.Languages}
			if err := begin(tx, site, self, to, o, old.Languages); err != nil {
				return 0, err
			}
		} else if err != nil {
			return 0, err
		}
		if err := tx.MoveMember(self.ID, from.ID, to.ID); err != nil {
			return 0, err
		}
		if err := unfollow(tx, self, from); err != nil {
			return 0, err
		}
	}
	if len(follows) < moveBatch {
		return 0, nil
	}
	return follows[len(follows)-1].ID, nil
}

// blockOver lets a batch of those who block an account block another too; but who follows that one has decided otherwise.
func blockOver(tx *store.Tx, from, to *skein.Account, after skein.ID) (skein.ID, error) {
	rows, err := tx.LocalBlockers(from.ID, after, moveBatch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	for _, r := range rows {
		if r.Account.ID == to.ID || mayAct(r.Account) != nil {
			continue
		}
		if _, err := tx.FollowBetween(r.Account.ID, to.ID); !errors.Is(err, skein.ErrNotFound) {
			if err != nil {
				return 0, err
			}
			continue
		}
		if err := blockOne(tx, r.Account, to); err != nil {
			return 0, err
		}
	}
	if len(rows) < moveBatch {
		return 0, nil
	}
	return rows[len(rows)-1].Cursor, nil
}
