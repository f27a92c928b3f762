package social

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/kit/stream"
	"skein/internal/skein"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// town is two sites with people, for the tests of how people stand to each other. Its clock is moved by hand.
type town struct {
	*Service
	t     *testing.T
	site  skein.ID // elm.example
	other skein.ID // oak.example
	sites map[skein.ID]*skein.Site
	ahead *atomic.Int64
}

// inTown runs a test on both engines.
func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	var ahead atomic.Int64
	start := time.Now()
	clock := func() time.Time { return start.Add(time.Since(start) + time.Duration(ahead.Load())) }
	storetest.EachClock(t, clock, func(t *testing.T, db *store.DB) {
		ahead.Store(0)
		q := queue.New(queue.Config{Store: db.Shared(), Node: "test", Clock: clock})
		hear[skein.FollowAsked](q, "asked")
		hear[skein.FollowEnded](q, "ended")
		hear[skein.FollowAnswered](q, "answered")
		hear[skein.Followed](q, "followed")
		hear[skein.Blocked](q, "blocked")
		hear[skein.Unblocked](q, "unblocked")
		hear[skein.ProfileChanged](q, "profile")
		hear[skein.AccountDeleted](q, "deleted")
		hear[skein.Purge](q, "purge")
		hear[skein.MoveSpread](q, "spread-move")
		hear[skein.MoveUndone](q, "unmoved")
		hear[skein.DomainBlocked](q, "domain")
		hear[skein.ApprovalAnswered](q, "approval")
		hear[skein.QuoteUnproven](q, "check-quote")
		hear[skein.PostEdited](q, "edited")
		db.SetQueue(q)
		w := &town{t: t, ahead: &ahead, sites: map[skein.ID]*skein.Site{}}
		w.Service = &Service{DB: db, Hub: stream.New(stream.Options{}), Site: func(_ context.Context, id skein.ID) (*skein.Site, error) {
			if s := w.sites[id]; s != nil {
				return s, nil
			}
			return nil, skein.ErrNotFound
		}}
		w.Start()
		w.site, w.other = w.addSite("elm.example"), w.addSite("oak.example")
		fn(t, w)
	})
}

func hear[E any](q *queue.Queue, name string) {
	queue.On(q, name, func(context.Context, E) error { return nil })
}

func (w *town) addSite(domain string) skein.ID {
	s := &skein.Site{ID: w.DB.NewID(), Domain: domain, Base: "https://" + domain, Joining: skein.JoinOpen, CreatedAt: w.DB.Now()}
	w.update(s.ID, func(tx *store.Tx) error {
		_, err := tx.InsertSite(s, nil)
		return err
	})
	w.sites[s.ID] = s
	return s.ID
}

func (w *town) update(site skein.ID, fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.DB.Update(w.t.Context(), site, fn); err != nil {
		w.t.Fatal(err)
	}
}

// person adds somebody to elm.example and returns who that is.
func (w *town) person(name string) skein.Viewer { return w.personOf(w.site, name) }

func (w *town) personOf(site skein.ID, name string) skein.Viewer {
	w.t.Helper()
	base := w.sites[site].Base
	a := &skein.Account{Local: true, Kind: skein.Person, Username: name, DisplayName: name,
		URL: base + "/@" + name, URI: base + "/ap/users/" + name, Inbox: base + "/ap/users/" + name + "/inbox"}
	now := w.DB.Now()
	w.update(site, func(tx *store.Tx) error {
		if err := tx.InsertAccount(a); err != nil {
			return err
		}
		return tx.InsertPerson(&skein.User{Account: a.ID, Email: name + "@mail.example", Role: skein.Member,
			CreatedAt: now, ConfirmedAt: now, ApprovedAt: now}, name, name+"@mail.example")
	})
	return skein.Viewer{Site: site, Account: a.ID}
}

