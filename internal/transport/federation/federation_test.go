package federation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/queue"
	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// keyPairs are made once: RSA keys take long.
var keyPairs = sync.OnceValue(func() [3][2]string {
	var out [3][2]string
	for i := range out {
		key, err := httpsig.GenerateRSA()
		if err != nil {
			panic(err)
		}
		private, err := httpsig.MarshalPrivateKey(key)
		if err != nil {
			panic(err)
		}
		public, err := httpsig.MarshalPublicKey(key.Public())
		if err != nil {
			panic(err)
		}
		out[i] = [2]string{private, public}
	}
	return out
})

// world is one site of ours, and peers that it may meet.
type world struct {
	*Service
	t     testing.TB
	site  *skein.Site
	queue *queue.Queue
	since atomic.Int64 // what passed since start
	runs  bool
	ann   *skein.Account // a local person
	names map[string]netip.Addr
	path  string // of the database
}

var start = time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, names: map[string]netip.Addr{}}
	clock := w.clock
	w.path = storetest.URL(t, "sqlite")
	db := storetest.Open(t, store.Options{URL: w.path, Clock: clock, NoSync: true})
	log := slog.New(slog.NewTextHandler(testWriter{}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	sites := &site.Service{DB: db}
	sites.Start()
	made, _, err := sites.Create(t.Context(), site.New{URL: "https://elm.test"})
	if err != nil {
		t.Fatal(err)
	}
	w.site = made
	hub := stream.New(stream.Options{})
	t.Cleanup(hub.Close)
	soc := &social.Service{DB: db, Hub: hub, Log: log, Site: sites.ByID}
	client := fetch.New(fetch.Config{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.8/29"), netip.MustParsePrefix("127.0.0.16/28")}, Resolver: w, Clock: clock,
		Own: func(host string) http.Handler {
			if host == "elm.test" {
				t.Errorf("a request to our own host %s", host) // T12
			}
			return nil
		},
	})
	t.Cleanup(client.Close)
	w.Service = &Service{
		DB: db, Social: soc, Fetch: client, Clock: clock, Log: log, Version: "1.2.3",
		Site: sites.ByID, SiteByHost: sites.ByHost, Stats: sites.Stats,
		NewKey: func() (string, string, error) { p := keyPairs()[0]; return p[0], p[1], nil },
	}
	w.Reports = &moderation.Service{DB: db, Social: soc, Site: sites.ByID}
	soc.FindAccount, soc.FindPost, soc.FreshAccount = w.FindAccount, w.FindPost, w.FreshAccount
	shared := db.Shared()
	w.queue = queue.New(queue.Config{Store: shared, Clock: clock, Log: log, Node: "test"})
	q := w.queue
	queue.On(q, "process", w.Process)
	queue.On(q, "fetch-parent", w.FetchParent)
	queue.On(q, "refresh", w.RefreshAccount)
	queue.On(q, "fetch-thread", w.FetchThread)
	queue.On(q, "look", w.LookAround)
	queue.On(q, "send-pin", w.SendPin)
	queue.On(q, "send-unpin", w.SendUnpin)
	queue.On(q, "sync-followers", w.SyncFollowers)
	queue.On(q, "send-post", w.SendPost)
	queue.On(q, "send-edit", w.SendEdit)
	queue.On(q, "send-delete", w.SendDelete)
	queue.On(q, "send-answer", w.SendAnswer)
	queue.On(q, "send-follow", w.SendFollow)
	queue.On(q, "send-unfollow", w.SendUnfollow)
	queue.On(q, "send-like", w.SendLike)
	queue.On(q, "send-unlike", w.SendUnlike)
	queue.On(q, "send-poll", w.SendPoll)
	queue.On(q, "send-stamp-revoked", w.SendStampRevoked)
	queue.On(q, "send-reaction", w.SendReaction)
	queue.On(q, "send-unreaction", w.SendUnreaction)
	queue.On(q, "send-vote", w.SendVote)
	queue.On(q, "refresh-poll", w.RefreshPoll)
	queue.On(q, "end-poll", soc.EndPoll)
	queue.On(q, "send-block", w.SendBlock)
	queue.On(q, "send-unblock", w.SendUnblock)
	queue.On(q, "send-profile", w.SendProfile)
	queue.On(q, "send-gone", w.SendAccountGone)
	queue.On(q, "send-feature-answer", w.SendFeatureAnswer)
	queue.On(q, "send-report", w.SendReport)
	queue.On(q, "send-move", w.SendMove)
	queue.On(q, "spread-move", soc.SpreadMove)
	queue.On(q, "purge", soc.Purge)
	db.SetQueue(q)
	soc.Start()
	w.Start()
	w.ann = w.local("ann")
	return w
}

// testWriter shows the log to who asks for it; a job may still write to it when its test has ended.
type testWriter struct{}

func (testWriter) Write(p []byte) (int, error) {
	if testing.Verbose() {
		return os.Stderr.Write(p)
	}
	return len(p), nil
}

// LookupNetIP is the resolver of the test: never the real one.
func (w *world) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, ok := w.names[host]; ok {
		return []netip.Addr{a}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// local makes a person of ours.
func (w *world) local(name string) *skein.Account {
	w.t.Helper()
	id := w.DB.NewID()
	actor := w.site.URL("/ap/users/" + id.String())
	a := &skein.Account{
		ID: id, Local: true, Kind: skein.Person, Username: name, URI: actor, URL: w.site.URL("/@" + name),
		DisplayName: strings.ToUpper(name[:1]) + name[1:], Inbox: actor + "/inbox", Outbox: actor + "/outbox", SharedInbox: w.site.URL("/inbox"),
		Followers: actor + "/followers", Following: actor + "/following", Featured: actor + "/collections/featured", CreatedAt: w.clock(),
	}
	err := w.DB.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		if err := tx.InsertAccount(a); err != nil {
			return err
		}
		u := &skein.User{Account: id, Site: w.site.ID, Email: name + "@mail.test", Role: skein.Member, CreatedAt: w.clock(), ConfirmedAt: w.clock(), ApprovedAt: w.clock()}
		if err := tx.InsertPerson(u, name, u.Email); err != nil {
			return err
		}
		return tx.InsertActorKey(id, keyPairs()[1][0], keyPairs()[1][1])
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) viewer(a *skein.Account) skein.Viewer {
	return skein.Viewer{Site: w.site.ID, Account: a.ID}
}

// clock is the time of the test, which stands still; pass moves it on.
func (w *world) clock() time.Time     { return start.Add(time.Duration(w.since.Load())) }
func (w *world) pass(d time.Duration) { w.since.Add(int64(d)) }

// settle runs jobs until none is due.
func (w *world) settle() {
	w.t.Helper()
	if !w.runs {
		w.runs = true
		ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
		var done sync.WaitGroup
		done.Go(func() { _ = w.queue.Run(ctx) })
		w.t.Cleanup(func() { cancel(); done.Wait() })
	}
	deadline := time.Now().Add(20 * time.Second)
	for calm := 0; calm < 2; {
		idle, err := w.queue.Idle(w.t.Context(), w.clock())
		if err != nil {
			w.t.Fatal(err)
		}
		if idle {
			calm++
		} else {
			calm = 0
		}
		if time.Now().After(deadline) {
			w.t.Fatal("jobs do not end")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// do sends a request to the site and returns the answer.
func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	r.Host = w.site.Domain
	rec := httptest.NewRecorder()
	if !w.Owns(r) {
		rec.Code = 0
		return rec
	}
	w.ServeSite(rec, r, w.site)
	if rec.Code >= 500 && rec.Code != http.StatusServiceUnavailable {
		w.t.Errorf("%s %s: got %d %s", r.Method, r.URL, rec.Code, rec.Body)
	}
	return rec
}

// get asks for an object.
func (w *world) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest("GET", w.site.URL(path), nil)
	r.Header.Set("Accept", activitypub.AcceptHeader)
	return w.do(r)
}

// peer is a server that does what the test tells it.
type peer struct {
	w    *world
	host string // with port
	base string
	key  httpsig.Key

	mu    sync.Mutex
	docs  map[string]func(http.ResponseWriter, *http.Request)
	hits  map[string]int
	inbox []map[string]any // what was delivered
}

// peer starts a server on an address of its own.
func (w *world) peer(name, addr string) *peer {
	w.t.Helper()
	l, err := net.Listen("tcp", addr+":0")
	if err != nil {
		w.t.Fatal(err)
	}
	p := &peer{w: w, docs: map[string]func(http.ResponseWriter, *http.Request){}, hits: map[string]int{}}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: p}}
	server.Start()
	w.t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	w.names[name] = netip.MustParseAddr(addr)
	p.host = name + ":" + port
	p.base = "http://" + p.host
	private, err := httpsig.ParsePrivateKey(keyPairs()[2][0])
	if err != nil {
		w.t.Fatal(err)
	}
	p.key = httpsig.Key{Private: private}
	return p
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	target := r.URL.RequestURI()
	p.hits[r.URL.Path]++
	doc := p.docs[target]
	if doc == nil {
		doc = p.docs[r.URL.Path]
	}
	p.mu.Unlock()
	if doc != nil {
		doc(w, r)
		return
	}
	if r.Method == "POST" {
		body, _ := io.ReadAll(r.Body)
		var v map[string]any
		_ = json.Unmarshal(body, &v)
		p.mu.Lock()
		p.inbox = append(p.inbox, v)
		p.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
		return
	}
	http.NotFound(w, r)
}

// count returns how often a path was asked for.
func (p *peer) count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hits[path]
}

