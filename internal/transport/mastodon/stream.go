package mastodon

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/limit"
	"skein/internal/kit/stream"
	"skein/internal/kit/text"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// Bounds of live streams (T90).
const (
	maxFeeds   = 64 // streams of one socket
	maxStreams = 32 // sockets and event streams of one person
	writeTime  = 10 * time.Second
	checkEvery = 30 * time.Second // pings, and whether the token still counts
	thumpEvery = 15 * time.Second
	keepEvery  = 10 * time.Minute
)

// streams counts who listens.
type streams struct {
	mu     sync.Mutex
	open   map[skein.ID]int
	closed bool
	done   sync.WaitGroup
}

var (
	errTooManyStreams = &answered{http.StatusTooManyRequests, "Too many open streams"}
	errClosing        = skein.Errorf(skein.Busy, "There was a temporary problem serving your request, please try again")
)

func (s *streams) enter(who skein.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosing
	}
	if s.open == nil {
		s.open = map[skein.ID]int{}
	}
	if s.open[who] >= maxStreams {
		return errTooManyStreams
	}
	s.open[who]++
	s.done.Add(1)
	return nil
}

func (s *streams) leave(who skein.ID) {
	s.mu.Lock()
	if s.open[who]--; s.open[who] == 0 {
		delete(s.open, who)
	}
	s.mu.Unlock()
	s.done.Done()
}

func (s *streams) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

// feed is one stream that somebody listens to: mastodon-api.md 10.
type feed struct {
	name  string
	param string // the hashtag as asked for, or the list
	topic string // empty: nothing ever happens there
	media bool   // only posts with files
	list  skein.ID
}

var errNoList = &answered{http.StatusUnauthorized, "Not authorized to stream this list"}

// personal: what is sent there is meant for the reader, with what they did and how their filters judge.
func (f feed) personal() bool {
	switch f.name {
	case "user", "user:notification", "list", "direct":
		return true
	}
	return false
}

// keep keeps what is listened to made: timelines are, as long as somebody wants them.
func (l *listener) keep(ctx context.Context, f feed) error {
	switch f.name {
	case "user":
		return l.api.Social.KeepFeed(ctx, l.who)
	case "list":
		return unseen(l.api.Social.KeepList(ctx, l.who, f.list))
	}
	return nil
}

func (f feed) key() string { return f.name + "\x00" + f.param }

// feedOf reads what a client wants to hear, and whether it may.
func (c *call) feedOf(name, tag, list string, media bool) (feed, error) {
	f := feed{name: name, media: media}
	scope := "read:statuses"
	switch name {
	case "user":
		f.topic = social.TopicUser(c.who.Account)
	case "user:notification":
		f.topic, scope = social.TopicUser(c.who.Account), "read:notifications"
	case "public", "public:media":
		f.topic = social.TopicPublic(c.site.ID)
	case "public:local", "public:local:media":
		f.topic = social.TopicLocal(c.site.ID)
	case "public:remote", "public:remote:media":
		f.topic = social.TopicRemote(c.site.ID)
	case "hashtag", "hashtag:local":
		if tag == "" {
			return f, &answered{http.StatusBadRequest, "Missing tag name parameter"}
		}
		normal, _, ok := text.Hashtag(tag)
		if !ok {
			return f, &answered{http.StatusBadRequest, "This is not a hashtag"}
		}
		f.param, f.topic = tag, social.TopicTag(c.site.ID, normal)
		if name == "hashtag:local" {
			f.topic = social.TopicLocalTag(c.site.ID, normal)
		}
	case "list":
		if list == "" {
			return f, &answered{http.StatusBadRequest, "Missing list name parameter"}
		}
		id, ok := skein.ParseID(list)
		if !ok {
			return f, errNoList
		}
		if _, err := c.api.Social.List(c, c.who, id); err != nil {
			if skein.KindOf(err) == skein.NotFound {
				err = errNoList
			}
			return f, err
		}
		f.param, f.list, f.topic = list, id, social.TopicList(id)
	case "direct":
		f.topic = social.TopicDirect(c.who.Account)
	default:
		return f, &answered{http.StatusBadRequest, "Unknown stream type"}
	}
	switch name {
	case "public:media", "public:local:media", "public:remote:media":
		f.media = true
	case "public", "public:local", "public:remote":
		if media {
			f.name += ":media"
		}
	default:
		f.media = false
	}
	if !identity.Allows(c.grant, scope) {
		return f, errScope
	}
	return f, c.narrow(&f)
}

