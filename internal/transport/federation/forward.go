package federation

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/proof"
	"skein/internal/skein"
	"skein/internal/store"
)

// passable are the activities that may reach us by the hand of somebody else: what they say stays true however late and
// often they come. A Follow or an Accept that somebody kept is not to be played again.
func passable(a *activitypub.Activity) bool {
	switch a.Type {
	case "Create", "Update", "Delete", "Announce":
		return true
	case "Undo":
		doc := a.Object.First().Document()
		return doc != nil && doc.Type() == "Announce"
	}
	return false
}

// passedOn decides about an activity whose actor is not who signed the request: forwarded, or by a relay. With a proof of
// its actor (FEP-8b32) it counts as the actor's own. Without one nothing of it is believed, but it may be a hint to look at
// the origin. Everything else is refused (T28). Reference, section 8.
func (s *Service) passedOn(c *call, a *activitypub.Activity, from signer, body []byte) (proven bool, err error) {
	refused := &refusal{status: http.StatusUnauthorized, text: "The key that signed is not the actor's."}
	if !passable(a) || isOwn(c.site, a.Actor) {
		return false, refused
	}
	ctx := c.r.Context()
	via, err := s.account(ctx, c.site.ID, from.uri)
	if err != nil {
		return false, err
	}
	if via != nil && via.Gone() {
		return false, &refusal{status: http.StatusForbidden, text: "This actor is not welcome here."}
	}
	if proof.Has(body) {
		err := s.checkProof(ctx, c.site, hostOf(from.uri), a.Actor, body)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, proof.ErrMismatch), errors.Is(err, proof.ErrRefused), errors.Is(err, proof.ErrTime), errors.Is(err, errForeignProof):
			return false, &refusal{status: http.StatusUnauthorized, text: "The proof is not accepted: " + err.Error() + "."}
		}
		return false, s.unproven(err)
	}
	if a.Type == "Announce" || a.Type == "Undo" || !sameHost(a.Object.First().ID, a.Actor) {
		return false, refused
	}
	return false, nil
}

var errForeignProof = errors.New("the key of the proof is not the actor's")

// checkProof proves that an actor made a document. The key is the actor's own: it stands on the actor's host, and the actor
// lists it. Reading it goes at the expense of by, the host of who brought the document.
func (s *Service) checkProof(ctx context.Context, site *skein.Site, by, actor string, body []byte) error {
	p, err := proof.Parse(body)
	if err != nil {
		return err
	}
	if !sameHost(p.Method, actor) {
		return errForeignProof
	}
	k, err := s.knownKey(ctx, p.Method)
	if err == nil && k == nil {
		if !s.budget(site, by, p.Method) {
			return errCrowd
		}
		k, err = s.key(ctx, site, p.Method)
	}
	switch {
	case err != nil:
		return err
	case k == nil || k.Gone:
		return errKey
	case k.Owner != actor:
		return errForeignProof
	}
	err = verifyProof(p, k, s)
	if errors.Is(err, proof.ErrMismatch) {
		fresh, again := s.refreshKey(ctx, site, k, err)
		if again != nil {
			return err
		}
		if fresh.Owner != actor {
			return errForeignProof
		}
		err = verifyProof(p, fresh, s)
	}
	return err
}

func verifyProof(p *proof.Proof, k *peerKey, s *Service) error {
	public, ok := k.public.(ed25519.PublicKey)
	if !ok {
		return proof.ErrMismatch
	}
	return p.Verify(public, s.Clock())
}

