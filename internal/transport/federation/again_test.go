package federation

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// Who does something, takes it back and does it again is heard in any order, each message but a Follow perhaps twice: what
// they did last holds. And so when they take that back too (T184).
func TestT184_AgainInAnyOrder(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	for kind, object := range map[string]string{"Follow": "@ANN", "Like": "@POST", "Announce": "@POST", "EmojiReact": "@POST", "Block": "@ANN"} {
		for _, count := range []int{3, 4} {
			for i, order := range orders(count) {
				t.Run(fmt.Sprintf("%s %v", kind, order), func(t *testing.T) {
					name := fmt.Sprintf("p%s%d%d", kind, count, i)
					bob := w.meets(p.actor(name))
					v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "again", Language: "en"})
					if err != nil {
						t.Fatal(err)
					}
					post := v.Post
					activity := func(n int) string {
						more := ""
						if kind == "EmojiReact" {
							more = `,"content":"🍵"`
						}
						return p.text(fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"$/%s/%d","type":%q,"actor":%q,"object":%q,"to":["https://www.w3.org/ns/activitystreams#Public"]%s}`,
							name, n, kind, bob.URI, map[string]string{"@ANN": w.ann.URI, "@POST": post.URI}[object], more))
					}
					for _, n := range order {
						body, times := activity(n/2+1), 1
						if n%2 == 1 {
							var done any
							_ = json.Unmarshal([]byte(body), &done)
							raw, _ := json.Marshal(map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s#undo%d", bob.URI, n),
								"type": "Undo", "actor": bob.URI, "object": done})
							body, times = string(raw), 2
						}
						for range times {
							if err := w.Process(t.Context(), skein.Inbound{Site: w.site.ID, Signer: bob.URI, Body: []byte(body)}); err != nil {
								t.Fatal(err)
							}
						}
					}
					got := false
					err = w.DB.View(t.Context(), w.site.ID, func(tx *store.Tx) (err error) {
						switch kind {
						case "Follow":
							_, err = tx.FollowBetween(bob.ID, w.ann.ID)
						case "Block":
							_, err = tx.BlockBetween(bob.ID, w.ann.ID)
						case "Like":
							_, err = tx.Like(bob.ID, post.ID)
						case "Announce":
							_, err = tx.BoostBy(bob.ID, post.ID)
						default:
							_, err = tx.Reaction(bob.ID, post.ID, "🍵")
						}
						return err
					})
					if got = err == nil; err != nil && skein.KindOf(err) != skein.NotFound {
						t.Fatal(err)
					}
					if want := count == 3; got != want {
						t.Errorf("it is %t at the end, want %t", got, want)
					}
				})
			}
		}
	}
}

// orders are all in which so many things can come.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for _, before := range orders(n - 1) {
		for i := range n {
			out = append(out, slices.Insert(slices.Clone(before), i, n-1))
		}
	}
	return out
}