// peer adds to elm.example what it knows of somebody elsewhere.
func (w *town) peer(name, domain string) skein.ID {
	w.t.Helper()
	a, err := w.ReceiveAccount(w.t.Context(), w.site, remote(name, domain))
	if err != nil {
		w.t.Fatal(err)
	}
	return a.ID
}

func remote(name, domain string) RemoteProfile {
	base := "https://" + domain
	return RemoteProfile{Account: skein.Account{Kind: skein.Person, Username: name, Domain: domain, URI: base + "/users/" + name,
		URL: base + "/@" + name, Inbox: base + "/users/" + name + "/inbox", SharedInbox: base + "/inbox",
		Followers: base + "/users/" + name + "/followers"}}
}

// set changes an account behind the rules' back.
func (w *town) set(id skein.ID, fn func(a *skein.Account)) {
	w.t.Helper()
	w.update(w.site, func(tx *store.Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		fn(a)
		return tx.UpdateAccount(a)
	})
}

func (w *town) account(id skein.ID) *skein.Account {
	w.t.Helper()
	var a *skein.Account
	w.update(w.site, func(tx *store.Tx) (err error) {
		a, err = tx.Account(id)
		return err
	})
	return a
}

func (w *town) relation(who skein.Viewer, other skein.ID) skein.Relation {
	w.t.Helper()
	list, err := w.Relations(w.t.Context(), who, []skein.ID{other})
	if err != nil || len(list) != 1 {
		w.t.Fatalf("relations: %v, %v", list, err)
	}
	return *list[0]
}

// follow makes one person follow another.
func (w *town) follow(who, whom skein.Viewer) {
	w.t.Helper()
	if _, err := w.Follow(w.t.Context(), who, whom.Account, FollowOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

// events returns what was emitted since the last call, by name, each with its event.
func (w *town) events() (names []string, jobs []queue.Job) {
	w.t.Helper()
	now := w.DB.Now().Add(time.Hour)
	jobs, err := w.DB.Shared().ClaimJobs(w.t.Context(), "", "test", now, now.Add(time.Minute), 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(jobs, func(a, b queue.Job) int { return int(a.ID - b.ID) })
	var done []int64
	for _, j := range jobs {
		names = append(names, j.Kind)
		done = append(done, j.ID)
	}
	if err := w.DB.Shared().SettleJobs(w.t.Context(), done, nil); err != nil {
		w.t.Fatal(err)
	}
	return names, jobs
}

// wantEvents fails unless these were emitted, in order.
func (w *town) wantEvents(want ...string) []queue.Job {
	w.t.Helper()
	got, jobs := w.events()
	if !slices.Equal(got, want) {
		w.t.Errorf("events: got %q, want %q", got, want)
	}
	return jobs
}

func eventOf[E any](t *testing.T, j queue.Job) (e E) {
	t.Helper()
	if err := json.Unmarshal(j.Payload, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// tell runs the effects of the follows that waited, as the queue would, twice.
func (w *town) tell() {
	w.t.Helper()
	_, jobs := w.events()
	for _, j := range append(jobs, jobs...) {
		if j.Kind == "followed" {
			if err := w.SpreadFollow(w.t.Context(), eventOf[skein.Followed](w.t, j)); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

func (w *town) noteKinds(who skein.Viewer) string {
	w.t.Helper()
	list, err := w.Notifications(w.t.Context(), who, NoteFilter{}, Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	var kinds []string
	for _, n := range list {
		kinds = append(kinds, string(n.Notification.Kind)+" of "+n.Account.Username)
	}
	return strings.Join(kinds, ", ")
}

func wantKind(t *testing.T, what string, err error, want skein.Kind) {
	t.Helper()
	if err == nil || skein.KindOf(err) != want {
		t.Errorf("%s: got %v, want an error of kind %d", what, err, want)
	}
}

func names(rows []Row[*skein.Account]) string {
	var list []string
	for _, r := range rows {
		list = append(list, r.Item.Acct())
	}
	return strings.Join(list, " ")
}
