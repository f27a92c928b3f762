package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Document gets one document: an actor, a post, a collection, WebFinger, a page for a link preview. It follows three redirects.
// An answer other than 2xx is a *Status error; see also Refused and Unreachable.
func (c *Client) Document(ctx context.Context, req Request) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, or(req.Timeout, c.config.DocumentTimeout))
	defer cancel()
	limit := or(req.Limit, c.config.DocumentLimit)
	from, resp, err := c.follow(ctx, req, documentRedirects, true)
	if err != nil {
		return nil, err
	}
	return c.complete(from, resp, limit)
}

// Lookup gets a path (with query) from a host whose scheme is not known, as for WebFinger: by https, or else by http where
// Schemes allows it. Request.URL is not used.
func (c *Client) Lookup(ctx context.Context, host, path string, req Request) (*Response, error) {
	schemes, err := c.Schemes(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, scheme := range schemes {
		var resp *Response
		req.URL = scheme + "://" + host + path
		if resp, err = c.Document(ctx, req); err == nil {
			return resp, nil
		}
		if _, ok := errors.AsType[*Unreachable](err); !ok {
			break
		}
	}
	return nil, err
}

// Post delivers a body. No redirect is followed. An answer other than 2xx is a *Status error with its body.
func (c *Client) Post(ctx context.Context, req Request) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, or(req.Timeout, c.config.PostTimeout))
	defer cancel()
	u, err := Canonical(req.URL)
	if err != nil {
		return nil, &Refused{URL: req.URL, Reason: err.Error()}
	}
	u.Fragment, u.RawFragment = "", ""
	resp, err := c.send(ctx, http.MethodPost, u, req, req.Header, true)
	if err != nil {
		return nil, err
	}
	return c.complete(u, resp, or(req.Limit, c.config.PostLimit))
}

// Stream is an answer whose body is still to be read. Close it.
type Stream struct {
	URL    string // where it came from, after redirects
	Status int
	Header http.Header
	Body   io.ReadCloser // fails with *Refused when it grows over the limit
}

// Media opens a file: a picture, a video. It follows five redirects; the deadline runs until the body is closed. A Range header may
// be given in the request. An answer other than 2xx is a *Status error.
func (c *Client) Media(ctx context.Context, req Request) (*Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, or(req.Timeout, c.config.MediaTimeout))
	limit := or(req.Limit, c.config.MediaLimit)
	from, resp, err := c.follow(ctx, req, mediaRedirects, false)
	if err != nil {
		cancel()
		return nil, err
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer cancel()
		_, err := c.complete(from, resp, limit)
		return nil, err
	}
	body, err := unpack(from, resp, limit)
	if err != nil {
		resp.Body.Close()
		cancel()
		return nil, err
	}
	return &Stream{
		URL:    from.String(),
		Status: resp.StatusCode,
		Header: resp.Header,
		Body:   &bounded{from: from.String(), reader: body, closer: resp.Body, left: limit, cancel: cancel},
	}, nil
}

// RoundTrip makes a guarded request for a library that brings its own client. It follows nothing; bodies end at the limit
// for documents, and the exchange at the deadline for documents if the request has none.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	u, err := Canonical(r.URL.String())
	if err != nil {
		closeBody(r)
		return nil, &Refused{URL: r.URL.String(), Reason: err.Error()}
	}
	ctx, cancel := context.WithTimeout(r.Context(), c.config.DocumentTimeout)
	out := r.Clone(ctx)
	out.URL, out.Host = u, ""
	if out.Header.Get("User-Agent") == "" {
		out.Header.Set("User-Agent", c.config.UserAgent)
	}
	resp, err := c.exchange(out)
	if err != nil {
		cancel()
		return nil, explain(u, err)
	}
	resp.Body = &bounded{from: u.String(), reader: resp.Body, closer: resp.Body, left: c.config.DocumentLimit, cancel: cancel}
	return resp, nil
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

func or[T int64 | time.Duration](value, otherwise T) T {
	if value > 0 {
		return value
	}
	return otherwise
}

