package fedtest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skein/internal/core/site"
	"skein/internal/fedtest"
	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
	"skein/internal/skein"
	"skein/internal/store"
)

// decide sets what a site thinks of a peer, as the operator does, and waits until it is so.
func decide(t *testing.T, n *fedtest.Net, at string, p skein.PeerPolicy) {
	t.Helper()
	who := skein.Viewer{Site: n.Sites[at].ID, Account: n.Sites[at].Actor}
	if _, err := n.Server.Peering.Set(t.Context(), who, p); err != nil {
		t.Fatal(err)
	}
	n.Settle()
}

// unsigned asks for an object as a stranger does.
func unsigned(t *testing.T, n *fedtest.Net, url string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", url, nil)
	r.Header.Set("Accept", activitypub.AcceptHeader)
	return n.Raw(r)
}

func uriOf(t *testing.T, p *fedtest.Person, post string) string {
	t.Helper()
	uri, _ := fedtest.At(p.Do("GET", "/api/v1/statuses/"+post, ""), "uri").(string)
	if uri == "" {
		t.Fatal("a post without a URI")
	}
	return uri
}

func TestT175_SuspendedPeerDisappears(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		ada.Follow(ben)
		ada.Post("from elm", "public")
		n.Settle()
		there := fedtest.At(ben.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		known := ben.Find(ada.Handle())

		decide(t, n, "oak.example", skein.PeerPolicy{Domain: "elm.example", Severity: skein.Suspended})
		if home := ben.Timeline("/api/v1/timelines/home"); len(home) != 0 {
			t.Errorf("home shows a suspended peer: %q", texts(home))
		}
		for _, path := range []string{"/api/v1/timelines/public", "/api/v1/accounts/" + known + "/statuses"} {
			if status, list := ben.Try("GET", path, ""); status == 200 && len(list.([]any)) != 0 {
				t.Errorf("%s shows a suspended peer", path)
			}
		}
		for _, path := range []string{"/api/v1/statuses/" + there, "/api/v1/statuses/" + there + "/context"} {
			if status, _ := ben.Try("GET", path, ""); status != 404 {
				t.Errorf("%s: %d, want 404", path, status)
			}
		}
		me := ben.Do("GET", "/api/v1/accounts/"+ben.ID, "")
		if fedtest.At(me, "followers_count") != 0.0 || fedtest.At(me, "following_count") != 0.0 {
			t.Errorf("follows with a suspended peer stay: %v, %v", fedtest.At(me, "followers_count"), fedtest.At(me, "following_count"))
		}
		var severed []*store.SeveredFollow
		err := n.Server.DB.View(t.Context(), ben.Site.ID, func(tx *store.Tx) (err error) {
			id, _ := skein.ParseID(ben.ID)
			severed, err = tx.SeveredFollows(id, 10)
			return err
		})
		if err != nil || len(severed) != 2 {
			t.Errorf("%d severed follows are noted, want 2 (%v)", len(severed), err)
		}

		// Nothing comes in, not even by a look-up, and nothing goes out.
		later := ada.Post("more from elm", "public")
		fresh := ben.Post("from oak", "public")
		n.Settle()
		uri := uriOf(t, ada, later)
		got := ben.Do("GET", "/api/v2/search?resolve=true&q="+uri, "")
		if list := fedtest.At(got, "statuses").([]any); len(list) != 0 {
			t.Error("a post of a suspended peer is fetched")
		}
		got = ada.Do("GET", "/api/v2/search?resolve=true&q="+uriOf(t, ben, fresh), "")
		if list := fedtest.At(got, "statuses").([]any); len(list) != 0 {
			t.Error("a suspended peer is served")
		}
		if home := ada.Timeline("/api/v1/timelines/home"); has(home, "from oak") {
			t.Errorf("a suspended peer is delivered to: %q", texts(home))
		}

		if err := n.Server.Peering.Remove(t.Context(), skein.Viewer{Site: ben.Site.ID, Account: ben.Site.Actor}, "elm.example"); err != nil {
			t.Fatal(err)
		}
		n.Settle()
		if status, _ := ben.Try("GET", "/api/v1/statuses/"+there, ""); status != 200 {
			t.Errorf("a post of a peer that is no longer suspended: %d, want 200", status)
		}
		if got := fedtest.At(ben.Do("GET", "/api/v1/accounts/relationships?id[]="+known, ""), 0, "following"); got != false {
			t.Errorf("following = %v: follows do not come back", got)
		}
	})
}

