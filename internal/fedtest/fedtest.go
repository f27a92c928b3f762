// Package fedtest is a test helper: several sites federating in one process, through the front door and with every check,
// only the sockets are left out.
package fedtest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/site"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/password"
	"skein/internal/server"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// Net is a process with sites in it, whose queue runs.
type Net struct {
	t      testing.TB
	Server *server.Server
	Sites  map[string]*skein.Site
	ahead  *atomic.Int64
}

// Person is somebody signed in by a client.
type Person struct {
	Net   *Net
	Name  string
	Site  *skein.Site
	ID    string
	Token string

	Cookie string // of a browser that is signed in, in place of a token
}

// Each runs fn on a net of sites, on SQLite and on PostgreSQL.
func Each(t *testing.T, domains []string, fn func(t *testing.T, n *Net)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			place := server.Place{Data: t.TempDir()}
			if engine == "postgres" {
				place.DB = storetest.URL(t, engine)
			} else {
				place.Data = filepath.Dir(storetest.URL(t, engine))
			}
			fn(t, start(t, server.Config{Place: place}, domains))
		})
	}
}

// New makes a net of sites on SQLite; https is understood.
func New(t testing.TB, domains ...string) *Net {
	return start(t, server.Config{Place: server.Place{Data: filepath.Dir(storetest.URL(t, "sqlite"))}}, domains)
}

