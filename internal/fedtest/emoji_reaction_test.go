package fedtest_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"skein/internal/fedtest"
	"skein/internal/skein"
	"skein/internal/store"
)

// reactions says how the reactions to a post look to somebody; * are their own.
func reactions(p *fedtest.Person, id string) string {
	var list []string
	post := p.Do("GET", "/api/v1/statuses/"+id, "")
	all, _ := fedtest.At(post, "emoji_reactions").([]any)
	for _, r := range all {
		s := fmt.Sprintf("%v %v", fedtest.At(r, "name"), fedtest.At(r, "count"))
		if fedtest.At(r, "me") == true {
			s += "*"
		}
		list = append(list, s)
	}
	if n := fedtest.At(post, "favourites_count"); n != 0.0 {
		list = append(list, fmt.Sprintf("and %v likes", n))
	}
	return strings.Join(list, ", ")
}

// A reaction goes to the author's site with its custom emoji, is no like there, and can be taken back.
func TestReactionsAcrossSites(t *testing.T) {
	fedtest.Each(t, two, func(t *testing.T, n *fedtest.Net) {
		ada, ben := n.Person("ada", "elm.example"), n.Person("ben", "oak.example")
		err := n.Server.DB.Update(t.Context(), ben.Site.ID, func(tx *store.Tx) error {
			return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://oak.example/blob.png"})
		})
		if err != nil {
			t.Fatal(err)
		}
		ben.Follow(ada)
		id := ada.Post("hello", "public")
		n.Settle()
		there := thereOf(ben)
		path := "/api/v1/pleroma/statuses/" + there + "/reactions/"
		ben.Do("PUT", path+url.PathEscape("🎉"), "")
		ben.Do("PUT", path+url.PathEscape(":blob:"), "")
		ada.Do("PUT", "/api/v1/pleroma/statuses/"+id+"/reactions/"+url.PathEscape("🎉"), "")
		n.Settle()
		if got, want := reactions(ben, there), "🎉 1*, blob 1*"; got != want {
			t.Errorf("ben sees %s; want %s", got, want)
		}
		if got, want := reactions(ada, id), "🎉 2*, blob@oak.example 1"; got != want {
			t.Errorf("ada sees %s; want %s", got, want)
		}
		if got := kinds(ada); strings.Count(got, "favourite") != 1 {
			t.Errorf("ada is told %q", got)
		}
		list := ada.Timeline("/api/v1/pleroma/statuses/" + id + "/reactions")
		// Pictures of other servers are shown from the own site, at an address that holds theirs.
		mirrored := base64.RawURLEncoding.EncodeToString([]byte("https://oak.example/blob.png"))
		if len(list) != 2 || len(fedtest.At(list[0], "accounts").([]any)) != 2 || !strings.HasPrefix(fedtest.At(list[1], "url").(string), "https://elm.example/proxy/") ||
			!strings.Contains(fedtest.At(list[1], "url").(string), mirrored) {
			t.Errorf("reactions: %v", list)
		}
		ben.Do("DELETE", path+url.PathEscape("🎉"), "")
		ben.Do("DELETE", path+"blob", "")
		n.Settle()
		if got, want := reactions(ada, id), "🎉 1*"; got != want {
			t.Errorf("after taking back ada sees %s; want %s", got, want)
		}
		if got := kinds(ada); strings.Contains(got, "favourite") {
			t.Errorf("ada is still told %q", got)
		}
		if status, v := ben.Try("PUT", path+"good", ""); status != 422 {
			t.Errorf("a word: %d %v", status, v)
		}
	})
}
