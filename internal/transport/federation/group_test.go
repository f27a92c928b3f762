package federation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// community is one at a peer, which ann follows, with one post by a member elsewhere.
func community(t *testing.T) (w *world, lemmy, oak *peer, tea *skein.Account) {
	w = newWorld(t)
	lemmy, oak = w.peer("lemmy.test", "127.0.0.12"), w.peer("oak.test", "127.0.0.11")
	lemmy.actor("tea")
	lemmy.serve("/users/tea", strings.Replace(lemmy.actorDoc("tea"), `"Person"`, `"Group"`, 1))
	lemmy.actor("lou")
	oak.actor("bob")
	tea = w.meets(lemmy.base + "/users/tea")
	w.follows(w.ann, tea)
	oak.serve("/post/1", `{`+asContext+`,"id":"$/post/1","type":"Page","name":"Which tea?","attributedTo":"$/users/bob","audience":"`+tea.URI+`",
		"to":["`+tea.URI+`","https://www.w3.org/ns/activitystreams#Public"],"content":"<p>In the morning.</p>","published":"2026-10-05T11:00:00Z"}`)
	lemmy.passes(`"type":"Create","id":"` + oak.base + `/a/1","actor":"` + oak.base + `/users/bob","object":{"id":"` + oak.base + `/post/1","type":"Page",
		"attributedTo":"` + oak.base + `/users/bob","name":"forged","content":"forged","to":"https://www.w3.org/ns/activitystreams#Public"}`)
	return w, lemmy, oak, tea
}

// passes lets the community announce an activity.
func (p *peer) passes(inner string) {
	p.w.t.Helper()
	noteCount++
	p.send("tea", fmt.Sprintf(`{"id":"$/announce/%d","type":"Announce","to":["https://www.w3.org/ns/activitystreams#Public"],"object":{%s}}`, noteCount, inner))
}

func (w *world) home() (texts []string) {
	w.t.Helper()
	list, err := w.Social.Home(w.t.Context(), w.viewer(w.ann), social.Page{Limit: 40})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range list {
		if v.Original != nil {
			texts = append(texts, v.Author.Username+" boosts "+v.Original.Post.HTML)
			continue
		}
		texts = append(texts, v.Post.HTML)
	}
	return texts
}

// FEP-1b12: what begins a conversation in a community stands in the home timeline as its boost; answers join the
// conversation. What is announced counts as its origin says it.
func TestCommunityIsRead(t *testing.T) {
	w, lemmy, oak, tea := community(t)
	post := w.stored(oak.base + "/post/1")
	if post == nil || post.Extra.Group != tea.ID || !strings.Contains(post.HTML, "<h2>Which tea?</h2>") || strings.Contains(post.HTML, "forged") {
		t.Fatalf("the post: %+v", post)
	}
	lemmy.note("/comment/1", "lou", `,"inReplyTo":"`+post.URI+`","audience":"`+tea.URI+`"`)
	lemmy.passes(`"type":"Create","id":"$/a/2","actor":"$/users/lou","object":{"id":"$/comment/1","type":"Note","attributedTo":"$/users/lou"}`)
	answer := w.stored(lemmy.base + "/comment/1")
	if answer == nil || answer.ReplyTo != post.ID || answer.Extra.Group != tea.ID {
		t.Fatalf("the answer: %+v", answer)
	}
	if home := w.home(); len(home) != 1 || !strings.HasPrefix(home[0], "tea boosts <h2>Which tea?") {
		t.Errorf("home: %q", home)
	}
	// Edits and deletions: the origin decides.
	oak.serve("/post/1", strings.NewReplacer("$", oak.base).Replace(`{`+asContext+`,"id":"$/post/1","type":"Page","name":"Which coffee?","attributedTo":"$/users/bob",
		"to":["https://www.w3.org/ns/activitystreams#Public"],"content":"x","published":"2026-10-05T11:00:00Z","updated":"2026-10-05T11:59:00Z"}`))
	lemmy.passes(`"type":"Update","id":"` + oak.base + `/a/3","actor":"` + oak.base + `/users/bob","object":{"id":"` + post.URI + `","type":"Page","name":"Forged","updated":"2026-10-05T11:59:30Z"}`)
	if p := w.stored(post.URI); !strings.Contains(p.HTML, "Which coffee?") {
		t.Errorf("after the edit: %q", p.HTML)
	}
	lemmy.passes(`"type":"Delete","id":"$/a/4","actor":"$/users/lou","object":"` + post.URI + `"`)
	if w.stored(post.URI) == nil {
		t.Error("deleted, though it is still at its origin")
	}
	lemmy.status("/comment/1", 410)
	lemmy.passes(`"type":"Delete","id":"$/a/5","actor":"$/users/mod","object":"$/comment/1"`)
	if w.stored(lemmy.base+"/comment/1") != nil {
		t.Error("not deleted, though it is gone from its origin")
	}
	for _, other := range []string{"Dislike", "Lock", "Block", "Add", "Remove", "Announce", "Flag", "Undo"} {
		lemmy.passes(`"type":"` + other + `","id":"$/a/x` + other + `","actor":"$/users/lou","object":"` + post.URI + `","target":"$/users/tea"`)
	}
	if w.stored(post.URI) == nil {
		t.Error("the post did not survive the community's business")
	}
}

