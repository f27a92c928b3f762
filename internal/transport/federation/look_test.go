package federation

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// looks lets ann open a profile, and the jobs run.
func (w *world) looks(a *skein.Account) {
	w.t.Helper()
	if _, err := w.Social.AccountPosts(w.t.Context(), w.viewer(w.ann), a.ID, social.AccountFilter{}, social.Page{Limit: 20}); err != nil {
		w.t.Fatal(err)
	}
	w.settle()
}

// T85: actors whose collections lead to each other are not followed round: who is found by looking is not looked at.
func TestT85_RingOfActors(t *testing.T) {
	w := newWorld(t)
	p := w.peer("oak.test", "127.0.0.11")
	const ring = 30
	for i := range ring {
		me, next := "r"+strconv.Itoa(i), "r"+strconv.Itoa((i+1)%ring)
		p.pinner(me)
		p.note("/notes/"+me, me, `,"tag":[{"type":"Mention","href":"$/users/`+next+`"}],"cc":["$/users/`+next+`"]`)
		p.serve("/users/"+me+"/featured", `{`+asContext+`,"id":"$/users/`+me+`/featured","type":"OrderedCollection","orderedItems":["$/notes/`+next+`","$/users/`+next+`/featured"]}`)
		p.serve("/users/"+me+"/tags", `{`+asContext+`,"id":"$/users/`+me+`/tags","type":"Collection","items":"$/users/`+next+`/tags"}`)
		p.serve("/users/"+me+"/outbox", `{`+asContext+`,"id":"$/users/`+me+`/outbox","type":"OrderedCollection","first":{"type":"OrderedCollectionPage","next":"$/users/`+me+`/outbox",
			"orderedItems":[{"id":"$/a/`+me+`","type":"Announce","actor":"$/users/`+me+`","to":"https://www.w3.org/ns/activitystreams#Public","object":"$/notes/`+next+`"},
			{"id":"$/c/`+me+`","type":"Create","actor":"$/users/`+me+`","object":"$/notes/`+me+`"}]}}`)
	}
	first := w.meets(p.base + "/users/r0")
	before := p.total()
	w.looks(first)
	if n := p.total() - before; n == 0 || n > 15 {
		t.Errorf("%d requests for one look", n)
	}
	if w.stored(p.base+"/notes/r0") == nil || w.stored(p.base+"/notes/r1") == nil || w.stored(p.base+"/notes/r2") != nil {
		t.Error("kept is something else than the account's own post and what it boosted")
	}
	if n, _ := w.pins(first); n != 0 {
		t.Errorf("%d pins of others' posts", n)
	}
	before = p.total()
	w.looks(first)
	if n := p.total() - before; n != 0 {
		t.Errorf("%d requests for a second look", n)
	}
}

// An outbox holds what its owner did: copies of others' posts, private ones, votes and what lies elsewhere are left.
func TestOutboxOfLies(t *testing.T) {
	w, oak, evil, bob := twoPeers(t)
	mal := w.meets(evil.pinner("mal"))
	public := `"to":["https://www.w3.org/ns/activitystreams#Public"]`
	create := func(object string) string {
		noteCount++
		return fmt.Sprintf(`{"id":"$/a/%d","type":"Create","actor":"$/users/mal","object":%s}`, noteCount, object)
	}
	items := []string{
		create(`{"id":"$/ok","type":"Note","attributedTo":"$/users/mal",` + public + `,"content":"good","published":"2026-10-01T00:00:00Z"}`),
		create(`{"id":"` + oak.base + `/forged","type":"Note","attributedTo":"` + bob.URI + `",` + public + `,"content":"bad"}`),
		create(`{"id":"$/forged","type":"Note","attributedTo":"` + bob.URI + `",` + public + `,"content":"bad"}`),
		create(`{"id":"$/private","type":"Note","attributedTo":"$/users/mal","to":["$/users/mal/followers"],"content":"bad"}`),
		create(`{"id":"$/vote","type":"Note","attributedTo":"$/users/mal",` + public + `,"name":"yes","inReplyTo":"$/q"}`),
		create(`{"id":"@SITE/ap/users/1/statuses/1","type":"Note","attributedTo":"@ANN",` + public + `,"content":"bad"}`),
		`{"id":"$/a/x","type":"Create","actor":"` + bob.URI + `","object":{"id":"$/others","type":"Note","attributedTo":"$/users/mal",` + public + `,"content":"bad"}}`,
		`{"id":"$/a/y","type":"Delete","actor":"$/users/mal","object":"$/ok"}`,
		`"$/a/z"`, `17`, `null`, `[[]]`,
	}
	for i := range 40 {
		items = append(items, create(`{"id":"$/n/`+strconv.Itoa(i)+`","type":"Note","attributedTo":"$/users/mal",`+public+`,"content":"more","published":"2026-10-01T00:00:00Z"}`))
	}
	evil.serve("/users/mal/outbox", `{`+asContext+`,"id":"$/users/mal/outbox","type":"OrderedCollection","orderedItems":[`+strings.Join(items, ",")+`]}`)
	w.looks(mal)
	if p := w.stored(evil.base + "/ok"); p == nil || p.HTML != "good" {
		t.Errorf("the honest post: %+v", p)
	}
	for _, uri := range []string{oak.base + "/forged", evil.base + "/forged", evil.base + "/private", evil.base + "/vote", evil.base + "/others", evil.base + "/n/39",
		w.site.URL("/ap/users/1/statuses/1")} {
		if p := w.stored(uri); p != nil {
			t.Errorf("kept %s by %d", uri, p.Author)
		}
	}
	// Its whole outbox on another's host.
	w.pass(48 * time.Hour)
	evil.serve("/users/eve", strings.Replace(evil.actorDoc("eve"), `"outbox":"$/users/eve/outbox"`, `"outbox":"`+oak.base+`/outbox"`, 1))
	w.looks(w.meets(evil.base + "/users/eve"))
	if n := oak.count("/outbox"); n != 0 {
		t.Errorf("an outbox of another host was read %d times", n)
	}
}
