package federation

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/kit/activitypub"
	"skein/internal/skein"
	"skein/internal/store"
)

// twoPeers is ann following bob of oak, and evil, whom nobody knows.
func twoPeers(t *testing.T) (w *world, oak, evil *peer, bob *skein.Account) {
	w = newWorld(t)
	oak, evil = w.peer("oak.test", "127.0.0.11"), w.peer("evil.test", "127.0.0.12")
	bob = w.meets(oak.actor("bob"))
	oak.actor("eve")
	evil.actor("mal")
	w.follows(w.ann, bob)
	return w, oak, evil, bob
}

// T42, T44: a copy counts only from its author, on the author's host.
func TestT42_T44_ForgedObjects(t *testing.T) {
	w, oak, evil, bob := twoPeers(t)
	mal := w.meets(evil.base + "/users/mal")
	w.follows(w.ann, mal)
	for i, object := range []string{
		`{"id":"` + oak.base + `/notes/forged","type":"Note","attributedTo":"` + bob.URI + `","content":"forged"}`,
		`{"id":"$/notes/1","type":"Note","attributedTo":"` + bob.URI + `","content":"forged"}`,
		`{"id":"` + oak.base + `/notes/forged","type":"Note","attributedTo":"$/users/mal","content":"forged"}`,
		`"` + oak.base + `/notes/forged"`,
	} {
		evil.send("mal", `{"id":"$/a/`+strconv.Itoa(i)+`","type":"Create","to":"https://www.w3.org/ns/activitystreams#Public","object":`+object+`}`)
	}
	for _, uri := range []string{oak.base + "/notes/forged", evil.base + "/notes/1"} {
		if p := w.stored(uri); p != nil {
			t.Errorf("stored %s by %d: %s", uri, p.Author, p.HTML)
		}
	}
	// An object by name is fetched from its origin, where its author is named.
	oak.serve("/notes/2", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/2","type":"Note","attributedTo":"$/users/bob",
		"to":"https://www.w3.org/ns/activitystreams#Public","content":"true"}`)
	oak.send("bob", `{"id":"$/a/2","type":"Create","to":"https://www.w3.org/ns/activitystreams#Public","object":"$/notes/2"}`)
	if p := w.stored(oak.base + "/notes/2"); p == nil || p.Author != bob.ID {
		t.Errorf("fetched from its origin: got %+v", p)
	}
}

// T43, T45, T47: what is fetched must stand at its own id and be ActivityPub.
func TestT43_T45_T47_FetchedObjects(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	const head = `{"@context":"https://www.w3.org/ns/activitystreams","type":"Note","to":"https://www.w3.org/ns/activitystreams#Public",`
	evil.serve("/notes/other", head+`"id":"`+oak.base+`/notes/none","attributedTo":"`+oak.base+`/users/bob","content":"x"}`)
	evil.serve("/notes/moved", head+`"id":"$/notes/true","attributedTo":"$/users/mal","content":"x"}`)
	evil.serve("/notes/true", head+`"id":"$/notes/true","attributedTo":"$/users/mal","content":"true"}`)
	evil.serve("/notes/loop", head+`"id":"$/notes/loop2","attributedTo":"$/users/mal","content":"x"}`)
	evil.serve("/notes/loop2", head+`"id":"$/notes/loop","attributedTo":"$/users/mal","content":"x"}`)
	for i, kind := range []string{"text/plain", "text/html", "application/json", "application/ld+json", "image/png", ""} {
		evil.serveAs("/notes/kind"+strconv.Itoa(i), kind, head+`"id":"$/notes/kind`+strconv.Itoa(i)+`","attributedTo":"$/users/mal","content":"x"}`)
		if _, err := w.FindPost(t.Context(), w.site.ID, evil.base+"/notes/kind"+strconv.Itoa(i)); err == nil {
			t.Errorf("%q was taken for ActivityPub", kind)
		}
	}
	oak.answer("/redirect", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, evil.base+"/notes/forged", http.StatusFound)
	})
	evil.serve("/notes/forged", head+`"id":"`+oak.base+`/redirect","attributedTo":"`+oak.base+`/users/bob","content":"forged"}`)
	for _, uri := range []string{evil.base + "/notes/other", evil.base + "/notes/loop", oak.base + "/redirect", evil.base + "/notes/none", evil.base + "/users/mal"} {
		if p, err := w.FindPost(t.Context(), w.site.ID, uri); err == nil {
			t.Errorf("%s: got %+v", uri, p)
		}
	}
	p, err := w.FindPost(t.Context(), w.site.ID, evil.base+"/notes/moved")
	if err != nil || p.URI != evil.base+"/notes/true" || !strings.Contains(p.HTML, "true") {
		t.Errorf("an alias: got %+v, %v", p, err)
	}
	n := evil.count("/notes/none")
	_, _ = w.FindPost(t.Context(), w.site.ID, evil.base+"/notes/none")
	if evil.count("/notes/none") != n {
		t.Error("a look-up that failed is made again at once")
	}
}

func TestT48_UpdatesByOthers(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	oak.send("bob", createNote("bob", "1", ""))
	uri := oak.base + "/notes/1"
	edit := func(author, more string) string {
		return `{"id":"$/u/` + strconv.Itoa(noteCount) + more[:1] + author + `","type":"Update","to":"https://www.w3.org/ns/activitystreams#Public","object":{"id":"` + uri +
			`","type":"Note","attributedTo":"` + author + `","content":"` + more + `","to":"https://www.w3.org/ns/activitystreams#Public","published":"2026-10-05T11:00:00Z","updated":"2026-10-05T11:30:00Z"}}`
	}
	w.meets(oak.base + "/users/eve")
	w.meets(evil.base + "/users/mal")
	oak.send("eve", edit(oak.base+"/users/eve", "1 by another of the host"))
	oak.send("eve", edit(oak.base+"/users/bob", "2 in the owner's name"))
	evil.send("mal", edit(oak.base+"/users/bob", "3 by another host"))
	if p := w.stored(uri); p.HTML != "<p>hello</p>" {
		t.Errorf("changed to %q", p.HTML)
	}
	oak.send("bob", edit(oak.base+"/users/bob", "4 by the owner"))
	if p := w.stored(uri); p.HTML != "4 by the owner" {
		t.Errorf("the owner's edit: %q", p.HTML)
	}
	oak.send("bob", strings.Replace(edit(oak.base+"/users/bob", "5 older"), "11:30", "11:20", 1))
	if p := w.stored(uri); p.HTML != "4 by the owner" {
		t.Errorf("rolled back to %q", p.HTML)
	}
	// T49: a Create that names it again changes nothing.
	oak.send("bob", createNote("bob", "1", `"content2":"x"`))
	if p := w.stored(uri); p.HTML != "4 by the owner" {
		t.Errorf("a second Create: %q", p.HTML)
	}
}

