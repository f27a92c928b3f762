package federation

import (
	"context"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// delete takes in the end of a post or of an account. What is deleted must be on the actor's own host; that it is the
// actor's own is for core to say. A post that is not here yet is remembered as deleted, so that it never comes (T183).
func (s *Service) delete(ctx context.Context, in *inbound) error {
	if in.actor == nil { // what they sent before, and comes late, must not live either
		return s.Social.ReceiveGoneOfUnknown(ctx, in.site.ID, in.activity.Actor, in.activity.Object.IDs())
	}
	for _, ref := range in.activity.Object {
		uri := ref.ID
		if uri == "" {
			continue
		}
		if uri == in.actor.URI {
			if err := s.DB.Shared().RemovePublicKeys(ctx, uri); err != nil {
				return err
			}
			return s.Social.ReceiveAccountGone(ctx, in.site.ID, uri)
		}
		if !sameHost(uri, in.actor.URI) {
			return skein.Errorf(skein.Denied, "This is not the actor's to delete.")
		}
		if doc := ref.Document(); doc == nil || doc.Is("FeatureAuthorization", "FeaturedCollection") {
			if err := s.Social.ReceiveFeatureRevoked(ctx, in.site.ID, in.actor.ID, uri); err != nil {
				return err
			}
			if err := s.Social.ReceiveCollectionGone(ctx, in.site.ID, in.actor.ID, uri, ""); err != nil {
				return err
			}
			if doc != nil {
				continue
			}
		}
		if doc := ref.Document(); doc == nil || isApproval(doc) { // a bare id may be a stamp
			if err := s.Social.ReceiveStampRevoked(ctx, in.site.ID, in.actor.ID, uri); err != nil {
				return err
			}
			if doc != nil {
				continue
			}
		}
		if err := s.Social.ReceiveDelete(ctx, in.site.ID, in.actor.ID, uri); err != nil {
			return err
		}
	}
	return nil
}

// isApproval tells whether a document is one of the stamps that peers give.
func isApproval(doc *activitypub.Document) bool {
	for _, name := range approvalType {
		if doc.Is(name) {
			return true
		}
	}
	return false
}
