package federation

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/httpsig"
	"skein/internal/skein"
	"skein/internal/store"
)

const followAnn = `{"id":"$/follows/1","type":"Follow","object":"@ANN"}`

// jobs counts what waits to be processed.
func (w *world) waiting() int {
	w.t.Helper()
	n, err := w.DB.Shared().PendingJobs(w.t.Context(), w.clock())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestT21_UnsignedIsRefused(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	for _, signature := range []string{"", " ", "nonsense", `keyId="x"`, `keyId="$/users/bob#main-key",signature=""`,
		`keyId="a",keyId="b",signature="YQ=="`} { // T27
		r := httptest.NewRequest("POST", "https://elm.test/inbox", strings.NewReader(p.text(activity("bob", followAnn))))
		if signature != "" {
			r.Header.Set("Signature", signature)
		}
		if got := w.do(r); got.Code != http.StatusUnauthorized {
			t.Errorf("Signature %q: got %d, want 401", signature, got.Code)
		}
	}
	if w.waiting() != 0 || p.total() != 0 {
		t.Errorf("%d jobs and %d requests come of unsigned activities", w.waiting(), p.total())
	}
}

func TestT23_BodyMustBeTheSignedOne(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	for what, change := range map[string]func(*http.Request){
		"one byte more": func(r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(append(body, ' ')))
		},
		"no digest": func(r *http.Request) { r.Header.Del("Digest") },
		"two digests": func(r *http.Request) {
			r.Header.Add("Digest", "SHA-256=AAAA")
		},
		"MD5 alone": func(r *http.Request) { r.Header.Set("Digest", "MD5=AAAA") },
		"late":      func(r *http.Request) { r.Header.Set("Date", start.Add(-2*time.Hour).Format(http.TimeFormat)) },
		"other host": func(r *http.Request) {
			r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), "host ", "", 1))
		},
		"other path": func(r *http.Request) { r.URL.Path, r.RequestURI = "/actor/inbox", "/actor/inbox" },
		"wrong value": func(r *http.Request) {
			r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), `signature="`, `signature="AAAA`, 1))
		},
	} {
		r := p.post("/inbox", "$/users/bob#main-key", activity("bob", followAnn))
		change(r)
		if got := w.do(r); got.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401", what, got.Code)
		}
	}
	if w.waiting() != 0 {
		t.Errorf("%d jobs, want none", w.waiting())
	}
}

// T25: what is signed for one server is nothing on another.
func TestT25_SignedForAnotherHost(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	body := p.text(activity("bob", followAnn))
	r := httptest.NewRequest("POST", "https://ash.test/inbox", strings.NewReader(body))
	key := p.key
	key.ID = p.base + "/users/bob#main-key"
	if err := httpsig.SignCavage(r, []byte(body), key, w.clock()); err != nil {
		t.Fatal(err)
	}
	if got := w.do(r); got.Code != http.StatusUnauthorized { // do sets our Host
		t.Errorf("got %d, want 401", got.Code)
	}
}

func TestT26_T64_SecondCopyIsANoOp(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	for range 3 {
		if got := p.deliver("bob", followAnn); got != http.StatusAccepted {
			t.Fatalf("got %d, want 202", got)
		}
	}
	if n := w.waiting(); n != 1 {
		t.Errorf("%d jobs, want 1", n)
	}
	// T64: the same id with another content is the second copy of the first.
	for _, object := range []string{"@SITE/1", "@SITE/2"} {
		if got := p.deliver("bob", `{"id":"$/likes/1","type":"Like","object":"`+object+`"}`); got != http.StatusAccepted {
			t.Fatalf("got %d, want 202", got)
		}
	}
	if n := w.waiting(); n != 2 {
		t.Errorf("%d jobs, want 2", n)
	}
	// Somebody else cannot use up an id of bob's.
	p.actor("eve")
	if got := p.deliver("eve", `{"id":"$/follows/2","type":"Follow","object":"@ANN"}`); got != http.StatusAccepted {
		t.Fatalf("got %d, want 202", got)
	}
	p.deliver("bob", `{"id":"$/follows/2","type":"Follow","object":"@ANN"}`)
	if n := w.waiting(); n != 4 {
		t.Errorf("%d jobs, want 4", n)
	}
}

