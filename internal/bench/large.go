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

// large measures whether reading costs the same on a site of a million posts as on a small one. Both run at once, and are
// measured in turns, so that what else the machine does falls on both.
func (b *bench) large(ctx context.Context) (err error) {
	big := largeSite
	if b.quick {
		big.posts, big.accounts, big.notes = 100_000, 5000, 10_000
	}
	var sides []*side
	defer func() {
		for _, s := range sides {
			err = errors.Join(err, s.p.stop())
		}
	}()
	for _, x := range []struct {
		name string
		extent
	}{{"small", smallSite}, {"large", big}} {
		own := *b
		s := &side{bench: &own, name: x.name, spent: map[string][]time.Duration{}}
		if s.port, err = freePort(); err != nil {
			return err
		}
		s.site = fmt.Sprintf("http://%s.localhost:%d", x.name, s.port)
		if s.big, err = s.fill(ctx, x.extent); err != nil {
			return err
		}
		if s.p, err = s.start(ctx, &world{data: s.data}); err != nil {
			return err
		}
		sides = append(sides, s)
	}
	for _, s := range sides {
		anew, err := s.prepare(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		b.report.cpu = append(b.report.cpu, row{"home, made anew, " + s.name + " site", cost(anew), figure{}, figure{}})
	}
	for _, reading := range readings {
		for round := range 1 + 2*b.rounds() {
			for _, s := range sides {
				d, err := s.measure(ctx, reading)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", s.name, reading.what, err)
				}
				if round > 0 {
					s.spent[reading.what] = append(s.spent[reading.what], d)
				}
			}
		}
		small, large := middle(sides[0].spent[reading.what]), middle(sides[1].spent[reading.what])
		b.say("  %s: %v, large %v", reading.what, small, large)
		aim := figure{}
		switch reading.what {
		case "home":
			aim = cost(small * 12 / 10)
		case "thread":
			aim = cost(15 * time.Millisecond)
		}
		b.report.cpu = append(b.report.cpu,
			row{reading.what + ", small site", cost(small), figure{}, figure{}},
			row{fmt.Sprintf("%s, %d posts", reading.what, big.posts), cost(large), aim, figure{}})
	}
	b.report.note("The large site has %d posts by %d accounts, and %d readers who follow %d accounts each; the small one %d posts by %d accounts "+
		"and as many readers who follow %d. Both run at once and are measured in turns. The readers take turns too, so that no page is read twice "+
		"in a row. The thread has %d answers, the page of notifications 40. The aim of home is 1.2 times what it costs on the small site.",
		big.posts, big.accounts, big.readers, big.follows, smallSite.posts, smallSite.accounts, smallSite.follows, big.replies)
	return nil
}

// side is one of the two sites while they are compared.
type side struct {
	*bench
	*big
	name  string
	p     *process
	late  []string // a page further down, of each reader
	spent map[string][]time.Duration
}

const homePage = "/api/v1/timelines/home?limit=20"

// prepare lets every reader read home once, and tells what it costs to make it anew.
func (s *side) prepare(ctx context.Context) (anew time.Duration, err error) {
	anew, err = s.p.spent(ctx, len(s.readers), func() error {
		return times(len(s.readers), 1, func(i int) error { return s.read(ctx, homePage, s.readers[i].token, "identity") })
	})
	if err != nil {
		return 0, err
	}
	s.late = make([]string, len(s.readers))
	for i, r := range s.readers {
		if s.late[i], err = s.later(ctx, homePage, r.token, 10); err != nil {
			return 0, err
		}
	}
	return anew, nil
}

// reading is something that is measured on both sites.
type reading struct {
	what  string
	times int
	path  func(s *side, i int) string
	write bool // a post comes before it
}

var readings = []reading{
	{"home", 500, func(*side, int) string { return homePage }, false},
	{"home, late page", 500, func(s *side, i int) string { return s.late[i%len(s.late)] }, false},
	{"public timeline", 500, func(*side, int) string { return "/api/v1/timelines/public?limit=20" }, false},
	{"hashtag timeline", 500, func(_ *side, i int) string { return fmt.Sprintf("/api/v1/timelines/tag/tag%d?limit=20", i%50) }, false},
	{"thread", 50, func(s *side, _ int) string { return "/api/v1/statuses/" + s.root.String() + "/context" }, false},
	{"notifications", 500, func(*side, int) string { return "/api/v1/notifications?limit=40" }, false},
	{"notifications in groups", 500, func(*side, int) string { return "/api/v2/notifications?limit=40" }, false},
	{"search for two words", 500, func(_ *side, i int) string { return searching(word(i%300) + " " + word(300+i%200)) }, false},
	{"search for what is nowhere", 500, func(_ *side, i int) string { return searching(fmt.Sprintf("nowhere%d", i)) }, false},
	{"post, then home", 100, func(*side, int) string { return homePage }, true},
}

func (s *side) measure(ctx context.Context, r reading) (time.Duration, error) {
	n, atOnce := s.count(r.times), 4
	if r.write {
		atOnce = 1
	}
	return s.p.spent(ctx, n, func() error {
		return times(n, atOnce, func(i int) error {
			who := s.readers[i%len(s.readers)]
			if r.write {
				if err := s.write(ctx, who, i); err != nil {
					return err
				}
			}
			return s.read(ctx, r.path(s, i), who.token, "identity")
		})
	})
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
	w := &big{data: filepath.Join(b.dir, fmt.Sprintf("site-%d", x.posts))}
	s, err := server.New(ctx, server.Config{
		Place: server.Place{Data: w.data}, NoSync: true, RateLimit: "off", Version: "bench",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := cheapPeople(s); err != nil {
		return nil, err
	}
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
	for range x.posts/20_000 + 2 { // what each run indexes at most
		if err := s.Social.IndexOld(ctx); err != nil {
			return nil, err
		}
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
