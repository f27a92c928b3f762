package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// inbox measures a post that a peer sends: signature, storing, and all that follows.
func (b *bench) inbox(ctx context.Context) error {
	rsa, err := measureRSA()
	if err != nil {
		return err
	}
	b.report.note("An inbox activity is a signed Create of a public Note with a hashtag, by somebody whom all local people follow, over four kept "+
		"connections. One RSA-2048 check, %v here, is taken off. The peer's figure beside 1,000 followers was measured with 60 people.",
		cost(rsa.verify))
	for _, people := range []int{12, 1000} {
		if err := b.inboxFor(ctx, people, rsa.verify); err != nil {
			return err
		}
	}
	return b.flood(ctx)
}

// flood measures how many activities a second the inbox takes in, with keys that it has and with keys that it must fetch.
func (b *bench) flood(ctx context.Context) error {
	const atOnce, aim = 32, 1500
	w, err := b.world(ctx, 12, 0)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	sam, err := newPeer()
	if err != nil {
		return err
	}
	defer sam.close()
	host := sam.host("peer")
	if err := b.followAll(ctx, p, sam, host, w); err != nil {
		return err
	}
	sent := 0
	send := func(n int, hostOf func(i int) string) (answered, done time.Duration, err error) {
		ready := make([]*http.Request, n)
		for i := range ready {
			sent++
			if ready[i], err = sam.signed(ctx, b.site+"/inbox", hostOf(i), sam.note(hostOf(i), sent)); err != nil {
				return 0, 0, err
			}
		}
		began := time.Now()
		err = times(n, atOnce, func(i int) error {
			_, err := sam.web.do(ready[i])
			return err
		})
		if err != nil {
			return 0, 0, err
		}
		answered = time.Since(began)
		err = p.settle(ctx)
		return answered, time.Since(began), err
	}
	n := b.count(3000)
	var taken, through []time.Duration
	for range 1 + b.rounds() {
		answered, done, err := send(n, func(int) string { return host })
		if err != nil {
			return err
		}
		taken, through = append(taken, answered), append(through, done)
	}
	b.say("  flood: %v, done after %v", taken[1:], through[1:])
	perSecond := func(n int, d time.Duration) figure { return rate(float64(n) / d.Seconds()) }
	b.report.rates = append(b.report.rates,
		row{"inbox activities taken in a second, keys known", perSecond(n, middle(taken[1:])), rate(aim), figure{}},
		row{"and worked through a second: stored, spread, tagged", perSecond(n, middle(through[1:])), figure{}, figure{}})

	cold := b.count(600)
	before := sam.fetches.Load()
	answered, _, err := send(cold, func(i int) string { return sam.host(fmt.Sprintf("cold%d", i)) })
	if err != nil {
		return err
	}
	fetched := sam.fetches.Load() - before
	b.report.rates = append(b.report.rates,
		row{"inbox activities taken in a second, each with a key that must be fetched", perSecond(cold, answered), figure{}, figure{}},
		row{"keys fetched for each of them", count(float64(fetched) / float64(cold)), count(1), figure{}})
	b.report.note("The flood comes over %d connections from a process on the same processors; the activities are signed beforehand.", atOnce)
	return err
}

func (b *bench) inboxFor(ctx context.Context, people int, check time.Duration) (err error) {
	w, err := b.world(ctx, people, 0)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	sam, err := newPeer()
	if err != nil {
		return err
	}
	defer sam.close()
	host := sam.host("peer")
	if err := b.followAll(ctx, p, sam, host, w); err != nil {
		return err
	}
	sent := 0
	measure := func(what string, n int, aim, peer time.Duration) error {
		what = fmt.Sprintf("%s, %d local followers", what, people)
		n = b.count(n)
		d, err := b.median(what, func() (time.Duration, error) {
			ready := make([]*http.Request, n)
			for i := range ready {
				sent++
				if ready[i], err = sam.signed(ctx, b.site+"/inbox", host, sam.note(host, sent)); err != nil {
					return 0, err
				}
			}
			d, err := p.spent(ctx, n, func() error {
				return times(n, 4, func(i int) error {
					_, err := sam.web.do(ready[i])
					return err
				})
			})
			return d - check, err
		})
		if err == nil {
			b.report.cpu = append(b.report.cpu, row{what, cost(d), cost(aim), cost(peer)})
		}
		return err
	}
	peerTakes := 31 * ms
	if people == 1000 {
		peerTakes = 138 * ms // measured with 60 people; it grows with them
	}
	if err := measure("inbox activity", 300, 600*time.Microsecond, peerTakes); err != nil {
		return err
	}
	if err := b.stored(ctx, w, sent); err != nil {
		return err
	}
	if err := b.everybodyReads(ctx, w); err != nil {
		return err
	}
	n := 300
	if people == 1000 {
		n = 60
	}
	return measure("inbox activity, feeds kept", n, 0, 0)
}

// followAll makes all local people follow the peer's actor, who accepts.
func (b *bench) followAll(ctx context.Context, p *process, sam *peer, host string, w *world) error {
	var found struct {
		Accounts []struct {
			ID string `json:"id"`
		} `json:"accounts"`
	}
	err := b.web.get(ctx, b.site+"/api/v2/search?type=accounts&resolve=true&q="+url.QueryEscape("@sam@"+host), w.author.token, &found)
	if err != nil {
		return err
	}
	if len(found.Accounts) != 1 {
		return fmt.Errorf("sam is not found: %+v", found)
	}
	follows := make(chan map[string]any, len(w.people))
	sam.on(func(_ string, activity map[string]any) {
		if activity["type"] == "Follow" {
			select {
			case follows <- activity:
			default:
			}
		}
	})
	err = times(len(w.people), 4, func(i int) error {
		return b.web.post(ctx, b.site+"/api/v1/accounts/"+found.Accounts[0].ID+"/follow", w.people[i].token, nil, nil)
	})
	if err != nil {
		return err
	}
	timeout := time.After(time.Minute)
	err = times(len(w.people), 4, func(int) error {
		select {
		case f := <-follows:
			return sam.accept(ctx, b.site+"/inbox", host, f)
		case <-timeout:
			return errors.New("follows do not arrive")
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err != nil {
		return err
	}
	return p.settle(ctx)
}

// stored makes sure that what was sent is there: a server that drops things is quick.
func (b *bench) stored(ctx context.Context, w *world, sent int) error {
	var list []struct {
		URI string `json:"uri"`
	}
	if err := b.web.get(ctx, b.site+"/api/v1/timelines/public?remote=true&limit=40", w.author.token, &list); err != nil {
		return err
	}
	if len(list) != min(sent, 40) {
		return fmt.Errorf("%d posts were sent, and the public timeline shows %d", sent, len(list))
	}
	return nil
}
