package social

import (
	"context"
	"errors"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Block keeps two accounts apart: follows, home timelines and notifications are cleared both ways, and neither sees nor
// reaches the other from now on (T173).
func (s *Service) Block(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		if self.ID == other.ID {
			return errDenied
		}
		return blockOne(tx, self, other)
	})
}

// blockOne makes one of ours block an account.
func blockOne(tx *store.Tx, self, other *skein.Account) error {
	b := &store.Block{Account: self.ID, Target: other.ID}
	isNew, err := tx.InsertBlock(b)
	if err != nil || !isNew {
		return err
	}
	if err := separate(tx, self, other); err != nil {
		return err
	}
	given, err := tx.ApprovalsBetween(self.ID, other.ID, skein.ApproveQuote, 1)
	if err == nil && len(given) > 0 {
		err = tx.Emit(skein.QuotesParted{Site: tx.Site(), Account: self.ID, Target: other.ID})
	}
	if err != nil || other.Local {
		return err
	}
	return tx.Emit(skein.Blocked{Site: tx.Site(), Account: self.ID, Target: other.ID, Block: b.ID})
}

// separate ends what binds a local account and another one. Peers hear of the follows that end.
func separate(tx *store.Tx, self, other *skein.Account) error {
	if err := unfollow(tx, self, other); err != nil {
		return err
	}
	if err := dropFollower(tx, other, self); err != nil {
		return err
	}
	// Also what is in a home timeline by another's boost, or because a hashtag is followed.
	if err := tx.RemoveFromHome(self.ID, other.ID); err != nil {
		return err
	}
	if other.Local {
		if err := tx.RemoveFromHome(other.ID, self.ID); err != nil {
			return err
		}
		if err := tx.ForgetActor(other.ID, self.ID); err != nil {
			return err
		}
	}
	return tx.ForgetActor(self.ID, other.ID)
}

// Unblock lets two accounts meet again. Follows do not come back (T182).
func (s *Service) Unblock(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		id, err := tx.DeleteBlock(self.ID, other.ID)
		if err != nil || id == 0 || other.Local {
			return err
		}
		return tx.Emit(skein.Unblocked{Site: tx.Site(), Account: self.ID, Target: other.ID, Block: id})
	})
}

// Mute hides what somebody writes from the viewer, and with notifications also what they do; for a time, or with 0 for
// good. The other one does not learn of it.
func (s *Service) Mute(ctx context.Context, who skein.Viewer, target skein.ID, notifications bool, d time.Duration) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		if self.ID == other.ID {
			return errDenied
		}
		var until time.Time
		if d > 0 {
			until = tx.Now().Add(d)
		}
		return tx.SetMute(self.ID, other.ID, notifications, until)
	})
}

// Unmute shows somebody again.
func (s *Service) Unmute(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		was, err := tx.DeleteMute(self.ID, other.ID)
		if err != nil || !was {
			return err
		}
		// What was written meanwhile stands in no home timeline.
		f, err := tx.FollowBetween(self.ID, other.ID)
		if errors.Is(err, skein.ErrNotFound) || err == nil && !f.Accepted {
			return nil
		}
		if err != nil {
			return err
		}
		return addToFeeds(tx, self.ID, other.ID)
	})
}

// BlockedAccounts returns whom the viewer blocks.
func (s *Service) BlockedAccounts(ctx context.Context, who skein.Viewer, p Page) (list []Row[*skein.Account], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.BlockedAccounts(who.Account, store.Page(p))
		list = accountRows(rows)
		return err
	})
	return list, err
}

// Muted is a muted account, and until when it is muted; the zero time is for good.
type Muted struct {
	*skein.Account
	Until time.Time
}

// MutedAccounts returns whom the viewer mutes.
func (s *Service) MutedAccounts(ctx context.Context, who skein.Viewer, p Page) (list []Row[Muted], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.MutedAccounts(who.Account, store.Page(p))
		for _, r := range rows {
			list = append(list, Row[Muted]{r.Cursor, Muted{r.Account, r.Until}})
		}
		return err
	})
	return list, err
}

func accountRows(rows []*store.AccountRow) []Row[*skein.Account] {
	list := make([]Row[*skein.Account], len(rows))
	for i, r := range rows {
		list[i] = Row[*skein.Account]{r.Cursor, r.Account}
	}
	return list
}

// BlockDomain hides a whole peer from the viewer; follows both ways end, a batch at a time.
func (s *Service) BlockDomain(ctx context.Context, who skein.Viewer, domain string) error {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return err
	}
	domain, err = fetch.Host(domain)
	if err != nil || domain == site.Domain {
		return invalidField("domain", "invalid", "This is not the name of another server.")
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		isNew, err := tx.InsertDomainBlock(self.ID, domain)
		if err != nil || !isNew {
			return err
		}
		return tx.Emit(skein.DomainBlocked{Site: tx.Site(), Account: self.ID, Domain: domain})
	})
}

