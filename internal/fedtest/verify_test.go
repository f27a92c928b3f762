package fedtest_test

import (
	"fmt"
	"testing"
	"time"

	"skein/internal/fedtest"
)

// T60: a link in a profile is verified when its page links back with rel=me, and only as long as it does; for our people and,
// when somebody here follows them, for peers'.
func TestT60_VerifiedLinks(t *testing.T) {
	n := fedtest.New(t, "elm.example", "oak.example")
	ann, bob, eve := n.Person("ann", "elm.example"), n.Person("bob", "oak.example"), n.Person("eve", "oak.example")
	set := func(p *fedtest.Person, links ...string) {
		t.Helper()
		fields := ""
		for i, l := range links {
			if i > 0 {
				fields += ","
			}
			fields += fmt.Sprintf(`{"name":"site %d","value":%q}`, i, l)
		}
		p.Do("PATCH", "/api/v1/accounts/update_credentials", `{"fields_attributes":[`+fields+`]}`)
		n.Settle()
	}
	verified := func(p *fedtest.Person, path string) (out []bool) {
		t.Helper()
		list, _ := fedtest.At(p.Do("GET", path, ""), "fields").([]any)
		for _, f := range list {
			out = append(out, fedtest.At(f, "verified_at") != nil)
		}
		return out
	}
	want := func(what string, got []bool, want ...bool) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: verified %v, want %v", what, got, want)
		}
	}
	own := "/api/v1/accounts/verify_credentials"
	set(bob, "https://elm.example/@ann")
	want("a page that does not link back", verified(bob, own), false)
	ann.Follow(bob)
	set(eve, "https://elm.example/@annabel", "https://elm.example/@ann/1", "@ann@elm.example")
	set(ann, "https://oak.example/@bob", "https://oak.example/@eve", "https://none.example/", "see https://oak.example/@bob")
	want("pages that link back, and not", verified(ann, own), true, false, false, false)
	// Bob's page is read again when he saves his profile, and his site tells ann's of it.
	set(bob, "https://elm.example/@ann", "https://elm.example/@nobody")
	want("both ways", verified(bob, own), true, false)
	want("a peer's, as somebody who follows sees it", verified(ann, "/api/v1/accounts/"+ann.Find("bob@oak.example")), true, false)
	set(bob, "https://elm.example/@nobody")
	set(ann, "https://oak.example/@bob", "https://oak.example/@eve")
	want("links back no longer", verified(ann, own), false, false)
	// A profile that is saved as it was has no page read; in the course of a week each is, once.
	set(bob, "https://elm.example/@ann", "https://elm.example/@nobody")
	set(ann, "https://oak.example/@bob", "https://oak.example/@eve")
	want("saved as it was", verified(ann, own), false, false)
	for range 7 * 24 {
		n.Pass(time.Hour)
		if err := n.Server.Social.CheckLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	n.Settle()
	want("looked at in turn", verified(ann, own), true, false)
	// What a peer's profile links to is read again too: a link that is gone counts no longer.
	peers := "/api/v1/accounts/" + ann.Find("bob@oak.example")
	set(bob, "https://elm.example/@ann", "https://elm.example/@nobody", "https://elm.example/@else")
	want("a peer's, both ways", verified(ann, peers), true, false, false)
	set(ann, "https://oak.example/@eve")
	set(bob, "https://elm.example/@ann", "https://elm.example/@nobody")
	want("a peer's, no longer", verified(ann, peers), false, false)
}
