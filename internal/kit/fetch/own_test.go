package fetch

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// ownClient serves elm.test (and elm.localhost:8080) itself and allows nothing else.
func ownClient(t *testing.T, handler http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		Resolver: &names{},
		Own: func(host string) http.Handler {
			if host == "elm.test" || host == "elm.localhost:8080" {
				return handler
			}
			return nil
		},
	}
	for _, f := range change {
		f(&config)
	}
	c := New(config)
	t.Cleanup(c.Close)
	return c
}

func TestT12_OwnHostWithoutSocket(t *testing.T) {
	resolver := &names{answers: map[string][][]string{"elm.test": {{"1.1.1.1"}}}}
	c := ownClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if _, err := netip.ParseAddrPort(r.RemoteAddr); err != nil {
			t.Errorf("RemoteAddr %q", r.RemoteAddr)
		}
		if r.URL.Host != "" || r.URL.Scheme != "" {
			t.Errorf("URL %s", r.URL)
		}
		w.Header().Set("X-Saw", strings.Join([]string{r.Method, r.Host, r.RequestURI, r.URL.Path, string(body), r.Header.Get("Signature")}, "|"))
		if r.TLS == nil {
			w.Header().Set("X-Plain", "yes")
		}
		w.WriteHeader(http.StatusAccepted)
	}), func(config *Config) { config.Resolver = resolver })
	sign := func(r *http.Request, body []byte) error {
		r.Header.Set("Signature", r.URL.Host+" "+string(body))
		return nil
	}
	for url, want := range map[string]string{
		"https://ELM.test:443/inbox?a=%20#x":     "elm.test|/inbox?a=%20|/inbox",
		"https://elm.test.":                      "elm.test|/|/",
		"http://elm.localhost:8080/users/a%2Fb/": "elm.localhost:8080|/users/a%2Fb/|/users/a/b/",
	} {
		resp, err := c.Post(t.Context(), Request{URL: url, Body: []byte("hi"), Sign: sign})
		if err != nil {
			t.Fatal(err)
		}
		host, _, _ := strings.Cut(want, "|")
		if got := resp.Header.Get("X-Saw"); got != "POST|"+want+"|hi|"+host+" hi" || resp.Status != 202 {
			t.Errorf("%s: the handler saw %s", url, got)
		}
		if plain := resp.Header.Get("X-Plain") != ""; plain != strings.HasPrefix(url, "http:") {
			t.Errorf("%s: plain = %v", url, plain)
		}
	}
	if len(resolver.asked) != 0 {
		t.Errorf("names were looked up: %v", resolver.asked)
	}
	_, err := c.Post(t.Context(), Request{URL: "https://user@elm.test/"})
	wantRefused(t, "user name", err)
}

func TestT12_OwnHostsInACircle(t *testing.T) {
	var c *Client
	calls := 0
	c = ownClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if _, err := c.Document(r.Context(), Request{URL: "https://elm.test/again"}); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}))
	_, err := c.Document(t.Context(), Request{URL: "https://elm.test/"})
	if StatusOf(err) != http.StatusBadGateway || calls != maxDepth {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestOwnHandlerMisbehaves(t *testing.T) {
	c := ownClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("no")
		case "/late":
			io.WriteString(w, "some")
			panic("late")
		case "/hang":
			<-r.Context().Done()
		case "/drip":
			for r.Context().Err() == nil {
				io.WriteString(w, "x")
				time.Sleep(5 * time.Millisecond)
			}
		case "/endless":
			chunk := make([]byte, 32<<10)
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "http://127.0.0.1/", http.StatusFound)
		case "/none":
		case "/twice":
			w.WriteHeader(201)
			w.WriteHeader(500)
			w.Header().Set("X-Late", "yes")
		}
	}), func(config *Config) { config.DocumentTimeout = 100 * time.Millisecond })
	for path, check := range map[string]func(*testing.T, string, error){
		"/panic": wantUnreachable, "/late": wantUnreachable, "/hang": wantUnreachable, "/drip": wantUnreachable,
		"/endless": wantRefused, "/loop": wantRefused, "/away": wantRefused,
	} {
		_, err := c.Document(t.Context(), Request{URL: "https://elm.test" + path})
		check(t, path, err)
	}
	if resp, err := c.Document(t.Context(), Request{URL: "https://elm.test/none"}); err != nil || resp.Status != 200 || len(resp.Body) != 0 {
		t.Errorf("a handler that writes nothing: %v", err)
	}
	if resp, err := c.Document(t.Context(), Request{URL: "https://elm.test/twice"}); err != nil || resp.Status != 201 || resp.Header.Get("X-Late") != "" {
		t.Errorf("two statuses: %+v, %v", resp, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Document(ctx, Request{URL: "https://elm.test/none"}); !errors.Is(err, context.Canceled) && err != nil {
		t.Errorf("cancelled: %v", err)
	}
}

func TestT176_RedirectToARefusedHost(t *testing.T) {
	asked := 0
	c := ownClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "http://ELM.localhost:8080/there", http.StatusFound)
	}))
	var hosts []string
	_, err := c.Document(t.Context(), Request{URL: "https://elm.test/", Check: func(host string) error {
		hosts = append(hosts, host)
		if host == "elm.localhost:8080" {
			return errors.New("suspended")
		}
		return nil
	}})
	wantRefused(t, "a redirect to a refused host", err)
	if asked != 1 || strings.Join(hosts, " ") != "elm.test elm.localhost:8080" {
		t.Errorf("asked %d times; hosts checked: %q", asked, hosts)
	}
}
