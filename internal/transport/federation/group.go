package federation

import (
	"context"
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// toGroup names the community that a local post is for as its software wants it: by audience, and in a tag, so that the post
// reaches its members (FEP-1b12).
func toGroup(n *activitypub.Note, site *skein.Site, p *skein.Post) {
	if p.Extra.Group == 0 {
		return
	}
	i := slices.IndexFunc(p.Mentions, func(m skein.Mention) bool { return m.Account == p.Extra.Group })
	if i < 0 {
		return
	}
	m := p.Mentions[i]
	n.Audience = []string{m.URI}
	if m.Silent { // else it is among the tags already
		domain := m.Domain
		if domain == "" {
			domain = site.Domain
		}
		n.Tag = append(n.Tag, activitypub.NewMention(m.URI, "@"+m.Username+"@"+domain))
	}
}

// community returns the community that a peer's post is for, if it is known here: by audience, by the channel of a video, and
// of a Page by whom it is addressed to. FEP-1b12.
func (s *Service) community(ctx context.Context, site *skein.Site, author *skein.Account, n *activitypub.Note) (id skein.ID, err error) {
	uris := slices.Clone(n.Audience)
	if n.Channel != "" {
		uris = append(uris, n.Channel)
	}
	if n.Type == "Page" {
		uris = append(uris, n.To...)
	}
	uris = slices.DeleteFunc(uris[:min(len(uris), 10)], func(uri string) bool {
		return activitypub.IsPublic(uri) || uri == author.URI || uri == author.Followers
	})
	if len(uris) == 0 {
		return 0, nil
	}
	err = s.DB.View(ctx, site.ID, func(tx *store.Tx) error {
		list, err := tx.AccountsByURI(uris)
		for _, a := range list {
			if a.Kind == skein.Group && !a.Local && !a.Gone() {
				id = a.ID
			}
		}
		return err
	})
	return id, err
}

// alsoGroup lets the community of a post hear what is done to the post, as Lemmy counts votes.
func (s *Service) alsoGroup(ctx context.Context, site skein.ID, p *skein.Post, activity *activitypub.Activity, to *audience) error {
	if p.Extra.Group == 0 {
		return nil
	}
	group, err := s.peer(ctx, site, p.Extra.Group)
	if err != nil || group == nil || group.Gone() {
		return err
	}
	activity.Audience = []string{group.URI}
	to.accounts = append(to.accounts, group.ID)
	return nil
}

// passedOn returns the activity of a member that a community passes on, but for what makes a post: that is a boost of it.
func passedOn(ref activitypub.Reference) *activitypub.Activity {
	doc := ref.Document()
	if doc == nil || doc.Kind() != activitypub.KindActivity || doc.Type() == "Create" {
		return nil
	}
	inner, err := doc.Activity()
	if err != nil {
		return nil
	}
	return inner
}

// passed takes in what a community passes on of its members and moderators (FEP-1b12). The community vouches for nobody:
// edits and deletions are looked up at the post's origin, votes at their sender's, unless that is the community's own host.
// Dislike, Lock, Block, Add and Remove are the community's own business.
func (s *Service) passed(ctx context.Context, in *inbound, inner *activitypub.Activity) error {
	object := inner.Object.First()
	switch inner.Type {
	case "Update", "Delete":
		p, err := s.knownPost(ctx, in, object.ID)
		if skein.KindOf(err) == skein.NotFound || err == nil && (p.Local || p.BoostOf != 0) {
			return nil
		}
		if err != nil {
			return err
		}
		if wanted, err := s.wanted(ctx, in, nil); err != nil || !wanted || !s.budget(in.site, hostOf(in.activity.Actor), p.URI) {
			return err
		}
		_, err = s.refreshPost(ctx, in.site, p)
		return err
	case "Like":
	case "Undo":
		doc := object.Document()
		if doc == nil || doc.Type() != "Like" {
			return nil
		}
		object = activitypub.Ref(doc.URI("object"))
	default:
		s.Log.Debug("announce ignored", "site", in.site.Domain, "type", inner.Type, "actor", in.activity.Actor)
		return nil
	}
	if !isOwn(in.site, object.ID) { // votes among peers are their own business
		return nil
	}
	inner, err := s.vouched(ctx, in, inner)
	if err != nil {
		return err
	}
	if inner.Type == "Undo" {
		if doc := inner.Object.First().Document(); doc == nil || doc.Type() != "Like" || doc.URI("object") != object.ID {
			return skein.Errorf(skein.Denied, "Nobody vouches for this activity.")
		}
	}
	member := &inbound{site: in.site, activity: inner, body: inner.Document.Raw()}
	if member.actor, err = s.account(ctx, in.site.ID, inner.Actor); err != nil {
		return err
	}
	if member.actor != nil && (member.actor.Local || member.actor.Gone()) {
		return skein.Errorf(skein.Denied, "This actor may not act.")
	}
	if inner.Type == "Undo" {
		return s.undo(ctx, member)
	}
	return s.liked(ctx, member)
}

// vouched tells whether an activity that somebody else passes on is its actor's: it comes from the actor's own host, or
// stands there. It returns the activity as its actor's host tells it.
func (s *Service) vouched(ctx context.Context, in *inbound, inner *activitypub.Activity) (*activitypub.Activity, error) {
	if sameHost(inner.Actor, in.activity.Actor) {
		return inner, nil
	}
	denied := skein.Errorf(skein.Denied, "Nobody vouches for this activity.")
	if !sameHost(inner.ID, inner.Actor) || !s.budget(in.site, hostOf(in.activity.Actor), inner.ID) {
		return nil, denied
	}
	doc, err := s.object(ctx, in.site, inner.ID)
	if err != nil {
		return nil, err
	}
	there, err := doc.Activity()
	if err != nil {
		return nil, err
	}
	if there.ID != inner.ID || there.Type != inner.Type || there.Actor != inner.Actor || there.Object.First().ID != inner.Object.First().ID {
		return nil, denied
	}
	return there, nil
}
