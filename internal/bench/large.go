package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skein/internal/core/site"
	"skein/internal/kit/password"
	"skein/internal/server"
	"skein/internal/skein"
	"skein/internal/store"
)

// extent is how large a site of the chapter "large" is.
type extent struct {
	posts, accounts, follows, readers, notes, replies int
}

var (
	largeSite = extent{posts: 1_000_000, accounts: 10_000, follows: 1000, readers: 50, notes: 20_000, replies: 500}
	smallSite = extent{posts: 5000, accounts: 100, follows: 50, readers: 50, notes: 10_000, replies: 500}
)

// big is a site that was filled through the store, for its size; readers have no kept timelines yet.
type big struct {
	data    string
	readers []person
	root    skein.ID // a post with many answers
	deep    skein.ID // the deepest of them
}

// large measures whether reading costs the same on a site of a million posts as on a small one.
func (b *bench) large(ctx context.Context) error {
	sizes := []struct {
		name string
		extent
	}{{"small", smallSite}, {"large", largeSite}}
	if b.quick {
		sizes[1].posts, sizes[1].accounts, sizes[1].notes = 100_000, 5000, 10_000
	}
	spent := map[string]map[string]time.Duration{}
	for _, s := range sizes {
		w, err := b.fill(ctx, s.extent)
		if err != nil {
			return err
		}
		if spent[s.name], err = b.readings(ctx, s.name, w); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	l := sizes[1]
	for _, what := range readingsInOrder {
		aim := figure{}
		switch what {
		case "home":
			aim = cost(spent["small"][what] * 12 / 10)
		case "thread":
			aim = cost(15 * time.Millisecond)
		}
		b.report.cpu = append(b.report.cpu,
			row{what + ", small site", cost(spent["small"][what]), figure{}, figure{}},
			row{fmt.Sprintf("%s, %d posts", what, l.posts), cost(spent["large"][what]), aim, figure{}})
	}
	b.report.note("The large site has %d posts by %d accounts, and %d readers who follow %d accounts each; the small one %d posts by %d accounts "+
		"and as many readers who follow %d. The readers take turns, so that no page is read twice in a row. The thread has %d answers, the page "+
		"of notifications 40. The aim of home is 1.2 times what it costs on the small site.",
		l.posts, l.accounts, l.readers, l.follows, smallSite.posts, smallSite.accounts, smallSite.follows, l.replies)
	return nil
}

var readingsInOrder = []string{"home, made anew", "home", "home, late page", "public timeline", "hashtag timeline", "thread", "notifications",
	"search for two words", "search for what is nowhere", "post, then home"}

// readings measures every kind of reading on one site.
func (b *bench) readings(ctx context.Context, name string, w *big) (_ map[string]time.Duration, err error) {
	p, err := b.start(ctx, &world{data: w.data})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	spent := map[string]time.Duration{}
	const home = "/api/v1/timelines/home?limit=20"
	// Once for each reader, so there is no second round.
	if spent["home, made anew"], err = p.spent(ctx, len(w.readers), func() error {
		return times(len(w.readers), 1, func(i int) error { return b.read(ctx, home, w.readers[i].token, "identity") })
	}); err != nil {
		return nil, err
	}
	late := make([]string, len(w.readers))
	for i, r := range w.readers {
		if late[i], err = b.later(ctx, home, r.token, 10); err != nil {
			return nil, err
		}
	}
	paths := map[string]func(i int) string{
		"home":                       func(int) string { return home },
		"home, late page":            func(i int) string { return late[i%len(late)] },
		"public timeline":            func(int) string { return "/api/v1/timelines/public?limit=20" },
		"hashtag timeline":           func(i int) string { return "/api/v1/timelines/tag/tag" + fmt.Sprint(i%50) + "?limit=20" },
		"thread":                     func(int) string { return "/api/v1/statuses/" + w.root.String() + "/context" },
		"notifications":              func(int) string { return "/api/v1/notifications?limit=40" },
		"search for two words":       func(i int) string { return searching(word(i%300) + " " + word(300+i%200)) },
		"search for what is nowhere": func(i int) string { return searching(fmt.Sprintf("nowhere%d", i)) },
	}
	for _, what := range readingsInOrder {
		path, ok := paths[what]
		if !ok {
			continue
		}
		n := b.count(500)
		if what == "thread" {
			n = b.count(100)
		}
		if spent[what], err = b.median(name+": "+what, func() (time.Duration, error) {
			return p.spent(ctx, n, func() error {
				return times(n, 4, func(i int) error { return b.read(ctx, path(i), w.readers[i%len(w.readers)].token, "identity") })
			})
		}); err != nil {
			return nil, err
		}
	}
	n := b.count(100)
	spent["post, then home"], err = b.median(name+": post, then home", func() (time.Duration, error) {
		return p.spent(ctx, n, func() error {
			return times(n, 1, func(i int) error {
				r := w.readers[i%len(w.readers)]
				if err := b.write(ctx, r, i); err != nil {
					return err
				}
				return b.read(ctx, home, r.token, "identity")
			})
		})
	})
	return spent, err
}

func searching(q string) string {
	return "/api/v2/search?type=statuses&limit=20&q=" + url.QueryEscape(q)
}

// later walks some pages down.
func (b *bench) later(ctx context.Context, path, token string, pages int) (string, error) {
	at := path
	for range pages {
		var list []struct {
			ID string `json:"id"`
		}
		if err := b.web.get(ctx, b.site+at, token, &list); err != nil {
			return "", err
		}
		if len(list) < 20 {
			return "", fmt.Errorf("%s has %d posts", at, len(list))
		}
		at = path + "&max_id=" + list[len(list)-1].ID
	}
	return at, nil
}

// word is one of the words that texts are made of.
func word(i int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var s strings.Builder
	for n := i + 37; n > 0; n /= len(consonants) * len(vowels) {
		k := n % (len(consonants) * len(vowels))
		s.WriteByte(consonants[k/len(vowels)])
		s.WriteByte(vowels[k%len(vowels)])
	}
	return s.String()
}

// sower makes the texts and times of a site's posts: always the same ones.
type sower struct {
	*rand.Rand
	words, tags *rand.Zipf
	began       time.Time
	step        time.Duration
}

func newSower(x extent) *sower {
	r := rand.New(rand.NewPCG(4, 2))
	const span = 400 * 24 * time.Hour
	return &sower{Rand: r, words: rand.NewZipf(r, 1.1, 8, 20_000), tags: rand.NewZipf(r, 1.2, 4, 2000),
		began: time.Now().Add(-span), step: span / time.Duration(x.posts+x.replies+1)}
}

func (s *sower) text() string {
	var t strings.Builder
	for i := range 8 + s.IntN(40) {
		if i > 0 {
			t.WriteByte(' ')
		}
		t.WriteString(word(int(s.words.Uint64())))
	}
	return t.String()
}

// fill makes a site of a certain size. People and posts go in through the store, in great heaps; the rules would take hours.
func (b *bench) fill(ctx context.Context, x extent) (_ *big, err error) {
	began := time.Now()
	w := &big{data: filepath.Join(b.dir, fmt.Sprintf("large-%d", x.posts))}
	s, err := server.New(ctx, server.Config{
		Place: server.Place{Data: w.data}, NoSync: true, RateLimit: "off", Version: "bench",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.Identity.Password = password.New(password.Options{Params: password.Cheap()})
	s.Identity.Start()
	made, _, err := s.Sites.Create(ctx, site.New{URL: b.site, Joining: skein.JoinOpen})
	if err != nil {
		return nil, err
	}
	g := &gardener{s, made}
	for i := range x.readers {
		p, err := g.person(ctx, fmt.Sprintf("reader%d", i))
		if err != nil {
			return nil, err
		}
		w.readers = append(w.readers, p)
	}
	sow := newSower(x)
	authors, err := g.authors(ctx, sow, x, w.readers)
	if err != nil {
		return nil, err
	}
	if err := g.posts(ctx, sow, x, authors, w); err != nil {
		return nil, err
	}
	if err := g.notes(ctx, x, authors, w.readers); err != nil {
		return nil, err
	}
	if err := s.DB.Optimize(ctx); err != nil {
		return nil, err
	}
	b.say("a site of %d posts was filled in %.0f s", x.posts, time.Since(began).Seconds())
	return w, nil
}

// heap is how many rows go into one transaction.
const heap = 1000

// authors makes accounts of peers, whom the readers follow.
func (g *gardener) authors(ctx context.Context, sow *sower, x extent, readers []person) ([]skein.ID, error) {
	var ids []skein.ID
	for len(ids) < x.accounts {
		if err := g.DB.Update(ctx, g.site.ID, func(tx *store.Tx) error {
			for range min(heap, x.accounts-len(ids)) {
				i := len(ids)
				name, domain := fmt.Sprintf("%s%d", word(i%5000), i), fmt.Sprintf("peer%d.example", i%200)
				base := "https://" + domain + "/users/" + name
				a := &skein.Account{Kind: skein.Person, Username: name, Domain: domain, URI: base, URL: "https://" + domain + "/@" + name,
					DisplayName: word(i) + " " + word(i*7), Bio: "<p>" + sow.text() + "</p>", Indexable: i%2 == 0, Discoverable: i%3 > 0,
					Inbox: base + "/inbox", SharedInbox: "https://" + domain + "/inbox", Followers: base + "/followers", RefreshedAt: time.Now()}
				if err := tx.InsertAccount(a); err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for i, r := range readers {
		if err := g.DB.Update(ctx, g.site.ID, func(tx *store.Tx) error {
			for k := range x.follows {
				target := ids[(i*131+k*(x.accounts/x.follows))%x.accounts]
				f := &skein.Follow{Account: r.viewer.Account, Target: target, Accepted: true, ShowBoosts: true,
					URI: fmt.Sprintf("%s/follows/%d-%d", g.site.Base, i, k)}
				if _, err := tx.InsertFollow(f); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// posts writes the posts, one in ten an answer and one in twenty a boost, and last a conversation.
func (g *gardener) posts(ctx context.Context, sow *sower, x extent, authors []skein.ID, w *big) error {
	n := 0
	var lately []*skein.Post // whom answers go to
	post := func(tx *store.Tx, author skein.ID, parent *skein.Post) (*skein.Post, error) {
		at := sow.began.Add(time.Duration(n) * sow.step)
		n++
		uri := fmt.Sprintf("https://peer.example/posts/%d", n)
		p := &skein.Post{ID: skein.At(at), Author: author, URI: uri, URL: uri, HTML: "<p>" + sow.text() + "</p>", Language: "en", CreatedAt: at}
		if sow.IntN(4) == 0 {
			name := fmt.Sprintf("tag%d", sow.tags.Uint64())
			p.Tags = []skein.Tag{{Name: name}}
			p.HTML += ` <p><a href="https://peer.example/tags/` + name + `" rel="tag">#` + name + `</a></p>`
		}
		if parent != nil {
			p.ReplyTo, p.ReplyToAuthor, p.Thread = parent.ID, parent.Author, parent.Thread
		}
		isNew, err := tx.InsertPost(p)
		if err == nil && !isNew {
			err = fmt.Errorf("the post %s is there already", uri)
		}
		return p, err
	}
	for n < x.posts {
		if err := g.DB.Update(ctx, g.site.ID, func(tx *store.Tx) error {
			for range min(heap, x.posts-n) {
				author := authors[sow.IntN(len(authors))]
				var parent *skein.Post
				switch {
				case len(lately) > 0 && n%20 == 7:
					at := sow.began.Add(time.Duration(n) * sow.step)
					n++
					uri := fmt.Sprintf("https://peer.example/posts/%d", n)
					if _, err := tx.InsertPost(&skein.Post{ID: skein.At(at), Author: author, URI: uri, URL: uri,
						BoostOf: lately[sow.IntN(len(lately))].ID, CreatedAt: at}); err != nil {
						return err
					}
					continue
				case len(lately) > 0 && n%10 == 3:
					parent = lately[sow.IntN(len(lately))]
				}
				p, err := post(tx, author, parent)
				if err != nil {
					return err
				}
				if lately = append(lately, p); len(lately) > 500 {
					lately = lately[1:]
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return g.DB.Update(ctx, g.site.ID, func(tx *store.Tx) error {
		root, err := post(tx, authors[0], nil)
		if err != nil {
			return err
		}
		w.root = root.ID
		all := []*skein.Post{root}
		for i := range x.replies {
			p, err := post(tx, authors[(i*17)%len(authors)], all[sow.IntN(len(all))])
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		w.deep = all[len(all)-1].ID
		return nil
	})
}

// notes tells the readers that many follow them and mention them.
func (g *gardener) notes(ctx context.Context, x extent, authors []skein.ID, readers []person) error {
	for done := 0; done < x.notes; {
		if err := g.DB.Update(ctx, g.site.ID, func(tx *store.Tx) error {
			var list []skein.Notification
			for range heap {
				reader := readers[done%len(readers)]
				list = append(list, skein.Notification{Account: reader.viewer.Account, Kind: skein.NotifyFollow,
					Actor: authors[(done/len(readers)*7+done)%len(authors)]})
				done++
			}
			_, err := tx.InsertNotifications(list)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
