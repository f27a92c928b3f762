package fedtest_test

import (
	"slices"
	"strings"
	"testing"

	"skein/internal/fedtest"
)

// limited posts with a policy and returns the post's ID.
func limited(t *testing.T, p *fedtest.Person, text, policy string) string {
	t.Helper()
	got := p.Do("POST", "/api/v1/statuses", `{"status":"`+text+`","interaction_policy":`+policy+`}`)
	return fedtest.At(got, "id").(string)
}

// answer replies to a post and returns the reply's ID.
func answer(t *testing.T, p *fedtest.Person, to, text string) string {
	t.Helper()
	return fedtest.At(p.Do("POST", "/api/v1/statuses", `{"status":"`+text+`","in_reply_to_id":"`+to+`"}`), "id").(string)
}

// answers returns the texts below a post as somebody sees them.
func answers(p *fedtest.Person, id string) string {
	list, _ := fedtest.At(p.Do("GET", "/api/v1/statuses/"+id+"/context", ""), "descendants").([]any)
	return strings.Join(texts(list), " ")
}

func count(p *fedtest.Person, id, name string) any {
	return fedtest.At(p.Do("GET", "/api/v1/statuses/"+id, ""), name)
}

// decide answers the only request that waits for somebody, after a look at it.
func judge(t *testing.T, p *fedtest.Person, kind, verdict string) {
	t.Helper()
	list := p.Timeline("/api/v1/interaction_requests")
	if len(list) != 1 || fedtest.At(list[0], "type") != kind {
		t.Fatalf("%s is asked %d things: %v", p.Handle(), len(list), list)
	}
	id := fedtest.At(list[0], "id").(string)
	got := p.Do("POST", "/api/v1/interaction_requests/"+id+"/"+verdict, "")
	field := map[string]string{"authorize": "accepted_at", "reject": "rejected_at"}[verdict]
	if fedtest.At(got, field) == nil {
		t.Errorf("the answer: %v", got)
	}
	if code, _ := p.Try("POST", "/api/v1/interaction_requests/"+id+"/authorize", ""); code != 404 {
		t.Errorf("a second answer: %d", code)
	}
	p.Net.Settle()
}

const (
	nobodyReplies = `{"can_reply":{"always":[]},"can_favourite":{"always":["followers"]},"can_reblog":{"always":["me"]}}`
	allAsk        = `{"can_reply":{"with_approval":["public"]},"can_favourite":{"manual_approval":["public"]},"can_reblog":{"with_approval":["public"]}}`
)

// Whom a policy leaves out is told so, here and on the peer that knows the policy.
func TestPolicyRefuses(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben, eve := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("eve", "elm.example")
		eve.Follow(ada)
		id := limited(t, ada, "closed", nobodyReplies)
		n.Settle()
		got := ada.Do("GET", "/api/v1/statuses/"+id, "")
		if who, _ := fedtest.At(got, "interaction_policy", "can_favourite", "always").([]any); !slices.Equal(who, []any{"followers"}) {
			t.Errorf("the policy comes back as %v", fedtest.At(got, "interaction_policy"))
		}
		for _, c := range []struct {
			who                *fedtest.Person
			id                 string
			reply, like, boost int
		}{{ben, local(t, ben, ada, id), 403, 403, 403}, {eve, id, 403, 200, 403}, {ada, id, 200, 200, 200}} {
			path := "/api/v1/statuses/" + c.id
			for call, want := range map[string]int{"/favourite": c.like, "/reblog": c.boost} {
				if code, v := c.who.Try("POST", path+call, ""); code != want {
					t.Errorf("%s %s: %d %v", c.who.Handle(), call, code, v)
				}
			}
			if code, v := c.who.Try("POST", "/api/v1/statuses", `{"status":"re","in_reply_to_id":"`+c.id+`"}`); code != c.reply {
				t.Errorf("%s replies: %d %v", c.who.Handle(), code, v)
			}
		}
		for _, bad := range []string{"mutuals", "friends"} {
			if code, _ := ada.Try("POST", "/api/v1/statuses", `{"status":"x","interaction_policy":{"can_reply":{"always":["`+bad+`"]}}}`); code != 422 {
				t.Errorf("a policy for %s: %d", bad, code)
			}
		}
	})
}

