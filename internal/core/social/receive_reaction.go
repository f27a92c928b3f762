package social

import (
	"context"
	"errors"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// ReceiveBoost stores a peer's boost of a post that is known here. Of a post that the peer may not read, or not boost, it
// takes no notice (T51); nor of one that concerns nobody here (T215).
func (s *Service) ReceiveBoost(ctx context.Context, site, account skein.ID, uri string, original skein.ID, v skein.Visibility, at time.Time) error {
	return s.receiveBoost(ctx, site, account, uri, original, v, at, false)
}

// ReceiveOldBoost is ReceiveBoost for one that was found when somebody looked at the account: it is kept though nobody
// follows, and nobody is told.
func (s *Service) ReceiveOldBoost(ctx context.Context, site, account skein.ID, uri string, original skein.ID, v skein.Visibility, at time.Time) error {
	return s.receiveBoost(ctx, site, account, uri, original, v, at, true)
}

func (s *Service) receiveBoost(ctx context.Context, site, account skein.ID, uri string, original skein.ID, v skein.Visibility, at time.Time, old bool) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, account, uri)
		if err != nil {
			return err
		}
		if uri == "" {
			return errHost
		}
		if buried, err := tx.Buried(uri, by.URI); err != nil || buried {
			return err
		}
		p, consent, err := s.peersPostAnd(tx, by, skein.Boost, original)
		if err != nil || p == nil {
			return err
		}
		if consent == skein.No {
			return turnedAway(tx, p, skein.ApproveBoost, account, uri)
		}
		if !p.Local && !old {
			if ok, err := tx.HasLocalFollower(account); err != nil || !ok {
				return err
			}
		}
		now := tx.Now()
		if at.IsZero() || at.After(now) {
			at = now
		}
		if _, err := tx.PostByURI(uri); !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		boost := &skein.Post{ID: skein.At(at), Author: account, URI: uri, URL: uri, BoostOf: p.ID,
			Visibility: boostVisibility(v, p, by), CreatedAt: at, Held: consent != skein.Yes}
		isNew, err := tx.InsertPost(boost)
		if err != nil {
			return err
		}
		if !isNew { // boosted already, by another name: one of the two will be taken back, late (T184)
			return tx.NameAgain("Announce", account, p.ID)
		}
		if err := s.judged(tx, p, consent, skein.Approval{Kind: skein.ApproveBoost, Asker: account, Object: uri, By: boost.ID}); err != nil {
			return err
		}
		if boost.Held {
			return nil
		}
		return tx.Emit(skein.PostCreated{Site: site, Post: boost.ID, Quiet: old})
	})
}

// peersPost returns what a peer's reaction is about; nil: there is no such post for them.
func (s *Service) peersPost(tx *store.Tx, by *skein.Account, a skein.Action, id skein.ID) (*skein.Post, error) {
	p, consent, err := s.peersPostAnd(tx, by, a, id)
	if consent != skein.Yes {
		p = nil
	}
	return p, err
}

// peersPostAnd is peersPost with what the policy says, if the post is ours.
func (s *Service) peersPostAnd(tx *store.Tx, by *skein.Account, a skein.Action, id skein.ID) (*skein.Post, skein.Consent, error) {
	seen, err := s.truth(tx, skein.Viewer{Site: tx.Site(), Account: by.ID}).look([]skein.ID{id})
	if err != nil {
		return nil, skein.No, err
	}
	p := seen.posts[id]
	if p != nil && p.BoostOf != 0 {
		p = seen.posts[p.BoostOf]
	}
	if p == nil || seen.may(a, unpolicied(p)) != nil {
		return nil, skein.No, nil
	}
	if !p.Local || a == skein.Quoting {
		return p, skein.Yes, nil
	}
	f, _ := seen.facts(p)
	return p, skein.Consents(a, p, f), nil
}

// ReceiveUnboost takes a peer's boost back; original is 0 when the peer did not name it. What is not here yet will not come.
func (s *Service) ReceiveUnboost(ctx context.Context, site, account skein.ID, uri string, original skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := tx.Account(account)
		if err != nil {
			return err
		}
		var p *skein.Post
		err = skein.ErrNotFound
		switch {
		case uri != "":
			p, err = tx.PostByURI(uri)
		case original != 0:
			p, err = tx.BoostBy(account, original)
		}
		if errors.Is(err, skein.ErrNotFound) {
			if uri == "" || !sameHost(uri, by.URI) {
				return nil
			}
			return s.unboostOther(tx, by, uri, original)
		}
		if err != nil {
			return err
		}
		if p.Author != account || p.BoostOf == 0 || p.Local {
			return errOwner
		}
		if uri != "" {
			if left, err := dropName(tx, "Announce", account, p.BoostOf, uri); err != nil || left {
				return errors.Join(err, tx.BuryUnknown(uri, by.URI))
			}
		}
		return s.dropPost(tx, p)
	})
}

