package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	hosts   = 200
	silent  = 20 // of them take a delivery and never answer
	givenUp = 90 * time.Second
)

// delivery measures a post that goes to many servers, and whether those that hang hold up the others.
func (b *bench) delivery(ctx context.Context) (err error) {
	w, err := b.world(ctx, 12, 0)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	many, err := newPeer()
	if err != nil {
		return err
	}
	defer many.close()
	n := hosts
	if b.quick {
		n = 60
	}
	names := make([]string, n)
	for i := range names {
		names[i] = many.host(fmt.Sprintf("h%d", i+1))
	}
	if err := b.followedBy(ctx, p, many, names, w.author); err != nil {
		return fmt.Errorf("follow: %w", err)
	}

	written := 0
	var clock []time.Duration
	round := func() (time.Duration, error) {
		written++
		return p.spent(ctx, n, func() error {
			d, err := b.reaches(ctx, many, names, w.author, written)
			clock = append(clock, d)
			return err
		})
	}
	each, err := b.median("delivery", round)
	if err != nil {
		return err
	}
	calm := middle(clock[1:])
	rsa, err := measureRSA()
	if err != nil {
		return err
	}

	many.mu.Lock()
	many.hang = map[string]bool{}
	for _, h := range names[:silent] {
		many.hang[h] = true
	}
	many.mu.Unlock()
	written++
	storm, err := b.reaches(ctx, many, names[silent:], w.author, written)
	if err != nil {
		return err
	}
	written++
	next, err := b.reaches(ctx, many, names[silent:], w.author, written)
	if err != nil {
		return err
	}
	b.report.cpu = append(b.report.cpu, row{fmt.Sprintf("delivery, each of one post to %d servers", n), cost(each), figure{}, figure{}})
	b.report.other = append(b.report.other,
		row{fmt.Sprintf("a post until all %d servers have it", n), cost(calm), figure{}, figure{}},
		row{fmt.Sprintf("the same with %d of them hanging, until the others have it", silent), cost(storm), cost(calm + calm/2), cost(120 * time.Second)},
		row{"the next post, while they still hang", cost(next), cost(calm + calm/2), figure{}})
	b.report.note("Of a delivery's CPU one RSA-2048 signature takes %v here: it costs %.1f signatures. The aim with hanging servers is half as "+
		"much again as with none.", cost(rsa.sign), float64(each)/float64(rsa.sign))
	return nil
}

// followedBy makes the actor of each host follow somebody of ours.
func (b *bench) followedBy(ctx context.Context, p *process, many *peer, names []string, who person) error {
	var mu sync.Mutex
	accepted := map[string]bool{}
	done := make(chan struct{})
	many.on(func(host string, activity map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		if activity["type"] == "Accept" && !accepted[host] {
			if accepted[host] = true; len(accepted) == len(names) {
				close(done)
			}
		}
	})
	err := times(len(names), 8, func(i int) error {
		id := many.actor(names[i])
		r, err := many.signed(ctx, b.site+"/inbox", names[i], map[string]any{
			"@context": "https://www.w3.org/ns/activitystreams", "id": id + "#follows/1", "type": "Follow", "actor": id, "object": who.uri})
		if err == nil {
			_, err = many.web.do(r)
		}
		return err
	})
	if err != nil {
		return err
	}
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(givenUp):
		mu.Lock()
		defer mu.Unlock()
		return fmt.Errorf("%d of %d follows were accepted", len(accepted), len(names))
	}
	return p.settle(ctx)
}

// reaches posts and returns how long it took until all the hosts had it.
func (b *bench) reaches(ctx context.Context, many *peer, names []string, who person, i int) (time.Duration, error) {
	var mu sync.Mutex
	waiting := map[string]bool{}
	for _, h := range names {
		waiting[h] = true
	}
	done := make(chan time.Time, 1)
	many.on(func(host string, activity map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		if activity["type"] != "Create" || !waiting[host] {
			return
		}
		if delete(waiting, host); len(waiting) == 0 {
			done <- time.Now()
		}
	})
	began := time.Now()
	if err := b.write(ctx, who, i); err != nil {
		return 0, err
	}
	select {
	case at := <-done:
		return at.Sub(began), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(givenUp):
		mu.Lock()
		defer mu.Unlock()
		return 0, fmt.Errorf("%d of %d servers have no post after %v", len(waiting), len(names), givenUp)
	}
}