func TestT177_LimitedPeerAsks(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		decide(t, n, "oak.example", skein.PeerPolicy{Domain: "elm.example", Severity: skein.Limited, RejectMedia: true})
		ada.Do("PATCH", "/api/v1/accounts/update_credentials", `{"display_name":"Ada :heart:"}`)
		ada.Follow(ben)
		if list := ben.Timeline("/api/v1/follow_requests"); len(list) != 1 {
			t.Errorf("%d follow requests, want 1: a limited peer's follows are asked for", len(list))
		}
		// A limited peer is still talked with.
		ben.Follow(ada)
		ada.Post("hello", "public")
		n.Settle()
		if home := ben.Timeline("/api/v1/timelines/home"); !has(home, "hello") {
			t.Errorf("a follower of a limited account: %q", texts(home))
		}
	})
}

func TestAllowListOnly(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "ash.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cleo := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cleo", "ash.example")
		on := true
		if _, err := n.Server.Sites.Update(t.Context(), ben.Site.ID, site.Settings{AllowListOnly: &on}); err != nil {
			t.Fatal(err)
		}
		decide(t, n, "oak.example", skein.PeerPolicy{Domain: "elm.example", Allowed: true})
		ada.Follow(ben)
		ben.Post("among friends", "public")
		n.Settle()
		if home := ada.Timeline("/api/v1/timelines/home"); !has(home, "among friends") {
			t.Errorf("a listed peer: %q", texts(home))
		}
		got := cleo.Do("GET", "/api/v2/search?resolve=true&type=accounts&q=@"+ben.Handle(), "")
		if list := fedtest.At(got, "accounts").([]any); len(list) != 0 {
			t.Error("a peer that is not listed is served")
		}
		if w := unsigned(t, n, ben.Site.URL("/ap/users/"+ben.ID)); w.Code != http.StatusUnauthorized {
			t.Errorf("unsigned: %d, want 401: the allow list implies authorized fetch", w.Code)
		}
	})
}

// Two sites that both ask for signatures meet as others do; who does not sign gets only what a signature cannot do without.
func TestAuthorizedFetch(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		on := true
		for _, s := range n.Sites {
			if _, err := n.Server.Sites.Update(t.Context(), s.ID, site.Settings{AuthorizedFetch: &on}); err != nil {
				t.Fatal(err)
			}
		}
		ben.Follow(ada)
		ada.Follow(ben)
		id := ada.Post("signed and sealed", "public")
		n.Settle()
		home := ben.Timeline("/api/v1/timelines/home")
		if !has(home, "signed and sealed") {
			t.Fatalf("home of the follower: %q", texts(home))
		}
		there := fedtest.At(home, 0, "id").(string)
		ben.Do("POST", "/api/v1/statuses", `{"status":"@ada@elm.example back","in_reply_to_id":"`+there+`"}`)
		n.Settle()
		if list := ada.Timeline("/api/v1/timelines/home"); !has(list, "back") {
			t.Errorf("the answer does not come: %q", texts(list))
		}
		// An old post is found by its address.
		old := ben.Post("older", "unlisted")
		got := ada.Do("GET", "/api/v2/search?resolve=true&q="+uriOf(t, ben, old), "")
		if list := fedtest.At(got, "statuses").([]any); len(list) != 1 {
			t.Error("a signed look-up finds nothing")
		}

		base := ada.Site.URL("/ap/users/" + ada.ID)
		for _, url := range []string{base, base + "/outbox", base + "/outbox?page=true", base + "/followers", base + "/collections/featured", uriOf(t, ada, id),
			uriOf(t, ada, id) + "/replies", ada.Site.URL("/users/ada"), ada.Site.URL("/@ada")} {
			w := unsigned(t, n, url)
			if w.Code != http.StatusUnauthorized || w.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s unsigned: %d, %s; want 401 and private", url, w.Code, w.Header().Get("Cache-Control"))
			}
		}
		for _, url := range []string{ada.Site.URL("/actor"), ada.Site.URL("/.well-known/webfinger?resource=acct:ada@elm.example"),
			ada.Site.URL("/.well-known/nodeinfo"), ada.Site.URL("/nodeinfo/2.0"), ada.Site.URL("/.well-known/host-meta")} {
			if w := unsigned(t, n, url); w.Code != http.StatusOK {
				t.Errorf("%s unsigned: %d, want 200", url, w.Code)
			}
		}
	})
}

