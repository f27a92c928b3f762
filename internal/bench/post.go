package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// posting measures a post with all that follows from it inside the site.
func (b *bench) posting(ctx context.Context) error {
	b.report.note("A post is `POST /api/v1/statuses` of a local author, one after another, each on disk before it is answered. " +
		"\"Feeds kept\" means that every follower has read home lately, so that the post is put into each one's timeline.")
	for _, followers := range []int{12, 1000} {
		if err := b.postingTo(ctx, followers); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) postingTo(ctx context.Context, followers int) (err error) {
	w, err := b.world(ctx, followers, 0)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	var written atomic.Int64
	measure := func(what string, n, atOnce int, aim, peer time.Duration) error {
		what = fmt.Sprintf("%s, %d local followers", what, followers)
		n = b.count(n)
		d, err := b.median(what, func() (time.Duration, error) {
			return p.spent(ctx, n, func() error {
				return times(n, atOnce, func(int) error { return b.write(ctx, w.author, int(written.Add(1))) })
			})
		})
		if err == nil {
			b.report.cpu = append(b.report.cpu, row{what, cost(d), cost(aim), cost(peer)})
		}
		return err
	}
	if err := measure("post", 200, 1, ms, 31*ms); err != nil {
		return err
	}
	if err := measure("post, eight at once", 200, 8, 0, 0); err != nil {
		return err
	}
	first, err := p.spent(ctx, followers, func() error { return b.everybodyReads(ctx, w) })
	if err != nil {
		return err
	}
	again, err := p.spent(ctx, followers, func() error { return b.everybodyReads(ctx, w) })
	if err != nil {
		return err
	}
	if followers == 1000 {
		b.report.cpu = append(b.report.cpu,
			row{"home, first read of each of 1000 readers: made anew", cost(first), figure{}, figure{}},
			row{"home, second read of each", cost(again), figure{}, figure{}})
	}
	n := 200
	if followers == 1000 {
		n = 50
	}
	return measure("post, feeds kept", n, 1, 0, 0)
}

// write posts, and returns when it was accepted.
func (b *bench) write(ctx context.Context, who person, i int) error {
	return b.web.post(ctx, b.site+"/api/v1/statuses", who.token, map[string]string{"status": sentence(i), "visibility": "public"}, nil)
}

func (b *bench) everybodyReads(ctx context.Context, w *world) error {
	return times(len(w.people), 4, func(i int) error {
		return b.read(ctx, "/api/v1/timelines/home?limit=20", w.people[i].token, "identity")
	})
}
