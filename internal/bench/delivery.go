package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	hosts     = 1000 // that one post goes to
	fewer     = 500  // of which some hang
	silent    = 50   // of them take a delivery and never answer
	givenUp   = 90 * time.Second
	overPlain = 1.3 // how much more than a plain exchange a delivery may cost
)

// delivery measures a post that goes to many servers, and whether those that hang hold up the others.
func (b *bench) delivery(ctx context.Context) error {
	n, some, quiet := hosts, fewer, silent
	if b.quick {
		n, some, quiet = 200, 100, 10
	}
	if err := b.deliveryCost(ctx, n); err != nil {
		return err
	}
	return b.deliveryStorm(ctx, some, quiet)
}

// followedWorld is a server whose author is followed from n hosts.
func (b *bench) followedWorld(ctx context.Context, n int, fn func(w *world, p *process, many *peer, names []string) error) (err error) {
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
	names := make([]string, n)
	for i := range names {
		names[i] = many.host(fmt.Sprintf("h%d", i+1))
	}
	if err := b.followedBy(ctx, p, many, names, w.author); err != nil {
		return fmt.Errorf("follow: %w", err)
	}
	return fn(w, p, many, names)
}

func (b *bench) deliveryCost(ctx context.Context, n int) error {
	return b.followedWorld(ctx, n, func(w *world, p *process, many *peer, names []string) error {
		written := 0
		var clock, alone []time.Duration
		each, err := b.median("delivery", func() (time.Duration, error) {
			written++
			d, err := p.spent(ctx, n, func() error {
				d, err := b.reaches(ctx, many, names, w.author, written)
				clock = append(clock, d)
				return err
			})
			if err != nil {
				return 0, err
			}
			many.on(nil)
			one, err := exchange(ctx, many, n) // in turns, so that both are measured in the same weather
			alone = append(alone, one)
			return d, err
		})
		if err != nil {
			return err
		}
		b.say("  plain exchange: %v", alone[1:])
		plain := middle(alone[1:])
		rsa, err := measureRSA()
		if err != nil {
			return err
		}
		aim := time.Duration(float64(plain) * overPlain)
		b.report.cpu = append(b.report.cpu,
			row{fmt.Sprintf("delivery, each of one post to %d servers", n), cost(each), cost(aim), figure{}},
			row{"a plain signed exchange, for comparison", cost(plain), figure{}, figure{}})
		b.report.other = append(b.report.other, row{fmt.Sprintf("a post until all %d servers have it", n), cost(middle(clock[1:])), figure{}, figure{}})
		b.report.note("A delivery's aim is %.1f times what one RSA-2048 signature (%v here) and one HTTP exchange on a new connection cost a "+
			"program that does nothing else: it is %.2f times.", overPlain, cost(rsa.sign), float64(each)/float64(plain))
		return nil
	})
}

func (b *bench) deliveryStorm(ctx context.Context, n, quiet int) error {
	return b.followedWorld(ctx, n, func(w *world, p *process, many *peer, names []string) error {
		written := 0
		var clock []time.Duration
		for range 1 + b.rounds() {
			written++
			d, err := b.reaches(ctx, many, names, w.author, written)
			if err != nil {
				return err
			}
			clock = append(clock, d)
			if err := p.settle(ctx); err != nil {
				return err
			}
		}
		calm := middle(clock[1:])
		many.mu.Lock()
		many.hang = map[string]bool{}
		for _, h := range names[:quiet] {
			many.hang[h] = true
		}
		many.mu.Unlock()
		written++
		storm, err := b.reaches(ctx, many, names[quiet:], w.author, written)
		if err != nil {
			return err
		}
		written++
		next, err := b.reaches(ctx, many, names[quiet:], w.author, written)
		if err != nil {
			return err
		}
		b.report.other = append(b.report.other,
			row{fmt.Sprintf("a post until all %d servers have it", n), cost(calm), figure{}, figure{}},
			row{fmt.Sprintf("the same with %d of them hanging, until the others have it", quiet), cost(storm), cost(2 * calm), cost(120 * time.Second)},
			row{"the next post, while they still hang", cost(next), cost(2 * calm), figure{}})
		return nil
	})
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
