package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"skein/internal/kit/fetch"
	"skein/internal/kit/limit"
	"skein/internal/skein"
)

// routes leads a request to its site and its transport.
func (s *Server) routes() http.Handler {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(4),
		gzhttp.ExceptContentTypes([]string{"text/event-stream", "image/png", "image/jpeg", "image/webp", "font/woff2", "video/mp4"}))
	if err != nil {
		panic(fmt.Sprintf("server: options of gzhttp: %v", err)) // a fault of the program
	}
	plain := http.HandlerFunc(s.serve)
	zipped := compress(plain)
	return s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Streams lift deadlines and take over connections: nothing may stand between.
		// Files are small already, and have parts and tags of their own.
		if strings.HasPrefix(r.URL.Path, "/api/v1/streaming") || strings.HasPrefix(r.URL.Path, "/media/") ||
			strings.HasPrefix(r.URL.Path, skein.MirrorPath) {
			plain.ServeHTTP(w, r)
			return
		}
		zipped.ServeHTTP(w, r)
	}))
}

// Handler returns the whole server as one handler, for tests.
func (s *Server) Handler() http.Handler { return s.handler }

// guard answers for a panic, and counts.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.log.Error("a request panics", "method", r.Method, "route", routeClass(r.URL.Path), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if rec.status == 0 {
					refuse(rec, r, http.StatusInternalServerError, "Internal Server Error")
				}
			}
			s.metrics.request(routeClass(r.URL.Path), rec.status, time.Since(began))
		}()
		next.ServeHTTP(rec, r)
	})
}

// serve finds the site by the host that was asked for, and the transport by the path.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch path {
	case "/healthz", "/readyz":
		s.health(w, r)
		return
	}
	// The path that is verified is the path that is routed (T40): one spelling only.
	if strings.Contains(path, "//") || strings.Contains(path, "/./") || strings.Contains(path, "/../") ||
		strings.HasSuffix(path, "/..") || strings.HasSuffix(path, "/.") || path == "" || path[0] != '/' {
		refuse(w, r, http.StatusNotFound, "Not Found")
		return
	}
	site, err := s.Sites.ByHost(r.Context(), r.Host)
	if err != nil {
		if skein.KindOf(err) == skein.NotFound || skein.KindOf(err) == skein.Invalid {
			// T149, T203: no site's data for a host that is none of ours.
			refuse(w, r, http.StatusMisdirectedRequest, "No site of this name is hosted here.")
			return
		}
		s.log.Error("site not found", "err", err)
		refuse(w, r, http.StatusServiceUnavailable, "There was a temporary problem serving your request, please try again.")
		return
	}
	if !site.SuspendedAt.IsZero() {
		refuse(w, r, http.StatusServiceUnavailable, "This site is closed.")
		return
	}
	if shut, err := s.Reports.ShutOut(r.Context(), site.ID, limit.ClientIP(r, s.Mastodon.Proxies)); err != nil {
		s.log.Error("blocks of addresses not read", "err", err)
		refuse(w, r, http.StatusServiceUnavailable, "There was a temporary problem serving your request, please try again.")
		return
	} else if shut {
		refuse(w, r, http.StatusForbidden, "This site serves nothing to your part of the network.")
		return
	}
	switch {
	case s.OAuth.Owns(path):
		s.OAuth.ServeSite(w, r, site)
	case strings.HasPrefix(path, "/api/") || path == "/health":
		s.Mastodon.ServeSite(w, r, site)
	case s.Federation.Owns(r):
		s.Federation.ServeSite(w, r, site)
	default:
		s.Pages.ServeSite(w, r, site)
	}
}

// refuse answers before a transport is found: programs read JSON, whatever it is about.
func refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	if !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/oauth/") {
		http.Error(w, text, status)
		return
	}
	body, _ := json.Marshal(map[string]string{"error": text}) // strings always marshal
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "private, no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// own answers for the hosts that this process serves, so that they are never dialled (T12).
func (s *Server) own(host string) http.Handler {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := s.Sites.ByHost(ctx, host); err != nil {
		return nil
	}
	return s.handler
}

// health: /healthz says that the process lives, /readyz that it takes requests.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/readyz" {
		if s.draining.Load() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		if _, err := s.DB.Shared().QueueState(r.Context()); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(w, "OK")
}

// routeClass names the kind of a path for metrics: few values, none chosen by the visitor (T102).
func routeClass(path string) string {
	for _, c := range []string{"/api/v1/streaming", "/api/v1/timelines", "/api/v1/statuses", "/api/v1/accounts", "/api/v1/notifications",
		"/api/", "/oauth/", "/inbox", "/ap/", "/.well-known/", "/nodeinfo", "/assets/", "/media/", "/proxy/", "/media_proxy/", "/@"} {
		if strings.HasPrefix(path, c) {
			if c == "/ap/" && strings.HasSuffix(path, "/inbox") {
				return "/inbox"
			}
			return c
		}
	}
	return "page"
}

// canonicalHost is the form in which hosts are compared.
func canonicalHost(host string) string {
	h, err := fetch.Host(host)
	if err != nil {
		return ""
	}
	return h
}
