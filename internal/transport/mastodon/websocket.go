package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"skein/internal/kit/stream"
	"skein/internal/kit/web"
)

// Bounds of what a client may say on a socket.
const (
	maxFrame    = 4096
	maxCommands = 300 // in a minute
	farewell    = time.Second
)

// socketProtocol is the token that browsers, which cannot set headers on sockets, put where the name of a protocol belongs.
func socketProtocol(r *http.Request) string {
	return strings.TrimSpace(r.Header.Get("Sec-WebSocket-Protocol"))
}

// socket: https://docs.joinmastodon.org/methods/streaming/#websocket
func (a *API) socket(c *call) error {
	if !strings.EqualFold(c.r.Header.Get("Upgrade"), "websocket") {
		return &answered{http.StatusNotFound, "Not Found"}
	}
	// With a cookie only our own pages: others may have talked the browser into it (T122).
	if c.cookie && c.r.Header.Get("Origin") != c.site.Base {
		return errDenied
	}
	q := c.r.URL.Query()
	var first *feed
	if name := q.Get("stream"); name != "" {
		f, err := c.feedOf(name, q.Get("tag"), q.Get("list"), q.Get("only_media") != "" && truth(q.Get("only_media")))
		if err != nil {
			return err
		}
		first = &f
	}
	if err := a.streams.enter(c.who.Account); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &socketWire{cancel: cancel}
	// Listening begins before the socket is there: what happens from the moment a client may think itself heard reaches it.
	l := newListener(c.rest(ctx), w)
	opened := false
	defer func() {
		if !opened {
			cancel()
			l.end(false)
			a.streams.leave(c.who.Account)
		}
	}()
	if first != nil {
		if err := l.add(c, *first); err != nil {
			return err
		}
	}
	options := &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled}
	if p := socketProtocol(c.r); p != "" {
		options.Subprotocols = []string{p}
	}
	conn, err := websocket.Accept(&thrifty{c.w}, c.r, options)
	if err != nil {
		return nil // it has answered
	}
	conn.SetReadLimit(maxFrame)
	w.conn = conn
	// The socket goes on by itself: the request, its buffers and the stack that it needed are let go of.
	opened = true
	go l.serve(ctx, conn)
	return nil
}

// rest is what is left of a call once its request was answered and its stream goes on: who asks, and by what right.
func (c *call) rest(ctx context.Context) *call {
	h := http.Header{}
	if c.cookie {
		// As of no account that its name tells: who it is of is known.
		h.Set("Cookie", web.SessionName(c.site.Base)+"="+web.Session(c.r, c.site.Base))
	} else if token, err := bearer(c); err == nil {
		h.Set("Authorization", "Bearer "+token)
	}
	r := &http.Request{Method: c.r.Method, URL: &url.URL{Path: c.r.URL.Path}, Header: h, RemoteAddr: c.address()}
	return &call{Context: ctx, api: c.api, r: r, site: c.site, who: c.who, grant: c.grant, route: c.route, cookie: c.cookie}
}

