package social

import (
	"context"
	"errors"
	"slices"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

const (
	maxReactions = 20 // emoji of one account at one post
	maxReactors  = 40 // people named for one emoji
)

var errEmoji = skein.Errorf(skein.Invalid, "Validation failed: Name is not a recognized emoji")

// reactWith is react for a post's own emoji.
func (s *Service) reactWith(ctx context.Context, who skein.Viewer, id skein.ID, name string,
	do func(tx *store.Tx, p *skein.Post, r *store.Reaction) error) (*View, error) {
	return s.react(ctx, who, skein.Like, id, func(tx *store.Tx, p *skein.Post) error {
		r, err := emojiOf(tx, p, name)
		if err != nil {
			return err
		}
		r.Account = who.Account
		return do(tx, p, r)
	})
}

// emojiOf finds what somebody wants to react with: an emoji of Unicode, one of the site's own by its code, or one of a
// peer that others reacted to the post with already.
func emojiOf(tx *store.Tx, p *skein.Post, name string) (*store.Reaction, error) {
	if e, ok := text.OneEmoji(name); ok {
		return &store.Reaction{Post: p.ID, Emoji: e}, nil
	}
	code := strings.Trim(name, ":")
	i := slices.IndexFunc(p.Extra.Reactions, func(r skein.Reaction) bool { return r.URL != "" && r.Emoji == code })
	if i >= 0 {
		return &store.Reaction{Post: p.ID, Emoji: code, URL: p.Extra.Reactions[i].URL}, nil
	}
	all, err := tx.Emojis()
	if err != nil {
		return nil, err
	}
	i = slices.IndexFunc(all, func(e *skein.Emoji) bool { return e.Code == code })
	if i < 0 {
		return nil, errEmoji
	}
	return &store.Reaction{Post: p.ID, Emoji: code, URL: all[i].URL}, nil
}

// ReactEmoji reacts to a post with an emoji, beside liking it. A second time changes nothing.
func (s *Service) ReactEmoji(ctx context.Context, who skein.Viewer, id skein.ID, emoji string) (*View, error) {
	return s.reactWith(ctx, who, id, emoji, func(tx *store.Tx, p *skein.Post, r *store.Reaction) error {
		// Nobody is asked about an emoji: where a like needs leave, there is none.
		if consent, err := s.consent(tx, who, skein.Like, p); err != nil || p.Local && consent != skein.Yes {
			return errors.Join(err, errIf(err == nil, errLimitedLike))
		}
		return reactEmoji(tx, r)
	})
}

var errLimitedLike = skein.Errorf(skein.Denied, "The author has limited who may like this post.")

func reactEmoji(tx *store.Tx, r *store.Reaction) error {
	isNew, err := tx.InsertReaction(r, maxReactions)
	if err != nil || !isNew {
		return err
	}
	return tx.Emit(skein.Reacted{Site: tx.Site(), Post: r.Post, Account: r.Account, Reaction: r.ID, Emoji: r.Emoji, URL: r.URL})
}

// UnreactEmoji takes it back.
func (s *Service) UnreactEmoji(ctx context.Context, who skein.Viewer, id skein.ID, emoji string) (*View, error) {
	return s.reactWith(ctx, who, id, emoji, func(tx *store.Tx, _ *skein.Post, r *store.Reaction) error {
		r, err := tx.DeleteReaction(r.Account, r.Post, r.Emoji)
		if err != nil || r == nil {
			return err
		}
		return tx.Emit(skein.Unreacted{Site: tx.Site(), Post: r.Post, Account: r.Account, Reaction: r.ID, Emoji: r.Emoji, URL: r.URL})
	})
}

// Reactors returns a post with the people behind its reactions, some of each emoji; without those who and the viewer block
// each other.
func (s *Service) Reactors(ctx context.Context, who skein.Viewer, id skein.ID) (v *View, by map[string][]*skein.Account, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		if v, err = r.one(id); err != nil {
			return err
		}
		if v.Original != nil {
			v = v.Original
		}
		by = map[string][]*skein.Account{}
		if len(v.Post.Extra.Reactions) == 0 {
			return nil
		}
		rows, err := r.tx.Reactors(v.Post.ID, who.Account, maxReactors)
		if err != nil {
			return err
		}
		ids := make([]skein.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.Account
		}
		accounts, err := r.accounts(once(ids))
		if err != nil {
			return err
		}
		for _, row := range rows {
			if a := accounts[row.Account]; a != nil {
				by[row.Emoji] = append(by[row.Emoji], a)
			}
		}
		return nil
	})
	return v, by, err
}

