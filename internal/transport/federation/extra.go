package federation

import (
	"slices"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// peerExtra is what few actors say of themselves, as it is kept: addresses of other accounts of the same person, who may
// show and feature them, whose links may name them. Collections must be on the actor's own host (T57).
func peerExtra(doc *activitypub.Actor) skein.AccountExtra {
	e := skein.AccountExtra{Memorial: doc.Memorial, HidesPublic: doc.HidesPublic, HidesUnlisted: doc.HidesUnlisted}
	for _, uri := range doc.AlsoKnownAs { // bridges name accounts elsewhere by at: and such
		if activitypub.IsHTTP(uri) {
			e.AlsoKnownAs = append(e.AlsoKnownAs, uri)
		}
	}
	for _, d := range doc.AttributionDomains {
		if host, err := fetch.Host(d); err == nil && !slices.Contains(e.Attribution, host) {
			e.Attribution = append(e.Attribution, host)
		}
	}
	hidden := func(show *bool) bool { return show != nil && !*show }
	e.HideFeatured, e.HideMedia, e.HideMediaReplies = hidden(doc.ShowFeatured), hidden(doc.ShowMedia), hidden(doc.ShowRepliesInMedia)
	if sameHost(doc.FeaturedTags, doc.ID) {
		e.FeaturedTags = doc.FeaturedTags
	}
	if sameHost(doc.FeaturedCollections, doc.ID) {
		e.Collections = doc.FeaturedCollections
	}
	if doc.Policy != nil && doc.Policy.CanFeature != nil {
		e.Feature = featureLeave(doc, doc.Policy.CanFeature)
	}
	return e
}

// featurePolicy is who may put one of ours into collections, as peers read it.
func featurePolicy(a *skein.Account) *activitypub.Approval {
	uris := func(words []string) (out []string) {
		for _, w := range words {
			switch w {
			case skein.WhoPublic:
				w = activitypub.Public
			case skein.WhoAuthor:
				w = a.URI
			case skein.WhoFollowers:
				w = a.Followers
			case skein.WhoFollowing:
				w = a.Following
			}
			out = append(out, w)
		}
		return out
	}
	words := social.FeatureWords(a)
	return &activitypub.Approval{Automatic: uris(words.Auto), Manual: uris(words.Manual)}
}

// featureLeave is who may put an actor into collections, in our words.
func featureLeave(doc *activitypub.Actor, a *activitypub.Approval) *skein.Leave {
	words := func(uris []string) (out []string) {
		for _, uri := range uris {
			switch {
			case activitypub.IsPublic(uri):
				uri = skein.WhoPublic
			case uri == doc.ID:
				uri = skein.WhoAuthor
			case uri == doc.Followers:
				uri = skein.WhoFollowers
			case uri == doc.Following:
				uri = skein.WhoFollowing
			case !activitypub.IsHTTP(uri):
				continue
			}
			out = append(out, uri)
		}
		return out
	}
	return &skein.Leave{Auto: words(a.Automatic), Manual: words(a.Manual)}
}
