package mastodon

import (
	"net/url"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// results is what filters say of a status: the titles, each with what it matched.
func results(t *testing.T, status any) string {
	t.Helper()
	list, ok := status.(map[string]any)["filtered"].([]any)
	if !ok {
		t.Fatalf("no filtered in %v", status)
	}
	out := []string{}
	for _, e := range list {
		m := e.(map[string]any)
		words, _ := m["keyword_matches"].([]any)
		posts, _ := m["status_matches"].([]any)
		s := m["filter"].(map[string]any)["title"].(string)
		for _, w := range words {
			s += " " + w.(string)
		}
		if len(posts) > 0 {
			s += " #"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func (w *town) post(token, body string) map[string]any {
	w.t.Helper()
	return w.do(200, "POST", "/api/v1/statuses", token, body)
}

func TestFilterLife(t *testing.T) {
	w := newTown(t)
	ada := w.token(w.site, w.person(w.site, "ada"))
	f := w.do(200, "POST", "/api/v2/filters", ada, url.Values{
		"title": {" Endings "}, "context[]": {"home", "public", "home"}, "filter_action": {"hide"}, "expires_in": {"3600"},
		"keywords_attributes[][keyword]": {"spoiler"}, "keywords_attributes[][whole_word]": {"false"},
	})
	id := f["id"].(string)
	words := f["keywords"].([]any)
	if f["title"] != "Endings" || len(f["context"].([]any)) != 2 || f["filter_action"] != "hide" || f["expires_at"] == nil || len(words) != 1 ||
		words[0].(map[string]any)["whole_word"] != false || len(f["statuses"].([]any)) != 0 {
		t.Errorf("created: %v", f)
	}
	word := words[0].(map[string]any)["id"].(string)
	// What is not named stays; null is never; a keyword can be changed, removed and added at once.
	f = w.do(200, "PUT", "/api/v2/filters/"+id, ada, `{"expires_in":null,"keywords_attributes":[{"id":"`+word+`","keyword":"finale"},{"keyword":"end.*"}]}`)
	if f["title"] != "Endings" || f["expires_at"] != nil || len(f["keywords"].([]any)) != 2 {
		t.Errorf("edited: %v", f)
	}
	f = w.do(200, "PUT", "/api/v2/filters/"+id, ada, `{"keywords_attributes":[{"id":"`+word+`","_destroy":true}],"filter_action":"blur"}`)
	if len(f["keywords"].([]any)) != 1 || f["filter_action"] != "blur" {
		t.Errorf("one removed: %v", f)
	}
	k := w.do(200, "POST", "/api/v2/filters/"+id+"/keywords", ada, `{"keyword":"credits"}`)
	if k["whole_word"] != true {
		t.Errorf("keyword: %v", k)
	}
	k = w.do(200, "PATCH", "/api/v2/filters/keywords/"+k["id"].(string), ada, `{"whole_word":false}`)
	if got := w.do(200, "GET", "/api/v2/filters/keywords/"+k["id"].(string), ada, nil); got["keyword"] != "credits" || got["whole_word"] != false {
		t.Errorf("keyword: %v", got)
	}
	if list, _ := w.list("/api/v2/filters/"+id+"/keywords", ada); len(list) != 2 {
		t.Errorf("keywords: %v", list)
	}
	w.do(200, "DELETE", "/api/v2/filters/keywords/"+k["id"].(string), ada, nil)
	w.do(404, "GET", "/api/v2/filters/keywords/"+k["id"].(string), ada, nil)

	p := w.post(ada, `{"status":"one"}`)["id"].(string)
	s := w.do(200, "POST", "/api/v2/filters/"+id+"/statuses", ada, `{"status_id":"`+p+`"}`)
	w.do(422, "POST", "/api/v2/filters/"+id+"/statuses", ada, `{"status_id":"`+p+`"}`)
	w.do(404, "POST", "/api/v2/filters/"+id+"/statuses", ada, `{"status_id":"99"}`)
	if got := w.do(200, "GET", "/api/v2/filters/statuses/"+s["id"].(string), ada, nil); got["status_id"] != p {
		t.Errorf("filtered status: %v", got)
	}
	if got := results(t, w.do(200, "GET", "/api/v1/statuses/"+p, ada, nil)); got != "Endings #" {
		t.Errorf("a status as such: %q", got)
	}
	// The list of a deleted post's filter loses it.
	w.do(200, "DELETE", "/api/v1/statuses/"+p, ada, nil)
	if list, _ := w.list("/api/v2/filters/"+id+"/statuses", ada); len(list) != 0 {
		t.Errorf("statuses: %v", list)
	}
	for what, body := range map[string]string{
		"no title": `{"context":["home"]}`, "blank title": `{"title":" ","context":["home"]}`, "no context": `{"title":"x"}`,
		"no such context": `{"title":"x","context":["home","moon"]}`, "no such action": `{"title":"x","context":["home"],"filter_action":"burn"}`,
		"long title":    `{"title":"` + strings.Repeat("x", 257) + `","context":["home"]}`,
		"long keyword":  `{"title":"x","context":["home"],"keywords_attributes":[{"keyword":"` + strings.Repeat("x", 513) + `"}]}`,
		"blank keyword": `{"title":"x","context":["home"],"keywords_attributes":[{"keyword":"\u200b"}]}`,
		"bad expiry":    `{"title":"x","context":["home"],"expires_in":"soon"}`,
		"past expiry":   `{"title":"x","context":["home"],"expires_in":-1}`,
	} {
		if r := w.ask(w.site, "POST", "/api/v2/filters", ada, body); r.status != 422 {
			t.Errorf("%s: got %d %s", what, r.status, r.body)
		}
	}
	w.do(200, "DELETE", "/api/v2/filters/"+id, ada, nil)
	w.do(404, "GET", "/api/v2/filters/"+id, ada, nil)
	if list, _ := w.list("/api/v2/filters", ada); len(list) != 0 {
		t.Errorf("after all: %v", list)
	}
}

// Nobody sees, changes or is helped by another's filters, on the same site or another.
func TestFiltersAreTheirOwners(t *testing.T) {
	w := newTown(t)
	ada, bo := w.token(w.site, w.person(w.site, "ada")), w.token(w.site, w.person(w.site, "bo"))
	far := w.token(w.other, w.person(w.other, "far"))
	f := w.do(200, "POST", "/api/v2/filters", ada, `{"title":"x","context":["home"],"keywords_attributes":[{"keyword":"word"}]}`)
	id, word := f["id"].(string), f["keywords"].([]any)[0].(map[string]any)["id"].(string)
	p := w.post(ada, `{"status":"a word"}`)["id"].(string)
	s := w.do(200, "POST", "/api/v2/filters/"+id+"/statuses", ada, `{"status_id":"`+p+`"}`)["id"].(string)
	secret := w.post(bo, `{"status":"mine","visibility":"direct"}`)["id"].(string)
	w.do(404, "POST", "/api/v2/filters/"+id+"/statuses", ada, `{"status_id":"`+secret+`"}`)
	for _, who := range []struct {
		site  *skein.Site
		token string
	}{{w.site, bo}, {w.other, far}} {
		for _, c := range []struct{ method, path, body string }{
			{"GET", "/api/v2/filters/" + id, ""}, {"PUT", "/api/v2/filters/" + id, `{"title":"y"}`}, {"DELETE", "/api/v2/filters/" + id, ""},
			{"GET", "/api/v2/filters/" + id + "/keywords", ""}, {"POST", "/api/v2/filters/" + id + "/keywords", `{"keyword":"y"}`},
			{"GET", "/api/v2/filters/keywords/" + word, ""}, {"PUT", "/api/v2/filters/keywords/" + word, `{"keyword":"y"}`},
			{"DELETE", "/api/v2/filters/keywords/" + word, ""}, {"GET", "/api/v2/filters/" + id + "/statuses", ""},
			{"POST", "/api/v2/filters/" + id + "/statuses", `{"status_id":"` + p + `"}`}, {"GET", "/api/v2/filters/statuses/" + s, ""},
			{"DELETE", "/api/v2/filters/statuses/" + s, ""}, {"GET", "/api/v1/filters/" + word, ""},
			{"PUT", "/api/v1/filters/" + word, `{"phrase":"y"}`}, {"DELETE", "/api/v1/filters/" + word, ""},
		} {
			if r := w.ask(who.site, c.method, c.path, who.token, c.body); r.status != 404 {
				t.Errorf("%s %s by another: got %d %s", c.method, c.path, r.status, r.body)
			}
		}
	}
	// A keyword of another filter cannot be taken over by naming its ID.
	other := w.do(200, "POST", "/api/v2/filters", bo, `{"title":"mine","context":["home"]}`)["id"].(string)
	w.do(404, "PUT", "/api/v2/filters/"+other, bo, `{"keywords_attributes":[{"id":"`+word+`","keyword":"taken"}]}`)
	if got := results(t, w.do(200, "GET", "/api/v1/statuses/"+p, bo, nil)); got != "" {
		t.Errorf("bo's view: %q", got)
	}
	if got := results(t, w.do(200, "GET", "/api/v1/statuses/"+p, ada, nil)); got != "x word #" {
		t.Errorf("ada's view: %q", got)
	}
	if r := w.get("/api/v1/statuses/"+p, ""); r.object(t)["filtered"] != nil {
		t.Errorf("a visitor's view: %s", r.body)
	}
}

// The old shape is another view of the same rows.
func TestFilterV1(t *testing.T) {
	w := newTown(t)
	ada := w.token(w.site, w.person(w.site, "ada"))
	v1 := w.do(200, "POST", "/api/v1/filters", ada, `{"phrase":"spoiler","context":["home","thread"],"irreversible":true,"whole_word":false,"expires_in":60}`)
	if v1["phrase"] != "spoiler" || v1["irreversible"] != true || v1["whole_word"] != false || v1["expires_at"] == nil {
		t.Errorf("created: %v", v1)
	}
	list, _ := w.list("/api/v2/filters", ada)
	if len(list) != 1 || list[0]["title"] != "spoiler" || list[0]["filter_action"] != "hide" {
		t.Fatalf("as v2: %v", list)
	}
	id, word := list[0]["id"].(string), v1["id"].(string)
	v1 = w.do(200, "PUT", "/api/v1/filters/"+word, ada, `{"phrase":"ending","irreversible":false,"context":["public"],"expires_in":""}`)
	if v1["phrase"] != "ending" || v1["irreversible"] != false || v1["expires_at"] != nil || v1["whole_word"] != false {
		t.Errorf("edited: %v", v1)
	}
	if f := w.do(200, "GET", "/api/v2/filters/"+id, ada, nil); f["title"] != "ending" || f["filter_action"] != "warn" {
		t.Errorf("as v2: %v", f)
	}
	w.do(200, "POST", "/api/v2/filters/"+id+"/keywords", ada, `{"keyword":"second"}`)
	if list, _ := w.list("/api/v1/filters", ada); len(list) != 2 {
		t.Errorf("as v1: %v", list)
	}
	w.do(422, "PUT", "/api/v1/filters/"+word, ada, `{"phrase":"ending","context":["home"]}`)
	w.do(422, "PUT", "/api/v1/filters/"+word, ada, `{"irreversible":true}`)
	if v1 = w.do(200, "PUT", "/api/v1/filters/"+word, ada, `{"phrase":"finale","whole_word":true,"context":["public"],"irreversible":false}`); v1["phrase"] != "finale" {
		t.Errorf("the keyword alone: %v", v1)
	}
	if f := w.do(200, "GET", "/api/v2/filters/"+id, ada, nil); f["title"] != "ending" {
		t.Errorf("the name of a filter of several: %v", f)
	}
	w.do(200, "DELETE", "/api/v1/filters/"+word, ada, nil)
	w.do(200, "GET", "/api/v2/filters/"+id, ada, nil)
	list, _ = w.list("/api/v1/filters", ada)
	w.do(200, "DELETE", "/api/v1/filters/"+list[0]["id"].(string), ada, nil)
	w.do(404, "GET", "/api/v2/filters/"+id, ada, nil) // it held nothing any more
	w.do(422, "POST", "/api/v1/filters", ada, `{"context":["home"]}`)
	if r := w.get("/api/v1/filters", ada); r.header.Get("Deprecation") != "@1668384000" {
		t.Errorf("Deprecation: %q", r.header.Get("Deprecation"))
	}
}

// Filters see warnings, texts, poll options and descriptions, of boosts what is boosted, of quotes what is quoted; in
// every list, and by the answer of a write as by that of a read. They end when they end.
func TestT180_FiltersEverywhere(t *testing.T) {
	w := newTown(t)
	reader, author := w.person(w.site, "ada"), w.person(w.site, "bo")
	ada, bo := w.token(w.site, reader), w.token(w.site, author)
	w.do(200, "POST", "/api/v1/accounts/"+author.String()+"/follow", ada, nil)
	w.do(200, "POST", "/api/v2/filters", ada, `{"title":"F","context":["home"],"keywords_attributes":[
		{"keyword":"gruen"},{"keyword":"a.*b","whole_word":false},{"keyword":"(a+)+$"},{"keyword":"#tag"}]}`)
	w.do(200, "POST", "/api/v2/filters", ada, `{"title":"Short","context":["home"],"expires_in":0,"keywords_attributes":[{"keyword":"gruen"}]}`)
	look := func(id string) string {
		t.Helper()
		return results(t, w.do(200, "GET", "/api/v1/statuses/"+id, ada, nil))
	}
	for body, want := range map[string]string{
		`{"status":"Alles GRUEN hier"}`: "F gruen", `{"status":"gruenlich"}`: "", `{"status":"x","spoiler_text":"gruen!"}`: "F gruen",
		`{"status":"x","poll":{"options":["rot","gruen"],"expires_in":3600}}`: "F gruen", `{"status":"a.*b"}`: "F a.*b",
		`{"status":"acb aaaa"}`: "", `{"status":"see #tag"}`: "F #tag", `{"status":"gruen a.*b"}`: "F gruen a.*b",
	} {
		if got := look(w.post(bo, body)["id"].(string)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	original := w.post(bo, `{"status":"so gruen"}`)["id"].(string)
	boost := w.do(200, "POST", "/api/v1/statuses/"+original+"/reblog", bo, nil)["id"].(string)
	got := w.do(200, "GET", "/api/v1/statuses/"+boost, ada, nil)
	if results(t, got) != "F gruen" || results(t, got["reblog"]) != "F gruen" {
		t.Errorf("a boost: %q, within %q", results(t, got), results(t, got["reblog"]))
	}
	quoting := w.post(bo, `{"status":"look","quoted_status_id":"`+original+`"}`)["id"].(string)
	got = w.do(200, "GET", "/api/v1/statuses/"+quoting, ada, nil)
	if results(t, got) != "" || results(t, got["quote"].(map[string]any)["quoted_status"]) != "F gruen" {
		t.Errorf("a quote: %v", got)
	}
	// A description of a picture.
	pictured := w.post(bo, `{"status":"see"}`)["id"].(string)
	id, _ := skein.ParseID(pictured)
	w.must(w.db.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		p, err := tx.Post(id)
		if err != nil {
			return err
		}
		old := *p
		p.Attachments = []skein.Attachment{{Type: "image/png", URL: "https://elm.example/p.png", Description: "all gruen"}}
		return tx.UpdatePost(p, &old, false)
	}))
	if got := look(pictured); got != "F gruen" {
		t.Errorf("a description: %q", got)
	}
	sub := w.hub.Subscribe(social.TopicUser(reader))
	defer sub.Close()
	answer := w.post(bo, `{"status":"@ada gruen","in_reply_to_id":"`+original+`"}`)["id"].(string)
	for _, path := range []string{
		"/api/v1/timelines/public", "/api/v1/timelines/tag/tag", "/api/v1/accounts/" + author.String() + "/statuses",
		"/api/v1/statuses?id[]=" + original,
	} {
		list, _ := w.list(path, ada)
		n := 0
		for _, s := range list {
			if results(t, s) != "" {
				n++
			}
		}
		if n == 0 {
			t.Errorf("%s: none of %d is marked", path, len(list))
		}
	}
	for e := range sub.C() {
		if e.Kind == string(social.LiveNotification) {
			break
		}
	}
	list, _ := w.list("/api/v1/notifications", ada)
	if got := results(t, list[0]["status"]); got != "F gruen" {
		t.Errorf("a notification: %q", got)
	}
	if list := w.do(200, "GET", "/api/v2/notifications", ada, nil)["statuses"].([]any); results(t, list[0]) != "F gruen" {
		t.Errorf("grouped: %v", list)
	}
	thread := w.do(200, "GET", "/api/v1/statuses/"+original+"/context", ada, nil)["descendants"].([]any)
	if len(thread) != 1 || results(t, thread[0]) != "F gruen" {
		t.Errorf("thread with %s: %v", answer, thread)
	}
	if got := results(t, w.do(200, "POST", "/api/v1/statuses/"+original+"/favourite", ada, nil)); got != "F gruen" {
		t.Errorf("after a like: %q", got)
	}
	if list, _ := w.list("/api/v1/favourites", ada); results(t, list[0]) != "F gruen" {
		t.Errorf("favourites: %v", list)
	}
	if got := results(t, w.post(ada, `{"status":"my gruen"}`)); got != "F gruen" {
		t.Errorf("the own new post: %q", got)
	}
	// A change is seen at once, and an edit of the post is, too.
	w.do(200, "PUT", "/api/v1/statuses/"+original, bo, `{"status":"so blue"}`)
	if got := look(original); got != "" {
		t.Errorf("after an edit: %q", got)
	}
	w.do(200, "POST", "/api/v1/filters", ada, `{"phrase":"blue","context":["home"]}`)
	if got := look(original); got != "blue blue" {
		t.Errorf("after another filter: %q", got)
	}
}

// Devices of the person hear that the filters changed; public streams mark posts for who listens.
func TestFiltersInStreams(t *testing.T) {
	w, server := serve(t)
	ada, bo := w.token(w.site, w.person(w.site, "ada")), w.token(w.site, w.person(w.site, "bo"))
	user, socket := listen(t, server, ada, "user"), mustDial(t, server, ada, "?stream=user")
	public := listen(t, server, ada, "public")
	w.do(200, "POST", "/api/v2/filters", ada, `{"title":"F","context":["public"],"keywords_attributes":[{"keyword":"gruen"}]}`)
	if h := user.next(); h.Event != "filters_changed" || h.Payload != "undefined" {
		t.Errorf("heard %+v", h)
	}
	if h := socket.next(); h.Event != "filters_changed" || h.Payload != "" || h.Error != "" {
		t.Errorf("heard %+v", h)
	}
	w.post(bo, `{"status":"so gruen"}`)
	if s := public.want("update", "gruen").object(t); results(t, s) != "F gruen" || s["favourited"] != nil {
		t.Errorf("heard %v", s)
	}
}

// However many filters a person has, there is an end to it.
func TestT82_FiltersAreFew(t *testing.T) {
	w := newTown(t)
	ada := w.token(w.site, w.person(w.site, "ada"))
	body := `{"title":"F","context":["public"],"keywords_attributes":[` + strings.Repeat(`{"keyword":"x"},`, 400) + `{"keyword":"x"}]}`
	made := 0
	for range skein.MaxFilterKeywords/401 + 1 {
		if w.ask(w.site, "POST", "/api/v2/filters", ada, body).status == 200 {
			made++
		}
	}
	if made != skein.MaxFilterKeywords/401 {
		t.Errorf("%d filters of 401 keywords were made", made)
	}
	list, _ := w.list("/api/v2/filters", ada)
	if len(list) != made {
		t.Errorf("%d filters are there, of %d: one was made in part", len(list), made)
	}
}
