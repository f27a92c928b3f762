package fedtest

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// photo is a real picture, with a place in it that nobody is to learn.
func photo(t testing.TB, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), 99, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	out := append([]byte("\xFF\xD8\xFF\xFE\x00\x08PLACE!"), b.Bytes()[2:]...)
	return append(out, `{"type":"Note","id":"https://evil.test/note"}`...)
}

// upload sends a picture and returns its ID and the links to it and its small copy.
func (p *Person) upload(w, h int, description string) map[string]any {
	t := p.Net.t
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("description", description)
	_ = m.WriteField("focus", "0.5,0.5")
	f, err := m.CreateFormFile("file", "../note.json")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(photo(t, w, h))
	_ = m.Close()
	r := httptest.NewRequestWithContext(t.Context(), "POST", p.Site.URL("/api/v2/media"), &body)
	r.Header.Set("Authorization", "Bearer "+p.Token)
	r.Header.Set("Content-Type", m.FormDataContentType())
	out := p.Net.Raw(r)
	if out.Code != 200 {
		t.Fatalf("upload: %d %s", out.Code, out.Body)
	}
	var made map[string]any
	if err := json.Unmarshal(out.Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// file asks for an address as anybody may.
func (n *Net) file(method, url string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return n.Raw(r)
}

// files counts what lies in the blob store.
func (n *Net) files() int {
	n.t.Helper()
	list, err := n.Server.Media.Blobs.List(n.t.Context(), "m", "", 1000)
	if err != nil {
		n.t.Fatal(err)
	}
	return len(list)
}

func links(v any, i int) (url, preview string) {
	url, _ = At(v, "media_attachments", i, "url").(string)
	preview, _ = At(v, "media_attachments", i, "preview_url").(string)
	return url, preview
}

// What is sent here is seen there, with its description and size; what is said of it anew arrives too.
func TestPicturesTravel(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
		bob.Follow(ann)
		one, two := ann.upload(1200, 600, "A field"), ann.upload(40, 60, "")
		ids := `["` + two["id"].(string) + `","` + one["id"].(string) + `"]`
		post := At(ann.Do("POST", "/api/v1/statuses", `{"status":"look","media_ids":`+ids+`}`), "id").(string)
		n.Settle()
		seen := bob.Timeline("/api/v1/timelines/home")
		if len(seen) != 1 {
			t.Fatalf("home: %v", seen)
		}
		media := At(seen[0], "media_attachments").([]any)
		if len(media) != 2 || At(media[1], "description") != "A field" || At(media[1], "type") != "image" || At(media[1], "meta", "original", "size") != "1200x600" ||
			At(media[1], "blurhash") != one["blurhash"] || At(media[1], "meta", "focus", "x") != 0.5 || At(media[0], "meta", "original", "size") != "40x60" || At(media[0], "description") != nil {
			t.Errorf("seen: %v", media)
		}
		url, _ := At(media[1], "remote_url").(string)
		if got := n.file("GET", url); got.Code != 200 || bytes.Contains(got.Body.Bytes(), []byte("PLACE")) || got.Header().Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %d %v", url, got.Code, got.Header())
		}
		ann.Do("PUT", "/api/v1/statuses/"+post, `{"status":"look","media_ids":`+ids+`,"media_attributes":[{"id":"`+one["id"].(string)+`","description":"Rye"}]}`)
		n.Settle()
		seen = bob.Timeline("/api/v1/timelines/home")
		if got := At(seen[0], "media_attachments", 1, "description"); got != "Rye" {
			t.Errorf("edited: %v", got)
		}
		page := n.file("GET", "https://elm.example/@ann/"+post).Body.String()
		if !strings.Contains(page, `alt="Rye"`) || !strings.Contains(page, `data-count="2"`) || !strings.Contains(page, url) {
			t.Errorf("on its page: %s", page)
		}
		if before := n.files(); before != 3 { // one of them is its own small copy
			t.Errorf("%d files", before)
		}
		ann.Do("DELETE", "/api/v1/statuses/"+post+"?delete_media=true", "")
		n.Settle()
		if left := n.files(); left != 0 {
			t.Errorf("%d files are left", left)
		}
		if got := n.file("GET", url); got.Code != 404 {
			t.Errorf("deleted: %d", got.Code)
		}
	})
}

