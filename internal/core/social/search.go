package social

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Query is what is searched for.
type Query struct {
	Text      string
	Kind      string // accounts, statuses, hashtags or collections; empty: all
	Resolve   bool   // look on the network for what is not known here; only for people of the site
	Following bool   // only accounts that the viewer follows
	Limit     int    // of each kind
	Offset    int

	Account  skein.ID // only posts by this account
	Max, Min skein.ID // only posts below, and above
	Reviewed bool     // only hashtags that a moderator has looked at, or whose whole name was given
}

// Found is what a search found.
type Found struct {
	Accounts    []*skein.Account
	Posts       []*View
	Tags        []skein.Tag
	Collections []*CollectionView
}

// The kinds of thing that can be searched for.
const (
	searchAccounts = "accounts"
	searchPosts    = "statuses"
	searchTags     = "hashtags"

	searchCollections = "collections"
)

// maxQuery is how many bytes of a query are looked at; a URL may be longer (T94).
const (
	maxQuery = 500
	maxURL   = 2048
)

// Search finds accounts by the beginnings of their names, by handle or by URL; posts by their words or by URL; hashtags and
// collections by the beginnings of their names.
func (s *Service) Search(ctx context.Context, who skein.Viewer, q Query) (*Found, error) {
	found := &Found{}
	t := strings.TrimSpace(strings.ToValidUTF8(q.Text, ""))
	q.Resolve = q.Resolve && !who.Visitor()
	if u := webURL(t); u != nil {
		if q.Offset > 0 {
			return found, nil
		}
		return found, s.searchURL(ctx, who, q, t, u, found)
	}
	t = cutBytes(t, maxQuery)
	if t == "" || strings.ContainsRune(t, 0) {
		return found, nil
	}
	if (q.Kind == "" || q.Kind == searchAccounts) && !strings.HasPrefix(t, "#") {
		list, err := s.searchAccounts(ctx, who, q, t)
		if err != nil {
			return nil, err
		}
		found.Accounts = list
	}
	if (q.Kind == "" || q.Kind == searchTags) && !strings.HasPrefix(t, "@") {
		if name, _, ok := text.Hashtag(t); ok {
			err := s.DB.View(ctx, who.Site, func(tx *store.Tx) (err error) {
				found.Tags, err = tagsNamed(tx, q, name)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	if q.Kind == "" || q.Kind == searchPosts {
		list, err := s.searchPosts(ctx, who, q, t)
		if err != nil {
			return nil, err
		}
		found.Posts = list
	}
	if q.Kind == "" || q.Kind == searchCollections {
		err := s.read(ctx, who, func(r *reader) error {
			rows, err := r.tx.SearchCollections(t, q.Limit, q.Offset)
			if err == nil {
				found.Collections, err = r.collections(rows)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// tagGoes is how often more hashtags are looked for when some may not be shown.
const tagGoes = 5

// tagsNamed finds hashtags by the beginnings of their names: none that moderators took out of the search.
func tagsNamed(tx *store.Tx, q Query, name string) (list []skein.Tag, err error) {
	need, after := min(q.Offset, maxOffset)+q.Limit, ""
	for range tagGoes {
		rows, err := tx.SearchTags(name, after, need)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		ids := make([]skein.ID, len(rows))
		for i, r := range rows {
			ids[i] = skein.NameID(r.Name)
		}
		known, err := tx.HashtagsByID(ids)
		if err != nil {
			return nil, err
		}
		hidden, reviewed := map[skein.ID]bool{}, map[skein.ID]bool{}
		for _, h := range known {
			hidden[h.ID] = h.Unlisted
		}
		if q.Reviewed {
			said, err := tx.TrendReviews(ids)
			if err != nil {
				return nil, err
			}
			for _, r := range said {
				reviewed[r.Ref] = reviewed[r.Ref] || r.Kind == skein.TrendTag
			}
		}
		for i, r := range rows {
			if !hidden[ids[i]] && (!q.Reviewed || reviewed[ids[i]] || r.Name == name) {
				list = append(list, written(r))
			}
		}
		if len(rows) < need || len(list) >= need {
			break
		}
		after = rows[len(rows)-1].Name
	}
	list = list[min(q.Offset, len(list)):]
	return list[:min(q.Limit, len(list))], nil
}

// webURL reads what may be the address of a page; nil: it is none.
func webURL(t string) *url.URL {
	if len(t) > maxURL || !strings.HasPrefix(t, "https://") && !strings.HasPrefix(t, "http://") {
		return nil
	}
	u, err := url.Parse(t)
	if err != nil || u.Host == "" || u.User != nil {
		return nil
	}
	return u
}

// maxOffset bounds how far into what was found anybody may go.
const maxOffset = 1000

func (s *Service) searchAccounts(ctx context.Context, who skein.Viewer, q Query, t string) ([]*skein.Account, error) {
	q.Offset = min(q.Offset, maxOffset)
	var exact *skein.Account
	name, domain, full := strings.Cut(strings.TrimPrefix(t, "@"), "@")
	if full && name != "" && strings.Contains(domain, ".") || full && strings.Contains(domain, ":") {
		a, err := s.AccountByHandle(ctx, who, t)
		switch {
		case err == nil:
			exact = a
		case skein.KindOf(err) != skein.NotFound:
			return nil, err
		case q.Resolve && s.FindAccount != nil && q.Offset == 0:
			site, err := s.Site(ctx, who.Site)
			if err != nil {
				return nil, err
			}
			// What can't be found out there is nothing found, whatever the reason; of our own people we know all.
			if h, ok := handle(site, t); ok && h.Domain != "" {
				if a, err := s.FindAccount(ctx, who.Site, h.Username+"@"+h.Domain); err == nil {
					exact = a
				}
			}
		}
	}
	var list []*skein.Account
	err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		var err error
		list, err = tx.SearchAccounts(store.AccountQuery{Text: t, Viewer: who.Account, Following: q.Following,
			Limit: q.Limit, Offset: q.Offset})
		if err != nil || exact == nil {
			return err
		}
		if show, err := findable(tx, who, exact, q.Following); err != nil || !show {
			exact = nil
			return err
		}
		return nil
	})
	if err != nil || exact == nil {
		return list, err
	}
	list = slices.DeleteFunc(list, func(a *skein.Account) bool { return a.ID == exact.ID })
	if q.Offset > 0 {
		return list, nil
	}
	list = slices.Insert(list, 0, exact)
	return list[:min(len(list), max(q.Limit, 1))], nil
}

// findable tells whether a search that names an account may show it.
func findable(tx *store.Tx, who skein.Viewer, a *skein.Account, following bool) (bool, error) {
	if !there(a, who) || a.Gone() {
		return false, nil
	}
	if who.Visitor() || a.ID == who.Account {
		return !following, nil
	}
	all, err := tx.Relations(who.Account, []skein.ID{a.ID})
	r := all[a.ID]
	if err != nil || r == nil {
		return false, err
	}
	return !r.Blocking && !r.BlockedBy && !r.DomainBlocks && (r.Following || !following), nil
}

// searchURL finds the one account or post that an address names: what the site knows first, then on the network.
func (s *Service) searchURL(ctx context.Context, who skein.Viewer, q Query, t string, u *url.URL, found *Found) error {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return err
	}
	own := strings.EqualFold(u.Scheme+"://"+u.Host, site.Base)
	if q.Kind == "" || q.Kind == searchAccounts {
		a, err := s.AccountByURI(ctx, who.Site, t)
		if skein.KindOf(err) == skein.NotFound && own {
			if acct, ok := strings.CutPrefix(u.Path, "/@"); ok && !strings.Contains(acct, "/") {
				a, err = s.AccountByHandle(ctx, who, acct)
			}
		}
		if err == nil {
			return s.foundAccount(ctx, who, q, a, found)
		}
		if skein.KindOf(err) != skein.NotFound {
			return err
		}
	}
	if q.Kind == "" || q.Kind == searchPosts {
		p, err := s.PostByURI(ctx, who.Site, t)
		if err == nil {
			return s.foundPost(ctx, who, p.ID, found)
		}
		if skein.KindOf(err) != skein.NotFound {
			return err
		}
		if own {
			if id, ok := skein.ParseID(u.Path[strings.LastIndexByte(u.Path, '/')+1:]); ok {
				return s.foundPost(ctx, who, id, found)
			}
		}
	}
	if q.Kind == "" || q.Kind == searchCollections {
		err := s.read(ctx, who, func(r *reader) error {
			c, err := r.tx.CollectionByURI(t)
			if err == nil {
				found.Collections, err = r.collections([]*skein.Collection{c})
			}
			return err
		})
		if skein.KindOf(err) != skein.NotFound {
			return err
		}
	}
	if own || !q.Resolve {
		return nil
	}
	if (q.Kind == "" || q.Kind == searchPosts) && s.FindPost != nil {
		if p, err := s.FindPost(ctx, who.Site, t); err == nil && p != nil {
			return s.foundPost(ctx, who, p.ID, found)
		}
	}
	if (q.Kind == "" || q.Kind == searchAccounts) && s.FindAccount != nil {
		if a, err := s.FindAccount(ctx, who.Site, t); err == nil && a != nil {
			return s.foundAccount(ctx, who, q, a, found)
		}
	}
	return ctx.Err()
}

func (s *Service) foundAccount(ctx context.Context, who skein.Viewer, q Query, a *skein.Account, found *Found) error {
	return s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		show, err := findable(tx, who, a, q.Following)
		if show {
			found.Accounts = []*skein.Account{a}
		}
		return err
	})
}

func (s *Service) foundPost(ctx context.Context, who skein.Viewer, id skein.ID, found *Found) error {
	v, err := s.Post(ctx, who, id)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err == nil {
		found.Posts = []*View{v}
	}
	return err
}