func TestT28_KeyOfAnotherActor(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	p.actor("bob")
	p.actor("eve")
	q.actor("eve")
	bob := p.text(activity("bob", followAnn))
	for _, key := range []string{p.base + "/users/eve#main-key", q.base + "/users/eve#main-key"} {
		if got := w.do(p.post("/inbox", key, bob)); got.Code != http.StatusUnauthorized {
			t.Errorf("key %s for bob: got %d, want 401", key, got.Code)
		}
	}
	if w.waiting() != 0 {
		t.Error("it was taken in")
	}
}

// T29: key and owner must point to each other. T30: a key must stand at its own id.
func TestT29_T30_KeyAndOwnerPointToEachOther(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	bob := p.actor("bob")
	pem := strconv.Quote(keyPairs()[2][1])
	key := func(id, owner string) string {
		return `{"@context":"https://w3id.org/security/v1","id":"` + id + `","owner":"` + owner + `","publicKeyPem":` + pem + `}`
	}
	// A key on another host that claims a victim; one beside the victim that the victim does not list; one under another id.
	q.serve("/keys/1", key("$/keys/1", bob))
	p.serve("/keys/2", key("$/keys/2", bob))
	p.serve("/keys/3", key("$/users/bob#main-key", bob))
	for _, id := range []string{q.base + "/keys/1", p.base + "/keys/2", p.base + "/keys/3"} {
		if got := w.do(p.post("/inbox", id, activity("bob", followAnn))); got.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401", id, got.Code)
		}
	}
	// An actor that lists a key whose owner is another.
	q.serve("/users/mallory", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/mallory","type":"Person","preferredUsername":"mallory",
		"inbox":"$/inbox","publicKey":{"id":"$/users/mallory#main-key","owner":"`+bob+`","publicKeyPem":`+pem+`}}`)
	if got := w.do(p.post("/inbox", q.base+"/users/mallory#main-key", activity("bob", followAnn))); got.Code != http.StatusUnauthorized {
		t.Errorf("foreign owner: got %d, want 401", got.Code)
	}
	// A key of its own address, as GoToSocial has it: a stub of the actor stands there.
	p.serve("/users/gus/main-key", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/gus","type":"Person","preferredUsername":"gus",
		"publicKey":{"id":"$/users/gus/main-key","owner":"$/users/gus","publicKeyPem":`+pem+`}}`)
	p.serve("/users/gus", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/gus","type":"Person","preferredUsername":"gus","inbox":"$/inbox",
		"publicKey":{"id":"$/users/gus/main-key","owner":"$/users/gus","publicKeyPem":`+pem+`}}`)
	if got := w.do(p.post("/inbox", "$/users/gus/main-key", activity("gus", followAnn))); got.Code != http.StatusAccepted {
		t.Errorf("GoToSocial's key: got %d %s, want 202", got.Code, got.Body)
	}
}

func TestT34_RefetchOfAKeyIsRare(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	if got := p.deliver("bob", followAnn); got != http.StatusAccepted {
		t.Fatalf("got %d, want 202", got)
	}
	if n := p.count("/users/bob"); n != 1 {
		t.Fatalf("%d fetches for a new key, want 1", n)
	}
	// The owner changes keys: the first failure fetches the new one, and the signature counts.
	w.pass(time.Hour)
	other, err := httpsig.ParsePrivateKey(keyPairs()[1][0])
	if err != nil {
		t.Fatal(err)
	}
	old := p.key
	p.key.Private = other
	p.serve("/users/bob", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/bob","type":"Person","preferredUsername":"bob","inbox":"$/inbox",
		"publicKey":{"id":"$/users/bob#main-key","owner":"$/users/bob","publicKeyPem":`+strconv.Quote(keyPairs()[1][1])+`}}`)
	if got := p.deliver("bob", `{"id":"$/follows/2","type":"Follow","object":"@ANN"}`); got != http.StatusAccepted {
		t.Errorf("with a new key: got %d, want 202", got)
	}
	// T194: the old one is refused from now on, and however many come, nothing is fetched for ten minutes.
	p.key = old
	w.pass(11 * time.Minute)
	before := p.count("/users/bob")
	for i := range 200 {
		if got := p.deliver("bob", `{"id":"$/follows/`+strconv.Itoa(10+i)+`","type":"Follow","object":"@ANN"}`); got != http.StatusUnauthorized {
			t.Fatalf("old key: got %d, want 401", got)
		}
	}
	if n := p.count("/users/bob") - before; n != 1 {
		t.Errorf("%d fetches for 200 bad signatures, want 1", n)
	}
}

