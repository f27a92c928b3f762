package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/core/media"
	"skein/internal/core/moderation"
	"skein/internal/core/peering"
	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/kit/blob"
	"skein/internal/kit/queue"
	"skein/internal/kit/seal"
	"skein/internal/kit/stream"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// town is an API over a real core: two sites, and people who are made as tests need them.
type town struct {
	t           testing.TB
	api         *API
	db          *store.DB
	hub         *stream.Hub
	queue       *queue.Queue
	logged      *bytes.Buffer
	site, other *skein.Site
	tokens      map[string]string
}

func newTown(t testing.TB) *town {
	t.Helper()
	db := storetest.SQLite(t)
	w := &town{t: t, db: db, hub: stream.New(stream.Options{}), logged: &bytes.Buffer{}, tokens: map[string]string{}}
	key := func() (string, string, error) { return "private", "public", nil }
	sites := &site.Service{DB: db, Hub: w.hub}
	sites.Start()
	ids := &identity.Service{DB: db, Site: sites.ByID, NewKey: key, Revoked: func(account skein.ID) {
		w.hub.Publish(social.TopicAccess(account), string(social.LiveAccess), social.Live{Kind: social.LiveAccess})
	}}
	ids.Start()
	soc := &social.Service{DB: db, Hub: w.hub, Site: sites.ByID, Log: slog.New(slog.DiscardHandler)}
	box, err := seal.New(make([]byte, seal.Size))
	w.must(err)
	soc.Seal = box
	soc.Start()
	q := queue.New(queue.Config{Store: db.Shared(), Lanes: db.Shared(), Node: "test", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	queue.On(q, "spread", soc.Spread)
	queue.On(q, "spread-edit", soc.SpreadEdit)
	queue.On(q, "spread-delete", soc.SpreadDelete)
	queue.On(q, "spread-like", soc.SpreadLike)
	queue.On(q, "spread-follow", soc.SpreadFollow)
	queue.On(q, "spread-sign-up", soc.SpreadSignUp)
	files, err := blob.NewDisk(t.TempDir(), true)
	w.must(err)
	med := &media.Service{DB: db, Blobs: files, Temp: files.Temp}
	med.Start()
	queue.On(q, "remove-files", med.Remove)
	queue.On(q, "push", soc.Push)
	q.Lane(queue.Lanes{Kind: store.PushLane, Keep: time.Hour, Rest: time.Hour, Counts: true, Send: func(ctx context.Context, d queue.Delivery) (queue.Result, time.Duration) {
		return w.api.SendPush(ctx, d)
	}})
	queue.On(q, "merge-held", soc.MergeHeld)
	queue.On(q, "drop-held", soc.DropHeld)
	queue.On(q, "spread-announcement", sites.SpreadAnnouncement)
	db.SetQueue(q)
	w.queue = q
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = q.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	staff := &moderation.Service{DB: db, Social: soc, Site: sites.ByID, SignOut: ids.End, Admit: ids.Admit, Dismiss: ids.Dismiss}
	staff.Start()
	queue.On(q, "end-follows", staff.EndFollows)
	w.api = &API{Media: med, Social: soc, Reports: staff, Identity: ids, Sites: sites, Hub: w.hub, Version: "0.1.0", Log: slog.New(slog.NewTextHandler(w.logged, nil))}
	w.api.Peering = &peering.Service{DB: db}
	w.api.Peering.Start()
	queue.On(q, "apply-peer-policy", w.api.Peering.Apply)
	w.api.Start()
	t.Cleanup(w.api.Close)
	w.site, w.other = w.addSite("https://elm.example"), w.addSite("https://oak.example")
	return w
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) addSite(base string) *skein.Site {
	w.t.Helper()
	s, _, err := w.api.Sites.Create(context.Background(), site.New{URL: base, Name: "Elm", Joining: skein.JoinOpen})
	w.must(err)
	return s
}

// person adds somebody who is confirmed and let in.
func (w *town) person(s *skein.Site, name string) skein.ID {
	w.t.Helper()
	return w.add(s, name, time.Now())
}

func (w *town) add(s *skein.Site, name string, ready time.Time) skein.ID {
	w.t.Helper()
	a := &skein.Account{Local: true, Kind: skein.Person, Username: name, DisplayName: name, CreatedAt: time.Now(),
		URL: s.URL("/@" + name), URI: s.URL("/ap/users/" + name)}
	w.must(w.db.Update(context.Background(), s.ID, func(tx *store.Tx) error {
		if err := tx.InsertAccount(a); err != nil {
			return err
		}
		return tx.InsertPerson(&skein.User{Account: a.ID, Email: name + "@mail.example", Role: skein.Member,
			CreatedAt: time.Now(), ConfirmedAt: ready, ApprovedAt: ready}, name, name+"@mail.example")
	}))
	return a.ID
}

// token lets an account act with scopes; none are all. Account 0 is an app's own token.
func (w *town) token(s *skein.Site, account skein.ID, scopes ...string) string {
	w.t.Helper()
	if len(scopes) == 0 {
		scopes = []string{"profile", "read", "write", "follow", "push", "admin:read", "admin:write"}
	}
	key := fmt.Sprint(s.ID, account, scopes)
	if t := w.tokens[key]; t != "" {
		return t
	}
	ctx := context.Background()
	app, secret, err := w.api.Identity.CreateApp(ctx, s.ID, identity.NewApp{Name: "Tests", RedirectURIs: []string{identity.OOB}, Scopes: scopes})
	w.must(err)
	var token string
	if account == 0 {
		token, _, _, err = w.api.Identity.ClientToken(ctx, s.ID, app.ClientID, secret, scopes)
	} else {
		token, err = w.api.Identity.NewToken(ctx, s.ID, account, app.ID, scopes)
	}
	w.must(err)
	w.tokens[key] = token
	return token
}

// result is an answer, read.
type result struct {
	status int
	header http.Header
	body   []byte
}

func (r result) json(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("answer %d %s: %v", r.status, r.body, err)
	}
}

func (r result) object(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	r.json(t, &m)
	return m
}

// ask sends a request to a site. A body is JSON when it is text, a form when it is url.Values.
func (w *town) ask(s *skein.Site, method, path, token string, body any, headers ...string) result {
	w.t.Helper()
	var in io.Reader
	kind := ""
	switch b := body.(type) {
	case string:
		in, kind = strings.NewReader(b), "application/json"
	case url.Values:
		in, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	}
	r := httptest.NewRequest(method, s.Base+path, in)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	w.api.ServeSite(out, r, s)
	return result{out.Code, out.Header(), out.Body.Bytes()}
}

func (w *town) get(path, token string) result {
	w.t.Helper()
	return w.ask(w.site, "GET", path, token, nil)
}

// do expects the status and gives back the object of the answer.
func (w *town) do(want int, method, path, token string, body any) map[string]any {
	w.t.Helper()
	r := w.ask(w.site, method, path, token, body)
	if r.status != want {
		w.t.Fatalf("%s %s: got %d %s, want %d", method, path, r.status, r.body, want)
	}
	if len(r.body) == 0 || r.body[0] != '{' {
		return nil
	}
	return r.object(w.t)
}

func (w *town) list(path, token string) ([]map[string]any, http.Header) {
	w.t.Helper()
	r := w.get(path, token)
	if r.status != http.StatusOK {
		w.t.Fatalf("GET %s: got %d %s", path, r.status, r.body)
	}
	var l []map[string]any
	r.json(w.t, &l)
	return l, r.header
}

// calm waits until all that was caused is done.
func (w *town) calm() {
	w.t.Helper()
	for calm, tries := 0, 0; calm < 2; tries++ {
		idle, err := w.queue.Idle(context.Background(), time.Now())
		w.must(err)
		if tries > 6000 {
			w.t.Fatal("the queue does not settle")
		}
		if calm++; !idle {
			calm = 0
		}
		w.queue.Wake()
		time.Sleep(2 * time.Millisecond)
	}
}

// session signs a browser in and returns its Cookie header.
func (w *town) session(s *skein.Site, account skein.ID) string {
	w.t.Helper()
	token, err := w.api.Identity.Begin(context.Background(), s.ID, account, identity.Browser{Agent: "test", Address: "192.0.2.1"})
	w.must(err)
	return web.SessionName(s.Base) + "=" + token
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "  "); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, got)
	}
	b.WriteByte('\n')
	path := "testdata/" + name + ".json"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, b.Bytes(), want)
	}
}