// T110, T153: files of a post that is not for everybody go by links that end: after a day in answers to clients, after a month
// in what peers got, at once when the post is gone; in all variants. No cache that is shared keeps them.
func TestT110_T153_PrivateMedia(t *testing.T) {
	n := New(t, "elm.example", "oak.example")
	ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
	bob.Follow(ann)
	for _, visibility := range []string{"private", "direct"} {
		m := ann.upload(1200, 600, "")
		post := ann.Do("POST", "/api/v1/statuses", `{"status":"@bob@oak.example psst","visibility":"`+visibility+`","media_ids":["`+m["id"].(string)+`"]}`)
		n.Settle()
		url, preview := links(post, 0)
		far, _ := At(bob.Timeline("/api/v1/timelines/home"), 0, "media_attachments", 0, "remote_url").(string)
		if visibility == "direct" {
			far, _ = At(bob.Do("GET", "/api/v1/notifications", ""), 0, "status", "media_attachments", 0, "remote_url").(string)
		}
		unknown := n.file("GET", "https://elm.example/media/maaaaaaaaaaaaaaaaaaaaaaaaaa.jpg")
		for _, u := range []string{url, preview, far} {
			if got := n.file("GET", u); got.Code != 200 || got.Header().Get("Cache-Control") != "private, max-age=3600" {
				t.Fatalf("%s: %d %v", u, got.Code, got.Header())
			}
			bare, query, _ := strings.Cut(u, "?")
			if !strings.HasPrefix(query, "until=") {
				t.Fatalf("no end: %s", u)
			}
			other := preview
			if strings.HasPrefix(preview, bare) {
				other = url
			}
			_, otherQuery, _ := strings.Cut(other, "?")
			for name, bad := range map[string]string{"without a signature": bare, "another's": bare + "?" + otherQuery, "longer": strings.Replace(u, "until=1", "until=9", 1),
				"cut": u[:len(u)-1], "another site": strings.Replace(u, "elm.", "oak.", 1), "another type": strings.Replace(u, ".jpg", ".png", 1)} {
				for _, method := range []string{"GET", "HEAD"} {
					got := n.file(method, bad, "Range", "bytes=0-10")
					if got.Code != 404 || method == "GET" && got.Body.String() != unknown.Body.String() || got.Header().Get("Cache-Control") != "private, no-store" {
						t.Errorf("%s, %s: %d %s", name, method, got.Code, got.Body)
					}
				}
			}
		}
		n.Pass(25 * time.Hour)
		for u, want := range map[string]int{url: 404, preview: 404, far: 200} {
			if got := n.file("GET", u); got.Code != want {
				t.Errorf("a day later: %s is %d, want %d", u, got.Code, want)
			}
		}
		id := At(post, "id").(string)
		if u, _ := links(ann.Do("GET", "/api/v1/statuses/"+id, ""), 0); n.file("GET", u).Code != 200 {
			t.Errorf("asked again: %s", u)
		}
		n.Pass(30 * 24 * time.Hour)
		if got := n.file("GET", far); got.Code != 404 {
			t.Errorf("a month later: %d", got.Code)
		}
		u, _ := links(ann.Do("GET", "/api/v1/statuses/"+id, ""), 0)
		ann.Do("DELETE", "/api/v1/statuses/"+id+"?delete_media=true", "")
		if got := n.file("GET", u); got.Code != 404 {
			t.Errorf("deleted: %d", got.Code)
		}
	}
}

