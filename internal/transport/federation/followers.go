package federation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Two servers may come to think differently of who follows whom; then posts for followers go to people who no longer follow.
// With such posts goes a digest of the followers that the receiver has, and who finds another one asks for the list.
// FEP-8fcf; reference, section 18.

const (
	syncHeader = "Collection-Synchronization"
	// maxSynced is how many followers somebody has at most of whom this is done.
	maxSynced     = 25_000
	maxSyncPages  = 10
	maxSyncHeader = 2000
)

// digestOf is the digest of a set of followers: the exclusive or of the hashes of their URIs.
func digestOf(uris []string) string {
	var sum [sha256.Size]byte
	for _, uri := range uris {
		h := sha256.Sum256([]byte(uri))
		for i := range sum {
			sum[i] ^= h[i]
		}
	}
	return hex.EncodeToString(sum[:])
}

// originOf returns scheme and canonical host of a URI.
func originOf(uri string) string {
	u, err := fetch.Canonical(uri)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// followersOnly returns the followers collection that an activity is for, empty when it is for everybody or for others.
func followersOnly(body []byte, now time.Time) string {
	doc, err := activitypub.Decode(body, now)
	if err != nil {
		return ""
	}
	a, err := doc.Activity()
	if err != nil || isPublic(a) {
		return ""
	}
	if uri := a.Actor + "/followers"; slices.Contains(a.To, uri) || slices.Contains(a.Cc, uri) {
		return uri
	}
	return ""
}

// syncFor returns the header that goes with a post for followers to one inbox; nil when there is none.
func (s *Service) syncFor(ctx context.Context, out *outgoing, inbox string) (http.Header, error) {
	if out.followers == "" {
		return nil, nil
	}
	name := out.account.String()
	digests, ok := s.digests.get(name)
	if !ok {
		var uris []string
		err := s.DB.View(ctx, out.site, func(tx *store.Tx) error {
			a, err := tx.Account(out.account)
			if err != nil || a.FollowerCount >= maxSynced {
				return err
			}
			uris, err = tx.RemoteFollowerURIs(out.account)
			return err
		})
		if err != nil {
			return nil, err
		}
		by := map[string][]string{}
		for _, uri := range uris {
			by[originOf(uri)] = append(by[originOf(uri)], uri)
		}
		digests = make(map[string]string, len(by))
		for origin, list := range by {
			digests[origin] = digestOf(list)
		}
		s.digests.set(name, digests)
	}
	digest := digests[originOf(inbox)]
	if digest == "" {
		return nil, nil
	}
	actor := strings.TrimSuffix(out.followers, "/followers")
	return http.Header{syncHeader: {`collectionId="` + out.followers + `", digest="` + digest + `", url="` + actor + `/followers_synchronization"`}}, nil
}

// followersSync serves the followers that the asker's server has, to that server only.
func (s *Service) followersSync(c *call) error {
	a, err := s.owner(c)
	if err != nil {
		return err
	}
	ctx := c.r.Context()
	who := s.reader(ctx, c, false)
	if who.host == "" {
		return &refusal{status: http.StatusUnauthorized, text: "This list is only for signed requests."}
	}
	items := activitypub.References{}
	err = s.DB.View(ctx, c.site.ID, func(tx *store.Tx) error {
		for _, scheme := range []string{"https://", "http://"} {
			uris, err := tx.FollowerURIsAt(a.ID, scheme+who.host+"/")
			if err != nil {
				return err
			}
			for _, uri := range uris {
				items = append(items, activitypub.Ref(uri))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.activity(&activitypub.Collection{ID: a.URI + "/followers_synchronization", Type: "OrderedCollection", Items: items}, 0)
}

// claimed looks at what a peer's account says of its followers here, and asks for the list when it says otherwise than we do.
// Only the account's own collection on its own host is looked at (T195).
func (s *Service) claimed(ctx context.Context, in *inbound, header string) error {
	p := syncParams(header)
	digest := strings.ToLower(p["digest"])
	if in.actor == nil || in.actor.Local || in.actor.Followers == "" || p["collectionId"] != in.actor.Followers ||
		!sameHost(p["url"], in.actor.URI) || len(digest) != 2*sha256.Size || in.actor.FollowerCount >= maxSynced {
		return nil
	}
	own, err := s.Social.LocalFollowers(ctx, in.site.ID, in.actor.ID)
	if err != nil || digestOf(own) == digest {
		return err
	}
	return s.DB.Update(ctx, in.site.ID, func(tx *store.Tx) error {
		return tx.Emit(skein.FollowersDiffer{Site: in.site.ID, Account: in.actor.ID, URL: p["url"], Digest: digest, At: s.Clock()})
	})
}

// syncParams reads name="value" pairs.
func syncParams(header string) map[string]string {
	out := map[string]string{}
	if len(header) > maxSyncHeader {
		return out
	}
	for part := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if value = strings.TrimSpace(value); ok && len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			out[name] = value[1 : len(value)-1]
		}
	}
	return out
}

// SyncFollowers asks a peer which of our people follow an account of its, as an effect of FollowersDiffer. What it answers
// counts only when it has the digest that was announced (T195).
func (s *Service) SyncFollowers(ctx context.Context, e skein.FollowersDiffer) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	a, err := s.peer(ctx, e.Site, e.Account)
	if err != nil || a == nil || a.Gone() || !sameHost(e.URL, a.URI) || !s.budget(site, hostOf(a.URI), e.URL) {
		return err
	}
	listed, err := s.syncList(ctx, site, e.URL)
	if err != nil {
		if permanent(err) {
			s.Log.Info("followers not compared", "site", site.Domain, "account", a.URI, "err", err)
			return nil
		}
		return err
	}
	if digestOf(listed) != e.Digest {
		return nil // another moment, or a trick
	}
	return s.Social.MatchFollowers(ctx, e.Site, e.Account, social.FollowerList{URIs: listed, At: e.At})
}

// syncList reads a peer's list of our people. Whoever else is in it makes it void.
func (s *Service) syncList(ctx context.Context, site *skein.Site, uri string) ([]string, error) {
	var listed []string
	seen := map[string]bool{}
	for next := activitypub.Ref(uri); next.ID != "" || next.Document() != nil; {
		doc := next.Document()
		if doc == nil {
			if seen[next.ID] || len(seen) == maxSyncPages || !sameHost(next.ID, uri) {
				return nil, skein.Errorf(skein.Invalid, "This list does not end.")
			}
			seen[next.ID] = true
			var err error
			if doc, _, err = s.document(ctx, site, next.ID); err != nil {
				return nil, err
			}
		}
		list, err := doc.Collection()
		if err != nil {
			return nil, err
		}
		name := "orderedItems"
		if !doc.Has(name) {
			name = "items"
		}
		for _, id := range doc.URIs(name, maxSynced) {
			if !isOwn(site, id) || len(listed) == maxSynced {
				return nil, skein.Errorf(skein.Invalid, "This is no list of our people.")
			}
			listed = append(listed, id)
		}
		next = activitypub.Ref(list.Next)
		if list.Next == "" {
			next = list.First
		}
		if list.Items != nil && list.Next == "" {
			break
		}
	}
	slices.Sort(listed)
	return slices.Compact(listed), nil
}
