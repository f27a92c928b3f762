package fedtest

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// knock asks for something from an address, and returns the status.
func (n *Net) knock(method, url, from string) int {
	n.t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader("{}"))
	r.RemoteAddr = from
	return n.Raw(r).Code
}

// Who comes from where no access is granted gets nothing at all of the site, whatever they ask for; of another site they do.
// What is decided counts at once, and what has run out no more.
func TestNoAccessAtEveryDoor(t *testing.T) {
	n := New(t, "elm.example", "oak.example")
	n.Person("ann", "elm.example")
	doors := []string{"GET /", "GET /@ann", "GET /api/v1/instance", "POST /api/v1/apps", "GET /api/v1/streaming/public", "POST /inbox", "GET /signin",
		"GET /.well-known/webfinger?resource=acct:ann@elm.example", "GET /.well-known/nodeinfo", "GET /media/x.png", "GET /assets/x.js", "POST /oauth/token"}
	block := func(network string, s skein.IPSeverity, ends time.Duration) *skein.IPBlock {
		t.Helper()
		b := skein.IPBlock{Severity: s, ExpiresAt: n.Server.DB.Now().Add(ends)}
		if ends == 0 {
			b.ExpiresAt = time.Time{}
		}
		if err := b.Network.UnmarshalText([]byte(network)); err != nil {
			t.Fatal(err)
		}
		made, err := n.Server.Reports.AddIPBlock(t.Context(), n.operator("elm.example"), b, netip.Addr{})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	b := block("203.0.113.0/24", skein.IPNoAccess, 0)
	block("2001:db8::/32", skein.IPNoAccess, time.Hour)
	block("198.51.100.0/24", skein.IPNoSignUp, 0)
	for _, door := range doors {
		method, path, _ := strings.Cut(door, " ")
		for _, from := range []string{"203.0.113.9:4242", "[::ffff:203.0.113.9]:4242", "[2001:db8:1::9]:4242"} {
			if got := n.knock(method, "https://elm.example"+path, from); got != 403 {
				t.Errorf("%s from %s: %d", door, from, got)
			}
		}
	}
	for _, c := range []struct{ url, from string }{
		{"https://oak.example/", "203.0.113.9:4242"}, {"https://elm.example/", "203.0.114.9:4242"}, {"https://elm.example/api/v1/instance", "198.51.100.1:4242"},
		{"https://elm.example/healthz", "203.0.113.9:4242"},
	} {
		if got := n.knock("GET", c.url, c.from); got != 200 {
			t.Errorf("%s from %s: %d", c.url, c.from, got)
		}
	}
	// Nobody says where they come from but those proxies that are trusted.
	r := httptest.NewRequest("GET", "https://elm.example/", nil)
	r.RemoteAddr = "203.0.113.9:4242"
	r.Header.Set("X-Forwarded-For", "192.0.2.1")
	if got := n.Raw(r); got.Code != 403 {
		t.Errorf("with an address of their choice: %d", got.Code)
	}
	if err := n.Server.Reports.RemoveIPBlock(t.Context(), n.operator("elm.example"), b.ID); err != nil {
		t.Fatal(err)
	}
	if got := n.knock("GET", "https://elm.example/", "203.0.113.9:4242"); got != 200 {
		t.Errorf("after the block was removed: %d", got)
	}
	n.Pass(time.Hour)
	if got := n.knock("GET", "https://elm.example/", "[2001:db8:1::9]:4242"); got != 200 {
		t.Errorf("after the block ran out: %d", got)
	}
}

// Files of somebody who is suspended are there for nobody while that lasts: pictures of posts and of the profile, whole, in
// parts, and by signed links.
func TestFilesOfTheSuspended(t *testing.T) {
	n := New(t, "elm.example")
	ann := n.Person("ann", "elm.example")
	made := ann.upload(40, 30, "a picture")
	ann.Do("POST", "/api/v1/statuses", `{"status":"look","media_ids":["`+made["id"].(string)+`"]}`)
	secret := ann.upload(41, 31, "another")
	post := ann.Do("POST", "/api/v1/statuses", `{"status":"not for all","visibility":"private","media_ids":["`+secret["id"].(string)+`"]}`)
	w := &world{t: t, n: n, ann: ann}
	w.do(ann, "PATCH", "/api/v1/accounts/update_credentials", m{"avatar": isFile + onePixel})
	files := []string{made["url"].(string), made["preview_url"].(string), At(post, "media_attachments", 0, "url").(string),
		At(ann.Do("GET", "/api/v1/accounts/verify_credentials", ""), "avatar").(string)}
	want := func(when string, status int) {
		t.Helper()
		for _, url := range files {
			for _, method := range []string{"GET", "HEAD"} {
				if got := n.file(method, url); got.Code != status {
					t.Errorf("%s: %s %s: %d, want %d", when, method, url, got.Code, status)
				}
			}
			if got := n.file("GET", url, "Range", "bytes=0-1"); got.Code/100 != status/100 {
				t.Errorf("%s: a part of %s: %d", when, url, got.Code)
			}
		}
	}
	want("before", 200)
	n.judge("elm.example", ann.ID, true)
	want("while suspended", 404)
	n.judge("elm.example", ann.ID, false)
	want("afterwards", 200)
	id, _ := skein.ParseID(ann.ID)
	if err := n.Server.Reports.Judge(t.Context(), n.operator("elm.example"), moderation.Sentence{Account: id, Measure: skein.Limit}); err != nil {
		t.Fatal(err)
	}
	want("while limited", 200)
}
