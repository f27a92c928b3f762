package social

import (
	"context"
	"errors"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// FollowOptions say what a follower wants to see of somebody. nil leaves as it is; a new follow shows boosts, tells
// nothing and takes all languages.
type FollowOptions struct {
	ShowBoosts *bool
	Notify     *bool
	Languages  *[]string
}

// maxFollows is how many accounts somebody may follow, or ask to follow, who has few followers; beyond, it is a tenth
// more than their followers (activitypub-mastodon.md, section 21).
const maxFollows = 7500

// Follow follows somebody, asks to, or changes the options of a follow.
func (s *Service) Follow(ctx context.Context, who skein.Viewer, target skein.ID, o FollowOptions) (*skein.Relation, error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, err
	}
	languages, err := followLanguages(o.Languages)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		f, err := tx.FollowBetween(self.ID, other.ID)
		if err == nil {
			o.set(f, languages)
			return tx.UpdateFollow(f)
		}
		if !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		if err := mayFollow(tx, self, other); err != nil {
			return err
		}
		return begin(tx, site, self, other, o, languages)
	})
}

// begin makes a local account follow another, or ask to; that it may is decided.
func begin(tx *store.Tx, site *skein.Site, self, other *skein.Account, o FollowOptions, languages []string) error {
	f := &skein.Follow{ID: tx.NewID(), Account: self.ID, Target: other.ID, ShowBoosts: true}
	o.set(f, languages)
	f.URI = site.URL("/ap/users/" + self.ID.String() + "/follows/" + f.ID.String())
	f.Accepted = other.Local && !other.Locked && self.SilencedAt.IsZero()
	isNew, err := tx.InsertFollow(f)
	if err != nil || !isNew {
		return err
	}
	if !other.Local {
		if other.Extra.OutboxAt.IsZero() {
			if err := tx.Emit(skein.LookWanted{Site: tx.Site(), Account: other.ID}); err != nil {
				return err
			}
		}
		return tx.Emit(skein.FollowAsked{Site: tx.Site(), Account: self.ID, Target: other.ID, Follow: f.ID})
	}
	if f.Accepted {
		if err := tx.AddToHome(self.ID, other.ID); err != nil {
			return err
		}
	}
	return followed(tx, f)
}

// followed tells a local account of a follow.
func followed(tx *store.Tx, f *skein.Follow) error {
	return tx.Emit(skein.Followed{Site: tx.Site(), Account: f.Account, Target: f.Target, Request: !f.Accepted})
}

func (o FollowOptions) set(f *skein.Follow, languages []string) {
	if o.ShowBoosts != nil {
		f.ShowBoosts = *o.ShowBoosts
	}
	if o.Notify != nil {
		f.Notify = *o.Notify
	}
	if o.Languages != nil {
		f.Languages = languages
	}
}

func followLanguages(list *[]string) ([]string, error) {
	if list == nil {
		return nil, nil
	}
	var out []string
	for _, l := range *list {
		if l == "" {
			continue
		}
		tag, ok := text.Language(l)
		if !ok || len(out) == 64 {
			return nil, invalidField("languages", "invalid", "These are not languages.")
		}
		out = append(out, tag)
	}
	return out, nil
}

// mayFollow tells whether one account may begin to follow another.
func mayFollow(tx *store.Tx, self, other *skein.Account) error {
	if self.ID == other.ID || other.Local && other.Kind == skein.Application {
		return errDenied
	}
	if other.Gone() {
		return skein.ErrNotFound
	}
	if other.MovedTo != 0 {
		return errDenied
	}
	if err := errIfMoved(self); err != nil {
		return err
	}
	blocks, blocked, err := tx.Blocks(self.ID, other.ID)
	if err != nil {
		return err
	}
	if !blocks {
		blocks, err = tx.DomainBlocks(self.ID, other.Domain)
		if err != nil {
			return err
		}
	}
	if blocks || blocked {
		return errDenied
	}
	most := max(maxFollows, self.FollowerCount+self.FollowerCount/10)
	n, err := tx.FollowCount(self.ID, most)
	if err != nil {
		return err
	}
	if n >= most {
		return skein.Errorf(skein.Invalid, "You follow %d accounts, which is as many as you can.", most)
	}
	return nil
}

// Unfollow ends a follow, or takes the wish back.
func (s *Service) Unfollow(ctx context.Context, who skein.Viewer, target skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, target, func(tx *store.Tx, self, other *skein.Account) error {
		return unfollow(tx, self, other)
	})
}

