package mastodon

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// mastodon-api.md 8: clients compare ids by their length and then by their letters, and parse them as 63-bit numbers: what came
// later is greater. A post of another server stands at the moment when it was published.
func TestSection8_IDs(t *testing.T) {
	w, vars := square(t)
	ann, bob := vars["token ann"], vars["token bob"]
	began := time.Now().Add(-time.Second)
	var posts, files []string
	for i := range 4 {
		p := w.post(ann, fmt.Sprintf(`{"status":"post %d"}`, i))["id"].(string)
		posts = append(posts, p)
		w.do(200, "POST", "/api/v1/statuses/"+p+"/favourite", bob, nil)
		w.post(bob, fmt.Sprintf(`{"status":"@ann psst %d","visibility":"direct"}`, i))
		w.calm()
		r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 80+i, 80)}, nil)
		files = append(files, r.object(t)["id"].(string))
	}
	oldestFirst := func(path string) []string {
		list, _ := w.list(path, ann)
		ids := idsOf(list)
		slices.Reverse(ids)
		return ids
	}
	for kind, ids := range map[string][]string{"statuses": posts, "media": files,
		"notifications": oldestFirst("/api/v1/notifications?types[]=favourite"), "conversations": oldestFirst("/api/v1/conversations")} {
		if len(ids) != 4 {
			t.Errorf("%s: %v, want 4", kind, ids)
		}
		for i, s := range ids {
			id, ok := skein.ParseID(s)
			if !ok || id.String() != s || id.Time().Before(began) || id.Time().After(time.Now().Add(time.Second)) {
				t.Errorf("%s: %q is no moment of this test", kind, s)
			}
			if i > 0 && (len(s) < len(ids[i-1]) || len(s) == len(ids[i-1]) && s <= ids[i-1]) {
				t.Errorf("%s: %s comes after %s", kind, s, ids[i-1])
			}
		}
	}
	far := w.from("far.example", "zoe")
	for name, c := range map[string]struct{ published, want time.Time }{
		"of long ago":   {time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC), time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC)},
		"of the future": {time.Now().Add(1000 * time.Hour), time.Now()},
	} {
		p, err := w.api.Social.ReceivePost(t.Context(), w.site.ID, far, social.Incoming{URI: "https://far.example/" + url.PathEscape(name), HTML: "<p>x</p>",
			CreatedAt: c.published, Relevant: true})
		w.must(err)
		got := w.do(200, "GET", "/api/v1/statuses/"+p.ID.String(), "", nil)
		id, _ := skein.ParseID(got["id"].(string))
		at, err := time.Parse(time.RFC3339, got["created_at"].(string))
		if gap := id.Time().Sub(c.want).Abs(); err != nil || gap > time.Minute || at.Sub(c.want).Abs() > time.Minute {
			t.Errorf("%s: id of %s, created_at %v, want %s", name, id.Time(), got["created_at"], c.want)
		}
		if older := got["id"].(string) < posts[0]; older != (name == "of long ago") {
			t.Errorf("%s: %v against %s", name, got["id"], posts[0])
		}
	}
}

