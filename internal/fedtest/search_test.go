package fedtest

import (
	"strings"
	"testing"
)

// found returns the texts of the posts that a search answers.
func (p *Person) found(q string) string {
	p.Net.t.Helper()
	v := p.Do("GET", "/api/v2/search?type=statuses&q="+escape(q), "")
	list, _ := At(v, "statuses").([]any)
	var out []string
	for _, s := range list {
		text, _ := At(s, "content").(string)
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(text, "<p>"), "</p>"))
	}
	return strings.Join(out, " | ")
}

// A post is found on another server when its author agrees, as long as they do, and until it is deleted there.
func TestT160_SearchAcrossServers(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, oskar, olga := n.Person("ann", "elm.example"), n.Person("oskar", "oak.example"), n.Person("olga", "oak.example")
		oskar.Follow(ann)
		id := ann.Post("A walrus sings 東京で", "public")
		ann.Post("A private walrus", "private")
		n.Settle()
		check := func(who *Person, q, want string) {
			t.Helper()
			if got := who.found(q); got != want {
				t.Errorf("%s searches %s: got %q, want %q", who.Name, q, got, want)
			}
		}
		check(oskar, "walrus", "")
		check(ann, "walrus", "A private walrus | A walrus sings 東京で")
		ann.Do("PATCH", "/api/v1/accounts/update_credentials", `{"indexable":true}`)
		n.Settle()
		check(oskar, "walrus", "A walrus sings 東京で")
		check(olga, "京で", "A walrus sings 東京で")
		check(olga, "from:ann@elm.example sings", "A walrus sings 東京で")
		ann.Do("PUT", "/api/v1/statuses/"+id, `{"status":"A seal barks"}`)
		n.Settle()
		check(olga, "walrus", "")
		check(olga, "SEAL", "A seal barks")
		ann.Do("PATCH", "/api/v1/accounts/update_credentials", `{"indexable":false}`)
		n.Settle()
		check(olga, "seal", "")
		ann.Do("PATCH", "/api/v1/accounts/update_credentials", `{"indexable":true}`)
		n.Settle()
		check(olga, "seal", "A seal barks")
		ann.Do("DELETE", "/api/v1/statuses/"+id, "")
		n.Settle()
		check(olga, "seal", "")
		check(ann, "seal", "")
	})
}
