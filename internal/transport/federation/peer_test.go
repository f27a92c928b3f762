package federation

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"skein/internal/kit/queue"
	"skein/internal/skein"
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
