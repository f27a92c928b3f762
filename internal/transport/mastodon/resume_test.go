package mastodon

import (
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"skein/internal/skein"
)

// resting waits until so many connections that broke off are listened for.
func (w *town) resting(n int) {
	w.t.Helper()
	for range 5000 {
		w.api.rests.mu.Lock()
		have := w.api.rests.n
		w.api.rests.mu.Unlock()
		if have == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	w.t.Fatalf("not %d connections are listened for", n)
}

// confirmed waits until so many events were written to sockets that are open, and all are confirmed.
func (w *town) confirmed(n uint64) {
	w.t.Helper()
	for range 5000 {
		open, all := 0, uint64(0)
		w.api.rests.mu.Lock()
		for _, list := range w.api.rests.live {
			for l := range list {
				open += len(l.unconfirmed())
				all += l.written()
			}
		}
		w.api.rests.mu.Unlock()
		if open == 0 && all >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	w.t.Fatal("what was written is not confirmed")
}

// A client that was cut off and comes back misses nothing, and hears nothing twice.
func TestResumeWithoutLoss(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	w.do(200, "POST", "/api/v1/accounts/"+a.String()+"/follow", bob, nil)
	post := func(text string) string {
		t.Helper()
		return w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"`+text+` #tree"}`)["id"].(string)
	}
	e := mustDial(t, server, bob, "?stream=user")
	e.say(`{"type":"subscribe","stream":"hashtag","tag":"tree"}`)
	e.say(`{"type":"subscribe","stream":"nonsense"}`)
	if h := e.next(); h.Error == "" {
		t.Fatalf("%+v", h)
	}
	heardBefore := post("before")
	e.want("update", heardBefore)
	e.want("update", heardBefore)
	w.confirmed(2)
	_ = e.conn.CloseNow() // no farewell: the network is gone
	w.resting(1)
	var missed []string
	for _, text := range []string{"one", "two", "three"} {
		missed = append(missed, post(text))
	}
	w.calm()
	e = mustDial(t, server, bob, "?stream=user")
	// all expects what was missed, each once; jobs that tell of posts may overtake each other.
	all := func(stream string) {
		t.Helper()
		got := map[string]int{}
		for range missed {
			h := e.want("update", "")
			if h.Stream[0] != stream {
				t.Errorf("stream %v, want %s", h.Stream, stream)
			}
			got[h.object(t)["id"].(string)]++
		}
		for _, id := range missed {
			if got[id] != 1 {
				t.Errorf("%s: told %d times of %s", stream, got[id], id)
			}
		}
	}
	all("user")
	e.say(`{"type":"subscribe","stream":"hashtag","tag":"tree"}`)
	all("hashtag")
	w.resting(0)
	other := mustDial(t, server, w.token(w.site, b, "read"), "?stream=user") // another app of the same person
	now := post("now")
	e.want("update", now)
	e.want("update", now)
	other.want("update", now) // and nothing before it
	w.confirmed(9)
	// Who says farewell comes back to what is then.
	_ = e.conn.Close(websocket.StatusNormalClosure, "")
	post("unheard")
	w.calm()
	w.resting(0)
	e = mustDial(t, server, bob, "?stream=user")
	last := post("last")
	e.want("update", last)
}

// Event streams come back too; what was taken away meanwhile is not told (T157).
func TestT157_ResumeShowsWhatIsThen(t *testing.T) {
	w, server := serve(t)
	a, b := w.person(w.site, "ann"), w.person(w.site, "bob")
	ann, bob := w.token(w.site, a), w.token(w.site, b)
	c := w.person(w.site, "cat")
	cat := w.token(w.site, c)
	for _, id := range []skein.ID{a, c} {
		w.do(200, "POST", "/api/v1/accounts/"+id.String()+"/follow", bob, nil)
	}
	e := mustDial(t, server, bob, "?stream=user")
	_ = e.conn.CloseNow()
	w.resting(1)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"secret","visibility":"private"}`)
	seen := w.do(200, "POST", "/api/v1/statuses", cat, `{"status":"seen"}`)["id"].(string)
	w.calm()
	w.do(200, "POST", "/api/v1/accounts/"+b.String()+"/block", ann, nil)
	e = mustDial(t, server, bob, "?stream=user")
	if h := e.want("update", ""); !strings.Contains(h.Payload, seen) {
		t.Errorf("told of somebody who blocks: %s", h.Payload)
	}
}
