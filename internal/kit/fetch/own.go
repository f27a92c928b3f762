package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
)

type depthKey struct{}

// serve hands a request to a handler of this process, as if it had come over a socket. The answer streams through a pipe, so
// the limits on bodies hold as for anybody else.
func (c *Client) serve(handler http.Handler, r *http.Request) (*http.Response, error) {
	depth, _ := r.Context().Value(depthKey{}).(int)
	if depth >= maxDepth {
		closeBody(r)
		return nil, &Refused{URL: r.URL.String(), Reason: "our own hosts ask each other in a circle"}
	}
	ctx, cancel := context.WithCancel(context.WithValue(r.Context(), depthKey{}, depth+1))
	reader, writer := io.Pipe()
	w := &recorder{header: http.Header{}, body: writer, ready: make(chan struct{})}
	in := received(ctx, r)
	stop := context.AfterFunc(ctx, func() { reader.CloseWithError(ctx.Err()) })
	c.handlers.Go(func() {
		defer stop()
		defer in.Body.Close()
		defer func() {
			if p := recover(); p != nil {
				w.fail(fmt.Errorf("handler panicked: %v", p))
			}
		}()
		handler.ServeHTTP(w, in)
		if err := ctx.Err(); err != nil { // it may have stopped for want of time: what there is need not be whole
			w.fail(err)
			return
		}
		w.finish()
	})
	select {
	case <-w.ready:
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	}
	if w.err != nil {
		cancel()
		return nil, w.err
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode:    w.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        w.sent,
		Body:          &pipeBody{reader, cancel},
		ContentLength: -1,
		Request:       r,
	}, nil
}

// received turns a request about to be sent into one as the server sees it.
func received(ctx context.Context, r *http.Request) *http.Request {
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery, ForceQuery: r.URL.ForceQuery}
	if in.URL.Path == "" {
		in.URL.Path = "/"
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.RemoteAddr = "0.0.0.0:0"
	in.Header.Del("Accept-Encoding") // packing would only cost time
	in.GetBody = nil
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if r.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	return in
}

type pipeBody struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (b *pipeBody) Close() error {
	b.cancel()
	return b.PipeReader.Close()
}

// recorder is the http.ResponseWriter of an in-process request.
type recorder struct {
	header http.Header
	body   *io.PipeWriter
	once   sync.Once
	ready  chan struct{} // closed when the fields below are set
	sent   http.Header
	status int
	err    error
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if status < 200 {
		return
	}
	w.once.Do(func() {
		w.status = status
		w.sent = w.header.Clone()
		close(w.ready)
	})
}

func (w *recorder) Write(p []byte) (int, error) {
	if _, set := w.header["Content-Type"]; !set && w.status == 0 {
		w.header.Set("Content-Type", http.DetectContentType(p))
	}
	w.WriteHeader(http.StatusOK)
	if w.err != nil {
		return 0, w.err
	}
	return w.body.Write(p)
}

// Flush exists because handlers ask for it: whatever is written is read at once.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }

func (w *recorder) finish() {
	w.WriteHeader(http.StatusOK)
	w.body.Close()
}

func (w *recorder) fail(err error) {
	w.once.Do(func() {
		w.err = err
		close(w.ready)
	})
	w.body.CloseWithError(err)
}