// unfollow ends the follow of a local account.
func unfollow(tx *store.Tx, self, other *skein.Account) error {
	f, err := tx.DeleteFollow(self.ID, other.ID)
	if err != nil || f == nil {
		return err
	}
	if f.Accepted {
		if err := tx.RemoveFromHome(self.ID, other.ID); err != nil {
			return err
		}
	}
	if other.Local {
		return nil
	}
	return tx.Emit(skein.FollowEnded{Site: tx.Site(), Account: self.ID, Target: other.ID, Follow: f.ID, URI: f.URI})
}

// dropFollower ends somebody's follow of a local account, or refuses it.
func dropFollower(tx *store.Tx, follower, self *skein.Account) error {
	f, err := tx.DeleteFollow(follower.ID, self.ID)
	if err != nil || f == nil {
		return err
	}
	if follower.Local {
		if f.Accepted {
			return tx.RemoveFromHome(follower.ID, self.ID)
		}
		return nil
	}
	return answer(tx, f, false)
}

// answer tells a follower's server whether the follow is accepted.
func answer(tx *store.Tx, f *skein.Follow, accepted bool) error {
	return tx.Emit(skein.FollowAnswered{Site: tx.Site(), Account: f.Account, Target: f.Target, Follow: f.ID, URI: f.URI,
		Accepted: accepted})
}

// RemoveFollower ends an account's follow of the viewer.
func (s *Service) RemoveFollower(ctx context.Context, who skein.Viewer, account skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, account, func(tx *store.Tx, self, other *skein.Account) error {
		return dropFollower(tx, other, self)
	})
}

// RefuseFollow answers a wish to follow with no. A follow that was accepted stays.
func (s *Service) RefuseFollow(ctx context.Context, who skein.Viewer, account skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, account, func(tx *store.Tx, self, other *skein.Account) error {
		f, err := tx.FollowBetween(other.ID, self.ID)
		if err != nil || f.Accepted {
			return err
		}
		return dropFollower(tx, other, self)
	})
}

// AcceptFollow answers a wish to follow with yes.
func (s *Service) AcceptFollow(ctx context.Context, who skein.Viewer, account skein.ID) (*skein.Relation, error) {
	return s.change(ctx, who, account, func(tx *store.Tx, self, other *skein.Account) error {
		f, err := tx.FollowBetween(other.ID, self.ID)
		if err != nil {
			return err
		}
		changed, err := tx.AcceptFollow(f)
		if err != nil || !changed {
			return err
		}
		if other.Local {
			return addToFeeds(tx, other.ID, self.ID)
		}
		return answer(tx, f, true)
	})
}

// Followers returns who follows an account, the latest first. Nobody but the owner sees those of an account that hides
// its network (T169), and nobody those of one that is gone or that blocks the viewer.
func (s *Service) Followers(ctx context.Context, who skein.Viewer, account skein.ID, p Page) ([]Row[*skein.Account], error) {
	return s.network(ctx, who, account, p, (*store.Tx).Followers)
}

// Following returns whom an account follows, by the same rules.
func (s *Service) Following(ctx context.Context, who skein.Viewer, account skein.ID, p Page) ([]Row[*skein.Account], error) {
	return s.network(ctx, who, account, p, (*store.Tx).Following)
}

func (s *Service) network(ctx context.Context, who skein.Viewer, account skein.ID, p Page,
	read func(tx *store.Tx, account, viewer skein.ID, p store.Page) ([]*store.AccountRow, error)) (list []Row[*skein.Account], err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		a, err := tx.Account(account)
		if err != nil {
			return err
		}
		if !there(a, who) {
			return skein.ErrNotFound
		}
		if a.ID != who.Account {
			if a.Gone() || a.HideNetwork {
				return nil
			}
			if !who.Visitor() {
				if blocked, _, err := tx.Blocks(a.ID, who.Account); err != nil || blocked {
					return err
				}
			}
		}
		rows, err := read(tx, account, who.Account, store.Page(p))
		list = accountRows(rows)
		return err
	})
	return list, err
}

// FollowRequests returns who waits for the viewer's yes.
func (s *Service) FollowRequests(ctx context.Context, who skein.Viewer, p Page) (list []Row[*skein.Account], err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		rows, err := tx.FollowRequests(who.Account, store.Page(p))
		list = accountRows(rows)
		return err
	})
	return list, err
}

// FollowRequestCount returns how many wait for the viewer's yes, up to a limit.
func (s *Service) FollowRequestCount(ctx context.Context, who skein.Viewer, limit int) (n int, err error) {
	if who.Visitor() {
		return 0, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		n, err = tx.FollowRequestCount(who.Account, limit)
		return err
	})
	return n, err
}

