package mastodon

import (
	"context"
	"sync"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/stream"
	"skein/internal/skein"
)

// broadcastTime is how long an event of a public stream is told to others as it was drawn for the first: who comes later, with a
// queue before them, looks anew (T157).
const broadcastTime = time.Second

// broadcasts are events of public streams that are being told: each is drawn once for all who see of it what everybody sees.
type broadcasts struct {
	mu   sync.Mutex
	live map[int64]*broadcast // by event
}

// broadcast is one of them.
type broadcast struct {
	drawing
	done chan struct{} // closed once the rest is there
	post *social.Broadcast
	err  error

	mu    sync.Mutex
	wires map[string][]byte // as it goes out, by kind of wire and feed
}

// once returns the event as it goes out, which all share: nobody changes it.
func (b *broadcast) once(key string, make func() ([]byte, error)) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, ok := b.wires[key]; ok {
		return w, nil
	}
	w, err := make()
	if err == nil {
		b.wires[key] = w
	}
	return w, err
}

// of returns the broadcast of an event, and whether the caller is the one to draw it.
func (s *broadcasts) of(event int64) (b *broadcast, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b = s.live[event]; b != nil {
		return b, false
	}
	if s.live == nil {
		s.live = map[int64]*broadcast{}
	}
	b = &broadcast{done: make(chan struct{}), wires: map[string][]byte{}}
	s.live[event] = b
	return b, true
}

func (s *broadcasts) forget(event int64, b *broadcast) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[event] == b {
		delete(s.live, event)
	}
}

// share returns an event of a public stream as everybody sees it; nil: the listener is one of those who do not, or the event is
// none of those.
func (l *listener) share(ctx context.Context, e stream.Event, live social.Live) (*broadcast, error) {
	if live.Kind != social.LivePost && live.Kind != social.LiveEdit || l.personal(e.Topic) {
		return nil, nil
	}
	b, first := l.api.broadcasts.of(e.ID)
	if first {
		// For all who listen: the end of this one must not be theirs.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
		b.err = l.api.helpers.do(func() error { return l.api.broadcast(ctx, l.site, live, b) })
		cancel()
		close(b.done)
		time.AfterFunc(broadcastTime, func() { l.api.broadcasts.forget(e.ID, b) })
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if b.err != nil {
		return nil, b.err
	}
	if l.api.Social.Plain(b.post, l.who) {
		return b, nil
	}
	same := false
	err := l.api.helpers.do(func() (err error) {
		same, err = l.api.Social.Shared(ctx, b.post, l.who)
		return err
	})
	if err != nil || !same {
		return nil, err
	}
	return b, nil
}

// broadcast draws an event for all.
func (a *API) broadcast(ctx context.Context, site *skein.Site, live social.Live, b *broadcast) (err error) {
	if b.post, err = a.Social.Broadcast(ctx, site.ID, live.Post); err != nil || b.post.View == nil {
		return err
	}
	b.event = "update"
	if live.Kind == social.LiveEdit {
		b.event = "status.update"
	}
	b.bare = len(b.post.View.Post.Attachments) == 0
	b.author, b.language = b.post.View.Post.Author, b.post.View.Post.Language
	b.payload = a.painter.appendStatus(nil, site, b.post.View, skein.Viewer{Site: site.ID})
	return nil
}
