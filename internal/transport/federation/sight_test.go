package federation

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
	"skein/internal/skein"
)

// ask makes a GET that is signed by an actor of the peer.
func (p *peer) ask(path, name string) *httptest.ResponseRecorder {
	p.w.t.Helper()
	r := httptest.NewRequest("GET", p.w.site.URL(path), nil)
	r.Host = p.w.site.Domain
	r.Header.Set("Accept", activitypub.AcceptHeader)
	key := p.key
	key.ID = p.base + "/users/" + name + "#main-key"
	if err := httpsig.SignCavage(r, nil, key, p.w.clock()); err != nil {
		p.w.t.Fatal(err)
	}
	return p.w.do(r)
}

// T156: what is not for everybody goes to signed requests of its readers, and of the servers that have readers.
func TestT156_FollowersOnlyPostsGoToFollowers(t *testing.T) {
	w := newWorld(t)
	oak, ash := w.peer("oak.test", "127.0.0.11"), w.peer("ash.test", "127.0.0.12")
	bob, eve := w.meets(oak.actor("bob")), w.meets(oak.actor("eve"))
	w.meets(ash.actor("mal"))
	w.follows(bob, w.ann)
	for _, p := range []*peer{oak, ash} { // instance actors
		p.actor("server")
		body := strings.Replace(p.text(`{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/server","type":"Application","preferredUsername":"server","inbox":"$/inbox",
			"publicKey":{"id":"$/users/server#main-key","owner":"$/users/server","publicKeyPem":"PEM"}}`), "PEM", strings.ReplaceAll(keyPairs()[2][1], "\n", `\n`), 1)
		p.serve("/users/server", body)
	}
	me := w.viewer(w.ann)
	for _, v := range []skein.Visibility{skein.Followers, skein.Direct} {
		text := "sentinel"
		if v == skein.Direct {
			text = "sentinel @bob@" + oak.host
		}
		view, err := w.Social.CreatePost(t.Context(), me, social.Draft{Text: text, Visibility: v, Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "/activity", "/replies", "/likes", "/shares"} {
			path := strings.TrimPrefix(view.Post.URI, w.site.Base) + end
			missing := w.get("/ap/users/" + w.ann.ID.String() + "/statuses/17" + end)
			for who, got := range map[string]*httptest.ResponseRecorder{
				"a visitor": w.get(path), "somebody on the follower's server": oak.ask(path, "eve"), "a stranger": ash.ask(path, "mal"),
				"a stranger's server": ash.ask(path, "server"),
			} {
				if got.Code != http.StatusNotFound || got.Body.String() != missing.Body.String() {
					t.Errorf("visibility %d, %s to %s: got %d %s, want the same 404 as for nothing", v, end, who, got.Code, got.Body)
				}
			}
			for _, who := range []string{"bob", "server"} {
				got := oak.ask(path, who)
				if got.Code != http.StatusOK {
					t.Errorf("visibility %d, %s to %s: got %d, want 200", v, end, who, got.Code)
				}
				if got.Header().Get("Cache-Control") != "private, no-store" { // T161
					t.Errorf("visibility %d, %s: Cache-Control %q", v, end, got.Header().Get("Cache-Control"))
				}
			}
		}
		for _, list := range []string{"/outbox?page=true", "/collections/featured"} {
			if got := w.get("/ap/users/" + w.ann.ID.String() + list); strings.Contains(got.Body.String(), "sentinel") {
				t.Errorf("%s shows it to a visitor", list)
			}
			if got := oak.ask("/ap/users/"+w.ann.ID.String()+list, "eve"); strings.Contains(got.Body.String(), "sentinel") {
				t.Errorf("%s shows it to a stranger", list)
			}
		}
	}
	// T173: who is blocked does not even get what is public.
	public, err := w.Social.CreatePost(t.Context(), me, social.Draft{Text: "open", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(public.Post.URI, w.site.Base)
	if got := oak.ask(path, "eve"); got.Code != 200 {
		t.Errorf("public: got %d, want 200", got.Code)
	}
	if _, err := w.Social.Block(t.Context(), me, eve.ID); err != nil {
		t.Fatal(err)
	}
	if got := oak.ask(path, "eve"); got.Code != 404 {
		t.Errorf("blocked: got %d, want 404", got.Code)
	}
	if got := w.get(path); got.Code != 200 || got.Header().Get("Cache-Control") != "public, max-age=180" {
		t.Errorf("public: got %d, %s", got.Code, got.Header().Get("Cache-Control"))
	}
}

func TestHiddenNetworkShowsOnlyTotals(t *testing.T) {
	w := newWorld(t)
	hide := true
	if _, _, err := w.Social.UpdateProfile(t.Context(), w.viewer(w.ann), social.Profile{HideNetwork: &hide}); err != nil {
		t.Fatal(err)
	}
	path := "/ap/users/" + w.ann.ID.String() + "/followers"
	if got := w.get(path); got.Code != 200 || strings.Contains(got.Body.String(), "first") || !strings.Contains(got.Body.String(), "totalItems") {
		t.Errorf("got %d %s", got.Code, got.Body)
	}
	if got := w.get(path + "?page=true"); got.Code != 403 {
		t.Errorf("page: got %d, want 403", got.Code)
	}
}