func TestT50_AnnouncedCopiesAreNotBelieved(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	evil.serve("/notes/1", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/1","type":"Note","attributedTo":"$/users/mal",
		"to":"https://www.w3.org/ns/activitystreams#Public","content":"true"}`)
	evil.serve("/notes/2", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/notes/2","type":"Note","attributedTo":"$/users/mal",
		"to":"$/users/mal/followers","content":"private"}`)
	announce := func(id, object string) string {
		return `{"id":"$/b/` + id + `","type":"Announce","published":"2026-10-05T11:30:00Z","to":"https://www.w3.org/ns/activitystreams#Public","object":` + object + `}`
	}
	oak.send("bob", announce("1", `{"id":"`+evil.base+`/notes/1","type":"Note","attributedTo":"`+evil.base+`/users/mal","content":"forged"}`))
	p := w.stored(evil.base + "/notes/1")
	if p == nil || p.HTML != "true" || p.BoostCount != 1 {
		t.Fatalf("got %+v, want the post from its origin, boosted once", p)
	}
	// A group announces the activity (FEP-1b12).
	oak.send("bob", announce("1b", `{"id":"`+evil.base+`/x","type":"Create","actor":"`+evil.base+`/users/mal","object":"`+evil.base+`/notes/1"}`))
	// T51: what is private is not boosted by others.
	oak.send("bob", announce("2", `"`+evil.base+`/notes/2"`))
	if p := w.stored(evil.base + "/notes/2"); p != nil && p.BoostCount != 0 {
		t.Errorf("a private post was boosted: %+v", p)
	}
	if b := w.stored(oak.base + "/b/2"); b != nil {
		t.Error("a boost of a private post is here")
	}
	// T185: others do not take the boost back; bob does.
	oak.send("eve", `{"id":"$/ub/1","type":"Undo","object":{"id":"$/b/1","type":"Announce","actor":"$/users/bob","object":"`+evil.base+`/notes/1"}}`)
	if p := w.stored(evil.base + "/notes/1"); p.BoostCount != 1 {
		t.Error("another one took the boost back")
	}
	// One of the two names is taken back, then the other (T184).
	oak.send("bob", `{"id":"$/ub/2b","type":"Undo","object":{"id":"$/b/1b","type":"Announce","actor":"$/users/bob","object":"`+evil.base+`/notes/1"}}`)
	if p := w.stored(evil.base + "/notes/1"); p.BoostCount != 1 {
		t.Errorf("after the undo of one of two: %d boosts", p.BoostCount)
	}
	oak.send("bob", `{"id":"$/ub/2","type":"Undo","object":{"id":"$/b/1","type":"Announce","actor":"$/users/bob","object":"`+evil.base+`/notes/1"}}`)
	if p := w.stored(evil.base + "/notes/1"); p.BoostCount != 0 {
		t.Errorf("after the undo: %d boosts", p.BoostCount)
	}
}

