// Package activitypub holds the words that ActivityPub servers exchange: actors, posts, activities, collections, and the small
// documents by which they find each other. Decode reads what peers send, whoever wrote it; Encode writes as Mastodon does.
// It is pure. What a document may do (who signed it, whose it is, who may see it) is for the caller to judge.
package activitypub

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

// Media types. ActivityPub reference, section 1.
const (
	ContentType  = "application/activity+json; charset=utf-8"
	AcceptHeader = `application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	JRDType      = "application/jrd+json; charset=utf-8"
	XRDType      = "application/xrd+xml; charset=utf-8"
	AcceptJRD    = "application/jrd+json, application/json"
)

// Public is the address of everybody, in the only spelling that we send. Section 5.
const Public = "https://www.w3.org/ns/activitystreams#Public"

// Namespace is the context that every document must name.
const Namespace = "https://www.w3.org/ns/activitystreams"

// IsPublic knows the three spellings of Public.
func IsPublic(uri string) bool {
	return uri == Public || uri == "as:Public" || uri == "Public"
}

// Names of types, by what can be read from such a document.
var (
	ActorTypes      = []string{"Person", "Service", "Application", "Group", "Organization"}
	PostTypes       = []string{"Note", "Question", "Article", "Page", "Event", "Image", "Audio", "Video", "Story", "ChatMessage"}
	CollectionTypes = []string{"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage", "FeaturedCollection"}
	ActivityTypes   = []string{"Create", "Update", "Delete", "Follow", "Accept", "Reject", "Undo", "Announce", "Like", "Dislike",
		"EmojiReact", "Block", "Add", "Remove", "Flag", "Move", "QuoteRequest", "FeatureRequest", "View", "Read", "Listen", "Join",
		"Leave", "Invite", "Offer", "Ignore", "TentativeAccept", "TentativeReject", "Arrive", "Travel", "Lock"}
	MLSTypes = []string{"PublicMessage", "PrivateMessage", "Welcome", "GroupInfo", "KeyPackage"}
)

// Kind groups types that are read alike.
type Kind int

const (
	KindUnknown Kind = iota
	KindActor
	KindPost
	KindActivity
	KindCollection
	KindTombstone
	KindKey
	KindMLS
)

func kindOf(typ string) Kind {
	switch {
	case slices.Contains(ActorTypes, typ):
		return KindActor
	case slices.Contains(PostTypes, typ):
		return KindPost
	case slices.Contains(CollectionTypes, typ):
		return KindCollection
	case slices.Contains(ActivityTypes, typ):
		return KindActivity
	case slices.Contains(MLSTypes, strings.TrimPrefix(typ, "mls:")):
		return KindMLS
	case typ == "Tombstone":
		return KindTombstone
	case typ == "Key", typ == "CryptographicKey":
		return KindKey
	}
	return KindUnknown
}

// IsActivityType tells whether a fetched document with this Content-Type may be read as ActivityPub: only
// application/activity+json, or application/ld+json with the ActivityStreams profile (T45).
func IsActivityType(contentType string) bool {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch media {
	case "application/activity+json":
		return true
	case "application/ld+json":
		return slices.Contains(strings.Fields(params["profile"]), Namespace)
	}
	return false
}

// WantsActivity tells whether an Accept header asks for ActivityPub rather than for a page. Plain application/json counts, and
// application/ld+json with any profile, as with Mastodon.
func WantsActivity(accept string) bool {
	best, wants := 0.0, false
	for part := range strings.SplitSeq(accept, ",") {
		media, quality := acceptPart(part)
		activity := false
		switch media {
		case "application/activity+json", "application/ld+json", "application/json":
			activity = true
		case "text/html", "application/xhtml+xml":
		default:
			continue
		}
		if quality > best { // of equals the first wins
			best, wants = quality, activity
		}
	}
	return wants
}

// acceptPart reads one element of an Accept header. No media type that matters here holds a comma.
func acceptPart(part string) (media string, quality float64) {
	media, rest, _ := strings.Cut(part, ";")
	quality = 1
	for param := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || q < 0 || q > 1 {
			q = 0
		}
		quality = q
	}
	return strings.ToLower(strings.TrimSpace(media)), quality
}
