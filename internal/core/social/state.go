package social

import (
	"context"
	"errors"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// State is what a peer's post says beside its content, and what may change without an edit.
type State struct {
	Context string      // URI of the collection of the conversation (FEP-7888)
	Told    *skein.Told // counts; nil: not said
}

// maxTold bounds a count that somebody tells us (T66).
const maxTold = 1_000_000_000

// put takes a state over into a post.
func (s State) put(p *skein.Post) {
	if s.Context != "" {
		p.Extra.Context = s.Context
	}
	if s.Told != nil {
		bound := func(n int) int { return min(max(n, 0), maxTold) }
		p.Extra.Told = &skein.Told{
			Likes: bound(s.Told.Likes), Boosts: bound(s.Told.Boosts), Replies: bound(s.Told.Replies), At: s.Told.At.UTC().Truncate(time.Millisecond),
		}
	}
}

// ReceiveState takes over what the server of a post says of it now, though nobody edited it (activitypub-mastodon.md,
// section 17). What an older look found does not replace what a newer one did.
func (s *Service) ReceiveState(ctx context.Context, site, author skein.ID, uri string, in State) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		if _, err := peer(tx, author, uri); err != nil {
			return err
		}
		p, err := tx.PostByURI(uri)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if p.Author != author || p.Local || p.BoostOf != 0 {
			return errOwner
		}
		_, err = tx.ChangePost(p.ID, func(p *skein.Post) bool {
			if t := p.Extra.Told; t != nil && in.Told != nil && in.Told.At.Before(t.At) {
				return false
			}
			in.put(p)
			return true
		})
		return err
	})
}
