package federation

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxDepth is how many parents are fetched up a thread (T83).
const maxDepth = 20

// FindAccount returns an account by handle (name@peer) or by the URI of its actor or page, as the site now knows it: from
// the network when it is unknown. One that was read long ago is returned as it is and read again in the background.
func (s *Service) FindAccount(ctx context.Context, site skein.ID, handleOrURI string) (*skein.Account, error) {
	return s.findAccount(ctx, site, handleOrURI, true)
}

// findAccount is FindAccount; with sizes the size of an unknown account's collections is asked for too.
func (s *Service) findAccount(ctx context.Context, site skein.ID, handleOrURI string, sizes bool) (*skein.Account, error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	name, domain, isHandle := activitypub.SplitHandle(handleOrURI)
	if strings.Contains(handleOrURI, "://") {
		isHandle = false
	}
	var known *skein.Account
	switch {
	case isHandle:
		if domain, err = fetch.Host(domain); err != nil {
			return nil, skein.Errorf(skein.Invalid, "This is no handle.")
		}
		known, err = s.Social.AccountByHandle(ctx, skein.Viewer{Site: site}, name+"@"+domain)
		if skein.KindOf(err) == skein.NotFound && domain != home.Domain {
			known, err = nil, nil
		}
	case isOwn(home, handleOrURI):
		if vars, ok := match("/@{name}", strings.TrimPrefix(handleOrURI, home.Base)); ok {
			return s.Social.AccountByHandle(ctx, skein.Viewer{Site: site}, vars["name"])
		}
		return s.Social.AccountByURI(ctx, site, handleOrURI)
	case activitypub.IsHTTP(handleOrURI):
		known, err = s.account(ctx, site, handleOrURI)
	default:
		return nil, skein.Errorf(skein.Invalid, "This is neither a handle nor an address.")
	}
	if err != nil {
		return nil, err
	}
	if known != nil {
		switch {
		case !known.DeletedAt.IsZero():
			return nil, skein.ErrNotFound
		case !known.Local && known.RefreshedAt.Before(s.Clock().Add(-staleAfter)):
			s.refreshLater(ctx, site, known.URI)
		}
		return known, nil
	}
	key := handleOrURI
	if isHandle {
		key = strings.ToLower(name) + "@" + domain
	}
	return lookUp(ctx, s, "account", site, key, func(ctx context.Context) (*skein.Account, error) {
		uri := handleOrURI
		if isHandle {
			if uri, err = s.finger(ctx, home, name, domain); err != nil {
				return nil, err
			}
			if isOwn(home, uri) {
				return nil, skein.ErrNotFound
			}
			if a, err := s.account(ctx, site, uri); err != nil || a != nil && !a.Gone() {
				return a, err // known under another handle
			}
		}
		doc, err := s.actorDocument(ctx, home, uri)
		if err != nil {
			return nil, err
		}
		if a, err := s.account(ctx, site, doc.ID()); err != nil || a != nil {
			if a != nil && !a.DeletedAt.IsZero() {
				return nil, skein.ErrNotFound
			}
			return a, err // the page of somebody known
		}
		a, err := s.keepActor(ctx, home, doc, nil, nil)
		if err == nil {
			s.recent.set(site.String()+" "+doc.ID(), doc)
			if sizes {
				s.refreshLater(ctx, site, doc.ID()) // counts take requests of their own
			}
		}
		return a, err
	})
}

// lookUp runs one look-up of a kind at a time for each thing and remembers failures for a while.
func lookUp[T any](ctx context.Context, s *Service, kind string, site skein.ID, key string, find func(context.Context) (*T, error)) (*T, error) {
	name := kind + " " + site.String() + " " + key
	if err, ok := s.missing.get(name); ok {
		return nil, err
	}
	v, err, _ := s.once.Do(name, func() (any, error) {
		// Others wait for this too: the one who asked first must not end it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		v, err := find(ctx)
		switch {
		case err == nil, isShut(err):
		case permanent(err):
			s.missing.set(name, err)
		case errors.As(err, new(*fetch.Unreachable)), errors.As(err, new(*fetch.Status)):
			s.missing.setFor(name, err, troubleLife)
		}
		return v, err
	})
	if err != nil {
		return nil, err
	}
	return v.(*T), nil
}

