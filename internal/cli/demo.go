package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/server"
	"skein/internal/skein"
)

// Demo is `skein demo`.
type Demo struct {
	Listen string `help:"Loopback address to listen on; the sites' names are made for its port." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Once   bool   `help:"Populate, print the addresses and end, without serving."`
}

// demoPassword signs in everybody in the demo.
const demoPassword = "demo-demo-demo"

// Run brings up the demo.
func (c *Demo) Run(ctx context.Context, root *Root, out io.Writer) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("the address %q is none such as 127.0.0.1:8080", c.Listen)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the demo has known passwords: it listens on loopback only, such as 127.0.0.1:8080")
	}
	// Is the port free? Better to know before the work than after it.
	probe, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("%s is taken by another program; try another with --listen 127.0.0.1:8090", c.Listen)
	}
	_ = probe.Close()
	if port == "0" {
		c.Listen = probe.Addr().String()
		_, port, _ = net.SplitHostPort(c.Listen)
	}
	clock := &demoClock{}
	conf := server.Config{
		Place: server.Place{Data: filepath.Join(root.Data, "demo-"+port), DB: root.DB}, Listen: c.Listen, Version: Version,
		OutboundAllow: []string{"127.0.0.0/8", "::1/128"}, Clock: clock.now, RateLimit: "off",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if conf.Letters, err = filepath.Abs(filepath.Join(conf.Data, "mail")); err != nil {
		return err
	}
	release, err := conf.Lock()
	if err != nil {
		return err
	}
	defer release()
	s, err := server.New(ctx, conf)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Sites.All(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 && all[0].Domain != demoSites[0].name+".localhost:"+port {
		return fmt.Errorf("the database holds other sites, such as %s: the demo has known passwords and needs one of its own", all[0].Domain)
	}
	if len(all) == 0 {
		d := &demo{s: s, clock: clock, port: port, sites: map[string]*skein.Site{}, people: map[string]*skein.User{}, posts: map[string]demoPost{}}
		if err := d.populate(ctx); err != nil {
			return fmt.Errorf("populate the demo: %w", err)
		}
	}
	tell := func() {
		fmt.Fprintf(out, "\n  A little fediverse is running.\n\n")
		for _, name := range demoSites {
			fmt.Fprintf(out, "    http://%s.localhost:%s   %s\n", name.name, port, name.summary)
		}
		fmt.Fprintf(out, "\n  Open  http://elm.localhost:%s/signin\n  Sign in as  ada  with the password  %s\n", port, demoPassword)
		fmt.Fprintf(out, "  Others: ben on oak, chio on fir; all with the same password. Ctrl+C ends it.\n")
		fmt.Fprintf(out, "  Who signs up gets a letter: letters are files in  %s\n\n", conf.Letters)
	}
	if c.Once {
		tell()
		return nil
	}
	return s.Run(ctx, func(net.Addr) { tell() })
}

// demoClock tells the real time, less a shift that shrinks while the demo's past is written.
type demoClock struct{ back atomic.Int64 }

func (c *demoClock) now() time.Time { return time.Now().Add(-time.Duration(c.back.Load())) }

// at sets the clock to a moment before the real now.
func (c *demoClock) at(before time.Duration) { c.back.Store(int64(before)) }

// demo writes the past of three sites, through the same rules as everybody's acts and with real federation between them.
type demo struct {
	s      *server.Server
	clock  *demoClock
	port   string
	sites  map[string]*skein.Site
	people map[string]*skein.User
	where  map[string]string
	posts  map[string]demoPost
}

type demoPost struct {
	id  skein.ID
	uri string
}

func (d *demo) populate(ctx context.Context) error {
	d.where = map[string]string{}
	work, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- d.s.Queue.Run(work) }()
	defer func() { stop(); <-done }()

	began := 52 * time.Hour
	d.clock.at(began)
	for _, one := range demoSites {
		made, _, err := d.s.Sites.Create(ctx, site.New{
			URL: "http://" + one.name + ".localhost:" + d.port, Name: one.title, Joining: skein.JoinOpen,
		})
		if err != nil {
			return err
		}
		if made, err = d.s.Sites.Update(ctx, made.ID, site.Settings{Summary: &one.summary, Rules: &one.rules}); err != nil {
			return err
		}
		d.sites[one.name] = made
	}
	for _, p := range demoPeople {
		u, err := d.s.Identity.SignUp(ctx, d.sites[p.site].ID, identity.SignUp{
			Username: p.name, Email: p.name + "@mail.example", Password: demoPassword, Agreement: true, Confirmed: true, Role: p.role,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		d.people[p.name], d.where[p.name] = u, p.site
		fields := p.fields
		if _, _, err := d.s.Social.UpdateProfile(ctx, d.who(p.name), social.Profile{
			DisplayName: &p.title, Bio: &p.bio, Fields: &fields, Discoverable: yes(), Indexable: yes(), Locked: &p.locked,
		}); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	for who, list := range demoFollows {
		for _, target := range list {
			id, err := d.find(ctx, who, target)
			if err != nil {
				return err
			}
			if _, err := d.s.Social.Follow(ctx, d.who(who), id, social.FollowOptions{}); err != nil {
				return fmt.Errorf("%s follows %s: %w", who, target, err)
			}
		}
	}
	if err := d.settle(ctx); err != nil {
		return err
	}
	for _, step := range demoStory {
		if step.before < began {
			began = step.before
			d.clock.at(began)
		}
		if err := d.do(ctx, step); err != nil {
			return fmt.Errorf("%s %s: %w", step.who, step.act, err)
		}
		if err := d.settle(ctx); err != nil {
			return err
		}
	}
	d.clock.at(0)
	return d.settle(ctx)
}

func yes() *bool { t := true; return &t }

func (d *demo) who(name string) skein.Viewer {
	return skein.Viewer{Site: d.sites[d.where[name]].ID, Account: d.people[name].Account}
}

// find returns the ID under which one person's site knows another.
func (d *demo) find(ctx context.Context, who, target string) (skein.ID, error) {
	if d.where[who] == d.where[target] {
		return d.people[target].Account, nil
	}
	a, err := d.s.Federation.FindAccount(ctx, d.sites[d.where[who]].ID, target+"@"+d.sites[d.where[target]].Domain)
	if err != nil {
		return 0, fmt.Errorf("%s looks for %s: %w", who, target, err)
	}
	return a.ID, nil
}

// post returns the ID under which a person's site knows a post.
func (d *demo) post(ctx context.Context, who, name string) (skein.ID, error) {
	p, err := d.s.Social.PostByURI(ctx, d.sites[d.where[who]].ID, d.posts[name].uri)
	if skein.KindOf(err) == skein.NotFound {
		p, err = d.s.Federation.FindPost(ctx, d.sites[d.where[who]].ID, d.posts[name].uri)
	}
	if err != nil {
		return 0, fmt.Errorf("%s looks for the post %s: %w", who, name, err)
	}
	return p.ID, nil
}

func (d *demo) do(ctx context.Context, st demoStep) error {
	who := d.who(st.who)
	var on skein.ID
	if st.on != "" {
		var err error
		if on, err = d.post(ctx, st.who, st.on); err != nil {
			return err
		}
	}
	switch st.act {
	case "post":
		lang := st.lang
		if lang == "" {
			lang = "en"
		}
		text := st.text
		for name, where := range d.where {
			text = replaceMention(text, name, where == d.where[st.who], d.sites[where].Domain)
		}
		v, err := d.s.Social.CreatePost(ctx, who, social.Draft{
			Text: text, Warning: st.warning, Language: lang, Visibility: st.reach, ReplyTo: on, Sensitive: st.warning != "",
		})
		if err != nil {
			return err
		}
		if st.name != "" {
			d.posts[st.name] = demoPost{v.Post.ID, v.Post.URI}
		}
		return nil
	case "edit":
		_, err := d.s.Social.EditPost(ctx, who, on, social.Edit{Text: &st.text})
		return err
	case "like":
		_, err := d.s.Social.Like(ctx, who, on)
		return err
	case "boost":
		_, err := d.s.Social.Boost(ctx, who, on, skein.Public)
		return err
	case "pin":
		_, err := d.s.Social.Pin(ctx, who, on)
		return err
	case "bookmark":
		_, err := d.s.Social.Bookmark(ctx, who, on)
		return err
	}
	return fmt.Errorf("no act of this name")
}

func (d *demo) settle(ctx context.Context) error {
	for calm := 0; calm < 2; {
		idle, err := d.s.Queue.Idle(ctx, d.clock.now())
		if err != nil {
			return err
		}
		if idle {
			calm++
			continue
		}
		calm = 0
		d.s.Queue.Wake()
		d.s.Queue.WakeLanes()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}