// SpreadFollow tells a local account that somebody follows it, or asks to.
func (s *Service) SpreadFollow(ctx context.Context, e skein.Followed) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		f, err := tx.FollowBetween(e.Account, e.Target)
		if errors.Is(err, skein.ErrNotFound) || err == nil && f.Accepted == e.Request {
			return nil // ended or answered in the meantime
		}
		if err != nil {
			return err
		}
		n := skein.Notification{Account: e.Target, Kind: skein.NotifyFollow, Actor: e.Account}
		if e.Request {
			n.Kind = skein.NotifyFollowRequest
		}
		_, err = s.notify(tx, n)
		return err
	})
}

// peerPair returns a peer's account that acts and one of ours that it acts on; both nil when it is not for us to act.
func peerPair(tx *store.Tx, actor, target skein.ID) (from, to *skein.Account, err error) {
	from, to, err = partingPair(tx, actor, target)
	if from == nil || from.Gone() {
		return nil, nil, err
	}
	return from, to, nil
}

// partingPair is peerPair for the end of what was: an account that its own server suspended may still end it.
func partingPair(tx *store.Tx, actor, target skein.ID) (from, to *skein.Account, err error) {
	list, err := tx.Accounts([]skein.ID{actor, target})
	if err != nil {
		return nil, nil, err
	}
	for _, a := range list {
		switch a.ID {
		case actor:
			from = a
		case target:
			to = a
		}
	}
	if from == nil || to == nil || from.Local || from.Gone() && !from.Extra.SuspendedThere || !from.DeletedAt.IsZero() ||
		!to.Local || !to.DeletedAt.IsZero() || to.Pending {
		return nil, nil, nil
	}
	return from, to, nil
}

// ReceiveFollow is a peer's account following one of ours: accepted at once, unless that one is locked or the follower
// limited; refused when it is blocked. A follow that stands already is answered again: its sender may have missed the
// first answer.
func (s *Service) ReceiveFollow(ctx context.Context, site, follower, target skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		from, to, err := peerPair(tx, follower, target)
		if err != nil || from == nil {
			return err
		}
		if undone, err := wasUndone(tx, "Follow", follower, uri); err != nil || undone {
			return err
		}
		if late, err := endedTogether(tx, from, to, uri); err != nil || late {
			return err
		}
		f := &skein.Follow{ID: tx.NewID(), Account: follower, Target: target, URI: uri, ShowBoosts: true}
		refused, err := refuses(tx, from, to)
		if err != nil {
			return err
		}
		if refused {
			return answer(tx, f, false)
		}
		old, err := tx.FollowBetween(follower, target)
		if err == nil {
			if uri != "" && old.URI != uri {
				// One of the two may still be undone, late: that must not end the other (T184).
				if err := markUndone(tx, "old Follow", follower, old.URI); err != nil {
					return err
				}
				if err := tx.NameAgain("Follow", follower, target); err != nil {
					return err
				}
				old.URI = uri
				if err := tx.UpdateFollow(old); err != nil {
					return err
				}
			}
			if !old.Accepted {
				return nil
			}
			return answer(tx, old, true)
		}
		if !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		if _, err := tx.DropName("Follow", follower, target); err != nil { // of a follow that ended otherwise
			return err
		}
		f.Accepted = !to.Locked && from.SilencedAt.IsZero()
		isNew, err := tx.InsertFollow(f)
		if err != nil || !isNew {
			return err
		}
		if f.Accepted {
			if err := answer(tx, f, true); err != nil {
				return err
			}
		}
		return followed(tx, f)
	})
}

// refuses tells whether a local account takes no follower of this name.
func refuses(tx *store.Tx, from, to *skein.Account) (bool, error) {
	if to.Kind == skein.Application || to.MovedTo != 0 || to.Gone() {
		return true, nil
	}
	blocks, blocked, err := tx.Blocks(to.ID, from.ID)
	if err != nil || blocks || blocked {
		return blocks || blocked, err
	}
	return tx.DomainBlocks(to.ID, from.Domain)
}

// ReceiveUnfollow is a peer's account taking a follow back. Either target or uri may be unknown. One that comes before
// its Follow is remembered.
func (s *Service) ReceiveUnfollow(ctx context.Context, site, follower, target skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if target == 0 {
			f, err := tx.FollowByURI(follower, uri)
			if errors.Is(err, skein.ErrNotFound) {
				return markUndone(tx, "Follow", follower, uri)
			}
			if err != nil {
				return err
			}
			target = f.Target
		}
		from, to, err := partingPair(tx, follower, target)
		if err != nil || to == nil {
			return err
		}
		old, err := tx.FollowBetween(from.ID, to.ID)
		if errors.Is(err, skein.ErrNotFound) {
			if heard, err := wasUndone(tx, "other Follow", follower, uri); err != nil || heard {
				return err
			}
			return errors.Join(markUndone(tx, "Follow", follower, uri), endTogether(tx, from, to, uri))
		}
		if err != nil {
			return err
		}
		if stays, err := keepsName(tx, old, uri); err != nil || stays {
			return err
		}
		_, err = tx.DeleteFollow(from.ID, to.ID)
		return err
	})
}