// T81, T82: long lists are cut, few of the unknown are fetched.
func TestT81_ListsAreBounded(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	var tags, cc []string
	for i := range 3000 {
		tags = append(tags, fmt.Sprintf(`{"type":"Mention","href":"%s/users/u%d","name":"@u%d"}`, evil.base, i, i))
		tags = append(tags, fmt.Sprintf(`{"type":"Hashtag","name":"#t%d"}`, i))
		cc = append(cc, fmt.Sprintf(`"%s/users/u%d"`, evil.base, i))
	}
	var media []string
	for i := range 1000 {
		media = append(media, fmt.Sprintf(`{"type":"Image","url":"%s/%d.png","name":"x"}`, evil.base, i))
	}
	body := `{"id":"$/big","type":"Create","to":"https://www.w3.org/ns/activitystreams#Public","object":{"id":"$/notes/big","type":"Note","attributedTo":"$/users/bob",
		"to":"https://www.w3.org/ns/activitystreams#Public","cc":[` + strings.Join(cc, ",") + `],"content":"big","tag":[` + strings.Join(tags, ",") + `],"attachment":[` + strings.Join(media, ",") + `]}}`
	before := evil.total()
	oak.send("bob", body)
	p := w.stored(oak.base + "/notes/big")
	if p == nil {
		t.Fatal("the post is not here")
	}
	if len(p.Tags) > skein.MaxTags || len(p.Attachments) > maxAttachments || len(p.Mentions) > skein.MaxMentions {
		t.Errorf("%d tags, %d attachments, %d mentions", len(p.Tags), len(p.Attachments), len(p.Mentions))
	}
	if n := evil.total() - before; n > 2*maxUnknown {
		t.Errorf("%d requests for the unknown", n)
	}
}

