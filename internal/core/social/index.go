package social

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what the index of posts keeps, and of how much of it is made at once.
const (
	maxIndexed  = 4000 // terms of the texts of one post
	maxSingles  = 400
	indexBatch  = 100 // posts in one transaction
	maxIndexing = 20_000
	// maxReindexed is how many posts of somebody are looked at when they change their mind about being found.
	maxReindexed = 20_000
)

// The terms of a post that are not in its text.
const (
	termAny      = "§d" // every post has it
	termPublic   = "§p" // + site: anybody of the site may find it
	termAuthor   = "§a" // + account
	termLanguage = "§l" // + language
	termHas      = "§h" // + property
	termTag      = "§t" // + hashtag
)

// properties are what has: and is: ask for (mastodon-api.md 3.11).
var properties = []string{"image", "video", "audio", "media", "poll", "link", "embed", "reply", "sensitive", "quote"}

// openToSearch tells whether everybody of a site may find a post by its words: its author agrees to that (T160).
func openToSearch(p *skein.Post, author *skein.Account) bool {
	return p.Visibility == skein.Public && p.BoostOf == 0 && !p.Held && author.Indexable && !author.Gone()
}

// index makes a post findable for those who may find it: everybody, when its author agrees, and people of the site whom it
// concerns. Others' posts do not stand in the index at all.
func (s *Service) index(tx *store.Tx, p *skein.Post, author *skein.Account) error {
	if p.BoostOf != 0 {
		return nil
	}
	open := openToSearch(p, author)
	if !open && !p.Local && !mentionsLocal(p) {
		kept, err := tx.KeptHere(p.ID)
		if err != nil {
			return err
		}
		if !kept {
			return tx.IndexPost(p.ID, nil)
		}
	}
	return s.indexed(tx, p, open)
}

// indexed writes a post into the index.
func (s *Service) indexed(tx *store.Tx, p *skein.Post, open bool) error {
	t := terms(p, open)
	if p.Extra.Card != 0 {
		c, err := tx.Card(p.Extra.Card)
		if err != nil && !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		if err == nil && c.Data.HTML != "" {
			t.Other = append(t.Other, termHas+"embed")
		}
	}
	return tx.IndexPost(p.ID, t)
}

// indexNew is index for what is new: of a boost by one of ours, what it shows.
func (s *Service) indexNew(tx *store.Tx, p, original *skein.Post, author *skein.Account) error {
	switch {
	case p.BoostOf == 0:
		return s.index(tx, p, author)
	case p.Local && original != nil && !original.Local:
		return s.indexKept(tx, original.ID)
	}
	return nil
}

func mentionsLocal(p *skein.Post) bool {
	return slices.ContainsFunc(p.Mentions, func(m skein.Mention) bool { return m.Domain == "" })
}

// indexKept makes a post findable for somebody of the site who did something with it just now.
func (s *Service) indexKept(tx *store.Tx, post skein.ID) error {
	if is, err := tx.Indexed(post); err != nil || is {
		return err
	}
	p, err := tx.Post(post)
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	if err != nil || p.BoostOf != 0 {
		return err
	}
	author, err := tx.Account(p.Author)
	if err != nil {
		return err
	}
	return s.indexed(tx, p, openToSearch(p, author))
}

// indexLiked is indexKept for a peer's post that somebody likes, if that is somebody of the site.
func (s *Service) indexLiked(tx *store.Tx, post, by skein.ID) error {
	a, err := tx.Account(by)
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	if err != nil || !a.Local {
		return err
	}
	return s.indexKept(tx, post)
}

