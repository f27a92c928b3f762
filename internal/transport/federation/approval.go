package federation

import (
	"context"
	"strings"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// leaveAnswered takes in what the author of a peer's post says to a reply, like or boost of ours (reference, section 26.1).
// done: it was about one. The stamp must be there for everybody to see. Likes were for the author alone: nothing is left
// to be done for them.
func (s *Service) leaveAnswered(ctx context.Context, in *inbound, accepted bool) (done bool, err error) {
	ref := in.activity.Object.First()
	if doc := ref.Document(); !isOwn(in.site, ref.ID) || doc != nil && doc.Type() == "Follow" {
		return false, nil
	}
	if strings.Contains(ref.ID, "#likes/") {
		return true, nil
	}
	p, err := s.knownPost(ctx, in, strings.TrimSuffix(ref.ID, "/activity"))
	if skein.KindOf(err) == skein.NotFound {
		return false, nil
	}
	if err != nil || !p.Local || in.actor == nil || p.ReplyTo == 0 && p.BoostOf == 0 {
		return true, err
	}
	stamp := ""
	if accepted {
		stamp = in.activity.Result.ID
		about, err := s.postURI(ctx, in.site.ID, max(p.ReplyTo, p.BoostOf))
		if about == "" || err != nil {
			return true, err
		}
		want := activitypub.Stamp{Type: approvalType[skein.ApproveReply], AttributedTo: in.actor.URI, Object: p.URI, Target: about}
		if p.BoostOf != 0 {
			want.Type, want.Object = approvalType[skein.ApproveBoost], p.URI+"/activity"
		}
		if err := s.seeStamp(ctx, in.site, stamp, want); err != nil {
			return true, err
		}
	}
	return true, s.Social.ReceiveLeave(ctx, in.site.ID, in.actor.ID, p.ID, accepted, stamp)
}

// CheckReply looks at the stamp of a peer's answer to another peer's post, which may be shown only with one. Who answers
// pays for the look.
func (s *Service) CheckReply(ctx context.Context, e skein.ReplyUnproven) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	var p, parent *skein.Post
	var author *skein.Account
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		if p, err = tx.Post(e.Post); err != nil || !p.Held || p.Local || p.ReplyTo == 0 {
			return err
		}
		if parent, err = tx.Post(p.ReplyTo); err != nil {
			return err
		}
		author, err = tx.Account(parent.Author)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && (author == nil || author.Local || author.Gone()) {
		return nil
	}
	if err != nil {
		return err
	}
	uri := p.Extra.Approval
	if !sameHost(uri, author.URI) || !s.budget(site, hostOf(p.URI), uri) {
		return nil
	}
	err = s.seeStamp(ctx, site, uri, activitypub.Stamp{Type: approvalType[skein.ApproveReply], AttributedTo: author.URI,
		Object: p.URI, Target: parent.URI})
	switch {
	case err == nil:
		return s.Social.ResolveReply(ctx, e.Site, p.ID, uri, e.Quiet)
	case permanent(err):
		s.Log.Debug("stamp without effect", "site", site.Domain, "uri", uri, "err", err)
		return nil
	}
	return err
}
