package federation

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

const asContext = `"@context":"https://www.w3.org/ns/activitystreams"`

// note serves a public note of an actor of a peer.
func (p *peer) note(path, name, more string) string {
	p.serve(path, `{`+asContext+`,"id":"$`+path+`","type":"Note","attributedTo":"$/users/`+name+`","to":["https://www.w3.org/ns/activitystreams#Public"],
		"content":"`+path+`","published":"2026-10-05T11:30:00Z"`+more+`}`)
	return p.base + path
}

// opens lets ann read the conversation of a post, and the jobs run.
func (w *world) opens(p *skein.Post) {
	w.t.Helper()
	if _, err := w.Social.Conversation(w.t.Context(), w.viewer(w.ann), p.ID); err != nil {
		w.t.Fatal(err)
	}
	w.settle()
}

// opened is a post of bob's at oak, with a context and replies that the test serves, just before ann opens it.
func opened(t *testing.T) (w *world, oak, evil *peer, root *skein.Post) {
	w, oak, evil, _ = twoPeers(t)
	const more = `"context":"$/ctx","replies":"$/replies"`
	oak.send("bob", createNote("bob", "root", more))
	oak.note("/notes/root", "bob", `,`+more+`,"likes":{"type":"Collection","totalItems":12}`)
	w.pass(10 * time.Minute)
	return w, oak, evil, w.stored(oak.base + "/notes/root")
}

// FEP-f228: what the conversation's collection and the answers' own lists name joins the thread, wherever it is; counts are
// read again; and all that only once in a while.
func TestConversationIsFetchedWhole(t *testing.T) {
	w, oak, evil, root := opened(t)
	one := evil.note("/1", "mal", `,"inReplyTo":"`+root.URI+`"`)
	two := oak.note("/2", "bob", `,"inReplyTo":"`+one+`","replies":{"type":"Collection","id":"$/2/replies","first":{"type":"CollectionPage","next":"$/2/replies?p=2","items":["$/3"]}}`)
	three := oak.note("/3", "bob", `,"inReplyTo":"`+two+`"`)
	four := oak.note("/4", "bob", `,"inReplyTo":"`+two+`"`)
	oak.serve("/2/replies?p=2", `{`+asContext+`,"id":"$/2/replies?p=2","type":"CollectionPage","items":["$/4"]}`)
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","first":"$/ctx?p=1"}`)
	oak.serve("/ctx?p=1", `{`+asContext+`,"id":"$/ctx?p=1","type":"CollectionPage","items":["$/2","`+root.URI+`"]}`) // the parent of 2 is found too
	w.opens(root)
	for _, uri := range []string{one, two, three, four} {
		if p := w.stored(uri); p == nil || p.Thread != root.Thread || p.ReplyTo == 0 {
			t.Errorf("%s: %+v", uri, p)
		}
	}
	if p := w.stored(root.URI); p.LikesShown() != 12 {
		t.Errorf("likes shown = %d, want 12", p.LikesShown())
	}
	before := oak.total()
	w.opens(root)
	if n := oak.total() - before; n != 0 {
		t.Errorf("opened again at once: %d requests", n)
	}
	w.pass(time.Hour)
	w.opens(w.stored(root.URI))
	if oak.total() == before {
		t.Error("opened an hour later: nothing is asked")
	}
	visitor := skein.Viewer{Site: w.site.ID}
	w.pass(time.Hour)
	before = oak.total()
	if _, err := w.Social.Conversation(t.Context(), visitor, root.ID); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if n := oak.total() - before; n != 0 {
		t.Errorf("opened by a visitor: %d requests", n)
	}
}