// An answer reaches the followers of whom it answers on a third site, and so does its end: passed on with its proof.
func TestAnswersReachThirdSites(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "ash.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cleo := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cleo", "ash.example")
		ben.Follow(ada)
		cleo.Follow(ada)
		ada.Post("what do you think?", "public")
		n.Settle()
		there := fedtest.At(ben.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		answer := fedtest.At(ben.Do("POST", "/api/v1/statuses", `{"status":"@ada@elm.example good","in_reply_to_id":"`+there+`"}`), "id").(string)
		n.Settle()
		root := fedtest.At(cleo.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		answers := func() int {
			list, _ := fedtest.At(cleo.Do("GET", "/api/v1/statuses/"+root+"/context", ""), "descendants").([]any)
			return len(list)
		}
		if got := answers(); got != 1 {
			t.Fatalf("a third site has %d answers, want 1", got)
		}
		ben.Do("DELETE", "/api/v1/statuses/"+answer, "")
		n.Settle()
		if got := answers(); got != 0 {
			t.Errorf("a third site has %d answers after the deletion, want 0", got)
		}
	})
}

func TestT194_KeysAreRotated(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		ada.Post("with the old key", "public")
		n.Settle()
		account, _ := skein.ParseID(ada.ID)
		keys := func() (k *store.ActorKeys) {
			t.Helper()
			if err := n.Server.DB.View(t.Context(), ada.Site.ID, func(tx *store.Tx) (err error) { k, err = tx.ActorKeys(account); return err }); err != nil {
				t.Fatal(err)
			}
			return k
		}
		before := keys()
		if before.Ed25519 == "" {
			t.Error("no Ed25519 key was made")
		}
		if err := n.Server.Identity.RotateKeys(t.Context(), ben.Site.ID, account); skein.KindOf(err) != skein.NotFound {
			t.Errorf("another site rotates the keys: %v", err)
		}
		if err := n.Server.Identity.RotateKeys(t.Context(), ada.Site.ID, account); err != nil {
			t.Fatal(err)
		}
		n.Settle()
		ada.Post("with the new key", "public")
		n.Settle()
		if home := ben.Timeline("/api/v1/timelines/home"); !has(home, "with the new key") {
			t.Errorf("after the rotation: %q", texts(home))
		}
		after := keys()
		if after.Public == before.Public || after.Ed25519 == before.Ed25519 || after.OldPrivate != before.Private {
			t.Error("the keys were not replaced, or the old one is not kept for what waits")
		}
		// Whoever has the old key signs nothing any more that is believed.
		private, err := httpsig.ParsePrivateKey(before.Private)
		if err != nil {
			t.Fatal(err)
		}
		actor := ada.Site.URL("/ap/users/" + ada.ID)
		body := `{"@context":"https://www.w3.org/ns/activitystreams","id":"` + actor + `#x","type":"Delete","actor":"` + actor + `","object":"` + actor + `"}`
		r := httptest.NewRequestWithContext(t.Context(), "POST", ben.Site.URL("/inbox"), strings.NewReader(body))
		r.Header.Set("Content-Type", activitypub.ContentType)
		if err := httpsig.SignCavage(r, []byte(body), httpsig.Key{ID: actor + "#main-key", Private: private}, n.Server.DB.Now()); err != nil {
			t.Fatal(err)
		}
		if w := n.Raw(r); w.Code != http.StatusUnauthorized {
			t.Errorf("signed with the old key: %d, want 401", w.Code)
		}
	})
}

// Two sites that think differently of who follows whom agree again after the next post for followers. FEP-8fcf.
func TestT195_FollowersAreMatched(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cleo, dan := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cleo", "oak.example"), n.Person("dan", "oak.example")
		for _, p := range []*fedtest.Person{ben, cleo, dan} {
			p.Follow(ada)
		}
		// Oak has lost ben's follow, elm cleo's.
		lose := func(at *fedtest.Person, follower string, target string) {
			t.Helper()
			a, _ := skein.ParseID(follower)
			b, _ := skein.ParseID(target)
			if err := n.Server.DB.Update(t.Context(), at.Site.ID, func(tx *store.Tx) error { _, err := tx.DeleteFollow(a, b); return err }); err != nil {
				t.Fatal(err)
			}
		}
		lose(ben, ben.ID, ben.Find(ada.Handle()))
		lose(ada, ada.Find(cleo.Handle()), ada.ID)
		ada.Post("for followers", "private")
		n.Settle()
		if got := fedtest.At(ada.Do("GET", "/api/v1/accounts/"+ada.ID, ""), "followers_count"); got != 1.0 {
			t.Errorf("the author has %v followers, want 1: dan", got)
		}
		for _, c := range []struct {
			p    *fedtest.Person
			want bool
		}{{ben, false}, {cleo, false}, {dan, true}} {
			rel := c.p.Do("GET", "/api/v1/accounts/relationships?id[]="+c.p.Find(ada.Handle()), "")
			if got := fedtest.At(rel, 0, "following"); got != c.want {
				t.Errorf("%s follows = %v, want %v", c.p.Name, got, c.want)
			}
		}
	})
}