// A file of a public post that is taken back, and of somebody who is suspended, is no longer for everybody; what is part of
// nothing goes after a day.
func TestFilesGo(t *testing.T) {
	n := New(t, "elm.example")
	ann := n.Person("ann", "elm.example")
	m := ann.upload(1200, 600, "")
	post := ann.Do("POST", "/api/v1/statuses", `{"status":"x","media_ids":["`+m["id"].(string)+`"]}`)
	url, _ := links(post, 0)
	if got := n.file("GET", url); got.Code != 200 || !strings.HasPrefix(got.Header().Get("Cache-Control"), "public") {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	gone := ann.Do("DELETE", "/api/v1/statuses/"+At(post, "id").(string), "")
	again, _ := links(gone, 0)
	if a, b := n.file("GET", url).Code, n.file("GET", again).Code; a != 404 || b != 200 {
		t.Errorf("taken back: %d, and %d for its author", a, b)
	}
	n.Pass(23 * time.Hour)
	if err := n.Server.Media.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.Settle()
	if n.files() != 2 {
		t.Errorf("%d files within a day", n.files())
	}
	// A file that no row knows: its upload broke off between the two.
	if err := n.Server.Media.Blobs.Put(t.Context(), "maaaaaaaaaaaaaaaaaaaaaaaaaa", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	n.Pass(2 * time.Hour)
	if err := n.Server.Media.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.Settle()
	if n.files() != 0 {
		t.Errorf("%d files after a day", n.files())
	}

	m = ann.upload(30, 30, "")
	post = ann.Do("POST", "/api/v1/statuses", `{"status":"x","media_ids":["`+m["id"].(string)+`"]}`)
	url, _ = links(post, 0)
	id, _ := skein.ParseID(ann.ID)
	if err := n.Server.DB.Update(t.Context(), ann.Site.ID, func(tx *store.Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		changed := *a
		changed.SuspendedAt = tx.Now()
		return tx.UpdateAccount(&changed)
	}); err != nil {
		t.Fatal(err)
	}
	if got := n.file("GET", url); got.Code != 404 {
		t.Errorf("of somebody suspended: %d", got.Code)
	}
}

// T46, T105, T112: a file is what it was found to be, however it is asked for, and comes whole or in one part.
func TestT46_T105_T112_FilesAreOnlyFiles(t *testing.T) {
	n := New(t, "elm.example", "oak.example")
	ann := n.Person("ann", "elm.example")
	m := ann.upload(1200, 600, "")
	post := ann.Do("POST", "/api/v1/statuses", `{"status":"x","media_ids":["`+m["id"].(string)+`"]}`)
	url, preview := links(post, 0)
	for _, u := range []string{url, preview} {
		for _, accept := range []string{"application/activity+json", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "text/html", "*/*"} {
			for _, more := range []string{"", "?x=.json", "?format=json"} {
				got := n.file("GET", u+more, "Accept", accept)
				h := got.Header()
				if got.Code != 200 || h.Get("Content-Type") != "image/jpeg" || h.Get("X-Content-Type-Options") != "nosniff" ||
					!strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'; sandbox") || bytes.Contains(got.Body.Bytes(), []byte("evil.test")) {
					t.Errorf("%s as %s: %d %v", u+more, accept, got.Code, h)
				}
			}
		}
	}
	for _, bad := range []string{strings.Replace(url, ".jpg", ".json", 1), strings.Replace(url, ".jpg", "", 1), strings.Replace(url, ".jpg", ".html", 1), url + ".json", url + "/note.json",
		strings.Replace(url, "elm.", "oak.", 1), "https://elm.example/media/", "https://elm.example/media/../../etc/passwd"} {
		if got := n.file("GET", bad, "Accept", "application/activity+json"); got.Code != 404 || strings.Contains(got.Header().Get("Content-Type"), "json") {
			t.Errorf("%s: %d %v", bad, got.Code, got.Header())
		}
	}
	whole := n.file("GET", url)
	size := whole.Body.Len()
	for _, c := range []struct {
		ranges string
		status int
		length int
	}{
		{"bytes=0-", http.StatusPartialContent, size}, {"bytes=0-9", http.StatusPartialContent, 10}, {"bytes=-5", http.StatusPartialContent, 5},
		{"bytes=0-9,5-20", http.StatusOK, size}, {"bytes=" + strings.Repeat("0-9,", 10_000) + "1-2", http.StatusOK, size},
		{"bytes=99999999-", http.StatusRequestedRangeNotSatisfiable, -1}, {"lines=1-2", http.StatusRequestedRangeNotSatisfiable, -1},
	} {
		got := n.file("GET", url, "Range", c.ranges)
		if got.Code != c.status || c.length >= 0 && got.Body.Len() != c.length {
			t.Errorf("%.30s: %d with %d bytes", c.ranges, got.Code, got.Body.Len())
		}
	}
	tag := whole.Header().Get("ETag")
	if got := n.file("GET", url, "If-None-Match", tag); got.Code != http.StatusNotModified || got.Body.Len() != 0 {
		t.Errorf("known: %d", got.Code)
	}
	if other := n.file("GET", preview).Header().Get("ETag"); other == tag || tag == "" {
		t.Errorf("two variants have the tag %s", tag)
	}
	if got := n.file("HEAD", url); got.Code != 200 || got.Body.Len() != 0 || got.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes", got.Code, got.Body.Len())
	}
	if got := n.file("POST", url); got.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", got.Code)
	}
}