// T61: a collection puts nothing into a conversation: copies in it are not looked at, strangers' posts that answer something
// else are not kept.
func TestT61_CollectionsInjectNothing(t *testing.T) {
	w, oak, evil, root := opened(t)
	mine := oak.note("/mine", "bob", `,"inReplyTo":"`+root.URI+`"`)
	stray := evil.note("/stray", "mal", "")
	other := evil.note("/other", "mal", `,"inReplyTo":"$/stray"`)
	forged := evil.base + "/forged" // stands nowhere
	evil.serve("/replies", `{`+asContext+`,"id":"$/replies","type":"Collection","items":["`+oak.base+`/mine"]}`)
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","items":["`+stray+`","`+other+`","$/mine",
		{"id":"`+forged+`","type":"Note","attributedTo":"`+evil.base+`/users/mal","to":["https://www.w3.org/ns/activitystreams#Public"],"content":"I resign","inReplyTo":"`+root.URI+`"},
		{"id":"`+w.ann.URI+`/statuses/9","type":"Note","attributedTo":"@ANN","to":["https://www.w3.org/ns/activitystreams#Public"],"content":"I resign","inReplyTo":"`+root.URI+`"}]}`)
	w.opens(root)
	if w.stored(mine) == nil {
		t.Error("the answer is not kept")
	}
	for _, uri := range []string{stray, other, forged, w.ann.URI + "/statuses/9"} {
		if p := w.stored(uri); p != nil {
			t.Errorf("kept %s: %q", uri, p.HTML)
		}
	}
	// The list of answers of one host is not another's to give.
	oak.note("/notes/root", "bob", `,"replies":"`+evil.base+`/replies"`)
	w.pass(time.Hour)
	w.opens(w.stored(root.URI))
	if n := evil.count("/replies"); n != 0 {
		t.Errorf("%d requests for another host's list of answers", n)
	}
}

// T83: a conversation causes a hundred fetches in an hour, however its answers multiply.
func TestT83_EndlessAnswers(t *testing.T) {
	w, oak, evil, root := opened(t)
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","items":[]}`)
	oak.serve("/replies", `{`+asContext+`,"id":"$/replies","type":"Collection","items":["`+evil.base+`/t/0"]}`)
	for i := range 300 {
		parent, n := root.URI, strconv.Itoa(i)
		if i > 0 {
			parent = evil.base + "/t/" + strconv.Itoa((i-1)/3)
		}
		var children []string
		for c := range 3 {
			children = append(children, `"$/t/`+strconv.Itoa(3*i+c+1)+`"`)
		}
		evil.note("/t/"+n, "mal", `,"inReplyTo":"`+parent+`","replies":{"type":"Collection","items":[`+strings.Join(children, ",")+`]}`)
	}
	before := oak.total() + evil.total()
	w.opens(root)
	if n := oak.total() + evil.total() - before; n < 50 || n > threadFetches+10 { // the handle takes some of its own
		t.Errorf("%d requests, want at most %d", n, threadFetches)
	}
	w.pass(20 * time.Minute)
	before = oak.total() + evil.total()
	w.opens(w.stored(root.URI))
	if n := oak.total() + evil.total() - before; n > threadFetches/2 {
		t.Errorf("%d requests more within the hour", n)
	}
	// A chain: each on a page of its own, deeper than anybody reads.
	w.pass(2 * time.Hour)
	for i := range 60 {
		oak.note("/c/"+strconv.Itoa(i), "bob", fmt.Sprintf(`,"inReplyTo":"%s","replies":{"type":"Collection","items":["$/c/%d"]}`,
			map[bool]string{true: root.URI, false: "$/c/" + strconv.Itoa(i-1)}[i == 0], i+1))
	}
	oak.serve("/replies", `{`+asContext+`,"id":"$/replies","type":"Collection","items":["$/c/0"]}`)
	w.opens(w.stored(root.URI))
	if w.stored(oak.base+"/c/5") == nil || w.stored(oak.base+"/c/"+strconv.Itoa(maxDepth+1)) != nil {
		t.Errorf("a chain is not read to a depth of %d", maxDepth)
	}
}

