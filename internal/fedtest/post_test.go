package fedtest_test

import (
	"strings"
	"testing"

	"skein/internal/fedtest"
)

var two = []string{"elm.example", "oak.example"}

// texts returns the content of each post of a timeline.
func texts(list []any) (out []string) {
	for _, s := range list {
		c, _ := fedtest.At(s, "content").(string)
		if orig := fedtest.At(s, "reblog", "content"); orig != nil {
			c = "boost: " + orig.(string)
		}
		out = append(out, c)
	}
	return out
}

func has(list []any, part string) bool {
	return strings.Contains(strings.Join(texts(list), "\n"), part)
}

// A post reaches a follower on another site, and so do its edit and its deletion.
func TestPostReachesFollowerElsewhere(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		id := ada.Post("hello from elm", "public")
		n.Settle()
		home := ben.Timeline("/api/v1/timelines/home")
		if !has(home, "hello from elm") {
			t.Fatalf("home of the follower: %q", texts(home))
		}
		if got := fedtest.At(home[0], "account", "acct"); got != "ada@elm.example" {
			t.Errorf("author = %v", got)
		}
		ada.Do("PUT", "/api/v1/statuses/"+id, `{"status":"hello again"}`)
		n.Settle()
		if home = ben.Timeline("/api/v1/timelines/home"); !has(home, "hello again") || fedtest.At(home[0], "edited_at") == nil {
			t.Errorf("after the edit: %q, edited_at %v", texts(home), fedtest.At(home[0], "edited_at"))
		}
		ada.Do("DELETE", "/api/v1/statuses/"+id, "")
		n.Settle()
		if home = ben.Timeline("/api/v1/timelines/home"); len(home) != 0 {
			t.Errorf("after the deletion: %q", texts(home))
		}
	})
}

// Likes, boosts and replies come back to the author with a notification, and can be taken back.
func TestReactionsComeBack(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		id := ada.Post("what do you think?", "public")
		n.Settle()
		there := fedtest.At(ben.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		ben.Do("POST", "/api/v1/statuses/"+there+"/favourite", "")
		ben.Do("POST", "/api/v1/statuses/"+there+"/reblog", "")
		ben.Do("POST", "/api/v1/statuses", `{"status":"@ada@elm.example good","in_reply_to_id":"`+there+`"}`)
		n.Settle()
		post := ada.Do("GET", "/api/v1/statuses/"+id, "")
		for _, count := range []string{"favourites_count", "reblogs_count", "replies_count"} {
			if got := fedtest.At(post, count); got != 1.0 {
				t.Errorf("%s = %v, want 1", count, got)
			}
		}
		kinds := map[any]bool{}
		for _, note := range ada.Timeline("/api/v1/notifications") {
			kinds[fedtest.At(note, "type")] = true
		}
		for _, kind := range []string{"follow", "favourite", "reblog", "mention"} {
			if !kinds[kind] {
				t.Errorf("no %s notification: %v", kind, kinds)
			}
		}
		ben.Do("POST", "/api/v1/statuses/"+there+"/unfavourite", "")
		ben.Do("POST", "/api/v1/statuses/"+there+"/unreblog", "")
		n.Settle()
		post = ada.Do("GET", "/api/v1/statuses/"+id, "")
		if l, b := fedtest.At(post, "favourites_count"), fedtest.At(post, "reblogs_count"); l != 0.0 || b != 0.0 {
			t.Errorf("after taking back: %v likes, %v boosts", l, b)
		}
	})
}

// T163, T164, T198: sites of one process are strangers: a followers-only post reaches followers and nobody else.
func TestT163_T164_T198_SitesOfOneProcessAreStrangers(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "fir.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, eve := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("eve", "oak.example")
		cat := n.Person("cat", "fir.example")
		ben.Follow(ada)
		id := ada.Post("sentinel-4711", "private")
		n.Settle()
		if !has(ben.Timeline("/api/v1/timelines/home"), "sentinel-4711") {
			t.Fatal("the follower does not get it")
		}
		there := fedtest.At(ben.Timeline("/api/v1/timelines/home"), 0, "id").(string)
		if status, v := eve.Try("GET", "/api/v1/statuses/"+there, ""); status != 404 {
			t.Errorf("a stranger on the follower's site: %d %v", status, v)
		}
		if status, v := cat.Try("GET", "/api/v1/statuses/"+id, ""); status != 404 {
			t.Errorf("another site with our id: %d %v", status, v)
		}
		if status, v := ben.Try("GET", "/api/v1/statuses/"+id, ""); status != 404 {
			t.Errorf("a follower's site with the origin's id: %d %v", status, v)
		}
		for _, p := range []*fedtest.Person{eve, cat} {
			for _, path := range []string{"/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v2/search?q=sentinel-4711"} {
				if _, v := p.Try("GET", path, ""); strings.Contains(toJSON(v), "sentinel-4711") && !strings.Contains(path, "search") {
					t.Errorf("%s shows it to %s", path, p.Name)
				}
			}
		}
	})
}