// hint takes an activity that somebody passed on without a proof as what it is: a reason to look at the origin of the object,
// if that concerns anybody here. What the origin says counts. Bounded for each domain (T83).
func (s *Service) hint(ctx context.Context, in *inbound) error {
	ref := in.activity.Object.First()
	if ref.ID == "" || isOwn(in.site, ref.ID) {
		return nil
	}
	if ref.ID == in.activity.Actor { // a profile, or the end of one
		if in.actor != nil && s.budget(in.site, in.by(), ref.ID) {
			s.refreshLater(ctx, in.site.ID, ref.ID)
		}
		return nil
	}
	p, err := s.Social.PostByURI(ctx, in.site.ID, ref.ID)
	if skein.KindOf(err) == skein.NotFound {
		if in.activity.Type == "Delete" {
			return nil
		}
		n, _, err := in.note(ref)
		if err != nil {
			return err
		}
		if n != nil && n.IsVote() {
			return nil
		}
		if wanted, err := s.wanted(ctx, in, n); err != nil || !wanted || !s.budget(in.site, in.by(), ref.ID) {
			return err
		}
		_, err = s.fetchPost(ctx, in.site, ref.ID, want{})
		return err
	}
	if err != nil || p.Local || p.BoostOf != 0 || in.activity.Type == "Create" || !s.budget(in.site, in.by(), ref.ID) {
		return err
	}
	_, err = s.refreshPost(ctx, in.site, p) // an edit is taken over, and the post goes if its origin says that it is gone
	return err
}

// answeredPost returns the local public post that a peer's public activity with a proof is about: its author's followers
// elsewhere are to have it too. ActivityPub 7.1.2.
func (s *Service) answeredPost(ctx context.Context, in *inbound) (*skein.Post, error) {
	a := in.activity
	if a.Type != "Create" && a.Type != "Update" && a.Type != "Delete" || in.actor == nil && a.Type != "Create" || !proof.Has(in.body) {
		return nil, nil
	}
	ref := a.Object.First()
	parent := ""
	switch doc := ref.Document(); {
	case a.Type == "Delete":
		p, err := s.Social.PostByURI(ctx, in.site.ID, ref.ID)
		if err != nil || p.ReplyTo == 0 || p.Visibility > skein.Unlisted || p.Author != in.actor.ID {
			return nil, unlessFault(err)
		}
		var to *skein.Post
		err = s.DB.View(ctx, in.site.ID, func(tx *store.Tx) error {
			to, err = tx.Post(p.ReplyTo)
			return err
		})
		return localPublic(to), unlessFault(err)
	case doc == nil || !isPublic(a):
		return nil, nil
	default:
		parent = doc.URI("inReplyTo")
	}
	if !isOwn(in.site, parent) {
		return nil, nil
	}
	to, err := s.Social.PostByURI(ctx, in.site.ID, parent)
	return localPublic(to), unlessFault(err)
}

func localPublic(p *skein.Post) *skein.Post {
	if p == nil || !p.Local || p.Visibility > skein.Unlisted {
		return nil
	}
	return p
}

// unlessFault passes on only errors that are not about what is asked for being absent.
func unlessFault(err error) error {
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	return err
}

// forward passes an activity on, byte for byte, to the followers that the author of the answered post has elsewhere: once,
// and only when its own proof holds, since nobody could believe it otherwise.
func (s *Service) forward(ctx context.Context, in *inbound, to *skein.Post) error {
	if in.activity.Type != "Delete" {
		p, err := s.Social.PostByURI(ctx, in.site.ID, in.activity.Object.First().ID)
		if err != nil || p.ReplyTo != to.ID || p.Held { // not taken in, or not as an answer
			return unlessFault(err)
		}
	}
	if !in.proven {
		err := s.checkProof(ctx, in.site, in.by(), in.activity.Actor, in.body)
		if err != nil {
			s.Log.Debug("not forwarded", "site", in.site.Domain, "activity", in.activity.ID, "err", err)
			return nil
		}
	}
	inboxes, err := s.inboxes(ctx, in.site, audience{followersOf: []skein.ID{to.Author}})
	if err != nil {
		return err
	}
	home := hostOf(in.activity.Actor)
	inboxes = slices.DeleteFunc(inboxes, func(b store.Inbox) bool { return b.Host == home || b.Host == in.via })
	if len(inboxes) == 0 {
		return nil
	}
	once := sha256.Sum256([]byte("forward\n" + in.activity.Actor + "\n" + in.id()))
	return s.DB.Update(ctx, in.site.ID, func(tx *store.Tx) error {
		if first, err := tx.MarkSeen(once[:]); err != nil || !first {
			return err
		}
		return tx.InsertDeliveries(tx.NewID(), to.Author, in.body, inboxes)
	})
}
