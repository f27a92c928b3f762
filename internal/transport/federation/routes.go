package federation

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// call is one request to one site.
type call struct {
	w    http.ResponseWriter
	r    *http.Request
	site *skein.Site
	vars map[string]string

	who     *reader // who asks, once that is proven
	private bool    // the answer is for the asker alone
}

// route is one address that peers ask for.
type route struct {
	method  string
	path    string
	handler func(*Service, *call) error
}

// access says who is asked for a signature before an address answers, on sites that ask for one.
type access int

const (
	signed access = iota // everybody
	paged                // all but browsers, which are led to a page
	open                 // nobody: without it no signature could be proven, or it is a door of its own
)

// accessOf lists the addresses that are not for signed requests alone.
var accessOf = map[string]access{
	"/.well-known/webfinger": open, "/.well-known/host-meta": open, "/.well-known/host-meta.json": open,
	"/.well-known/nodeinfo": open, "/nodeinfo/2.0": open, "/nodeinfo/2.1": open,
	"/inbox": open, "/actor/inbox": open, "/ap/users/{id}/inbox": open,
	"/actor":        open,
	"/users/{name}": paged, "/ap/users/{id}": paged, "/ap/users/{id}/statuses/{post}": paged,
}

// routes are all addresses of ours, by the layout of Mastodon's newer accounts (reference, section 1).
var routes = []route{
	{"GET", "/.well-known/webfinger", (*Service).webfinger},
	{"GET", "/.well-known/host-meta", (*Service).hostMeta},
	{"GET", "/.well-known/host-meta.json", (*Service).hostMeta},
	{"GET", "/.well-known/nodeinfo", (*Service).nodeInfoLinks},
	{"GET", "/nodeinfo/2.0", (*Service).nodeInfo},
	{"GET", "/nodeinfo/2.1", (*Service).nodeInfo},

	{"POST", "/inbox", (*Service).receive},
	{"POST", "/actor/inbox", (*Service).receive},
	{"POST", "/ap/users/{id}/inbox", (*Service).receive},

	{"GET", "/actor", (*Service).instanceActor},
	{"GET", "/actor/outbox", (*Service).instanceOutbox},
	{"GET", "/users/{name}", (*Service).actorByName},
	{"GET", "/ap/users/{id}", (*Service).actor},
	{"GET", "/ap/users/{id}/outbox", (*Service).outbox},
	{"GET", "/ap/users/{id}/followers", (*Service).followers},
	{"GET", "/ap/users/{id}/followers_synchronization", (*Service).followersSync},
	{"GET", "/ap/users/{id}/following", (*Service).following},
	{"GET", "/ap/users/{id}/collections/featured", (*Service).featured},
	{"GET", "/ap/users/{id}/collections/tags", (*Service).featuredTags},
	{"GET", "/ap/users/{id}/statuses/{post}", (*Service).post},
	{"GET", "/ap/users/{id}/statuses/{post}/activity", (*Service).postActivity},
	{"GET", "/ap/users/{id}/statuses/{post}/replies", (*Service).replies},
	{"GET", "/ap/contexts/{post}", (*Service).context},
	{"GET", "/ap/contexts/{post}/items", (*Service).contextItems},
	{"GET", "/ap/users/{id}/statuses/{post}/likes", (*Service).likes},
	{"GET", "/ap/users/{id}/statuses/{post}/shares", (*Service).shares},
	{"GET", "/ap/users/{id}/featured_collections", (*Service).starters},
	{"GET", "/ap/users/{id}/featured_collections/{collection}", (*Service).starter},
	{"GET", "/ap/users/{id}/feature_authorizations/{stamp}", (*Service).featureStamp},
	{"GET", "/ap/users/{id}/quote_authorizations/{stamp}", (*Service).quoteStamp},
	{"GET", "/ap/users/{id}/reply_approvals/{stamp}", (*Service).replyStamp},
	{"GET", "/ap/users/{id}/like_approvals/{stamp}", (*Service).likeStamp},
	{"GET", "/ap/users/{id}/boost_approvals/{stamp}", (*Service).boostStamp},

	// Pages for people, which lead to the object when it is asked for.
	{"GET", "/@{name}", (*Service).actorByPage},
	{"GET", "/@{name}/{post}", (*Service).postByPage},
}

// match compares a path with a pattern, part by part, and returns the parts in braces.
func match(pattern, path string) (vars map[string]string, ok bool) {
	for pattern != "" || path != "" {
		var want, have string
		want, pattern, _ = strings.Cut(strings.TrimPrefix(pattern, "/"), "/")
		if path == "" || path[0] != '/' {
			return nil, false
		}
		have, path = path[1:], ""
		if i := strings.IndexByte(have, '/'); i >= 0 {
			have, path = have[:i], have[i:]
		}
		fixed, name, variable := strings.Cut(want, "{")
		if !variable {
			if have != want {
				return nil, false
			}
			continue
		}
		value, ok := strings.CutPrefix(have, fixed)
		if !ok || value == "" {
			return nil, false
		}
		if vars == nil {
			vars = make(map[string]string, 2)
		}
		vars[strings.TrimSuffix(name, "}")] = value
	}
	return vars, true
}