// keepsName tells whether a follow stands though a Follow of the two was undone: a server that follows, unfollows and follows
// again may be heard in any order, and what is undone is one of the names that the follow has had (T184). Some servers give
// the Follow that they undo another name than it had: a name that is not known ends what there is.
func keepsName(tx *store.Tx, f *skein.Follow, uri string) (bool, error) {
	if uri == "" {
		return false, nil
	}
	for _, what := range []string{"Follow", "other Follow"} { // heard before
		if undone, err := wasUndone(tx, what, f.Account, uri); err != nil || undone {
			return undone, err
		}
	}
	known := f.URI == uri
	if !known {
		var err error
		if known, err = wasUndone(tx, "old Follow", f.Account, uri); err != nil {
			return false, err
		}
	}
	if !known {
		return false, errors.Join(markUndone(tx, "other Follow", f.Account, uri), markUndone(tx, "ended Follow", f.Account, f.URI))
	}
	left, err := tx.DropName("Follow", f.Account, f.Target)
	if err != nil || !left {
		return false, err
	}
	return true, markUndone(tx, "Follow", f.Account, uri)
}

// endTogether notes that nothing is left of a follow which an Undo ended that named another: if that one comes late, it was
// the older of the two, and is over as well. endedTogether tells so.
func endTogether(tx *store.Tx, from, to *skein.Account, uri string) error {
	if ended, err := wasUndone(tx, "ended Follow", from.ID, uri); err != nil || !ended {
		return err
	}
	return markUndone(tx, "all Follows", from.ID, to.URI)
}

func endedTogether(tx *store.Tx, from, to *skein.Account, uri string) (bool, error) {
	if other, err := wasUndone(tx, "other Follow", from.ID, uri); err != nil || !other {
		return false, err
	}
	return wasUndone(tx, "all Follows", from.ID, to.URI)
}

// ReceiveAccept is a peer's account accepting the follow of one of ours. Only the followee's word counts (T52), and only
// for a follow that we asked for and did not take back (T53). follower may be 0 when the follow's URI names it.
func (s *Service) ReceiveAccept(ctx context.Context, site, from skein.ID, followURI string, follower skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		f, err := askedFollow(tx, from, followURI, follower)
		if err != nil || f == nil {
			return err
		}
		changed, err := tx.AcceptFollow(f)
		if err != nil || !changed {
			return err
		}
		return addToFeeds(tx, f.Account, f.Target)
	})
}

// ReceiveReject is a peer's account refusing the follow of one of ours, or dropping a follower.
func (s *Service) ReceiveReject(ctx context.Context, site, from skein.ID, followURI string, follower skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		f, err := askedFollow(tx, from, followURI, follower)
		if err != nil || f == nil {
			return err
		}
		if _, err := tx.DeleteFollow(f.Account, f.Target); err != nil {
			return err
		}
		return tx.RemoveFromHome(f.Account, f.Target)
	})
}

// askedFollow returns our follow that a followee answers; nil when there is none of that name.
func askedFollow(tx *store.Tx, from skein.ID, uri string, follower skein.ID) (*skein.Follow, error) {
	var f *skein.Follow
	var err error
	if follower != 0 {
		f, err = tx.FollowBetween(follower, from)
	} else {
		id, ok := skein.ParseID(uri[strings.LastIndexByte(uri, '/')+1:])
		if !ok {
			return nil, nil
		}
		f, err = tx.Follow(id)
	}
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// An answer to an earlier follow is no answer to this one. Who names none means the one there is.
	if f.Target != from || uri != "" && f.URI != uri || uri == "" && follower == 0 {
		return nil, nil
	}
	a, err := tx.Account(f.Account)
	if err != nil || !a.Local {
		return nil, err
	}
	return f, nil
}

// markUndone remembers that an activity was undone that we do not know (yet); wasUndone tells so when it arrives after
// all. It may arrive twice: what was noted stays for a while.
func markUndone(tx *store.Tx, what string, account skein.ID, uri string) error {
	if uri == "" {
		return nil
	}
	return tx.NoteUndone(what, account, uri)
}

func wasUndone(tx *store.Tx, what string, account skein.ID, uri string) (bool, error) {
	if uri == "" {
		return false, nil
	}
	return tx.Undone(what, account, uri)
}