// T84: pages that lead in circles, or to no end, end.
func TestT84_EndlessPages(t *testing.T) {
	w, oak, evil, root := opened(t)
	hits := 0
	oak.answer("/ctx", func(rw http.ResponseWriter, r *http.Request) {
		hits++
		rw.Header().Set("Content-Type", activitypub.ContentType)
		_, _ = fmt.Fprint(rw, oak.text(fmt.Sprintf(`{`+asContext+`,"id":"$/ctx?p=%d","type":"CollectionPage","totalItems":1e18,"items":[],"next":"$/ctx?p=%d"}`, hits, hits)))
	})
	oak.serve("/replies", `{`+asContext+`,"id":"$/replies","type":"Collection","totalItems":-1,"first":"$/replies"}`)
	w.opens(root)
	if hits == 0 || hits > maxPages+1 {
		t.Errorf("%d pages of a list without end, want at most %d", hits, maxPages)
	}
	if n := oak.count("/replies"); n != 1 {
		t.Errorf("a page that leads to itself was read %d times", n)
	}
	// A page of many: not more than can be spent are asked for.
	var many []string
	for i := range 5000 {
		many = append(many, `"`+evil.base+`/many/`+strconv.Itoa(i)+`"`)
	}
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","items":[`+strings.Join(many, ",")+`]}`)
	w.pass(2 * time.Hour)
	before := evil.total()
	w.opens(w.stored(root.URI))
	if n := evil.total() - before; n > threadFetches {
		t.Errorf("%d requests for a page of thousands", n)
	}
	// Pages of another host.
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","first":"`+evil.base+`/page"}`)
	w.pass(2 * time.Hour)
	w.opens(w.stored(root.URI))
	if n := evil.count("/page"); n != 0 {
		t.Errorf("a page of another host was read %d times", n)
	}
}

// T166: what is not for everybody is not kept because a list names it, and never as public.
func TestT166_ListsDoNotPublish(t *testing.T) {
	w, oak, _, root := opened(t)
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","items":["$/private","$/direct"]}`)
	for path, to := range map[string]string{"/private": "$/users/bob/followers", "/direct": "$/users/eve"} {
		oak.serve(path, `{`+asContext+`,"id":"$`+path+`","type":"Note","attributedTo":"$/users/bob","to":["`+to+`"],"content":"secret","inReplyTo":"`+root.URI+`"}`)
	}
	w.opens(root)
	for _, path := range []string{"/private", "/direct"} {
		if p := w.stored(oak.base + path); p != nil {
			t.Errorf("%s is kept as %v", path, p.Visibility)
		}
	}
}

// T175: answers of somebody who is suspended here stay out.
func TestT175_ConversationWithoutSuspended(t *testing.T) {
	w, oak, evil, root := opened(t)
	mal := w.meets(evil.base + "/users/mal")
	w.suspend(mal)
	evil.note("/1", "mal", `,"inReplyTo":"`+root.URI+`"`)
	oak.serve("/ctx", `{`+asContext+`,"id":"$/ctx","type":"Collection","items":["`+evil.base+`/1"]}`)
	w.opens(root)
	if w.stored(evil.base+"/1") != nil {
		t.Error("a suspended author's answer is kept")
	}
}

// T185: only the post's own server says that it is gone, at the post's own address; trouble says nothing.
func TestT185_GoneAtItsOrigin(t *testing.T) {
	for code, stays := range map[int]bool{404: false, 410: false, 500: true, 503: true, 403: true, 302: true} {
		w, oak, evil, root := opened(t)
		oak.answer("/notes/root", func(rw http.ResponseWriter, _ *http.Request) {
			if code == 302 {
				rw.Header().Set("Location", evil.base+"/nothing")
			}
			rw.WriteHeader(code)
		})
		w.opens(root)
		if got := w.stored(root.URI) != nil; got != stays {
			t.Errorf("%d: stays = %v", code, got)
		}
	}
	w, oak, _, root := opened(t)
	oak.serve("/notes/root", `{`+asContext+`,"id":"$/notes/root","type":"Tombstone"}`)
	w.opens(root)
	if w.stored(root.URI) != nil {
		t.Error("a Tombstone leaves the post")
	}
}

func (w *world) suspend(a *skein.Account) {
	w.t.Helper()
	err := w.DB.Update(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		now, err := tx.Account(a.ID)
		if err != nil {
			return err
		}
		now.SuspendedAt = w.clock()
		return tx.UpdateAccount(now)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