// SpreadReaction tells a local author who reacted to a post.
func (s *Service) SpreadReaction(ctx context.Context, e skein.Reacted) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Post(e.Post)
		if errors.Is(err, skein.ErrNotFound) || err == nil && !p.Local {
			return nil
		}
		if err != nil {
			return err
		}
		if is, err := tx.HasReaction(e.Account, e.Post); err != nil || !is {
			return err // taken back meanwhile
		}
		_, err = s.notify(tx, skein.Notification{Account: p.Author, Kind: skein.NotifyReaction, Actor: e.Account, Post: p.ID})
		return err
	})
}

// theirEmoji is a custom emoji with the host that a peer's account may speak for: its own. Others would let it show any
// picture in the name of another host.
func theirEmoji(by *skein.Account, emoji string) string {
	code, _, _ := strings.Cut(emoji, "@")
	return code + "@" + uriHost(by.URI)
}

// ReceiveReaction stores a peer's reaction to a post that is known here; emoji is in its form for comparison, url the
// picture of a custom one. Custom emoji of the site itself are named without a host; those of another host are believed
// only when the post bears them already.
func (s *Service) ReceiveReaction(ctx context.Context, site, account, post skein.ID, uri, emoji, url string) error {
	rules, err := s.peers(ctx, site)
	if err != nil {
		return err
	}
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
		p, err := s.peersPost(tx, by, skein.Like, post)
		if err != nil || p == nil {
			return err
		}
		r := &store.Reaction{Post: p.ID, Emoji: emoji, URL: url}
		on := slices.IndexFunc(p.Extra.Reactions, func(r skein.Reaction) bool { return r.URL != "" && r.Emoji == emoji })
		switch {
		case url == "":
		case !strings.Contains(emoji, "@"):
			if r, err = emojiOf(tx, p, emoji); err != nil {
				return err
			}
		case on >= 0:
			r.URL = p.Extra.Reactions[on].URL
		case rules.For(uriHost(by.URI)).RejectMedia: // T177: no pictures of theirs
			return nil
		default:
			r.Emoji = theirEmoji(by, emoji)
		}
		r.Account, r.URI = account, uri
		old, err := tx.Reaction(account, p.ID, r.Emoji)
		if err == nil { // there already, by another name: one of the two will be taken back, late (T184)
			if uri == "" || old.URI == uri {
				return nil
			}
			return tx.NameAgain("EmojiReact "+r.Emoji, account, p.ID)
		}
		if !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		return reactEmoji(tx, r)
	})
}

// ReceiveUnreaction takes a peer's reaction back, by the URI of its activity or by post and emoji. What is not here yet
// will not come (T184).
func (s *Service) ReceiveUnreaction(ctx context.Context, site, account, post skein.ID, uri, emoji string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := tx.Account(account)
		if err != nil {
			return err
		}
		if by.Local {
			return errOwner
		}
		var r *store.Reaction
		if uri != "" {
			if r, err = tx.ReactionByURI(account, uri); err != nil && !errors.Is(err, skein.ErrNotFound) {
				return err
			}
		}
		if uri == "" || !sameHost(uri, by.URI) {
			uri = ""
		} else if err := tx.BuryUnknown(uri, by.URI); err != nil {
			return err
		}
		named := r != nil
		switch {
		case named:
		case post == 0 || emoji == "":
			return nil
		default:
			r, err = tx.Reaction(account, post, emoji)
			if errors.Is(err, skein.ErrNotFound) && strings.Contains(emoji, "@") {
				r, err = tx.Reaction(account, post, theirEmoji(by, emoji))
			}
			if err != nil {
				return unlessMissing(err)
			}
		}
		left, err := dropName(tx, "EmojiReact "+r.Emoji, account, r.Post, uri)
		switch {
		case err != nil:
			return err
		case left && named:
			return tx.UnnameReaction(r)
		case left, !named && uri != "" && r.URI != "": // it was taken back before it came
			return nil
		}
		_, err = tx.DeleteReaction(account, r.Post, r.Emoji)
		return err
	})
}

func unlessMissing(err error) error {
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	return err
}
