package federation

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"skein/internal/skein"
)

// exhaust uses up what one host may cause at the site.
func (w *world) exhaust(host string) {
	for n := 0; w.budget(w.site, host, fmt.Sprintf("https://t%d.test/", n)); n++ {
		if n > fetchesCaused {
			w.t.Fatal("the budget has no end")
		}
	}
}

// T83: fetches are counted for who causes them at a site; what one peer causes takes nothing from others.
func TestT83_WhoCausesPays(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	pine := w.peer("pine.test", "127.0.0.13")
	pine.actor("cat")
	post := func(n string) string { return pine.note("/n/"+n, "cat", "") }
	w.follows(w.ann, w.meets(evil.base+"/users/mal"))
	boost := func(p *peer, name, uri string) {
		t.Helper()
		p.send(name, `{"id":"$/b/`+uri[len(pine.base)+3:]+`","type":"Announce","to":"https://www.w3.org/ns/activitystreams#Public","object":"`+uri+`"}`)
	}
	boost(evil, "mal", post("1"))
	if w.stored(pine.base+"/n/1") == nil {
		t.Fatal("a boost within the budget has no effect")
	}
	w.exhaust(evil.host)
	boost(evil, "mal", post("2"))
	evil.send("mal", createNote("mal", "a", `"inReplyTo":"`+post("3")+`"`))
	if n := pine.count("/n/2") + pine.count("/n/3"); n != 0 {
		t.Errorf("%d fetches caused by a peer whose budget is used up", n)
	}
	boost(oak, "bob", post("4"))
	oak.send("bob", createNote("bob", "b", `"inReplyTo":"`+post("5")+`"`))
	for _, n := range []string{"4", "5"} {
		if w.stored(pine.base+"/n/"+n) == nil {
			t.Errorf("post %s is not fetched: one peer used up what another may cause", n)
		}
	}
	if !w.budget(&skein.Site{ID: w.site.ID + 1}, evil.host, pine.base) {
		t.Error("what is caused at one site is counted at another")
	}

	// All causes together are bounded for whom they go to.
	w.pass(2 * time.Hour)
	n := 0
	for ; n <= fetchesHour && w.budget(w.site, fmt.Sprintf("c%d.test", n%50), "https://a.victim.test/"); n++ {
	}
	if n != fetchesHour {
		t.Errorf("%d fetches from one domain in an hour, want %d", n, fetchesHour)
	}
	if w.budget(w.site, "d.test", "https://b.victim.test/") || !w.budget(w.site, "d.test", "https://other.test/") {
		t.Error("the bound is not that of the registrable domain")
	}
}

// T83: a key that is needed for a proof is read at the expense of who forwards, not of whose name is used.
func TestT83_ForwarderPaysForProofs(t *testing.T) {
	w := newWorld(t)
	p, q, r := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12"), w.peer("yew.test", "127.0.0.13")
	p.proven("bob")
	q.actor("relay")
	r.actor("relay")
	pass := func(from *peer, id string) int {
		return w.do(from.post("/inbox", "$/users/relay#main-key", p.prove(bobsKey, "$/users/bob#ed25519-key", activity("bob", createNote("bob", id, ""))))).Code
	}
	w.exhaust(q.host)
	w.exhaust(p.host)
	if got := pass(q, "1"); got == http.StatusAccepted || p.total() != 0 {
		t.Errorf("forwarded by a peer whose budget is used up: got %d after %d fetches", got, p.total())
	}
	if got := pass(r, "2"); got != http.StatusAccepted {
		t.Errorf("forwarded by another: got %d, want 202", got)
	}
}
