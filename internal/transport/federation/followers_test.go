package federation

import (
	"net/http/httptest"
	"strings"
	"testing"

	"skein/internal/kit/httpsig"
)

func TestT195_ForgedSynchronization(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	bob := w.meets(p.actor("bob"))
	w.meets(q.actor("eve"))
	w.follows(w.ann, bob)
	w.pass(1)
	empty := `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/bob/sync","type":"OrderedCollection","orderedItems":[]}`
	p.serve("/users/bob/sync", empty)
	q.serve("/sync", empty)
	n := 0
	send := func(from *peer, name, header string) {
		t.Helper()
		n++
		body := from.text(activity(name, `{"id":"$/acts/`+strings.Repeat("x", n)+`","type":"View","to":["$/users/`+name+`/followers"],"object":"$/x"}`))
		body = strings.Replace(body, `"View"`, `"Delete"`, 1)
		r := httptest.NewRequest("POST", w.site.URL("/inbox"), strings.NewReader(body))
		r.Host = w.site.Domain
		r.Header.Set("Content-Type", "application/activity+json")
		if header != "" {
			r.Header.Set(syncHeader, from.text(header))
		}
		key := from.key
		key.ID = from.base + "/users/" + name + "#main-key"
		if err := httpsig.SignCavage(r, []byte(body), key, w.clock()); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(header, "unsigned ") {
			r.Header.Set(syncHeader, from.text(header[len("unsigned "):]))
		}
		if got := w.do(r); got.Code/100 != 2 && !strings.HasPrefix(header, "unsigned ") {
			t.Fatalf("got %d", got.Code)
		}
		w.settle()
	}
	follows := func() bool {
		t.Helper()
		list, err := w.Social.LocalFollowers(t.Context(), w.site.ID, bob.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(list) == 1
	}
	none, wrong := digestOf(nil), digestOf([]string{"x"})
	header := func(collection, digest, url string) string {
		return `collectionId="` + collection + `", digest="` + digest + `", url="` + url + `"`
	}
	send(q, "eve", header(p.base+"/users/bob/followers", none, "$/sync"))                  // another's collection
	send(p, "bob", header("$/users/bob/followers", none, q.base+"/sync"))                  // a list elsewhere
	send(p, "bob", header("$/users/bob/followers", wrong, "$/users/bob/sync"))             // a list without that digest
	send(p, "bob", header("$/users/bob/followers", digestOf([]string{w.ann.URI}), "$/no")) // we agree
	send(p, "bob", header("$/users/bob/followers", none, "$/nothing"))                     // no list
	send(p, "bob", "")
	if !follows() {
		t.Fatal("a forged digest ends a follow")
	}
	if q.count("/sync") != 0 || p.count("/no") != 0 {
		t.Error("a list was fetched that is nobody's to name, or that is not needed")
	}
	send(p, "bob", header("$/users/bob/followers", none, "$/users/bob/sync"))
	if follows() {
		t.Error("a follow stays of which its target knows nothing")
	}
}

// A digest is the exclusive or of SHA-256 over the URIs: the order is nothing, FEP-8fcf's own example is met.
func TestDigestOfFollowers(t *testing.T) {
	a := digestOf([]string{"https://testing.example.org/users/1", "https://testing.example.org/users/2"})
	if b := digestOf([]string{"https://testing.example.org/users/2", "https://testing.example.org/users/1"}); a != b {
		t.Errorf("%s and %s differ by order", a, b)
	}
	if got, want := a, "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"; got != want {
		t.Errorf("digest = %s, want %s", got, want)
	}
	if got := digestOf(nil); got != strings.Repeat("0", 64) {
		t.Errorf("of nobody: %s", got)
	}
}

func TestFollowersAreTheAskersOnly(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	w.meets(p.actor("bob"))
	if got := w.get("/ap/users/" + w.ann.ID.String() + "/followers_synchronization"); got.Code != 401 {
		t.Errorf("unsigned: %d, want 401", got.Code)
	}
}
