package federation

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/kit/httpsig"
	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
)

func TestFindAccountByHandleAndURI(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	uri := p.actor("bob")
	p.serve("/users/bob/followers", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/bob/followers","type":"OrderedCollection","totalItems":7,"first":"$/x"}`)
	p.serve("/users/bob/outbox", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/bob/outbox","type":"OrderedCollection","totalItems":99}`)
	var all sync.WaitGroup
	for range 10 { // one look-up, however many ask
		all.Go(func() {
			if a, err := w.FindAccount(t.Context(), w.site.ID, "@bob@"+strings.ToUpper(p.host)); err != nil || a.URI != uri || a.Domain != p.host {
				t.Errorf("got %+v, %v", a, err)
			}
		})
	}
	all.Wait()
	w.settle()
	if n := p.count("/users/bob"); n != 1 {
		t.Errorf("%d fetches of the actor, want 1", n)
	}
	a, err := w.FindAccount(t.Context(), w.site.ID, uri)
	if err != nil || a.FollowerCount != 7 || a.PostCount != 99 || a.SharedInbox != p.base+"/inbox" {
		t.Errorf("got %+v, %v", a, err)
	}
	for _, own := range []string{"ann@elm.test", "https://elm.test/@ann", w.ann.URI} {
		if local, err := w.FindAccount(t.Context(), w.site.ID, own); err != nil || local.ID != w.ann.ID {
			t.Errorf("our own %s: %+v, %v", own, local, err)
		}
	}
	for _, none := range []string{"nobody@elm.test", "nobody@" + p.host, "bob@nowhere.test", "https://elm.test/ap/users/17", "ftp://oak.test/x", "bob", "@", "http://127.0.0.1/users/bob"} {
		if a, err := w.FindAccount(t.Context(), w.site.ID, none); err == nil {
			t.Errorf("%q: got %+v", none, a)
		}
	}
	// Old profiles come at once and are read again in the background.
	w.pass(25 * time.Hour)
	if _, err := w.FindAccount(t.Context(), w.site.ID, uri); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if n := p.count("/users/bob"); n != 2 {
		t.Errorf("%d fetches of the actor after a day, want 2", n)
	}
}

// T55: a handle is shown under a domain only if that domain's WebFinger leads back to the actor.
func TestT55_WebFingerMustLeadBack(t *testing.T) {
	w := newWorld(t)
	good, evil := w.peer("good.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	good.actor("bob")
	evil.actor("mal")
	// evil's actor claims a handle of good, and evil's WebFinger says so too.
	evil.serveAs("/.well-known/webfinger", "application/jrd+json",
		`{"subject":"acct:mal@`+good.host+`","links":[{"rel":"self","type":"application/activity+json","href":"$/users/mal"}]}`)
	a := w.meets(evil.base + "/users/mal")
	if a.Domain != evil.host {
		t.Errorf("mal is shown at %s, want %s", a.Domain, evil.host)
	}
	if got, err := w.FindAccount(t.Context(), w.site.ID, "mal@"+good.host); err == nil {
		t.Errorf("mal@good: got %+v", got)
	}
	// A domain that leads to another host's actor, which leads back: the two are one.
	good.serveAs("/.well-known/webfinger", "application/jrd+json",
		`{"subject":"acct:cat@`+good.host+`","links":[{"rel":"self","type":"application/activity+json","href":"`+evil.base+`/users/cat"}]}`)
	evil.actor("cat")
	evil.serveAs("/.well-known/webfinger", "application/jrd+json",
		`{"subject":"acct:cat@`+good.host+`","links":[{"rel":"self","type":"application/activity+json","href":"$/users/cat"}]}`)
	evil.answer("/.well-known/webfinger?resource=acct%3Acat%40"+strings.Replace(evil.host, ":", "%3A", 1), func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/jrd+json")
		_, _ = rw.Write([]byte(`{"subject":"acct:cat@` + good.host + `","links":[{"rel":"self","type":"application/activity+json","href":"` + evil.base + `/users/cat"}]}`))
	})
	cat, err := w.FindAccount(t.Context(), w.site.ID, "cat@"+good.host)
	if err != nil || cat.Domain != good.host || cat.URI != evil.base+"/users/cat" {
		t.Errorf("a handle whose domain is not the actor's host: %+v, %v", cat, err)
	}
}

// T57: inboxes of others, and ours, are nobody's.
func TestT57_InboxesOfOthers(t *testing.T) {
	w := newWorld(t)
	p := w.peer("evil.test", "127.0.0.12")
	actor := func(name, more string) string {
		p.serve("/users/"+name, `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/`+name+`","type":"Person","preferredUsername":"`+name+`",`+more+`}`)
		return p.base + "/users/" + name
	}
	for name, more := range map[string]string{
		"a": `"inbox":"https://victim.test/inbox"`, "b": `"inbox":"https://elm.test/inbox"`, "c": `"inbox":"javascript:x"`, "d": `"outbox":"$/x"`,
	} {
		if a, err := w.FindAccount(t.Context(), w.site.ID, actor(name, more)); err == nil {
			t.Errorf("%s: got %+v", more, a)
		}
	}
	a := w.meets(actor("e", `"inbox":"$/e","endpoints":{"sharedInbox":"https://victim.test/inbox"},"followers":"@ANN/followers","outbox":"https://www.w3.org/ns/activitystreams#Public",
		"url":"https://bank.test/","alsoKnownAs":"@ANN"`))
	if a.SharedInbox != "" || a.Followers != "" || a.Outbox != "" || a.URL != a.URI || a.Inbox != p.base+"/e" {
		t.Errorf("got %+v", a)
	}
}

// T31, T56: a new id is a new account, whatever it calls itself.
func TestT56_SameHandleAnotherID(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	first := w.meets(p.actor("bob"))
	p.serve("/users/bob2", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/bob2","type":"Person","preferredUsername":"bob","inbox":"$/inbox"}`)
	second := w.meets(p.base + "/users/bob2")
	if second.ID == first.ID {
		t.Error("the second bob is the first")
	}
	again, err := w.account(t.Context(), w.site.ID, first.URI)
	if err != nil || again.ID != first.ID || again.Inbox != first.Inbox {
		t.Errorf("the first bob is now %+v, %v", again, err)
	}
}

// T185: a profile is gone when its own address says 410, and by nothing less.
func TestT185_OnlyGoneIsGone(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	bob := w.meets(p.actor("bob"))
	for _, code := range []int{404, 500, 403} {
		p.status("/users/bob", code)
		w.recent.drop(w.site.ID.String() + " " + bob.URI)
		if err := w.RefreshAccount(t.Context(), skein.AccountStale{Site: w.site.ID, URI: bob.URI}); err != nil {
			t.Errorf("%d: %v", code, err)
		}
		if a, err := w.account(t.Context(), w.site.ID, bob.URI); err != nil || !a.DeletedAt.IsZero() {
			t.Errorf("%d deletes the account", code)
		}
	}
	p.status("/users/bob", 410)
	if err := w.RefreshAccount(t.Context(), skein.AccountStale{Site: w.site.ID, URI: bob.URI}); err != nil {
		t.Fatal(err)
	}
	if a, err := w.account(t.Context(), w.site.ID, bob.URI); err != nil || a.DeletedAt.IsZero() {
		t.Errorf("410: the account is %+v, %v", a, err)
	}
}

// delivery stores one for an inbox and returns it.
func (w *world) delivery(inbox string) queue.Delivery {
	w.t.Helper()
	id := w.DB.NewID()
	host := hostOf(inbox)
	err := w.DB.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		return tx.InsertDeliveries(id, w.ann.ID, []byte(`{"type":"Like"}`), []store.Inbox{{Host: host, URL: inbox}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return queue.Delivery{ID: 1, Site: int64(w.site.ID), Host: host, Inbox: inbox, Activity: int64(id)}
}

func TestDeliver(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	for code, want := range map[int]queue.Result{
		200: queue.Delivered, 202: queue.Delivered, 204: queue.Delivered, 400: queue.Refused, 403: queue.Refused, 404: queue.Refused, 410: queue.Refused,
		501: queue.Refused, 408: queue.HostDown, 429: queue.HostDown, 500: queue.HostDown, 503: queue.HostDown, 302: queue.Refused,
	} {
		path := "/in" + http.StatusText(code)
		path = strings.ReplaceAll(path, " ", "")
		p.status(path, code)
		got := w.Deliver(t.Context(), w.delivery(p.base+path))
		if code == 302 { // no redirect is followed; that it is retried does no harm
			continue
		}
		if got != want {
			t.Errorf("%d: got %d, want %d", code, got, want)
		}
	}
	for inbox, want := range map[string]queue.Result{
		"http://nowhere.test/inbox": queue.HostDown, "http://127.0.0.1:9/inbox": queue.Refused, "http://[::1]/inbox": queue.Refused,
	} {
		if got := w.Deliver(t.Context(), w.delivery(inbox)); got != want {
			t.Errorf("%s: got %d, want %d", inbox, got, want)
		}
	}
	if got := w.Deliver(t.Context(), queue.Delivery{Activity: 17, Inbox: p.base + "/x", Host: p.host}); got != queue.Refused {
		t.Errorf("without an activity: got %d, want refused", got)
	}
}

// TestDoubleKnock: a host that refuses the older signature gets the newer, and the next time the newer at once.
func TestDoubleKnock(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	public, err := httpsig.ParsePublicKey(keyPairs()[1][1])
	if err != nil {
		t.Fatal(err)
	}
	knocks := 0
	p.answer("/inbox", func(rw http.ResponseWriter, r *http.Request) {
		knocks++
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		sig, err := httpsig.Parse(r)
		if err == nil && sig.Scheme == httpsig.RFC9421 {
			err = sig.Verify(r, body, public, w.clock(), p.base)
		}
		if err != nil || sig.Scheme != httpsig.RFC9421 {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		rw.WriteHeader(http.StatusAccepted)
	})
	for i, want := range []int{2, 3} {
		if got := w.Deliver(t.Context(), w.delivery(p.base+"/inbox")); got != queue.Delivered || knocks != want {
			t.Errorf("delivery %d: got %d after %d knocks, want delivered after %d", i, got, knocks, want)
		}
	}
	w.newer.drop(p.host) // another process
	later := w.delivery(p.base + "/inbox")
	hosts, err := w.DB.Shared().ClaimHosts(t.Context(), "", "other", w.clock().Add(time.Minute), w.clock(), 10)
	if err != nil || len(hosts) != 1 {
		t.Fatalf("claimed %v, %v", hosts, err)
	}
	later.Newer = hosts[0].Newer
	if got := w.Deliver(t.Context(), later); got != queue.Delivered || knocks != 4 {
		t.Errorf("remembered in the table: got %d after %d knocks", got, knocks)
	}
	// Who takes neither is put off a few times, then given up, without holding up the others for ever.
	p.status("/deaf", http.StatusUnauthorized)
	for i := range maxUnsigned + 2 {
		want := queue.HostDown
		if i >= maxUnsigned {
			want = queue.Refused
		}
		if got := w.Deliver(t.Context(), w.delivery(p.base+"/deaf")); got != want {
			t.Errorf("deaf, time %d: got %d, want %d", i, got, want)
		}
	}
	if n := p.count("/deaf"); n > maxUnsigned+3 {
		t.Errorf("%d knocks on a deaf host", n)
	}
}
