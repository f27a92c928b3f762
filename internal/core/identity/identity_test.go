package identity_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/kit/limit"
	"skein/internal/kit/mail"
	"skein/internal/kit/password"
	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// world is two sites with their people, a clock and a letter box.
type world struct {
	*identity.Service
	t       *testing.T
	db      *store.DB
	now     time.Time
	elm     *skein.Site
	oak     *skein.Site
	letters []mail.Message
	revoked []skein.ID
	mu      sync.Mutex
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	w := &world{}
	storetest.EachClock(t, func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }, func(t *testing.T, db *store.DB) {
		w.t, w.db, w.letters, w.revoked = t, db, nil, nil
		w.now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		q := queue.New(queue.Config{Store: db.Shared(), Clock: db.Now})
		db.SetQueue(q)
		w.elm = w.site("elm.example", skein.JoinOpen)
		w.oak = w.site("oak.example", skein.JoinApproval)
		w.Service = &identity.Service{
			DB: db, Mail: w, Limit: limit.New(db.Now),
			Password: password.New(password.Options{Params: password.Cheap()}),
			NewKey:   func() (string, string, error) { return "private", "public", nil },
			Site: func(ctx context.Context, id skein.ID) (st *skein.Site, err error) {
				err = db.View(ctx, id, func(tx *store.Tx) error { st, err = tx.SiteRow(); return err })
				return st, err
			},
			Revoked: func(a skein.ID) { w.revoked = append(w.revoked, a) },
		}
		queue.On(q, "send-mail", w.SendMail)
		w.Start()
		fn(t, w)
	})
}

// within does what moderation does, in its transaction.
func (w *world) within(site *skein.Site, fn func(tx *store.Tx) error) error {
	return w.db.Update(w.t.Context(), site.ID, fn)
}

func (w *world) site(domain string, j skein.Joining) *skein.Site {
	s := &skein.Site{ID: w.db.NewID(), Domain: domain, Base: "https://" + domain, Name: domain, Joining: j, CreatedAt: w.now}
	if err := w.db.Update(w.t.Context(), s.ID, func(tx *store.Tx) error {
		_, err := tx.InsertSite(s, password.TokenHash("set-up "+domain))
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// Send implements mail.Sender.
func (w *world) Send(_ context.Context, m mail.Message) error {
	w.letters = append(w.letters, m)
	return nil
}

func (w *world) pass(d time.Duration) { w.mu.Lock(); w.now = w.now.Add(d); w.mu.Unlock() }

// post sends the letters that are due and returns them.
func (w *world) post() []mail.Message {
	w.t.Helper()
	w.letters = nil
	jobs, err := w.db.Shared().ClaimJobs(w.t.Context(), "", "test", w.db.Now(), w.db.Now().Add(time.Minute), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var done []int64
	for _, j := range jobs {
		var e skein.MailDue
		if err := json.Unmarshal(j.Payload, &e); err != nil {
			w.t.Fatal(err)
		}
		if strings.Contains(string(j.Payload), "token=") {
			w.t.Errorf("a link stands in the queue: %s", j.Payload)
		}
		if err := w.SendMail(w.t.Context(), e); err != nil {
			w.t.Fatal(err)
		}
		done = append(done, j.ID)
	}
	if err := w.db.Shared().SettleJobs(w.t.Context(), done, nil); err != nil {
		w.t.Fatal(err)
	}
	return w.letters
}

// link returns the token of the link in the only letter that is due.
func (w *world) link(path string) string {
	w.t.Helper()
	list := w.post()
	if len(list) != 1 {
		w.t.Fatalf("%d letters are due, want 1", len(list))
	}
	_, rest, ok := strings.Cut(list[0].Text, path+"?token=")
	if !ok {
		w.t.Fatalf("no link to %s in %q", path, list[0].Text)
	}
	return strings.Fields(rest)[0]
}

const secret = "correct horse"

func form(name string) identity.SignUp {
	return identity.SignUp{Username: name, Email: name + "@mail.example", Password: secret, Agreement: true, Reason: "to read"}
}

// member makes somebody who is confirmed and let in.
func (w *world) member(st *skein.Site, name string, role skein.Role) *skein.User {
	w.t.Helper()
	in := form(name)
	in.Confirmed, in.Role = true, role
	u, err := w.SignUp(w.t.Context(), st.ID, in)
	if err != nil {
		w.t.Fatalf("member %s: %v", name, err)
	}
	return u
}

func (w *world) signIn(st *skein.Site, name, pw string) (string, error) {
	in, err := w.SignIn(w.t.Context(), st.ID, name, pw, identity.Browser{Agent: "Firefox", Address: "192.0.2.1"})
	if err != nil {
		return "", err
	}
	return in.Token, nil
}

func (w *world) app(st *skein.Site, scopes ...string) (*skein.App, string) {
	w.t.Helper()
	a, secret, err := w.CreateApp(w.t.Context(), st.ID, identity.NewApp{Name: "Reader", RedirectURIs: []string{"https://app.example/cb"}, Scopes: scopes})
	if err != nil {
		w.t.Fatal(err)
	}
	return a, secret
}

func viewer(u *skein.User) skein.Viewer { return skein.Viewer{Site: u.Site, Account: u.Account} }

// code returns what is wrong with a field, by an error.
func codeOf(err error, field string) string {
	if e, ok := err.(*skein.Error); ok {
		for _, f := range e.Fields {
			if f.Field == field {
				return f.Code
			}
		}
	}
	return ""
}

func wantKind(t *testing.T, what string, err error, want skein.Kind) {
	t.Helper()
	if err == nil || skein.KindOf(err) != want {
		t.Errorf("%s: err = %v, want kind %d", what, err, want)
	}
}
