package social

import (
	"cmp"
	"context"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// sieve says what a list leaves out beyond what its reader may not read.
type sieve struct {
	shown bool     // whom the reader blocks or mutes
	loud  bool     // limited accounts that the reader does not follow
	guest skein.ID // but nothing of this account, whose page it is
	reads []string // what is in another language; none: nothing
}

// sight is what a reader sees: posts with all that decides over them.
type sight struct {
	who      skein.Viewer
	posts    map[skein.ID]*skein.Post
	accounts map[skein.ID]*skein.Account
	apps     map[skein.ID]*skein.App
	cards    map[skein.ID]*skein.Card
	linked   map[skein.ID]*CollectionView
	peers    *skein.PeerRules
	now      time.Time
	filters  *filterSet // of the reader; nil for a visitor
	cache    *cache
	*store.Sight
}

// look loads posts, the originals of boosts, their authors, and how the reader stands to all that: one query for the last,
// and one for each kind of thing that is not in the cache.
func (r *reader) look(ids []skein.ID) (*sight, error) {
	posts, err := r.posts(ids)
	if err != nil {
		return nil, err
	}
	return r.weigh(posts)
}

// weigh is look for posts that are loaded.
func (r *reader) weigh(posts map[skein.ID]*skein.Post) (*sight, error) {
	s := &sight{who: r.who, posts: posts, peers: r.peers, now: r.tx.Now(), cache: r.cache}
	of := store.SightFor{
		Authors: make([]skein.ID, 0, len(posts)),
		Posts:   make([]skein.ID, 0, len(posts)),
		Threads: make([]skein.ID, 0, len(posts)),
	}
	var apps, cards []skein.ID
	asked := false // some have a policy
	for _, p := range posts {
		asked = asked || p.Extra.Policy != nil
		of.Authors = append(of.Authors, p.Author)
		if p.BoostOf == 0 {
			of.Posts = append(of.Posts, p.ID)
			of.Threads = append(of.Threads, p.Thread)
		}
		if p.Extra.Poll != nil {
			of.Polls = append(of.Polls, p.ID)
		}
		if len(p.Extra.Reactions) > 0 {
			of.Reacted = append(of.Reacted, p.ID)
		}
		if p.Local && p.App != 0 {
			apps = append(apps, p.App)
		}
		if p.Extra.Card != 0 {
			cards = append(cards, p.Extra.Card)
		}
	}
	if len(cards) > 0 {
		found, err := r.cards(once(cards))
		if err != nil {
			return nil, err
		}
		s.cards = found
		for _, c := range found {
			if c.Author != 0 {
				of.Authors = append(of.Authors, c.Author)
			}
		}
	}
	var err error
	if s.linked, err = r.linkedCollections(posts); err != nil {
		return nil, err
	}
	if asked && !r.who.Visitor() {
		of.Authors = append(of.Authors, r.who.Account)
	}
	of.Authors, of.Threads, apps = once(of.Authors), once(of.Threads), once(apps)
	if s.accounts, err = r.accounts(of.Authors); err != nil {
		return nil, err
	}
	if s.apps, err = r.apps(apps); err != nil {
		return nil, err
	}
	if r.who.Visitor() || len(posts) == 0 {
		s.Sight = &store.Sight{}
		return s, nil
	}
	if s.filters, err = r.filters(); err != nil {
		return nil, err
	}
	for _, a := range s.accounts {
		if a.Domain != "" {
			of.Domains = append(of.Domains, a.Domain)
		}
		if !a.SilencedAt.IsZero() {
			of.Follows = append(of.Follows, a.ID)
		}
	}
	for _, p := range posts {
		if p.Visibility == skein.Followers && p.Author != r.who.Account {
			of.Follows = append(of.Follows, p.Author)
		}
	}
	if asked {
		for _, p := range posts {
			if p.Extra.Policy != nil && p.Author != r.who.Account {
				of.Follows, of.Followed = append(of.Follows, p.Author), append(of.Followed, p.Author)
			}
		}
	}
	of.Domains, of.Follows, of.Followed = once(of.Domains), once(of.Follows), once(of.Followed)
	s.Sight, err = r.tx.Sight(r.who.Account, of)
	return s, err
}

// once drops what a list has twice.
func once[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// facts returns what decides over a post for the reader.
func (s *sight) facts(p *skein.Post) (f skein.Facts, muted bool) {
	a := s.accounts[p.Author]
	f = skein.Facts{Viewer: s.who.Account, AuthorGone: a == nil || a.Gone() || a.Domain != "" && s.peers.For(a.Domain).Severity == skein.Suspended}
	if f.AuthorGone {
		return f, false
	}
	f.MembersOnly = a.Hides(p.Visibility)
	if s.who.Visitor() {
		return f, false
	}
	st := s.Stands[p.Author]
	f.Follows, f.BlockedBy = st.Follows, st.BlockedBy
	f.Blocks = st.Blocks || a.Domain != "" && s.Domains[a.Domain]
	f.Mentioned = mentions(p, s.who.Account)
	if p.Extra.Policy != nil {
		f.FollowedBy = st.FollowsMe
		if self := s.accounts[s.who.Account]; self != nil {
			f.ViewerURI = self.URI
		}
	}
	return f, st.Muted
}

func mentions(p *skein.Post, account skein.ID) bool {
	for i := range p.Mentions {
		if p.Mentions[i].Account == account {
			return true
		}
	}
	return false
}

// may decides whether the reader may do something with a post, and for a boost, with its original.
func (s *sight) may(a skein.Action, p *skein.Post) error {
	f, _ := s.facts(p)
	if p.BoostOf != 0 {
		o := s.posts[p.BoostOf]
		if o == nil {
			return skein.ErrNotFound
		}
		of, _ := s.facts(o)
		if err := skein.May(skein.Read, o, of); err != nil {
			return err
		}
	}
	return skein.May(a, p, f)
}

// passes tells whether a list shows a post.
func (s *sight) passes(p *skein.Post, v sieve) bool {
	f, muted := s.facts(p)
	if p.Author == v.guest || p.Author == s.who.Account {
		return skein.May(skein.Read, p, f) == nil
	}
	if !p.Speaks(v.reads) {
		return false
	}
	if v.loud && !f.Follows && !f.AuthorGone && !s.accounts[p.Author].SilencedAt.IsZero() {
		return false
	}
	if v.shown {
		return skein.Shown(p, f, muted)
	}
	return skein.May(skein.Read, p, f) == nil
}

// view puts together what the reader sees of a post. The marks of a boost are those of what it shows.
func (s *sight) view(p *skein.Post) *View { return s.viewAt(p, false) }

// viewAt is view, or what is shown of a post within a quote.
func (s *sight) viewAt(p *skein.Post, within bool) *View {
	v := &View{Post: p, Author: s.accounts[p.Author], At: s.now}
	if !p.Sensitive && v.Author != nil && !v.Author.SensitizedAt.IsZero() && p.Author != s.who.Account {
		as := *p
		as.Sensitive, as.Load = true, 0
		v.Post = &as
	}
	if p.BoostOf != 0 {
		if o := s.posts[p.BoostOf]; o != nil {
			v.Original = s.view(o)
			v.Marks = v.Original.Marks
			v.Filtered = s.filters.boost(p, v.Original.Filtered, s.now)
		}
		return v
	}
	v.Filtered = s.filters.match(p, s.now, s.cache)
	v.Marks = s.Marks[p.ID]
	v.Marks.Muted = s.Threads[p.Thread]
	v.App = s.apps[p.App]
	v.Over = p.Extra.Poll != nil && p.Extra.Poll.Over(s.now)
	v.Card = s.card(s.cards[p.Extra.Card])
	for _, id := range p.Extra.Collections {
		if c := s.linked[id]; c != nil {
			v.Collections = append(v.Collections, c)
		}
	}
	v.Quote = s.quote(p, within)
	if !s.who.Visitor() {
		f, _ := s.facts(p)
		v.Quotable = skein.Consents(skein.Quoting, p, f)
	}
	return v
}

// pick returns the views of those of the posts that pass, in the order of ids.
func (s *sight) pick(ids []skein.ID, v sieve) []*View {
	list := make([]*View, 0, len(ids))
	for _, id := range ids {
		p := s.posts[id]
		if p == nil || !s.passes(p, v) {
			continue
		}
		if p.BoostOf != 0 && (s.posts[p.BoostOf] == nil || !s.passes(s.posts[p.BoostOf], v)) {
			continue
		}
		list = append(list, s.view(p))
	}
	return list
}

// views is what every list of posts is made with.
func (r *reader) views(ids []skein.ID, v sieve) ([]*View, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	s, err := r.look(ids)
	if err != nil {
		return nil, err
	}
	return s.pick(ids, v), nil
}

// refills is how often a page that lost posts to the sieve is filled up, and readsRefills when it lets few languages through.
const (
	refills      = 2
	readsRefills = 4
)

// page reads a page of a list whose cursor is the ID of the post.
func (r *reader) page(p Page, v sieve, ids func(store.Page) ([]skein.ID, error)) ([]*View, error) {
	rounds := refills
	if len(v.reads) > 0 {
		rounds = readsRefills
	}
	rows, err := refilled(p, rounds, func(q store.Page) ([]skein.ID, []*View, error) {
		cursors, err := ids(q)
		if err != nil {
			return nil, nil, err
		}
		views, err := r.views(cursors, v)
		return cursors, views, err
	})
	return rows, err
}

// refill reads a page of what read answers: the cursors that there are, and those of the things that are to be shown.
// When things fall through, it reads on, but not for ever.
func refill[T any](p Page, read func(store.Page) (cursors []skein.ID, shown []T, err error)) ([]T, error) {
	return refilled(p, refills, read)
}

// refilled is refill that reads on a number of times.
func refilled[T any](p Page, rounds int, read func(store.Page) (cursors []skein.ID, shown []T, err error)) ([]T, error) {
	if p.Limit < 1 {
		p.Limit = 20
	}
	var out []T
	q := store.Page(p)
	for round := 0; ; round++ {
		cursors, shown, err := read(q)
		if err != nil {
			return nil, err
		}
		if p.Min != 0 {
			out = append(shown, out...) // upwards: what comes later is newer
		} else {
			out = append(out, shown...)
		}
		if len(out) >= p.Limit || len(cursors) < q.Limit || round == rounds {
			break
		}
		if p.Min != 0 {
			q.Min = cursors[0]
		} else {
			q.Max = cursors[len(cursors)-1]
		}
		q.Limit *= 2
	}
	if len(out) <= p.Limit {
		return out, nil
	}
	if p.Min != 0 {
		return out[len(out)-p.Limit:], nil // the ones directly above
	}
	return out[:p.Limit], nil
}

// one returns a post as the viewer sees it.
func (r *reader) one(id skein.ID) (*View, error) {
	s, err := r.look([]skein.ID{id})
	if err != nil {
		return nil, err
	}
	p := s.posts[id]
	if p == nil {
		return nil, skein.ErrNotFound
	}
	if err := s.may(skein.Read, p); err != nil {
		return nil, err
	}
	return s.view(p), nil
}

// Post returns a post as the viewer sees it.
func (s *Service) Post(ctx context.Context, who skein.Viewer, id skein.ID) (v *View, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		v, err = r.one(id)
		return err
	})
	if err == nil && !who.Visitor() {
		s.lookAgain(ctx, v)
	}
	return v, err
}

