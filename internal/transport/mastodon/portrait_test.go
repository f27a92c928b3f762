package mastodon

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"io"
	"strings"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// file reads a file of the site by its address, as its type.
func (w *town) file(url string) (body []byte, mediaType string) {
	w.t.Helper()
	key := w.site.FileKey(url)
	f, err := w.api.Media.Open(w.t.Context(), w.site.ID, key, false)
	if err != nil {
		if skein.KindOf(err) == skein.NotFound {
			return nil, "not found"
		}
		return nil, err.Error()
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	w.must(err)
	return b, f.Type
}

func TestProfilePictures(t *testing.T) {
	w := newTown(t)
	id := w.person(w.site, "ann")
	ann := w.token(w.site, id)
	r := w.upload(w.site, "PATCH", "/api/v1/accounts/update_credentials", ann,
		map[string][]byte{"avatar": photo(t, 1000, 600), "header": photo(t, 2000, 1200)},
		map[string]string{"avatar_description": "me", "header_description": "a lake", "display_name": "Ann"})
	if r.status != 200 || r.text(t, "display_name") != "Ann" || r.text(t, "avatar_description") != "me" || r.text(t, "header_description") != "a lake" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	first := r.text(t, "avatar")
	if first != r.text(t, "avatar_static") || !strings.HasPrefix(first, "https://elm.example/media/p") {
		t.Errorf("the avatar is %s, and still %s", first, r.text(t, "avatar_static"))
	}
	for name, size := range map[string]image.Point{"avatar": {400, 400}, "header": {1500, 500}} {
		b, kind := w.file(r.text(t, name))
		c, _, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil || kind != "image/jpeg" || c.Width != size.X || c.Height != size.Y {
			t.Errorf("%s: %s of %d by %d, %v", name, kind, c.Width, c.Height, err)
		}
	}
	if r := w.get("/api/v1/profile", ann); r.text(t, "avatar") != first || r.text(t, "avatar_description") != "me" {
		t.Errorf("the raw profile: %s", r.body)
	}

	// One that moves has a still beside it; the old file goes, and what was said of it.
	r = w.upload(w.site, "PATCH", "/api/v1/profile", ann, map[string][]byte{"avatar": moving(t)}, map[string]string{"show_media": "false"})
	if r.status != 200 || !strings.HasSuffix(r.text(t, "avatar"), ".gif") || strings.HasSuffix(r.text(t, "avatar_static"), ".gif") ||
		r.text(t, "avatar_description") != "" || r.text(t, "header_description") != "a lake" || r.at(t, "show_media") != false || r.at(t, "show_featured") != true {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if _, kind := w.file(first); kind != "not found" {
		t.Errorf("the old avatar is still served: %s", kind)
	}
	second := r.text(t, "avatar")
	if r := w.get("/api/v1/accounts/"+id.String(), ""); r.text(t, "avatar") != second || r.text(t, "avatar_static") == second || r.at(t, "show_media") != false {
		t.Errorf("others see %s", r.body)
	}
	r = w.ask(w.site, "DELETE", "/api/v1/profile/avatar", ann, nil)
	if r.status != 200 || !strings.HasSuffix(r.text(t, "avatar"), "/avatars/original/missing.png") || strings.Contains(r.text(t, "header"), "missing") {
		t.Errorf("removed: %d %s", r.status, r.body)
	}
	if _, kind := w.file(second); kind != "not found" {
		t.Errorf("the removed avatar is still served: %s", kind)
	}
	if r := w.get("/api/v1/profile", ann); r.at(t, "avatar") != nil || r.at(t, "avatar_static") != nil || r.at(t, "header") == nil {
		t.Errorf("the raw profile: %s", r.body)
	}
	for name, file := range map[string][]byte{"a page": []byte("<html><script>alert(1)</script>"), "nothing": nil, "SVG": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")} {
		if r := w.upload(w.site, "PATCH", "/api/v1/profile", ann, map[string][]byte{"header": file}, nil); r.status != 422 {
			t.Errorf("%s as a header: %d %s", name, r.status, r.body)
		}
	}
}

func TestProfileExtras(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	r := w.ask(w.site, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"attribution_domains":["Blog.Example","blog.example","https://"]}`)
	if r.status != 422 {
		t.Errorf("no domain: %d %s", r.status, r.body)
	}
	r = w.ask(w.site, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"attribution_domains":["Blog.Example","blog.example","b.example"]}`)
	if got, _ := r.at(t, "source.attribution_domains").([]any); r.status != 200 || len(got) != 2 || got[0] != "blog.example" {
		t.Errorf("%d %s", r.status, r.body)
	}
	long := `["a.example"`
	for i := range 11 {
		long += `,"d` + string(rune('a'+i)) + `.example"`
	}
	if r := w.ask(w.site, "PATCH", "/api/v1/profile", ann, `{"attribution_domains":`+long+`]}`); r.status != 422 {
		t.Errorf("too many domains: %d", r.status)
	}
	if r := w.ask(w.site, "PATCH", "/api/v1/profile", ann, `{"avatar_description":"`+strings.Repeat("x", 151)+`"}`); r.status != 422 {
		t.Errorf("a long description: %d", r.status)
	}
	r = w.ask(w.site, "PATCH", "/api/v1/profile", ann, `{"show_media_replies":false,"show_featured":false,"attribution_domains":[]}`)
	if r.at(t, "show_media_replies") != false || r.at(t, "show_featured") != false || len(r.at(t, "attribution_domains").([]any)) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// Whose account is gone has no pictures any more.
func TestPicturesOfTheSuspendedAreNotServed(t *testing.T) {
	w := newTown(t)
	id := w.person(w.site, "ann")
	r := w.upload(w.site, "PATCH", "/api/v1/profile", w.token(w.site, id), map[string][]byte{"avatar": photo(t, 50, 50)}, nil)
	url := r.text(t, "avatar")
	if _, kind := w.file(url); kind != "image/jpeg" {
		t.Fatalf("%s is %s", url, kind)
	}
	if _, err := w.api.Media.Open(t.Context(), w.other.ID, w.site.FileKey(url), false); skein.KindOf(err) != skein.NotFound {
		t.Errorf("another site serves it: %v", err)
	}
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		a, err := tx.LockAccount(id)
		if err != nil {
			return err
		}
		a.SuspendedAt = tx.Now()
		return tx.UpdateAccount(a)
	}))
	if _, kind := w.file(url); kind != "not found" {
		t.Errorf("it is still served: %s", kind)
	}
}
