package mastodon

import (
	"net/http"
	"strconv"
	"time"

	"skein/internal/kit/limit"
	"skein/internal/skein"
)

// quota is one limit of mastodon-api.md 7.
type quota struct {
	name   string
	max    int
	window time.Duration
	byIP   bool
}

var (
	perUser    = &quota{name: "user", max: 1500, window: 5 * time.Minute}
	perToken   = &quota{name: "token", max: 300, window: 5 * time.Minute}
	perVisitor = &quota{name: "visitor", max: 300, window: 5 * time.Minute, byIP: true}
	perGuess   = &quota{name: "guess", max: 300, window: 5 * time.Minute, byIP: true}
	perPage    = &quota{name: "page", max: 300, window: 15 * time.Minute}

	// Mastodon's 30 are seven posts of its four files: as many posts of ours. What is said of a file later counts by itself.
	forUploads   = &quota{name: "media", max: 30 * skein.MaxAttachments / 4, window: 30 * time.Minute}
	forMediaEdit = &quota{name: "media-edits", max: 2 * 30 * skein.MaxAttachments / 4, window: 30 * time.Minute}
	forDeletions = &quota{name: "deletions", max: 30, window: 30 * time.Minute}
	forSignUps   = &quota{name: "sign-ups", max: 5, window: 30 * time.Minute, byIP: true}
	forApps      = &quota{name: "apps", max: 5, window: 10 * time.Minute, byIP: true}
	forPosts     = &quota{name: "statuses", max: 300, window: 3 * time.Hour}
	forReports   = &quota{name: "reports", max: 400, window: 24 * time.Hour}
	forFollows   = &quota{name: "follows", max: 400, window: 24 * time.Hour}
)

var errTooMany = &answered{http.StatusTooManyRequests, "Too many requests"}

func (a *API) visitorKey(c *call) string {
	return c.site.ID.String() + "/" + limit.IPKey(limit.ClientIP(c.r, a.Proxies))
}

// take counts one request; the limit that is closest to its end is the one that the answer reports.
func (a *API) take(c *call, q *quota, key string) error {
	if a.Limit == nil {
		return nil
	}
	s := a.Limit.Take("api/"+q.name+"/"+key, q.max, q.window)
	if !c.limited || s.Remaining < c.limits.Remaining || !s.OK {
		c.limits, c.limited = s, true
	}
	if !s.OK {
		return errTooMany
	}
	return nil
}

// tired refuses an address that has shown too many tokens that are none, before the next one is looked at. Visitors count
// apart: a house full of them must not lock out the neighbour who is signed in.
func (a *API) tired(c *call) error {
	if a.Limit == nil {
		return nil
	}
	s := a.Limit.Peek("api/"+perGuess.name+"/"+a.visitorKey(c), perGuess.max, perGuess.window)
	if !s.OK {
		c.limits, c.limited = s, true
		return errTooMany
	}
	return nil
}

func (a *API) countVisitor(c *call) error {
	if a.Limit == nil {
		return nil
	}
	return a.take(c, perVisitor, a.visitorKey(c))
}

func (a *API) countGrant(c *call) error {
	if a.Limit == nil {
		return nil
	}
	g := c.grant
	if g.Token != 0 {
		if err := a.take(c, perToken, g.Token.String()); err != nil {
			return err
		}
	}
	if g.Viewer.Account != 0 {
		return a.take(c, perUser, g.Viewer.Account.String())
	}
	return nil
}

// countRoute counts what is limited by itself: paging, and the route's own quota.
func (a *API) countRoute(c *call) error {
	if a.Limit == nil {
		return nil
	}
	key := func(byIP bool) string {
		if byIP || c.who.Visitor() {
			return a.visitorKey(c)
		}
		return c.who.Account.String()
	}
	if c.r.Method == http.MethodGet && c.r.URL.RawQuery != "" {
		q := c.r.URL.Query()
		if q.Has("page") || q.Has("min_id") || q.Has("max_id") || q.Has("since_id") {
			if err := a.take(c, perPage, key(false)); err != nil {
				return err
			}
		}
	}
	if q := c.route.Quota; q != nil {
		return a.take(c, q, key(q.byIP))
	}
	return nil
}

func (c *call) limitHeaders() {
	if !c.limited {
		return
	}
	h := c.w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(c.limits.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(c.limits.Remaining))
	h.Set("X-RateLimit-Reset", c.limits.Reset.UTC().Format("2006-01-02T15:04:05.000000Z"))
}
