package federation

import (
	"crypto/ed25519"
	"net/http"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/proof"
	"skein/internal/skein"
	"skein/internal/store"
)

var bobsKey = ed25519.NewKeyFromSeed([]byte("the seed of bob is 32 bytes long"))

// proven serves an actor with an Ed25519 key beside the other.
func (p *peer) proven(name string) string {
	multikey, err := httpsig.MarshalMultikey(bobsKey.Public())
	if err != nil {
		p.w.t.Fatal(err)
	}
	uri := p.actor(name)
	p.serve("/users/"+name, strings.TrimSuffix(p.actorDoc(name), "}")+`,"assertionMethod":[{"id":"$/users/`+name+`#ed25519-key","type":"Multikey",
		"controller":"$/users/`+name+`","publicKeyMultibase":"`+multikey+`"}]}`)
	return uri
}

// prove puts a proof into an activity.
func (p *peer) prove(key ed25519.PrivateKey, method, body string) string {
	p.w.t.Helper()
	out, err := proof.Sign([]byte(p.text(body)), key, p.text(method), p.w.clock())
	if err != nil {
		p.w.t.Fatal(err)
	}
	return string(out)
}

// An activity that another server passes on counts as its actor's when it bears the actor's proof, and only then.
func TestT75_ForwardedWithAProof(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
	w.follows(w.ann, w.meets(p.proven("bob")))
	p.proven("mallory")
	q.actor("relay")
	other := ed25519.NewKeyFromSeed([]byte("the seed of eve is 32 bytes too!"))
	method := "$/users/bob#ed25519-key"
	pass := func(body string) int { return w.do(q.post("/inbox", "$/users/relay#main-key", p.text(body))).Code }
	note := func(id string) string { return activity("bob", createNote("bob", id, "")) }

	if got := pass(p.prove(bobsKey, method, note("1"))); got != http.StatusAccepted {
		t.Fatalf("with a proof: got %d, want 202", got)
	}
	w.settle()
	if w.stored(p.base+"/notes/1") == nil {
		t.Error("a forwarded activity with its actor's proof was not taken in")
	}
	if p.count("/notes/1") != 0 {
		t.Error("what is proven was fetched all the same")
	}
	for what, body := range map[string]string{
		"another's signature":     p.prove(other, method, note("2")),
		"another's key":           p.prove(bobsKey, "$/users/mallory#ed25519-key", note("3")),
		"an RSA key":              p.prove(bobsKey, "$/users/bob#main-key", note("4")),
		"a changed activity":      strings.Replace(p.prove(bobsKey, method, note("5")), "hello", "buy", 1),
		"a key of another server": p.prove(bobsKey, q.base+"/users/relay#ed25519-key", note("6")),
		"a Follow":                p.prove(bobsKey, method, activity("bob", followAnn)),
		"an Undo of a Follow":     p.prove(bobsKey, method, activity("bob", `{"id":"$/u/1","type":"Undo","object":`+activity("bob", followAnn)+`}`)),
		"no proof, another Like":  activity("bob", `{"id":"$/l/1","type":"Like","object":"@ANN"}`),
	} {
		if got := pass(body); got != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401", what, got)
		}
	}
	if w.waiting() != 0 {
		t.Error("something unproven waits")
	}
	old := p.prove(bobsKey, method, note("7"))
	w.pass(proof.MaxAge + time.Hour)
	if got := pass(old); got != http.StatusUnauthorized {
		t.Errorf("played again long after: got %d, want 401", got)
	}
}

