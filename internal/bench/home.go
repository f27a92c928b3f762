package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// home measures how reading costs: the first page and a late one, plain and compressed.
func (b *bench) home(ctx context.Context) (err error) {
	w, err := b.world(ctx, 12, 1200)
	if err != nil {
		return err
	}
	p, err := b.start(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	measure := func(what, path string, token, encoding string, aim, peer time.Duration) error {
		n := b.count(1000)
		d, err := b.median(what, func() (time.Duration, error) {
			return p.spent(ctx, n, func() error { return times(n, 4, func(int) error { return b.read(ctx, path, token, encoding) }) })
		})
		if err == nil {
			b.report.cpu = append(b.report.cpu, row{what, cost(d), cost(aim), cost(peer)})
		}
		return err
	}
	const home, public = "/api/v1/timelines/home?limit=20", "/api/v1/timelines/public?limit=20"
	if err := measure("the least: `GET /healthz`", "/healthz", "", "identity", 0, 0); err != nil {
		return err
	}
	if err := measure("home, 20 posts", home, w.reader.token, "identity", 250*time.Microsecond, 1300*time.Microsecond); err != nil {
		return err
	}
	if err := measure("home, 20 posts, with gzip", home, w.reader.token, "gzip", 0, 0); err != nil {
		return err
	}
	for _, t := range []struct{ name, path string }{{"home", home}, {"public timeline", public}} {
		page, path, err := b.deep(ctx, t.path, w.reader.token)
		if err != nil {
			return err
		}
		if t.path == public {
			if err := measure("public timeline, 20 posts", public, w.reader.token, "identity", 0, 0); err != nil {
				return err
			}
		}
		aim := 250 * time.Microsecond
		if t.path == public {
			aim = 0
		}
		if err := measure(fmt.Sprintf("%s, page %d", t.name, page), path, w.reader.token, "identity", aim, 0); err != nil {
			return err
		}
	}
	b.report.note("Timelines are read over four kept connections, by one reader with a page of posts, answers and boosts by 20 people. " +
		"The late page is the fiftieth, or the last full one: home timelines are kept to 800 posts.")
	return nil
}

// read fetches a page and drops it.
func (b *bench) read(ctx context.Context, path, token, encoding string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.site+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", encoding)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	_, err = b.web.do(r)
	return err
}

// deep walks down to the fiftieth page, or to the last that is full.
func (b *bench) deep(ctx context.Context, path, token string) (page int, late string, err error) {
	late = path
	for page = 1; page < 50; page++ {
		var list []struct {
			ID string `json:"id"`
		}
		if err := b.web.get(ctx, b.site+late, token, &list); err != nil {
			return 0, "", err
		}
		if len(list) < 20 {
			return 0, "", fmt.Errorf("page %d has %d posts", page, len(list))
		}
		next := path + "&max_id=" + list[len(list)-1].ID
		if err := b.web.get(ctx, b.site+next, token, &list); err != nil {
			return 0, "", err
		}
		if len(list) < 20 {
			break
		}
		late = next
	}
	return page, late, nil
}
