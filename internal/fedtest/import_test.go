package fedtest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// importer is somebody who brings things.
type importer struct {
	*world
	who *Person
}

// send sends a request whose body is a piece of a file.
func (w importer) put(id string, file int, place int64, piece []byte) answer {
	w.t.Helper()
	r := httptest.NewRequest("POST", fmt.Sprintf("%s/api/skein/v1/imports/%s/files/%d?offset=%d", w.who.Site.Base, id, file, place), bytes.NewReader(piece))
	r.Header.Set("Authorization", "Bearer "+w.token(w.who, "read", "write"))
	r.Header.Set("Content-Type", "application/octet-stream")
	rec := httptest.NewRecorder()
	w.n.Server.Handler().ServeHTTP(rec, r)
	return answer{status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
}

// upload announces files, sends them and waits until they are read.
func (w importer) upload(source string, files ...[]byte) map[string]any {
	w.t.Helper()
	var list []any
	for n, f := range files {
		list = append(list, m{"name": fmt.Sprintf("file%d", n), "size": len(f)})
	}
	id := w.id(w.who, "POST", "/api/skein/v1/imports", m{"source": source, "files": list})
	for n, f := range files {
		if got := w.put(id, n, 0, f); got.status != 200 {
			w.t.Fatalf("a piece of a file: %d %s", got.status, got.body)
		}
	}
	w.n.Settle()
	return w.state(id)
}

func (w importer) state(id string) map[string]any {
	w.t.Helper()
	return w.do(w.who, "GET", "/api/skein/v1/imports/"+id, nil).(map[string]any)
}

// run brings what was read, and waits for it.
func (w importer) run(in map[string]any, choice m) map[string]any {
	w.t.Helper()
	if in["state"] != "ready" {
		w.t.Fatalf("the import is not ready: %v", in)
	}
	id := in["id"].(string)
	w.do(w.who, "POST", "/api/skein/v1/imports/"+id+"/run", choice)
	w.n.Settle()
	return w.state(id)
}

// TestListsAreImported: each of Mastodon's lists, with a head or without, merged or in the place of what was there.
func TestListsAreImported(t *testing.T) {
	w := newWorld(t)
	in := importer{w, w.person("carrier")}
	other := w.person("other")
	far := w.osk // of another server
	farName := "oskar@" + far.Site.Domain
	follows := func() string {
		var names []string
		for _, a := range w.do(in.who, "GET", "/api/v1/accounts/"+in.who.ID+"/following", nil).([]any) {
			names = append(names, At(a, "acct").(string))
		}
		return strings.Join(names, " ")
	}

	got := in.upload("following", []byte("\xef\xbb\xbfAccount address,Show boosts,Notify on new posts,Languages\r\n"+
		"@bob@"+w.ann.Site.Domain+",false,true,\"en, de\"\n"+farName+",true,false,\nnobody at all,,,\nghost,true,,\n"))
	if n := At(got, "preview", "kinds", 0); At(n, "count") != 3.0 || At(n, "new") != 3.0 || At(got, "preview", "unread") != 1.0 ||
		!strings.HasPrefix(fmt.Sprint(At(got, "preview", "problems", 0, "place")), "line 4") {
		t.Fatalf("preview: %v", got["preview"])
	}
	if follows() != "" {
		t.Fatal("the preview follows somebody")
	}
	got = in.run(got, nil)
	if got["state"] != "done" || got["total"] != 3.0 || got["done"] != 3.0 || got["added"] != 2.0 || got["failed"] != 1.0 {
		t.Fatalf("run: %v", got)
	}
	if f := follows(); !strings.Contains(f, "bob") || !strings.Contains(f, farName) {
		t.Fatalf("follows %q", f)
	}
	r := At(w.do(in.who, "GET", "/api/v1/accounts/relationships", m{"id": []any{w.bob.ID}}), 0)
	if At(r, "showing_reblogs") != false || At(r, "notifying") != true || fmt.Sprint(At(r, "languages")) != "[en de]" {
		t.Errorf("the options of a follow: %v", r)
	}
	report := w.do(in.who, "GET", "/api/skein/v1/imports/"+got["id"].(string)+"/report", nil).([]any)
	if len(report) != 1 || At(report[0], "text") != "ghost" || At(report[0], "state") != "failed" || At(report[0], "error") == "" {
		t.Errorf("report: %v", report)
	}

	// In place of what is there: who is not in the file is followed no more.
	got = in.run(in.upload("following", []byte("Account address\nother\nbob\n")), m{"overwrite": true})
	if f := follows(); got["state"] != "done" || got["added"] != 2.0 || strings.Contains(f, "oskar") || !strings.Contains(f, "bob") || !strings.Contains(f, "other") {
		t.Errorf("overwritten: %v, follows %q", got, f)
	}

	in.run(in.upload("lists", []byte("friends,bob\nfriends,"+farName+"\nwork,other@"+w.ann.Site.Domain+"\n")), nil)
	lists := w.do(in.who, "GET", "/api/v1/lists", nil).([]any)
	if len(lists) != 2 {
		t.Fatalf("lists: %v", lists)
	}
	for _, l := range lists {
		n := len(w.do(in.who, "GET", "/api/v1/lists/"+At(l, "id").(string)+"/accounts", nil).([]any))
		if want := map[string]int{"friends": 2, "work": 1}[At(l, "title").(string)]; n != want {
			t.Errorf("list %v has %d members", At(l, "title"), n)
		}
	}

	in.run(in.upload("mutes", []byte("Account address,Hide notifications\nother,false\n")), nil)
	in.run(in.upload("blocks", []byte(farName+"\n")), nil)
	r = w.do(in.who, "GET", "/api/v1/accounts/relationships", m{"id": []any{other.ID}})
	if At(r, 0, "muting") != true || At(r, 0, "muting_notifications") != false {
		t.Errorf("mute: %v", r)
	}
	if list := w.do(in.who, "GET", "/api/v1/blocks", nil).([]any); len(list) != 1 || At(list[0], "acct") != farName {
		t.Errorf("blocks: %v", list)
	}

	in.run(in.upload("domains", []byte("#domain\nBad.Example\n"+w.ann.Site.Domain+"\n")), nil)
	if list := fmt.Sprint(w.do(in.who, "GET", "/api/v1/domain_blocks", nil)); list != "[bad.example]" {
		t.Errorf("domains: %v", list)
	}

	post := w.bob.Post("worth keeping", "public")
	uri := At(w.do(w.bob, "GET", "/api/v1/statuses/"+post, nil), "uri").(string)
	secret := At(w.do(w.bob, "GET", "/api/v1/statuses/"+w.bob.Post("for nobody", "direct"), nil), "uri").(string)
	got = in.run(in.upload("bookmarks", []byte(uri+"\n"+secret+"\n")), nil)
	if list := w.do(in.who, "GET", "/api/v1/bookmarks", nil).([]any); len(list) != 1 || At(list[0], "id") != post || got["failed"] != 1.0 {
		t.Errorf("bookmarks: %v of %v", list, got)
	}
	in.run(in.upload("bookmarks", []byte("#uri\nhttps://gone.example/1\n")), m{"overwrite": true})
	if list := w.do(in.who, "GET", "/api/v1/bookmarks", nil).([]any); len(list) != 0 {
		t.Errorf("bookmarks overwritten: %v", list)
	}

	in.run(in.upload("filters", []byte(`{"custom_filters":[{"title":"Spoilers","context":["home","public"],"expires_at":null,"filter_action":"hide",
		"keywords_attributes":[{"keyword":"finale","whole_word":false}]}]}`)), nil)
	filters := w.do(in.who, "GET", "/api/v2/filters", nil)
	if At(filters, 0, "title") != "Spoilers" || At(filters, 0, "filter_action") != "hide" || At(filters, 0, "keywords", 0, "keyword") != "finale" {
		t.Errorf("filters: %v", filters)
	}
}

// TestImportsArriveInPieces: what has arrived is not sent again, in any order; what does not fit is refused, and others have
// no part in it (T141).
func TestImportsArriveInPieces(t *testing.T) {
	w := newWorld(t)
	in := importer{w, w.person("carrier")}
	file := []byte("Account address\nbob\n")
	id := w.id(in.who, "POST", "/api/skein/v1/imports", m{"source": "blocks", "files": []any{m{"name": "b.csv", "size": len(file)}}})
	if got := w.send(in.who, inJSON, "POST", "/api/skein/v1/imports", m{"source": "mutes", "files": []any{m{"name": "b.csv", "size": 5}}}); got.status != http.StatusConflict {
		t.Errorf("a second import at once: %d", got.status)
	}
	for _, c := range []struct {
		place int64
		piece []byte
		want  int
		have  any
	}{
		{5, file[5:], http.StatusConflict, nil}, {0, file[:5], 200, 5.0}, {0, file[:5], 200, 5.0}, {3, file[3:8], http.StatusConflict, nil},
		{5, append(bytes.Clone(file[5:]), "more"...), http.StatusConflict, nil}, {5, file[5:], 200, float64(len(file))}, {5, file[5:], 200, float64(len(file))},
	} {
		got := in.put(id, 0, c.place, c.piece)
		if got.status != c.want || c.have != nil && At(got.json(), "files", 0, "received") != c.have {
			t.Errorf("%d bytes at %d: %d %s", len(c.piece), c.place, got.status, got.body)
		}
	}
	for _, somebody := range []*Person{w.ann, w.osk} {
		other := importer{w, somebody}
		for _, path := range []string{"", "/report"} {
			if got := w.send(somebody, inJSON, "GET", "/api/skein/v1/imports/"+id+path, nil); got.status != 404 {
				t.Errorf("%s reads an import of somebody else: %d", somebody.ID, got.status)
			}
		}
		if got := other.put(id, 0, 0, []byte("x")); got.status != 404 {
			t.Errorf("%s sends a piece of an import of somebody else: %d", somebody.ID, got.status)
		}
	}
	w.n.Settle()
	if got := in.state(id); got["state"] != "ready" {
		t.Fatalf("%v", got)
	}
	w.do(in.who, "DELETE", "/api/skein/v1/imports/"+id, nil)
	if list := w.do(in.who, "GET", "/api/skein/v1/imports", nil).([]any); len(list) != 0 {
		t.Errorf("a removed import is listed: %v", list)
	}
	for _, bad := range []m{
		{"source": "elsewhere", "files": []any{m{"name": "a", "size": 5}}}, {"source": "blocks"},
		{"source": "blocks", "files": []any{m{"name": "a", "size": 0}}}, {"source": "blocks", "files": []any{m{"name": "a", "size": 21 << 20}}},
		{"source": "blocks", "files": []any{m{"name": "a", "size": 5}, m{"name": "b", "size": 5}}},
	} {
		if got := w.send(in.who, inJSON, "POST", "/api/skein/v1/imports", bad); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %s", bad, got.status, got.body)
		}
	}
}

// TestT78_ListsAreBounded: more lines than are taken, cells that are too long, and formulas do no harm.
func TestT78_ListsAreBounded(t *testing.T) {
	w := newWorld(t)
	in := importer{w, w.person("carrier")}
	got := in.upload("blocks", []byte(strings.Repeat("somebody@far.example\n", 20_010)))
	if got["state"] != "failed" || !strings.Contains(fmt.Sprint(got["error"]), "more in the file") {
		t.Errorf("20,010 lines: %v", got)
	}
	got = in.upload("blocks", []byte("=cmd|' /C calc'!A0\n"+strings.Repeat("x", 5000)+"\n\"open\nbob\n@bob\n"))
	if At(got, "preview", "kinds", 0, "count") != 1.0 && At(got, "preview", "unread") == 0.0 {
		t.Errorf("odd lines: %v", got["preview"])
	}
}
