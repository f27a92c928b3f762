package federation

import (
	"fmt"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// starters are the collections of an account as somebody of ours sees them, with who is in them.
func (w *world) starters(of *skein.Account) string {
	w.t.Helper()
	list, err := w.Social.CollectionsOf(w.t.Context(), w.viewer(w.ann), of.ID, 0, 40)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, v := range list {
		names := []string{}
		for _, a := range v.Accounts {
			names = append(names, a.Username)
		}
		out = append(out, v.Name+": "+strings.Join(names, " "))
	}
	return strings.Join(out, "; ")
}

// A peer's collections are read within bounds, and nobody is in one who did not agree at their own server: ours never by the
// owner's word, others only by a stamp that says all of it (FEP-7aa9, T84, T85, T190).
func TestT84_CollectionsOfPeers(t *testing.T) {
	w := newWorld(t)
	oak, pine := w.peer("oak.test", "127.0.0.9"), w.peer("pine.test", "127.0.0.10")
	carol, dave := pine.actor("carol"), pine.actor("dave")
	stamp := func(id, of, collection string) string {
		pine.serve("/stamps/"+id, `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/stamps/`+id+`","type":"FeatureAuthorization","attributedTo":"`+of+`",
			"interactingObject":"`+collection+`","interactionTarget":"`+of+`"}`)
		return pine.base + "/stamps/" + id
	}
	item := func(id, who, stamp string) string {
		return `{"id":"$/c/1/` + id + `","type":"FeaturedItem","featuredObject":"` + who + `","featureAuthorization":"` + stamp + `"}`
	}
	items := []string{
		item("good", carol, stamp("good", carol, oak.base+"/c/1")),
		item("other", dave, stamp("other", dave, oak.base+"/c/2")),     // for another collection
		item("forged", "$/users/bob", pine.base+"/stamps/none"),        // the owner needs none
		item("ours", w.ann.URI, w.ann.URI+"/feature_authorizations/1"), // never agreed
		item("twin", dave, stamp("twin", carol, oak.base+"/c/1")),      // by somebody else
		`{"id":"` + pine.base + `/x","type":"FeaturedItem","featuredObject":"` + dave + `"}`, `"$/c/1/9"`, `7`,
	}
	for i := range 200 {
		items = append(items, item(fmt.Sprint("more", i), fmt.Sprintf("%s/users/u%d", pine.base, i), ""))
	}
	collection := func(n int, owner, name string, list ...string) string {
		return fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":"$/c/%d","type":"FeaturedCollection","attributedTo":"%s","name":"%s","summary":"<b>x</b><script>",
			"discoverable":true,"totalItems":1e18,"orderedItems":[%s]}`, n, owner, name, strings.Join(list, ","))
	}
	all := []string{collection(1, "$/users/bob", "Good "+strings.Repeat("n", 400), items...), collection(2, carol, "not his")}
	for i := range 40 {
		all = append(all, collection(10+i, "$/users/bob", fmt.Sprint("no ", i)))
	}
	oak.serve("/cs", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/cs","type":"Collection","items":[`+strings.Join(all, ",")+`]}`)
	bob := w.meets(oak.alias("bob", `"featuredCollections":"$/cs"`))
	got := w.starters(bob)
	if !strings.Contains(got, ": carol bob") || strings.Contains(got, "dave") || strings.Contains(got, "ann") || strings.Contains(got, "not his") {
		t.Errorf("read %s", got)
	}
	if n := strings.Count(got, ";") + 1; n > maxPeerCollections {
		t.Errorf("%d collections were read at once", n)
	}
	if n := pine.total(); n > 3*skein.MaxCollectionItems {
		t.Errorf("one collection costs %d requests", n)
	}
	if name, _, _ := strings.Cut(got[strings.Index(got, "Good"):], ":"); len(name) > skein.MaxPeerCollectionName {
		t.Errorf("a name of %d characters", len(name))
	}
	// It asks ours, who does not want to be found; then does.
	ask := func(n int) {
		t.Helper()
		oak.send("bob", fmt.Sprintf(`{"id":"$/ask/%d","type":"FeatureRequest","object":"@ANN","instrument":%s}`, n, collection(1, "$/users/bob", "Good", items[0])))
	}
	ask(1)
	if got := w.starters(bob); strings.Contains(got, "ann") {
		t.Errorf("one of ours is in it who does not agree: %s", got)
	}
	yes := true
	if _, _, err := w.Social.UpdateProfile(t.Context(), w.viewer(w.ann), social.Profile{Discoverable: &yes}); err != nil {
		t.Fatal(err)
	}
	ask(2)
	if got := w.starters(bob); !strings.Contains(got, "ann") {
		t.Errorf("who agreed is not in it: %s", got)
	}
	// Another's collection is nobody's to change, and who is in one leaves by their own word alone.
	oak.actor("mal")
	w.meets(oak.base + "/users/mal")
	oak.send("mal", `{"id":"$/m/1","type":"Update","object":`+collection(1, "$/users/mal", "mine now")+`}`)
	oak.send("mal", `{"id":"$/m/2","type":"Delete","object":"$/c/1"}`)
	oak.send("mal", `{"id":"$/m/3","type":"Remove","target":"$/c/1","object":"$/c/1/good"}`)
	oak.send("mal", `{"id":"$/m/4","type":"Delete","object":"`+pine.base+`/stamps/good"}`)
	if got := w.starters(bob); !strings.Contains(got, ": carol bob ann") {
		t.Errorf("others changed it: %s", got)
	}
	pine.send("carol", `{"id":"$/bye","type":"Delete","object":{"id":"$/stamps/good","type":"FeatureAuthorization"}}`)
	if got := w.starters(bob); strings.Contains(got, "carol") {
		t.Errorf("who left is in it still: %s", got)
	}
	oak.send("bob", `{"id":"$/gone","type":"Remove","target":"$/cs","object":"$/c/1"}`)
	if got := w.starters(bob); strings.Contains(got, "Good") {
		t.Errorf("what was removed is there still: %s", got)
	}
}

