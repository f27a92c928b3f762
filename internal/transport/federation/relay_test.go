package federation

import (
	"strings"
	"testing"

	"skein/internal/core/peering"
	"skein/internal/core/social"
	"skein/internal/kit/queue"
	"skein/internal/skein"
)

// relayWorld is a site, a relay that it has asked, and oak, whom nobody here follows.
func relayWorld(t *testing.T) (w *world, relay, oak *peer, keeper *peering.Service, who skein.Viewer) {
	w = newWorld(t)
	keeper = &peering.Service{DB: w.DB}
	keeper.Start()
	w.Relays = keeper
	queue.On(w.queue, "send-relay", w.SendRelay)
	queue.On(w.queue, "send-relay-end", w.SendRelayEnd)
	relay, oak = w.peer("relay.test", "127.0.0.11"), w.peer("oak.test", "127.0.0.12")
	relay.actor("relay")
	oak.actor("bob")
	return w, relay, oak, keeper, skein.Viewer{Site: w.site.ID, Account: w.site.Actor}
}

func (w *world) bodies(what string, inbox string) (list []string) {
	w.t.Helper()
	w.settle()
	for in, bodies := range w.sent() {
		for _, b := range bodies {
			if in == inbox {
				list = append(list, string(b))
			} else {
				w.t.Errorf("%s: sent to %s", what, in)
			}
		}
	}
	return list
}

func TestRelay(t *testing.T) {
	w, relay, oak, keeper, who := relayWorld(t)
	if _, err := keeper.AddRelay(t.Context(), w.viewer(w.ann), relay.base+"/inbox"); skein.KindOf(err) != skein.Denied {
		t.Errorf("asked for by a member: %v", err)
	}
	r, err := keeper.AddRelay(t.Context(), who, relay.base+"/inbox")
	if err != nil {
		t.Fatal(err)
	}
	asked := w.bodies("subscription", relay.base+"/inbox")
	mark := w.site.URL("/actor#relays/" + r.ID.String())
	if len(asked) != 1 || !strings.Contains(asked[0], `"id":"`+mark+`"`) || !strings.Contains(asked[0], `"object":"https://www.w3.org/ns/activitystreams#Public"`) {
		t.Fatalf("asked with %s", asked)
	}
	state := func() skein.RelayState {
		list, err := keeper.Relays(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatalf("got %v, %v", list, err)
		}
		return list[0].State
	}
	// T52: nobody else answers for it.
	oak.send("bob", `{"id":"$/accept/1","type":"Accept","object":"`+mark+`"}`)
	if got := state(); got != skein.RelayAsked {
		t.Errorf("after an answer by somebody else: %s", got)
	}
	oak.serve("/notes/1", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/1","type":"Note","attributedTo":"$/users/bob",
		"to":"https://www.w3.org/ns/activitystreams#Public","content":"relayed"}`)
	oak.serve("/notes/2", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/2","type":"Note","attributedTo":"$/users/bob",
		"to":"$/users/bob/followers","content":"private"}`)
	pass := func(id, note string) {
		relay.send("relay", `{"id":"$/announce/`+id+`","type":"Announce","to":"$/followers","object":"`+oak.base+`/notes/`+note+`"}`)
	}
	pass("a", "1")
	if w.stored(oak.base+"/notes/1") != nil || oak.count("/notes/1") != 0 {
		t.Error("T215: something is taken from a relay before it has accepted")
	}
	relay.send("relay", `{"id":"$/accept/1","type":"Accept","object":{"id":"`+mark+`","type":"Follow","actor":"`+w.site.URL("/actor")+`"}}`)
	if got := state(); got != skein.RelayAccepted {
		t.Fatalf("after the answer: %s", got)
	}
	pass("b", "1")
	if p := w.stored(oak.base + "/notes/1"); p == nil || !strings.Contains(p.HTML, "relayed") {
		t.Errorf("got %+v", p)
	}
	if w.stored(relay.base+"/announce/b") != nil {
		t.Error("the relay has boosted the post")
	}
	pass("c", "2") // T166
	if p := w.stored(oak.base + "/notes/2"); p != nil {
		t.Errorf("a private post came by a relay: %+v", p)
	}
	w.sent()
	for _, v := range []skein.Visibility{skein.Public, skein.Unlisted, skein.Followers, skein.Direct} {
		view, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "hello", Visibility: v, Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		got := w.bodies("post", relay.base+"/inbox")
		if want := v == skein.Public; (len(got) == 1) != want || want && !strings.Contains(got[0], view.Post.URI) {
			t.Errorf("visibility %d: sent %s", v, got)
		}
	}
	if err := keeper.RemoveRelay(t.Context(), who, r.URL); err != nil {
		t.Fatal(err)
	}
	if got := w.bodies("the end", relay.base+"/inbox"); len(got) != 1 || !strings.Contains(got[0], `"type":"Undo"`) || !strings.Contains(got[0], mark) {
		t.Errorf("ended with %s", got)
	}
	oak.serve("/notes/3", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/3","type":"Note","attributedTo":"$/users/bob",
		"to":"https://www.w3.org/ns/activitystreams#Public","content":"late"}`)
	pass("d", "3")
	if w.stored(oak.base+"/notes/3") != nil {
		t.Error("something is taken from a relay that was left")
	}
}

// LitePub's relays are actors that are followed.
func TestRelayThatIsAnActor(t *testing.T) {
	w, relay, _, keeper, who := relayWorld(t)
	if _, err := keeper.AddRelay(t.Context(), who, relay.base+"/users/relay"); err != nil {
		t.Fatal(err)
	}
	asked := w.bodies("subscription", relay.base+"/users/relay/inbox")
	if len(asked) != 1 || !strings.Contains(asked[0], `"object":"`+relay.base+`/users/relay"`) {
		t.Errorf("asked with %s", asked)
	}
	for _, bad := range []string{"", "relay.test", "ftp://relay.test/inbox", w.site.URL("/inbox"), relay.base + "/users/relay"} {
		if _, err := keeper.AddRelay(t.Context(), who, bad); err == nil {
			t.Errorf("%q is taken for a relay", bad)
		}
	}
}
