package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func wantRefused(t *testing.T, what string, err error) {
	t.Helper()
	var refused *Refused
	if !errors.As(err, &refused) {
		t.Errorf("%s: %v, want Refused", what, err)
	}
}

func wantUnreachable(t *testing.T, what string, err error) {
	t.Helper()
	var unreachable *Unreachable
	if !errors.As(err, &unreachable) {
		t.Errorf("%s: %v, want Unreachable", what, err)
	}
}

func TestDocument(t *testing.T) {
	n := newNetwork(t)
	n.peer("oak.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Saw", strings.Join([]string{r.Method, r.Host, r.URL.String(), r.UserAgent(), r.Header.Get("Accept"), r.Header.Get("X-Signed")}, "|"))
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
			io.WriteString(w, "no more")
		case "/busy":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			io.WriteString(w, "hello")
		}
	}))
	n.config.UserAgent = "Skein/test"
	c := n.client()
	req := Request{URL: n.url("oak.test", "/a?b=c#frag"), Accept: "application/activity+json", Sign: func(r *http.Request, body []byte) error {
		r.Header.Set("X-Signed", r.URL.Path)
		return nil
	}}
	resp, err := c.Document(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := resp.Header.Get("X-Saw"), "GET|oak.test:"+n.port+"|/a?b=c|Skein/test|application/activity+json|/a"; got != want {
		t.Errorf("the peer saw %s, want %s", got, want)
	}
	if string(resp.Body) != "hello" || resp.Status != 200 || resp.URL != n.url("oak.test", "/a?b=c") {
		t.Errorf("%+v", resp)
	}
	_, err = c.Document(t.Context(), Request{URL: n.url("oak.test", "/gone")})
	var status *Status
	if StatusOf(err) != 410 || !errors.As(err, &status) || string(status.Body) != "no more" || Retry(err) {
		t.Errorf("gone: %v", err)
	}
	_, err = c.Document(t.Context(), Request{URL: n.url("oak.test", "/busy")})
	if StatusOf(err) != 503 || !Retry(err) || RetryAfter(err) != 2*time.Minute {
		t.Errorf("busy: %v, %v", err, RetryAfter(err))
	}
	_, err = c.Document(t.Context(), Request{URL: n.url("nobody.test", "/")})
	wantUnreachable(t, "no such name", err)
	_, err = c.Document(t.Context(), Request{URL: n.url("oak.test", "/"), Sign: func(*http.Request, []byte) error { return errors.New("no key") }})
	if err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("sign fails: %v", err)
	}
}

func TestT01_T03_NothingPrivateIsDialled(t *testing.T) {
	n := newNetwork(t)
	n.names.answers["inside.test"] = [][]string{{"127.0.0.1"}}
	n.names.answers["inside6.test"] = [][]string{{"::1"}}
	n.names.answers["mapped.test"] = [][]string{{"::ffff:127.0.0.1"}}
	n.names.answers["nat64.test"] = [][]string{{"64:ff9b::7f00:1"}}
	n.names.answers["meta.test"] = [][]string{{"169.254.169.254"}}
	n.names.answers["localhost"] = [][]string{{"127.0.0.1", "::1"}}
	c := n.client()
	for _, host := range []string{"127.0.0.1", "[::1]", "inside.test", "inside6.test", "mapped.test", "nat64.test", "meta.test", "LOCALHOST", "localhost.",
		"0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433", "127.1", "①②⑦.⓪.⓪.①", "[fe80::1%25lo]", "good.test@127.0.0.1"} {
		for _, scheme := range []string{"http", "https"} {
			url := scheme + "://" + host + ":" + n.port + "/"
			_, err := c.Document(t.Context(), Request{URL: url})
			wantRefused(t, url, err)
			_, err = c.Post(t.Context(), Request{URL: url})
			wantRefused(t, "POST "+url, err)
			_, err = c.Media(t.Context(), Request{URL: url})
			wantRefused(t, "media "+url, err)
			r, err := http.NewRequest("HEAD", url, nil)
			if err != nil {
				continue
			}
			_, err = c.RoundTrip(r)
			wantRefused(t, "HEAD "+url, err)
		}
	}
}

