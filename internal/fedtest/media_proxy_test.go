package fedtest

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// mastodon-api.md 3.20: a file of a post by its ID, from here, fetched if need be; for whom the post is, from whom the site takes
// media, and nothing but files of posts.
func TestT111_MediaProxyIsNoOpenProxy(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
		bob.Follow(ann)
		post := func(visibility string) (here, there string) {
			t.Helper()
			a, b := ann.upload(90, 60, ""), ann.upload(1400, 700, "")
			at := At(ann.Do("POST", "/api/v1/statuses", `{"status":"look","visibility":"`+visibility+`","media_ids":["`+a["id"].(string)+`","`+b["id"].(string)+`"]}`), "id").(string)
			n.Settle()
			seen := bob.Timeline("/api/v1/timelines/home")
			return At(ann.Do("GET", "/api/v1/statuses/"+at, ""), "media_attachments", 1, "id").(string), At(seen[0], "media_attachments", 1, "id").(string)
		}
		as := func(p *Person) string {
			id, _ := skein.ParseID(p.ID)
			token, err := n.Server.Identity.Begin(t.Context(), p.Site.ID, id, identity.Browser{Agent: "test", Address: "192.0.2.1"})
			if err != nil {
				t.Fatal(err)
			}
			return web.SessionName(p.Site.Base) + "=" + token
		}
		get := func(p *Person, path, cookie string) *httptest.ResponseRecorder {
			return n.file("GET", p.Site.URL(path), "Cookie", cookie)
		}
		leads := func(p *Person, path, cookie, to string) {
			t.Helper()
			got := get(p, path, cookie)
			at := got.Header().Get("Location")
			if got.Code != 302 || !strings.HasPrefix(at, p.Site.Base+to) || got.Header().Get("Cache-Control") != "private, no-store" {
				t.Fatalf("%s %s: %d %v", p.Site.Domain, path, got.Code, got.Header())
			}
			if file := n.file("GET", at); file.Code != 200 || file.Header().Get("Content-Type") != "image/jpeg" {
				t.Errorf("%s leads to %d %v", path, file.Code, file.Header())
			}
		}
		missing := func(p *Person, path, cookie string) {
			t.Helper()
			if got := get(p, path, cookie); got.Code != 404 || got.Header().Get("Location") != "" {
				t.Errorf("%s %s: %d %v", p.Site.Domain, path, got.Code, got.Header())
			}
		}
		own, far := post("public")
		leads(bob, "/media_proxy/"+far+"/original", "", "/proxy/")
		leads(bob, "/media_proxy/"+far+"/small", "", "/proxy/")
		leads(ann, "/media_proxy/"+own+"/original", "", "/media/")
		leads(ann, "/media_proxy/"+own+"/small", "", "/media/")
		if a, b := get(ann, "/media_proxy/"+own+"/original", ""), get(ann, "/media_proxy/"+own+"/small", ""); a.Header().Get("Location") == b.Header().Get("Location") {
			t.Error("both sizes are one")
		}
		for _, bad := range []string{own + "/large", "0/original", "https://elm.example/x", "?url=https://elm.example/", far + "/original/more", "99999999999999999/original"} {
			missing(ann, "/media_proxy/"+bad, "")
		}
		missing(ann, "/media_proxy/"+far+"/original", "") // another site's number
		missing(bob, "/media_proxy/"+own+"/original", "")

		// What is not for everybody is for whoever it is for.
		n.Pass(11 * time.Minute)
		own, far = post("private")
		missing(bob, "/media_proxy/"+far+"/original", "")
		missing(ann, "/media_proxy/"+own+"/original", "")
		missing(bob, "/media_proxy/"+far+"/original", as(n.Person("eve", "oak.example")))
		leads(bob, "/media_proxy/"+far+"/original", as(bob), "/proxy/")
		leads(ann, "/media_proxy/"+own+"/original", as(ann), "/media/")

		// Whose media the site does not take is not fetched, nor shown.
		site := n.Sites["oak.example"]
		_, err := n.Server.Peering.Set(t.Context(), skein.Viewer{Site: site.ID, Account: site.Actor}, skein.PeerPolicy{Domain: "elm.example", RejectMedia: true})
		if err != nil {
			t.Fatal(err)
		}
		n.Settle()
		missing(bob, "/media_proxy/"+far+"/original", as(bob))
	})
}