// actorDocument fetches an actor, or takes the one that was just fetched for its key.
func (s *Service) actorDocument(ctx context.Context, site *skein.Site, uri string) (*activitypub.Document, error) {
	key := site.ID.String() + " " + uri
	if doc, ok := s.recent.get(key); ok {
		s.recent.drop(key)
		return doc, nil
	}
	doc, err := s.object(ctx, site, uri)
	if err != nil {
		return nil, err
	}
	if doc.Kind() != activitypub.KindActor {
		return nil, skein.Errorf(skein.NotFound, "There is no account at this address.")
	}
	return doc, nil
}

// counts are what a peer tells of the size of an actor's collections.
type counts struct {
	followers, following, posts int
	hidden                      bool // who follows and is followed is not shown
}

// keepActor stores an actor whose document is its own word: fetched from its id, or signed by it. known is the account as
// it was, nil for a new one; its handle is asked for again when the name is another (T56).
func (s *Service) keepActor(ctx context.Context, site *skein.Site, doc *activitypub.Document, known *skein.Account, n *counts) (*skein.Account, error) {
	a, err := doc.Actor()
	if err != nil {
		return nil, err
	}
	p, err := profile(a, hostOf(a.ID))
	if err != nil {
		return nil, err
	}
	if known != nil && known.Username == p.Username && known.Domain != "" {
		p.Domain = known.Domain
	} else {
		p.Domain = s.handleDomain(ctx, site, a, p.Username)
	}
	if known != nil {
		p.HideNetwork = known.HideNetwork
	}
	if n != nil {
		p.FollowerCount, p.FollowingCount, p.PostCount, p.HideNetwork = n.followers, n.following, n.posts, n.hidden
	}
	if p.MovedTo, err = s.movedTo(ctx, site, a); err != nil {
		return nil, err
	}
	return s.Social.ReceiveAccount(ctx, site.ID, p)
}

// RefreshAccount reads a remote profile again, with the size of its collections.
func (s *Service) RefreshAccount(ctx context.Context, e skein.AccountStale) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	known, err := s.account(ctx, e.Site, e.URI)
	if err != nil || known == nil || known.Local || !known.DeletedAt.IsZero() {
		return err
	}
	doc, err := s.actorDocument(ctx, site, e.URI)
	if fetch.StatusOf(err) == http.StatusGone { // T185: only 410, from its own address
		return s.Social.ReceiveAccountGone(ctx, e.Site, e.URI)
	}
	if err == nil && doc.ID() != e.URI {
		err = skein.Errorf(skein.Invalid, "The actor says that it is another.")
	}
	if err == nil {
		if err = s.renewKeys(ctx, doc); err != nil {
			return err
		}
		s.meetTarget(ctx, site, doc)
		var a *skein.Account
		if a, err = s.keepActor(ctx, site, doc, known, s.collections(ctx, site, doc)); err == nil && !a.Gone() {
			s.readStarters(ctx, site, a)
		}
	}
	if err != nil {
		s.Log.Info("profile not refreshed", "site", site.Domain, "uri", e.URI, "err", err)
		// The next look at the account asks again; until then it rests as it is, so that nobody asks a dead host for ever.
		return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			return tx.SetRefreshed(known.ID, s.Clock())
		})
	}
	return nil
}

// collections asks for the sizes of an actor's collections; what is not told stays unknown.
func (s *Service) collections(ctx context.Context, site *skein.Site, doc *activitypub.Document) *counts {
	a, err := doc.Actor()
	if err != nil {
		return nil
	}
	n := &counts{}
	read := func(uri string) (int, bool) {
		if !sameHost(uri, a.ID) {
			return 0, false
		}
		c, from, err := s.document(ctx, site, uri)
		if err != nil || !sameURL(c.ID(), from) {
			return 0, false
		}
		list, err := c.Collection()
		if err != nil {
			return 0, false
		}
		size := 0
		if list.TotalItems != nil {
			size = *list.TotalItems
		}
		return size, list.First.IsZero() && list.Items == nil
	}
	var hiddenA, hiddenB bool
	n.followers, hiddenA = read(a.Followers)
	n.following, hiddenB = read(a.Following)
	n.posts, _ = read(a.Outbox)
	n.hidden = hiddenA || hiddenB
	return n
}

