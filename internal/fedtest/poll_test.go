package fedtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skein/internal/fedtest"
)

// ask posts a poll and returns its ID.
func ask(p *fedtest.Person, more string) string {
	return fedtest.At(p.Do("POST", "/api/v1/statuses",
		`{"status":"Which?","poll":{"options":["tea","coffee","water"],"expires_in":3600`+more+`}}`), "id").(string)
}

// poll says how a poll looks to somebody: votes for each answer, of how many, own votes, and whether it has ended.
func poll(p *fedtest.Person, id string) string {
	v := p.Do("GET", "/api/v1/polls/"+id, "")
	var b strings.Builder
	for i := range fedtest.At(v, "options").([]any) {
		fmt.Fprintf(&b, "%v ", fedtest.At(v, "options", i, "votes_count"))
	}
	fmt.Fprintf(&b, "of %v, own %v", fedtest.At(v, "voters_count"), fedtest.At(v, "own_votes"))
	if fedtest.At(v, "expired") == true {
		b.WriteString(", over")
	}
	return b.String()
}

func wantPoll(t *testing.T, what string, p *fedtest.Person, id, want string) {
	t.Helper()
	if got := poll(p, id); got != want {
		t.Errorf("%s: %s sees %s; want %s", what, p.Name, got, want)
	}
}

// thereOf is the ID of the newest post in somebody's home timeline.
func thereOf(p *fedtest.Person) string {
	return fedtest.At(p.Timeline("/api/v1/timelines/home"), 0, "id").(string)
}

func kinds(p *fedtest.Person) string {
	var list []string
	for _, n := range p.Timeline("/api/v1/notifications") {
		list = append(list, fedtest.At(n, "type").(string))
	}
	return strings.Join(list, " ")
}

// A vote goes to the author's site, the totals come back to all who have the poll, and its end is told everywhere.
func TestPollAcrossSites(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "fir.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cat := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cat", "fir.example")
		dan := n.Person("dan", "elm.example")
		ben.Follow(ada)
		cat.Follow(ada)
		id := ask(ada, `,"multiple":true`)
		n.Settle()
		there, far := thereOf(ben), thereOf(cat)
		wantPoll(t, "new", ben, there, "0 0 0 of 0, own []")
		ben.Do("POST", "/api/v1/polls/"+there+"/votes", `{"choices":["0",2]}`)
		if status, v := ben.Try("POST", "/api/v1/polls/"+there+"/votes", `{"choices":[1]}`); status != 422 {
			t.Errorf("a second vote: %d %v", status, v)
		}
		wantPoll(t, "voted", ben, there, "1 0 1 of 1, own [0 2]")
		n.Settle()
		wantPoll(t, "come", ada, id, "1 0 1 of 1, own []")
		if home := ada.Timeline("/api/v1/timelines/home"); len(home) != 1 {
			t.Errorf("votes are posts: %q", texts(home))
		}
		dan.Do("POST", "/api/v1/polls/"+id+"/votes", `{"choices":[0]}`)
		n.Settle()
		wantPoll(t, "not told at once", cat, far, "0 0 0 of 0, own []")
		n.Pass(3*time.Minute + 2*time.Second)
		wantPoll(t, "told", cat, far, "2 0 1 of 2, own []")
		wantPoll(t, "told", ben, there, "2 0 1 of 2, own [0 2]")
		if e := fedtest.At(ben.Do("GET", "/api/v1/statuses/"+there, ""), "edited_at"); e != nil {
			t.Errorf("counts are an edit: %v", e)
		}
		n.Pass(time.Hour)
		for _, p := range []*fedtest.Person{ada, ben, dan} {
			if got := kinds(p); strings.Count(got, "poll") != 1 {
				t.Errorf("%s is told %q", p.Name, got)
			}
		}
		if got := kinds(cat); strings.Contains(got, "poll") {
			t.Errorf("who did not vote is told %q", got)
		}
		wantPoll(t, "at the end", cat, far, "2 0 1 of 2, own [], over")
		if status, v := cat.Try("POST", "/api/v1/polls/"+far+"/votes", `{"choices":[1]}`); status != 422 {
			t.Errorf("a vote after the end: %d %v", status, v)
		}
	})
}

// Hidden totals are known nowhere before the end, and everywhere after it.
func TestHiddenTotalsAcrossSites(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		dan := n.Person("dan", "elm.example")
		ben.Follow(ada)
		id := ask(ada, `,"hide_totals":true`)
		n.Settle()
		there := thereOf(ben)
		dan.Do("POST", "/api/v1/polls/"+id+"/votes", `{"choices":[1]}`)
		n.Pass(4 * time.Minute)
		wantPoll(t, "open", dan, id, "<nil> <nil> <nil> of 1, own [1]")
		wantPoll(t, "open", ben, there, "0 0 0 of 0, own []")
		n.Pass(time.Hour)
		wantPoll(t, "over", dan, id, "0 1 0 of 1, own [1], over")
		wantPoll(t, "over", ben, there, "0 1 0 of 1, own [], over")
	})
}

// T189: other answers take the votes away, on every site; who voted may vote again.
func TestT189_EditedPollAcrossSites(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		id := ask(ada, "")
		n.Settle()
		there := thereOf(ben)
		ben.Do("POST", "/api/v1/polls/"+there+"/votes", `{"choices":[0]}`)
		n.Pass(4 * time.Minute)
		ada.Do("PUT", "/api/v1/statuses/"+id, `{"status":"Which?","poll":{"options":["beer","wine"],"expires_in":7200}}`)
		n.Settle()
		wantPoll(t, "edited", ada, id, "0 0 of 0, own []")
		wantPoll(t, "edited", ben, there, "0 0 of 0, own []")
		ben.Do("POST", "/api/v1/polls/"+there+"/votes", `{"choices":[1]}`)
		n.Settle()
		wantPoll(t, "voted again", ada, id, "0 1 of 1, own []")
		history := ben.Timeline("/api/v1/statuses/" + there + "/history")
		if a, b := fedtest.At(history, 0, "poll", "options", 0, "title"), fedtest.At(history, 1, "poll", "options", 0, "title"); a != "tea" || b != "beer" {
			t.Errorf("history: %v, %v", a, b)
		}
	})
}
