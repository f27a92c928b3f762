package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// complete reads an answer to its end and closes it.
func (c *Client) complete(from *url.URL, resp *http.Response, limit int64) (*Response, error) {
	defer resp.Body.Close()
	ok := resp.StatusCode >= 200 && resp.StatusCode <= 299
	if !ok {
		limit = min(limit, c.config.PostLimit)
		resp.ContentLength = -1 // of an error only the beginning matters
	}
	body, err := unpack(from, resp, limit)
	var data []byte
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(body, limit+1))
	}
	if !ok {
		return nil, &Status{
			URL:        from.String(),
			Code:       resp.StatusCode,
			RetryAfter: retryAfter(resp.Header.Get("Retry-After"), c.config.Clock()),
			Header:     resp.Header,
			Body:       data[:min(int64(len(data)), limit)],
		}
	}
	if err != nil {
		return nil, explain(from, err)
	}
	if int64(len(data)) > limit {
		return nil, tooLong(from.String(), limit)
	}
	return &Response{URL: from.String(), Status: resp.StatusCode, Header: resp.Header, Body: data}, nil
}

// unpack returns a reader of the plain body. One encoding is understood, once (T18).
func unpack(from *url.URL, resp *http.Response, limit int64) (io.Reader, error) {
	switch encodings := resp.Header.Values("Content-Encoding"); {
	case len(encodings) == 0, len(encodings) == 1 && (encodings[0] == "" || strings.EqualFold(encodings[0], "identity")):
		if resp.ContentLength > limit {
			return nil, tooLong(from.String(), limit)
		}
		return resp.Body, nil
	case len(encodings) == 1 && strings.EqualFold(strings.TrimSpace(encodings[0]), "gzip"):
		// Packed bytes count too: empty gzip members without end unpack to nothing.
		reader, err := gzip.NewReader(io.LimitReader(resp.Body, limit+maxHeader))
		if err != nil {
			return nil, &Refused{URL: from.String(), Reason: "not gzip, though it says so"}
		}
		return reader, nil
	default:
		return nil, &Refused{URL: from.String(), Reason: fmt.Sprintf("content encoding %q", encodings)}
	}
}

func tooLong(from string, limit int64) error {
	return &Refused{URL: from, Reason: fmt.Sprintf("more than %d bytes", limit)}
}

// drain makes the connection fit for another request if little is left on it.
func drain(resp *http.Response) {
	io.CopyN(io.Discard, resp.Body, 4<<10)
	resp.Body.Close()
}

// bounded is a body that fails when it grows over its limit.
type bounded struct {
	from   string
	reader io.Reader
	closer io.Closer
	left   int64
	cancel context.CancelFunc
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooLong(b.from, 0)
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, &Refused{URL: b.from, Reason: "more bytes than allowed"}
	}
	return n, err
}

func (b *bounded) Close() error {
	b.cancel()
	return b.closer.Close()
}
