package social

import (
	"context"
	"errors"

	"skein/internal/skein"
	"skein/internal/store"
)

// react changes what the viewer has to do with a post. What is done to a boost is done to what it shows. The answer is
// the post that was named, as it is then.
func (s *Service) react(ctx context.Context, who skein.Viewer, a skein.Action, id skein.ID, do func(tx *store.Tx, p *skein.Post) error) (*View, error) {
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		p, err := s.reacts(tx, who, a, id)
		if err != nil {
			return err
		}
		return do(tx, p)
	})
	if err != nil {
		return nil, err
	}
	return s.Post(ctx, who, id)
}

// reacts returns the post that a reaction is about. To the eyes of whom it is hidden from, it does not exist (T155).
func (s *Service) reacts(tx *store.Tx, who skein.Viewer, a skein.Action, id skein.ID) (*skein.Post, error) {
	seen, err := s.truth(tx, who).look([]skein.ID{id})
	if err != nil {
		return nil, err
	}
	p := seen.posts[id]
	if p == nil {
		return nil, skein.ErrNotFound
	}
	if err := seen.may(skein.Read, p); err != nil {
		return nil, err
	}
	self, err := me(tx, who)
	if err == nil && a == skein.Boost {
		err = errIfMoved(self)
	}
	if err != nil {
		return nil, err
	}
	if p.BoostOf != 0 && a != skein.Pin {
		p = seen.posts[p.BoostOf]
	}
	return p, seen.may(a, p)
}

// Like likes a post. A second time changes nothing.
func (s *Service) Like(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Like, id, func(tx *store.Tx, p *skein.Post) error {
		if waits, err := s.asksToLike(tx, who, p); waits || err != nil {
			return err
		}
		return like(tx, p, &store.Like{Post: p.ID, Account: who.Account})
	})
}

// correct adds what somebody here did to what the server of a post told of it; nil: the post is ours.
func correct(tx *store.Tx, p *skein.Post, likes, boosts int) error {
	if p == nil || p.Extra.Told == nil {
		return nil
	}
	_, err := tx.ChangePost(p.ID, func(p *skein.Post) bool { return p.Extra.Told.Correct(likes, boosts) })
	return err
}

// asksToLike asks the author of a post of ours that wants to be asked. Of a peer's post its server is told, as of any like.
func (s *Service) asksToLike(tx *store.Tx, who skein.Viewer, p *skein.Post) (waits bool, err error) {
	if !p.Local {
		return false, nil
	}
	if consent, err := s.consent(tx, who, skein.Like, p); err != nil || consent == skein.Yes {
		return false, err
	}
	if _, err := tx.Like(who.Account, p.ID); !errors.Is(err, skein.ErrNotFound) {
		return false, err
	}
	self, err := tx.Account(who.Account)
	if err != nil {
		return false, err
	}
	a, err := s.approve(tx, p, skein.Ask, skein.Approval{Kind: skein.ApproveLike, Asker: self.ID,
		Object: self.URI + "#likes/of/" + p.ID.String()})
	if err != nil || a == nil || a.State != skein.ApprovalPending {
		return true, err
	}
	return true, s.tellAsked(tx, a)
}

func like(tx *store.Tx, p *skein.Post, l *store.Like) error {
	isNew, err := tx.InsertLike(l)
	if err != nil {
		return err
	}
	if !isNew {
		return likedAgain(tx, l)
	}
	if l.URI == "" { // of ours
		if err := tx.Tally(store.Interactions); err != nil {
			return err
		}
		if err := correct(tx, p, 1, 0); err != nil {
			return err
		}
	}
	return tx.Emit(skein.PostLiked{Site: tx.Site(), Post: l.Post, Account: l.Account, Like: l.ID})
}

// Unlike takes a like back.
func (s *Service) Unlike(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Unlike, id, func(tx *store.Tx, p *skein.Post) error {
		l, err := tx.DeleteLike(who.Account, p.ID)
		if err == nil && l == nil && p.Local && p.Extra.Policy.Of(skein.Like) != nil {
			err = tx.WithdrawLike(who.Account, p.ID, "")
		}
		if err != nil || l == nil {
			return err
		}
		if err := correct(tx, p, -1, 0); err != nil {
			return err
		}
		return tx.Emit(skein.PostUnliked{Site: tx.Site(), Post: l.Post, Account: l.Account, Like: l.ID})
	})
}

// Bookmark remembers a post for the viewer alone.
func (s *Service) Bookmark(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Bookmark, id, func(tx *store.Tx, p *skein.Post) error {
		if err := tx.InsertBookmark(who.Account, p.ID); err != nil || p.Local {
			return err
		}
		return tx.Emit(skein.PostKept{Site: tx.Site(), Post: p.ID})
	})
}

// Unbookmark takes that back.
func (s *Service) Unbookmark(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Bookmark, id, func(tx *store.Tx, p *skein.Post) error {
		return tx.DeleteBookmark(who.Account, p.ID)
	})
}

// Pin puts one of the viewer's own posts on top of their profile.
func (s *Service) Pin(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Pin, id, func(tx *store.Tx, p *skein.Post) error {
		pinned, isNew, err := tx.InsertPin(who.Account, p.ID, skein.MaxPins)
		if err != nil {
			return err
		}
		if !pinned {
			return skein.Errorf(skein.Invalid, "Validation failed: You have already pinned the maximum number of posts")
		}
		if !isNew {
			return nil
		}
		return tx.Emit(skein.PostPinned{Site: tx.Site(), Post: p.ID, Account: p.Author})
	})
}

