package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

var decoder = new(mime.WordDecoder)

func quoted(m *mail.Message) io.Reader { return quotedprintable.NewReader(m.Body) }

// post is a small relay: what it is told, it remembers.
type post struct {
	tls       *tls.Config
	offer     bool // STARTTLS
	implicit  bool
	refuse    string // its answer to RCPT
	silent    bool   // answers nothing to DATA
	mu        sync.Mutex
	commands  []string
	letters   []string
	encrypted bool
}

// listen starts it on loopback and stops it with the test.
func (p *post) listen(t *testing.T) (port int) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if p.implicit {
		ln = tls.NewListener(ln, p.tls)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				defer conn.Close()
				p.serve(ctx, conn)
			})
		}
	})
	t.Cleanup(func() { cancel(); _ = ln.Close(); wg.Wait() })
	return ln.Addr().(*net.TCPAddr).Port
}

func (p *post) serve(ctx context.Context, conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(s string) { _, _ = io.WriteString(conn, s+"\r\n") }
	say("220 relay ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		p.mu.Lock()
		p.commands = append(p.commands, line)
		p.mu.Unlock()
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
		case "EHLO":
			say("250-relay")
			if _, secure := conn.(*tls.Conn); p.offer && !secure {
				say("250-STARTTLS")
			} else {
				say("250-AUTH PLAIN LOGIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, p.tls)
			in = bufio.NewReader(conn)
			p.mu.Lock()
			p.encrypted = true
			p.mu.Unlock()
		case "AUTH":
			say("235 welcome")
		case "RCPT":
			if p.refuse != "" {
				say(p.refuse)
			} else {
				say("250 ok")
			}
		case "DATA":
			if p.silent {
				<-ctx.Done()
				return
			}
			say("354 go on")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			p.mu.Lock()
			p.letters = append(p.letters, b.String())
			p.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// certificate makes one for 127.0.0.1 and the roots that trust it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, card, card, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

var letter = Message{From: "Elm <post@elm.example>", To: "ann@oak.example", Subject: "Grüße", Text: "Hello\n.\n..x\nend\n"}

func send(t *testing.T, ctx context.Context, c RelayConfig) error {
	t.Helper()
	c.Host, c.Now, c.Hello = "127.0.0.1", at, "elm.example"
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	r, err := Relay(c)
	if err != nil {
		t.Fatal(err)
	}
	return r.Send(ctx, letter)
}

func TestRelay(t *testing.T) {
	server, client := certificate(t)
	for _, mode := range []TLS{StartTLS, Implicit} {
		p := &post{tls: server, offer: mode == StartTLS, implicit: mode == Implicit}
		port := p.listen(t)
		if err := send(t, t.Context(), RelayConfig{Port: port, TLS: mode, TLSConf: client, User: "elm", Password: "secret"}); err != nil {
			t.Fatalf("mode %d: %v", mode, err)
		}
		p.mu.Lock()
		said := strings.Join(p.commands, "\n")
		for _, want := range []string{"EHLO elm.example", "AUTH ", "MAIL FROM:<post@elm.example>", "RCPT TO:<ann@oak.example>"} {
			if !strings.Contains(said, want) {
				t.Errorf("mode %d: %q is missing in\n%s", mode, want, said)
			}
		}
		if len(p.letters) != 1 {
			t.Fatalf("mode %d: %d letters", mode, len(p.letters))
		}
		checkLetter(t, p.letters[0], letter)
		p.mu.Unlock()
	}
}

func TestRelayInsistsOnTLS(t *testing.T) {
	server, client := certificate(t)
	plain := &post{tls: server}
	port := plain.listen(t)
	if err := send(t, t.Context(), RelayConfig{Port: port, TLSConf: client, User: "elm", Password: "secret"}); err == nil || Refused(err) {
		t.Errorf("a relay without TLS: %v", err)
	}
	stranger := &post{tls: server, offer: true}
	strangerPort := stranger.listen(t)
	if err := send(t, t.Context(), RelayConfig{Port: strangerPort, User: "elm", Password: "secret"}); err == nil || Refused(err) {
		t.Errorf("a relay with a certificate nobody knows: %v", err)
	}
	for _, p := range []*post{plain, stranger} {
		p.mu.Lock()
		for _, c := range p.commands {
			if strings.HasPrefix(c, "AUTH") || strings.HasPrefix(c, "MAIL") {
				t.Errorf("it was told %q", c)
			}
		}
		p.mu.Unlock()
	}
	if err := send(t, t.Context(), RelayConfig{Port: port, TLS: Plain}); err != nil {
		t.Errorf("without TLS where that is wanted: %v", err)
	}
}

func TestRelayTellsForeverFromLater(t *testing.T) {
	for answer, forever := range map[string]bool{"550 nobody here": true, "450 come back later": false} {
		p := &post{refuse: answer}
		if err := send(t, t.Context(), RelayConfig{Port: p.listen(t), TLS: Plain}); err == nil || Refused(err) != forever {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestRelayEndsWithTheContext(t *testing.T) {
	p := &post{silent: true}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := send(t, ctx, RelayConfig{Port: p.listen(t), TLS: Plain, Timeout: time.Minute}); err == nil {
		t.Error("sent to a relay that says nothing")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