// find returns the route of a request; other is true when only the method is wrong.
func find(method, path string) (found *route, vars map[string]string, other bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for i := range routes {
		vars, ok := match(routes[i].path, path)
		if !ok {
			continue
		}
		if routes[i].method == method {
			return &routes[i], vars, false
		}
		found, other = &routes[i], true
	}
	return found, nil, other
}

// Owns tells whether a request is for this transport. Pages of accounts and posts are only when the object is asked for.
func (s *Service) Owns(r *http.Request) bool {
	found, _, _ := find(r.Method, r.URL.Path)
	return found != nil && (!strings.HasPrefix(r.URL.Path, "/@") || WantsActivity(r))
}

// WantsActivity tells whether a request asks for ActivityPub rather than for a page.
func WantsActivity(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		activitypub.WantsActivity(strings.Join(r.Header.Values("Accept"), ","))
}

// ServeSite answers a request that Owns has taken.
func (s *Service) ServeSite(w http.ResponseWriter, r *http.Request, site *skein.Site) {
	c := &call{w: w, r: r, site: site}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	found, vars, other := find(r.Method, r.URL.Path)
	var err error
	switch {
	case found == nil:
		err = skein.ErrNotFound
	case other:
		w.Header().Set("Allow", found.method)
		err = &refusal{status: http.StatusMethodNotAllowed, text: "This address takes other methods."}
	default:
		c.vars = vars
		if err = s.gate(c, accessOf[found.path]); err == nil {
			err = found.handler(s, c)
		}
	}
	if err != nil {
		s.fail(c, err)
	}
}

// refusal is an answer with a status of its own.
type refusal struct {
	status int
	text   string
	after  time.Duration // when to try again
	cause  error         // for the log
}

func (e *refusal) Error() string { return e.text }
func (e *refusal) Unwrap() error { return e.cause }

// statusOf is what the kinds of error are called here.
var statusOf = map[skein.Kind]int{
	skein.Internal:     http.StatusInternalServerError,
	skein.Invalid:      http.StatusBadRequest,
	skein.Denied:       http.StatusForbidden,
	skein.NotFound:     http.StatusNotFound,
	skein.Conflict:     http.StatusConflict,
	skein.Busy:         http.StatusServiceUnavailable,
	skein.Unauthorized: http.StatusUnauthorized,
	skein.Gone:         http.StatusGone,
}

// fail answers with an error: as Mastodon writes it, and for developers of other servers as RFC 9457 does (FEP-c180).
func (s *Service) fail(c *call, err error) {
	e, ok := err.(*refusal)
	if !ok {
		kind := skein.KindOf(err)
		e = &refusal{status: statusOf[kind], text: err.Error()}
		if kind == skein.Internal {
			s.Log.Error("request not answered", "method", c.r.Method, "site", c.site.Domain, "err", err)
			e.text = "Something went wrong here."
		}
	}
	h := c.w.Header()
	if e.after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(e.after/time.Second)))
	}
	body, _ := json.Marshal(map[string]any{ // strings and a number always marshal
		"error": e.text, "type": "about:blank", "title": http.StatusText(e.status), "status": e.status, "detail": e.text,
	})
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept, Signature")
	c.w.WriteHeader(e.status)
	_, _ = c.w.Write(body)
}

// activity answers with an ActivityPub document. What everybody may read may be kept for a while; age 0 is for one reader.
func (c *call) activity(object any, age time.Duration) error {
	body, err := activitypub.Encode(object)
	if err != nil {
		return err
	}
	c.w.Header().Add("Vary", "Accept, Signature")
	return c.document(activitypub.ContentType, body, age)
}

func (c *call) document(contentType string, body []byte, age time.Duration) error {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	if c.private {
		age = 0
	}
	h.Set("Cache-Control", cacheControl(age))
	_, _ = c.w.Write(body) // a peer that hangs up needs no answer
	return nil
}

// open lets programs in browsers read an answer.
func (c *call) open() { c.w.Header().Set("Access-Control-Allow-Origin", "*") }

func cacheControl(age time.Duration) string {
	if age == 0 {
		return "private, no-store"
	}
	return "public, max-age=" + strconv.Itoa(int(age/time.Second))
}

// redirect leads elsewhere on the site.
func (c *call) redirect(to string) error { return c.lead(http.StatusFound, to, "Accept, Signature") }

// toPage leads a browser from an object to its page, for good (mastodon-api.md 3.20). No signature makes a difference there.
func (c *call) toPage(url string) error {
	return c.lead(http.StatusMovedPermanently, url, "Origin, Accept")
}

// lead answers that what is wanted is elsewhere; vary names the headers by which that is another place.
func (c *call) lead(status int, to, vary string) error {
	h := c.w.Header()
	h.Add("Vary", vary)
	age := time.Minute
	if c.private {
		age = 0
	}
	h.Set("Cache-Control", cacheControl(age))
	h.Set("Location", to)
	c.w.WriteHeader(status)
	return nil
}

// isBrowser tells whether somebody wants a page where an object is.
func (c *call) isBrowser() bool {
	return strings.Contains(c.r.Header.Get("Accept"), "text/html") && !WantsActivity(c.r)
}