// mastodon-api.md 8: every time has three fraction digits and a Z, days are days, and what counts by days and weeks is text.
func TestSection8_Times(t *testing.T) {
	w, vars := square(t)
	ann, bob := vars["token ann"], vars["token bob"]
	id := w.post(ann, `{"status":"one #tree","poll":{"options":["a","b"],"expires_in":"86400"}}`)["id"].(string)
	w.do(200, "PUT", "/api/v1/statuses/"+id, ann, `{"status":"two #tree"}`)
	w.do(200, "POST", "/api/v1/statuses/"+id+"/favourite", bob, nil)
	w.do(200, "POST", "/api/v1/accounts/"+vars["eve"]+"/mute", ann, `{"duration":"3600"}`)
	w.do(200, "POST", "/api/v2/filters", ann, `{"title":"x","context":["home"],"expires_in":"3600"}`)
	w.do(200, "POST", "/api/v1/markers", ann, `{"home":{"last_read_id":"`+id+`"}}`)
	w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"later","scheduled_at":"`+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`"}`)
	w.calm()
	field := regexp.MustCompile(`"(\w+_at)":("[^"]*"|[^n",}]+)`)
	stampForm, dayForm := regexp.MustCompile(`^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$`), regexp.MustCompile(`^"\d{4}-\d\d-\d\d"$`)
	for path, named := range map[string]string{
		"/api/v1/statuses/" + id:                             "created_at edited_at",
		"/api/v1/statuses/" + id + "/history":                "created_at",
		"/api/v1/accounts/" + vars["ann"]:                    "created_at last_status_at",
		"/api/v1/accounts/relationships?id[]=" + vars["eve"]: "muting_expires_at",
		"/api/v1/mutes":                                      "mute_expires_at",
		"/api/v1/notifications":                              "created_at",
		"/api/v2/notifications":                              "latest_page_notification_at",
		"/api/v2/filters":                                    "expires_at",
		"/api/v1/markers?timeline[]=home":                    "updated_at",
		"/api/v1/scheduled_statuses":                         "scheduled_at",
	} {
		got := w.get(path, ann)
		seen := map[string]bool{}
		for _, m := range field.FindAllStringSubmatch(string(got.body), -1) {
			seen[m[1]] = true
			if form := stampForm; m[1] == "last_status_at" && !dayForm.MatchString(m[2]) || m[1] != "last_status_at" && !form.MatchString(m[2]) {
				t.Errorf("%s: %s is %s", path, m[1], m[2])
			}
		}
		for _, name := range strings.Fields(named) {
			if !seen[name] {
				t.Errorf("%s: no %s in %.600s", path, name, got.body)
			}
		}
	}
	for path, want := range map[string]string{
		"/api/v1/instance/activity": `^\[(\{"week":"\d{10}","statuses":"\d+","logins":"\d+","registrations":"\d+"\},?)+\]$`,
		"/api/v1/tags/tree":         `"history":\[(\{"day":"\d{10}","accounts":"\d+","uses":"\d+"\},?){7}\]`,
	} {
		if got := w.get(path, ""); !regexp.MustCompile(want).Match(got.body) {
			t.Errorf("%s: %s, want %s", path, got.body, want)
		}
	}
}

// mastodon-api.md 8: how clients write booleans, lists, lists of things, and numbers.
func TestSection8_Values(t *testing.T) {
	w, vars := square(t)
	bob, eve := vars["token bob"], vars["token eve"]
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials", eve, `{"source":{"sensitive":true}}`)
	for value, want := range map[string]bool{"false": false, "0": false, "f": false, "F": false, "FALSE": false, "off": false, "OFF": false,
		"true": true, "1": true, "t": true, "on": true, "yes": true, "2": true} {
		token := eve // who means true by saying nothing
		if want {
			token = bob
		}
		if got := w.do(200, "POST", "/api/v1/statuses", token, url.Values{"status": {"x"}, "sensitive": {value}}); got["sensitive"] != want {
			t.Errorf("sensitive=%s: %v", value, got["sensitive"])
		}
	}
	for name, body := range map[string]any{"empty is not given": url.Values{"status": {"x"}, "sensitive": {""}}, "null": `{"status":"x","sensitive":null}`, "nothing": `{"status":"x"}`} {
		if got := w.do(200, "POST", "/api/v1/statuses", eve, body); got["sensitive"] != true {
			t.Errorf("%s: %v", name, got["sensitive"])
		}
	}
	if got := w.do(200, "POST", "/api/v1/statuses", eve, `{"status":"x","sensitive":false}`); got["sensitive"] != false {
		t.Errorf("JSON: %v", got["sensitive"])
	}

	one, two := w.post(bob, `{"status":"1"}`)["id"].(string), w.post(bob, `{"status":"2"}`)["id"].(string)
	for _, query := range []string{"id[]=" + one + "&id[]=" + two, "id%5B%5D=" + one + "&id%5B%5D=" + two, "id[0]=" + one + "&id[1]=" + two, "id[1]=" + two + "&id[0]=" + one} {
		if list, _ := w.list("/api/v1/statuses?"+query, bob); !slices.Equal(idsOf(list), []string{one, two}) {
			t.Errorf("%s: %v", query, idsOf(list))
		}
	}
	const filters = "/api/v2/filters?title=x&context[]=home"
	for name, c := range map[string]struct {
		path string
		body any
	}{
		"a repeated key begins the next": {filters + "&keywords_attributes[][keyword]=a&keywords_attributes[][whole_word]=false&keywords_attributes[][keyword]=b&keywords_attributes[][whole_word]=1", nil},
		"indexed":                        {filters + "&keywords_attributes[0][keyword]=a&keywords_attributes[0][whole_word]=off&keywords_attributes[1][keyword]=b&keywords_attributes[1][whole_word]=on", nil},
		"indexed, in a form": {"/api/v2/filters", url.Values{"title": {"x"}, "context[0]": {"home"}, "keywords_attributes[0][keyword]": {"a"}, "keywords_attributes[0][whole_word]": {"f"},
			"keywords_attributes[1][keyword]": {"b"}, "keywords_attributes[1][whole_word]": {"t"}}},
		"JSON":                  {"/api/v2/filters", `{"title":"x","context":["home"],"keywords_attributes":[{"keyword":"a","whole_word":false},{"keyword":"b","whole_word":true}]}`},
		"JSON, keyed by number": {"/api/v2/filters", `{"title":"x","context":{"0":"home"},"keywords_attributes":{"1":{"keyword":"b","whole_word":"true"},"0":{"keyword":"a","whole_word":"false"}}}`},
	} {
		got := w.ask(w.site, "POST", c.path, bob, c.body)
		if s := string(got.body); got.status != 200 || !strings.Contains(s, `"context":["home"]`) || strings.Count(s, `"keyword":`) != 2 ||
			!strings.Contains(s, `"keyword":"a","whole_word":false`) || !strings.Contains(s, `"keyword":"b","whole_word":true`) {
			t.Errorf("%s: %d %s", name, got.status, s)
		}
	}
	asked := w.do(200, "POST", "/api/v1/statuses", bob, `{"status":"?","poll":{"options":["a","b"],"expires_in":"86400"}}`)
	if got := w.do(200, "POST", "/api/v1/polls/"+asked["id"].(string)+"/votes", eve, `{"choices":["1"]}`); fmt.Sprint(got["own_votes"]) != "[1]" {
		t.Errorf("a vote as text: %v", got)
	}
}

// mastodon-api.md 8: a post that is sent again with its key is not made again; the key is one person's, and of that call alone.
func TestSection8_IdempotencyKey(t *testing.T) {
	w, vars := square(t)
	ann, bob := vars["token ann"], vars["token bob"]
	send := func(token, body, key string) result {
		return w.ask(w.site, "POST", "/api/v1/statuses", token, body, "Idempotency-Key", key)
	}
	var ids [4]string
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			if r := send(ann, `{"status":"once"}`, "k"); r.status == 200 {
				ids[i], _ = r.object(t)["id"].(string)
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Errorf("sent at the same time: %v", ids)
		}
	}
	if got := send(ann, `{"status":"something else"}`, "k").object(t); got["id"] != ids[0] || !strings.Contains(got["content"].(string), "once") {
		t.Errorf("again: %v", got)
	}
	if got := send(bob, `{"status":"mine"}`, "k").object(t); got["id"] == ids[0] {
		t.Error("bob was given ann's post")
	}
	if got := send(ann, `{"status":"another"}`, "k2").object(t); got["id"] == ids[0] {
		t.Error("another key, the same post")
	}
	if list, _ := w.list("/api/v1/accounts/"+vars["ann"]+"/statuses", ann); len(list) != 2 {
		t.Errorf("ann has %d posts, want 2", len(list))
	}
	later := `{"status":"later","scheduled_at":"` + time.Now().Add(time.Hour).UTC().Format(time.RFC3339) + `"}`
	first, second := send(ann, later, "k3").object(t), send(ann, later, "k3").object(t)
	if list, _ := w.list("/api/v1/scheduled_statuses", ann); len(list) != 1 || first["scheduled_at"] == nil || first["id"] != second["id"] {
		t.Errorf("put off twice: %v %v", first, second)
	}
	for range 2 { // other calls know no keys
		got := w.ask(w.site, "PUT", "/api/v1/statuses/"+ids[0], ann, `{"status":"once and for all"}`, "Idempotency-Key", "k2").object(t)
		if got["id"] != ids[0] || !strings.Contains(got["content"].(string), "for all") {
			t.Errorf("an edit with a key: %v", got)
		}
	}
}

// mastodon-api.md 8: what counts as how many characters, up to the last one.
func TestSection8_Length(t *testing.T) {
	w, vars := square(t)
	ann := vars["token ann"]
	const most = skein.MaxText
	far := "https://elm.example/" + strings.Repeat("y", 200)
	for name, c := range map[string]struct {
		warning, text string // which leave room for as many characters as fill
		fill          int
		with          string
	}{
		"letters":                       {"", "", most, "x"},
		"a link is 23":                  {"", far + " ", most - 24, "x"},
		"a mention without its domain":  {"", "@bob@elm.example ", most - 5, "x"},
		"the warning counts":            {"0123456789", "", most - 10, "x"},
		"what people see as one is one": {"", "", most, "👨‍👩‍👧"},
	} {
		for more, status := range []int{200, 422} {
			got := w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"spoiler_text": {c.warning}, "status": {c.text + strings.Repeat(c.with, c.fill+more)}})
			if got.status != status || status == 422 && !strings.Contains(string(got.body), fmt.Sprintf("character limit of %d exceeded", most)) {
				t.Errorf("%s, %d too many: %d %.300s, want %d", name, more, got.status, got.body, status)
			}
		}
	}
}