// Without a proof a forwarded activity is a hint: what its origin says counts (T42, T48, T183).
func TestForwardedWithoutAProofIsAHint(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
	w.follows(w.ann, w.meets(p.actor("bob")))
	q.actor("relay")
	pass := func(body string) {
		t.Helper()
		if got := w.do(q.post("/inbox", "$/users/relay#main-key", p.text(body))).Code; got != http.StatusAccepted {
			t.Fatalf("got %d, want 202", got)
		}
		w.settle()
	}
	const public = `"to":["https://www.w3.org/ns/activitystreams#Public"]`
	served := func(text, updated string) {
		p.serve("/notes/1", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/1","type":"Note","attributedTo":"$/users/bob",
			`+public+`,"content":"<p>`+text+`</p>","published":"2026-10-05T11:00:00Z"`+updated+`}`)
	}
	html := func() string {
		if post := w.stored(p.base + "/notes/1"); post != nil {
			return post.HTML
		}
		return ""
	}
	served("the truth", "")
	pass(activity("bob", createNote("bob", "1", ""))) // says hello
	if got := html(); !strings.Contains(got, "the truth") {
		t.Errorf("a forwarded post without a proof: %q, want what its origin says", got)
	}
	edit := func(text string) string {
		return activity("bob", `{"id":"$/edits/`+text+`","type":"Update",`+public+`,"object":{"id":"$/notes/1","type":"Note","attributedTo":"$/users/bob",
			`+public+`,"content":"<p>`+text+`</p>","published":"2026-10-05T11:00:00Z","updated":"2026-10-05T11:30:00Z"}}`)
	}
	pass(edit("forged"))
	if got := html(); !strings.Contains(got, "the truth") {
		t.Errorf("a forged edit: %q", got)
	}
	served("the new truth", `,"updated":"2026-10-05T11:30:00Z"`)
	pass(edit("forged-again"))
	if got := html(); !strings.Contains(got, "the new truth") {
		t.Errorf("a real edit: %q", got)
	}
	gone := func(n string) string {
		return activity("bob", `{"id":"$/deletes/`+n+`","type":"Delete",`+public+`,"object":{"id":"$/notes/1","type":"Tombstone"}}`)
	}
	pass(gone("1"))
	if html() == "" {
		t.Fatal("a forged deletion ends a post")
	}
	p.status("/notes/1", http.StatusServiceUnavailable)
	w.do(q.post("/inbox", "$/users/relay#main-key", p.text(gone("2"))))
	p.status("/notes/1", http.StatusGone)
	w.pass(time.Hour)
	w.settle()
	if html() != "" {
		t.Error("a deletion that the origin confirms has no effect")
	}
	// What concerns nobody here is not even looked at.
	p.actor("stranger")
	before := p.total()
	pass(activity("stranger", createNote("stranger", "9", "")))
	pass(activity("stranger", `{"id":"$/deletes/9","type":"Delete","object":"$/notes/9"}`))
	if p.total() != before {
		t.Errorf("%d requests for what concerns nobody here", p.total()-before)
	}
}

// An answer to a local post goes on to its author's other followers, byte for byte, once, and only with a proof.
func TestAnswersAreForwarded(t *testing.T) {
	w := newWorld(t)
	p, q := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
	w.meets(p.proven("bob"))
	cleo := w.meets(q.actor("cleo"))
	if err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		_, err := tx.InsertFollow(&skein.Follow{ID: tx.NewID(), Account: cleo.ID, Target: w.ann.ID, Accepted: true})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "what do you think?", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	post := v.Post
	w.settle()
	w.sent()
	reply := `"inReplyTo":"` + post.URI + `"`
	body := p.prove(bobsKey, "$/users/bob#ed25519-key", activity("bob", createNote("bob", "1", reply)))
	for range 2 {
		if got := w.do(p.post("/inbox", "$/users/bob#main-key", body)); got.Code != http.StatusAccepted {
			t.Fatalf("got %d", got.Code)
		}
		w.settle()
	}
	if sent := w.sent(); len(sent[q.base+"/inbox"]) != 1 || string(sent[q.base+"/inbox"][0]) != body || len(sent) != 1 {
		t.Errorf("forwarded: %s, want the answer to %s as it came", sent, q.base)
	}
	p.send("bob", createNote("bob", "2", reply))
	lie := strings.Replace(p.prove(bobsKey, "$/users/bob#ed25519-key", activity("bob", createNote("bob", "3", reply))), "hello", "hell", 1)
	w.do(p.post("/inbox", "$/users/bob#main-key", lie))
	w.settle()
	if sent := w.sent(); len(sent) != 0 {
		t.Errorf("forwarded without a proof that holds: %s", sent)
	}
}