// T83: threads without end are climbed twenty steps.
func TestT83_EndlessThread(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	for i := range 60 {
		evil.serve("/t/"+strconv.Itoa(i), fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"$/t/%d","type":"Note","attributedTo":"$/users/mal",
			"to":"https://www.w3.org/ns/activitystreams#Public","content":"x","inReplyTo":"$/t/%d"}`, i, i+1))
	}
	oak.send("bob", createNote("bob", "deep", `"inReplyTo":"`+evil.base+`/t/0"`))
	n := 0
	for i := range 60 {
		n += evil.count("/t/" + strconv.Itoa(i))
	}
	if n == 0 || n > maxDepth {
		t.Errorf("%d parents were fetched, want 1 to %d", n, maxDepth)
	}
	if p := w.stored(oak.base + "/notes/deep"); p == nil || p.ReplyTo == 0 {
		t.Errorf("the reply has not joined its thread: %+v", p)
	}
}

// T164, T165: access goes by the author's own followers collection and by address, never by text.
func TestT164_T165_NamedButNotAddressed(t *testing.T) {
	w, oak, _, _ := twoPeers(t)
	dan := w.local("dan")
	oak.send("bob", `{"id":"$/a/7","type":"Create","object":{"id":"$/notes/7","type":"Note","attributedTo":"$/users/bob","to":["@ANN"],"content":"secret",
		"tag":[{"type":"Mention","href":"@ANN","name":"@ann"},{"type":"Mention","href":"`+dan.URI+`","name":"@dan"}]}}`)
	p := w.stored(oak.base + "/notes/7")
	if p == nil || p.Visibility != skein.Direct {
		t.Fatalf("got %+v", p)
	}
	if _, err := w.Social.Post(t.Context(), w.viewer(dan), p.ID); skein.KindOf(err) != skein.NotFound {
		t.Errorf("dan, who is only named, reads it: %v", err)
	}
	if _, err := w.Social.Post(t.Context(), w.viewer(w.ann), p.ID); err != nil {
		t.Errorf("ann, who is addressed, does not: %v", err)
	}
	// T58: another's followers collection is nobody's audience.
	oak.send("bob", `{"id":"$/a/8","type":"Create","object":{"id":"$/notes/8","type":"Note","attributedTo":"$/users/bob","to":["$/users/eve/followers","@ANN"],"content":"secret"}}`)
	if p := w.stored(oak.base + "/notes/8"); p == nil || p.Visibility != skein.Direct {
		t.Errorf("addressed to another's followers: %+v", p)
	}
}

// T215: what nobody here asked for leaves no trace.
func TestT215_Unsolicited(t *testing.T) {
	w, _, evil, _ := twoPeers(t)
	if got := evil.deliver("mal", createNote("mal", "0", "")); got != http.StatusAccepted { // its key is fetched, once
		t.Fatalf("got %d, want 202", got)
	}
	before := evil.total()
	for i := range 50 {
		id := strconv.Itoa(i)
		evil.deliver("mal", createNote("mal", id, `"inReplyTo":"$/notes/x`+id+`","tag":[{"type":"Mention","href":"$/users/y`+id+`"}],"cc":["$/users/y`+id+`"]`))
		evil.deliver("mal", `{"id":"$/b/`+id+`","type":"Announce","to":"https://www.w3.org/ns/activitystreams#Public","object":"$/notes/z`+id+`"}`)
		evil.deliver("mal", `{"id":"$/l/`+id+`","type":"Like","object":"$/notes/z`+id+`"}`)
	}
	w.settle()
	if n := evil.total() - before; n != 0 {
		t.Errorf("%d requests, want none", n)
	}
	if a, err := w.account(t.Context(), w.site.ID, evil.base+"/users/mal"); err != nil || a != nil {
		t.Errorf("the account was stored: %v %v", a, err)
	}
	if w.stored(evil.base+"/notes/0") != nil {
		t.Error("a post was stored")
	}
}

// T183: a deleted post does not come back, in whatever order it comes and goes.
func TestT183_DeletedStaysDeleted(t *testing.T) {
	w, oak, _, _ := twoPeers(t)
	const remove = `{"id":"$/notes/%s#delete","type":"Delete","to":"https://www.w3.org/ns/activitystreams#Public","object":{"id":"$/notes/%s","type":"Tombstone"}}`
	steps := map[string]func(id string) string{
		"create": func(id string) string { return createNote("bob", id, "") },
		"update": func(id string) string {
			return strings.Replace(strings.Replace(createNote("bob", id, `"updated":"2026-10-05T11:30:00Z"`), `"Create"`, `"Update"`, 1), "hello", "edited", 1)
		},
		"delete": func(id string) string { return fmt.Sprintf(remove, id, id) },
	}
	for i, order := range [][]string{
		{"create", "update", "delete"}, {"create", "delete", "update"}, {"update", "create", "delete"},
		{"update", "delete", "create"}, {"delete", "create", "update"}, {"delete", "update", "create"},
	} {
		id := "o" + strconv.Itoa(i)
		for _, step := range order {
			oak.send("bob", steps[step](id))
		}
		if p := w.stored(oak.base + "/notes/" + id); p != nil {
			t.Errorf("%v: the post is here", order)
		}
	}
	// T184: an edit that comes first is the newest state for good.
	oak.send("bob", steps["update"]("early"))
	oak.send("bob", steps["create"]("early"))
	if p := w.stored(oak.base + "/notes/early"); p == nil || p.HTML != "<p>edited</p>" {
		t.Errorf("update before create: %+v", p)
	}
	// Also of somebody whom nobody here knew.
	oak.actor("new")
	oak.send("new", fmt.Sprintf(remove, "late", "late"))
	oak.send("new", strings.Replace(createNote("new", "late", `"inReplyTo":"`+w.ann.URI+`","tag":[{"type":"Mention","href":"@ANN"}],"cc":["@ANN"]`), `"cc":["$/users/new/followers"],`, "", 1))
	if w.stored(oak.base+"/notes/late") != nil {
		t.Error("deleted by somebody unknown, and here")
	}
	// Nobody deletes what is another's, not even before it comes (T185).
	w.meets(oak.base + "/users/eve")
	oak.send("eve", fmt.Sprintf(remove, "kept", "kept"))
	oak.send("bob", steps["create"]("kept"))
	oak.send("eve", strings.Replace(fmt.Sprintf(remove, "kept", "kept"), "#delete", "#delete2", 1))
	if w.stored(oak.base+"/notes/kept") == nil {
		t.Error("eve deleted bob's post")
	}
}

// T52, T53: only the followee's own answer to a follow of ours counts. T184: an undo before its follow wins.
func TestT52_AnswersOfOthers(t *testing.T) {
	w, oak, evil, bob := twoPeers(t)
	eve := w.meets(oak.base + "/users/eve")
	mal := w.meets(evil.base + "/users/mal")
	following := func(target skein.ID) bool {
		t.Helper()
		yes := false
		err := w.DB.View(t.Context(), w.site.ID, func(tx *store.Tx) error {
			f, err := tx.FollowBetween(w.ann.ID, target)
			yes = err == nil && f.Accepted
			if skein.KindOf(err) == skein.NotFound {
				return nil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	accept := func(id, actor string) string {
		return `{"id":"$/acc/` + id + `","type":"Accept","object":{"id":"@SITE/x","type":"Follow","actor":"@ANN","object":"` + actor + `"}}`
	}
	oak.send("eve", accept("1", eve.URI)) // never asked
	if following(eve.ID) {
		t.Error("ann follows somebody whom she never asked")
	}
	var f *skein.Follow
	err := w.DB.Update(t.Context(), w.site.ID, func(tx *store.Tx) error {
		f = &skein.Follow{ID: tx.NewID(), Account: w.ann.ID, Target: eve.ID, URI: w.ann.URI + "/follows/1"}
		_, err := tx.InsertFollow(f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	evil.send("mal", strings.Replace(accept("2", eve.URI), "@SITE/x", f.URI, 1)) // a third party
	evil.send("mal", strings.Replace(accept("3", mal.URI), "@SITE/x", f.URI, 1))
	if following(eve.ID) || following(mal.ID) {
		t.Error("a third party's answer counted")
	}
	oak.send("eve", strings.Replace(accept("4", eve.URI), "@SITE/x", f.URI, 1))
	if !following(eve.ID) {
		t.Error("the followee's answer did not count")
	}
	oak.send("eve", `{"id":"$/rej/1","type":"Reject","object":{"id":"`+f.URI+`","type":"Follow","actor":"@ANN","object":"`+eve.URI+`"}}`)
	oak.send("eve", strings.Replace(accept("5", eve.URI), "@SITE/x", f.URI, 1)) // T53
	if following(eve.ID) {
		t.Error("an answer after the refusal counted")
	}

	follows := func() bool {
		yes := false
		_ = w.DB.View(t.Context(), w.site.ID, func(tx *store.Tx) error {
			f, err := tx.FollowBetween(bob.ID, w.ann.ID)
			yes = err == nil && f.Accepted
			return nil
		})
		return yes
	}
	oak.send("bob", `{"id":"$/f/1","type":"Follow","object":"@ANN"}`)
	if !follows() {
		t.Error("bob does not follow ann")
	}
	undo := `{"id":"$/u/1","type":"Undo","object":{"id":"$/f/1","type":"Follow","actor":"$/users/bob","object":"@ANN"}}`
	oak.send("eve", undo) // T52: eve takes back what bob did
	if !follows() {
		t.Error("another one took bob's follow back")
	}
	oak.send("bob", undo)
	oak.send("bob", `{"id":"$/u/2","type":"Undo","object":"$/f/2"}`)
	oak.send("bob", `{"id":"$/f/2","type":"Follow","object":"@ANN"}`)
	if follows() {
		t.Error("bob follows though he took it back")
	}
}

// T184: what somebody unknown takes back before it comes does not come; T64: a follow of the same name counts again when it
// was taken back, as Misskey and PeerTube name theirs.
func TestT184_UndoneByTheUnknown(t *testing.T) {
	w, oak, _, _ := twoPeers(t)
	v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "tea", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	likes := func() int { return w.stored(v.Post.URI).LikeCount }
	for i, name := range []string{"one", "two", "six"} {
		oak.actor(name)
		what := fmt.Sprintf(`{"id":"$/l/%d","type":"Like","actor":"$/users/%s","object":"%s"}`, i, name, v.Post.URI)
		if i == 1 {
			what = fmt.Sprintf(`"$/l/%d"`, i)
		}
		oak.send(name, fmt.Sprintf(`{"id":"$/ul/%d","type":"Undo","object":%s}`, i, what))
		if i < 2 {
			oak.send(name, fmt.Sprintf(`{"id":"$/l/%d","type":"Like","object":"%s"}`, i, v.Post.URI))
		}
	}
	if likes() != 0 {
		t.Errorf("%d likes that were taken back", likes())
	}
	follow := `{"id":"$/f/six","type":"Follow","object":"@ANN"}`
	for range 3 {
		oak.send("six", follow)
		if n := w.followers(w.ann); n != 1 {
			t.Fatalf("%d followers, want 1", n)
		}
		w.pass(time.Minute)
		oak.send("six", `{"id":"$/f/six/undo","type":"Undo","object":{"id":"$/f/six","type":"Follow","actor":"$/users/six","object":"@ANN"}}`)
		if n := w.followers(w.ann); n != 0 {
			t.Fatalf("%d followers, want none", n)
		}
		w.pass(time.Minute)
	}
}

func (w *world) followers(a *skein.Account) int {
	w.t.Helper()
	n := 0
	err := w.DB.View(w.t.Context(), w.site.ID, func(tx *store.Tx) error {
		fresh, err := tx.Account(a.ID)
		if err == nil {
			n = fresh.FollowerCount
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestLikesComeAndGo(t *testing.T) {
	w, oak, _, _ := twoPeers(t)
	v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "tea", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	uri := v.Post.URI
	likes := func() int { return w.stored(uri).LikeCount }
	w.meets(oak.base + "/users/eve")
	oak.send("eve", `{"id":"$/l/1","type":"Like","object":"`+uri+`"}`)
	oak.send("eve", `{"id":"$/l/1b","type":"Like","object":"`+uri+`"}`)
	if likes() != 1 {
		t.Errorf("%d likes, want 1", likes())
	}
	oak.send("eve", `{"id":"$/e/1","type":"EmojiReact","object":"`+uri+`","content":"🍵"}`)
	oak.send("bob", `{"id":"$/ul/0","type":"Undo","object":{"id":"$/l/1","type":"Like","actor":"$/users/eve","object":"`+uri+`"}}`)
	if likes() != 1 {
		t.Errorf("%d likes after another one's undo, want 1", likes())
	}
	// One of the two names is taken back, then the other (T184).
	oak.send("eve", `{"id":"$/ul/1b","type":"Undo","object":{"id":"$/l/1b","type":"Like","actor":"$/users/eve","object":"`+uri+`"}}`)
	if likes() != 1 {
		t.Errorf("%d likes after the undo of one of two, want 1", likes())
	}
	oak.send("eve", `{"id":"$/ul/1","type":"Undo","object":{"id":"$/l/1","type":"Like","actor":"$/users/eve","object":"`+uri+`"}}`)
	if likes() != 0 {
		t.Errorf("%d likes after the undo, want none", likes())
	}
	// T184: the undo comes first.
	oak.send("eve", `{"id":"$/ul/2","type":"Undo","object":{"id":"$/l/2","type":"Like","actor":"$/users/eve","object":"`+uri+`"}}`)
	oak.send("eve", `{"id":"$/l/2","type":"Like","object":"`+uri+`"}`)
	if likes() != 0 {
		t.Errorf("%d likes after an undo that came first, want none", likes())
	}
}

func TestVisibilityOf(t *testing.T) {
	author := &skein.Account{URI: "https://oak.test/users/bob", Followers: "https://oak.test/users/bob/followers"}
	for _, test := range []struct {
		to, cc []string
		want   skein.Visibility
	}{
		{[]string{activitypub.Public}, nil, skein.Public},
		{[]string{"as:Public"}, nil, skein.Public},
		{[]string{author.Followers}, []string{"Public"}, skein.Unlisted},
		{[]string{author.Followers}, nil, skein.Followers},
		{nil, []string{author.Followers}, skein.Direct},
		{[]string{"https://oak.test/users/eve/followers"}, nil, skein.Direct},
		{nil, nil, skein.Direct},
	} {
		if got := visibilityOf(author, test.to, test.cc); got != test.want {
			t.Errorf("to %v cc %v: got %d, want %d", test.to, test.cc, got, test.want)
		}
	}
}
