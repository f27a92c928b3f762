package mastodon

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"testing"

	"skein/internal/skein"
)

// photo is a real picture.
func photo(t testing.TB, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), 99, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload sends files and words in parts.
func (w *town) upload(s *skein.Site, method, path, token string, files map[string][]byte, words map[string]string) result {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range words {
		w.must(m.WriteField(k, v))
	}
	for k, v := range files {
		p, err := m.CreateFormFile(k, "../../"+k+".html")
		w.must(err)
		_, err = io.Copy(p, bytes.NewReader(v))
		w.must(err)
	}
	w.must(m.Close())
	r := httptest.NewRequest(method, s.Base+path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+token)
	out := httptest.NewRecorder()
	w.api.ServeSite(out, r, s)
	return result{out.Code, out.Header(), out.Body.Bytes()}
}

// A picture is sent, described, posted, and shown.
func TestUploadAndPost(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 2000, 1000)},
		map[string]string{"description": "A field", "focus": "0.5,-0.25"})
	if r.status != 200 {
		t.Fatalf("upload: %d %s", r.status, r.body)
	}
	t.Logf("%s", r.body)
	id := r.object(t)["id"].(string)
	p := w.do(200, "POST", "/api/v1/statuses", ann, `{"media_ids":["`+id+`"]}`)
	t.Logf("%v", p["media_attachments"])
}
