package activitypub

import (
	"fmt"
	"slices"
	"strings"
)

const (
	activityStreams = Namespace + "#"
	security        = "https://w3id.org/security#"
)

// core are the words whose meaning decides what a document does. No inline context may give them another one, nor call their
// meaning by another word: programs that read JSON-LD would see another document than we do (T71).
var core = func() map[string]string {
	out := map[string]string{
		"id": "@id", "type": "@type", "inbox": "http://www.w3.org/ns/ldp#inbox",
		"publicKey": security + "publicKey", "publicKeyPem": security + "publicKeyPem", "owner": security + "owner",
	}
	for _, term := range []string{"actor", "object", "target", "origin", "result", "instrument", "attributedTo", "to", "cc", "bto", "bcc",
		"audience", "inReplyTo", "content", "contentMap", "summary", "outbox", "followers", "following", "endpoints", "sharedInbox",
		"preferredUsername", "alsoKnownAs", "movedTo", "items", "orderedItems", "first", "next", "partOf", "href", "tag", "attachment",
		"published", "updated", "url"} {
		out[term] = activityStreams + term
	}
	return out
}()

// coreMeaning is core by meaning.
var coreMeaning = func() map[string]string {
	out := map[string]string{activityStreams + "inbox": "inbox"}
	for term, meaning := range core {
		out[meaning] = term
	}
	return out
}()

// namesContext tells whether an @context names the ActivityStreams context, as the value or in the list. Section 1.
func namesContext(v *value) bool {
	return slices.ContainsFunc(list(v), func(c *value) bool { return c.kind == isString && c.text == Namespace })
}

// checkContexts checks every @context of a document. None is ever fetched.
func checkContexts(v *value) error {
	if !v.context {
		return nil
	}
	for i, item := range v.items {
		if v.kind == isObject && v.names[i] == "@context" {
			if err := checkContext(item); err != nil {
				return err
			}
			continue
		}
		if err := checkContexts(item); err != nil {
			return err
		}
	}
	return nil
}

func checkContext(v *value) error {
	for _, c := range list(v) {
		switch c.kind {
		case isString:
		case isObject:
			if err := checkTerms(c); err != nil {
				return err
			}
		default: // null would undo the contexts before it
			return fmt.Errorf("%w: @context of an odd shape", ErrMalformed)
		}
	}
	return nil
}

