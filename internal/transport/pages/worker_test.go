package pages_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestWorker(t *testing.T) {
	w := inTown(t, built)
	r := w.get("/sw.js")
	if h := r.Header(); r.Code != 200 || h.Get("Content-Type") != "text/javascript; charset=utf-8" || h.Get("Cache-Control") != "no-cache" {
		t.Errorf("worker: %d %v", r.Code, h)
	}
	// What starts the app without a connection is the same for everybody, and tells of nobody.
	for _, cookie := range []string{"", signedIn} {
		body := w.get("/shell", "Cookie", cookie).Body.String()
		if !strings.Contains(body, `"offline":true`) || !strings.Contains(body, "/assets/main-1.js") || strings.Contains(body, `"account"`) || strings.Contains(body, "/@ada") {
			t.Errorf("shell for %q: %s", cookie, body)
		}
	}
	if h := w.get("/", "Cookie", signedIn).Header(); h.Get("Skein-Worker") != "" {
		t.Errorf("the worker is ended: %v", h)
	}
	w.pages.NoWorker = true
	if r := w.get("/sw.js"); r.Code != 404 {
		t.Errorf("worker that is off: %d", r.Code)
	}
	if r := w.get("/", "Cookie", signedIn); r.Header().Get("Skein-Worker") != "none" || !strings.Contains(r.Body.String(), `"worker":false`) {
		t.Errorf("a page does not end the worker: %v", r.Header())
	}
}

func TestInstalledApp(t *testing.T) {
	w := inTown(t, built)
	var m struct {
		Icons  []struct{ Src, Sizes string }
		Share  struct{ Action, Method string }  `json:"share_target"`
		Handle []struct{ Protocol, URL string } `json:"protocol_handlers"`
	}
	r := w.get("/manifest.webmanifest")
	if err := json.Unmarshal(r.Body.Bytes(), &m); err != nil || m.Share.Action != "/share" || m.Share.Method != "POST" || len(m.Icons) < 3 || len(m.Handle) != 1 || m.Handle[0].URL != "/authorize_interaction?uri=%s" {
		t.Errorf("manifest: %v %s", err, r.Body)
	}
	if r := w.get("/authorize_interaction?uri=web%2Bap%3A%2F%2Foak.example%2F%40bo", "Cookie", signedIn); r.Header().Get("Location") != "/search?q=https%3A%2F%2Foak.example%2F%40bo" {
		t.Errorf("a link of another app: %v", r.Header())
	}
	// Files come to the app by its worker: its address stays as it is, and a browser without a worker is led there too.
	if r := w.get("/share?text=hello&files=1", "Cookie", signedIn); r.Code != 200 {
		t.Errorf("share with files: %d %v", r.Code, r.Header())
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range [][2]string{{"title", "A pond"}, {"text", "with newts & frogs"}, {"other", "x"}, {"url", "https://oak.example/pond?a=1"}} {
		if err := form.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("files", "pond.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind, want string
		body       io.Reader
	}{
		{"", "/share", nil},
		{form.FormDataContentType(), "/share?" + url.Values{"title": {"A pond"}, "text": {"with newts & frogs"}, "url": {"https://oak.example/pond?a=1"}}.Encode(), &body},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://elm.example/share", c.body)
		r.Header.Set("Content-Type", c.kind)
		rec := httptest.NewRecorder()
		if w.pages.ServeSite(rec, r, w.site); rec.Code != 303 || rec.Header().Get("Location") != c.want {
			t.Errorf("share without a worker: %d %v", rec.Code, rec.Header())
		}
	}
}
