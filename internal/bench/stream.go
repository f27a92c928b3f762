package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// streaming measures what it costs to have many listen, and to tell them all.
func (b *bench) streaming(ctx context.Context) (err error) {
	w, err := b.world(ctx, 1000, 0)
	if err != nil {
		return err
	}
	for _, name := range []string{"public:local", "user"} {
		if err := b.streamingOf(ctx, w, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	b.report.note("An event costs what a post costs more than one that nobody listens to, for each of those who get it. Memory is what the " +
		"process holds more, for each WebSocket that is open.")
	return nil
}

func (b *bench) streamingOf(ctx context.Context, w *world, name string) (err error) {
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if name == "user" { // who listens to it has home kept: that is no part of what listening costs
		if err := b.everybodyReads(ctx, w); err != nil {
			return err
		}
	}
	posts, written := b.count(50), 0
	all := listeners{}
	round := func() (time.Duration, error) {
		return p.spent(ctx, posts, func() error {
			want := all.events.Load() + int64(posts*len(all.conns))
			for range posts {
				written++
				if err := b.write(ctx, w.author, written); err != nil {
					return err
				}
			}
			return all.wait(ctx, want)
		})
	}
	quiet, err := b.median("post, nobody listens to "+name, round)
	if err != nil {
		return err
	}
	before, err := b.memory(ctx, p)
	if err != nil {
		return err
	}
	defer all.close()
	n := b.count(1000)
	url := strings.Replace(b.site, "http", "ws", 1) + "/api/v1/streaming?stream=" + name
	err = times(n, 8, func(i int) error { return all.open(ctx, b.web, url, w.people[i].token) })
	if err != nil {
		return err
	}
	after, err := b.memory(ctx, p)
	if err != nil {
		return err
	}
	loud, err := b.median(fmt.Sprintf("post, %d listen to %s", n, name), round)
	if err != nil {
		return err
	}
	b.report.cpu = append(b.report.cpu,
		row{fmt.Sprintf("post, %d streams of `%s`", n, name), cost(loud), figure{}, figure{}},
		row{fmt.Sprintf("event delivered on `%s`", name), cost((loud - quiet) / time.Duration(n)), figure{}, figure{}})
	b.report.other = append(b.report.other, row{fmt.Sprintf("memory of one stream, `%s`", name), size((after - before) / int64(n)), figure{}, figure{}})
	return nil
}

// memory is what the process holds once it had a moment of rest.
func (b *bench) memory(ctx context.Context, p *process) (int64, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(time.Second):
	}
	return resident(p.cmd.Process.Pid)
}

// listeners are open WebSockets.
type listeners struct {
	mu      sync.Mutex
	conns   []*websocket.Conn
	reading sync.WaitGroup
	events  atomic.Int64
}

func (l *listeners) open(ctx context.Context, web *client, url, token string) error {
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: web.transport}, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
	if err != nil {
		return err
	}
	conn.SetReadLimit(1 << 20)
	l.mu.Lock()
	l.conns = append(l.conns, conn)
	l.mu.Unlock()
	l.reading.Go(func() {
		for {
			_, b, err := conn.Read(ctx)
			if err != nil {
				return
			}
			if strings.Contains(string(b[:min(len(b), 80)]), `"event":"update"`) {
				l.events.Add(1)
			}
		}
	})
	return nil
}

// wait waits until so many events have come.
func (l *listeners) wait(ctx context.Context, want int64) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if l.events.Load() >= want {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%d events of %d arrived", l.events.Load(), want), ctx.Err())
}

func (l *listeners) close() {
	_ = times(len(l.conns), 8, func(i int) error { return l.conns[i].CloseNow() })
	l.reading.Wait()
}
