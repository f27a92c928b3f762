package fedtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
)

// archiveOf makes a ZIP of names and contents.
func archiveOf(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dot is a small picture of one colour.
func dot(t *testing.T, shade uint8) string {
	t.Helper()
	p := image.NewGray(image.Rect(0, 0, 4, 4))
	for i := range p.Pix {
		p.Pix[i] = shade
	}
	p.SetGray(0, 0, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// said is the texts of somebody's posts, as one reads them, without marks.
func (w importer) said(reader *Person, of string) []string {
	w.t.Helper()
	var list []string
	for _, s := range w.do(reader, "GET", "/api/v1/accounts/"+of+"/statuses?limit=40", nil).([]any) {
		text := strings.NewReplacer("<p>", "", "</p>", "").Replace(At(s, "content").(string))
		list = append(list, At(s, "created_at").(string)[:10]+" "+text)
	}
	return list
}

func activity(id, text, at, more string) string {
	return `{"type":"Create","actor":"https://old.example/users/jane","object":{"id":"https://old.example/users/jane/statuses/` + id + `","type":"Note","content":"<p>` + text +
		`</p><script>x</script>","published":"` + at + `"` + more + `}}`
}

const (
	toAll  = `,"to":["https://www.w3.org/ns/activitystreams#Public"],"cc":["https://old.example/users/jane/followers"]`
	toFans = `,"to":["https://old.example/users/jane/followers"],"cc":[]`
)

// TestAnArchiveIsBrought: posts stand on the profile at their old dates, with their files as they were and in their order;
// nobody is told, each comes once, and all of it can be taken back.
func TestAnArchiveIsBrought(t *testing.T) {
	w := newWorld(t)
	in := importer{w, w.person("jane")}
	fan := w.person("fan")
	for _, p := range []*Person{fan, w.osk} {
		name := "jane@" + in.who.Site.Domain
		id := At(w.do(p, "GET", "/api/v2/search", m{"q": name, "resolve": true, "type": "accounts"}), "accounts", 0, "id").(string)
		w.do(p, "POST", "/api/v1/accounts/"+id+"/follow", nil)
	}
	w.n.Settle()
	in.who.Post("of today", "public")
	w.n.Settle()
	home := func(p *Person) string {
		var list []string
		for _, s := range w.do(p, "GET", "/api/v1/timelines/home?limit=40", nil).([]any) {
			list = append(list, At(s, "content").(string))
		}
		return strings.Join(list, " ")
	}
	homes := [2]string{home(fan), home(w.osk)}
	notes := fmt.Sprint(w.do(fan, "GET", "/api/v1/notifications", nil))
	profile := func() any { return w.do(in.who, "GET", "/api/v1/accounts/"+in.who.ID, nil) }
	count := At(profile(), "statuses_count")

	one, two := dot(t, 10), dot(t, 200)
	file := archiveOf(t, "actor.json", `{"id":"https://old.example/users/jane","preferredUsername":"jane"}`,
		"outbox.json", `{"orderedItems":[`+strings.Join([]string{
			activity("2", "the second", "2019-03-02T10:00:00Z", toFans+`,"inReplyTo":"https://old.example/users/jane/statuses/1"`),
			activity("1", "the first", "2019-03-01T10:00:00Z", toAll+`,"attachment":[{"url":"/media_attachments/a.png","name":"one"},{"url":"/media_attachments/b.png","name":"two"},{"url":"/media_attachments/gone.png"}]`),
			activity("3", "to somebody", "2019-03-03T10:00:00Z", toAll+`,"inReplyTo":"https://far.example/9"`),
			activity("4", "for one", "2019-03-04T10:00:00Z", `,"to":["https://far.example/users/bob"],"cc":[]`),
			activity("5", "of tomorrow", "2199-03-04T10:00:00Z", toAll),
			activity("6", "only a file", "2020-03-04T10:00:00Z", strings.Replace(toAll, "only", "", 1)+`,"attachment":[{"url":"/media_attachments/a.png"}]`),
		}, ",")+`]}`, "media_attachments/a.png", one, "media_attachments/b.png", two, "private/keys.json", "never opened")

	got := in.upload("mastodon", file)
	p := got["preview"]
	kinds := map[any]any{}
	for _, k := range At(p, "kinds").([]any) {
		kinds[At(k, "kind")] = At(k, "count")
	}
	if fmt.Sprint(kinds) != "map[post:3 reply:1]" || At(p, "username") != "jane" || At(p, "left_out", "direct") != 1.0 || At(p, "unread") != 2.0 || At(p, "ignored") != 1.0 ||
		At(p, "kinds", 0, "from") != "2019-03-01T10:00:00.000Z" {
		t.Fatalf("preview: %v", got)
	}
	if n := At(profile(), "statuses_count"); n != count {
		t.Fatalf("the preview makes posts: %v", n)
	}
	got = in.run(got, m{"kinds": []any{"post"}, "visibility": "original"})
	if got["state"] != "done" || got["total"] != 3.0 || got["added"] != 3.0 || got["failed"] != 0.0 || got["undo_until"] == nil {
		t.Fatalf("run: %v", got)
	}

	list := in.said(in.who, in.who.ID)
	if want := []string{"2020-03-04 only a file", "2019-03-02 the second", "2019-03-01 the first"}; len(list) != 4 || strings.Join(list[1:], ";") != strings.Join(want, ";") {
		t.Fatalf("profile: %q", list)
	}
	if list := in.said(w.bob, in.who.ID); len(list) != 3 { // a stranger does not see what is for followers
		t.Errorf("a stranger reads %q", list)
	}
	posts := w.do(in.who, "GET", "/api/v1/accounts/"+in.who.ID+"/statuses", nil).([]any)
	first := posts[3]
	if At(first, "media_attachments", 0, "description") != "one" || At(first, "media_attachments", 1, "description") != "two" || len(At(first, "media_attachments").([]any)) != 2 {
		t.Errorf("files: %v", At(first, "media_attachments"))
	}
	if At(posts[2], "in_reply_to_id") != At(first, "id") || At(first, "replies_count") != 0.0 || At(posts[2], "visibility") != "private" || At(first, "visibility") != "public" {
		t.Errorf("thread: %v under %v", posts[2], first)
	}
	u := At(first, "media_attachments", 0, "url").(string)
	r, _ := http.NewRequest("GET", u, nil)
	kept := w.n.Raw(r).Body.Bytes()
	a, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := png.Decode(strings.NewReader(one))
	if a.Bounds() != b.Bounds() || a.At(0, 0) != b.At(0, 0) || a.At(3, 3) != b.At(3, 3) {
		t.Error("the picture is another")
	}

	// Nobody is told.
	if now := [2]string{home(fan), home(w.osk)}; now != homes {
		t.Errorf("home timelines: %q, before %q", now, homes)
	}
	if now := fmt.Sprint(w.do(fan, "GET", "/api/v1/notifications", nil)); now != notes {
		t.Errorf("notifications: %s", now)
	}
	report := w.do(in.who, "GET", "/api/skein/v1/imports/"+got["id"].(string)+"/report", nil).([]any)
	if len(report) != 1 || !strings.Contains(fmt.Sprint(At(report[0], "error")), "not in the archive") {
		t.Errorf("report: %v", report)
	}

	// A second time nothing is new; what was not chosen the first time still is.
	again := in.upload("mastodon", file)
	if At(again, "preview", "kinds", 0, "new").(float64)+At(again, "preview", "kinds", 1, "new").(float64) != 1 {
		t.Errorf("the second preview: %v", again["preview"])
	}
	again = in.run(again, m{"kinds": []any{"post", "reply"}, "visibility": "public"})
	if again["added"] != 1.0 || len(in.said(in.who, in.who.ID)) != 5 {
		t.Errorf("the second time: %v, %q", again, in.said(in.who, in.who.ID))
	}

	// And back.
	for _, id := range []any{again["id"], got["id"]} {
		w.do(in.who, "POST", "/api/skein/v1/imports/"+id.(string)+"/undo", nil)
		w.n.Settle()
		if now := in.state(id.(string)); now["state"] != "undone" {
			t.Errorf("undo: %v", now)
		}
	}
	if list := in.said(in.who, in.who.ID); len(list) != 1 || At(profile(), "statuses_count") != count {
		t.Errorf("after the undoing: %q, %v posts", list, At(profile(), "statuses_count"))
	}
	if got := w.n.Raw(r); got.Code == 200 {
		t.Error("a file of a post that was taken back is still there")
	}
	third := in.run(in.upload("mastodon", file), m{"kinds": []any{"post"}})
	if third["added"] != 3.0 {
		t.Errorf("after the undoing: %v", third)
	}
}

// TestEveryArchiveIsBrought: each source comes to the profile in order, and goes again.
func TestEveryArchiveIsBrought(t *testing.T) {
	w := newWorld(t)
	for source, c := range map[string]struct {
		files [][]byte
		kinds []any
		want  string
	}{
		"instagram": {[][]byte{
			archiveOf(t, "your_instagram_activity/media/posts_1.json", `[{"media":[{"uri":"media/posts/2.png","creation_timestamp":1718409700,"title":"later"}]},
				{"media":[{"uri":"media/posts/1.png","creation_timestamp":1718409600,"title":""},{"uri":"media/posts/3.png","creation_timestamp":1718409600,"title":""}],"title":"Caf\u00c3\u00a9","creation_timestamp":1718409600}]`,
				"media/posts/1.png", dot(t, 1)),
			archiveOf(t, "media/posts/2.png", dot(t, 2), "media/posts/3.png", dot(t, 3)),
		}, []any{"post"}, "2024-06-15 later;2024-06-15 Café"},
		"threads": {[][]byte{archiveOf(t, "your_instagram_activity/threads/threads_and_replies.json",
			`{"text_post_app_text_posts":[{"media":[{"uri":"","creation_timestamp":1718409600,"title":"only text"}]}]}`)}, []any{"post"}, "2024-06-15 only text"},
		"twitter": {[][]byte{archiveOf(t, "data/account.js", `window.YTD.account.part0 = [{"account":{"accountId":"7","username":"jane"}}]`,
			"data/tweets.js", `window.YTD.tweets.part0 = [{"tweet":{"id_str":"21","created_at":"Wed Oct 10 20:20:24 +0000 2018","full_text":"second","in_reply_to_status_id_str":"20","in_reply_to_user_id_str":"7"}},
				{"tweet":{"id_str":"20","created_at":"Wed Oct 10 20:19:24 +0000 2018","full_text":"first &amp; best"}}]`)}, []any{"post"}, "2018-10-10 second;2018-10-10 first &amp; best"},
	} {
		in := importer{w, w.person("of" + source)}
		got := in.run(in.upload(source, c.files...), m{"kinds": c.kinds, "visibility": "public"})
		if list := strings.Join(in.said(w.bob, in.who.ID), ";"); got["state"] != "done" || list != c.want {
			t.Errorf("%s: %v\n%q\nwant %q", source, got, list, c.want)
		}
		if source == "instagram" {
			album := At(w.do(w.bob, "GET", "/api/v1/accounts/"+in.who.ID+"/statuses", nil), 1, "media_attachments").([]any)
			if len(album) != 2 {
				t.Errorf("the album has %d files", len(album))
			}
		}
		w.do(in.who, "POST", "/api/skein/v1/imports/"+got["id"].(string)+"/undo", nil)
		w.n.Settle()
		if list := in.said(w.bob, in.who.ID); len(list) != 0 {
			t.Errorf("%s after the undoing: %q", source, list)
		}
	}
}

// TestT78_AHostileArchiveLeavesNothing: it is refused whole, and says so.
func TestT78_AHostileArchiveLeavesNothing(t *testing.T) {
	w := newWorld(t)
	in := importer{w, w.person("carrier")}
	got := in.upload("mastodon", archiveOf(t, "outbox.json", `{"orderedItems":[`+activity("1", "x", "2019-03-01T10:00:00Z", toAll)+`]}`, "../../evil", "x"))
	if got["state"] != "failed" || !strings.Contains(fmt.Sprint(got["error"]), "refused") || got["preview"] != nil && len(At(got, "preview", "kinds").([]any)) != 0 {
		t.Errorf("%v", got)
	}
	if got := w.send(in.who, inJSON, "POST", "/api/skein/v1/imports/"+got["id"].(string)+"/run", m{"kinds": []any{"post"}}); got.status != http.StatusConflict {
		t.Errorf("it is run all the same: %d", got.status)
	}
	if keys, err := w.n.Server.Social.Parts.List(t.Context(), "i", "", 10); err != nil || len(keys) != 0 {
		t.Errorf("its pieces are still there: %v %v", keys, err)
	}
}