// The address that is connected to is the address that was checked: one look-up, and the socket itself is checked again.
func TestT04_Rebinding(t *testing.T) {
	n := newNetwork(t)
	hits := 0
	n.peer("flip.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		w.Header().Set("Connection", "close")
	}))
	n.names.answers["flip.test"] = [][]string{{"127.0.0.11"}, {"127.0.0.1"}}
	c := n.client()
	if _, err := c.Document(t.Context(), Request{URL: n.url("flip.test", "/")}); err != nil {
		t.Errorf("first: %v", err)
	}
	if n.names.asked["flip.test"] != 1 || hits != 1 {
		t.Errorf("%d look-ups, %d hits for one request", n.names.asked["flip.test"], hits)
	}
	_, err := c.Document(t.Context(), Request{URL: n.url("flip.test", "/")})
	wantRefused(t, "second", err)
}

func TestT05_MixedAnswers(t *testing.T) {
	n := newNetwork(t)
	n.peer("mixed.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	// The first that may be dialled is dead, the next private, the last alive.
	n.names.answers["mixed.test"] = [][]string{{"10.0.0.1", "127.0.0.1", "127.0.0.12", "::1", "127.0.0.11"}}
	n.names.answers["dead.test"] = [][]string{{"127.0.0.12", "127.0.0.1"}}
	c := n.client()
	if _, err := c.Document(t.Context(), Request{URL: n.url("mixed.test", "/")}); err != nil {
		t.Errorf("mixed: %v", err)
	}
	_, err := c.Document(t.Context(), Request{URL: n.url("dead.test", "/")})
	wantUnreachable(t, "dead", err)
}

func TestT06_Redirects(t *testing.T) {
	n := newNetwork(t)
	var target atomic.Value
	var status atomic.Int32
	n.peer("oak.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/start" {
			io.WriteString(w, r.URL.Path)
			return
		}
		for _, l := range target.Load().([]string) {
			w.Header().Add("Location", l)
		}
		w.WriteHeader(int(status.Load()))
	}))
	n.names.answers["public.test"] = [][]string{{"203.0.112.1"}}
	for _, code := range []int32{301, 302, 303, 307, 308} {
		for i, to := range [][]string{
			{"http://127.0.0.1:" + n.port + "/"}, {"https://127.0.0.1/"}, {"file:///etc/passwd"}, {"gopher://oak.test/"}, {"data:text/plain,x"},
			{"javascript:alert(1)"}, {""}, {}, {"/a", "/b"}, {"//127.0.0.1:" + n.port + "/"}, {"http://user@oak.test/"}, {"http://public.test/"},
			{"https://public.test:22/"}, {"http:\\\\127.0.0.1"}, {"//"}, {"http://[::1]:" + n.port + "/"},
		} {
			target.Store(to)
			status.Store(code)
			c := n.client()
			_, err := c.Document(t.Context(), Request{URL: n.url("oak.test", fmt.Sprintf("/start?%d", i))})
			wantRefused(t, fmt.Sprintf("%d to %q", code, to), err)
		}
		for to, want := range map[string]string{
			"/moved": "/moved", "moved?x": "/moved", "//oak.test:" + n.port + "/other": "/other", n.url("oak.test", "/absolute"): "/absolute",
			n.url("OAK.test.", "/case"): "/case",
		} {
			target.Store([]string{to})
			status.Store(code)
			resp, err := n.client().Document(t.Context(), Request{URL: n.url("oak.test", "/start")})
			if err != nil || string(resp.Body) != want || !strings.HasPrefix(resp.URL, n.url("oak.test", want)) {
				t.Errorf("%d to %s: %+v, %v", code, to, resp, err)
			}
		}
		_, err := n.client().Post(t.Context(), Request{URL: n.url("oak.test", "/start"), Body: []byte("x")})
		if StatusOf(err) != int(code) {
			t.Errorf("a POST follows %d: %v", code, err)
		}
	}
}