// What nobody here understands is answered with 202 and changes nothing: activities of other programs, objects behind
// capabilities, and ids that are no addresses on the web (FEP-ef61).
func TestForeignActivitiesAreTolerated(t *testing.T) {
	w := newWorld(t)
	oak := w.peer("oak.test", "127.0.0.9")
	bob := w.meets(oak.actor("bob"))
	w.follows(w.ann, bob)
	view, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	before, requests := w.accountAt(bob.URI), oak.total()
	n := 0
	for _, kind := range []string{"View", "Listen", "Read", "Dislike", "Invite", "Join", "Leave", "Offer", "TentativeAccept", "TentativeReject", "Bite",
		"Arrive", "Travel", "Ignore", "Lock", "Story:Reaction", "Unheard"} {
		n++
		oak.send("bob", fmt.Sprintf(`{"id":"$/f/%d","type":%q,"object":%q,"target":"@ANN"}`, n, kind, view.Post.URI))
	}
	for _, object := range []string{
		`{"id":"$/chat/1","type":"ChatMessage","attributedTo":"$/users/bob","to":"@ANN","content":"psst"}`,
		`{"id":"$/story/1","type":"Story","attributedTo":"$/users/bob","to":"$/users/bob/followers"}`,
		`"bear:?t=secret&u=$/story/1"`, `"bear:?t=secret&u=https://elsewhere.test/1"`, `{"type":"Story","object":"bear:?t=x&u=$/story/2"}`,
		`"ap://did:key:z6Mk/objects/1"`, `"did:key:z6Mk"`, `"ap+ef61://did:key:z6Mk/1"`,
		`{"id":"ap://did:key:z6Mk/objects/1","type":"Note","attributedTo":"ap://did:key:z6Mk/actor","to":"https://www.w3.org/ns/activitystreams#Public","content":"x"}`,
		`{"id":"did:key:z6Mk","type":"Person","preferredUsername":"x","inbox":"ap://did:key:z6Mk/inbox"}`,
	} {
		for _, kind := range []string{"Create", "Update", "Delete", "Announce", "Like", "Follow", "Undo", "Accept", "Add", "Move", "Flag", "Block"} {
			n++
			if got := oak.deliver("bob", fmt.Sprintf(`{"id":"$/f/%d","type":%q,"object":%s,"target":"ap://did:key:z6Mk/1"}`, n, kind, object)); got != 202 {
				t.Errorf("%s of %.60s: got %d", kind, object, got)
			}
		}
	}
	w.settle()
	for _, uri := range []string{"ap://did:key:z6Mk/actor", "did:key:z6Mk", "bear:?t=x&u=https://oak.test/1"} {
		if a, err := w.FindAccount(t.Context(), w.site.ID, uri); err == nil || skein.KindOf(err) == skein.Internal {
			t.Errorf("%s: %v, %v", uri, a, err)
		}
		if p, err := w.FindPost(t.Context(), w.site.ID, uri); err == nil || skein.KindOf(err) == skein.Internal {
			t.Errorf("%s: %v, %v", uri, p, err)
		}
	}
	body := activity("bob", `{"id":"$/f/x","type":"Like","object":"`+view.Post.URI+`"}`)
	if got := w.do(oak.post("/inbox", "$/users/bob#main-key", strings.Replace(body, "$/users/bob", "ap://did:key:z6Mk/actor", 1))).Code; got/100 != 4 {
		t.Errorf("a portable actor: got %d", got)
	}
	after := w.accountAt(bob.URI)
	after.Load, before.Load = 0, 0
	if after.MovedTo != 0 || after.PostCount != before.PostCount || after.FollowerCount != before.FollowerCount || w.stored("ap://did:key:z6Mk/objects/1") != nil ||
		w.stored(oak.base+"/chat/1") != nil || len(w.reports()) != 0 {
		t.Errorf("something changed: %+v", after)
	}
	if v, err := w.Social.Post(t.Context(), w.viewer(w.ann), view.Post.ID); err != nil || v.Post.LikeCount != 0 {
		t.Errorf("the post: %+v, %v", v, err)
	}
	if got := oak.total() - requests; got > 10 {
		t.Errorf("it cost %d requests", got)
	}
}
