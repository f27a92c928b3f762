package fedtest_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skein/internal/fedtest"
)

// A conversation between three sites is whole for a fourth, which has only a fragment of it, soon after somebody there opens
// it; and the counts are those of its home.
func TestConversationIsWholeForAFourth(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "fir.example", "ash.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cat := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cat", "fir.example")
		dan := n.Person("dan", "ash.example")
		ben.Follow(ada)
		cat.Follow(ben)
		dan.Follow(ada)
		ada.Post("shall we meet?", "public")
		n.Settle()
		reply := func(p *fedtest.Person, to, text string) {
			for _, s := range p.Timeline("/api/v1/timelines/home") {
				if strings.Contains(fedtest.At(s, "content").(string), to) {
					p.Do("POST", "/api/v1/statuses", `{"status":"`+text+`","in_reply_to_id":"`+fedtest.At(s, "id").(string)+`"}`)
					n.Settle()
					return
				}
			}
			t.Fatalf("%s does not see %q", p.Name, to)
		}
		cat.Follow(ada)
		reply(ben, "shall we", "@ada@elm.example on Monday")
		reply(cat, "Monday", "@ben@oak.example Tuesday is better")
		ben.Do("POST", "/api/v1/statuses/"+fedtest.At(ben.Timeline("/api/v1/timelines/home")[0], "id").(string)+"/favourite", "")
		n.Settle()
		root := ""
		for _, s := range dan.Timeline("/api/v1/timelines/home") {
			if strings.Contains(fedtest.At(s, "content").(string), "shall we") {
				root = fedtest.At(s, "id").(string)
			}
		}
		below := func() string {
			return strings.Join(texts(fedtest.At(dan.Do("GET", "/api/v1/statuses/"+root+"/context", ""), "descendants").([]any)), "|")
		}
		if got := below(); strings.Contains(got, "Tuesday") {
			t.Fatalf("nothing is missing: %q", got)
		}
		n.Pass(10 * time.Minute)
		told := func() string {
			r := httptest.NewRequest("GET", dan.Site.URL("/api/v1/statuses/"+root+"/context"), nil)
			r.Header.Set("Authorization", "Bearer "+dan.Token)
			return n.Raw(r).Header().Get("Mastodon-Async-Refresh")
		}
		header := told()
		if !strings.HasPrefix(header, `id="`) || !strings.Contains(header, "retry=") {
			t.Errorf("Mastodon-Async-Refresh: %q", header)
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(header, `id="`), `"`)
		state := func() any {
			return fedtest.At(dan.Do("GET", "/api/v1_alpha/async_refreshes/"+id, ""), "async_refresh", "status")
		}
		if got := told(); got != header && got != "" { // none: all has come, though its job may still be on its way out
			t.Errorf("asked again while it is fetched: %q, was %q", got, header)
		}
		n.Settle()
		if got := state(); got != "finished" {
			t.Errorf("the refresh is %v", got)
		}
		if got := told(); got != "" {
			t.Errorf("fetched, but: %q", got)
		}
		if status, _ := ben.Try("GET", "/api/v1_alpha/async_refreshes/"+id, ""); status != 404 {
			t.Errorf("the refresh as seen from another site: %d", status)
		}
		if got := below(); !strings.Contains(got, "Monday") || !strings.Contains(got, "Tuesday") {
			t.Errorf("below the first post: %q", got)
		}
		if got := fedtest.At(dan.Do("GET", "/api/v1/statuses/"+root, ""), "replies_count"); got != 1.0 {
			t.Errorf("replies_count = %v", got)
		}
		if list := dan.Timeline("/api/v1/notifications"); len(list) != 0 {
			t.Errorf("dan is told of %v", list)
		}
	})
}

// Who is looked at for the first time shows what they wrote before anybody here knew them, what they pinned, and their
// hashtags; nobody is told of it, and it is in no home timeline of those who did not follow.
func TestFirstLookAtAnAccount(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, eve, ben := n.Person("ada", "elm.example"), n.Person("eve", "elm.example"), n.Person("ben", "oak.example")
		pinned := ada.Post("the pinned one", "public")
		ada.Do("POST", "/api/v1/statuses/"+pinned+"/pin", "")
		ada.Do("POST", "/api/v1/featured_tags", `{"name":"Roses"}`)
		ada.Post("the old one @ben@oak.example", "public")
		ada.Post("for followers", "private")
		ada.Do("POST", "/api/v1/statuses/"+eve.Post("by eve", "public")+"/reblog", "")
		n.Settle()
		told := len(ben.Timeline("/api/v1/notifications"))
		there := ben.Find(ada.Handle())
		n.Settle()
		path := "/api/v1/accounts/" + there + "/statuses"
		if got := texts(ben.Timeline(path)); len(got) > 1 { // the mention was delivered
			t.Fatalf("known before: %q", got)
		}
		n.Settle()
		got := strings.Join(texts(ben.Timeline(path)), "|")
		for _, want := range []string{"the pinned one", "the old one", "boost: <p>by eve</p>"} {
			if strings.Count(got, want) != 1 {
				t.Errorf("no %q in %q", want, got)
			}
		}
		if strings.Contains(got, "for followers") {
			t.Errorf("what is for followers is shown: %q", got)
		}
		if got := texts(ben.Timeline(path + "?pinned=true")); len(got) != 1 || got[0] != "<p>the pinned one</p>" {
			t.Errorf("pinned: %q", got)
		}
		if list := ben.Timeline("/api/v1/accounts/" + there + "/featured_tags"); len(list) != 1 || fedtest.At(list[0], "name") != "Roses" {
			t.Errorf("featured tags: %v", list)
		}
		if list := ben.Timeline("/api/v1/timelines/home"); len(list) != 0 {
			t.Errorf("home: %q", texts(list))
		}
		if n := len(ben.Timeline("/api/v1/notifications")); n != told {
			t.Errorf("%d notifications more", n-told)
		}
		// Not again within the day; then what changed.
		ada.Do("POST", "/api/v1/statuses/"+pinned+"/unpin", "")
		ada.Post("another", "public")
		n.Pass(time.Hour)
		ben.Timeline(path)
		n.Settle()
		if got := strings.Join(texts(ben.Timeline(path)), "|"); strings.Contains(got, "another") {
			t.Errorf("looked at again within an hour: %q", got)
		}
		n.Pass(24 * time.Hour)
		ben.Timeline(path)
		n.Settle()
		if got := strings.Join(texts(ben.Timeline(path)), "|"); !strings.Contains(got, "another") {
			t.Errorf("a day later: %q", got)
		}
		if got := texts(ben.Timeline(path + "?pinned=true")); len(got) != 0 {
			t.Errorf("pinned a day later: %q", got)
		}
	})
}
