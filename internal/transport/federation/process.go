package federation

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// inbound is an activity that passed the door.
type inbound struct {
	site     *skein.Site
	activity *activitypub.Activity
	actor    *skein.Account // nil: not known here
	body     []byte
	proven   bool   // by a proof inside, whoever sent it
	via      string // host of who passed it on
}

// handlers take in activities, by type. Reference, section 10. Others are ignored.
var handlers = map[string]func(*Service, context.Context, *inbound) error{
	"Create":     (*Service).create,
	"Update":     (*Service).update,
	"Delete":     (*Service).delete,
	"Announce":   (*Service).announced,
	"Like":       (*Service).liked,
	"EmojiReact": (*Service).reacted,
	"Follow":     (*Service).followed,
	"Accept":     (*Service).accepted,
	"Reject":     (*Service).rejected,
	"Undo":       (*Service).undo,
	"Block":      (*Service).blocked,
	"Add":        (*Service).added,
	"Remove":     (*Service).removed,
	"Move":       (*Service).moved,

	"QuoteRequest":   (*Service).quoteRequested,
	"FeatureRequest": (*Service).featureRequested,
	"Flag":           (*Service).flagged,
}

// Process takes in an activity that was stored by receive. What can never succeed is logged and done with.
func (s *Service) Process(ctx context.Context, e skein.Inbound) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	doc, err := activitypub.Decode(e.Body, s.Clock())
	var a *activitypub.Activity
	if err == nil {
		a, err = doc.Activity()
	}
	hint := e.Via != "" && !e.Proven // nobody's word yet
	if err == nil && a.Actor != e.Signer && !hint {
		err = skein.Errorf(skein.Denied, "The signer is not the actor.")
	}
	if err != nil {
		s.Log.Warn("activity dropped", "site", site.Domain, "signer", e.Signer, "err", err)
		return nil
	}
	handle := handlers[a.Type]
	if handle == nil {
		s.Log.Debug("activity ignored", "site", site.Domain, "type", a.Type, "actor", a.Actor)
		return nil
	}
	in := &inbound{site: site, activity: a, body: e.Body, proven: e.Proven, via: hostOf(e.Via)}
	in.actor, err = s.account(ctx, site.ID, a.Actor)
	if err == nil && in.actor != nil && (in.actor.Local || in.actor.Gone() && !mayReturn(in.actor, a)) {
		err = skein.Errorf(skein.Denied, "This actor may not act.")
	}
	var answers *skein.Post
	if err == nil && !hint {
		answers, err = s.answeredPost(ctx, in)
	}
	if err == nil && answers != nil && a.Type == "Delete" { // when it is gone nobody knows any more whom it answered
		err, answers = s.forward(ctx, in, answers), nil
	}
	relay := false
	if err == nil && e.Via != "" && a.Type == "Create" {
		relay, err = s.isRelay(ctx, site, e.Via)
	}
	switch {
	case err != nil:
	case relay:
		err = s.relayedBy(ctx, in, hostOf(e.Via), a.Object.First().ID)
	case hint, e.Proven && a.Type == "Update" && a.Object.First().ID == a.Actor: // an old profile may be played again
		err = s.hint(ctx, in)
	default:
		err = handle(s, ctx, in)
	}
	if err == nil && e.Sync != "" {
		err = s.claimed(ctx, in, e.Sync)
	}
	if err == nil && answers != nil {
		err = s.forward(ctx, in, answers)
	}
	if err != nil && !permanent(err) {
		return fmt.Errorf("process %s of %s: %w", a.Type, a.Actor, err)
	}
	if err != nil {
		s.Log.Info("activity without effect", "site", site.Domain, "type", a.Type, "actor", a.Actor, "err", err)
		return nil
	}
	if in.actor != nil && in.actor.RefreshedAt.Before(s.Clock().Add(-staleAfter)) {
		s.refreshLater(ctx, site.ID, in.actor.URI)
	}
	return nil
}

// mayReturn tells whether an account that its own server suspended may still do this: its server may take the suspension
// back, and end what was (reference, section 9). Whom moderators here suspended may do nothing (T37).
func mayReturn(a *skein.Account, activity *activitypub.Activity) bool {
	return a.DeletedAt.IsZero() && a.Extra.SuspendedThere && slices.Contains([]string{"Update", "Delete", "Undo", "Reject"}, activity.Type)
}

// meet finds the actor of an activity on the network when it is not known yet. It is called only for what concerns
// somebody here.
func (s *Service) meet(ctx context.Context, in *inbound) (err error) {
	if in.actor == nil {
		if in.actor, err = s.FindAccount(ctx, in.site.ID, in.activity.Actor); err != nil {
			return err
		}
		if in.actor.URI != in.activity.Actor || in.actor.Local || in.actor.Gone() {
			return skein.Errorf(skein.Denied, "This actor may not act.")
		}
	}
	return nil
}

// account returns an account that a site knows, also one that is gone; nil when there is none.
func (s *Service) account(ctx context.Context, site skein.ID, uri string) (*skein.Account, error) {
	return s.Social.KnownAccount(ctx, site, uri)
}

