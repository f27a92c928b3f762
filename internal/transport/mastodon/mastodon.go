// Package mastodon is the client API that Mastodon's apps speak, and the live streams beside it. It reads requests,
// makes one call into core, and writes what comes back in the shapes that clients know; it decides nothing. The contract
// is that of https://docs.joinmastodon.org/api/.
package mastodon

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/media"
	"skein/internal/core/moderation"
	"skein/internal/core/peering"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/fetch"
	"skein/internal/kit/limit"
	"skein/internal/kit/stream"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store"
)

// API serves the client API of all sites of the process. Fill the fields, then call Start.
type API struct {
	Reports  *moderation.Service
	Social   *social.Service
	Media    *media.Service
	Identity *identity.Service
	Sites    *site.Service
	Hub      stream.Bus
	Limit    *limit.Limiter   // nil: no rate limits
	Proxies  []netip.Prefix   // whose X-Forwarded-For is believed
	Version  string           // of Skein, as in 0.1.0
	Fetch    *fetch.Client    // the way to push services; nil: nothing is pushed
	Source   string           // where its source code is; empty: the site's about page says it
	Log      *slog.Logger     // nil: the default
	Clock    func() time.Time // nil: time.Now

	Peering *peering.Service

	openapi func() ([]byte, error)

	routes  *router
	painter *painter
	pixels  *painter // for Pixelfed's apps
	streams streams
	rests   rests
	helpers *helpers

	broadcasts broadcasts
	quit       chan struct{}
	quitted    sync.Once
}

// Start makes what ServeSite needs.
func (a *API) Start() {
	a.painter, a.pixels = newPainter(), newPainter()
	a.pixels.pixelfed = true
	a.openapi = sync.OnceValues(func() ([]byte, error) { return json.Marshal(OpenAPI()) })
	if a.Log == nil {
		a.Log = slog.Default()
	}
	if a.Clock == nil {
		a.Clock = time.Now
	}
	a.quit = make(chan struct{})
	a.helpers = newHelpers(a.quit)
	a.routes = newRouter(Routes())
	// Registered last, so that nobody who is asked because of it answers from a cache. Other processes' changes streams see
	// within checkEvery.
	a.Sites.DB.OnChange(func(c store.Change) {
		if c == (store.Change{Site: c.Site}) {
			a.Hub.Publish(site.TopicNews(c.Site), string(social.LiveAccess), social.Live{Kind: social.LiveAccess})
		}
	})
}

// Close ends all live streams and waits for them. Other requests are left to the server.
func (a *API) Close() {
	a.quitted.Do(func() {
		a.streams.close()
		close(a.quit)
		a.rests.close()
	})
	a.streams.done.Wait()
}

// ServeSite answers a request below /api for a site, whose host the server has looked up.
func (a *API) ServeSite(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	h := w.Header()
	h.Set("Content-Security-Policy", web.APIPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Access-Control-Allow-Origin", "*") // and never with credentials (T124)
	h.Set("Access-Control-Expose-Headers", "Link, Mastodon-Async-Refresh, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id")
	h.Set("Vary", "Authorization, Origin, Cookie")
	if h.Get("X-Request-Id") == "" {
		h.Set("X-Request-Id", rand.Text())
	}
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	c := &call{Context: r.Context(), api: a, w: w, r: r, site: site, who: skein.Viewer{Site: site.ID}, status: http.StatusOK}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			c.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	defer c.forgetFiles()
	if err := a.serve(c); err != nil {
		c.fail(err)
	}
}

func (a *API) serve(c *call) error {
	route, params, allowed := a.routes.find(c.r.Method, c.r.URL.EscapedPath())
	if path, ok := pixelfedPath(c.r.URL.EscapedPath()); ok && route == nil {
		route, params, allowed = a.routes.find(c.r.Method, path)
	}
	alpha := false
	if path, ok := alphaPath(c.r.URL.EscapedPath()); ok && route == nil {
		alpha = true
		route, params, allowed = a.routes.find(c.r.Method, path)
	}
	if route == nil {
		if err := a.countVisitor(c); err != nil {
			return err
		}
		if allowed != "" {
			c.w.Header().Set("Allow", allowed)
			return &answered{http.StatusMethodNotAllowed, "Method Not Allowed"}
		}
		return &answered{http.StatusNotFound, "Not Found"}
	}
	c.route, c.params = route, params
	if alpha {
		c.w.Header().Set("Deprecation", fmt.Sprintf("@%d", alphaEnded.Unix()))
	}
	if !route.Deprecated.IsZero() {
		c.w.Header().Set("Deprecation", fmt.Sprintf("@%d", route.Deprecated.Unix())) // RFC 9745
	}
	if err := a.authorize(c); err != nil {
		return err
	}
	if err := a.countRoute(c); err != nil {
		return err
	}
	return route.handle(a, c)
}

// preflight lets scripts of any page send any header: the API is open to web clients, by token.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
	}
	h.Set("Access-Control-Max-Age", "7200")
	h.Add("Vary", "Access-Control-Request-Headers")
	w.WriteHeader(http.StatusNoContent)
}

// call is one request on its way.
type call struct {
	context.Context
	api    *API
	w      http.ResponseWriter
	r      *http.Request
	site   *skein.Site
	who    skein.Viewer
	grant  *skein.Grant // nil: a visitor
	route  *Route
	params []string // as they stand in the path, in order
	status int      // of the answer, when all goes well

	in      *node // see input
	inErr   error
	inRead  bool
	files   []*media.Upload // that came along
	cookie  bool            // signed in by cookie
	private bool            // came with credentials, whatever they were worth
	limits  limit.State
	limited bool // limits says something
}

// input is what the client sent: query and body.
func (c *call) input() (*node, error) {
	if !c.inRead {
		c.inRead = true
		if c.route != nil && c.route.Raw {
			in, err := readQuery(c.r, nil)
			c.in, c.inErr = in.root, err
			return c.in, c.inErr
		}
		c.in, c.inErr = readInput(c.w, c.r, c.taker())
	}
	return c.in, c.inErr
}

// address is where the request came from.
func (c *call) address() string { return limit.ClientIP(c.r, c.api.Proxies).String() }

// id reads the first ID of the path. What is none is not there.
func (c *call) id() (skein.ID, error) {
	id, ok := skein.ParseID(c.params[0])
	if !ok {
		return 0, skein.ErrNotFound
	}
	return id, nil
}