func TestT07_CirclesAndChains(t *testing.T) {
	n := newNetwork(t)
	var hits atomic.Int32
	n.peer("loop.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		kind, number, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
		step, _ := strconv.Atoi(number)
		switch kind {
		case "self":
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		case "pair":
			http.Redirect(w, r, fmt.Sprintf("/pair/%d", 1-step), http.StatusFound)
		case "chain":
			if step > 0 {
				http.Redirect(w, r, fmt.Sprintf("/chain/%d", step-1), http.StatusFound)
			}
		}
	}))
	at := time.Now()
	n.config.Clock = func() time.Time { return at }
	c := n.client()
	for path, most := range map[string]int32{"/self/0": 1, "/pair/0": 2, "/chain/50": 4} {
		hits.Store(0)
		for range 10 {
			_, err := c.Document(t.Context(), Request{URL: n.url("loop.test", path)})
			wantRefused(t, path, err)
		}
		if got := hits.Load(); got != most {
			t.Errorf("%s: %d requests for ten tries, want %d", path, got, most)
		}
	}
	at = at.Add(time.Hour)
	hits.Store(0)
	c.Document(t.Context(), Request{URL: n.url("loop.test", "/self/0")})
	if hits.Load() != 1 {
		t.Error("a refusal lasts longer than it should")
	}
	if _, err := c.Document(t.Context(), Request{URL: n.url("loop.test", "/chain/3")}); err != nil {
		t.Errorf("three redirects: %v", err)
	}
	s, err := c.Media(t.Context(), Request{URL: n.url("loop.test", "/chain/5")})
	if err != nil {
		t.Fatalf("five redirects to a file: %v", err)
	}
	s.Body.Close()
	_, err = c.Media(t.Context(), Request{URL: n.url("loop.test", "/chain/6")})
	wantRefused(t, "six redirects to a file", err)
}

func TestT08_SignedAnewForEachHop(t *testing.T) {
	n := newNetwork(t)
	seen := make(chan http.Header, 4)
	n.peer("one.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
			return
		}
		http.Redirect(w, r, n.url("two.test", "/c"), http.StatusFound)
	}))
	n.peer("two.test", "127.0.0.12", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen <- r.Header }))
	calls := 0
	_, err := n.client().Document(t.Context(), Request{
		URL:    n.url("one.test", "/a"),
		Header: http.Header{"Authorization": {"Bearer secret"}, "X-Kept": {"yes"}},
		Sign: func(r *http.Request, body []byte) error {
			if r.Header.Get("Signature") != "" {
				t.Error("an old signature is still there")
			}
			calls++
			r.Header.Set("Signature", r.URL.Host+r.URL.Path)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ signature, authorization string }{
		{"one.test:" + n.port + "/a", "Bearer secret"}, {"one.test:" + n.port + "/b", "Bearer secret"}, {"two.test:" + n.port + "/c", ""},
	} {
		h := <-seen
		if h.Get("Signature") != want.signature || h.Get("Authorization") != want.authorization || h.Get("X-Kept") != "yes" {
			t.Errorf("got %v, want %+v", h, want)
		}
	}
	if calls != 3 {
		t.Errorf("signed %d times", calls)
	}
}

func TestT11_ProxyEnvironment(t *testing.T) {
	n := newNetwork(t)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, "http://127.0.0.1:"+n.port) // the canary
	}
	n.peer("oak.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	c := n.client()
	if c.transport.Proxy != nil {
		t.Error("a proxy is set")
	}
	if _, err := c.Document(t.Context(), Request{URL: n.url("oak.test", "/")}); err != nil {
		t.Error(err)
	}
}

func TestT16_Smuggling(t *testing.T) {
	for name, head := range map[string]string{
		"HTTP/0.9":           "hello\r\n",
		"a huge header":      "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n",
		"many headers":       "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Header: value\r\n", 10000) + "\r\n",
		"a storm of 1xx":     strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 20000),
		"101":                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
		"no status":          "HTTP/1.1\r\n\r\n",
		"a line break":       "HTTP/1.1 200 OK\r\nX: a\rb\x00\r\nContent-Length: 0\r\n\r\n",
		"two lengths":        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
		"nothing":            "",
		"half a status line": "HTTP/1.1 2",
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t)
			n.raw("evil.test", "127.0.0.11", func(conn net.Conn) { io.WriteString(conn, head) })
			n.config.DocumentTimeout = 3 * time.Second
			if resp, err := n.client().Document(t.Context(), Request{URL: n.url("evil.test", "/")}); err == nil {
				t.Errorf("an answer: %d %v", resp.Status, resp.Header)
			}
		})
	}
}

