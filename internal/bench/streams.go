package main

import (
	"context"
	"errors"
	"strings"
	"time"
)

const (
	manyStreams  = 10_000
	postsToMany  = 3
	manyTakeMost = 5 * time.Minute
)

// manyStreams measures what the server holds while 10,000 listen, half of them to home and half to the local timeline, and all
// have been told of posts. Go raises the limit of open files by itself, here and in the server, to what the system allows.
func (b *bench) manyStreams(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, manyTakeMost)
	defer cancel()
	w, err := b.world(ctx, 1000, 0)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := b.everybodyReads(ctx, w); err != nil {
		return err
	}
	alone, err := b.memory(ctx, p)
	if err != nil {
		return err
	}
	all := listeners{}
	defer all.close()
	url := strings.Replace(b.site, "http", "ws", 1) + "/api/v1/streaming?stream="
	began := time.Now()
	err = times(manyStreams, 16, func(i int) error {
		name := "user"
		if i%2 == 1 {
			name = "public:local"
		}
		return all.open(ctx, b.web, url+name, w.people[i/2%len(w.people)].token)
	})
	if err != nil {
		return err
	}
	open, err := b.memory(ctx, p)
	if err != nil {
		return err
	}
	b.say("  %d streams were open after %v: %s, and %s before", manyStreams, time.Since(began).Round(time.Millisecond), size(open), size(alone))
	for i := range postsToMany {
		want := all.events.Load() + manyStreams
		if err := b.write(ctx, w.author, i); err != nil {
			return err
		}
		if err := all.wait(ctx, want); err != nil {
			return err
		}
	}
	told, err := b.memory(ctx, p)
	if err != nil {
		return err
	}
	b.report.other = append(b.report.other,
		row{"memory with 10,000 open streams", size(open), size(400 * mb), figure{}},
		row{"the same when all have been told of posts", size(told), size(400 * mb), figure{}},
		row{"memory of one of them", size((told - alone) / manyStreams), size(30_000), figure{}})
	return nil
}
