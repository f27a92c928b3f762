package mastodon

import (
	"context"
	"errors"
	"net/http"
	"time"

	"skein/internal/kit/stream"
)

// sse makes the handler of one stream as server-sent events.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func sse(name string) handler {
	return func(a *API, c *call) error {
		tag, err := c.text("tag")
		if err != nil {
			return err
		}
		list, err := c.text("list")
		if err != nil {
			return err
		}
		media, err := c.flag("only_media")
		if err != nil {
			return err
		}
		f, err := c.feedOf(name, tag, list, media)
		if err != nil {
			return err
		}
		if c.r.Method == http.MethodHead {
			return &answered{http.StatusMethodNotAllowed, "Method Not Allowed"}
		}
		if err := a.streams.enter(c.who.Account); err != nil {
			return err
		}
		defer a.streams.leave(c.who.Account)
		w := &events{w: c.w, to: http.NewResponseController(c.w)}
		l := newListener(c, w)
		broke := false
		defer func() { l.end(broke) }()
		if err := l.add(c, f); err != nil {
			return err
		}
		h := c.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", cacheNever)
		h.Set("X-Accel-Buffering", "no") // nginx would hold events back
		// Both may be unknown to a writer; then the server's own limits hold.
		_ = w.to.SetReadDeadline(time.Time{})
		c.w.WriteHeader(http.StatusOK)
		if err := w.send([]byte(":)\n")); err != nil {
			return nil
		}
		// However it ended, there is no way left to say so: the client comes back.
		err = l.run(c, thumpEvery, nil)
		broke = !errors.Is(err, errRevoked) && !errors.Is(err, stream.ErrClosed) && !errors.Is(err, stream.ErrSlow)
		return nil
	}
}

// events writes server-sent events.
type events struct {
	w  http.ResponseWriter
	to *http.ResponseController
}

func (e *events) send(b []byte) error {
	_ = e.to.SetWriteDeadline(time.Now().Add(writeTime))
	if _, err := e.w.Write(b); err != nil {
		return err
	}
	return e.to.Flush()
}

func (e *events) write(_ context.Context, f frame) error {
	if f.shared != nil {
		b, err := f.shared.once("events", func() ([]byte, error) { return appendEvent(nil, f), nil })
		if err != nil {
			return err
		}
		return e.send(b)
	}
	buf := frames.Get().(*[]byte)
	defer giveBack(buf)
	*buf = appendEvent((*buf)[:0], f)
	return e.send(*buf)
}

// appendEvent writes an event as event streams have it.
func appendEvent(b []byte, f frame) []byte {
	b = append(b, "event: "...)
	b = append(b, f.event...)
	b = append(b, "\ndata: "...)
	if f.payload == nil {
		b = append(b, "undefined"...) // as Mastodon does (mastodon-api.md 10)
	}
	b = append(b, f.payload...)
	return append(b, "\n\n"...)
}

func (e *events) beat(context.Context) error { return e.send([]byte(":thump\n")) }