// A reply that waits for leave is seen by the two of them alone; with leave it is a reply like any, on every site that
// looks at the stamp; without it is gone for whom it answers and stays with its author.
func TestReplyByApproval(t *testing.T) {
	fedtest.Each(t, []string{"elm.example", "oak.example", "ash.example"}, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cyd := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cyd", "ash.example")
		eve := n.Person("eve", "elm.example")
		cyd.Follow(ben)
		cyd.Follow(ada)
		id := limited(t, ada, "ask me", allAsk)
		n.Settle()
		there := local(t, ben, ada, id)
		r := answer(t, ben, there, "may I")
		n.Settle()
		third := local(t, cyd, ada, id)
		for who, post := range map[*fedtest.Person]string{eve: id, cyd: third} {
			if got := answers(who, post); got != "" {
				t.Errorf("%s sees %q before leave", who.Handle(), got)
			}
			if got := count(who, post, "replies_count"); got != 0.0 {
				t.Errorf("%s counts %v replies before leave", who.Handle(), got)
			}
		}
		if a, b := answers(ada, id), answers(ben, there); !strings.Contains(a, "may I") || !strings.Contains(b, "may I") {
			t.Errorf("the two see %q and %q", a, b)
		}
		if got := strings.Join(kindsOf(ada), " "); got != "pending.reply follow" {
			t.Errorf("who is asked is told of %q", got)
		}
		uri := fedtest.At(ben.Do("GET", "/api/v1/statuses/"+r, ""), "uri").(string)
		if code, _ := document(n, uri); code != 404 {
			t.Errorf("a reply that waits is served: %d", code)
		}
		judge(t, ada, "reply", "authorize")
		for who, post := range map[*fedtest.Person]string{eve: id, cyd: third, ben: there} {
			if got := answers(who, post); !strings.Contains(got, "may I") {
				t.Errorf("%s sees %q after leave", who.Handle(), got)
			}
			if got := count(who, post, "replies_count"); got != 1.0 {
				t.Errorf("%s counts %v replies after leave", who.Handle(), got)
			}
		}
		if got := strings.Join(kindsOf(ada), " "); !strings.Contains(got, "mention") && got != "follow" || strings.Contains(got, "pending") {
			t.Errorf("then they are told of %q", got)
		}
		_, note := document(n, uri)
		by, _ := note["approvedBy"].(string)
		code, s := document(n, by)
		if code != 200 || s["type"] != "ReplyApproval" || s["object"] != uri || s["target"] != note["inReplyTo"] {
			t.Errorf("the stamp %s: %d %v", by, code, s)
		}

		// Refused.
		r2 := answer(t, ben, there, "and now")
		n.Settle()
		judge(t, ada, "reply", "reject")
		if got := answers(ada, id); strings.Contains(got, "and now") {
			t.Errorf("a refused reply stays: %q", got)
		}
		if got := answers(cyd, third); strings.Contains(got, "and now") {
			t.Errorf("a refused reply goes out: %q", got)
		}
		ben.Do("GET", "/api/v1/statuses/"+r2, "")
		if got := count(ben, there, "replies_count"); got != 1.0 {
			t.Errorf("%v replies counted after one is refused", got)
		}
	})
}

