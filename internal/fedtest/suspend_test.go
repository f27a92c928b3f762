package fedtest

import (
	"testing"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// judge suspends an account as the operator of a site, or takes that back.
func (n *Net) judge(domain, id string, suspended bool) {
	n.t.Helper()
	account, _ := skein.ParseID(id)
	var err error
	if suspended {
		err = n.Server.Reports.Judge(n.t.Context(), n.operator(domain), moderation.Sentence{Account: account, Measure: skein.Suspend})
	} else {
		_, err = n.Server.Reports.Unsuspend(n.t.Context(), n.operator(domain), account)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	n.Settle()
}

// A site suspends one of its people: peers are told and hide them too, follows end at both ends, and the end of the
// suspension brings the account back, and no follows (T182).
func TestT182_SuspensionOfOneOfOurs(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
		ann.Follow(bob)
		bob.Follow(ann)
		ann.Post("hello", "public")
		n.Settle()
		there := At(bob.Timeline("/api/v1/timelines/home")[0], "id").(string)
		far := bob.Find("ann@elm.example")
		n.judge("elm.example", ann.ID, true)
		if got := At(bob.Do("GET", "/api/v1/accounts/"+far, ""), "suspended"); got != true {
			t.Error("the peer does not know of the suspension")
		}
		if status, _ := bob.Try("GET", "/api/v1/statuses/"+there, ""); status != 404 {
			t.Errorf("a post of the suspended account is shown at the peer: %d", status)
		}
		n.judge("elm.example", ann.ID, false)
		got := bob.Do("GET", "/api/v1/accounts/relationships?id[]="+far, "")
		if At(bob.Do("GET", "/api/v1/accounts/"+far, ""), "suspended") != nil || At(got, 0, "following") != false || At(got, 0, "followed_by") != false {
			t.Errorf("after the suspension: %v", got)
		}
		if status, _ := bob.Try("GET", "/api/v1/statuses/"+there, ""); status != 200 {
			t.Errorf("the post is not back: %d", status)
		}
	})
}

// A site suspends an account of a peer: follows end both ways, which the peer hears, and nothing of it comes in. What its own
// server decided is not taken back here.
func TestT182_SuspensionOfAPeersAccount(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "oak.example")
		ann.Follow(bob)
		bob.Follow(ann)
		far := ann.Find("bob@oak.example")
		back := bob.Find("ann@elm.example")
		n.judge("elm.example", far, true)
		got := bob.Do("GET", "/api/v1/accounts/relationships?id[]="+back, "")
		if At(got, 0, "following") != false || At(got, 0, "followed_by") != false {
			t.Errorf("the peer still knows follows: %v", got)
		}
		bob.Post("@ann@elm.example nothing of this arrives", "public")
		n.Settle()
		if list := ann.Do("GET", "/api/v1/notifications?types[]=mention", "").([]any); len(list) != 0 {
			t.Errorf("a suspended account is heard: %v", list)
		}
		n.judge("elm.example", far, false)
		bob.Post("@ann@elm.example this does", "public")
		n.Settle()
		if list := ann.Do("GET", "/api/v1/notifications?types[]=mention", "").([]any); len(list) != 1 {
			t.Errorf("the account is not back: %v", list)
		}
		// The peer suspends its own account: that is the peer's to take back.
		n.judge("oak.example", bob.ID, true)
		account, _ := skein.ParseID(far)
		if _, err := n.Server.Reports.Unsuspend(t.Context(), n.operator("elm.example"), account); skein.KindOf(err) != skein.Denied {
			t.Errorf("taken back here: %v", err)
		}
	})
}