// narrow keeps a stream to what the reader may read of the feed (mastodon-api.md 10): one that shows two parts shows the
// other one when one is closed.
func (c *call) narrow(f *feed) error {
	kind, tagged := social.LiveFeed, strings.HasPrefix(f.name, "hashtag")
	if tagged {
		kind = social.TagFeed
	} else if !strings.HasPrefix(f.name, "public") {
		return nil
	}
	local, remote, err := c.api.Social.FeedParts(c, c.who, kind)
	if err != nil || local && remote {
		return err
	}
	wantLocal, wantRemote := !strings.HasPrefix(f.name, "public:remote"), !strings.HasPrefix(f.name, "public:local") && f.name != "hashtag:local"
	switch {
	case wantLocal && local && tagged:
		normal, _, _ := text.Hashtag(f.param)
		f.topic = social.TopicLocalTag(c.site.ID, normal)
	case wantLocal && local:
		f.topic = social.TopicLocal(c.site.ID)
	case wantRemote && remote && !tagged:
		f.topic = social.TopicRemote(c.site.ID)
	default:
		return errDenied
	}
	return nil
}

// frame is one event on its way to a client.
type frame struct {
	feed    feed
	event   string
	payload []byte     // JSON, or an ID; nil: the event says all
	shared  *broadcast // who has it as all have it; nil: it is for one
}

// wire is what a listener writes to: a socket or an event stream.
type wire interface {
	write(ctx context.Context, f frame) error
	beat(ctx context.Context) error // shows that both are alive
}

// listener is somebody who listens. All of it belongs to the one goroutine of its run. There are thousands, most of them waiting:
// nothing is kept in one that only an event needs, and what digs deep, such as a look at the database, is done by a helper, so
// that its own stack stays small.
type listener struct {
	*call
	wire  wire
	sub   *stream.Subscription
	feeds map[string]feed

	out    outbox
	missed []replay
	told   map[toldTo]bool // events that were missed, told to one feed, and may come again
	busy   bool            // the last event was written
	bye    bool            // the client said that it goes
}

// replay is an event that a feed missed while its client was away.
type replay struct {
	key   string
	event stream.Event
}

// toldTo is an event and the key of a feed.
type toldTo struct {
	event int64
	key   string
}

// errRevoked ends a stream whose token no longer counts (T140).
var errRevoked = errors.New("mastodon: access revoked")

func newListener(c *call, w wire) *listener {
	l := &listener{call: c, wire: w, sub: c.api.Hub.Subscribe(social.TopicAccess(c.who.Account), site.TopicNews(c.site.ID)), feeds: map[string]feed{}}
	c.api.rests.began(l)
	return l
}

// end lets go of what the listener holds; when it broke off, the client may come back for what it misses.
func (l *listener) end(broke bool) { l.api.rests.ended(l, broke) }

func (l *listener) add(ctx context.Context, f feed) error {
	if _, ok := l.feeds[f.key()]; ok {
		return nil
	}
	if len(l.feeds) >= maxFeeds {
		return &answered{http.StatusTooManyRequests, "Too many streams on one connection"}
	}
	if err := l.keep(ctx, f); err != nil {
		return err
	}
	if f.topic != "" {
		if err := l.sub.Add(f.topic); err != nil {
			return err
		}
	}
	l.feeds[f.key()] = f
	l.named()
	if f.topic != "" {
		for _, e := range l.api.rests.missed(l, f) {
			if l.told == nil {
				l.told = map[toldTo]bool{}
			}
			l.told[toldTo{e.ID, f.key()}] = true
			l.missed = append(l.missed, replay{f.key(), e})
		}
	}
	return nil
}

// catchUp passes on what was missed.
func (l *listener) catchUp(ctx context.Context) error {
	for len(l.missed) > 0 {
		r := l.missed[0]
		l.missed = l.missed[1:]
		if f, ok := l.feeds[r.key]; ok {
			if err := l.pass(ctx, r.event, []feed{f}); err != nil {
				return err
			}
		}
	}
	l.missed = nil
	return nil
}

// pass passes an event on to feeds.
func (l *listener) pass(ctx context.Context, e stream.Event, to []feed) (err error) {
	switch data := e.Data.(type) {
	case site.News:
		err = l.news(ctx, data, to)
	case social.Live:
		err = l.event(ctx, e, data, to)
	}
	if err == nil {
		l.after(ctx, e)
	}
	return err
}

// concerns tells whether a feed is about a topic.
func (l *listener) concerns(f feed, topic string) bool {
	return f.topic == topic || f.name == "user" && topic == site.TopicNews(l.site.ID)
}