// serve passes events on to a socket until it ends.
func (l *listener) serve(ctx context.Context, conn *websocket.Conn) {
	defer l.api.streams.leave(l.who.Account)
	w := l.wire.(*socketWire)
	broke := false
	defer func() { l.end(broke) }()
	defer func() {
		if p := recover(); p != nil {
			w.cancel()
			_ = conn.CloseNow()
			l.log(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	var reading sync.WaitGroup
	commands := make(chan func() error)
	reading.Go(func() {
		defer w.cancel()
		l.read(ctx, conn, commands)
	})
	err := l.run(ctx, checkEvery, commands)
	// A client that is too slow or has lost its right is told by the code.
	switch {
	case errors.Is(err, stream.ErrSlow):
		_ = conn.Close(websocket.StatusTryAgainLater, "too slow")
	case errors.Is(err, stream.ErrClosed):
		// The process ends: who does not answer the farewell at once is not waited for.
		impatient := time.AfterFunc(farewell, w.cancel)
		_ = conn.Close(websocket.StatusGoingAway, "closing")
		impatient.Stop()
	case errors.Is(err, errRevoked):
		_ = conn.Close(websocket.StatusPolicyViolation, "access revoked")
	case errors.Is(err, errChatty):
		_ = conn.Close(websocket.StatusPolicyViolation, "too many messages")
	case ctx.Err() != nil:
		broke = true
		_ = conn.CloseNow()
	default:
		broke = true
		l.log(err)
		_ = conn.Close(websocket.StatusInternalError, "")
	}
	w.cancel()
	reading.Wait()
	w.pings.Wait()
	broke = broke && !l.bye
}

var errChatty = errors.New("mastodon: too many messages")

// read turns messages into work for the listener's goroutine, until the socket ends.
func (l *listener) read(ctx context.Context, conn *websocket.Conn, commands chan<- func() error) {
	said, since := 0, time.Now()
	for {
		kind, raw, err := conn.Read(ctx)
		if err != nil {
			l.bye = websocket.CloseStatus(err) != -1
			return
		}
		if time.Since(since) > time.Minute {
			said, since = 0, time.Now()
		}
		said++
		do := func() error { return l.command(ctx, raw) }
		if said > maxCommands {
			do = func() error { return errChatty }
		} else if kind != websocket.MessageText {
			continue
		}
		select {
		case commands <- do:
		case <-ctx.Done():
			return
		}
	}
}

// command does what a message asks for. What is wrong with it is answered, and the socket stays.
func (l *listener) command(ctx context.Context, raw []byte) error {
	err := l.api.helpers.do(func() error { return l.obey(ctx, raw) })
	var told *answered
	var bad *badRequest
	switch {
	case errors.As(err, &told):
	case errors.As(err, &bad):
		told = &answered{http.StatusBadRequest, bad.text}
	case errors.Is(err, stream.ErrTopics):
		told = errTooManyStreams
	default:
		return err
	}
	b, err := json.Marshal(struct {
		Error  string `json:"error"`
		Status int    `json:"status"`
	}{told.text, told.status})
	if err != nil {
		return err
	}
	return l.wire.(*socketWire).send(ctx, b)
}

func (l *listener) obey(ctx context.Context, raw []byte) error {
	in := reader{left: 32}
	msg, err := in.json(raw)
	if err != nil {
		return err
	}
	word := func(name string) string {
		if n := msg.get(name); n != nil {
			return n.text
		}
		return ""
	}
	kind := word("type")
	if kind != "subscribe" && kind != "unsubscribe" {
		return nil // Mastodon is silent too
	}
	media := word("only_media")
	f, err := l.feedOf(word("stream"), word("tag"), word("list"), media != "" && truth(media))
	if err != nil {
		return err
	}
	if kind == "unsubscribe" {
		l.remove(f)
		return nil
	}
	return l.add(ctx, f)
}

// socketWire writes frames to a socket.
type socketWire struct {
	conn   *websocket.Conn
	cancel context.CancelFunc
	pings  sync.WaitGroup
	asking atomic.Bool
}

// ask has the client confirm what was written to it: a pong comes after all that went before its ping. One ping at a time.
func (w *socketWire) ask(ctx context.Context, l *listener) {
	if !w.asking.CompareAndSwap(false, true) {
		return
	}
	w.pings.Go(func() {
		for more := true; more; {
			n := l.written()
			ctx, cancel := context.WithTimeout(ctx, writeTime)
			err := w.conn.Ping(ctx)
			cancel()
			if err != nil {
				w.asking.Store(false)
				w.cancel()
				return
			}
			if more = l.confirm(n); !more {
				w.asking.Store(false)
				// What was written while that was said found somebody asking, and asked no more.
				more = l.confirm(n) && w.asking.CompareAndSwap(false, true)
			}
		}
	})
}

func (w *socketWire) send(ctx context.Context, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return w.conn.Write(ctx, websocket.MessageText, b)
}

func (w *socketWire) write(ctx context.Context, f frame) error {
	if f.shared != nil {
		b, err := f.shared.once("socket\x00"+f.feed.key(), func() ([]byte, error) { return appendFrame(nil, f) })
		if err != nil {
			return err
		}
		return w.send(ctx, b)
	}
	buf := frames.Get().(*[]byte)
	defer giveBack(buf)
	b, err := appendFrame((*buf)[:0], f)
	if err != nil {
		return err
	}
	*buf = b
	return w.send(ctx, b)
}

// appendFrame writes an event as sockets have it.
func appendFrame(b []byte, f frame) ([]byte, error) {
	b = append(b, `{"stream":[`...)
	b = strconv.AppendQuote(b, f.feed.name) // our own names, of plain letters
	if f.feed.param != "" {
		b = append(b, ',')
		param, err := encode(f.feed.param)
		if err != nil {
			return nil, err
		}
		b = append(b, param...)
	}
	b = append(b, `],"event":"`...)
	b = append(b, f.event...)
	b = append(b, '"')
	if f.payload != nil {
		b = append(b, `,"payload":`...)
		b = appendQuoted(b, f.payload)
	}
	return append(b, '}'), nil
}

// appendQuoted writes JSON as a JSON text. Control characters are escaped in it already.
func appendQuoted(b, doc []byte) []byte {
	b = append(b, '"')
	start := 0
	for i, ch := range doc {
		if ch == '"' || ch == '\\' {
			b = append(b, doc[start:i]...)
			b = append(b, '\\', ch)
			start = i + 1
		}
	}
	b = append(b, doc[start:]...)
	return append(b, '"')
}

// beat sends a ping and goes on; a pong that does not come ends the socket.
func (w *socketWire) beat(ctx context.Context) error {
	w.pings.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		if w.conn.Ping(ctx) != nil {
			w.cancel()
		}
	})
	return nil
}