func checkTerms(c *value) error {
	prefixes := map[string]string{"as": activityStreams, "sec": security, "ldp": "http://www.w3.org/ns/ldp#"}
	for i, term := range c.names {
		if meaning := meaningOf(c.items[i]); strings.Contains(meaning, "://") {
			prefixes[term] = meaning
		}
	}
	if as := prefixes["as"]; as != activityStreams && as != Namespace {
		return fmt.Errorf("%w: @context remaps the prefix as", ErrMalformed)
	}
	for i, term := range c.names {
		if strings.HasPrefix(term, "@") {
			continue
		}
		item := c.items[i]
		meaning := expand(meaningOf(item), prefixes)
		if meaning == "" && item.get("@id") == nil && item.kind == isObject && item.get("@reverse") == nil {
			meaning = core[term] // {"@type": "@id"} alone keeps the meaning
		}
		if want, isCore := core[term]; isCore && meaning != want && coreMeaning[meaning] != term {
			return fmt.Errorf("%w: @context remaps %s", ErrMalformed, term)
		}
		if owner, taken := coreMeaning[meaning]; taken && owner != term || strings.HasPrefix(meaning, "@") && core[term] != meaning {
			return fmt.Errorf("%w: @context calls %s %.40q", ErrMalformed, meaning, term)
		}
		if inner := item.get("@context"); inner != nil {
			if err := checkContext(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// meaningOf returns what a term definition points to.
func meaningOf(v *value) string {
	if v.kind == isObject {
		reverse := v.get("@reverse")
		if v = v.get("@id"); v == nil {
			v = reverse
		}
	}
	if v == nil || v.kind != isString {
		return ""
	}
	return v.text
}

// expand makes an IRI of a compact one.
func expand(meaning string, prefixes map[string]string) string {
	if prefix, local, ok := strings.Cut(meaning, ":"); ok {
		if base, known := prefixes[prefix]; known && !strings.HasPrefix(local, "//") {
			return base + local
		}
		return meaning
	}
	if iri, ok := core[meaning]; ok { // a bare word means what that word means
		return iri
	}
	return meaning
}

// term is how a word beyond ActivityStreams is explained: by its namespace, and by a fuller definition where it needs one.
type term struct {
	prefix string
	kind   string // @id, @list or @set; empty for plain values
	name   string // the name there, if it is another
}

// namespaces are those of terms. Section 6.
var namespaces = map[string]string{
	"as":       activityStreams,
	"ostatus":  "http://ostatus.org#",
	"toot":     "http://joinmastodon.org/ns#",
	"schema":   "http://schema.org#",
	"litepub":  "http://litepub.social/ns#",
	"fedibird": "http://fedibird.com/ns#",
	"misskey":  "https://misskey-hub.net/ns#",
	"gts":      "https://gotosocial.org/ns#",
	"fep044f":  "https://w3id.org/fep/044f#",
	"fep7aa9":  "https://w3id.org/fep/7aa9#",
	"pixelfed": "http://pixelfed.org/ns#",
	"lemmy":    "https://join-lemmy.org/ns#",
}

// terms are the words beyond ActivityStreams that we send, as types or as properties.
var terms = map[string]term{
	"atomUri": {prefix: "ostatus"}, "inReplyToAtomUri": {prefix: "ostatus"}, "conversation": {prefix: "ostatus"},

	"Emoji": {prefix: "toot"}, "featured": {prefix: "toot", kind: "@id"}, "featuredTags": {prefix: "toot", kind: "@id"},
	"blurhash": {prefix: "toot"}, "focalPoint": {prefix: "toot", kind: "@list"}, "discoverable": {prefix: "toot"},
	"indexable": {prefix: "toot"}, "memorial": {prefix: "toot"}, "votersCount": {prefix: "toot"}, "suspended": {prefix: "toot"},
	"attributionDomains": {prefix: "toot", kind: "@set"}, "showFeatured": {prefix: "toot"}, "showMedia": {prefix: "toot"},
	"showRepliesInMedia": {prefix: "toot"},

	"sensitive": {prefix: "as"}, "manuallyApprovesFollowers": {prefix: "as"}, "Hashtag": {prefix: "as"},
	"movedTo": {prefix: "as", kind: "@id"}, "alsoKnownAs": {prefix: "as", kind: "@id"},

	"PropertyValue": {prefix: "schema"}, "value": {prefix: "schema"},
	"directMessage": {prefix: "litepub"}, "EmojiReact": {prefix: "litepub"}, "ChatMessage": {prefix: "litepub"},
	"_misskey_quote": {prefix: "misskey"}, "_misskey_reaction": {prefix: "misskey"}, "_misskey_content": {prefix: "misskey"},

	"quote": {prefix: "fep044f", kind: "@id"}, "quoteUri": {prefix: "fedibird"}, "quoteAuthorization": {prefix: "fep044f", kind: "@id"},
	"QuoteRequest": {prefix: "fep044f"}, "QuoteAuthorization": {prefix: "fep044f"},

	"interactionPolicy": {prefix: "gts", kind: "@id"}, "canQuote": {prefix: "gts", kind: "@id"}, "canLike": {prefix: "gts", kind: "@id"},
	"canReply": {prefix: "gts", kind: "@id"}, "canAnnounce": {prefix: "gts", kind: "@id"}, "always": {prefix: "gts", kind: "@id"},
	"approvalRequired": {prefix: "gts", kind: "@id"}, "automaticApproval": {prefix: "gts", kind: "@id"},
	"manualApproval": {prefix: "gts", kind: "@id"}, "approvedBy": {prefix: "gts", kind: "@id"},
	"interactingObject": {prefix: "gts", kind: "@id"}, "interactionTarget": {prefix: "gts", kind: "@id"},
	"LikeApproval": {prefix: "gts"}, "ReplyApproval": {prefix: "gts"}, "AnnounceApproval": {prefix: "gts"},
	"hidesToPublicFromUnauthedWeb": {prefix: "gts"}, "hidesCcPublicFromUnauthedWeb": {prefix: "gts"},

	"FeaturedCollection": {prefix: "fep7aa9"}, "FeaturedItem": {prefix: "fep7aa9"}, "FeatureRequest": {prefix: "fep7aa9"},
	"FeatureAuthorization": {prefix: "fep7aa9"}, "canFeature": {prefix: "fep7aa9", kind: "@id"}, "topic": {prefix: "fep7aa9", kind: "@id"},
	"featuredObject": {prefix: "fep7aa9", kind: "@id"}, "featureAuthorization": {prefix: "fep7aa9", kind: "@id"},
	"featuredCollections": {prefix: "fep7aa9", kind: "@id"},

	"commentsEnabled": {prefix: "pixelfed"}, "capabilities": {prefix: "pixelfed", kind: "@set"},
	"announce": {prefix: "pixelfed", kind: "@id", name: "canAnnounce"}, "like": {prefix: "pixelfed", kind: "@id", name: "canLike"},
	"reply": {prefix: "pixelfed", kind: "@id", name: "canReply"}, "country": {prefix: "schema"}, "Story": {prefix: "pixelfed"},
	"expiresAt": {prefix: "pixelfed"}, "can_reply": {prefix: "pixelfed"}, "can_react": {prefix: "pixelfed"},
	"postingRestrictedToMods": {prefix: "lemmy"}, "expires": {prefix: "as", name: "endTime"},
}

const mlsContext = "https://purl.archive.org/socialweb/mls"

// contexts are whole documents that explain words, in the order in which they go out: some protect their words against those after.
var contexts = []struct {
	url   string
	words []string
}{
	{"https://w3id.org/security/v1", []string{"publicKey", "publicKeyPem"}},
	{"https://w3id.org/security/data-integrity/v1", []string{"proof"}},
	{"https://www.w3.org/ns/did/v1", []string{"assertionMethod"}},
	{"https://w3id.org/security/multikey/v1", []string{"Multikey"}},
	{"https://purl.archive.org/socialweb/webfinger", []string{"webfinger"}},
	{mlsContext, []string{"keyPackages", "messages", "PublicMessage", "PrivateMessage", "Welcome", "GroupInfo", "KeyPackage"}},
}

// contextFor returns the @context that explains every word of a document, and no others.
func contextFor(v *value, more ...string) any {
	used := map[string]bool{}
	for _, word := range more {
		used[word] = true
	}
	collectTerms(v, used)
	out := []any{Namespace}
	definitions := map[string]any{}
	for _, c := range contexts {
		if slices.ContainsFunc(c.words, func(word string) bool { return used[word] }) {
			out = append(out, c.url)
		}
	}
	for word := range used {
		t, ok := terms[word]
		if !ok || word == "conversation" && slices.Contains(out, any(mlsContext)) { // there it has another meaning
			continue
		}
		if t.prefix != "as" { // as: is known to the ActivityStreams context itself
			definitions[t.prefix] = namespaces[t.prefix]
		}
		meaning := t.prefix + ":" + word
		if t.name != "" {
			meaning = t.prefix + ":" + t.name
		}
		switch t.kind {
		case "":
			definitions[word] = meaning
		case "@id":
			definitions[word] = map[string]string{"@id": meaning, "@type": "@id"}
		default:
			definitions[word] = map[string]string{"@id": meaning, "@container": t.kind}
		}
	}
	if len(definitions) > 0 {
		out = append(out, definitions)
	}
	if len(out) == 1 {
		return Namespace
	}
	return out
}

// collectTerms gathers property names and types. Names within a language map are no terms.
func collectTerms(v *value, used map[string]bool) {
	for i, item := range v.items {
		if v.kind == isObject {
			name := v.names[i]
			if name == "@context" || strings.HasSuffix(name, "Map") {
				continue
			}
			used[name] = true
			if name == "type" {
				for _, t := range list(item) {
					used[t.text] = true
				}
			}
		}
		collectTerms(item, used)
	}
}