func TestT17_SlowBody(t *testing.T) {
	n := newNetwork(t)
	n.raw("slow.test", "127.0.0.11", func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
		for range 200 {
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	n.raw("silent.test", "127.0.0.12", func(conn net.Conn) {
		for range 200 {
			if _, err := io.WriteString(conn, "X"); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	n.config.DocumentTimeout = 200 * time.Millisecond
	n.config.MediaTimeout = 200 * time.Millisecond
	c := n.client()
	for _, host := range []string{"slow.test", "silent.test"} {
		start := time.Now()
		_, err := c.Document(t.Context(), Request{URL: n.url(host, "/")})
		wantUnreachable(t, host, err)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s takes %v", host, took)
		}
	}
	s, err := c.Media(t.Context(), Request{URL: n.url("slow.test", "/")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(s.Body); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a slow file: %v", err)
	}
	s.Body.Close()
}

func packed(t *testing.T, size int, times int) []byte {
	t.Helper()
	data := make([]byte, size)
	for range times {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
		data = b.Bytes()
	}
	return data
}

func TestT18_Bombs(t *testing.T) {
	n := newNetwork(t)
	bomb, small := packed(t, 32<<20, 1), packed(t, 1000, 1)
	empty := bytes.Repeat(packed(t, 0, 1), 100000)
	twice := packed(t, 1000, 2)
	n.peer("gzip.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := small
		switch r.URL.Path {
		case "/bomb":
			body = bomb
		case "/empty":
			body = empty
		case "/twice":
			body = twice
		}
		if r.URL.Path != "/media" {
			for _, e := range r.URL.Query()["e"] {
				w.Header().Add("Content-Encoding", e)
			}
		}
		w.Write(body)
	}))
	c := n.client()
	resp, err := c.Document(t.Context(), Request{URL: n.url("gzip.test", "/small?e=gzip")})
	if err != nil || len(resp.Body) != 1000 {
		t.Errorf("gzip: %v", err)
	}
	if resp, err := c.Document(t.Context(), Request{URL: n.url("gzip.test", "/small?e=identity")}); err != nil || !bytes.Equal(resp.Body, small) {
		t.Errorf("identity: %v", err)
	}
	for _, path := range []string{"/bomb?e=gzip", "/twice?e=gzip,gzip", "/twice?e=gzip&e=gzip", "/small?e=br", "/small?e=deflate", "/small?e=x&e=gzip"} {
		_, err := c.Document(t.Context(), Request{URL: n.url("gzip.test", path)})
		wantRefused(t, path, err)
	}
	if resp, err := c.Document(t.Context(), Request{URL: n.url("gzip.test", "/empty?e=gzip")}); err == nil {
		t.Errorf("endless empty members: %d bytes", len(resp.Body))
	}
	// The status stays what it is, however odd the body.
	if _, err := c.Post(t.Context(), Request{URL: n.url("gzip.test", "/bomb?e=gzip")}); err == nil {
		t.Error("a bomb for an answer is taken")
	}
	s, err := c.Media(t.Context(), Request{URL: n.url("gzip.test", "/bomb?e=gzip"), Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	read, err := io.Copy(io.Discard, s.Body)
	wantRefused(t, "a file that unpacks to too much", err)
	if read > 1<<20 {
		t.Errorf("%d bytes came through", read)
	}
	s.Body.Close()
}

func TestT19_EndlessBodies(t *testing.T) {
	n := newNetwork(t)
	var sent atomic.Int64
	n.peer("endless.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/honest" {
			w.Header().Set("Content-Length", "1000000000")
		}
		chunk := make([]byte, 64<<10)
		for {
			k, err := w.Write(chunk)
			sent.Add(int64(k))
			if err != nil {
				return
			}
		}
	}))
	n.raw("liar.test", "127.0.0.12", func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
		chunk := []byte(strings.Repeat("x", 64<<10))
		for {
			if _, err := conn.Write(chunk); err != nil {
				return
			}
		}
	})
	c := n.client()
	for _, path := range []string{"/chunked", "/honest"} {
		_, err := c.Document(t.Context(), Request{URL: n.url("endless.test", path)})
		wantRefused(t, path, err)
	}
	if got := sent.Load(); got > 32<<20 {
		t.Errorf("%d bytes were taken", got)
	}
	if resp, err := c.Document(t.Context(), Request{URL: n.url("liar.test", "/")}); err != nil || len(resp.Body) != 10 {
		t.Errorf("liar: %v", err)
	}
	_, err := c.Post(t.Context(), Request{URL: n.url("endless.test", "/post"), Body: []byte("x")})
	wantRefused(t, "answer to a delivery", err)
	r, _ := http.NewRequest("GET", n.url("endless.test", "/lib"), nil)
	resp, err := c.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("a library reads without end")
	}
	resp.Body.Close()
}

func TestT20_TLS(t *testing.T) {
	n := newNetwork(t)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	s.Listener.Close()
	l, err := net.Listen("tcp", "127.0.0.11:"+n.port)
	if err != nil {
		t.Fatal(err)
	}
	s.Listener = l
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet()
	s.StartTLS() // its certificate is for example.com and 127.0.0.1, by an authority of its own
	t.Cleanup(s.Close)
	for _, name := range []string{"example.com", "wrong.test"} {
		n.names.answers[name] = [][]string{{"127.0.0.11"}}
	}
	_, err = n.client().Document(t.Context(), Request{URL: "https://example.com:" + n.port + "/"})
	wantUnreachable(t, "unknown authority", err)
	n.config.ExtraCA = x509.NewCertPool()
	n.config.ExtraCA.AddCert(s.Certificate())
	c := n.client()
	resp, err := c.Document(t.Context(), Request{URL: "https://example.com:" + n.port + "/"})
	if err != nil || string(resp.Body) != "HTTP/2.0" {
		t.Errorf("known authority: %+v, %v", resp, err)
	}
	for _, host := range []string{"wrong.test", "127.0.0.11"} {
		_, err = c.Document(t.Context(), Request{URL: "https://" + host + ":" + n.port + "/"})
		wantUnreachable(t, host, err)
	}
	if got := c.tlsConfig("example.com").MinVersion; got < tls.VersionTLS12 {
		t.Errorf("TLS %x", got)
	}
	late := c.tlsConfig("example.com")
	if late.VerifyConnection(tls.ConnectionState{}) == nil {
		t.Error("no certificate is fine")
	}

	// TLS 1.0 and 1.1 are not spoken.
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Listener.Close()
	if old.Listener, err = net.Listen("tcp", "127.0.0.12:"+n.port); err != nil {
		t.Fatal(err)
	}
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.Config.ErrorLog = quiet()
	old.StartTLS()
	t.Cleanup(old.Close)
	n.names.answers["example.com"] = [][]string{{"127.0.0.12"}}
	_, err = n.client().Document(t.Context(), Request{URL: "https://example.com:" + n.port + "/"})
	wantUnreachable(t, "TLS 1.1", err)
}

func TestHTTPAfterHTTPS(t *testing.T) {
	n := newNetwork(t)
	n.peer("oak.test", "127.0.0.11", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.RequestURI()) }))
	n.names.answers["both.test"] = [][]string{{"::1", "127.0.0.11"}}
	n.names.answers["half.test"] = [][]string{{"127.0.0.11", "1.1.1.1"}}
	n.names.answers["inside.test"] = [][]string{{"127.0.0.1"}}
	n.names.answers["public.test"] = [][]string{{"1.1.1.1"}}
	n.config.Own = func(host string) http.Handler {
		if host == "elm.test" {
			return http.NotFoundHandler()
		}
		return nil
	}
	c := n.client()
	for host, want := range map[string]string{"oak.test:" + n.port: "https http", "both.test": "https http", "half.test": "https",
		"inside.test": "https", "public.test": "https", "elm.test": "https"} {
		if got, err := c.Schemes(t.Context(), host); err != nil || strings.Join(got, " ") != want {
			t.Errorf("Schemes(%s) = %v, %v; want %s", host, got, err, want)
		}
	}
	resp, err := c.Lookup(t.Context(), "oak.test:"+n.port, "/.well-known/webfinger?resource=x", Request{})
	if err != nil || string(resp.Body) != "/.well-known/webfinger?resource=x" || !strings.HasPrefix(resp.URL, "http://") {
		t.Errorf("Lookup: %+v, %v", resp, err)
	}
	_, err = c.Lookup(t.Context(), "nobody.test", "/", Request{})
	wantUnreachable(t, "nobody", err)
	_, err = c.Lookup(t.Context(), "good.test@127.0.0.1", "/", Request{})
	wantRefused(t, "no host", err)
}

func TestLocalhostIsLoopback(t *testing.T) {
	r := systemResolver{net.DefaultResolver}
	for _, host := range []string{"localhost", "oak.localhost"} {
		got, err := r.LookupNetIP(t.Context(), "ip", host)
		if err != nil || len(got) != 2 || !got[0].IsLoopback() || !got[1].IsLoopback() {
			t.Errorf("%s: %v, %v", host, got, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "30": 30 * time.Second, "-5": 0, "99999999": 24 * time.Hour, "soon": 0, "1.5": 0,
		"Fri, 20 Nov 2026 12:01:00 GMT": time.Minute, "Fri, 20 Nov 2020 12:01:00 GMT": 0, "Fri, 20 Nov 2099 12:01:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(value, at); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
