package moderation

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what numbers may be asked for.
const (
	maxDays     = 366
	maxCohorts  = 100 // days
	maxMonths   = 36
	measureTime = 8 * time.Second
	usualDays   = 30
	usualShares = 10
	maxShares   = 100
	tallyAge    = 100 * 24 * time.Hour // how long it is known what happened on which day
)

// Ask is one number that is wanted: of a hashtag or a server where it is about one.
type Ask struct {
	Key    string
	Tag    skein.ID
	Domain string
}

// Measure is a number altogether, before that, and day by day.
type Measure struct {
	Key      string
	Bytes    bool // it counts bytes
	Total    int64
	Previous *int64 // in the period before; nil: the total is of all times
	Days     []DayCount
}

// DayCount is a number of one day.
type DayCount struct {
	Day time.Time
	N   int64
}

// counted says how a measure is counted. Those of a server are totals of all times.
type counted struct {
	of    string // tag, server or nothing
	bytes bool
	sum   func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error)
}

// measures are all that can be asked for.
var measures = map[string]counted{
	"active_users":     {sum: func(tx *store.Tx, _ Ask, d store.Days) (store.Sum, error) { return tx.ActiveUsers(d) }},
	"new_users":        {sum: func(tx *store.Tx, _ Ask, d store.Days) (store.Sum, error) { return tx.NewUsers(d) }},
	"interactions":     {sum: func(tx *store.Tx, _ Ask, d store.Days) (store.Sum, error) { return tx.Tallied(store.Interactions, d) }},
	"opened_reports":   {sum: func(tx *store.Tx, _ Ask, d store.Days) (store.Sum, error) { return tx.OpenedReports(d) }},
	"resolved_reports": {sum: func(tx *store.Tx, _ Ask, d store.Days) (store.Sum, error) { return tx.ResolvedReports(d) }},

	"tag_accounts": {of: "tag", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.TagAccounts(a.Tag, d) }},
	"tag_uses":     {of: "tag", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.TagUses(a.Tag, d) }},
	"tag_servers":  {of: "tag", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.TagServers(a.Tag, d) }},

	"instance_accounts": {of: "server", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerAccounts(a.Domain, d) }},
	"instance_media_attachments": {of: "server", bytes: true,
		sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerMedia(a.Domain, d) }},
	"instance_reports":   {of: "server", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerReports(a.Domain, d) }},
	"instance_statuses":  {of: "server", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerPosts(a.Domain, d) }},
	"instance_follows":   {of: "server", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerFollows(a.Domain, d) }},
	"instance_followers": {of: "server", sum: func(tx *store.Tx, a Ask, d store.Days) (store.Sum, error) { return tx.ServerFollowers(a.Domain, d) }},
}

// period is the days from one moment to another, as far as numbers may be asked for.
func period(from, to time.Time, most int64) (store.Days, error) {
	d := store.Days{First: from.Unix() / 86400, Last: to.Unix() / 86400}
	switch {
	case d.First < 0 || d.Last < d.First:
		return d, skein.Errorf(skein.Invalid, "The period must begin before it ends.")
	case d.Len() > most:
		return d, skein.Errorf(skein.Invalid, "The period may have %d days at most.", most)
	}
	return d, nil
}

// counting reads numbers for somebody who may see them, in a bounded time.
func (s *Service) counting(ctx context.Context, who skein.Viewer, fn func(tx *store.Tx, by staff, own string) error) error {
	ctx, cancel := context.WithTimeout(ctx, measureTime)
	defer cancel()
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return err
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		by, err := as(tx, who, skein.ViewDashboard)
		if err != nil {
			return err
		}
		return fn(tx, by, site.Domain)
	})
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		return skein.Errorf(skein.Busy, "These numbers take too long to count: ask for fewer at once.")
	}
	return err
}

// settle makes an Ask ready for the store: our own domain is empty there, and a hashtag must be known.
func (a *Ask) settle(tx *store.Tx, of, own string) error {
	switch of {
	case "server":
		if a.Domain = strings.ToLower(strings.TrimSpace(a.Domain)); a.Domain == own {
			a.Domain = ""
		}
	case "tag":
		known, err := tx.TrendNames(skein.TrendTag, a.Tag)
		if err == nil && len(known) == 0 {
			err = skein.ErrNotFound
		}
		return err
	}
	return nil
}

