package mastodon

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"skein/internal/skein"
)

// BenchmarkHomeJSON writes 20 posts, a third of them boosts, from the fragments.
func BenchmarkHomeJSON(b *testing.B) {
	paint := newPainter()
	var list posts
	for i := range 20 {
		v := samplePost()
		if i%3 == 0 {
			v = sampleBoost()
			v.Original.Post.Load, v.Original.Author.Load = uint64(1000+i), uint64(1000+i)
		}
		v.Post.Load, v.Author.Load = uint64(i+1), uint64(i+1)
		list = append(list, v)
	}
	who := skein.Viewer{Site: 1, Account: 7}
	buf := list.draw(nil, paint, elm, who)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = list.draw(buf[:0], paint, elm, who)
	}
}

// BenchmarkHome is the whole way of a home timeline of 20 posts: route, token, core, SQLite, JSON.
func BenchmarkHome(b *testing.B) {
	w := newTown(b)
	token := w.token(w.site, w.person(w.site, "ann"))
	for i := range 30 {
		w.do(200, "POST", "/api/v1/statuses", token, fmt.Sprintf(`{"status":"post %d #tag https://elm.example/x"}`, i))
	}
	w.get("/api/v1/timelines/home", token)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, "https://elm.example/api/v1/timelines/home?limit=20", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		out := httptest.NewRecorder()
		w.api.ServeSite(out, r, w.site)
		if out.Code != http.StatusOK || out.Body.Len() < 20_000 {
			b.Fatalf("%d %d", out.Code, out.Body.Len())
		}
	}
}
