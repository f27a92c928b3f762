package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// client talks HTTP over kept connections. Whatever the host is called, it is dialled on loopback, and nothing else is.
type client struct {
	http      *http.Client
	transport *http.Transport
}

func newClient() *client {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	t := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 64,
	}
	return &client{http: &http.Client{Transport: t, Timeout: time.Minute}, transport: t}
}

// forget drops the connections to a server that ended.
func (c *client) forget() { c.transport.CloseIdleConnections() }

// do sends a request and returns the body of an answer that went well.
func (c *client) do(r *http.Request) ([]byte, error) {
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s %.300s", r.Method, r.URL, resp.Status, body)
	}
	return body, nil
}

func (c *client) call(ctx context.Context, method, url, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := c.do(r)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

func (c *client) get(ctx context.Context, url, token string, out any) error {
	return c.call(ctx, http.MethodGet, url, token, nil, out)
}

func (c *client) post(ctx context.Context, url, token string, in, out any) error {
	return c.call(ctx, http.MethodPost, url, token, in, out)
}

func (c *client) text(ctx context.Context, url string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	b, err := c.do(r)
	return string(b), err
}

// times runs fn for 0 to n-1, some at once, and stops at the first error.
func times(n, atOnce int, fn func(i int) error) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	faults := make([]error, atOnce)
	for w := range atOnce {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := fn(i); err != nil {
					faults[w] = err
					next.Store(int64(n))
					return
				}
			}
		})
	}
	workers.Wait()
	return errors.Join(faults...)
}