// Unpin takes it down.
func (s *Service) Unpin(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.Pin, id, func(tx *store.Tx, p *skein.Post) error {
		gone, err := tx.DeletePin(who.Account, p.ID)
		if err != nil || !gone {
			return err
		}
		return tx.Emit(skein.PostUnpinned{Site: tx.Site(), Post: p.ID, Account: p.Author})
	})
}

// MuteThread ends notifications of a post's whole conversation.
func (s *Service) MuteThread(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.MuteThread, id, func(tx *store.Tx, p *skein.Post) error {
		return tx.MuteThread(who.Account, p.Thread)
	})
}

// UnmuteThread takes that back.
func (s *Service) UnmuteThread(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.react(ctx, who, skein.MuteThread, id, func(tx *store.Tx, p *skein.Post) error {
		return tx.UnmuteThread(who.Account, p.Thread)
	})
}

// Boost shows a post to the viewer's followers. It answers with the boost; a second time with the same one.
func (s *Service) Boost(ctx context.Context, who skein.Viewer, id skein.ID, v skein.Visibility) (*View, error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	var boost skein.ID
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		original, err := s.reacts(tx, who, skein.Boost, id)
		if err != nil {
			return err
		}
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		boost = tx.NewID()
		uri := postURI(site, self.ID, boost)
		p := &skein.Post{
			ID: boost, Author: self.ID, Local: true, URI: uri, URL: uri, BoostOf: original.ID,
			Visibility: boostVisibility(v, original, self), CreatedAt: tx.Now(),
		}
		consent, err := s.consent(tx, who, skein.Boost, original)
		if err != nil {
			return err
		}
		p.Held = consent != skein.Yes
		isNew, err := tx.InsertPost(p)
		if err != nil {
			return err
		}
		if !isNew {
			old, err := tx.BoostBy(self.ID, original.ID)
			if err != nil {
				return err
			}
			boost = old.ID
			return nil
		}
		if err := tx.OwnHome(self.ID, boost); err != nil {
			return err
		}
		if !p.Held {
			if err := correct(tx, original, 0, 1); err != nil {
				return err
			}
		}
		a, err := s.approve(tx, original, consent, skein.Approval{Kind: skein.ApproveBoost, Asker: self.ID, Object: uri + "/activity", By: boost})
		if err != nil {
			return err
		}
		switch {
		case p.Held && a != nil:
			return s.tellAsked(tx, a)
		case p.Held:
			return tx.Emit(skein.PostOut{Site: tx.Site(), Post: boost}) // to who is asked alone
		case a != nil:
			if err := s.stamped(tx, p, a); err != nil {
				return err
			}
		}
		return emitPost(tx, p, original.Author)
	})
	if err != nil {
		return nil, err
	}
	return s.Post(ctx, who, boost)
}

// boostVisibility: a boost of what only followers may read stays among them (T162), and no boost is a message.
func boostVisibility(v skein.Visibility, original *skein.Post, by *skein.Account) skein.Visibility {
	v = min(max(v, skein.Public), skein.Followers)
	if original.Visibility == skein.Followers {
		v = skein.Followers
	}
	return quiet(v, by)
}

// Unboost takes back the viewer's boost of a post, named by the original or by the boost. It answers with the original.
func (s *Service) Unboost(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	var original skein.ID
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		p, err := s.reacts(tx, who, skein.Read, id)
		if err != nil {
			return err
		}
		original = p.ID
		boost, err := tx.BoostBy(who.Account, p.ID)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.removePost(tx, boost, p)
	})
	if err != nil {
		return nil, err
	}
	return s.Post(ctx, who, original)
}

// LikedBy returns who likes a post, the latest first; without those who and the viewer block each other.
func (s *Service) LikedBy(ctx context.Context, who skein.Viewer, id skein.ID, p Page) ([]Row[*skein.Account], error) {
	return s.reactors(ctx, who, id, p, (*store.Tx).LikedBy)
}

// BoostedBy returns who boosted a post, in the same way.
func (s *Service) BoostedBy(ctx context.Context, who skein.Viewer, id skein.ID, p Page) ([]Row[*skein.Account], error) {
	return s.reactors(ctx, who, id, p, (*store.Tx).BoostedBy)
}

func (s *Service) reactors(ctx context.Context, who skein.Viewer, id skein.ID, p Page,
	list func(tx *store.Tx, post, viewer skein.ID, p store.Page) ([]*store.PostRow, error)) (out []Row[*skein.Account], err error) {
	err = s.read(ctx, who, func(r *reader) error {
		v, err := r.one(id)
		if err != nil {
			return err
		}
		if v.Original != nil {
			v = v.Original
		}
		rows, err := list(r.tx, v.Post.ID, who.Account, store.Page(p))
		if err != nil {
			return err
		}
		ids := make([]skein.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		accounts, err := r.accounts(ids)
		if err != nil {
			return err
		}
		out = make([]Row[*skein.Account], 0, len(rows))
		for _, row := range rows {
			if a := accounts[row.ID]; a != nil {
				out = append(out, Row[*skein.Account]{Cursor: row.Cursor, Item: a})
			}
		}
		return nil
	})
	return out, err
}
