package fedtest

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// Somebody puts a collection together: of people of their own site and of another. Nobody is in it who does not agree; who
// agrees is told, and leaves when they like; whoever follows sees all that, wherever they are (FEP-7aa9).
func TestCollections(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob := n.Person("ann", "elm.example"), n.Person("bob", "elm.example")
		olga, otto, shy := n.Person("olga", "oak.example"), n.Person("otto", "oak.example"), n.Person("shy", "oak.example")
		for _, p := range []*Person{bob, olga, otto} {
			p.Do("PATCH", "/api/v1/accounts/update_credentials", `{"discoverable":true}`)
		}
		otto.Follow(ann)
		olgaHere, shyHere := ann.Find("olga@oak.example"), ann.Find("shy@oak.example")
		annThere := olga.Find("ann@elm.example")
		n.Settle()

		made := ann.Do("POST", "/api/v1/collections", `{"name":"Good people","description":"read them","tag_name":"#Trees","language":"en",
			"discoverable":true,"account_ids":["`+bob.ID+`"]}`)
		id := At(made, "collection", "id").(string)
		if At(made, "collection", "items", 0, "state") != "accepted" || At(made, "collection", "tag", "name") != "trees" || At(made, "collection", "item_count") != 1.0 {
			t.Fatalf("made %v", made)
		}
		item := ann.Do("POST", "/api/v1/collections/"+id+"/items", `{"account_id":"`+olgaHere+`"}`)
		if At(item, "collection_item", "state") != "pending" {
			t.Errorf("somebody elsewhere is in it unasked: %v", item)
		}
		if status, _ := ann.Try("POST", "/api/v1/collections/"+id+"/items", `{"account_id":"`+shyHere+`"}`); status != 403 {
			t.Errorf("somebody who does not want to be featured is: %d", status)
		}
		n.Settle()
		names := func(p *Person, id string) string {
			t.Helper()
			status, got := p.Try("GET", "/api/v1/collections/"+id, "")
			if status != 200 {
				return ""
			}
			var out []string
			for _, a := range At(got, "accounts").([]any) {
				out = append(out, At(a, "username").(string))
			}
			return strings.Join(out, " ")
		}
		if got := names(ann, id); got != "ann bob olga" {
			t.Errorf("here it holds %q", got)
		}
		// There: the owner's follower sees it, and who is in it is told.
		list := At(otto.Do("GET", "/api/v1/accounts/"+annThere+"/collections", ""), "collections").([]any)
		if len(list) != 1 || At(list[0], "name") != "Good people" || At(list[0], "local") != false {
			t.Fatalf("there are %v", list)
		}
		there := At(list[0], "id").(string)
		if got := names(otto, there); got != "ann bob olga" {
			t.Errorf("there it holds %q", got)
		}
		told := olga.Do("GET", "/api/v1/notifications?types[]=added_to_collection", "").([]any)
		if len(told) != 1 || At(told[0], "collection", "name") != "Good people" {
			t.Fatalf("who is in it is told %v", told)
		}
		in := At(olga.Do("GET", "/api/v1/accounts/"+olga.ID+"/in_collections", ""), "collections").([]any)
		if len(in) != 1 {
			t.Errorf("olga is in %v", in)
		}
		if status, _ := otto.Try("GET", "/api/v1/accounts/"+olga.ID+"/in_collections", ""); status != 403 {
			t.Errorf("others ask where somebody is in: %d", status)
		}

		ann.Do("PATCH", "/api/v1/collections/"+id, `{"name":"The best"}`)
		n.Settle()
		if got := At(otto.Do("GET", "/api/v1/collections/"+there, ""), "collection", "name"); got != "The best" {
			t.Errorf("there it is called %v", got)
		}
		if told := olga.Do("GET", "/api/v1/notifications?types[]=collection_update", "").([]any); len(told) != 1 {
			t.Errorf("who is in it hears of the new name: %v", told)
		}

		// The stamp stands at olga's, until she leaves.
		var mine string
		for _, i := range At(olga.Do("GET", "/api/v1/collections/"+there, ""), "collection", "items").([]any) {
			if At(i, "account_id") == olga.ID {
				mine = At(i, "id").(string)
			}
		}
		stamp := olga.Site.URL("/ap/users/" + olga.ID + "/feature_authorizations/" + mine)
		see := func() (int, string) {
			r := httptest.NewRequest("GET", stamp, nil)
			r.Header.Set("Accept", "application/activity+json")
			w := n.Raw(r)
			return w.Code, w.Body.String()
		}
		if code, body := see(); code != 200 || !strings.Contains(body, "FeatureAuthorization") || !strings.Contains(body, "/featured_collections/"+id) {
			t.Errorf("the stamp: %d %s", code, body)
		}
		if status, _ := otto.Try("POST", "/api/v1/collections/"+there+"/items/"+mine+"/revoke", ""); status != 404 {
			t.Errorf("somebody else takes her out: %d", status)
		}
		olga.Do("POST", "/api/v1/collections/"+there+"/items/"+mine+"/revoke", "")
		n.Settle()
		if code, _ := see(); code != 404 {
			t.Errorf("a stamp that was taken back: %d", code)
		}
		for p, id := range map[*Person]string{ann: id, otto: there} {
			if got := names(p, id); got != "ann bob" {
				t.Errorf("%s still sees %q", p.Name, got)
			}
		}
		if status, _ := ann.Try("POST", "/api/v1/collections/"+id+"/items", `{"account_id":"`+olgaHere+`"}`); status != 403 {
			t.Errorf("who left is put back: %d", status)
		}

		// What is not theirs nobody changes; what is wrong is refused.
		for _, try := range [][3]string{
			{"PATCH", "/api/v1/collections/" + id, `{"name":"mine"}`}, {"DELETE", "/api/v1/collections/" + id, ""},
			{"POST", "/api/v1/collections/" + id + "/items", `{"account_id":"` + bob.ID + `"}`},
		} {
			for _, p := range []*Person{bob, otto} {
				if status, _ := p.Try(try[0], try[1], try[2]); status != 404 {
					t.Errorf("%s %s by %s: %d", try[0], try[1], p.Name, status)
				}
			}
		}
		for _, body := range []string{`{}`, `{"name":""}`, `{"name":"` + strings.Repeat("x", 41) + `"}`, `{"name":"x","description":"` + strings.Repeat("x", 101) + `"}`,
			`{"name":"x","language":"!!"}`} {
			if status, v := ann.Try("POST", "/api/v1/collections", body); status != 422 {
				t.Errorf("%s: %d %v", body, status, v)
			}
		}
		hidden := ann.Do("POST", "/api/v1/collections", `{"name":"Mine alone"}`)
		n.Settle()
		b, _ := json.Marshal([]any{otto.Do("GET", "/api/v1/accounts/"+annThere+"/collections", ""), bob.Do("GET", "/api/v1/accounts/"+ann.ID+"/collections", "")})
		if strings.Contains(string(b), "Mine alone") {
			t.Errorf("a collection that is not to be found is: %s of %v", b, hidden)
		}
		ann.Do("DELETE", "/api/v1/collections/"+id, "")
		n.Settle()
		if got := names(otto, there); got != "" {
			t.Errorf("a collection that is gone is there still, with %q", got)
		}
		_ = shy
	})
}