func TestT35_TroubleWithKeys(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	for path, code := range map[string]int{"/users/a": 500, "/users/b": 429, "/users/c": 404, "/users/d": 410, "/users/e": 403} {
		p.status(path, code)
		want := http.StatusUnauthorized
		if code == 500 || code == 429 {
			want = http.StatusServiceUnavailable
		}
		name := path[len("/users/"):]
		for range 5 {
			got := w.do(p.post("/inbox", "$"+path+"#main-key", activity(name, followAnn)))
			if got.Code != want || (want == 503) != (got.Header().Get("Retry-After") != "") {
				t.Errorf("the key answers %d: got %d, want %d", code, got.Code, want)
			}
		}
		if n := p.count(path); n > 2 { // negative results are remembered; a refusal may cost the second kind of signature
			t.Errorf("the key answers %d: %d fetches", code, n)
		}
	}
	gone := w.do(p.post("/inbox", "http://nowhere.test/users/x#main-key", `{"@context":"https://www.w3.org/ns/activitystreams","type":"Follow","actor":"http://nowhere.test/users/x","object":"@ANN"}`))
	if gone.Code != http.StatusServiceUnavailable {
		t.Errorf("no such host: got %d, want 503", gone.Code)
	}
	p.serveAs("/users/f", "application/json", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/f","type":"Person"}`) // T45
	if got := w.do(p.post("/inbox", "$/users/f#main-key", activity("f", followAnn))); got.Code != http.StatusUnauthorized {
		t.Errorf("plain JSON: got %d, want 401", got.Code)
	}
}

func TestT36_FarewellOfTheUnknown(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.status("/users/bob", 410)
	for range 50 {
		if got := p.deliver("bob", `{"id":"$/users/bob#delete","type":"Delete","object":"$/users/bob"}`); got != http.StatusAccepted {
			t.Fatalf("got %d, want 202", got)
		}
	}
	if p.total() != 0 || w.waiting() != 0 {
		t.Errorf("%d fetches and %d jobs, want none", p.total(), w.waiting())
	}
}

func TestT37_SuspendedSigner(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	bob := w.meets(p.actor("bob"))
	err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		a, err := tx.Account(bob.ID)
		if err != nil {
			return err
		}
		a.SuspendedAt = w.clock()
		return tx.UpdateAccount(a)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.deliver("bob", followAnn); got != http.StatusForbidden {
		t.Errorf("got %d, want 403", got)
	}
	if w.waiting() != 0 {
		t.Error("it was taken in")
	}
}

func TestT79_T80_SizeAndEncodingOfBodies(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	big := p.post("/inbox", "$/users/bob#main-key", activity("bob", `{"id":"$/1","type":"Follow","object":"@ANN","content":"`+strings.Repeat("x", 1<<20)+`"}`))
	if got := w.do(big); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("with a length: got %d, want 413", got.Code)
	}
	chunked := p.post("/inbox", "$/users/bob#main-key", activity("bob", `{"id":"$/1","type":"Follow","object":"@ANN","content":"`+strings.Repeat("x", 1<<20)+`"}`))
	chunked.ContentLength = -1
	if got := w.do(chunked); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("without: got %d, want 413", got.Code)
	}
	packed := p.post("/inbox", "$/users/bob#main-key", activity("bob", followAnn)) // T80
	packed.Header.Set("Content-Encoding", "gzip")
	if got := w.do(packed); got.Code != http.StatusUnsupportedMediaType {
		t.Errorf("gzip: got %d, want 415", got.Code)
	}
	for _, body := range []string{"", "{", "[]", `{"@context":"https://www.w3.org/ns/activitystreams"}`, `{"type":"Follow"}`,
		`{"@context":"https://www.w3.org/ns/activitystreams","type":"Follow","actor":"a","actor":"b"}`, strings.Repeat("[", 100000)} {
		if got := w.do(p.post("/inbox", "$/users/bob#main-key", body)); got.Code != http.StatusBadRequest {
			t.Errorf("%.40q: got %d, want 400", body, got.Code)
		}
	}
	if p.total() != 0 {
		t.Errorf("%d fetches for what is no activity", p.total())
	}
}