// Outgoing returns a local post or boost with its authors, whoever may read it and without anybody's marks: for the
// transport that sends it to peers.
func (s *Service) Outgoing(ctx context.Context, site, id skein.ID) (v *View, err error) {
	err = s.read(ctx, skein.Viewer{Site: site}, func(r *reader) error {
		posts, err := r.posts([]skein.ID{id})
		if err != nil {
			return err
		}
		p := posts[id]
		if p == nil || !p.Local {
			return skein.ErrNotFound
		}
		original := posts[p.BoostOf]
		authors := []skein.ID{p.Author}
		if original != nil {
			authors = append(authors, original.Author)
		}
		accounts, err := r.accounts(authors)
		if err != nil {
			return err
		}
		if accounts[p.Author] == nil || p.BoostOf != 0 && (original == nil || accounts[original.Author] == nil) {
			return skein.ErrNotFound
		}
		v = &View{Post: p, Author: accounts[p.Author], At: r.tx.Now()}
		if q := p.Extra.Quote; q != nil {
			v.Quote = &Quoted{State: q.State, ID: p.QuoteOf}
			if o := posts[p.QuoteOf]; o == nil {
				v.Quote.State = skein.QuoteDeleted
			} else {
				v.Quote.Post = &View{Post: o}
			}
		}
		if original != nil {
			v.Original = &View{Post: original, Author: accounts[original.Author]}
		}
		return nil
	})
	return v, err
}

// Posts returns those of the posts that the viewer may read, in the order of ids.
func (s *Service) Posts(ctx context.Context, who skein.Viewer, ids []skein.ID) ([]*View, error) {
	return s.posts(ctx, who, ids, sieve{})
}

// Shown returns those of the posts that a list may show to the viewer without being asked for them: for live streams. Of
// limited accounts only those whom the viewer follows.
func (s *Service) Shown(ctx context.Context, who skein.Viewer, ids []skein.ID) ([]*View, error) {
	return s.posts(ctx, who, ids, sieve{shown: true, loud: true})
}

func (s *Service) posts(ctx context.Context, who skein.Viewer, ids []skein.ID, v sieve) (list []*View, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		list, err = r.views(ids, v)
		return err
	})
	return list, err
}

// PostByURI returns a post as it is stored, whoever may read it: for federation, which asks skein.May itself.
func (s *Service) PostByURI(ctx context.Context, site skein.ID, uri string) (p *skein.Post, err error) {
	err = s.DB.View(ctx, site, func(tx *store.Tx) error {
		p, err = tx.PostByURI(uri)
		return err
	})
	return p, err
}