func (p *peer) total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.hits {
		n += c
	}
	return n
}

// serve puts a document at a path; $ in it is the peer's base.
func (p *peer) serve(path, body string) { p.serveAs(path, activitypub.ContentType, body) }

func (p *peer) serveAs(path, contentType, body string) {
	body = p.text(body)
	p.answer(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	})
}

func (p *peer) answer(path string, fn func(http.ResponseWriter, *http.Request)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.docs[path] = fn
}

func (p *peer) status(path string, code int) {
	p.answer(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

// text fills in addresses: $ is the peer, @ANN and @SITE are ours.
func (p *peer) text(s string) string {
	return strings.NewReplacer("$", p.base, "@ANN", p.w.ann.URI, "@SITE", p.w.site.Base).Replace(s)
}

// actor serves an actor with WebFinger, and returns its URI.
func (p *peer) actor(name string) string {
	p.serve("/users/"+name, p.actorDoc(name))
	p.serveAs("/.well-known/webfinger?resource=acct%3A"+name+"%40"+strings.Replace(p.host, ":", "%3A", 1), "application/jrd+json",
		`{"subject":"acct:`+name+`@`+p.host+`","links":[{"rel":"self","type":"application/activity+json","href":"$/users/`+name+`"}]}`)
	return p.base + "/users/" + name
}

func (p *peer) actorDoc(name string) string {
	pem, _ := json.Marshal(keyPairs()[2][1])
	return `{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1"],"id":"$/users/` + name + `",
		"type":"Person","preferredUsername":"` + name + `","name":"` + name + `","inbox":"$/users/` + name + `/inbox","outbox":"$/users/` + name + `/outbox",
		"followers":"$/users/` + name + `/followers","following":"$/users/` + name + `/following","endpoints":{"sharedInbox":"$/inbox"},
		"publicKey":{"id":"$/users/` + name + `#main-key","owner":"$/users/` + name + `","publicKeyPem":` + string(pem) + `}}`
}

// post builds a signed delivery.
func (p *peer) post(path, keyID, body string) *http.Request {
	p.w.t.Helper()
	body = p.text(body)
	r := httptest.NewRequest("POST", p.w.site.URL(path), strings.NewReader(body))
	r.Host = p.w.site.Domain
	r.Header.Set("Content-Type", "application/activity+json")
	key := p.key
	key.ID = p.text(keyID)
	if err := httpsig.SignCavage(r, []byte(body), key, p.w.clock()); err != nil {
		p.w.t.Fatal(err)
	}
	return r
}

// send delivers an activity of an actor to the shared inbox, demands 202 and lets the jobs run.
func (p *peer) send(name, body string) {
	p.w.t.Helper()
	if got := p.deliver(name, body); got != http.StatusAccepted {
		p.w.t.Fatalf("deliver: got %d, want 202", got)
	}
	p.w.settle()
}

func (p *peer) deliver(name, body string) int {
	p.w.t.Helper()
	return p.w.do(p.post("/inbox", "$/users/"+name+"#main-key", activity(name, body))).Code
}

// activity adds what every activity has.
func activity(name, body string) string {
	return `{"@context":"https://www.w3.org/ns/activitystreams","actor":"$/users/` + name + `",` + strings.TrimPrefix(strings.TrimSpace(body), "{")
}

var noteCount int

// note is a Create of a public note.
func createNote(name, id, more string) string {
	noteCount++
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"id":"$/activities/%d","type":"Create","to":["https://www.w3.org/ns/activitystreams#Public"],
		"object":{"id":"$/notes/%s","type":"Note","attributedTo":"$/users/%s","to":["https://www.w3.org/ns/activitystreams#Public"],
		"cc":["$/users/%s/followers"],"content":"<p>hello</p>","published":"2026-10-05T11:00:00Z"%s}}`, noteCount, id, name, name, more)
}

// follows makes a local account follow a remote one, as if it had been accepted.
func (w *world) follows(local, remote *skein.Account) {
	w.t.Helper()
	err := w.DB.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		_, err := tx.InsertFollow(&skein.Follow{ID: tx.NewID(), Account: local.ID, Target: remote.ID, Accepted: true, ShowBoosts: true})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// meets looks a peer's account up.
func (w *world) meets(uri string) *skein.Account {
	w.t.Helper()
	a, err := w.FindAccount(w.t.Context(), w.site.ID, uri)
	if err != nil {
		w.t.Fatal(err)
	}
	w.settle()
	return a
}

// stored returns a post by its URI, nil when there is none.
func (w *world) stored(uri string) *skein.Post {
	w.t.Helper()
	p, err := w.Social.PostByURI(w.t.Context(), w.site.ID, uri)
	if skein.KindOf(err) == skein.NotFound {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}