// UnblockDomain shows a peer again. Follows do not come back.
func (s *Service) UnblockDomain(ctx context.Context, who skein.Viewer, domain string) error {
	domain, err := fetch.Host(domain)
	if err != nil {
		return invalidField("domain", "invalid", "This is not the name of another server.")
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		return tx.DeleteDomainBlock(self.ID, domain)
	})
}

// BlockedDomains returns the peers that the viewer blocks.
func (s *Service) BlockedDomains(ctx context.Context, who skein.Viewer, p Page) (list []Row[string], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.BlockedDomains(who.Account, store.Page(p))
		for _, r := range rows {
			list = append(list, Row[string]{r.Cursor, r.Domain})
		}
		return err
	})
	return list, err
}

// SpreadDomainBlock ends the follows between an account and a peer that it blocks, as an effect of DomainBlocked.
func (s *Service) SpreadDomainBlock(ctx context.Context, e skein.DomainBlocked) error {
	const batch = 100
	for some, n := true, 0; some; n++ {
		if n == batchesOfJob {
			return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return tx.Emit(e) })
		}
		err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			some = false
			// Who unblocked the peer in the meantime keeps what is left.
			if blocked, err := tx.DomainBlocks(e.Account, e.Domain); err != nil || !blocked {
				return err
			}
			follows, err := tx.FollowsOf(e.Account, e.Domain, batch)
			if err != nil || len(follows) == 0 {
				return err
			}
			some = true
			if err := s.severed(tx, e, follows); err != nil {
				return err
			}
			return endFollows(tx, e.Account, follows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// severed notes which follows a person's block of a peer ends, and tells the person of it.
func (s *Service) severed(tx *store.Tx, e skein.DomainBlocked, follows []*skein.Follow) error {
	for _, f := range follows {
		if !f.Accepted {
			continue
		}
		remote := f.Target
		if remote == e.Account {
			remote = f.Account
		}
		decision, err := tx.Sever("user_domain_block", e.Domain, remote, []*skein.Follow{f})
		if err != nil {
			return err
		}
		if _, err := s.notify(tx, skein.Notification{Account: e.Account, Kind: skein.NotifySevered, Actor: e.Account, About: decision}); err != nil {
			return err
		}
	}
	return nil
}

// endFollows ends follows from and to a local account, and tells the peers.
func endFollows(tx *store.Tx, account skein.ID, follows []*skein.Follow) error {
	ids := []skein.ID{account}
	for _, f := range follows {
		ids = append(ids, f.Account, f.Target)
	}
	list, err := tx.Accounts(ids)
	if err != nil {
		return err
	}
	byID := make(map[skein.ID]*skein.Account, len(list))
	for _, a := range list {
		byID[a.ID] = a
	}
	for _, f := range follows {
		follower, target := byID[f.Account], byID[f.Target]
		switch {
		case follower == nil || target == nil:
			_, err = tx.DeleteFollow(f.Account, f.Target)
		case f.Account == account:
			err = unfollow(tx, follower, target)
		default:
			err = dropFollower(tx, follower, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ReceiveBlock is a peer's account blocking one of ours.
func (s *Service) ReceiveBlock(ctx context.Context, site, account, target skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		blocker, blocked, err := peerPair(tx, account, target)
		if err != nil || blocked == nil {
			return err
		}
		if undone, err := wasUndone(tx, "Block", account, uri); err != nil || undone {
			return err
		}
		isNew, err := tx.InsertBlock(&store.Block{Account: account, Target: target, URI: uri})
		if err != nil {
			return err
		}
		if !isNew { // blocked already, by another name: one of the two will be taken back, late (T184)
			if _, err := tx.BlockByURI(account, uri); uri == "" || !errors.Is(err, skein.ErrNotFound) {
				return err
			}
			return tx.NameAgain("Block", account, target)
		}
		// The blocker's server ended the follows itself: nobody needs to tell it.
		if _, err := tx.DeleteFollow(blocked.ID, blocker.ID); err != nil {
			return err
		}
		if _, err := tx.DeleteFollow(blocker.ID, blocked.ID); err != nil {
			return err
		}
		if err := tx.RemoveFromHome(blocked.ID, blocker.ID); err != nil {
			return err
		}
		return tx.ForgetActor(blocked.ID, blocker.ID)
	})
}

// ReceiveUnblock is a peer's account taking a block back. target may be 0 when only the block's URI is known.
func (s *Service) ReceiveUnblock(ctx context.Context, site, account, target skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if target == 0 {
			b, err := tx.BlockByURI(account, uri)
			if errors.Is(err, skein.ErrNotFound) {
				return markUndone(tx, "Block", account, uri)
			}
			if err != nil {
				return err
			}
			target = b.Target
		}
		if uri != "" {
			if err := markUndone(tx, "Block", account, uri); err != nil {
				return err
			}
			b, err := tx.BlockBetween(account, target)
			if errors.Is(err, skein.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			left, err := dropName(tx, "Block", account, target, uri)
			switch {
			case err != nil:
				return err
			case left && b.URI == uri:
				return tx.UnnameBlock(b)
			case left, b.URI != "" && b.URI != uri: // it was taken back before it came
				return nil
			}
		}
		_, err := tx.DeleteBlock(account, target)
		return err
	})
}