// terms are what a post is found by.
func terms(p *skein.Post, open bool) *store.SearchTerms {
	t := &store.SearchTerms{Other: []string{termAny, termAuthor + p.Author.String()}}
	left, singles := maxIndexed, maxSingles
	add := func(s string) {
		if s == "" || left <= 0 {
			return
		}
		list := text.Terms(s, left)
		left -= len(list)
		t.Text = append(t.Text, list)
		one := text.Singles(s, singles)
		singles -= len(one)
		t.Other = append(t.Other, one...)
	}
	add(p.Warning)
	add(text.Plain(p.HTML))
	for _, o := range p.Extra.Poll.Texts() {
		add(o)
	}
	has := map[string]bool{
		"poll": p.Extra.Poll != nil, "reply": p.ReplyTo != 0 || p.ReplyToURI != "", "sensitive": p.Sensitive,
		"quote": p.Extra.Quote != nil, "media": len(p.Attachments) > 0,
		"link": text.OutLink(p.HTML) != "",
	}
	for _, a := range p.Attachments {
		add(a.Description)
		kind, _, _ := strings.Cut(a.Type, "/")
		has[kind] = true
	}
	for _, name := range properties {
		if has[name] {
			t.Other = append(t.Other, termHas+name)
		}
	}
	if open {
		t.Other = append(t.Other, termPublic+p.Site.String())
	}
	if l := languageTerm(p.Language); l != "" {
		base, _, more := strings.Cut(strings.ToLower(p.Language), "-")
		t.Other = append(t.Other, termLanguage+l)
		if more {
			t.Other = append(t.Other, termLanguage+base)
		}
	}
	for _, tag := range p.Tags {
		if w := tagTerm(tag.Name); w != "" {
			t.Other = append(t.Other, w)
		}
	}
	return t
}

// only keeps of a word what terms are made of.
func only(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			return -1
		}
		return r
	}, text.Folded(s))
}

func tagTerm(name string) string {
	if w := only(name); w != "" {
		return termTag + w
	}
	return ""
}

func languageTerm(l string) string { return only(l) }

// IndexKept is the job of PostKept.
func (s *Service) IndexKept(ctx context.Context, e skein.PostKept) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return s.indexKept(tx, e.Post) })
}

// indexableChanged has an account's posts follow what it agrees to.
func indexableChanged(tx *store.Tx, now, old *skein.Account) error {
	if now.Indexable == old.Indexable {
		return nil
	}
	return tx.Emit(skein.IndexableChanged{Site: tx.Site(), Account: now.ID})
}

// Reindex makes the posts of an account anew findable, or not, a batch at a time: its owner changed what they agree to.
func (s *Service) Reindex(ctx context.Context, e skein.IndexableChanged) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		author, err := tx.Account(e.Account)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		before := e.Before
		if before == 0 {
			before = 1<<63 - 1
		}
		last, n, err := s.indexSome(tx, author, before)
		if err != nil || n < indexBatch || e.Done+n >= maxReindexed {
			return err
		}
		return tx.Emit(skein.IndexableChanged{Site: e.Site, Account: e.Account, Before: last, Done: e.Done + n})
	})
}

// indexSome indexes posts below an ID, of one author or of all.
func (s *Service) indexSome(tx *store.Tx, author *skein.Account, below skein.ID) (last skein.ID, n int, err error) {
	of := skein.ID(0)
	if author != nil {
		of = author.ID
	}
	ids, err := tx.PostsBelow(of, below, indexBatch)
	if err != nil || len(ids) == 0 {
		return 0, 0, err
	}
	posts, err := tx.Posts(ids)
	if err != nil {
		return 0, 0, err
	}
	known := map[skein.ID]*skein.Account{}
	if author != nil {
		known[author.ID] = author
	} else {
		var authors []skein.ID
		for _, p := range posts {
			authors = append(authors, p.Author)
		}
		list, err := tx.Accounts(once(authors))
		if err != nil {
			return 0, 0, err
		}
		for _, a := range list {
			known[a.ID] = a
		}
	}
	for _, p := range posts {
		if a := known[p.Author]; a != nil && slices.Contains(ids, p.ID) {
			if err := s.index(tx, p, a); err != nil {
				return 0, 0, err
			}
		}
	}
	return ids[len(ids)-1], len(ids), nil
}

// IndexOld makes posts findable that were there before the index, some of each site. Run it now and then.
func (s *Service) IndexOld(ctx context.Context) error {
	sites, err := s.DB.Shared().Sites(ctx)
	if err != nil {
		return err
	}
	for _, site := range sites {
		for done := 0; done < maxIndexing; {
			n := 0
			err := s.DB.Update(ctx, site.ID, func(tx *store.Tx) error {
				downTo, ok, err := tx.SearchState()
				if err != nil || ok && downTo == 0 {
					n = 0
					return err
				}
				if !ok {
					downTo = 1<<63 - 1
					if err := tx.IndexCollections(); err != nil {
						return err
					}
				}
				last, some, err := s.indexSome(tx, nil, downTo)
				if err != nil {
					return err
				}
				if n = some; n < indexBatch {
					last = 0
				}
				return tx.SetSearchState(last)
			})
			if err != nil {
				return err
			}
			if n < indexBatch {
				break
			}
			done += n
		}
	}
	return nil
}