// follow makes a GET and the redirects after it. Each hop is checked, signed and sent like the first (T6, T8).
func (c *Client) follow(ctx context.Context, req Request, most int, packed bool) (*url.URL, *http.Response, error) {
	u, err := Canonical(req.URL)
	if err != nil {
		return nil, nil, &Refused{URL: req.URL, Reason: err.Error()}
	}
	u.Fragment, u.RawFragment = "", ""
	first := u.String()
	if reason := c.refused.find(first, c.config.Clock()); reason != "" {
		return nil, nil, &Refused{URL: first, Reason: reason}
	}
	header := req.Header
	seen := map[string]bool{}
	for {
		seen[u.String()] = true
		resp, err := c.send(ctx, http.MethodGet, u, req, header, packed)
		if err != nil {
			return nil, nil, err
		}
		switch resp.StatusCode {
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		default:
			return u, resp, nil
		}
		drain(resp)
		next, err := location(u, resp)
		switch {
		case err != nil:
		case seen[next.String()]:
			err = errors.New("redirects in a circle")
		case len(seen) > most:
			err = fmt.Errorf("more than %d redirects", most)
		}
		if err != nil {
			c.refused.add(first, err.Error(), c.config.Clock())
			return nil, nil, &Refused{URL: first, Reason: err.Error()}
		}
		if next.Host != u.Host || next.Scheme != u.Scheme {
			header = maps.Clone(header)
			for _, name := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
				delete(header, name)
			}
		}
		u = next
	}
}

// location reads where a redirect leads.
func location(from *url.URL, resp *http.Response) (*url.URL, error) {
	lines := resp.Header.Values("Location")
	if len(lines) != 1 || lines[0] == "" {
		return nil, fmt.Errorf("a redirect with %d places to go", len(lines))
	}
	ref := lines[0]
	if len(ref) > maxURL || strings.ContainsFunc(ref, forbidden) || strings.Contains(ref, `\`) {
		return nil, errors.New("a redirect to no proper URL")
	}
	u, err := url.Parse(ref)
	if err != nil {
		return nil, errors.New("a redirect to no proper URL")
	}
	if !u.IsAbs() && u.Host == "" {
		u = from.ResolveReference(u)
		ref = u.String()
	} else if !u.IsAbs() {
		ref = from.Scheme + ":" + ref
	}
	next, err := Canonical(ref)
	if err != nil {
		return nil, fmt.Errorf("a redirect to %w", err)
	}
	next.Fragment, next.RawFragment = "", ""
	return next, nil
}

// send builds, signs and makes one request.
func (c *Client) send(ctx context.Context, method string, u *url.URL, req Request, header http.Header, packed bool) (*http.Response, error) {
	if req.Check != nil {
		if err := req.Check(u.Host); err != nil {
			return nil, &Refused{URL: u.String(), Reason: err.Error()}
		}
	}
	var body io.Reader
	if method == http.MethodPost {
		body = bytes.NewReader(req.Body)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, &Refused{URL: u.String(), Reason: err.Error()}
	}
	for name, values := range header {
		r.Header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
	}
	r.Header.Set("User-Agent", c.config.UserAgent)
	if req.Accept != "" {
		r.Header.Set("Accept", req.Accept)
	}
	if req.ContentType != "" && method == http.MethodPost {
		r.Header.Set("Content-Type", req.ContentType)
	}
	if packed {
		r.Header.Set("Accept-Encoding", "gzip")
	} else {
		r.Header.Set("Accept-Encoding", "identity")
	}
	if req.Sign != nil {
		if err := req.Sign(r, req.Body); err != nil {
			return nil, fmt.Errorf("sign %s: %w", u, err)
		}
	}
	resp, err := c.exchange(r)
	if err != nil {
		return nil, explain(u, err)
	}
	if resp.StatusCode < 200 {
		resp.Body.Close()
		return nil, &Refused{URL: u.String(), Reason: fmt.Sprintf("answers %d", resp.StatusCode)}
	}
	return resp, nil
}

// exchange sends a finished request over the wire, or to a handler of ours.
func (c *Client) exchange(r *http.Request) (*http.Response, error) {
	if handler := c.config.Own(r.URL.Host); handler != nil {
		return c.serve(handler, r)
	}
	return c.transport.RoundTrip(r)
}

// explain sorts what went wrong into Refused and Unreachable.
func explain(u *url.URL, err error) error {
	if b, ok := errors.AsType[*blocked](err); ok {
		return &Refused{URL: u.String(), Reason: b.reason}
	}
	if _, ok := errors.AsType[*Refused](err); ok {
		return err
	}
	return &Unreachable{URL: u.String(), Err: err}
}