func TestT88_FloodOfOneHost(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
	p.actor("bob")
	q.actor("cat")
	if got := p.deliver("bob", followAnn); got != http.StatusAccepted {
		t.Fatalf("got %d, want 202", got)
	}
	for w.hosts.Allow(hostOf(p.base)) {
	}
	if got := p.deliver("bob", followAnn); got != http.StatusTooManyRequests {
		t.Errorf("over the limit: got %d, want 429", got)
	}
	if got := q.deliver("cat", followAnn); got != http.StatusAccepted {
		t.Errorf("another host: got %d, want 202", got)
	}
	w.pass(time.Minute)
	if got := p.deliver("bob", followAnn); got != http.StatusAccepted {
		t.Errorf("later: got %d, want 202", got)
	}
}

func TestInboxOfNobody(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.actor("bob")
	if got := w.do(p.post("/ap/users/17/inbox", "$/users/bob#main-key", activity("bob", followAnn))); got.Code != http.StatusNotFound {
		t.Errorf("unknown: got %d, want 404", got.Code)
	}
	if got := w.do(p.post("/ap/users/"+w.ann.ID.String()+"/inbox", "$/users/bob#main-key", activity("bob", followAnn))); got.Code != http.StatusAccepted {
		t.Errorf("ann's: got %d, want 202", got.Code)
	}
}

// FuzzInbox sends whatever a signer may write: no panic, no 5xx, and no job that cannot be done with.
func FuzzInbox(f *testing.F) {
	for _, seed := range []string{followAnn, `{"type":"Create","object":{"type":"Note","id":"$/n/1","attributedTo":"$/users/bob","content":"x"}}`,
		`{"type":"Undo","object":{"type":"Follow","actor":"$/users/bob","object":"@ANN"}}`, `{"type":"Delete","object":["$/n/1",{"id":3}]}`,
		`{"type":"Announce","object":{"type":"Create","object":"@ANN"}}`, `{"type":"Update","object":{"type":["Person","Note"],"id":"$/users/bob"}}`,
		`{"type":"Accept","object":{"type":"Follow","actor":"@ANN","object":"$/users/bob"}}`, `{"type":"Like","object":null}`, `{"type":["Block"],"object":"@ANN"}`} {
		f.Add(seed)
	}
	for _, program := range programs(f) { // what many programs send, in bob's name
		_, _, activities := corpus(f, program)
		for _, a := range activities {
			_, rest, _ := strings.Cut(a.body, `"type"`)
			f.Add(`{"type"` + strings.NewReplacer("$HOST", "oak.test", "@POST", "@SITE/1", "@YEW", "https://yew.test").Replace(rest))
		}
	}
	w := newWorld(f)
	p := w.peer("oak.test", "127.0.0.11")
	w.Unlimited, w.hosts = true, nil
	w.meets(p.actor("bob"))
	f.Fuzz(func(t *testing.T, body string) {
		w.t = t
		text := p.text(activity("bob", body))
		if got := w.do(p.post("/inbox", "$/users/bob#main-key", text)).Code; got >= 500 {
			t.Errorf("got %d", got)
		}
		if err := w.Process(t.Context(), skein.Inbound{Site: w.site.ID, Signer: p.base + "/users/bob", Body: []byte(text)}); err != nil {
			t.Errorf("process: %v", err)
		}
	})
}
