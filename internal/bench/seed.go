package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/password"
	"skein/internal/server"
	"skein/internal/skein"
)

// world is a data folder with people in it. Servers run on copies.
type world struct {
	data   string
	author person   // whom everybody follows
	people []person // the followers
	reader person   // follows writers, so that its home timeline is full; only where posts were asked for
}

type person struct {
	name, token string
	uri         string
	viewer      skein.Viewer
}

// world makes a data folder with an author and followers, or returns the one that was made before. The rules of the server
// make it, in this process; only what is dear on purpose is left out: passwords are hashed cheaply, everybody has the same
// key, and nothing waits for the disk.
func (b *bench) world(ctx context.Context, followers, posts int) (_ *world, err error) {
	name := fmt.Sprintf("world-%d-%d", followers, posts)
	if w := b.worlds[name]; w != nil {
		return w, nil
	}
	began := time.Now()
	w := &world{data: filepath.Join(b.dir, name)}
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

	work, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Queue.Run(work) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended)
	}()
	made, _, err := s.Sites.Create(ctx, site.New{URL: b.site, Joining: skein.JoinOpen})
	if err != nil {
		return nil, err
	}
	g := &gardener{s, made}
	if w.author, err = g.person(ctx, "author"); err != nil {
		return nil, err
	}
	for i := range followers {
		p, err := g.person(ctx, fmt.Sprintf("reader%d", i))
		if err != nil {
			return nil, err
		}
		if _, err := s.Social.Follow(ctx, p.viewer, w.author.viewer.Account, social.FollowOptions{}); err != nil {
			return nil, err
		}
		w.people = append(w.people, p)
	}
	if posts > 0 {
		if w.reader, err = g.story(ctx, posts); err != nil {
			return nil, err
		}
	}
	if err := g.settle(ctx); err != nil {
		return nil, err
	}
	b.worlds[name] = w
	b.say("a site with %d followers and %d posts was made in %.1f s", followers, posts, time.Since(began).Seconds())
	return w, nil
}

// cheapPeople leaves out of signing up what is dear on purpose: everybody has the same key, and passwords are hashed cheaply.
func cheapPeople(s *server.Server) error {
	key, err := httpsig.GenerateRSA()
	if err != nil {
		return err
	}
	private, err := httpsig.MarshalPrivateKey(key)
	if err != nil {
		return err
	}
	public, err := httpsig.MarshalPublicKey(key.Public())
	if err != nil {
		return err
	}
	s.Identity.NewKey = func() (string, string, error) { return private, public, nil }
	s.Identity.Password = password.New(password.Options{Params: password.Cheap()})
	s.Identity.Start() // anew, with the two above
	return nil
}

// gardener fills a site.
type gardener struct {
	*server.Server
	site *skein.Site
}

func (g *gardener) person(ctx context.Context, name string) (person, error) {
	u, err := g.Identity.SignUp(ctx, g.site.ID, identity.SignUp{
		Username: name, Email: name + "@mail.example", Password: "correct horse battery", Agreement: true, Confirmed: true,
	})
	if err != nil {
		return person{}, fmt.Errorf("sign up %s: %w", name, err)
	}
	p := person{name: name, viewer: skein.Viewer{Site: g.site.ID, Account: u.Account}}
	if p.token, err = g.Identity.NewToken(ctx, g.site.ID, u.Account, 0, []string{"read", "write", "follow", "push"}); err != nil {
		return p, err
	}
	a, err := g.Social.Account(ctx, p.viewer, u.Account)
	if err != nil {
		return p, err
	}
	p.uri = a.URI
	return p, nil
}

// story makes writers who post, answer, boost and like, and a reader who follows them all and reads home now and then, so
// that the timeline is written as it is in life.
func (g *gardener) story(ctx context.Context, posts int) (reader person, err error) {
	if reader, err = g.person(ctx, "bookworm"); err != nil {
		return reader, err
	}
	writers := make([]person, 20)
	for i := range writers {
		if writers[i], err = g.person(ctx, fmt.Sprintf("writer%d", i)); err != nil {
			return reader, err
		}
		if _, err = g.Social.Follow(ctx, reader.viewer, writers[i].viewer.Account, social.FollowOptions{}); err != nil {
			return reader, err
		}
	}
	if _, err = g.Social.Home(ctx, reader.viewer, social.Page{Limit: 20}); err != nil {
		return reader, err
	}
	var made []skein.ID
	for i := range posts {
		who := writers[i*7%len(writers)].viewer
		d := social.Draft{Text: sentence(i), Visibility: skein.Public, Language: "en"}
		switch {
		case i%10 == 9: // a boost of another's post
			if _, err = g.Social.Boost(ctx, who, made[len(made)-3], skein.Public); err != nil {
				return reader, err
			}
			continue
		case i%10 == 4:
			d.ReplyTo, d.Text = made[len(made)-1], "@"+writers[(i-1)*7%len(writers)].name+" "+d.Text
		}
		v, err := g.Social.CreatePost(ctx, who, d)
		if err != nil {
			return reader, fmt.Errorf("post %d: %w", i, err)
		}
		made = append(made, v.Post.ID)
		if i%3 == 0 {
			if _, err := g.Social.Like(ctx, writers[(i+1)%len(writers)].viewer, v.Post.ID); err != nil {
				return reader, err
			}
		}
	}
	return reader, nil
}

// sentence is the text of a post: between one line and five, some with tags and links.
func sentence(i int) string {
	const line = "The geese came back over the reservoir this morning, three skeins of them, and nobody on the bridge looked up."
	text := fmt.Sprintf("%d. %s", i, line)
	for range i % 4 {
		text += " It was colder than last year, and clearer too."
	}
	if i%3 == 0 {
		text += " #birds #winter"
	}
	if i%5 == 0 {
		text += "\n\nhttps://maps.example.org/geese/reservoir-north?year=2026&unit=count"
	}
	return text
}

func (g *gardener) settle(ctx context.Context) error {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		idle, err := g.Queue.Idle(ctx, time.Now())
		if err != nil || idle {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("the queue does not empty while a site is made")
}