func start(t testing.TB, c server.Config, domains []string) *Net {
	t.Helper()
	c.NoSync, c.RateLimit, c.Version = true, "off", "0.0.0-test"
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	if c.Resolver == nil {
		c.Resolver = noNames{}
	}
	if c.Password == nil {
		c.Password = password.New(password.Options{Params: password.Cheap()})
	}
	c.NewKey = (&keyring{}).next
	ahead := &atomic.Int64{}
	if c.Clock == nil {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}
	s, err := server.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	n := &Net{t: t, Server: s, Sites: map[string]*skein.Site{}, ahead: ahead}
	for _, d := range domains {
		made, _, err := s.Sites.Create(t.Context(), site.New{URL: "https://" + d, Joining: skein.JoinOpen})
		if err != nil {
			t.Fatal(err)
		}
		n.Sites[d] = made
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Queue.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("queue: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return n
}

// keyring gives each account of a net a key of its own. The next net gets the same ones: to make them took half of the
// processor's time.
type keyring struct{ given int }

var (
	keysMu sync.Mutex
	keys   [][2]string // private, public
)

func (k *keyring) next() (private, public string, err error) {
	keysMu.Lock()
	defer keysMu.Unlock()
	if k.given == len(keys) {
		key, err := httpsig.GenerateRSA()
		if err != nil {
			return "", "", err
		}
		if private, err = httpsig.MarshalPrivateKey(key); err != nil {
			return "", "", err
		}
		if public, err = httpsig.MarshalPublicKey(key.Public()); err != nil {
			return "", "", err
		}
		keys = append(keys, [2]string{private, public})
	}
	k.given++
	pair := keys[k.given-1]
	return pair[0], pair[1], nil
}

// noNames is the network of names in which there is nobody but our own sites.
type noNames struct{}

// LookupNetIP implements fetch.Resolver.
func (noNames) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// testLog lets the log of a failing test be read.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Logf("%s", strings.TrimSpace(string(b)))
	return len(b), nil
}

// Pass lets time go by, and what is due then be done.
func (n *Net) Pass(d time.Duration) {
	n.t.Helper()
	n.ahead.Add(int64(d))
	n.Settle()
}

// Person makes an account on a site and a token with all usual scopes.
func (n *Net) Person(name, domain string) *Person {
	n.t.Helper()
	made := n.Sites[domain]
	u, err := n.Server.Identity.SignUp(n.t.Context(), made.ID, identity.SignUp{
		Username: name, Email: name + "@mail.test", Password: "correct horse battery", Agreement: true, Confirmed: true,
		Role: skein.Member,
	})
	if err != nil {
		n.t.Fatal(err)
	}
	token, err := n.Server.Identity.NewToken(n.t.Context(), made.ID, u.Account, 0, []string{"read", "write", "follow", "push"})
	if err != nil {
		n.t.Fatal(err)
	}
	return &Person{Net: n, Name: name, Site: made, ID: u.Account.String(), Token: token}
}

// Moderator is Person for somebody who looks after reports.
func (n *Net) Moderator(name, domain string) *Person {
	n.t.Helper()
	p := n.Person(name, domain)
	id, _ := skein.ParseID(p.ID)
	err := n.Server.DB.Update(n.t.Context(), p.Site.ID, func(tx *store.Tx) error {
		u, err := tx.Person(id)
		if err != nil {
			return err
		}
		u.Role = skein.Moderator
		return tx.UpdatePerson(&u.User, u.Email)
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return p
}

// Raw sends a request to a site and returns the whole answer.
func (n *Net) Raw(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	n.Server.Handler().ServeHTTP(w, r)
	return w
}

// Try calls the client API as the person and returns status and JSON.
func (p *Person) Try(method, path, body string) (int, any) {
	p.Net.t.Helper()
	r := httptest.NewRequestWithContext(p.Net.t.Context(), method, p.Site.URL(path), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+p.Token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := p.Net.Raw(r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		p.Net.t.Fatal(err)
	}
	var v any
	if len(b) > 0 {
		if err := json.Unmarshal(b, &v); err != nil {
			p.Net.t.Fatalf("%s %s: %d %.200s", method, path, w.Code, b)
		}
	}
	return w.Code, v
}

// Do is Try for a call that must succeed.
func (p *Person) Do(method, path, body string) any {
	p.Net.t.Helper()
	status, v := p.Try(method, path, body)
	if status/100 != 2 {
		p.Net.t.Fatalf("%s as %s: %s %s: %d %v", p.Site.Domain, p.Name, method, path, status, v)
	}
	return v
}

// Handle returns name@domain.
func (p *Person) Handle() string { return p.Name + "@" + p.Site.Domain }

// Find returns the ID under which the person's site knows an account, looked up on the network if need be.
func (p *Person) Find(handle string) string {
	p.Net.t.Helper()
	got := p.Do("GET", "/api/v2/search?resolve=true&type=accounts&q=@"+handle, "")
	list := At(got, "accounts").([]any)
	if len(list) == 0 {
		p.Net.t.Fatalf("%s does not find %s", p.Site.Domain, handle)
	}
	return At(list[0], "id").(string)
}

// Follow makes the person follow another.
func (p *Person) Follow(other *Person) {
	p.Net.t.Helper()
	id := other.ID
	if other.Site != p.Site {
		id = p.Find(other.Handle())
	}
	p.Do("POST", "/api/v1/accounts/"+id+"/follow", "")
	p.Net.Settle()
}

// Post writes a post and returns its ID.
func (p *Person) Post(text, visibility string) string {
	p.Net.t.Helper()
	b, _ := json.Marshal(map[string]string{"status": text, "visibility": visibility})
	return At(p.Do("POST", "/api/v1/statuses", string(b)), "id").(string)
}

// Timeline returns the posts of a timeline, boosts as their originals' text.
func (p *Person) Timeline(path string) []any {
	p.Net.t.Helper()
	list, _ := p.Do("GET", path, "").([]any)
	return list
}

// At walks into decoded JSON by names and indexes.
func At(v any, path ...any) any {
	for _, k := range path {
		switch k := k.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

// Settle waits until no job is due and no delivery waits. It fails the test when that does not come about.
func (n *Net) Settle() {
	n.t.Helper()
	calm := 0
	for range 6000 {
		idle, err := n.Server.Queue.Idle(n.t.Context(), n.Server.Config.Clock())
		if err != nil {
			n.t.Fatal(err)
		}
		if idle {
			if calm++; calm == 3 { // more than once: between a job's end and what it caused lies a moment
				return
			}
		} else {
			calm = 0
		}
		n.Server.Queue.Wake()
		n.Server.Queue.WakeLanes()
		time.Sleep(5 * time.Millisecond)
	}
	n.t.Fatal("the queue does not settle")
}