// So it is among people of one site, who need no network for it.
func TestReplyByApprovalAtHome(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, eve, dan, ben := n.Person("ada", "elm.example"), n.Person("eve", "elm.example"), n.Person("dan", "elm.example"), n.Person("ben", "oak.example")
		ben.Follow(ada)
		ben.Follow(eve)
		id := limited(t, ada, "ask me", allAsk)
		n.Settle()
		there := local(t, ben, ada, id)
		answer(t, eve, id, "may I")
		eve.Do("POST", "/api/v1/statuses/"+id+"/favourite", "")
		n.Settle()
		if got := answers(dan, id) + answers(ben, there); got != "" {
			t.Errorf("others see %q", got)
		}
		for range 2 { // the like, then the reply
			list := ada.Timeline("/api/v1/interaction_requests")
			if len(list) == 0 {
				t.Fatal("nobody asks")
			}
			ada.Do("POST", "/api/v1/interaction_requests/"+fedtest.At(list[0], "id").(string)+"/authorize", "")
		}
		n.Settle()
		if got := answers(dan, id); !strings.Contains(got, "may I") {
			t.Errorf("a neighbour sees %q", got)
		}
		if got := answers(ben, there); !strings.Contains(got, "may I") {
			t.Errorf("a peer, which checks the stamp, sees %q", got)
		}
		if a, b := count(dan, id, "replies_count"), count(dan, id, "favourites_count"); a != 1.0 || b != 1.0 {
			t.Errorf("%v replies and %v likes counted", a, b)
		}
		refused := answer(t, eve, id, "and now")
		judge(t, ada, "reply", "reject")
		if code, _ := ada.Try("GET", "/api/v1/statuses/"+refused, ""); code != 404 {
			t.Errorf("who refused still sees it: %d", code)
		}
		eve.Do("GET", "/api/v1/statuses/"+refused, "")
	})
}

// Likes and boosts that wait for leave are not counted, nor shown.
func TestReactionsByApproval(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben, cyd := n.Person("ada", "elm.example"), n.Person("ben", "oak.example"), n.Person("cyd", "oak.example")
		cyd.Follow(ben)
		id := limited(t, ada, "ask me", allAsk)
		n.Settle()
		there := local(t, ben, ada, id)
		ben.Do("POST", "/api/v1/statuses/"+there+"/favourite", "")
		n.Settle()
		if got := count(ada, id, "favourites_count"); got != 0.0 {
			t.Errorf("%v likes before leave", got)
		}
		judge(t, ada, "favourite", "authorize")
		if got := count(ada, id, "favourites_count"); got != 1.0 {
			t.Errorf("%v likes after leave", got)
		}
		ben.Do("POST", "/api/v1/statuses/"+there+"/unfavourite", "")
		n.Settle()
		ben.Do("POST", "/api/v1/statuses/"+there+"/favourite", "")
		n.Settle()
		ben.Do("POST", "/api/v1/statuses/"+there+"/unfavourite", "")
		n.Settle()
		if list := ada.Timeline("/api/v1/interaction_requests"); len(list) != 0 {
			t.Errorf("a like that was taken back still waits: %v", list)
		}

		ben.Do("POST", "/api/v1/statuses/"+there+"/reblog", "")
		n.Settle()
		if list := cyd.Timeline("/api/v1/timelines/home"); len(list) != 0 {
			t.Errorf("a boost without leave is in %d homes", len(list))
		}
		if a, b := count(ada, id, "reblogs_count"), count(cyd, there, "reblogs_count"); a != 0.0 || b != 0.0 {
			t.Errorf("%v and %v boosts before leave", a, b)
		}
		judge(t, ada, "reblog", "authorize")
		if list := cyd.Timeline("/api/v1/timelines/home"); len(list) != 1 {
			t.Errorf("a boost with leave is in the home of %d", len(list))
		}
		if a, b := count(ada, id, "reblogs_count"), count(cyd, there, "reblogs_count"); a != 1.0 || b != 1.0 {
			t.Errorf("%v and %v boosts after leave", a, b)
		}
		ben.Do("POST", "/api/v1/statuses/"+there+"/unreblog", "")
		n.Settle()
		ben.Do("POST", "/api/v1/statuses/"+there+"/reblog", "")
		n.Settle()
		judge(t, ada, "reblog", "reject")
		if got := fedtest.At(ben.Do("GET", "/api/v1/statuses/"+there, ""), "reblogged"); got != false {
			t.Errorf("a refused boost stays: %v", got)
		}
	})
}