// wanted returns the feeds that an event is for: each is told once, also of what it missed and now hears again.
func (l *listener) wanted(e *stream.Event) (to []feed) {
	for key, f := range l.feeds {
		if !l.concerns(f, e.Topic) {
			continue
		}
		if t := (toldTo{e.ID, key}); l.told[t] {
			delete(l.told, t)
			continue
		}
		to = append(to, f)
	}
	return to
}

// after notes what was written, and asks the client to confirm it.
func (l *listener) after(ctx context.Context, e stream.Event) {
	if !l.busy {
		return
	}
	l.busy = false
	l.wrote(e)
	if w, ok := l.wire.(*socketWire); ok {
		w.ask(ctx, l)
	}
}

func (l *listener) remove(f feed) {
	f, ok := l.feeds[f.key()]
	if !ok {
		return
	}
	delete(l.feeds, f.key())
	l.named()
	for _, other := range l.feeds {
		if other.topic == f.topic {
			return
		}
	}
	if f.topic != "" {
		l.sub.Remove(f.topic)
	}
}

// run passes events on until the client is gone, too slow, or no longer allowed. commands are what the client asks for
// meanwhile; nil for an event stream.
func (l *listener) run(ctx context.Context, beat time.Duration, commands <-chan func() error) error {
	beats := time.NewTicker(beat)
	defer beats.Stop()
	age := time.Duration(0) // in beats, of which the other two are multiples
	for {
		if err := l.catchUp(ctx); err != nil {
			return err
		}
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.api.quit:
			return stream.ErrClosed
		case do := <-commands:
			err = do()
		case <-beats.C:
			age += beat
			err = l.wire.beat(ctx)
			if err == nil && age%checkEvery == 0 {
				err = l.check(ctx)
			}
			if err == nil && age%keepEvery == 0 {
				err = l.api.helpers.do(func() (err error) {
					for _, f := range l.feeds {
						err = errors.Join(err, l.keep(ctx, f))
					}
					return err
				})
			}
		case e, ok := <-l.sub.C():
			if !ok {
				return l.sub.Err()
			}
			if live, ok := e.Data.(social.Live); ok && live.Kind == social.LiveAccess {
				err = l.check(ctx)
			} else if to := l.wanted(e); len(to) > 0 {
				err = l.pass(ctx, *e, to)
			}
		}
		if err != nil {
			return err
		}
	}
}

// check asks whether whoever opened the stream may still listen.
func (l *listener) check(ctx context.Context) error {
	return l.api.helpers.do(func() error { return l.checked(ctx) })
}

func (l *listener) checked(ctx context.Context) error {
	var g *skein.Grant
	var err error
	if l.cookie {
		g, err = l.api.Identity.BySession(ctx, l.site.ID, web.Session(l.r, l.site.Base))
	} else {
		var token string
		if token, err = bearer(l.call); err == nil {
			g, err = l.api.Identity.ByToken(ctx, l.site.ID, token)
		}
	}
	switch kind := skein.KindOf(err); {
	case err != nil && (kind == skein.Internal || kind == skein.Busy):
		return nil // a database that has a moment is no reason to hang up
	case err != nil || g == nil || g.Viewer.Account != l.who.Account || g.User != nil && g.User.Ready() != nil:
		return errRevoked
	}
	l.grant = g // with what the person set since
	return l.welcome(ctx)
}

// welcome asks whether the site still serves the listener: whether it is open, serves the part of the network that the listener
// is in, and lets them read the feeds they listen to.
func (l *listener) welcome(ctx context.Context) error {
	at, err := l.api.Sites.ByID(ctx, l.site.ID)
	if err != nil {
		return nil // as above
	}
	if shut, err := l.api.Reports.ShutOut(ctx, l.site.ID, limit.ClientIP(l.r, l.api.Proxies)); !at.SuspendedAt.IsZero() || err == nil && shut {
		return errRevoked
	}
	for _, f := range l.feeds {
		if !strings.HasPrefix(f.name, "public") && !strings.HasPrefix(f.name, "hashtag") {
			continue
		}
		now, err := l.feedOf(f.name, f.param, "", f.media)
		if skein.KindOf(err) == skein.Internal && !errors.As(err, new(*answered)) {
			continue
		}
		if err != nil || now.topic != f.topic {
			return errRevoked // it comes back, and is told what it may have
		}
	}
	return nil
}

