package fedtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"skein/internal/transport/mastodon"
)

// ears collects what a stream says.
type ears struct {
	reader
	channel string
	mu      sync.Mutex
	heard   []byte
}

func (e *ears) has(word string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return bytes.Contains(e.heard, []byte(word))
}

// until waits for a word.
func (e *ears) until(t *testing.T, word string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !e.has(word); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s hears nothing of %s: %s", e.Name, e.channel, e.heard)
		}
	}
}

// take keeps what was said, until the stream ends.
func (e *ears) take(read func() ([]byte, error)) {
	for {
		b, err := read()
		if err != nil {
			return
		}
		e.mu.Lock()
		e.heard = append(e.heard, b...)
		e.mu.Unlock()
	}
}

// hearing is everybody who listens.
type hearing struct{ all []*ears }

// until waits until a public post with a hashtag, by somebody of this site, has been heard wherever such posts are told.
func (h hearing) until(t *testing.T, word string, but ...string) {
	t.Helper()
	for _, e := range h.all {
		if !strings.HasSuffix(e.channel, "/remote") && !strings.HasSuffix(e.channel, "/direct") && !slices.Contains(but, e.Name) &&
			!slices.Contains(but, e.Name+" "+e.channel) {
			e.until(t, word)
		}
	}
}

// everyStream is the channel of one socket that listens to all streams.
const everyStream = "all streams by socket"

// listen lets readers hear every stream there is, each as events and all of them over one socket.
func (x *matrix) listen(t *testing.T, readers []reader, query string) hearing {
	t.Helper()
	server := httptest.NewServer(x.n.Server.Handler())
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() {
		stop()
		running.Wait()
		server.CloseClientConnections()
		x.n.Server.Mastodon.Close()
		server.Close()
	})
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		t.Fatal(err)
	}
	var h hearing
	for _, r := range readers {
		mine := x.send(r.Person, inJSON, http.MethodGet, "/api/v1/lists/"+values.Get("list"), nil).status == http.StatusOK
		socket := &ears{reader: r, channel: everyStream}
		conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http")+"/api/v1/streaming",
			&websocket.DialOptions{Host: "elm.example", HTTPHeader: http.Header{"Authorization": {"Bearer " + r.Token}}})
		if err != nil {
			t.Fatal(err)
		}
		conn.SetReadLimit(1 << 20)
		for _, route := range mastodon.Routes() {
			if !isStream(route) || route.Gives != "Events" || strings.HasSuffix(route.Path, "/list") && !mine {
				continue
			}
			stream := strings.ReplaceAll(strings.TrimPrefix(route.Path, "/api/v1/streaming/"), "/", ":")
			if err := conn.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"subscribe","stream":%q,"tag":%q,"list":%q}`,
				stream, values.Get("tag"), values.Get("list"))); err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+route.Path+query, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = "elm.example"
			req.Header.Set("Authorization", "Bearer "+r.Token)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s as %s: %d", route.Path, name(r), resp.StatusCode)
			}
			e := &ears{reader: r, channel: route.Path}
			h.all = append(h.all, e)
			running.Go(func() {
				defer resp.Body.Close()
				lines := bufio.NewReader(resp.Body)
				e.take(func() ([]byte, error) { return lines.ReadBytes('\n') })
			})
		}
		h.all = append(h.all, socket)
		running.Go(func() {
			defer func() { _ = conn.CloseNow() }()
			socket.take(func() ([]byte, error) {
				_, b, err := conn.Read(ctx)
				return append(b, '\n'), err
			})
		})
	}
	return h
}
