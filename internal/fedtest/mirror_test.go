package fedtest

import (
	"bytes"
	"strings"
	"testing"
)

// T111: pictures of other servers are named by addresses of our own host (media-federation.md 1.13), which work for who is not
// signed in and part by part; the original's address stands beside. Nobody else's mark opens them.
func TestT111_OtherServersPicturesAreShownFromHere(t *testing.T) {
	n := New(t, "elm.example", "oak.example")
	ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
	bob.Follow(ann)
	id := ann.upload(1400, 700, "A field")["id"].(string)
	ann.Do("POST", "/api/v1/statuses", `{"status":"look","media_ids":["`+id+`"]}`)
	n.Settle()
	seen := bob.Timeline("/api/v1/timelines/home")
	url, preview := links(seen[0], 0)
	remote, _ := At(seen[0], "media_attachments", 0, "remote_url").(string)
	if !strings.HasPrefix(remote, "https://elm.example/media/") {
		t.Errorf("the original: %s", remote)
	}
	original := n.file("GET", remote).Body.Bytes()
	for _, u := range []string{url, preview} {
		if !strings.HasPrefix(u, "https://oak.example/proxy/") {
			t.Fatalf("shown from elsewhere: %s", u)
		}
		got := n.file("GET", u)
		if got.Code != 200 || got.Header().Get("Content-Type") != "image/jpeg" || got.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", u, got.Code, got.Header())
		}
		if got := n.file("GET", u, "Range", "bytes=0-9"); got.Code != 206 || got.Body.Len() != 10 {
			t.Errorf("a part of %s: %d, %d bytes", u, got.Code, got.Body.Len())
		}
		if got := n.file("GET", strings.Replace(u, "oak.", "elm.", 1)); got.Code != 404 {
			t.Errorf("another site opens it: %d", got.Code)
		}
	}
	if got := n.file("GET", url); !bytes.Equal(got.Body.Bytes(), original) {
		t.Error("it is another picture")
	}
	// Who was suspended is shown to nobody any more, by no address that somebody kept.
	author, _ := At(seen[0], "account", "id").(string)
	n.judge("oak.example", author, true)
	for _, u := range []string{url, preview} {
		if got := n.file("GET", u); got.Code != 404 {
			t.Errorf("of who was suspended, %s: %d", u, got.Code)
		}
	}
}