// event passes one event on to feeds of its topic, as far as the listener may see it now (T157).
func (l *listener) event(ctx context.Context, e stream.Event, live social.Live, to []feed) error {
	var d drawing
	shared, err := l.share(ctx, e, live)
	if err != nil {
		return err
	}
	if shared != nil {
		d = shared.drawing
	} else if d, err = l.drawn(ctx, e.Topic, live); err != nil || d.event == "" {
		return err
	}
	for _, f := range to {
		switch {
		case live.Kind == social.LiveFilters && f.name != "user",
			live.Away && f.name == "user",
			f.media && d.bare,
			!f.personal() && !l.speaks(d):
			continue
		case f.name == "user:notification":
			switch d.event {
			case "notification", "notifications_merged":
			case "status.update", "delete": // of posts that name the person (mastodon-api.md 10)
				if !live.Named {
					continue
				}
			default:
				continue
			}
		}
		l.busy = true
		if err := l.wire.write(ctx, frame{f, d.event, d.payload, shared}); err != nil {
			return err
		}
	}
	return nil
}

// speaks tells whether a post is in a language that the listener wants to see in feeds (mastodon-api.md 10); one's own are.
func (l *listener) speaks(d drawing) bool {
	reads := l.reads()
	return len(reads) == 0 || d.language == "" || d.author == l.who.Account || slices.Contains(reads, d.language)
}

// drawn has a helper draw an event for this listener alone.
func (l *listener) drawn(ctx context.Context, topic string, live social.Live) (d drawing, err error) {
	err = l.api.helpers.do(func() (err error) {
		buf := buffers.Get().(*[]byte)
		d, err = l.draw(ctx, topic, live, (*buf)[:0])
		if b := d.payload; b != nil {
			d.payload = bytes.Clone(b)
			if cap(b) <= maxPooled {
				*buf = b[:0]
			}
		}
		buffers.Put(buf)
		return err
	})
	return d, err
}

// drawing is an event as its listener gets it.
type drawing struct {
	event   string // empty: the listener gets nothing
	payload []byte
	bare    bool // a post without files

	author   skein.ID // of a post
	language string   // of it; empty: not known
}

// draw looks at what happened and puts it together behind b.
func (l *listener) draw(ctx context.Context, topic string, live social.Live, b []byte) (d drawing, err error) {
	user := topic == social.TopicUser(l.who.Account)
	switch live.Kind {
	case social.LiveNotification:
		if !user || !identity.Allows(l.grant, "read:notifications") {
			return d, nil
		}
		n, err := l.api.Social.Notification(ctx, l.who, live.Notification)
		if err != nil {
			return d, unseen(err)
		}
		return drawing{event: "notification", payload: l.api.painter.appendNotification(b, l.site, n, l.who, nil)}, nil
	case social.LivePost, social.LiveEdit:
		list, err := l.api.Social.Shown(ctx, l.who, []skein.ID{live.Post})
		if err != nil || len(list) == 0 {
			return d, err
		}
		d.event = "update"
		if live.Kind == social.LiveEdit {
			d.event = "status.update"
		}
		v := list[0]
		d.bare = len(v.Post.Attachments) == 0
		d.author, d.language = v.Post.Author, v.Post.Language
		// Payloads of public streams are anonymous, but for what the listener filters: appendStatus writes v.Filtered.
		reader := l.who
		if !l.personal(topic) {
			reader.Account = 0
		}
		d.payload = l.api.painter.appendStatus(b, l.site, v, reader)
	case social.LiveTalk:
		t, err := l.api.Social.Talk(ctx, l.who, live.Talk)
		if err != nil || t.Post == nil {
			return d, unseen(err)
		}
		return drawing{event: "conversation", payload: l.api.painter.appendTalk(b, l.site, t, l.who)}, nil
	case social.LiveDelete:
		return drawing{event: "delete", payload: append(b, live.Post.String()...)}, nil
	case social.LiveFilters:
		if user {
			d.event = "filters_changed" // says nothing more
		}
	case social.LiveMerged:
		if user && identity.Allows(l.grant, "read:notifications") {
			return drawing{event: "notifications_merged", payload: append(b, '1')}, nil
		}
	}
	return d, nil
}

// personal tells whether a topic is one of those that only this reader has.
func (l *listener) personal(topic string) bool {
	for _, f := range l.feeds {
		if f.topic == topic {
			return f.personal()
		}
	}
	return false
}

// unseen makes nothing of a thing that is gone, or not for this reader any more, before its event arrived.
func unseen(err error) error {
	switch skein.KindOf(err) {
	case skein.NotFound, skein.Gone, skein.Denied:
		return nil
	}
	return err
}

// health tells that streams are served here.
func health(_ *API, c *call) error {
	h := c.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", cacheNever)
	_, _ = c.w.Write([]byte("OK"))
	return nil
}