// dropName takes one name away from what somebody did twice to the same thing, and tells whether it stands by the other. A name
// that was taken away is no more, however often that is told.
func dropName(tx *store.Tx, what string, account, thing skein.ID, uri string) (left bool, err error) {
	if heard, err := wasUndone(tx, "twin "+what, account, uri); err != nil || heard {
		return heard, err
	}
	if left, err = tx.DropName(what, account, thing); err != nil || !left || uri == "" {
		return false, err
	}
	return true, markUndone(tx, "twin "+what, account, uri)
}

// unboostOther takes back a boost by a name that no post has: it never came, or it is another name of one that is here, and
// then the last when the first was taken back before.
func (s *Service) unboostOther(tx *store.Tx, by *skein.Account, uri string, original skein.ID) error {
	if err := tx.BuryUnknown(uri, by.URI); err != nil || original == 0 {
		return err
	}
	p, err := tx.BoostBy(by.ID, original)
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if left, err := dropName(tx, "Announce", by.ID, original, uri); err != nil || left {
		return err
	}
	if first, err := tx.Buried(p.URI, by.URI); err != nil || !first {
		return err
	}
	return s.dropPost(tx, p)
}

// ReceiveLike stores a peer's like of a post of ours. Likes among peers are their own business.
func (s *Service) ReceiveLike(ctx context.Context, site, account, post skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, account, uri)
		if err != nil {
			return err
		}
		if uri != "" {
			if buried, err := tx.Buried(uri, by.URI); err != nil || buried {
				return err
			}
		}
		p, consent, err := s.peersPostAnd(tx, by, skein.Like, post)
		if err != nil || p == nil || !p.Local {
			return err
		}
		if p.Extra.Policy.Of(skein.Like) != nil {
			if _, err := tx.Like(account, p.ID); !errors.Is(err, skein.ErrNotFound) {
				return err
			}
			if consent == skein.No {
				return turnedAway(tx, p, skein.ApproveLike, account, uri)
			}
			if err := tx.WithdrawLike(account, p.ID, uri); err != nil { // one question at a time
				return err
			}
			if err := s.judged(tx, p, consent, skein.Approval{Kind: skein.ApproveLike, Asker: account, Object: uri}); err != nil || consent == skein.Ask {
				return err
			}
		}
		return like(tx, p, &store.Like{Post: p.ID, Account: account, URI: uri})
	})
}

// likedAgain notes a peer's like of what it likes already, by another name: one of the two will be taken back, late (T184).
func likedAgain(tx *store.Tx, l *store.Like) error {
	old, err := tx.Like(l.Account, l.Post)
	if err != nil || old.URI == l.URI || l.URI == "" {
		return err
	}
	return tx.NameAgain("Like", l.Account, l.Post)
}

// ReceiveUnlike takes a peer's like back; post is 0 when the peer did not name it. What is not here yet will not come.
func (s *Service) ReceiveUnlike(ctx context.Context, site, account, post skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := tx.Account(account)
		if err != nil {
			return err
		}
		var l *store.Like
		err = skein.ErrNotFound
		if post != 0 {
			l, err = tx.Like(account, post)
		} else if uri != "" {
			l, err = tx.LikeByURI(account, uri)
		}
		if err != nil && !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		if l == nil || uri != "" && l.URI != "" && l.URI != uri {
			if err := tx.WithdrawLike(account, post, uri); err != nil {
				return err
			}
			// Not this one: it was taken back before it came.
			if uri == "" || !sameHost(uri, by.URI) {
				return nil
			}
			if l != nil {
				if _, err := dropName(tx, "Like", account, l.Post, uri); err != nil {
					return err
				}
			}
			return tx.BuryUnknown(uri, by.URI)
		}
		if err := tx.BuryUnknown(uri, by.URI); err != nil {
			return err
		}
		if left, err := dropName(tx, "Like", account, l.Post, uri); err != nil {
			return err
		} else if left {
			return tx.UnnameLike(l)
		}
		l, err = tx.DeleteLike(account, l.Post)
		if err != nil || l == nil {
			return err
		}
		return tx.Emit(skein.PostUnliked{Site: site, Post: l.Post, Account: account, Like: l.ID})
	})
}

// ReceivePin puts one of a peer's own posts on top of their profile here (T192).
func (s *Service) ReceivePin(ctx context.Context, site, account, post skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, account, "")
		if err != nil {
			return err
		}
		p, err := s.peersPost(tx, by, skein.Pin, post)
		if err != nil || p == nil || p.ID != post {
			return err
		}
		_, _, err = tx.InsertPin(account, post, maxRemotePins)
		return err
	})
}

// ReceiveUnpin takes it down.
func (s *Service) ReceiveUnpin(ctx context.Context, site, account, post skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if _, err := peer(tx, account, ""); err != nil {
			return err
		}
		_, err := tx.DeletePin(account, post)
		return err
	})
}
