package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// listen opens the addresses and starts to serve; faults of a server that runs go to failed.
func (s *Server) listen(ctx context.Context, failed chan<- error, ready func(net.Addr)) (servers []*http.Server, err error) {
	serve := func(l net.Listener, h http.Handler) {
		srv := patient(h)
		servers = append(servers, srv)
		go func() {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		}()
	}
	if s.Config.Metrics != "" {
		s.watchQueue()
		l, err := net.Listen("tcp", s.Config.Metrics)
		if err != nil {
			return servers, fmt.Errorf("listen for metrics: %w", err)
		}
		serve(l, s.metricsHandler())
	}
	if s.Config.TLS == "auto" {
		return servers, s.listenTLS(ctx, serve, ready)
	}
	l, err := net.Listen("tcp", s.Config.Listen)
	if err != nil {
		return servers, fmt.Errorf("listen: %w", err)
	}
	serve(l, s.handler)
	if ready != nil {
		ready(l.Addr())
	}
	return servers, nil
}

// patient is a server that waits for visitors, but not for ever (T89, T101).
func patient(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 128},
	}
}

// listenTLS serves on 443 with certificates by ACME for the active sites, by name and for no other (T203), and on 80 for
// the challenges and a redirect.
func (s *Server) listenTLS(ctx context.Context, serve func(net.Listener, http.Handler), ready func(net.Addr)) error {
	host, _, err := net.SplitHostPort(s.Config.Listen)
	if err != nil {
		return fmt.Errorf("the listen address: %w", err)
	}
	if host == "127.0.0.1" {
		host = "" // the default is for behind a proxy; certificates are for the world
	}
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return s.certmagic(nil), nil },
		Logger:           zap.NewNop(),
	})
	magic := s.certmagic(cache)
	issuer := certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA: s.Config.ACMEDirectory, Email: s.Config.ACMEEmail, Agreed: true, Logger: zap.NewNop(),
	})
	if s.Config.ACMEDirectory == "" {
		issuer.CA = certmagic.LetsEncryptProductionCA
	}
	magic.Issuers = []certmagic.Issuer{issuer}

	redirect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.Sites.ByHost(r.Context(), r.Host); err != nil {
			http.Error(w, "No site of this name is hosted here.", http.StatusMisdirectedRequest)
			return
		}
		http.Redirect(w, r, "https://"+canonicalHost(r.Host)+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
	plain, err := net.Listen("tcp", net.JoinHostPort(host, "80"))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	serve(plain, issuer.HTTPChallengeHandler(redirect))

	conf := magic.TLSConfig()
	conf.NextProtos = append([]string{"h2", "http/1.1"}, conf.NextProtos...)
	conf.MinVersion = tls.VersionTLS12
	l, err := net.Listen("tcp", net.JoinHostPort(host, "443"))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	serve(tls.NewListener(l, conf), s.handler)
	if ready != nil {
		ready(l.Addr())
	}
	go s.manageCertificates(ctx, magic)
	return nil
}

func (s *Server) certmagic(cache *certmagic.Cache) *certmagic.Config {
	conf := certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(s.Config.Data, "certificates")},
		Logger:  zap.NewNop(),
		OnEvent: func(_ context.Context, event string, data map[string]any) error {
			if event == "cert_failed" {
				s.log.Error("no certificate", "domain", data["identifier"], "err", data["error"])
			}
			return nil
		},
	}
	if cache == nil {
		return &conf
	}
	return certmagic.New(cache, conf)
}

// manageCertificates asks for certificates for the sites there are, and looks each minute for new ones.
func (s *Server) manageCertificates(ctx context.Context, magic *certmagic.Config) {
	managed := map[string]bool{}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		all, err := s.Sites.All(ctx)
		if err != nil {
			s.log.Error("sites not read", "err", err)
		}
		var fresh []string
		for _, site := range all {
			if site.SuspendedAt.IsZero() && !managed[site.Domain] {
				managed[site.Domain] = true
				fresh = append(fresh, site.Domain)
			}
		}
		if len(fresh) > 0 {
			if err := magic.ManageAsync(ctx, fresh); err != nil {
				s.log.Error("certificates", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
