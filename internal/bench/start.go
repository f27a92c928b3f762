package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// starting measures what an operator sees first: size, start, and memory at rest.
func (b *bench) starting(ctx context.Context) error {
	file, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	w, err := b.world(ctx, 12, 1200)
	if err != nil {
		return err
	}
	again, err := b.median("start", func() (time.Duration, error) {
		return b.firstAnswer(ctx, w.data)
	})
	if err != nil {
		return err
	}
	folder := 0
	fresh, err := b.median("first start", func() (time.Duration, error) {
		folder++
		return b.firstAnswer(ctx, filepath.Join(b.dir, "fresh-"+strconv.Itoa(folder)), "--url", b.site)
	})
	if err != nil {
		return err
	}
	rest, err := b.atRest(ctx, w)
	if err != nil {
		return err
	}
	b.report.other = append(b.report.other,
		row{"start until the first answer", cost(again), cost(100 * ms), cost(2100 * ms)},
		row{"the same on an empty folder", cost(fresh), cost(100 * ms), figure{}},
		row{"memory at rest", size(rest), size(40 * mb), size(130 * mb)},
		row{"size of the program", size(file.Size()), size(40 * mb), size(85 * mb)})
	b.report.note("Memory at rest is the resident size ten seconds after the start with 12 people and 1,200 posts, when a timeline has been read once.")
	return nil
}

// firstAnswer starts the program and returns how long it took to answer.
func (b *bench) firstAnswer(ctx context.Context, data string, args ...string) (time.Duration, error) {
	began := time.Now()
	p, err := b.launch(ctx, data, args...)
	if err != nil {
		return 0, err
	}
	at, err := p.answer(ctx, b.site)
	if e := p.stop(); err == nil {
		err = e
	}
	return at.Sub(began), err
}

// atRest returns the memory of a server that has little to do.
func (b *bench) atRest(ctx context.Context, w *world) (rest int64, err error) {
	p, err := b.start(ctx, w)
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := p.stop(); err == nil {
			err = e
		}
	}()
	if err := b.read(ctx, "/api/v1/timelines/home?limit=20", w.reader.token, "identity"); err != nil {
		return 0, err
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(10 * time.Second):
	}
	return resident(p.cmd.Process.Pid)
}