// localAccount returns the account of ours that a URI names.
func (s *Service) localAccount(ctx context.Context, in *inbound, uri string) (*skein.Account, error) {
	if !isOwn(in.site, uri) {
		return nil, skein.ErrNotFound
	}
	a, err := s.account(ctx, in.site.ID, uri)
	if err == nil && (a == nil || !a.Local || a.Gone() || a.Pending) {
		return nil, skein.ErrNotFound
	}
	return a, err
}

// id returns what an activity is called: its id, or if that is not the actor's to give a name made of its content.
func (in *inbound) id() string {
	if in.activity.ID != "" && sameHost(in.activity.ID, in.activity.Actor) {
		return in.activity.ID
	}
	sum := sha256.Sum256(in.body)
	return fmt.Sprintf("%s#activities/%x", in.activity.Actor, sum[:16])
}

// update takes in a new profile or an edited post.
func (s *Service) update(ctx context.Context, in *inbound) error {
	ref := in.activity.Object.First()
	doc := ref.Document()
	switch {
	case doc == nil && ref.ID == in.activity.Actor: // told by name only: read it where it is
		s.refreshLater(ctx, in.site.ID, ref.ID)
		return nil
	case doc == nil:
		return nil
	case doc.Kind() == activitypub.KindActor:
		if in.actor == nil {
			return nil
		}
		return s.updateActor(ctx, in, doc)
	case doc.Is("FeaturedCollection"):
		if in.actor == nil {
			return nil
		}
		return s.keepStarter(ctx, in.site, in.actor, doc)
	}
	return s.updatePost(ctx, in, ref)
}

// undo takes back a Like, Announce, Follow or Block of the same actor (T52). Core remembers what was taken back before it
// came (T184).
func (s *Service) undo(ctx context.Context, in *inbound) error {
	ref := in.activity.Object.First()
	if in.actor == nil {
		// Nothing of theirs is here, but it may come late. What is about us is theirs to take back as if it had come (T184).
		if doc := ref.Document(); doc == nil || !isOwn(in.site, doc.URI("object")) {
			return s.Social.ReceiveGoneOfUnknown(ctx, in.site.ID, in.activity.Actor, []string{ref.ID})
		}
		if err := s.meet(ctx, in); err != nil {
			return err
		}
	}
	uri := ref.ID
	if !sameHost(uri, in.actor.URI) {
		uri = ""
	}
	doc := ref.Document()
	if doc == nil {
		return s.undoByID(ctx, in, uri)
	}
	if by := doc.URI("actor"); by != "" && by != in.actor.URI {
		return skein.Errorf(skein.Denied, "Nobody takes back what others did.")
	}
	object := doc.URI("object")
	switch doc.Type() {
	case "Like", "EmojiReact":
		if done, err := s.undoReaction(ctx, in, doc, uri, object); done || err != nil {
			return err
		}
		return s.unliked(ctx, in, uri, object)
	case "Announce":
		return s.unannounced(ctx, in, uri, object)
	case "Follow":
		return s.unfollowed(ctx, in, uri, object)
	case "Block":
		return s.unblocked(ctx, in, uri, object)
	}
	s.Log.Debug("undo ignored", "site", in.site.Domain, "type", doc.Type(), "actor", in.actor.URI)
	return nil
}

// undoByID takes back what an actor names by its id alone: whatever it was.
func (s *Service) undoByID(ctx context.Context, in *inbound, uri string) error {
	if uri == "" {
		return nil
	}
	for _, back := range []func(context.Context, *inbound, string, string) error{s.unannounced, s.unfollowed, s.unblocked, s.unliked, s.unreacted} {
		if err := back(ctx, in, uri, ""); err != nil && !permanent(err) {
			return err
		}
	}
	return nil
}

// refreshLater asks for a profile to be read again in the background.
func (s *Service) refreshLater(ctx context.Context, site skein.ID, uri string) {
	name := site.String() + " " + uri
	if _, asked := s.stale.get(name); asked {
		return
	}
	s.stale.set(name, struct{}{})
	err := s.DB.Update(ctx, site, func(tx *store.Tx) error {
		return tx.Emit(skein.AccountStale{Site: site, URI: uri})
	})
	if err != nil {
		s.Log.Warn("refresh not noted", "uri", uri, "err", err)
	}
}

// budget bounds the fetches that peers cause by naming posts and people (T83): those that one registrable domain causes at a
// site, and, much wider so that nobody uses up what others need, those that go to one registrable domain for all sites
// together. by is the host of who names the URI, or of who passes that on.
func (s *Service) budget(site *skein.Site, by, uri string) bool { return s.Budget(site.ID, by, uri) }

// Budget is budget for other rooms. by may also be one of ours: "account" and the number.
func (s *Service) Budget(site skein.ID, by, uri string) bool {
	return s.Unlimited || s.abuse.Take("fetch/"+site.String()+"/"+registrable(by), fetchesCaused, time.Hour).OK &&
		s.abuse.Take("fetched/"+registrable(hostOf(uri)), fetchesHour, time.Hour).OK
}

// by returns the host of who caused an activity to be looked at: who passed it on, or its actor.
func (in *inbound) by() string { return cmp.Or(in.via, hostOf(in.activity.Actor)) }

// addressees are all whom an activity is for.
func (in *inbound) addressees() []string { return slices.Concat(in.activity.To, in.activity.Cc) }
