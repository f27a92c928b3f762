package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"skein/internal/core/peering"
	"skein/internal/kit/web"
	"skein/internal/kit/words"
	"skein/internal/skein"
)

// statusOf is what a kind of error becomes.
var statusOf = map[skein.Kind]int{
	skein.Invalid:      http.StatusUnprocessableEntity,
	skein.Denied:       http.StatusForbidden,
	skein.NotFound:     http.StatusNotFound,
	skein.Conflict:     http.StatusConflict,
	skein.Busy:         http.StatusServiceUnavailable,
	skein.Unauthorized: http.StatusUnauthorized,
	skein.Gone:         http.StatusGone,
	skein.Internal:     http.StatusInternalServerError,
}

// answered is an error that is Mastodon's own, with its status and its text (mastodon-api.md 6).
type answered struct {
	status int
	text   string
}

func (e *answered) Error() string { return e.text }

// missing is the answer when a parameter must be there and is not.
func missing(name string) error {
	return &answered{http.StatusBadRequest, "param is missing or the value is empty or invalid: " + name}
}

// reply makes a handler of a method that returns what is to be written.
func reply[T any](f func(*API, *call) (T, error)) func(*API, *call) error {
	return func(a *API, c *call) error {
		v, err := f(a, c)
		if err != nil {
			return err
		}
		return c.write(v)
	}
}

// empty is {}, the answer of what has nothing to say.
type empty struct{}

// buffers lends the bytes that answers are put together in.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}

// maxPooled is the largest buffer that is kept.
const maxPooled = 1 << 20

func (c *call) write(v any) error {
	if d, ok := v.(drawn); ok {
		buf := buffers.Get().(*[]byte)
		b := d.draw((*buf)[:0], c.painter(), c.site, c.who)
		c.send(b)
		if cap(b) <= maxPooled {
			*buf = b
			buffers.Put(buf)
		}
		return nil
	}
	b, err := encode(v)
	if err != nil {
		return err
	}
	c.send(b)
	return nil
}

func (c *call) send(b []byte) {
	h := c.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", c.caching())
	c.limitHeaders()
	c.w.WriteHeader(c.status)
	_, _ = c.w.Write(b) // the client may be gone
}

const (
	cacheNever = "private, no-store"
	cacheBrief = "max-age=15, public, stale-while-revalidate=30, stale-if-error=86400"
	cacheLong  = "max-age=300, public"
)

// caching says how long an answer may be kept: only what a visitor got, or what is the same for everybody (T161).
func (c *call) caching() string {
	reading := c.r.Method == http.MethodGet || c.r.Method == http.MethodHead
	switch {
	case !reading || c.route == nil || c.status != http.StatusOK || c.route.Fresh:
		return cacheNever
	case c.route.Auth == Open && !c.private:
		return cacheLong
	case c.route.Auth == Public && !c.private:
		return cacheBrief
	}
	return cacheNever
}

// failure is the body of every error.
type failure struct {
	Error   string              `json:"error"`
	Details map[string][]detail `json:"details,omitempty"`

	Existing *AdminDomainBlock `json:"existing_domain_block,omitempty"`
}

type detail struct {
	Error       string `json:"error"`
	Description string `json:"description"`
}

// fail answers with an error, which is logged here and nowhere else when it is ours.
func (c *call) fail(err error) {
	status, f := http.StatusInternalServerError, failure{Error: "Internal Server Error"}
	var (
		ours  *answered
		bad   *badRequest
		known *skein.Error
		held  *peering.Held
	)
	switch {
	case errors.As(err, &ours):
		status, f.Error = ours.status, ours.text
	case errors.As(err, &bad):
		status, f.Error = bad.status, bad.text
		if status == 0 {
			status = http.StatusBadRequest
		}
	case errors.As(err, &held):
		status, f.Error, f.Existing = http.StatusUnprocessableEntity, held.Error(), adminDomainBlock(held.Policy)
	case errors.As(err, &known) && known.Kind != skein.Internal:
		status, f.Error = statusOf[known.Kind], known.Text
		for _, field := range known.Fields {
			if f.Details == nil {
				f.Details = map[string][]detail{}
			}
			f.Details[field.Field] = append(f.Details[field.Field], detail{"ERR_" + strings.ToUpper(field.Code), field.Text})
		}
	case errors.Is(err, context.Canceled) && c.r.Context().Err() != nil:
		status = 499 // the client went away; nobody reads this
	case errors.Is(err, context.DeadlineExceeded):
		status, f.Error = http.StatusServiceUnavailable, "There was a temporary problem serving your request, please try again"
		c.log(err)
	default:
		c.log(err)
	}
	english := f.Error // what headers and apps that ask for nothing else read
	c.localize(&f, known)
	h := c.w.Header()
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="Doorkeeper", error="invalid_token", error_description=`+strconv.QuoteToASCII(english))
	case http.StatusForbidden:
		if err == errScope {
			h.Set("WWW-Authenticate", `Bearer realm="Doorkeeper", error="insufficient_scope", error_description=`+strconv.QuoteToASCII(english))
		}
	}
	if c.r.Header.Get("Upgrade") != "" {
		h.Set("X-Error-Message", english)
	}
	b, err := json.Marshal(f)
	if err != nil {
		b = []byte(`{"error":"Internal Server Error"}`)
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", cacheNever)
	h.Del("Link")
	c.limitHeaders()
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b)
}

// localize says an error in the language that is asked for, where there are words for it. Who asks in English, or for none, gets
// Mastodon's own sentence, which apps may know.
func (c *call) localize(f *failure, known *skein.Error) {
	lang := web.Asked(c.r.Header, "en")
	if lang == "en" {
		return
	}
	format, args := f.Error, []any(nil)
	if known != nil && known.Text == f.Error && known.Format != "" {
		format, args = known.Format, known.Args
	}
	said, ok := words.In(lang).Fault(format, args...)
	if !ok {
		return
	}
	for _, list := range f.Details {
		for i := range list {
			if list[i].Description == f.Error {
				list[i].Description = said
			}
		}
	}
	f.Error = said
}

// log names the route, never the query: it may hold a token (T139).
func (c *call) log(err error) {
	path := c.r.URL.Path
	if c.route != nil {
		path = c.route.Path
	}
	c.api.Log.ErrorContext(c, "client request", "method", c.r.Method, "path", path, "site", c.site.Domain, "error", err)
}
