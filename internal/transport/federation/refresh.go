package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// refreshPost reads a peer's post again at its own address: its counts, its edits, and whether it is still there. It returns
// what stands there, nil when the post is gone.
func (s *Service) refreshPost(ctx context.Context, site *skein.Site, p *skein.Post) (*activitypub.Note, error) {
	if p.Local || p.BoostOf != 0 {
		return nil, nil
	}
	var author *skein.Account
	err := s.DB.View(ctx, site.ID, func(tx *store.Tx) (err error) {
		author, err = tx.Account(p.Author)
		return err
	})
	if err != nil {
		return nil, err
	}
	if author.Gone() {
		return nil, skein.ErrNotFound
	}
	doc, from, err := s.document(ctx, site, p.URI)
	if isGone(doc, from, p.URI, err) {
		// What is not for everybody may be missing to us alone: of that only its author's word counts (T185).
		if p.Visibility > skein.Unlisted {
			return nil, nil
		}
		return nil, s.Social.ReceiveDelete(ctx, site.ID, author.ID, p.URI)
	}
	if err != nil {
		return nil, err
	}
	if doc.ID() != p.URI || !sameURL(p.URI, from) {
		return nil, fmt.Errorf("%w: %s does not stand at its id", activitypub.ErrMalformed, p.URI)
	}
	n, err := doc.Note()
	if err != nil {
		return nil, err
	}
	if n.AttributedTo != author.URI {
		return nil, skein.Errorf(skein.Invalid, "The post says that it is somebody else's.")
	}
	in := incoming(n, author)
	if in.EditedAt.After(p.EditedAt) { // else only counts, policy and leave to quote are new
		if in.Mentions, in.Named, err = s.mentions(ctx, site, author, n, never); err != nil {
			return nil, err
		}
	} else {
		in.EditedAt = time.Time{}
	}
	if err := s.Social.ReceiveEdit(ctx, site.ID, author.ID, in); err != nil {
		return nil, err
	}
	if in.Told == nil {
		in.Told = &skein.Told{}
	}
	in.Told.At = s.Clock()
	return n, s.Social.ReceiveState(ctx, site.ID, author.ID, p.URI, in.State)
}

// never is the answer whether unknown accounts are to be looked up: of posts that nobody sent us they are not.
func never() (bool, error) { return false, nil }

// isGone tells whether a post is deleted: its own server says so, at its own address (T185). A server that is in trouble says
// nothing. Reference, section 14.
func isGone(doc *activitypub.Document, from, uri string, err error) bool {
	if err == nil {
		return doc.Kind() == activitypub.KindTombstone && doc.ID() == uri && sameURL(uri, from)
	}
	status, ok := errors.AsType[*fetch.Status](err)
	return ok && (status.Code == http.StatusNotFound || status.Code == http.StatusGone) && sameURL(uri, status.URL)
}
