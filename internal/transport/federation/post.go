package federation

import (
	"context"
	"slices"
	"strconv"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxReached is how many accounts beside the followers hear of an edit.
const maxReached = 5000

// maxUnknown is how many unknown accounts that a post names are fetched (T81).
const maxUnknown = 10

// create takes in a post that its author sends. The copy in the activity counts only when it is the sender's own and on
// the sender's host; what stands elsewhere is fetched from there, or dropped (T42, T44).
func (s *Service) create(ctx context.Context, in *inbound) error {
	for _, ref := range in.activity.Object {
		n, own, err := in.note(ref)
		if err != nil {
			return err
		}
		if n != nil {
			if done, err := s.voted(ctx, in, n, own); err != nil {
				return err
			} else if done {
				continue
			}
		}
		if in.actor == nil || !own { // something must be fetched; else core knows all that it takes to judge
			if wanted, err := s.wanted(ctx, in, n); err != nil {
				return err
			} else if !wanted {
				s.Log.Debug("post dropped: nobody here asked for it", "site", in.site.Domain, "actor", in.activity.Actor)
				continue
			}
			if err := s.meet(ctx, in); err != nil {
				return err
			}
		}
		if !own {
			if !sameHost(ref.ID, in.activity.Actor) {
				return skein.Errorf(skein.Denied, "The post is not the sender's.")
			}
			if _, err := s.fetchPost(ctx, in.site, ref.ID, want{}); err != nil {
				return err
			}
			continue
		}
		ask := func() (bool, error) { return s.wanted(ctx, in, n) }
		if _, err := s.receivePost(ctx, in.site, in.actor, n, want{}, ask); err != nil {
			return err
		}
	}
	return nil
}

// note reads the post that an activity carries. own is true when the copy may be believed: it is by the sender and on the
// sender's host, and is the kind of thing that we keep.
func (in *inbound) note(ref activitypub.Reference) (n *activitypub.Note, own bool, err error) {
	doc := ref.Document()
	if doc == nil {
		return nil, false, nil
	}
	if n, err = doc.Note(); err != nil {
		return nil, false, err
	}
	if n.Type == "ChatMessage" || n.Type == "Story" {
		return nil, false, skein.Errorf(skein.Invalid, "A %s is nothing that is kept here.", n.Type)
	}
	if len(n.To) == 0 && len(n.Cc) == 0 { // the audience of the object, else of the activity
		n.To, n.Cc = in.activity.To, in.activity.Cc
	}
	return n, sameHost(n.ID, in.activity.Actor) && n.AttributedTo == in.activity.Actor, nil
}

// wanted tells whether anybody here may care for what an account sends unasked. It is asked before anything is fetched for
// it (T215); who is known and named gets the full rule of core when the post is stored.
func (s *Service) wanted(ctx context.Context, in *inbound, n *activitypub.Note) (bool, error) {
	uris := slices.Concat(in.activity.To, in.activity.Cc)
	parent := ""
	if n != nil {
		uris = slices.Concat(uris, n.To, n.Cc)
		for _, t := range n.Tag {
			if t.Type == "Mention" {
				uris = append(uris, t.Href)
			}
		}
		parent = n.InReplyTo
	}
	if isOwn(in.site, parent) || slices.ContainsFunc(uris, func(uri string) bool { return isOwn(in.site, uri) }) {
		return true, nil
	}
	followed := false
	err := s.DB.View(ctx, in.site.ID, func(tx *store.Tx) (err error) {
		if in.actor != nil {
			if followed, err = tx.HasLocalFollower(in.actor.ID); err != nil || followed {
				return err
			}
		}
		if parent == "" {
			return nil
		}
		p, err := tx.PostByURI(parent)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err == nil {
			followed, err = tx.HasLocalFollower(p.Author)
		}
		return err
	})
	return followed, err
}

// want says why a post is taken in.
type want struct {
	relevant bool // somebody here asked for it
	depth    int  // how far up a thread we are
	quiet    bool // old news: nobody is told
	open     bool // only if everybody may read it
	quotes   int  // how many quotes within quotes we are
}

// receivePost stores a peer's post whose author is known and confirmed. ask tells, when it comes to that, whether the post
// is worth a fetch.
func (s *Service) receivePost(ctx context.Context, site *skein.Site, author *skein.Account, n *activitypub.Note, w want,
	ask func() (bool, error),
) (*skein.Post, error) {
	in := incoming(n, author)
	if w.open && in.Visibility > skein.Unlisted {
		return nil, skein.ErrNotFound
	}
	in.Relevant, in.Depth, in.QuoteDepth, in.Quiet = w.relevant, w.depth, w.quotes, w.quiet
	var err error
	if in.Group, err = s.community(ctx, site, author, n); err != nil {
		return nil, err
	}
	if in.Mentions, in.Named, err = s.mentions(ctx, site, author, n, ask); err != nil {
		return nil, err
	}
	return s.Social.ReceivePost(ctx, site.ID, author.ID, in)
}

// mentions resolves the accounts that a post is addressed to: the known ones in one query, of the unknown ones a few that
// it names over the network. Who is only named gets nothing of it; who is both is notified (T165).
func (s *Service) mentions(ctx context.Context, site *skein.Site, author *skein.Account, n *activitypub.Note, ask func() (bool, error),
) (all, notify []skein.ID, err error) {
	tagged, uris := named(n, author)
	if len(uris) == 0 {
		return nil, nil, nil
	}
	known := map[string]*skein.Account{}
	err = s.DB.View(ctx, site.ID, func(tx *store.Tx) error {
		list, err := tx.AccountsByURI(uris)
		for _, a := range list {
			known[a.URI] = a
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	left := maxUnknown
	for _, uri := range uris {
		a := known[uri]
		if a == nil && slices.Contains(tagged, uri) && left > 0 && !isOwn(site, uri) {
			if left == maxUnknown {
				if worth, err := ask(); err != nil {
					return nil, nil, err
				} else if !worth {
					left = 0
					continue
				}
			}
			left--
			if s.budget(site, hostOf(author.URI), uri) {
				a, _ = s.FindAccount(ctx, site.ID, uri) // who cannot be found is not mentioned
			}
		}
		if a == nil || a.Gone() || a.ID == author.ID || slices.Contains(all, a.ID) {
			continue
		}
		all = append(all, a.ID)
		if slices.Contains(tagged, uri) {
			notify = append(notify, a.ID)
		}
	}
	return all, notify, nil
}

// updatePost takes in an edit. An edit that comes before the post itself stands for it: what comes later is older.
func (s *Service) updatePost(ctx context.Context, in *inbound, ref activitypub.Reference) error {
	n, own, err := in.note(ref)
	if err != nil {
		return err
	}
	if n == nil || !own {
		return skein.Errorf(skein.Denied, "Only its author edits a post.")
	}
	_, err = s.Social.PostByURI(ctx, in.site.ID, n.ID)
	if skein.KindOf(err) == skein.NotFound {
		if s.Clock().Sub(n.Published) > staleAfter {
			return nil
		}
		return s.create(ctx, in)
	}
	if err != nil {
		return err
	}
	if in.actor == nil {
		return nil
	}
	edit := incoming(n, in.actor)
	if err := s.Social.ReceiveState(ctx, in.site.ID, in.actor.ID, n.ID, edit.State); err != nil {
		return err
	}
	if !edit.EditedAt.IsZero() { // else it changes only counts, policy and leave to quote (reference, section 17)
		if edit.Mentions, edit.Named, err = s.mentions(ctx, in.site, in.actor, n,
			func() (bool, error) { return true, nil }); err != nil {
			return err
		}
	}
	return s.Social.ReceiveEdit(ctx, in.site.ID, in.actor.ID, edit)
}

// SendPost sends a local account's new post or boost.
func (s *Service) SendPost(ctx context.Context, e skein.PostOut) error {
	site, v, err := s.localPost(ctx, e.Site, e.Post)
	if v == nil || err != nil {
		return err
	}
	activity, to, err := s.created(ctx, site, v)
	if err != nil {
		return err
	}
	return s.send(ctx, site, v.Author.ID, activity, to)
}

// SendEdit sends a local post as it now is to all who may have it.
func (s *Service) SendEdit(ctx context.Context, e skein.PostEdited) error {
	site, v, err := s.localPost(ctx, e.Site, e.Post)
	if v == nil || err != nil || v.Post.BoostOf != 0 {
		return err
	}
	activity, to, err := s.created(ctx, site, v)
	if err != nil {
		return err
	}
	p := v.Post
	activity.ID = p.URI + "#updates/" + strconv.FormatInt(p.EditedAt.UnixMilli(), 10)
	activity.Type, activity.Published = "Update", p.EditedAt.UTC()
	if !e.Content { // what people read is the same; several of these may follow one another
		activity.ID, activity.Published = p.URI+"#updates/"+s.DB.NewID().String(), s.Clock().UTC()
	}
	if p.Visibility <= skein.Unlisted && !p.Held { // T163: others had it from nobody
		err := s.DB.View(ctx, site.ID, func(tx *store.Tx) error {
			reached, err := tx.PostAudience(p.ID, maxReached)
			to.accounts = append(to.accounts, reached...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.send(ctx, site, v.Author.ID, activity, to)
}

// SendDelete tells peers that a local post is gone, or a boost undone.
func (s *Service) SendDelete(ctx context.Context, e skein.PostDeleted) error {
	if !e.Local {
		return nil
	}
	site, author, err := s.sender(ctx, e.Site, e.Author)
	if author == nil || err != nil {
		return err
	}
	if e.BoostOf != 0 {
		return s.sendUnboost(ctx, site, author, e)
	}
	gone := &activitypub.Activity{
		ID:     e.URI + "#delete",
		Type:   "Delete",
		Actor:  author.URI,
		To:     []string{activitypub.Public},
		Object: activitypub.References{activitypub.Embed(e.URI, activitypub.NewTombstone(e.URI))},
	}
	to := audience{accounts: slices.Concat(e.Mentions, e.Audience), relays: e.Visibility == skein.Public}
	if e.Visibility != skein.Direct {
		to.followersOf = []skein.ID{author.ID}
	}
	return s.send(ctx, site, author.ID, gone, to)
}

// localPost loads a local post or boost; v is nil when there is nothing to be sent.
func (s *Service) localPost(ctx context.Context, site, post skein.ID) (*skein.Site, *social.View, error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.Social.Outgoing(ctx, site, post)
	if skein.KindOf(err) == skein.NotFound || err == nil && v.Author.Gone() {
		return home, nil, nil
	}
	return home, v, err
}

// created is the activity by which a local post or boost came to be, and to whom it goes. Reference, sections 11 and 12.
func (s *Service) created(ctx context.Context, site *skein.Site, v *social.View) (*activitypub.Activity, audience, error) {
	p, author := v.Post, v.Author
	if p.BoostOf != 0 {
		if v.Original == nil {
			return nil, audience{}, skein.ErrNotFound
		}
		return announce(v), boostAudience(v), nil
	}
	parents, err := s.parents(ctx, site, []*social.View{v})
	if err != nil {
		return nil, audience{}, err
	}
	if p.Held { // only who is asked has it meanwhile, and nobody when it was refused
		to := audience{}
		if !p.Extra.Refused {
			to.accounts = []skein.ID{p.ReplyToAuthor}
		}
		return creation(site, v, parents), to, nil
	}
	to := audience{relays: p.Visibility == skein.Public}
	if p.Visibility != skein.Direct {
		to.followersOf = []skein.ID{author.ID}
	}
	for _, m := range p.Mentions {
		to.accounts = append(to.accounts, m.Account)
	}
	if p.ReplyToAuthor != 0 && p.ReplyToAuthor != author.ID && p.Visibility <= skein.Unlisted {
		to.accounts = append(to.accounts, p.ReplyToAuthor)
		// Followers of a local author see the thread there: they get the replies too. A remote author has none here.
		to.followersOf = append(to.followersOf, p.ReplyToAuthor)
	}
	if v.Quote != nil && v.Quote.Post != nil && p.Visibility <= skein.Unlisted {
		to.accounts = append(to.accounts, v.Quote.Post.Post.Author)
	}
	return creation(site, v, parents), to, nil
}

// wire is note for a post as it was loaded, with what it quotes.
func wire(site *skein.Site, v *social.View, parents map[skein.ID]string) *activitypub.Note {
	n := note(site, v.Author, v.Post, parentOf(v.Post, parents), v.At)
	setQuote(n, v)
	return n
}

// creation is the Create of a post.
func creation(site *skein.Site, v *social.View, parents map[skein.ID]string) *activitypub.Activity {
	p := v.Post
	n := wire(site, v, parents)
	return &activitypub.Activity{
		ID:        p.URI + "/activity",
		Type:      "Create",
		Actor:     v.Author.URI,
		Published: n.Published,
		To:        n.To,
		Cc:        n.Cc,
		Object:    activitypub.References{activitypub.Embed(n.ID, n)},
	}
}

// parentOf returns the URI of the post that p replies to.
func parentOf(p *skein.Post, parents map[skein.ID]string) string {
	if p.ReplyTo != 0 {
		return parents[p.ReplyTo]
	}
	return p.ReplyToURI
}

// parents loads the URIs of the posts that some posts reply to, in one query.
func (s *Service) parents(ctx context.Context, site *skein.Site, views []*social.View) (map[skein.ID]string, error) {
	var ids []skein.ID
	for _, v := range views {
		if v.Post.ReplyTo != 0 && !slices.Contains(ids, v.Post.ReplyTo) {
			ids = append(ids, v.Post.ReplyTo)
		}
	}
	uris := map[skein.ID]string{}
	if len(ids) == 0 {
		return uris, nil
	}
	err := s.DB.View(ctx, site.ID, func(tx *store.Tx) error {
		list, err := tx.Posts(ids)
		for _, p := range list {
			uris[p.ID] = p.URI
		}
		return err
	})
	return uris, err
}