// FindPost returns a post by its URI, or the URL of its page, as the site now knows it: from the network when it is
// unknown. Who may read it is for core to say.
func (s *Service) FindPost(ctx context.Context, site skein.ID, uri string) (*skein.Post, error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	return s.fetchPost(ctx, home, uri, want{relevant: true})
}

// fetchPost returns a post that the site knows or fetches it from its origin. When nobody here asked for it core may find
// that it concerns nobody, and the answer is nil.
func (s *Service) fetchPost(ctx context.Context, site *skein.Site, uri string, w want) (*skein.Post, error) {
	p, err := s.Social.PostByURI(ctx, site.ID, uri)
	if err == nil || skein.KindOf(err) != skein.NotFound {
		return p, err
	}
	if isOwn(site, uri) {
		return s.ownPage(ctx, site, uri)
	}
	if !activitypub.IsHTTP(uri) {
		return nil, skein.Errorf(skein.Invalid, "This is no address.")
	}
	return lookUp(ctx, s, "post", site.ID, uri, func(ctx context.Context) (*skein.Post, error) {
		n, err := s.noteAt(ctx, site, uri)
		if err != nil {
			return nil, err
		}
		if n.ID != uri { // the page of a post
			if p, err := s.Social.PostByURI(ctx, site.ID, n.ID); err == nil || skein.KindOf(err) != skein.NotFound {
				return p, err
			}
		}
		author, err := s.findAccount(ctx, site.ID, n.AttributedTo, !w.quiet)
		if err != nil {
			return nil, err
		}
		if author.URI != n.AttributedTo || author.Local || author.Gone() {
			return nil, skein.ErrNotFound
		}
		return s.receivePost(ctx, site, author, n, w, func() (bool, error) { return w.relevant && !w.quiet, nil })
	})
}

// noteAt fetches a post from its origin.
func (s *Service) noteAt(ctx context.Context, site *skein.Site, uri string) (*activitypub.Note, error) {
	doc, err := s.object(ctx, site, uri)
	if err != nil {
		return nil, err
	}
	n, err := doc.Note()
	if err != nil {
		return nil, err
	}
	if !sameHost(n.ID, n.AttributedTo) { // T44
		return nil, skein.Errorf(skein.Invalid, "The post is by somebody of another server.")
	}
	if n.IsVote() || n.Type == "ChatMessage" || n.Type == "Story" {
		return nil, skein.Errorf(skein.NotFound, "There is no post at this address.")
	}
	return n, nil
}

// ownPage returns a post of our own by the address of its page.
func (s *Service) ownPage(ctx context.Context, site *skein.Site, uri string) (*skein.Post, error) {
	vars, ok := match("/@{name}/{post}", strings.TrimPrefix(uri, site.Base))
	if !ok {
		return nil, skein.ErrNotFound
	}
	id, ok := skein.ParseID(vars["post"])
	if !ok {
		return nil, skein.ErrNotFound
	}
	var v *social.View
	v, err := s.Social.Post(ctx, skein.Viewer{Site: site.ID}, id)
	if err != nil {
		return nil, err
	}
	return v.Post, nil
}

// FetchParent fetches the post that another answers, so that the thread is whole. When it is stored core wants its parent in
// turn; here is the end of that (T83).
func (s *Service) FetchParent(ctx context.Context, e skein.ParentWanted) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	p, err := s.Social.PostByURI(ctx, e.Site, e.URI)
	if err == nil { // it came by another way
		return s.Social.AdoptOrphans(ctx, e.Site, p.ID)
	}
	if skein.KindOf(err) != skein.NotFound {
		return err
	}
	if e.Depth > maxDepth || isOwn(site, e.URI) {
		return nil
	}
	by := e.URI // when the reply is gone by now others may wait
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		reply, err := tx.Post(e.Post)
		if err == nil && reply.URI != "" {
			by = reply.URI // on its author's host (T44)
		}
		return unlessFault(err)
	})
	if err != nil || !s.budget(site, hostOf(by), e.URI) {
		return err
	}
	_, err = s.fetchPost(ctx, site, e.URI, want{relevant: true, depth: e.Depth})
	if err != nil && permanent(err) {
		s.Log.Debug("parent not found", "site", site.Domain, "uri", e.URI, "err", err)
		return nil
	}
	return err
}
