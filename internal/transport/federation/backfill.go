package federation

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what one conversation may cause (T83, T84).
const (
	threadFetches  = 100 // in an hour, of documents of any sort
	maxPages       = 20  // of one collection
	maxItems       = 1000
	backfillTime   = 40 * time.Second
	backfillRecent = 15 * time.Minute // a post that was read lately is not read again
)

// backfill is one look at a conversation. All of it is gathered from where it stands: collections only name posts, and what
// they name is kept only if it answers something of this conversation (T61).
type backfill struct {
	*Service
	site  *skein.Site
	root  skein.ID // what the fetches are counted for
	by    string   // host of who names what is read first
	named map[string]bool
	pages map[string]bool
	todo  []found
	lists []answers                      // read when there is nothing in todo
	later []known                        // read again when there is nothing in lists
	wait  map[string][]*activitypub.Note // by the URI of the parent, which is not here yet
}

type found struct {
	uri   string
	depth int
}

type known struct {
	post  *skein.Post
	depth int
}

type answers struct {
	list  *activitypub.Collection
	depth int
}

// FetchThread fetches what is missing of a conversation that somebody reads (FEP-f228): first what the collection of the
// conversation names, then the answers, and theirs. What is known is read again, for its counts.
func (s *Service) FetchThread(ctx context.Context, e skein.ThreadWanted) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	var posts []*skein.Post
	err = s.DB.View(ctx, e.Site, func(tx *store.Tx) error {
		posts, err = tx.Posts([]skein.ID{e.Root, e.Post})
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(posts, func(a, _ *skein.Post) int { // the root first
		if a.ID == e.Root {
			return -1
		}
		return 1
	})
	b := &backfill{
		Service: s, site: site, root: e.Root, named: map[string]bool{}, pages: map[string]bool{},
		wait: map[string][]*activitypub.Note{},
	}
	ctx, cancel := context.WithTimeout(ctx, backfillTime)
	defer cancel()
	for _, p := range posts {
		if p.Local || p.Visibility > skein.Unlisted || p.ID != e.Root && p.ID != e.Post {
			continue
		}
		b.named[p.URI] = true
		b.by = cmp.Or(b.by, hostOf(p.URI))
		if err := b.start(ctx, p); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		switch {
		case len(b.todo) > 0:
			next := b.todo[0]
			b.todo = b.todo[1:]
			if err := b.look(ctx, next); err != nil && ctx.Err() == nil {
				return err
			}
		case len(b.lists) > 0:
			next := b.lists[0]
			b.lists = b.lists[1:]
			b.collect(ctx, next.list, next.depth)
		case len(b.later) > 0:
			next := b.later[0]
			b.later = b.later[1:]
			b.again(ctx, next)
		default:
			return nil
		}
	}
	return nil
}

// again reads a post again that is known: its counts, and what answers it by now.
func (b *backfill) again(ctx context.Context, k known) {
	if !b.spend(k.post.URI, 1) {
		return
	}
	n, err := b.refreshPost(ctx, b.site, k.post)
	if err != nil {
		b.Log.Debug("post not refreshed", "uri", k.post.URI, "err", err)
	}
	if n != nil {
		b.follow(n, k.depth+1)
	}
}

// start reads the post again that somebody opened, or the first one above it.
func (b *backfill) start(ctx context.Context, p *skein.Post) error {
	if !b.spend(p.URI, 1) {
		return nil
	}
	n, err := b.refreshPost(ctx, b.site, p)
	if err != nil {
		b.Log.Debug("post not refreshed", "uri", p.URI, "err", err)
		return ours(err)
	}
	if n == nil {
		return nil
	}
	if p.ID == b.root && activitypub.IsHTTP(n.Context) {
		b.lists = append(b.lists, answers{&activitypub.Collection{ID: n.Context}, 1})
	}
	b.follow(n, 1)
	return nil
}

// ours returns an error that is no peer's fault.
func ours(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if permanent(err) || skein.KindOf(err) != skein.Internal || errors.As(err, new(*fetch.Unreachable)) || errors.As(err, new(*fetch.Status)) {
		return nil
	}
	return err
}

// spend takes from what this conversation, and the domain that began it, may cause in an hour (T83).
func (b *backfill) spend(uri string, n int) bool {
	if !activitypub.IsHTTP(uri) || isOwn(b.site, uri) || !b.budget(b.site, b.by, uri) {
		return false
	}
	for range n {
		if !b.abuse.Take("thread/"+b.site.ID.String()+"/"+b.root.String(), threadFetches, time.Hour).OK {
			return false
		}
	}
	return true
}

// follow remembers to read what answers a post, if the post's own server lists it.
func (b *backfill) follow(n *activitypub.Note, depth int) {
	if n.Replies == nil || n.Replies.ID != "" && !sameHost(n.Replies.ID, n.ID) || depth > maxDepth {
		return
	}
	c := *n.Replies
	if c.ID == "" {
		c.ID = n.ID
	}
	b.lists = append(b.lists, answers{&c, depth})
}

// collect names the items of a collection, page by page: each page once, all on the host of the collection, and not without
// end (T84).
func (b *backfill) collect(ctx context.Context, c *activitypub.Collection, depth int) {
	b.name(c.Items, depth)
	next, page := c.First.ID, c.First.Document()
	if c.First.IsZero() && c.Items == nil {
		next = c.ID // only its name is known
	}
	for n := 0; n <= maxPages && ctx.Err() == nil && len(b.named) < maxItems; n++ {
		if page == nil {
			if next == "" || b.pages[next] || !sameHost(next, c.ID) || !b.spend(next, 1) {
				return
			}
			b.pages[next] = true
			doc, from, err := b.document(ctx, b.site, next)
			if err != nil || !sameHost(from, next) {
				b.Log.Debug("page not read", "uri", next, "err", err)
				return
			}
			page = doc
		}
		list, err := page.Collection()
		if err != nil {
			return
		}
		b.name(list.Items, depth)
		next, page = list.Next, nil
		if next == "" && !list.First.IsZero() { // the collection itself, of which only the name was known
			next, page = list.First.ID, list.First.Document()
		}
	}
}

func (b *backfill) name(items activitypub.References, depth int) {
	for _, uri := range items.IDs() {
		if len(b.named) >= maxItems {
			return
		}
		if b.named[uri] || !activitypub.IsHTTP(uri) || isOwn(b.site, uri) {
			continue
		}
		b.named[uri] = true
		b.todo = append(b.todo, found{uri, depth})
	}
}

// look fetches a post that a collection names.
func (b *backfill) look(ctx context.Context, f found) error {
	p, err := b.Social.PostByURI(ctx, b.site.ID, f.uri)
	if err == nil {
		told := p.Extra.Told
		if !p.Local && p.Visibility <= skein.Unlisted && (told == nil || b.Clock().Sub(told.At) > backfillRecent) {
			b.later = append(b.later, known{p, f.depth})
		}
		return nil
	}
	if skein.KindOf(err) != skein.NotFound {
		return err
	}
	if !b.spend(f.uri, 1) {
		return nil
	}
	n, err := lookUp(ctx, b.Service, "note", b.site.ID, f.uri, func(ctx context.Context) (*activitypub.Note, error) {
		return b.noteAt(ctx, b.site, f.uri)
	})
	if err != nil {
		b.Log.Debug("post not fetched", "uri", f.uri, "err", err)
		return ours(err)
	}
	public := slices.ContainsFunc(n.To, activitypub.IsPublic) || slices.ContainsFunc(n.Cc, activitypub.IsPublic)
	if n.ID != f.uri || !public || n.InReplyTo == "" || f.depth > maxDepth { // T166: what is not for everybody comes by itself
		return nil
	}
	belongs, err := b.belongs(ctx, n.InReplyTo)
	if err != nil {
		return err
	}
	if !belongs {
		b.wait[n.InReplyTo] = append(b.wait[n.InReplyTo], n)
		b.name(activitypub.Refs(n.InReplyTo), f.depth+1)
		return nil
	}
	return b.keep(ctx, n, f.depth)
}

// belongs tells whether a URI is a post of this conversation that is here.
func (b *backfill) belongs(ctx context.Context, uri string) (is bool, err error) {
	err = b.DB.View(ctx, b.site.ID, func(tx *store.Tx) error {
		p, err := tx.PostByURI(uri)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		root, err := tx.Post(b.root)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		is = err == nil && p.Thread == root.Thread
		return err
	})
	return is, err
}

// keep stores a post of the conversation, and what waited for it.
func (b *backfill) keep(ctx context.Context, n *activitypub.Note, depth int) error {
	ready := []*activitypub.Note{n}
	for len(ready) > 0 {
		n, ready = ready[0], ready[1:]
		author, err := b.account(ctx, b.site.ID, n.AttributedTo)
		if err == nil && author == nil {
			if !b.spend(n.AttributedTo, 2) { // the actor, and the handle
				continue
			}
			author, err = b.findAccount(ctx, b.site.ID, n.AttributedTo, false)
		}
		if err == nil && (author.URI != n.AttributedTo || author.Local || author.Gone()) { // T175
			continue
		}
		if err == nil {
			_, err = b.receivePost(ctx, b.site, author, n, want{relevant: true, depth: depth}, never)
		}
		if err != nil {
			b.Log.Debug("post not kept", "uri", n.ID, "err", err)
			if err := ours(err); err != nil {
				return err
			}
			continue
		}
		ready = append(ready, b.wait[n.ID]...)
		delete(b.wait, n.ID)
		b.follow(n, depth+1)
	}
	return nil
}