// Measures returns numbers of a site, for those who look after it. Keys that mean nothing are left out.
func (s *Service) Measures(ctx context.Context, who skein.Viewer, list []Ask, from, to time.Time) (out []*Measure, err error) {
	days, err := period(from, to, maxDays)
	if err != nil {
		return nil, err
	}
	err = s.counting(ctx, who, func(tx *store.Tx, _ staff, own string) error {
		out = nil
		for _, a := range list {
			c, ok := measures[a.Key]
			if !ok {
				continue
			}
			if err := a.settle(tx, c.of, own); err != nil {
				return err
			}
			now, err := c.sum(tx, a, days)
			if err != nil {
				return err
			}
			m := &Measure{Key: a.Key, Bytes: c.bytes, Total: now.Total}
			if c.of != "server" {
				before, err := c.sum(tx, a, days.Before())
				if err != nil {
					return err
				}
				m.Previous = &before.Total
			}
			for d := days.First; d <= days.Last; d++ {
				m.Days = append(m.Days, DayCount{time.Unix(d*86400, 0).UTC(), now.ByDay[d]})
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// Dimension is what a number is made of.
type Dimension struct {
	Key   string
	Parts []Part
}

// Part is one of its parts: a count, or a text.
type Part struct {
	Key, Name string // for programs, and for people; Name may be empty where the transport knows better
	N         int64
	Bytes     bool
	Text      string // instead of N
}

// dimensions are all that can be asked for.
var dimensions = map[string]struct {
	of    string
	parts func(s *Service, tx *store.Tx, by staff, a Ask, d store.Days, limit int) ([]Part, error)
}{
	"languages": {"", func(_ *Service, tx *store.Tx, _ staff, _ Ask, d store.Days, limit int) ([]Part, error) {
		return parts(tx.Locales(d, limit))
	}},
	"sources": {"", func(_ *Service, tx *store.Tx, _ staff, _ Ask, d store.Days, limit int) ([]Part, error) {
		return named(parts(tx.Sources(d, limit)))("web", "Website")
	}},
	"servers": {"", func(_ *Service, tx *store.Tx, _ staff, _ Ask, d store.Days, limit int) ([]Part, error) {
		return parts(tx.Servers(d, limit))
	}},
	"space_usage":       {"", space},
	"software_versions": {"", versions},
	"tag_servers": {"tag", func(_ *Service, tx *store.Tx, _ staff, a Ask, d store.Days, limit int) ([]Part, error) {
		return parts(tx.TagByServer(a.Tag, d, limit))
	}},
	"tag_languages": {"tag", func(_ *Service, tx *store.Tx, _ staff, a Ask, d store.Days, limit int) ([]Part, error) {
		return parts(tx.TagByLanguage(a.Tag, d, limit))
	}},
	"instance_accounts": {"server", func(_ *Service, tx *store.Tx, _ staff, a Ask, _ store.Days, limit int) ([]Part, error) {
		return parts(tx.Followed(a.Domain, limit))
	}},
	"instance_languages": {"server", func(_ *Service, tx *store.Tx, _ staff, a Ask, d store.Days, limit int) ([]Part, error) {
		return parts(tx.ServerLanguages(a.Domain, d, limit))
	}},
}

func parts(rows []*store.Share, err error) ([]Part, error) {
	list := make([]Part, len(rows))
	for i, r := range rows {
		list[i] = Part{Key: r.Key, N: r.N}
	}
	return list, err
}

// named gives the part without a key one.
func named(list []Part, err error) func(key, name string) ([]Part, error) {
	return func(key, name string) ([]Part, error) {
		for i := range list {
			if list[i].Key == "" {
				list[i].Key, list[i].Name = key, name
			}
		}
		return list, err
	}
}

// space is what room is taken: by the site's files, and for who may look at the machine, by the database that all its sites
// share.
func space(_ *Service, tx *store.Tx, by staff, _ Ask, _ store.Days, _ int) ([]Part, error) {
	files, err := tx.MediaBytes()
	if err != nil {
		return nil, err
	}
	list := []Part{{Key: "media", Name: "Media storage", N: files, Bytes: true}}
	if !by.operator && !by.role.May(skein.ViewDevops) {
		return list, nil
	}
	name, _, err := tx.Version()
	if err != nil {
		return nil, err
	}
	size, err := tx.Size()
	return append([]Part{{Key: strings.ToLower(name), Name: name, N: size, Bytes: true}}, list...), err
}

// versions is which programs a site runs on.
func versions(s *Service, tx *store.Tx, _ staff, _ Ask, _ store.Days, _ int) ([]Part, error) {
	name, number, err := tx.Version()
	return []Part{
		{Key: "skein", Name: "Skein", Text: s.Version},
		{Key: strings.ToLower(name), Name: name, Text: number},
		{Key: "go", Name: "Go", Text: strings.TrimPrefix(runtime.Version(), "go")},
	}, err
}

// Dimensions returns what numbers of a site are made of, each with its largest parts. Keys that mean nothing are left out.
// Without a period it is the last month.
func (s *Service) Dimensions(ctx context.Context, who skein.Viewer, list []Ask, from, to time.Time, limit int) (out []*Dimension, err error) {
	if to.IsZero() {
		to = s.DB.Now()
	}
	if from.IsZero() {
		from = to.AddDate(0, 0, 1-usualDays)
	}
	days, err := period(from, to, maxDays)
	if err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = usualShares
	}
	err = s.counting(ctx, who, func(tx *store.Tx, by staff, own string) error {
		out = nil
		for _, a := range list {
			c, ok := dimensions[a.Key]
			if !ok {
				continue
			}
			if err := a.settle(tx, c.of, own); err != nil {
				return err
			}
			list, err := c.parts(s, tx, by, a, days, min(limit, maxShares))
			if err != nil {
				return err
			}
			if a.Key == "servers" || a.Key == "tag_servers" {
				_, _ = named(list, nil)(own, own)
			}
			out = append(out, &Dimension{a.Key, list})
		}
		return nil
	})
	return out, err
}

// Cohort is the people who signed up in one period, and how many of them were still here later.
type Cohort struct {
	Start time.Time
	Later []Kept
}

// Kept is how many of a cohort were here in a period, or after it.
type Kept struct {
	Start time.Time
	N     int
	Rate  float64 // of all of the cohort
}

// Retention tells how many of those who signed up stay: by days, or by months.
func (s *Service) Retention(ctx context.Context, who skein.Viewer, from, to time.Time, monthly bool) (out []*Cohort, err error) {
	begin, next, most := dayOf, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }, int64(maxCohorts)
	if monthly {
		begin, next, most = monthOf, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, maxMonths*31
	}
	if _, err := period(from, to, most); err != nil {
		return nil, err
	}
	first, last := begin(from), begin(to)
	days := store.Days{First: first.Unix() / 86400, Last: next(last).Unix()/86400 - 1}
	var rows []*store.Stayed
	err = s.counting(ctx, who, func(tx *store.Tx, _ staff, _ string) (err error) {
		rows, err = tx.Retention(days)
		return err
	})
	if err != nil {
		return nil, err
	}
	seen := map[int64]map[time.Time]int{} // by when they joined, and when they were last here
	for _, r := range rows {
		at := begin(r.Joined).Unix()
		if seen[at] == nil {
			seen[at] = map[time.Time]int{}
		}
		k := begin(r.Seen)
		if k.After(last) {
			k = next(last)
		}
		seen[at][k] += r.N
	}
	for joined := first; !joined.After(last); joined = next(joined) {
		c, here, all := &Cohort{Start: joined}, seen[joined.Unix()], 0
		for _, n := range here {
			all += n
		}
		for at := joined; !at.After(last); at = next(at) {
			c.Later = append(c.Later, Kept{Start: at})
		}
		n := here[next(last)]
		for i := len(c.Later) - 1; i >= 0; i-- { // who was here later counts for all that came before
			n += here[c.Later[i].Start]
			c.Later[i].N, c.Later[i].Rate = n, float64(n)/float64(max(all, 1))
		}
		out = append(out, c)
	}
	return out, nil
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func monthOf(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// Tidy forgets, on all sites, what happened on days that are long past.
func (s *Service) Tidy(ctx context.Context) error {
	before := s.DB.Now().Add(-tallyAge)
	return s.DB.Repeat(ctx, func(tx *store.Tx) (bool, error) { return tx.PruneTallies(before) })
}
