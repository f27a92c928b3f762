package mastodon

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
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

// A picture is sent, described, posted, edited, taken back and posted again.
func TestUploadAndPost(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	send := func(status int, files map[string][]byte, words map[string]string) map[string]any {
		t.Helper()
		r := w.upload(w.site, "POST", "/api/v2/media", ann, files, words)
		if r.status != status {
			t.Fatalf("upload: %d %s, want %d", r.status, r.body, status)
		}
		return r.object(t)
	}
	m := send(200, map[string][]byte{"file": photo(t, 1400, 700)}, map[string]string{"description": "A field", "focus": "0.5,-0.25"})
	id := m["id"].(string)
	size := func(v any) any { return v.(map[string]any)["size"] }
	meta := m["meta"].(map[string]any)
	if m["type"] != "image" || m["description"] != "A field" || m["text_url"] != nil || m["remote_url"] != nil || len(m["blurhash"].(string)) < 10 ||
		size(meta["original"]) != "1400x700" || size(meta["small"]) != "1080x540" || meta["focus"].(map[string]any)["y"] != -0.25 ||
		!strings.Contains(m["url"].(string), "sig=") || m["url"] == m["preview_url"] {
		t.Errorf("uploaded: %v", m)
	}
	small := send(200, map[string][]byte{"file": photo(t, 300, 200)}, nil)
	if small["url"] != small["preview_url"] { // a JPEG no larger than a shown size is shown as it is
		t.Errorf("small: %v", small)
	}
	second := small["id"].(string)
	if got := w.do(200, "GET", "/api/v1/media/"+id, ann, nil); got["description"] != "A field" {
		t.Errorf("asked for: %v", got)
	}
	if got := w.do(200, "PUT", "/api/v1/media/"+id, ann, `{"description":"A green field","focus":"0,1"}`); got["description"] != "A green field" {
		t.Errorf("changed: %v", got)
	}
	r := w.upload(w.site, "PUT", "/api/v1/media/"+second, ann, map[string][]byte{"thumbnail": photo(t, 100, 100)}, nil)
	if got := r.object(t); r.status != 200 || got["preview_url"] == small["preview_url"] || size(got["meta"].(map[string]any)["small"]) != "100x100" {
		t.Errorf("thumbnail: %d %v", r.status, got)
	}

	ids := func(p map[string]any) (out []string) {
		for _, m := range p["media_attachments"].([]any) {
			out = append(out, m.(map[string]any)["id"].(string))
		}
		return out
	}
	p := w.do(200, "POST", "/api/v1/statuses", ann, `{"media_ids":["`+second+`","`+id+`","`+id+`"],"poll":{"options":["a","b"],"expires_in":600}}`)
	post := p["id"].(string)
	if got := ids(p); len(got) != 2 || got[0] != second || got[1] != id || p["poll"] == nil || p["content"] != "" {
		t.Errorf("posted: %v", p)
	}
	if url := p["media_attachments"].([]any)[1].(map[string]any)["url"].(string); strings.Contains(url, "sig=") {
		t.Errorf("of a public post: %s", url)
	}
	for _, path := range []string{"/api/v1/timelines/public?only_media=true", "/api/v1/accounts/" + p["account"].(map[string]any)["id"].(string) + "/statuses?only_media=true"} {
		if l, _ := w.list(path, ann); len(l) != 1 {
			t.Errorf("%s: %v", path, l)
		}
	}
	// What is attached is the post's.
	w.do(404, "GET", "/api/v1/media/"+id, ann, nil)
	w.do(404, "PUT", "/api/v1/media/"+id, ann, `{"description":"x"}`)
	if got := w.do(422, "DELETE", "/api/v1/media/"+id, ann, nil); got["error"] != "Media attachment is currently used by a status" {
		t.Errorf("delete: %v", got)
	}

	p = w.do(200, "PUT", "/api/v1/statuses/"+post, ann, `{"status":"now","media_ids":["`+id+`"],"media_attributes":[{"id":"`+id+`","description":"Rye","focus":"-1,0"}]}`)
	if got := ids(p); len(got) != 1 || got[0] != id || p["edited_at"] == nil || p["media_attachments"].([]any)[0].(map[string]any)["description"] != "Rye" {
		t.Errorf("edited: %v", p)
	}
	var history []map[string]any
	w.get("/api/v1/statuses/"+post+"/history", ann).json(t, &history)
	if len(history) != 2 || len(ids(history[0])) != 2 || len(ids(history[1])) != 1 {
		t.Errorf("history: %v", history)
	}
	if p = w.do(200, "PUT", "/api/v1/statuses/"+post, ann, `{"status":"both again","media_ids":["`+id+`","`+second+`"]}`); len(ids(p)) != 2 {
		t.Errorf("put back: %v", p)
	}

	gone := w.do(200, "DELETE", "/api/v1/statuses/"+post, ann, nil)
	if got := ids(gone); len(got) != 2 || !strings.Contains(gone["media_attachments"].([]any)[0].(map[string]any)["url"].(string), "sig=") {
		t.Errorf("deleted: %v", gone)
	}
	p = w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"","spoiler_text":"rye","media_ids":["`+id+`"]}`)
	if p["spoiler_text"] != "rye" || !strings.Contains(p["content"].(string), "🖼") {
		t.Errorf("redraft: %v", p)
	}
	w.do(200, "DELETE", "/api/v1/statuses/"+p["id"].(string)+"?delete_media=true", ann, nil)
	w.do(404, "GET", "/api/v1/media/"+id, ann, nil)
	w.do(200, "DELETE", "/api/v1/media/"+second, ann, nil)
	w.do(404, "GET", "/api/v1/media/"+second, ann, nil)

	conf := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any)["media_attachments"].(map[string]any)
	if len(conf["supported_mime_types"].([]any)) < 4 || conf["image_size_limit"] != float64(16<<20) {
		t.Errorf("instance: %v", conf)
	}
}

// T104, T107: the name of a file and what it is said to be count for nothing; what is in it does.
func TestT104_T107_WhatIsNotTaken(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	w.api.Media.PictureBytes = 200_000
	for want, file := range map[string][]byte{
		"File type of uploaded media could not be verified": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"Validation failed: File can't be blank":            nil,
		"Validation failed: The picture is damaged":         photo(t, 600, 400)[:9000],
		"Validation failed: File size must be less than":    append(photo(t, 600, 400), make([]byte, 300_000)...),
	} {
		files := map[string][]byte{"file": file}
		if file == nil {
			files = nil
		}
		r := w.upload(w.site, "POST", "/api/v1/media", ann, files, nil)
		if got, _ := r.object(t)["error"].(string); r.status != 422 || !strings.HasPrefix(got, want) {
			t.Errorf("%d %s, want %s", r.status, got, want)
		}
	}
	ok := map[string][]byte{"file": photo(t, 40, 40)}
	for name, words := range map[string]map[string]string{
		"description": {"description": strings.Repeat("x", 10_001)}, "focus": {"focus": "2,0"}, "NaN": {"focus": "NaN,0"}, "words": {"focus": "left"},
	} {
		if r := w.upload(w.site, "POST", "/api/v2/media", ann, ok, words); r.status != 422 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	thumb := map[string][]byte{"file": photo(t, 40, 40), "thumbnail": []byte("GIF89a")}
	if r := w.upload(w.site, "POST", "/api/v2/media", ann, thumb, nil); r.status != 422 || !strings.Contains(string(r.body), "Error processing thumbnail") {
		t.Errorf("thumbnail: %d %s", r.status, r.body)
	}
	if r := w.upload(w.site, "POST", "/api/v2/media", "", ok, nil); r.status != 401 {
		t.Errorf("a stranger: %d", r.status)
	}
	if r := w.upload(w.site, "POST", "/api/v2/media", w.token(w.site, w.person(w.site, "bob"), "read"), ok, nil); r.status != 403 {
		t.Errorf("no scope: %d", r.status)
	}
	// Names are in the way of nothing (the helper sends ../../file.html).
	r := w.upload(w.site, "POST", "/api/v2/media", ann, ok, nil)
	if url, _ := r.object(t)["url"].(string); r.status != 200 || strings.Contains(url, "html") || strings.Contains(url, "..") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// T109: whose a file is, and what it hangs on already, decides.
func TestT109_MediaOwnership(t *testing.T) {
	w := newTown(t)
	ann, bob := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob"))
	far := w.token(w.other, w.person(w.other, "far"))
	send := func(s *skein.Site, token string) string {
		t.Helper()
		r := w.upload(s, "POST", "/api/v2/media", token, map[string][]byte{"file": photo(t, 30, 30)}, nil)
		return r.object(t)["id"].(string)
	}
	hers, his, theirs, used := send(w.site, ann), send(w.site, bob), send(w.other, far), send(w.site, ann)
	first := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"one","media_ids":["`+used+`"]}`)["id"].(string)
	post := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"two"}`)["id"].(string)
	for name, id := range map[string]string{"another's": his, "another site's": theirs, "attached already": used, "nobody's": "77"} {
		body := `{"status":"x","media_ids":["` + hers + `","` + id + `"]}`
		want := "Validation failed: Media " + id + " not found or already attached to another post"
		if got := w.do(422, "POST", "/api/v1/statuses", ann, body); got["error"] != want {
			t.Errorf("%s: %v", name, got)
		}
		if got := w.do(422, "PUT", "/api/v1/statuses/"+post, ann, body); got["error"] != want {
			t.Errorf("%s, edit: %v", name, got)
		}
	}
	for _, id := range []string{his, theirs, "77", "x"} {
		for method, body := range map[string]any{"GET": nil, "PUT": `{"description":"mine"}`, "DELETE": nil} {
			w.do(404, method, "/api/v1/media/"+id, ann, body)
		}
	}
	// An edit of one post says nothing of the files of another.
	w.do(200, "PUT", "/api/v1/statuses/"+post, ann, `{"status":"x","media_ids":["`+hers+`"],"media_attributes":[{"id":"`+used+`","description":"changed"},{"id":"`+his+`","description":"changed"}]}`)
	p := w.do(200, "GET", "/api/v1/statuses/"+first, ann, nil)
	if m := p["media_attachments"].([]any)[0].(map[string]any); m["description"] != nil {
		t.Errorf("changed from afar: %v", m)
	}
	if got := w.do(200, "GET", "/api/v1/media/"+his, bob, nil); got["description"] != nil {
		t.Errorf("changed by another: %v", got)
	}
	w.do(422, "POST", "/api/v1/statuses", ann, `{"status":"x","media_ids":[`+strings.Repeat(`"1",`, 3)+func() string {
		var b strings.Builder
		for i := range 20 {
			fmt.Fprintf(&b, `"%d",`, 100+i)
		}
		return b.String()
	}()+`"2"]}`)

	// Many ask for one at once: one has it.
	one := send(w.site, ann)
	answers := make(chan int, 8)
	for range 8 {
		go func() {
			answers <- w.ask(w.site, "POST", "/api/v1/statuses", ann, `{"status":"race","media_ids":["`+one+`"]}`).status
		}()
	}
	won := 0
	for range 8 {
		if <-answers == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d posts have the one file", won)
	}
	// A repeated request gets the post that has it.
	again := send(w.site, ann)
	var made []string
	for range 2 {
		r := w.ask(w.site, "POST", "/api/v1/statuses", ann, `{"media_ids":["`+again+`"]}`, "Idempotency-Key", "k1")
		if r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		made = append(made, r.object(t)["id"].(string))
	}
	if made[0] != made[1] {
		t.Errorf("posted twice: %v", made)
	}
}

// A post of as many files as one may have can be sent and described, and another one after it, without a limit in between.
func TestUploadLimitsFitPosts(t *testing.T) {
	if posts := forUploads.max / skein.MaxAttachments; posts < 7 || forMediaEdit.max < forUploads.max {
		t.Errorf("%d whole posts in half an hour, %d edits for %d files", posts, forMediaEdit.max, forUploads.max)
	}
}

// T113: nobody fills the disk with files that are part of nothing.
func TestT113_FilesLyingAbout(t *testing.T) {
	w := newTown(t)
	account := w.person(w.site, "ann")
	ann := w.token(w.site, account)
	file := map[string][]byte{"file": photo(t, 30, 30)}
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		m := &skein.Media{ID: tx.NewID(), Account: account, State: skein.MediaReady, Bytes: 1 << 30, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour)}
		return tx.InsertMedia(m, skein.MediaFile{Key: "mlarge", Type: "image/png", Bytes: 1 << 30})
	}))
	if r := w.upload(w.site, "POST", "/api/v2/media", ann, file, nil); r.status != 422 || !strings.Contains(string(r.body), "too many files") {
		t.Errorf("full: %d %s", r.status, r.body)
	}
	bob := w.token(w.site, w.person(w.site, "bob"))
	if r := w.upload(w.site, "POST", "/api/v2/media", bob, file, nil); r.status != 200 {
		t.Errorf("another: %d %s", r.status, r.body)
	}
	// No more than some are read at once; the others wait, as many as posts take, and no more.
	who := skein.Viewer{Site: w.site.ID, Account: 77}
	var open []*io.PipeWriter
	for range 4 {
		from, to := io.Pipe()
		defer to.Close()
		go func() {
			_, _ = w.api.Media.Receive(context.Background(), who, from)
		}()
		if _, err := to.Write([]byte("\xFF\xD8\xFF")); err != nil { // it is under way once it reads
			t.Fatal(err)
		}
		open = append(open, to)
	}
	const wait = 2 * skein.MaxAttachments
	answers := make(chan error, wait+1)
	for range wait + 1 {
		go func() {
			u, err := w.api.Media.Receive(context.Background(), who, bytes.NewReader(file["file"]))
			u.Close()
			answers <- err
		}()
	}
	if err := <-answers; skein.KindOf(err) != skein.Busy {
		t.Errorf("one too many: %v", err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := w.api.Media.Receive(gone, who, bytes.NewReader(nil)); skein.KindOf(err) != skein.Busy {
		t.Errorf("as long as all places are taken: %v", err)
	}
	open[0].Close() // one has arrived, and then all do
	for range wait {
		if err := <-answers; err != nil {
			t.Errorf("one that waited: %v", err)
		}
	}
}