// FEP-1b12: answers, posts and likes of ours reach the community.
func TestCommunityIsAnswered(t *testing.T) {
	w, lemmy, oak, tea := community(t)
	post := w.stored(oak.base + "/post/1")
	ann := w.viewer(w.ann)
	var out map[string][][]byte
	got := func(p *peer, kind string) map[string]any {
		for _, body := range out[p.base+"/inbox"] {
			var v map[string]any
			if json.Unmarshal(body, &v) == nil && v["type"] == kind {
				return v
			}
		}
		return nil
	}
	if _, err := w.Social.CreatePost(t.Context(), ann, social.Draft{Text: "green", ReplyTo: post.ID}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	out = w.sent()
	for _, p := range []*peer{lemmy, oak} {
		c := got(p, "Create")
		note, _ := c["object"].(map[string]any)
		if note == nil || note["audience"] == nil || !strings.Contains(fmt.Sprint(note["cc"]), tea.URI) || !strings.Contains(fmt.Sprint(note["tag"]), tea.URI) {
			t.Errorf("%s got %v", p.host, c)
		}
	}
	if _, err := w.Social.Like(t.Context(), ann, post.ID); err != nil {
		t.Fatal(err)
	}
	w.settle()
	out = w.sent()
	for _, p := range []*peer{lemmy, oak} {
		if l := got(p, "Like"); l == nil || l["object"] != post.URI {
			t.Errorf("%s got %v", p.host, l)
		}
	}
	v, err := w.Social.CreatePost(t.Context(), ann, social.Draft{Text: "Which cup? @tea@" + lemmy.host})
	if err != nil || v.Post.Extra.Group != tea.ID {
		t.Fatalf("a post of our own: %+v, %v", v.Post, err)
	}
	w.settle()
	out = w.sent()
	if c := got(lemmy, "Create"); c == nil {
		t.Error("a post that names the community does not reach it")
	}
	// Votes on it: only what its sender, or the sender's host, vouches for.
	vote := func(id, actor string) string {
		return `"type":"Like","id":"` + id + `","actor":"` + actor + `","object":"` + v.Post.URI + `"`
	}
	lemmy.passes(vote("$/like/1", "$/users/lou"))
	oak.serve("/like/2", `{`+asContext+`,`+vote("$/like/2", "$/users/bob")+`}`)
	lemmy.passes(vote(oak.base+"/like/2", oak.base+"/users/bob"))
	oak.actor("eve")
	lemmy.passes(vote(oak.base+"/like/3", oak.base+"/users/eve"))
	lemmy.passes(vote("$/like/4", oak.base+"/users/eve"))
	if p := w.stored(v.Post.URI); p.LikeCount != 2 {
		t.Errorf("%d likes, want those of lou and bob", p.LikeCount)
	}
	direct, err := w.Social.CreatePost(t.Context(), ann, social.Draft{Text: "@bob@" + oak.host + " psst", ReplyTo: post.ID, Visibility: skein.Direct})
	if err != nil || direct.Post.Extra.Group != 0 {
		t.Errorf("a message goes to the community: %+v, %v", direct.Post, err)
	}
}
