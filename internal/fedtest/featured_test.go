package fedtest_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"skein/internal/fedtest"
)

var three = []string{"elm.example", "oak.example", "fir.example"}

// What somebody pins, and the hashtags on their profile, stand on their profile elsewhere, and go when they are taken down.
func TestPinsAndTagsOnProfilesElsewhere(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		first, second := ada.Post("first #Gardening", "public"), ada.Post("second", "public")
		n.Settle()
		there := ben.Find(ada.Handle())
		pins := func() string {
			n.Settle()
			return strings.Join(texts(ben.Timeline("/api/v1/accounts/"+there+"/statuses?pinned=true")), "|")
		}
		ada.Do("POST", "/api/v1/statuses/"+first+"/pin", "")
		ada.Do("POST", "/api/v1/statuses/"+second+"/pin", "")
		if got := pins(); strings.Count(got, "|") != 1 || !strings.Contains(got, "first") || !strings.Contains(got, "second") {
			t.Errorf("pins: %q", got)
		}
		ada.Do("POST", "/api/v1/statuses/"+first+"/unpin", "")
		if got := pins(); got != "<p>second</p>" {
			t.Errorf("pins after one was taken down: %q", got)
		}

		tag := ada.Do("POST", "/api/v1/featured_tags", `{"name":"gardening"}`)
		if fedtest.At(tag, "statuses_count") != "1" || fedtest.At(tag, "last_status_at") == nil {
			t.Errorf("featured tag: %v", tag)
		}
		n.Settle()
		list := ben.Timeline("/api/v1/accounts/" + there + "/featured_tags")
		if len(list) != 1 || fedtest.At(list[0], "name") != "gardening" || fedtest.At(list[0], "statuses_count") != "1" {
			t.Errorf("featured tags elsewhere: %v", list)
		}
		if got := fedtest.At(ada.Do("GET", "/api/v1/tags/gardening", ""), "featuring"); got != true {
			t.Errorf("featuring = %v", got)
		}
		id := fedtest.At(tag, "id").(string)
		if status, _ := ben.Try("DELETE", "/api/v1/featured_tags/"+id, ""); status != 404 {
			t.Errorf("a stranger takes a hashtag off: %d", status)
		}
		ada.Do("DELETE", "/api/v1/featured_tags/"+id, "")
		n.Settle()
		if list := ben.Timeline("/api/v1/accounts/" + there + "/featured_tags"); len(list) != 0 {
			t.Errorf("featured tags elsewhere after the end: %v", list)
		}
		if got := toJSON(ada.Do("GET", "/api/v1/featured_tags/suggestions", "")); !strings.Contains(got, `"name":"Gardening"`) {
			t.Errorf("suggestions: %s", got)
		}
		for i := range 11 {
			status, _ := ada.Try("POST", "/api/v1/featured_tags", `{"name":"tag`+string(rune('a'+i))+`"}`)
			if want := map[bool]int{true: 200, false: 422}[i < 10]; status != want {
				t.Errorf("hashtag %d: %d, want %d", i, status, want)
			}
		}
	})
}

// A conversation has one name everywhere, and whoever began it lists all of it that is public (FEP-7888).
func TestConversationHasOneName(t *testing.T) {
	fedtest.Each(t, three, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cat := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cat", "fir.example")
		ben.Follow(ada)
		cat.Follow(ben)
		root := ada.Post("how is everybody?", "public")
		n.Settle()
		atBen := fedtest.At(ben.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		ben.Do("POST", "/api/v1/statuses", `{"status":"@ada@elm.example fine","in_reply_to_id":"`+atBen+`"}`)
		ben.Do("POST", "/api/v1/statuses", `{"status":"@ada@elm.example not so fine","visibility":"direct","in_reply_to_id":"`+atBen+`"}`)
		n.Settle()
		context := func(p *fedtest.Person, uri string) any {
			r := httptest.NewRequest("GET", uri, nil)
			r.Header.Set("Accept", "application/activity+json")
			w := n.Raw(r)
			if w.Code != 200 {
				t.Fatalf("%s: %d %s", uri, w.Code, w.Body)
			}
			return decode(t, w.Body.Bytes())
		}
		own := "https://elm.example/ap/contexts/" + root
		post := context(ada, fedtest.At(ada.Do("GET", "/api/v1/statuses/"+root, ""), "uri").(string))
		if got := fedtest.At(post, "context"); got != own {
			t.Errorf("context of the first post: %v", got)
		}
		answer := ben.Timeline("/api/v1/accounts/" + ben.ID + "/statuses")
		reply := fedtest.At(answer[len(answer)-1], "uri").(string)
		if got := fedtest.At(context(ben, reply), "context"); got != own {
			t.Errorf("context of the answer elsewhere: %v", got)
		}
		list := context(ada, own)
		page := context(ada, fedtest.At(list, "first").(string))
		items, _ := fedtest.At(page, "items").([]any)
		if len(items) != 2 || items[1] != reply || fedtest.At(list, "attributedTo") == nil {
			t.Errorf("the collection: %v %v", list, page)
		}
		ada.Do("DELETE", "/api/v1/statuses/"+root, "")
		r := httptest.NewRequest("GET", own, nil)
		r.Header.Set("Accept", "application/activity+json")
		if w := n.Raw(r); w.Code != 404 && w.Code != 410 {
			t.Errorf("after its end: %d", w.Code)
		}
	})
}

func decode(t *testing.T, b []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
