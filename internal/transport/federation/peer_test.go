package federation

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/queue"
	"skein/internal/skein"
	"skein/internal/store"
)

// holds makes the site think something of its peers.
func (w *world) holds(list ...*skein.PeerPolicy) {
	rules := func(context.Context, skein.ID) (*skein.PeerRules, error) { return skein.NewPeerRules(list, false), nil }
	w.Peers, w.Social.Peers = rules, rules
}

func TestT177_RejectedMedia(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	w.holds(&skein.PeerPolicy{Domain: "oak.test", RejectMedia: true})
	p.actor("bob")
	p.serve("/users/bob", strings.Replace(p.actorDoc("bob"), `"type":"Person"`, `"type":"Person","icon":{"type":"Image","url":"$/a.png"},"image":{"type":"Image","url":"$/b.png"}`, 1))
	bob := w.meets(p.base + "/users/bob")
	if bob.Avatar != "" || bob.Header != "" {
		t.Errorf("pictures of a profile: %q %q, want none", bob.Avatar, bob.Header)
	}
	w.follows(w.ann, bob)
	p.send("bob", createNote("bob", "1", `"attachment":[{"type":"Document","mediaType":"image/png","url":"$/c.png"}],
		"tag":[{"type":"Emoji","name":":x:","icon":{"type":"Image","url":"$/d.png"}}]`))
	post := w.stored(p.base + "/notes/1")
	if post == nil || len(post.Attachments) != 0 || len(post.Emojis) != 0 {
		t.Errorf("a post of a peer whose media are rejected: %+v, want it without pictures", post)
	}
	w.holds()
	p.send("bob", createNote("bob", "2", `"attachment":[{"type":"Document","mediaType":"image/png","url":"$/c.png"}]`))
	if post := w.stored(p.base + "/notes/2"); post == nil || len(post.Attachments) != 1 {
		t.Errorf("after the policy ended: %+v, want one picture", post)
	}
}

// A suspended peer is turned away before anything is read, asked nothing and sent nothing, not even what was queued before.
func TestT37_SuspendedPeerAtEveryDoor(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	w.meets(p.actor("bob"))
	p.actor("unmet")
	before := w.delivery(p.base + "/inbox")
	w.holds(&skein.PeerPolicy{Domain: "oak.test", Severity: skein.Suspended})
	asked := p.total()
	if got := p.deliver("bob", followAnn); got != http.StatusForbidden {
		t.Errorf("at the inbox: %d, want 403", got)
	}
	r := p.post("/inbox", "$/users/unmet#main-key", "no JSON at all")
	if got := w.do(r); got.Code != http.StatusForbidden {
		t.Errorf("with nonsense: %d, want 403 before anything is read", got.Code)
	}
	if _, err := w.FindAccount(t.Context(), w.site.ID, p.base+"/users/unmet"); err == nil {
		t.Error("an account of a suspended peer is found")
	}
	if got := w.Deliver(t.Context(), before); got != queue.Refused {
		t.Errorf("a delivery that was queued before: %v, want it refused", got)
	}
	if p.total() != asked || w.waiting() != 0 {
		t.Errorf("%d requests and %d jobs for a suspended peer", p.total()-asked, w.waiting())
	}
	// The look-up is not remembered as hopeless.
	w.holds()
	if _, err := w.FindAccount(t.Context(), w.site.ID, p.base+"/users/unmet"); err != nil {
		t.Errorf("after the policy ended: %v", err)
	}
}

// Of an account of ours that is suspended nothing goes out that was queued before, but what takes something back; what is
// queued afterwards, which only the suspension itself is, goes out. When it is taken back, all does again.
func TestT37_SuspendedAccountIsNotHeard(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	p.status("/inbox", http.StatusAccepted)
	queued := func(activity string) queue.Delivery {
		t.Helper()
		var id skein.ID
		if err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
			id = tx.NewID()
			return tx.InsertDeliveries(id, w.ann.ID, []byte(activity), []store.Inbox{{Host: p.host, URL: p.base + "/inbox"}})
		}); err != nil {
			t.Fatal(err)
		}
		return queue.Delivery{ID: 1, Site: int64(w.site.ID), Host: p.host, Inbox: p.base + "/inbox", Activity: int64(id)}
	}
	judge := func(fn func(tx *store.Tx) error) {
		t.Helper()
		if err := w.DB.Update(t.Context(), w.site.ID, fn); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(what string, d queue.Delivery, want queue.Result) {
		t.Helper()
		if got := w.Deliver(t.Context(), d); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	note, boost, gone := queued(`{"type":"Create"}`), queued(`{"type":"Announce"}`), queued(`{"type":"Delete"}`)
	wants("before", note, queue.Delivered) // and so her keys are known
	w.pass(time.Second)
	judge(func(tx *store.Tx) error { return tx.SuspendAccount(w.ann.ID) })
	wants("a post", note, queue.Refused)
	wants("a boost", boost, queue.Refused)
	wants("what she deleted", gone, queue.Delivered)
	wants("what the suspension says", queued(`{"type":"Update"}`), queue.Delivered)
	judge(func(tx *store.Tx) error { return tx.UnsuspendAccount(w.ann.ID) })
	wants("a post, afterwards", note, queue.Delivered)
}
